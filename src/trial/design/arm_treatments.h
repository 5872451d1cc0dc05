/* arm_treatments.h - an arm of a trial under way to its plans: who its donors are, and its treatments as lists. */
#ifndef B7_TRIAL_DESIGN_ARM_TREATMENTS_H
#define B7_TRIAL_DESIGN_ARM_TREATMENTS_H

#include "treat/treatments.h"
#include "trial/design/trial.h"

typedef struct B7ArmMaker {
  const B7Trial *trial;
  const B7TrialArm *arm;
  const B7Cohort *cohort;
  const B7Kernel *kernel;
  const B7Hooks *hooks;
  const B7CohortDonor *product_donor, *graft_donor; /* NULL: none */
  const B7DonorLevel *product_level, *graft_level;  /* how far the donor of the plan at hand is */
  double days_to_infusion;
  B7Error *error;
} B7ArmMaker;

/* Lists in the order of their starts, in the list's arena. Errors: MEMORY.
   What the arm gives from enrolment on, with or without its product. */
B7Status b7_arm_treatments(const B7ArmMaker *maker, bool made, B7Treatments *list);
/* Lymphodepletion and the product, from the day of the infusion. */
B7Status b7_arm_infusion(const B7ArmMaker *maker, double day, B7Treatments *list);
/* Conditioning, graft and prophylaxis, from the day of the graft. */
B7Status b7_arm_transplant(const B7ArmMaker *maker, B7Treatments *list);

/* Make the protocols that the arm's transplant and the rules of the plan's policy launch, and add the
   transplant's rule (arm_protocols.c). made, donor: as the patients of the plan fare. */
B7Status b7_arm_protocols_make(const B7ArmMaker *maker, bool made, bool donor, B7Plan *plan);
/* A mistake in what an arm gives is told at the arm that asked for it. */
B7Status b7_arm_told(const B7ArmMaker *maker, B7Status status);

#endif
