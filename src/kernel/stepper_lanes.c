/* One text for all widths and instruction sets: the build compiles it with B7_LANES and B7_STEPPER_ISA
 * (plain, v3, v4) set. */
#include "kernel/lane_math.h"
#include "kernel/stepper.h"

#ifndef B7_STEPPER_ISA
#define B7_STEPPER_ISA plain
#endif
#define W B7_LANES
#define B7_PASTE(a, isa, lanes) a##_##isa##_##lanes
#define B7_PASTE_VALUES(a, isa, lanes) B7_PASTE(a, isa, lanes)
#define B7_TEXT(x) #x
#define B7_TEXT_VALUE(x) B7_TEXT(x)

/* exact states and what they drive, at t + c h of every lane (Nullable: drive_per_day); only those that are
 * not zero */
static void drive_at(B7Group *g, V dt_day, double *x, double *drive, double *drive_per_day) {
  const B7KernelCode *code = g->code;
  for (int32_t i = 0; i < g->n_active; i++) {
    int32_t at = g->active[i] * W;
    b7v_store(x + at, b7v_load(g->x + at) * b7v_exp(-(b7v_load(g->exact_rate + at) * dt_day)));
  }
  code->drive(code->program, g->shared, g->own, g->latch, g->derived, x, drive, drive_per_day);
}

static void drive_end(B7Group *g, V h) {
  const B7KernelTables *tables = g->tables;
  if (g->n_active > 0) {
    drive_at(g, h, g->x_new, g->drive_new, g->drive_per_day_new);
    return;
  }
  __builtin_memcpy(g->x_new, g->x, sizeof(double) * W * (size_t)tables->n_exact);
  __builtin_memcpy(g->drive_new, g->drive, sizeof(double) * W * (size_t)tables->n_drive);
  __builtin_memcpy(g->drive_per_day_new, g->drive_per_day, sizeof(double) * W * (size_t)tables->n_drive);
}

B7_INLINE void mask(double *at, VI moves) {
  b7v_store(at, b7v_from_bits(b7v_bits(b7v_load(at)) & moves));
}

/* a state that is held has slope zero */
static void hold(const B7Group *g, double *slope) {
  for (int32_t i = 0; i < g->n_held; i++) {
    int32_t at = g->held[i] * W;
    mask(slope + at, b7v_bits(b7v_load(g->moves + at)));
  }
}

/* and a row of zeros in the jacobian */
static void hold_rows(const B7Group *g) {
  for (int32_t i = 0; i < g->n_held; i++) {
    int32_t row = g->held[i];
    VI moves = b7v_bits(b7v_load(g->moves + row * W));
    for (int32_t e = g->tables->lu_row_start[row]; e < g->tables->lu_row_start[row + 1]; e++)
      mask(g->lu + e * W, moves);
  }
}

/* weighted root mean square of the error; states below `lowest`; the factor for the next step */
static void judge(B7Group *g, const double *error) {
  int32_t n = g->tables->n_state;
  V sum = b7v_set(0.0), relative = b7v_set(g->relative), zero = b7v_set(0.0), negative = zero;
  for (int32_t i = 0; i < n; i++) {
    V y = b7v_load(g->y + i * W), y_new = b7v_load(g->y_new + i * W);
    V a = b7v_abs(y), b = b7v_abs(y_new);
    V size = b7v_select(b7v_lt(a, b), b, a);
    V ratio = b7v_load(error + i * W) / b7v_fma(size, relative, b7v_set(g->absolute[i]));
    sum = b7v_fma(ratio, ratio, sum);
    // an amount that crosses zero within its tolerance has died out
    V lowest = b7v_set(g->lowest[i]);
    negative = b7v_select(b7v_lt(y_new, lowest), b7v_set(1.0), negative);
    VM below = b7m_and(b7v_lt(y_new, zero), b7v_gt(lowest, b7v_set(-B7_INFINITY)));
    b7v_store(g->y_new + i * W, b7v_select(below, zero, y_new));
  }
  V norm = b7v_sqrt(sum * (1.0 / n));
  V last = b7v_load(g->last_error);
  V floor_of_error = b7v_select(b7v_lt(norm, b7v_set(1e-10)), b7v_set(1e-10), norm);
  V factor =
      b7v_exp(b7v_fma(b7v_log(last), b7v_set(g->memory), b7v_log(floor_of_error) * -g->exponent)) * g->safety;
  b7v_store(g->error, norm);
  b7v_store(g->negative, negative);
  b7v_store(g->factor, factor);
}

