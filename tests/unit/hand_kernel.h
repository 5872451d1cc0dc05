/* hand_kernel.h - small kernels written by hand against the kernel ABI, for tests of the engine without a
 * compiler.
 *
 * A HandModel is scalar; the wrappers run it lane by lane at any width, with a dense LU pattern. Observables
 * are the states followed by the exact states. Event 0 adds argument 1 to state argument 0; event 1 adds
 * argument 1 to exact state argument 0; event 2 sets latch argument 0 to argument 1.
 */
#ifndef HAND_KERNEL_H
#define HAND_KERNEL_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "sim/population.h"
#include "sim/simulate.h"
#include "treat/plan.h"

#define HAND_STATES 8
#define HAND_OWN 8

typedef struct HandModel {
  const char *name;
  int32_t n, n_exact, n_own, n_latch, n_reaction;
  double own[HAND_OWN], spread[HAND_OWN];
  double decay_per_day[2];
  double negligible, cells_per_unit, count_below;
  int32_t clear_group;
  double start[HAND_STATES];
  B7KernelReaction reactions[HAND_STATES];
  void (*slope)(const double *own, const double *latch, const double *drive, const double *y, double *f);
  void (*jacobian)(const double *own, const double *latch, const double *drive, const double *y,
                   double *j); /* [n][n] */
  void (*time_slope)(const double *own, const double *latch, const double *drive_per_day, const double *y,
                     double *f);
  void (*propensity)(const double *own, const double *latch, const double *drive, const double *y,
                     double *rate);
} HandModel;

typedef struct HandProgram {
  const HandModel *model;
  int32_t lanes;
} HandProgram;

typedef struct HandKernel {
  HandProgram programs[4];
  B7KernelCode code[4]; /* 1, 2, 4, 8 lanes */
  B7KernelTables tables;
  B7KernelState states[HAND_STATES], exacts[2];
  B7KernelParameter parameters[HAND_OWN];
  B7KernelObservable observables[HAND_STATES + 2];
  B7KernelLatch latches[2];
  B7KernelEvent events[3];
  int32_t row_start[HAND_STATES + 1], column[HAND_STATES * HAND_STATES];
  B7CodeSource source;
} HandKernel;

static void hand_gather(const double *from, int32_t n, int32_t lanes, int32_t w, double *to) {
  for (int32_t i = 0; i < n; i++) to[i] = from[i * lanes + w];
}
static void hand_scatter(double *to, int32_t n, int32_t lanes, int32_t w, const double *from) {
  for (int32_t i = 0; i < n; i++) to[i * lanes + w] = from[i];
}

