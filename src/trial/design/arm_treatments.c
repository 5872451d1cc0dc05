/* arm_treatments.c - regimens, product and graft of an arm, each placed on its day. */
#include "trial/design/arm_treatments.h"

#include <stdio.h>

#include "read/catalogue/cells_given.h"

B7Status b7_arm_told(const B7ArmMaker *maker, B7Status status) {
  if (status != B7_ERROR_INPUT || !maker->error || maker->error->line > 0) return status;
  char message[sizeof maker->error->message];
  snprintf(message, sizeof message, "%s", maker->error->message);
  return b7_node_fail(maker->arm->node, maker->error, "arm '%s': %s", maker->arm->name, message);
}

static B7Status add_regimen(const B7ArmMaker *maker, const B7Regimen *regimen, double day,
                            B7Treatments *list) {
  return regimen ? b7_treatments_add(list, regimen->given, regimen->n_given, day, maker->error) : B7_OK;
}

static B7Status add_product(const B7ArmMaker *maker, double day, B7Treatments *list) {
  static double at_once[1] = {0};
  B7Given given;
  B7_TRY(b7_product_given(maker->arm->product, list->arena, &given, maker->error));
  if (maker->product_level)
    b7_product_donor(maker->arm->product, maker->product_level->mismatch_gvh,
                     maker->product_level->mismatch_hvg, &given);
  given.dose = maker->arm->dose;
  given.day = at_once;
  given.n_day = 1;
  return b7_treatments_add(list, &given, 1, day, maker->error);
}

static B7Status add_graft(const B7ArmMaker *maker, B7Treatments *list) {
  static const struct {
    const char *name;
    double cd34_per_kg, cd3_per_kg;
  } grafts[] = {
#define GRAFT_ROW(id, name, cd34, cd3) {name, cd34, cd3},
      B7_TRIAL_GRAFT_LIST(GRAFT_ROW)
#undef GRAFT_ROW
  };
  static double at_once[1] = {0};
  const int graft = maker->arm->transplant.graft;
  B7Given given;
  B7_TRY(b7_graft_given(grafts[graft].name, list->arena, &given, maker->error));
  b7_graft_attribute(&given, B7_GRAFT_NUMBER_CD34, grafts[graft].cd34_per_kg);
  b7_graft_attribute(&given, B7_GRAFT_NUMBER_CD3, grafts[graft].cd3_per_kg);
  b7_graft_attribute(&given, B7_GRAFT_NUMBER_MISMATCH_GVH, maker->graft_level->mismatch_gvh);
  b7_graft_attribute(&given, B7_GRAFT_NUMBER_MISMATCH_HVG, maker->graft_level->mismatch_hvg);
  given.day = at_once;
  given.n_day = 1;
  return b7_treatments_add(list, &given, 1, 0, maker->error);
}

B7Status b7_arm_infusion(const B7ArmMaker *maker, double day, B7Treatments *list) {
  B7_TRY(add_regimen(maker, maker->arm->lymphodepletion, day, list));
  B7_TRY(add_product(maker, day, list));
  b7_treatments_sort(list);
  return B7_OK;
}

B7Status b7_arm_treatments(const B7ArmMaker *maker, bool made, B7Treatments *list) {
  const B7TrialArm *arm = maker->arm;
  for (int32_t k = 0; k < arm->cycles; k++)
    B7_TRY(add_regimen(maker, arm->regimen, 1 + k * arm->regimen->cycle_day, list));
  if (arm->product && made) B7_TRY(b7_arm_infusion(maker, maker->days_to_infusion, list));
  b7_treatments_sort(list);
  return B7_OK;
}

B7Status b7_arm_transplant(const B7ArmMaker *maker, B7Treatments *list) {
  const B7TrialTransplant *transplant = &maker->arm->transplant;
  B7_TRY(add_regimen(maker, transplant->conditioning, 0, list));
  B7_TRY(add_graft(maker, list));
  B7_TRY(add_regimen(maker, transplant->prophylaxis, 0, list));
  b7_treatments_sort(list);
  return B7_OK;
}
