/* contract.c - data/model_contract.yaml read, and its names bound to places of a kernel's tables. */
#include "compile/code/contract.h"

#include <math.h>
#include <string.h>

#include "base/status.h"
#include "document/units.h"
#include "kernel/tables.h"

/* data/model_contract.yaml, embedded by cmake/kernel.cmake */
extern const unsigned char b7_text_contract[];
extern const size_t b7_text_contract_length;

static const char *const kind_words[] = {"observable", "parameter", "event", "argument"};

static const struct {
  const char *key;
  B7NeedKind kind;
} needs[] = {
#define B7_NEED_ROW(id, key, kind) {key, B7_CONTRACT_##kind},
    B7_NEED_LIST(B7_NEED_ROW)
#undef B7_NEED_ROW
};

static const char *const quantity_keys[] = {
#define B7_QUANTITY_ROW(id, name, unit, label) name,
    B7_QUANTITY_LIST(B7_QUANTITY_ROW) NULL
#undef B7_QUANTITY_ROW
};

/* ---- reading ---- */

static B7Status read_words(const B7Node *row, const char *key, const char **out, B7Error *error) {
  const B7Node *node;
  B7_TRY(b7_node_need(row, key, &node, error));
  return b7_node_text(node, out, error);
}

static B7Status read_row(const B7Contract *contract, const B7Node *node, B7NeedKind kind, B7ContractRow *row,
                         B7Error *error) {
  const char *keys[] = {kind_words[kind], "unit", "meaning", "for", NULL, NULL};
  if (kind == B7_CONTRACT_ARGUMENT) keys[4] = kind_words[B7_CONTRACT_EVENT];
  B7_TRY(b7_node_expect(node, B7_NODE_MAPPING, "what the program needs", error));
  B7_TRY(b7_node_only_keys(node, keys, error));
  row->kind = kind;
  B7_TRY(read_words(node, kind_words[kind], &row->name, error));
  if (kind == B7_CONTRACT_ARGUMENT)
    B7_TRY(read_words(node, kind_words[B7_CONTRACT_EVENT], &row->event, error));
  B7_TRY(read_words(node, "unit", &row->unit, error));
  B7_TRY(read_words(node, "for", &row->feature, error));
  if (!b7_node_get(contract->features, row->feature))
    return b7_node_fail(b7_node_get(node, "for"), error, "'%s' is not among 'features:'", row->feature);
  const B7Node *meaning = b7_node_get(node, "meaning");
  return meaning ? b7_node_text(meaning, &row->meaning, error) : B7_OK;
}

static B7Status read_needs(B7Contract *contract, const B7Node *list, B7Error *error) {
  const char *keys[B7_NEED_COUNT + 1] = {NULL};
  B7_TRY(b7_node_expect(list, B7_NODE_MAPPING, "'needs'", error));
  for (int32_t i = 0; i < B7_NEED_COUNT; i++) keys[i] = needs[i].key;
  B7_TRY(b7_node_only_keys(list, keys, error));
  for (int32_t i = 0; i < B7_NEED_COUNT; i++) {
    const B7Node *row;
    B7_TRY(b7_node_need(list, keys[i], &row, error));
    B7_TRY(read_row(contract, row, needs[i].kind, &contract->needs[i], error));
    if (!contract->needs[i].meaning) return b7_node_fail(row, error, "'meaning:' is missing here");
  }
  return B7_OK;
}

/* a quantity that is not named is one that no model tells */
static B7Status read_quantities(B7Contract *contract, const B7Node *list, B7Error *error) {
  B7_TRY(b7_node_expect(list, B7_NODE_MAPPING, "'quantities'", error));
  B7_TRY(b7_node_only_keys(list, quantity_keys, error));
  for (int32_t q = 0; q < B7_QUANTITY_COUNT; q++) {
    const B7Node *row = b7_node_get(list, quantity_keys[q]);
    if (row) B7_TRY(read_row(contract, row, B7_CONTRACT_OBSERVABLE, &contract->quantities[q], error));
  }
  return B7_OK;
}

