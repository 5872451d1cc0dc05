/* lane_math.h - exp, log and powers over lanes, inlined into kernels.
 *
 * Each is a fixed sequence of correctly rounded operations, so a lane's bits do not depend on the lane width,
 * on the other lanes, or on the mathematical library of the machine. Relative errors against exact values,
 * measured by tests/unit/test_lane_math.c: exp, log, log10 and pow below 2e-16. NaN in
 * gives NaN out; zeros, infinities and negative bases follow C11 annex F. Polynomials: interpolation at
 * Chebyshev nodes (near minimax), truncation error below 2e-17 (exp, degree 11) and 6e-19 (log, degree 7 in
 * s^2).
 */
#ifndef B7_KERNEL_LANE_MATH_H
#define B7_KERNEL_LANE_MATH_H

#include "kernel/lanes.h"

/* 1.5 * 2^52: adding it rounds to an integer, which then stands in the low bits */
#define B7_ROUNDER 0x1.8p52
#define B7_LN2_HIGH 0x1.62e42fefa38p-1 /* trailing zeros: times an exponent is exact */
#define B7_LN2_LOW 0x1.ef35793c7673p-45
#define B7_INFINITY __builtin_inf()
#define B7_NAN __builtin_nan("")

/* exp(r) for |r| <= ln(2) / 2 */
B7_INLINE V b7v_exp_small(V r) {
  V r2 = r * r, r4 = r2 * r2, r8 = r4 * r4;
  V q01 = b7v_fma(b7v_set(0.16666666666666667453), r, b7v_set(0.50000000000000010221));
  V q23 = b7v_fma(b7v_set(0.0083333333333300618325), r, b7v_set(0.041666666666624127873));
  V q45 = b7v_fma(b7v_set(0.00019841269863053616878), r, b7v_set(0.0013888888917213716901));
  V q67 = b7v_fma(b7v_set(2.7557268459997064772e-6), r, b7v_set(0.000024801521295954375131));
  V q89 = b7v_fma(b7v_set(2.5100385495510319078e-8), r, b7v_set(2.7620088445409748161e-7));
  V q = b7v_fma(q89, r8, b7v_fma(b7v_fma(q67, r2, q45), r4, b7v_fma(q23, r2, q01)));
  return b7v_fma(q, r2, r) + 1.0;
}

/* exp(x) where |x| <= 709 is known. NaN stays. */
B7_INLINE V b7v_exp_held(V x) {
  V shifted = b7v_fma(x, b7v_set(0x1.71547652b82fep0), b7v_set(B7_ROUNDER));
  V n = shifted - B7_ROUNDER;
  V r = b7v_fma(n, b7v_set(-B7_LN2_LOW), b7v_fma(n, b7v_set(-B7_LN2_HIGH), x));
  // the integer stands in the low bits; the rounder's own are shifted out
  V scale = b7v_from_bits((b7v_bits(shifted) << 52) + b7i_set(1023ull << 52));
  return b7v_exp_small(r) * scale;
}

/* exp(x) for x <= 0, not below e^-708: what decays needs no more. NaN stays. */
B7_INLINE V b7v_exp_decay(V x) {
  return b7v_exp_held(b7v_select(b7v_lt(x, b7v_set(-708.0)), b7v_set(-708.0), x));
}

/* exp(high + low) for |low| far below 1; without the cases of overflow */
B7_INLINE V b7v_exp_sum(V high, V low) {
  V shifted = b7v_fma(high, b7v_set(0x1.71547652b82fep0), b7v_set(B7_ROUNDER));
  V n = shifted - B7_ROUNDER;
  VI k = b7v_bits(shifted) - b7v_bits(b7v_set(B7_ROUNDER));
  V r = b7v_fma(n, b7v_set(-B7_LN2_HIGH), high);
  r = b7v_fma(n, b7v_set(-B7_LN2_LOW), r) + low;
  V p = b7v_exp_small(r);
  // two scalings near the ends of the range, so that gradual underflow and the last binade are right
  VM tiny = b7v_lt(n, b7v_set(-1000.0)), huge = b7v_gt(n, b7v_set(1000.0));
  VI shift = b7i_select(tiny, b7i_set(100), b7i_select(huge, b7i_set(-100), b7i_set(0)));
  V factor = b7v_select(tiny, b7v_set(0x1p-100), b7v_select(huge, b7v_set(0x1p100), b7v_set(1.0)));
  return b7v_from_bits(b7v_bits(p) + ((k + shift) << 52)) * factor;
}

B7_INLINE V b7v_exp(V x) {
  V y = b7v_exp_sum(x, b7v_set(0.0));
  y = b7v_select(b7v_lt(x, b7v_set(-745.2)), b7v_set(0.0), y);
  y = b7v_select(b7v_gt(x, b7v_set(709.8)), b7v_set(B7_INFINITY), y);
  return b7v_select(b7v_eq(x, x), y, x);
}

