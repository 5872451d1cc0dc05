/* studies.h - published studies as data (data/studies.yaml): how each was done, and what it printed. */
#ifndef B7_STUDY_STUDIES_H
#define B7_STUDY_STUDIES_H

#include "document/document.h"
#include "study/families.h"
#include "study/study_endpoints.h"
#include "trial/design/trial.h"

/* Patients treated alike: one arm of a trial, simulated over its own population. */
typedef struct B7StudyArm {
  const char *name, *population, *policy;
  const B7Node *node;
  B7TrialArm arm;
  B7TrialSettings settings; /* parameters of the population */
  B7TrialOrigin origin;     /* day 0 of times, as in trials */
  double horizon_day;
  double weight;       /* share of this arm in rows that name no arm */
  const char *assumed; /* what the publication does not say and was filled in; "" */
} B7StudyArm;

/* One printed number, or (prediction) one to predict. */
typedef struct B7StudyRow {
  const B7StudyEndpoint *endpoint;
  int32_t arm;               /* -1: all arms, weighted */
  double at_day;             /* NaN: none */
  double events, of;         /* NaN: not printed */
  double value, low, high;   /* in the endpoint's unit; bounds NaN when there is no way to say them */
  const char *source, *note; /* bibliography key; "" */
} B7StudyRow;

typedef struct B7Study {
  const char *id, *title, *source;
  bool prediction;        /* outcomes are not in this collection: predicted only */
  const B7Node *overlaps; /* ids of studies that hold some of the same patients; NULL: none */
  double n;
  int32_t n_arm, n_row;
  const B7StudyArm *arms;
  const B7StudyRow *rows;
} B7Study;

struct B7Studies {
  B7Arena arena;
  B7Document *document;
  B7Catalogue *catalogue; /* that arms were read with */
  const char *path, *data_folder;
  int32_t n_study;
  const B7Study *studies;
  const char **ids; /* NULL-terminated */
  const B7StudySummary *summaries;
  B7Document *between_document;
  double between_sd[B7_STUDY_FAMILIES]; /* of the truth of studies; data/between_studies.yaml */
};

/* The trial that stands for an arm of a study: its population, policy, origin and treatments, and the endpoints that the
   study's rows read of it. Borrows from the studies, which must outlive it. The caller frees *out with b7_trial_free.
   Errors: MEMORY. */
B7Status b7_study_trial(const B7Studies *studies, const B7Study *study, int32_t arm, const B7Hooks *hooks,
                        B7Trial **out, B7Error *error);

/* What is done to its patients; what a pooled mean of studies is a mean of. */
typedef enum B7StudySetting {
  B7_SETTING_CART,
  B7_SETTING_TRANSPLANT,
  B7_SETTING_CHEMOTHERAPY,
  B7_STUDY_SETTINGS
} B7StudySetting;
B7StudySetting b7_study_setting(const B7Study *study);

/* Whether two studies hold some of the same patients, or are the same. */
bool b7_studies_overlap(const B7Study *one, const B7Study *other);

/* NULL when there is none. */
const B7Study *b7_studies_find(const B7Studies *studies, const char *id);

#endif
