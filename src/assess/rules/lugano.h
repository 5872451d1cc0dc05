/* lugano.h - response of nodes: five-point scale and CT, Lugano 2014. Running leg. */
#ifndef B7_ASSESS_RULES_LUGANO_H
#define B7_ASSESS_RULES_LUGANO_H

#include "assess/rules/finding.h"

#define B7_DEAUVILLE_X 6.0 /* how a recorded X is written: new uptake unlikely to be lymphoma */

/* NaN: unknown. */
typedef struct B7LuganoPet {
  double deauville;     /* 1 to 5, of the sites of lymphoma */
  bool uptake_x;        /* score X stands beside it, or alone: it says nothing of the lymphoma */
  double change;        /* uptake against baseline: -1 reduced, 0 no significant change, 1 increased */
  double new_lesion;    /* new FDG-avid focus of lymphoma, 0 or 1; unknown counts as none seen */
  double marrow_new;    /* new or recurrent marrow foci, 0 or 1 */
  double physiological; /* uptake above liver that is not above surrounding normal tissue, 0 or 1 */
} B7LuganoPet;

/* Class (B7LuganoClass). */
B7Finding b7_lugano_pet(const B7Criteria *criteria, const B7LuganoPet *pet);

/* cm and cm2; NaN: not measured. */
typedef struct B7LuganoCt {
  double longest_cm; /* longest diameter of the largest target node */
  double spd_baseline_cm2, spd_now_cm2;
  double extralymphatic;               /* disease outside lymph nodes, 0 or 1 */
  double organs_normal, marrow_normal; /* 0 or 1 */
  double new_lesion; /* new node > 1.5 cm, new extranodal > 1.0 cm, or any clear new focus; 0 or 1 */
  double new_node_cm, new_extranodal_cm;
  double ppd_before_cm2, ppd_now_cm2; /* product of one node's diameters, against its smallest so far */
  double ldi_before_cm, ldi_now_cm;   /* its longest diameter */
  double spleen_normal_cm, spleen_before_cm, spleen_now_cm;
} B7LuganoCt;

/* Class (B7LuganoClass) by CT alone: CR, PR, SD, PD. */
B7Finding b7_lugano_ct(const B7Criteria *criteria, const B7LuganoCt *ct);

#endif
