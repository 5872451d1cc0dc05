/* scale.h - on which scale a quantity moves freely. */
#ifndef B7_FIT_SCALE_H
#define B7_FIT_SCALE_H

/* ORDER SCALE: identifier, name. */
#define B7_FIT_SCALE_LIST(X)                                                                                 \
  X(LINEAR, "linear")                                                                                        \
  X(LOG, "log")                                                                                              \
  X(LOGIT, "logit")                                                                                          \
  X(CLOGLOG, "cloglog") /* ln(-ln x): shares that survive */

typedef enum B7FitScale {
#define B7_FIT_SCALE_ENUM(id, name) B7_SCALE_##id,
  B7_FIT_SCALE_LIST(B7_FIT_SCALE_ENUM)
#undef B7_FIT_SCALE_ENUM
} B7FitScale;

const char *b7_scale_name(B7FitScale scale);
/* The value on the scale, and back. Outside the scale's domain: not finite. */
double b7_scale_to(B7FitScale scale, double value);
double b7_scale_from(B7FitScale scale, double on_scale);
/* Derivative of the first at value. */
double b7_scale_slope(B7FitScale scale, double value);

#endif
