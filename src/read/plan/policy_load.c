/* policy_load.c - rules of decision as text. */
#include "read/plan/policy_load.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "base/hash.h"
#include "kernel/tables.h"
#include "read/catalogue/dose_read.h"
#include "read/catalogue/schedule.h"

/* policies that stand on each other */
#define LIKE_MOST 4

/* a policy while it is read */
typedef struct PolicyDraft {
  const B7PlanMaker *maker;
  B7Arena *arena;
  B7Error *error;
  B7Policy *policy;
  B7PolicyRule *rules;
  B7PolicyCondition *conditions;
  B7PolicyAssay *assays;
  double *arguments;
  bool windows_follow;
  const char *folder; /* of the policy files, with its slash */
  size_t room_rule, room_condition, room_argument, room_assay;
} PolicyDraft;

static const char *keep(PolicyDraft *draft, const char *text) {
  const char *copy = b7_arena_text(draft->arena, text, strlen(text));
  if (!copy) b7_fail_memory(draft->error);
  return copy;
}

static B7Status find_observable(PolicyDraft *draft, const B7Node *key, int32_t *out) {
  const B7KernelTables *tables = draft->maker->tables;
  const char **names = B7_ARENA_ARRAY(draft->arena, const char *, tables->n_observable + 1);
  if (!names) return b7_fail_memory(draft->error);
  for (*out = 0; *out < tables->n_observable; (*out)++) {
    names[*out] = tables->observables[*out].name;
    if (strcmp(names[*out], key->text) == 0) return B7_OK;
  }
  return b7_node_unknown(key, "observable", key->text, names, NULL, draft->error);
}

/* "10 1e9/L" in the unit of the observable; a bare number only where the observable is one */
static B7Status read_threshold(PolicyDraft *draft, const B7Node *node, const B7KernelObservable *observable,
                               double *out) {
  const char *unit;
  B7Convertible can;
  B7_TRY(b7_node_quantity(node, out, &unit, draft->error));
  if (!*unit) {
    if (strcmp(observable->unit, "1") == 0) return B7_OK;
    return b7_node_fail(node, draft->error, "the threshold of '%s' needs its unit: '%s %s'", observable->name,
                        node->text, observable->unit);
  }
  B7_TRY(
      b7_converter_measured(draft->maker->converter, unit, observable->unit, NAN, out, &can, draft->error));
  if (can != B7_CONVERTIBLE_YES) {
    return b7_node_fail(node, draft->error, "'%s' is in %s, which '%s' cannot be turned into",
                        observable->name, observable->unit, unit);
  }
  return B7_OK;
}

/* {platelets: {below: 10 1e9/L}, ...} */
static B7Status read_conditions(PolicyDraft *draft, const B7Node *node, const char *what, int32_t *start,
                                int32_t *count) {
  static const char *const COMPARE[] = {"below", "at_most", "at_least", "above", NULL};
  B7_TRY(b7_node_expect(node, B7_NODE_MAPPING, what, draft->error));
  if (node->count == 0) return b7_node_fail(node, draft->error, "%s needs at least one condition", what);
  *start = draft->policy->n_condition;
  for (int32_t i = 0; i < node->count; i++) {
    B7PolicyCondition condition = {0};
    const B7Node *test = node->items[i];
    B7_TRY(find_observable(draft, node->keys[i], &condition.observable));
    B7_TRY(b7_node_only_keys(test, COMPARE, draft->error));
    for (int32_t k = 0; k < test->count; k++) {
      int compare = 0;
      while (strcmp(COMPARE[compare], test->keys[k]->text) != 0) compare++;
      condition.compare = (B7PolicyCompare)compare;
      B7_TRY(read_threshold(draft, test->items[k], &draft->maker->tables->observables[condition.observable],
                            &condition.threshold));
      draft->conditions = b7_arena_grow(draft->arena, draft->conditions, (size_t)draft->policy->n_condition,
                                        &draft->room_condition, sizeof condition);
      if (!draft->conditions) return b7_fail_memory(draft->error);
      draft->conditions[draft->policy->n_condition++] = condition;
    }
  }
  *count = draft->policy->n_condition - *start;
  return B7_OK;
}

