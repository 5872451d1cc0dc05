/* calibration_arms.c - which arms a fit needs, and what can change in them. */
#include "fit/calibration.h"

#include <stdio.h>
#include <string.h>

static const char *arm_product(const B7StudyArm *arm) {
  return arm->arm.product ? arm->arm.product->name : "";
}

/* an arm sets it itself */
static bool sets(const B7StudyArm *arm, const char *name) {
  for (int32_t i = 0; i < arm->settings.count; i++) {
    if (strcmp(arm->settings.rows[i].name, name) == 0) return true;
  }
  return false;
}

static bool held_by(const B7FitParameter *parameter, const char *name) {
  for (int i = 0; i < B7_FIT_PLACES_MAX && parameter->holders[i]; i++) {
    if (strcmp(parameter->holders[i], name) == 0) return true;
  }
  return false;
}

/* what an arm sets itself, no file can change */
static B7Status touches(B7Calibration *calibration, const B7FitParameter *parameter, const B7StudyArm *arm,
                        bool *out, B7Error *error) {
  bool set_here = sets(arm, parameter->target) && parameter->what != B7_SUBSTITUTE_SPREAD;
  *out = false;
  if (parameter->owner == B7_OWNER_PRODUCT) {
    *out = held_by(parameter, arm_product(arm));
    return B7_OK;
  }
  if (set_here) return B7_OK;
  if (parameter->owner == B7_OWNER_POPULATION) {
    *out = held_by(parameter, arm->population);
    return B7_OK;
  }
  // the model's value holds where the population file says nothing
  char path[4096];
  const B7Node *root;
  snprintf(path, sizeof path, "%s/populations/%s.yaml", calibration->files.data_folder, arm->population);
  B7_TRY(b7_calibration_document(calibration, path, &root, error));
  *out = !b7_node_get(b7_node_get(root, "parameters"), parameter->target);
  return B7_OK;
}

static bool needed(const B7Calibration *calibration, const B7Study *study, int32_t arm) {
  for (int32_t r = 0; r < calibration->n_row; r++) {
    const B7FitRow *row = &calibration->rows[r];
    if (row->study == study && (row->row->arm < 0 || row->row->arm == arm)) return true;
  }
  return false;
}

B7Status b7_calibration_find_arms(B7Calibration *calibration, B7Error *error) {
  const B7Studies *studies = calibration->studies;
  int32_t most = 0;
  for (int32_t s = 0; s < studies->n_study; s++) most += studies->studies[s].n_arm;
  calibration->arms = B7_ARENA_ARRAY(&calibration->arena, B7FitArm, most + 1);
  if (!calibration->arms) return b7_fail_memory(error);
  for (int32_t s = 0; s < studies->n_study; s++) {
    const B7Study *study = &studies->studies[s];
    for (int32_t a = 0; a < study->n_arm; a++) {
      if (!needed(calibration, study, a)) continue;
      B7FitArm *arm = &calibration->arms[calibration->n_arm++];
      *arm = (B7FitArm){.study = study, .arm = a};
      for (int32_t p = 0; p < calibration->n_parameter; p++)
        B7_TRY(
            touches(calibration, &calibration->parameters[p], &study->arms[a], &arm->touched_by[p], error));
    }
  }
  for (int32_t p = 0; p < calibration->n_parameter; p++) {
    bool any = false;
    for (int32_t a = 0; a < calibration->n_arm; a++) any = any || calibration->arms[a].touched_by[p];
    if (!any)
      return b7_node_fail(calibration->parameters[p].node, error,
                          "'%s' (%s) is used in no arm that a row needs; it cannot be fitted to them",
                          calibration->parameters[p].name, calibration->parameters[p].where);
  }
  return B7_OK;
}
