/* arm_text.h - an arm of a trial under way to its plans: what it needs from the data, and its treatments as
 * text in the course format. */
#ifndef B7_TRIAL_DESIGN_ARM_TEXT_H
#define B7_TRIAL_DESIGN_ARM_TEXT_H

#include "base/json.h"
#include "bridge7_trial.h"
#include "read/catalogue/products.h"
#include "trial/design/trial.h"

/* The day of a protocol's own course on which its graft or infusion stands. */
#define B7_PROTOCOL_DAY 60

typedef struct B7ArmMaker {
  const B7Trial *trial;
  const B7TrialArm *arm;
  const B7Cohort *cohort;
  const B7Kernel *kernel;
  const B7Hooks *hooks;
  const struct B7CourseData *data;                  /* drugs, products, quantities */
  const B7Product *product;                         /* NULL: none */
  const B7CohortDonor *product_donor, *graft_donor; /* NULL: none */
  const B7DonorLevel *product_level, *graft_level;  /* how far the donor of the plan at hand is */
  double days_to_infusion;
  B7Error *error;
} B7ArmMaker;

/* NULL when there is none of that name. */
const B7Node *b7_arm_regimen(const B7ArmMaker *maker, const char *name);
/* Days from enrolment to infusion that lymphodepletion needs: it begins at the earliest on the day after. */
double b7_arm_lead_day(const B7ArmMaker *maker);

/* Days from one course of a regimen to the next. */
double b7_arm_cycle_days(const B7ArmMaker *maker, const char *name);

/* Texts are released by the caller. The arm itself, with or without its product; then what rules launch, with
   the graft, the infusion or day 1 of the course on B7_PROTOCOL_DAY. */
B7Text b7_arm_text(const B7ArmMaker *maker, bool made);
B7Text b7_arm_transplant_text(const B7ArmMaker *maker);
B7Text b7_arm_infusion_text(const B7ArmMaker *maker);
B7Text b7_arm_regimen_text(const B7ArmMaker *maker, const char *regimen);

/* Compile a text to a plan and release it; a mistake is told at the arm that asked for it. */
B7Status b7_arm_plan_of_text(const B7ArmMaker *maker, B7Text *text, double horizon_day,
                             const char *policy_path, B7Plan **out);
/* Make the protocols that the arm's transplant and the rules of the plan's policy launch, and add the
   transplant's rule (arm_protocols.c). made, donor: as the patients of the plan fare. */
B7Status b7_arm_protocols_make(const B7ArmMaker *maker, bool made, bool donor, B7Plan *plan);

#endif
