#include "fit/skill.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "stats/predictive.h"
#include "stats/published_intervals.h"

#define LEVEL 0.95
/* grid of standard deviations between studies, even in the logarithm */
#define GRID 33
#define GRID_LEAST 0.05
#define GRID_MOST 2.5
#define COMMON_AT 0.5
#define COMMON_LOG_SD 0.7
#define FAMILY_LOG_SD 0.4
#define BOOTSTRAPS 2000
#define BOOTSTRAP_SEED 7

static double grid_value(int32_t k) {
  return GRID_LEAST * pow(GRID_MOST / GRID_LEAST, (double)k / (GRID - 1));
}

static double normal_log(double x, double at, double sd) {
  double z = (x - at) / sd;
  return -0.5 * z * z - log(sd);
}

static double logit(double share) {
  return log(share / (1 - share));
}

static double from_logit(double x) {
  return 1 / (1 + exp(-x));
}

/* ---- rows ---- */

B7SkillRow b7_skill_row(const B7Study *study, const B7StudyRow *row, double weight) {
  double z = b7_normal_quantile(0.5 + 0.5 * LEVEL), of = isnan(row->of) ? study->n : row->of;
  B7SkillRow out = {.study = study,
                    .row = row,
                    .family = b7_study_family_of(row->endpoint),
                    .setting = b7_study_setting(study),
                    .weight = weight,
                    .share = strcmp(row->endpoint->unit, "percent") == 0,
                    .left_out = NAN,
                    .fitted = NAN};
  if (!out.share) {
    double below = row->low > 0 ? log(row->value / row->low) : NAN,
           above = isfinite(row->high) ? log(row->high / row->value) : NAN;
    out.at = log(row->value);
    out.sd = (isnan(below) ? above : isnan(above) ? below : 0.5 * (below + above)) / z;
    return out;
  }
  double events = isnan(row->events) ? round(row->value / 100 * of) : row->events, low, high;
  b7_clopper_pearson((int32_t)events, (int32_t)of, LEVEL, &low, &high);
  if (row->low != 100 * low || row->high != 100 * high) {
    // a printed interval: as many patients as have an exact interval of that width on the logit
    double least = 0.5 / of, p = fmin(1 - least, fmax(least, row->value / 100));
    double a = fmin(1 - least, fmax(least, row->low / 100)),
           b = fmin(1 - least, fmax(least, row->high / 100));
    double sd = (logit(b) - logit(a)) / (2 * z);
    of = fmax(1, fmin(of, round(1 / (sd * sd * p * (1 - p)))));
    events = round(row->value / 100 * of);
  }
  out.n = (int32_t)of;
  out.events = (int32_t)events;
  return out;
}

static double log_likelihood(const B7SkillRow *row, double between_sd) {
  if (row->share) return log(b7_predictive_mass(row->left_out, between_sd, row->n, row->events));
  return normal_log(row->at, row->left_out, sqrt(row->sd * row->sd + between_sd * between_sd));
}

static bool is_predicted(const B7SkillRow *row) {
  return !isnan(row->left_out);
}

/* ---- how far studies differ ---- */

/* from log weights [n] to weights that sum to 1; returns the logarithm of their sum */
static double normalise(double *weights, int32_t n) {
  double most = -INFINITY, sum = 0;
  for (int32_t i = 0; i < n; i++) most = fmax(most, weights[i]);
  for (int32_t i = 0; i < n; i++) sum += weights[i] = exp(weights[i] - most);
  for (int32_t i = 0; i < n; i++) weights[i] /= sum;
  return most + log(sum);
}

