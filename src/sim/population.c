#include "sim/population.h"

#include <math.h>
#include <string.h>

#include "base/hash.h"
#include "base/random.h"
#include "base/status.h"
#include "kernel/tables.h"

/* the name that shares the longest beginning, for the remedy in an error */
static const char *similar_parameter(const B7KernelTables *tables, const char *name) {
  const char *best = NULL;
  size_t most = 0;
  for (int32_t p = 0; p < tables->n_parameter; p++) {
    const char *other = tables->parameters[p].name;
    size_t same = 0;
    while (name[same] && name[same] == other[same]) same++;
    if (same > most) {
      most = same;
      best = other;
    }
  }
  return best;
}

B7Status b7_population_set(B7Population *population, const B7KernelTables *tables,
                           const B7ParameterSetting *setting, B7Error *error) {
  int32_t p = b7_tables_parameter(tables, setting->name);
  if (p < 0) {
    const char *similar = similar_parameter(tables, setting->name);
    return b7_fail(error, B7_ERROR_INPUT, "unknown parameter '%s'.%s%s%s", setting->name,
                   similar ? " Did you mean '" : "", similar ? similar : "", similar ? "'?" : "");
  }
  const B7KernelParameter *parameter = &tables->parameters[p];
  bool sets_spread = !isnan(setting->spread_sd);
  if (sets_spread && setting->spread_sd < 0)
    return b7_fail(error, B7_ERROR_INPUT, "the spread of '%s' is %g; a spread is 0 or more", setting->name,
                   setting->spread_sd);
  if (parameter->own_index < 0) {
    if (sets_spread && setting->spread_sd > 0)
      return b7_fail(
          error, B7_ERROR_INPUT,
          "'%s' has one value for all patients in this model and cannot be given a spread; add a spread to it "
          "in the model",
          setting->name);
    if (parameter->shared_index >= 0 && !isnan(setting->value))
      population->shared[parameter->shared_index] = setting->value;
    return B7_OK;
  }
  B7Draw *draw = &population->draws[parameter->own_index];
  if (!isnan(setting->value)) draw->value = setting->value;
  if (sets_spread) {
    draw->spread_sd = setting->spread_sd;
    // a parameter set by data gets the spread of amounts
    if (draw->spread == B7_SPREAD_NONE) draw->spread = B7_SPREAD_LOGNORMAL;
  }
  return B7_OK;
}

B7Status b7_population_from_tables(const B7KernelTables *tables, int64_t patients, uint64_t seed, bool vary,
                                   const B7ParameterSetting *settings, int32_t n_settings,
                                   const B7Hooks *hooks, B7Population **out, B7Error *error) {
  *out = NULL;
  if (patients < 1)
    return b7_fail(error, B7_ERROR_USAGE, "a population needs at least one patient, not %lld",
                   (long long)patients);
  B7Arena arena = b7_arena_make(hooks);
  B7Population *population = B7_ARENA_ARRAY(&arena, B7Population, 1);
  if (population) {
    population->draws = B7_ARENA_ARRAY(&arena, B7Draw, tables->n_own + B7_COVARIATES_MOST);
    population->shared = B7_ARENA_ARRAY(&arena, double, tables->n_shared + 1);
  }
  if (!population || !population->draws || !population->shared) {
    b7_arena_free(&arena);
    return b7_fail_memory(error);
  }
  population->patients = patients;
  population->seed = seed;
  population->vary = vary;
  population->n_own = tables->n_own;
  population->n_shared = tables->n_shared;
  for (int32_t p = 0; p < tables->n_parameter; p++) {
    const B7KernelParameter *parameter = &tables->parameters[p];
    if (parameter->own_index >= 0)
      population->draws[parameter->own_index] = (B7Draw){
          .value = parameter->value,
          .spread = parameter->spread,
          .spread_sd = parameter->spread == B7_SPREAD_NONE ? 0 : parameter->spread_sd,
          // two draws of 32 bits make one uniform; a block of four numbers a parameter
          .address = b7_hash_bytes(B7_HASH_START, parameter->name, strlen(parameter->name)) << 2,
          .low = -INFINITY,
          .high = INFINITY,
          .within_low = -INFINITY,
          .within_high = INFINITY,
          .share = 1,
          .follows = -1,
          .rank = INT32_MAX,
          .dimension = -1,
          .share_dimension = -1,
          .correlated = -1,
      };
    if (parameter->shared_index >= 0) population->shared[parameter->shared_index] = parameter->value;
  }
  for (int32_t s = 0; s < n_settings; s++) {
    B7Status status = b7_population_set(population, tables, &settings[s], error);
    if (status != B7_OK) {
      b7_arena_free(&arena);
      return status;
    }
  }
  population->arena = arena;
  *out = population;
  return B7_OK;
}

