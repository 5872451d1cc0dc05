/* arm_protocols.c - what rules launch in an arm: the transplant, salvage courses, the product once more. */
#include <math.h>
#include <string.h>

#include "base/status.h"
#include "read/plan/plan_make.h"
#include "trial/design/arm_treatments.h"

#define NEGATIVE_PERCENT 0.01
#define REMISSION_PERCENT 5.0
#define RELAPSE_PERCENT 1.0
#define VISIT_DAYS 14.0

/* what fills the list of a protocol's treatments */
typedef B7Status (*ListOf)(const B7ArmMaker *maker, const B7PolicyRule *rule, B7Treatments *list);

static B7Status list_regimen(const B7ArmMaker *maker, const B7PolicyRule *rule, B7Treatments *list) {
  const B7Regimen *regimen = b7_regimens_find(&maker->trial->catalogue->regimens, rule->regimen);
  return b7_treatments_add(list, regimen->given, regimen->n_given, 0, maker->error);
}

static B7Status list_infusion(const B7ArmMaker *maker, const B7PolicyRule *rule, B7Treatments *list) {
  (void)rule;
  return b7_arm_infusion(maker, 0, list);
}

static B7Status list_transplant(const B7ArmMaker *maker, const B7PolicyRule *rule, B7Treatments *list) {
  (void)rule;
  return b7_arm_transplant(maker, list);
}

/* a course of chemotherapy keeps others waiting until its last dose, other protocols until their infusion or graft */
static B7Status make_protocol(const B7ArmMaker *maker, const B7PolicyRule *rule, ListOf fill, bool whole,
                              B7Arena *arena, B7Protocol *out) {
  B7Arena own = b7_arena_make(maker->hooks);
  B7Treatments list = {.arena = &own};
  B7Status status = fill(maker, rule, &list);
  if (status == B7_OK)
    status = b7_protocol_make(rule->name, list.given, list.n_given, whole, b7_kernel_tables(maker->kernel),
                              arena, out, maker->error);
  b7_arena_free(&own);
  return b7_arm_told(maker, status);
}

/* ---- rules ---- */

/* a policy that may be changed: a copy of the plan's, or none */
typedef struct Book {
  B7Policy *policy;
  B7PolicyRule *rules;
  B7PolicyCondition *conditions;
  B7Protocol *protocols;
  int32_t n_protocol;
} Book;

static B7Status copy_policy(const B7ArmMaker *maker, B7Plan *plan, Book *book) {
  static const B7Policy no_policy = {.name = "none", .title = "no supportive care", .check_every_day = 0.5};
  const B7Policy *old = plan->policy ? plan->policy : &no_policy;
  B7Arena *arena = &plan->arena;
  book->policy = B7_ARENA_ARRAY(arena, B7Policy, 1);
  book->rules = B7_ARENA_ARRAY(arena, B7PolicyRule, old->n_rule + 1);
  book->conditions = B7_ARENA_ARRAY(arena, B7PolicyCondition, old->n_condition + old->n_fit + 1);
  book->protocols = B7_ARENA_ARRAY(arena, B7Protocol, old->n_rule + 1);
  if (!book->policy || !book->rules || !book->conditions || !book->protocols)
    return b7_fail_memory(maker->error);
  if (old->n_rule > 0) memcpy(book->rules, old->rules, (size_t)old->n_rule * sizeof *book->rules);
  if (old->n_condition > 0)
    memcpy(book->conditions, old->conditions, (size_t)old->n_condition * sizeof *book->conditions);
  *book->policy = *old;
  book->policy->rules = book->rules;
  book->policy->conditions = book->conditions;
  return B7_OK;
}

static bool has_transplant(const B7ArmMaker *maker, bool donor) {
  return donor && maker->graft_donor && maker->arm->transplant.when != B7_TRANSPLANT_NEVER;
}

