/* Orders of the methods, measured: errors of fixed steps on a nonlinear problem driven by a decaying dose. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "hand_kernel.h"
#include "kernel/stepper.h"

typedef struct Method {
  const char *name;
  const B7Rosenbrock *rosenbrock;
  const B7Explicit *explicit_method;
  int order, dense_order;
} Method;

static const Method methods[] = {
    {"rodas4", &b7_rodas4, NULL, 4, 3},
    {"rodas5p", &b7_rodas5p, NULL, 5, 4},
    {"tsit5", NULL, &b7_tsit5, 5, 4},
};

typedef struct End {
  double y[2], middle[2]; /* at t = 2, and half way through the last step */
} End;

static End fixed_steps(const Method *method, int32_t lanes, int steps, double end_day) {
  HandKernel kernel;
  hand_kernel_make(&kernel, &hand_predator);
  const B7KernelCode *code = hand_code(&kernel, lanes);
  const B7Stepper *stepper = b7_stepper(lanes);
  assert_int_equal(stepper->lanes, lanes);
  B7Arena arena = b7_arena_make(NULL);
  B7Group g;
  assert_int_equal(b7_group_make(&arena, &kernel.tables, code, NULL, &g, NULL), B7_OK);
  double absolute[2] = {1e-9, 1e-9}, lowest[2] = {-INFINITY, -INFINITY};
  g.absolute = absolute;
  g.lowest = lowest;
  g.relative = 1e-6;
  g.safety = 0.9;
  g.exponent = 0.2;
  b7_group_amounts(&g);
  double half[8] __attribute__((aligned(64))), take[8] __attribute__((aligned(64)));
  for (int32_t w = 0; w < lanes; w++) {
    for (int i = 0; i < 4; i++) g.own[i * lanes + w] = hand_predator.own[i];
    g.y[w] = 2;
    g.y[lanes + w] = 1;
    g.x[w] = 1.5;
    g.slope_stale[w] = 1;
    g.h_day[w] = end_day / steps;
    half[w] = 0.5;
    take[w] = 1;
  }
  b7_group_derive(&g);
  b7_group_drive(&g);
  End end = {{0}, {0}};
  for (int s = 0; s < steps; s++) {
    if (method->rosenbrock)
      stepper->rosenbrock_step(&g, method->rosenbrock);
    else
      stepper->explicit_step(&g, method->explicit_method);
    if (s == steps - 1) {
      if (method->rosenbrock)
        stepper->rosenbrock_sample(&g, method->rosenbrock, half);
      else
        stepper->explicit_sample(&g, method->explicit_method, half);
      for (int i = 0; i < 2; i++) end.middle[i] = g.sample[i * lanes + lanes - 1];
    }
    if (method->rosenbrock)
      stepper->rosenbrock_advance(&g, take);
    else
      stepper->explicit_advance(&g, method->explicit_method, take);
  }
  for (int i = 0; i < 2; i++) end.y[i] = g.y[i * lanes + lanes - 1];
  b7_arena_free(&arena);
  return end;
}

static double distance(const double *a, const double *b) {
  return fmax(fabs(a[0] / b[0] - 1), fabs(a[1] / b[1] - 1));
}

static void orders_are_as_published(void **state) {
  (void)state;
  for (size_t m = 0; m < sizeof methods / sizeof *methods; m++) {
    End exact = fixed_steps(&methods[2], 1, 4096, 2);
    double coarse = distance(fixed_steps(&methods[m], 1, 16, 2).y, exact.y);
    double fine = distance(fixed_steps(&methods[m], 1, 64, 2).y, exact.y);
    double order = log(coarse / fine) / log(4);
    print_message("%s: errors %.2g and %.2g at 16 and 64 steps, order %.2f\n", methods[m].name, coarse, fine,
                  order);
    assert_true(order > methods[m].order - 0.3);
    assert_true(order < methods[m].order + 1);
  }
}

static void dense_output_keeps_its_order(void **state) {
  (void)state;
  for (size_t m = 0; m < sizeof methods / sizeof *methods; m++) {
    // one step from exact values: the error of the middle is local, one order higher
    double errors[2];
    for (int k = 0; k < 2; k++) {
      double h = k ? 0.05 : 0.2;
      End middle = fixed_steps(&methods[m], 1, 1, h), exact = fixed_steps(&methods[2], 1, 1024, h / 2);
      errors[k] = distance(middle.middle, exact.y);
    }
    double order = log(errors[0] / errors[1]) / log(4);
    print_message("%s: dense output errors %.2g and %.2g, local order %.2f\n", methods[m].name, errors[0],
                  errors[1], order);
    assert_true(order > methods[m].dense_order + 1 - 0.3);
  }
}

static void widths_agree_to_the_bit(void **state) {
  (void)state;
  for (size_t m = 0; m < sizeof methods / sizeof *methods; m++) {
    End one = fixed_steps(&methods[m], 1, 37, 2);
    for (int32_t lanes = 2; lanes <= 8; lanes *= 2) {
      End many = fixed_steps(&methods[m], lanes, 37, 2);
      assert_memory_equal(&one, &many, sizeof one);
    }
  }
}

/* coefficients that must agree with each other: row sums of the tableau give the stage times */
static void stage_times_match_the_rows(void **state) {
  (void)state;
  for (int32_t s = 1; s < b7_tsit5.stages; s++) {
    double sum = 0;
    for (int32_t j = 0; j < s; j++) sum += b7_tsit5.a[s][j];
    assert_float_equal(sum, b7_tsit5.c[s], 1e-14);
  }
  for (int32_t j = 0; j < b7_tsit5.stages; j++) {
    double sum = 0, b = j < 6 ? b7_tsit5.a[6][j] : 0;
    for (int p = 0; p < 4; p++) sum += b7_tsit5.dense[j][p];
    assert_float_equal(sum, b, 1e-12);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(orders_are_as_published),
      cmocka_unit_test(dense_output_keeps_its_order),
      cmocka_unit_test(widths_agree_to_the_bit),
      cmocka_unit_test(stage_times_match_the_rows),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
