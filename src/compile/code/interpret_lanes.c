/* interpret_lanes.c - the interpreter for one width: the build compiles this text with B7_LANES and
 * B7_INTERPRET_ISA (plain, v3, v4) set. */
#include "compile/code/program.h"
#include "kernel/lane_math.h"

#define W B7_LANES
#ifndef B7_INTERPRET_ISA
#define B7_INTERPRET_ISA plain
#endif
#define PASTE(a, b, c) a##_##b##_##c
#define PASTE_VALUES(a, b, c) PASTE(a, b, c)

/* What a function reads and writes, by array; NULL where it has no business. */
typedef struct Arrays {
  const double *in[B7_ARRAYS];
  double *out[B7_ARRAYS];
  const double *argument; /* of an event: not lane-major */
  int32_t lane;           /* of an event: the only one written; -1 all */
} Arrays;

static V input(const Arrays *arrays, const B7Instruction *instruction) {
  if (instruction->array == B7_ARRAY_SHARED) return b7v_set(arrays->in[B7_ARRAY_SHARED][instruction->index]);
  if (instruction->array == B7_ARRAY_ARGUMENT) return b7v_set(arrays->argument[instruction->index]);
  return b7v_load(arrays->in[instruction->array] + instruction->index * W);
}

static void store(const Arrays *arrays, const B7Instruction *instruction, V value) {
  double *to = arrays->out[instruction->array];
  if (instruction->array == B7_ARRAY_SHARED) {
    to[instruction->index] = b7v_lane(value, 0);
    return;
  }
  to += instruction->index * W;
  b7v_store(to, arrays->lane < 0 ? value : b7v_select(b7m_only(arrays->lane), value, b7v_load(to)));
}

/* truth values travel as 1 and 0 */
static V number_of(VM mask) {
  return b7v_select(mask, b7v_set(1.0), b7v_set(0.0));
}

static VM mask_of(V number) {
  return b7v_ne(number, b7v_set(0.0));
}

static V operate(B7Op op, V a, V b, V c) {
  switch (op) {
  case B7_OP_ADD:
    return a + b;
  case B7_OP_SUBTRACT:
    return a - b;
  case B7_OP_MULTIPLY:
    return a * b;
  case B7_OP_NEGATE:
    return -a;
  case B7_OP_RECIPROCAL:
    return 1.0 / a;
  case B7_OP_POWER:
    return b7v_pow_amount(a, b);
  case B7_OP_POWER_ANY:
    return b7v_pow(a, b);
  case B7_OP_SIN:
    return b7v_sin(a);
  case B7_OP_COS:
    return b7v_cos(a);
  case B7_OP_ARCTAN:
    return b7v_arctan(a);
  case B7_OP_FLOOR:
    return b7v_floor(a);
  case B7_OP_FACTORIAL:
    return b7v_factorial(a);
  case B7_OP_EXP:
    return b7v_exp(a);
  case B7_OP_LN:
    return b7v_log(a);
  case B7_OP_LOG10:
    return b7v_log10(a);
  case B7_OP_SQRT:
    return b7v_sqrt(a);
  case B7_OP_ABS:
    return b7v_abs(a);
  case B7_OP_MIN:
    return b7v_min(a, b);
  case B7_OP_MAX:
    return b7v_max(a, b);
  case B7_OP_SELECT:
    return b7v_select(mask_of(a), b, c);
  case B7_OP_LESS:
    return number_of(b7v_lt(a, b));
  case B7_OP_LESS_EQUAL:
    return number_of(b7v_le(a, b));
  case B7_OP_EQUAL:
    return number_of(b7v_eq(a, b));
  case B7_OP_NOT_EQUAL:
    return number_of(b7v_ne(a, b));
  case B7_OP_AND:
    return number_of(b7m_and(mask_of(a), mask_of(b)));
  case B7_OP_OR:
    return number_of(b7m_or(mask_of(a), mask_of(b)));
  case B7_OP_NOT:
    return number_of(b7m_not(mask_of(a)));
  case B7_OP_FMA:
    return b7v_fma(a, b, c);
  case B7_OP_FMS:
    return b7v_fms(a, b, c);
  case B7_OP_FNMA:
    return b7v_fnma(a, b, c);
  default:
    return a;
  }
}

