/* vectors_response.h - rows of response_vectors.tsv against the library. */
#ifndef B7_TESTS_VECTORS_RESPONSE_H
#define B7_TESTS_VECTORS_RESPONSE_H

#include "assess/rules/lugano.h"
#include "assess/rules/mrd.h"
#include "assess/rules/overall_response.h"
#include "assess/rules/relapse.h"
#include "assess/rules/response.h"
#include "vectors_row.h"

static const char *const vectors_response_words[] = {"NE", "NR", "PR", "MLFS", "CRi", "CRh", "CR"};

static int32_t vectors_response_class(const char *text) {
  for (int32_t i = 0; text && i <= B7_RESPONSE_CR; i++)
    if (strcmp(text, vectors_response_words[i]) == 0) return i;
  return -1;
}

static bool vectors_response(const B7Criteria *criteria, const VectorsRow *row, bool myeloid) {
  const char *inputs = vectors_cell(row, "inputs");
  const char *minimum = vectors_key(inputs, "cri_min"), *counts = vectors_key(inputs, "count_rule");
  const B7ResponseSample sample = {
      .blasts_pct = vectors_key_number(inputs, "bm|bm_blasts"),
      .blood_blasts = vectors_key_number(inputs, "pb|pb_blasts"),
      .anc_10e9_per_l = vectors_key_number(inputs, "anc"),
      .platelets_10e9_per_l = vectors_key_number(inputs, "plt"),
      .extramedullary = vectors_key_number(inputs, "emd|em"),
      .baseline_blasts_pct =
          vectors_key_number(inputs, "baseline_bm|baseline|baseline_bm_blasts|bm_baseline"),
      .mrd = vectors_key_number(inputs, "mrd"),
      .cells_counted = vectors_key_number(inputs, "cells"),
      .cellularity_pct = vectors_key_number(inputs, "cellularity"),
      .spicules = vectors_key_number(inputs, "spicules"),
      .transfusion_dependent = vectors_key_number(inputs, "transfusion_dependent|rbc_transfusion*"),
      .cri_minimum = minimum && strcmp(minimum, "none") == 0 ? B7_CRI_NONE : B7_CRI_ONE_LINEAGE,
      .count_rule = !counts                         ? B7_COUNT_RULE_BY_DISEASE
                    : strcmp(counts, "strict") == 0 ? B7_COUNT_RULE_STRICT
                                                    : B7_COUNT_RULE_INCLUSIVE,
  };
  const B7Finding finding = myeloid ? b7_response_aml(criteria, &sample) : b7_response_all(criteria, &sample);
  char got[64];
  snprintf(got, sizeof got, "%s", vectors_response_words[finding.code]);
  const double courses = vectors_key_number(inputs, "courses|intensive_courses"),
               days = vectors_key_number(inputs, "days|less_intensive_days");
  if (myeloid && b7_response_aml_refractory(criteria, finding.code, courses, days))
    snprintf(got, sizeof got, "REFRACTORY");
  return vectors_same_text(row, got);
}

static bool vectors_mrd(const B7Criteria *criteria, const VectorsRow *row) {
  const char *inputs = vectors_cell(row, "inputs"), *expected = vectors_cell(row, "expected");
  static const char *const words[] = {"MRD_POSITIVE", "MRD_INTERMEDIATE", "MRD_NEG_UNKNOWN_LOD",
                                      "MRD_NEG_INSUFFICIENT_SENSITIVITY", "MRD_COMPLETE"};
  const B7MrdSample sample = {.detected = vectors_key_number(inputs, "detected") > 0,
                              .value = vectors_key_number(inputs, "value"),
                              .limit = vectors_key_number(inputs, "lod")};
  if (strcmp(expected, "MRD_NEG_1E4") == 0)
    return b7_mrd_negative(criteria, &sample) || vectors_fail(row, "not MRD_NEG_1E4");
  const B7Finding finding = b7_mrd_class(criteria, &sample);
  // the class "negative, insufficient sensitivity" has no printed short name
  if (finding.code == B7_MRD_NEGATIVE_INSUFFICIENT && strncmp(expected, "MRD_", 4) == 0 &&
      (strstr(expected, "INSUFF") || strstr(expected, "SENS") || strstr(expected, "LOW") ||
       (strstr(expected, "LOD") && !strstr(expected, "UNKNOWN"))))
    return true;
  return vectors_same_text(row, words[finding.code]);
}

