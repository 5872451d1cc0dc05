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

/* exact states dt after the start of the step: those of a list of places */
static void decay(const B7Group *g, const int32_t *list, int32_t n, V dt_day, double *x) {
  for (int32_t i = 0; i < n; i++) {
    int32_t at = list[i] * W;
    b7v_store(x + at, b7v_load(g->x + at) * b7v_exp_decay(-(b7v_load(g->exact_rate + at) * dt_day)));
  }
}

static void drive_of(const B7Group *g, const double *x, double *drive) {
  g->code->drive(g->code->program, g->shared, g->own, g->latch, g->derived, x, drive, NULL);
}

static void copy(double *to, const double *from, int32_t n) {
  __builtin_memcpy(to, from, sizeof(double) * W * (size_t)n);
}

/* exact states and what they drive at the end of the step; what is next to nothing is dropped there */
static void drive_end(B7Group *g, V h) {
  if (g->n_active == 0) {
    copy(g->x_new, g->x, g->tables->n_exact);
    copy(g->drive_new, g->drive, g->tables->n_drive);
    return;
  }
  decay(g, g->active, g->n_active, h, g->x_new);
  for (int32_t i = 0; i < g->n_active; i++) {
    double *at = g->x_new + g->active[i] * W;
    V x = b7v_load(at);
    b7v_store(at, b7v_select(b7v_lt(b7v_abs(x), b7v_set(B7_EXACT_NOTHING)), b7v_set(0.0), x));
  }
  drive_of(g, g->x_new, g->drive_new);
}

/* what drives the slopes at a stage of a Rosenbrock method */
static const double *drive_at(B7Group *g, V h, double c) {
  if (g->n_active == 0 || c == 1) return g->drive_new;
  decay(g, g->active, g->n_active, h * c, g->x_stage);
  drive_of(g, g->x_stage, g->drive_stage);
  return g->drive_stage;
}

/* exact states at all stages of an explicit method, drug by drug; next to nothing is dropped at the end */
static void decay_to_stages(B7Group *g, const B7Explicit *m, V h) {
  const size_t stride = (size_t)g->tables->n_exact * W;
  for (int32_t i = 0; i < g->n_active; i++) {
    int32_t at = g->active[i] * W;
    V x = b7v_load(g->x + at), loss = b7v_load(g->exact_rate + at) * h;
    loss = b7v_select(b7v_lt(b7v_set(708.0), loss), b7v_set(708.0), loss);
    for (int stage = 1; stage < m->stages && m->c[stage] != 1; stage++)
      b7v_store(g->x_stage + (size_t)stage * stride + at, x * b7v_exp_held(loss * -m->c[stage]));
    V end = x * b7v_exp_held(-loss);
    b7v_store(g->x_new + at, b7v_select(b7v_lt(b7v_abs(end), b7v_set(B7_EXACT_NOTHING)), b7v_set(0.0), end));
  }
}

