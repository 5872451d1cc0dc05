/* measure.h - a measured value as a course writes it, in the unit of its quantity. Authoring leg. */
#ifndef B7_READ_COURSE_MEASURE_H
#define B7_READ_COURSE_MEASURE_H

#include "document/document.h"
#include "document/unit_converter.h"
#include "read/catalogue/quantities.h"

/* "4.0 10*9/L", "13.2 g/dL", "5 %" into the quantity's unit. INPUT at the node, with the remedy: no unit, a unit
 * that is none or measures something else, an impossible value, and a value so far from what patients have
 * that another unit is likelier ("did you mean"). 0 is never in doubt where it is possible. */
B7Status b7_measure_read(B7Converter *converter, const B7Node *node, const B7CourseQuantity *quantity,
                         double *out, B7Error *error);

#endif
