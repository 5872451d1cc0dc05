#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>

#include "base/random.h"
#include "kernel/lane_math.h"

/* the reference is long double: 64 bits of mantissa */
static double relative(double got, long double want) {
  if (want == 0) return got == 0 ? 0 : INFINITY;
  return (double)fabsl(((long double)got - want) / want);
}

static void exp_is_accurate(void **state) {
  (void)state;
  B7Random random = b7_random_at(1, 0, B7_STREAM_FIT, 0);
  double worst = 0;
  for (int i = 0; i < 200000; i++) {
    double x = (b7_random_uniform(&random) - 0.5) * (i % 2 ? 1416 : 4);
    worst = fmax(worst, relative(b7v_lane(b7v_exp(b7v_set(x)), 0), expl((long double)x)));
  }
  print_message("exp: worst relative error %.2g\n", worst);
  assert_true(worst < 2.5e-16);
}

static void log_is_accurate(void **state) {
  (void)state;
  B7Random random = b7_random_at(2, 0, B7_STREAM_FIT, 0);
  double worst = 0, worst10 = 0;
  for (int i = 0; i < 200000; i++) {
    double u = b7_random_uniform(&random);
    double x = i % 3 == 0 ? exp((u - 0.5) * 1400) : i % 3 == 1 ? 1 + (u - 0.5) * 1e-3 : 0.5 + 2 * u;
    worst = fmax(worst, relative(b7v_lane(b7v_log(b7v_set(x)), 0), logl((long double)x)));
    worst10 = fmax(worst10, relative(b7v_lane(b7v_log10(b7v_set(x)), 0), log10l((long double)x)));
  }
  print_message("log: worst relative error %.2g, log10 %.2g\n", worst, worst10);
  assert_true(worst < 2.5e-16);
  assert_true(worst10 < 2.5e-16);
}

static void pow_is_accurate(void **state) {
  (void)state;
  B7Random random = b7_random_at(3, 0, B7_STREAM_FIT, 0);
  double worst = 0;
  for (int i = 0; i < 200000; i++) {
    double x = exp((b7_random_uniform(&random) - 0.5) * (i % 2 ? 40 : 700)),
           y = (b7_random_uniform(&random) - 0.5) * 16;
    long double want = powl((long double)x, (long double)y);
    if (want > 1e300L || want < 1e-300L) continue;
    worst = fmax(worst, relative(b7v_lane(b7v_pow(b7v_set(x), b7v_set(y)), 0), want));
  }
  print_message("pow: worst relative error %.2g\n", worst);
  assert_true(worst < 3e-16);
}

/* what decays: the same as exp where it matters, never below e^-708, NaN stays */
static void decay_is_accurate(void **state) {
  (void)state;
  B7Random random = b7_random_at(4, 0, B7_STREAM_FIT, 0);
  double worst = 0;
  for (int i = 0; i < 200000; i++) {
    double x = -b7_random_uniform(&random) * (i % 2 ? 708 : 4);
    worst = fmax(worst, relative(b7v_lane(b7v_exp_decay(b7v_set(x)), 0), expl((long double)x)));
  }
  print_message("decay: worst relative error %.2g\n", worst);
  assert_true(worst < 2.5e-16);
  assert_true(b7v_lane(b7v_exp_decay(b7v_set(0.0)), 0) == 1);
  assert_true(b7v_lane(b7v_exp_decay(b7v_set(-1e9)), 0) < 1e-300);
  assert_true(b7v_lane(b7v_exp_decay(b7v_set(-INFINITY)), 0) < 1e-300);
  assert_true(isnan(b7v_lane(b7v_exp_decay(b7v_set(NAN)), 0)));
}

static void same(double got, double want) {
  if (isnan(want)) {
    assert_true(isnan(got));
    return;
  }
  if (isinf(want) || want == 0) {
    assert_true(got == want && signbit(got) == signbit(want));
    return;
  }
  assert_true(fabs(got - want) <= 4e-16 * fabs(want) + 1e-323);
}

static void special_values_follow_annex_f(void **state) {
  (void)state;
  const double values[] = {0.0,       -0.0, 1.0,   -1.0,   2.0,    -2.0,   3.0,     -3.0,
                           0.5,       -0.5, 1e308, -1e308, 1e-308, 5e-324, -5e-324, INFINITY,
                           -INFINITY, NAN,  709.7, -708.0, -744.0, 1e16};
  const int n = sizeof values / sizeof *values;
  for (int i = 0; i < n; i++) {
    double x = values[i];
    same(b7v_lane(b7v_exp(b7v_set(x)), 0), exp(x));
    same(b7v_lane(b7v_log(b7v_set(x)), 0), log(x));
    same(b7v_lane(b7v_log10(b7v_set(x)), 0), log10(x));
    for (int j = 0; j < n; j++) {
      double got = b7v_lane(b7v_pow(b7v_set(x), b7v_set(values[j])), 0), want = pow(x, values[j]);
      if (!(isnan(got) && isnan(want)) && !(got == want && signbit(got) == signbit(want)) &&
          !(fabs(got - want) <= 1e-14 * fabs(want) + 1e-323))
        fail_msg("pow(%g, %g) is %g, not %g", x, values[j], got, want);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(exp_is_accurate),
      cmocka_unit_test(decay_is_accurate),
      cmocka_unit_test(log_is_accurate),
      cmocka_unit_test(pow_is_accurate),
      cmocka_unit_test(special_values_follow_annex_f),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
