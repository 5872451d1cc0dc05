/* calibration.h - a fit file once it is read: what may move, what is known beforehand, which rows it answers
 * to. */
#ifndef B7_FIT_CALIBRATION_H
#define B7_FIT_CALIBRATION_H

#include "bridge7_fit.h"
#include "document/document.h"
#include "fit/scale.h"
#include "study/studies.h"
#include "trial/run/substitutes.h"

#define B7_FIT_PLACES_MAX 8
#define B7_FIT_PARAMETERS_MAX 64

typedef enum B7FitOwner { B7_OWNER_MODEL, B7_OWNER_POPULATION, B7_OWNER_PRODUCT } B7FitOwner;

/* One value that may move. It stands at one place in a file, or at several that keep the same value. */
typedef struct B7FitParameter {
  const char *name, *where;
  const B7Node *node; /* in the fit file */
  B7FitOwner owner;
  B7SubstituteWhat what;
  const char *target;     /* parameter of the model, or attribute of the product */
  int32_t parameter, own; /* index in the kernel's parameters, and among a patient's own; -1: none */
  int32_t n_place;
  const char *holders[B7_FIT_PLACES_MAX];  /* populations or products */
  const B7Node *places[B7_FIT_PLACES_MAX]; /* the number, in its file */
  B7FitScale scale;
  double start, low, high;   /* in the parameter's own unit */
  double prior_at, prior_sd; /* on the scale */
  const char *basis, *why;
} B7FitParameter;

/* A row that counts. */
typedef struct B7FitRow {
  const B7Study *study;
  const B7StudyRow *row;
  double weight;
} B7FitRow;

/* An arm that some row needs, and the parameters that can change it. */
typedef struct B7FitArm {
  const B7Study *study;
  int32_t arm;
  bool touched_by[B7_FIT_PARAMETERS_MAX];
} B7FitArm;

struct B7Calibration {
  B7Arena arena;
  const B7Kernel *kernel;
  const char *path, *name;
  B7CalibrationFiles files;
  B7Studies *studies;
  /* every file that was read, the fit file first; freed with the calibration */
  B7Document **documents;
  const char **document_paths;
  int32_t n_document;
  size_t document_room;
  int64_t patients;
  uint64_t seed;
  int32_t restarts, rounds;
  double step_sd;         /* of finite differences, in prior standard deviations */
  double between_studies; /* standard deviation between studies, on the scale of the row */
  int32_t n_parameter, n_row, n_arm, n_left_out;
  B7FitParameter *parameters;
  B7FitRow *rows;
  B7FitArm *arms;
  char fingerprint[17]; /* of all that decides the outcome, but options */
};

/* A document among those of the calibration: read at the first call. */
B7Status b7_calibration_document(B7Calibration *calibration, const char *path, const B7Node **root,
                                 B7Error *error);
/* Arms that the rows need, and which parameter can change which of them. */
B7Status b7_calibration_find_arms(B7Calibration *calibration, B7Error *error);

#endif
