/* treatment_row_parts.h - rows of treatment: doses judged, products and grafts resolved. Authoring leg. */
#ifndef B7_READ_COURSE_TREATMENT_ROW_PARTS_H
#define B7_READ_COURSE_TREATMENT_ROW_PARTS_H

#include "read/course/course_reader.h"

/* What a product row gives: its attributes with the donor's mismatch and the row's own `attributes:` applied.
 */
B7Status b7_product_resolve(B7CourseReader *reader, const B7Row *row, const B7Node *name_node,
                            B7Given *given);
/* What a graft row gives: cell doses and the donor's mismatch. */
B7Status b7_graft_resolve(B7CourseReader *reader, const B7Row *row, const B7Node *kind_node, B7Given *given);

/* The bars of one given, for the timeline. */
B7Status b7_bars_add(B7CourseReader *reader, const B7Given *given);

#endif
