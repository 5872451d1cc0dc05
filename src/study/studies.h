/* studies.h - published studies as data (data/studies.yaml): how each was done, and what it printed. */
#ifndef B7_STUDY_STUDIES_H
#define B7_STUDY_STUDIES_H

#include "document/document.h"
#include "study/study_endpoints.h"

/* Patients treated alike: one arm of a trial, simulated over its own population. */
typedef struct B7StudyArm {
  const char *name, *population, *policy, *origin; /* origin: day 0 of times, as in trials */
  const B7Node *node;
  const B7Node *arm; /* the arm in the words of the trial format, without its name */
  const B7Node *set; /* parameters of the population; NULL: none */
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
  bool prediction; /* outcomes are not in this collection: predicted only */
  double n;
  int32_t n_arm, n_row;
  const B7StudyArm *arms;
  const B7StudyRow *rows;
} B7Study;

struct B7Studies {
  B7Arena arena;
  B7Document *document;
  const char *path, *data_folder;
  int32_t n_study;
  const B7Study *studies;
  const char **ids; /* NULL-terminated */
  const B7StudySummary *summaries;
};

/* NULL when there is none. */
const B7Study *b7_studies_find(const B7Studies *studies, const char *id);

#endif
