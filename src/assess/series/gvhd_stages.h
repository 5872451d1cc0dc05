/* gvhd_stages.h - organ stages of acute GVHD on one day: as recorded, else derived from the signs. Running leg. */
#ifndef B7_ASSESS_SERIES_GVHD_STAGES_H
#define B7_ASSESS_SERIES_GVHD_STAGES_H

#include "assess/rules/agvhd.h"

/* Stages for MAGIC and for the older scales, which part where stages are derived. Bilirubin stages the liver only where GVHD is looked for:
   on a day with another stage or sign. */
void b7_gvhd_stages_at(const B7Criteria *criteria, const B7Series *series, double t_day, B7AgvhdStages *magic,
                       B7AgvhdStages *older);
/* Day of the next row of a stage or sign after a day (bilirubin is none); INFINITY: none. */
double b7_gvhd_next(const B7Series *series, double after_day);

/* A sign as it was read, for reasons. */
typedef struct B7SignRead {
  B7Quantity quantity;
  double value, t_day;
} B7SignRead;
#define B7_SIGNS_OF_ORGAN 6
/* The signs from which the stage of an organ (B7_QUANTITY_AGVHD_SKIN to _LOWER) is derived on a day; 0 where the stage is recorded. */
int32_t b7_gvhd_signs_of(const B7Criteria *criteria, const B7Series *series, B7Quantity organ, double t_day,
                         B7SignRead signs[B7_SIGNS_OF_ORGAN]);

#endif
