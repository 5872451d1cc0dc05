/* criteria.h - the published rules as plain numbers. Filled from the files of criteria/ by criteria_load.c
 * (authoring leg); everything else in this folder only reads them. Running leg. */
#ifndef B7_ASSESS_RULES_CRITERIA_H
#define B7_ASSESS_RULES_CRITERIA_H

#include "base/memory.h"
#include "bridge7_assess.h"

/* Rules: group, file, rule identifier. The order is that of b7_criteria_rules. */
#define B7_RULE_LIST(X)                                                                                      \
  X(crs, "crs.yaml", "crs.astct2019")                                                                        \
  X(icans, "icans.yaml", "icans.astct2019")                                                                  \
  X(icaht, "icaht.yaml", "icaht.eha_ebmt2023")                                                               \
  X(ticaht, "icaht.yaml", "ticaht.2024")                                                                     \
  X(hematotox, "hematotox.yaml", "hematotox.2021")                                                           \
  X(ctcae5, "ctcae.yaml", "ctcae.v5")                                                                        \
  X(ctcae6, "ctcae.yaml", "ctcae.v6")                                                                        \
  X(marrow, "response.yaml", "response.marrow")                                                              \
  X(all, "response.yaml", "response.all_eln2024")                                                            \
  X(aml, "response.yaml", "response.aml_eln2022")                                                            \
  X(mrd, "mrd.yaml", "mrd.1e-4")                                                                             \
  X(relapse_nci, "relapse.yaml", "relapse.nci2010")                                                          \
  X(relapse_pdl, "relapse.yaml", "relapse.pdl")                                                              \
  X(relapse_adult5, "relapse.yaml", "relapse.adult5")                                                        \
  X(lugano, "lugano.yaml", "lugano.2014")                                                                    \
  X(overall, "response.yaml", "response.overall")                                                            \
  X(neutrophils, "engraftment.yaml", "engraftment.neutrophils")                                              \
  X(platelets, "engraftment.yaml", "engraftment.platelets")                                                  \
  X(graft_failure, "engraftment.yaml", "graft_failure.astct")                                                \
  X(chimerism, "engraftment.yaml", "chimerism.astct")                                                        \
  X(pgf, "engraftment.yaml", "graft_function.numeric")                                                       \
  X(magic, "agvhd.yaml", "agvhd.magic2016")                                                                  \
  X(glucksberg, "agvhd.yaml", "agvhd.glucksberg1994")                                                        \
  X(przepiorka, "agvhd.yaml", "agvhd.przepiorka1995")                                                        \
  X(cgvhd, "cgvhd.yaml", "cgvhd.nih2014")                                                                    \
  X(endpoints, "endpoints.yaml", "endpoints.eln_ebmt")                                                       \
  X(normal, "ctcae.yaml", "normal.adult")

/* Thresholds: group, key, UCUM unit. Each is member GROUP_KEY of B7Criteria and key GROUP/KEY of the files.
 */
