#include "kernel/cvode.h"

#include <cvode/cvode.h>
#include <cvode/cvode_ls.h>
#include <math.h>
#include <nvector/nvector_serial.h>
#include <string.h>
#include <sunlinsol/sunlinsol_dense.h>
#include <sunlinsol/sunlinsol_klu.h>
#include <sunmatrix/sunmatrix_dense.h>
#include <sunmatrix/sunmatrix_sparse.h>
#include <sunnonlinsol/sunnonlinsol_fixedpoint.h>

#include "base/status.h"

struct B7Cvode {
  B7Arena arena;
  B7Group *group;
  B7CvodeKind kind;
  SUNContext context;
  void *memory;
  N_Vector y, absolute, slope, dense;
  SUNMatrix matrix;
  SUNLinearSolver linear;
  SUNNonlinearSolver nonlinear;
  double start_day, *start_x; /* exact states at the last restart */
  B7SolverStatistics counted; /* already reported since the last restart */
};

/* exact states that are left and what they drive, at t (Nullable: drive_per_day) */
static void drive_at(B7Cvode *cvode, double t_day, double *x, double *drive, double *drive_per_day) {
  const B7Group *g = cvode->group;
  const B7KernelCode *code = g->code;
  double since_day = t_day - cvode->start_day;
  for (int32_t i = 0; i < g->n_active; i++) {
    int32_t e = g->active[i];
    x[e] = cvode->start_x[e] * exp(-g->exact_rate[e] * since_day);
  }
  if (g->n_active > 0 || drive_per_day)
    code->drive(code->program, g->shared, g->own, g->latch, g->derived, x, drive, drive_per_day);
  else
    memcpy(drive, g->drive, sizeof(double) * (size_t)g->tables->n_drive);
}

static void hold(const B7Group *g, double *slope) {
  // one lane: a state in the list is held in it
  for (int32_t i = 0; i < g->n_held; i++) slope[g->held[i]] = 0;
}

static int slope_at(realtype t, N_Vector y, N_Vector slope, void *user) {
  B7Cvode *cvode = user;
  B7Group *g = cvode->group;
  drive_at(cvode, t, g->x_stage, g->drive_stage, NULL);
  // kernels want aligned arrays of their own
  memcpy(g->k, N_VGetArrayPointer(y), sizeof(double) * (size_t)g->tables->n_state);
  g->code->slope(g->code->program, g->shared, g->own, g->latch, g->derived, g->drive_stage, g->k, g->slope);
  hold(g, g->slope);
  if (g->tables->n_state == 0) N_VConst(0, slope);
  memcpy(N_VGetArrayPointer(slope), g->slope, sizeof(double) * (size_t)g->tables->n_state);
  return 0;
}

static int jacobian_at(realtype t, N_Vector y, N_Vector slope, SUNMatrix matrix, void *user, N_Vector a,
                       N_Vector b, N_Vector c) {
  (void)slope, (void)a, (void)b, (void)c;
  B7Cvode *cvode = user;
  B7Group *g = cvode->group;
  const B7KernelTables *tables = g->tables;
  drive_at(cvode, t, g->x_stage, g->drive_stage, g->drive_per_day);
  memcpy(g->k, N_VGetArrayPointer(y), sizeof(double) * (size_t)tables->n_state);
  g->code->slope_jacobian(g->code->program, g->shared, g->own, g->latch, g->derived, g->drive_stage,
                          g->drive_per_day, g->k, g->slope, g->dfdt, g->lu);
  SUNMatZero(matrix);
  for (int32_t i = 0; i < tables->n_state; i++) {
    uint64_t moves;
    memcpy(&moves, &g->moves[i], sizeof moves);
    if (cvode->kind == B7_CVODE_BDF_KLU) SM_INDEXPTRS_S(matrix)[i] = tables->lu_row_start[i];
    for (int32_t e = tables->lu_row_start[i]; e < tables->lu_row_start[i + 1]; e++) {
      double value = moves ? g->lu[e] : 0;
      if (cvode->kind == B7_CVODE_BDF_KLU) {
        SM_INDEXVALS_S(matrix)[e] = tables->lu_column[e];
        SM_DATA_S(matrix)[e] = value;
      } else {
        SM_ELEMENT_D(matrix, i, tables->lu_column[e]) = value;
      }
    }
  }
  if (cvode->kind == B7_CVODE_BDF_KLU)
    SM_INDEXPTRS_S(matrix)[tables->n_state] = tables->lu_row_start[tables->n_state];
  return 0;
}

