#include "kernel/stepper.h"

#include <math.h>
#include <string.h>

#include "base/status.h"

/* every variant that the build makes of stepper_lanes.c */
#define B7_VARIANT(isa, lanes) extern const B7Stepper b7_stepper_##isa##_##lanes;
B7_VARIANT(plain, 1)
B7_VARIANT(plain, 2)
B7_VARIANT(plain, 4)
B7_VARIANT(plain, 8)
#ifdef B7_X86_VARIANTS
B7_VARIANT(v3, 1)
B7_VARIANT(v3, 2)
B7_VARIANT(v3, 4)
B7_VARIANT(v3, 8)
B7_VARIANT(v4, 8)
#endif
#undef B7_VARIANT

const B7Stepper *b7_stepper(int32_t lanes) {
#ifdef B7_X86_VARIANTS
  if (lanes == 8 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw"))
    return &b7_stepper_v4_8;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2")) {
    if (lanes == 8) return &b7_stepper_v3_8;
    return lanes == 4 ? &b7_stepper_v3_4 : lanes == 2 ? &b7_stepper_v3_2 : &b7_stepper_v3_1;
  }
#endif
  if (lanes == 8) return &b7_stepper_plain_8;
  return lanes == 4 ? &b7_stepper_plain_4 : lanes == 2 ? &b7_stepper_plain_2 : &b7_stepper_plain_1;
}

B7Status b7_group_make(B7Arena *arena, const B7KernelTables *tables, const B7KernelCode *code,
                       const double *shared, B7Group *group, B7Error *error) {
  *group = (B7Group){.tables = tables, .code = code, .lanes = code->lanes, .shared = shared};
  const int32_t n = tables->n_state, e = tables->n_exact, d = tables->n_drive;
  struct {
    double **array;
    int32_t count;
  } wanted[] = {
      {&group->own, tables->n_own},
      {&group->latch, tables->n_latch},
      {&group->derived, tables->n_derived},
      {&group->y, n},
      {&group->x, e},
      {&group->drive, d},
      {&group->drive_per_day, d},
      {&group->h_day, 1},
      {&group->moves, n},
      {&group->exact_rate, e},
      {&group->k, n * B7_STAGES_MAX},
      {&group->y_new, n},
      {&group->x_new, e},
      {&group->drive_new, d},
      {&group->error, 1},
      {&group->negative, 1},
      {&group->factor, 1},
      {&group->last_error, 1},
      {&group->slope, n},
      {&group->dfdt, n},
      {&group->lu, tables->n_lu},
      {&group->diagonal, 1},
      {&group->stage_day, 1},
      {&group->x_stage, e * B7_STAGES_MAX},
      {&group->drive_stage, d},
      {&group->slope_stale, 1},
      {&group->begun, 3 * n},
      {&group->sample, n},
      {&group->sample_x, e},
      {&group->sample_drive, d},
      {&group->observed, tables->n_observable},
  };
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
    size_t count = (size_t)(wanted[i].count > 0 ? wanted[i].count : 1) * (size_t)group->lanes;
    *wanted[i].array = B7_ARENA_ARRAY(arena, double, count);
    if (!*wanted[i].array) return b7_fail_memory(error);
  }
  for (int32_t j = 0; j < B7_STAGES_MAX; j++)
    group->stage[j] = group->k + (size_t)j * (size_t)(n * group->lanes);
  group->amounts = B7_ARENA_ARRAY(arena, int32_t, n + 1);
  group->held = B7_ARENA_ARRAY(arena, int32_t, n + 1);
  group->active = B7_ARENA_ARRAY(arena, int32_t, e + 1);
  group->is_active = B7_ARENA_ARRAY(arena, bool, e + 1);
  group->seen = B7_ARENA_ARRAY(arena, int32_t, e + 1);
  if (!group->amounts || !group->held || !group->active || !group->is_active || !group->seen)
    return b7_fail_memory(error);
  // idle lanes compute too: give them a step size that divides
  for (int32_t w = 0; w < group->lanes; w++) group->h_day[w] = group->last_error[w] = 1;
  return B7_OK;
}