static B7Status add_argument(PolicyDraft *draft, double value) {
  draft->arguments = b7_arena_grow(draft->arena, draft->arguments, (size_t)draft->policy->n_argument,
                                   &draft->room_argument, sizeof value);
  if (!draft->arguments) return b7_fail_memory(draft->error);
  draft->arguments[draft->policy->n_argument++] = value;
  return B7_OK;
}

/* {drug: tocilizumab, dose: 8 mg/kg} */
static B7Status read_drug(PolicyDraft *draft, const B7Node *give, const B7Node *drug_node,
                          B7PlanEvent *action) {
  const B7Formulary *formulary = draft->maker->source->formulary;
  const B7Node *dose_node;
  const char *name;
  double doses;
  B7Dose dose;
  B7_TRY(b7_node_text(drug_node, &name, draft->error));
  int32_t index = b7_formulary_find(formulary, name);
  if (index < 0) return b7_node_unknown(drug_node, "drug", name, formulary->names, NULL, draft->error);
  const B7Drug *drug = &formulary->drugs[index];
  B7_TRY(b7_node_need(give, "dose", &dose_node, draft->error));
  // a policy is read once for each plan: who wrote it hears of its errors, not of mild deviations again and again
  const B7DoseReader reader = b7_dose_reader_nominal(NULL, draft->error);
  B7_TRY(b7_dose_read_drug(&reader, dose_node, drug, &dose));
  action->role = b7_role_of_drug(drug->role, B7_TREATMENT_LANE_SUPPORTIVE, false);
  B7_TRY(b7_plan_drug(draft->maker, drug->name, &dose, &drug->reference, action, &doses, draft->error));
  const B7KernelEvent *event = &draft->maker->tables->events[action->event];
  for (int32_t i = 0; i < event->n_argument; i++)
    B7_TRY(add_argument(draft, i == 0 ? doses : event->argument_defaults[i]));
  return B7_OK;
}

/* an event that is named by the model's own name may be one that the program knows */
static B7Role role_of_event(const B7KernelTables *tables, int32_t event) {
  static const struct {
    B7Need need;
    B7Role role;
  } known[] = {{B7_NEED_GIVE_CART, B7_ROLE_INFUSION},
               {B7_NEED_GIVE_GRAFT, B7_ROLE_GRAFT},
               {B7_NEED_GIVE_PLATELETS, B7_ROLE_PLATELETS},
               {B7_NEED_GIVE_RED_CELLS, B7_ROLE_RED_CELLS}};
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
    if (b7_tables_need(tables, known[i].need) == event) return known[i].role;
  return B7_ROLE_SUPPORTIVE;
}

/* {event: transfusion.platelets, arguments: {platelet_rise: 20 1e9/L}} */
static B7Status read_event(PolicyDraft *draft, const B7Node *give, const B7Node *event_node,
                           B7PlanEvent *action) {
  const B7KernelTables *tables = draft->maker->tables;
  const B7Node *arguments = b7_node_get(give, "arguments");
  const char *name;
  B7_TRY(b7_node_text(event_node, &name, draft->error));
  action->event = b7_tables_event(tables, name);
  if (action->event < 0) {
    const char **names = B7_ARENA_ARRAY(draft->arena, const char *, tables->n_event + 1);
    if (!names) return b7_fail_memory(draft->error);
    for (int32_t i = 0; i < tables->n_event; i++) names[i] = tables->events[i].name;
    return b7_node_unknown(event_node, "event", name, names, NULL, draft->error);
  }
  action->role = role_of_event(tables, action->event);
  const B7KernelEvent *event = &tables->events[action->event];
  if (arguments) {
    const char **names = B7_ARENA_ARRAY(draft->arena, const char *, event->n_argument + 1);
    if (!names) return b7_fail_memory(draft->error);
    for (int32_t i = 0; i < event->n_argument; i++) names[i] = event->argument_names[i];
    B7_TRY(b7_node_only_keys(arguments, names, draft->error));
  }
  for (int32_t i = 0; i < event->n_argument; i++) {
    double value = event->argument_defaults[i];
    const B7Node *given = arguments ? b7_node_get(arguments, event->argument_names[i]) : NULL;
    B7KernelObservable as_unit = {.name = event->argument_names[i], .unit = event->argument_units[i]};
    if (given) B7_TRY(read_threshold(draft, given, &as_unit, &value));
    if (isnan(value))
      return b7_node_fail(give, draft->error, "event '%s' needs '%s' under 'arguments:'", name,
                          event->argument_names[i]);
    B7_TRY(add_argument(draft, value));
  }
  return B7_OK;
}

