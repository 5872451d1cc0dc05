#include "fit/scale.h"

#include <math.h>

const char *b7_scale_name(B7FitScale scale) {
  static const char *const names[] = {
#define SCALE_NAME(id, name) name,
      B7_FIT_SCALE_LIST(SCALE_NAME)
#undef SCALE_NAME
  };
  return names[scale];
}

double b7_scale_to(B7FitScale scale, double value) {
  switch (scale) {
  case B7_SCALE_LOG:
    return log(value);
  case B7_SCALE_LOGIT:
    return log(value / (1 - value));
  case B7_SCALE_CLOGLOG:
    return log(-log(value));
  case B7_SCALE_LINEAR:
    break;
  }
  return value;
}

double b7_scale_from(B7FitScale scale, double on_scale) {
  switch (scale) {
  case B7_SCALE_LOG:
    return exp(on_scale);
  case B7_SCALE_LOGIT:
    return 1 / (1 + exp(-on_scale));
  case B7_SCALE_CLOGLOG:
    return exp(-exp(on_scale));
  case B7_SCALE_LINEAR:
    break;
  }
  return on_scale;
}

double b7_scale_slope(B7FitScale scale, double value) {
  switch (scale) {
  case B7_SCALE_LOG:
    return 1 / value;
  case B7_SCALE_LOGIT:
    return 1 / (value * (1 - value));
  case B7_SCALE_CLOGLOG:
    return 1 / (value * log(value));
  case B7_SCALE_LINEAR:
    break;
  }
  return 1;
}
