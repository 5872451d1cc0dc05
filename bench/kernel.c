/* Time of each kernel function, per patient, for every width of the shipped kernel that this machine runs:
 * JSON. Medians of interleaved rounds, so that a busy machine disturbs all alike. */
#include <stdio.h>
#include <time.h>

#include "../tests/unit/kernel_fixture.h"
#include "compile/code/kernel_parts.h"
#include "compile/code/machine.h"

#define ROUNDS 15
#define PARTS 9

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void call(const Patients *p, int part) {
  const B7KernelCode *c = p->code;
  const void *g = c->program;
  switch (part) {
  case 0:
    c->derive(g, p->shared, p->own, p->latch, p->derived);
    break;
  case 1:
    c->decay(g, p->shared, p->own, p->derived, p->dt_day, p->x, p->x_after);
    break;
  case 2:
    c->drive(g, p->shared, p->own, p->latch, p->derived, p->x, p->drive, NULL);
    break;
  case 3:
    c->drive(g, p->shared, p->own, p->latch, p->derived, p->x, p->drive, p->drive_per_day);
    break;
  case 4:
    c->slope(g, p->shared, p->own, p->latch, p->derived, p->drive, p->y, p->slope);
    break;
  case 5:
    c->slope_jacobian(g, p->shared, p->own, p->latch, p->derived, p->drive, p->drive_per_day, p->y, p->slope,
                      p->dfdt, p->jacobian);
    break;
  case 6:
    memcpy(p->lu, p->jacobian, sizeof(double) * (size_t)(p->tables->n_lu * p->lanes));
    c->factor(g, p->diagonal, p->lu);
    break;
  case 7:
    c->solve(g, p->lu, p->b);
    break;
  default:
    c->observe(g, p->shared, p->own, p->latch, p->derived, p->x, p->drive, p->y, p->observed);
  }
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

int main(void) {
  static const char *const names[PARTS] = {"derive",           "decay", "drive",
                                           "drive and rates",  "slope", "slope_jacobian",
                                           "factor with copy", "solve", "observe"};
  const B7Kernel *kernel = b7_kernel_shipped();
  static double seconds[B7_KERNEL_CODES_MAX][PARTS][ROUNDS];
  Patients groups[B7_KERNEL_CODES_MAX];
  int n_code = 0;
  for (int k = 0; k < B7_KERNEL_CODES_MAX && kernel->codes[k]; k++) {
    if (!b7_machine_runs(kernel->codes[k]->isa)) continue;
    groups[n_code] = make_patients(kernel->tables, kernel->codes[k], 0);
    // a few drugs at a time, as in a course
    for (int32_t i = 0; i < kernel->tables->n_exact * groups[n_code].lanes; i++)
      if (i / groups[n_code].lanes % 6 != 0) groups[n_code].x[i] = 0;
    groups[n_code].diagonal[0] = 100;
    run_patients(&groups[n_code++]);
  }
  for (int round = 0; round < ROUNDS; round++)
    for (int k = 0; k < n_code; k++)
      for (int part = 0; part < PARTS; part++) {
        const int calls = 1000;
        double start = now();
        for (int i = 0; i < calls; i++) call(&groups[k], part);
        seconds[k][part][round] = (now() - start) / calls / groups[k].lanes;
      }
  printf("{\"unit\": \"ns per patient and call\", \"kernels\": [");
  for (int k = 0; k < n_code; k++) {
    printf("%s\n  {\"lanes\": %d, \"isa\": \"%s\"", k ? "," : "", groups[k].lanes, groups[k].code->isa);
    for (int part = 0; part < PARTS; part++) {
      qsort(seconds[k][part], ROUNDS, sizeof(double), ascending);
      printf(", \"%s\": %.1f", names[part], 1e9 * seconds[k][part][ROUNDS / 2]);
    }
    printf("}");
    free_patients(&groups[k]);
  }
  printf("\n]}\n");
  return 0;
}