B7Status b7_skill_between(const B7SkillRow *rows, int32_t n_row, const B7Study *without, B7Arena *arena,
                          double *sd, B7Error *error) {
  double(*said)[GRID] = b7_arena_take(arena, B7_STUDY_FAMILIES, sizeof *said);
  if (!said) return b7_fail_memory(error);
  for (int32_t r = 0; r < n_row; r++) {
    if (!is_predicted(&rows[r]) || (without && b7_studies_overlap(rows[r].study, without))) continue;
    for (int32_t k = 0; k < GRID; k++)
      said[rows[r].family][k] += rows[r].weight * log_likelihood(&rows[r], grid_value(k));
  }
  double common[GRID], mean[GRID][B7_STUDY_FAMILIES];
  for (int32_t c = 0; c < GRID; c++) {
    double at = log(grid_value(c));
    common[c] = normal_log(at, log(COMMON_AT), COMMON_LOG_SD);
    for (int32_t f = 0; f < B7_STUDY_FAMILIES; f++) {
      double weights[GRID];
      for (int32_t k = 0; k < GRID; k++)
        weights[k] = said[f][k] + normal_log(log(grid_value(k)), at, FAMILY_LOG_SD);
      common[c] += normalise(weights, GRID);
      mean[c][f] = 0;
      for (int32_t k = 0; k < GRID; k++) mean[c][f] += weights[k] * log(grid_value(k));
    }
  }
  normalise(common, GRID);
  for (int32_t f = 0; f < B7_STUDY_FAMILIES; f++) {
    double at = 0;
    for (int32_t c = 0; c < GRID; c++) at += common[c] * mean[c][f];
    sd[f] = exp(at);
  }
  return B7_OK;
}

/* ---- the rival ---- */

/* a printed share on the logit, half a patient on either side */
typedef struct Printed {
  double at, variance;
  const B7StudyEndpoint *endpoint;
} Printed;

static Printed printed_of(const B7SkillRow *row) {
  double p = (row->events + 0.5) / (row->n + 1.0);
  return (Printed){
      .at = logit(p), .variance = 1 / (row->n * p * (1 - p)) / row->weight, .endpoint = row->row->endpoint};
}

/* what a pool of printed shares says of one endpoint, under a spread of endpoints and one of studies */
typedef struct Pool {
  double log_weight, at, variance;
} Pool;

static Pool pool_at(const Printed *printed, int32_t n, const B7StudyEndpoint *endpoint, double endpoints_sd,
                    double studies_sd) {
  Pool out = {0};
  double sum = 0, weights = 0, own_precision = 0, own_sum = 0;
  for (int32_t i = 0; i < n; i++) {
    // each endpoint once, at its first row
    int32_t first = 0;
    while (printed[first].endpoint != printed[i].endpoint) first++;
    if (first != i) continue;
    double precision = 0, total = 0, squares = 0;
    for (int32_t j = i; j < n; j++) {
      if (printed[j].endpoint != printed[i].endpoint) continue;
      double variance = printed[j].variance + studies_sd * studies_sd;
      precision += 1 / variance;
      total += printed[j].at / variance;
      squares += printed[j].at * printed[j].at / variance;
      out.log_weight -= 0.5 * log(variance);
    }
    double mean = total / precision, variance = 1 / precision + endpoints_sd * endpoints_sd;
    out.log_weight += -0.5 * (squares - total * mean) - 0.5 * log(precision) - 0.5 * log(variance) -
                      0.5 * mean * mean / variance;
    sum += mean / variance;
    weights += 1 / variance;
    if (printed[i].endpoint == endpoint) {
      own_precision = precision;
      own_sum = total;
    }
  }
  double middle = sum / weights;
  out.log_weight += 0.5 * sum * middle - 0.5 * log(weights) +
                    normal_log(log(studies_sd), log(COMMON_AT), COMMON_LOG_SD) +
                    normal_log(log(endpoints_sd), log(COMMON_AT), COMMON_LOG_SD);
  double prior = 1 / (endpoints_sd * endpoints_sd), precision = own_precision + prior;
  out.at = (own_sum + middle * prior) / precision;
  double shrunk = prior / precision;
  out.variance = 1 / precision + shrunk * shrunk / weights;
  return out;
}

static int32_t gather(const B7SkillRow *rows, int32_t n_row, int32_t index, bool same_setting, Printed *out) {
  int32_t n = 0;
  for (int32_t r = 0; r < n_row; r++) {
    if (!rows[r].share || rows[r].family != rows[index].family) continue;
    if (same_setting && rows[r].setting != rows[index].setting) continue;
    if (b7_studies_overlap(rows[r].study, rows[index].study)) continue;
    out[n++] = printed_of(&rows[r]);
  }
  return n;
}

