/* emit_linear.c - factorisation and solution as C without loops. */
#include "compile/code/emit_parts.h"

/* Operations after which a piece ends. */
#define PIECE_WEIGHT 700

/* Row by row; the row under work is in variables. */
void b7_emit_factor(const B7Program *program, B7Text *text) {
  const B7Sparsity *s = &program->sparsity;
  int32_t piece = 0, weight = 0;
  for (int32_t i = 0; i < s->n_factor;) {
    if (weight == 0)
      b7_text_append(text,
                     "static NOINLINE void factor_%d(IN diagonal, OUT lu) {\n"
                     "  const V d = b7v_load(diagonal);\n",
                     ++piece);
    int32_t row = s->factor[i].row;
    b7_text_append(text, "  // %s\n", program->tables.states[row].name);
    for (int32_t slot = s->row_start[row]; slot < s->row_start[row + 1]; slot++) {
      // the part right of the diagonal is touched only when a row above is taken from this one
      bool touched = slot <= s->diagonal[row];
      for (int32_t j = i; !touched && j < s->n_factor && s->factor[j].row == row; j++)
        touched = s->factor[j].to == slot;
      if (touched) b7_text_append(text, "  V a_%d = b7v_load(lu + %d * W);\n", slot, slot);
    }
    for (; i < s->n_factor && s->factor[i].row == row; i++, weight++) {
      const B7LuStep *step = &s->factor[i];
      switch (step->op) {
      case B7_LU_SHIFT:
        b7_text_append(text, "  a_%d -= d;\n", step->to);
        break;
      case B7_LU_SCALE:
        b7_text_append(text, "  a_%d *= b7v_load(lu + %d * W);\n", step->to, step->a);
        break;
      case B7_LU_MULTIPLY_ADD:
        b7_text_append(text, "  a_%d = b7v_fma(a_%d, b7v_load(lu + %d * W), a_%d);\n", step->to, step->a,
                       step->b, step->to);
        break;
      case B7_LU_INVERT_PAIR:
        b7_text_append(text,
                       "  const V p_%d = b7v_load(lu + %d * W), both_%d = -1.0 / (p_%d * a_%d);\n"
                       "  SET(lu, %d, both_%d * a_%d);\n"
                       "  a_%d = both_%d * p_%d;\n",
                       step->to, step->to, row, step->to, step->a, step->to, row, step->a, step->a, row,
                       step->to);
        break;
      default:
        b7_text_append(text, "  a_%d = -1.0 / a_%d;\n", step->to, step->to);
      }
    }
    for (int32_t slot = s->row_start[row]; slot < s->row_start[row + 1]; slot++) {
      bool touched = slot <= s->diagonal[row];
      for (int32_t j = i; !touched && j-- > 0 && s->factor[j].row == row;) touched = s->factor[j].to == slot;
      if (touched) b7_text_append(text, "  SET(lu, %d, a_%d);\n", slot, slot);
    }
    if (weight >= PIECE_WEIGHT || i >= s->n_factor) {
      b7_text_append(text, "}\n\n");
      weight = 0;
    }
  }
  b7_text_append(text,
                 "static void factor(const void *program, const double *diagonal, double *jacobian_lu) {\n");
  for (int32_t k = 1; k <= piece; k++) b7_text_append(text, "  factor_%d(diagonal, jacobian_lu);\n", k);
  b7_text_append(text, "}\n\n");
}

/* Pieces keep the right-hand side of their rows in variables and leave the results in b. */
void b7_emit_solve(const B7Program *program, B7Text *text) {
  const B7Sparsity *s = &program->sparsity;
  int32_t piece = 0, weight = 0;
  for (int32_t i = 0; i < s->n_solve;) {
    if (weight == 0) b7_text_append(text, "static NOINLINE void solve_%d(IN lu, OUT b) {\n", ++piece);
    int32_t row = s->solve[i].to;
    b7_text_append(text, "  SET(b, y_%s, ", program->tables.states[row].name);
    // the steps of a row nest: the first is innermost
    int32_t first = i;
    while (i < s->n_solve && s->solve[i].to == row && !s->solve[i].scale) i++;
    int32_t last = i;
    bool scaled = i < s->n_solve && s->solve[i].to == row && s->solve[i].scale;
    if (scaled) b7_text_append(text, "b7v_load(lu + %d * W) * ", s->solve[i++].slot);
    for (int32_t k = last; k-- > first;)
      b7_text_append(text, "b7v_fma(b7v_load(lu + %d * W), B(%s), ", s->solve[k].slot,
                     program->tables.states[s->solve[k].from].name);
    b7_text_append(text, "B(%s)", program->tables.states[row].name);
    for (int32_t k = first; k < last; k++) b7_text_append(text, ")");
    b7_text_append(text, ");\n");
    weight += i - first;
    if (weight >= PIECE_WEIGHT || i >= s->n_solve) {
      b7_text_append(text, "}\n\n");
      weight = 0;
    }
  }
  b7_text_append(text, "static void solve(const void *program, const double *factors, double *b) {\n");
  for (int32_t k = 1; k <= piece; k++) b7_text_append(text, "  solve_%d(factors, b);\n", k);
  b7_text_append(text, "}\n\n");
}
