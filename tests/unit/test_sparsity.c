/* Elimination order and LU steps against dense elimination, on patterns drawn at random and on an arrow. */
#include "test_base.h"

#include <math.h>
#include <stdlib.h>

#include "base/random.h"
#include "compile/algebra/sparsity.h"

#define N 24

/* Fill the slots from a dense matrix, factor and solve by the steps. */
static void solve_by_steps(const B7Sparsity *s, const double dense[N][N], double d, double *b) {
  double lu[N * N] = {0}, z[N];
  for (int32_t i = 0; i < s->n; i++)
    for (int32_t at = s->row_start[i]; at < s->row_start[i + 1]; at++)
      lu[at] = dense[s->order[i]][s->order[s->column[at]]];
  for (int32_t k = 0; k < s->n_factor; k++) {
    const B7LuStep *f = &s->factor[k];
    switch (f->op) {
    case B7_LU_SHIFT:
      lu[f->to] -= d;
      break;
    case B7_LU_SCALE:
      lu[f->to] *= lu[f->a];
      break;
    case B7_LU_MULTIPLY_ADD:
      lu[f->to] += lu[f->a] * lu[f->b];
      break;
    case B7_LU_INVERT_PAIR: {
      double both = -1 / (lu[f->to] * lu[f->a]), one = lu[f->to];
      lu[f->to] = both * lu[f->a];
      lu[f->a] = both * one;
      break;
    }
    default:
      lu[f->to] = -1 / lu[f->to];
    }
  }
  for (int32_t i = 0; i < s->n; i++) z[i] = b[s->order[i]];
  for (int32_t k = 0; k < s->n_solve; k++) {
    const B7SolveStep *f = &s->solve[k];
    if (f->scale)
      z[f->to] *= lu[f->slot];
    else
      z[f->to] += lu[f->slot] * z[f->from];
  }
  for (int32_t i = 0; i < s->n; i++) b[s->order[i]] = z[i];
}

static void steps_solve_the_equations(void **state) {
  (void)state;
  for (uint64_t round = 0; round < 50; round++) {
    B7Arena arena = b7_arena_make(NULL);
    B7Random random = b7_random_at(5, round, B7_STREAM_FIT, 0);
    double dense[N][N] = {{0}}, b[N], kept[N], d = 3.0 + 5.0 * b7_random_uniform(&random);
    int32_t rows[N * N], columns[N * N], n_entry = 0;
    for (int32_t i = 0; i < N; i++)
      for (int32_t j = 0; j < N; j++) {
        if (b7_random_uniform(&random) > 0.12) continue;
        dense[i][j] = i == j ? -b7_random_uniform(&random) : 0.5 * b7_random_normal(&random);
        rows[n_entry] = i, columns[n_entry++] = j;
      }
    B7Sparsity s;
    assert_true(b7_sparsity_make(&arena, N, rows, columns, n_entry, &s));
    assert_int_equal(s.n_jacobian, n_entry);
    int32_t fill = 0;
    for (int32_t slot = 0; slot < s.n_lu; slot++) fill += s.is_fill[slot];
    assert_int_equal(s.n_lu, n_entry + fill);
    for (int32_t e = 0; e < n_entry; e++) assert_false(s.is_fill[b7_sparsity_slot(&s, rows[e], columns[e])]);
    for (int32_t i = 0; i < N; i++) assert_int_equal(s.place[s.order[i]], i);
    for (int32_t i = 0; i < N; i++) kept[i] = b[i] = b7_random_normal(&random);
    solve_by_steps(&s, dense, d, b);
    for (int32_t i = 0; i < N; i++) {
      double sum = d * b[i];
      for (int32_t j = 0; j < N; j++) sum -= dense[i][j] * b[j];
      assert_true(fabs(sum - kept[i]) < 1e-9);
    }
    b7_arena_free(&arena);
  }
}

static void an_arrow_fills_nothing_when_its_head_comes_last(void **state) {
  (void)state;
  B7Arena arena = b7_arena_make(NULL);
  int32_t rows[3 * N], columns[3 * N], n = 0;
  for (int32_t i = 0; i < N; i++) {
    rows[n] = i, columns[n++] = i;
    if (i == 0) continue;
    rows[n] = 0, columns[n++] = i;
    rows[n] = i, columns[n++] = 0;
  }
  B7Sparsity s;
  assert_true(b7_sparsity_make(&arena, N, rows, columns, n, &s));
  assert_int_equal(s.n_lu, n);
  // when two rows are left they cost the same
  assert_true(s.place[0] >= N - 2);
  assert_int_equal(b7_sparsity_slot(&s, 1, 2), -1);
  b7_arena_free(&arena);
}

static void no_states_and_no_entries_are_fine(void **state) {
  (void)state;
  B7Arena arena = b7_arena_make(NULL);
  B7Sparsity s;
  assert_true(b7_sparsity_make(&arena, 0, NULL, NULL, 0, &s));
  assert_int_equal(s.n_lu + s.n_factor + s.n_solve, 0);
  assert_true(b7_sparsity_make(&arena, 3, NULL, NULL, 0, &s));
  // the diagonal is always there
  assert_int_equal(s.n_lu, 3);
  b7_arena_free(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(steps_solve_the_equations),
      cmocka_unit_test(an_arrow_fills_nothing_when_its_head_comes_last),
      cmocka_unit_test(no_states_and_no_entries_are_fine),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
