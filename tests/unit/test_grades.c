// grades rise with each input, units convert, boundaries fall where the rules say, missing data is never the
// best case
#include <string.h>

#include "test_base.h"

#include "assess/rules/agvhd.h"
#include "assess/rules/cgvhd.h"
#include "assess/rules/crs.h"
#include "assess/rules/ctcae.h"
#include "assess/rules/endpoints.h"
#include "assess/rules/graft_failure.h"
#include "assess/rules/icaht.h"
#include "assess/rules/icans.h"
#include "assess/rules/lugano.h"
#include "assess/rules/mrd.h"
#include "assess/rules/response.h"
#include "criteria_fixture.h"

static int32_t crs_of(const B7Criteria *c, double t, double hypotension, double pressors, double device,
                      double flow) {
  const B7CrsDay day = {.temperature_c = t,
                        .fever_other_cause = 0,
                        .prior_therapy = 0,
                        .crs_active = 0,
                        .hypotension = hypotension,
                        .vasopressors = pressors,
                        .vasopressin = 0,
                        .oxygen_device = device,
                        .oxygen_flow_l_per_min = flow};
  return b7_crs_grade(c, &day).code;
}

static void test_crs_rises_with_each_input(void **state) {
  static const double temperature[] = {36, 37.9999, 38, 41}, pressors[] = {0, 1, 2, 3},
                      flow[] = {1, 6, 6.001, 15};
  static const double device[] = {B7_OXYGEN_NONE, B7_OXYGEN_NASAL_CANNULA, B7_OXYGEN_VENTURI, B7_OXYGEN_CPAP,
                                  B7_OXYGEN_VENTILATOR};
  for (int t = 0; t < 4; t++)
    for (int h = 0; h < 2; h++)
      for (int p = 0; p < 4; p++)
        for (int d = 0; d < 5; d++)
          for (int f = 0; f < 4; f++) {
            const int32_t grade = crs_of(*state, temperature[t], h, pressors[p], device[d], flow[f]);
            assert_in_range(grade, 0, 4);
            if (t < 3)
              assert_true(crs_of(*state, temperature[t + 1], h, pressors[p], device[d], flow[f]) >= grade);
            if (h < 1)
              assert_true(crs_of(*state, temperature[t], 1, pressors[p], device[d], flow[f]) >= grade);
            if (p < 3)
              assert_true(crs_of(*state, temperature[t], h, pressors[p + 1], device[d], flow[f]) >= grade);
            if (d < 4)
              assert_true(crs_of(*state, temperature[t], h, pressors[p], device[d + 1], flow[f]) >= grade);
            if (f < 3)
              assert_true(crs_of(*state, temperature[t], h, pressors[p], device[d], flow[f + 1]) >= grade);
          }
}

// what is unknown gives every grade that it could make, and no other
static void test_crs_unknown_is_a_range(void **state) {
  B7CrsDay day = {.temperature_c = 39,
                  .fever_other_cause = 0,
                  .prior_therapy = 0,
                  .crs_active = 0,
                  .hypotension = 1,
                  .vasopressors = 1,
                  .vasopressin = 0,
                  .oxygen_device = NAN,
                  .oxygen_flow_l_per_min = NAN};
  B7Finding finding = b7_crs_grade(*state, &day);
  assert_int_equal(finding.low, 3);
  assert_int_equal(finding.high, 4);
  assert_int_equal(finding.evaluable, B7_PARTIAL);
  assert_true(finding.missing == B7_BIT(OXYGEN_DEVICE));
  day.oxygen_device = B7_OXYGEN_NASAL_CANNULA;
  day.hypotension = day.vasopressors = 0;
  finding = b7_crs_grade(*state, &day);
  assert_int_equal(finding.low, 2);
  assert_int_equal(finding.high, 3);
  day.temperature_c = NAN;
  assert_int_equal(b7_crs_grade(*state, &day).evaluable, B7_NOT_EVALUABLE);
}

