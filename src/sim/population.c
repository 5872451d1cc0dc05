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

static B7Status apply_setting(B7Population *population, const B7KernelTables *tables,
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
    population->draws = B7_ARENA_ARRAY(&arena, B7Draw, tables->n_own + 1);
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
          .share = 1,
          .follows = -1,
      };
    if (parameter->shared_index >= 0) population->shared[parameter->shared_index] = parameter->value;
  }
  for (int32_t s = 0; s < n_settings; s++) {
    B7Status status = apply_setting(population, tables, &settings[s], error);
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

/* one parameter of one patient: whether there is a value at all, then the value */
static double draw_value(const B7Draw *draw, uint64_t seed, uint64_t id) {
  double value = draw->value;
  B7Random random = b7_random_at(seed, id, B7_STREAM_PARAMETERS, draw->address);
  if (draw->spread_sd > 0) {
    value = fmin(draw->high, fmax(draw->low, vary(draw, draw->spread_sd * b7_random_normal(&random))));
  } else {
    b7_random_uniform(&random);
  }
  return draw->share < 1 && b7_random_uniform(&random) >= draw->share ? draw->otherwise : value;
}

void b7_population_patient(const B7Population *population, int64_t patient, double *own) {
  uint64_t id = b7_population_id(population, patient);
  for (int32_t i = 0; i < population->n_own; i++) {
    const B7Draw *draw = &population->draws[i];
    own[i] = population->vary ? draw_value(draw, population->seed, id) : draw->value;
  }
  for (int32_t i = 0; i < population->n_own; i++) {
    const B7Draw *draw = &population->draws[i];
    if (draw->follows < 0) continue;
    own[i] = draw->value * pow(own[draw->follows] / draw->follows_reference, draw->follows_power);
  }
}
