#include "course/policy_load.h"

#include <math.h>
#include <string.h>

#include "base/files.h"
#include "course/load.h"
#include "course/schedule.h"
#include "kernel/tables.h"

/* a policy while it is read */
typedef struct Draft {
  const B7PlanMaker *maker;
  B7Arena *arena;
  B7Error *error;
  B7Policy *policy;
  B7PolicyRule *rules;
  B7PolicyCondition *conditions;
  double *arguments;
  size_t room_rule, room_condition, room_argument;
} Draft;

static const char *keep(Draft *draft, const char *text) {
  const char *copy = b7_arena_text(draft->arena, text, strlen(text));
  if (!copy) b7_fail_memory(draft->error);
  return copy;
}

static B7Status find_observable(Draft *draft, const B7Node *key, int32_t *out) {
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
static B7Status read_threshold(Draft *draft, const B7Node *node, const B7KernelObservable *observable,
                               double *out) {
  const char *unit;
  B7Convertible can;
  B7_TRY(b7_node_quantity(node, out, &unit, draft->error));
  if (!*unit) {
    if (strcmp(observable->unit, "1") == 0) return B7_OK;
    return b7_node_fail(node, draft->error, "the threshold of '%s' needs its unit: '%s %s'", observable->name,
                        node->text, observable->unit);
  }
  B7_TRY(b7_converter_apply(draft->maker->converter, unit, observable->unit, out, &can, draft->error));
  if (can != B7_CONVERTIBLE) {
    return b7_node_fail(node, draft->error, "'%s' is in %s, which '%s' cannot be turned into",
                        observable->name, observable->unit, unit);
  }
  return B7_OK;
}

/* {platelets: {below: 10 1e9/L}, ...} */
static B7Status read_conditions(Draft *draft, const B7Node *node, const char *what, int32_t *start,
                                int32_t *count) {
  static const char *const COMPARE[] = {"below", "at_most", "at_least", "above", NULL};
  B7_TRY(b7_node_expect(node, B7_NODE_MAPPING, what, draft->error));
  if (node->count == 0) return b7_node_fail(node, draft->error, "%s needs at least one condition", what);
  *start = draft->policy->n_condition;
  for (int32_t i = 0; i < node->count; i++) {
    B7PolicyCondition condition;
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

static B7Status add_argument(Draft *draft, double value) {
  draft->arguments = b7_arena_grow(draft->arena, draft->arguments, (size_t)draft->policy->n_argument,
                                   &draft->room_argument, sizeof value);
  if (!draft->arguments) return b7_fail_memory(draft->error);
  draft->arguments[draft->policy->n_argument++] = value;
  return B7_OK;
}

/* {drug: tocilizumab, dose: 8 mg/kg} */
static B7Status read_drug(Draft *draft, const B7Node *give, const B7Node *drug_node, B7PlanEvent *action) {
  const B7Formulary *formulary = draft->maker->course->formulary;
  const B7Node *dose_node;
  const char *name, *unit;
  double number, base, doses;
  B7Dose dose;
  B7_TRY(b7_node_text(drug_node, &name, draft->error));
  int32_t index = b7_formulary_find(formulary, name);
  if (index < 0) return b7_node_unknown(drug_node, "drug", name, formulary->names, NULL, draft->error);
  const B7Drug *drug = &formulary->drugs[index];
  B7_TRY(b7_node_need(give, "dose", &dose_node, draft->error));
  B7_TRY(b7_node_quantity(dose_node, &number, &unit, draft->error));
  if (!b7_dose_unit(unit, &base, &dose.kind, &dose.basis) || dose.kind != drug->reference.kind ||
      !drug->basis_allowed[dose.basis]) {
    char bases[64];
    b7_formulary_bases(drug, bases, sizeof bases);
    return b7_node_fail(dose_node, draft->error, "%s is dosed in %s, not in '%s'", drug->name, bases,
                        dose_node->text);
  }
  if (number <= 0) return b7_node_fail(dose_node, draft->error, "a dose must be above 0");
  dose.amount = number * base;
  B7_TRY(b7_plan_drug(draft->maker, drug->name, &dose, &drug->reference, action, &doses, draft->error));
  const B7KernelEvent *event = &draft->maker->tables->events[action->event];
  for (int32_t i = 0; i < event->n_argument; i++)
    B7_TRY(add_argument(draft, i == 0 ? doses : event->argument_defaults[i]));
  return B7_OK;
}

/* {event: transfusion.platelets, arguments: {platelet_rise: 20 1e9/L}} */
static B7Status read_event(Draft *draft, const B7Node *give, const B7Node *event_node, B7PlanEvent *action) {
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

static B7Status read_action(Draft *draft, const B7Node *give, B7PlanEvent *action) {
  static const char *const KEYS[] = {"drug", "dose", "event", "arguments", NULL};
  const B7Node *drug = b7_node_get(give, "drug"), *event = b7_node_get(give, "event");
  B7_TRY(b7_node_only_keys(give, KEYS, draft->error));
  if (!drug == !event)
    return b7_node_fail(give, draft->error,
                        "'give' holds a drug with its dose, or an event with its arguments");
  *action = (B7PlanEvent){.scale_parameter = {-1, -1}, .argument_start = draft->policy->n_argument};
  B7_TRY(drug ? read_drug(draft, give, drug, action) : read_event(draft, give, event, action));
  action->n_argument = draft->policy->n_argument - action->argument_start;
  return B7_OK;
}

/* one end of a window; NaN when the course lacks an anchor that policies may use */
static B7Status read_end(Draft *draft, const B7Node *node, double *day) {
  static const char *const ANCHORS[] = {"cart", "hsct", "day0", NULL};
  char anchor[64];
  B7_TRY(b7_node_expect(node, B7_NODE_SCALAR, "a time", draft->error));
  B7_TRY(b7_time_relative(draft->maker->course, node, day, anchor, draft->error));
  if (!isnan(*day)) return B7_OK;
  for (int i = 0; ANCHORS[i]; i++) {
    if (strcmp(ANCHORS[i], anchor) == 0) return B7_OK;
  }
  return b7_node_unknown(node, "anchor", anchor, ANCHORS, NULL, draft->error);
}

static B7Status read_window(Draft *draft, const B7Node *node, B7PolicyRule *rule) {
  rule->from_day = -INFINITY;
  rule->to_day = INFINITY;
  if (!node) return B7_OK;
  B7_TRY(b7_node_expect(node, B7_NODE_SEQUENCE, "'between'", draft->error));
  if (node->count != 2)
    return b7_node_fail(node, draft->error, "'between' is [from, to], such as [cart, cart+30]");
  B7_TRY(read_end(draft, node->items[0], &rule->from_day));
  B7_TRY(read_end(draft, node->items[1], &rule->to_day));
  if (rule->from_day > rule->to_day)
    return b7_node_fail(node, draft->error, "the window 'between' ends before it begins");
  return B7_OK;
}

static B7Status read_words(Draft *draft, const B7Node *node, B7PolicyRule *rule) {
  const B7Node *label, *source = b7_node_get(node, "source"), *assumed = b7_node_get(node, "assumed");
  const char *text;
  B7_TRY(b7_node_need(node, "label", &label, draft->error));
  B7_TRY(b7_node_text(label, &text, draft->error));
  rule->label = keep(draft, text);
  if (!source == !assumed)
    return b7_node_fail(node, draft->error, "a rule needs exactly one of 'source:' and 'assumed:'");
  B7_TRY(b7_node_text(source ? source : assumed, &text, draft->error));
  rule->source = source ? keep(draft, text) : b7_arena_format(draft->arena, "assumed: %s", text);
  return rule->label && rule->source ? B7_OK : b7_fail_memory(draft->error);
}

static B7Status read_rule(Draft *draft, const char *name, const B7Node *node, B7PolicyRule *rule) {
  static const char *const KEYS[] = {"label", "visits",  "when",    "when_any", "until",   "held", "give",
                                     "every", "at_most", "between", "source",   "assumed", "note", NULL};
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
  B7_TRY(b7_node_need(node, "give", &give, error));
  return read_action(draft, give, &rule->action);
}

static B7Status read_rules(Draft *draft, const B7Node *rules) {
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

static B7Status read_file(Draft *draft, const char *path, bool may_be_like);

/* `like: supportive_care` takes over the rules of the policy of that name in the same folder */
static B7Status read_like(Draft *draft, const B7Node *node, const char *path, bool may_be_like) {
  const char *name, *slash = strrchr(path, '/');
  B7_TRY(b7_node_text(node, &name, draft->error));
  if (!may_be_like)
    return b7_node_fail(node, draft->error, "a policy that another is like cannot itself be like a third");
  if (strchr(name, '/'))
    return b7_node_fail(node, draft->error, "'like' is the name of a policy in the same folder, not a path");
  const char *other =
      b7_arena_format(draft->arena, "%.*s%s.yaml", slash ? (int)(slash - path + 1) : 0, path, name);
  if (!other) return b7_fail_memory(draft->error);
  if (!b7_file_exists(other)) {
    return b7_node_fail(node, draft->error, "there is no policy '%s' beside this one; expected %s", name,
                        other);
  }
  return read_file(draft, other, false);
}

static B7Status read_policy(Draft *draft, const B7Node *root, const char *path, bool may_be_like) {
  static const char *const KEYS[] = {"policy", "title", "about", "like", "check_every", "rules", NULL};
  const B7Node *name, *title, *check, *rules, *like = b7_node_get(root, "like");
  const char *name_text, *title_text;
  B7Error *error = draft->error;
  B7_TRY(b7_node_only_keys(root, KEYS, error));
  if (like) B7_TRY(read_like(draft, like, path, may_be_like));
  B7_TRY(b7_node_need(root, "policy", &name, error));
  B7_TRY(b7_node_text(name, &name_text, error));
  B7_TRY(b7_node_need(root, "title", &title, error));
  B7_TRY(b7_node_text(title, &title_text, error));
  B7_TRY(b7_node_need(root, "check_every", &check, error));
  B7_TRY(b7_schedule_span(check, "check_every", &draft->policy->check_every_day, error));
  draft->policy->name = keep(draft, name_text);
  draft->policy->title = keep(draft, title_text);
  if (!draft->policy->name || !draft->policy->title) return b7_fail_memory(error);
  B7_TRY(b7_node_need(root, "rules", &rules, error));
  return read_rules(draft, rules);
}

static B7Status read_file(Draft *draft, const char *path, bool may_be_like) {
  B7Document *document;
  B7_TRY(b7_document_load(path, &draft->arena->hooks, &document, draft->error));
  B7Status status = read_policy(draft, b7_document_root(document), path, may_be_like);
  b7_document_free(document);
  return status;
}

B7Status b7_policy_load(const char *path, const B7PlanMaker *maker, B7Arena *arena, const B7Policy **out,
                        B7Error *error) {
  Draft draft = {.maker = maker, .arena = arena, .error = error};
  draft.policy = B7_ARENA_ARRAY(arena, B7Policy, 1);
  if (!draft.policy) return b7_fail_memory(error);
  B7_TRY(read_file(&draft, path, true));
  draft.policy->rules = draft.rules;
  draft.policy->conditions = draft.conditions;
  draft.policy->arguments = draft.arguments;
  *out = draft.policy;
  return B7_OK;
}