void b7_group_amounts(B7Group *group) {
  group->n_amount = 0;
  for (int32_t i = 0; i < group->tables->n_state; i++)
    if (isfinite(group->lowest[i])) group->amounts[group->n_amount++] = i;
}

/* a stretch short enough for the fastest drug and long enough for the slowest */
#define RATE_STRETCH_DAY 0.0625
/* exponents beyond are out of the reach of b7v_exp_decay */
#define MOST_EXPONENT 700
#define SHORTER_STRETCH 0x1p-9
#define SHORTEST_STRETCH_DAY 1e-25

void b7_group_derive(B7Group *group) {
  const B7KernelCode *code = group->code;
  code->derive(code->program, group->shared, group->own, group->latch, group->derived);
  int32_t count = group->tables->n_exact * group->lanes;
  for (int32_t i = 0; i < count; i++) group->x_stage[i] = 1, group->exact_rate[i] = NAN;
  // what is next to nothing, or beyond measure, after one stretch is measured over a shorter one
  double stretch_day = RATE_STRETCH_DAY;
  for (bool all = false; !all && stretch_day > SHORTEST_STRETCH_DAY; stretch_day *= SHORTER_STRETCH) {
    for (int32_t w = 0; w < group->lanes; w++) group->stage_day[w] = stretch_day;
    code->decay(code->program, group->shared, group->own, group->derived, group->stage_day, group->x_stage,
                group->x_new);
    all = true;
    for (int32_t i = 0; i < count; i++) {
      if (!isnan(group->exact_rate[i])) continue;
      double exponent = -log(group->x_new[i]);
      if (fabs(exponent) < MOST_EXPONENT)
        group->exact_rate[i] = exponent / stretch_day;
      else
        all = false;
    }
  }
  for (int32_t i = 0; i < count; i++) group->x_stage[i] = group->x_new[i] = 0;
}

static void clear_exact(B7Group *group, int32_t e) {
  const size_t lanes = (size_t)group->lanes, at = (size_t)e * lanes, bytes = lanes * sizeof(double);
  memset(group->x_new + at, 0, bytes);
  memset(group->sample_x + at, 0, bytes);
  for (size_t stage = 0; stage < B7_STAGES_MAX; stage++)
    memset(group->x_stage + stage * (size_t)group->tables->n_exact * lanes + at, 0, bytes);
}

/* zero of either sign in every lane? widths of vectors are spelled out: this runs at every event */
static bool is_left(const double *x, int32_t lanes) {
  uint64_t bits[B7_LANES_MAX], any = 0;
  if (lanes == 8) {
    memcpy(bits, x, 8 * sizeof *x);
    any = (bits[0] | bits[1] | bits[2] | bits[3]) | (bits[4] | bits[5] | bits[6] | bits[7]);
  } else {
    memcpy(bits, x, (size_t)lanes * sizeof *x);
    for (int32_t w = 0; w < lanes; w++) any |= bits[w];
  }
  return any << 1 != 0;
}

void b7_group_drive(B7Group *group) {
  const B7KernelCode *code = group->code;
  int32_t lanes = group->lanes;
  code->drive(code->program, group->shared, group->own, group->latch, group->derived, group->x, group->drive,
              NULL);
  group->n_active = group->n_seen = 0;
  const B7KernelTables *tables = group->tables;
  for (int32_t e = 0; e < tables->n_exact; e++) {
    bool left = is_left(group->x + (size_t)e * (size_t)lanes, lanes);
    if (left) group->active[group->n_active++] = e;
    if (left && (tables->exacts[e].observed || tables->observes_drive)) group->seen[group->n_seen++] = e;
    if (!left && group->is_active[e]) clear_exact(group, e);
    group->is_active[e] = left;
  }
}