/* ln(x) = high + low to about 2^-65, for positive finite x */
B7_INLINE void b7v_log_sum(V x, V *high, V *low) {
  VM subnormal = b7v_lt(x, b7v_set(0x1p-1022));
  x = b7v_select(subnormal, x * 0x1p54, x);
  VI bits = b7v_bits(x);
  // exponent such that the mantissa lies in [sqrt(1/2), sqrt(2))
  VI raised = bits - b7i_set(0x3fe6a09e667f3bcdll);
  VI k = (VI)((raised >> 52) & b7i_set(0xfff));
  k = (k ^ b7i_set(0x800)) - b7i_set(0x800);
  V m = b7v_from_bits(bits - (k << 52));
  V n = b7v_from_bits(k + b7v_bits(b7v_set(B7_ROUNDER))) - B7_ROUNDER;
  n = n - b7v_select(subnormal, b7v_set(54.0), b7v_set(0.0));
  V f = m - 1.0, g = f + 2.0;
  V s = f / g;
  // what the quotient lost: g is rounded too, f is exact
  V g_lost = f - (g - 2.0);
  V s_lost = (b7v_fnma(s, g, f) - s * g_lost) / g;
  V z = s * s, z2 = z * z, z4 = z2 * z2;
  V r01 = b7v_fma(b7v_set(0.40000000000000883236), z, b7v_set(0.66666666666666666463));
  V r23 = b7v_fma(b7v_set(0.22222222392581045097), z, b7v_set(0.28571428570799785031));
  V r45 = b7v_fma(b7v_set(0.15386244737621666606), z, b7v_set(0.18181795547521136235));
  V r67 = b7v_fma(b7v_set(0.13088034850927553831), z, b7v_set(0.13268638369266823879));
  V r = b7v_fma(b7v_fma(r67, z2, r45), z4, b7v_fma(r23, z2, r01));
  V big = n * B7_LN2_HIGH, two_s = s + s;
  V sum = big + two_s;
  // |big| is 0 or above |two_s|: the error of the sum is exact
  V big_or = b7v_select(b7v_eq(n, b7v_set(0.0)), two_s, big),
    other = b7v_select(b7v_eq(n, b7v_set(0.0)), big, two_s);
  V error = other - (sum - big_or);
  V tail = b7v_fma(s * z, r, b7v_fma(n, b7v_set(B7_LN2_LOW), b7v_fma(b7v_set(2.0), s_lost, error)));
  *high = sum + tail;
  *low = tail - (*high - sum);
}

B7_INLINE V b7v_log(V x) {
  V high, low;
  b7v_log_sum(x, &high, &low);
  high = b7v_select(b7v_eq(x, b7v_set(0.0)), b7v_set(-B7_INFINITY), high);
  high = b7v_select(b7v_lt(x, b7v_set(0.0)), b7v_set(B7_NAN), high);
  high = b7v_select(b7v_eq(x, b7v_set(B7_INFINITY)), x, high);
  return b7v_select(b7v_eq(x, x), high, x);
}

B7_INLINE V b7v_log10(V x) {
  V high, low;
  b7v_log_sum(x, &high, &low);
  // 1/ln(10) in two parts
  V y = high * 0x1.bcb7b1526e50ep-2;
  V lost = b7v_fms(high, b7v_set(0x1.bcb7b1526e50ep-2), y);
  y = y + (lost + b7v_fma(high, b7v_set(0x1.95355baaafad3p-57), low * 0x1.bcb7b1526e50ep-2));
  y = b7v_select(b7v_eq(x, b7v_set(0.0)), b7v_set(-B7_INFINITY), y);
  y = b7v_select(b7v_lt(x, b7v_set(0.0)), b7v_set(B7_NAN), y);
  y = b7v_select(b7v_eq(x, b7v_set(B7_INFINITY)), x, y);
  return b7v_select(b7v_eq(x, x), y, x);
}

