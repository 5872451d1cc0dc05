/* trial_check.c - whether a trial that was read can happen: what arms need, and what comes within the horizon. */
#include <math.h>
#include <stdio.h>

#include "read/catalogue/cells_given.h"
#include "trial/design/arm_read.h"
#include "trial/design/arm_treatments.h"

/* endpoints that a look on one day after the infusion decides */
static const struct {
  B7Endpoint endpoint;
  double after_infusion_day;
} landmarks[] = {{B7_ENDPOINT_MRD_DAY28, 28}, {B7_ENDPOINT_OVERALL_DAY28, 28}, {B7_ENDPOINT_ICAHT_LATE, 31}};

double b7_arm_infusion_day(const B7TrialArm *arm) {
  if (!arm->product) return NAN;
  double lead = arm->lymphodepletion ? b7_regimen_lead_day(arm->lymphodepletion) : 0;
  // lymphodepletion begins at the earliest the day after enrolment, however soon the product is at hand
  return fmax(ceil(b7_product_number(arm->product, "days_to_infusion", 18)), lead + 1);
}

double b7_arm_graft_day(const B7TrialArm *arm) {
  if (arm->transplant.when == B7_TRANSPLANT_NEVER) return NAN;
  double infusion = b7_arm_infusion_day(arm);
  return (isnan(infusion) ? 0 : infusion) + arm->transplant.day;
}

/* ---- arms ---- */

static B7Status check_days(const B7Trial *trial, const B7TrialArm *arm, B7Error *error) {
  double infusion = b7_arm_infusion_day(arm), graft = b7_arm_graft_day(arm);
  if (infusion >= trial->horizon_day)
    return b7_node_fail(arm->node, error,
                        "arm '%s': the product is infused on day %g, after the horizon of %g d; lengthen "
                        "the horizon or take another product",
                        arm->name, infusion, trial->horizon_day);
  if (graft >= trial->horizon_day) {
    char after[48] = "";
    if (!isnan(infusion)) snprintf(after, sizeof after, " (day %g after the infusion)", arm->transplant.day);
    return b7_node_fail(
        arm->transplant.day_node, error,
        "arm '%s': a transplant on day %g%s comes after the horizon of %g d; lengthen the horizon or "
        "transplant earlier",
        arm->name, graft, after, trial->horizon_day);
  }
  double last_cycle = arm->regimen ? 1 + (arm->cycles - 1) * arm->regimen->cycle_day : 0;
  if (last_cycle >= trial->horizon_day)
    return b7_node_fail(arm->node, error,
                        "arm '%s': cycle %d of '%s' begins on day %g, after the horizon of %g d", arm->name,
                        arm->cycles, arm->regimen->name, last_cycle, trial->horizon_day);
  return B7_OK;
}

static B7Status check_conditioning(const B7TrialArm *arm, B7Error *error) {
  const B7TrialTransplant *transplant = &arm->transplant;
  bool prepared = transplant->conditioning && transplant->conditioning->n_given > 0;
  if (transplant->when == B7_TRANSPLANT_NEVER || prepared || arm->lymphodepletion) return B7_OK;
  return b7_node_fail(transplant->conditioning_node, error,
                      "arm '%s': a graft without conditioning and without lymphodepletion before it is "
                      "rejected; name a conditioning regimen",
                      arm->name);
}

/* ---- endpoints and estimands ---- */

static bool possible(const B7Trial *trial, const B7TrialArm *arm, B7Endpoint endpoint) {
  double infusion = b7_arm_infusion_day(arm);
  if (b7_endpoint_row(endpoint)->needs == B7_NEEDS_CART && isnan(infusion)) return false;
  for (size_t i = 0; i < sizeof landmarks / sizeof landmarks[0]; i++) {
    if (landmarks[i].endpoint == endpoint && infusion + landmarks[i].after_infusion_day > trial->horizon_day)
      return false;
  }
  return true;
}

static B7Status check_endpoint(const B7Trial *trial, const B7Node *node, B7Endpoint endpoint,
                               B7Error *error) {
  bool any = false, infused = false;
  for (int32_t i = 0; i < trial->n_arm; i++) {
    any = any || possible(trial, &trial->arms[i], endpoint);
    infused = infused || trial->arms[i].product;
  }
  if (any) return B7_OK;
  if (!infused)
    return b7_node_fail(node, error, "endpoint '%s' needs an infusion, and no arm has a product", node->text);
  return b7_node_fail(node, error, "endpoint '%s' lies beyond the horizon of %g d in every arm", node->text,
                      trial->horizon_day);
}

/* the longest that any arm can be followed from the origin */
static double longest_day(const B7Trial *trial) {
  double first = INFINITY;
  for (int32_t i = 0; i < trial->n_arm; i++) {
    double day = 0;
    if (trial->origin == B7_ORIGIN_INFUSION) day = b7_arm_infusion_day(&trial->arms[i]);
    if (trial->origin == B7_ORIGIN_TRANSPLANT) day = b7_arm_graft_day(&trial->arms[i]);
    // without a product times count from enrolment
    if (isnan(day) && trial->origin == B7_ORIGIN_INFUSION) day = 0;
    first = fmin(first, day);
  }
  return trial->horizon_day - first;
}

static B7Status check_estimand(const B7Trial *trial, const B7Node *node, const B7Estimand *estimand,
                               B7Error *error) {
  static const char *const origins[] = {"enrolment", "infusion", "transplant"};
  const B7Node *at = b7_node_get(node, "at") ? b7_node_get(node, "at") : b7_node_get(node, "to");
  double longest = longest_day(trial);
  if (!at || !b7_endpoint_timed(estimand->endpoint) || estimand->at_day <= longest) return B7_OK;
  return b7_node_fail(at, error,
                      "day %g from the %s lies beyond the horizon of %g d from enrolment; nobody is followed "
                      "for more than %g days",
                      estimand->at_day, origins[trial->origin], trial->horizon_day, longest);
}

static B7Status check_origin(const B7Trial *trial, const B7Node *endpoints, B7Error *error) {
  if (trial->origin == B7_ORIGIN_ENROLMENT) return B7_OK;
  for (int32_t i = 0; i < trial->n_arm; i++) {
    const B7TrialArm *arm = &trial->arms[i];
    if (trial->origin == B7_ORIGIN_TRANSPLANT ? arm->transplant.when != B7_TRANSPLANT_NEVER
                                              : arm->product != NULL)
      return B7_OK;
  }
  return b7_node_fail(endpoints, error, "times count from the %s ('origin:'), and no arm has one",
                      trial->origin == B7_ORIGIN_TRANSPLANT ? "transplant" : "infusion");
}

B7Status b7_trial_check(const B7Trial *trial, const B7Node *endpoints, const B7Node *estimands,
                        B7Error *error) {
  for (int32_t i = 0; i < trial->n_arm; i++) {
    B7_TRY(check_days(trial, &trial->arms[i], error));
    B7_TRY(check_conditioning(&trial->arms[i], error));
  }
  B7_TRY(check_origin(trial, endpoints, error));
  for (int32_t i = 0; i < trial->n_endpoint; i++)
    B7_TRY(check_endpoint(trial, endpoints->items[i], trial->endpoints[i], error));
  for (int32_t i = 0; i < trial->n_estimand; i++)
    B7_TRY(check_estimand(trial, estimands->items[i], &trial->estimands[i], error));
  return B7_OK;
}
