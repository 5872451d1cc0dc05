#include "test_base.h"

#include <math.h>

#include "treat/dose.h"

static void units_are_read_whole(void **state) {
  (void)state;
  static const struct {
    const char *unit;
    double base;
    B7DoseKind kind;
    B7DoseBasis basis;
  } good[] = {
      {"mg", 1, B7_DOSE_KIND_MASS_MG, B7_DOSE_BASIS_FLAT},
      {"g/m2", 1000, B7_DOSE_KIND_MASS_MG, B7_DOSE_BASIS_PER_M2},
      {"ug/kg", 1e-3, B7_DOSE_KIND_MASS_MG, B7_DOSE_BASIS_PER_KG},
      {"cells/kg", 1, B7_DOSE_KIND_CELLS, B7_DOSE_BASIS_PER_KG},
      {"cell", 1, B7_DOSE_KIND_CELLS, B7_DOSE_BASIS_FLAT},
      {"cGy", 0.01, B7_DOSE_KIND_RADIATION_GY, B7_DOSE_BASIS_FLAT},
      {"MIU/m2", 1e6, B7_DOSE_KIND_ACTIVITY_IU, B7_DOSE_BASIS_PER_M2},
      {"U/m2", 1, B7_DOSE_KIND_ACTIVITY_IU, B7_DOSE_BASIS_PER_M2},
      {"[IU]/m2", 1, B7_DOSE_KIND_ACTIVITY_IU, B7_DOSE_BASIS_PER_M2},
      {"mg/m^2", 1, B7_DOSE_KIND_MASS_MG, B7_DOSE_BASIS_PER_M2},
      {"mg/m\u00b2", 1, B7_DOSE_KIND_MASS_MG, B7_DOSE_BASIS_PER_M2},
      {"mcg/kg", 1e-3, B7_DOSE_KIND_MASS_MG, B7_DOSE_BASIS_PER_KG},
      {"10*6/kg", 1e6, B7_DOSE_KIND_CELLS, B7_DOSE_BASIS_PER_KG},
      {"x10^6 cells/kg", 1e6, B7_DOSE_KIND_CELLS, B7_DOSE_BASIS_PER_KG},
      {"10*6.{cells}/kg", 1e6, B7_DOSE_KIND_CELLS, B7_DOSE_BASIS_PER_KG},
      {"million cells/kg", 1e6, B7_DOSE_KIND_CELLS, B7_DOSE_BASIS_PER_KG},
      {"x 10^8 cells", 1e8, B7_DOSE_KIND_CELLS, B7_DOSE_BASIS_FLAT},
  };
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
    double base;
    B7DoseKind kind;
    B7DoseBasis basis;
    assert_int_equal(b7_dose_unit(good[i].unit, &base, &kind, &basis, NULL), B7_OK);
    assert_true(fabs(base - good[i].base) < 1e-12 * good[i].base);
    assert_int_equal(kind, good[i].kind);
    assert_int_equal(basis, good[i].basis);
  }
  static const char *const bad[] = {"",   "m",   "mg/",           "mg/l",   "mg/m2/d", "kg/m2",   "mgs",
                                    "MG", "mg%", "10e6 cells/kg", "106/kg", "1e6",     "cells/m3"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    double base;
    B7DoseKind kind;
    B7DoseBasis basis;
    if (b7_dose_unit(bad[i], &base, &kind, &basis, NULL) == B7_OK) fail_msg("%s", bad[i]);
  }
}

static void bases_convert_through_the_body(void **state) {
  (void)state;
  B7Dose dose = {.amount = 40, .kind = B7_DOSE_KIND_MASS_MG, .basis = B7_DOSE_BASIS_PER_KG};
  // 40 mg/kg in 70 kg is 2800 mg, and per 1.75 m2 it is 1600 mg/m2
  assert_true(fabs(b7_dose_on(&dose, B7_DOSE_BASIS_FLAT, 1.75, 70) - 2800) < 1e-9);
  assert_true(fabs(b7_dose_on(&dose, B7_DOSE_BASIS_PER_M2, 1.75, 70) - 1600) < 1e-9);
  assert_true(b7_dose_on(&dose, B7_DOSE_BASIS_PER_KG, 1.75, 70) == 40);
  int32_t power[2];
  b7_dose_powers(B7_DOSE_BASIS_PER_KG, B7_DOSE_BASIS_PER_M2, power);
  assert_int_equal(power[0], -1);
  assert_int_equal(power[1], 1);
  b7_dose_powers(B7_DOSE_BASIS_PER_M2, B7_DOSE_BASIS_PER_M2, power);
  assert_int_equal(power[0], 0);
  assert_int_equal(power[1], 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(units_are_read_whole),
                                     cmocka_unit_test(bases_convert_through_the_body)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
