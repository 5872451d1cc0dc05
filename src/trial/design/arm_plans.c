/* arm_plans.c - an arm of a trial as plans, one for each way its patients may fare before treatment begins. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "base/status.h"
#include "read/course/load.h"
#include "trial/design/arm_text.h"

/* a mistake in generated text is told at the arm that asked for it */
static B7Status at_arm(const B7ArmMaker *maker, B7Status status) {
  if (status == B7_OK || !maker->error) return status;
  char message[sizeof maker->error->message];
  snprintf(message, sizeof message, "%s", maker->error->message);
  if (status != B7_ERROR_INPUT) return status;
  return b7_node_fail(maker->arm->node, maker->error, "arm '%s': %s", maker->arm->name, message);
}

B7Status b7_arm_plan_of_text(const B7ArmMaker *maker, B7Text *text, double horizon_day,
                             const char *policy_path, B7Plan **out) {
  B7Course *course = NULL;
  B7Status status = text->failed ? b7_fail_memory(maker->error)
                                 : b7_course_parse_with(text->bytes, text->length, maker->arm->name,
                                                        maker->trial->data_folder, maker->data, -1,
                                                        maker->hooks, &course, maker->error);
  if (status == B7_OK) {
    B7PlanOptions options;
    b7_plan_options_default(&options, sizeof options);
    options.horizon_day = horizon_day;
    options.policy_path = policy_path;
    options.of_arm = true;
    status = b7_plan_make(course, maker->kernel, &options, maker->hooks, out, maker->error);
  }
  b7_course_free(course);
  b7_text_release(text);
  return at_arm(maker, status);
}

static B7Status make_plan(B7ArmMaker *maker, B7ArmFate fate, B7Plan **out) {
  const B7Trial *trial = maker->trial;
  char policy[4096];
  if (trial->policy)
    snprintf(policy, sizeof policy, "%s/policies/%s.yaml", trial->data_folder, trial->policy);
  maker->product_level = maker->product_donor ? &maker->product_donor->levels[fate.product_level] : NULL;
  maker->graft_level = maker->graft_donor ? &maker->graft_donor->levels[fate.graft_level] : NULL;
  B7Text text = b7_arm_text(maker, fate.made);
  B7_TRY(b7_arm_plan_of_text(maker, &text, trial->horizon_day, trial->policy ? policy : NULL, out));
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

static double product_number(const B7Product *product, const char *name, double fallback) {
  for (int32_t i = 0; product && i < product->n_number; i++) {
    if (strcmp(product->numbers[i].name, name) == 0 && !isnan(product->numbers[i].value))
      return product->numbers[i].value;
  }
  return fallback;
}

static bool product_of_donor(const B7Product *product) {
  for (int32_t i = 0; product && i < product->n_number; i++) {
    if (product->numbers[i].of_donor) return true;
  }
  return false;
}

static B7Status find_donor(const B7ArmMaker *maker, const char *name, const B7CohortDonor **out) {
  *out = b7_cohort_donor(maker->cohort, name);
  if (*out) return B7_OK;
  const char *names[32] = {NULL};
  for (int32_t i = 0; i < maker->cohort->n_donor && i < 31; i++) names[i] = maker->cohort->donors[i].name;
  const char *near = b7_suggest(name, names);
  return b7_node_fail(maker->arm->node, maker->error, "arm '%s': population '%s' has no donor '%s'.%s%s%s",
                      maker->arm->name, maker->cohort->name, name,
                      near ? " Did you mean '" : " Its file lists them under 'donors:'", near ? near : "",
                      near ? "'?" : "");
}

static B7Status find_product(B7ArmMaker *maker) {
  if (!maker->arm->product) return B7_OK;
  const B7Products *products = &maker->data->products;
  maker->product = b7_products_find(products, maker->arm->product);
  if (!maker->product) {
    const char *near = b7_suggest(maker->arm->product, products->names);
    return b7_node_fail(maker->arm->node, maker->error, "arm '%s': unknown product '%s'.%s%s%s",
                        maker->arm->name, maker->arm->product,
                        near ? " Did you mean '" : " `bridge7 product list` shows them", near ? near : "",
                        near ? "'?" : "");
  }
  maker->days_to_infusion =
      fmax(ceil(product_number(maker->product, "days_to_infusion", 18)), b7_arm_lead_day(maker));
  if (!product_of_donor(maker->product)) return B7_OK;
  const char *donor = maker->arm->donor ? maker->arm->donor : maker->arm->transplant.donor;
  if (!donor) {
    return b7_node_fail(
        maker->arm->node, maker->error,
        "arm '%s': product '%s' comes from a donor; give 'donor:' as the population file names it",
        maker->arm->name, maker->arm->product);
  }
  return find_donor(maker, donor, &maker->product_donor);
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

B7Status b7_arm_plans_make(const B7Trial *trial, const B7TrialArm *arm, const B7Cohort *cohort,
                           const B7Kernel *kernel, const B7Hooks *hooks, B7ArmPlans *out, B7Error *error) {
  *out = (B7ArmPlans){.days_to_infusion = NAN, .donor_probability = 1};
  B7ArmMaker maker = {
      .trial = trial, .arm = arm, .cohort = cohort, .kernel = kernel, .hooks = hooks, .error = error};
  B7CourseData *data;
  B7_TRY(b7_course_data_load(trial->data_folder, hooks, &data, error));
  maker.data = data;
  B7Status status = find_product(&maker);
  if (status == B7_OK && arm->transplant.when != B7_TRANSPLANT_NEVER) {
    status = find_donor(&maker, arm->transplant.donor, &maker.graft_donor);
    if (status == B7_OK) out->donor_probability = maker.graft_donor->share;
  }
  if (status == B7_OK && maker.product) {
    out->days_to_infusion = maker.days_to_infusion;
    out->failure_probability = product_number(maker.product, "manufacturing_failure", 0);
    out->relative_cost = product_number(maker.product, "relative_cost", NAN);
  }
  if (status == B7_OK) {
    out->cycle_days = arm->regimen ? b7_arm_cycle_days(&maker, arm->regimen) : 0;
    out->infusion_event = b7_kernel_need(kernel, B7_NEED_GIVE_CART);
    out->graft_event = b7_kernel_need(kernel, B7_NEED_GIVE_GRAFT);
    set_donors(&maker, out);
    status = make_plans(&maker, out);
  }
  b7_course_data_free(data);
  if (status != B7_OK) b7_arm_plans_free(out);
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

B7ArmFate b7_arm_fate(const B7ArmPlans *plans, const B7Population *population, uint64_t id) {
  const uint64_t seed = population->seed;
  double of_product = b7_population_chance(population, id, B7_CHANCE_PRODUCT),
         of_donor = b7_population_chance(population, id, B7_CHANCE_DONOR);
  B7ArmFate fate = {.made = of_product >= plans->failure_probability,
                    .donor = of_donor < plans->donor_probability};
  if (fate.made && plans->product_donor)
    fate.product_level = b7_cohort_donor_level(plans->product_donor, seed, id);
  if (fate.donor && plans->graft_donor)
    fate.graft_level = b7_cohort_donor_level(plans->graft_donor, seed, id);
  return fate;
}
