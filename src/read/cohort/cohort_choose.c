/* cohort_choose.c - which population stands for one patient: by diagnosis, state and age. */
#define _GNU_SOURCE // strcasestr
#include <math.h>
#include <string.h>

#include "base/files.h"
#include "base/status.h"
#include "read/cohort/cohort_read.h"

B7Status b7_cohort_for(const B7Node *root, B7CohortFor *out, B7Error *error) {
  static const char *const keys[] = {"diagnosis", "age_years", "remission", NULL};
  const B7Node *of = b7_node_get(root, "for"), *diagnosis, *age;
  *out = (B7CohortFor){.age_low = -INFINITY, .age_high = INFINITY};
  if (!of) return B7_OK;
  B7_TRY(b7_node_expect(of, B7_NODE_MAPPING, "'for'", error));
  B7_TRY(b7_node_only_keys(of, keys, error));
  B7_TRY(b7_node_need(of, "diagnosis", &diagnosis, error));
  B7_TRY(b7_node_expect(diagnosis, B7_NODE_SEQUENCE, "a list of diagnoses", error));
  if (diagnosis->count > B7_COHORT_DIAGNOSES_MOST)
    return b7_node_fail(diagnosis, error, "at most %d diagnoses", B7_COHORT_DIAGNOSES_MOST);
  for (int32_t i = 0; i < diagnosis->count; i++)
    B7_TRY(b7_node_text(diagnosis->items[i], &out->diagnosis[out->n_diagnosis++], error));
  if (b7_node_get(of, "remission"))
    B7_TRY(b7_node_bool(b7_node_get(of, "remission"), &out->remission, error));
  age = b7_node_get(of, "age_years");
  if (!age) return B7_OK;
  B7_TRY(b7_node_expect(age, B7_NODE_SEQUENCE, "[lowest, highest] age", error));
  if (age->count != 2) return b7_node_fail(age, error, "'age_years' is [lowest, highest]");
  B7_TRY(b7_node_number(age->items[0], &out->age_low, error));
  return b7_node_number(age->items[1], &out->age_high, error);
}

/* how well a population fits: diagnosis before state before age before the longer name of the diagnosis */
static int32_t fit_of(const B7CohortFor *of, const B7CohortSought *sought) {
  int32_t longest = 0;
  for (int32_t i = 0; i < of->n_diagnosis; i++) {
    int32_t length = (int32_t)strlen(of->diagnosis[i]);
    if (length > longest && strcasestr(sought->diagnosis, of->diagnosis[i])) longest = length;
  }
  bool age =
      isnan(sought->age_years) || (sought->age_years >= of->age_low && sought->age_years < of->age_high);
  return 4000 * (longest > 0) + 2000 * (of->remission == sought->remission) + 1000 * age + longest;
}

static B7Status judge(const char *path, const B7CohortSought *sought, B7Arena *arena, int32_t *fit,
                      B7Error *error) {
  B7Document *document;
  B7CohortFor of;
  B7_TRY(b7_document_load(path, &arena->hooks, &document, error));
  B7Status status = b7_cohort_for(b7_document_root(document), &of, error);
  *fit = status == B7_OK && of.n_diagnosis > 0 ? fit_of(&of, sought) : -1;
  b7_document_free(document);
  return status;
}

B7Status b7_cohort_choose(const char *folder, const B7CohortSought *sought, B7Arena *arena, const char **path,
                          bool *matched, B7Error *error) {
  char **names;
  int32_t count, best = -1;
  *path = NULL;
  *matched = false;
  B7_TRY(b7_file_list(folder, ".yaml", arena, &names, &count, error));
  for (int32_t i = 0; i < count; i++) {
    int32_t fit;
    B7_TRY(judge(names[i], sought, arena, &fit, error));
    if (fit <= best) continue;
    best = fit;
    *path = names[i];
    *matched = fit >= 4000;
  }
  return B7_OK;
}
