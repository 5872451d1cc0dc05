/* clinical_units.h - laboratory units that need the analyte to be converted, and day conventions. Running leg
 * (no UDUNITS). */
#ifndef B7_ASSESS_RULES_CLINICAL_UNITS_H
#define B7_ASSESS_RULES_CLINICAL_UNITS_H

#include "assess/rules/criteria.h"

/* value * scale + offset turns `from` into `to` (UCUM) for an analyte ("anc", "hb", "bilirubin", "ferritin",
   "crp", "mrd", ...; mass to moles is known for bilirubin alone). Errors: INPUT, naming a unit that is not
   UCUM and what it should be, or two units that do not convert. */
B7Status b7_clinical_convert(const char *analyte, double value, const char *from, const char *to, double *out,
                             B7Error *error);
/* true for the units that laboratories, doses and charts of this project use, spelled as UCUM does. */
bool b7_ucum_known(const char *unit);

/* Study day without a day 0 (1 is the reference day, -1 the day before) and infusion day with one, from whole
 * days since the reference. */
int32_t b7_study_day(int32_t days_since_reference);
int32_t b7_infusion_day(int32_t days_since_reference);

#endif
