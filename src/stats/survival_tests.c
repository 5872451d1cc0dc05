/* survival_tests.c - do groups differ? Log-rank family over strata, Gray's test of cumulative incidence. */
#include <math.h>
#include <string.h>

#include "base/status.h"
#include "stats/survival.h"

#define GROUPS B7_SURVIVAL_GROUPS_MAX

double b7_chi_square_tail(double x, int32_t df) {
  if (df < 1 || !(x >= 0)) return NAN;
  // Q(a + 1, y) = Q(a, y) + y^a exp(-y) / gamma(a + 1), from Q(1/2, y) = erfc(sqrt y) or Q(1, y) = exp(-y)
  double y = 0.5 * x;
  double tail = df % 2 ? erfc(sqrt(y)) : exp(-y);
  for (double a = df % 2 ? 0.5 : 1; a < 0.5 * df - 0.25; a += 1)
    if (y > 0) tail += exp(a * log(y) - y - lgamma(a + 1));
  return tail;
}

// score' variance^-1 score over the groups in use less one, by Cholesky; pivots that vanish add no degree of
// freedom
static void finish(B7SurvivalTest *test, const bool *used) {
  int32_t chosen[GROUPS], n = 0;
  for (int32_t g = 0; g < test->groups; g++)
    if (used[g]) chosen[n++] = g;
  test->statistic = test->p = NAN;
  test->df = 0;
  if (n < 2) return;
  n--;
  double lower[GROUPS][GROUPS], solved[GROUPS], sum = 0;
  bool kept[GROUPS];
  for (int32_t i = 0; i < n; i++) {
    double score = test->score[chosen[i]];
    for (int32_t j = 0; j < i; j++) {
      double value = test->variance[chosen[i]][chosen[j]];
      for (int32_t k = 0; k < j; k++) value -= lower[i][k] * lower[j][k];
      lower[i][j] = kept[j] ? value / lower[j][j] : 0;
      score -= lower[i][j] * solved[j];
    }
    double whole = test->variance[chosen[i]][chosen[i]], pivot = whole;
    for (int32_t k = 0; k < i; k++) pivot -= lower[i][k] * lower[i][k];
    kept[i] = whole > 0 && pivot > 1e-12 * whole;
    lower[i][i] = kept[i] ? sqrt(pivot) : 0;
    solved[i] = kept[i] ? score / lower[i][i] : 0;
    sum += solved[i] * solved[i];
    test->df += kept[i];
  }
  if (test->df == 0) return;
  test->statistic = sum;
  test->p = b7_chi_square_tail(sum, test->df);
}

// everybody at one distinct time of one stratum
typedef struct Together {
  double events[GROUPS], others[GROUPS], left[GROUPS]; /* wanted events, competing events, all who leave */
  double all_events, all_others;
} Together;

static const B7SurvivalRecord *gather(const B7SurvivalRecord *record, const B7SurvivalRecord *end,
                                      int32_t groups, uint32_t stratum, uint32_t events, uint32_t others,
                                      Together *now) {
  for (int32_t g = 0; g < groups; g++) now->events[g] = now->others[g] = now->left[g] = 0;
  now->all_events = now->all_others = 0;
  for (uint64_t bits = record->time_bits; record < end && record->time_bits == bits; record++) {
    if (B7_CODE_STRATUM(record->code) != stratum) continue;
    uint32_t group = B7_CODE_GROUP(record->code), status = B7_CODE_STATUS(record->code);
    double event = events >> status & 1, other = others >> status & 1;
    now->events[group] += event;
    now->others[group] += other;
    now->left[group] += 1;
    now->all_events += event;
    now->all_others += other;
  }
  return record;
}

static void count_stratum(const B7Survival *survival, uint32_t stratum, double *at_risk) {
  for (int32_t g = 0; g < survival->groups; g++) at_risk[g] = 0;
  if (survival->strata <= 1) {
    for (int32_t g = 0; g < survival->groups; g++) at_risk[g] = (double)b7_survival_count(survival, g, -1);
    return;
  }
  for (int64_t i = 0; i < survival->patients; i++)
    if (B7_CODE_STRATUM(survival->records[i].code) == stratum)
      at_risk[B7_CODE_GROUP(survival->records[i].code)] += 1;
}