/* x to the power y, as C11 pow. */
B7_INLINE V b7v_pow(V x, V y) {
  V base = b7v_abs(x), zero = b7v_set(0.0), one = b7v_set(1.0), infinite = b7v_set(B7_INFINITY);
  V high, low;
  b7v_log_sum(base, &high, &low);
  V product = y * high;
  V lost = b7v_fma(y, low, b7v_fms(y, high, product));
  V p = b7v_exp_sum(product, lost);
  p = b7v_select(b7v_lt(product, b7v_set(-745.2)), zero, p);
  p = b7v_select(b7v_gt(product, b7v_set(709.8)), infinite, p);
  // bases 0 and infinity, and infinite exponents
  VM grows = b7v_lt(zero, y);
  p = b7v_select(b7v_eq(base, zero), b7v_select(grows, zero, infinite), p);
  p = b7v_select(b7v_eq(base, infinite), b7v_select(grows, infinite, zero), p);
  V far = b7v_select(b7v_eq(base, one), one, b7v_select(b7v_lt(one, base), infinite, zero));
  V near = b7v_select(b7v_eq(base, one), one, b7v_select(b7v_lt(one, base), zero, infinite));
  p = b7v_select(b7v_eq(b7v_abs(y), infinite), b7v_select(grows, far, near), p);
  // a negative base has a power for whole exponents only; the sign of the base stays for odd ones
  V size = b7v_abs(y);
  V whole = b7v_select(b7v_lt(size, b7v_set(0x1p52)), (size + 0x1p52) - 0x1p52, size);
  V half = size * 0.5, half_whole = b7v_select(b7v_lt(half, b7v_set(0x1p52)), (half + 0x1p52) - 0x1p52, half);
  VM is_whole = b7v_eq(whole, size), is_odd = b7m_and(is_whole, b7v_ne(half_whole, half));
  VM negative = b7v_lt(b7v_from_bits((b7v_bits(x) & b7i_set(INT64_MIN)) | b7v_bits(one)), zero);
  p = b7v_select(b7m_and(negative, is_odd), -p, p);
  VM no_power = b7m_and(b7m_and(b7v_lt(x, zero), b7v_lt(base, infinite)), b7m_not(is_whole));
  p = b7v_select(no_power, b7v_set(B7_NAN), p);
  p = b7v_select(b7v_eq(x, x), b7v_select(b7v_eq(y, y), p, y), x);
  return b7v_select(b7v_eq(y, zero), one, b7v_select(b7v_eq(x, one), one, p));
}

/* x to the power y for x >= 0: what saturation in models needs, at a third of the cost of b7v_pow. Relative
 * error below 4e-16 (1 + |y ln x|). Bases below the smallest normal number count as 0; results are held
 * within e^-708 and e^709; NaN and infinite bases give NaN, negative bases have no meaning.
 */
B7_INLINE V b7v_pow_amount(V x, V y) {
  VI bits = b7v_bits(x);
  // biased exponent such that the mantissa lies in [sqrt(1/2), sqrt(2))
  VI e = (bits - b7i_set(0x3fe6a09e667f3bcdll - (1023ll << 52))) >> 52;
  V n = b7v_from_bits(e | b7v_bits(b7v_set(0x1p52))) - (0x1p52 + 1023.0);
  V f = b7v_from_bits(bits - (e << 52) + b7i_set(1023ll << 52)) - 1.0;
  V s = f / (f + 2.0);
  V z = s * s, z2 = z * z, z4 = z2 * z2;
  V r01 = b7v_fma(b7v_set(0.40000000000000883236), z, b7v_set(0.66666666666666666463));
  V r23 = b7v_fma(b7v_set(0.22222222392581045097), z, b7v_set(0.28571428570799785031));
  V r45 = b7v_fma(b7v_set(0.15386244737621666606), z, b7v_set(0.18181795547521136235));
  V r67 = b7v_fma(b7v_set(0.13088034850927553831), z, b7v_set(0.13268638369266823879));
  V tail = b7v_fma(s * z, b7v_fma(b7v_fma(r67, z2, r45), z4, b7v_fma(r23, z2, r01)), n * B7_LN2_LOW);
  V power = y * b7v_fma(n, b7v_set(B7_LN2_HIGH), b7v_fma(b7v_set(2.0), s, tail));
  // comparisons with NaN are false: NaN stays
  power = b7v_select(b7v_lt(power, b7v_set(-708.0)), b7v_set(-708.0), power);
  power = b7v_select(b7v_lt(b7v_set(709.0), power), b7v_set(709.0), power);
  V p = b7v_exp_held(power);
  V at_zero = b7v_select(b7v_lt(b7v_set(0.0), y), b7v_set(0.0),
                         b7v_select(b7v_eq(y, b7v_set(0.0)), b7v_set(1.0), b7v_set(B7_INFINITY)));
  p = b7v_select(b7v_lt(x, b7v_set(0x1p-1022)), at_zero, p);
  // 0, or NaN for bases that are not finite
  return p + (x - x);
}

/* ---- what only models of others use: lane by lane, by the machine's own library ---- */

B7_INLINE V b7v_sin(V x) {
  V y = x;
  B7_EACH_LANE(w) y = b7v_with_lane(y, w, __builtin_sin(b7v_lane(x, w)));
  return y;
}
B7_INLINE V b7v_cos(V x) {
  V y = x;
  B7_EACH_LANE(w) y = b7v_with_lane(y, w, __builtin_cos(b7v_lane(x, w)));
  return y;
}
B7_INLINE V b7v_arctan(V x) {
  V y = x;
  B7_EACH_LANE(w) y = b7v_with_lane(y, w, __builtin_atan(b7v_lane(x, w)));
  return y;
}
B7_INLINE V b7v_floor(V x) {
  V y = x;
  B7_EACH_LANE(w) y = b7v_with_lane(y, w, __builtin_floor(b7v_lane(x, w)));
  return y;
}
/* gamma(x + 1), which is x! for whole x */
B7_INLINE V b7v_factorial(V x) {
  V y = x;
  B7_EACH_LANE(w) y = b7v_with_lane(y, w, __builtin_tgamma(b7v_lane(x, w) + 1.0));
  return y;
}

#endif
