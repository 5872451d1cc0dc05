/* plan_drug.h - what a plan is made of, the kernel that it is made for, and the event of a drug's dose. Authoring leg. */
#ifndef B7_READ_PLAN_PLAN_DRUG_H
#define B7_READ_PLAN_PLAN_DRUG_H

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

/* Powers of body surface and weight by which an amount scales, from one basis to another. what: the drug or product, for
   the error. B7_ERROR_INPUT when the model has no parameter for the body. */
B7Status b7_plan_scale(const B7PlanMaker *maker, B7DoseBasis from, B7DoseBasis to, const char *what,
                       B7PlanEvent *event, B7Error *error);
/* An event of a drug dose: index, scaling by body, and the number of reference doses. B7_ERROR_INPUT when the
   kernel has no such event or cannot scale by the body. */
B7Status b7_plan_drug(const B7PlanMaker *maker, const char *drug, const B7Dose *dose, const B7Dose *reference,
                      B7PlanEvent *event, double *doses, B7Error *error);

#endif
