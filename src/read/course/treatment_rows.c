/* treatment_rows.c - rows of treatment: drugs, products, grafts, transfusions, alone or grouped in regimens */
#include "read/course/treatment_row_parts.h"

#include <math.h>
#include <string.h>

#include "read/catalogue/schedule.h"
#include "read/course/dose_groups.h"

#define ROW_KEYS                                                                                             \
  "at", "drug", "product", "graft", "transfusion", "dose", "units", "days", "for", "every", "times",         \
      "route", "lane", "label", "course", "cd34", "cd3", "attributes", "status", "flag", "why", "note",      \
      "or", "arm"
static const char *const KEYS[] = {ROW_KEYS, "regimen", "drugs", NULL};

static const B7Basis STATED = {.status = B7_FACT_STATED, .flag = "", .why = ""};

/* what a regimen hands down to its drugs */
typedef struct Regimen {
  const char *label;
  int32_t course;
  B7TreatmentLane lane;
  bool has_lane, has_start;
  double start_day;
  B7Basis basis; /* of the regimen */
  B7Basis when;  /* of its start */
} Regimen;

static B7Status read_lane(B7CourseReader *reader, const B7Row *row, B7TreatmentLane *out) {
  const B7Node *node = b7_row_get(row, "lane");
  const char *text, *names[B7_TREATMENT_LANES + 1] = {NULL};
  if (!node) return B7_OK;
  B7_TRY(b7_node_text(node, &text, reader->error));
  for (int i = 0; i < B7_TREATMENT_LANES; i++) {
    names[i] = b7_treatment_lane_name((B7TreatmentLane)i);
    if (strcmp(names[i], text) != 0) continue;
    *out = (B7TreatmentLane)i;
    return B7_OK;
  }
  return b7_node_unknown(node, "lane", text, names, NULL, reader->error);
}

static B7Status read_course_number(B7CourseReader *reader, const B7Row *row, int32_t *out) {
  const B7Node *node = b7_row_get(row, "course");
  int64_t number;
  if (!node) return B7_OK;
  B7_TRY(b7_node_integer(node, &number, reader->error));
  if (number < 0 || number > 99)
    return b7_node_fail(node, reader->error, "'course' is the number of the course, 0 to 99");
  *out = (int32_t)number;
  return B7_OK;
}

static B7Status keep_words(B7CourseReader *reader, const B7Row *row, const char *key, const char **out) {
  const B7Node *node = b7_row_get(row, key);
  const char *text;
  if (!node) return B7_OK;
  B7_TRY(b7_node_text(node, &text, reader->error));
  *out = b7_keep(reader, text);
  return *out ? B7_OK : B7_ERROR_MEMORY;
}

/* the row's times: start from its own `at` or the regimen's, offsets from its schedule */
static B7Status read_times(B7CourseReader *reader, const B7Row *row, const char *where,
                           const Regimen *regimen, double *start_day, B7Basis *when, B7Given *given) {
  const B7Node *at = b7_row_get(row, "at");
  *when = STATED;
  if (at) {
    B7_TRY(b7_time_read(reader, at, where, start_day, when));
  } else if (regimen && regimen->has_start) {
    *start_day = regimen->start_day;
    *when = regimen->when;
  } else {
    return b7_node_fail(row->node, reader->error, "'at:' is missing here");
  }
  B7ScheduleText text = {.days = b7_row_get(row, "days"),
                         .lasting = b7_row_get(row, "for"),
                         .every = b7_row_get(row, "every"),
                         .times = b7_row_get(row, "times")};
  B7_TRY(b7_schedule_read(&text, &reader->course->arena, &given->day, &given->n_day, reader->error));
  for (int32_t i = 0; i < given->n_day; i++) given->day[i] += *start_day;
  given->start_day = *start_day;
  if (*start_day < 0) {
    return b7_node_fail(at ? at : row->node, reader->error,
                        "treatment before day 0 (%s); day 0 is the first day of treatment that is replayed",
                        reader->course->day0_text);
  }
  return B7_OK;
}

