/* plan_drug.c - the event of a drug's dose, and how an amount scales by the body. */
#include "read/plan/plan_drug.h"

#include <stdio.h>

#include "base/status.h"
#include "kernel/tables.h"

B7Status b7_plan_scale(const B7PlanMaker *maker, B7DoseBasis from, B7DoseBasis to, const char *what,
                       B7PlanEvent *event, B7Error *error) {
  int32_t power[2];
  const int32_t parameter[2] = {maker->bsa, maker->weight};
  static const char *const NAMES[2] = {"body surface", "body_weight"};
  b7_dose_powers(from, to, power);
  for (int k = 0; k < 2; k++) {
    event->scale_parameter[k] = power[k] ? parameter[k] : -1;
    event->scale_power[k] = power[k];
    if (power[k] && parameter[k] < 0) {
      return b7_fail(error, B7_ERROR_INPUT,
                     "the dose of '%s' depends on the body, but model '%s' has no parameter for %s", what,
                     maker->tables->model, NAMES[k]);
    }
  }
  return B7_OK;
}

B7Status b7_plan_drug(const B7PlanMaker *maker, const char *drug, const B7Dose *dose, const B7Dose *reference,
                      B7PlanEvent *event, double *doses, B7Error *error) {
  char name[128];
  snprintf(name, sizeof name, "dose.%s", drug);
  event->event = b7_tables_event(maker->tables, name);
  if (event->event < 0) {
    return b7_fail(
        error, B7_ERROR_INPUT,
        "model '%s' has no event '%s'; add the drug to its drug table, or take it out of the course",
        maker->tables->model, name);
  }
  *doses = dose->amount / reference->amount;
  return b7_plan_scale(maker, dose->basis, reference->basis, drug, event, error);
}