/* a course says itself what was given; only the arm of a trial has something to launch */
static B7Status must_be_arm(PolicyDraft *draft, const B7Node *node, const B7PolicyRule *rule) {
  if (draft->maker->source->regimens) return B7_OK;
  return b7_node_fail(node, draft->error,
                      "rule '%s' launches treatment, which only the arm of a trial can; choose a policy of "
                      "drugs and transfusions such as standard_care",
                      rule->name);
}

/* {regimen: nelarabine}: a course of data/regimens.yaml */
static B7Status read_regimen(PolicyDraft *draft, const B7Node *node, B7PolicyRule *rule) {
  const B7Regimens *regimens = draft->maker->source->regimens;
  const char *name;
  B7_TRY(must_be_arm(draft, node, rule));
  B7_TRY(b7_node_text(node, &name, draft->error));
  const B7Regimen *regimen = b7_regimens_find(regimens, name);
  if (!regimen) return b7_node_unknown(node, "regimen", name, regimens->names, NULL, draft->error);
  if (regimen->lane != B7_TREATMENT_LANE_CHEMOTHERAPY)
    return b7_node_fail(node, draft->error, "'%s' is %s, not chemotherapy", name,
                        b7_treatment_lane_name(regimen->lane));
  rule->give = B7_GIVE_REGIMEN;
  rule->regimen = keep(draft, name);
  return rule->regimen ? B7_OK : B7_ERROR_MEMORY;
}

static B7Status read_again(PolicyDraft *draft, const B7Node *node, B7PolicyGive give, B7PolicyRule *rule) {
  rule->give = give;
  if (node->kind == B7_NODE_SCALAR && strcmp(node->text, "again") == 0) return must_be_arm(draft, node, rule);
  return b7_node_fail(node, draft->error, "only 'again' can be given here: what the arm gave before");
}

/* one of: a drug, an event, a regimen, the infusion or the transplant again */
static B7Status read_give(PolicyDraft *draft, const B7Node *give, B7PolicyRule *rule) {
  static const char *const KEYS[] = {"drug",    "dose",     "event",      "arguments",
                                     "regimen", "infusion", "transplant", NULL};
  const B7Node *drug = b7_node_get(give, "drug"), *event = b7_node_get(give, "event"),
               *regimen = b7_node_get(give, "regimen"), *infusion = b7_node_get(give, "infusion"),
               *transplant = b7_node_get(give, "transplant");
  B7PlanEvent *action = &rule->action;
  B7_TRY(b7_node_only_keys(give, KEYS, draft->error));
  if (!!drug + !!event + !!regimen + !!infusion + !!transplant != 1)
    return b7_node_fail(give, draft->error,
                        "'give' holds a drug with its dose, an event with its arguments, a regimen, "
                        "'infusion: again' or 'transplant: again'");
  *action = (B7PlanEvent){.scale_parameter = {-1, -1}, .argument_start = draft->policy->n_argument};
  if (regimen) return read_regimen(draft, regimen, rule);
  if (infusion) return read_again(draft, infusion, B7_GIVE_INFUSION, rule);
  if (transplant) return read_again(draft, transplant, B7_GIVE_TRANSPLANT, rule);
  B7_TRY(drug ? read_drug(draft, give, drug, action) : read_event(draft, give, event, action));
  action->n_argument = draft->policy->n_argument - action->argument_start;
  return B7_OK;
}

/* one end of a window; NaN when the course lacks an anchor that policies may use. A window that follows its
 * anchor counts from it. */
