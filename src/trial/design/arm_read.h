/* arm_read.h - what trial files and studies write alike: an arm, its settings of parameters, the origin of times. */
#ifndef B7_TRIAL_DESIGN_ARM_READ_H
#define B7_TRIAL_DESIGN_ARM_READ_H

#include "trial/design/trial.h"

typedef struct B7ArmReader {
  const B7Catalogue *catalogue;
  const char *data_folder;
  B7Arena *arena;
  const B7TrialArm *others; /* [n_other] arms above, for `like:` */
  int32_t n_other;
  B7Error *error;
} B7ArmReader;

/* An arm. name NULL: it names itself by `name:`. Every drug, product, regimen and dose is looked up and judged here.
   Errors: INPUT at the place of the mistake. */
B7Status b7_arm_read(const B7ArmReader *reader, const B7Node *node, const char *name, B7TrialArm *out);
/* `set: {parameter: value | {value, spread}}`; node NULL: none. */
B7Status b7_settings_read(const B7ArmReader *reader, const B7Node *node, B7TrialSettings *out);
/* That the model has the parameters, and its ranges hold the values unless the setting says `outside_range: yes`. Errors: INPUT at the
   place of the setting. */
B7Status b7_settings_check(const B7TrialSettings *settings, const B7KernelTables *tables,
                           const B7Hooks *hooks, B7Error *error);
/* `origin:`; node NULL: as *out stands. */
B7Status b7_origin_read(const B7Node *node, B7TrialOrigin *out, B7Error *error);
/* "730 d" as days; months are refused because nobody agrees on their length. */
B7Status b7_days_read(const B7Node *node, const char *what, double *out, B7Error *error);
/* The horizon of a trial, from enrolment. */
B7Status b7_horizon_read(const B7Node *node, double *out, B7Error *error);
/* The name of a population or policy, of which the data folder has a file. */
B7Status b7_data_name_read(const B7ArmReader *reader, const B7Node *node, const char *folder,
                           const char *what, const char **out);

#endif