/* what drives the slopes at a stage, in order: the stages at the end come last and share one drive */
static const double *drive_at_stage(B7Group *g, const B7Explicit *m, int stage) {
  if (g->n_active == 0) return g->drive_new;
  if (m->c[stage] == 1) {
    if (m->c[stage - 1] != 1) drive_of(g, g->x_new, g->drive_new);
    return g->drive_new;
  }
  drive_of(g, g->x_stage + (size_t)stage * (size_t)g->tables->n_exact * W, g->drive_stage);
  return g->drive_stage;
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

/* what errors are measured by */
B7_INLINE V scale_of(const B7Group *g, int32_t i, V relative) {
  V a = b7v_abs(b7v_load(g->y + i * W)), b = b7v_abs(b7v_load(g->y_new + i * W));
  return b7v_fma(b7v_select(b7v_lt(a, b), b, a), relative, b7v_set(g->absolute[i]));
}

/* amounts below `lowest`; one that crosses zero within its tolerance has died out */
static void note_negative(B7Group *g) {
  V zero = b7v_set(0.0), negative = zero;
  for (int32_t a = 0; a < g->n_amount; a++) {
    int32_t i = g->amounts[a];
    V y_new = b7v_load(g->y_new + i * W);
    VM below = b7v_lt(y_new, zero);
    if (!b7m_any(below)) continue;
    negative = b7v_select(b7v_lt(y_new, b7v_set(g->lowest[i])), b7v_set(1.0), negative);
    b7v_store(g->y_new + i * W, b7v_select(below, zero, y_new));
  }
  b7v_store(g->negative, negative);
}

/* from the sum of squares of the weighted errors: their root mean square, and the factor for the next step */
static void judge(B7Group *g, V sum) {
  // without a state there is no error
  V norm = b7v_sqrt(sum * (g->tables->n_state > 0 ? 1.0 / g->tables->n_state : 0.0));
  V last = b7v_load(g->last_error);
  V floor_of_error = b7v_select(b7v_lt(norm, b7v_set(1e-10)), b7v_set(1e-10), norm);
  V factor =
      b7v_exp(b7v_fma(b7v_log(last), b7v_set(g->memory), b7v_log(floor_of_error) * -g->exponent)) * g->safety;
  b7v_store(g->error, norm);
  b7v_store(g->factor, factor);
  note_negative(g);
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

static void rosenbrock_step(B7Group *g, const B7Rosenbrock *m) {
  const B7KernelCode *code = g->code;
  const void *program = code->program;
  int32_t n = g->tables->n_state;
  size_t stride = (size_t)n * W;
  V h = b7v_load(g->h_day), per_h = 1.0 / h;
  b7v_store(g->diagonal, per_h * (1.0 / m->gamma));
  code->drive(program, g->shared, g->own, g->latch, g->derived, g->x, g->drive, g->drive_per_day);
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
    const double *drive = drive_at(g, h, m->c[stage]);
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
  V sum = b7v_set(0.0), relative = b7v_set(g->relative);
  for (int32_t i = 0; i < n; i++) {
    V error = b7v_load(last + i * W);
    b7v_store(g->y_new + i * W, b7v_load(g->y_new + i * W) + error);
    V ratio = error / scale_of(g, i, relative);
    sum = b7v_fma(ratio, ratio, sum);
  }
  judge(g, sum);
}

/* The seven stages of an explicit method: up to SPLIT their arguments are formed one by one; there the sums of
 * those that follow, and of the error, are begun, so that early stages are read once more and not four times. */
#define SPLIT 4
#define LATE (B7_EXPLICIT_STAGES - SPLIT)
#define BEGUN (LATE + 1)

/* y + h sum of a_j k_j over the first `stages` stages */
B7_INLINE void early_argument(const B7Group *g, const double *a, int stages, V h) {
  const int32_t n = g->tables->n_state * W;
  const double *k[SPLIT], *y = g->y;
  double *argument = g->y_new;
  V weight[SPLIT];
#pragma GCC unroll 8
  for (int j = 0; j < stages; j++) weight[j] = h * a[j], k[j] = g->stage[j];
  for (int32_t i = 0; i < n; i += W) {
    V u = b7v_load(y + i);
#pragma GCC unroll 8
    for (int j = 0; j < stages; j++) u = b7v_fma(weight[j], b7v_load(k[j] + i), u);
    b7v_store(argument + i, u);
  }
}

/* the argument of stage SPLIT, and in the same pass over the stages before it what these bring into the arguments of
 * the later stages and into the error: g->begun */
static void split_arguments(const B7Group *g, const B7Explicit *m, V h) {
  const int32_t n = g->tables->n_state * W;
  const double *k[SPLIT], *y = g->y;
  double *to[BEGUN] = {g->y_new, g->begun, g->begun + n, g->begun + 2 * n};
  V weight[BEGUN][SPLIT];
#pragma GCC unroll 8
  for (int j = 0; j < SPLIT; j++) {
    k[j] = g->stage[j];
#pragma GCC unroll 8
    for (int r = 0; r < BEGUN; r++) weight[r][j] = h * (r + 1 < BEGUN ? m->a[SPLIT + r][j] : m->error[j]);
  }
  for (int32_t i = 0; i < n; i += W) {
    V start = b7v_load(y + i), sum[BEGUN] = {start, start, start, b7v_set(0.0)};
#pragma GCC unroll 8
    for (int j = 0; j < SPLIT; j++) {
      V kj = b7v_load(k[j] + i);
#pragma GCC unroll 8
      for (int r = 0; r < BEGUN; r++) sum[r] = b7v_fma(weight[r][j], kj, sum[r]);
    }
#pragma GCC unroll 8
    for (int r = 0; r < BEGUN; r++) b7v_store(to[r] + i, sum[r]);
  }
}

/* `more` stages from SPLIT on come to what was begun */
B7_INLINE void late_argument(const B7Group *g, const double *a, int more, V h) {
  const int32_t n = g->tables->n_state * W;
  const double *k[BEGUN], *begun = g->begun + (more - 1) * n;
  double *argument = g->y_new;
  V weight[BEGUN];
#pragma GCC unroll 8
  for (int j = 0; j < more; j++) weight[j] = h * a[SPLIT + j], k[j] = g->stage[SPLIT + j];
  for (int32_t i = 0; i < n; i += W) {
    V u = b7v_load(begun + i);
#pragma GCC unroll 8
    for (int j = 0; j < more; j++) u = b7v_fma(weight[j], b7v_load(k[j] + i), u);
    b7v_store(argument + i, u);
  }
}

static void argument_of(const B7Group *g, const B7Explicit *m, int stage, V h) {
  const double *a = m->a[stage];
  switch (stage) {
  case 1:
    early_argument(g, a, 1, h);
    break;
  case 2:
    early_argument(g, a, 2, h);
    break;
  case 3:
    early_argument(g, a, 3, h);
    break;
  case SPLIT:
    split_arguments(g, m, h);
    break;
  case SPLIT + 1:
    late_argument(g, a, 1, h);
    break;
  default:
    late_argument(g, a, 2, h);
  }
}

/* the slope at y is the last stage of the step before, except after events */
static void refresh_slope(B7Group *g) {
  const B7KernelCode *code = g->code;
  VM fresh = b7v_eq(b7v_load(g->slope_stale), b7v_set(0.0));
  if (b7m_all(fresh)) return;
  code->slope(code->program, g->shared, g->own, g->latch, g->derived, g->drive, g->y, g->slope);
  for (int32_t i = 0; i < g->tables->n_state * W; i += W)
    b7v_store(g->stage[0] + i, b7v_select(fresh, b7v_load(g->stage[0] + i), b7v_load(g->slope + i)));
  b7v_store(g->slope_stale, b7v_set(0.0));
}

/* sum of squares of the weighted errors, two states to a division */
B7_INLINE V explicit_error(const B7Group *g, const B7Explicit *m, V h) {
  const int32_t n = g->tables->n_state;
  const double *k[LATE], *begun = g->begun + (BEGUN - 2) * n * W;
  V weight[LATE], even = b7v_set(0.0), odd = b7v_set(0.0), relative = b7v_set(g->relative);
#pragma GCC unroll 8
  for (int j = 0; j < LATE; j++) weight[j] = h * m->error[SPLIT + j], k[j] = g->stage[SPLIT + j];
  for (int32_t i = 0; i < n; i += 2) {
    int32_t other = i + 1 < n ? i + 1 : i;
    V a = b7v_load(begun + i * W), b = b7v_load(begun + other * W);
#pragma GCC unroll 8
    for (int j = 0; j < LATE; j++) {
      a = b7v_fma(weight[j], b7v_load(k[j] + i * W), a);
      b = b7v_fma(weight[j], b7v_load(k[j] + other * W), b);
    }
    V scale_a = scale_of(g, i, relative), scale_b = scale_of(g, other, relative);
    V both = 1.0 / (scale_a * scale_b);
    a = a * (both * scale_b), b = b * (both * scale_a);
    even = b7v_fma(a, a, even);
    if (other > i) odd = b7v_fma(b, b, odd);
  }
  return even + odd;
}

static void explicit_step(B7Group *g, const B7Explicit *m) {
  const B7KernelCode *code = g->code;
  const void *program = code->program;
  V h = b7v_load(g->h_day);
  refresh_slope(g);
  hold(g, g->stage[0]);
  if (g->n_active > 0) {
    decay_to_stages(g, m, h);
  } else {
    copy(g->x_new, g->x, g->tables->n_exact);
    copy(g->drive_new, g->drive, g->tables->n_drive);
  }
  for (int stage = 1; stage < m->stages; stage++) {
    argument_of(g, m, stage, h);
    const double *drive = drive_at_stage(g, m, stage);
    code->slope(program, g->shared, g->own, g->latch, g->derived, drive, g->y_new, g->stage[stage]);
    hold(g, g->stage[stage]);
  }
  judge(g, explicit_error(g, m, h));
}

/* exact states of a list at the share s of the step */
static void exact_at(B7Group *g, const int32_t *list, int32_t n, V s) {
  VM at_end = b7v_eq(s, b7v_set(1.0));
  if (!b7m_all(at_end)) decay(g, list, n, s * b7v_load(g->h_day), g->sample_x);
  for (int32_t i = 0; i < n; i++) {
    double *to = g->sample_x + list[i] * W;
    b7v_store(to, b7v_select(at_end, b7v_load(g->x_new + list[i] * W), b7v_load(to)));
  }
}

static void sample_exact(B7Group *g, const double *s) {
  exact_at(g, g->active, g->n_active, b7v_load(s));
}

/* what observables read of exact states and of their drives */
static void sample_seen(B7Group *g, V s) {
  exact_at(g, g->seen, g->n_seen, s);
  if (!g->tables->observes_drive) return;
  if (g->n_active > 0)
    drive_of(g, g->sample_x, g->sample_drive);
  else
    copy(g->sample_drive, g->drive_new, g->tables->n_drive);
}

/* an interpolant of an amount may dip below zero within its error */
static void clear_negative_samples(B7Group *g) {
  V zero = b7v_set(0.0);
  for (int32_t a = 0; a < g->n_amount; a++) {
    double *at = g->sample + g->amounts[a] * W;
    V y = b7v_load(at);
    b7v_store(at, b7v_select(b7v_lt(y, zero), zero, y));
  }
}

static void rosenbrock_sample(B7Group *g, const B7Rosenbrock *m, const double *s_lanes) {
  const int32_t n = g->tables->n_state;
  V s = b7v_load(s_lanes), rest = 1.0 - s, weight[B7_STAGES_MAX];
  for (int j = 0; j < m->stages; j++) {
    int tail_start = m->stages - m->tail;
    double b = j < tail_start - 1 ? m->a[tail_start - 1][j] : 1.0;
    V inner = b7v_fma(s, b7v_set(m->dense[2][j]), b7v_set(m->dense[1][j]));
    inner = b7v_fma(s, inner, b7v_set(m->dense[0][j]));
    weight[j] = s * b7v_fma(rest, inner, b7v_set(b));
  }
  VM at_end = b7v_eq(s, b7v_set(1.0));
  for (int32_t i = 0; i < n; i++) {
    V y = b7v_load(g->y + i * W);
    for (int j = 0; j < m->stages; j++)
      y = b7v_fma(weight[j], b7v_load(g->k + ((size_t)j * (size_t)n + (size_t)i) * W), y);
    b7v_store(g->sample + i * W, b7v_select(at_end, b7v_load(g->y_new + i * W), y));
  }
  clear_negative_samples(g);
  sample_seen(g, s);
}

/* the method's own interpolant; at the end itself nothing needs to be interpolated */
static void explicit_sample(B7Group *g, const B7Explicit *m, const double *s_lanes) {
  const int32_t n = g->tables->n_state * W;
  const double *k[B7_EXPLICIT_STAGES];
  V s = b7v_load(s_lanes), h = b7v_load(g->h_day), weight[B7_EXPLICIT_STAGES];
  VM at_end = b7v_eq(s, b7v_set(1.0));
#pragma GCC unroll 8
  for (int j = 0; j < B7_EXPLICIT_STAGES; j++) {
    V sum = b7v_fma(s, b7v_set(m->dense[j][3]), b7v_set(m->dense[j][2]));
    sum = b7v_fma(s, sum, b7v_set(m->dense[j][1]));
    weight[j] = b7v_fma(s, sum, b7v_set(m->dense[j][0])) * s * h;
    k[j] = g->stage[j];
  }
  if (b7m_all(at_end)) {
    copy(g->sample, g->y_new, g->tables->n_state);
  } else {
    for (int32_t i = 0; i < n; i += W) {
      V y = b7v_load(g->y + i);
#pragma GCC unroll 8
      for (int j = 0; j < B7_EXPLICIT_STAGES; j++) y = b7v_fma(weight[j], b7v_load(k[j] + i), y);
      b7v_store(g->sample + i, b7v_select(at_end, b7v_load(g->y_new + i), y));
    }
    clear_negative_samples(g);
  }
  sample_seen(g, s);
}

static void move(double *to, const double *from, int32_t n, VM take) {
  for (int32_t i = 0; i < n; i++)
    b7v_store(to + i * W, b7v_select(take, b7v_load(from + i * W), b7v_load(to + i * W)));
}

static void swap(double **a, double **b) {
  double *kept = *a;
  *a = *b;
  *b = kept;
}

static void rosenbrock_advance(B7Group *g, const double *take_lanes) {
  const B7KernelTables *tables = g->tables;
  VM take = b7v_ne(b7v_load(take_lanes), b7v_set(0.0));
  move(g->y, g->y_new, tables->n_state, take);
  if (g->n_active == 0) return;
  move(g->x, g->x_new, tables->n_exact, take);
  move(g->drive, g->drive_new, tables->n_drive, take);
}

/* arrays change places when every lane has moved, which is the rule */
static void explicit_advance(B7Group *g, const B7Explicit *m, const double *take_lanes) {
  const B7KernelTables *tables = g->tables;
  VM take = b7v_ne(b7v_load(take_lanes), b7v_set(0.0));
  double **last = &g->stage[m->stages - 1];
  if (b7m_all(take)) {
    swap(&g->y, &g->y_new);
    swap(&g->stage[0], last);
    if (g->n_active == 0) return;
    swap(&g->x, &g->x_new);
    swap(&g->drive, &g->drive_new);
    return;
  }
  move(g->y, g->y_new, tables->n_state, take);
  move(g->stage[0], *last, tables->n_state, take);
  if (g->n_active == 0) return;
  move(g->x, g->x_new, tables->n_exact, take);
  move(g->drive, g->drive_new, tables->n_drive, take);
}

#include "kernel/step_control_lanes.h"

const B7Stepper B7_PASTE_VALUES(b7_stepper, B7_STEPPER_ISA, B7_LANES) = {
    .lanes = W,
    .isa = B7_TEXT_VALUE(B7_STEPPER_ISA),
    .rosenbrock_step = rosenbrock_step,
    .rosenbrock_sample = rosenbrock_sample,
    .rosenbrock_advance = rosenbrock_advance,
    .sample_exact = sample_exact,
    .explicit_step = explicit_step,
    .explicit_sample = explicit_sample,
    .explicit_advance = explicit_advance,
    .choose_steps = choose_steps,
    .accept_steps = accept_steps,
    .find_due = find_due,
    .move_on = move_on,
};
