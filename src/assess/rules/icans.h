/* icans.h - neurotoxicity of effector cells (ICANS), ASTCT 2019. Running leg. */
#ifndef B7_ASSESS_RULES_ICANS_H
#define B7_ASSESS_RULES_ICANS_H

#include "assess/rules/finding.h"

#define B7_CAPD_UNABLE 99.0 /* value of capd: unable to perform */
#define B7_SIGN_PRESENT 1.0 /* a sign that is there, without what would tell its row of the table */

/* One day of one patient; NaN: not examined. Consciousness, seizure and oedema name their row of the table, or are
   B7_SIGN_PRESENT: then the grade is a range. A sign is never read as a grade. */
typedef struct B7IcansDay {
  bool child;           /* CAPD instead of ICE; see b7_icans_uses_capd */
  double ice;           /* 0 to 10 */
  double capd;          /* 0 to 32, or B7_CAPD_UNABLE */
  double rass;          /* sedation score; only asked for in children; NaN: not sedated */
  double consciousness; /* 0 awake or awakens spontaneously, 2 to voice, 3 to touch, 4 unarousable */
  double seizure;       /* 0, 3 or 4 */
  double motor;         /* deep focal weakness there, above 0, or not, 0; tremor and myoclonus are 0 */
  double oedema;        /* 0, 3 or 4; bleeding is 0 */
  bool death_by_icans;
} B7IcansDay;

/* Grade 0 to 5. Domains not examined are ignored for the certain grade and listed, unless none of them could raise it. */
B7Finding b7_icans_grade(const B7Criteria *criteria, const B7IcansDay *day);
/* Which scale a patient's age asks for; sources differ at exactly 12 years: *boundary is set. Unknown age:
 * adult scale. */
bool b7_icans_uses_capd(const B7Criteria *criteria, double age_years, bool developmental_delay,
                        bool *boundary);

#endif
