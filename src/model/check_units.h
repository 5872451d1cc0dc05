/* check_units.h - the unit of every formula against what its place asks for. */
#ifndef B7_MODEL_CHECK_UNITS_H
#define B7_MODEL_CHECK_UNITS_H

#include "model/draft.h"

/* Stops at the first formula whose unit differs. Errors: INPUT (at its place), FILE, MEMORY. */
B7Status b7_check_units(const B7Draft *draft, B7Error *error);

#endif
