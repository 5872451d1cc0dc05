/* lanes.h - one vector type over B7_LANES patients, and the few operations that kernels are made of.
 *
 * Define B7_LANES as 1, 2, 4 or 8 before the first include; without it the width is 1. One text compiled at
 * several widths gives the same bits in every lane: each operation rounds once, b7v_fma is a true fused
 * multiply-add everywhere, and the build forbids contraction (-ffp-contract=off).
 *
 *   V    B7_LANES doubles; + - * / and unary - work on it, and so do mixed forms with a plain double (2.0 *
 * v) VI   B7_LANES 64-bit integers; + - & | ^ ~ << >> work on it VM   a truth value per lane, from the
 * comparisons; opaque
 *
 * This text is also handed to the system compiler with kernels of user models, so it includes nothing but the
 * compiler's own headers.
 */
#ifndef B7_KERNEL_LANES_H
#define B7_KERNEL_LANES_H

#include <stdint.h>
#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#ifndef B7_LANES
#define B7_LANES 1
#endif

#define B7_INLINE static inline __attribute__((always_inline, unused))
/* every statement that a width has no instruction for */
#define B7_EACH_LANE(w) for (int w = 0; w < B7_LANES; w++)

#if B7_LANES == 1
typedef double V;
typedef uint64_t VI;
#elif B7_LANES == 2 || B7_LANES == 4 || B7_LANES == 8
typedef double V __attribute__((vector_size(8 * B7_LANES)));
typedef uint64_t VI __attribute__((vector_size(8 * B7_LANES)));
#else
#error "B7_LANES must be 1, 2, 4 or 8"
#endif

/* masks live in mask registers where the machine has them, else in a vector of 0 and -1 */
#if B7_LANES == 8 && defined(__AVX512F__)
#define B7_MASK_REGISTER 1
typedef __mmask8 VM;
#else
#define B7_MASK_REGISTER 0
typedef VI VM;
#endif

/* ---- in and out of the lanes ---- */

/* Element i of a lane-major array: b7v_load(a + i * B7_LANES). Aligned to the vector. */
B7_INLINE V b7v_load(const double *from) {
  V v;
  __builtin_memcpy(&v, __builtin_assume_aligned(from, sizeof(V)), sizeof(V));
  return v;
}
B7_INLINE void b7v_store(double *to, V v) {
  __builtin_memcpy(__builtin_assume_aligned(to, sizeof(V)), &v, sizeof(V));
}

B7_INLINE V b7v_set(double x) {
#if B7_LANES == 1
  return x;
#elif B7_LANES == 2
  return (V){x, x};
#elif B7_LANES == 4
  return (V){x, x, x, x};
#else
  return (V){x, x, x, x, x, x, x, x};
#endif
}
B7_INLINE VI b7i_set(uint64_t x) {
#if B7_LANES == 1
  return x;
#elif B7_LANES == 2
  return (VI){x, x};
#elif B7_LANES == 4
  return (VI){x, x, x, x};
#else
  return (VI){x, x, x, x, x, x, x, x};
#endif
}

#if B7_LANES == 1
B7_INLINE double b7v_lane(V v, int lane) {
  (void)lane;
  return v;
}
B7_INLINE V b7v_with_lane(V v, int lane, double x) {
  (void)lane, (void)v;
  return x;
}
#else
B7_INLINE double b7v_lane(V v, int lane) {
  return v[lane];
}
B7_INLINE V b7v_with_lane(V v, int lane, double x) {
  v[lane] = x;
  return v;
}
#endif

/* The same 64 bits read as the other type. */
B7_INLINE VI b7v_bits(V v) {
  VI bits;
  __builtin_memcpy(&bits, &v, sizeof bits);
  return bits;
}
B7_INLINE V b7v_from_bits(VI bits) {
  V v;
  __builtin_memcpy(&v, &bits, sizeof v);
  return v;
}

/* ---- arithmetic ---- */

/* a * b + c, rounded once. */
B7_INLINE V b7v_fma(V a, V b, V c) {
#if B7_LANES == 1
  return __builtin_fma(a, b, c);
#elif B7_LANES == 8 && defined(__AVX512F__)
  return (V)_mm512_fmadd_pd((__m512d)a, (__m512d)b, (__m512d)c);
#elif B7_LANES == 8 && defined(__FMA__)
  union {
    V v;
    __m256d half[2];
  } x = {a}, y = {b}, z = {c};
  z.half[0] = _mm256_fmadd_pd(x.half[0], y.half[0], z.half[0]);
  z.half[1] = _mm256_fmadd_pd(x.half[1], y.half[1], z.half[1]);
  return z.v;
#elif B7_LANES == 4 && defined(__FMA__)
  return (V)_mm256_fmadd_pd((__m256d)a, (__m256d)b, (__m256d)c);
#elif B7_LANES == 2 && defined(__FMA__)
  return (V)_mm_fmadd_pd((__m128d)a, (__m128d)b, (__m128d)c);
#elif B7_LANES == 2 && defined(__aarch64__)
  return (V)vfmaq_f64((float64x2_t)c, (float64x2_t)a, (float64x2_t)b);
#else
  V r;
  B7_EACH_LANE(w) r[w] = __builtin_fma(a[w], b[w], c[w]);
  return r;
#endif
}
/* a * b - c and c - a * b, rounded once. */
B7_INLINE V b7v_fms(V a, V b, V c) {
  return b7v_fma(a, b, -c);
}
B7_INLINE V b7v_fnma(V a, V b, V c) {
  return b7v_fma(-a, b, c);
}

