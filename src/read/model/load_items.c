/* The sections of a module file. Quantities come first, of all modules, so that reactions and events know
 * their targets. */
#include "read/model/model_reader.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static const char *const axes[] = {"log", "linear", NULL};

/* A formula, or a bare number, which is in the unit asked for. */
static B7Status note_formula(B7Draft *draft, const B7Node *node, B7Formula formula, bool number_has_unit,
                             B7Error *error) {
  const char *text;
  B7_TRY(b7_node_text(node, &text, error));
  char *end;
  strtod(text, &end);
  if (number_has_unit && end != text && *end == '\0') formula.unit = NULL;
  formula.place = b7_load_place(draft, node);
  formula.text = b7_draft_text(draft, text);
  if (!formula.text) return b7_fail_memory(error);
  return b7_draft_formula(draft, &formula, error);
}

static B7Status read_parameter(B7Draft *draft, const B7Node *key, const B7Node *node, B7Error *error) {
  static const char *const keys[] = {"label",  "value",   "unit",  "range", "spread", "patient",
                                     "source", "assumed", "tuned", "note",  NULL};
  B7_TRY(b7_node_only_keys(node, keys, error));
  B7ModelParameter *p;
  B7_TRY(b7_draft_parameter(draft, key->text, b7_load_place(draft, key), &p, error));
  B7_TRY(b7_load_text(draft, node, "label", true, &p->label, error));
  B7_TRY(b7_load_unit(draft, node, &p->unit, error));
  return b7_load_value(draft, node, p, error);
}

static B7Status read_latch(B7Draft *draft, const B7Node *key, const B7Node *node, B7Error *error) {
  static const char *const keys[] = {"label", "unit", "initial", NULL};
  B7_TRY(b7_node_only_keys(node, keys, error));
  B7ModelLatch *latch;
  B7_TRY(b7_draft_latch(draft, key->text, b7_load_place(draft, key), &latch, error));
  B7_TRY(b7_load_text(draft, node, "label", true, &latch->label, error));
  B7_TRY(b7_load_unit(draft, node, &latch->unit, error));
  const B7Node *initial;
  B7_TRY(b7_node_need(node, "initial", &initial, error));
  return b7_node_number(initial, &latch->initial, error);
}

static B7Status read_count_below(B7Draft *draft, const B7Node *node, B7ModelState *state, B7Error *error) {
  double amount, scale, offset;
  const char *unit;
  B7_TRY(b7_node_quantity(node, &amount, &unit, error));
  if (state->cells_per_unit == 0)
    return b7_node_fail(node, error, "'%s' is in %s: count_below is for numbers of cells", state->name,
                        state->unit);
  if (!b7_units_convertible(draft->units, unit, "cell") ||
      b7_units_conversion(draft->units, unit, "cell", &scale, &offset, NULL) != B7_OK)
    return b7_node_fail(node, error,
                        "count_below of '%s' must be a number of cells such as '100 cell', not '%s'",
                        state->name, node->text);
  state->count_below_cells = amount * scale;
  if (state->count_below_cells <= 0)
    return b7_node_fail(node, error, "count_below of '%s' must be above 0", state->name);
  return B7_OK;
}

