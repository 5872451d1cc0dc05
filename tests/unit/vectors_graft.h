/* vectors_graft.h - rows of engraftment_vectors.tsv and gvhd_vectors.tsv against the library. */
#ifndef B7_TESTS_VECTORS_GRAFT_H
#define B7_TESTS_VECTORS_GRAFT_H

#include "assess/rules/agvhd.h"
#include "assess/rules/cgvhd.h"
#include "assess/rules/chimerism.h"
#include "assess/rules/engraftment.h"
#include "assess/rules/graft_failure.h"
#include "vectors_row.h"

static bool vectors_recovery(const VectorsRow *row, const B7Finding *finding) {
  char got[64];
  if (finding->evaluable == B7_NOT_EVALUABLE)
    snprintf(got, sizeof got, "NOT_EVALUABLE");
  else if (finding->code == B7_RECOVERY_YES)
    snprintf(got, sizeof got, "%g", finding->value);
  else
    snprintf(got, sizeof got, "%s", finding->code == B7_RECOVERY_NEVER_BELOW ? "NEVER_BELOW" : "NOT_YET");
  return vectors_same_text(row, got);
}

static bool vectors_neutrophils(const B7Criteria *criteria, const VectorsRow *row) {
  static VectorsSeries series;
  const char *inputs = vectors_cell(row, "inputs");
  if (!vectors_series(inputs, 1e-3, &series)) return vectors_unknown(row, "series", inputs);
  const char *options = strchr(inputs, ';');
  const double end =
      options ? vectors_key_number(options + 1, "end|death_day|relapse_day|second_graft*") : NAN;
  const char *variant = options ? vectors_key(options + 1, "variant") : NULL;
  double loose;
  B7Finding finding = b7_engraftment_neutrophils(criteria, &series.column, 0, end, &loose);
  if (variant && strcmp(variant, "three_consecutive_measurements") == 0 && !isnan(loose)) {
    finding.code = B7_RECOVERY_YES;
    finding.value = loose;
  }
  return vectors_recovery(row, &finding);
}

static bool vectors_platelets(const B7Criteria *criteria, const VectorsRow *row, double threshold) {
  static VectorsSeries series, transfusions;
  const char *inputs = vectors_cell(row, "inputs");
  if (!vectors_series(inputs, 1, &series)) return vectors_unknown(row, "series", inputs);
  const char *options = strchr(inputs, ';');
  const char *days = options ? vectors_key(options + 1, "tx") : NULL;
  int32_t n = 0;
  for (const char *at = days ? days : ""; *at;) {
    char *end;
    transfusions.t_day[n] = strtod(at, &end);
    if (end == at) return vectors_unknown(row, "transfusion days", days);
    transfusions.value[n++] = 1;
    at = end + (*end == ',');
  }
  transfusions.column = (B7Column){n, transfusions.t_day, transfusions.value};
  const B7Finding finding =
      b7_engraftment_platelets(criteria, &series.column, &transfusions.column, 0, NAN, threshold);
  return vectors_recovery(row, &finding);
}

static bool vectors_graft_failure(const B7Criteria *criteria, const VectorsRow *row) {
  const char *inputs = vectors_cell(row, "inputs"), *source = vectors_key(inputs, "source");
  B7GraftFacts facts = {.source = !source ? B7_GRAFT_SOURCE_UNKNOWN
                                  : strcasecmp(source, "UCB") == 0 || strcasecmp(source, "cord") == 0
                                      ? B7_GRAFT_SOURCE_CORD
                                  : strcasecmp(source, "BM") == 0 ? B7_GRAFT_SOURCE_MARROW
                                                                  : B7_GRAFT_SOURCE_BLOOD};
  const double by_30 = vectors_key_number(inputs, "max_anc_by_d30"),
               by_42 = vectors_key_number(inputs, "max_anc_by_d42");
  facts.highest_anc_by_limit_per_ul =
      facts.source == B7_GRAFT_SOURCE_CORD
          ? fmax(by_42, by_30 >= criteria->neutrophils_threshold_per_ul ? by_30 : by_42)
          : by_30;
  if (isnan(facts.highest_anc_by_limit_per_ul))
    facts.highest_anc_by_limit_per_ul = vectors_key_number(inputs, "max_anc");
  facts.pancytopenia = vectors_key_number(inputs, "pancytopenia");
  facts.neutrophil_recovery_day = vectors_key_number(inputs, "anc_recovery_day|recovery_day");
  facts.later_decline = vectors_key_number(inputs, "decline|later_decline");
  // "day70_decline" names the day of the decline
  for (const char *at = inputs; isnan(facts.later_decline) && (at = strstr(at, "_decline=")) != NULL; at++)
    facts.later_decline = strtod(at + 9, NULL);
  facts.support_needed = vectors_key_number(inputs, "transfusion_or_gf|transfusion*|growth_factor|gf");
  facts.other_explanation = vectors_key_number(inputs, "other_explanation|relapse|drug*|infection");
  facts.donor_pct = vectors_key_number(inputs, "donor*|chimerism*");
  facts.last_day = vectors_key_number(inputs, "death_day|last_day|last_alive_day");
  const B7Finding finding = b7_graft_failure(criteria, &facts);
  const char *expected = vectors_cell(row, "expected");
  static const char *const words[] = {"NONE", "PRIMARY", "PRIMARY_AUTOLOGOUS_RECONSTITUTION", "SECONDARY"};
  if (finding.evaluable == B7_NOT_EVALUABLE) return vectors_same_text(row, "NOT_EVALUABLE");
  if (finding.code == B7_GRAFT_FAILURE_PRIMARY_AUTOLOGOUS && strstr(expected, "AUTOLOGOUS")) return true;
  return vectors_same_text(row, words[finding.code]);
}

