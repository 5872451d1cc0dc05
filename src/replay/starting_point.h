/* starting_point.h - the patient of a replay at day 0, and where each value comes from. */
#ifndef B7_REPLAY_STARTING_POINT_H
#define B7_REPLAY_STARTING_POINT_H

#include "read/cohort/cohort.h"
#include "replay/replay_parts.h"

/* places: own parameters, then covariates, as in B7Population */
typedef struct B7StartingPoint {
  B7Replay *replay;
  const B7KernelTables *tables;
  B7Population *population; /* made here; the caller's to free */
  B7StartOrigin *origin;    /* [n_own + B7_COVARIATES_MOST] */
  const char **basis;       /* the same */
  bool failed;              /* a text found no memory */
} B7StartingPoint;

/* The population file to draw from, and why, into the replay; *path NULL: none. */
B7Status b7_starting_point_choose(B7Replay *replay, const char **path, B7Error *error);
/* patients virtual patients around this one (vary), or the patient's own set. */
B7Status b7_starting_point_make(B7StartingPoint *start, const char *cohort_path, int64_t patients, bool vary,
                                B7Error *error);

#endif
