/* population.h - virtual patients: parameters drawn by address, so that patient i depends on seed and i
 * alone. */
#ifndef B7_SIM_POPULATION_H
#define B7_SIM_POPULATION_H

#include "base/memory.h"

/* How one own parameter is drawn. The address in the stream is a fingerprint of the name: adding a parameter
   to the model leaves the draws of the others as they are. */
typedef struct B7Draw {
  double value, spread_sd;
  B7SpreadKind spread;
  uint64_t address;
  double low, high;        /* values beyond are set to the limit */
  double share, otherwise; /* share of patients who have a value at all; the others have `otherwise` */
  int32_t follows;         /* >= 0: no draw; value * (own[follows] / follows_reference)^follows_power */
  double follows_reference, follows_power;
} B7Draw;

struct B7Population {
  B7Arena arena;
  int64_t patients;
  uint64_t seed;
  bool vary;
  int32_t n_own, n_shared;
  B7Draw *draws;      /* n_own */
  double *shared;     /* n_shared */
  const int64_t *ids; /* virtual patient behind each place; NULL: the place itself */
};

/* The virtual patient at a place: random streams are addressed by it, so that a patient stays the same in any
   selection. */
uint64_t b7_population_id(const B7Population *population, int64_t patient);
/* Simulate only some patients, in this order; ids stay the caller's and must outlive the population. */
void b7_population_select(B7Population *population, const int64_t *ids, int64_t count);

/* The same as b7_population_make from the tables alone. */
B7Status b7_population_from_tables(const B7KernelTables *tables, int64_t patients, uint64_t seed, bool vary,
                                   const B7ParameterSetting *settings, int32_t n_settings,
                                   const B7Hooks *hooks, B7Population **out, B7Error *error);

#endif