static B7Status read_end(PolicyDraft *draft, const B7Node *node, double *day, B7PolicyAnchor *follows) {
  static const char *const ANCHORS[] = {"cart", "hsct", "day0", NULL};
  const B7PlanSource *source = draft->maker->source;
  char anchor[64];
  *follows = B7_FOLLOWS_NOTHING;
  B7_TRY(b7_node_expect(node, B7_NODE_SCALAR, "a time", draft->error));
  B7_TRY(b7_schedule_relative(node, anchor, day, draft->error));
  if (draft->windows_follow && (strcmp(anchor, "cart") == 0 || strcmp(anchor, "hsct") == 0)) {
    *follows = strcmp(anchor, "cart") == 0 ? B7_FOLLOWS_INFUSION : B7_FOLLOWS_GRAFT;
    return B7_OK;
  }
  if (strcmp(anchor, "day0") == 0) return B7_OK;
  for (int32_t i = 0; i < source->n_anchor; i++) {
    if (strcmp(source->anchors[i].name, anchor) != 0) continue;
    *day += source->anchors[i].day;
    return B7_OK;
  }
  *day = NAN;
  for (int i = 0; ANCHORS[i]; i++) {
    if (strcmp(ANCHORS[i], anchor) == 0) return B7_OK;
  }
  return b7_node_unknown(node, "anchor", anchor, ANCHORS, NULL, draft->error);
}

static B7Status read_window(PolicyDraft *draft, const B7Node *node, B7PolicyRule *rule) {
  rule->from_day = -INFINITY;
  rule->to_day = INFINITY;
  if (!node) return B7_OK;
  B7_TRY(b7_node_expect(node, B7_NODE_SEQUENCE, "'between'", draft->error));
  if (node->count != 2)
    return b7_node_fail(node, draft->error, "'between' is [from, to], such as [cart, cart+30]");
  B7PolicyAnchor end;
  B7_TRY(read_end(draft, node->items[0], &rule->from_day, &rule->follows));
  B7_TRY(read_end(draft, node->items[1], &rule->to_day, &end));
  if (end != rule->follows)
    return b7_node_fail(node, draft->error,
                        "both ends of a window count from the same anchor where windows follow");
  if (rule->from_day > rule->to_day)
    return b7_node_fail(node, draft->error, "the window 'between' ends before it begins");
  return B7_OK;
}

/* {rule: salvage_1, wait: 56 d}: only after another rule has fired */
static B7Status read_after(PolicyDraft *draft, const B7Node *node, B7PolicyRule *rule) {
  static const char *const KEYS[] = {"rule", "wait", NULL};
  const B7Node *name, *wait = b7_node_get(node, "wait");
  if (!node) return B7_OK;
  B7_TRY(b7_node_only_keys(node, KEYS, draft->error));
  B7_TRY(b7_node_need(node, "rule", &name, draft->error));
  B7_TRY(b7_node_expect(name, B7_NODE_SCALAR, "'rule'", draft->error));
  if (wait) B7_TRY(b7_schedule_span(wait, "wait", &rule->after_day, draft->error));
  const char **names = B7_ARENA_ARRAY(draft->arena, const char *, draft->policy->n_rule + 1);
  if (!names) return b7_fail_memory(draft->error);
  for (int32_t i = 0; i < draft->policy->n_rule; i++) {
    names[i] = draft->rules[i].name;
    if (strcmp(names[i], name->text) == 0) rule->after_rule = i + 1;
  }
  if (rule->after_rule > 0) return B7_OK;
  return b7_node_unknown(name, "rule", name->text, names, "it must stand above this one", draft->error);
}

/* one key of the bibliography, or several */
static B7Status read_source(PolicyDraft *draft, const B7Node *node, B7PolicyRule *rule) {
  const char *text, *all = NULL;
  if (node->kind != B7_NODE_SEQUENCE) {
    B7_TRY(b7_node_text(node, &text, draft->error));
    rule->source = keep(draft, text);
    return rule->source ? B7_OK : B7_ERROR_MEMORY;
  }
  for (int32_t i = 0; i < node->count; i++) {
    B7_TRY(b7_node_text(node->items[i], &text, draft->error));
    all = b7_arena_format(draft->arena, "%s%s%s", all ? all : "", all ? ", " : "", text);
    if (!all) return b7_fail_memory(draft->error);
  }
  if (!all) return b7_node_fail(node, draft->error, "'source' names no source");
  rule->source = all;
  return B7_OK;
}

