/* Laws that hold for every patient drawn: 10,000 patients of the shipped populations, each with one of the
 * shipped products, lymphodepletion before and a transplant after it, 100 days; states and observables are
 * looked at every day. Laws about more and less compare a patient with himself, counted states continuous,
 * since one extinction more or less is chance. Violations are printed with population, product and patient.
 *
 *   no negative cells, nothing that is no number
 *   no CAR-T without infusion, no donor cell without donor
 *   a dose of zero changes nothing
 *   without CD7 on the targets CAR-T do not expand
 *   more mismatch never lowers rejection
 *   removing the T-cell receptor never raises GVHD
 *   transfers between pools lose and gain nothing
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "course_text.h"
#include "read/cohort/cohort.h"
#include "sim/population.h"
#include "sim/simulate.h"

#define PATIENTS 10000
#define CART_DAY 7
#define GRAFT_DAY 50
#define HORIZON_DAY 100
#define SEED 2026
/* the negligible amount of lineages relative to health, by which these may end below zero; populations of cells are cut at
   zero by the engine */
#define UNDERSHOOT 1e-9
#define SHOWN 8
#define ONE_CELL 1e-9 /* Gcell */

static const char *const populations[] = {"rr_t_all_adult", "rr_t_all_child",        "rr_t_lbl_adult",
                                          "rr_aml_cd7",     "t_all_remission_adult", "t_all_remission_child"};
#define POPULATIONS ((int)(sizeof populations / sizeof *populations))

/* ---- the shipped kernel with its states as observables before its own ---- */

static const B7KernelTables *shipped;
static B7KernelTables with_states;
static B7KernelCode code_at[B7_LANES_MAX + 1], blind_code_at[B7_LANES_MAX + 1];

#define OBSERVE(W)                                                                                           \
  static void observe_##W(const void *program, const double *shared, const double *own, const double *latch, \
                          const double *derived, const double *x, const double *drive, const double *y,      \
                          double *out) {                                                                     \
    memcpy(out, y, sizeof(double) * (size_t)shipped->n_state * W);                                           \
    b7_kernel_code(b7_kernel_shipped(), W)                                                                   \
        ->observe(program, shared, own, latch, derived, x, drive, y, out + shipped->n_state * W);            \
  }
OBSERVE(1)
OBSERVE(2)
OBSERVE(4)
OBSERVE(8)

/* all blasts without CD7 from the start */
static int32_t seen[3], unseen[3];
#define INITIAL(W)                                                                                           \
  static void initial_##W(const void *program, const double *shared, const double *own, const double *latch, \
                          const double *derived, double *y, double *x) {                                     \
    b7_kernel_code(b7_kernel_shipped(), W)->initial(program, shared, own, latch, derived, y, x);             \
    for (int i = 0; i < 3; i++)                                                                              \
      for (int lane = 0; lane < W; lane++) {                                                                 \
        y[unseen[i] * W + lane] += y[seen[i] * W + lane];                                                    \
        y[seen[i] * W + lane] = 0;                                                                           \
      }                                                                                                      \
  }
INITIAL(1)
INITIAL(2)
INITIAL(4)
INITIAL(8)

static const B7KernelCode *code_of(const void *user, int32_t max_lanes) {
  const B7KernelCode *code = user;
  return &code[b7_kernel_code(b7_kernel_shipped(), max_lanes)->lanes];
}

static int32_t state_of(const char *name) {
  int32_t i = b7_kernel_state(b7_kernel_shipped(), name);
  if (i < 0) fail_msg("no state %s", name);
  return i;
}

