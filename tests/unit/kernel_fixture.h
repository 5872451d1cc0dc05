/* kernel_fixture.h - random patients for the kernel's functions, in any width, and everything the functions
 * say of them.
 *
 * Patients are numbered; a group of W takes patients first .. first + W - 1. The same patient has the same
 * inputs at every width, so outputs may be compared to the bit.
 */
#ifndef B7_TEST_KERNEL_FIXTURE_H
#define B7_TEST_KERNEL_FIXTURE_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "bridge7.h"

typedef struct Patients {
  const B7KernelTables *tables;
  const B7KernelCode *code;
  int32_t lanes;
  double *shared, *own, *latch, *derived, *y, *x, *dt_day, *drive, *drive_per_day;
  /* outputs */
  double *y0, *x0, *x_after, *slope, *slope_again, *dfdt, *jacobian, *lu, *diagonal, *b, *observed, *rate;
} Patients;

static double *lane_array(int32_t count, int32_t lanes) {
  size_t bytes = ((size_t)(count > 0 ? count : 1) * (size_t)lanes * sizeof(double) + 63) / 64 * 64;
  double *array = aligned_alloc(64, bytes);
  memset(array, 0, bytes);
  return array;
}

/* A typical patient with every own parameter moved, states over six orders of magnitude, some drugs absent.
 */
static inline void draw_patient(Patients *p, int64_t patient, int32_t lane) {
  const B7KernelTables *t = p->tables;
  B7Random random = b7_random_at(7, (uint64_t)patient, B7_STREAM_FIT, 0);
  for (int32_t i = 0; i < t->n_parameter; i++) {
    const B7KernelParameter *parameter = &t->parameters[i];
    double factor = exp(0.2 * b7_random_normal(&random));
    if (parameter->own_index >= 0) p->own[parameter->own_index * p->lanes + lane] = parameter->value * factor;
  }
  for (int32_t i = 0; i < t->n_latch; i++)
    p->latch[i * p->lanes + lane] =
        b7_random_uniform(&random) < 0.5 ? t->latches[i].initial : b7_random_uniform(&random);
  for (int32_t i = 0; i < t->n_state; i++)
    p->y[i * p->lanes + lane] = exp(-10.0 + 14.0 * b7_random_uniform(&random));
  for (int32_t i = 0; i < t->n_exact; i++) {
    double amount = exp(-6.0 + 7.0 * b7_random_uniform(&random));
    p->x[i * p->lanes + lane] = b7_random_uniform(&random) < 0.3 ? 0.0 : amount;
  }
  p->dt_day[lane] = 3.0 * b7_random_uniform(&random);
  p->diagonal[lane] = exp(-3.0 + 10.0 * b7_random_uniform(&random));
  for (int32_t i = 0; i < t->n_state; i++) p->b[i * p->lanes + lane] = b7_random_normal(&random);
}

static inline void free_patients(Patients *p) {
  double *all[] = {p->shared, p->own,         p->latch,         p->derived,  p->y,  p->x,
                   p->dt_day, p->drive,       p->drive_per_day, p->y0,       p->x0, p->x_after,
                   p->slope,  p->slope_again, p->dfdt,          p->jacobian, p->lu, p->diagonal,
                   p->b,      p->observed,    p->rate};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
}

static inline Patients make_patients(const B7KernelTables *t, const B7KernelCode *code, int64_t first) {
  int32_t w = code->lanes;
  Patients p = {.tables = t,
                .code = code,
                .lanes = w,
                .shared = lane_array(t->n_shared, 1),
                .own = lane_array(t->n_own, w),
                .latch = lane_array(t->n_latch, w),
                .derived = lane_array(t->n_derived, w),
                .y = lane_array(t->n_state, w),
                .x = lane_array(t->n_exact, w),
                .dt_day = lane_array(1, w),
                .drive = lane_array(t->n_drive, w),
                .drive_per_day = lane_array(t->n_drive, w),
                .y0 = lane_array(t->n_state, w),
                .x0 = lane_array(t->n_exact, w),
                .x_after = lane_array(t->n_exact, w),
                .slope = lane_array(t->n_state, w),
                .slope_again = lane_array(t->n_state, w),
                .dfdt = lane_array(t->n_state, w),
                .jacobian = lane_array(t->n_lu, w),
                .lu = lane_array(t->n_lu, w),
                .diagonal = lane_array(1, w),
                .b = lane_array(t->n_state, w),
                .observed = lane_array(t->n_observable, w),
                .rate = lane_array(t->n_reaction, w)};
  for (int32_t i = 0; i < t->n_parameter; i++)
    if (t->parameters[i].shared_index >= 0) p.shared[t->parameters[i].shared_index] = t->parameters[i].value;
  for (int32_t lane = 0; lane < w; lane++) draw_patient(&p, first + lane, lane);
  return p;
}

/* Every function once. */
static inline void run_patients(Patients *p) {
  const B7KernelCode *c = p->code;
  const void *g = c->program;
  c->prepare(g, p->shared);
  c->derive(g, p->shared, p->own, p->latch, p->derived);
  c->initial(g, p->shared, p->own, p->latch, p->derived, p->y0, p->x0);
  c->decay(g, p->shared, p->own, p->derived, p->dt_day, p->x, p->x_after);
  c->drive(g, p->shared, p->own, p->latch, p->derived, p->x, p->drive, p->drive_per_day);
  c->slope(g, p->shared, p->own, p->latch, p->derived, p->drive, p->y, p->slope);
  c->slope_jacobian(g, p->shared, p->own, p->latch, p->derived, p->drive, p->drive_per_day, p->y,
                    p->slope_again, p->dfdt, p->jacobian);
  memcpy(p->lu, p->jacobian, sizeof(double) * (size_t)(p->tables->n_lu * p->lanes));
  c->factor(g, p->diagonal, p->lu);
  c->solve(g, p->lu, p->b);
  c->observe(g, p->shared, p->own, p->latch, p->derived, p->x, p->drive, p->y, p->observed);
  c->propensity(g, p->shared, p->own, p->latch, p->derived, p->drive, p->y, p->rate);
}

/* The outputs by name, for comparisons. */
typedef struct Output {
  const char *name;
  const double *values;
  int32_t count;
} Output;
#define OUTPUTS 14
static inline void list_outputs(const Patients *p, Output out[OUTPUTS]) {
  const B7KernelTables *t = p->tables;
  const Output all[OUTPUTS] = {{"derive", p->derived, t->n_derived},
                               {"initial y", p->y0, t->n_state},
                               {"initial x", p->x0, t->n_exact},
                               {"decay", p->x_after, t->n_exact},
                               {"drive", p->drive, t->n_drive},
                               {"drive per day", p->drive_per_day, t->n_drive},
                               {"slope", p->slope, t->n_state},
                               {"slope with Jacobian", p->slope_again, t->n_state},
                               {"dfdt", p->dfdt, t->n_state},
                               {"Jacobian", p->jacobian, t->n_lu},
                               {"factor", p->lu, t->n_lu},
                               {"solve", p->b, t->n_state},
                               {"observe", p->observed, t->n_observable},
                               {"propensity", p->rate, t->n_reaction}};
  memcpy(out, all, sizeof all);
}

static inline int same_bits(double a, double b) {
  return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

#endif
