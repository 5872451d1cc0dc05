/* Counted states inside the batch: closed form of extinction and its time, tick length, return, groups,
 * arrivals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "hand_kernel.h"
#include "kernel/extinction.h"

static B7Result *run(const HandModel *model, const B7Plan *plan, int64_t patients, uint64_t seed) {
  HandKernel kernel;
  hand_kernel_make(&kernel, model);
  B7Population *population = NULL;
  B7Error error;
  assert_int_equal(
      b7_population_from_tables(&kernel.tables, patients, 7, false, NULL, 0, NULL, &population, &error),
      B7_OK);
  B7SimulateOptions options;
  b7_simulate_options_default(&options, sizeof options);
  options.seed = seed;
  options.threads = 1;
  B7Result *result = NULL;
  if (b7_simulate_source(&kernel.source, plan, population, &options, NULL, &result, &error) != B7_OK)
    fail_msg("%s", error.message);
  b7_population_free(population);
  return result;
}

static double died_by(double birth, double death, double t) {
  double e = exp((birth - death) * t);
  return death * (e - 1) / (birth * e - death);
}

/* ten parameter sets; extinction by three times each, so that the distribution of its time is tested too */
static void extinction_follows_the_closed_form(void **state) {
  (void)state;
  const struct {
    double n, birth, death;
  } sets[] = {{1, 0.3, 0.4},  {2, 0.4, 0.3},  {5, 0.2, 0.25},  {20, 0.3, 0.4}, {60, 0.05, 0.25},
              {90, 0.1, 0.5}, {3, 0.5, 0.45}, {80, 0.01, 0.3}, {10, 0.6, 0.7}, {40, 0.04, 1.0}};
  const double outputs[] = {0, 4.1, 9.3, 20};
  const int64_t runs = 100000;
  double sum_z2 = 0;
  int tested = 0;
  for (size_t s = 0; s < sizeof sets / sizeof *sets; s++) {
    HandModel model = hand_cells;
    model.start[0] = sets[s].n;
    model.own[0] = sets[s].birth;
    model.own[1] = sets[s].death;
    B7Arena arena = b7_arena_make(NULL);
    B7Plan plan = hand_plan(&arena, 20, NULL, 0, outputs, 4);
    B7Result *result = run(&model, &plan, runs, 5 + s);
    const double *values = b7_result_values(result, 0);
    for (int t = 1; t < 4; t++) {
      int64_t extinct = 0;
      for (int64_t i = 0; i < runs; i++) extinct += values[i * 4 + t] == 0;
      // an output sees the count of the last tick before it
      double tick_day = (ceil(outputs[t] / B7_TICK_DAY - 1e-9) - 1) * B7_TICK_DAY;
      double p = pow(died_by(sets[s].birth, sets[s].death, tick_day), sets[s].n);
      if (p < 1e-3 || p > 0.999) continue;
      double z = ((double)extinct / (double)runs - p) / sqrt(p * (1 - p) / (double)runs);
      print_message("set %zu day %g: extinct %.5f exact %.5f z %.2f\n", s, tick_day,
                    (double)extinct / (double)runs, p, z);
      assert_true(fabs(z) < 3);
      sum_z2 += z * z;
      tested++;
    }
    b7_result_free(result);
    b7_arena_free(&arena);
  }
  assert_true(tested >= 15);
  assert_true(sum_z2 > 0.2 * tested && sum_z2 < 2.2 * tested);
}

/* a tumour killed by a decaying drug: death rate changes within a tick; against the exact simulation with the
 * rate in time */
