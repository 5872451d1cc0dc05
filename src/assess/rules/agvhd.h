/* agvhd.h - acute GVHD: MAGIC 2016, modified Glucksberg, IBMTR index. Running leg. */
#ifndef B7_ASSESS_RULES_AGVHD_H
#define B7_ASSESS_RULES_AGVHD_H

#include "assess/rules/finding.h"

/* Organ stages; NaN: not examined. upper and lower GI for MAGIC; the gut of the older scales is the lower stage, and 1
   at least where the upper stage is 1. */
typedef struct B7AgvhdStages {
  double skin, liver, upper_gi, lower_gi;
  double ecog, karnofsky_pct; /* Glucksberg alone; NaN: not asked */
  double skin_high; /* highest possible skin stage where bullae or peeling are unknown; 0: as skin */
} B7AgvhdStages;

/* Grade 0 to 4. An organ not examined gives the range up to its highest stage. */
B7Finding b7_agvhd_magic(const B7Criteria *criteria, const B7AgvhdStages *stages);
/* The modified scale as it is mostly printed (liver 4 is III, gut 4 is IV), with a flag where the table of Przepiorka
   1995 (liver 4 is IV, gut 4 is III) says otherwise. */
B7Finding b7_agvhd_glucksberg(const B7Criteria *criteria, const B7AgvhdStages *stages);
B7Finding b7_agvhd_przepiorka(const B7Criteria *criteria, const B7AgvhdStages *stages);
/* 0 none, 1 to 4 for A to D. */
B7Finding b7_agvhd_ibmtr(const B7Criteria *criteria, const B7AgvhdStages *stages);

/* What the stages are read from; NaN: unknown. */
typedef struct B7AgvhdSigns {
  double rash_pct;         /* active erythema, % of body surface */
  double erythroderma;     /* 0 or 1 */
  double bullae;           /* 0 or 1 */
  double desquamation_pct; /* % of body surface */
  double bilirubin_mg_per_dl;
  double other_liver_cause;     /* documented; down-stages Glucksberg by one, MAGIC never */
  double persistent_nausea;     /* nausea, vomiting or anorexia, 0 or 1 */
  double upper_biopsy_positive; /* 0 or 1; Glucksberg */
  double stool_ml_per_d;        /* mean of three days */
  double stool_ml_per_kg_d;     /* the same by weight, where it is given so */
  double mixed_stool_urine_ml_per_d;
  double stool_episodes_per_d;
  double severe_pain;  /* opioid needed or increased and performance affected, 0 or 1 */
  double ileus;        /* 0 or 1 */
  double bloody_stool; /* grossly, 0 or 1 */
  bool child;
  double weight_kg;
} B7AgvhdSigns;

/* Stages by each scale; NaN where the signs are unknown. */
B7AgvhdStages b7_agvhd_magic_stages(const B7Criteria *criteria, const B7AgvhdSigns *signs);
B7AgvhdStages b7_agvhd_glucksberg_stages(const B7Criteria *criteria, const B7AgvhdSigns *signs);

#endif