B7_INLINE V b7v_sqrt(V a) {
#if B7_LANES == 1
  return __builtin_sqrt(a);
#elif B7_LANES == 8 && defined(__AVX512F__)
  return (V)_mm512_sqrt_pd((__m512d)a);
#elif B7_LANES == 4 && defined(__AVX__)
  return (V)_mm256_sqrt_pd((__m256d)a);
#elif B7_LANES == 2 && defined(__SSE2__)
  return (V)_mm_sqrt_pd((__m128d)a);
#elif B7_LANES == 2 && defined(__aarch64__)
  return (V)vsqrtq_f64((float64x2_t)a);
#else
  V r;
  B7_EACH_LANE(w) r[w] = __builtin_sqrt(a[w]);
  return r;
#endif
}
B7_INLINE V b7v_abs(V a) {
  return b7v_from_bits(b7v_bits(a) & b7i_set(INT64_MAX));
}

/* ---- comparison and choice ---- */

#if B7_MASK_REGISTER
B7_INLINE VM b7v_lt(V a, V b) {
  return _mm512_cmp_pd_mask((__m512d)a, (__m512d)b, _CMP_LT_OQ);
}
B7_INLINE VM b7v_le(V a, V b) {
  return _mm512_cmp_pd_mask((__m512d)a, (__m512d)b, _CMP_LE_OQ);
}
B7_INLINE VM b7v_eq(V a, V b) {
  return _mm512_cmp_pd_mask((__m512d)a, (__m512d)b, _CMP_EQ_OQ);
}
B7_INLINE VM b7v_ne(V a, V b) {
  return _mm512_cmp_pd_mask((__m512d)a, (__m512d)b, _CMP_NEQ_UQ);
}
B7_INLINE VM b7m_and(VM a, VM b) {
  return (VM)(a & b);
}
B7_INLINE VM b7m_or(VM a, VM b) {
  return (VM)(a | b);
}
B7_INLINE VM b7m_not(VM a) {
  return (VM)~a;
}
B7_INLINE int b7m_any(VM a) {
  return a != 0;
}
B7_INLINE int b7m_all(VM a) {
  return a == 0xff;
}
B7_INLINE int b7m_lane(VM a, int lane) {
  return (a >> lane) & 1;
}
B7_INLINE VM b7m_only(int lane) {
  return (VM)(1u << lane);
}
B7_INLINE V b7v_select(VM m, V yes, V no) {
  return (V)_mm512_mask_blend_pd(m, (__m512d)no, (__m512d)yes);
}
B7_INLINE VI b7i_select(VM m, VI yes, VI no) {
  return (VI)_mm512_mask_blend_epi64(m, (__m512i)no, (__m512i)yes);
}
#else
#if B7_LANES == 1
B7_INLINE VM b7v_lt(V a, V b) {
  return -(VM)(a < b);
}
B7_INLINE VM b7v_le(V a, V b) {
  return -(VM)(a <= b);
}
B7_INLINE VM b7v_eq(V a, V b) {
  return -(VM)(a == b);
}
B7_INLINE VM b7v_ne(V a, V b) {
  return -(VM)(a != b);
}
B7_INLINE int b7m_any(VM a) {
  return a != 0;
}
B7_INLINE int b7m_all(VM a) {
  return a != 0;
}
B7_INLINE int b7m_lane(VM a, int lane) {
  (void)lane;
  return a != 0;
}
B7_INLINE VM b7m_only(int lane) {
  (void)lane;
  return -1;
}
B7_INLINE V b7v_select(VM m, V yes, V no) {
  return m ? yes : no;
}
B7_INLINE VI b7i_select(VM m, VI yes, VI no) {
  return m ? yes : no;
}
#else
B7_INLINE VM b7v_lt(V a, V b) {
  return (VM)(a < b);
}
B7_INLINE VM b7v_le(V a, V b) {
  return (VM)(a <= b);
}
B7_INLINE VM b7v_eq(V a, V b) {
  return (VM)(a == b);
}
B7_INLINE VM b7v_ne(V a, V b) {
  return (VM)(a != b);
}
B7_INLINE int b7m_any(VM a) {
  int64_t any = 0;
  B7_EACH_LANE(w) any |= a[w];
  return any != 0;
}
B7_INLINE int b7m_all(VM a) {
  int64_t all = -1;
  B7_EACH_LANE(w) all &= a[w];
  return all != 0;
}
B7_INLINE int b7m_lane(VM a, int lane) {
  return a[lane] != 0;
}
B7_INLINE VM b7m_only(int lane) {
  VM m = b7i_set(0);
  m[lane] = -1;
  return m;
}
B7_INLINE VI b7i_select(VM m, VI yes, VI no) {
  return (m & yes) | (~m & no);
}
B7_INLINE V b7v_select(VM m, V yes, V no) {
#if B7_LANES == 4 && defined(__AVX__)
  return (V)_mm256_blendv_pd((__m256d)no, (__m256d)yes, (__m256d)m);
#else
  return b7v_from_bits(b7i_select(m, b7v_bits(yes), b7v_bits(no)));
#endif
}
#endif
B7_INLINE VM b7m_and(VM a, VM b) {
  return a & b;
}
B7_INLINE VM b7m_or(VM a, VM b) {
  return a | b;
}
B7_INLINE VM b7m_not(VM a) {
  return ~a;
}
#endif

B7_INLINE VM b7v_gt(V a, V b) {
  return b7v_lt(b, a);
}
B7_INLINE VM b7v_ge(V a, V b) {
  return b7v_le(b, a);
}

/* The smaller and the larger; NaN when either is NaN (unlike fmin), so that a broken lane stays visible. */
B7_INLINE V b7v_min(V a, V b) {
  return b7v_select(b7v_eq(a, a), b7v_select(b7v_lt(a, b), a, b), a);
}
B7_INLINE V b7v_max(V a, V b) {
  return b7v_select(b7v_eq(a, a), b7v_select(b7v_lt(b, a), a, b), a);
}

#endif