static B7Status read_words(PolicyDraft *draft, const B7Node *node, B7PolicyRule *rule) {
  const B7Node *label, *source = b7_node_get(node, "source"), *assumed = b7_node_get(node, "assumed");
  const char *text;
  B7_TRY(b7_node_need(node, "label", &label, draft->error));
  B7_TRY(b7_node_text(label, &text, draft->error));
  rule->label = keep(draft, text);
  if (!source == !assumed)
    return b7_node_fail(node, draft->error, "a rule needs exactly one of 'source:' and 'assumed:'");
  if (source) return read_source(draft, source, rule);
  B7_TRY(b7_node_text(assumed, &text, draft->error));
  rule->source = b7_arena_format(draft->arena, "assumed: %s", text);
  return rule->label && rule->source ? B7_OK : b7_fail_memory(draft->error);
}

static B7Status read_rule(PolicyDraft *draft, const char *name, const B7Node *node, B7PolicyRule *rule) {
  static const char *const KEYS[] = {"label", "visits", "when",    "when_any", "until",
                                     "held",  "give",   "every",   "at_most",  "between",
                                     "after", "source", "assumed", "note",     NULL};
  B7Error *error = draft->error;
  const B7Node *give, *when = b7_node_get(node, "when"), *any = b7_node_get(node, "when_any"),
                      *until = b7_node_get(node, "until"), *held = b7_node_get(node, "held"), *every,
                      *at_most = b7_node_get(node, "at_most"), *visits = b7_node_get(node, "visits");
  int64_t limit = 0;
  B7_TRY(b7_node_only_keys(node, KEYS, error));
  rule->name = keep(draft, name);
  if (!rule->name) return B7_ERROR_MEMORY;
  B7_TRY(read_words(draft, node, rule));
  if (!when == !any)
    return b7_node_fail(node, error, "a rule needs 'when' (all conditions) or 'when_any' (one of them)");
  rule->any = any != NULL;
  B7_TRY(read_conditions(draft, when ? when : any, when ? "'when'" : "'when_any'", &rule->when_start,
                         &rule->n_when));
  if (until) B7_TRY(read_conditions(draft, until, "'until'", &rule->until_start, &rule->n_until));
  if (held) B7_TRY(b7_schedule_span(held, "held", &rule->held_day, error));
  B7_TRY(b7_node_need(node, "every", &every, error));
  B7_TRY(b7_schedule_span(every, "every", &rule->every_day, error));
  if (at_most) B7_TRY(b7_node_integer(at_most, &limit, error));
  if (at_most && (limit < 1 || limit > 10000))
    return b7_node_fail(at_most, error, "'at_most' is a number of times, 1 or more");
  rule->at_most = (int32_t)limit;
  B7_TRY(read_window(draft, b7_node_get(node, "between"), rule));
  if (visits) B7_TRY(b7_schedule_span(visits, "visits", &rule->visit_every_day, error));
  if (visits && isinf(rule->from_day)) {
    return b7_node_fail(visits, error, "'visits' needs 'between': the first visit is its beginning");
  }
  B7_TRY(read_after(draft, b7_node_get(node, "after"), rule));
  B7_TRY(b7_node_need(node, "give", &give, error));
  return read_give(draft, give, rule);
}

static B7Status read_rules(PolicyDraft *draft, const B7Node *rules) {
  B7_TRY(b7_node_expect(rules, B7_NODE_MAPPING, "'rules'", draft->error));
  for (int32_t i = 0; i < rules->count; i++) {
    B7PolicyRule rule = {0};
    B7_TRY(read_rule(draft, rules->keys[i]->text, rules->items[i], &rule));
    for (int32_t k = 0; k < draft->policy->n_rule; k++) {
      if (strcmp(draft->rules[k].name, rule.name) != 0) continue;
      return b7_node_fail(rules->keys[i], draft->error,
                          "rule '%s' stands already in the policy that this one is like", rule.name);
    }
    // a window on a transplant that never happens never opens
    if (isnan(rule.from_day) || isnan(rule.to_day)) continue;
    draft->rules = b7_arena_grow(draft->arena, draft->rules, (size_t)draft->policy->n_rule, &draft->room_rule,
                                 sizeof rule);
    if (!draft->rules) return b7_fail_memory(draft->error);
    draft->rules[draft->policy->n_rule++] = rule;
  }
  return B7_OK;
}

