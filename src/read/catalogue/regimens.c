/* regimens.c - rows of data/regimens.yaml as treatments. */
#include "read/catalogue/regimens.h"

#include <math.h>
#include <string.h>

#include "read/catalogue/dose_read.h"
#include "read/catalogue/schedule.h"

#define CYCLE_DAYS 28

typedef struct RegimenReader {
  const B7Formulary *formulary;
  B7Arena *arena;
  B7DoseReader dose;
  B7Error *error;
} RegimenReader;

static B7Status keep(const RegimenReader *reader, const B7Node *node, const char **out) {
  const char *text;
  B7_TRY(b7_node_text(node, &text, reader->error));
  *out = b7_arena_text(reader->arena, text, strlen(text));
  return *out ? B7_OK : b7_fail_memory(reader->error);
}

/* what the rows of a lane count from */
static const char *anchor_of(B7TreatmentLane lane) {
  return lane == B7_TREATMENT_LANE_CHEMOTHERAPY      ? "cycle"
         : lane == B7_TREATMENT_LANE_LYMPHODEPLETION ? "cart"
                                                     : "hsct";
}

static B7Status read_lane(const RegimenReader *reader, const B7Node *node, B7TreatmentLane *out) {
  static const B7TreatmentLane lanes[] = {B7_TREATMENT_LANE_CHEMOTHERAPY, B7_TREATMENT_LANE_LYMPHODEPLETION,
                                          B7_TREATMENT_LANE_CONDITIONING, B7_TREATMENT_LANE_PROPHYLAXIS};
  const char *text, *names[5] = {NULL};
  B7_TRY(b7_node_text(node, &text, reader->error));
  for (int i = 0; i < 4; i++) {
    names[i] = b7_treatment_lane_name(lanes[i]);
    if (strcmp(names[i], text) != 0) continue;
    *out = lanes[i];
    return B7_OK;
  }
  return b7_node_unknown(node, "lane of a regimen", text, names, NULL, reader->error);
}

static B7Status read_times(const RegimenReader *reader, const B7Node *node, B7Given *out) {
  const B7Node *at;
  char anchor[64];
  B7_TRY(b7_node_need(node, "at", &at, reader->error));
  B7_TRY(b7_schedule_relative(at, anchor, &out->start_day, reader->error));
  const char *own = anchor_of(out->lane);
  if (strcmp(anchor, own) != 0)
    return b7_node_fail(at, reader->error, "rows of %s count from '%s', such as %s+3, not from '%s'",
                        b7_treatment_lane_name(out->lane), own, own, anchor);
  B7ScheduleText text = {.days = b7_node_get(node, "days"),
                         .lasting = b7_node_get(node, "for"),
                         .every = b7_node_get(node, "every"),
                         .times = b7_node_get(node, "times")};
  B7_TRY(b7_schedule_read(&text, reader->arena, &out->day, &out->n_day, reader->error));
  for (int32_t i = 0; i < out->n_day; i++) out->day[i] += out->start_day;
  return B7_OK;
}

static B7Status read_row(const RegimenReader *reader, const B7Node *node, const B7Regimen *regimen,
                         B7Given *out) {
  static const char *const keys[] = {"at", "drug", "dose", "days", "for", "every", "times", "note", NULL};
  const B7Node *name_node, *dose;
  const char *name;
  B7_TRY(b7_node_only_keys(node, keys, reader->error));
  B7_TRY(b7_node_need(node, "drug", &name_node, reader->error));
  B7_TRY(b7_node_need(node, "dose", &dose, reader->error));
  B7_TRY(b7_node_text(name_node, &name, reader->error));
  int32_t index = b7_formulary_find(reader->formulary, name);
  if (index < 0)
    return b7_node_unknown(name_node, "drug", name, reader->formulary->names, NULL, reader->error);
  const B7Drug *drug = &reader->formulary->drugs[index];
  *out = (B7Given){.kind = B7_GIVEN_DRUG,
                   .lane = regimen->lane,
                   .role = b7_role_of_drug(drug->role, regimen->lane, true),
                   .name = drug->name,
                   .label = regimen->label,
                   .course = -1,
                   .reference = drug->reference,
                   .basis = {.status = B7_FACT_STATED, .flag = "", .why = ""},
                   .note = ""};
  B7_TRY(b7_dose_read_drug(&reader->dose, dose, drug, &out->dose));
  B7_TRY(keep(reader, dose, &out->dose_text));
  return read_times(reader, node, out);
}

