/* Each drug of the table becomes an amount that decays (two for a drug that leaves in two exponentials), a
 * dose event, and its kill of each target. */
#include "read/model/model_reader.h"

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
  // two amounts at most; loss rates, share, effects
  capacity->states += 2 * n_drugs;
  capacity->parameters += n_drugs * (3 + n_targets);
  capacity->reactions += 2 * n_drugs;
  capacity->events += n_drugs;
  capacity->definitions += n_targets;
}

/* label: what the drug calls itself, else its name */
static B7Status drug_label(B7Draft *draft, const char *name, const B7Node *drug, const char **label,
                           B7Error *error) {
  B7_TRY(b7_load_text(draft, drug, "label", false, label, error));
  if (!**label) *label = b7_draft_text(draft, name);
  return *label ? B7_OK : b7_fail_memory(error);
}

static B7Status check_keys(const B7Node *drug, const B7Node *targets, B7Error *error) {
  // what courses need of a drug (bases, usual dose, aliases, ...) is read there
  static const char *const keys[] = {
      "symbol",    "label", "about",   "aliases",          "class", "reference_dose", "usual_dose", "bases",
      "loss_rate", "slow",  "effects", "pharmacokinetics", "note",  "role",           NULL};
  B7_TRY(b7_node_only_keys(drug, keys, error));
  const B7Node *effects = b7_node_get(drug, "effects");
  if (!effects) return B7_OK;
  B7_TRY(b7_node_expect(effects, B7_NODE_MAPPING, "effects", error));
  const char *known[65] = {NULL};
  for (int32_t i = 0; targets && i < targets->count && i < 64; i++) known[i] = targets->items[i]->text;
  return b7_node_only_keys(effects, known, error);
}

static B7Status add_value(B7Draft *draft, const char *name, const char *label, const char *unit,
                          const B7Node *node, B7Error *error) {
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
    if (b7_units_conversion(draft->units, text, unit, &scale, &offset, NULL) != B7_OK || scale != 1 ||
        offset != 0)
      return b7_node_fail(given, error, "'%s' must be in %s, not '%s'", name, unit, text);
  }
  return b7_load_value(draft, node, p, error);
}

static const char *with(B7Draft *draft, const char *format, const char *word) {
  return b7_arena_format(&draft->model->arena, format, word);
}

static B7Status add_amount(B7Draft *draft, const B7Node *key, const char *name_format,
                           const char *label_format, const char *label, B7Error *error) {
  const char *name = with(draft, name_format, key->text), *state_label = with(draft, label_format, label);
  if (!name || !state_label) return b7_fail_memory(error);
  B7ModelState *state;
  B7_TRY(b7_draft_state(draft, name, b7_load_place(draft, key), &state, error));
  state->label = state_label;
  state->unit = "dose";
  state->negligible = DRUG_NEGLIGIBLE_DOSE;
  const B7Formula initial = {.what = name,
                             .place = b7_load_place(draft, key),
                             .text = "0",
                             .target = &state->initial,
                             .event = -1,
                             .reach = B7_REACH_CONSTANT};
  return b7_draft_formula(draft, &initial, error);
}

/* share of a dose that leaves slowly, and how fast */
static B7Status add_slow(B7Draft *draft, const B7Node *slow, const char *drug, const char *label,
                         B7Error *error) {
  static const char *const keys[] = {"share", "loss_rate", NULL};
  const B7Node *share, *loss_rate;
  B7_TRY(b7_node_only_keys(slow, keys, error));
  B7_TRY(b7_node_need(slow, "share", &share, error));
  B7_TRY(b7_node_need(slow, "loss_rate", &loss_rate, error));
  B7_TRY(add_value(draft, with(draft, "share_slow_%s", drug),
                   with(draft, "share of %s that leaves slowly", label), "1", share, error));
  return add_value(draft, with(draft, "loss_slow_%s", drug), with(draft, "slow loss rate of %s", label),
                   "1/d", loss_rate, error);
}

