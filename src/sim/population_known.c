/* population_known.c - virtual patients around one real patient: what is recorded of that patient in the place of what is
 * drawn. */
#include <math.h>

#include "base/random.h"
#include "base/status.h"
#include "sim/population.h"

double b7_draw_score(const B7Draw *draw, double value) {
  if (!(draw->spread_sd > 0)) return value < draw->value ? -INFINITY : value > draw->value ? INFINITY : 0;
  switch (draw->spread) {
  case B7_SPREAD_NONE:
    break;
  case B7_SPREAD_LOGNORMAL:
    return value <= 0 ? -INFINITY : log(value / draw->value) / draw->spread_sd;
  case B7_SPREAD_NORMAL:
    return (value - draw->value) / draw->spread_sd;
  case B7_SPREAD_LOGIT:
    if (value <= 0 || value >= 1) return value <= 0 ? -INFINITY : INFINITY;
    return (log(value / (1 - value)) - log(draw->value / (1 - draw->value))) / draw->spread_sd;
  }
  return 0;
}

/* of a share: the mean score of those who have it, or have it not */
static double score_of_answer(double share, bool yes) {
  if (share <= 0 || share >= 1) return 0;
  double threshold = b7_normal_quantile(share);
  double density = exp(-0.5 * threshold * threshold) / sqrt(2 * acos(-1));
  return yes ? density / share : -density / (1 - share);
}

/* the score that the value has in the law, before the law is replaced */
static void note_score(B7Population *population, int32_t place, double value) {
  B7Copula *copula = &population->copula;
  const B7Draw *draw = &population->draws[place];
  if (draw->correlated < 0) return;
  // beyond three and a half spreads the law itself is in doubt
  double score = draw->yes_no ? score_of_answer(draw->value, value >= 0.5) : b7_draw_score(draw, value);
  copula->known[copula->n_known] = draw->correlated;
  copula->score[copula->n_known++] = fmin(fmax(score, -3.5), 3.5);
}

void b7_population_know(B7Population *population, int32_t place, double value, B7SpreadKind spread,
                        double sd) {
  B7Draw *draw = &population->draws[place];
  note_score(population, place, value);
  draw->value = value;
  draw->spread = sd > 0 ? spread : B7_SPREAD_NONE;
  draw->spread_sd = sd;
  draw->low = draw->within_low = -INFINITY;
  draw->high = draw->within_high = INFINITY;
  draw->share = 1;
  draw->yes_no = draw->whole = false;
  draw->correlated = draw->follows = -1;
  draw->formula = B7_BODY_NONE;
}

void b7_population_bound(B7Population *population, int32_t place, double low, double high) {
  B7Draw *draw = &population->draws[place];
  draw->within_low = fmax(draw->within_low, low);
  draw->within_high = fmin(draw->within_high, high);
  draw->low = fmax(draw->low, low);
  draw->high = fmin(draw->high, high);
}

/* weights of the known scores for all: R_nk R_kk^-1, R being the correlations factor * factor' */
B7Status b7_population_condition(B7Population *population, B7Error *error) {
  B7Copula *copula = &population->copula;
  const int32_t n = copula->n, m = copula->n_known;
  double matrix[B7_CORRELATED_MOST][2 * B7_CORRELATED_MOST];
  for (int32_t k = 0; k < m; k++) {
    for (int32_t i = 0; i < m + n; i++) {
      int32_t a = copula->known[k], b = i < m ? copula->known[i] : i - m;
      matrix[k][i] = 0;
      for (int32_t j = 0; j <= a && j <= b; j++) matrix[k][i] += copula->factor[a][j] * copula->factor[b][j];
    }
  }
  // Gauss and Jordan on a symmetric, positive matrix: no pivoting
  for (int32_t k = 0; k < m; k++) {
    double pivot = matrix[k][k];
    if (!(pivot > 1e-9))
      return b7_fail(error, B7_ERROR_NUMERICAL,
                     "what is recorded of the patient is fully correlated in the population");
    for (int32_t i = 0; i < m + n; i++) matrix[k][i] /= pivot;
    for (int32_t r = 0; r < m; r++) {
      double factor = r == k ? 0 : matrix[r][k];
      for (int32_t i = 0; i < m + n; i++) matrix[r][i] -= factor * matrix[k][i];
    }
  }
  for (int32_t i = 0; i < n; i++) {
    for (int32_t k = 0; k < m; k++) copula->weight[i][k] = matrix[k][m + i];
  }
  return B7_OK;
}
