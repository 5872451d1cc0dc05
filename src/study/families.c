#include "study/families.h"

#include <string.h>

const char *b7_study_family_key(B7StudyFamily family) {
  static const char *const keys[] = {
#define FAMILY_KEY(id, key, words) key,
      B7_STUDY_FAMILY_LIST(FAMILY_KEY)
#undef FAMILY_KEY
  };
  return keys[family];
}

const char *b7_study_family_words(B7StudyFamily family) {
  static const char *const all[] = {
#define FAMILY_WORDS(id, key, words) words,
      B7_STUDY_FAMILY_LIST(FAMILY_WORDS)
#undef FAMILY_WORDS
  };
  return all[family];
}

static B7StudyFamily family_of_graded(B7Endpoint endpoint) {
  switch (endpoint) {
  case B7_ENDPOINT_CRS:
    return B7_FAMILY_CRS;
  case B7_ENDPOINT_ICANS:
    return B7_FAMILY_NEUROTOXICITY;
  case B7_ENDPOINT_AGVHD_GLUCKSBERG:
  case B7_ENDPOINT_AGVHD_MAGIC:
    return B7_FAMILY_GVHD;
  case B7_ENDPOINT_CTCAE_NEUTROPHILS:
  case B7_ENDPOINT_CTCAE_PLATELETS:
  case B7_ENDPOINT_CTCAE_HAEMOGLOBIN:
  case B7_ENDPOINT_CTCAE_LEUKOCYTES:
  case B7_ENDPOINT_CTCAE_LYMPHOCYTES:
    return B7_FAMILY_COUNTS;
  case B7_ENDPOINT_CIR:
    return B7_FAMILY_RELAPSE;
  case B7_ENDPOINT_NRM:
    return B7_FAMILY_NRM;
  case B7_ENDPOINT_CHIMERISM:
  case B7_ENDPOINT_GRAFT_FAILURE:
    return B7_FAMILY_ENGRAFTMENT;
  case B7_ENDPOINT_OS:
  case B7_ENDPOINT_PFS:
  case B7_ENDPOINT_RFS:
  case B7_ENDPOINT_DOR:
  case B7_ENDPOINT_EFS_2017:
  case B7_ENDPOINT_EFS_2022:
    return B7_FAMILY_SURVIVAL;
  default:
    return B7_FAMILY_RESPONSE;
  }
}

B7StudyFamily b7_study_family_of(const B7StudyEndpoint *endpoint) {
  switch (endpoint->read) {
  case B7_READ_PEAK:
  case B7_READ_PEAK_DAY:
  case B7_READ_PERSISTENCE:
    return B7_FAMILY_KINETICS;
  case B7_READ_RECOVERED:
  case B7_READ_RECOVERY_DAY:
    return B7_FAMILY_ENGRAFTMENT;
  case B7_READ_FACT:
    if (strncmp(endpoint->what, "car_", 4) == 0) return B7_FAMILY_KINETICS;
    return strncmp(endpoint->what, "relapse", 7) == 0 ? B7_FAMILY_RELAPSE : B7_FAMILY_RESPONSE;
  default:
    return family_of_graded(endpoint->endpoint);
  }
}

B7Status b7_study_families_read(const B7Node *root, double *sd, B7Error *error) {
  const char *keys[B7_STUDY_FAMILIES + 1] = {NULL};
  static const char *const top[] = {"about", "made_by", "families", NULL};
  static const char *const fields[] = {"sd", "rows", NULL};
  const B7Node *families;
  for (int32_t f = 0; f < B7_STUDY_FAMILIES; f++) keys[f] = b7_study_family_key((B7StudyFamily)f);
  B7_TRY(b7_node_only_keys(root, top, error));
  B7_TRY(b7_node_need(root, "families", &families, error));
  B7_TRY(b7_node_only_keys(families, keys, error));
  for (int32_t f = 0; f < B7_STUDY_FAMILIES; f++) {
    const B7Node *entry, *value;
    B7_TRY(b7_node_need(families, keys[f], &entry, error));
    B7_TRY(b7_node_only_keys(entry, fields, error));
    B7_TRY(b7_node_need(entry, "sd", &value, error));
    B7_TRY(b7_node_number(value, &sd[f], error));
    if (!(sd[f] >= 0)) return b7_node_fail(value, error, "a standard deviation is not below 0");
  }
  return B7_OK;
}