static B7Status add_quantities(B7Draft *draft, const B7Node *key, const B7Node *drug, const B7Node *targets,
                               B7Error *error) {
  B7Arena *arena = &draft->model->arena;
  const char *name = key->text, *label;
  B7_TRY(check_keys(drug, targets, error));
  B7_TRY(drug_label(draft, key->text, drug, &label, error));
  // pharmacokinetics are not simulated, but what they cite must be there
  const B7Node *cited = b7_node_get(b7_node_get(drug, "pharmacokinetics"), "source");
  if (cited) B7_TRY(b7_load_check_source(draft, cited, error));
  const B7Node *loss_rate, *effects = b7_node_get(drug, "effects"), *slow = b7_node_get(drug, "slow");
  B7_TRY(b7_node_need(drug, "loss_rate", &loss_rate, error));
  B7_TRY(add_value(draft, b7_arena_format(arena, "loss_%s", name),
                   b7_arena_format(arena, "loss rate of %s", label), "1/d", loss_rate, error));
  if (slow) B7_TRY(add_slow(draft, slow, name, label, error));
  for (int32_t i = 0; effects && i < effects->count; i++) {
    const char *target = effects->keys[i]->text;
    B7_TRY(add_value(draft, b7_arena_format(arena, "effect_%s_%s", name, target),
                     b7_arena_format(arena, "effect of %s on %s, ln units per reference dose", label, target),
                     "1/dose", effects->items[i], error));
  }
  B7_TRY(add_amount(draft, key, "amount_%s", "amount of %s in reference doses", label, error));
  return slow ? add_amount(draft, key, "amount_slow_%s", "slow amount of %s in reference doses", label, error)
              : B7_OK;
}

/* effect_drugs_(target) = sum over drugs of effect_(drug, target) loss_(drug) amount_(drug): each reference
   dose removes that many ln units in all, however fast it is lost */
