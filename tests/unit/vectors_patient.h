/* vectors_patient.h - rows of body_size_vectors.tsv and endpoints_definitions_vectors.tsv against the
 * library. */
#ifndef B7_TESTS_VECTORS_PATIENT_H
#define B7_TESTS_VECTORS_PATIENT_H

#include "assess/rules/endpoints.h"
#include "standards/dose_bases.h"
#include "vectors_row.h"

static bool vectors_formula(const char *name, B7BodyFormula *formula) {
  static const struct {
    const char *name;
    B7BodyFormula formula;
  } names[] = {{"MOSTELLER", B7_BODY_MOSTELLER},       {"DUBOIS", B7_BODY_DU_BOIS},
               {"HAYCOCK", B7_BODY_HAYCOCK},           {"GEHAN", B7_BODY_GEHAN_GEORGE},
               {"GEHAN_GEORGE", B7_BODY_GEHAN_GEORGE}, {"GEHAN-GEORGE", B7_BODY_GEHAN_GEORGE},
               {"GEHANGEORGE", B7_BODY_GEHAN_GEORGE},  {"BOYD", B7_BODY_BOYD},
               {"FUJIMOTO", B7_BODY_FUJIMOTO}};
  const char *at = strncmp(name, "BSA_", 4) == 0 ? name + 4 : name;
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (strcasecmp(at, names[i].name) == 0) {
      *formula = names[i].formula;
      return true;
    }
  return false;
}

static B7DoseBody vectors_body(const char *inputs) {
  const char *sex = vectors_key(inputs, "sex"), *formula = vectors_key(inputs, "formula");
  B7DoseBody body = {.height_cm = vectors_key_number(inputs, "h"),
                     .weight_kg = vectors_key_number(inputs, "w"),
                     .age_years = vectors_key_number(inputs, "age"),
                     .sex = !sex                         ? B7_SEX_UNKNOWN
                            : *sex == 'M' || *sex == 'm' ? B7_SEX_MALE
                            : *sex == 'F' || *sex == 'f' ? B7_SEX_FEMALE
                                                         : B7_SEX_UNKNOWN,
                     .formula = B7_BODY_MOSTELLER,
                     .adjusted_share = vectors_key_number(inputs, "f"),
                     .ideal_kg = vectors_key_number(inputs, "ibw|ideal*")};
  if (formula) vectors_formula(formula, &body.formula);
  return body;
}

static bool vectors_result(const VectorsRow *row, B7Status status, double value, const B7Error *error) {
  const char *expected = vectors_cell(row, "expected");
  const bool refused = strncasecmp(expected, "ERROR", 5) == 0 || strncasecmp(expected, "NOT_", 4) == 0 ||
                       strcasecmp(expected, "MISSING") == 0 || strcmp(expected, "NA") == 0 || !*expected;
  if (status != B7_OK) return refused || vectors_fail(row, error->message);
  return vectors_same_number(row, value);
}

static bool vectors_dose(const VectorsRow *row, const char *rule) {
  const char *inputs = vectors_cell(row, "inputs"), *per = vectors_key(inputs, "per|dose");
  B7DoseBody body = vectors_body(inputs);
  B7SizeBasis basis;
  const char *what = strchr(rule, '_');
  const char *ideal = strstr(rule, "AIBW") ? "AIBW" : strstr(rule, "IBW") ? "IBW" : "";
  const char *named = vectors_key(inputs, "basis");
  if (named && strncmp(named, "kg_aibw", 7) == 0) ideal = "AIBW";
  if (named && strncmp(named, "kg_ibw", 6) == 0) ideal = "IBW";
  if (strcmp(ideal, "AIBW") == 0) {
    basis = B7_SIZE_BASIS_PER_KG_ADJUSTED;
    const char *share = strstr(rule, "AIBW_");
    if (share) body.adjusted_share = vectors_number(share + 5);
    if (named && strchr(named, '(')) body.adjusted_share = vectors_number(strchr(named, '(') + 1);
  } else if (strcmp(ideal, "IBW") == 0) {
    basis = B7_SIZE_BASIS_PER_KG_IDEAL;
  } else if (what && strcmp(what, "_M2") == 0) {
    basis = B7_SIZE_BASIS_PER_M2;
  } else if (what && (strcmp(what, "_KG") == 0 || strcmp(what, "_KG_ACTUAL") == 0)) {
    basis = B7_SIZE_BASIS_PER_KG;
  } else if (what && (strcmp(what, "_FLAT") == 0 || strcmp(what, "_TOTAL") == 0)) {
    basis = B7_SIZE_BASIS_FLAT;
  } else {
    return vectors_unknown(row, "dose basis", rule);
  }
  double amount = NAN;
  B7Error error;
  // a printed surface needs no height
  const double bsa_m2 = vectors_key_number(inputs, "bsa|bsa_m2");
  if (basis == B7_SIZE_BASIS_PER_M2 && bsa_m2 > 0)
    return vectors_same_number(row, vectors_number(per ? per : "") * bsa_m2 *
                                        vectors_key_or(inputs, "days|doses|n", 1));
  const B7Status status = b7_dose_amount(basis, per ? vectors_number(per) : NAN,
                                         vectors_key_or(inputs, "days|doses|n", 1), &body, &amount, &error);
  return vectors_result(row, status, amount, &error);
}