static bool vectors_lugano_pet(const B7Criteria *criteria, const VectorsRow *row) {
  static const char *const words[] = {"PMD", "NMR", "PMR_or_NMR_undetermined", "PMR", "CMR"};
  const char *inputs = vectors_cell(row, "inputs"), *score = vectors_key(inputs, "ds|deauville"),
             *change = vectors_key(inputs, "change");
  double direction = NAN;
  if (change && *change) {
    if (strcmp(change, "reduced") == 0 || strcmp(change, "decreased") == 0)
      direction = -1;
    else if (strcmp(change, "increased") == 0)
      direction = 1;
    else if (strcmp(change, "none") == 0 || strcmp(change, "unchanged") == 0 || strcmp(change, "no") == 0)
      direction = 0;
    else
      return vectors_unknown(row, "change", change);
  }
  // X is no score of the lymphoma: its own sites are scored apart, and a note says that they are negative
  const bool x = score && strcasecmp(score, "X") == 0;
  const bool others_free = strstr(vectors_cell(row, "note"), "other sites negative") != NULL;
  const B7LuganoPet pet = {.deauville = !x            ? vectors_key_number(inputs, "ds|deauville")
                                        : others_free ? 1
                                                      : NAN,
                           .uptake_x = x,
                           .change = direction,
                           .new_lesion = vectors_key_number(inputs, "new|new_lesion"),
                           .marrow_new = vectors_key_number(inputs, "marrow_new|marrow_foci"),
                           .physiological = vectors_key_number(inputs, "physiological*")};
  const B7Finding finding = b7_lugano_pet(criteria, &pet);
  return vectors_same_text(row, finding.evaluable == B7_NOT_EVALUABLE ? "NE" : words[finding.code]);
}

static bool vectors_lugano_ct(const B7Criteria *criteria, const VectorsRow *row) {
  static const char *const words[] = {"PD", "SD", "SD", "PR", "CR"};
  const char *inputs = vectors_cell(row, "inputs"), *organs = vectors_key(inputs, "organs"),
             *marrow = vectors_key(inputs, "marrow");
  B7LuganoCt ct = {
      .longest_cm = vectors_key_number(inputs, "max_ldi"),
      .spd_baseline_cm2 = vectors_key_number(inputs, "spd_base*"),
      .spd_now_cm2 = vectors_key_number(inputs, "spd_now|spd"),
      .extralymphatic = vectors_key_number(inputs, "extralymphatic"),
      .organs_normal = organs ? strcmp(organs, "normal") == 0 : NAN,
      .marrow_normal = marrow ? strcmp(marrow, "normal") == 0 || strcmp(marrow, "0") == 0 : NAN,
      .new_lesion = vectors_key_number(inputs, "new|new_lesion"),
      .new_node_cm = vectors_key_number(inputs, "new_node*"),
      .new_extranodal_cm = vectors_key_number(inputs, "new_extranodal*"),
      .ppd_before_cm2 = vectors_key_number(inputs, "ppd_nadir|ppd_base|ppd_baseline|ppd_before|ppd_prev*"),
      .ppd_now_cm2 = vectors_key_number(inputs, "ppd_now|ppd"),
      .ldi_before_cm = vectors_key_number(inputs, "ldi_nadir|ldi_base|ldi_baseline|ldi_before|ldi_prev*"),
      .ldi_now_cm = vectors_key_number(inputs, "ldi_now|ldi"),
      .spleen_normal_cm = vectors_key_or(inputs, "spleen_normal", NAN),
      .spleen_before_cm = vectors_key_number(inputs, "spleen_base*|spleen_nadir|spleen_before"),
      .spleen_now_cm = vectors_key_number(inputs, "spleen_now|spleen")};
  // growth may be printed instead of two products or diameters
  const double growth_pct = vectors_key_number(inputs, "ppd_increase*|ppd_growth*|ppd_rise*|ppd_change*");
  if (!isnan(growth_pct)) {
    ct.ppd_before_cm2 = 1;
    ct.ppd_now_cm2 = 1 + (growth_pct > 2 ? growth_pct / 100 : growth_pct);
  }
  const double step_cm =
      vectors_key_number(inputs, "ldi_increase*|ldi_growth*|ldi_rise*|ldi_change*|increase*");
  if (!isnan(step_cm) && isnan(ct.ldi_before_cm)) {
    if (isnan(ct.ldi_now_cm)) ct.ldi_now_cm = ct.longest_cm;
    ct.ldi_before_cm = ct.ldi_now_cm - step_cm;
  }
  const B7Finding finding = b7_lugano_ct(criteria, &ct);
  return vectors_same_text(row, finding.evaluable == B7_NOT_EVALUABLE ? "NE" : words[finding.code]);
}

