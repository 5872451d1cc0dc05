#include "test_base.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/unit_text.h"

/* what laboratories write, and the same as UDUNITS and UCUM write it */
static const struct {
  const char *written, *plain, *ucum;
} SAME[] = {
    {"10*9/L", "1e9 L-1", "10*9/L"},
    {"10^9/L", "1e9 L-1", "10*9/L"},
    {"x10^9/L", "1e9 L-1", "10*9/L"},
    {"x 10^9/L", "1e9 L-1", "10*9/L"},
    {"\u00d710\u2079/L", "1e9 L-1", "10*9/L"},
    {"10\u2079/L", "1e9 L-1", "10*9/L"},
    {"* 10**9/L", "1e9 L-1", "10*9/L"},
    {"1e9/L", "1e9 L-1", "10*9/L"},
    {"1E+09/L", "1e9 L-1", "10*9/L"},
    {"G/L", "1e9 L-1", "10*9/L"},
    {"Gpt/L", "1e9 L-1", "10*9/L"},
    {"T/L", "1e12 L-1", "10*12/L"},
    {"10*3/uL", "1e3 uL-1", "10*3/uL"},
    {"10^3/mm3", "1e3 mm-3", "10*3/mm3"},
    {"K/uL", "1e3 uL-1", "10*3/uL"},
    {"K/mcL", "1e3 uL-1", "10*3/uL"},
    {"K/cumm", "1e3 mm-3", "10*3/mm3"},
    {"M/uL", "1e6 uL-1", "10*6/uL"},
    {"thou/uL", "1e3 uL-1", "10*3/uL"},
    {"/uL", "uL-1", "/uL"},
    {"/\u00b5L", "uL-1", "/uL"},
    {"/ \u03bcL", "uL-1", "/uL"},
    {"/mm\u00b3", "mm-3", "/mm3"},
    {"cells per uL", "cells uL-1", "{cell}/uL"},
    {"{cells}/uL", "cell uL-1", "{cell}/uL"},
    {"10*9{cells}/L", "1e9 cell L-1", "10*9.{cell}/L"},
    {"[degF]", "degF", "[degF]"},
    {"\u00b0F", "degF", "[degF]"},
    {"\u00b0C", "degC", "Cel"},
    {"Cel", "degC", "Cel"},
    {"K", "K", "K"},
    {"%", "percent", "%"},
    {"[IU]/L", "IU L-1", "[IU]/L"},
    {"U/L", "IU L-1", "[IU]/L"},
    {"m[IU]/mL", "mIU mL-1", "m[IU]/mL"},
    {"uM", "umol L-1", "umol/L"},
    {"M", "mol L-1", "mol/L"},
    {"mcg/dL", "ug dL-1", "ug/dL"},
    {"mm[Hg]", "mmHg", "mm[Hg]"},
    {"10*6/kg", "1e6 kg-1", "10*6/kg"},
    {"mg/m\u00b2", "mg m-2", "mg/m2"},
    {"mg.m-2", "mg m-2", "mg/m2"},
    {"cell/uL/(1e9/L)", "1e-9 cell uL-1 L", "10*-9.{cell}.L/uL"},
    {"umol/L per mg/dL", "umol L-1 mg-1 dL", "umol.dL/L/mg"},
    {"10*-3", "1e-3", "10*-3"},
    {"1", "1", "1"},
    {"", "1", "1"},
};

static void laboratory_forms_mean_what_laboratories_mean(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof SAME / sizeof SAME[0]; i++) {
    B7UnitText unit;
    B7Error error;
    char text[200];
    if (b7_unit_text_read(SAME[i].written, &unit, &error) != B7_OK) fail_msg("%s", error.message);
    assert_true(b7_unit_text_write(&unit, text, sizeof text));
    if (strcmp(text, SAME[i].plain) != 0) fail_msg("'%s' is read as '%s'", SAME[i].written, text);
    assert_true(b7_unit_text_ucum(&unit, text, sizeof text));
    if (strcmp(text, SAME[i].ucum) != 0) fail_msg("'%s' in UCUM is '%s'", SAME[i].written, text);
  }
}

