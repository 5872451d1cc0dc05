// gradings worked out by hand from the published tables: what is recorded of one patient, and the grade that follows
#include "test_base.h"

#include <math.h>
#include <string.h>

#include "bridge7_assess.h"
#include "course_text.h"
#include "criteria_fixture.h"

#define HEAD(who, disease)                                                                                   \
  "course: case\nday0: 2025-01-01\npatient: {sex: male, " who "}\ndisease: {" disease "}\n"                  \
  "donor: {relation: sibling, hla: {score: 10/10}}\n"
#define ADULT "age_years: 40, weight_kg: 40"
#define AFTER_CART                                                                                           \
  "anchors: {cart: 2025-01-10}\ntreatments:\n"                                                               \
  "  - {at: cart, product: donor_derived, dose: 1e6 cells/kg}\nobservations:\n"                              \
  "  - {at: day0+0, what: marrow_morphology, value: 60 %}\n"
#define AFTER_GRAFT                                                                                          \
  "anchors: {hsct: 2025-03-01}\ntreatments:\n"                                                               \
  "  - {at: hsct, graft: peripheral_blood, cd34: 5e6 cells/kg, cd3: 2e8 cells/kg}\nobservations:\n"
#define ALL HEAD(ADULT, "diagnosis: T-ALL") AFTER_CART
#define AML HEAD(ADULT, "diagnosis: AML") AFTER_CART
#define NODES HEAD(ADULT, "diagnosis: T-ALL, extramedullary: lymph nodes") AFTER_CART
#define GRAFT HEAD(ADULT, "diagnosis: T-ALL") AFTER_GRAFT
#define CHILD HEAD("age_years: 8, weight_kg: 20", "diagnosis: T-ALL") AFTER_GRAFT
#define BIG_CHILD HEAD("age_years: 15, weight_kg: 55", "diagnosis: T-ALL") AFTER_GRAFT
#define SEEN(at, what, value) "  - {at: " at ", what: " what ", value: " value "}\n"
#define AWAKE SEEN("cart+5", "consciousness", "awake")
#define WELL AWAKE SEEN("cart+5", "seizure", "absent") SEEN("cart+5", "motor_weakness", "absent")
#define NO_OEDEMA SEEN("cart+5", "cerebral_oedema", "absent")
#define FEVER(t) SEEN("cart+3", "temperature", t " Cel")
#define CLEAR(at, anc, plt)                                                                                  \
  SEEN(at, "marrow_morphology", "2 %")                                                                       \
  SEEN(at, "marrow_cells_counted", "500")                                                                    \
  SEEN(at, "blood_blasts", "0 %") SEEN(at, "anc", anc " 10*9/L") SEEN(at, "platelets", plt " 10*9/L")
#define G(what, value) SEEN("hsct+20", what, value)
#define GUT_OK G("stool_volume", "100 mL/d")
#define LIVER_OK G("bilirubin", "1 mg/dL")
#define RASH_NONE G("gvhd_rash", "0 %")

