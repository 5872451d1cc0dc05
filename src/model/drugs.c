/* Each drug of the table becomes an amount that decays, a dose event, and its kill of each target. */
#include "model/load.h"

#include <math.h>

/* Below a billionth of a reference dose no effect is left. */
#define DRUG_NEGLIGIBLE_DOSE 1e-9

static const B7Node *list_of_drugs(const B7Node *table) {
  const B7Node *drugs = b7_node_get(table, "drugs");
  return drugs && drugs->kind == B7_NODE_MAPPING ? drugs : NULL;
}

void b7_drugs_count(const B7Node *table, const B7Node *targets, B7DraftCapacity *capacity) {
  const B7Node *drugs = list_of_drugs(table);
  int32_t n_drugs = drugs ? drugs->count : 0;
  int32_t n_targets = targets && targets->kind == B7_NODE_SEQUENCE ? targets->count : 0;
  capacity->states += n_drugs;
  capacity->parameters += n_drugs * (1 + n_targets);
  capacity->reactions += n_drugs;
  capacity->events += n_drugs;
  capacity->definitions += n_targets;
}

static B7Status drug_symbol(const B7Node *drug, const char **symbol, B7Error *error) {
  const B7Node *node;
  B7_TRY(b7_node_need(drug, "symbol", &node, error));
  return b7_node_text(node, symbol, error);
}

/* label: what the drug calls itself, else its name */
static B7Status drug_label(B7Draft *draft, const char *name, const B7Node *drug, const char **label, B7Error *error) {
  B7_TRY(b7_load_text(draft, drug, "label", false, label, error));
  if (!**label) *label = b7_draft_text(draft, name);
  return *label ? B7_OK : b7_fail_memory(error);
}

static B7Status check_keys(const B7Node *drug, const B7Node *targets, B7Error *error) {
  // what courses need of a drug (bases, usual dose, aliases, ...) is read there
  static const char *const keys[] = {"symbol", "label",     "aliases", "class",           "reference_dose",
                                     "usual_dose", "bases", "loss_rate", "effects", "pharmacokinetics",
                                     "note",   NULL};
  B7_TRY(b7_node_only_keys(drug, keys, error));
  const B7Node *effects = b7_node_get(drug, "effects");
  if (!effects) return B7_OK;
  B7_TRY(b7_node_expect(effects, B7_NODE_MAPPING, "effects", error));
  const char *known[65] = {NULL};
  for (int32_t i = 0; targets && i < targets->count && i < 64; i++) known[i] = targets->items[i]->text;
  return b7_node_only_keys(effects, known, error);
}

static B7Status add_value(B7Draft *draft, const char *name, const char *label, const char *unit, const B7Node *node,
                          B7Error *error) {
  static const char *const keys[] = {"value",   "unit",  "range",   "spread", "source",
                                     "assumed", "tuned", "patient", "note",   NULL};
  B7_TRY(b7_node_expect(node, B7_NODE_MAPPING, "a value", error));
  B7_TRY(b7_node_only_keys(node, keys, error));
  if (!name || !label) return b7_fail_memory(error);
  B7ModelParameter *p;
  B7_TRY(b7_draft_parameter(draft, name, b7_load_place(draft, node), &p, error));
  p->label = label;
  p->unit = unit;
  const B7Node *given = b7_node_get(node, "unit");
  if (given) {
    const char *text;
    double scale, offset;
    B7_TRY(b7_node_text(given, &text, error));
    if (b7_units_conversion(draft->units, text, unit, &scale, &offset, NULL) != B7_OK || scale != 1 || offset != 0)
      return b7_node_fail(given, error, "'%s' must be in %s, not '%s'", name, unit, text);
  }
  return b7_load_value(draft, node, p, error);
}

