/* arm_plans.c - an arm of a trial as plans, one for each way its patients may fare before treatment begins. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "base/status.h"
#include "read/catalogue/cells_given.h"
#include "read/plan/plan_make.h"
#include "treat/plan.h"
#include "trial/design/arm_treatments.h"

static B7Status make_plan(B7ArmMaker *maker, B7ArmFate fate, B7Plan **out) {
  const B7Trial *trial = maker->trial;
  const B7Anchor cart = {.name = "cart", .day = maker->days_to_infusion};
  char policy[4096];
  if (trial->policy)
    snprintf(policy, sizeof policy, "%s/policies/%s.yaml", trial->data_folder, trial->policy);
  maker->product_level = maker->product_donor ? &maker->product_donor->levels[fate.product_level] : NULL;
  maker->graft_level = maker->graft_donor ? &maker->graft_donor->levels[fate.graft_level] : NULL;
  B7Arena arena = b7_arena_make(maker->hooks);
  B7Treatments list = {.arena = &arena};
  B7Status status = b7_arm_treatments(maker, fate.made, &list);
  const B7PlanSource source = {.given = list.given,
                               .n_given = list.n_given,
                               .anchors = &cart,
                               .n_anchor = maker->arm->product && fate.made,
                               .formulary = &trial->catalogue->formulary,
                               .regimens = &trial->catalogue->regimens,
                               .horizon_day = trial->horizon_day,
                               .output_every_day = 1,
                               .policy_path = trial->policy ? policy : NULL};
  if (status == B7_OK)
    status = b7_plan_make_from(&source, b7_kernel_tables(maker->kernel), maker->hooks, out, maker->error);
  b7_arena_free(&arena);
  B7_TRY(b7_arm_told(maker, status));
  return b7_arm_protocols_make(maker, fate.made, fate.donor, *out);
}

/* the fates that some patient can have */
static bool happens(const B7ArmPlans *plans, B7ArmFate fate) {
  if (!fate.made && fate.product_level > 0) return false;
  if (!fate.donor && fate.graft_level > 0) return false;
  return !(plans->same_donor && fate.made && fate.donor) || fate.product_level == fate.graft_level;
}

static B7Status make_plans(B7ArmMaker *maker, B7ArmPlans *out) {
  for (int32_t i = 0; i < B7_ARM_FATES; i++) {
    B7ArmFate fate = b7_arm_fate_at(i);
    bool level = fate.product_level < out->n_product_level && fate.graft_level < out->n_graft_level;
    if (level && happens(out, fate)) B7_TRY(make_plan(maker, fate, &out->plan[i]));
  }
  return B7_OK;
}

/* ---- what the arm needs from the data ---- */

static B7Status find_donor(const B7ArmMaker *maker, const B7Node *node, const char *name,
                           const B7CohortDonor **out) {
  *out = b7_cohort_donor(maker->cohort, name);
  if (*out) return B7_OK;
  const char *names[32] = {NULL};
  for (int32_t i = 0; i < maker->cohort->n_donor && i < 31; i++) names[i] = maker->cohort->donors[i].name;
  const char *near = b7_suggest(name, names);
  return b7_node_fail(node, maker->error, "arm '%s': population '%s' has no donor '%s'.%s%s%s",
                      maker->arm->name, maker->cohort->name, name,
                      near ? " Did you mean '" : " Its file lists them under 'donors:'", near ? near : "",
                      near ? "'?" : "");
}

/* the product and who it comes from */
static B7Status find_product(B7ArmMaker *maker) {
  const B7TrialArm *arm = maker->arm;
  if (!arm->product) return B7_OK;
  maker->days_to_infusion = b7_arm_infusion_day(arm);
  if (!b7_product_of_donor(arm->product)) return B7_OK;
  return arm->donor
             ? find_donor(maker, arm->donor_node, arm->donor, &maker->product_donor)
             : find_donor(maker, arm->transplant.donor_node, arm->transplant.donor, &maker->product_donor);
}

/* how many distances the donors of an arm may have; a donor of both product and graft is one person */
static void set_donors(const B7ArmMaker *maker, B7ArmPlans *out) {
  const B7CohortDonor *product = maker->product_donor, *graft = maker->graft_donor;
  out->n_product_level = product ? product->n_level : 1;
  out->n_graft_level = graft ? graft->n_level : 1;
  out->same_donor = product && product == graft;
  out->product_donor = product;
  out->graft_donor = graft;
}

/* nobody gets cells of a donor whom they do not have; who entered a study had theirs */
static void set_shares(const B7ArmMaker *maker, B7ArmPlans *out) {
  const double share = maker->arm->transplant.share;
  const bool given = maker->trial->donors_given;
  if (maker->product_donor && !given) out->product_donor_probability = maker->product_donor->share;
  if (maker->graft_donor && !(given && share > 0)) out->graft_donor_probability = maker->graft_donor->share;
  out->donor_probability = out->graft_donor_probability * (share > 0 ? share : 1);
}