// "MIXED;LINEAGE_NOT_SEPARATED"; where the two rules differ, the expectation may name the class of each (N1
// or ASTCT, N5 or CIBMTR)
static bool vectors_chimerism(const B7Criteria *criteria, const VectorsRow *row) {
  static const char *const words[] = {"LOSS", "MIXED", "FULL"};
  const char *inputs = vectors_cell(row, "inputs"), *expected = vectors_cell(row, "expected");
  const B7ChimerismSample sample = {.whole_pct = vectors_key_number(inputs, "whole"),
                                    .cd3_pct = vectors_key_number(inputs, "cd3"),
                                    .cd33_pct = vectors_key_number(inputs, "cd33|cd15|cd33_15")};
  int32_t registry;
  const B7Finding finding = b7_chimerism_class(criteria, &sample, &registry);
  if (finding.evaluable == B7_NOT_EVALUABLE) return vectors_same_text(row, "NOT_EVALUABLE");
  const bool separated = !(finding.flags & B7_FLAG_LINEAGE_NOT_SEPARATED);
  const bool differ = registry != finding.code;
  char got[128];
  snprintf(got, sizeof got, "%s%s%s", words[finding.code], differ ? ";FULL_N5" : "",
           separated ? "" : ";LINEAGE_NOT_SEPARATED");
  if (!differ) return vectors_same_text(row, got);
  const bool astct = strncmp(expected, words[finding.code], strlen(words[finding.code])) == 0 ||
                     strstr(expected, "N1") != NULL;
  const bool both =
      strstr(expected, words[finding.code]) != NULL && strstr(expected, words[registry]) != NULL;
  const bool flag = (strstr(expected, "LINEAGE_NOT_SEPARATED") == NULL) == separated;
  return ((both || astct) && flag) || vectors_fail(row, got);
}

static bool vectors_graft_function(const B7Criteria *criteria, const VectorsRow *row,
                                   B7GraftFunctionRule rule) {
  const char *inputs = vectors_cell(row, "inputs");
  const B7GraftFunction function = {
      .hb_g_per_l = vectors_key_number(inputs, "hb"),
      .anc_10e9_per_l = vectors_key_number(inputs, "anc"),
      .platelets_10e9_per_l = vectors_key_number(inputs, "plt"),
      .consecutive_days = vectors_key_number(inputs, "consecutive_days"),
      .from_day = vectors_key_number(inputs, "from_day"),
      .donor_pct = vectors_key_number(inputs, "donor"),
      .severe_gvhd = vectors_key_number(inputs, "gvhd_severe|severe_gvhd"),
      .relapse = vectors_key_number(inputs, "relapse"),
      .support_needed = vectors_key_number(inputs, "transfusion*|growth_factor|support*"),
      .other_explanation = vectors_key_number(inputs, "other_explanation|drug*|infection")};
  const B7Finding finding = b7_graft_function(criteria, rule, &function);
  return vectors_same_text(row, finding.evaluable == B7_NOT_EVALUABLE || finding.low != finding.high
                                    ? "NOT_EVALUABLE"
                                : finding.code ? "PGF"
                                               : "NO");
}

static bool vectors_engraftment_row(const B7Criteria *criteria, const VectorsRow *row) {
  const char *rule = vectors_cell(row, "rule");
  if (strcmp(rule, "ANC") == 0) return vectors_neutrophils(criteria, row);
  if (strcmp(rule, "PLT") == 0 || strcmp(rule, "PLT20") == 0)
    return vectors_platelets(criteria, row, criteria->platelets_threshold);
  if (strcmp(rule, "PLT50") == 0 || strcmp(rule, "PLT_50") == 0)
    return vectors_platelets(criteria, row, criteria->platelets_threshold_second);
  if (strcmp(rule, "GRAFT_FAILURE") == 0) return vectors_graft_failure(criteria, row);
  if (strcmp(rule, "CHIMERISM") == 0) return vectors_chimerism(criteria, row);
  if (strcmp(rule, "PGF_N4") == 0) return vectors_graft_function(criteria, row, B7_PGF_NUMERIC);
  if (strcmp(rule, "PGF_EBMT") == 0) return vectors_graft_function(criteria, row, B7_PGF_WIDE);
  if (strcmp(rule, "PGF_ASTCT") == 0 || strcmp(rule, "PGF_N1") == 0)
    return vectors_graft_function(criteria, row, B7_PGF_CLINICAL);
  return vectors_unknown(row, "rule", rule);
}

