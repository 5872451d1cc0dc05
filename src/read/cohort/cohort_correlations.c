/* cohort_correlations.c - what is drawn together: a list of correlations between normal scores as the factor of a
 * Gaussian copula, each margin keeping its law. */
#include <math.h>
#include <string.h>

#include "base/status.h"
#include "read/cohort/cohort_read.h"

/* pivots of a correlation matrix below this leave it without an inverse */
#define SMALLEST_PIVOT 1e-9
#define CORRELATIONS_MOST 64

typedef struct Pair {
  const B7Node *node; /* of the value */
  int32_t place[2];
  double value;
} Pair;

typedef struct Pairs {
  const B7CohortReader *reader;
  Pair rows[CORRELATIONS_MOST];
  int32_t n;
} Pairs;

static B7Status need_spread(const B7CohortReader *reader, const B7Node *name, int32_t place) {
  const B7Draw *draw = &reader->population->draws[place];
  if (draw->spread_sd > 0 || draw->yes_no) return B7_OK;
  return b7_node_fail(name, reader->error, "'%s' has no spread of its own and cannot be correlated",
                      name->text);
}

/* {of: [age, frail], value: 0.3, assumed: ...} */
static B7Status read_pair(Pairs *pairs, const B7Node *node) {
  static const char *const keys[] = {"of", "value", "source", "assumed", "note", NULL};
  const B7CohortReader *reader = pairs->reader;
  B7Error *error = reader->error;
  const B7Node *of, *value;
  if (pairs->n == CORRELATIONS_MOST)
    return b7_node_fail(node, error, "at most %d correlations", CORRELATIONS_MOST);
  Pair *pair = &pairs->rows[pairs->n];
  B7_TRY(b7_node_expect(node, B7_NODE_MAPPING, "a correlation", error));
  B7_TRY(b7_node_only_keys(node, keys, error));
  B7_TRY(b7_cohort_basis(node, "a correlation", error));
  B7_TRY(b7_node_need(node, "of", &of, error));
  B7_TRY(b7_node_need(node, "value", &value, error));
  B7_TRY(b7_node_expect(of, B7_NODE_SEQUENCE, "'of' [one, other]", error));
  if (of->count != 2) return b7_node_fail(of, error, "a correlation is of two: [one, other]");
  B7_TRY(b7_node_number(value, &pair->value, error));
  if (!(pair->value > -1 && pair->value < 1))
    return b7_node_fail(value, error, "a correlation lies between -1 and 1");
  for (int k = 0; k < 2; k++) {
    B7_TRY(b7_cohort_place(reader, of->items[k], &pair->place[k]));
    B7_TRY(need_spread(reader, of->items[k], pair->place[k]));
  }
  if (pair->place[0] == pair->place[1])
    return b7_node_fail(of, error, "'%s' is fully correlated with itself", of->items[0]->text);
  for (int32_t i = 0; i < pairs->n; i++) {
    const int32_t *other = pairs->rows[i].place;
    if ((other[0] == pair->place[0] && other[1] == pair->place[1]) ||
        (other[1] == pair->place[0] && other[0] == pair->place[1]))
      return b7_node_fail(of, error, "this correlation stands already above");
  }
  pair->node = value;
  pairs->n++;
  return B7_OK;
}

/* places that occur, ascending: parameters first, so that what the model reads keeps its own draws when only
 * covariates hang on it */
static B7Status gather(const Pairs *pairs, B7Copula *copula, const B7Node *node) {
  copula->n = 0;
  for (int32_t i = 0; i < pairs->n; i++) {
    for (int k = 0; k < 2; k++) {
      int32_t place = pairs->rows[i].place[k], at = 0;
      while (at < copula->n && copula->place[at] < place) at++;
      if (at < copula->n && copula->place[at] == place) continue;
      if (copula->n == B7_CORRELATED_MOST)
        return b7_node_fail(node, pairs->reader->error, "at most %d parameters and covariates are correlated",
                            B7_CORRELATED_MOST);
      for (int32_t m = copula->n; m > at; m--) copula->place[m] = copula->place[m - 1];
      copula->place[at] = place;
      copula->n++;
    }
  }
  return B7_OK;
}

static int32_t index_of(const B7Copula *copula, int32_t place) {
  int32_t at = 0;
  while (copula->place[at] != place) at++;
  return at;
}

/* Cholesky's factor of the matrix of all pairs, one of them with another value; false: not positive definite */
static bool factorise(const Pairs *pairs, int32_t changed, double value, B7Copula *copula) {
  double matrix[B7_CORRELATED_MOST][B7_CORRELATED_MOST] = {{0}};
  const int32_t n = copula->n;
  for (int32_t i = 0; i < pairs->n; i++) {
    int32_t a = index_of(copula, pairs->rows[i].place[0]), b = index_of(copula, pairs->rows[i].place[1]);
    matrix[a][b] = matrix[b][a] = i == changed ? value : pairs->rows[i].value;
  }
  memset(copula->factor, 0, sizeof copula->factor);
  for (int32_t i = 0; i < n; i++) {
    for (int32_t j = 0; j <= i; j++) {
      double sum = i == j ? 1 : matrix[i][j];
      for (int32_t k = 0; k < j; k++) sum -= copula->factor[i][k] * copula->factor[j][k];
      if (i == j && sum < SMALLEST_PIVOT) return false;
      copula->factor[i][j] = i == j ? sqrt(sum) : sum / copula->factor[j][j];
    }
  }
  return true;
}

/* the last correlation that could be weakened to make all possible, and how far */
static B7Status fail_together(const Pairs *pairs, B7Copula *copula, const B7Node *node) {
  for (int32_t i = pairs->n - 1; i >= 0; i--) {
    if (!factorise(pairs, i, 0, copula)) continue;
    double possible = 0, not_possible = pairs->rows[i].value;
    for (int step = 0; step < 40; step++) {
      double middle = 0.5 * (possible + not_possible);
      if (factorise(pairs, i, middle, copula)) {
        possible = middle;
      } else {
        not_possible = middle;
      }
    }
    return b7_node_fail(
        pairs->rows[i].node, pairs->reader->error,
        "the correlations contradict each other (their matrix is not positive definite); with "
        "the others as they are, this one lies between 0 and %.3g",
        possible);
  }
  return b7_node_fail(
      node, pairs->reader->error,
      "the correlations contradict each other (their matrix is not positive definite); weaken "
      "more than one of them");
}

B7Status b7_cohort_correlations(B7CohortReader *reader, const B7Node *node) {
  B7_TRY(b7_node_expect(node, B7_NODE_SEQUENCE, "'correlations'", reader->error));
  Pairs *pairs = B7_ARENA_ARRAY(&reader->cohort->arena, Pairs, 1);
  if (!pairs) return b7_fail_memory(reader->error);
  pairs->reader = reader;
  for (int32_t i = 0; i < node->count; i++) B7_TRY(read_pair(pairs, node->items[i]));
  B7Copula *copula = &reader->population->copula;
  B7_TRY(gather(pairs, copula, node));
  if (!factorise(pairs, -1, 0, copula)) return fail_together(pairs, copula, node);
  for (int32_t i = 0; i < copula->n; i++) reader->population->draws[copula->place[i]].correlated = i;
  return B7_OK;
}