static void test_icans_rises_and_lists_what_is_missing(void **state) {
  B7IcansDay day = {
      .ice = 10, .capd = NAN, .rass = NAN, .consciousness = 0, .seizure = 0, .motor = 0, .oedema = 0};
  int32_t last = 0;
  for (int ice = 10; ice >= 0; ice--) {
    day.ice = ice;
    const int32_t grade = b7_icans_grade(*state, &day).code;
    assert_true(grade >= last);
    last = grade;
  }
  assert_int_equal(last, 3);
  day.ice = NAN;
  day.consciousness = 2;
  B7Finding finding = b7_icans_grade(*state, &day);
  assert_int_equal(finding.code, 2);
  assert_int_equal(finding.evaluable, B7_PARTIAL);
  assert_true(finding.missing == B7_BIT(ICE));
  day.consciousness = NAN;
  assert_int_equal(b7_icans_grade(*state, &day).evaluable, B7_NOT_EVALUABLE);
  day.oedema = 3;
  assert_int_equal(b7_icans_grade(*state, &day).code, 3);
  // a sedated child cannot be scored: consciousness decides
  B7IcansDay child = {.child = true,
                      .ice = NAN,
                      .capd = 20,
                      .rass = -4,
                      .consciousness = 2,
                      .seizure = 0,
                      .motor = 0,
                      .oedema = 0};
  assert_int_equal(b7_icans_grade(*state, &child).code, 2);
  bool boundary;
  assert_true(b7_icans_uses_capd(*state, 11.9, false, &boundary) && !boundary);
  assert_true(!b7_icans_uses_capd(*state, 12, false, &boundary) && boundary);
}

// a sign is there or not; which grades that allows is the rule's to say
static void test_icans_signs_are_not_grades(void **state) {
  const B7IcansDay well = {
      .ice = 10, .capd = NAN, .rass = NAN, .consciousness = 0, .seizure = 0, .motor = 0, .oedema = 0};
  static const struct {
    size_t sign;
    double value;
    int32_t low, high;
  } rows[] = {{offsetof(B7IcansDay, motor), 1, 4, 4},         {offsetof(B7IcansDay, motor), 4, 4, 4},
              {offsetof(B7IcansDay, seizure), 1, 3, 4},       {offsetof(B7IcansDay, seizure), 3, 3, 3},
              {offsetof(B7IcansDay, oedema), 1, 3, 4},        {offsetof(B7IcansDay, oedema), 4, 4, 4},
              {offsetof(B7IcansDay, consciousness), 1, 1, 4}, {offsetof(B7IcansDay, consciousness), 2, 2, 2}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    B7IcansDay day = well;
    memcpy((char *)&day + rows[i].sign, &rows[i].value, sizeof(double));
    const B7Finding finding = b7_icans_grade(*state, &day);
    assert_int_equal(finding.low, rows[i].low);
    assert_int_equal(finding.high, rows[i].high);
    assert_int_equal(finding.missing != 0, rows[i].low != rows[i].high);
  }
}

// the printed versions part on liver 4 and gut 4; the remark says what the other one gives
static void test_glucksberg_names_the_other_version(void **state) {
  static const struct {
    double skin, liver, upper, lower;
    int32_t modified, przepiorka;
    uint32_t flag;
  } rows[] = {
      {0, 4, 0, 0, 3, 4, B7_FLAG_LIVER_4},
      {0, 0, 0, 4, 4, 3, B7_FLAG_GUT_4},
      {0, 4, 0, 4, 4, 4, 0},
      {4, 4, 0, 0, 4, 4, 0},
      {0, 0, 1, 0, 2, 2, 0},
      {1, 0, 1, 0, 2, 2, 0},
      {3, 0, 0, 0, 2, 2, 0},
      {2, 1, 0, 0, 2, 2, 0},
      {0, 0, 0, 2, 3, 3, 0},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const B7AgvhdStages stages = {.skin = rows[i].skin,
                                  .liver = rows[i].liver,
                                  .upper_gi = rows[i].upper,
                                  .lower_gi = rows[i].lower,
                                  .ecog = NAN,
                                  .karnofsky_pct = NAN};
    const B7Finding finding = b7_agvhd_glucksberg(*state, &stages);
    assert_int_equal(finding.code, rows[i].modified);
    assert_int_equal(b7_agvhd_przepiorka(*state, &stages).code, rows[i].przepiorka);
    assert_int_equal(finding.flags, rows[i].flag);
  }
}

