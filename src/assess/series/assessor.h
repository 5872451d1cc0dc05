/* assessor.h - endpoints of simulated patients one by one, for outcomes that are not kept. Running leg. */
#ifndef B7_ASSESS_SERIES_ASSESSOR_H
#define B7_ASSESS_SERIES_ASSESSOR_H

#include "bridge7_assess.h"

#include "base/memory.h"

/* A thread's own; kernel and criteria must outlive it. Everything in the arena. Errors: MEMORY. */
typedef struct B7Assessor B7Assessor;
B7Status b7_assessor_make(B7Arena *arena, const B7Kernel *kernel, const B7Criteria *criteria,
                          B7Assessor **out, B7Error *error);
/* As b7_assess_result, for the patient at one place of a result: outcomes of one row, which hold until the next look. */
const B7Outcomes *b7_assessor_look(B7Assessor *assessor, const B7Result *result, int64_t patient,
                                   double origin_day, double death_day);

#endif
