/* plan_make.h - treatments become the sorted kernel events of a plan: for courses and for arms of trials alike. Authoring
 * leg. */
#ifndef B7_READ_PLAN_PLAN_MAKE_H
#define B7_READ_PLAN_PLAN_MAKE_H

#include "document/unit_converter.h"
#include "read/catalogue/catalogue.h"
#include "treat/plan.h"

/* What a plan is made of. */
typedef struct B7PlanSource {
  const B7Given *given; /* [n_given] in any order; equal times keep it */
  int32_t n_given;
  const B7Anchor *anchors; /* [n_anchor] that windows of the policy may count from */
  int32_t n_anchor;
  const B7Formulary *formulary; /* drugs that the policy gives */
  const B7Regimens *regimens;   /* that its rules may launch; NULL: rules that launch treatment are refused */
  double horizon_day, output_every_day;
  const double *output_day; /* [n_output_day] output times beside the grid */
  int32_t n_output_day;
  const char *policy_path; /* NULL: no decisions */
} B7PlanSource;

/* The kernel that events are made for. */
typedef struct B7PlanMaker {
  const B7PlanSource *source;
  const B7KernelTables *tables;
  B7Converter *converter;
  int32_t bsa, weight; /* parameters of the kernel by which amounts scale; -1 when it has none */
} B7PlanMaker;

/* The plan keeps no pointer to the source. Errors: USAGE for horizon and grid, INPUT when the model lacks what is given,
   those of policies; MEMORY. */
B7Status b7_plan_make_from(const B7PlanSource *source, const B7KernelTables *tables, const B7Hooks *hooks,
                           B7Plan **out, B7Error *error);
/* The events of treatments alone, as a protocol that counts from its first event; day 0 of the rows is its day, and
   whole: the protocol leads to its last event instead. Lives in the arena. */
B7Status b7_protocol_make(const char *name, const B7Given *given, int32_t n_given, bool whole,
                          const B7KernelTables *tables, B7Arena *arena, B7Protocol *out, B7Error *error);

/* An event of a drug dose: index, scaling by body, and the number of reference doses. B7_ERROR_INPUT when the
   kernel has no such event or cannot scale by the body. */
B7Status b7_plan_drug(const B7PlanMaker *maker, const char *drug, const B7Dose *dose, const B7Dose *reference,
                      B7PlanEvent *event, double *doses, B7Error *error);
/* b7_plan_make for the tables of a kernel. */
B7Status b7_plan_make_for(const B7Course *course, const B7KernelTables *tables, const B7PlanOptions *options,
                          const B7Hooks *hooks, B7Plan **out, B7Error *error);

#endif