static const struct {
  const char *name, *course, *endpoint, *grade, *because; /* NULL: not asked */
} gradings[] = {
    {"seizure resolving",
     ALL SEEN("cart+5", "ice_score", "10") AWAKE SEEN("cart+5", "seizure", "resolving")
         SEEN("cart+5", "motor_weakness", "absent") NO_OEDEMA,
     "icans", "3", NULL},
    {"weakness and nothing else recorded", ALL SEEN("cart+5", "motor_weakness", "present"), "icans", "4",
     "deep focal weakness 1"},
    {"depressed, how far not told",
     ALL SEEN("cart+5", "ice_score", "5") SEEN("cart+5", "consciousness", "depressed")
         SEEN("cart+5", "seizure", "absent") SEEN("cart+5", "motor_weakness", "absent") NO_OEDEMA,
     "icans", "2 to 4", NULL},
    {"focal oedema", ALL SEEN("cart+5", "ice_score", "8") WELL SEEN("cart+5", "cerebral_oedema", "focal"),
     "icans", "3", NULL},
    {"ICE of 0, awake", ALL SEEN("cart+5", "ice_score", "0") WELL NO_OEDEMA, "icans", "3", "ICE score 0"},
    {"six litres are low flow",
     ALL FEVER("38.0") SEEN("cart+3", "hypotension", "absent")
         SEEN("cart+3", "oxygen_device", "nasal_cannula") SEEN("cart+3", "oxygen_flow", "6 L/min"),
     "crs", "2", NULL},
    {"vasopressin alone",
     ALL FEVER("38.5") SEEN("cart+3", "hypotension", "fluids") SEEN("cart+3", "vasopressors", "0")
         SEEN("cart+3", "vasopressin", "present") SEEN("cart+3", "oxygen", "none"),
     "crs", "3", NULL},
    {"the worse of two",
     ALL FEVER("38.5") SEEN("cart+3", "hypotension", "one_vasopressor") SEEN("cart+3", "oxygen", "low_flow"),
     "crs", "3", NULL},
    {"the highest of the day decides, not the last",
     ALL SEEN("cart+3", "temperature", "37.5 Cel") SEEN("cart+3.4", "temperature", "38.5 Cel")
         SEEN("cart+3.5", "hypotension", "absent") SEEN("cart+3.5", "oxygen", "none")
             SEEN("cart+3.8", "temperature", "37 Cel"),
     "crs", "1", "temperature 38.5 Cel (cart+3.4)"},
    {"counts on the cut-off, AML", AML CLEAR("cart+28", "1.0", "100"), "response", "CR", NULL},
    {"counts on the cut-off, ALL", ALL CLEAR("cart+28", "1.0", "100"), "response", "CRi", NULL},
    {"half recovered", AML CLEAR("cart+28", "0.5", "50"), "response", "CRh", NULL},
    {"clear marrow, disease in the skin",
     AML CLEAR("cart+28", "1.5", "120") SEEN("cart+28", "skin_disease", "present"), "response", "NR", NULL},
    {"disease elsewhere seen gone",
     AML SEEN("cart-5", "extramedullary_disease", "present") CLEAR("cart+28", "1.5", "120")
         SEEN("cart+28", "extramedullary_disease", "absent"),
     "overall", "CR", NULL},
    {"disease elsewhere persists",
     AML SEEN("cart-5", "skin_disease", "present") CLEAR("cart+28", "1.5", "120")
         SEEN("cart+28", "skin_disease", "present"),
     "overall", "marrow CR, disease elsewhere remains", NULL},
    {"isolated relapse in the CNS",
     ALL CLEAR("cart+28", "1.5", "120") SEEN("cart+90", "cns_disease", "present"), "relapse", "relapse",
     "extramedullary disease (CNS)"},
    {"isolated relapse in the testis, marrow clear",
     ALL CLEAR("cart+28", "1.5", "120") SEEN("cart+28", "testicular_disease", "absent")
         SEEN("cart+90", "testicular_disease", "present") SEEN("cart+90", "marrow_morphology", "1 %"),
     "relapse", "relapse", "marrow blasts by morphology 1 %, extramedullary disease (testis)"},
    {"five per cent is not above five",
     ALL CLEAR("cart+28", "1.5", "120") SEEN("cart+90", "marrow_morphology", "5 %"), "relapse", "no", NULL},
    {"above five", ALL CLEAR("cart+28", "1.5", "120") SEEN("cart+90", "marrow_morphology", "5.1 %"),
     "relapse", "relapse", NULL},
    {"liver uptake", NODES SEEN("cart+28", "deauville", "3"), "lugano", "CMR", NULL},
    {"score of four, less uptake",
     NODES SEEN("cart+28", "deauville", "4") SEEN("cart+28", "pet_change", "reduced"), "lugano", "PMR", NULL},
    {"new lesion", NODES SEEN("cart+28", "deauville", "2") SEEN("cart+28", "new_lesion", "present"), "lugano",
     "PMD", NULL},
    {"X alone", NODES SEEN("cart+28", "deauville", "X"), "lugano", "not evaluable: needs Deauville score",
     NULL},
    {"no node was diseased",
     HEAD(ADULT, "diagnosis: T-ALL, extramedullary: none") AFTER_CART SEEN("cart+28", "deauville", "1"),
     "lugano", "not applicable", NULL},
    {"a quarter of the skin is stage 2", GRAFT G("gvhd_rash", "25 %") LIVER_OK GUT_OK, "agvhd_magic", "I",
     NULL},
    {"more than half, bullae and peeling",
     GRAFT G("gvhd_rash", "60 %") G("gvhd_bullae", "present") G("gvhd_desquamation", "6 %") LIVER_OK GUT_OK,
     "agvhd_magic", "IV", NULL},
    {"bullae, five per cent peeling",
     GRAFT G("gvhd_rash", "60 %") G("gvhd_bullae", "present") G("gvhd_desquamation", "5 %") LIVER_OK GUT_OK,
     "agvhd_magic", "II", NULL},
    {"between the rows of bilirubin", GRAFT RASH_NONE G("bilirubin", "3.05 mg/dL") GUT_OK, "agvhd_magic",
     "III", "acute GVHD liver stage from bilirubin 30.5 mg/L"},
    {"bilirubin in umol/L", GRAFT RASH_NONE G("bilirubin", "51 umol/L") GUT_OK, "agvhd_magic", "II", NULL},
    {"999 mL", GRAFT RASH_NONE LIVER_OK G("stool_volume", "999 mL/d"), "agvhd_magic", "II", NULL},
    {"a litre", GRAFT RASH_NONE LIVER_OK G("stool_volume", "1 L/d"), "agvhd_magic", "III", NULL},
    {"half of what is mixed with urine", GRAFT RASH_NONE LIVER_OK G("stool_urine_volume", "1200 mL/d"),
     "agvhd_magic", "II", NULL},
    {"blood outweighs the volume", GRAFT RASH_NONE LIVER_OK GUT_OK G("bloody_stool", "present"),
     "agvhd_magic", "IV", NULL},
    {"the higher of volume and episodes",
     GRAFT RASH_NONE LIVER_OK G("stool_volume", "600 mL/d") G("stool_episodes", "6 1/d"), "agvhd_magic",
     "III", NULL},
    {"child by weight", CHILD RASH_NONE LIVER_OK G("stool_volume", "420 mL/d"), "agvhd_magic", "III", NULL},
    {"child above 50 kg as an adult", BIG_CHILD RASH_NONE LIVER_OK G("stool_volume", "420 mL/d"),
     "agvhd_magic", "0", NULL},
    {"another cause, MAGIC never down-stages",
     GRAFT RASH_NONE G("bilirubin", "4 mg/dL") G("liver_other_cause", "present") GUT_OK, "agvhd_magic", "III",
     NULL},
    {"another cause, the older scale does",
     GRAFT RASH_NONE G("bilirubin", "4 mg/dL") G("liver_other_cause", "present") GUT_OK, "agvhd_glucksberg",
     "II", NULL},
    {"nausea without a biopsy, MAGIC", GRAFT RASH_NONE LIVER_OK GUT_OK G("gvhd_nausea", "present"),
     "agvhd_magic", "II", NULL},
    {"nausea with a biopsy, the older scale",
     GRAFT RASH_NONE LIVER_OK GUT_OK G("gvhd_nausea", "present") G("gvhd_upper_biopsy", "present"),
     "agvhd_glucksberg", "II", NULL},
    {"the organ that makes the grade", GRAFT G("gvhd_skin", "2") G("gvhd_liver", "2") G("gvhd_gut", "1"),
     "agvhd_magic", "III", "acute GVHD liver stage 2"},
    {"the first day of II-IV, not the worst",
     GRAFT SEEN("hsct+18", "gvhd_skin", "3") SEEN("hsct+18", "gvhd_liver", "0")
         SEEN("hsct+18", "gvhd_gut", "0") SEEN("hsct+40", "gvhd_skin", "1") SEEN("hsct+40", "gvhd_liver", "4")
             SEEN("hsct+40", "gvhd_gut", "0"),
     "agvhd_ii_iv", "yes", "acute GVHD skin stage 3"},
    {"days to III-IV",
     GRAFT SEEN("hsct+18", "gvhd_skin", "3") SEEN("hsct+18", "gvhd_liver", "0")
         SEEN("hsct+18", "gvhd_gut", "0") SEEN("hsct+40", "gvhd_skin", "1") SEEN("hsct+40", "gvhd_liver", "4")
             SEEN("hsct+40", "gvhd_gut", "0"),
     "agvhd_iii_iv_incidence", "event at 40 d", NULL},
    {"low three times a week, donor lost",
     GRAFT SEEN("hsct+1", "anc", "0.1 10*9/L") SEEN("hsct+14", "anc", "0.8 10*9/L")
         SEEN("hsct+15", "anc", "0.9 10*9/L") SEEN("hsct+16", "anc", "1.0 10*9/L")
             SEEN("hsct+30", "anc", "2.0 10*9/L") SEEN("hsct+60", "anc", "0.3 10*9/L")
                 SEEN("hsct+60", "platelets", "150 10*9/L") SEEN("hsct+60", "hb", "120 g/L")
                     SEEN("hsct+60", "chimerism_marrow", "60 %") SEEN("hsct+62", "anc", "0.2 10*9/L")
                         SEEN("hsct+62", "growth_factor", "present")
                             SEEN("hsct+62", "platelets", "150 10*9/L") SEEN("hsct+62", "hb", "120 g/L"),
     "graft_failure", "secondary", NULL},
    {"low after chemotherapy for relapse",
     HEAD(
         ADULT,
         "diagnosis: T-ALL") "anchors: {hsct: 2025-03-01}\ntreatments:\n"
                             "  - {at: hsct, graft: peripheral_blood, cd34: 5e6 cells/kg}\n"
                             "  - {at: hsct+50, drug: cytarabine, dose: 1 g/m2, days: 1-3}\nobservations:\n" SEEN(
                                 "hsct+1", "anc", "0.1 10*9/L") SEEN("hsct+14", "anc", "0.8 10*9/L")
                                 SEEN("hsct+15", "anc", "0.9 10*9/L") SEEN("hsct+16", "anc", "1.0 10*9/L")
                                     SEEN("hsct+30", "anc", "2.0 10*9/L") SEEN("hsct+60", "anc", "0.3 10*9/L")
                                         SEEN("hsct+61", "anc", "0.3 10*9/L")
                                             SEEN("hsct+62", "anc", "0.2 10*9/L")
                                                 SEEN("hsct+62", "growth_factor", "present"),
     "graft_failure", "none", NULL},
    {"lung of 1 alone",
     GRAFT SEEN("hsct+200", "cgvhd_lung", "1") SEEN("hsct+200", "cgvhd_skin", "0")
         SEEN("hsct+200", "cgvhd_mouth", "0") SEEN("hsct+200", "cgvhd_eyes", "0")
             SEEN("hsct+200", "cgvhd_gi", "0") SEEN("hsct+200", "cgvhd_liver", "0")
                 SEEN("hsct+200", "cgvhd_joints", "0") SEEN("hsct+200", "cgvhd_genital", "0"),
     "cgvhd", "moderate", NULL},
};