static int set_up(void **state) {
  (void)state;
  shipped = b7_kernel_tables(b7_kernel_shipped());
  with_states = *shipped;
  with_states.n_observable = shipped->n_state + shipped->n_observable;
  B7KernelObservable *rows = calloc((size_t)with_states.n_observable, sizeof *rows);
  if (!rows) return -1;
  for (int32_t i = 0; i < shipped->n_state; i++)
    rows[i] = (B7KernelObservable){shipped->states[i].name, shipped->states[i].label, shipped->states[i].unit,
                                   NAN, 0};
  memcpy(rows + shipped->n_state, shipped->observables, sizeof *rows * (size_t)shipped->n_observable);
  with_states.observables = rows;
  const char *const with_cd7[] = {"blasts_marrow_a_cd7pos", "blasts_marrow_b_cd7pos", "blasts_nodal_cd7pos"},
                    *const without_cd7[] = {"blasts_marrow_a_cd7neg", "blasts_marrow_b_cd7neg",
                                            "blasts_nodal_cd7neg"};
  for (int i = 0; i < 3; i++) {
    seen[i] = state_of(with_cd7[i]);
    unseen[i] = state_of(without_cd7[i]);
  }
  for (int32_t w = 1; w <= B7_LANES_MAX; w *= 2) {
    code_at[w] = *b7_kernel_code(b7_kernel_shipped(), w);
    code_at[w].observe = w == 1 ? observe_1 : w == 2 ? observe_2 : w == 4 ? observe_4 : observe_8;
    blind_code_at[w] = code_at[w];
    blind_code_at[w].initial = w == 1 ? initial_1 : w == 2 ? initial_2 : w == 4 ? initial_4 : initial_8;
  }
  return 0;
}

static int clean_up(void **state) {
  (void)state;
  free((void *)with_states.observables);
  return 0;
}

/* ---- who is treated with what ---- */

typedef struct Group {
  const B7ProductEntry *product;
  const char *population;
  int64_t patients;
  B7Course *course;
} Group;

static B7ProductTable *products;
static Group groups[64];
static int n_groups;

static void make_groups(void) {
  B7Error error;
  const B7ProductEntry *rows;
  assert_int_equal(b7_product_table_load(DATA_FOLDER "/products.yaml", NULL, &products, &error), B7_OK);
  int32_t n = b7_product_table_rows(products, &rows);
  for (int32_t p = 0; p < n; p++)
    if (!rows[p].comparator) groups[n_groups++] = (Group){.product = &rows[p]};
  for (int g = 0; g < n_groups; g++) {
    Group *group = &groups[g];
    group->population = populations[g % POPULATIONS];
    group->patients = PATIENTS / n_groups + (g < PATIENTS % n_groups);
    double dose = isnan(group->product->usual_low) ? 1e6 : group->product->usual_low;
    char text[2000];
    snprintf(text, sizeof text,
             "course: laws\nday0: 2025-01-01\ndonor: {relation: haploidentical}\n"
             "anchors: {cart: day0+%d, hsct: day0+%d}\ntreatments:\n"
             "  - {at: cart-5, drug: fludarabine, dose: 30 mg/m2, for: 3 d}\n"
             "  - {at: cart-5, drug: cyclophosphamide, dose: 300 mg/m2, for: 3 d}\n"
             "  - {at: cart, product: %s, dose: %g cells%s}\n"
             "  - {at: hsct-9, drug: busulfan, dose: 3.2 mg/kg, for: 3 d, lane: conditioning}\n"
             "  - {at: hsct-6, drug: cyclophosphamide, dose: 40 mg/kg, for: 2 d, lane: conditioning}\n"
             "  - {at: hsct-4, drug: fludarabine, dose: 30 mg/m2, for: 3 d, lane: conditioning}\n"
             "  - {at: hsct, graft: peripheral_blood, cd34: 5e6 cells/kg, cd3: 2e8 cells/kg}\n",
             CART_DAY, GRAFT_DAY, group->product->name, dose, group->product->per_kg ? "/kg" : "");
    group->course = read_course(text);
  }
}

/* ---- one run of a group under changed circumstances ---- */

typedef struct Circumstances {
  bool extinction, without_cart, without_graft;
  bool blind;              /* no blast carries CD7 */
  const char *setting[16]; /* parameters that everybody has at `value` */
  double value[16];
  int n_setting;
  double hvg, gvh, tcr; /* of product and graft; NaN: as it is */
  double tolerance;     /* relative; 0: the default */
} Circumstances;