B7Status b7_arm_plans_make(const B7Trial *trial, const B7TrialArm *arm, const B7Cohort *cohort,
                           const B7Kernel *kernel, const B7Hooks *hooks, B7ArmPlans *out, B7Error *error) {
  *out = (B7ArmPlans){.days_to_infusion = NAN,
                      .product_donor_probability = 1,
                      .graft_donor_probability = 1,
                      .donor_probability = 1};
  B7ArmMaker maker = {
      .trial = trial, .arm = arm, .cohort = cohort, .kernel = kernel, .hooks = hooks, .error = error};
  B7Status status = find_product(&maker);
  if (status == B7_OK && arm->transplant.when != B7_TRANSPLANT_NEVER) {
    status = find_donor(&maker, arm->transplant.donor_node, arm->transplant.donor, &maker.graft_donor);
  }
  if (status == B7_OK && arm->product) {
    out->days_to_infusion = maker.days_to_infusion;
    out->failure_probability = b7_product_number(arm->product, "manufacturing_failure", 0);
    out->relative_cost = b7_product_number(arm->product, "relative_cost", NAN);
  }
  if (status == B7_OK) {
    out->cycle_days = arm->regimen ? arm->regimen->cycle_day : 0;
    out->infusion_event = b7_kernel_need(kernel, B7_NEED_GIVE_CART);
    out->graft_event = b7_kernel_need(kernel, B7_NEED_GIVE_GRAFT);
    set_donors(&maker, out);
    set_shares(&maker, out);
    status = make_plans(&maker, out);
  }
  if (status != B7_OK) b7_arm_plans_free(out);
  return status;
}

B7Status b7_arm_plans_share_grid(B7ArmPlans *const *arms, int32_t n_arm, const B7Hooks *hooks,
                                 B7Error *error) {
  B7Arena arena = b7_arena_make(hooks);
  B7Plan **plans = B7_ARENA_ARRAY(&arena, B7Plan *, n_arm * B7_ARM_FATES);
  B7Status status = plans ? B7_OK : b7_fail_memory(error);
  int32_t n = 0;
  for (int32_t a = 0; a < n_arm && plans; a++) {
    for (int32_t f = 0; f < B7_ARM_FATES; f++) {
      if (arms[a]->plan[f]) plans[n++] = arms[a]->plan[f];
    }
  }
  if (status == B7_OK) status = b7_plans_share_grid(plans, n, hooks, error);
  b7_arena_free(&arena);
  return status;
}

void b7_arm_plans_free(B7ArmPlans *plans) {
  for (int32_t i = 0; i < B7_ARM_FATES; i++) {
    b7_plan_free(plans->plan[i]);
    plans->plan[i] = NULL;
  }
}

/* ---- fates ---- */

B7ArmFate b7_arm_fate_at(int32_t index) {
  return (B7ArmFate){.made = index & 1,
                     .donor = index >> 1 & 1,
                     .product_level = index / 4 % B7_DONOR_LEVELS_MOST,
                     .graft_level = index / 4 / B7_DONOR_LEVELS_MOST};
}

int32_t b7_arm_fate_index(B7ArmFate fate) {
  return (fate.graft_level * B7_DONOR_LEVELS_MOST + fate.product_level) * 4 + (fate.donor ? 2 : 0) +
         (fate.made ? 1 : 0);
}

B7FlowProduct b7_arm_product_fate(const B7ArmPlans *plans, const B7Population *population, uint64_t id) {
  if (b7_population_chance(population, id, B7_CHANCE_DONOR) >= plans->product_donor_probability)
    return B7_FLOW_PRODUCT_NO_DONOR;
  return b7_population_chance(population, id, B7_CHANCE_PRODUCT) < plans->failure_probability
             ? B7_FLOW_PRODUCT_NOT_MADE
             : B7_FLOW_PRODUCT_INFUSED;
}

B7ArmFate b7_arm_fate(const B7ArmPlans *plans, const B7Population *population, uint64_t id) {
  const uint64_t seed = population->seed;
  B7ArmFate fate = {.made = b7_arm_product_fate(plans, population, id) == B7_FLOW_PRODUCT_INFUSED,
                    .donor =
                        b7_population_chance(population, id, B7_CHANCE_DONOR) < plans->donor_probability};
  if (fate.made && plans->product_donor)
    fate.product_level = b7_cohort_donor_level(plans->product_donor, seed, id);
  if (fate.donor && plans->graft_donor)
    fate.graft_level = b7_cohort_donor_level(plans->graft_donor, seed, id);
  return fate;
}