B7Status b7_contract_read(const char *text, size_t length, const char *name, const B7Hooks *hooks,
                          B7Contract *out, B7Error *error) {
  static const char *const keys[] = {"about", "features", "needs", "quantities", NULL};
  const B7Node *root, *list;
  *out = (B7Contract){0};
  B7_TRY(b7_document_parse(text, length, name, hooks, &out->document, error));
  root = b7_document_root(out->document);
  B7_TRY(b7_node_expect(root, B7_NODE_MAPPING, "the contract", error));
  B7_TRY(b7_node_only_keys(root, keys, error));
  B7_TRY(b7_node_need(root, "features", &out->features, error));
  B7_TRY(b7_node_expect(out->features, B7_NODE_MAPPING, "'features'", error));
  B7_TRY(b7_node_need(root, "needs", &list, error));
  B7_TRY(read_needs(out, list, error));
  B7_TRY(b7_node_need(root, "quantities", &list, error));
  return read_quantities(out, list, error);
}

B7Status b7_contract_open(const B7Hooks *hooks, B7Contract *out, B7Error *error) {
  return b7_contract_read((const char *)b7_text_contract, b7_text_contract_length, "model_contract.yaml",
                          hooks, out, error);
}

void b7_contract_close(B7Contract *contract) {
  b7_document_free(contract->document);
  contract->document = NULL;
}

/* ---- binding ---- */

static int32_t find_argument(const B7KernelEvent *event, const char *name) {
  for (int32_t i = 0; i < event->n_argument; i++)
    if (strcmp(event->argument_names[i], name) == 0) return i;
  return -1;
}

/* place of a row's name, and the unit that the model gives it; -1 when there is none */
static int32_t find(const B7KernelTables *tables, const B7ContractRow *row, const char **unit) {
  int32_t event, place;
  switch (row->kind) {
  case B7_CONTRACT_OBSERVABLE:
    place = b7_tables_observable(tables, row->name);
    if (place >= 0) *unit = tables->observables[place].unit;
    return place;
  case B7_CONTRACT_PARAMETER:
    place = b7_tables_parameter(tables, row->name);
    if (place >= 0) *unit = tables->parameters[place].unit;
    return place;
  case B7_CONTRACT_EVENT:
    place = b7_tables_event(tables, row->name);
    if (place >= 0)
      *unit = tables->events[place].n_argument > 0 ? tables->events[place].argument_units[0] : "";
    return place;
  case B7_CONTRACT_ARGUMENT:
    event = b7_tables_event(tables, row->event);
    place = event < 0 ? -1 : find_argument(&tables->events[event], row->name);
    if (place >= 0) *unit = tables->events[event].argument_units[place];
    return place;
  }
  return -1;
}

/* one unit in two spellings is one unit; doses are converted, so of an event's first argument the dimension counts */
static bool agrees(const B7Units *units, const B7ContractRow *row, const char *has) {
  double has_factor, wanted_factor;
  int has_power[B7_UNIT_BASES], wanted_power[B7_UNIT_BASES];
  if (!has || strcmp(has, row->unit) == 0) return true;
  return b7_units_dimension(units, has, &has_factor, has_power) &&
         b7_units_dimension(units, row->unit, &wanted_factor, wanted_power) &&
         memcmp(has_power, wanted_power, sizeof has_power) == 0 &&
         (row->kind == B7_CONTRACT_EVENT || fabs(has_factor - wanted_factor) <= 1e-9 * fabs(wanted_factor));
}

static int32_t bind_row(const B7ContractRow *row, const B7KernelTables *tables, const B7Units *units) {
  const char *unit = NULL;
  if (!row->name) return 0;
  int32_t place = find(tables, row, &unit);
  return place >= 0 && agrees(units, row, unit) ? place + 1 : 0;
}

