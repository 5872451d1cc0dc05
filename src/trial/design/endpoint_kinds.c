/* endpoint_kinds.c - how a trial reads endpoints and estimands: which have times, which compete, what counts as
 * yes. */
#include "trial/design/trial.h"

bool b7_endpoint_timed(B7Endpoint endpoint) {
  switch (endpoint) {
  case B7_ENDPOINT_OS:
  case B7_ENDPOINT_EFS_2017:
  case B7_ENDPOINT_EFS_2022:
  case B7_ENDPOINT_PFS:
  case B7_ENDPOINT_RFS:
  case B7_ENDPOINT_DOR:
  case B7_ENDPOINT_CIR:
  case B7_ENDPOINT_NRM:
  case B7_ENDPOINT_GRFS:
  case B7_ENDPOINT_GRFS_365:
    return true;
  default:
    return false;
  }
}

bool b7_endpoint_competes(B7Endpoint endpoint) {
  return endpoint == B7_ENDPOINT_CIR || endpoint == B7_ENDPOINT_NRM;
}

int32_t b7_endpoint_yes(B7Endpoint endpoint) {
  switch (endpoint) {
  case B7_ENDPOINT_CRS:
  case B7_ENDPOINT_ICAHT_EARLY:
  case B7_ENDPOINT_ICAHT_LATE:
  case B7_ENDPOINT_TICAHT_EARLY:
  case B7_ENDPOINT_TICAHT_LATE:
  case B7_ENDPOINT_CTCAE_NEUTROPHILS:
  case B7_ENDPOINT_CTCAE_PLATELETS:
  case B7_ENDPOINT_CTCAE_HAEMOGLOBIN:
  case B7_ENDPOINT_CTCAE_LEUKOCYTES:
  case B7_ENDPOINT_CTCAE_LYMPHOCYTES:
    return 3; // severe
  case B7_ENDPOINT_MARROW:
  case B7_ENDPOINT_RELAPSE:
  case B7_ENDPOINT_AGVHD_MAGIC:
  case B7_ENDPOINT_AGVHD_GLUCKSBERG:
  case B7_ENDPOINT_CHIMERISM:
  case B7_ENDPOINT_HEMATOTOX:
    return 2; // remission, relapse, grade II, full donor, high risk
  case B7_ENDPOINT_RESPONSE:
    return 4; // CRi or better
  case B7_ENDPOINT_MRD:
  case B7_ENDPOINT_MRD_DAY28:
    return 2; // negative
  case B7_ENDPOINT_LUGANO:
    return 4; // CMR
  case B7_ENDPOINT_OVERALL:
  case B7_ENDPOINT_OVERALL_DAY28:
    return 7; // CRi or better in marrow and nodes
  default:
    return 1;
  }
}

static const char *const estimand_words[] = {
#define ESTIMAND_WORDS(id, key, words) words,
    B7_ESTIMAND_LIST(ESTIMAND_WORDS)
#undef ESTIMAND_WORDS
};

const char *b7_estimand_words(B7EstimandKind kind) {
  return estimand_words[kind];
}

bool b7_estimand_is_ratio(B7EstimandKind kind) {
  return kind != B7_ESTIMAND_DIFFERENCE && kind != B7_ESTIMAND_RESTRICTED_MEAN;
}