static void drug_slope(const double *own, const double *latch, const double *drive, const double *y,
                       double *f) {
  (void)latch;
  f[0] = (own[0] - own[1] - drive[0]) * y[0];
}
static void drug_jacobian(const double *own, const double *latch, const double *drive, const double *y,
                          double *j) {
  (void)latch, (void)y;
  j[0] = own[0] - own[1] - drive[0];
}
static void drug_time_slope(const double *own, const double *latch, const double *drive_per_day,
                            const double *y, double *f) {
  (void)own, (void)latch;
  f[0] = -drive_per_day[0] * y[0];
}
static void drug_propensity(const double *own, const double *latch, const double *drive, const double *y,
                            double *rate) {
  (void)latch;
  rate[0] = own[0] * y[0];
  rate[1] = (own[1] + drive[0]) * y[0];
}
static const HandModel drug_cells = {
    .name = "drug",
    .n = 1,
    .n_exact = 1,
    .n_own = 2,
    .n_reaction = 2,
    .own = {0.12, 0.04},
    .decay_per_day = {1.2},
    .negligible = 1e-3,
    .cells_per_unit = 1,
    .count_below = 100,
    .start = {3000},
    .reactions = {{.name = "birth", .state = 0, .change = 1}, {.name = "death", .state = 0, .change = -1}},
    .slope = drug_slope,
    .jacobian = drug_jacobian,
    .time_slope = drug_time_slope,
    .propensity = drug_propensity};

/* exact extinction probability of the inhomogeneous process from n cells (Kendall 1948):
   P = (1 - 1 / (exp(rho(T)) + integral of birth exp(rho(t))))^n with rho(t) the integral of death - birth, by
   quadrature */
static double inhomogeneous_extinction(double n, double dose, double end_day) {
  const double birth = 0.12, death = 0.04, k = 1.2;
  const int steps = 20000;
  double h = end_day / steps, integral = 0;
  double rho_end = (death - birth) * end_day + dose * (1 - exp(-k * end_day)) / k;
  for (int i = 0; i <= steps; i++) {
    double t = i * h, rho = (death - birth) * t + dose * (1 - exp(-k * t)) / k;
    integral += (i == 0 || i == steps ? 0.5 : 1) * h * birth * exp(rho);
  }
  double alive = 1 / (exp(rho_end) + integral);
  return pow(1 - alive, n);
}

static void killing_that_changes_in_time(void **state) {
  (void)state;
  // from far above the threshold through it: the deterministic part, the hand-over and the ticks together
  const double dose = 10.0, outputs[] = {0, 30};
  const HandDose doses[] = {{0, 1, 0, dose}};
  const int64_t runs = 40000;
  B7Arena arena = b7_arena_make(NULL);
  B7Plan plan = hand_plan(&arena, 30, doses, 1, outputs, 2);
  B7Result *result = run(&drug_cells, &plan, runs, 21);
  int64_t extinct = 0;
  for (int64_t i = 0; i < runs; i++) extinct += b7_result_values(result, 0)[i * 2 + 1] == 0;
  double p = inhomogeneous_extinction(3000, dose, 30), share = (double)extinct / (double)runs;
  print_message("extinct %.4f, exact %.4f (never counted above the threshold)\n", share, p);
  // the stated error of frozen rates over a tick and of no chance above the threshold
  assert_float_equal(share, p, 0.02);
  b7_result_free(result);
  b7_arena_free(&arena);
}

static void regrowth_returns_to_the_equations(void **state) {
  (void)state;
  HandModel model = hand_cells;
  model.start[0] = 50;
  model.own[0] = 0.5;
  model.own[1] = 0.05;
  const double outputs[] = {0, 5, 25};
  B7Arena arena = b7_arena_make(NULL);
  B7Plan plan = hand_plan(&arena, 25, NULL, 0, outputs, 3);
  const int64_t runs = 4000;
  B7Result *result = run(&model, &plan, runs, 3);
  double sum = 0;
  int64_t whole = 0;
  for (int64_t i = 0; i < runs; i++) {
    const double *row = b7_result_values(result, 0) + i * 3;
    sum += row[2];
    whole += row[2] == floor(row[2]);
  }
  // the mean grows as exp((birth - death) t); the relative sd of the mean is sqrt((b + d) / ((b - d) n runs))
  double mean = 50 * exp(0.45 * 25);
  assert_float_equal(sum / (double)runs / mean, 1, 4 * sqrt(0.55 / 0.45 / 50 / (double)runs));
  assert_true(whole < runs / 10);
  b7_result_free(result);
  b7_arena_free(&arena);
}

