#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "hand_kernel.h"
#include "sim/simulation_setup.h"

/* tighter runs have smaller absolute tolerances, looser ones the same; only amounts have a lowest value */
static void tolerances_follow_what_is_negligible(void **state) {
  (void)state;
  HandKernel kernel;
  hand_kernel_make(&kernel, &hand_predator);
  kernel.states[0].negligible = 1e-3;
  kernel.states[0].cells_per_unit = 1e9;
  kernel.states[1].negligible = 10;
  kernel.states[1].cells_per_unit = 0;
  B7Arena arena = b7_arena_make(NULL);
  const double relative[] = {1e-3, 1e-6, 1e-8};
  double before[2] = {0};
  for (int i = 0; i < 3; i++) {
    B7SimulationSetup setup = {.tables = &kernel.tables};
    b7_simulate_options_default(&setup.options, sizeof setup.options);
    setup.options.relative_tolerance = relative[i];
    assert_int_equal(b7_simulation_tolerances(&arena, &setup, NULL), B7_OK);
    assert_float_equal(setup.absolute[1] / setup.absolute[0], 1e4, 1e-6);
    assert_true(setup.absolute[0] > 0 && setup.absolute[0] <= 1e-3);
    if (i == 1) assert_float_equal(setup.absolute[0], before[0], 0);
    if (i == 2) assert_float_equal(setup.absolute[0] / before[0], 1e-2, 1e-12);
    assert_true(setup.lowest[0] < 0 && setup.lowest[0] <= -setup.absolute[0]);
    assert_true(isinf(setup.lowest[1]));
    for (int s = 0; s < 2; s++) before[s] = setup.absolute[s];
  }
  b7_arena_free(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(tolerances_follow_what_is_negligible)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
