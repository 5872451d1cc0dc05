/* model.c - the emitted one-lane kernel behind the calling conventions of rivals: deSolve, mrgsolve and CVODE
 * (rival_slope, rival_event, Jacobians), and anybody who has y, x and latches of his own (rival_apply).
 *
 * Drugs are exact states. Either they stay so (x in closed form from the last event on; only those that are
 * not zero cost anything), or, when rival_load is told so, they are integrated behind the states of the
 * model. One problem and one patient at a time, in globals: deSolve passes no pointer of the user.
 */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge7_kernel.h"

extern const B7KernelCode rival_code;
extern const B7KernelTables rival_tables;

#define MOST 1024
#define ALIGNED __attribute__((aligned(64)))
#define RATE_STRETCH_DAY 0.0625
#define NOTHING 1e-12 /* reference doses; as the engine's own limit */

static double *problem;
static struct {
  int patients, events, outputs, arguments_total;
  const double *own, *rows, *factors, *arguments, *output_day;
} at;
static int drugs_integrated, doses_left_out, patient, next_event, n_active, active[MOST];
static double since_day;
static double ALIGNED shared[MOST], own[MOST], latch[MOST], derived[4 * MOST], drive[MOST], x[MOST],
    x_now[MOST], y_now[MOST], slope[MOST], rate[MOST];

static void settle(void) {
  double dt ALIGNED = RATE_STRETCH_DAY;
  rival_code.derive(rival_code.program, shared, own, latch, derived);
  for (int i = 0; i < rival_tables.n_exact; i++) x_now[i] = 1;
  rival_code.decay(rival_code.program, shared, own, derived, &dt, x_now, rate);
  n_active = 0;
  for (int i = 0; i < rival_tables.n_exact; i++) {
    rate[i] = -log(rate[i]) / RATE_STRETCH_DAY;
    if (fabs(x[i]) < NOTHING) x[i] = 0;
    x_now[i] = x[i];
    if (x[i] != 0) active[n_active++] = i;
  }
}

static void exact_at(double t_day) {
  for (int i = 0; i < n_active; i++)
    x_now[active[i]] = x[active[i]] * exp(-rate[active[i]] * (t_day - since_day));
}

/* sizes[6]: states, exact states, latches, observables, events, outputs */
void rival_load(char **path, int *integrate_drugs, int *sizes) {
  FILE *file = fopen(*path, "rb");
  const B7KernelTables *t = &rival_tables;
  if (!file || t->n_derived > 4 * MOST || t->n_shared > MOST || t->n_own > MOST || t->n_drive > MOST) {
    fprintf(stderr, "%s cannot be read\n", *path);
    exit(4);
  }
  fseek(file, 0, SEEK_END);
  long bytes = ftell(file);
  rewind(file);
  free(problem);
  problem = malloc((size_t)bytes);
  if (!problem || fread(problem, 1, (size_t)bytes, file) != (size_t)bytes) exit(4);
  fclose(file);
  if (problem[1] != t->n_shared || problem[2] != t->n_own) {
    fprintf(stderr, "%s is of another model than the compiled one: build both anew\n", *path);
    exit(4);
  }
  at.patients = (int)problem[0];
  at.events = (int)problem[3];
  at.arguments_total = (int)problem[4];
  at.outputs = (int)problem[6];
  const double *p = problem + 7;
  memcpy(shared, p, sizeof(double) * (size_t)t->n_shared);
  rival_code.prepare(rival_code.program, shared);
  at.own = p += t->n_shared;
  at.rows = (p += at.patients * t->n_own) + t->n_state;
  at.factors = at.rows + 4 * at.events;
  at.arguments = at.factors + at.patients * at.events;
  at.output_day = at.arguments + at.arguments_total;
  drugs_integrated = *integrate_drugs;
  const int all[] = {t->n_state, t->n_exact, t->n_latch, t->n_observable, at.events, at.outputs};
  memcpy(sizes, all, sizeof all);
}

void rival_times(double *event_day, double *output_day, double *negligible) {
  for (int e = 0; e < at.events; e++) event_day[e] = at.rows[4 * e];
  memcpy(output_day, at.output_day, sizeof(double) * (size_t)at.outputs);
  memcpy(negligible, at.rows - rival_tables.n_state, sizeof(double) * (size_t)rival_tables.n_state);
}