static bool dose_by_policy(const B7Node *dose) {
  return dose && dose->text && strcmp(dose->text, "by policy") == 0;
}

/* an unsure start is told once, apart from what is given */
static B7Status assume_start(B7CourseReader *reader, const char *what, const B7Node *at,
                             const B7Basis *when) {
  if (!at || at->kind == B7_NODE_SCALAR || when->status == B7_FACT_STATED) return B7_OK;
  const char *where = b7_arena_format(&reader->course->arena, "treatments, %s, start", what);
  const B7Node *date = b7_node_get(at, "date");
  if (!where) return b7_fail_memory(reader->error);
  return b7_assume(reader, where, when, date && date->text ? date->text : "");
}

/* doses are judged for the body of this patient */
static B7DoseReader doses_of(const B7CourseReader *reader) {
  return (B7DoseReader){.bsa_m2 = reader->course->bsa_m2,
                        .weight_kg = reader->course->weight_kg,
                        .hooks = &reader->course->arena.hooks,
                        .error = reader->error};
}

/* the dose of a row as written, with or without a basis of its own */
static const B7Node *dose_of(const B7Row *row) {
  const B7Node *dose = b7_row_get(row, "dose");
  return dose && dose->kind == B7_NODE_MAPPING ? b7_node_get(dose, "value") : dose;
}

static B7Status read_drug(B7CourseReader *reader, const B7Row *row, const B7Node *name_node, B7Given *given) {
  const char *name;
  B7_TRY(b7_node_text(name_node, &name, reader->error));
  int32_t index = b7_formulary_find(&reader->catalogue->formulary, name);
  if (index < 0)
    return b7_node_unknown(name_node, "drug", name, reader->catalogue->formulary.names, NULL, reader->error);
  const B7Drug *drug = &reader->catalogue->formulary.drugs[index];
  given->name = drug->name;
  given->reference = drug->reference;
  given->role = drug->role;
  const B7Node *dose = b7_row_get(row, "dose"), *value;
  if (!dose)
    return b7_node_fail(row->node, reader->error,
                        "'dose:' is missing here (or 'dose: by policy' when it is not recorded)");
  if (dose_by_policy(dose)) {
    given->by_policy = true;
    given->dose_text = "dose not stated";
    return B7_OK;
  }
  if (b7_dose_has_groups(dose_of(row))) return B7_OK; // each group with its days, once the start is known
  B7_TRY(b7_fact_open(reader, dose, given->name, &value, &given->basis));
  const B7DoseReader doses = doses_of(reader);
  B7_TRY(b7_dose_read_drug(&doses, value, drug, &given->dose));
  const B7Node *every = b7_row_get(row, "every");
  given->dose_text = every && strcmp(every->text, "1 d") != 0
                         ? b7_arena_format(&reader->course->arena, "%s every %s", value->text,
                                           every->text + (*every->text == 'q'))
                         : b7_keep(reader, value->text);
  return given->dose_text ? B7_OK : b7_fail_memory(reader->error);
}

static B7Status read_product(B7CourseReader *reader, const B7Row *row, const B7Node *name_node,
                             B7Given *given) {
  const B7Node *dose = b7_row_get(row, "dose"), *value;
  B7_TRY(b7_product_resolve(reader, row, name_node, given));
  if (!dose) return b7_node_fail(row->node, reader->error, "'dose:' is missing here");
  B7_TRY(b7_fact_open(reader, dose, given->name, &value, &given->basis));
  const B7DoseReader doses = doses_of(reader);
  B7_TRY(b7_dose_read_cells(&doses, value, b7_products_find(&reader->catalogue->products, given->name),
                            &given->dose));
  given->dose_text = b7_keep(reader, value->text);
  return given->dose_text ? B7_OK : B7_ERROR_MEMORY;
}