/* ---- what is seen, and who is fit ---- */

/* {marrow_mrd: {error: 0.3, limit: 0.01 percent, assumed: ...}} */
static B7Status read_assay(PolicyDraft *draft, const B7Node *name, const B7Node *node) {
  static const char *const KEYS[] = {"error", "limit", "source", "assumed", "note", NULL};
  const B7Node *error_sd = b7_node_get(node, "error"), *limit = b7_node_get(node, "limit");
  B7PolicyAssay assay = {0};
  B7_TRY(b7_node_only_keys(node, KEYS, draft->error));
  B7_TRY(find_observable(draft, name, &assay.observable));
  if (!b7_node_get(node, "source") == !b7_node_get(node, "assumed"))
    return b7_node_fail(node, draft->error, "how '%s' is seen needs exactly one of 'source:' and 'assumed:'",
                        name->text);
  if (error_sd) B7_TRY(b7_node_number(error_sd, &assay.error_sd, draft->error));
  if (!(assay.error_sd >= 0 && assay.error_sd <= 2))
    return b7_node_fail(error_sd, draft->error,
                        "'error' is the standard deviation of the logarithm of a measurement, 0 to 2");
  if (limit)
    B7_TRY(read_threshold(draft, limit, &draft->maker->tables->observables[assay.observable], &assay.limit));
  // eight of the stream's upper bits tell observables apart, the rest checks
  assay.address = b7_hash_bytes(B7_HASH_START, name->text, strlen(name->text)) << 40;
  for (int32_t i = 0; i < draft->policy->n_assay; i++) {
    if (draft->assays[i].observable != assay.observable) continue;
    draft->assays[i] = assay;
    return B7_OK;
  }
  draft->assays = b7_arena_grow(draft->arena, draft->assays, (size_t)draft->policy->n_assay,
                                &draft->room_assay, sizeof assay);
  if (!draft->assays) return b7_fail_memory(draft->error);
  draft->assays[draft->policy->n_assay++] = assay;
  return B7_OK;
}

static B7Status read_sees(PolicyDraft *draft, const B7Node *node) {
  if (!node) return B7_OK;
  B7_TRY(b7_node_expect(node, B7_NODE_MAPPING, "'sees'", draft->error));
  for (int32_t i = 0; i < node->count; i++) {
    B7_TRY(b7_node_expect(node->items[i], B7_NODE_MAPPING, "an assay", draft->error));
    B7_TRY(read_assay(draft, node->keys[i], node->items[i]));
  }
  return B7_OK;
}

/* {when: {...}, assumed: ...}: who may be transplanted, beside the trial's own condition */
static B7Status read_fit(PolicyDraft *draft, const B7Node *node) {
  static const char *const KEYS[] = {"when", "source", "assumed", "note", NULL};
  const B7Node *when;
  if (!node) return B7_OK;
  B7_TRY(b7_node_only_keys(node, KEYS, draft->error));
  if (!b7_node_get(node, "source") == !b7_node_get(node, "assumed"))
    return b7_node_fail(node, draft->error, "'fit' needs exactly one of 'source:' and 'assumed:'");
  B7_TRY(b7_node_need(node, "when", &when, draft->error));
  return read_conditions(draft, when, "'when'", &draft->policy->fit_start, &draft->policy->n_fit);
}

static B7Status read_windows(PolicyDraft *draft, const B7Node *node) {
  static const char *const WORDS[] = {"fixed", "follow", NULL};
  if (!node) return B7_OK;
  B7_TRY(b7_node_expect(node, B7_NODE_SCALAR, "'windows'", draft->error));
  bool follow = strcmp(node->text, WORDS[1]) == 0;
  if (!follow && strcmp(node->text, WORDS[0]) != 0)
    return b7_node_unknown(node, "word", node->text, WORDS, NULL, draft->error);
  draft->windows_follow = follow;
  return B7_OK;
}

/* ---- files ---- */

