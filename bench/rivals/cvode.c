/* cvode.c - CVODE on the problem, for SUNDIALS 6 and 7.
 *
 *   cvode PROBLEM FOLDER NAME RTOL[,RTOL...] (klu|dense|difference|adams) INTEGRATE_DRUGS(0|1) PATIENTS
 *
 * Prints processor milliseconds per patient for each tolerance, a line each, and writes observables to
 * FOLDER/NAME_RTOL.bin. A step never passes an event: CVODE starts anew there, and between events it runs on
 * and interpolates outputs. A patient that it gives up keeps NaN.
 */
#include <cvode/cvode.h>
#include <math.h>
#include <nvector/nvector_serial.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sunlinsol/sunlinsol_dense.h>
#include <sunlinsol/sunlinsol_klu.h>
#include <sunmatrix/sunmatrix_dense.h>
#include <sunmatrix/sunmatrix_sparse.h>
#include <sunnonlinsol/sunnonlinsol_fixedpoint.h>
#include <time.h>

#include "bridge7_kernel.h"
#include "rivals.h"

#if SUNDIALS_VERSION_MAJOR < 7
#define NO_COMMUNICATOR NULL
#else
#define NO_COMMUNICATOR SUN_COMM_NULL
#endif

extern const B7KernelTables rival_tables;

static int width, n_events, n_outputs, n_observables;
static double *event_day, *output_day;

static int slope_at(sunrealtype t, N_Vector y, N_Vector slope, void *user) {
  (void)user;
  rival_slope(&width, &t, N_VGetArrayPointer(y), N_VGetArrayPointer(slope), NULL, NULL);
  return 0;
}

static int sparse_jacobian(sunrealtype t, N_Vector y, N_Vector slope, SUNMatrix matrix, void *user,
                           N_Vector a, N_Vector b, N_Vector c) {
  (void)slope, (void)user, (void)a, (void)b, (void)c;
  const B7KernelTables *tables = &rival_tables;
  const double *lu = rival_jacobian_lu(t, N_VGetArrayPointer(y));
  for (int i = 0; i <= width; i++) SM_INDEXPTRS_S(matrix)[i] = tables->lu_row_start[i];
  for (int e = 0; e < tables->n_lu; e++) {
    SM_INDEXVALS_S(matrix)[e] = tables->lu_column[e];
    SM_DATA_S(matrix)[e] = lu[e];
  }
  return 0;
}

static int dense_jacobian(sunrealtype t, N_Vector y, N_Vector slope, SUNMatrix matrix, void *user, N_Vector a,
                          N_Vector b, N_Vector c) {
  (void)slope, (void)user, (void)a, (void)b, (void)c;
  const B7KernelTables *tables = &rival_tables;
  const double *lu = rival_jacobian_lu(t, N_VGetArrayPointer(y));
  for (int i = 0; i < width; i++)
    for (int e = tables->lu_row_start[i]; e < tables->lu_row_start[i + 1]; e++)
      SM_ELEMENT_D(matrix, i, tables->lu_column[e]) = lu[e];
  return 0;
}

static void must(bool good, const char *what) {
  if (good) return;
  fprintf(stderr, "CVODE: %s failed\n", what);
  exit(4);
}

static double processor_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

typedef struct Solver {
  SUNContext context;
  void *memory;
  N_Vector y, absolute;
  SUNMatrix matrix;
  SUNLinearSolver linear;
  SUNNonlinearSolver nonlinear;
} Solver;

/* tolerances: RTOL, or RTOL_SCALE for absolute tolerances times SCALE */
static Solver make_solver(const char *kind, const char *tolerances, const double *negligible) {
  char *rest;
  double rtol = strtod(tolerances, &rest), scale = fmin(1, rtol / 1e-6);
  if (*rest == '_') scale *= strtod(rest + 1, NULL);
  Solver s = {0};
  must(SUNContext_Create(NO_COMMUNICATOR, &s.context) == 0, "context");
#if SUNDIALS_VERSION_MAJOR >= 7
  SUNContext_ClearErrHandlers(s.context);
#endif
  s.y = N_VNew_Serial(width, s.context);
  s.absolute = N_VNew_Serial(width, s.context);
  N_VConst(0, s.y);
  // the engine's own absolute tolerances; drugs in reference doses
  for (int i = 0; i < width; i++)
    N_VGetArrayPointer(s.absolute)[i] = (i < rival_tables.n_state ? negligible[i] : 1e-6) * scale;
  bool adams = !strcmp(kind, "adams");
  s.memory = CVodeCreate(adams ? CV_ADAMS : CV_BDF, s.context);
  must(s.memory && CVodeInit(s.memory, slope_at, 0, s.y) == CV_SUCCESS, "start");
#if SUNDIALS_VERSION_MAJOR < 7
  CVodeSetErrFile(s.memory, NULL);
#endif
  must(CVodeSVtolerances(s.memory, rtol, s.absolute) == CV_SUCCESS, "tolerances");
  CVodeSetMaxNumSteps(s.memory, 200000);
  if (adams) {
    s.nonlinear = SUNNonlinSol_FixedPoint(s.y, 0, s.context);
    must(CVodeSetNonlinearSolver(s.memory, s.nonlinear) == CV_SUCCESS, "fixed point");
  } else if (!strcmp(kind, "klu")) {
    s.matrix = SUNSparseMatrix(width, width, rival_tables.n_lu, CSR_MAT, s.context);
    s.linear = SUNLinSol_KLU(s.y, s.matrix, s.context);
    must(CVodeSetLinearSolver(s.memory, s.linear, s.matrix) == CV_SUCCESS, "KLU");
    CVodeSetJacFn(s.memory, sparse_jacobian);
  } else {
    s.matrix = SUNDenseMatrix(width, width, s.context);
    s.linear = SUNLinSol_Dense(s.y, s.matrix, s.context);
    must(CVodeSetLinearSolver(s.memory, s.linear, s.matrix) == CV_SUCCESS, "dense solver");
    if (!strcmp(kind, "dense")) CVodeSetJacFn(s.memory, dense_jacobian);
  }
  return s;
}

