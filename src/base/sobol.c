#include "base/sobol.h"

#include "base/random.h"
#include "base/sobol_table.h"

/* directions of a dimension by the recurrence of its polynomial */
static void set_directions(int32_t dimension, uint32_t direction[B7_SOBOL_BITS]) {
  if (dimension == 0) {
    for (int k = 0; k < B7_SOBOL_BITS; k++) direction[k] = 1u << (31 - k);
    return;
  }
  const B7SobolRow *row = &b7_sobol_rows[dimension - 1];
  int degree = row->degree;
  for (int k = 0; k < degree; k++) direction[k] = (uint32_t)row->first[k] << (31 - k);
  for (int k = degree; k < B7_SOBOL_BITS; k++) {
    uint32_t next = direction[k - degree] ^ (direction[k - degree] >> degree);
    for (int j = 1; j < degree; j++) {
      if (row->coefficients >> (degree - 1 - j) & 1) next ^= direction[k - j];
    }
    direction[k] = next;
  }
}

void b7_sobol_make(uint64_t seed, B7Sobol *out) {
  for (int32_t d = 0; d < B7_SOBOL_DIMENSIONS; d++) {
    set_directions(d, out->direction[d]);
    B7Random random = b7_random_at(seed, (uint64_t)d, B7_STREAM_SOBOL, 0);
    out->seed[d] = b7_random_bits(&random);
  }
}

uint32_t b7_sobol_bits(const B7Sobol *sobol, int32_t dimension, uint32_t index) {
  uint32_t bits = 0;
  for (int k = 0; index; index >>= 1, k++) {
    if (index & 1) bits ^= sobol->direction[dimension][k];
  }
  return bits;
}

static uint32_t reverse(uint32_t x) {
  x = (x >> 1 & 0x55555555u) | (x & 0x55555555u) << 1;
  x = (x >> 2 & 0x33333333u) | (x & 0x33333333u) << 2;
  x = (x >> 4 & 0x0f0f0f0fu) | (x & 0x0f0f0f0fu) << 4;
  x = (x >> 8 & 0x00ff00ffu) | (x & 0x00ff00ffu) << 8;
  return x >> 16 | x << 16;
}

/* each bit is flipped by a hash of the bits above it: on reversed bits a hash in which lower bits decide over
 * higher ones (constants of Laine and Karras) */
static uint32_t scramble(uint32_t x, uint32_t seed) {
  x = reverse(x);
  x += seed;
  x ^= x * 0x6c50b47cu;
  x ^= x * 0xb82f1e52u;
  x ^= x * 0xc7afe638u;
  x ^= x * 0x8d22f6e6u;
  return reverse(x);
}

double b7_sobol_uniform(const B7Sobol *sobol, int32_t dimension, uint64_t index) {
  uint32_t bits = b7_sobol_bits(sobol, dimension, (uint32_t)index);
  return ((double)scramble(bits, sobol->seed[dimension]) + 0.5) * 0x1p-32;
}