static Circumstances as_planned(bool extinction) {
  return (Circumstances){.extinction = extinction, .hvg = NAN, .gvh = NAN, .tcr = NAN};
}

static int32_t argument_of(int32_t event, const char *name) {
  for (int32_t a = 0; a < shipped->events[event].n_argument; a++)
    if (strcmp(shipped->events[event].argument_names[a], name) == 0) return a;
  fail_msg("no argument %s", name);
  return -1;
}

static void put(const B7Plan *plan, int32_t event, const char *name, double value) {
  if (isnan(value)) return;
  int32_t argument = argument_of(event, name);
  for (int32_t e = 0; e < plan->n_event; e++)
    if (plan->events[e].event == event) plan->arguments[plan->events[e].argument_start + argument] = value;
}

static void drop(B7Plan *plan, int32_t event) {
  int32_t kept = 0;
  for (int32_t e = 0; e < plan->n_event; e++)
    if (plan->events[e].event != event) plan->events[kept++] = plan->events[e];
  plan->n_event = kept;
}

static B7Plan *plan_of(const Group *group, const Circumstances *c) {
  B7Plan *plan = NULL;
  B7Error error;
  B7PlanOptions options;
  b7_plan_options_default(&options, sizeof options);
  options.horizon_day = HORIZON_DAY;
  if (b7_plan_make(group->course, b7_kernel_shipped(), &options, NULL, &plan, &error) != B7_OK)
    fail_msg("%s: %s", group->product->name, error.message);
  int32_t cart = b7_kernel_event(b7_kernel_shipped(), "cart.infusion"),
          graft = b7_kernel_event(b7_kernel_shipped(), "graft.infusion");
  put(plan, cart, "mismatch_hvg", c->hvg);
  put(plan, graft, "mismatch_hvg", c->hvg);
  put(plan, cart, "mismatch_gvh", c->gvh);
  put(plan, graft, "mismatch_gvh", c->gvh);
  put(plan, cart, "tcr", c->tcr);
  if (c->without_cart) drop(plan, cart);
  if (c->without_graft) drop(plan, graft);
  return plan;
}

static B7Population *population_of(const Group *group, const Circumstances *c) {
  B7Population *population = NULL;
  B7Error error;
  B7Cohort *cohort = NULL;
  char path[500];
  snprintf(path, sizeof path, "%s/populations/%s.yaml", DATA_FOLDER, group->population);
  if (b7_population_make(b7_kernel_shipped(), group->patients, SEED, true, NULL, 0, NULL, &population,
                         &error) != B7_OK ||
      b7_cohort_load(path, shipped, population, NULL, &cohort, &error) != B7_OK)
    fail_msg("%s", error.message);
  b7_cohort_free(cohort);
  for (int i = 0; i < c->n_setting; i++) {
    int32_t p = b7_kernel_parameter(b7_kernel_shipped(), c->setting[i]);
    if (p < 0) fail_msg("no parameter %s", c->setting[i]);
    const B7KernelParameter *parameter = &shipped->parameters[p];
    if (parameter->own_index >= 0)
      population->draws[parameter->own_index] =
          (B7Draw){.value = c->value[i], .low = -INFINITY, .high = INFINITY, .share = 1, .follows = -1};
    else
      population->shared[parameter->shared_index] = c->value[i];
  }
  const B7KernelCode *code = b7_kernel_code(b7_kernel_shipped(), 1);
  code->prepare(code->program, population->shared);
  return population;
}