B7Status b7_skill_pooled(const B7SkillRow *rows, int32_t n_row, int32_t index, B7Arena *arena, double *share,
                         double *sd, B7Error *error) {
  Printed *printed = B7_ARENA_ARRAY(arena, Printed, n_row + 1);
  if (!printed) return b7_fail_memory(error);
  int32_t n = gather(rows, n_row, index, true, printed);
  // a family that no other study of the setting has: over all settings
  if (n == 0) n = gather(rows, n_row, index, false, printed);
  if (n == 0) {
    *share = 0.5;
    *sd = 1.5;
    return B7_OK;
  }
  double weights[GRID * GRID], at = 0, squares = 0, variance = 0;
  Pool pools[GRID * GRID];
  for (int32_t i = 0; i < GRID * GRID; i++) {
    pools[i] = pool_at(printed, n, rows[index].row->endpoint, grid_value(i / GRID), grid_value(i % GRID));
    weights[i] = pools[i].log_weight;
  }
  normalise(weights, GRID * GRID);
  for (int32_t i = 0; i < GRID * GRID; i++) {
    double studies = grid_value(i % GRID);
    at += weights[i] * pools[i].at;
    squares += weights[i] * pools[i].at * pools[i].at;
    variance += weights[i] * (pools[i].variance + studies * studies);
  }
  *share = from_logit(at);
  *sd = sqrt(variance + fmax(0, squares - at * at));
  return B7_OK;
}

/* ---- scores ---- */

static B7Status score_row(const B7SkillRow *rows, int32_t n_row, int32_t r, B7Arena *arena,
                          B7LeaveOutRow *out, B7Error *error) {
  static const double levels[B7_LEAVE_OUT_LEVELS] = {0.5, 0.8, 0.95};
  const B7SkillRow *row = &rows[r];
  double between[B7_STUDY_FAMILIES], pooled, pooled_sd;
  double *mass = B7_ARENA_ARRAY(arena, double, row->n + 1);
  if (!mass) return b7_fail_memory(error);
  B7_TRY(b7_skill_between(rows, n_row, row->study, arena, between, error));
  B7_TRY(b7_skill_pooled(rows, n_row, r, arena, &pooled, &pooled_sd, error));
  out->between_sd = between[row->family];
  b7_predictive_masses(row->left_out, out->between_sd, row->n, mass);
  out->crps = b7_predictive_crps(mass, row->n, row->events);
  out->log_score = b7_predictive_log_score(mass, row->events);
  for (int l = 0; l < B7_LEAVE_OUT_LEVELS; l++)
    out->covered[l] = b7_predictive_covered(mass, row->events, levels[l]);
  b7_predictive_range(row->left_out, out->between_sd, row->n, LEVEL, &out->predicted.lower,
                      &out->predicted.upper);
  out->predicted.lower *= 100;
  out->predicted.upper *= 100;
  b7_predictive_masses(pooled, pooled_sd, row->n, mass);
  out->pooled = 100 * pooled;
  out->crps_pooled = b7_predictive_crps(mass, row->n, row->events);
  out->log_score_pooled = b7_predictive_log_score(mass, row->events);
  b7_predictive_masses(row->fitted, out->between_sd, row->n, mass);
  out->crps_fitted = b7_predictive_crps(mass, row->n, row->events);
  return B7_OK;
}

