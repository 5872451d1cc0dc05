/* random.h - counter-based random numbers: Philox 4x32-10 (Salmon et al. 2011), keyed by seed, addressed by
 * (patient, stream, index). The same address gives the same number on every machine, in any order. */
#ifndef B7_BASE_RANDOM_H
#define B7_BASE_RANDOM_H

#include <stdint.h>

/* ORDER STREAM: never renumber; results depend on it. */
typedef enum B7Stream {
  B7_STREAM_PARAMETERS = 1,
  B7_STREAM_RESIDUAL = 2,
  B7_STREAM_EXTINCTION = 3,
  B7_STREAM_HAZARDS = 4,
  B7_STREAM_DECISIONS = 5,
  B7_STREAM_FIT = 6,
  B7_STREAM_TRIAL = 7,
  B7_STREAM_SOBOL = 8
} B7Stream;

/* A place in one patient's stream; advance by drawing. Plain value: copy it freely. */
typedef struct B7Random {
  uint64_t seed, patient;
  uint32_t stream;
  uint64_t index;
  uint64_t held;     /* the block of four numbers drawn last, plus 1; 0: none */
  uint32_t block[4]; /* its numbers */
} B7Random;

B7Random b7_random_at(uint64_t seed, uint64_t patient, B7Stream stream, uint64_t index);
uint32_t b7_random_bits(B7Random *random);
/* In (0, 1), 53 bits. */
double b7_random_uniform(B7Random *random);
/* Go on as if b7_random_uniform had been called. */
void b7_random_skip_uniform(B7Random *random);
double b7_random_normal(B7Random *random);
double b7_random_exponential(B7Random *random);
/* Exact binomial and Poisson counts (inversion for small means, rejection above). */
int64_t b7_random_poisson(B7Random *random, double mean);
int64_t b7_random_binomial(B7Random *random, int64_t n, double p);
/* Standard normal quantile, |relative error| < 1e-15 (Wichura 1988, AS 241). */
double b7_normal_quantile(double p);
/* Share of the standard normal below z. */
double b7_normal_share(double z);

#endif