static B7Status read_state(B7Draft *draft, const B7Node *key, const B7Node *node, B7Error *error) {
  static const char *const keys[] = {"label",       "unit",        "initial", "negligible",
                                     "count_below", "clear_group", NULL};
  B7_TRY(b7_node_only_keys(node, keys, error));
  B7ModelState *state;
  B7_TRY(b7_draft_state(draft, key->text, b7_load_place(draft, key), &state, error));
  B7_TRY(b7_load_text(draft, node, "label", true, &state->label, error));
  B7_TRY(b7_load_unit(draft, node, &state->unit, error));
  if (b7_units_convertible(draft->units, state->unit, "cell")) {
    double offset;
    B7_TRY(b7_units_conversion(draft->units, state->unit, "cell", &state->cells_per_unit, &offset, error));
  }
  const B7Node *initial, *negligible, *count_below = b7_node_get(node, "count_below");
  B7_TRY(b7_node_need(node, "initial", &initial, error));
  B7_TRY(b7_node_need(node, "negligible", &negligible, error));
  B7_TRY(b7_node_number(negligible, &state->negligible, error));
  if (!(state->negligible > 0))
    return b7_node_fail(negligible, error, "negligible of '%s' must be above 0: it is the absolute tolerance",
                        state->name);
  if (count_below) B7_TRY(read_count_below(draft, count_below, state, error));
  B7_TRY(b7_load_text(draft, node, "clear_group", false, &state->clear_group, error));
  const B7Formula formula = {.what =
                                 b7_arena_format(&draft->model->arena, "initial value of '%s'", state->name),
                             .target = &state->initial,
                             .event = -1,
                             .reach = B7_REACH_CONSTANT,
                             .unit = state->unit,
                             .per = ""};
  return note_formula(draft, initial, formula, true, error);
}

static B7Status read_definition(B7Draft *draft, const B7Node *key, const B7Node *node, B7Error *error) {
  static const char *const keys[] = {"label", "unit", "is", NULL};
  B7_TRY(b7_node_only_keys(node, keys, error));
  B7ModelDefinition *definition;
  B7_TRY(b7_draft_definition(draft, key->text, b7_load_place(draft, key), &definition, error));
  B7_TRY(b7_load_text(draft, node, "label", false, &definition->label, error));
  B7_TRY(b7_load_unit(draft, node, &definition->unit, error));
  const B7Node *is;
  B7_TRY(b7_node_need(node, "is", &is, error));
  const B7Formula formula = {.what =
                                 b7_arena_format(&draft->model->arena, "definition '%s'", definition->name),
                             .target = &definition->is,
                             .event = -1,
                             .reach = B7_REACH_STATE,
                             .unit = definition->unit,
                             .per = ""};
  return note_formula(draft, is, formula, false, error);
}

static B7Status find_kind(const B7Draft *draft, const B7Node *node, B7NameKind kind, const char *what,
                          int32_t *index, B7Error *error) {
  const char *name;
  B7_TRY(b7_node_text(node, &name, error));
  const B7Name *found = b7_names_find(&draft->names, name);
  if (found && found->kind == kind) {
    *index = found->index;
    return B7_OK;
  }
  const char *word = b7_name_kind_word(kind);
  if (found)
    return b7_node_fail(node, error, "%s: '%s' is %s, not a %s", what, name, b7_name_kind_phrase(found->kind),
                        word);
  const char *near = b7_names_suggest(&draft->names, name, 1u << kind);
  if (near)
    return b7_node_fail(node, error, "%s: unknown %s '%s'. Did you mean '%s'?", what, word, name, near);
  return b7_node_fail(node, error, "%s: unknown %s '%s'", what, word, name);
}

/* `to: E` or `to: {E: 0.8, M: "1 - memsh"}`; the unit of a weight is that of its state per that of the rate's
 * state */