static void free_solver(Solver *s) {
  CVodeFree(&s->memory);
  if (s->linear) SUNLinSolFree(s->linear);
  if (s->nonlinear) SUNNonlinSolFree(s->nonlinear);
  if (s->matrix) SUNMatDestroy(s->matrix);
  N_VDestroy(s->y);
  N_VDestroy(s->absolute);
  SUNContext_Free(&s->context);
}

/* rows[output][width], NaN where the solver gave up */
static void solve(Solver *s, int patient, double *rows) {
  double *y = N_VGetArrayPointer(s->y), now = 0, last_day = output_day[n_outputs - 1];
  rival_start(&patient, y);
  int event = 0, output = 0;
  while (event < n_events && event_day[event] <= 1e-9) event++;
  while (output < n_outputs && output_day[output] <= 1e-9)
    memcpy(rows + (long)output++ * width, y, sizeof(double) * (size_t)width);
  while (output < n_outputs) {
    double stop = event < n_events ? fmin(event_day[event], last_day) : last_day;
    if (CVodeReInit(s->memory, now, s->y) != CV_SUCCESS || CVodeSetStopTime(s->memory, stop) != CV_SUCCESS)
      return;
    while (now < stop) {
      double aim = output < n_outputs && output_day[output] < stop ? output_day[output] : stop;
      if (CVode(s->memory, aim, s->y, &now, CV_NORMAL) < 0) return;
      // an output at the time of an event shows the state before it
      while (output < n_outputs && output_day[output] <= now)
        memcpy(rows + (long)output++ * width, y, sizeof(double) * (size_t)width);
    }
    if (event >= n_events || event_day[event] > stop) continue;
    rival_event(&width, &stop, y);
    while (event < n_events && event_day[event] <= stop + 1e-9) event++;
  }
}

int main(int argc, char **argv) {
  if (argc != 8) {
    fprintf(stderr, "usage: cvode PROBLEM FOLDER NAME RTOL[,RTOL...] KIND INTEGRATE_DRUGS PATIENTS\n");
    return 2;
  }
  int drugs = atoi(argv[6]), patients = atoi(argv[7]), sizes[6];
  rival_load(&argv[1], &drugs, sizes);
  width = sizes[0] + drugs * sizes[1];
  n_observables = sizes[3];
  n_events = sizes[4];
  n_outputs = sizes[5];
  event_day = malloc(sizeof(double) * (size_t)n_events);
  output_day = malloc(sizeof(double) * (size_t)n_outputs);
  double *negligible = malloc(sizeof(double) * (size_t)sizes[0]);
  double *rows = malloc(sizeof(double) * (size_t)n_outputs * (size_t)width);
  double *observables = malloc(sizeof(double) * (size_t)n_outputs * (size_t)n_observables);
  must(event_day && output_day && negligible && rows && observables, "memory");
  rival_times(event_day, output_day, negligible);
  for (char *word = strtok(argv[4], ","); word; word = strtok(NULL, ",")) {
    char path[1024];
    snprintf(path, sizeof path, "%s/%s_%s.bin", argv[2], argv[3], word);
    FILE *file = fopen(path, "wb");
    must(file != NULL, "opening of the output");
    double spent = 0, began = processor_ms();
    Solver solver = make_solver(argv[5], word, negligible);
    spent += processor_ms() - began;
    for (int i = 0; i < patients; i++) {
      for (long k = 0; k < (long)n_outputs * width; k++) rows[k] = NAN;
      began = processor_ms();
      solve(&solver, i, rows);
      spent += processor_ms() - began;
      rival_observe(&n_outputs, output_day, &width, rows, observables);
      fwrite(observables, sizeof(double), (size_t)n_outputs * (size_t)n_observables, file);
    }
    free_solver(&solver);
    must(fclose(file) == 0, "writing of the output");
    printf("%s %.6g SUNDIALS-%s\n", word, spent / patients, SUNDIALS_VERSION);
  }
  free(event_day), free(output_day), free(negligible), free(rows), free(observables);
  return 0;
}