B7Status b7_population_make(const B7Kernel *kernel, int64_t patients, uint64_t seed, bool vary,
                            const B7ParameterSetting *settings, int32_t n_settings, const B7Hooks *hooks,
                            B7Population **out, B7Error *error) {
  return b7_population_from_tables(b7_kernel_tables(kernel), patients, seed, vary, settings, n_settings,
                                   hooks, out, error);
}

void b7_population_free(B7Population *population) {
  if (!population) return;
  B7Arena arena = population->arena;
  b7_arena_free(&arena);
}

int64_t b7_population_size(const B7Population *population) {
  return population->patients;
}

const double *b7_population_shared(const B7Population *population) {
  return population->shared;
}

uint64_t b7_population_id(const B7Population *population, int64_t patient) {
  return (uint64_t)(population->ids ? population->ids[patient] : patient);
}

void b7_population_select(B7Population *population, const int64_t *ids, int64_t count) {
  population->ids = ids;
  population->patients = count;
}

static double vary(const B7Draw *draw, double z) {
  switch (draw->spread) {
  case B7_SPREAD_NONE:
    break;
  case B7_SPREAD_LOGNORMAL:
    return draw->value * exp(z);
  case B7_SPREAD_NORMAL:
    return draw->value + z;
  case B7_SPREAD_LOGIT:
    return 1 / (1 + (1 - draw->value) / draw->value * exp(-z));
  }
  return draw->value;
}

/* ---- one patient ---- */

typedef struct Patient {
  const B7Population *population;
  uint64_t id;
  double *own, *covariates;
  double normals[B7_CORRELATED_MOST]; /* independent, behind the correlated ones */
} Patient;

/* from the stream, or from the sequence; the stream moves on in either case */
static double uniform(const Patient *patient, int32_t dimension, B7Random *random) {
  if (dimension < 0) return b7_random_uniform(random);
  b7_random_skip_uniform(random);
  return b7_sobol_uniform(patient->population->sobol, dimension, patient->id);
}

static B7Random stream_of(const Patient *patient, const B7Draw *draw) {
  return b7_random_at(patient->population->seed, patient->id, B7_STREAM_PARAMETERS, draw->address);
}

static double joint_score(const Patient *patient, int32_t place) {
  const B7Copula *copula = &patient->population->copula;
  double z = 0;
  for (int32_t j = 0; j <= place; j++) z += copula->factor[place][j] * patient->normals[j];
  return z;
}

/* given what is known: the joint draw, moved by how far it misses the known scores (conditioning by kriging) */
static double correlated(const Patient *patient, int32_t place) {
  const B7Copula *copula = &patient->population->copula;
  double z = joint_score(patient, place);
  for (int32_t k = 0; k < copula->n_known; k++)
    z += copula->weight[place][k] * (copula->score[k] - joint_score(patient, copula->known[k]));
  return z;
}

/* the score that leaves the law as it is between the recorded bounds */
static double within_bounds(const B7Draw *draw, double z) {
  double from = b7_normal_share(b7_draw_score(draw, draw->within_low)),
         to = b7_normal_share(b7_draw_score(draw, draw->within_high));
  // bounds beyond what the law can tell apart: the nearer bound
  if (!(to - from > 1e-12)) return b7_draw_score(draw, from > 0.5 ? draw->within_low : draw->within_high);
  return b7_normal_quantile(fmin(fmax(from + (to - from) * b7_normal_share(z), 1e-300), 1 - 1e-16));
}

static bool bounded(const B7Draw *draw) {
  return isfinite(draw->within_low) || isfinite(draw->within_high);
}

/* whether there is a value at all, then the value */
static double draw_value(const Patient *patient, const B7Draw *draw) {
  double value = draw->value;
  bool varies = draw->spread_sd > 0 || draw->yes_no;
  // most parameters of most models
  if (!varies && draw->share >= 1) return value;
  B7Random random = stream_of(patient, draw);
  if (varies) {
    double u = uniform(patient, draw->dimension, &random);
    double z = draw->correlated >= 0 ? correlated(patient, draw->correlated) : b7_normal_quantile(u);
    if (draw->yes_no) return -z < b7_normal_quantile(draw->value);
    if (bounded(draw)) z = within_bounds(draw, z);
    value = fmin(draw->high, fmax(draw->low, vary(draw, draw->spread_sd * z)));
    if (draw->whole) value = round(value);
  } else {
    b7_random_skip_uniform(&random);
  }
  return draw->share < 1 && uniform(patient, draw->share_dimension, &random) >= draw->share ? draw->otherwise
                                                                                            : value;
}