static B7Status read_transfusion(B7CourseReader *reader, const B7Row *row, const B7Node *kind_node,
                                 B7Given *given) {
  static const char *const KINDS[] = {"platelets", "red_cells", NULL};
  const B7Node *units = b7_row_get(row, "units");
  const char *kind;
  B7_TRY(b7_node_text(kind_node, &kind, reader->error));
  for (int i = 0; KINDS[i]; i++) {
    if (strcmp(KINDS[i], kind) == 0) given->name = KINDS[i];
  }
  if (!given->name) return b7_node_unknown(kind_node, "transfusion", kind, KINDS, NULL, reader->error);
  given->dose.amount = 1;
  if (units) B7_TRY(b7_node_number(units, &given->dose.amount, reader->error));
  if (given->dose.amount <= 0 || given->dose.amount > 20)
    return b7_node_fail(units, reader->error, "'units' of a transfusion is above 0 and at most 20");
  given->dose_text = b7_arena_format(&reader->course->arena, "%g unit%s", given->dose.amount,
                                     given->dose.amount == 1 ? "" : "s");
  return given->dose_text ? B7_OK : b7_fail_memory(reader->error);
}

/* exactly one of drug, product, graft, transfusion; keys that belong to another kind are mistakes */
static B7Status read_kind(B7CourseReader *reader, const B7Row *row, const B7Node **what, B7GivenKind *kind) {
  static const char *const NAMES[] = {"drug", "product", "graft", "transfusion"};
  static const char *const FOREIGN[4][6] = {{"units", "cd34", "cd3", "attributes", NULL},
                                            {"units", "cd34", "cd3", "route", NULL},
                                            {"units", "dose", "days", "for", "every", NULL},
                                            {"dose", "cd34", "cd3", "attributes", "route", NULL}};
  *what = NULL;
  for (int i = 0; i < 4; i++) {
    const B7Node *node = b7_row_get(row, NAMES[i]);
    if (!node) continue;
    if (*what)
      return b7_node_fail(node, reader->error,
                          "a row holds one of drug, product, graft and transfusion, not two");
    *what = node;
    *kind = (B7GivenKind)i;
  }
  if (!*what)
    return b7_node_fail(row->node, reader->error,
                        "'drug:', 'product:', 'graft:', 'transfusion:' or 'regimen:' is missing here");
  for (int i = 0; FOREIGN[*kind][i]; i++) {
    const B7Node *foreign = b7_row_get(row, FOREIGN[*kind][i]);
    if (foreign)
      return b7_node_fail(foreign, reader->error, "'%s' does not belong to a row of '%s'", FOREIGN[*kind][i],
                          NAMES[*kind]);
  }
  return B7_OK;
}

static B7Status keep_given(B7CourseReader *reader, const B7Given *given, const B7Basis *own,
                           const B7Basis *when) {
  B7Given *kept = B7_COURSE_ADD(reader->course, B7Given, given);
  if (!kept) return b7_fail_memory(reader->error);
  *kept = *given;
  // a row is no better known than its start
  kept->basis = when->status > own->status ? *when : *own;
  const char *where =
      b7_arena_format(&reader->course->arena, "treatments, %s%s%s, day %g", *given->label ? given->label : "",
                      *given->label ? ", " : "", given->name, given->day[0]);
  if (!where) return b7_fail_memory(reader->error);
  B7Basis told = *own;
  if (given->by_policy) {
    told.status = B7_FACT_ASSUMED;
    if (!*told.why) told.why = "given, but dose and days are not stated; the policy decides";
  }
  B7_TRY(b7_assume(reader, where, &told, given->dose_text));
  return b7_bars_add(reader, kept);
}

/* what the treatment is for; a drug comes with its own role */
static B7Role role_of(const B7Given *given, bool lane_stated) {
  switch (given->kind) {
  case B7_GIVEN_PRODUCT:
    return B7_ROLE_INFUSION;
  case B7_GIVEN_GRAFT:
    return B7_ROLE_GRAFT;
  case B7_GIVEN_TRANSFUSION:
    return strcmp(given->name, "platelets") == 0 ? B7_ROLE_PLATELETS : B7_ROLE_RED_CELLS;
  case B7_GIVEN_DRUG:
    break;
  }
  return b7_role_of_drug(given->role, given->lane, lane_stated);
}

