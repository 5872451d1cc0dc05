#include "standards/ssa.h"

static bool possible(const B7SsaModel *model, const double *count, int32_t reaction) {
  const int32_t *change = model->change + (int64_t)reaction * model->n_species;
  for (int32_t s = 0; s < model->n_species; s++)
    if (count[s] + change[s] < 0) return false;
  return true;
}

bool b7_ssa_advance(const B7SsaModel *model, double *count, double *rate, double *t_day, double end_day,
                    int64_t max_firings, B7Random *random) {
  for (int64_t fired = 0; fired < max_firings; fired++) {
    model->propensity(model->user, count, rate);
    double total = 0;
    for (int32_t r = 0; r < model->n_reaction; r++) {
      if (!(rate[r] > 0) || !possible(model, count, r)) rate[r] = 0;
      total += rate[r];
    }
    double wait = total > 0 ? b7_random_exponential(random) / total : end_day - *t_day + 1;
    if (*t_day + wait > end_day) {
      *t_day = end_day;
      return true;
    }
    *t_day += wait;
    double u = b7_random_uniform(random) * total;
    int32_t chosen = 0;
    // rounding may leave u beyond the last sum: the last reaction with a rate takes it
    for (int32_t r = 0; r < model->n_reaction && u >= 0; r++) {
      if (rate[r] == 0) continue;
      chosen = r;
      u -= rate[r];
    }
    const int32_t *change = model->change + (int64_t)chosen * model->n_species;
    for (int32_t s = 0; s < model->n_species; s++) count[s] += change[s];
  }
  return false;
}