static void test_gvhd_rises_with_each_organ(void **state) {
  for (int s = 0; s <= 4; s++)
    for (int l = 0; l <= 4; l++)
      for (int u = 0; u <= 1; u++)
        for (int g = 0; g <= 4; g++) {
          const B7AgvhdStages now = {s, l, u, g, NAN, NAN, 0};
          const B7AgvhdStages more[] = {{s + (s < 4), l, u, g, NAN, NAN, 0},
                                        {s, l + (l < 4), u, g, NAN, NAN, 0},
                                        {s, l, 1, g, NAN, NAN, 0},
                                        {s, l, u, g + (g < 4), NAN, NAN, 0}};
          for (int i = 0; i < 4; i++) {
            assert_true(b7_agvhd_magic(*state, &more[i]).code >= b7_agvhd_magic(*state, &now).code);
            assert_true(b7_agvhd_glucksberg(*state, &more[i]).code >= b7_agvhd_glucksberg(*state, &now).code);
            assert_true(b7_agvhd_ibmtr(*state, &more[i]).code >= b7_agvhd_ibmtr(*state, &now).code);
          }
          const B7AgvhdStages unknown = {s, l, u, NAN, NAN, NAN, 0};
          const B7Finding range = b7_agvhd_magic(*state, &unknown);
          assert_true(range.low <= b7_agvhd_magic(*state, &now).code &&
                      b7_agvhd_magic(*state, &now).code <= range.high);
        }
}

static void test_ctcae_falls_with_the_count(void **state) {
  for (int term = 0; term < B7_CTCAE_TERMS; term++) {
    int32_t last = 4;
    for (double value = 0; value < 250; value += 0.01) {
      const int32_t grade =
          b7_ctcae_grade(*state, 5, (B7CtcaeTerm)term, value, b7_ctcae_usual_limit(*state, (B7CtcaeTerm)term))
              .code;
      assert_true(grade <= last);
      last = grade;
    }
    assert_int_equal(last, 0);
  }
  // without the limit of normal a value above the cut-offs may be grade 0 or 1
  assert_int_equal(b7_ctcae_grade(*state, 5, B7_CTCAE_NEUTROPHILS, 1.5, NAN).evaluable, B7_NOT_EVALUABLE);
  assert_int_equal(b7_ctcae_grade(*state, 5, B7_CTCAE_NEUTROPHILS, 1.49, NAN).code, 2);
}

static void test_icaht_rises_with_days(void **state) {
  double t_day[31], value[31];
  int32_t last = 0;
  for (int low_days = 0; low_days <= 31; low_days++) {
    for (int d = 0; d < 31; d++) {
      t_day[d] = d;
      value[d] = d < low_days ? 0.05 : 2;
    }
    const B7Column column = {31, t_day, value};
    const B7Finding finding = b7_icaht_early(*state, &column, 0, NAN, B7_DAY_COUNT_CUMULATIVE, NULL);
    assert_true(finding.code >= last);
    last = finding.code;
  }
  assert_int_equal(last, 4);
  // a hole too long to bridge: what is certain, and what is possible
  const double days[] = {0, 1, 2, 15, 16, 17, 30}, counts[] = {2, 2, 0.05, 0.05, 2, 2, 2};
  const B7Column sparse = {7, days, counts};
  const B7Finding finding = b7_icaht_early(*state, &sparse, 0, NAN, B7_DAY_COUNT_CUMULATIVE, NULL);
  assert_int_equal(finding.low, 1);
  assert_int_equal(finding.high, 4);
  assert_int_equal(finding.evaluable, B7_PARTIAL);
}

