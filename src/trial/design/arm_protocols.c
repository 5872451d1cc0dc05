/* arm_protocols.c - what rules launch in an arm: the transplant, salvage courses, the product once more. */
#include <math.h>
#include <string.h>

#include "base/status.h"
#include "trial/design/arm_text.h"

#define NEGATIVE_PERCENT 0.01
#define REMISSION_PERCENT 5.0
#define RELAPSE_PERCENT 1.0
#define VISIT_DAYS 14.0
#define RELAPSE_FROM_DAY 30.0
/* follow-up of a protocol: the longest regimen of data/regimens.yaml and more */
#define PROTOCOL_DAYS 400

/* the population says how far the donor is from the patient */
static void set_graft_mismatch(const B7ArmMaker *maker, B7Plan *plan) {
  const int32_t gvh = b7_kernel_need(maker->kernel, B7_NEED_GRAFT_MISMATCH_GVH),
                hvg = b7_kernel_need(maker->kernel, B7_NEED_GRAFT_MISMATCH_HVG);
  for (int32_t i = 0; i < plan->n_event; i++) {
    if (plan->events[i].role != B7_ROLE_GRAFT) continue;
    double *arguments = plan->arguments + plan->events[i].argument_start;
    if (gvh >= 0) arguments[gvh] = maker->graft_level->mismatch_gvh;
    if (hvg >= 0) arguments[hvg] = maker->graft_level->mismatch_hvg;
  }
}

/* a text as a protocol that counts from its first event; lives in the arm plan's arena. lead_day NaN: until its
 * last event. */
static B7Status make_protocol(const B7ArmMaker *maker, const char *name, B7Text text, bool whole_lead,
                              B7Arena *arena, B7Protocol *out) {
  B7Plan *plan = NULL;
  B7_TRY(b7_arm_plan_of_text(maker, &text, B7_PROTOCOL_DAY + PROTOCOL_DAYS, NULL, &plan));
  if (maker->graft_level) set_graft_mismatch(maker, plan);
  B7PlanEvent *events = B7_ARENA_ARRAY(arena, B7PlanEvent, plan->n_event);
  double *arguments = B7_ARENA_ARRAY(arena, double, plan->n_argument);
  if (!events || !arguments) {
    b7_plan_free(plan);
    return b7_fail_memory(maker->error);
  }
  double first = plan->n_event > 0 ? plan->events[0].t_day : B7_PROTOCOL_DAY,
         last = plan->n_event > 0 ? plan->events[plan->n_event - 1].t_day : first;
  if (plan->n_argument > 0) memcpy(arguments, plan->arguments, (size_t)plan->n_argument * sizeof *arguments);
  for (int32_t i = 0; i < plan->n_event; i++) {
    events[i] = plan->events[i];
    events[i].t_day -= first;
  }
  *out = (B7Protocol){.name = name,
                      .lead_day = (whole_lead ? last : B7_PROTOCOL_DAY) - first,
                      .n_event = plan->n_event,
                      .events = events,
                      .arguments = arguments};
  b7_plan_free(plan);
  return B7_OK;
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
      B7_TRY(
          make_protocol(maker, rule->name, b7_arm_regimen_text(maker, rule->regimen), true, arena, protocol));
      break;
    case B7_GIVE_INFUSION:
      if (!made || !maker->product) continue;
      B7_TRY(make_protocol(maker, rule->name, b7_arm_infusion_text(maker), false, arena, protocol));
      break;
    case B7_GIVE_TRANSPLANT:
      if (!has_transplant(maker, donor)) continue;
      B7_TRY(make_protocol(maker, rule->name, b7_arm_transplant_text(maker), false, arena, protocol));
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
  B7_TRY(make_protocol(maker, "transplant", b7_arm_transplant_text(maker), false, &plan->arena, protocol));
  // beside the trial's own condition: who is fit, as the policy says
  bool asks_fit = transplant->when != B7_TRANSPLANT_ALWAYS;
  B7PolicyCondition *own = &book->conditions[policy->n_condition];
  own[0] = (B7PolicyCondition){.observable = mrd,
                               .compare = whens[transplant->when].compare,
                               .threshold = whens[transplant->when].threshold};
  b7_policy_measure(policy, own);
  for (int32_t i = 0; i < policy->n_fit; i++) own[1 + i] = policy->conditions[policy->fit_start + i];
  double origin = maker->arm->product && made ? maker->days_to_infusion : 0;
  double from =
      transplant->when == B7_TRANSPLANT_RELAPSE ? RELAPSE_FROM_DAY : transplant->day - protocol->lead_day;
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
