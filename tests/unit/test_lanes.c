/* The vector type and its operations, at the width that this file is compiled for (1);
 * tests/unit/test_lanes_8.c has 8. */
#include "test_base.h"

#include <math.h>
#include <string.h>

#include "kernel/lane_math.h"

static const double samples[] = {0.0, -0.0, 1.0, -2.5, 1e-310, 1e300, INFINITY, -INFINITY, NAN, 0.1};
#define SAMPLES ((int)(sizeof samples / sizeof *samples))

B7_INLINE double lane_of(V v, int lane) {
  return b7v_lane(v, lane);
}

/* sample (i + lane) in each lane */
B7_INLINE V vary(int i) {
  _Alignas(64) double values[B7_LANES];
  for (int w = 0; w < B7_LANES; w++) values[w] = samples[(i + w) % SAMPLES];
  return b7v_load(values);
}

B7_INLINE void expect(V got, int lane, double wanted, const char *what) {
  double value = lane_of(got, lane);
  if (!(value == wanted && signbit(value) == signbit(wanted)) && !(isnan(value) && isnan(wanted)))
    fail_msg("%s, lane %d: %g instead of %g", what, lane, value, wanted);
}

static void arithmetic_is_that_of_each_lane(void **state) {
  (void)state;
  for (int i = 0; i < SAMPLES; i++)
    for (int j = 0; j < SAMPLES; j++)
      for (int w = 0; w < B7_LANES; w++) {
        double a = samples[(i + w) % SAMPLES], b = samples[(j + w) % SAMPLES], c = 0.3;
        V x = vary(i), y = vary(j), z = b7v_set(c);
        expect(x + y, w, a + b, "+");
        expect(x * y, w, a * b, "*");
        expect(x / y, w, a / b, "/");
        expect(b7v_fma(x, y, z), w, fma(a, b, c), "fma");
        expect(b7v_fms(x, y, z), w, fma(a, b, -c), "fms");
        expect(b7v_fnma(x, y, z), w, fma(-a, b, c), "fnma");
        expect(b7v_abs(x), w, fabs(a), "abs");
        if (a >= 0) expect(b7v_sqrt(x), w, sqrt(a), "sqrt");
        // NaN stays visible, from either side
        expect(b7v_min(x, y), w, isnan(a) || isnan(b) ? NAN : a < b ? a : b, "min");
        expect(b7v_max(x, y), w, isnan(a) || isnan(b) ? NAN : a > b ? a : b, "max");
      }
}

static void comparisons_choose_lane_by_lane(void **state) {
  (void)state;
  V yes = b7v_set(1.0), no = b7v_set(2.0);
  for (int i = 0; i < SAMPLES; i++)
    for (int j = 0; j < SAMPLES; j++) {
      V x = vary(i), y = vary(j);
      int any = 0, all = 1;
      for (int w = 0; w < B7_LANES; w++) {
        double a = samples[(i + w) % SAMPLES], b = samples[(j + w) % SAMPLES];
        expect(b7v_select(b7v_lt(x, y), yes, no), w, a < b ? 1 : 2, "<");
        expect(b7v_select(b7v_le(x, y), yes, no), w, a <= b ? 1 : 2, "<=");
        expect(b7v_select(b7v_gt(x, y), yes, no), w, a > b ? 1 : 2, ">");
        expect(b7v_select(b7v_ge(x, y), yes, no), w, a >= b ? 1 : 2, ">=");
        expect(b7v_select(b7v_eq(x, y), yes, no), w, a == b ? 1 : 2, "==");
        expect(b7v_select(b7v_ne(x, y), yes, no), w, a != b ? 1 : 2, "!=");
        expect(b7v_select(b7m_not(b7v_lt(x, y)), yes, no), w, a < b ? 2 : 1, "not <");
        expect(b7v_select(b7m_and(b7v_lt(x, y), b7v_lt(x, no)), yes, no), w, a < b && a < 2 ? 1 : 2, "and");
        expect(b7v_select(b7m_or(b7v_lt(x, y), b7v_lt(x, no)), yes, no), w, a < b || a < 2 ? 1 : 2, "or");
        assert_int_equal(b7m_lane(b7v_lt(x, y), w), a < b);
        any |= a < b, all &= a < b;
      }
      assert_int_equal(b7m_any(b7v_lt(x, y)), any);
      assert_int_equal(b7m_all(b7v_lt(x, y)), all);
    }
}

static void lanes_are_reached_singly(void **state) {
  (void)state;
  for (int w = 0; w < B7_LANES; w++) {
    V v = b7v_with_lane(b7v_set(1.0), w, 5.0);
    V chosen = b7v_select(b7m_only(w), b7v_set(5.0), b7v_set(1.0));
    for (int k = 0; k < B7_LANES; k++) {
      expect(v, k, k == w ? 5 : 1, "with lane");
      expect(chosen, k, k == w ? 5 : 1, "only");
    }
  }
  VI bits = b7v_bits(b7v_set(-1.0)) >> 52;
  expect(b7v_from_bits(bits | b7v_bits(b7v_set(0x1p52))), 0, 0x1p52 + 0xbff, "shift");
}

static void powers_of_amounts_are_close(void **state) {
  (void)state;
  for (int i = 0; i < 20000; i++) {
    double x = exp(-40 + 80 * (i / 20000.0)), y = -3 + 0.37 * (i % 31);
    if (i % 3 == 0) x = 1 + 1e-6 * (i - 10000);
    double expected = pow(x, y), got = lane_of(b7v_pow_amount(b7v_set(x), b7v_set(y)), 0);
    if (fabs(got / expected - 1) > 5e-16 * (1 + fabs(y * log(x))))
      fail_msg("%.17g ^ %.17g: %.17g", x, y, got);
  }
  V zero = b7v_set(0.0), two = b7v_set(2.0);
  expect(b7v_pow_amount(zero, two), 0, 0, "0^2");
  expect(b7v_pow_amount(zero, zero), 0, 1, "0^0");
  expect(b7v_pow_amount(zero, -two), 0, INFINITY, "0^-2");
  expect(b7v_pow_amount(b7v_set(NAN), two), 0, NAN, "NaN^2");
  expect(b7v_pow_amount(two, b7v_set(NAN)), 0, NAN, "2^NaN");
  expect(b7v_pow_amount(b7v_set(INFINITY), two), 0, NAN, "inf^2");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(arithmetic_is_that_of_each_lane),
      cmocka_unit_test(comparisons_choose_lane_by_lane),
      cmocka_unit_test(lanes_are_reached_singly),
      cmocka_unit_test(powers_of_amounts_are_close),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