/* argument of a stage and the sum of C_ij k_j, in one pass over the k */
B7_INLINE void combine(const B7Group *g, const double *a, const double *c, int stage, bool tail,
                       double *argument, double *sum) {
  int32_t n = g->tables->n_state;
  size_t stride = (size_t)n * W;
  for (int32_t i = 0; i < n; i++) {
    const double *k = g->k + (size_t)i * W;
    V u = tail ? b7v_load(argument + i * W) + b7v_load(k + (size_t)(stage - 1) * stride)
               : b7v_load(g->y + i * W);
    V s = b7v_load(k) * c[0];
    if (!tail) u = b7v_fma(b7v_set(a[0]), b7v_load(k), u);
#pragma GCC unroll 8
    for (int j = 1; j < stage; j++) {
      V kj = b7v_load(k + (size_t)j * stride);
      if (!tail) u = b7v_fma(b7v_set(a[j]), kj, u);
      s = b7v_fma(b7v_set(c[j]), kj, s);
    }
    b7v_store(argument + i * W, u);
    b7v_store(sum + i * W, s);
  }
}

static void combine_stage(const B7Group *g, const B7Rosenbrock *m, int stage, double *argument, double *sum) {
  bool tail = stage >= m->stages - m->tail;
  const double *a = m->a[stage], *c = m->c_matrix[stage];
#define B7_CASE(s)                                                                                           \
  case s:                                                                                                    \
    if (tail)                                                                                                \
      combine(g, a, c, s, true, argument, sum);                                                              \
    else                                                                                                     \
      combine(g, a, c, s, false, argument, sum);                                                             \
    break;
  switch (stage) { B7_CASE(1) B7_CASE(2) B7_CASE(3) B7_CASE(4) B7_CASE(5) B7_CASE(6) B7_CASE(7) }
#undef B7_CASE
}

static void rosenbrock(B7Group *g, const B7Rosenbrock *m) {
  const B7KernelCode *code = g->code;
  const void *program = code->program;
  int32_t n = g->tables->n_state;
  size_t stride = (size_t)n * W;
  V h = b7v_load(g->h_day), per_h = 1.0 / h;
  b7v_store(g->diagonal, per_h * (1.0 / m->gamma));
  code->slope_jacobian(program, g->shared, g->own, g->latch, g->derived, g->drive, g->drive_per_day, g->y,
                       g->slope, g->dfdt, g->lu);
  hold(g, g->slope);
  hold(g, g->dfdt);
  hold_rows(g);
  code->factor(program, g->diagonal, g->lu);
  V hd = h * m->d[0];
  for (int32_t i = 0; i < n; i++)
    b7v_store(g->k + i * W, b7v_fma(hd, b7v_load(g->dfdt + i * W), b7v_load(g->slope + i * W)));
  code->solve(program, g->lu, g->k);
  drive_end(g, h);
  for (int stage = 1; stage < m->stages; stage++) {
    double *k = g->k + (size_t)stage * stride;
    combine_stage(g, m, stage, g->y_new, k);
    const double *drive = g->drive_new;
    if (g->n_active > 0 && m->c[stage] != 1) {
      drive_at(g, h * m->c[stage], g->x_stage, g->drive_stage, NULL);
      drive = g->drive_stage;
    }
    code->slope(program, g->shared, g->own, g->latch, g->derived, drive, g->y_new, g->slope);
    hold(g, g->slope);
    hd = h * m->d[stage];
    for (int32_t i = 0; i < n; i++) {
      V sum = b7v_fma(b7v_load(k + i * W), per_h, b7v_load(g->slope + i * W));
      b7v_store(k + i * W, b7v_fma(hd, b7v_load(g->dfdt + i * W), sum));
    }
    code->solve(program, g->lu, k);
  }
  const double *last = g->k + (size_t)(m->stages - 1) * stride;
  for (int32_t i = 0; i < n; i++)
    b7v_store(g->y_new + i * W, b7v_load(g->y_new + i * W) + b7v_load(last + i * W));
  judge(g, last);
}

static void explicit_step(B7Group *g, const B7Explicit *m) {
  const B7KernelCode *code = g->code;
  const void *program = code->program;
  int32_t n = g->tables->n_state;
  size_t stride = (size_t)n * W;
  V h = b7v_load(g->h_day);
  // the slope at y is the last stage of the step before, except after events
  V stale = b7v_load(g->slope_stale);
  VM fresh = b7v_eq(stale, b7v_set(0.0));
  if (!b7m_all(fresh)) {
    code->slope(program, g->shared, g->own, g->latch, g->derived, g->drive, g->y, g->slope);
    for (int32_t i = 0; i < n; i++)
      b7v_store(g->slope_kept + i * W,
                b7v_select(fresh, b7v_load(g->slope_kept + i * W), b7v_load(g->slope + i * W)));
    b7v_store(g->slope_stale, b7v_set(0.0));
  }
  __builtin_memcpy(g->k, g->slope_kept, sizeof(double) * stride);
  hold(g, g->k);
  drive_end(g, h);
  for (int stage = 1; stage < m->stages; stage++) {
    for (int32_t i = 0; i < n; i++) {
      V sum = b7v_load(g->k + i * W) * m->a[stage][0];
      for (int j = 1; j < stage; j++)
        sum = b7v_fma(b7v_set(m->a[stage][j]), b7v_load(g->k + (size_t)j * stride + (size_t)i * W), sum);
      b7v_store(g->y_new + i * W, b7v_fma(h, sum, b7v_load(g->y + i * W)));
    }
    const double *drive = g->drive_new;
    if (g->n_active > 0 && m->c[stage] != 1) {
      drive_at(g, h * m->c[stage], g->x_stage, g->drive_stage, NULL);
      drive = g->drive_stage;
    }
    double *k = g->k + (size_t)stage * stride;
    code->slope(program, g->shared, g->own, g->latch, g->derived, drive, g->y_new, k);
    hold(g, k);
  }
  for (int32_t i = 0; i < n; i++) {
    V sum = b7v_load(g->k + i * W) * m->error[0];
    for (int j = 1; j < m->stages; j++)
      sum = b7v_fma(b7v_set(m->error[j]), b7v_load(g->k + (size_t)j * stride + (size_t)i * W), sum);
    b7v_store(g->slope + i * W, sum * h);
  }
  judge(g, g->slope);
}