// "IBW_DEVINE", "AIBW", "AIBW_0.25"
static bool vectors_ideal_rule(const char *rule) {
  static const char *const kinds[] = {"", "_DEVINE", "_CHILD", "_PAED", "_PED", "_PEDIATRIC", "_PAEDIATRIC"};
  const bool adjusted = *rule == 'A';
  if (strncmp(rule + adjusted, "IBW", 3) != 0) return false;
  const char *kind = rule + adjusted + 3;
  char *end;
  if (adjusted && *kind == '_' && strtod(kind + 1, &end) > 0 && !*end) return true;
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
    if (strcasecmp(kind, kinds[i]) == 0) return true;
  return false;
}

static bool vectors_body_size_row(const VectorsRow *row) {
  const char *rule = vectors_cell(row, "formula"), *inputs = vectors_cell(row, "inputs");
  const B7DoseBody body = vectors_body(inputs);
  B7Error error;
  B7BodyFormula formula;
  double value = NAN;
  if (strncmp(rule, "DOSE", 4) == 0 || strncmp(rule, "CELLS", 5) == 0) return vectors_dose(row, rule);
  if (vectors_formula(rule, &formula)) {
    const B7Status status = bsa_checked_m2(formula, body.height_cm, body.weight_kg, &value, &error);
    return vectors_result(row, status, value, &error);
  }
  if (vectors_ideal_rule(rule)) {
    // a given ideal weight is used; the share may stand in the rule's name
    B7DoseBody own = body;
    if (*rule == 'A' && rule[4] == '_' && !isnan(vectors_number(rule + 5)))
      own.adjusted_share = vectors_number(rule + 5);
    const B7Status status =
        *rule == 'A' ? b7_dosing_adjusted_kg(&own, &value, &error) : b7_dosing_ideal_kg(&own, &value, &error);
    return vectors_result(row, status, value, &error);
  }
  if (strcmp(rule, "BMI") == 0)
    return vectors_same_number(row, body_mass_index(body.height_cm, body.weight_kg));
  return vectors_unknown(row, "formula", rule);
}

static bool vectors_survival(const char *name, B7SurvivalEndpoint *endpoint, B7CensorAt *censor) {
  static const struct {
    const char *name;
    B7SurvivalEndpoint endpoint;
    B7CensorAt censor;
  } names[] = {{"OS", B7_SURVIVAL_OS, B7_CENSOR_DEFAULT},
               {"EFS_ELN2017", B7_SURVIVAL_EFS_2017, B7_CENSOR_DEFAULT},
               {"EFS_ELN2022", B7_SURVIVAL_EFS_2022, B7_CENSOR_DEFAULT},
               {"PFS", B7_SURVIVAL_PFS, B7_CENSOR_DEFAULT},
               {"RFS", B7_SURVIVAL_RFS, B7_CENSOR_DEFAULT},
               {"RFS_ELN2017", B7_SURVIVAL_RFS, B7_CENSOR_LAST_EXAMINED},
               {"RFS_ELN2022", B7_SURVIVAL_RFS, B7_CENSOR_LAST_ALIVE},
               {"DOR", B7_SURVIVAL_DOR, B7_CENSOR_DEFAULT},
               {"CIR", B7_SURVIVAL_CIR, B7_CENSOR_DEFAULT},
               {"NRM", B7_SURVIVAL_NRM, B7_CENSOR_DEFAULT},
               {"TRM", B7_SURVIVAL_NRM, B7_CENSOR_DEFAULT},
               {"GRFS", B7_SURVIVAL_GRFS, B7_CENSOR_DEFAULT},
               {"GRFS_CTN", B7_SURVIVAL_GRFS, B7_CENSOR_DEFAULT},
               {"GRFS_BMTCTN", B7_SURVIVAL_GRFS, B7_CENSOR_DEFAULT},
               {"GRFS_365", B7_SURVIVAL_GRFS_FIRST_YEAR, B7_CENSOR_DEFAULT},
               {"ENGRAFTMENT", B7_SURVIVAL_ENGRAFTMENT, B7_CENSOR_DEFAULT},
               {"NEUTROPHIL_ENGRAFTMENT", B7_SURVIVAL_ENGRAFTMENT, B7_CENSOR_DEFAULT},
               {"PLATELET_ENGRAFTMENT", B7_SURVIVAL_ENGRAFTMENT, B7_CENSOR_DEFAULT},
               {"AGVHD34", B7_SURVIVAL_AGVHD_III_IV, B7_CENSOR_DEFAULT},
               {"AGVHD_III_IV", B7_SURVIVAL_AGVHD_III_IV, B7_CENSOR_DEFAULT},
               {"ACUTE_GVHD", B7_SURVIVAL_AGVHD_III_IV, B7_CENSOR_DEFAULT},
               {"CHRONIC_GVHD", B7_SURVIVAL_CGVHD_SYSTEMIC, B7_CENSOR_DEFAULT},
               {"AGVHD", B7_SURVIVAL_AGVHD_III_IV, B7_CENSOR_DEFAULT},
               {"CGVHD", B7_SURVIVAL_CGVHD_SYSTEMIC, B7_CENSOR_DEFAULT}};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (strcasecmp(name, names[i].name) == 0) {
      *endpoint = names[i].endpoint;
      *censor = names[i].censor;
      return true;
    }
  return false;
}