static void say_nothing(int code, const char *module, const char *function, char *message, void *user) {
  (void)code, (void)module, (void)function, (void)message, (void)user;
}

static bool make_solvers(B7Cvode *cvode) {
  const B7Group *g = cvode->group;
  int32_t n = (int32_t)N_VGetLength(cvode->y);
  if (cvode->kind == B7_CVODE_ADAMS) {
    cvode->nonlinear = SUNNonlinSol_FixedPoint(cvode->y, 0, cvode->context);
    return cvode->nonlinear && CVodeSetNonlinearSolver(cvode->memory, cvode->nonlinear) == CV_SUCCESS;
  }
  if (cvode->kind == B7_CVODE_BDF_KLU) {
    cvode->matrix = SUNSparseMatrix(n, n, g->tables->n_lu, CSR_MAT, cvode->context);
    cvode->linear = cvode->matrix ? SUNLinSol_KLU(cvode->y, cvode->matrix, cvode->context) : NULL;
  } else {
    cvode->matrix = SUNDenseMatrix(n, n, cvode->context);
    cvode->linear = cvode->matrix ? SUNLinSol_Dense(cvode->y, cvode->matrix, cvode->context) : NULL;
  }
  if (!cvode->linear || CVodeSetLinearSolver(cvode->memory, cvode->linear, cvode->matrix) != CV_SUCCESS)
    return false;
  if (cvode->kind == B7_CVODE_BDF_DIFFERENCE) return true;
  return CVodeSetJacFn(cvode->memory, jacobian_at) == CV_SUCCESS;
}

B7Status b7_cvode_make(const B7Hooks *hooks, B7Group *group, B7CvodeKind kind, B7Cvode **out,
                       B7Error *error) {
  *out = NULL;
  B7Arena arena = b7_arena_make(hooks);
  B7Cvode *cvode = B7_ARENA_ARRAY(&arena, B7Cvode, 1);
  double *start_x = B7_ARENA_ARRAY(&arena, double, group->tables->n_exact + 1);
  if (!cvode || !start_x) {
    b7_arena_free(&arena);
    return b7_fail_memory(error);
  }
  cvode->arena = arena;
  cvode->group = group;
  // where all states are exact, CVODE is given one that stays
  const int32_t states = group->tables->n_state, n = states > 0 ? states : 1;
  cvode->kind = states > 0 ? kind : B7_CVODE_BDF_DIFFERENCE;
  cvode->start_x = start_x;
  bool good = SUNContext_Create(NULL, &cvode->context) == 0;
  if (good) {
    cvode->y = N_VNew_Serial(n, cvode->context);
    cvode->absolute = N_VNew_Serial(n, cvode->context);
    cvode->dense = N_VNew_Serial(n, cvode->context);
    cvode->memory = CVodeCreate(kind == B7_CVODE_ADAMS ? CV_ADAMS : CV_BDF, cvode->context);
    good = cvode->y && cvode->absolute && cvode->dense && cvode->memory;
  }
  if (good) {
    N_VConst(0, cvode->y);
    N_VConst(1, cvode->absolute);
    for (int32_t i = 0; i < states; i++) N_VGetArrayPointer(cvode->absolute)[i] = group->absolute[i];
    good = CVodeSetErrHandlerFn(cvode->memory, say_nothing, NULL) == CV_SUCCESS &&
           CVodeInit(cvode->memory, slope_at, 0, cvode->y) == CV_SUCCESS &&
           CVodeSetUserData(cvode->memory, cvode) == CV_SUCCESS &&
           CVodeSVtolerances(cvode->memory, group->relative, cvode->absolute) == CV_SUCCESS &&
           make_solvers(cvode);
  }
  if (!good) {
    b7_cvode_free(cvode);
    return b7_fail(error, B7_ERROR_MEMORY, "CVODE could not be set up for %d states", n);
  }
  *out = cvode;
  return B7_OK;
}

