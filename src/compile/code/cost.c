/* cost.c - operations that a program takes, counted from its instructions. */
#include "compile/code/program.h"

static void count_instruction(B7Op op, B7KernelCost *cost) {
  switch (op) {
  case B7_OP_ADD:
  case B7_OP_SUBTRACT:
  case B7_OP_NEGATE:
    cost->additions++;
    break;
  case B7_OP_MULTIPLY:
    cost->multiplications++;
    break;
  case B7_OP_FMA:
  case B7_OP_FMS:
  case B7_OP_FNMA:
    cost->fused++;
    break;
  case B7_OP_RECIPROCAL:
    cost->reciprocals++;
    break;
  case B7_OP_EXP:
  case B7_OP_LN:
  case B7_OP_LOG10:
  case B7_OP_SQRT:
  case B7_OP_SIN:
  case B7_OP_COS:
  case B7_OP_ARCTAN:
  case B7_OP_FLOOR:
  case B7_OP_FACTORIAL:
    cost->functions++;
    break;
  case B7_OP_POWER:
  case B7_OP_POWER_ANY:
    cost->powers++;
    break;
  case B7_OP_CONSTANT:
  case B7_OP_INPUT:
  case B7_OP_STORE:
    break;
  default:
    cost->choices++;
  }
}

int32_t b7_program_cost(const B7Program *program, B7KernelCost *rows, int32_t n_row) {
  static const char *const names[B7_PARTS] = {"prepare", "derive",          "initial", "decay",
                                              "drive",   "drive and rates", "slope",   "slope_jacobian",
                                              "observe", "propensity"};
  int32_t n = 0;
  for (B7Part part = 0; part < B7_PARTS && n < n_row; part++) {
    B7KernelCost cost = {.part = names[part]};
    for (int32_t i = 0; i < program->parts[part].n; i++)
      count_instruction(program->parts[part].instructions[i].op, &cost);
    rows[n++] = cost;
  }
  if (n < n_row) {
    B7KernelCost cost = {.part = "factor"};
    for (int32_t i = 0; i < program->sparsity.n_factor; i++) switch (program->sparsity.factor[i].op) {
      case B7_LU_SHIFT:
        cost.additions++;
        break;
      case B7_LU_MULTIPLY_ADD:
        cost.fused++;
        break;
      case B7_LU_SCALE:
        cost.multiplications++;
        break;
      case B7_LU_INVERT_PAIR:
        cost.multiplications += 3;
        cost.reciprocals++;
        break;
      default:
        cost.reciprocals++;
      }
    rows[n++] = cost;
  }
  if (n < n_row) {
    B7KernelCost cost = {.part = "solve"};
    for (int32_t i = 0; i < program->sparsity.n_solve; i++)
      *(program->sparsity.solve[i].scale ? &cost.multiplications : &cost.fused) += 1;
    rows[n++] = cost;
  }
  return n;
}

B7Status b7_kernel_cost(const B7Model *model, B7KernelCost *rows, int32_t n_row, int32_t *n_written,
                        B7Error *error) {
  *n_written = 0;
  b7_error_clear(error);
  B7Program *program = NULL;
  B7_TRY(b7_program_make(model, NULL, &program, error));
  *n_written = b7_program_cost(program, rows, n_row);
  b7_program_free(program);
  return B7_OK;
}