static B7Result *run(const Group *group, const Circumstances *c) {
  const B7CodeSource source = {
      .tables = &with_states, .code_of = code_of, .user = c->blind ? blind_code_at : code_at};
  B7Plan *plan = plan_of(group, c);
  B7Population *population = population_of(group, c);
  B7SimulateOptions options;
  b7_simulate_options_default(&options, sizeof options);
  options.extinction = c->extinction;
  options.max_fault_share = 0;
  if (c->tolerance > 0) options.relative_tolerance = c->tolerance;
  options.seed = SEED;
  B7Result *result = NULL;
  B7Error error;
  if (b7_simulate_source(&source, plan, population, &options, NULL, &result, &error) != B7_OK)
    fail_msg("%s, %s: %s", group->product->name, group->population, error.message);
  b7_population_free(population);
  b7_plan_free(plan);
  return result;
}

/* ---- looking ---- */

static int broken;
static const char *law;

static void begin(const char *name) {
  law = name;
  broken = 0;
}

static void violated(const Group *group, int64_t patient, double t_day, const char *what, double seen,
                     double limit) {
  if (broken++ < SHOWN)
    print_message("%s: %s, %s, patient %d, day %g: %s %.17g against %.17g\n", law, group->population,
                  group->product->name, (int)patient, t_day, what, seen, limit);
}

static void end(void) {
  if (broken) fail_msg("%s: %d violations", law, broken);
}

/* values of a state or, behind them, an observable at all output times of a patient */
static const double *values_of(const B7Result *result, int32_t column, int64_t patient) {
  return b7_result_values(result, column) + patient * b7_result_times(result, NULL);
}

static double sum_of(const B7Result *result, const int32_t *states, int n, int64_t patient, int32_t t) {
  double sum = 0;
  for (int i = 0; i < n; i++) sum += values_of(result, states[i], patient)[t];
  return sum;
}

/* each of some states exactly zero at all times before until_day */
static void look_for_zero(const Group *group, const B7Result *result, const char *const *names, int n,
                          double until_day) {
  const double *t_day;
  int32_t n_times = b7_result_times(result, &t_day);
  for (int i = 0; i < n; i++) {
    int32_t column = state_of(names[i]);
    for (int64_t p = 0; p < group->patients; p++)
      for (int32_t t = 0; t < n_times && t_day[t] <= until_day; t++)
        if (values_of(result, column, p)[t] != 0)
          violated(group, p, t_day[t], names[i], values_of(result, column, p)[t], 0);
  }
}

static const char *const cart_states[] = {"cart_distributing", "cart_effector", "cart_memory",
                                          "cart_exhausted"};
static const char *const donor_states[] = {"donor_stem_cells", "donor_progenitors", "donor_t",
                                           "alloreactive_donor_t"};

/* ---- the laws ---- */

static void nothing_is_negative_and_nothing_comes_from_nowhere(void **state) {
  (void)state;
  begin("cells and observables");
  const Circumstances planned = as_planned(true);
  for (int g = 0; g < n_groups; g++) {
    const Group *group = &groups[g];
    B7Result *result = run(group, &planned);
    const double *t_day;
    int32_t n_times = b7_result_times(result, &t_day);
    for (int32_t o = 0; o < with_states.n_observable; o++)
      for (int64_t p = 0; p < group->patients; p++) {
        const double *values = values_of(result, o, p);
        for (int32_t t = 0; t < n_times; t++)
          if (!(values[t] >= -UNDERSHOOT) || isinf(values[t]))
            violated(group, p, t_day[t], with_states.observables[o].name, values[t], 0);
      }
    // an output at the time of an infusion shows the state before it
    look_for_zero(group, result, cart_states, 4, CART_DAY);
    look_for_zero(group, result, donor_states, 4, GRAFT_DAY);
    b7_result_free(result);
  }
  end();
}

static void no_cart_without_infusion_and_no_donor_cell_without_graft(void **state) {
  (void)state;
  begin("neither infusion nor graft");
  Circumstances none = as_planned(true);
  none.without_cart = none.without_graft = true;
  for (int g = 0; g < n_groups; g++) {
    B7Result *result = run(&groups[g], &none);
    look_for_zero(&groups[g], result, cart_states, 4, HORIZON_DAY);
    look_for_zero(&groups[g], result, donor_states, 4, HORIZON_DAY);
    b7_result_free(result);
  }
  end();
}

