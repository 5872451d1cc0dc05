/* ctcae.h - CTCAE grades of blood counts. Running leg. */
#ifndef B7_ASSESS_RULES_CTCAE_H
#define B7_ASSESS_RULES_CTCAE_H

#include "assess/rules/finding.h"

typedef enum B7CtcaeTerm {
  B7_CTCAE_NEUTROPHILS,
  B7_CTCAE_PLATELETS,
  B7_CTCAE_ANAEMIA,
  B7_CTCAE_LEUKOCYTES,
  B7_CTCAE_LYMPHOCYTES,
  B7_CTCAE_CD4,
  B7_CTCAE_TERMS
} B7CtcaeTerm;

/* Grade of one value (10*9/L; haemoglobin in g/L). version 5 or 6 (6: neutrophils alone are known; another
   term is not evaluable). limit_normal: the laboratory's lower limit of normal; NaN: unknown, then a value
   that could be grade 0 or 1 is not evaluable. */
B7Finding b7_ctcae_grade(const B7Criteria *criteria, int32_t version, B7CtcaeTerm term, double value,
                         double limit_normal);
/* Raise an anaemia grade by what no number tells: a transfusion that is indicated (3), a threat to life (4).
 */
B7Finding b7_ctcae_anaemia(const B7Finding *by_value, bool transfusion_indicated, bool life_threatening);
/* The assumed lower limit of normal of an adult, and the quantity that a term reads. */
double b7_ctcae_usual_limit(const B7Criteria *criteria, B7CtcaeTerm term);
B7Quantity b7_ctcae_quantity(B7CtcaeTerm term);

#endif