static bool vectors_endpoints_definitions_row(const B7Criteria *criteria, const VectorsRow *row) {
  B7SurvivalEndpoint endpoint;
  B7CensorAt censor;
  if (!vectors_survival(vectors_cell(row, "endpoint"), &endpoint, &censor))
    return vectors_unknown(row, "endpoint", vectors_cell(row, "endpoint"));
  const char *other = vectors_cell(row, "other"), *censor_text = vectors_key(other, "censor");
  B7EventDays days = b7_event_days_make();
  days.death = vectors_cell_number(row, "death_day");
  days.last_alive = vectors_cell_number(row, "last_alive_day");
  days.relapse = vectors_cell_number(row, "relapse_day");
  days.agvhd_iii_iv = vectors_cell_number(row, "agvhd34_day");
  days.cgvhd_systemic = vectors_cell_number(row, "cgvhd_systemic_day");
  days.last_assessment = vectors_cell_number(row, "last_disease_assessment");
  days.response = vectors_key_number(other, "cr_day|response_day");
  days.refractory = vectors_key_number(other, "refractory_day|primary_refractory*|failure_day");
  days.engraftment = vectors_key_number(
      other,
      "engraftment_day|engraft_day|engrafted_day|anc_recovery_day|recovery_day|anc_day|anc500_day|anc_engraft*|"
      "neutrophil*|platelet*|plt_recovery_day|event_day");
  days.second_graft = vectors_key_number(other, "second_graft_day|second_graft");
  days.hsct = vectors_key_number(other, "hsct_day");
  days.no_response_by_landmark =
      vectors_key_number(other, "no_response_by_landmark|refractory|no_cr_by_landmark") > 0;
  days.not_evaluable = vectors_key_number(other, "non_evaluable|not_evaluable") > 0;
  days.censor_at_hsct = vectors_key_number(other, "censor_at_hsct") > 0;
  days.relapse_competes = vectors_key_number(other, "relapse_competes|relapse_competing") > 0;
  // "death_declared=1", "death=event", "death_is_event=1", "declare=death"
  const char *declared = vectors_key(other, "declare*|event*|events");
  days.death_ends_response =
      vectors_key_number(other, "death_*|death") > 0 || (declared && strstr(declared, "death"));
  days.censor = censor;
  if (censor_text)
    days.censor = strcmp(censor_text, "last_alive") == 0  ? B7_CENSOR_LAST_ALIVE
                  : strncmp(censor_text, "last_", 5) == 0 ? B7_CENSOR_LAST_EXAMINED
                                                          : censor;
  const char *expected_time = vectors_cell(row, "expected_time"),
             *expected_event = vectors_cell(row, "expected_event");
  B7Error error;
  if (b7_event_days_check(&days, &error) != B7_OK)
    return strncasecmp(expected_time, "ERROR", 5) == 0 || strncasecmp(expected_event, "ERROR", 5) == 0 ||
           vectors_fail(row, error.message);
  const B7Finding finding = b7_survival_endpoint(criteria, endpoint, &days, NULL);
  if (finding.evaluable == B7_NOT_EVALUABLE &&
      (strncasecmp(expected_time, "ERROR", 5) == 0 || strncasecmp(expected_time, "NOT_EVALUABLE", 13) == 0))
    return true;
  double time = finding.value;
  const char *unit = vectors_key(other, "unit");
  if (unit && strncmp(unit, "month", 5) == 0) time /= criteria->endpoints_days_per_month;
  char got[64];
  snprintf(got, sizeof got, "%g %d", time, finding.code);
  return (vectors_close(time, expected_time) && atoi(expected_event) == finding.code) ||
         vectors_fail(row, got);
}

#endif
