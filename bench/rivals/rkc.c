/* rkc.c - a stabilised explicit method on the problem: Runge-Kutta-Chebyshev of order 2 (Sommeijer, Shampine and
 * Verwer, J. Comput. Appl. Math. 88 (1998) 315), for the study of work and precision.
 *
 *   rkc PROBLEM FOLDER NAME RTOL[,RTOL...] PATIENTS
 *
 * Prints processor milliseconds per patient for each tolerance, a line each, and writes observables to
 * FOLDER/NAME_RTOL.bin. Stages follow from the spectral radius, which a power iteration estimates after each
 * event and every 25 steps. Outputs by cubic Hermite interpolation.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bridge7_kernel.h"
#include "rivals.h"

extern const B7KernelTables rival_tables;

#define STATES_MOST 256
#define STAGES_MOST 400
#define STEPS_MOST 400000
#define RADIUS_LASTS_STEPS 25
#define RESTART_STEP_DAY 0.1 /* as the engine's own */

typedef struct Solver {
  int n;
  double rtol, atol[STATES_MOST];
  double now, step, last_error, radius_per_day;
  double y[STATES_MOST], slope[STATES_MOST], direction[STATES_MOST];
  long steps, radius_age;
} Solver;

static void slope_at(const Solver *s, double t, double *y, double *slope) {
  int n = s->n;
  rival_slope(&n, &t, y, slope, NULL, NULL);
}

static double norm(const double *v, int n) {
  double sum = 0;
  for (int i = 0; i < n; i++) sum += v[i] * v[i];
  return sqrt(sum);
}

/* nonlinear power iteration, from the last direction */
static void estimate_radius(Solver *s) {
  double moved[STATES_MOST], slope[STATES_MOST], size = norm(s->direction, s->n), scale = norm(s->y, s->n);
  double radius = 0, small = sqrt(2.2e-16) * (scale > 0 ? scale : 1);
  for (int turn = 0; turn < 50; turn++) {
    if (size == 0) {
      memcpy(s->direction, s->slope, sizeof s->direction);
      size = norm(s->direction, s->n);
      if (size == 0) break;
    }
    for (int i = 0; i < s->n; i++) moved[i] = s->y[i] + s->direction[i] * small / size;
    slope_at(s, s->now, moved, slope);
    for (int i = 0; i < s->n; i++) s->direction[i] = slope[i] - s->slope[i];
    size = norm(s->direction, s->n);
    double before = radius;
    radius = size / small;
    if (turn > 1 && fabs(radius - before) <= 0.01 * radius) break;
  }
  s->radius_per_day = 1.2 * radius + 1e-3;
  s->radius_age = 0;
}

/* One step of `stages` stages into y_new; the equations' slope at its end into slope_new. */
static void advance(const Solver *s, double h, int stages, double *y_new, double *slope_new) {
  double before[STATES_MOST], last[STATES_MOST], slope[STATES_MOST];
  double w0 = 1 + 2.0 / 13 / (stages * (double)stages), root = sqrt(w0 * w0 - 1),
         angle = stages * log(w0 + root);
  double w1 = sinh(angle) * (w0 * w0 - 1) / (cosh(angle) * stages * root - w0 * sinh(angle));
  // Chebyshev polynomials and their derivatives at w0, of degrees j - 2, j - 1, j
  double t2 = 1, t1 = w0, d2 = 0, d1 = 1, e2 = 0, e1 = 0;
  double b1 = 1 / (4 * w0 * w0), b2 = b1, c1 = w1 * b1, c2 = 0, a1 = 1 - b1 * w0;
  memcpy(before, s->y, sizeof before);
  for (int i = 0; i < s->n; i++) last[i] = s->y[i] + h * c1 * s->slope[i];
  for (int j = 2; j <= stages; j++) {
    double t = 2 * w0 * t1 - t2, d = 2 * w0 * d1 - d2 + 2 * t1, e = 2 * w0 * e1 - e2 + 4 * d1;
    double b = e / (d * d), a = 1 - b * t;
    double mu = 2 * w0 * b / b1, nu = -b / b2, mu_slope = 2 * w1 * b / b1, gamma = -a1 * mu_slope;
    slope_at(s, s->now + h * c1, last, slope);
    for (int i = 0; i < s->n; i++) {
      double y = (1 - mu - nu) * s->y[i] + mu * last[i] + nu * before[i] +
                 h * (mu_slope * slope[i] + gamma * s->slope[i]);
      before[i] = last[i];
      last[i] = y;
    }
    double c = mu * c1 + nu * c2 + mu_slope + gamma;
    t2 = t1, t1 = t, d2 = d1, d1 = d, e2 = e1, e1 = e, b2 = b1, b1 = b, c2 = c1, c1 = c, a1 = a;
  }
  memcpy(y_new, last, sizeof(double) * (size_t)s->n);
  slope_at(s, s->now + h, y_new, slope_new);
}

static double error_of(const Solver *s, double h, const double *y_new, const double *slope_new) {
  double sum = 0;
  for (int i = 0; i < s->n; i++) {
    double error = 0.8 * (s->y[i] - y_new[i]) + 0.4 * h * (s->slope[i] + slope_new[i]);
    double scaled = error / (s->atol[i] + s->rtol * fmax(fabs(s->y[i]), fabs(y_new[i])));
    sum += scaled * scaled;
  }
  return sqrt(sum / s->n);
}

static void restart(Solver *s, double now) {
  s->now = now;
  s->step = RESTART_STEP_DAY;
  s->last_error = 1;
  slope_at(s, now, s->y, s->slope);
  estimate_radius(s);
}

