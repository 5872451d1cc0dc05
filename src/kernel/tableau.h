/* tableau.h - coefficients of the one-step methods. */
#ifndef B7_KERNEL_TABLEAU_H
#define B7_KERNEL_TABLEAU_H

#include <stdint.h>

#define B7_STAGES_MAX 8
/* of every explicit method here */
#define B7_EXPLICIT_STAGES 7

/* A Rosenbrock method in the transformed variables of Hairer and Wanner (Solving ODEs II, IV.7), stiffly
 * accurate: (I/(h gamma) - J) k_i = f(t + c_i h, y + sum_j a_ij k_j) + sum_j (C_ij / h) k_j + h d_i df/dt
 *   y_new = y + sum_i b_i k_i;   error = k of the last stage
 * The last n_tail stages start from the argument of the stage before plus its k (a_ij = a_(i-1)j, a_i(i-1) =
 * 1), and b continues the pattern, so that b needs no storage. Between the ends: y(s) = (1-s) y + s (y_new +
 * (1-s)(K2 + s (K3 + s K4))), K_m = sum_j dense_mj k_j. */
typedef struct B7Rosenbrock {
  const char *name;
  int32_t stages;
  int32_t tail; /* stages that follow the pattern */
  int32_t order, error_order;
  double gamma;
  double a[B7_STAGES_MAX][B7_STAGES_MAX];
  double c_matrix[B7_STAGES_MAX][B7_STAGES_MAX];
  double c[B7_STAGES_MAX], d[B7_STAGES_MAX];
  double dense[3][B7_STAGES_MAX];
} B7Rosenbrock;

/* Rodas4: Hairer and Wanner 1996, order 4(3), 6 stages, dense output of order 3. */
extern const B7Rosenbrock b7_rodas4;
/* Rodas5P: Steinebach, BIT Numerical Mathematics 63 (2023) 27, order 5(4), 8 stages, dense output of order 4.
 */
extern const B7Rosenbrock b7_rodas5p;

/* An explicit Runge-Kutta method whose last stage is the slope at the new value (first same as last). */
typedef struct B7Explicit {
  const char *name;
  int32_t stages, order, error_order;
  double a[B7_STAGES_MAX][B7_STAGES_MAX]; /* the last row is b */
  double c[B7_STAGES_MAX];
  double error[B7_STAGES_MAX];    /* b - b of the embedded method */
  double dense[B7_STAGES_MAX][4]; /* weight of stage i at s: s, s^2, s^3, s^4 */
} B7Explicit;

/* Tsitouras, Computers and Mathematics with Applications 62 (2011) 770: order 5(4), 7 stages, dense output of
 * order 4. */
extern const B7Explicit b7_tsit5;

#endif