static void every_grading_is_that_of_the_tables(void **state) {
  for (size_t i = 0; i < sizeof gradings / sizeof gradings[0]; i++) {
    B7Course *course = read_course(gradings[i].course);
    B7Assessment *assessment;
    B7Error error;
    if (b7_assess_course(course, *state, NULL, &assessment, &error) != B7_OK)
      fail_msg("%s: %s", gradings[i].name, error.message);
    const B7Verdict *rows, *found = NULL;
    const int32_t n = b7_assessment_verdicts(assessment, &rows);
    for (int32_t v = 0; v < n; v++)
      if (!rows[v].per_sample && strcmp(rows[v].endpoint, gradings[i].endpoint) == 0) found = &rows[v];
    assert_non_null(found);
    if (strcmp(found->grade, gradings[i].grade) != 0)
      fail_msg("%s: %s is '%s', not '%s' (because of %s; missing %s)", gradings[i].name, gradings[i].endpoint,
               found->grade, gradings[i].grade, found->deciding, found->missing);
    if (gradings[i].because && strcmp(found->deciding, gradings[i].because) != 0)
      fail_msg("%s: because of '%s', not of '%s'", gradings[i].name, found->deciding, gradings[i].because);
    b7_assessment_free(assessment);
    b7_course_free(course);
  }
}

