/* study_endpoints.h - the endpoint names of published studies, and how each is read from a simulated trial.
 */
#ifndef B7_STUDY_STUDY_ENDPOINTS_H
#define B7_STUDY_STUDY_ENDPOINTS_H

#include "bridge7_trial.h"

typedef enum B7StudyRead {
  B7_READ_SHARE,        /* share of patients with codes low .. high of an endpoint */
  B7_READ_FREE,         /* share free of the event at a day */
  B7_READ_INCIDENCE,    /* cumulative incidence of the event at a day */
  B7_READ_MEDIAN_FREE,  /* time at which half are free of the event */
  B7_READ_MEDIAN_EVENT, /* median time to the event among those who have it within the horizon */
  B7_READ_FACT,         /* share of a fact of the trial */
  B7_READ_PERSISTENCE,  /* CAR-T detectable at a day: fact car_persistence_<day> */
  B7_READ_PEAK,         /* median of a maximum */
  B7_READ_PEAK_DAY,     /* median day of a maximum */
  B7_READ_RECOVERED,    /* share that recovered by a day after the graft (no day: ever) */
  B7_READ_RECOVERY_DAY  /* median day of recovery after the graft */
} B7StudyRead;

/* Units follow the vocabulary: percent for shares, months for median times of survival, days for kinetics. */
typedef struct B7StudyEndpoint {
  const char *name;
  B7StudyRead read;
  B7Endpoint endpoint; /* B7_ENDPOINT_COUNT when none is read */
  int32_t low, high;   /* codes; READ_SHARE */
  const char *what;    /* fact or observable; else NULL */
  const char *unit;
  bool needs_day;
} B7StudyEndpoint;

/* NULL when the vocabulary has no such name that a simulation can answer. */
const B7StudyEndpoint *b7_study_endpoint_find(const char *name);
/* The name of entry `index`; NULL behind the last. */
const char *b7_study_endpoint_name(int32_t index);

/* What a trial's arm says of it, in the endpoint's unit; *evaluable: patients behind it. NaN when it cannot
 * be said. */
double b7_study_endpoint_value(const B7StudyEndpoint *endpoint, const B7TrialRun *run, int32_t arm,
                               double at_day, int64_t *evaluable);
/* The range in which a study of n such patients prints its value with probability `level`: the chance between patients (of
   the binomial for shares, of the sample median for times and peaks), and the difference between studies, sd on the logit
   of shares and on the logarithm of times and peaks. NaN bounds when it cannot be said. */
void b7_study_endpoint_spread(const B7StudyEndpoint *endpoint, const B7TrialRun *run, int32_t arm,
                              double value, double n, double between_sd, double level, double *low,
                              double *high);

#endif