static B7Status read_side(B7Draft *draft, const B7Node *node, const char *side, const char *reaction,
                          int32_t *count, const B7ModelTerm **terms, const char *rate_unit, B7Error *error) {
  if (node->kind == B7_NODE_SEQUENCE)
    return b7_node_fail(node, error,
                        "'%s' of reaction '%s' is a state, or states with weights: {E: 0.8, M: 0.2}", side,
                        reaction);
  bool weighted = node->kind == B7_NODE_MAPPING;
  int32_t n = weighted ? node->count : 1;
  if (n == 0) return b7_node_fail(node, error, "'%s' of reaction '%s' names no state", side, reaction);
  B7ModelTerm *made = B7_ARENA_ARRAY(&draft->model->arena, B7ModelTerm, n);
  if (!made) return b7_fail_memory(error);
  for (int32_t i = 0; i < n; i++) {
    const char *what = b7_arena_format(&draft->model->arena, "reaction '%s'", reaction);
    if (!what) return b7_fail_memory(error);
    B7_TRY(find_kind(draft, weighted ? node->keys[i] : node, B7_NAME_STATE, what, &made[i].state, error));
    for (int32_t k = 0; k < i; k++)
      if (made[k].state == made[i].state)
        return b7_node_fail(node, error, "reaction '%s' names a state twice in '%s'", reaction, side);
    const char *unit = draft->model->states[made[i].state].unit;
    const B7Formula formula = {.what =
                                   b7_arena_format(&draft->model->arena, "weight of '%s' in reaction '%s'",
                                                   draft->model->states[made[i].state].name, reaction),
                               .target = &made[i].weight,
                               .event = -1,
                               .reach = B7_REACH_CONSTANT,
                               .place = b7_load_place(draft, node),
                               .text = "1",
                               .unit = unit,
                               .per = rate_unit ? rate_unit : draft->model->states[made[0].state].unit};
    if (weighted)
      B7_TRY(note_formula(draft, node->items[i], formula, true, error));
    else
      B7_TRY(b7_draft_formula(draft, &formula, error));
  }
  *terms = made;
  *count = n;
  return B7_OK;
}

static B7Status read_by(B7Draft *draft, const B7Node *node, B7ModelReaction *reaction, B7Error *error) {
  B7_TRY(b7_node_expect(node, B7_NODE_SEQUENCE, "by", error));
  int32_t *by = B7_ARENA_ARRAY(&draft->model->arena, int32_t, node->count + 1);
  const char *what = b7_arena_format(&draft->model->arena, "by: of reaction '%s'", reaction->name);
  if (!by || !what) return b7_fail_memory(error);
  for (int32_t i = 0; i < node->count; i++)
    B7_TRY(find_kind(draft, node->items[i], B7_NAME_STATE, what, &by[i], error));
  reaction->by = by;
  reaction->n_by = node->count;
  return B7_OK;
}

static B7Status read_reaction(B7Draft *draft, const B7Node *key, const B7Node *node, B7Error *error) {
  static const char *const keys[] = {"label", "from", "to", "by", "rate", NULL};
  B7_TRY(b7_node_only_keys(node, keys, error));
  B7ModelReaction *r;
  B7_TRY(b7_draft_reaction(draft, key->text, b7_load_place(draft, key), &r, error));
  B7_TRY(b7_load_text(draft, node, "label", false, &r->label, error));
  const B7Node *from = b7_node_get(node, "from"), *to = b7_node_get(node, "to"),
               *by = b7_node_get(node, "by"), *rate;
  if (!from && !to) return b7_node_fail(node, error, "reaction '%s' has neither from: nor to:", r->name);
  if (from) {
    B7_TRY(b7_node_expect(from, B7_NODE_SCALAR, "from", error));
    B7_TRY(read_side(draft, from, "from", r->name, &r->n_from, &r->from, NULL, error));
  }
  const char *rate_unit = from ? draft->model->states[r->from[0].state].unit : NULL;
  if (to) B7_TRY(read_side(draft, to, "to", r->name, &r->n_to, &r->to, rate_unit, error));
  if (!rate_unit) rate_unit = draft->model->states[r->to[0].state].unit;
  if (by) B7_TRY(read_by(draft, by, r, error));
  B7_TRY(b7_node_need(node, "rate", &rate, error));
  const B7Formula formula = {.what = b7_arena_format(&draft->model->arena, "rate of '%s'", r->name),
                             .target = &r->rate,
                             .event = -1,
                             .reach = B7_REACH_STATE,
                             .unit = rate_unit,
                             .per = "d"};
  return note_formula(draft, rate, formula, false, error);
}