#define B7_THRESHOLD_LIST(X)                                                                                 \
  X(crs, fever_c, "Cel")                                                                                     \
  X(crs, low_flow_l_per_min, "L/min")                                                                        \
  X(crs, window_d, "d")                                                                                      \
  X(icans, ice_grade1_low, "1")                                                                              \
  X(icans, ice_grade2_low, "1")                                                                              \
  X(icans, ice_normal, "1")                                                                                  \
  X(icans, capd_grade3_low, "1")                                                                             \
  X(icans, ice_age_years, "a")                                                                               \
  X(icans, consciousness_present_low, "1")                                                                   \
  X(icans, seizure_present_low, "1")                                                                         \
  X(icans, oedema_present_low, "1")                                                                          \
  X(icans, motor_grade, "1")                                                                                 \
  X(icans, sign_high, "1")                                                                                   \
  X(icans, rass_no_capd, "1")                                                                                \
  X(icans, window_d, "d")                                                                                    \
  X(icaht, severe_per_ul, "/uL")                                                                             \
  X(icaht, profound_per_ul, "/uL")                                                                           \
  X(icaht, early_last_day, "d")                                                                              \
  X(icaht, grade2_days, "d")                                                                                 \
  X(icaht, grade3_days, "d")                                                                                 \
  X(icaht, profound_grade3_days, "d")                                                                        \
  X(icaht, profound_grade4_days, "d")                                                                        \
  X(icaht, never_start_last_day, "d")                                                                        \
  X(icaht, join_below_days, "d")                                                                             \
  X(icaht, interpolate_days, "d")                                                                            \
  X(icaht, conditioning_lead_days, "d")                                                                      \
  X(icaht, late_grade1_per_ul, "/uL")                                                                        \
  X(icaht, late_grade2_per_ul, "/uL")                                                                        \
  X(icaht, late_grade3_per_ul, "/uL")                                                                        \
  X(icaht, late_grade4_per_ul, "/uL")                                                                        \
  X(ticaht, grade1_below, "10*9/L")                                                                          \
  X(ticaht, grade3_below, "10*9/L")                                                                          \
  X(ticaht, late_grade1_below, "10*9/L")                                                                     \
  X(ticaht, grade2_days, "d")                                                                                \
  X(ticaht, grade4_days, "d")                                                                                \
  X(ticaht, late_last_day, "d")                                                                              \
  X(hematotox, platelets_zero_above, "10*9/L")                                                               \
  X(hematotox, platelets_two_below, "10*9/L")                                                                \
  X(hematotox, anc_below_per_ul, "/uL")                                                                      \
  X(hematotox, hb_below_g_per_dl, "g/dL")                                                                    \
  X(hematotox, crp_from_mg_per_dl, "mg/dL")                                                                  \
  X(hematotox, ferritin_one_from, "ng/mL")                                                                   \
  X(hematotox, ferritin_two_above, "ng/mL")                                                                  \
  X(hematotox, high_from, "1")                                                                               \
  X(hematotox, days_before, "d")                                                                             \
  X(hematotox, lymphodepletion_lead_days, "d")                                                               \
  X(ctcae5, neut_grade2_below, "10*9/L")                                                                     \
  X(ctcae5, neut_grade3_below, "10*9/L")                                                                     \
  X(ctcae5, neut_grade4_below, "10*9/L")                                                                     \
  X(ctcae5, plt_grade2_below, "10*9/L")                                                                      \
  X(ctcae5, plt_grade3_below, "10*9/L")                                                                      \
  X(ctcae5, plt_grade4_below, "10*9/L")                                                                      \
  X(ctcae5, hb_grade2_below, "g/L")                                                                          \
  X(ctcae5, hb_grade3_below, "g/L")                                                                          \
  X(ctcae5, wbc_grade2_below, "10*9/L")                                                                      \
  X(ctcae5, wbc_grade3_below, "10*9/L")                                                                      \
  X(ctcae5, wbc_grade4_below, "10*9/L")                                                                      \
  X(ctcae5, lym_grade2_below, "10*9/L")                                                                      \
  X(ctcae5, lym_grade3_below, "10*9/L")                                                                      \
  X(ctcae5, lym_grade4_below, "10*9/L")                                                                      \
  X(ctcae5, cd4_grade2_below, "10*9/L")                                                                      \
  X(ctcae5, cd4_grade3_below, "10*9/L")                                                                      \
  X(ctcae5, cd4_grade4_below, "10*9/L")                                                                      \
  X(ctcae6, neut_grade1_below, "10*9/L")                                                                     \
  X(ctcae6, neut_grade2_below, "10*9/L")                                                                     \
  X(ctcae6, neut_grade3_below, "10*9/L")                                                                     \
  X(ctcae6, neut_grade4_below, "10*9/L")                                                                     \
  X(marrow, blasts_below_pct, "%")                                                                           \
  X(marrow, cells_min, "1")                                                                                  \
  X(marrow, cellularity_min_pct, "%")                                                                        \
  X(marrow, counts_within_d, "d")                                                                            \
  X(marrow, imaging_within_d, "d")                                                                           \
  X(marrow, visit_day28_d, "d")                                                                              \
  X(marrow, visit_window_d, "d")                                                                             \
  X(marrow, visit_first_d, "d")                                                                              \
  X(marrow, visit_every_d, "d")                                                                              \
  X(all, anc_cr, "10*9/L")                                                                                   \
  X(all, plt_cr, "10*9/L")                                                                                   \
  X(all, cri_anc_min, "10*9/L")                                                                              \
  X(all, cri_plt_min, "10*9/L")                                                                              \
  X(all, mrd_failure_from, "1")                                                                              \
  X(all, pr_blasts_max_pct, "%")                                                                             \
  X(all, pr_fall_min, "1")                                                                                   \
  X(aml, anc_cr, "10*9/L")                                                                                   \
  X(aml, plt_cr, "10*9/L")                                                                                   \
  X(aml, crh_anc, "10*9/L")                                                                                  \
  X(aml, crh_plt, "10*9/L")                                                                                  \
  X(aml, cri_anc_min, "10*9/L")                                                                              \
  X(aml, cri_plt_min, "10*9/L")                                                                              \
  X(aml, pr_blasts_max_pct, "%")                                                                             \
  X(aml, pr_fall_min, "1")                                                                                   \
  X(aml, landmark_courses, "1")                                                                              \
  X(aml, landmark_days, "d")                                                                                 \
  X(mrd, threshold, "1")                                                                                     \
  X(relapse_nci, blasts_from_pct, "%")                                                                       \
  X(relapse_pdl, alone_from_pct, "%")                                                                        \
  X(relapse_pdl, one_test_from_pct, "%")                                                                     \
  X(relapse_pdl, two_tests_from_pct, "%")                                                                    \
  X(relapse_pdl, other_test_from_pct, "%")                                                                   \
  X(relapse_adult5, blasts_above_pct, "%")                                                                   \
  X(relapse_adult5, progression_rise, "1")                                                                   \
  X(lugano, complete_max_score, "1")                                                                         \
  X(lugano, ldi_normal_cm, "cm")                                                                             \
  X(lugano, spd_fall, "1")                                                                                   \
  X(lugano, spleen_excess_fall, "1")                                                                         \
  X(lugano, ppd_growth, "1")                                                                                 \
  X(lugano, ldi_small_cm, "cm")                                                                              \
  X(lugano, ldi_step_small_cm, "cm")                                                                         \
  X(lugano, ldi_step_large_cm, "cm")                                                                         \
  X(lugano, spleen_excess_growth, "1")                                                                       \
  X(lugano, spleen_step_cm, "cm")                                                                            \
  X(lugano, new_extranodal_cm, "cm")                                                                         \
  X(lugano, simulated_change, "1")                                                                           \
  X(lugano, activity_change, "1")                                                                            \
  X(neutrophils, threshold_per_ul, "/uL")                                                                    \
  X(neutrophils, days, "d")                                                                                  \
  X(platelets, threshold, "10*9/L")                                                                          \
  X(platelets, threshold_second, "10*9/L")                                                                   \
  X(platelets, days, "d")                                                                                    \
  X(platelets, transfusion_free_days, "d")                                                                   \
  X(graft_failure, limit_day, "d")                                                                           \
  X(graft_failure, limit_day_cord, "d")                                                                      \
  X(graft_failure, pancytopenia_plt, "10*9/L")                                                               \
  X(graft_failure, pancytopenia_hb, "g/L")                                                                   \
  X(graft_failure, counts_within_d, "d")                                                                     \
  X(graft_failure, explained_within_d, "d")                                                                  \
  X(graft_failure, secondary_anc_per_ul, "/uL")                                                              \
  X(graft_failure, secondary_days, "d")                                                                      \
  X(chimerism, full_above_pct, "%")                                                                          \
  X(chimerism, loss_below_pct, "%")                                                                          \
  X(pgf, hb_below, "g/L")                                                                                    \
  X(pgf, anc_below, "10*9/L")                                                                                \
  X(pgf, plt_below, "10*9/L")                                                                                \
  X(pgf, days, "d")                                                                                          \
  X(pgf, from_day, "d")                                                                                      \
  X(pgf, wide_days, "d")                                                                                     \
  X(pgf, wide_lineages, "1")                                                                                 \
  X(pgf, wide_donor_pct, "%")                                                                                \
  X(magic, skin_stage2_pct, "%")                                                                             \
  X(magic, skin_stage3_above_pct, "%")                                                                       \
  X(magic, desquamation_above_pct, "%")                                                                      \
  X(magic, liver_stage1_mg_per_dl, "mg/dL")                                                                  \
  X(magic, liver_stage1_max, "mg/dL")                                                                        \
  X(magic, liver_stage2_max, "mg/dL")                                                                        \
  X(magic, liver_stage3_max, "mg/dL")                                                                        \
  X(magic, bilirubin_umol_per_mg_dl, "umol/L per mg/dL")                                                     \
  X(magic, gut_stage1_ml, "mL/d")                                                                            \
  X(magic, gut_stage2_ml, "mL/d")                                                                            \
  X(magic, gut_stage2_max_ml, "mL/d")                                                                        \
  X(magic, gut_stage1_episodes, "1/d")                                                                       \
  X(magic, gut_stage2_episodes, "1/d")                                                                       \
  X(magic, gut_stage2_max_episodes, "1/d")                                                                   \
  X(magic, child_stage1_ml_per_kg, "mL/kg/d")                                                                \
  X(magic, child_stage2_ml_per_kg, "mL/kg/d")                                                                \
  X(magic, child_stage2_max_ml_per_kg, "mL/kg/d")                                                            \
  X(magic, child_stage1_episodes, "1/d")                                                                     \
  X(magic, child_stage2_episodes, "1/d")                                                                     \
  X(magic, child_stage2_max_episodes, "1/d")                                                                 \
  X(magic, child_max_kg, "kg")                                                                               \
  X(magic, adult_first_year, "a")                                                                            \
  X(magic, organ_within_d, "d")                                                                              \
  X(magic, stool_mean_days, "d")                                                                             \
  X(magic, urine_mixed_share, "1")                                                                           \
  X(magic, skin_grade2_from, "1")                                                                            \
  X(magic, skin_grade4_from, "1")                                                                            \
  X(magic, liver_grade2_from, "1")                                                                           \
  X(magic, liver_grade3_from, "1")                                                                           \
  X(magic, liver_grade4_from, "1")                                                                           \
  X(magic, upper_grade, "1")                                                                                 \
  X(magic, lower_grade2_from, "1")                                                                           \
  X(magic, lower_grade3_from, "1")                                                                           \
  X(magic, lower_grade4_from, "1")                                                                           \
  X(glucksberg, gut_stage1_above_ml, "mL/d")                                                                 \
  X(glucksberg, gut_stage2_above_ml, "mL/d")                                                                 \
  X(glucksberg, gut_stage3_above_ml, "mL/d")                                                                 \
  X(glucksberg, gut_stage4_above_ml, "mL/d")                                                                 \
  X(glucksberg, ecog_grade4, "1")                                                                            \
  X(glucksberg, karnofsky_grade4_below, "%")                                                                 \
  X(glucksberg, skin_grade2_from, "1")                                                                       \
  X(glucksberg, skin_grade4_from, "1")                                                                       \
  X(glucksberg, liver_grade2_from, "1")                                                                      \
  X(glucksberg, liver_grade3_from, "1")                                                                      \
  X(glucksberg, liver_grade4_from, "1")                                                                      \
  X(glucksberg, gut_grade2_from, "1")                                                                        \
  X(glucksberg, gut_grade3_from, "1")                                                                        \
  X(glucksberg, gut_grade4_from, "1")                                                                        \
  X(przepiorka, skin_grade2_from, "1")                                                                       \
  X(przepiorka, skin_grade4_from, "1")                                                                       \
  X(przepiorka, liver_grade2_from, "1")                                                                      \
  X(przepiorka, liver_grade3_from, "1")                                                                      \
  X(przepiorka, liver_grade4_from, "1")                                                                      \
  X(przepiorka, gut_grade2_from, "1")                                                                        \
  X(przepiorka, gut_grade3_from, "1")                                                                        \
  X(przepiorka, gut_grade4_from, "1")                                                                        \
  X(cgvhd, organs_moderate, "1")                                                                             \
  X(cgvhd, lung_severe_from, "1")                                                                            \
  X(cgvhd, fev1_score0_pct, "%")                                                                             \
  X(cgvhd, fev1_score1_pct, "%")                                                                             \
  X(cgvhd, fev1_score2_pct, "%")                                                                             \
  X(endpoints, day0_shift_d, "d")                                                                            \
  X(endpoints, agvhd_relapse_competes, "1")                                                                  \
  X(endpoints, grfs_first_year_d, "d")                                                                       \
  X(endpoints, days_per_month, "d")                                                                          \
  X(normal, lln_neut, "10*9/L")                                                                              \
  X(normal, lln_plt, "10*9/L")                                                                               \
  X(normal, lln_hb, "g/L")                                                                                   \
  X(normal, lln_wbc, "10*9/L")                                                                               \
  X(normal, lln_lym, "10*9/L")                                                                               \
  X(normal, lln_cd4, "10*9/L")

typedef enum B7RuleIndex {
#define B7_RULE_ENUM(group, file, id) B7_RULE_##group,
  B7_RULE_LIST(B7_RULE_ENUM)
#undef B7_RULE_ENUM
      B7_RULE_COUNT
} B7RuleIndex;

/* Constant once loaded. Texts live in the arena. */
struct B7Criteria {
  B7Arena arena;
  B7Rule rules[B7_RULE_COUNT];
#define B7_THRESHOLD_MEMBER(group, key, unit) double group##_##key;
  B7_THRESHOLD_LIST(B7_THRESHOLD_MEMBER)
#undef B7_THRESHOLD_MEMBER
};

/* One threshold by place in B7_THRESHOLD_LIST, for tables of reasons. */
typedef struct B7Threshold {
  const char *group, *key, *unit;
  size_t offset; /* of the double in B7Criteria */
} B7Threshold;
extern const B7Threshold b7_thresholds[];
extern const int32_t b7_threshold_count;
/* Group and identifier of a rule. */
const char *b7_rule_group(B7RuleIndex rule);
const char *b7_rule_file(B7RuleIndex rule);
const char *b7_rule_id(B7RuleIndex rule);

#endif