static void test_response_without_counts_is_a_range(void **state) {
  B7ResponseSample sample = {.blasts_pct = 2,
                             .blood_blasts = 0,
                             .anc_10e9_per_l = NAN,
                             .platelets_10e9_per_l = NAN,
                             .extramedullary = 0,
                             .baseline_blasts_pct = NAN,
                             .mrd = NAN,
                             .cells_counted = NAN,
                             .cellularity_pct = NAN,
                             .spicules = NAN,
                             .transfusion_dependent = NAN};
  B7Finding finding = b7_response_all(*state, &sample);
  assert_int_equal(finding.code, B7_RESPONSE_MLFS);
  assert_int_equal(finding.high, B7_RESPONSE_CR);
  assert_true(finding.missing == (B7_BIT(ANC) | B7_BIT(PLATELETS)));
  sample.blood_blasts = NAN;
  assert_int_equal(b7_response_all(*state, &sample).low, B7_RESPONSE_NR);
  sample.blood_blasts = 0;
  sample.anc_at_least = 0.5;
  assert_int_equal(b7_response_all(*state, &sample).low, B7_RESPONSE_CRI);
  sample.mrd = 0.01;
  assert_int_equal(b7_response_all(*state, &sample).high, B7_RESPONSE_NR);
}

// better counts never make a response worse, more blasts never better
static void test_response_rises_with_counts(void **state) {
  static const double anc[] = {0.1, 0.5, 0.99, 1.0, 1.01, 3}, plt[] = {10, 49, 50, 99, 100, 101, 300},
                      blasts[] = {0, 4.99, 5, 25, 25.1, 80};
  for (int rule = 0; rule < 2; rule++)
    for (size_t b = 0; b < 6; b++)
      for (size_t a = 0; a < 6; a++)
        for (size_t p = 0; p < 7; p++) {
          B7ResponseSample s = {.blasts_pct = blasts[b],
                                .anc_10e9_per_l = anc[a],
                                .platelets_10e9_per_l = plt[p],
                                .baseline_blasts_pct = 90,
                                .mrd = NAN,
                                .cells_counted = NAN,
                                .cellularity_pct = NAN,
                                .spicules = NAN,
                                .transfusion_dependent = NAN};
          const int32_t now = (rule ? b7_response_aml : b7_response_all)(*state, &s).code;
          if (a < 5) {
            s.anc_10e9_per_l = anc[a + 1];
            assert_true((rule ? b7_response_aml : b7_response_all)(*state, &s).code >= now);
            s.anc_10e9_per_l = anc[a];
          }
          if (p < 6) {
            s.platelets_10e9_per_l = plt[p + 1];
            assert_true((rule ? b7_response_aml : b7_response_all)(*state, &s).code >= now);
            s.platelets_10e9_per_l = plt[p];
          }
          if (b < 5) {
            s.blasts_pct = blasts[b + 1];
            assert_true((rule ? b7_response_aml : b7_response_all)(*state, &s).code <= now);
          }
        }
}

// a node that grows further never reads better, whatever size it grows from
static void test_lugano_falls_as_a_node_grows(void **state) {
  for (double before_cm = 1; before_cm < 4; before_cm += 0.1) {
    int32_t last = B7_LUGANO_COMPLETE;
    for (double now_cm = before_cm; now_cm < 8; now_cm += 0.1) {
      const B7LuganoCt ct = {.longest_cm = now_cm,
                             .spd_baseline_cm2 = NAN,
                             .spd_now_cm2 = NAN,
                             .marrow_normal = NAN,
                             .organs_normal = 1,
                             .new_node_cm = NAN,
                             .new_extranodal_cm = NAN,
                             .ppd_before_cm2 = before_cm * before_cm,
                             .ppd_now_cm2 = now_cm * now_cm,
                             .ldi_before_cm = before_cm,
                             .ldi_now_cm = now_cm,
                             .spleen_normal_cm = NAN,
                             .spleen_before_cm = NAN,
                             .spleen_now_cm = NAN};
      const B7Finding finding = b7_lugano_ct(*state, &ct);
      assert_true(finding.code <= last);
      last = finding.code;
    }
    assert_int_equal(last, B7_LUGANO_PROGRESSION);
  }
}

