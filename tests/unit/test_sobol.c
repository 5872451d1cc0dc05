#include "test_base.h"

#include <math.h>
#include <stdbool.h>

#include "base/random.h"
#include "base/sobol.h"

static B7Sobol sobol;

static double plain(int32_t dimension, uint32_t index) {
  // published lists go by Gray code
  return b7_sobol_bits(&sobol, dimension, index ^ index >> 1) * 0x1p-32;
}

/* printed by the program of Joe and Kuo, and by scipy.stats.qmc.Sobol (1.17) for the later dimensions */
static void points_are_those_published(void **state) {
  (void)state;
  static const double first[9][8] = {{0, 0, 0, 0, 0, 0, 0, 0},
                                     {0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5},
                                     {0.75, 0.25, 0.25, 0.25, 0.75, 0.75, 0.25, 0.75},
                                     {0.25, 0.75, 0.75, 0.75, 0.25, 0.25, 0.75, 0.25},
                                     {0.375, 0.375, 0.625, 0.875, 0.375, 0.125, 0.375, 0.875},
                                     {0.875, 0.875, 0.125, 0.375, 0.875, 0.625, 0.875, 0.375},
                                     {0.625, 0.125, 0.875, 0.625, 0.625, 0.875, 0.125, 0.125},
                                     {0.125, 0.625, 0.375, 0.125, 0.125, 0.375, 0.625, 0.625},
                                     {0.1875, 0.3125, 0.9375, 0.4375, 0.5625, 0.3125, 0.4375, 0.9375}};
  static const int32_t dimensions[] = {0, 1, 2, 9, 40, 63, 95};
  static const struct {
    uint32_t index;
    double value[7];
  } later[] = {
      {100, {0.4140625, 0.2578125, 0.7734375, 0.6953125, 0.7109375, 0.6484375, 0.6640625}},
      {777,
       {0.6923828125, 0.9365234375, 0.1630859375, 0.3232421875, 0.7216796875, 0.4267578125, 0.1591796875}},
      {1023,
       {0.0009765625, 0.7529296875, 0.6123046875, 0.8505859375, 0.6318359375, 0.0400390625, 0.0224609375}}};
  b7_sobol_make(7, &sobol);
  for (uint32_t i = 0; i < 9; i++) {
    for (int32_t d = 0; d < 8; d++) assert_true(plain(d, i) == first[i][d]);
  }
  for (size_t k = 0; k < 3; k++) {
    for (size_t d = 0; d < 7; d++) assert_true(plain(dimensions[d], later[k].index) == later[k].value[d]);
  }
}

/* scrambling keeps the structure: every 1024 points hit each of 1024 equal parts once, in every dimension */
static void parts_are_hit_evenly(void **state) {
  (void)state;
  b7_sobol_make(99, &sobol);
  for (int32_t d = 0; d < B7_SOBOL_DIMENSIONS; d++) {
    int hits[1024] = {0};
    for (uint64_t i = 4096; i < 4096 + 1024; i++) hits[(int)(1024 * b7_sobol_uniform(&sobol, d, i))]++;
    for (int k = 0; k < 1024; k++) assert_int_equal(hits[k], 1);
  }
  // and squares of the first two dimensions
  int squares[32][32] = {{0}};
  for (uint64_t i = 0; i < 1024; i++)
    squares[(int)(32 * b7_sobol_uniform(&sobol, 0, i))][(int)(32 * b7_sobol_uniform(&sobol, 1, i))]++;
  for (int k = 0; k < 1024; k++) assert_int_equal(squares[k / 32][k % 32], 1);
}

/* over seeds a scrambled point is uniform: means and chi-squared of 16 parts of a fixed point */
static void points_are_uniform_over_seeds(void **state) {
  (void)state;
  enum { SEEDS = 4000 };
  static const int32_t dimensions[] = {0, 1, 17, 60, 95};
  static const uint64_t points[] = {0, 1, 5, 1000003};
  for (size_t p = 0; p < 4; p++) {
    double sum[5] = {0};
    int parts[5][16] = {{0}};
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
      b7_sobol_make(seed, &sobol);
      for (int d = 0; d < 5; d++) {
        double u = b7_sobol_uniform(&sobol, dimensions[d], points[p]);
        sum[d] += u;
        parts[d][(int)(16 * u)]++;
      }
    }
    for (int d = 0; d < 5; d++) {
      double chi = 0;
      for (int k = 0; k < 16; k++) chi += pow(parts[d][k] - SEEDS / 16.0, 2) / (SEEDS / 16.0);
      assert_true(fabs(sum[d] / SEEDS - 0.5) < 5 * sqrt(1.0 / 12 / SEEDS));
      assert_true(chi < 45); // 15 degrees of freedom: 1 in 10,000
    }
  }
}

/* the error of a mean over 1024 points in six dimensions, as its spread over seeds */
static double spread_of_mean(bool even) {
  enum { SEEDS = 60, POINTS = 1024, DIMENSIONS = 6 };
  double sum = 0, squares = 0;
  for (uint64_t seed = 1; seed <= SEEDS; seed++) {
    double mean = 0;
    b7_sobol_make(seed, &sobol);
    for (uint64_t i = 0; i < POINTS; i++) {
      B7Random random = b7_random_at(seed, i, B7_STREAM_PARAMETERS, 0);
      double z = 0;
      for (int d = 0; d < DIMENSIONS; d++)
        z += b7_normal_quantile(even ? b7_sobol_uniform(&sobol, d, i) : b7_random_uniform(&random));
      mean += exp(0.3 * z) / POINTS;
    }
    sum += mean;
    squares += mean * mean;
  }
  return sqrt((squares - sum * sum / SEEDS) / (SEEDS - 1));
}

static void means_settle_sooner(void **state) {
  (void)state;
  double even = spread_of_mean(true), chance = spread_of_mean(false);
  if (!(even < 0.2 * chance)) fail_msg("spread %g against %g at random", even, chance);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(points_are_those_published),
      cmocka_unit_test(parts_are_hit_evenly),
      cmocka_unit_test(points_are_uniform_over_seeds),
      cmocka_unit_test(means_settle_sooner),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