static void run(const B7Code *code, const Arrays *arrays) {
  V registers[code->n_slot + 1];
  const B7Instruction *all = code->instructions;
  for (int32_t i = 0; i < code->n; i++) {
    const B7Instruction *at = &all[i];
    if (at->op == B7_OP_STORE) {
      store(arrays, at, registers[all[at->operand[0]].slot]);
      continue;
    }
    if (at->op == B7_OP_INPUT) {
      registers[at->slot] = input(arrays, at);
      continue;
    }
    if (at->op == B7_OP_CONSTANT) {
      registers[at->slot] = b7v_set(at->number);
      continue;
    }
    V operand[3] = {b7v_set(0.0), b7v_set(0.0), b7v_set(0.0)};
    for (int k = 0; k < 3 && at->operand[k] >= 0; k++) operand[k] = registers[all[at->operand[k]].slot];
    registers[at->slot] = operate(at->op, operand[0], operand[1], operand[2]);
  }
}

static const B7Code *part(const void *program, B7Part which) {
  return &((const B7Program *)program)->parts[which];
}

static void prepare(const void *program, double *shared) {
  Arrays arrays = {.lane = -1};
  arrays.in[B7_ARRAY_SHARED] = arrays.out[B7_ARRAY_SHARED] = shared;
  run(part(program, B7_PART_PREPARE), &arrays);
}

static Arrays patient(const double *shared, const double *own, const double *latch, const double *derived) {
  Arrays arrays = {.lane = -1};
  arrays.in[B7_ARRAY_SHARED] = shared;
  arrays.in[B7_ARRAY_OWN] = own;
  arrays.in[B7_ARRAY_LATCH] = latch;
  arrays.in[B7_ARRAY_DERIVED] = derived;
  return arrays;
}

static void derive(const void *program, const double *shared, const double *own, const double *latch,
                   double *derived) {
  Arrays arrays = patient(shared, own, latch, NULL);
  arrays.out[B7_ARRAY_DERIVED] = derived;
  run(part(program, B7_PART_DERIVE), &arrays);
}

static void initial(const void *program, const double *shared, const double *own, const double *latch,
                    const double *derived, double *y, double *x) {
  Arrays arrays = patient(shared, own, latch, derived);
  arrays.out[B7_ARRAY_STATE] = y;
  arrays.out[B7_ARRAY_EXACT] = x;
  run(part(program, B7_PART_INITIAL), &arrays);
}

static void decay(const void *program, const double *shared, const double *own, const double *derived,
                  const double *dt_day, const double *x, double *x_out) {
  Arrays arrays = patient(shared, own, NULL, derived);
  arrays.in[B7_ARRAY_STEP] = dt_day;
  arrays.in[B7_ARRAY_EXACT] = x;
  arrays.out[B7_ARRAY_EXACT_AFTER] = x_out;
  run(part(program, B7_PART_DECAY), &arrays);
}

static void drive(const void *program, const double *shared, const double *own, const double *latch,
                  const double *derived, const double *x, double *drive_out, double *drive_per_day) {
  Arrays arrays = patient(shared, own, latch, derived);
  arrays.in[B7_ARRAY_EXACT] = x;
  arrays.out[B7_ARRAY_DRIVE] = drive_out;
  arrays.out[B7_ARRAY_DRIVE_PER_DAY] = drive_per_day;
  run(part(program, drive_per_day ? B7_PART_DRIVE_RATES : B7_PART_DRIVE), &arrays);
}

static void slope(const void *program, const double *shared, const double *own, const double *latch,
                  const double *derived, const double *drive_in, const double *y, double *dydt_per_day) {
  Arrays arrays = patient(shared, own, latch, derived);
  arrays.in[B7_ARRAY_DRIVE] = drive_in;
  arrays.in[B7_ARRAY_STATE] = y;
  arrays.out[B7_ARRAY_SLOPE] = dydt_per_day;
  run(part(program, B7_PART_SLOPE), &arrays);
}

static void slope_jacobian(const void *program, const double *shared, const double *own, const double *latch,
                           const double *derived, const double *drive_in, const double *drive_per_day,
                           const double *y, double *dydt_per_day, double *dfdt, double *jacobian_lu) {
  Arrays arrays = patient(shared, own, latch, derived);
  arrays.in[B7_ARRAY_DRIVE] = drive_in;
  arrays.in[B7_ARRAY_DRIVE_PER_DAY] = drive_per_day;
  arrays.in[B7_ARRAY_STATE] = y;
  arrays.out[B7_ARRAY_SLOPE] = dydt_per_day;
  arrays.out[B7_ARRAY_SLOPE_PER_DAY] = dfdt;
  arrays.out[B7_ARRAY_JACOBIAN] = jacobian_lu;
  run(part(program, B7_PART_SLOPE_JACOBIAN), &arrays);
}

