#include "base/random.h"

#include <math.h>

/* Philox 4x32 with 10 rounds: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3",
 * SC11. */
static void philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]) {
  uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3], k0 = key[0], k1 = key[1];
  for (int round = 0; round < 10; round++) {
    uint64_t product0 = (uint64_t)0xD2511F53u * c0, product1 = (uint64_t)0xCD9E8D57u * c2;
    uint32_t n0 = (uint32_t)(product1 >> 32) ^ c1 ^ k0, n2 = (uint32_t)(product0 >> 32) ^ c3 ^ k1;
    c1 = (uint32_t)product1;
    c3 = (uint32_t)product0;
    c0 = n0;
    c2 = n2;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

B7Random b7_random_at(uint64_t seed, uint64_t patient, B7Stream stream, uint64_t index) {
  return (B7Random){.seed = seed, .patient = patient, .stream = (uint32_t)stream, .index = index};
}

/* the next number of four at an address, which is the counter: patient (48 bits), stream (16 bits), block of
 * four numbers (64 bits); numbers of one block are made together once */
static uint32_t next_number(B7Random *random) {
  uint64_t block = random->index >> 2;
  if (random->held != block + 1) {
    uint64_t place = (random->patient & 0xffffffffffffull) | ((uint64_t)(random->stream & 0xffffu) << 48);
    const uint32_t counter[4] = {(uint32_t)block, (uint32_t)(block >> 32), (uint32_t)place,
                                 (uint32_t)(place >> 32)};
    const uint32_t key[2] = {(uint32_t)random->seed, (uint32_t)(random->seed >> 32)};
    philox(counter, key, random->block);
    random->held = block + 1;
  }
  return random->block[random->index++ & 3];
}

uint32_t b7_random_bits(B7Random *random) {
  return next_number(random);
}

double b7_random_uniform(B7Random *random) {
  uint64_t high = next_number(random), low = next_number(random);
  uint64_t bits = (high << 21) ^ (low >> 11);
  return ((double)(bits & ((1ull << 53) - 1)) + 0.5) * 0x1p-53;
}

void b7_random_skip_uniform(B7Random *random) {
  random->index += 2;
}

double b7_random_normal(B7Random *random) {
  return b7_normal_quantile(b7_random_uniform(random));
}

double b7_random_exponential(B7Random *random) {
  return -log(b7_random_uniform(random));
}

static double log_factorial(int64_t k) {
  static const double small[] = {0,
                                 0,
                                 0.6931471805599453,
                                 1.791759469228055,
                                 3.1780538303479458,
                                 4.787491742782046,
                                 6.579251212010101,
                                 8.525161361065415,
                                 10.60460290274525,
                                 12.801827480081469};
  if (k < 10) return small[k];
  double x = (double)k + 1;
  double r = 1 / (x * x);
  // stirling's series
  return (x - 0.5) * log(x) - x + 0.9189385332046727 +
         (1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r / 1680))) / x;
}

static int64_t poisson_small(B7Random *random, double mean) {
  double u = b7_random_uniform(random), term = exp(-mean), sum = term;
  int64_t k = 0;
  while (u > sum && k < 1000) {
    k++;
    term *= mean / (double)k;
    sum += term;
  }
  return k;
}

/* PTRS: transformed rejection with squeeze, Hoermann, Insurance: Mathematics and Economics 12 (1993). */
static int64_t poisson_large(B7Random *random, double mean) {
  double b = 0.931 + 2.53 * sqrt(mean), a = -0.059 + 0.02483 * b;
  double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4), v_r = 0.9277 - 3.6224 / (b - 2), log_mean = log(mean);
  for (;;) {
    double u = b7_random_uniform(random) - 0.5, v = b7_random_uniform(random);
    double us = 0.5 - fabs(u);
    double k = floor((2 * a / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= v_r) return (int64_t)k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    double accept = log(v) + log(inverse_alpha) - log(a / (us * us) + b);
    if (accept <= k * log_mean - mean - log_factorial((int64_t)k)) return (int64_t)k;
  }
}

int64_t b7_random_poisson(B7Random *random, double mean) {
  if (!(mean > 0)) return 0;
  return mean < 10 ? poisson_small(random, mean) : poisson_large(random, mean);
}

static int64_t binomial_small(B7Random *random, int64_t n, double p) {
  double q = 1 - p, ratio = p / q, term = pow(q, (double)n), sum = term, u = b7_random_uniform(random);
  int64_t k = 0;
  while (u > sum && k < n) {
    k++;
    term *= ratio * (double)(n - k + 1) / (double)k;
    sum += term;
  }
  return k;
}