/* the patient without chance: the middle of each law, given what is known */
static double typical_value(const Patient *patient, const B7Draw *draw) {
  if (draw->yes_no) return draw->value >= 0.5;
  if (draw->share < 0.5) return draw->otherwise;
  if (!(draw->spread_sd > 0)) return draw->value;
  double z = draw->correlated >= 0 ? correlated(patient, draw->correlated) : 0;
  if (bounded(draw)) z = within_bounds(draw, z);
  if (z == 0) return draw->value;
  double value = fmin(draw->high, fmax(draw->low, vary(draw, draw->spread_sd * z)));
  return draw->whole ? round(value) : value;
}

static double *value_at(const Patient *patient, int32_t place) {
  int32_t n_own = patient->population->n_own;
  return place < n_own ? &patient->own[place] : &patient->covariates[place - n_own];
}

/* those that are drawn, then those that are worked out from them */
static void draw_patient(Patient *patient) {
  const B7Population *population = patient->population;
  const int32_t n = population->n_own + population->n_covariate;
  for (int32_t j = 0; population->vary && j < population->copula.n; j++) {
    const B7Draw *draw = &population->draws[population->copula.place[j]];
    B7Random random = stream_of(patient, draw);
    patient->normals[j] = b7_normal_quantile(uniform(patient, draw->dimension, &random));
  }
  for (int32_t i = 0; i < n; i++) {
    const B7Draw *draw = &population->draws[i];
    *value_at(patient, i) = population->vary ? draw_value(patient, draw) : typical_value(patient, draw);
  }
  for (int32_t i = 0; i < n; i++) {
    const B7Draw *draw = &population->draws[i];
    if (draw->formula != B7_BODY_NONE)
      *value_at(patient, i) = b7_body_surface_m2(draw->formula, *value_at(patient, draw->height),
                                                 *value_at(patient, draw->weight));
    if (draw->follows >= 0)
      *value_at(patient, i) =
          draw->value * pow(*value_at(patient, draw->follows) / draw->follows_reference, draw->follows_power);
  }
}

void b7_population_draw(const B7Population *population, int64_t patient, double *own, double *covariates) {
  Patient drawn = {.population = population,
                   .id = b7_population_id(population, patient),
                   .own = own,
                   .covariates = covariates};
  draw_patient(&drawn);
}

void b7_population_patient(const B7Population *population, int64_t patient, double *own) {
  double covariates[B7_COVARIATES_MOST];
  b7_population_draw(population, patient, own, covariates);
}

int32_t b7_population_covariate(const B7Population *population, const char *name) {
  for (int32_t i = 0; i < population->n_covariate; i++) {
    if (strcmp(population->covariates[i].name, name) == 0) return population->n_own + i;
  }
  return -1;
}

/* ---- chances and the Sobol sequence ---- */

B7Status b7_population_use_sobol(B7Population *population, B7Error *error) {
  B7Sobol *sobol = B7_ARENA_ARRAY(&population->arena, B7Sobol, 1);
  if (!sobol) return b7_fail_memory(error);
  b7_sobol_make(population->seed, sobol);
  int32_t next = B7_CHANCES, n = population->n_own + population->n_covariate;
  // parameters that the file names, in its order; the model's own spreads; covariates
  for (int32_t pass = 0; pass < n + 2; pass++) {
    for (int32_t i = 0; i < n; i++) {
      B7Draw *draw = &population->draws[i];
      bool covariate = i >= population->n_own, named = draw->rank != INT32_MAX;
      bool now = pass < n ? !covariate && draw->rank == pass : pass == n ? !covariate && !named : covariate;
      if (!now || draw->follows >= 0 || draw->formula != B7_BODY_NONE) continue;
      if ((draw->spread_sd > 0 || draw->yes_no) && next < B7_SOBOL_DIMENSIONS) draw->dimension = next++;
      if (draw->share < 1 && next < B7_SOBOL_DIMENSIONS) draw->share_dimension = next++;
    }
  }
  population->sobol = sobol;
  return B7_OK;
}

double b7_population_chance(const B7Population *population, uint64_t id, B7Chance chance) {
  if (population->sobol) return b7_sobol_uniform(population->sobol, (int32_t)chance, id);
  B7Random random =
      b7_random_at(population->seed, id, chance == B7_CHANCE_DEATH ? B7_STREAM_HAZARDS : B7_STREAM_TRIAL, 0);
  double u = b7_random_uniform(&random);
  return chance == B7_CHANCE_DONOR ? b7_random_uniform(&random) : u;
}