/* what is printed in either spelling is read back as the same unit */
static void both_spellings_are_read_back(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof SAME / sizeof SAME[0]; i++) {
    B7UnitText unit, again;
    char first[200], second[200];
    b7_unit_text_read(SAME[i].written, &unit, NULL);
    assert_true(b7_unit_text_write(&unit, first, sizeof first));
    assert_int_equal(b7_unit_text_read(first, &again, NULL), B7_OK);
    assert_true(b7_unit_text_write(&again, second, sizeof second));
    assert_string_equal(first, second);
    assert_true(b7_unit_text_factor(&unit) == b7_unit_text_factor(&again));
    assert_true(b7_unit_text_ucum(&unit, first, sizeof first));
    assert_int_equal(b7_unit_text_read(first, &again, NULL), B7_OK);
    assert_true(b7_unit_text_ucum(&again, second, sizeof second));
    assert_string_equal(first, second);
  }
}

static void what_is_not_understood_is_refused_with_what_to_write(void **state) {
  (void)state;
  static const struct {
    const char *written, *says;
  } refused[] = {
      {"10e9/L", "write '10*9'"},
      {"x 10E9/L", "write '10*9'"},
      {"10e3/uL", "ten times 1e3"},
      {"109/L", "write '10*9/L'"},
      {"x 103/uL", "write '10*3/uL'"},
      {"mg%", "mg/dL for mg%"},
      {"1,5 g/L", "decimal point"},
      {"mg//kg", "not understood"},
      {"mg/", "ends where"},
      {"(mg/L", "nothing closes"},
      {"[degF", "nothing closes"},
      {"{cells/uL", "nothing closes"},
      {"mg)", "not understood"},
      {"m^x", "power"},
      {"m2.5", "power"},
      {"10*999/L", "power"},
      {"\u2603/L", "character"},
      {"g\xff", "character"},
      {"0x10/L", "begins with 0"},
      {"1e-400", "factor"},
  };
  for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
    B7UnitText unit;
    B7Error error;
    if (b7_unit_text_read(refused[i].written, &unit, &error) == B7_OK) fail_msg("'%s'", refused[i].written);
    if (!strstr(error.message, refused[i].says)) fail_msg("'%s': %s", refused[i].written, error.message);
  }
}

static void long_and_deep_texts_are_refused(void **state) {
  (void)state;
  char text[400];
  B7UnitText unit;
  memset(text, '(', sizeof text - 1);
  text[sizeof text - 1] = '\0';
  assert_int_equal(b7_unit_text_read(text, &unit, NULL), B7_ERROR_INPUT);
  text[100] = '\0';
  assert_int_equal(b7_unit_text_read(text, &unit, NULL), B7_ERROR_INPUT);
  memset(text, 'm', 100);
  assert_int_equal(b7_unit_text_read(text, &unit, NULL), B7_ERROR_INPUT);
  // more factors than a unit has
  for (int i = 0; i < 30; i++) snprintf(text + 3 * i, 4, "%c%c ", 'a' + i % 26, 'a' + i / 5);
  assert_int_equal(b7_unit_text_read(text, &unit, NULL), B7_ERROR_INPUT);
}

static void powers_of_ten_stay_exact(void **state) {
  (void)state;
  B7UnitText unit;
  b7_unit_text_read("10*-3", &unit, NULL);
  assert_true(b7_unit_text_factor(&unit) == 1e-3);
  b7_unit_text_read("10*9", &unit, NULL);
  assert_true(b7_unit_text_factor(&unit) == 1e9);
  b7_unit_text_read("mg m mg-1", &unit, NULL);
  assert_int_equal(unit.n_term, 1);
  assert_int_equal(b7_unit_text_take(&unit, "m"), 1);
  assert_int_equal(b7_unit_text_take(&unit, "m"), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(laboratory_forms_mean_what_laboratories_mean),
                                     cmocka_unit_test(both_spellings_are_read_back),
                                     cmocka_unit_test(what_is_not_understood_is_refused_with_what_to_write),
                                     cmocka_unit_test(long_and_deep_texts_are_refused),
                                     cmocka_unit_test(powers_of_ten_stay_exact)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
