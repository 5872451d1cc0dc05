/* data_standards.h - how a patient course and its grades are written in other people's formats: PEtab doses,
 * CF flag attributes, what of a CARE case report a timeline may fill. */
#ifndef B7_TESTS_STANDARDS_DATA_STANDARDS_H
#define B7_TESTS_STANDARDS_DATA_STANDARDS_H

#include "assess/rules/criteria.h"

/* A dose that adds to a state at a time, as rows of PEtab version 2: the experiment table ("p1,120,c1") and
   the condition table
   ("c1,depot,depot + 52.5"). Version 1 has one simulation condition a series, so that several doses cannot be
   expressed: INPUT error. Texts are terminated; USAGE error when they do not fit. */
B7Status b7_petab_dose(int32_t version, const char *experiment, double time, const char *condition,
                       const char *target, double amount, char *experiment_row, char *condition_row,
                       size_t size, B7Error *error);

/* CF attributes of an integer variable that holds grades low..high: flag_values "0, 1, 2" and flag_meanings,
 * one word a value (prefix_0 ...). */
B7Status b7_cf_flags(int32_t low, int32_t high, const char *prefix, char *flag_values, char *flag_meanings,
                     size_t size, B7Error *error);
/* CF units of a relative time axis: "days since DATE". Event names go to long_name. featureType is left out:
 * patients have no place. */
B7Status b7_cf_time_units(const char *epoch_date, char *units, size_t size, B7Error *error);
/* Whether a file may call itself a discrete sampling geometry (featureType timeSeries, profile, ...): it then holds the horizontal
   coordinates of its samples (x and y) and an instance variable with cf_role. INPUT error naming what is missing; an empty type is none and
   needs nothing. */
B7Status b7_cf_sampling_check(const char *feature_type, int32_t horizontal_coordinates, bool has_cf_role,
                              B7Error *error);
#define B7_CF_CONVENTIONS "CF-1.14"

typedef enum B7CareFill {
  B7_CARE_NOT_FILLED, /* never invented */
  B7_CARE_PARTLY,     /* only what is recorded */
  B7_CARE_FILLED
} B7CareFill;
/* What a generated timeline may fill of an item of the CARE checklist (1 title to 13 informed consent); a
 * simulated course fills no more. */
B7CareFill b7_care_item(int32_t item);
/* Number of an item by its name ("patient perspective"); 0 when there is none. */
int32_t b7_care_find(const char *name);

#endif
