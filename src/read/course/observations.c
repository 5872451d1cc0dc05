/* observations.c - recorded measurements of a course. */
#include <math.h>
#include <string.h>

#include "read/course/course_reader.h"
#include "read/course/measure.h"

static B7Status read_bounds(B7CourseReader *reader, const B7Row *row, const B7CourseQuantity *quantity,
                            B7Observation *out) {
  const B7Node *value = b7_row_get(row, "value"), *below = b7_row_get(row, "below"),
               *above = b7_row_get(row, "above");
  out->value = out->below = out->above = NAN;
  if (value && (below || above))
    return b7_node_fail(below ? below : above, reader->error, "a row holds 'value' or a bound, not both");
  if (!value && !below && !above)
    return b7_node_fail(row->node, reader->error, "'value:', 'below:' or 'above:' is missing here");
  if (value) B7_TRY(b7_measure_read(reader->converter, value, quantity, &out->value, reader->error));
  if (below) B7_TRY(b7_measure_read(reader->converter, below, quantity, &out->below, reader->error));
  if (above) B7_TRY(b7_measure_read(reader->converter, above, quantity, &out->above, reader->error));
  if (below && above && !(out->above < out->below)) {
    return b7_node_fail(above, reader->error, "nothing is above %s and below %s", above->text, below->text);
  }
  return B7_OK;
}

static B7Status read_row(B7CourseReader *reader, const B7Node *node, double *previous) {
  static const char *const KEYS[] = {"at",   "what", "value", "below", "above", "status",
                                     "flag", "why",  "note",  "or",    "arm",   NULL};
  B7Error *error = reader->error;
  const B7Node *what_node, *at;
  const char *what, *note = "";
  B7Row row;
  B7Basis basis, when;
  B7_TRY(b7_node_need(node, "what", &what_node, error));
  B7_TRY(b7_node_text(what_node, &what, error));
  const B7CourseQuantity *quantity = b7_quantities_find(&reader->catalogue->quantities, what);
  if (!quantity)
    return b7_node_unknown(what_node, "quantity", what, reader->catalogue->quantities.names, NULL,
                           reader->error);
  B7_TRY(b7_row_open(reader, node, KEYS, quantity->label, &row));
  B7_TRY(b7_row_basis(reader, &row, NULL, &basis));
  B7Observation seen = {0};
  at = b7_row_get(&row, "at");
  if (!at) return b7_node_fail(node, error, "'at:' is missing here");
  when = basis;
  B7_TRY(b7_time_read(reader, at, quantity->label, &seen.t_day, &when));
  B7_TRY(read_bounds(reader, &row, quantity, &seen));
  if (reader->course->arm_taken < 0 && seen.t_day < *previous) {
    return b7_node_fail(
        at, error,
        "dates out of order: this observation lies before the one above it; sort the list by time");
  }
  *previous = seen.t_day;
  if (b7_row_get(&row, "note")) B7_TRY(b7_node_text(b7_row_get(&row, "note"), &note, error));
  // a row is no better known than its date
  if (when.status > basis.status) basis = when;
  const char *label = b7_keep(reader, quantity->label), *unit = b7_keep(reader, quantity->unit);
  seen.what = b7_keep(reader, what);
  seen.label = label;
  seen.unit = unit;
  seen.note = b7_keep(reader, note);
  seen.assay_sd = quantity->assay_sd;
  if (!label || !unit || !seen.what || !seen.note) return B7_ERROR_MEMORY;
  seen.status = basis.status;
  seen.flag = basis.flag;
  B7Observation *kept = B7_COURSE_ADD(reader->course, B7Observation, observations);
  if (!kept) return b7_fail_memory(error);
  *kept = seen;
  const char *where = b7_arena_format(&reader->course->arena, "observations, %s, day %g", label, seen.t_day);
  if (!where) return b7_fail_memory(error);
  return b7_assume(reader, where, &basis, "");
}

B7Status b7_observations_read(B7CourseReader *reader, const B7Node *root) {
  const B7Node *list = b7_node_get(root, "observations");
  if (!list) return B7_OK;
  B7_TRY(b7_node_expect(list, B7_NODE_SEQUENCE, "'observations'", reader->error));
  double previous = -INFINITY;
  for (int32_t i = 0; i < list->count; i++) {
    B7_TRY(b7_node_expect(list->items[i], B7_NODE_MAPPING, "an observation", reader->error));
    B7_TRY(read_row(reader, list->items[i], &previous));
  }
  return B7_OK;
}