// an organ that the row does not name is not affected; a named one without a value was not examined
static double vectors_organ(const char *inputs, const char *keys) {
  return vectors_key_or(inputs, keys, 0);
}

static bool vectors_roman(const VectorsRow *row, const B7Finding *finding, const char *const *words,
                          const char *flag) {
  char got[64];
  if (finding->evaluable == B7_NOT_EVALUABLE) return vectors_same_text(row, "NOT_EVALUABLE");
  if (finding->low == finding->high)
    snprintf(got, sizeof got, "%s%s", words[finding->code], flag);
  else
    snprintf(got, sizeof got, "%s-%s", words[finding->low], words[finding->high]);
  return vectors_same_text(row, got);
}

static double vectors_mean(const char *inputs, const char *keys) {
  const char *text = vectors_key(inputs, keys);
  if (!text || !*text) return NAN;
  double sum = 0;
  int n = 0;
  for (char *end; *text; text = end + (*end == ',' || *end == '/')) {
    sum += strtod(text, &end);
    n++;
    if (end == text) return NAN;
  }
  return sum / n;
}

static bool vectors_stage(const B7Criteria *criteria, const VectorsRow *row, bool magic) {
  const char *inputs = vectors_cell(row, "inputs"), *expected = vectors_cell(row, "expected");
  const bool by_weight = vectors_key(inputs, "stool_ml_per_kg*|stool_ml_kg*") != NULL;
  B7AgvhdSigns signs = {
      .rash_pct = vectors_key_number(inputs, "skin_bsa|rash_bsa"),
      .erythroderma = vectors_key_number(inputs, "erythroderma"),
      .bullae = vectors_key_number(inputs, "bullae"),
      .desquamation_pct = vectors_key_number(inputs, "desq*"),
      .bilirubin_mg_per_dl = vectors_key_number(inputs, "bili_mg_dl|bili"),
      .other_liver_cause = vectors_key_number(inputs, "liver_other*|other_liver*|other_cause*"),
      .persistent_nausea = vectors_key_number(inputs, "nausea*|ugi*|upper_gi*|vomiting*|anorexia*"),
      .upper_biopsy_positive = vectors_key_number(inputs, "biopsy*|upper_biopsy*"),
      .stool_ml_per_kg_d = vectors_mean(inputs, "stool_ml_per_kg*|stool_ml_kg*"),
      .stool_ml_per_d = by_weight ? NAN : vectors_mean(inputs, "stool_ml*"),
      .mixed_stool_urine_ml_per_d = vectors_mean(inputs, "stool_urine_mixed_ml"),
      .stool_episodes_per_d = vectors_mean(inputs, "stool_episodes|episodes*|stools*"),
      .severe_pain = vectors_key_number(inputs, "severe_pain*|pain*|severe_abdominal*"),
      .ileus = vectors_key_number(inputs, "ileus"),
      .bloody_stool = vectors_key_number(inputs, "bloody*|grossly_bloody*"),
      .child = vectors_key_number(inputs, "child") > 0,
      .weight_kg = vectors_key_number(inputs, "weight_kg|weight")};
  const double umol = vectors_key_number(inputs, "bili_umol_l");
  if (!isnan(umol)) signs.bilirubin_mg_per_dl = umol / criteria->magic_bilirubin_umol_per_mg_dl;
  const char *nausea = vectors_key(inputs, "nausea|ugi|upper_gi|vomiting|anorexia");
  if (nausea && strcmp(nausea, "intermittent") == 0) signs.persistent_nausea = 0;
  // one key stands for the whole sign of stage 4 where the row has no other
  if (signs.bullae > 0 && !vectors_key(inputs, "desq*")) signs.desquamation_pct = 100;
  const char *peeling = vectors_key(inputs, "desq*");
  if (peeling && strcmp(peeling, "1") == 0 && signs.bullae > 0) signs.desquamation_pct = 100;
  const B7AgvhdStages stages =
      magic ? b7_agvhd_magic_stages(criteria, &signs) : b7_agvhd_glucksberg_stages(criteria, &signs);
  static const struct {
    const char *name;
    size_t offset;
  } organs[] = {{"skin", offsetof(B7AgvhdStages, skin)},
                {"liver", offsetof(B7AgvhdStages, liver)},
                {"ugi", offsetof(B7AgvhdStages, upper_gi)},
                {"lgi", offsetof(B7AgvhdStages, lower_gi)},
                {"gut", offsetof(B7AgvhdStages, lower_gi)}};
  const size_t length = strcspn(expected, "=");
  for (size_t i = 0; i < sizeof organs / sizeof organs[0]; i++) {
    if (strlen(organs[i].name) != length || strncmp(organs[i].name, expected, length) != 0) continue;
    double stage;
    memcpy(&stage, (const char *)&stages + organs[i].offset, sizeof stage);
    char got[32];
    snprintf(got, sizeof got, "%s=%g", organs[i].name, stage);
    return vectors_same_text(row, got);
  }
  return vectors_unknown(row, "organ", expected);
}