/* states, drugs and latches of every patient, bit by bit, before and after each of the doses */
static void a_dose_of_zero_changes_nothing(void **state) {
  (void)state;
  begin("dose of zero");
  const Circumstances planned = as_planned(true);
  const B7KernelCode *code = b7_kernel_code(b7_kernel_shipped(), 1);
  size_t n_state = (size_t)shipped->n_state, n_exact = (size_t)shipped->n_exact,
         n_latch = (size_t)shipped->n_latch;
  double *own = aligned_alloc(64, 64 * 512), *latch = aligned_alloc(64, 64 * 64),
         *y = aligned_alloc(64, 64 * 512), *x = aligned_alloc(64, 64 * 512),
         *y_after = aligned_alloc(64, 64 * 512), *x_after = aligned_alloc(64, 64 * 512),
         *latch_after = aligned_alloc(64, 64 * 64), *derived = aligned_alloc(64, 64 * 4096);
  assert_true(own && latch && y && x && y_after && x_after && latch_after && derived);
  for (int g = 0; g < n_groups; g++) {
    const Group *group = &groups[g];
    B7Result *result = run(group, &planned);
    B7Population *population = population_of(group, &planned);
    const double *t_day;
    int32_t n_times = b7_result_times(result, &t_day);
    for (int64_t p = 0; p < group->patients; p++) {
      int32_t t = (int32_t)(p % n_times);
      b7_population_patient(population, p, own);
      for (size_t i = 0; i < n_latch; i++) latch[i] = shipped->latches[i].initial;
      for (size_t i = 0; i < n_state; i++) y[i] = values_of(result, (int32_t)i, p)[t];
      for (size_t i = 0; i < n_exact; i++) x[i] = 0.25 * (double)((p + (int64_t)i) % 3);
      code->derive(code->program, population->shared, own, latch, derived);
      for (int32_t e = 0; e < shipped->n_event; e++) {
        if (strncmp(shipped->events[e].name, "dose.", 5) != 0) continue;
        double arguments[8] = {0};
        memcpy(y_after, y, sizeof(double) * n_state);
        memcpy(x_after, x, sizeof(double) * n_exact);
        memcpy(latch_after, latch, sizeof(double) * n_latch);
        code->event(code->program, e, arguments, 0, population->shared, own, derived, y_after, x_after,
                    latch_after);
        if (memcmp(y, y_after, sizeof(double) * n_state) != 0 ||
            memcmp(x, x_after, sizeof(double) * n_exact) != 0 ||
            memcmp(latch, latch_after, sizeof(double) * n_latch) != 0)
          violated(group, p, t_day[t], shipped->events[e].name, 1, 0);
      }
    }
    b7_population_free(population);
    b7_result_free(result);
  }
  free(own), free(latch), free(y), free(x), free(y_after), free(x_after), free(latch_after), free(derived);
  end();
}

/* Neither normal nor malignant cells show CD7, and the product has none itself. */
static void without_cd7_no_expansion(void **state) {
  (void)state;
  begin("targets without CD7");
  Circumstances blind = as_planned(false);
  blind.blind = true;
  // tight, so that a population that falls towards zero is known to a cell
  blind.tolerance = 1e-8;
  blind.setting[blind.n_setting++] = "weight_target_t_cd7pos";
  blind.setting[blind.n_setting++] = "weight_target_nk_cells";
  int32_t cart[4];
  for (int i = 0; i < 4; i++) cart[i] = state_of(cart_states[i]);
  for (int g = 0; g < n_groups; g++) {
    const Group *group = &groups[g];
    B7Result *result = run(group, &blind);
    const double *t_day;
    int32_t n_times = b7_result_times(result, &t_day);
    for (int64_t p = 0; p < group->patients; p++) {
      double last = INFINITY;
      for (int32_t t = 0; t < n_times; t++) {
        double now = sum_of(result, cart, 4, p, t);
        if (t_day[t] > CART_DAY && now > last * (1 + 1e-5) + ONE_CELL)
          violated(group, p, t_day[t], "CAR-T", now, last);
        if (t_day[t] > CART_DAY) last = now;
      }
    }
    b7_result_free(result);
  }
  end();
}