static void hand_derive(const void *program, const double *shared, const double *own, const double *latch,
                        double *derived) {
  const HandProgram *p = program;
  (void)shared, (void)latch;
  memcpy(derived, own, sizeof(double) * (size_t)(p->model->n_own * p->lanes));
}
static void hand_initial(const void *program, const double *shared, const double *own, const double *latch,
                         const double *derived, double *y, double *x) {
  const HandProgram *p = program;
  (void)shared, (void)own, (void)latch, (void)derived;
  for (int32_t w = 0; w < p->lanes; w++) {
    hand_scatter(y, p->model->n, p->lanes, w, p->model->start);
    for (int32_t e = 0; e < p->model->n_exact; e++) x[e * p->lanes + w] = 0;
  }
}
static void hand_decay(const void *program, const double *shared, const double *own, const double *derived,
                       const double *dt_day, const double *x, double *x_out) {
  const HandProgram *p = program;
  (void)shared, (void)own, (void)derived;
  for (int32_t e = 0; e < p->model->n_exact; e++)
    for (int32_t w = 0; w < p->lanes; w++)
      x_out[e * p->lanes + w] = x[e * p->lanes + w] * exp(-p->model->decay_per_day[e] * dt_day[w]);
}
static void hand_drive(const void *program, const double *shared, const double *own, const double *latch,
                       const double *derived, const double *x, double *drive, double *drive_per_day) {
  const HandProgram *p = program;
  (void)shared, (void)own, (void)latch, (void)derived;
  for (int32_t e = 0; e < p->model->n_exact; e++)
    for (int32_t w = 0; w < p->lanes; w++) {
      drive[e * p->lanes + w] = x[e * p->lanes + w];
      if (drive_per_day) drive_per_day[e * p->lanes + w] = -p->model->decay_per_day[e] * x[e * p->lanes + w];
    }
}
static void hand_slope(const void *program, const double *shared, const double *own, const double *latch,
                       const double *derived, const double *drive, const double *y, double *dydt) {
  const HandProgram *p = program;
  (void)shared, (void)own;
  for (int32_t w = 0; w < p->lanes; w++) {
    double o[HAND_OWN], l[2], d[2], s[HAND_STATES], f[HAND_STATES];
    hand_gather(derived, p->model->n_own, p->lanes, w, o);
    hand_gather(latch, p->model->n_latch, p->lanes, w, l);
    hand_gather(drive, p->model->n_exact, p->lanes, w, d);
    hand_gather(y, p->model->n, p->lanes, w, s);
    p->model->slope(o, l, d, s, f);
    hand_scatter(dydt, p->model->n, p->lanes, w, f);
  }
}
static void hand_slope_jacobian(const void *program, const double *shared, const double *own,
                                const double *latch, const double *derived, const double *drive,
                                const double *drive_per_day, const double *y, double *dydt, double *dfdt,
                                double *lu) {
  const HandProgram *p = program;
  hand_slope(program, shared, own, latch, derived, drive, y, dydt);
  for (int32_t w = 0; w < p->lanes; w++) {
    double o[HAND_OWN], l[2], d[2], r[2], s[HAND_STATES], f[HAND_STATES] = {0},
                                                          j[HAND_STATES * HAND_STATES] = {0};
    hand_gather(derived, p->model->n_own, p->lanes, w, o);
    hand_gather(latch, p->model->n_latch, p->lanes, w, l);
    hand_gather(drive, p->model->n_exact, p->lanes, w, d);
    hand_gather(drive_per_day, p->model->n_exact, p->lanes, w, r);
    hand_gather(y, p->model->n, p->lanes, w, s);
    p->model->jacobian(o, l, d, s, j);
    if (p->model->time_slope) p->model->time_slope(o, l, r, s, f);
    hand_scatter(dfdt, p->model->n, p->lanes, w, f);
    hand_scatter(lu, p->model->n * p->model->n, p->lanes, w, j);
  }
}
static void hand_factor(const void *program, const double *diagonal, double *lu) {
  const HandProgram *p = program;
  int32_t n = p->model->n;
  for (int32_t w = 0; w < p->lanes; w++) {
    double a[HAND_STATES * HAND_STATES];
    hand_gather(lu, n * n, p->lanes, w, a);
    for (int32_t i = 0; i < n * n; i++) a[i] = -a[i];
    for (int32_t i = 0; i < n; i++) a[i * n + i] += diagonal[w];
    for (int32_t k = 0; k < n; k++) {
      a[k * n + k] = 1 / a[k * n + k];
      for (int32_t i = k + 1; i < n; i++) {
        a[i * n + k] *= a[k * n + k];
        for (int32_t c = k + 1; c < n; c++) a[i * n + c] -= a[i * n + k] * a[k * n + c];
      }
    }
    hand_scatter(lu, n * n, p->lanes, w, a);
  }
}
static void hand_solve(const void *program, const double *factors, double *b) {
  const HandProgram *p = program;
  int32_t n = p->model->n;
  for (int32_t w = 0; w < p->lanes; w++) {
    double a[HAND_STATES * HAND_STATES], z[HAND_STATES];
    hand_gather(factors, n * n, p->lanes, w, a);
    hand_gather(b, n, p->lanes, w, z);
    for (int32_t i = 0; i < n; i++)
      for (int32_t k = 0; k < i; k++) z[i] -= a[i * n + k] * z[k];
    for (int32_t i = n - 1; i >= 0; i--) {
      for (int32_t k = i + 1; k < n; k++) z[i] -= a[i * n + k] * z[k];
      z[i] *= a[i * n + i];
    }
    hand_scatter(b, n, p->lanes, w, z);
  }
}
static void hand_observe(const void *program, const double *shared, const double *own, const double *latch,
                         const double *derived, const double *x, const double *drive, const double *y,
                         double *out) {
  const HandProgram *p = program;
  (void)shared, (void)own, (void)latch, (void)derived, (void)drive;
  memcpy(out, y, sizeof(double) * (size_t)(p->model->n * p->lanes));
  memcpy(out + p->model->n * p->lanes, x, sizeof(double) * (size_t)(p->model->n_exact * p->lanes));
}
static void hand_event(const void *program, int32_t e, const double *argument, int32_t lane,
                       const double *shared, const double *own, const double *derived, double *y, double *x,
                       double *latch) {
  const HandProgram *p = program;
  (void)shared, (void)own, (void)derived;
  double *to = e == 0 ? y : e == 1 ? x : latch;
  double *at = &to[(int32_t)argument[0] * p->lanes + lane];
  *at = e == 2 ? argument[1] : *at + argument[1];
}
static void hand_propensity(const void *program, const double *shared, const double *own, const double *latch,
                            const double *derived, const double *drive, const double *y, double *rate) {
  const HandProgram *p = program;
  (void)shared, (void)own;
  for (int32_t w = 0; w < p->lanes; w++) {
    double o[HAND_OWN], l[2], d[2], s[HAND_STATES], r[HAND_STATES];
    hand_gather(derived, p->model->n_own, p->lanes, w, o);
    hand_gather(latch, p->model->n_latch, p->lanes, w, l);
    hand_gather(drive, p->model->n_exact, p->lanes, w, d);
    hand_gather(y, p->model->n, p->lanes, w, s);
    if (p->model->propensity) p->model->propensity(o, l, d, s, r);
    hand_scatter(rate, p->model->n_reaction, p->lanes, w, r);
  }
}