static B7Status read_arguments(B7Draft *draft, const B7Node *node, B7ModelEvent *event, B7Error *error) {
  static const char *const keys[] = {"label", "unit", "default", NULL};
  B7_TRY(b7_node_expect(node, B7_NODE_MAPPING, "arguments", error));
  B7ModelArgument *arguments = B7_ARENA_ARRAY(&draft->model->arena, B7ModelArgument, node->count + 1);
  if (!arguments) return b7_fail_memory(error);
  for (int32_t i = 0; i < node->count; i++) {
    const B7Node *item = node->items[i], *given;
    const B7ModelPlace place = b7_load_place(draft, node->keys[i]);
    B7_TRY(b7_name_check(node->keys[i]->text, place, error));
    const B7Name *taken = b7_names_find(&draft->names, node->keys[i]->text);
    if (taken)
      return b7_node_fail(node->keys[i], error, "argument '%s' of '%s' has the name of a %s",
                          node->keys[i]->text, event->name, b7_name_kind_word(taken->kind));
    B7_TRY(b7_node_only_keys(item, keys, error));
    arguments[i].default_value = NAN;
    arguments[i].name = b7_draft_text(draft, node->keys[i]->text);
    if (!arguments[i].name) return b7_fail_memory(error);
    B7_TRY(b7_load_text(draft, item, "label", false, &arguments[i].label, error));
    B7_TRY(b7_load_unit(draft, item, &arguments[i].unit, error));
    given = b7_node_get(item, "default");
    if (given) B7_TRY(b7_node_number(given, &arguments[i].default_value, error));
  }
  event->arguments = arguments;
  event->n_argument = node->count;
  return B7_OK;
}

static B7Status read_changes(B7Draft *draft, const B7Node *node, const B7ModelEvent *event, B7NameKind kind,
                             int32_t *count, const B7ModelChange **out, B7Error *error) {
  B7Model *model = draft->model;
  const char *verb = kind == B7_NAME_STATE ? "add" : "set";
  B7_TRY(b7_node_expect(node, B7_NODE_MAPPING, verb, error));
  B7ModelChange *changes = B7_ARENA_ARRAY(&model->arena, B7ModelChange, node->count + 1);
  const char *what = b7_arena_format(&model->arena, "%s: of event '%s'", verb, event->name);
  if (!changes || !what) return b7_fail_memory(error);
  for (int32_t i = 0; i < node->count; i++) {
    B7_TRY(find_kind(draft, node->keys[i], kind, what, &changes[i].target, error));
    int32_t target = changes[i].target;
    const B7Formula formula = {
        .what =
            b7_arena_format(&model->arena, "%s: '%s' of event '%s'", verb, node->keys[i]->text, event->name),
        .target = &changes[i].is,
        .event = (int32_t)(event - model->events),
        .reach = B7_REACH_EVENT,
        .unit = kind == B7_NAME_STATE ? model->states[target].unit : model->latches[target].unit,
        .per = ""};
    B7_TRY(note_formula(draft, node->items[i], formula, true, error));
  }
  *out = changes;
  *count = node->count;
  return B7_OK;
}

static B7Status read_event(B7Draft *draft, const B7Node *key, const B7Node *node, B7Error *error) {
  static const char *const keys[] = {"label", "arguments", "add", "set", NULL};
  B7_TRY(b7_node_only_keys(node, keys, error));
  B7ModelEvent *event;
  B7_TRY(b7_draft_event(draft, key->text, b7_load_place(draft, key), &event, error));
  B7_TRY(b7_load_text(draft, node, "label", false, &event->label, error));
  const B7Node *arguments = b7_node_get(node, "arguments"), *add = b7_node_get(node, "add"),
               *set = b7_node_get(node, "set");
  if (!add && !set) return b7_node_fail(node, error, "event '%s' has neither add: nor set:", event->name);
  if (arguments) B7_TRY(read_arguments(draft, arguments, event, error));
  if (add) B7_TRY(read_changes(draft, add, event, B7_NAME_STATE, &event->n_add, &event->add, error));
  if (set) B7_TRY(read_changes(draft, set, event, B7_NAME_LATCH, &event->n_set, &event->set, error));
  return B7_OK;
}