B7Status b7_skill_score(const B7SkillRow *rows, int32_t n_row, B7Arena *arena, B7LeaveOutRow *out,
                        B7Error *error) {
  for (int32_t r = 0; r < n_row; r++) {
    const B7SkillRow *row = &rows[r];
    out[r] = (B7LeaveOutRow){.study = row->study->id,
                             .arm = row->row->arm >= 0 ? row->study->arms[row->row->arm].name : "all arms",
                             .endpoint = row->row->endpoint->name,
                             .unit = row->row->endpoint->unit,
                             .family = b7_study_family_key(row->family),
                             .at_day = row->row->at_day,
                             .weight = row->weight,
                             .n = row->share ? row->n : NAN,
                             .published = row->row->value,
                             .predicted = {row->share ? 100 * row->left_out : exp(row->left_out), NAN, NAN},
                             .fitted = row->share ? 100 * row->fitted : exp(row->fitted),
                             .pooled = NAN,
                             .between_sd = NAN,
                             .crps = NAN,
                             .crps_pooled = NAN,
                             .crps_fitted = NAN,
                             .log_score = NAN,
                             .log_score_pooled = NAN,
                             .covered = {NAN, NAN, NAN}};
    if (row->share && is_predicted(row)) B7_TRY(score_row(rows, n_row, r, arena, &out[r], error));
  }
  return B7_OK;
}

/* sums of one study over the wanted rows */
typedef struct StudySums {
  const B7Study *study;
  double crps, crps_pooled;
} StudySums;

static int compare_doubles(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* interval of the skill by drawing studies with replacement: rows of one study are not independent */
static void bootstrap(const StudySums *sums, int32_t n, double *low, double *high) {
  double skills[BOOTSTRAPS], tail = 0.5 * (1 - LEVEL);
  *low = *high = NAN;
  if (n < 2) return;
  for (int32_t b = 0; b < BOOTSTRAPS; b++) {
    B7Random random = b7_random_at(BOOTSTRAP_SEED, (uint64_t)b, B7_STREAM_FIT, 0);
    double crps = 0, pooled = 0;
    for (int32_t i = 0; i < n; i++) {
      int32_t drawn = (int32_t)(b7_random_uniform(&random) * n);
      crps += sums[drawn].crps;
      pooled += sums[drawn].crps_pooled;
    }
    skills[b] = 1 - crps / pooled;
  }
  qsort(skills, BOOTSTRAPS, sizeof skills[0], compare_doubles);
  *low = skills[(int)(tail * BOOTSTRAPS)];
  *high = skills[(int)((1 - tail) * BOOTSTRAPS)];
}

static void add_row(const B7LeaveOutRow *row, StudySums *study, B7LeaveOutSkill *out) {
  study->crps += row->weight * row->crps;
  study->crps_pooled += row->weight * row->crps_pooled;
  out->crps += row->weight * row->crps;
  out->crps_pooled += row->weight * row->crps_pooled;
  out->crps_fitted += row->weight * row->crps_fitted;
  out->log_score += row->weight * row->log_score;
  out->log_score_pooled += row->weight * row->log_score_pooled;
  for (int l = 0; l < B7_LEAVE_OUT_LEVELS; l++) out->covered[l] += row->weight * row->covered[l];
  out->rows++;
}

B7Status b7_skill_of(const B7SkillRow *rows, const B7LeaveOutRow *scores, int32_t n_row, const bool *wanted,
                     B7Arena *arena, B7LeaveOutSkill *out, B7Error *error) {
  StudySums *sums = B7_ARENA_ARRAY(arena, StudySums, n_row + 1);
  if (!sums) return b7_fail_memory(error);
  *out = (B7LeaveOutSkill){.family = "all", .skill = {NAN, NAN, NAN}};
  double weights = 0;
  for (int32_t r = 0; r < n_row; r++) {
    if (!wanted[r] || isnan(scores[r].crps)) continue;
    int32_t s = 0;
    while (s < out->studies && sums[s].study != rows[r].study) s++;
    if (s == out->studies) sums[out->studies++].study = rows[r].study;
    add_row(&scores[r], &sums[s], out);
    weights += scores[r].weight;
  }
  if (!(weights > 0)) return B7_OK;
  out->skill.value = 1 - out->crps / out->crps_pooled;
  bootstrap(sums, out->studies, &out->skill.lower, &out->skill.upper);
  out->crps /= weights;
  out->crps_pooled /= weights;
  out->crps_fitted /= weights;
  out->log_score /= weights;
  out->log_score_pooled /= weights;
  for (int l = 0; l < B7_LEAVE_OUT_LEVELS; l++) out->covered[l] /= weights;
  return B7_OK;
}
