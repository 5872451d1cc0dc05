#include "test_base.h"

#include <math.h>

#include "base/random.h"

static void known_answers(void **state) {
  (void)state;
  // philox4x32-10 with zero key and zero counter, from the Random123 distribution's known-answer table
  B7Random random = b7_random_at(0, 0, (B7Stream)0, 0);
  assert_int_equal(b7_random_bits(&random), 0x6627e8d5u);
  assert_int_equal(b7_random_bits(&random), 0xe169c58du);
  assert_int_equal(b7_random_bits(&random), 0xbc57ac4cu);
  assert_int_equal(b7_random_bits(&random), 0x9b00dbd8u);
}

static void address_decides_not_order(void **state) {
  (void)state;
  B7Random walk = b7_random_at(7, 12, B7_STREAM_PARAMETERS, 0);
  uint32_t walked[40];
  for (int i = 0; i < 40; i++) walked[i] = b7_random_bits(&walk);
  for (int i = 39; i >= 0; i--) {
    B7Random jump = b7_random_at(7, 12, B7_STREAM_PARAMETERS, (uint64_t)i);
    assert_int_equal(b7_random_bits(&jump), walked[i]);
  }
  B7Random other = b7_random_at(7, 12, B7_STREAM_HAZARDS, 0);
  assert_int_not_equal(b7_random_bits(&other), walked[0]);
}

static void normal_quantile_inverts_erfc(void **state) {
  (void)state;
  for (double p = 1e-300; p < 0.5; p *= 1.7) {
    double z = b7_normal_quantile(p);
    double back = 0.5 * erfc(-z * M_SQRT1_2);
    assert_true(fabs(back / p - 1) < 1e-11 * (1 + z * z));
    // exact symmetry only where 1 - p is exact
    if (p > 0.1) assert_true(fabs(b7_normal_quantile(1 - p) + z) < 1e-14);
  }
  assert_true(isinf(b7_normal_quantile(0)) && isinf(b7_normal_quantile(1)) && isnan(b7_normal_quantile(1.5)));
}

/* mean and variance of many draws within five standard errors of what they must be */
static void check_moments(const char *what, double (*draw)(B7Random *), double mean, double variance,
                          double kurtosis) {
  enum { DRAWS = 200000 };
  B7Random random = b7_random_at(20261121, 3, B7_STREAM_TRIAL, 0);
  double sum = 0, squares = 0;
  for (int i = 0; i < DRAWS; i++) {
    double x = draw(&random) - mean;
    sum += x;
    squares += x * x;
  }
  double z_mean = sum / DRAWS / sqrt(variance / DRAWS);
  double z_variance = (squares / DRAWS / variance - 1) / sqrt((kurtosis - 1) / DRAWS);
  if (fabs(z_mean) > 5 || fabs(z_variance) > 5)
    fail_msg("%s: z of mean %g, of variance %g", what, z_mean, z_variance);
}

static double poisson3(B7Random *r) {
  return (double)b7_random_poisson(r, 3);
}
static double poisson250(B7Random *r) {
  return (double)b7_random_poisson(r, 250);
}
static double binomial_few(B7Random *r) {
  return (double)b7_random_binomial(r, 20, 0.1);
}
static double binomial_many(B7Random *r) {
  return (double)b7_random_binomial(r, 1000, 0.7);
}

static void distributions_have_their_moments(void **state) {
  (void)state;
  check_moments("uniform", b7_random_uniform, 0.5, 1.0 / 12, 1.8);
  check_moments("normal", b7_random_normal, 0, 1, 3);
  check_moments("exponential", b7_random_exponential, 1, 1, 9);
  check_moments("poisson 3", poisson3, 3, 3, 3 + 1.0 / 3);
  check_moments("poisson 250", poisson250, 250, 250, 3 + 1.0 / 250);
  check_moments("binomial 20, 0.1", binomial_few, 2, 1.8, 3 + (1 - 6 * 0.09) / 1.8);
  check_moments("binomial 1000, 0.7", binomial_many, 700, 210, 3 + (1 - 6 * 0.21) / 210);
}

static void edges(void **state) {
  (void)state;
  B7Random random = b7_random_at(1, 1, B7_STREAM_FIT, 0);
  assert_int_equal(b7_random_poisson(&random, 0), 0);
  assert_int_equal(b7_random_poisson(&random, NAN), 0);
  assert_int_equal(b7_random_binomial(&random, 0, 0.5), 0);
  assert_int_equal(b7_random_binomial(&random, 9, 1), 9);
  for (int i = 0; i < 1000; i++) {
    int64_t k = b7_random_binomial(&random, 100, 0.5);
    assert_true(k >= 0 && k <= 100);
  }
}

static void skipping_goes_on_as_if_drawn(void **state) {
  (void)state;
  // from odd places too, where a number straddles two blocks of the generator
  for (uint64_t start = 0; start < 8; start++) {
    B7Random drawn = b7_random_at(3, 5, B7_STREAM_TRIAL, start), skipped = drawn, halves = drawn;
    b7_random_uniform(&drawn);
    b7_random_skip_uniform(&skipped);
    assert_int_equal(drawn.index, skipped.index);
    assert_float_equal(b7_random_uniform(&drawn), b7_random_uniform(&skipped), 0);
    uint64_t high = b7_random_bits(&halves), low = b7_random_bits(&halves);
    uint64_t bits = (high << 21 ^ low >> 11) & ((1ull << 53) - 1);
    B7Random whole = b7_random_at(3, 5, B7_STREAM_TRIAL, start);
    assert_float_equal(b7_random_uniform(&whole), ((double)bits + 0.5) * 0x1p-53, 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(known_answers),
      cmocka_unit_test(skipping_goes_on_as_if_drawn),
      cmocka_unit_test(address_decides_not_order),
      cmocka_unit_test(normal_quantile_inverts_erfc),
      cmocka_unit_test(distributions_have_their_moments),
      cmocka_unit_test(edges),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
