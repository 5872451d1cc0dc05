/* population.h - virtual patients: parameters and covariates drawn by address, so that patient i depends on seed
 * and i alone. */
#ifndef B7_SIM_POPULATION_H
#define B7_SIM_POPULATION_H

#include "base/memory.h"
#include "base/sobol.h"
#include "treat/body_surface.h"

/* Facts about a patient beside the parameters of the model: age, sex, lines of treatment before. */
#define B7_COVARIATES_MOST 16
/* Parameters and covariates that are drawn together. */
#define B7_CORRELATED_MOST 24

/* How one own parameter or covariate is drawn. The address in the stream is a fingerprint of the name: adding
   a parameter to the model leaves the draws of the others as they are. Places count own parameters first,
   then covariates. */
typedef struct B7Draw {
  double value, spread_sd;
  B7SpreadKind spread;
  bool yes_no;  /* 1 in a share `value` of patients, else 0 */
  bool whole;   /* rounded to a whole number */
  int32_t rank; /* in the population file; what stands first gets the better dimensions of a Sobol sequence */
  int32_t dimension, share_dimension; /* of the Sobol sequence; -1: the random stream */
  int32_t correlated;                 /* place among the correlated draws; -1: none */
  uint64_t address;
  double low, high; /* values beyond are set to the limit */
  double within_low,
      within_high;         /* recorded bounds: the law is cut there; a bound that is infinite cuts nothing */
  double share, otherwise; /* share of patients who have a value at all; the others have `otherwise` */
  int32_t follows;         /* place, >= 0: no draw; value * (followed / follows_reference)^follows_power */
  double follows_reference, follows_power;
  B7BodyFormula formula; /* of the places height and weight; no draw */
  int32_t height, weight;
} B7Draw;

typedef struct B7Covariate {
  const char *name, *label, *unit;
} B7Covariate;

/* Correlated normals: z = factor * e, lower triangle by rows (Cholesky). In a rank order of normal scores, so
   that every margin keeps its law (Gaussian copula). */
typedef struct B7Copula {
  int32_t n;
  int32_t place[B7_CORRELATED_MOST];
  double factor[B7_CORRELATED_MOST][B7_CORRELATED_MOST];
  int32_t n_known;                   /* of them recorded of this patient */
  int32_t known[B7_CORRELATED_MOST]; /* which of the n */
  double score[B7_CORRELATED_MOST];  /* normal score of each known value */
  double weight[B7_CORRELATED_MOST]
               [B7_CORRELATED_MOST]; /* [of n][of n_known]: what one score moves the others by */
} B7Copula;

/* What is drawn of a patient beside parameters and covariates. */
typedef enum B7Chance { B7_CHANCE_DEATH, B7_CHANCE_PRODUCT, B7_CHANCE_DONOR, B7_CHANCES } B7Chance;

struct B7Population {
  B7Arena arena;
  int64_t patients;
  uint64_t seed;
  bool vary;
  int32_t n_own, n_shared, n_covariate;
  B7Draw *draws;  /* n_own + n_covariate, of n_own + B7_COVARIATES_MOST */
  double *shared; /* n_shared */
  B7Covariate covariates[B7_COVARIATES_MOST];
  B7Copula copula;
  const B7Sobol *sobol; /* NULL: random streams */
  const int64_t *ids;   /* virtual patient behind each place; NULL: the place itself */
};

/* The virtual patient at a place: random streams are addressed by it, so that a patient stays the same in any
   selection. */
uint64_t b7_population_id(const B7Population *population, int64_t patient);
/* Simulate only some patients, in this order; ids stay the caller's and must outlive the population. */
void b7_population_select(B7Population *population, const int64_t *ids, int64_t count);

/* Parameters (n_own values) and covariates (n_covariate values) of the patient at a place. */
void b7_population_draw(const B7Population *population, int64_t patient, double *own, double *covariates);
/* The place of a covariate among the draws; -1: none of that name. */
int32_t b7_population_covariate(const B7Population *population, const char *name);
/* Draw from a scrambled Sobol sequence instead of random streams: chances first, then the draws by rank. What
   finds no dimension any more keeps its random stream. Errors: MEMORY. */
B7Status b7_population_use_sobol(B7Population *population, B7Error *error);
/* One setting over what the population has. Errors: INPUT (no such parameter, or one without a spread of its own). */
B7Status b7_population_set(B7Population *population, const B7KernelTables *tables,
                           const B7ParameterSetting *setting, B7Error *error);
/* Normal score of a value in the law of a draw; infinite beyond what the law can give. */
double b7_draw_score(const B7Draw *draw, double value);
/* What is recorded of the patient whom this population surrounds. The value at a place among the draws is known to within
   `sd` on the scale of `spread` (0: exactly); it is no longer worked out from other places. */
void b7_population_know(B7Population *population, int32_t place, double value, B7SpreadKind spread,
                        double sd);
/* The value lies between two bounds, of which one may be infinite: what is drawn keeps its law within them. */
void b7_population_bound(B7Population *population, int32_t place, double low, double high);
/* After all that is known: what is correlated with it is drawn given it. Errors: NUMERICAL (correlations that no longer
   can be solved). */
B7Status b7_population_condition(B7Population *population, B7Error *error);
/* A number in (0, 1) of a virtual patient: by the stream of the chance, or from the Sobol sequence. */
double b7_population_chance(const B7Population *population, uint64_t id, B7Chance chance);

/* The same as b7_population_make from the tables alone. */
B7Status b7_population_from_tables(const B7KernelTables *tables, int64_t patients, uint64_t seed, bool vary,
                                   const B7ParameterSetting *settings, int32_t n_settings,
                                   const B7Hooks *hooks, B7Population **out, B7Error *error);

#endif