/* One accepted step, at most to `stop`; y, slope and time before it into the arguments. false: gave up. */
static int step(Solver *s, double stop, double *y_before, double *slope_before, double *t_before) {
  double y_new[STATES_MOST], slope_new[STATES_MOST];
  for (; s->steps < STEPS_MOST; s->steps++) {
    if (s->radius_age++ >= RADIUS_LASTS_STEPS) estimate_radius(s);
    double h = fmin(s->step, stop - s->now);
    int stages = 1 + (int)sqrt(1 + 1.54 * h * s->radius_per_day);
    if (stages < 2) stages = 2;
    if (stages > STAGES_MOST) {
      stages = STAGES_MOST;
      h = (stages * (double)stages - 1) / (1.54 * s->radius_per_day);
    }
    advance(s, h, stages, y_new, slope_new);
    double error = error_of(s, h, y_new, slope_new);
    if (!(error <= 1)) {
      s->step = h * (isfinite(error) ? fmax(0.1, 0.8 * pow(error, -1.0 / 3)) : 0.1);
      s->radius_age = RADIUS_LASTS_STEPS;
      if (s->step < 1e-11) return 0;
      continue;
    }
    double factor = 0.8 * pow(fmax(error, 1e-10), -0.7 / 3) * pow(s->last_error, 0.4 / 3);
    s->step = h * fmin(5, fmax(0.1, factor));
    s->last_error = fmax(error, 1e-4);
    *t_before = s->now;
    memcpy(y_before, s->y, sizeof s->y);
    memcpy(slope_before, s->slope, sizeof s->slope);
    s->now = s->now + h >= stop - 1e-12 ? stop : s->now + h;
    memcpy(s->y, y_new, sizeof s->y);
    memcpy(s->slope, slope_new, sizeof s->slope);
    s->steps++;
    return 1;
  }
  return 0;
}

static void interpolate(const Solver *s, const double *y0, const double *f0, double t0, double t,
                        double *row) {
  double h = s->now - t0, x = (t - t0) / h;
  for (int i = 0; i < s->n; i++)
    row[i] = (1 - x) * y0[i] + x * s->y[i] +
             x * (x - 1) * ((1 - 2 * x) * (s->y[i] - y0[i]) + (x - 1) * h * f0[i] + x * h * s->slope[i]);
}

static void solve(Solver *s, int patient, const double *event_day, int n_events, const double *output_day,
                  int n_outputs, double *rows) {
  double y_before[STATES_MOST], slope_before[STATES_MOST], t_before, last_day = output_day[n_outputs - 1];
  int event = 0, output = 0;
  rival_start(&patient, s->y);
  s->steps = 0;
  while (event < n_events && event_day[event] <= 1e-9) event++;
  while (output < n_outputs && output_day[output] <= 1e-9)
    memcpy(rows + (long)output++ * s->n, s->y, sizeof(double) * (size_t)s->n);
  for (restart(s, 0); output < n_outputs; restart(s, s->now)) {
    double stop = event < n_events ? fmin(event_day[event], last_day) : last_day;
    while (s->now < stop) {
      if (!step(s, stop, y_before, slope_before, &t_before)) return;
      for (; output < n_outputs && output_day[output] <= s->now; output++)
        interpolate(s, y_before, slope_before, t_before, output_day[output], rows + (long)output * s->n);
    }
    if (event >= n_events || event_day[event] > stop) continue;
    rival_event(&s->n, &stop, s->y);
    while (event < n_events && event_day[event] <= stop + 1e-9) event++;
  }
}

static double processor_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

int main(int argc, char **argv) {
  if (argc != 6) {
    fprintf(stderr, "usage: rkc PROBLEM FOLDER NAME RTOL[,RTOL...] PATIENTS\n");
    return 2;
  }
  int drugs = 0, patients = atoi(argv[5]), sizes[6];
  rival_load(&argv[1], &drugs, sizes);
  int n = sizes[0], n_observables = sizes[3], n_events = sizes[4], n_outputs = sizes[5];
  static Solver solver;
  static double negligible[STATES_MOST];
  double *event_day = malloc(sizeof(double) * (size_t)n_events);
  double *output_day = malloc(sizeof(double) * (size_t)n_outputs);
  double *rows = malloc(sizeof(double) * (size_t)n_outputs * (size_t)n);
  double *observables = malloc(sizeof(double) * (size_t)n_outputs * (size_t)n_observables);
  if (n > STATES_MOST || !event_day || !output_day || !rows || !observables) return 4;
  rival_times(event_day, output_day, negligible);
  for (char *word = strtok(argv[4], ","); word; word = strtok(NULL, ",")) {
    char path[1024], *rest;
    snprintf(path, sizeof path, "%s/%s_%s.bin", argv[2], argv[3], word);
    FILE *file = fopen(path, "wb");
    if (!file) return 4;
    // RTOL, or RTOL_SCALE for absolute tolerances times SCALE
    solver.n = n;
    solver.rtol = strtod(word, &rest);
    double scale = fmin(1, solver.rtol / 1e-6) * (*rest == '_' ? strtod(rest + 1, NULL) : 1), spent = 0;
    for (int i = 0; i < n; i++) solver.atol[i] = negligible[i] * scale;
    for (int i = 0; i < patients; i++) {
      for (long k = 0; k < (long)n_outputs * n; k++) rows[k] = NAN;
      double began = processor_ms();
      solve(&solver, i, event_day, n_events, output_day, n_outputs, rows);
      spent += processor_ms() - began;
      rival_observe(&n_outputs, output_day, &n, rows, observables);
      fwrite(observables, sizeof(double), (size_t)n_outputs * (size_t)n_observables, file);
    }
    if (fclose(file) != 0) return 4;
    printf("%s %.6g RKC2\n", word, spent / patients);
  }
  free(event_day), free(output_day), free(rows), free(observables);
  return 0;
}