static B7Status read_file(PolicyDraft *draft, const char *path, int depth);

/* `like: supportive_care` takes over the rules of the policy of that name in the same folder */
static B7Status read_like(PolicyDraft *draft, const B7Node *node, int depth) {
  const char *name;
  B7_TRY(b7_node_text(node, &name, draft->error));
  if (depth >= LIKE_MOST)
    return b7_node_fail(node, draft->error,
                        "more than %d policies stand on each other here; is one like itself?", LIKE_MOST);
  if (strchr(name, '/'))
    return b7_node_fail(node, draft->error, "'like' is the name of a policy in the same folder, not a path");
  const char *other = b7_arena_format(draft->arena, "%s%s.yaml", draft->folder, name);
  if (!other) return b7_fail_memory(draft->error);
  if (!b7_file_exists(other)) {
    return b7_node_fail(node, draft->error, "there is no policy '%s' beside this one; expected %s", name,
                        other);
  }
  return read_file(draft, other, depth + 1);
}

static B7Status read_policy(PolicyDraft *draft, const B7Node *root, int depth) {
  static const char *const KEYS[] = {"policy",      "title", "about", "like",  "windows",
                                     "check_every", "sees",  "fit",   "rules", NULL};
  const B7Node *name, *title, *check, *rules, *like = b7_node_get(root, "like");
  const char *name_text, *title_text;
  B7Error *error = draft->error;
  B7_TRY(b7_node_only_keys(root, KEYS, error));
  B7_TRY(read_windows(draft, b7_node_get(root, "windows")));
  if (like) B7_TRY(read_like(draft, like, depth));
  B7_TRY(b7_node_need(root, "policy", &name, error));
  B7_TRY(b7_node_text(name, &name_text, error));
  B7_TRY(b7_node_need(root, "title", &title, error));
  B7_TRY(b7_node_text(title, &title_text, error));
  B7_TRY(b7_node_need(root, "check_every", &check, error));
  B7_TRY(b7_schedule_span(check, "check_every", &draft->policy->check_every_day, error));
  draft->policy->name = keep(draft, name_text);
  draft->policy->title = keep(draft, title_text);
  if (!draft->policy->name || !draft->policy->title) return b7_fail_memory(error);
  B7_TRY(read_sees(draft, b7_node_get(root, "sees")));
  B7_TRY(read_fit(draft, b7_node_get(root, "fit")));
  B7_TRY(b7_node_need(root, "rules", &rules, error));
  return read_rules(draft, rules);
}

static B7Status read_file(PolicyDraft *draft, const char *path, int depth) {
  B7Document *document;
  B7_TRY(b7_document_load(path, &draft->arena->hooks, &document, draft->error));
  B7Status status = read_policy(draft, b7_document_root(document), depth);
  b7_document_free(document);
  return status;
}

B7Status b7_policy_load(const char *path, const B7PlanMaker *maker, B7Arena *arena, const B7Policy **out,
                        B7Error *error) {
  PolicyDraft draft = {.maker = maker, .arena = arena, .error = error};
  const char *slash = strrchr(path, '/');
  draft.policy = B7_ARENA_ARRAY(arena, B7Policy, 1);
  draft.folder = slash ? b7_arena_text(arena, path, (size_t)(slash - path) + 1) : "";
  if (!draft.policy || !draft.folder) return b7_fail_memory(error);
  B7_TRY(read_file(&draft, path, 1));
  B7Policy *policy = draft.policy;
  policy->rules = draft.rules;
  policy->conditions = draft.conditions;
  policy->arguments = draft.arguments;
  policy->assays = draft.assays;
  for (int32_t i = 0; i < policy->n_condition; i++) b7_policy_measure(policy, &draft.conditions[i]);
  for (int k = 0; k < B7_FOLLOWED; k++) policy->anchor_event[k] = -1;
  if (draft.windows_follow) {
    policy->anchor_event[B7_FOLLOWS_INFUSION] = b7_tables_need(maker->tables, B7_NEED_GIVE_CART);
    policy->anchor_event[B7_FOLLOWS_GRAFT] = b7_tables_need(maker->tables, B7_NEED_GIVE_GRAFT);
  }
  *out = policy;
  return B7_OK;
}