static const B7KernelCode *hand_code(const void *user, int32_t max_lanes) {
  const HandKernel *kernel = user;
  int32_t best = 0;
  for (int32_t i = 0; i < 4; i++)
    if (kernel->code[i].lanes <= max_lanes) best = i;
  return &kernel->code[best];
}

static void hand_kernel_make(HandKernel *kernel, const HandModel *model) {
  static const char *const names[] = {"y0", "y1", "y2", "y3", "y4", "y5", "y6", "y7", "x0", "x1"};
  static const char *const own_names[] = {"own0", "own1", "own2", "own3", "own4", "own5", "own6", "own7"};
  static const char *const argument_names[] = {"place", "amount"}, *const units[] = {"1", "1"};
  static const double defaults[] = {NAN, NAN};
  memset(kernel, 0, sizeof *kernel);
  for (int32_t i = 0; i < 4; i++) {
    kernel->programs[i] = (HandProgram){.model = model, .lanes = 1 << i};
    kernel->code[i] = (B7KernelCode){.lanes = 1 << i,
                                     .isa = "hand",
                                     .program = &kernel->programs[i],
                                     .derive = hand_derive,
                                     .initial = hand_initial,
                                     .decay = hand_decay,
                                     .drive = hand_drive,
                                     .slope = hand_slope,
                                     .slope_jacobian = hand_slope_jacobian,
                                     .factor = hand_factor,
                                     .solve = hand_solve,
                                     .observe = hand_observe,
                                     .event = hand_event,
                                     .propensity = hand_propensity};
  }
  for (int32_t i = 0; i < model->n; i++) {
    kernel->states[i] = (B7KernelState){.name = names[i],
                                        .label = names[i],
                                        .unit = "1",
                                        .module = "hand",
                                        .negligible = model->negligible,
                                        .cells_per_unit = model->cells_per_unit,
                                        .count_below_cells = model->count_below,
                                        .clear_group = model->clear_group};
    kernel->observables[i] =
        (B7KernelObservable){.name = names[i], .label = names[i], .unit = "1", .detection_low = NAN};
  }
  for (int32_t e = 0; e < model->n_exact; e++) {
    kernel->exacts[e] =
        (B7KernelState){.name = names[8 + e], .label = "", .unit = "1", .module = "hand", .observed = 1};
    kernel->observables[model->n + e] =
        (B7KernelObservable){.name = names[8 + e], .label = "", .unit = "1", .detection_low = NAN};
  }
  for (int32_t i = 0; i < model->n_own; i++)
    kernel->parameters[i] =
        (B7KernelParameter){.name = own_names[i],
                            .label = "",
                            .unit = "1",
                            .module = "hand",
                            .value = model->own[i],
                            .spread = model->spread[i] > 0 ? B7_SPREAD_LOGNORMAL : B7_SPREAD_NONE,
                            .spread_sd = model->spread[i],
                            .own_index = i,
                            .shared_index = -1,
                            .source = "assumed"};
  for (int32_t i = 0; i < 2; i++)
    kernel->latches[i] = (B7KernelLatch){.name = "latch", .label = "", .unit = "1", .initial = 0};
  for (int32_t i = 0; i < 3; i++)
    kernel->events[i] = (B7KernelEvent){.name = "event",
                                        .n_argument = 2,
                                        .argument_names = argument_names,
                                        .argument_units = units,
                                        .argument_defaults = defaults};
  for (int32_t i = 0; i <= model->n; i++) kernel->row_start[i] = i * model->n;
  for (int32_t i = 0; i < model->n * model->n; i++) kernel->column[i] = i % model->n;
  kernel->tables = (B7KernelTables){.abi = B7_KERNEL_ABI,
                                    .model = model->name,
                                    .model_hash = "0000000000000000",
                                    .n_state = model->n,
                                    .n_exact = model->n_exact,
                                    .n_own = model->n_own,
                                    .n_latch = model->n_latch,
                                    .n_derived = model->n_own,
                                    .n_drive = model->n_exact,
                                    .n_parameter = model->n_own,
                                    .n_observable = model->n + model->n_exact,
                                    .n_event = 3,
                                    .n_reaction = model->n_reaction,
                                    .n_jacobian = model->n * model->n,
                                    .n_lu = model->n * model->n,
                                    .lu_row_start = kernel->row_start,
                                    .lu_column = kernel->column,
                                    .states = kernel->states,
                                    .exacts = kernel->exacts,
                                    .parameters = kernel->parameters,
                                    .observables = kernel->observables,
                                    .latches = kernel->latches,
                                    .events = kernel->events,
                                    .reactions = model->reactions};
  kernel->source = (B7CodeSource){.tables = &kernel->tables, .code_of = hand_code, .user = kernel};
}