static void apply(int e, double *y, double *drugs) {
  const double *row = at.rows + 4 * e;
  double arguments[64] ALIGNED;
  int n = (int)row[2];
  memcpy(arguments, at.arguments + (int)row[3], sizeof(double) * (size_t)n);
  if (n > 0) arguments[0] *= at.factors[patient * at.events + e];
  rival_code.event(rival_code.program, (int32_t)row[1], arguments, 0, shared, own, derived, y, drugs, latch);
  rival_code.derive(rival_code.program, shared, own, latch, derived);
}

/* The drug that event e of the present patient adds to, and how much; -1 when it does anything else. */
int rival_dose(int e, double *amount) {
  const B7KernelTables *t = &rival_tables;
  double ALIGNED y[MOST], drugs[MOST] = {0}, latches[MOST];
  memcpy(y, y_now, sizeof y);
  memcpy(latches, latch, sizeof latches);
  apply(e, y, drugs);
  bool same = memcmp(y, y_now, sizeof(double) * (size_t)t->n_state) == 0 &&
              memcmp(latches, latch, sizeof(double) * (size_t)t->n_latch) == 0;
  memcpy(latch, latches, sizeof latches);
  rival_code.derive(rival_code.program, shared, own, latch, derived);
  int drug = -1;
  for (int i = 0; i < t->n_exact && same; i++) {
    if (drugs[i] == 0) continue;
    same = drug < 0;
    drug = i;
  }
  *amount = same && drug >= 0 ? drugs[drug] : 0;
  return same ? drug : -1;
}

/* R: the same */
void rival_dose_of(int *e, int *drug, double *amount) {
  *drug = rival_dose(*e, amount);
}

/* For engines that give doses of drugs themselves: events are then the rest. */
void rival_leave_doses(int leave) {
  doses_left_out = leave;
}

/* deSolve: t_day of an event; everything planned then is done */
void rival_event(int *n, double *t_day, double *y) {
  (void)n;
  const B7KernelTables *t = &rival_tables;
  exact_at(*t_day);
  memcpy(x, drugs_integrated ? y + t->n_state : x_now, sizeof(double) * (size_t)t->n_exact);
  memcpy(y_now, y, sizeof(double) * (size_t)t->n_state);
  since_day = *t_day;
  for (; next_event < at.events && at.rows[4 * next_event] <= *t_day + 1e-9; next_event++) {
    double amount;
    if (!doses_left_out || *t_day == 0 || rival_dose(next_event, &amount) < 0) apply(next_event, y_now, x);
  }
  settle();
  memcpy(y, y_now, sizeof(double) * (size_t)t->n_state);
  if (drugs_integrated) memcpy(y + t->n_state, x, sizeof(double) * (size_t)t->n_exact);
}

/* a patient at day 0, with what is planned for then; y as the solver wants it */
void rival_start(int *which, double *y) {
  const B7KernelTables *t = &rival_tables;
  patient = *which;
  memcpy(own, at.own + patient * t->n_own, sizeof(double) * (size_t)t->n_own);
  for (int i = 0; i < t->n_latch; i++) latch[i] = t->latches[i].initial;
  rival_code.derive(rival_code.program, shared, own, latch, derived);
  rival_code.initial(rival_code.program, shared, own, latch, derived, y_now, x);
  memcpy(y, y_now, sizeof(double) * (size_t)t->n_state);
  if (drugs_integrated) memcpy(y + t->n_state, x, sizeof(double) * (size_t)t->n_exact);
  next_event = 0;
  since_day = 0;
  settle();
  double zero = 0;
  int n = 0;
  rival_event(&n, &zero, y);
}

/* deSolve: the right-hand side */
void rival_slope(int *n, double *t_day, double *y, double *dydt, double *out, int *ip) {
  (void)n, (void)out, (void)ip;
  const B7KernelTables *t = &rival_tables;
  if (drugs_integrated)
    memcpy(x_now, y + t->n_state, sizeof(double) * (size_t)t->n_exact);
  else
    exact_at(*t_day);
  rival_code.drive(rival_code.program, shared, own, latch, derived, x_now, drive, NULL);
  memcpy(y_now, y, sizeof(double) * (size_t)t->n_state);
  rival_code.slope(rival_code.program, shared, own, latch, derived, drive, y_now, slope);
  memcpy(dydt, slope, sizeof(double) * (size_t)t->n_state);
  if (!drugs_integrated) return;
  for (int i = 0; i < t->n_exact; i++) dydt[t->n_state + i] = -rate[i] * x_now[i];
}