static bool vectors_nih(const B7Criteria *criteria, const VectorsRow *row) {
  static const char *const words[] = {"none", "mild", "moderate", "severe"};
  static const char *const sites[B7_CGVHD_SITES] = {"skin",
                                                    "mouth|oral",
                                                    "eyes|eye|ocular",
                                                    "gi|gut",
                                                    "liver",
                                                    "lung|lungs",
                                                    "joints|joint|fascia|joints_fascia",
                                                    "genital|genitals"};
  static const char *const causes[B7_CGVHD_SITES] = {
      "skin_other_cause",  "mouth_other_cause", "eyes_other_cause",   "gi_other_cause",
      "liver_other_cause", "lung_other_cause",  "joints_other_cause", "genital_other_cause"};
  const char *inputs = vectors_cell(row, "inputs");
  B7CgvhdScores scores = {0};
  for (int i = 0; i < B7_CGVHD_SITES; i++) {
    scores.score[i] = vectors_organ(inputs, sites[i]);
    const char *cause = vectors_key(inputs, causes[i]);
    scores.other_cause[i] = cause && strcmp(cause, "full") == 0;
  }
  // the skin has two scores, the lung one from FEV1: the higher and the measured one count
  scores.score[B7_CGVHD_SKIN] =
      fmax(scores.score[B7_CGVHD_SKIN], fmax(vectors_organ(inputs, "skin_bsa_score|skin2"),
                                             vectors_organ(inputs, "skin_features|skin_feature_score")));
  const double fev1 = vectors_key_number(inputs, "fev1");
  if (!isnan(fev1)) scores.score[B7_CGVHD_LUNG] = b7_cgvhd_lung_score(criteria, fev1);
  const B7Finding finding = b7_cgvhd_severity(criteria, &scores);
  return vectors_roman(row, &finding, words, "");
}

static bool vectors_gvhd_row(const B7Criteria *criteria, const VectorsRow *row) {
  static const char *const grades[] = {"0", "I", "II", "III", "IV"}, *const letters[] = {"0", "A", "B", "C",
                                                                                         "D"};
  const char *scale = vectors_cell(row, "scale"), *inputs = vectors_cell(row, "inputs");
  const B7AgvhdStages stages = {.skin = vectors_organ(inputs, "skin"),
                                .liver = vectors_organ(inputs, "liver"),
                                .upper_gi = vectors_organ(inputs, "ugi"),
                                .lower_gi = vectors_organ(inputs, "lgi|gut"),
                                .ecog = vectors_key_number(inputs, "ecog"),
                                .karnofsky_pct = vectors_key_number(inputs, "karnofsky|kps")};
  if (strcmp(scale, "MAGIC") == 0) {
    const B7Finding finding = b7_agvhd_magic(criteria, &stages);
    return vectors_roman(row, &finding, grades, "");
  }
  if (strcmp(scale, "GLUCKSBERG") == 0) {
    const B7Finding finding = b7_agvhd_glucksberg(criteria, &stages);
    return vectors_roman(row, &finding, grades, finding.flags & B7_FLAG_LIVER_4 ? ";FLAG_LIVER4" : "");
  }
  if (strcmp(scale, "IBMTR") == 0) {
    const B7Finding finding = b7_agvhd_ibmtr(criteria, &stages);
    return vectors_roman(row, &finding, letters, "");
  }
  if (strcmp(scale, "MAGIC_STAGE") == 0) return vectors_stage(criteria, row, true);
  if (strcmp(scale, "GLUCKSBERG_STAGE") == 0) return vectors_stage(criteria, row, false);
  if (strcmp(scale, "NIH2014") == 0) return vectors_nih(criteria, row);
  if (strcmp(scale, "NIH2014_LUNG") == 0)
    return vectors_same_number(row, b7_cgvhd_lung_score(criteria, vectors_key_number(inputs, "fev1")));
  return vectors_unknown(row, "scale", scale);
}

#endif