static B7Status add_kill(B7Draft *draft, const B7Node *drugs, const B7Node *target, B7Error *error) {
  B7Arena *arena = &draft->model->arena;
  const char *target_name;
  B7_TRY(b7_node_text(target, &target_name, error));
  const char *sum = "";
  for (int32_t i = 0; i < drugs->count; i++) {
    if (!b7_node_get(b7_node_get(drugs->items[i], "effects"), target_name)) continue;
    const char *drug = drugs->keys[i]->text, *plus = *sum ? " + " : "";
    if (b7_node_get(drugs->items[i], "slow"))
      sum = b7_arena_format(arena, "%s%seffect_%s_%s * (loss_%s * amount_%s + loss_slow_%s * amount_slow_%s)",
                            sum, plus, drug, target_name, drug, drug, drug, drug);
    else
      sum = b7_arena_format(arena, "%s%seffect_%s_%s * loss_%s * amount_%s", sum, plus, drug, target_name,
                            drug, drug);
    if (!sum) return b7_fail_memory(error);
  }
  const char *name = b7_arena_format(arena, "effect_drugs_%s", target_name);
  if (!name) return b7_fail_memory(error);
  B7ModelDefinition *kill;
  B7_TRY(b7_draft_definition(draft, name, b7_load_place(draft, target), &kill, error));
  kill->label = b7_arena_format(arena, "effect of all drugs on %s, ln units per day", target_name);
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

/* One amount, its rate and its loss, by name. */
typedef struct Route {
  const char *amount, *rate, *loss, *label;
  int32_t state;
} Route;

static B7Status find_route(B7Draft *draft, bool slow, const char *drug, const char *label, Route *route,
                           B7Error *error) {
  route->amount = with(draft, slow ? "amount_slow_%s" : "amount_%s", drug);
  route->rate = with(draft, slow ? "loss_slow_%s" : "loss_%s", drug);
  route->loss = with(draft, slow ? "elimination_slow_%s" : "elimination_%s", drug);
  route->label = with(draft, slow ? "slow elimination of %s" : "elimination of %s", label);
  const B7Name *state = route->amount ? b7_names_find(&draft->names, route->amount) : NULL;
  if (!state || !route->rate || !route->loss || !route->label) return b7_fail_memory(error);
  route->state = state->index;
  return B7_OK;
}

static B7Status add_loss(B7Draft *draft, const B7ModelPlace place, const Route *route, B7Error *error) {
  B7Arena *arena = &draft->model->arena;
  B7ModelTerm *from = B7_ARENA_ARRAY(arena, B7ModelTerm, 1);
  if (!from) return b7_fail_memory(error);
  B7ModelReaction *loss;
  B7_TRY(b7_draft_reaction(draft, route->loss, place, &loss, error));
  loss->label = route->label;
  from->state = route->state;
  loss->from = from;
  loss->n_from = 1;
  const char *what = b7_arena_format(arena, "rate of '%s'", route->loss);
  const B7Formula weight = {.what = what,
                            .place = place,
                            .text = "1",
                            .target = &from->weight,
                            .event = -1,
                            .reach = B7_REACH_CONSTANT};
  B7_TRY(b7_draft_formula(draft, &weight, error));
  const B7Formula rate = {.what = what,
                          .place = place,
                          .text = b7_arena_format(arena, "%s * %s", route->rate, route->amount),
                          .target = &loss->rate,
                          .event = -1,
                          .reach = B7_REACH_STATE,
                          .unit = "dose",
                          .per = "d"};
  if (!rate.text) return b7_fail_memory(error);
  return b7_draft_formula(draft, &rate, error);
}

static B7Status add_dose(B7Draft *draft, const B7ModelPlace place, const char *drug, const char *label,
                         const Route *routes, int32_t n_routes, B7Error *error) {
  B7Model *model = draft->model;
  B7Arena *arena = &model->arena;
  const char *name = with(draft, "dose.%s", drug);
  B7ModelArgument *argument = B7_ARENA_ARRAY(arena, B7ModelArgument, 1);
  B7ModelChange *add = B7_ARENA_ARRAY(arena, B7ModelChange, n_routes);
  if (!name || !argument || !add) return b7_fail_memory(error);
  B7ModelEvent *event;
  B7_TRY(b7_draft_event(draft, name, place, &event, error));
  event->label = with(draft, "dose of %s", label);
  if (!event->label) return b7_fail_memory(error);
  *argument =
      (B7ModelArgument){.name = "doses", .label = "reference doses", .unit = "dose", .default_value = NAN};
  event->arguments = argument;
  event->n_argument = 1;
  event->add = add;
  event->n_add = n_routes;
  for (int32_t i = 0; i < n_routes; i++) {
    add[i].target = routes[i].state;
    const char *share = i == 0 ? "doses * (1 - share_slow_%s)" : "doses * share_slow_%s";
    const B7Formula formula = {.what = with(draft, "event '%s'", name),
                               .place = place,
                               .text = n_routes == 1 ? "doses" : with(draft, share, drug),
                               .target = &add[i].is,
                               .event = (int32_t)(event - model->events),
                               .reach = B7_REACH_EVENT,
                               .unit = "dose",
                               .per = ""};
    if (!formula.text) return b7_fail_memory(error);
    B7_TRY(b7_draft_formula(draft, &formula, error));
  }
  return B7_OK;
}

static B7Status add_changes(B7Draft *draft, const B7Node *key, const B7Node *drug, B7Error *error) {
  const char *label, *name = b7_draft_text(draft, key->text);
  if (!name) return b7_fail_memory(error);
  Route routes[2];
  int32_t n_routes = b7_node_get(drug, "slow") ? 2 : 1;
  B7_TRY(drug_label(draft, key->text, drug, &label, error));
  const B7ModelPlace place = b7_load_place(draft, key);
  for (int32_t i = 0; i < n_routes; i++) {
    B7_TRY(find_route(draft, i == 1, name, label, &routes[i], error));
    B7_TRY(add_loss(draft, place, &routes[i], error));
  }
  return add_dose(draft, place, name, label, routes, n_routes, error);
}

B7Status b7_drugs_expand(B7Draft *draft, const B7Node *table, const B7Node *targets, B7LoadPhase phase,
                         B7Error *error) {
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
    B7_TRY(phase == B7_LOAD_QUANTITIES
               ? add_quantities(draft, drugs->keys[i], drugs->items[i], targets, error)
               : add_changes(draft, drugs->keys[i], drugs->items[i], error));
  }
  for (int32_t i = 0; targets && phase == B7_LOAD_QUANTITIES && i < targets->count; i++)
    B7_TRY(add_kill(draft, drugs, targets->items[i], error));
  return B7_OK;
}