/* A plan of events {day, event, place, amount} and outputs; lives in the arena. */
typedef struct HandDose {
  double t_day;
  int32_t event, place;
  double amount;
} HandDose;

static inline B7Plan hand_plan(B7Arena *arena, double horizon_day, const HandDose *doses, int32_t n_doses,
                               const double *outputs, int32_t n_outputs) {
  B7Plan plan = {
      .horizon_day = horizon_day, .n_event = n_doses, .n_argument = 2 * n_doses, .n_output = n_outputs};
  plan.events = B7_ARENA_ARRAY(arena, B7PlanEvent, n_doses + 1);
  plan.arguments = B7_ARENA_ARRAY(arena, double, 2 * n_doses + 1);
  plan.output_day = B7_ARENA_ARRAY(arena, double, n_outputs + 1);
  for (int32_t i = 0; i < n_doses; i++) {
    plan.events[i] = (B7PlanEvent){.t_day = doses[i].t_day,
                                   .event = doses[i].event,
                                   .n_argument = 2,
                                   .argument_start = 2 * i,
                                   .scale_parameter = {-1, -1}};
    plan.arguments[2 * i] = doses[i].place;
    plan.arguments[2 * i + 1] = doses[i].amount;
  }
  memcpy(plan.output_day, outputs, sizeof(double) * (size_t)n_outputs);
  return plan;
}

/* ---------------------------------------------------------------------------------------------------- models
 * ---- */

/* y0: growth own0, killed by own1 times the drug; y1 follows y0 with rate own2; y2 is the integral of y1.
   y0(t) = y0(0) exp(g t - kappa A (1 - exp(-k t)) / k) after a dose A at t = 0. */
static void tumour_slope(const double *own, const double *latch, const double *drive, const double *y,
                         double *f) {
  (void)latch;
  f[0] = (own[0] - own[1] * drive[0]) * y[0];
  f[1] = own[2] * (y[0] - y[1]);
  f[2] = y[1];
}
static void tumour_jacobian(const double *own, const double *latch, const double *drive, const double *y,
                            double *j) {
  (void)latch, (void)y;
  j[0] = own[0] - own[1] * drive[0];
  j[3] = own[2];
  j[4] = -own[2];
  j[7] = 1;
}
static void tumour_time_slope(const double *own, const double *latch, const double *drive_per_day,
                              const double *y, double *f) {
  (void)latch;
  f[0] = -own[1] * drive_per_day[0] * y[0];
}
static const HandModel __attribute__((unused)) hand_tumour = {.name = "tumour",
                                                              .n = 3,
                                                              .n_exact = 1,
                                                              .n_own = 3,
                                                              .own = {0.1, 2.0, 0.5},
                                                              .spread = {0.3, 0.3, 0.3},
                                                              .decay_per_day = {3.0},
                                                              .negligible = 1e-9,
                                                              .start = {1, 0.5, 0},
                                                              .slope = tumour_slope,
                                                              .jacobian = tumour_jacobian,
                                                              .time_slope = tumour_time_slope};