/* a drug whose dose names days of its own: each dose is given as if it had a row to itself */
static B7Status keep_groups(B7CourseReader *reader, const B7Row *row, const B7Given *given,
                            const B7Drug *drug, const B7Basis *own, const B7Basis *when) {
  static const char *const OTHERS[] = {"days", "for", "every", "times", NULL};
  const B7Node *dose = b7_row_get(row, "dose"), *value;
  B7Basis ignored = *own;
  for (int i = 0; OTHERS[i]; i++)
    if (b7_row_get(row, OTHERS[i]))
      return b7_node_fail(b7_row_get(row, OTHERS[i]), reader->error,
                          "the dose already names its days; remove '%s', or the days in 'dose'", OTHERS[i]);
  B7_TRY(b7_fact_open(reader, dose, given->name, &value, &ignored));
  const B7DoseReader doses = doses_of(reader);
  for (const char *rest = value->text; *rest;) {
    B7DoseGroup group;
    B7_TRY(b7_dose_group_next(value, &rest, &reader->course->arena, &group, reader->error));
    B7Given one = *given;
    B7Node node = *value;
    node.text = one.dose_text = group.dose;
    B7_TRY(b7_dose_read_drug(&doses, &node, drug, &one.dose));
    one.n_day = group.n_day;
    one.day = B7_ARENA_ARRAY(&reader->course->arena, double, group.n_day);
    if (!one.day) return b7_fail_memory(reader->error);
    for (int32_t i = 0; i < group.n_day; i++) one.day[i] = given->start_day + group.offset_day[i];
    if (one.day[0] < 0)
      return b7_node_fail(value, reader->error, "treatment before day 0 (%s): %s on day %g",
                          reader->course->day0_text, group.dose, one.day[0]);
    B7_TRY(keep_given(reader, &one, own, when));
  }
  return B7_OK;
}

static B7Status read_row(B7CourseReader *reader, const B7Node *node, const Regimen *regimen,
                         double *start_day) {
  static const B7TreatmentLane DEFAULT_LANE[] = {B7_TREATMENT_LANE_CHEMOTHERAPY, B7_TREATMENT_LANE_CART,
                                                 B7_TREATMENT_LANE_TRANSPLANT, B7_TREATMENT_LANE_SUPPORTIVE};
  B7Error *error = reader->error;
  const B7Node *what;
  B7Row row;
  B7Basis basis, when;
  B7Given given = {.label = regimen ? regimen->label : "",
                   .note = "",
                   .dose_text = "",
                   .course = regimen ? regimen->course : -1};
  B7_TRY(b7_node_expect(node, B7_NODE_MAPPING, "a row of treatment", error));
  // the name of the row in lists of alternatives: what is given, in which regimen
  const B7Node *named = b7_node_get(node, "drug");
  const char *where =
      b7_arena_format(&reader->course->arena, "%s%s%s", given.label, *given.label && named ? ", " : "",
                      named && named->text ? named->text : "");
  if (!where) return b7_fail_memory(error);
  B7_TRY(b7_row_open(reader, node, KEYS, *where ? where : "treatment", &row));
  B7_TRY(read_kind(reader, &row, &what, &given.kind));
  B7_TRY(b7_row_basis(reader, &row, regimen ? &regimen->basis : NULL, &basis));
  given.basis = basis;
  given.lane = regimen && regimen->has_lane ? regimen->lane : DEFAULT_LANE[given.kind];
  B7_TRY(read_lane(reader, &row, &given.lane));
  B7_TRY(read_course_number(reader, &row, &given.course));
  B7_TRY(keep_words(reader, &row, "label", &given.label));
  B7_TRY(keep_words(reader, &row, "note", &given.note));
  B7_TRY(given.kind == B7_GIVEN_DRUG      ? read_drug(reader, &row, what, &given)
         : given.kind == B7_GIVEN_PRODUCT ? read_product(reader, &row, what, &given)
         : given.kind == B7_GIVEN_GRAFT   ? b7_graft_resolve(reader, &row, what, &given)
                                          : read_transfusion(reader, &row, what, &given));
  given.role = role_of(&given, (regimen && regimen->has_lane) || b7_row_get(&row, "lane"));
  if (given.basis.status > basis.status) basis = given.basis;
  B7_TRY(read_times(reader, &row, where, regimen, start_day, &when, &given));
  B7_TRY(assume_start(reader, where, b7_row_get(&row, "at"), &when));
  if (given.kind == B7_GIVEN_DRUG && b7_dose_has_groups(dose_of(&row)))
    return keep_groups(
        reader, &row, &given,
        &reader->catalogue->formulary.drugs[b7_formulary_find(&reader->catalogue->formulary, given.name)],
        &basis, &when);
  return keep_given(reader, &given, &basis, &when);
}

