/* costs.h - what the treatment of a patient costs (data/costs.yaml), and what it costs to bring one to remission. */
#ifndef B7_TRIAL_RUN_COSTS_H
#define B7_TRIAL_RUN_COSTS_H

#include "bridge7_trial.h"
#include "trial/run/tally.h"

/* What is paid for. ORDER COST ITEM: key in data/costs.yaml, label. */
#define B7_COST_ITEM_LIST(X)                                                                                 \
  X(PRODUCT, "product", "cell products")                                                                     \
  X(STAY, "infusion_stay", "hospital stays around infusions")                                                \
  X(TRANSPLANT, "transplant", "transplants")                                                                 \
  X(CHEMOTHERAPY, "chemotherapy_course", "courses of chemotherapy")
typedef enum B7CostItem {
#define B7_COST_ITEM_ENUM(id, key, label) B7_COST_ITEM_##id,
  B7_COST_ITEM_LIST(B7_COST_ITEM_ENUM)
#undef B7_COST_ITEM_ENUM
      B7_COST_ITEMS
} B7CostItem;

typedef struct B7Costs {
  const char *currency, *unit;   /* unit: "USD of 2017 to 2020" */
  int32_t first_year, last_year; /* of the prices */
  double price[B7_COST_ITEMS];
} B7Costs;

/* Read the prices; texts live in the arena. Errors: INPUT, FILE, MEMORY. */
B7Status b7_costs_load(const char *path, B7Arena *arena, B7Costs *out, B7Error *error);

/* How often one patient was given what is paid for. */
typedef struct B7CostCounts {
  double products; /* in autologous products */
  int32_t infusions, transplants, courses;
} B7CostCounts;

/* Per arm: money in thousands, whole after the sixth decimal, so sums do not depend on order. */
typedef struct B7CostTally {
  B7Paired item[B7_COST_ITEMS]; /* of every patient who was followed */
  B7Paired total;
  B7Paired counted[B7_COST_PERS]; /* total, of the patients who are counted in the denominator */
} B7CostTally;

/* reached[per]: whether the patient counts in that denominator. Returns the patient's total in the currency. */
double b7_cost_add(B7CostTally *tally, const B7Costs *costs, const B7CostCounts *counts,
                   const bool reached[B7_COST_PERS]);
/* Mean of an item a patient followed. */
B7Estimate b7_cost_item(const B7CostTally *tally, B7CostItem item, double level);
/* All costs of the arm over the patients in a denominator: a ratio of means, its limits on the logarithm by the
   delta method. NaN: nobody counts in it. */
B7Estimate b7_cost_per(const B7CostTally *tally, B7CostPer per, double level);

#endif
