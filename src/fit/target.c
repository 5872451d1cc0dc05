#include "fit/target.h"

#include <math.h>
#include <string.h>

#include "base/random.h"
#include "stats/published_intervals.h"

#define LEVEL 0.95
#define PERCENT "percent"
/* values at or below 0 have no logarithm; nothing here is that small */
#define LEAST_POSITIVE 1e-9

/* half a patient from either end, so that 0 and 100 % have a place on every scale */
static double inner_share(double share, double n) {
  double least = 0.5 / fmax(n, 1);
  return fmin(1 - least, fmax(least, share));
}

/* on the scale of a printed share; incidences as the share free of the event */
static double share_on_scale(const B7FitTarget *target, double share, double n) {
  double inner = inner_share(share, n);
  return b7_scale_to(target->scale, target->incidence ? 1 - inner : inner);
}

static bool has_exact_interval(const B7StudyRow *row, double events) {
  double low, high;
  if (!(row->of >= 1)) return false;
  b7_clopper_pearson((int32_t)events, (int32_t)row->of, LEVEL, &low, &high);
  return row->low == 100 * low && row->high == 100 * high;
}

B7FitTarget b7_target_make(const B7Study *study, const B7StudyRow *row, double between_studies) {
  B7FitTarget out = {.between_studies = between_studies, .scale = B7_SCALE_LOG};
  double z = b7_normal_quantile(0.5 + 0.5 * LEVEL);
  out.share = strcmp(row->endpoint->unit, PERCENT) == 0;
  out.n = isnan(row->of) ? study->n : row->of;
  if (!out.share) {
    out.at = log(fmax(LEAST_POSITIVE, row->value));
    // a limit that is open says no more than the other one
    double below = row->low > 0 ? out.at - log(row->low) : NAN,
           above = isfinite(row->high) ? log(row->high) - out.at : NAN;
    out.sd = isnan(below) ? above / z : isnan(above) ? below / z : (below + above) / (2 * z);
    return out;
  }
  bool survival = row->endpoint->read == B7_READ_FREE || row->endpoint->read == B7_READ_INCIDENCE;
  out.incidence = row->endpoint->read == B7_READ_INCIDENCE;
  out.scale = survival ? B7_SCALE_CLOGLOG : B7_SCALE_LOGIT;
  out.events = isnan(row->events) ? round(row->value / 100 * out.n) : row->events;
  out.counted = has_exact_interval(row, out.events);
  if (out.counted) return out;
  out.at = share_on_scale(&out, row->value / 100, out.n);
  out.sd = fabs(share_on_scale(&out, row->high / 100, out.n) - share_on_scale(&out, row->low / 100, out.n)) /
           (2 * z);
  return out;
}

static double part_of_deviance(double seen, double expected) {
  return seen > 0 ? seen * log(seen / expected) : 0;
}

static double counted_residual(const B7FitTarget *target, double share, double variance) {
  double n = target->n, events = target->events, rest = 1 - share, spread = share * rest;
  double deviance = 2 * (part_of_deviance(events, n * share) + part_of_deviance(n - events, n * rest));
  double between = target->between_studies * target->between_studies;
  // errors of logits add up: 1 / (n p q), between studies, and the simulation's own
  double inflation = 1 + n * (spread * between + variance / spread);
  return copysign(sqrt(fmax(0, deviance) / inflation), n * share - events);
}

double b7_target_residual(const B7FitTarget *target, B7FitSimulated simulated) {
  if (isnan(simulated.value)) return B7_TARGET_UNSAID;
  double between = target->between_studies * target->between_studies;
  if (!target->share) {
    double off = log(fmax(LEAST_POSITIVE, simulated.value)) - target->at;
    return off / sqrt(target->sd * target->sd + between + simulated.variance);
  }
  // as if half an event more had been seen on either side: finite when all or none of the patients have it
  double n = fmax(1, simulated.patients), share = (simulated.value / 100 * n + 0.5) / (n + 1);
  if (target->counted) return counted_residual(target, share, simulated.variance);
  double on_scale = b7_scale_to(target->scale, target->incidence ? 1 - share : share);
  double slope = b7_scale_slope(target->scale, target->incidence ? 1 - share : share);
  double off =
      (on_scale - target->at) / sqrt(target->sd * target->sd + between + slope * slope * simulated.variance);
  // ln(-ln S) falls with S, and rises with the incidence
  return target->scale == B7_SCALE_CLOGLOG && !target->incidence ? -off : off;
}
