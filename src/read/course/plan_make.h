/* plan_make.h - what turning a course into a plan and reading a policy share: amounts as kernel events.
 * Authoring leg. */
#ifndef B7_READ_COURSE_PLAN_MAKE_H
#define B7_READ_COURSE_PLAN_MAKE_H

#include "course/course.h"
#include "document/convert.h"
#include "read/catalogue/formulary.h"

/* The kernel and course that events are made for. */
typedef struct B7PlanMaker {
  const struct B7Course *course;
  const B7KernelTables *tables;
  B7Converter *converter;
  int32_t bsa, weight; /* parameters of the kernel by which amounts scale; -1 when it has none */
} B7PlanMaker;

/* An event of a drug dose: index, scaling by body, and the number of reference doses. B7_ERROR_INPUT when the
   kernel has no such event or cannot scale by the body. */
B7Status b7_plan_drug(const B7PlanMaker *maker, const char *drug, const B7Dose *dose, const B7Dose *reference,
                      B7PlanEvent *event, double *doses, B7Error *error);
/* b7_plan_make for the tables of a kernel. */
B7Status b7_plan_make_for(const B7Course *course, const B7KernelTables *tables, const B7PlanOptions *options,
                          const B7Hooks *hooks, B7Plan **out, B7Error *error);

#endif
