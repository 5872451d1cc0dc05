/* families.h - families of endpoints, and how far the truth of studies of one family differs between centres, eras and
 * ways of counting (data/between_studies.yaml). */
#ifndef B7_STUDY_FAMILIES_H
#define B7_STUDY_FAMILIES_H

#include "document/document.h"
#include "study/study_endpoints.h"

/* ORDER FAMILY: identifier, key in files, words. Which rows belong to one family follows from what they read. */
#define B7_STUDY_FAMILY_LIST(X)                                                                              \
  X(RESPONSE, "response", "response")                                                                        \
  X(SURVIVAL, "survival", "survival and lasting remission")                                                  \
  X(RELAPSE, "relapse", "relapse")                                                                           \
  X(NRM, "nrm", "deaths without relapse")                                                                    \
  X(CRS, "crs", "cytokine release")                                                                          \
  X(NEUROTOXICITY, "neurotoxicity", "neurotoxicity")                                                         \
  X(GVHD, "gvhd", "GVHD")                                                                                    \
  X(COUNTS, "counts", "counts")                                                                              \
  X(KINETICS, "kinetics", "kinetics")                                                                        \
  X(ENGRAFTMENT, "engraftment", "engraftment and chimerism")

typedef enum B7StudyFamily {
#define B7_STUDY_FAMILY_ENUM(id, key, words) B7_FAMILY_##id,
  B7_STUDY_FAMILY_LIST(B7_STUDY_FAMILY_ENUM)
#undef B7_STUDY_FAMILY_ENUM
      B7_STUDY_FAMILIES
} B7StudyFamily;

const char *b7_study_family_key(B7StudyFamily family);
const char *b7_study_family_words(B7StudyFamily family);
B7StudyFamily b7_study_family_of(const B7StudyEndpoint *endpoint);

/* `families:` of a file: a standard deviation for each family, on the logit of shares and the logarithm of times and
   peaks, into sd [B7_STUDY_FAMILIES]. Errors: INPUT. */
B7Status b7_study_families_read(const B7Node *root, double *sd, B7Error *error);

#endif
