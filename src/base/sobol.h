/* sobol.h - a scrambled Sobol sequence: numbers that fill a cube more evenly than random ones, so that means
 * over patients settle sooner.
 *
 * Point i depends on seed and i alone. Direction numbers of Joe and Kuo (2008); scrambled as a whole by Owen's
 * nested permutations (1995) in the hashed form of Laine and Karras (2011) and Burley (J. Comput. Graph. Tech.
 * 9(4), 2020), so that a mean over points is unbiased. */
#ifndef B7_BASE_SOBOL_H
#define B7_BASE_SOBOL_H

#include <stdint.h>

#define B7_SOBOL_DIMENSIONS 96
#define B7_SOBOL_BITS 32

/* Constant once made; plain value. */
typedef struct B7Sobol {
  uint32_t direction[B7_SOBOL_DIMENSIONS][B7_SOBOL_BITS];
  uint32_t seed[B7_SOBOL_DIMENSIONS]; /* of each dimension's scrambling */
} B7Sobol;

void b7_sobol_make(uint64_t seed, B7Sobol *out);
/* Point `index` (below 2^32) in one dimension before scrambling, as 32 bits after the binary point. */
uint32_t b7_sobol_bits(const B7Sobol *sobol, int32_t dimension, uint32_t index);
/* The scrambled point, in (0, 1). */
double b7_sobol_uniform(const B7Sobol *sobol, int32_t dimension, uint64_t index);

#endif