static void test_mrd_boundaries(void **state) {
  B7MrdSample sample = {.detected = true, .value = 1e-4, .limit = 1e-5};
  assert_int_equal(b7_mrd_class(*state, &sample).code, B7_MRD_POSITIVE);
  assert_false(b7_mrd_negative(*state, &sample));
  sample.value = 9.999e-5;
  assert_int_equal(b7_mrd_class(*state, &sample).code, B7_MRD_INTERMEDIATE);
  assert_true(b7_mrd_negative(*state, &sample));
  sample = (B7MrdSample){.detected = false, .value = NAN, .limit = 1e-3};
  assert_int_equal(b7_mrd_class(*state, &sample).code, B7_MRD_NEGATIVE_INSUFFICIENT);
  assert_false(b7_mrd_negative(*state, &sample));
}

static void refuse(const B7EventDays *days, const char *field) {
  B7Error error;
  assert_int_equal(b7_event_days_check(days, &error), B7_ERROR_INPUT);
  if (!strstr(error.message, field)) fail_msg("'%s' does not name %s", error.message, field);
}

static void test_impossible_event_days(void **state) {
  (void)state;
  B7EventDays days = b7_event_days_make();
  days.death = 100;
  days.last_alive = 100;
  assert_int_equal(b7_event_days_check(&days, NULL), B7_OK);
  days.relapse = 101;
  refuse(&days, "relapse_day");
  days.relapse = -1;
  refuse(&days, "relapse_day");
  days = b7_event_days_make();
  days.last_alive = 50;
  days.agvhd_iii_iv = 60;
  refuse(&days, "agvhd34_day");
}

static void test_graft_failure_needs_its_facts(void **state) {
  const B7GraftFacts nothing = {.highest_anc_by_limit_per_ul = NAN,
                                .pancytopenia = NAN,
                                .neutrophil_recovery_day = NAN,
                                .later_decline = NAN,
                                .support_needed = NAN,
                                .other_explanation = NAN,
                                .donor_pct = NAN,
                                .last_day = NAN};
  assert_int_equal(b7_graft_failure(*state, &nothing).evaluable, B7_NOT_EVALUABLE);
  B7GraftFacts low = nothing;
  low.highest_anc_by_limit_per_ul = 100;
  const B7Finding finding = b7_graft_failure(*state, &low);
  assert_int_equal(finding.evaluable, B7_PARTIAL);
  assert_int_equal(finding.high, B7_GRAFT_FAILURE_PRIMARY);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_crs_rises_with_each_input),
                                     cmocka_unit_test(test_crs_unknown_is_a_range),
                                     cmocka_unit_test(test_icans_rises_and_lists_what_is_missing),
                                     cmocka_unit_test(test_icans_signs_are_not_grades),
                                     cmocka_unit_test(test_glucksberg_names_the_other_version),
                                     cmocka_unit_test(test_gvhd_rises_with_each_organ),
                                     cmocka_unit_test(test_ctcae_falls_with_the_count),
                                     cmocka_unit_test(test_icaht_rises_with_days),
                                     cmocka_unit_test(test_response_without_counts_is_a_range),
                                     cmocka_unit_test(test_response_rises_with_counts),
                                     cmocka_unit_test(test_lugano_falls_as_a_node_grows),
                                     cmocka_unit_test(test_mrd_boundaries),
                                     cmocka_unit_test(test_impossible_event_days),
                                     cmocka_unit_test(test_graft_failure_needs_its_facts)};
  return cmocka_run_group_tests(tests, load_criteria, free_criteria);
}
