/* skill.h - predictions of rows whose study was left out, against the pooled mean of the others: how far studies of one
 * family differ, proper scores, coverage. Pure arithmetic; nothing is simulated here. */
#ifndef B7_FIT_SKILL_H
#define B7_FIT_SKILL_H

#include "base/memory.h"
#include "base/status.h"
#include "bridge7_fit.h"
#include "study/studies.h"

/* A row with its prediction. */
typedef struct B7SkillRow {
  const B7Study *study;
  const B7StudyRow *row;
  B7StudyFamily family;
  B7StudySetting setting;
  double weight;
  bool share;              /* scored; else only the difference between studies is learned from it */
  int32_t n, events;       /* of shares: counted, or as many patients as the printed interval is worth */
  double left_out, fitted; /* simulated without the study, and with it: in (0, 1); else natural logarithms */
  double at, sd;           /* not shares: printed logarithm and its error */
} B7SkillRow;

/* What is printed of a row as a number of patients (shares) or a logarithm with its error; the predictions are left to
   the caller. The row must have an interval. */
B7SkillRow b7_skill_row(const B7Study *study, const B7StudyRow *row, double weight);

/* How far the truth of studies differs in each family, from rows whose study does not overlap `without` (Nullable): posterior
   means of the logarithm of the standard deviation, each family's lognormal (0.4) around a common one, whose own
   logarithm is normal (ln 0.5, 0.7). Everything temporary from the arena. Errors: MEMORY. */
B7Status b7_skill_between(const B7SkillRow *rows, int32_t n_row, const B7Study *without, B7Arena *arena,
                          double *sd, B7Error *error);

/* The rival: mean of the same endpoint in the same setting over studies that do not overlap row `index`'s, drawn to the mean of
   its family, with the spread between studies. *share in (0, 1), *sd on the logit. Errors: MEMORY. */
B7Status b7_skill_pooled(const B7SkillRow *rows, int32_t n_row, int32_t index, B7Arena *arena, double *share,
                         double *sd, B7Error *error);

/* Score every share of rows into out [n_row] (others keep NaN scores). Errors: MEMORY. */
B7Status b7_skill_score(const B7SkillRow *rows, int32_t n_row, B7Arena *arena, B7LeaveOutRow *out,
                        B7Error *error);
/* Skill with its interval (bootstrap of studies, 2,000 times), scores and coverage of the rows for which `wanted` says so; NaN
   skill when there is none. Errors: MEMORY. */
B7Status b7_skill_of(const B7SkillRow *rows, const B7LeaveOutRow *scores, int32_t n_row, const bool *wanted,
                     B7Arena *arena, B7LeaveOutSkill *out, B7Error *error);

#endif
