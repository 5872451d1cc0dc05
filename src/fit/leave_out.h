/* leave_out.h - every study predicted from the others, and scored. */
#ifndef B7_FIT_LEAVE_OUT_H
#define B7_FIT_LEAVE_OUT_H

#include "fit/skill.h"

struct B7LeaveOut {
  B7Arena arena;
  const char *fit, *fingerprint;
  int64_t patients;
  uint64_t seed;
  int32_t n_row, n_skill;
  B7SkillRow *predictions; /* [n_row] */
  B7LeaveOutRow *rows;     /* [n_row] */
  B7LeaveOutSkill *skills;
  double between_sd[B7_STUDY_FAMILIES]; /* from all rows */
};

#endif