static void factor(const void *program, const double *diagonal, double *jacobian_lu) {
  const B7Sparsity *s = &((const B7Program *)program)->sparsity;
  V d = b7v_load(diagonal);
  for (int32_t i = 0; i < s->n_factor; i++) {
    const B7LuStep *step = &s->factor[i];
    double *to = jacobian_lu + step->to * W;
    switch (step->op) {
    case B7_LU_SHIFT:
      b7v_store(to, b7v_load(to) - d);
      break;
    case B7_LU_SCALE:
      b7v_store(to, b7v_load(to) * b7v_load(jacobian_lu + step->a * W));
      break;
    case B7_LU_MULTIPLY_ADD:
      b7v_store(to, b7v_fma(b7v_load(jacobian_lu + step->a * W), b7v_load(jacobian_lu + step->b * W),
                            b7v_load(to)));
      break;
    case B7_LU_INVERT_PAIR: {
      V one = b7v_load(to), other = b7v_load(jacobian_lu + step->a * W), both = -1.0 / (one * other);
      b7v_store(to, both * other);
      b7v_store(jacobian_lu + step->a * W, both * one);
      break;
    }
    default:
      b7v_store(to, -1.0 / b7v_load(to));
    }
  }
}

static void solve(const void *program, const double *factors, double *b) {
  const B7Sparsity *s = &((const B7Program *)program)->sparsity;
  for (int32_t i = 0; i < s->n_solve; i++) {
    const B7SolveStep *step = &s->solve[i];
    double *to = b + step->to * W;
    V factor_value = b7v_load(factors + step->slot * W);
    if (step->scale)
      b7v_store(to, b7v_load(to) * factor_value);
    else
      b7v_store(to, b7v_fma(factor_value, b7v_load(b + step->from * W), b7v_load(to)));
  }
}

static void observe(const void *program, const double *shared, const double *own, const double *latch,
                    const double *derived, const double *x, const double *drive_in, const double *y,
                    double *out) {
  Arrays arrays = patient(shared, own, latch, derived);
  arrays.in[B7_ARRAY_EXACT] = x;
  arrays.in[B7_ARRAY_DRIVE] = drive_in;
  arrays.in[B7_ARRAY_STATE] = y;
  arrays.out[B7_ARRAY_OBSERVABLE] = out;
  run(part(program, B7_PART_OBSERVE), &arrays);
}

static void event(const void *program, int32_t e, const double *argument, int32_t lane, const double *shared,
                  const double *own, const double *derived, double *y, double *x, double *latch) {
  Arrays arrays = patient(shared, own, latch, derived);
  arrays.in[B7_ARRAY_STATE] = arrays.out[B7_ARRAY_STATE] = y;
  arrays.in[B7_ARRAY_EXACT] = arrays.out[B7_ARRAY_EXACT] = x;
  arrays.out[B7_ARRAY_LATCH] = latch;
  arrays.argument = argument;
  arrays.lane = lane;
  run(&((const B7Program *)program)->events[e], &arrays);
}

static void propensity(const void *program, const double *shared, const double *own, const double *latch,
                       const double *derived, const double *drive_in, const double *y,
                       double *rate_cells_per_day) {
  Arrays arrays = patient(shared, own, latch, derived);
  arrays.in[B7_ARRAY_DRIVE] = drive_in;
  arrays.in[B7_ARRAY_STATE] = y;
  arrays.out[B7_ARRAY_RATE] = rate_cells_per_day;
  run(part(program, B7_PART_PROPENSITY), &arrays);
}

extern const B7KernelCode PASTE_VALUES(b7_interpret, B7_INTERPRET_ISA, B7_LANES);
const B7KernelCode PASTE_VALUES(b7_interpret, B7_INTERPRET_ISA, B7_LANES) = {
    .lanes = W,
    .isa = "interpreter",
    .prepare = prepare,
    .derive = derive,
    .initial = initial,
    .decay = decay,
    .drive = drive,
    .slope = slope,
    .slope_jacobian = slope_jacobian,
    .factor = factor,
    .solve = solve,
    .observe = observe,
    .event = event,
    .propensity = propensity,
};