static B7Status start(const B7Survival *survival, B7SurvivalTest *test, bool *used, B7Error *error) {
  memset(test, 0, sizeof *test);
  test->groups = survival->groups;
  test->statistic = test->p = NAN;
  if (survival->patients == 0) return b7_fail(error, B7_ERROR_USAGE, "no patients have been set");
  for (int32_t g = 0; g < survival->groups; g++) used[g] = b7_survival_count(survival, g, -1) > 0;
  return B7_OK;
}

B7Status b7_survival_logrank(const B7Survival *survival, uint32_t events, double rho, B7SurvivalTest *test,
                             B7Error *error) {
  bool used[GROUPS];
  B7_TRY(start(survival, test, used, error));
  int32_t groups = survival->groups;
  const B7SurvivalRecord *end = survival->records + survival->patients;
  for (int32_t stratum = 0; stratum < survival->strata; stratum++) {
    double at_risk[GROUPS], pooled = 1;
    count_stratum(survival, (uint32_t)stratum, at_risk);
    Together now;
    for (const B7SurvivalRecord *record = survival->records; record < end;) {
      record = gather(record, end, groups, (uint32_t)stratum, events, 0, &now);
      double d = now.all_events;
      if (d > 0) {
        double n = 0;
        for (int32_t g = 0; g < groups; g++) n += at_risk[g];
        double weight = rho == 0 ? 1 : pow(pooled, rho);
        double spread = n > 1 ? weight * weight * d * (n - d) / (n - 1) : 0;
        for (int32_t g = 0; g < groups; g++) {
          double share = at_risk[g] / n;
          test->observed[g] += weight * now.events[g];
          test->expected[g] += weight * d * share;
          for (int32_t h = 0; h <= g; h++)
            test->variance[g][h] += spread * ((g == h ? share : 0) - share * (at_risk[h] / n));
        }
        pooled *= (n - d) / n;
      }
      for (int32_t g = 0; g < groups; g++) at_risk[g] -= now.left[g];
    }
  }
  for (int32_t g = 0; g < groups; g++) {
    test->score[g] = test->observed[g] - test->expected[g];
    if (!(test->expected[g] > 0)) used[g] = false;
    for (int32_t h = 0; h < g; h++) test->variance[h][g] = test->variance[g][h];
  }
  finish(test, used);
  return B7_OK;
}

// Gray's test keeps, for every group, its own event-free survival and incidence, and for every pair how much
// the score of i moves when the incidence of k is misjudged (influence), from which the variance is put
// together
typedef struct GrayStratum {
  double at_risk[GROUPS], event_free[GROUPS], incidence[GROUPS];
  double pooled; /* common incidence F0 */
  double influence[GROUPS][GROUPS];
  double own[GROUPS];           /* sum t^2 q of group k */
  double cross[GROUPS][GROUPS]; /* [i][k] sum x_i t q of group k */
} GrayStratum;

static double ties(double d, double n) {
  return d > 1 ? 1 - (d - 1) / (n - 1) : 1;
}

static void add_outer(B7SurvivalTest *test, GrayStratum *state, int32_t k, const double *x, double t,
                      double q) {
  state->own[k] += t * t * q;
  for (int32_t i = 0; i < test->groups; i++) {
    state->cross[i][k] += x[i] * t * q;
    for (int32_t j = 0; j <= i; j++) test->variance[i][j] += x[i] * x[j] * q;
  }
}