static bool vectors_relapse(const B7Criteria *criteria, const VectorsRow *row, B7RelapseRule rule) {
  static const char *const words[] = {"NO", "UNCONFIRMED", "RELAPSE"};
  const char *inputs = vectors_cell(row, "inputs"),
             *second = vectors_key(inputs, "second_bm|second_bm_tests*|second_marrow*");
  const B7RelapseSample sample = {
      .prior = vectors_response_class(vectors_key(inputs, "prior")),
      .marrow_pct = vectors_key_number(inputs, "bm|bm_mrd"),
      .blood_blasts = vectors_key_number(inputs, "pb"),
      .extramedullary = vectors_key_number(inputs, "em|emd|cns"),
      .confirmed = vectors_key_number(inputs, "confirmed"),
      .other_tests_positive = vectors_key_number(inputs, "other_tests_ge1|other_tests*"),
      .second_marrow_tests = !second || strcmp(second, "none") == 0 ? NAN
                             : strcmp(second, "positive") == 0 || strncmp(second, "two", 3) == 0
                                 ? 2
                                 : vectors_number(second)};
  const B7Finding finding = b7_relapse_class(criteria, rule, &sample);
  return vectors_same_text(row, finding.evaluable == B7_NOT_APPLICABLE  ? "NOT_APPLICABLE"
                                : finding.evaluable == B7_NOT_EVALUABLE ? "NE"
                                                                        : words[finding.code]);
}

static bool vectors_overall(const B7Criteria *criteria, const VectorsRow *row) {
  const char *inputs = vectors_cell(row, "inputs"), *lugano = vectors_key(inputs, "lugano|em");
  static const struct {
    const char *word;
    int32_t code;
  } classes[] = {{"CMR", B7_LUGANO_COMPLETE},
                 {"CR", B7_LUGANO_COMPLETE},
                 {"PMR", B7_LUGANO_PARTIAL},
                 {"PR", B7_LUGANO_PARTIAL},
                 {"NMR", B7_LUGANO_STABLE},
                 {"SD", B7_LUGANO_STABLE},
                 {"PMD", B7_LUGANO_PROGRESSION},
                 {"PD", B7_LUGANO_PROGRESSION},
                 {"PMR_or_NMR_undetermined", B7_LUGANO_PARTIAL_OR_STABLE}};
  B7OverallParts parts = {.lugano = -1,
                          .extramedullary_at_start = -1,
                          .extramedullary = -1,
                          .marrow = vectors_response_class(vectors_key(inputs, "marrow"))};
  // a marrow without a class was not evaluated
  const char *marrow = vectors_key(inputs, "marrow");
  if (!marrow || !*marrow) parts.marrow = B7_RESPONSE_NE;
  const double at_start = vectors_key_number(inputs, "em_baseline|emd_baseline");
  if (!isnan(at_start)) parts.extramedullary_at_start = at_start > 0;
  parts.new_extramedullary = vectors_key_number(inputs, "new_em|em_new|new") > 0;
  bool known = !lugano || !*lugano;
  for (size_t i = 0; !known && i < sizeof classes / sizeof classes[0]; i++)
    if (strcmp(lugano, classes[i].word) == 0) {
      parts.lugano = classes[i].code;
      known = true;
    }
  if (!known) return vectors_unknown(row, "Lugano class", lugano);
  if (parts.marrow < 0) return vectors_unknown(row, "marrow class", inputs);
  const B7Finding finding = b7_overall_response(criteria, &parts);
  static const char *const words[] = {
      "NE", "RELAPSE_OR_PROGRESSION", "NR", "NOT_CR", "MARROW_ONLY", "PR", "MLFS", "CRi", "CRh", "CR"};
  char got[64];
  if (finding.code == B7_OVERALL_MARROW_ONLY)
    snprintf(got, sizeof got, "%s_MARROW_ONLY", vectors_response_words[parts.marrow]);
  else
    snprintf(got, sizeof got, "%s", words[finding.code]);
  return vectors_same_text(row, got);
}

static bool vectors_response_row(const B7Criteria *criteria, const VectorsRow *row) {
  const char *rule = vectors_cell(row, "rule");
  if (strcmp(rule, "ALL_ELN2024") == 0) return vectors_response(criteria, row, false);
  if (strcmp(rule, "AML_ELN2022") == 0) return vectors_response(criteria, row, true);
  if (strcmp(rule, "MRD_1E4") == 0 || strcmp(rule, "MRD_NEG_1E4") == 0) return vectors_mrd(criteria, row);
  if (strcmp(rule, "LUGANO_PET") == 0) return vectors_lugano_pet(criteria, row);
  if (strcmp(rule, "LUGANO_CT") == 0) return vectors_lugano_ct(criteria, row);
  if (strcmp(rule, "RELAPSE_nci2010") == 0) return vectors_relapse(criteria, row, B7_RELAPSE_RULE_NCI2010);
  if (strcmp(rule, "RELAPSE_pdl") == 0) return vectors_relapse(criteria, row, B7_RELAPSE_RULE_PDL);
  if (strcmp(rule, "RELAPSE_adult5") == 0) return vectors_relapse(criteria, row, B7_RELAPSE_RULE_ADULT5);
  if (strcmp(rule, "OVERALL") == 0) return vectors_overall(criteria, row);
  return vectors_unknown(row, "rule", rule);
}

#endif