void b7_cvode_free(B7Cvode *cvode) {
  if (!cvode) return;
  if (cvode->memory) CVodeFree(&cvode->memory);
  if (cvode->linear) SUNLinSolFree(cvode->linear);
  if (cvode->nonlinear) SUNNonlinSolFree(cvode->nonlinear);
  if (cvode->matrix) SUNMatDestroy(cvode->matrix);
  if (cvode->y) N_VDestroy(cvode->y);
  if (cvode->absolute) N_VDestroy(cvode->absolute);
  if (cvode->dense) N_VDestroy(cvode->dense);
  if (cvode->context) SUNContext_Free(&cvode->context);
  B7Arena arena = cvode->arena;
  b7_arena_free(&arena);
}

B7Fault b7_cvode_step(B7Cvode *cvode, double t_day, double stop_day, bool restart, double *end_day) {
  B7Group *g = cvode->group;
  int32_t n = g->tables->n_state;
  if (restart) {
    memcpy(cvode->start_x, g->x, sizeof(double) * (size_t)g->tables->n_exact);
    cvode->start_day = t_day;
    memcpy(N_VGetArrayPointer(cvode->y), g->y, sizeof(double) * (size_t)n);
    cvode->counted = (B7SolverStatistics){0};
    if (CVodeReInit(cvode->memory, t_day, cvode->y) != CV_SUCCESS) return B7_FAULT_NOT_FINITE;
  }
  CVodeSetStopTime(cvode->memory, stop_day);
  realtype reached = t_day;
  int flag = CVode(cvode->memory, stop_day, cvode->y, &reached, CV_ONE_STEP);
  if (flag < 0)
    return flag == CV_ERR_FAILURE || flag == CV_TOO_CLOSE ? B7_FAULT_STEP_UNDERFLOW : B7_FAULT_NOT_FINITE;
  *end_day = reached;
  const double *y = N_VGetArrayPointer(cvode->y);
  for (int32_t i = 0; i < n; i++) {
    if (!isfinite(y[i])) return B7_FAULT_NOT_FINITE;
    g->y_new[i] = y[i];
  }
  drive_at(cvode, reached, g->x_new, g->drive_new, NULL);
  for (int32_t i = 0; i < g->n_active; i++) {
    double *x = &g->x_new[g->active[i]];
    if (fabs(*x) < B7_EXACT_NOTHING) *x = 0;
  }
  return B7_FAULT_NONE;
}

void b7_cvode_sample(B7Cvode *cvode, double t_day) {
  B7Group *g = cvode->group;
  CVodeGetDky(cvode->memory, t_day, 0, cvode->dense);
  memcpy(g->sample, N_VGetArrayPointer(cvode->dense), sizeof(double) * (size_t)g->tables->n_state);
  drive_at(cvode, t_day, g->sample_x, g->sample_drive, NULL);
}

void b7_cvode_count(B7Cvode *cvode, B7SolverStatistics *statistics) {
  long steps = 0, slopes = 0, rejected = 0, jacobians = 0, setups = 0, solves = 0;
  CVodeGetNumSteps(cvode->memory, &steps);
  CVodeGetNumRhsEvals(cvode->memory, &slopes);
  CVodeGetNumErrTestFails(cvode->memory, &rejected);
  CVodeGetNumNonlinSolvIters(cvode->memory, &solves);
  if (cvode->linear) {
    CVodeGetNumJacEvals(cvode->memory, &jacobians);
    CVodeGetNumLinSolvSetups(cvode->memory, &setups);
  }
  statistics->steps += steps - cvode->counted.steps;
  statistics->slopes += slopes - cvode->counted.slopes;
  statistics->rejected += rejected - cvode->counted.rejected;
  statistics->jacobians += jacobians - cvode->counted.jacobians;
  statistics->factorisations += setups - cvode->counted.factorisations;
  statistics->solves += cvode->linear ? solves - cvode->counted.solves : 0;
  cvode->counted = (B7SolverStatistics){.steps = steps,
                                        .slopes = slopes,
                                        .rejected = rejected,
                                        .jacobians = jacobians,
                                        .factorisations = setups,
                                        .solves = solves};
}