static void gray_moment(B7SurvivalTest *test, GrayStratum *state, const Together *now, double rho) {
  int32_t groups = test->groups;
  double hazard_weight[GROUPS], after[GROUPS], sum = 0, own_sum = 0;
  for (int32_t g = 0; g < groups; g++) {
    double n = state->at_risk[g];
    bool in_use = n > 0 && state->event_free[g] > 0;
    hazard_weight[g] = in_use ? n / state->event_free[g] : 0;
    after[g] =
        in_use ? state->event_free[g] * (n - now->events[g] - now->others[g]) / n : state->event_free[g];
    sum += hazard_weight[g];
    own_sum += hazard_weight[g] * (1 - state->incidence[g]);
  }
  double d = now->all_events, remaining = 1 - state->pooled, pooled = state->pooled;
  if (d > 0) {
    double weight = rho == 0 ? 1 : pow(remaining, rho);
    pooled += d / sum;
    // a group that has died out no longer dilutes the common incidence, which may then pass one: the formula
    // goes on, as in cmprsk
    double scale = remaining != 0 ? weight * d / (sum * remaining) : 0;
    for (int32_t i = 0; i < groups; i++) {
      double expected = d * hazard_weight[i] * (1 - state->incidence[i]) / own_sum;
      test->observed[i] += now->events[i];
      test->expected[i] += expected;
      test->score[i] += weight * (now->events[i] - expected);
      for (int32_t j = 0; j < groups; j++)
        state->influence[i][j] += hazard_weight[i] * ((i == j ? 1 : 0) - hazard_weight[j] / sum) * scale;
    }
    for (int32_t k = 0; k < groups; k++) {
      if (!(hazard_weight[k] > 0)) continue;
      double t = after[k] > 0 ? 1 - (1 - pooled) / after[k] : 1, x[GROUPS];
      double correction = d > 1 ? 1 - (d - 1) / (sum * state->event_free[k] - 1) : 1;
      double q = correction * state->event_free[k] * d / (sum * state->at_risk[k]);
      for (int32_t i = 0; i < groups; i++) {
        double a = weight * hazard_weight[i] * ((i == k ? 1 : 0) - hazard_weight[k] / sum);
        x[i] = a - t * state->influence[i][k];
      }
      add_outer(test, state, k, x, t, q);
    }
  }
  for (int32_t k = 0; k < groups; k++) {
    if (now->others[k] == 0 || !(after[k] > 0)) continue;
    double t = (1 - pooled) / after[k], x[GROUPS], n = state->at_risk[k];
    double q =
        ties(now->others[k], n) * state->event_free[k] * state->event_free[k] * now->others[k] / (n * n);
    for (int32_t i = 0; i < groups; i++) x[i] = -t * state->influence[i][k];
    add_outer(test, state, k, x, t, q);
  }
  for (int32_t g = 0; g < groups; g++) {
    if (hazard_weight[g] > 0) state->incidence[g] += now->events[g] / hazard_weight[g];
    state->event_free[g] = after[g];
    state->at_risk[g] -= now->left[g];
  }
  state->pooled = pooled;
}

B7Status b7_survival_gray(const B7Survival *survival, int32_t cause, double rho, B7SurvivalTest *test,
                          B7Error *error) {
  bool used[GROUPS];
  if (cause < 1 || cause > B7_SURVIVAL_CAUSES_MAX)
    return b7_fail(error, B7_ERROR_USAGE, "there is no cause %d; causes go from 1 to %d", (int)cause,
                   B7_SURVIVAL_CAUSES_MAX);
  B7_TRY(start(survival, test, used, error));
  int32_t groups = survival->groups;
  uint32_t wanted = B7_EVENT(cause), others = B7_EVENT_ANY & ~wanted;
  const B7SurvivalRecord *end = survival->records + survival->patients;
  for (int32_t stratum = 0; stratum < survival->strata; stratum++) {
    GrayStratum state = {.pooled = 0};
    count_stratum(survival, (uint32_t)stratum, state.at_risk);
    for (int32_t g = 0; g < groups; g++) state.event_free[g] = 1;
    Together now;
    for (const B7SurvivalRecord *record = survival->records; record < end;) {
      record = gather(record, end, groups, (uint32_t)stratum, wanted, others, &now);
      if (now.all_events + now.all_others > 0)
        gray_moment(test, &state, &now, rho);
      else
        for (int32_t g = 0; g < groups; g++) state.at_risk[g] -= now.left[g];
    }
    for (int32_t i = 0; i < groups; i++)
      for (int32_t j = 0; j <= i; j++)
        for (int32_t k = 0; k < groups; k++)
          test->variance[i][j] += state.influence[i][k] * state.influence[j][k] * state.own[k] +
                                  state.influence[i][k] * state.cross[j][k] +
                                  state.influence[j][k] * state.cross[i][k];
  }
  for (int32_t g = 0; g < groups; g++)
    for (int32_t h = 0; h < g; h++) test->variance[h][g] = test->variance[g][h];
  finish(test, used);
  return B7_OK;
}