static B7Status read_regimen(B7CourseReader *reader, const B7Node *node, double *start_day) {
  static const char *const REGIMEN_KEYS[] = {"regimen", "course", "at",   "lane", "drugs", "status",
                                             "flag",    "why",    "note", "or",   "arm",   NULL};
  B7Error *error = reader->error;
  const B7Node *drugs, *name = b7_node_get(node, "regimen");
  B7Row row;
  Regimen regimen = {.course = -1, .label = ""};
  B7_TRY(b7_node_text(name, &regimen.label, error));
  B7_TRY(b7_row_open(reader, node, REGIMEN_KEYS, regimen.label, &row));
  regimen.label = b7_keep(reader, regimen.label);
  if (!regimen.label) return B7_ERROR_MEMORY;
  B7_TRY(b7_row_basis(reader, &row, NULL, &regimen.basis));
  B7_TRY(read_course_number(reader, &row, &regimen.course));
  regimen.has_lane = b7_row_get(&row, "lane") != NULL;
  B7_TRY(read_lane(reader, &row, &regimen.lane));
  regimen.when = STATED;
  const B7Node *at = b7_row_get(&row, "at");
  regimen.has_start = at != NULL;
  if (at) B7_TRY(b7_time_read(reader, at, regimen.label, &regimen.start_day, &regimen.when));
  B7_TRY(assume_start(reader, regimen.label, at, &regimen.when));
  drugs = b7_row_get(&row, "drugs");
  if (!drugs) return b7_node_fail(node, error, "a regimen needs 'drugs:', a list of rows");
  B7_TRY(b7_node_expect(drugs, B7_NODE_SEQUENCE, "'drugs'", error));
  if (drugs->count == 0) return b7_node_fail(drugs, error, "a regimen needs at least one drug");
  double first = INFINITY, start;
  for (int32_t i = 0; i < drugs->count; i++) {
    B7_TRY(read_row(reader, drugs->items[i], &regimen, &start));
    first = fmin(first, start);
  }
  *start_day = at ? regimen.start_day : first;
  return B7_OK;
}

B7Status b7_treatments_read(B7CourseReader *reader, const B7Node *root) {
  const B7Node *list;
  B7_TRY(b7_node_need(root, "treatments", &list, reader->error));
  B7_TRY(b7_node_expect(list, B7_NODE_SEQUENCE, "'treatments'", reader->error));
  double previous = -INFINITY, start;
  for (int32_t i = 0; i < list->count; i++) {
    const B7Node *node = list->items[i];
    B7_TRY(b7_node_expect(node, B7_NODE_MAPPING, "a row of treatment", reader->error));
    B7_TRY(b7_node_get(node, "regimen") ? read_regimen(reader, node, &start)
                                        : read_row(reader, node, NULL, &start));
    // an alternative may change the order; the file as written may not be out of order
    if (reader->course->arm_taken < 0 && start < previous) {
      const B7Node *at = b7_node_get(node, "at");
      return b7_node_fail(
          at ? at : node, reader->error,
          "dates out of order: this row starts before the one above it; sort the rows by start");
    }
    previous = start;
  }
  return B7_OK;
}