static void arrivals_found_a_population(void **state) {
  (void)state;
  HandModel model = hand_cells;
  model.start[0] = 0;
  model.own[0] = 0.1;
  model.own[1] = 0.5;
  model.own[2] = 2;
  const double outputs[] = {0, 30};
  B7Arena arena = b7_arena_make(NULL);
  B7Plan plan = hand_plan(&arena, 30, NULL, 0, outputs, 2);
  const int64_t runs = 20000;
  B7Result *result = run(&model, &plan, runs, 4);
  double sum = 0, sum2 = 0;
  for (int64_t i = 0; i < runs; i++) {
    double n = b7_result_values(result, 0)[i * 2 + 1];
    sum += n;
    sum2 += n * n;
  }
  // stationary law: negative binomial with mean a / (d - b) and variance a d / (d - b)^2
  double mean = sum / (double)runs, variance = sum2 / (double)runs - mean * mean;
  assert_true(fabs(mean - 5) < 3.5 * sqrt(6.25 / (double)runs));
  assert_float_equal(variance / 6.25, 1, 0.06);
  b7_result_free(result);
  b7_arena_free(&arena);
}

/* three phenotypes of one population: none may live on alone below the threshold of the sum */
static void group_slope(const double *own, const double *latch, const double *drive, const double *y,
                        double *f) {
  (void)latch, (void)drive;
  f[0] = -own[0] * y[0];
  f[1] = own[0] * y[0] - own[1] * y[1];
  f[2] = 0.1 * y[1] - own[1] * y[2];
}
static void group_jacobian(const double *own, const double *latch, const double *drive, const double *y,
                           double *j) {
  (void)latch, (void)drive, (void)y;
  j[0] = -own[0];
  j[3] = own[0], j[4] = -own[1];
  j[7] = 0.1, j[8] = -own[1];
}

static void groups_die_together_and_come_back_by_infusion(void **state) {
  (void)state;
  const HandModel model = {.name = "group",
                           .n = 3,
                           .n_own = 2,
                           .own = {1, 0.5},
                           .negligible = 1e-9,
                           .cells_per_unit = 1e9,
                           .count_below = 100,
                           .clear_group = 1,
                           .start = {0, 0, 0},
                           .slope = group_slope,
                           .jacobian = group_jacobian};
  double outputs[61];
  for (int i = 0; i < 61; i++) outputs[i] = 2 * i;
  const HandDose doses[] = {{10, 0, 0, 0.1}, {100, 0, 0, 0.1}};
  B7Arena arena = b7_arena_make(NULL);
  B7Plan plan = hand_plan(&arena, 120, doses, 2, outputs, 61);
  B7Result *result = run(&model, &plan, 1, 4);
  double died = NAN;
  const B7HappenedEvent *rows;
  int32_t count = b7_result_events(result, 0, &rows);
  for (int32_t i = 0; i < count; i++)
    if (rows[i].event == -1) died = rows[i].t_day;
  assert_int_equal(count, 3);
  assert_true(died > 40 && died < 70);
  for (int i = 0; i < 61; i++) {
    double sum = 0;
    for (int o = 0; o < 3; o++) sum += b7_result_values(result, o)[i];
    bool alive = (outputs[i] > 10 && outputs[i] < died) || outputs[i] > 100;
    if (alive)
      assert_true(sum > 90e-9);
    else
      assert_true(sum == 0);
  }
  b7_result_free(result);
  b7_arena_free(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(extinction_follows_the_closed_form),
      cmocka_unit_test(killing_that_changes_in_time),
      cmocka_unit_test(regrowth_returns_to_the_equations),
      cmocka_unit_test(arrivals_found_a_population),
      cmocka_unit_test(groups_die_together_and_come_back_by_infusion),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