static B7Status add_quantities(B7Draft *draft, const B7Node *key, const B7Node *drug, const B7Node *targets,
                               B7Error *error) {
  B7Arena *arena = &draft->model->arena;
  const char *symbol, *label;
  B7_TRY(check_keys(drug, targets, error));
  B7_TRY(drug_symbol(drug, &symbol, error));
  B7_TRY(drug_label(draft, key->text, drug, &label, error));
  const B7Node *loss_rate, *effects = b7_node_get(drug, "effects");
  B7_TRY(b7_node_need(drug, "loss_rate", &loss_rate, error));
  B7_TRY(add_value(draft, b7_arena_format(arena, "k_%s", symbol), b7_arena_format(arena, "loss rate of %s", label), "1/d",
                   loss_rate, error));
  for (int32_t i = 0; effects && i < effects->count; i++) {
    const char *target = effects->keys[i]->text;
    B7_TRY(add_value(draft, b7_arena_format(arena, "x_%s_%s", symbol, target),
                     b7_arena_format(arena, "effect of %s on %s, ln units per reference dose", label, target), "1/dose",
                     effects->items[i], error));
  }
  const char *name = b7_arena_format(arena, "A_%s", symbol);
  if (!name) return b7_fail_memory(error);
  B7ModelState *state;
  B7_TRY(b7_draft_state(draft, name, b7_load_place(draft, key), &state, error));
  state->label = b7_arena_format(arena, "amount of %s in reference doses", label);
  state->unit = "dose";
  state->negligible = DRUG_NEGLIGIBLE_DOSE;
  if (!state->label) return b7_fail_memory(error);
  const B7Formula initial = {.what = name,
                             .place = b7_load_place(draft, key),
                             .text = "0",
                             .target = &state->initial,
                             .event = -1,
                             .reach = B7_REACH_CONSTANT,
                             .unit = NULL};
  return b7_draft_formula(draft, &initial, error);
}

/* K_target = sum over drugs of x_(drug, target) k_drug A_drug: each reference dose removes x ln units in all, however
   fast it is lost */
static B7Status add_kill(B7Draft *draft, const B7Node *drugs, const B7Node *target, B7Error *error) {
  B7Arena *arena = &draft->model->arena;
  const char *target_name;
  B7_TRY(b7_node_text(target, &target_name, error));
  const char *sum = "";
  for (int32_t i = 0; i < drugs->count; i++) {
    if (!b7_node_get(b7_node_get(drugs->items[i], "effects"), target_name)) continue;
    const char *symbol;
    B7_TRY(drug_symbol(drugs->items[i], &symbol, error));
    sum = b7_arena_format(arena, "%s%sx_%s_%s * k_%s * A_%s", sum, *sum ? " + " : "", symbol, target_name, symbol, symbol);
    if (!sum) return b7_fail_memory(error);
  }
  const char *name = b7_arena_format(arena, "K_%s", target_name);
  if (!name) return b7_fail_memory(error);
  B7ModelDefinition *kill;
  B7_TRY(b7_draft_definition(draft, name, b7_load_place(draft, target), &kill, error));
  kill->label = b7_arena_format(arena, "kill of %s by all drugs", target_name);
  kill->unit = "1/d";
  if (!kill->label) return b7_fail_memory(error);
  const B7Formula formula = {.what = b7_arena_format(arena, "definition '%s'", name),
                             .place = b7_load_place(draft, target),
                             .text = *sum ? sum : "0",
                             .target = &kill->is,
                             .event = -1,
                             .reach = B7_REACH_STATE,
                             .unit = "1/d",
                             .per = ""};
  return b7_draft_formula(draft, &formula, error);
}

static B7Status add_loss(B7Draft *draft, const B7ModelPlace place, const char *symbol, const char *label, int32_t state,
                         B7Error *error) {
  B7Arena *arena = &draft->model->arena;
  const char *name = b7_arena_format(arena, "loss_%s", symbol);
  B7ModelTerm *from = B7_ARENA_ARRAY(arena, B7ModelTerm, 1);
  if (!name || !from) return b7_fail_memory(error);
  B7ModelReaction *loss;
  B7_TRY(b7_draft_reaction(draft, name, place, &loss, error));
  loss->label = b7_arena_format(arena, "loss of %s", label);
  if (!loss->label) return b7_fail_memory(error);
  from->state = state;
  loss->from = from;
  loss->n_from = 1;
  const char *what = b7_arena_format(arena, "rate of '%s'", name);
  const B7Formula weight = {
      .what = what, .place = place, .text = "1", .target = &from->weight, .event = -1, .reach = B7_REACH_CONSTANT};
  B7_TRY(b7_draft_formula(draft, &weight, error));
  const B7Formula rate = {.what = what,
                          .place = place,
                          .text = b7_arena_format(arena, "k_%s * A_%s", symbol, symbol),
                          .target = &loss->rate,
                          .event = -1,
                          .reach = B7_REACH_STATE,
                          .unit = "dose",
                          .per = "d"};
  if (!rate.text) return b7_fail_memory(error);
  return b7_draft_formula(draft, &rate, error);
}