/* what the rules of the policy give; a rule whose treatment this arm does not have never fires */
static B7Status make_given(const B7ArmMaker *maker, bool made, bool donor, B7Plan *plan, Book *book) {
  for (int32_t i = 0; i < book->policy->n_rule; i++) {
    B7PolicyRule *rule = &book->rules[i];
    B7Protocol *protocol = &book->protocols[book->n_protocol];
    B7Arena *arena = &plan->arena;
    switch (rule->give) {
    case B7_GIVE_ACTION:
      continue;
    case B7_GIVE_REGIMEN:
      B7_TRY(make_protocol(maker, rule, list_regimen, true, arena, protocol));
      break;
    case B7_GIVE_INFUSION:
      if (!made || !maker->arm->product) continue;
      B7_TRY(make_protocol(maker, rule, list_infusion, false, arena, protocol));
      break;
    case B7_GIVE_TRANSPLANT:
      if (!has_transplant(maker, donor)) continue;
      B7_TRY(make_protocol(maker, rule, list_transplant, false, arena, protocol));
      break;
    }
    rule->protocol = ++book->n_protocol;
  }
  return B7_OK;
}

/* the rule that launches the arm's own transplant, behind those of the policy */
static B7Status add_transplant(const B7ArmMaker *maker, bool made, B7Plan *plan, Book *book) {
  const B7TrialTransplant *transplant = &maker->arm->transplant;
  static const struct {
    B7PolicyCompare compare;
    double threshold;
    const char *label;
  } whens[] = {[B7_TRANSPLANT_MRD_NEGATIVE] = {B7_POLICY_BELOW, NEGATIVE_PERCENT,
                                               "transplant in MRD-negative remission"},
               [B7_TRANSPLANT_REMISSION] = {B7_POLICY_BELOW, REMISSION_PERCENT, "transplant in remission"},
               [B7_TRANSPLANT_RELAPSE] = {B7_POLICY_ABOVE, RELAPSE_PERCENT, "transplant at relapse"},
               [B7_TRANSPLANT_ALWAYS] = {B7_POLICY_AT_LEAST, 0, "transplant"}};
  B7Policy *policy = book->policy;
  B7Protocol *protocol = &book->protocols[book->n_protocol++];
  int32_t mrd = b7_kernel_need(maker->kernel, B7_NEED_MARROW_MRD);
  if (mrd < 0)
    return b7_fail(
        maker->error, B7_ERROR_INPUT,
        "the model has no marrow MRD, which the transplant rule reads; 'bridge7 model check' tells what a model needs");
  const B7PolicyRule named = {.name = "transplant"};
  B7_TRY(make_protocol(maker, &named, list_transplant, false, &plan->arena, protocol));
  // beside the trial's own condition: who is fit, as the policy says
  bool asks_fit = transplant->when != B7_TRANSPLANT_ALWAYS;
  B7PolicyCondition *own = &book->conditions[policy->n_condition];
  own[0] = (B7PolicyCondition){.observable = mrd,
                               .compare = whens[transplant->when].compare,
                               .threshold = whens[transplant->when].threshold};
  b7_policy_measure(policy, own);
  for (int32_t i = 0; i < policy->n_fit; i++) own[1 + i] = policy->conditions[policy->fit_start + i];
  double origin = maker->arm->product && made ? maker->days_to_infusion : 0;
  // who relapses is seen on the day itself; who is in remission by then is conditioned before it
  double from = transplant->day - (transplant->when == B7_TRANSPLANT_RELAPSE ? 0 : protocol->lead_day);
  book->rules[policy->n_rule] = (B7PolicyRule){.name = "transplant",
                                               .label = whens[transplant->when].label,
                                               .source = "trial",
                                               .when_start = policy->n_condition,
                                               .n_when = 1 + (asks_fit ? policy->n_fit : 0),
                                               .every_day = 1,
                                               .at_most = 1,
                                               .from_day = fmax(1, origin + from),
                                               .to_day = INFINITY,
                                               .visit_every_day = VISIT_DAYS,
                                               .give = B7_GIVE_TRANSPLANT,
                                               .protocol = book->n_protocol};
  policy->n_rule++;
  policy->n_condition += 1 + policy->n_fit;
  return B7_OK;
}

B7Status b7_arm_protocols_make(const B7ArmMaker *maker, bool made, bool donor, B7Plan *plan) {
  Book book = {0};
  if (!plan->policy && !has_transplant(maker, donor)) return B7_OK;
  B7_TRY(copy_policy(maker, plan, &book));
  B7_TRY(make_given(maker, made, donor, plan, &book));
  if (has_transplant(maker, donor)) B7_TRY(add_transplant(maker, made, plan, &book));
  plan->policy = book.policy;
  plan->protocols = book.protocols;
  plan->n_protocol = book.n_protocol;
  return B7_OK;
}