B7Status b7_contract_bind(const B7Contract *contract, const B7KernelTables *tables, const B7Hooks *hooks,
                          int32_t bound[B7_NEED_COUNT], int32_t quantities[B7_QUANTITY_COUNT],
                          B7Error *error) {
  B7Units *units;
  B7_TRY(b7_units_make(hooks, &units, error));
  for (int32_t i = 0; bound && i < B7_NEED_COUNT; i++)
    bound[i] = bind_row(&contract->needs[i], tables, units);
  for (int32_t q = 0; quantities && q < B7_QUANTITY_COUNT; q++)
    quantities[q] = bind_row(&contract->quantities[q], tables, units);
  b7_units_free(units);
  return B7_OK;
}

B7Status b7_contract_bind_tables(B7Arena *arena, B7KernelTables *tables, B7Error *error) {
  int32_t *bound = B7_ARENA_ARRAY(arena, int32_t, B7_NEED_COUNT),
          *quantities = B7_ARENA_ARRAY(arena, int32_t, B7_QUANTITY_COUNT);
  if (!bound || !quantities) return b7_fail_memory(error);
  B7Contract contract;
  B7Status status = b7_contract_open(&arena->hooks, &contract, error);
  if (status == B7_OK) status = b7_contract_bind(&contract, tables, &arena->hooks, bound, quantities, error);
  b7_contract_close(&contract);
  tables->needs = bound;
  tables->quantities = quantities;
  return status;
}

/* ---- what a model lacks ---- */

typedef struct Check {
  const B7Contract *contract;
  const B7KernelTables *tables;
  const B7Units *units;
  B7Text *report;
  int32_t n_missing, n_wrong_unit;
} Check;

/* a word on one row of a feature; found: faults of the feature so far */
static void check_row(Check *check, const B7ContractRow *row, const char *words, int32_t *found) {
  const char *unit = NULL;
  const int32_t place = find(check->tables, row, &unit);
  if (place >= 0 && agrees(check->units, row, unit)) return;
  if ((*found)++ == 0)
    b7_text_append(check->report, "not possible, or only in part: %s; the model has", words);
  b7_text_append(check->report, "%s %s%s '%s'", *found > 1 ? "," : "", place < 0 ? "no " : "",
                 kind_words[row->kind], row->name);
  if (row->event) b7_text_append(check->report, " of event '%s'", row->event);
  if (place >= 0) b7_text_append(check->report, " in '%s', not in '%s'", unit, row->unit);
  check->n_missing += place < 0;
  check->n_wrong_unit += place >= 0;
}

static void check_feature(Check *check, const char *feature, const char *words) {
  const B7Contract *contract = check->contract;
  int32_t found = 0;
  for (int32_t i = 0; i < B7_NEED_COUNT; i++)
    if (strcmp(contract->needs[i].feature, feature) == 0)
      check_row(check, &contract->needs[i], words, &found);
  for (int32_t q = 0; q < B7_QUANTITY_COUNT; q++)
    if (contract->quantities[q].name && strcmp(contract->quantities[q].feature, feature) == 0)
      check_row(check, &contract->quantities[q], words, &found);
  if (found > 0) b7_text_append(check->report, "\n");
}

B7Status b7_contract_report(const B7KernelTables *tables, const B7Hooks *hooks, int32_t *n_missing,
                            int32_t *n_wrong_unit, B7Text *report, B7Error *error) {
  B7Contract contract;
  B7Units *units = NULL;
  B7Status status = b7_contract_open(hooks, &contract, error);
  if (status == B7_OK) status = b7_units_make(hooks, &units, error);
  if (status == B7_OK) {
    Check check = {.contract = &contract, .tables = tables, .units = units, .report = report};
    for (int32_t k = 0; k < contract.features->count; k++)
      check_feature(&check, contract.features->keys[k]->text, contract.features->items[k]->text);
    *n_missing = check.n_missing;
    *n_wrong_unit = check.n_wrong_unit;
    if (report->failed) status = b7_fail_memory(error);
  }
  b7_units_free(units);
  b7_contract_close(&contract);
  return status;
}
