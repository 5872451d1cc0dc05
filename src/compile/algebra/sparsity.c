/* sparsity.c - the pattern of the Jacobian, the order of elimination, and the LU decomposition as a list of
 * steps. */
#include "compile/algebra/sparsity.h"

/* The pattern as a full table of bytes: models have tens to hundreds of states. */
typedef struct Table {
  int32_t n;
  uint8_t *cells;
} Table;

static uint8_t *cell(const Table *table, int32_t row, int32_t column) {
  return &table->cells[(size_t)row * (size_t)table->n + (size_t)column];
}

/* Order by Markowitz's rule; fills `table` with the pattern after elimination. `left` is scratch of n bytes.
 */
static void choose_order(Table *table, uint8_t *left, int32_t *order, int32_t *place) {
  int32_t n = table->n;
  for (int32_t i = 0; i < n; i++) left[i] = 1;
  for (int32_t step = 0; step < n; step++) {
    int32_t best = -1;
    int64_t best_cost = 0;
    for (int32_t i = 0; i < n; i++) {
      if (!left[i]) continue;
      int64_t row = 0, column = 0;
      for (int32_t j = 0; j < n; j++) {
        if (!left[j] || j == i) continue;
        row += *cell(table, i, j);
        column += *cell(table, j, i);
      }
      if (best < 0 || row * column < best_cost) best = i, best_cost = row * column;
    }
    order[step] = best;
    place[best] = step;
    left[best] = 0;
    for (int32_t i = 0; i < n; i++) {
      if (!left[i] || !*cell(table, i, best)) continue;
      for (int32_t j = 0; j < n; j++)
        if (left[j] && *cell(table, best, j)) *cell(table, i, j) = 1;
    }
  }
}

static int32_t slot_at(const B7Sparsity *s, int32_t row, int32_t column) {
  int32_t low = s->row_start[row], high = s->row_start[row + 1] - 1;
  while (low <= high) {
    int32_t middle = low + (high - low) / 2;
    if (s->column[middle] == column) return middle;
    if (s->column[middle] < column)
      low = middle + 1;
    else
      high = middle - 1;
  }
  return -1;
}

int32_t b7_sparsity_slot(const B7Sparsity *s, int32_t row, int32_t column) {
  return slot_at(s, s->place[row], s->place[column]);
}

/* Row by row (up-looking): the row under work stays in registers. Counts alone when steps is NULL. */
static int32_t write_factor(const B7Sparsity *s, B7LuStep *steps) {
  int32_t n = 0;
  bool first_of_pair = false;
  for (int32_t i = 0; i < s->n; i++) {
    int32_t diagonal = s->diagonal[i];
    if (steps) steps[n] = (B7LuStep){B7_LU_SHIFT, i, diagonal, -1, -1};
    n++;
    for (int32_t at = s->row_start[i]; at < diagonal; at++) {
      int32_t k = s->column[at];
      if (steps) steps[n] = (B7LuStep){B7_LU_SCALE, i, at, s->diagonal[k], -1};
      n++;
      for (int32_t u = s->diagonal[k] + 1; u < s->row_start[k + 1]; u++) {
        if (steps) steps[n] = (B7LuStep){B7_LU_MULTIPLY_ADD, i, slot_at(s, i, s->column[u]), at, u};
        n++;
      }
    }
    // two pivots of which neither needs the other share a division, which costs as much as a dozen products
    if (first_of_pair) {
      first_of_pair = false;
      if (steps) steps[n] = (B7LuStep){B7_LU_INVERT_PAIR, i, s->diagonal[i - 1], diagonal, -1};
      n++;
    } else if (i + 1 < s->n && slot_at(s, i + 1, i) < 0)
      first_of_pair = true;
    else {
      if (steps) steps[n] = (B7LuStep){B7_LU_INVERT, i, diagonal, -1, -1};
      n++;
    }
  }
  return n;
}

static int32_t write_solve(const B7Sparsity *s, B7SolveStep *steps) {
  int32_t n = 0;
  for (int32_t i = 0; i < s->n; i++)
    for (int32_t at = s->row_start[i]; at < s->diagonal[i]; at++, n++)
      if (steps) steps[n] = (B7SolveStep){false, i, at, s->column[at]};
  for (int32_t i = s->n; i-- > 0;) {
    for (int32_t at = s->diagonal[i] + 1; at < s->row_start[i + 1]; at++, n++)
      if (steps) steps[n] = (B7SolveStep){false, i, at, s->column[at]};
    if (steps) steps[n] = (B7SolveStep){true, i, s->diagonal[i], i};
    n++;
  }
  return n;
}

bool b7_sparsity_make(B7Arena *arena, int32_t n, const int32_t *rows, const int32_t *columns, int32_t n_entry,
                      B7Sparsity *out) {
  B7Sparsity s = {.n = n, .n_jacobian = n_entry};
  size_t size = (size_t)n;
  Table table = {.n = n, .cells = B7_ARENA_ARRAY(arena, uint8_t, size * size + 1)};
  uint8_t *left = B7_ARENA_ARRAY(arena, uint8_t, size + 1);
  s.order = B7_ARENA_ARRAY(arena, int32_t, size + 1);
  s.place = B7_ARENA_ARRAY(arena, int32_t, size + 1);
  s.row_start = B7_ARENA_ARRAY(arena, int32_t, size + 1);
  s.diagonal = B7_ARENA_ARRAY(arena, int32_t, size + 1);
  if (!table.cells || !left || !s.order || !s.place || !s.row_start || !s.diagonal) return false;
  for (int32_t e = 0; e < n_entry; e++) *cell(&table, rows[e], columns[e]) = 1;
  for (int32_t i = 0; i < n; i++) *cell(&table, i, i) = 1;
  choose_order(&table, left, s.order, s.place);

  for (size_t c = 0; c < size * size; c++) s.n_lu += table.cells[c];
  s.column = B7_ARENA_ARRAY(arena, int32_t, (size_t)s.n_lu + 1);
  s.is_fill = B7_ARENA_ARRAY(arena, uint8_t, (size_t)s.n_lu + 1);
  if (!s.column || !s.is_fill) return false;
  int32_t slot = 0;
  for (int32_t i = 0; i < n; i++) {
    s.row_start[i] = slot;
    for (int32_t j = 0; j < n; j++) {
      if (!*cell(&table, s.order[i], s.order[j])) continue;
      if (i == j) s.diagonal[i] = slot;
      s.is_fill[slot] = 1;
      s.column[slot++] = j;
    }
  }
  s.row_start[n] = slot;
  for (int32_t e = 0; e < n_entry; e++) s.is_fill[b7_sparsity_slot(&s, rows[e], columns[e])] = 0;

  s.n_factor = write_factor(&s, NULL);
  s.n_solve = write_solve(&s, NULL);
  s.factor = B7_ARENA_ARRAY(arena, B7LuStep, (size_t)s.n_factor + 1);
  s.solve = B7_ARENA_ARRAY(arena, B7SolveStep, (size_t)s.n_solve + 1);
  if (!s.factor || !s.solve) return false;
  write_factor(&s, s.factor);
  write_solve(&s, s.solve);
  *out = s;
  return true;
}
