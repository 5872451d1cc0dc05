/* what is recorded beside measurements: findings, toxicities, procedures, milestones */
#include <math.h>
#include <string.h>

#include "read/course/course_reader.h"

#define KINDS_MAX 128

static B7Status unknown_record(B7CourseReader *reader, const B7Node *node, const char *section,
                               const char *what) {
  const char *names[KINDS_MAX];
  b7_quantities_record_names(&reader->catalogue->quantities, section, names, KINDS_MAX);
  const char *noun = strcmp(section, "toxicities") == 0   ? "toxicity"
                     : strcmp(section, "procedures") == 0 ? "procedure"
                     : strcmp(section, "milestones") == 0 ? "milestone"
                     : strcmp(section, "history") == 0    ? "treatment before day 0"
                                                          : "finding";
  return b7_node_unknown(node, noun, what, names, NULL, reader->error);
}

/* a grade that exists on this scale, and is not denied in the same row */
static B7Status read_grade(B7CourseReader *reader, const B7Row *row, const B7RecordKind *kind,
                           B7CourseRecord *out) {
  const B7Node *grade = b7_row_get(row, "grade"), *absent = b7_row_get(row, "absent");
  out->grade = NAN;
  if (absent) B7_TRY(b7_node_bool(absent, &out->absent, reader->error));
  if (!grade) return B7_OK;
  B7_TRY(b7_node_number(grade, &out->grade, reader->error));
  if (kind->grade_max == 0) return b7_node_fail(grade, reader->error, "%s has no grades", kind->label);
  if (out->grade < 0 || out->grade > kind->grade_max || out->grade != floor(out->grade)) {
    return b7_node_fail(grade, reader->error, "there is no grade %s of %s; grades are 0 to %d", grade->text,
                        kind->label, (int)kind->grade_max);
  }
  if (out->absent && out->grade > 0)
    return b7_node_fail(grade, reader->error, "%s is absent here, so it has no grade %s", kind->label,
                        grade->text);
  return B7_OK;
}

static B7Status read_times(B7CourseReader *reader, const B7Row *row, const B7RecordKind *kind, B7Basis *basis,
                           B7CourseRecord *out) {
  const B7Node *at = b7_row_get(row, "at"), *until = b7_row_get(row, "until");
  B7Basis when = *basis, end = *basis;
  if (!at) return b7_node_fail(row->node, reader->error, "'at:' is missing here");
  B7_TRY(b7_time_read(reader, at, kind->label, &out->t_day, &when));
  out->end_day = out->t_day;
  if (until) {
    B7_TRY(b7_time_read(reader, until, kind->label, &out->end_day, &end));
    if (out->end_day < out->t_day)
      return b7_node_fail(until, reader->error, "dates out of order: 'until' lies before 'at'");
  }
  if (strcmp(kind->section, "history") == 0 && out->end_day > 0)
    return b7_node_fail(
        until ? until : at, reader->error,
        "'history' holds what was before day 0 (%s); what is replayed stands under 'treatments'",
        reader->course->day0_text);
  if (when.status > basis->status) *basis = when;
  if (end.status > basis->status) *basis = end;
  return B7_OK;
}

static B7Status keep_words(B7CourseReader *reader, const B7Row *row, const char *key, const char **out) {
  const B7Node *node = b7_row_get(row, key);
  const char *text = "";
  if (node) B7_TRY(b7_node_text(node, &text, reader->error));
  *out = b7_keep(reader, text);
  return *out ? B7_OK : B7_ERROR_MEMORY;
}

static B7Status read_record(B7CourseReader *reader, const char *section, const B7Node *node) {
  static const char *const KEYS[] = {"at",   "until", "what", "grade", "absent", "text", "status",
                                     "flag", "why",   "note", "or",    "arm",    NULL};
  B7Error *error = reader->error;
  const B7Node *what_node;
  const char *what;
  B7Row row;
  B7Basis basis;
  B7CourseRecord seen = {.section = section};
  B7_TRY(b7_node_need(node, "what", &what_node, error));
  B7_TRY(b7_node_text(what_node, &what, error));
  const B7RecordKind *kind = b7_quantities_record(&reader->catalogue->quantities, section, what);
  if (!kind) return unknown_record(reader, what_node, section, what);
  B7_TRY(b7_row_open(reader, node, KEYS, kind->label, &row));
  B7_TRY(b7_row_basis(reader, &row, NULL, &basis));
  B7_TRY(read_times(reader, &row, kind, &basis, &seen));
  B7_TRY(read_grade(reader, &row, kind, &seen));
  B7_TRY(keep_words(reader, &row, "text", &seen.text));
  B7_TRY(keep_words(reader, &row, "note", &seen.note));
  bool finding = strcmp(section, "findings") == 0;
  if (finding && !*seen.text) return b7_node_fail(node, error, "a finding needs 'text:'");
  seen.what = b7_keep(reader, what);
  seen.label = b7_keep(reader, kind->label);
  if (!seen.what || !seen.label) return B7_ERROR_MEMORY;
  seen.status = basis.status;
  seen.flag = basis.flag;
  B7CourseRecord *kept = B7_COURSE_ADD(reader->course, B7CourseRecord, records);
  if (!kept) return b7_fail_memory(error);
  *kept = seen;
  const char *where =
      b7_arena_format(&reader->course->arena, "%s, %s, day %g", section, seen.label, seen.t_day);
  if (!where) return b7_fail_memory(error);
  return b7_assume(reader, where, &basis, "");
}

/* within a section by time; rows of one day keep their order */
static void sort_from(struct B7Course *course, int32_t first) {
  for (int32_t i = first + 1; i < course->n_records; i++) {
    B7CourseRecord row = course->records[i];
    int32_t k = i;
    for (; k > first && course->records[k - 1].t_day > row.t_day; k--)
      course->records[k] = course->records[k - 1];
    course->records[k] = row;
  }
}

B7Status b7_records_read(B7CourseReader *reader, const B7Node *root) {
  static const char *const SECTIONS[] = {"history", "findings", "toxicities", "procedures", "milestones"};
  for (size_t s = 0; s < sizeof SECTIONS / sizeof SECTIONS[0]; s++) {
    const B7Node *list = b7_node_get(root, SECTIONS[s]);
    int32_t first = reader->course->n_records;
    if (!list) continue;
    B7_TRY(b7_node_expect(list, B7_NODE_SEQUENCE, SECTIONS[s], reader->error));
    for (int32_t i = 0; i < list->count; i++) {
      B7_TRY(b7_node_expect(list->items[i], B7_NODE_MAPPING, "a record", reader->error));
      B7_TRY(read_record(reader, SECTIONS[s], list->items[i]));
    }
    sort_from(reader->course, first);
  }
  return B7_OK;
}