static B7Status add_dose(B7Draft *draft, const B7ModelPlace place, const char *drug, const char *label, int32_t state,
                         B7Error *error) {
  B7Model *model = draft->model;
  B7Arena *arena = &model->arena;
  const char *name = b7_arena_format(arena, "dose.%s", drug);
  B7ModelArgument *argument = B7_ARENA_ARRAY(arena, B7ModelArgument, 1);
  B7ModelChange *add = B7_ARENA_ARRAY(arena, B7ModelChange, 1);
  if (!name || !argument || !add) return b7_fail_memory(error);
  B7ModelEvent *event;
  B7_TRY(b7_draft_event(draft, name, place, &event, error));
  event->label = b7_arena_format(arena, "dose of %s", label);
  if (!event->label) return b7_fail_memory(error);
  *argument = (B7ModelArgument){.name = "doses", .label = "reference doses", .unit = "dose", .default_value = NAN};
  add->target = state;
  event->arguments = argument;
  event->n_argument = 1;
  event->add = add;
  event->n_add = 1;
  const B7Formula formula = {.what = b7_arena_format(arena, "event '%s'", name),
                             .place = place,
                             .text = "doses",
                             .target = &add->is,
                             .event = (int32_t)(event - model->events),
                             .reach = B7_REACH_EVENT,
                             .unit = "dose",
                             .per = ""};
  return b7_draft_formula(draft, &formula, error);
}

static B7Status add_changes(B7Draft *draft, const B7Node *key, const B7Node *drug, B7Error *error) {
  const char *symbol, *label;
  B7_TRY(drug_symbol(drug, &symbol, error));
  B7_TRY(drug_label(draft, key->text, drug, &label, error));
  const char *amount = b7_arena_format(&draft->model->arena, "A_%s", symbol);
  const B7Name *state = amount ? b7_names_find(&draft->names, amount) : NULL;
  if (!state) return b7_fail_memory(error);
  const B7ModelPlace place = b7_load_place(draft, key);
  B7_TRY(add_loss(draft, place, symbol, label, state->index, error));
  return add_dose(draft, place, key->text, label, state->index, error);
}

B7Status b7_drugs_expand(B7Draft *draft, const B7Node *table, const B7Node *targets, B7LoadPhase phase, B7Error *error) {
  const B7Node *drugs;
  B7_TRY(b7_node_expect(table, B7_NODE_MAPPING, "a drug table", error));
  B7_TRY(b7_node_need(table, "drugs", &drugs, error));
  B7_TRY(b7_node_expect(drugs, B7_NODE_MAPPING, "drugs", error));
  if (targets) {
    B7_TRY(b7_node_expect(targets, B7_NODE_SEQUENCE, "targets", error));
    if (targets->count > 64) return b7_node_fail(targets, error, "at most 64 targets");
    for (int32_t i = 0; i < targets->count; i++)
      B7_TRY(b7_node_expect(targets->items[i], B7_NODE_SCALAR, "a target", error));
  }
  for (int32_t i = 0; i < drugs->count; i++) {
    B7_TRY(b7_node_expect(drugs->items[i], B7_NODE_MAPPING, drugs->keys[i]->text, error));
    B7_TRY(phase == B7_LOAD_QUANTITIES ? add_quantities(draft, drugs->keys[i], drugs->items[i], targets, error)
                                       : add_changes(draft, drugs->keys[i], drugs->items[i], error));
  }
  for (int32_t i = 0; targets && phase == B7_LOAD_QUANTITIES && i < targets->count; i++)
    B7_TRY(add_kill(draft, drugs, targets->items[i], error));
  return B7_OK;
}
