/* hematotox.h - CAR-HEMATOTOX score before lymphodepletion (2021). Running leg. */
#ifndef B7_ASSESS_RULES_HEMATOTOX_H
#define B7_ASSESS_RULES_HEMATOTOX_H

#include "assess/rules/finding.h"

/* NaN: unknown. */
typedef struct B7HematotoxMarkers {
  double platelets_10e9_per_l, anc_per_ul, hb_g_per_dl, crp_mg_per_dl, ferritin_ng_per_ml;
} B7HematotoxMarkers;

typedef enum B7HematotoxRisk { B7_HEMATOTOX_LOW, B7_HEMATOTOX_HIGH, B7_HEMATOTOX_UNDECIDED } B7HematotoxRisk;

/* Score 0 to 7; unknown markers give low..high. */
B7Finding b7_hematotox_score(const B7Criteria *criteria, const B7HematotoxMarkers *markers);
/* Risk from the range of a finding of b7_hematotox_score: undecided when the range straddles the cut. */
B7HematotoxRisk b7_hematotox_risk(const B7Criteria *criteria, const B7Finding *score);

#endif