/* Share of the maximal rejection rate, added up day by day: what a foreign cell has been through. */
static double add_rejection(const B7Result *result, int64_t patient, int32_t t, double sum) {
  double number =
      (values_of(result, state_of("alloreactive_host_t_cd7pos"), patient)[t] +
       values_of(result, state_of("alloreactive_host_t_cd7neg"), patient)[t]) /
      shipped->parameters[b7_kernel_parameter(b7_kernel_shipped(), "half_rejection_alloreactive_host_t")]
          .value;
  return sum + number * number / (1 + number * number);
}

/* The same patient with less and with more mismatch between product or graft and host: on no day may the
 * rejection by T cells that lies behind be lower with more. Product and graft apart: a product that is rejected early
 * leaves fewer rejecting cells to a graft weeks later. Without antibodies, for the same reason; they only rise with mismatch. */
static void look_at_mismatch(Circumstances less, double until_day) {
  less.setting[less.n_setting++] = "clearance_cart_by_hla_antibodies";
  less.setting[less.n_setting++] = "clearance_by_donor_antibodies";
  for (int g = 0; g < n_groups; g++) {
    const Group *group = &groups[g];
    less.hvg = 0.1 * (g % 7);
    Circumstances more = less;
    more.hvg += 0.1 + 0.1 * (g % 3);
    B7Result *low = run(group, &less), *high = run(group, &more);
    const double *t_day;
    int32_t n_times = b7_result_times(low, &t_day);
    for (int64_t p = 0; p < group->patients; p++) {
      double behind_low = 0, behind_high = 0;
      for (int32_t t = 0; t < n_times && t_day[t] <= until_day; t++) {
        behind_low = add_rejection(low, p, t, behind_low);
        behind_high = add_rejection(high, p, t, behind_high);
        if (behind_high < behind_low * (1 - 1e-5) - 1e-9)
          violated(group, p, t_day[t], "rejection", behind_high, behind_low);
      }
    }
    b7_result_free(low);
    b7_result_free(high);
  }
}

static void more_mismatch_never_lowers_rejection_of_a_product(void **state) {
  (void)state;
  begin("mismatch of the product");
  Circumstances product = as_planned(false);
  product.without_graft = true;
  look_at_mismatch(product, GRAFT_DAY - 9);
  end();
}

static void more_mismatch_never_lowers_rejection_of_a_graft(void **state) {
  (void)state;
  begin("mismatch of the graft");
  Circumstances graft = as_planned(false);
  graft.without_cart = true;
  look_at_mismatch(graft, HORIZON_DAY);
  end();
}

/* Skin, gut and liver damage with the receptor and without, on every day until a day. After a graft, damage by the product
 * moves the damage by the graft forward in time, so that it may be lower later. */
static void look_at_organs(Circumstances intact, double until_day) {
  const int32_t organs[] = {state_of("damage_organ_skin"), state_of("damage_organ_gut"),
                            state_of("damage_organ_liver")};
  for (int g = 0; g < n_groups; g++) {
    const Group *group = &groups[g];
    intact.gvh = 0.1 + 0.1 * (g % 8);
    intact.tcr = 1;
    Circumstances removed = intact;
    removed.tcr = 0;
    B7Result *with = run(group, &intact), *without = run(group, &removed);
    const double *t_day;
    int32_t n_times = b7_result_times(with, &t_day);
    for (int o = 0; o < 3; o++)
      for (int64_t p = 0; p < group->patients; p++) {
        const double *high = values_of(with, organs[o], p), *low = values_of(without, organs[o], p);
        for (int32_t t = 0; t < n_times && t_day[t] <= until_day; t++)
          if (low[t] > high[t] * (1 + 1e-4) + 1e-6)
            violated(group, p, t_day[t], with_states.observables[organs[o]].name, low[t], high[t]);
      }
    b7_result_free(with);
    b7_result_free(without);
  }
}

