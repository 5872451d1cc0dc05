/* check.h - what must hold before a draft is a model. Each check stops at the first mistake, with its place.
 */
#ifndef B7_MODEL_CHECK_H
#define B7_MODEL_CHECK_H

#include "model/draft.h"

/* All of them, in order: definitions without cycles (fills definition_order), formulas that read what they
   may, units, mass balance; marks exact states and numbers the clear groups. Tells unused parameters and
   states that nothing changes through the warning hook. */
B7Status b7_check(B7Draft *draft, B7Error *error);
#endif