/* y + sum of weight_j k_j, and the exact states at the same time */
B7_INLINE void sample(B7Group *g, const V *weight, int stages, V dt_day) {
  int32_t n = g->tables->n_state;
  size_t stride = (size_t)n * W;
  for (int32_t i = 0; i < n; i++) {
    V y = b7v_load(g->y + i * W);
    for (int j = 0; j < stages; j++)
      y = b7v_fma(weight[j], b7v_load(g->k + (size_t)j * stride + (size_t)i * W), y);
    // the interpolant of an amount may dip below zero within its error
    V lowest = b7v_set(g->lowest[i]);
    VM below = b7m_and(b7v_lt(y, b7v_set(0.0)), b7v_gt(lowest, b7v_set(-B7_INFINITY)));
    b7v_store(g->sample + i * W, b7v_select(below, b7v_set(0.0), y));
  }
  if (g->n_active > 0) {
    drive_at(g, dt_day, g->sample_x, g->sample_drive, g->sample_rate);
  } else {
    __builtin_memcpy(g->sample_x, g->x, sizeof(double) * W * (size_t)g->tables->n_exact);
    __builtin_memcpy(g->sample_drive, g->drive, sizeof(double) * W * (size_t)g->tables->n_drive);
    __builtin_memcpy(g->sample_rate, g->drive_per_day, sizeof(double) * W * (size_t)g->tables->n_drive);
  }
}

static void rosenbrock_sample(B7Group *g, const B7Rosenbrock *m, const double *s_lanes) {
  V s = b7v_load(s_lanes), rest = 1.0 - s, weight[B7_STAGES_MAX];
  for (int j = 0; j < m->stages; j++) {
    int tail_start = m->stages - m->tail;
    double b = j < tail_start - 1 ? m->a[tail_start - 1][j] : 1.0;
    V inner = b7v_fma(s, b7v_set(m->dense[2][j]), b7v_set(m->dense[1][j]));
    inner = b7v_fma(s, inner, b7v_set(m->dense[0][j]));
    weight[j] = s * b7v_fma(rest, inner, b7v_set(b));
  }
  sample(g, weight, m->stages, s * b7v_load(g->h_day));
}

static void explicit_sample(B7Group *g, const B7Explicit *m, const double *s_lanes) {
  V s = b7v_load(s_lanes), h = b7v_load(g->h_day), weight[B7_STAGES_MAX];
  for (int j = 0; j < m->stages; j++) {
    V sum = b7v_fma(s, b7v_set(m->dense[j][3]), b7v_set(m->dense[j][2]));
    sum = b7v_fma(s, sum, b7v_set(m->dense[j][1]));
    weight[j] = b7v_fma(s, sum, b7v_set(m->dense[j][0])) * s * h;
  }
  sample(g, weight, m->stages, s * h);
}

static void move(double *to, const double *from, int32_t n, VM take) {
  for (int32_t i = 0; i < n; i++)
    b7v_store(to + i * W, b7v_select(take, b7v_load(from + i * W), b7v_load(to + i * W)));
}

static void advance(B7Group *g, const double *take_lanes) {
  const B7KernelTables *tables = g->tables;
  VM take = b7v_ne(b7v_load(take_lanes), b7v_set(0.0));
  move(g->y, g->y_new, tables->n_state, take);
  if (g->slope_kept) {
    const double *last = g->k + (size_t)(b7_tsit5.stages - 1) * (size_t)tables->n_state * W;
    move(g->slope_kept, last, tables->n_state, take);
  }
  if (g->n_active == 0) return;
  move(g->x, g->x_new, tables->n_exact, take);
  move(g->drive, g->drive_new, tables->n_drive, take);
  move(g->drive_per_day, g->drive_per_day_new, tables->n_drive, take);
}

const B7Stepper B7_PASTE_VALUES(b7_stepper, B7_STEPPER_ISA, B7_LANES) = {
    .lanes = W,
    .isa = B7_TEXT_VALUE(B7_STEPPER_ISA),
    .rosenbrock = rosenbrock,
    .explicit_step = explicit_step,
    .rosenbrock_sample = rosenbrock_sample,
    .explicit_sample = explicit_sample,
    .advance = advance,
};
