#include "test_base.h"

#include <math.h>
#include <string.h>

#include "base/random.h"
#include "trial/run/contrasts.h"
#include "trial/run/costs.h"

static const B7Costs PRICES = {.price = {[B7_COST_ITEM_PRODUCT] = 400000,
                                         [B7_COST_ITEM_STAY] = 80000,
                                         [B7_COST_ITEM_TRANSPLANT] = 300000,
                                         [B7_COST_ITEM_CHEMOTHERAPY] = 50000}};

static void the_shipped_prices_load(void **state) {
  (void)state;
  B7Arena arena = b7_arena_make(NULL);
  B7Costs costs;
  B7Error error;
  if (b7_costs_load(B7_SOURCE_FOLDER "/data/costs.yaml", &arena, &costs, &error) != B7_OK)
    fail_msg("%s", error.message);
  assert_string_equal(costs.unit, "USD of 2017 to 2020");
  for (int i = 0; i < B7_COST_ITEMS; i++) assert_true(costs.price[i] > 0);
  b7_arena_free(&arena);
}

static void items_add_up(void **state) {
  (void)state;
  B7CostTally tally = {0};
  const bool reached[B7_COST_PERS] = {true, true, false, false};
  B7CostCounts counts = {.products = 0.3, .infusions = 1, .transplants = 1, .courses = 2};
  assert_true(b7_cost_add(&tally, &PRICES, &counts, reached) == 120000 + 80000 + 300000 + 100000);
  b7_cost_add(&tally, &PRICES, &(B7CostCounts){0}, (bool[B7_COST_PERS]){true, false, false, false});
  assert_true(fabs(b7_cost_per(&tally, B7_COST_PER_ENROLLED, 0.95).value - 300000) < 1e-6);
  assert_true(fabs(b7_cost_per(&tally, B7_COST_PER_INFUSED, 0.95).value - 600000) < 1e-6);
  assert_true(isnan(b7_cost_per(&tally, B7_COST_PER_REMISSION, 0.95).value));
  double sum = 0;
  for (int i = 0; i < B7_COST_ITEMS; i++) sum += b7_cost_item(&tally, (B7CostItem)i, 0.95).value;
  assert_true(fabs(sum - 300000) < 1e-6);
}

/* only the infused cost anything, and all the same: nothing is left to chance */
static void what_is_certain_has_no_width(void **state) {
  (void)state;
  B7CostTally tally = {0};
  for (int i = 0; i < 50; i++) {
    bool infused = i < 47;
    B7CostCounts counts = {.products = infused, .infusions = infused};
    b7_cost_add(&tally, &PRICES, &counts, (bool[B7_COST_PERS]){true, infused, false, false});
  }
  B7Estimate cost = b7_cost_per(&tally, B7_COST_PER_INFUSED, 0.95);
  assert_true(fabs(cost.value - 480000) < 1e-3 && cost.upper - cost.lower < 1);
}

/* the interval of the cost of a remission holds the true ratio in 95 % of trials */
static void limits_hold_what_they_say(void **state) {
  (void)state;
  enum { TRIALS = 1500, PATIENTS = 150 };
  int held = 0;
  // remission in 60 %; a transplant in 70 % of those and in 20 % of the others
  const double truth = (480000 + 300000 * (0.6 * 0.7 + 0.4 * 0.2)) / 0.6;
  for (uint64_t t = 0; t < TRIALS; t++) {
    B7CostTally tally = {0};
    for (uint64_t i = 0; i < PATIENTS; i++) {
      B7Random random = b7_random_at(t, i, B7_STREAM_TRIAL, 0);
      bool remission = b7_random_uniform(&random) < 0.6;
      B7CostCounts counts = {
          .products = 1, .infusions = 1, .transplants = b7_random_uniform(&random) < (remission ? 0.7 : 0.2)};
      b7_cost_add(&tally, &PRICES, &counts, (bool[B7_COST_PERS]){true, true, remission, false});
    }
    B7Estimate cost = b7_cost_per(&tally, B7_COST_PER_REMISSION, 0.95);
    held += cost.lower <= truth && truth <= cost.upper;
  }
  assert_true(fabs(held / (double)TRIALS - 0.95) < 4 * sqrt(0.95 * 0.05 / TRIALS));
}

/* Bonett and Price 2012: few pairs differ, and the limits still hold */
static void differences_of_pairs_hold_too(void **state) {
  (void)state;
  enum { TRIALS = 3000, PATIENTS = 60 };
  int held = 0;
  for (uint64_t t = 0; t < TRIALS; t++) {
    B7Paired paired = {0};
    for (uint64_t i = 0; i < PATIENTS; i++) {
      B7Random random = b7_random_at(t, i, B7_STREAM_FIT, 0);
      double u = b7_random_uniform(&random);
      // better in 6 % of pairs, worse in 2 %
      b7_paired_add(&paired, u<0.02, u> 0.94);
    }
    B7Estimate difference = b7_paired_share(&paired, 0.95);
    held += difference.lower <= 0.04 && 0.04 <= difference.upper;
  }
  double share = held / (double)TRIALS;
  assert_true(share > 0.94 && share < 0.99);
  B7Paired none = {.pairs = 40};
  B7Estimate alike = b7_paired_share(&none, 0.95);
  assert_true(alike.value == 0 && alike.lower < -0.02 && alike.upper > 0.02);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_shipped_prices_load),       cmocka_unit_test(items_add_up),
      cmocka_unit_test(what_is_certain_has_no_width),  cmocka_unit_test(limits_hold_what_they_say),
      cmocka_unit_test(differences_of_pairs_hold_too),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
