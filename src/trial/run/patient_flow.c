/* patient_flow.c - the words of the steps through an arm and of the causes of death, and their sums. */
#include "bridge7_trial.h"

#define NAME_OF(id, name, label) name,
#define LABEL_OF(id, name, label) label,
static const char *const product_names[] = {B7_FLOW_PRODUCT_LIST(NAME_OF)};
static const char *const product_labels[] = {B7_FLOW_PRODUCT_LIST(LABEL_OF)};
static const char *const transplant_names[] = {B7_FLOW_TRANSPLANT_LIST(NAME_OF)};
static const char *const transplant_labels[] = {B7_FLOW_TRANSPLANT_LIST(LABEL_OF)};
static const char *const cause_names[] = {B7_DEATH_CAUSE_LIST(NAME_OF)};
static const char *const cause_labels[] = {B7_DEATH_CAUSE_LIST(LABEL_OF)};
#undef NAME_OF
#undef LABEL_OF

static const char *word(const char *const *words, int32_t count, int32_t place) {
  return place >= 0 && place < count ? words[place] : "?";
}

const char *b7_flow_product_name(B7FlowProduct step) {
  return word(product_names, B7_FLOW_PRODUCTS, (int32_t)step);
}

const char *b7_flow_product_label(B7FlowProduct step) {
  return word(product_labels, B7_FLOW_PRODUCTS, (int32_t)step);
}

const char *b7_flow_transplant_name(B7FlowTransplant step) {
  return word(transplant_names, B7_FLOW_TRANSPLANTS, (int32_t)step);
}

const char *b7_flow_transplant_label(B7FlowTransplant step) {
  return word(transplant_labels, B7_FLOW_TRANSPLANTS, (int32_t)step);
}

const char *b7_death_cause_name(B7DeathCause cause) {
  return word(cause_names, B7_DEATH_CAUSES, (int32_t)cause);
}

const char *b7_death_cause_label(B7DeathCause cause) {
  return word(cause_labels, B7_DEATH_CAUSES, (int32_t)cause);
}

int64_t b7_flow_product_patients(const B7TrialFlow *flow, B7FlowProduct step) {
  int64_t sum = 0;
  for (int t = 0; t < B7_FLOW_TRANSPLANTS; t++) sum += flow->way[step][t];
  return sum;
}

int64_t b7_flow_transplant_patients(const B7TrialFlow *flow, B7FlowTransplant step) {
  int64_t sum = 0;
  for (int p = 0; p < B7_FLOW_PRODUCTS; p++) sum += flow->way[p][step];
  return sum;
}
