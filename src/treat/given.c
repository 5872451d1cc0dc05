/* given.c - lanes and roles of treatments. */
#include "treat/given.h"

const char *b7_treatment_lane_name(B7TreatmentLane lane) {
  static const char *const names[] = {
#define LANE_NAME(id, name) name,
      B7_TREATMENT_LANE_LIST(LANE_NAME)
#undef LANE_NAME
  };
  return names[lane];
}

const char *b7_role_name(B7Role role) {
  static const char *const names[] = {
#define ROLE_NAME(id, name) name,
      B7_ROLE_LIST(ROLE_NAME)
#undef ROLE_NAME
  };
  return names[role];
}

B7Role b7_role_of_drug(B7Role own, B7TreatmentLane lane, bool stated) {
  static const B7Role of_lane[B7_TREATMENT_LANES] = {[B7_TREATMENT_LANE_CHEMOTHERAPY] = B7_ROLE_CHEMOTHERAPY,
                                                     [B7_TREATMENT_LANE_LYMPHODEPLETION] =
                                                         B7_ROLE_LYMPHODEPLETION,
                                                     [B7_TREATMENT_LANE_CART] = B7_ROLE_SUPPORTIVE,
                                                     [B7_TREATMENT_LANE_CONDITIONING] = B7_ROLE_CONDITIONING,
                                                     [B7_TREATMENT_LANE_TRANSPLANT] = B7_ROLE_SUPPORTIVE,
                                                     [B7_TREATMENT_LANE_PROPHYLAXIS] = B7_ROLE_PROPHYLAXIS,
                                                     [B7_TREATMENT_LANE_SUPPORTIVE] = B7_ROLE_SUPPORTIVE};
  // a steroid within a course of chemotherapy is chemotherapy; a growth factor beside it is not
  bool steroid_like = own == B7_ROLE_ANTICYTOKINE || own == B7_ROLE_GVHD_TREATMENT;
  bool weak_lane = !stated || of_lane[lane] == B7_ROLE_SUPPORTIVE;
  if (own == B7_ROLES || (steroid_like && !weak_lane)) return of_lane[lane];
  return own;
}
