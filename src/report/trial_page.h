/* trial_page.h - what the writers of the trial page share. */
#ifndef B7_REPORT_TRIAL_PAGE_H
#define B7_REPORT_TRIAL_PAGE_H

#include "base/json.h"
#include "bridge7_trial.h"
#include "trial/run/trial_run.h"

typedef struct B7TrialPage {
  const B7TrialRun *run;
  B7Json *json;
  B7Arena *arena;
} B7TrialPage;

/* What counts as yes when a graded endpoint is asked for a share: "grade 3 or more", "negative", "CRi or
 * better". */
const char *b7_trial_yes_words(const B7TrialPage *page, B7Endpoint endpoint);
/* Fewer is better: grades of harm, as against grades of response. */
bool b7_trial_is_harm(B7Endpoint endpoint);
/* Scale and unit in which estimands of a kind are shown. */
double b7_trial_estimand_scale(B7EstimandKind kind);
const char *b7_trial_estimand_unit(B7EstimandKind kind);
/* "overall survival, day 730": what an estimand is about. */
const char *b7_trial_estimand_about(const B7TrialPage *page, const B7Estimand *estimand);

/* "km", "cif", "forest", "panels" with the fans, "bars" (trial_page_charts.c). */
void b7_trial_write_charts(const B7TrialPage *page);
/* "subgroups"; "costs" and "cost_items" (trial_page_answers.c). */
void b7_trial_write_subgroups(const B7TrialPage *page);
void b7_trial_write_costs(const B7TrialPage *page);
/* "flow", "swimmer" (trial_page_patients.c). */
void b7_trial_write_patients(const B7TrialPage *page);
/* "assumptions" and "references": what population, policy, products and regimens assume and cite, beside the
   model's parameters and the criteria (trial_page_basis.c). Errors: INPUT, FILE, MEMORY. */
B7Status b7_trial_write_basis(const B7TrialPage *page, const char *bibliography_path, B7Error *error);

#endif