static B7Status read_observable(B7Draft *draft, const B7Node *key, const B7Node *node, B7Error *error) {
  static const char *const keys[] = {"label", "unit", "is", "detection", "axis", NULL};
  B7_TRY(b7_node_only_keys(node, keys, error));
  B7ModelObservable *o;
  B7_TRY(b7_draft_observable(draft, key->text, b7_load_place(draft, key), &o, error));
  B7_TRY(b7_load_text(draft, node, "label", true, &o->label, error));
  B7_TRY(b7_load_unit(draft, node, &o->unit, error));
  const B7Node *is, *detection = b7_node_get(node, "detection"), *axis = b7_node_get(node, "axis");
  if (detection) B7_TRY(b7_node_number(detection, &o->detection, error));
  if (axis) {
    const char *word;
    B7_TRY(b7_node_text(axis, &word, error));
    o->log_axis = strcmp(word, axes[0]) == 0;
    if (!o->log_axis && strcmp(word, axes[1]) != 0)
      return b7_node_fail(axis, error, "axis of '%s' is log or linear, not '%s'", o->name, word);
  }
  B7_TRY(b7_node_need(node, "is", &is, error));
  const B7Formula formula = {.what = b7_arena_format(&draft->model->arena, "observable '%s'", o->name),
                             .target = &o->is,
                             .event = -1,
                             .reach = B7_REACH_STATE,
                             .unit = o->unit,
                             .per = ""};
  return note_formula(draft, is, formula, false, error);
}

typedef struct Section {
  const char *name;
  B7LoadPhase phase;
  B7Status (*read)(B7Draft *draft, const B7Node *key, const B7Node *node, B7Error *error);
  size_t count_offset; /* of its number in B7DraftCapacity */
} Section;

static const Section sections[] = {
    {"parameters", B7_LOAD_QUANTITIES, read_parameter, offsetof(B7DraftCapacity, parameters)},
    {"latches", B7_LOAD_QUANTITIES, read_latch, offsetof(B7DraftCapacity, latches)},
    {"states", B7_LOAD_QUANTITIES, read_state, offsetof(B7DraftCapacity, states)},
    {"definitions", B7_LOAD_QUANTITIES, read_definition, offsetof(B7DraftCapacity, definitions)},
    {"observables", B7_LOAD_QUANTITIES, read_observable, offsetof(B7DraftCapacity, observables)},
    {"reactions", B7_LOAD_CHANGES, read_reaction, offsetof(B7DraftCapacity, reactions)},
    {"events", B7_LOAD_CHANGES, read_event, offsetof(B7DraftCapacity, events)},
};
#define N_SECTIONS (sizeof sections / sizeof sections[0])

void b7_load_count_items(const B7Node *root, B7DraftCapacity *capacity) {
  for (size_t i = 0; i < N_SECTIONS; i++) {
    const B7Node *section = b7_node_get(root, sections[i].name);
    if (section && section->kind == B7_NODE_MAPPING)
      *(int32_t *)((char *)capacity + sections[i].count_offset) += section->count;
  }
}

B7Status b7_load_items(B7Draft *draft, const B7Node *root, B7LoadPhase phase, B7Error *error) {
  for (size_t k = 0; k < N_SECTIONS; k++) {
    const B7Node *section = b7_node_get(root, sections[k].name);
    if (!section || sections[k].phase != phase) continue;
    B7_TRY(b7_node_expect(section, B7_NODE_MAPPING, sections[k].name, error));
    for (int32_t i = 0; i < section->count; i++) {
      B7_TRY(b7_node_expect(section->items[i], B7_NODE_MAPPING, section->keys[i]->text, error));
      B7_TRY(sections[k].read(draft, section->keys[i], section->items[i], error));
    }
  }
  return B7_OK;
}