/* BTRS: Hoermann, J. Stat. Comput. Simul. 46 (1993). Needs n p >= 10 and p <= 1/2. */
static int64_t binomial_large(B7Random *random, int64_t n, double p) {
  double mean = (double)n * p, sd = sqrt(mean * (1 - p));
  double b = 1.15 + 2.53 * sd, a = -0.0873 + 0.0248 * b + 0.01 * p, c = mean + 0.5, v_r = 0.92 - 4.2 / b;
  double alpha = (2.83 + 5.1 / b) * sd, log_odds = log(p / (1 - p));
  int64_t mode = (int64_t)floor(((double)n + 1) * p);
  double at_mode = log_factorial(mode) + log_factorial(n - mode);
  for (;;) {
    double u = b7_random_uniform(random) - 0.5, v = b7_random_uniform(random);
    double us = 0.5 - fabs(u);
    double k = floor((2 * a / us + b) * u + c);
    if (k < 0 || k > (double)n) continue;
    if (us >= 0.07 && v <= v_r) return (int64_t)k;
    int64_t count = (int64_t)k;
    double accept = log(v * alpha / (a / (us * us) + b));
    double target =
        at_mode - log_factorial(count) - log_factorial(n - count) + (double)(count - mode) * log_odds;
    if (accept <= target) return count;
  }
}

int64_t b7_random_binomial(B7Random *random, int64_t n, double p) {
  if (n <= 0 || !(p > 0)) return 0;
  if (p >= 1) return n;
  double smaller = p <= 0.5 ? p : 1 - p;
  int64_t count =
      (double)n * smaller < 10 ? binomial_small(random, n, smaller) : binomial_large(random, n, smaller);
  return p <= 0.5 ? count : n - count;
}

static double polynomial(const double *c, int n, double x) {
  double sum = c[n - 1];
  for (int i = n - 2; i >= 0; i--) sum = fma(sum, x, c[i]);
  return sum;
}

double b7_normal_quantile(double p) {
  static const double a[] = {3.3871328727963666080, 133.14166789178437745, 1971.5909503065514427,
                             13731.693765509461125, 45921.953931549871457, 67265.770927008700853,
                             33430.575583588128105, 2509.0809287301226727};
  static const double b[] = {1.0,
                             42.313330701600911252,
                             687.18700749205790830,
                             5394.1960214247511077,
                             21213.794301586595867,
                             39307.895800092710610,
                             28729.085735721942674,
                             5226.4952788528545610};
  static const double c[] = {1.42343711074968357734,   4.63033784615654529590,   5.76949722146069140550,
                             3.64784832476320460504,   1.27045825245236838258,   0.241780725177450611770,
                             0.0227238449892691845833, 7.74545014278341407640e-4};
  static const double d[] = {1.0,
                             2.05319162663775882187,
                             1.67638483018380384940,
                             0.689767334985100004550,
                             0.148103976427480074590,
                             0.0151986665636164571966,
                             5.47593808499534494600e-4,
                             1.05075007164441684324e-9};
  static const double e[] = {6.65790464350110377720,    5.46378491116411436990,   1.78482653991729133580,
                             0.296560571828504891230,   0.0265321895265761230930, 0.00124266094738807843860,
                             2.71155556874348757815e-5, 2.01033439929228813265e-7};
  static const double f[] = {1.0,
                             0.599832206555887937690,
                             0.136929880922735805310,
                             0.0148753612908506148525,
                             7.86869131145613259100e-4,
                             1.84631831751005468180e-5,
                             1.42151175831644588870e-7,
                             2.04426310338993978564e-15};
  if (!(p > 0)) return p == 0 ? -INFINITY : NAN;
  if (!(p < 1)) return p == 1 ? INFINITY : NAN;
  double q = p - 0.5;
  if (fabs(q) <= 0.425) {
    double r = 0.180625 - q * q;
    return q * polynomial(a, 8, r) / polynomial(b, 8, r);
  }
  double r = sqrt(-log(q < 0 ? p : 1 - p));
  double z = r <= 5 ? polynomial(c, 8, r - 1.6) / polynomial(d, 8, r - 1.6)
                    : polynomial(e, 8, r - 5) / polynomial(f, 8, r - 5);
  return q < 0 ? -z : z;
}

double b7_normal_share(double z) {
  return 0.5 * erfc(-z / sqrt(2));
}
