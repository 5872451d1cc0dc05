/* mortality.c - who of the band died, and when. */
#include <math.h>

#include "base/status.h"
#include "replay/replay_parts.h"
#include "sim/deaths.h"

/* the outputs of a patient end with the one that shows the death; between it and the one before, the summed hazards pass
   the patient's own threshold */
static double death_day_of(const B7Replay *replay, const int32_t hazards[B7_HAZARDS], int64_t patient) {
  const double *t_day;
  const int32_t times = b7_result_times(replay->band, &t_day);
  const double threshold = b7_death_threshold(replay->population, replay->options.seed,
                                              b7_population_id(replay->population, patient));
  double before = 0;
  for (int32_t t = 0; t < times; t++) {
    double sum = 0;
    for (int32_t k = 0; k < B7_HAZARDS; k++)
      sum += b7_result_values(replay->band, hazards[k])[(size_t)patient * (size_t)times + (size_t)t];
    if (isnan(sum)) return NAN;
    if (sum >= threshold) {
      if (t == 0) return t_day[0];
      double share = sum > before ? (threshold - before) / (sum - before) : 1;
      return t_day[t - 1] + share * (t_day[t] - t_day[t - 1]);
    }
    before = sum;
  }
  return NAN;
}

B7Status b7_replay_count_deaths(B7Replay *replay, B7Error *error) {
  const double *t_day;
  const int32_t times = b7_result_times(replay->band, &t_day);
  const int64_t patients = b7_result_patients(replay->band);
  const B7Fault *faults = b7_result_faults(replay->band, NULL);
  int32_t hazards[B7_HAZARDS];
  bool mortal = b7_hazards_find(b7_kernel_tables(replay->kernel), hazards);
  replay->death_day = B7_ARENA_ARRAY(&replay->arena, double, patients);
  replay->alive = B7_ARENA_ARRAY(&replay->arena, int32_t, times);
  if (!replay->death_day || !replay->alive) return b7_fail_memory(error);
  for (int64_t i = 0; i < patients; i++) {
    replay->death_day[i] = NAN;
    if (faults[i] != B7_FAULT_NONE) continue;
    replay->followed++;
    if (mortal) replay->death_day[i] = death_day_of(replay, hazards, i);
    replay->died += !isnan(replay->death_day[i]);
    for (int32_t t = 0; t < times; t++)
      replay->alive[t] += isnan(replay->death_day[i]) || t_day[t] < replay->death_day[i];
  }
  return B7_OK;
}