/* The Jacobian for drugs in closed form, in the kernel's pattern: its values are valid until the next call. */
const double *rival_jacobian_lu(double t_day, const double *y) {
  const B7KernelTables *t = &rival_tables;
  static double ALIGNED lu[MOST * 8], dfdt[MOST], rates[MOST];
  exact_at(t_day);
  rival_code.drive(rival_code.program, shared, own, latch, derived, x_now, drive, NULL);
  memcpy(y_now, y, sizeof(double) * (size_t)t->n_state);
  rival_code.slope_jacobian(rival_code.program, shared, own, latch, derived, drive, rates, y_now, slope, dfdt,
                            lu);
  return lu;
}

/* deSolve: the same by columns */
void rival_jacobian(int *n, double *t_day, double *y, int *below, int *above, double *columns, int *rows,
                    double *out, int *ip) {
  (void)below, (void)above, (void)out, (void)ip;
  const B7KernelTables *t = &rival_tables;
  const double *lu = rival_jacobian_lu(*t_day, y);
  for (int c = 0; c < *n; c++) memset(columns + (long)c * *rows, 0, sizeof(double) * (size_t)*n);
  for (int i = 0; i < t->n_state; i++)
    for (int e = t->lu_row_start[i]; e < t->lu_row_start[i + 1]; e++)
      columns[(long)t->lu_column[e] * *rows + i] = lu[e];
}

/* Observables [times][observables] of the present patient from states at ascending times; rows [times][width]
   hold the states first and, where they were integrated, the drugs. Does the patient's events once more for
   drugs and latches. */
void rival_observe(int *n_times, double *t_day, int *width, double *rows, double *observables) {
  const B7KernelTables *t = &rival_tables;
  double y[MOST];
  int left_out = doses_left_out;
  doses_left_out = 0;
  rival_start(&patient, y);
  for (int i = 0; i < *n_times; i++) {
    const double *row = rows + (long)i * *width;
    while (next_event < at.events && at.rows[4 * next_event] < t_day[i] - 1e-9) {
      double when = at.rows[4 * next_event];
      // a dose into a drug needs no state; the states that a graft or cells go into are the solver's own
      memcpy(y, row, sizeof(double) * (size_t)(drugs_integrated ? *width : t->n_state));
      rival_event(width, &when, y);
    }
    exact_at(t_day[i]);
    if (drugs_integrated) memcpy(x_now, row + t->n_state, sizeof(double) * (size_t)t->n_exact);
    memcpy(y_now, row, sizeof(double) * (size_t)t->n_state);
    rival_code.drive(rival_code.program, shared, own, latch, derived, x_now, drive, NULL);
    rival_code.observe(rival_code.program, shared, own, latch, derived, x_now, drive, y_now,
                       observables + (long)i * t->n_observable);
  }
  doses_left_out = left_out;
}

/* For engines that keep all quantities themselves: event e of the present patient on y, x and latches of
 * theirs. */
void rival_apply(int *e, double *y, double *drugs, double *latches) {
  const B7KernelTables *t = &rival_tables;
  memcpy(latch, latches, sizeof(double) * (size_t)t->n_latch);
  memcpy(y_now, y, sizeof(double) * (size_t)t->n_state);
  memcpy(x, drugs, sizeof(double) * (size_t)t->n_exact);
  rival_code.derive(rival_code.program, shared, own, latch, derived);
  apply(*e, y_now, x);
  memcpy(y, y_now, sizeof(double) * (size_t)t->n_state);
  memcpy(drugs, x, sizeof(double) * (size_t)t->n_exact);
  memcpy(latches, latch, sizeof(double) * (size_t)t->n_latch);
}

/* Names, for engines that go by name: kind 0 state, 1 exact state, 2 latch, 3 observable, 4 own parameter by
 * its place. */
const char *rival_name(int kind, int index) {
  const B7KernelTables *t = &rival_tables;
  switch (kind) {
  case 0:
    return t->states[index].name;
  case 1:
    return t->exacts[index].name;
  case 2:
    return t->latches[index].name;
  case 3:
    return t->observables[index].name;
  default:
    for (int32_t i = 0; i < t->n_parameter; i++)
      if (t->parameters[i].own_index == index) return t->parameters[i].name;
    return "";
  }
}

int rival_own(double *values) {
  memcpy(values, own, sizeof(double) * (size_t)rival_tables.n_own);
  return rival_tables.n_own;
}

void rival_latches(double *values) {
  memcpy(values, latch, sizeof(double) * (size_t)rival_tables.n_latch);
}

void rival_drugs(double *values) {
  memcpy(values, x, sizeof(double) * (size_t)rival_tables.n_exact);
}