static B7Status read_regimen(const RegimenReader *reader, const B7Node *key, const B7Node *node,
                             B7Regimen *out) {
  static const char *const keys[] = {"label", "lane", "source", "assumed", "note", "every", "rows", NULL};
  const B7Node *label, *lane, *rows, *every = b7_node_get(node, "every");
  B7_TRY(b7_node_only_keys(node, keys, reader->error));
  B7_TRY(b7_node_need(node, "label", &label, reader->error));
  B7_TRY(b7_node_need(node, "lane", &lane, reader->error));
  B7_TRY(b7_node_need(node, "rows", &rows, reader->error));
  B7_TRY(b7_node_expect(rows, B7_NODE_SEQUENCE, "'rows'", reader->error));
  B7_TRY(keep(reader, key, &out->name));
  B7_TRY(keep(reader, label, &out->label));
  B7_TRY(read_lane(reader, lane, &out->lane));
  out->cycle_day = CYCLE_DAYS;
  if (every) B7_TRY(b7_schedule_span(every, "every", &out->cycle_day, reader->error));
  B7Given *given = B7_ARENA_ARRAY(reader->arena, B7Given, rows->count);
  if (!given) return b7_fail_memory(reader->error);
  for (int32_t i = 0; i < rows->count; i++) {
    B7_TRY(b7_node_expect(rows->items[i], B7_NODE_MAPPING, "a row of a regimen", reader->error));
    B7_TRY(read_row(reader, rows->items[i], out, &given[i]));
  }
  out->given = given;
  out->n_given = rows->count;
  return B7_OK;
}

static B7Status read_all(const RegimenReader *reader, const B7Node *root, B7Regimens *out) {
  static const char *const keys[] = {"about", "regimens", NULL};
  const B7Node *list;
  B7_TRY(b7_node_only_keys(root, keys, reader->error));
  B7_TRY(b7_node_need(root, "regimens", &list, reader->error));
  B7_TRY(b7_node_expect(list, B7_NODE_MAPPING, "'regimens'", reader->error));
  B7Regimen *regimens = B7_ARENA_ARRAY(reader->arena, B7Regimen, list->count);
  out->names = B7_ARENA_ARRAY(reader->arena, const char *, list->count + 1);
  if (!regimens || !out->names) return b7_fail_memory(reader->error);
  for (int32_t i = 0; i < list->count; i++) {
    B7_TRY(b7_node_expect(list->items[i], B7_NODE_MAPPING, "a regimen", reader->error));
    B7_TRY(read_regimen(reader, list->keys[i], list->items[i], &regimens[i]));
    out->names[i] = regimens[i].name;
  }
  out->regimens = regimens;
  out->n_regimen = list->count;
  return B7_OK;
}

B7Status b7_regimens_load(const char *path, const B7Formulary *formulary, B7Arena *arena, B7Regimens *out,
                          B7Error *error) {
  B7Document *document;
  RegimenReader reader = {.formulary = formulary,
                          .arena = arena,
                          .dose = b7_dose_reader_nominal(&arena->hooks, error),
                          .error = error};
  *out = (B7Regimens){0};
  B7_TRY(b7_document_load(path, &arena->hooks, &document, error));
  B7Status status = read_all(&reader, b7_document_root(document), out);
  b7_document_free(document);
  return status;
}

const B7Regimen *b7_regimens_find(const B7Regimens *regimens, const char *name) {
  for (int32_t i = 0; i < regimens->n_regimen; i++) {
    if (strcmp(regimens->regimens[i].name, name) == 0) return &regimens->regimens[i];
  }
  return NULL;
}

double b7_regimen_lead_day(const B7Regimen *regimen) {
  double lead = 0;
  for (int32_t i = 0; i < regimen->n_given; i++) lead = fmax(lead, -regimen->given[i].start_day);
  return lead;
}
