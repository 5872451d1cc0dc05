/* trial_page.h - what the writers of the trial page share. */
#ifndef B7_REPORT_TRIAL_PAGE_H
#define B7_REPORT_TRIAL_PAGE_H

#include "report/json.h"
#include "trial/trial_run.h"

typedef struct B7TrialPage {
  const B7TrialRun *run;
  B7Json *json;
  B7Arena *arena;
} B7TrialPage;

/* "km", "cif", "forest", "panels" with the fans, "bars" (trial_page_charts.c). */
void b7_trial_write_charts(const B7TrialPage *page);
/* "flow", "swimmer" (trial_page_patients.c). */
void b7_trial_write_patients(const B7TrialPage *page);
/* "assumptions" and "references": what population, policy, products and regimens assume and cite, beside the
   model's parameters and the criteria (trial_page_basis.c). Errors: FILE, MEMORY. */
B7Status b7_trial_write_basis(const B7TrialPage *page, const char *bibliography_path, B7Error *error);

#endif