#define DAYS 6
#define ORGANS 4

// stages of four organs on some days; NaN: not examined
static void gvhd_range(const B7Criteria *criteria, double stage[ORGANS][DAYS], int32_t *low, int32_t *high) {
  static const double t_day[DAYS] = {30, 37, 44, 51, 58, 65};
  B7Series series;
  B7Finding findings[B7_ENDPOINT_COUNT];
  b7_series_make(&series);
  series.hsct_day = 20;
  series.end_day = 100;
  for (int o = 0; o < ORGANS; o++)
    series.column[B7_QUANTITY_AGVHD_SKIN + o] = (B7Column){DAYS, t_day, stage[o]};
  b7_assess_series(criteria, &series, findings);
  const B7Finding *magic = &findings[B7_ENDPOINT_AGVHD_MAGIC];
  const bool known = magic->evaluable <= B7_PARTIAL;
  *low = known ? magic->low : B7_AGVHD_0;
  *high = known ? magic->high : B7_AGVHD_IV;
}

// one stage more never makes the highest grade less certain, one less never more
static void a_stage_more_never_widens_the_range(void **state) {
  uint64_t random = 12345;
  for (int trial = 0; trial < 4000; trial++) {
    double stage[ORGANS][DAYS];
    for (int o = 0; o < ORGANS; o++)
      for (int d = 0; d < DAYS; d++) {
        random = random * UINT64_C(6364136223846793005) + 1442695040888963407u;
        const int top = B7_QUANTITY_AGVHD_SKIN + o == B7_QUANTITY_AGVHD_UPPER ? 1 : 4;
        stage[o][d] = random >> 62 ? NAN : (double)((random >> 40) % (uint64_t)(top + 1));
      }
    int32_t low, high, less_low, less_high;
    gvhd_range(*state, stage, &low, &high);
    for (int o = 0; o < ORGANS; o++)
      for (int d = 0; d < DAYS; d++) {
        if (isnan(stage[o][d])) continue;
        const double kept = stage[o][d];
        stage[o][d] = NAN;
        gvhd_range(*state, stage, &less_low, &less_high);
        stage[o][d] = kept;
        assert_true(high - low <= less_high - less_low);
      }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_grading_is_that_of_the_tables),
                                     cmocka_unit_test(a_stage_more_never_widens_the_range)};
  return cmocka_run_group_tests(tests, load_criteria, free_criteria);
}