/* Robertson's reactions, stiff; total mass stays 1. */
static void robertson_slope(const double *own, const double *latch, const double *drive, const double *y,
                            double *f) {
  (void)latch, (void)drive;
  double a = own[0] * y[0], b = own[1] * y[1] * y[2], c = own[2] * y[1] * y[1];
  f[0] = -a + b;
  f[1] = a - b - c;
  f[2] = c;
}
static void robertson_jacobian(const double *own, const double *latch, const double *drive, const double *y,
                               double *j) {
  (void)latch, (void)drive;
  j[0] = -own[0], j[1] = own[1] * y[2], j[2] = own[1] * y[1];
  j[3] = own[0], j[4] = -own[1] * y[2] - 2 * own[2] * y[1], j[5] = -own[1] * y[1];
  j[6] = 0, j[7] = 2 * own[2] * y[1], j[8] = 0;
}
static const HandModel __attribute__((unused)) hand_robertson = {.name = "robertson",
                                                                 .n = 3,
                                                                 .n_own = 3,
                                                                 .own = {0.04, 1e4, 3e7},
                                                                 .spread = {0.2, 0.2, 0.2},
                                                                 .negligible = 1e-11,
                                                                 .start = {1, 0, 0},
                                                                 .slope = robertson_slope,
                                                                 .jacobian = robertson_jacobian};

/* Predator and prey, with a pulse of food that decays. */
static void predator_slope(const double *own, const double *latch, const double *drive, const double *y,
                           double *f) {
  (void)latch;
  f[0] = (own[0] + drive[0]) * y[0] - own[1] * y[0] * y[1];
  f[1] = own[2] * y[0] * y[1] - own[3] * y[1];
}
static void predator_jacobian(const double *own, const double *latch, const double *drive, const double *y,
                              double *j) {
  (void)latch;
  j[0] = own[0] + drive[0] - own[1] * y[1], j[1] = -own[1] * y[0];
  j[2] = own[2] * y[1], j[3] = own[2] * y[0] - own[3];
}
static void predator_time_slope(const double *own, const double *latch, const double *drive_per_day,
                                const double *y, double *f) {
  (void)own, (void)latch;
  f[0] = drive_per_day[0] * y[0];
}
static const HandModel __attribute__((unused)) hand_predator = {.name = "predator",
                                                                .n = 2,
                                                                .n_exact = 1,
                                                                .n_own = 4,
                                                                .own = {1.0, 0.5, 0.3, 0.8},
                                                                .spread = {0.2, 0.2, 0.2, 0.2},
                                                                .decay_per_day = {0.7},
                                                                .negligible = 1e-9,
                                                                .start = {2, 1},
                                                                .slope = predator_slope,
                                                                .jacobian = predator_jacobian,
                                                                .time_slope = predator_time_slope};

/* One population of cells, birth own0, death own1; arrivals own2. */
static void cells_slope(const double *own, const double *latch, const double *drive, const double *y,
                        double *f) {
  (void)latch, (void)drive;
  f[0] = own[2] + (own[0] - own[1]) * y[0];
}
static void cells_jacobian(const double *own, const double *latch, const double *drive, const double *y,
                           double *j) {
  (void)latch, (void)drive, (void)y;
  j[0] = own[0] - own[1];
}
static void cells_propensity(const double *own, const double *latch, const double *drive, const double *y,
                             double *rate) {
  (void)latch, (void)drive;
  rate[0] = own[0] * y[0];
  rate[1] = own[1] * y[0];
  rate[2] = own[2];
}
static const HandModel __attribute__((unused))
hand_cells = {.name = "cells",
              .n = 1,
              .n_own = 3,
              .n_reaction = 3,
              .own = {0.3, 0.4, 0},
              .negligible = 1e-9,
              .cells_per_unit = 1,
              .count_below = 100,
              .start = {20},
              .reactions = {{.name = "birth", .state = 0, .change = 1},
                            {.name = "death", .state = 0, .change = -1},
                            {.name = "arrival", .state = 0, .change = 1}},
              .slope = cells_slope,
              .jacobian = cells_jacobian,
              .propensity = cells_propensity};

#endif