static void no_receptor_never_raises_gvhd(void **state) {
  (void)state;
  begin("T-cell receptor removed");
  Circumstances product = as_planned(false);
  product.without_graft = true;
  look_at_organs(product, HORIZON_DAY);
  look_at_organs(as_planned(false), GRAFT_DAY);
  end();
}

/* With births, deaths, kills and rejection switched off, CAR-T only move between their four pools: as many
   after 93 days as were infused. */
static void transfers_keep_cart(void **state) {
  (void)state;
  begin("CAR-T in transfers");
  Circumstances closed = as_planned(false);
  const char *off[] = {"growth_max_cart",
                       "loss_cart_effector",
                       "loss_cart_memory",
                       "loss_cart_exhausted",
                       "kill_max_cart",
                       "fratricide_max_cart",
                       "rejection_max_cart",
                       "rejection_max_by_nk_cells",
                       "clearance_cart_by_hla_antibodies",
                       "clearance_by_donor_antibodies",
                       "kill_relative_drugs_cart",
                       "loss_max_cart_by_cni"};
  for (size_t i = 0; i < sizeof off / sizeof *off; i++) closed.setting[closed.n_setting++] = off[i];
  int32_t cart[4],
      event = b7_kernel_event(b7_kernel_shipped(), "cart.infusion"),
      weight = shipped->parameters[b7_kernel_parameter(b7_kernel_shipped(), "body_weight")].own_index;
  for (int i = 0; i < 4; i++) cart[i] = state_of(cart_states[i]);
  double *own = malloc(sizeof(double) * (size_t)shipped->n_own);
  assert_non_null(own);
  for (int g = 0; g < n_groups; g++) {
    const Group *group = &groups[g];
    B7Result *result = run(group, &closed);
    B7Plan *plan = plan_of(group, &closed);
    B7Population *population = population_of(group, &closed);
    const double *t_day, *arguments;
    const B7PlanEvent *events;
    int32_t n_times = b7_result_times(result, &t_day), n_event = b7_plan_events(plan, &events, &arguments);
    for (int64_t p = 0; p < group->patients; p++) {
      b7_population_patient(population, p, own);
      double infused = 0;
      for (int32_t e = 0; e < n_event; e++)
        if (events[e].event == event)
          infused += arguments[events[e].argument_start] *
                     arguments[events[e].argument_start + argument_of(event, "viable")] *
                     b7_plan_event_factor(shipped, &events[e], own, 1, population->shared) * own[weight] *
                     1e-9;
      for (int32_t t = 0; t < n_times; t++)
        if (t_day[t] > CART_DAY && fabs(sum_of(result, cart, 4, p, t) / infused - 1) > 1e-6)
          violated(group, p, t_day[t], "CAR-T", sum_of(result, cart, 4, p, t), infused);
    }
    b7_population_free(population);
    b7_plan_free(plan);
    b7_result_free(result);
  }
  free(own);
  end();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nothing_is_negative_and_nothing_comes_from_nowhere),
      cmocka_unit_test(no_cart_without_infusion_and_no_donor_cell_without_graft),
      cmocka_unit_test(a_dose_of_zero_changes_nothing),
      cmocka_unit_test(without_cd7_no_expansion),
      cmocka_unit_test(more_mismatch_never_lowers_rejection_of_a_product),
      cmocka_unit_test(more_mismatch_never_lowers_rejection_of_a_graft),
      cmocka_unit_test(no_receptor_never_raises_gvhd),
      cmocka_unit_test(transfers_keep_cart),
  };
  set_up(NULL);
  make_groups();
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  for (int g = 0; g < n_groups; g++) b7_course_free(groups[g].course);
  b7_product_table_free(products);
  clean_up(NULL);
  return failed;
}
