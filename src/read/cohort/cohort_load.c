/* cohort_load.c - a population file, section by section. */
#include "read/cohort/cohort.h"

#include <string.h>

#include "base/status.h"
#include "read/cohort/cohort_read.h"

static B7Status keep_text(const B7CohortReader *reader, const B7Node *root, const char *key,
                          const char **out) {
  const B7Node *node;
  const char *text;
  B7_TRY(b7_node_need(root, key, &node, reader->error));
  B7_TRY(b7_node_text(node, &text, reader->error));
  *out = b7_cohort_keep(reader, text);
  return *out ? B7_OK : b7_fail_memory(reader->error);
}

static B7Status read_cohort(B7CohortReader *reader, const B7Node *root) {
  static const char *const keys[] = {"population", "title",        "about",  "covariates", "for",
                                     "parameters", "correlations", "donors", NULL};
  const B7Node *parameters, *covariates = b7_node_get(root, "covariates"),
                            *correlations = b7_node_get(root, "correlations"),
                            *donors = b7_node_get(root, "donors");
  B7_TRY(b7_node_only_keys(root, keys, reader->error));
  B7_TRY(keep_text(reader, root, "population", &reader->cohort->name));
  B7_TRY(keep_text(reader, root, "title", &reader->cohort->title));
  B7CohortFor of;
  B7_TRY(b7_cohort_for(root, &of, reader->error));
  B7_TRY(b7_node_need(root, "parameters", &parameters, reader->error));
  if (covariates) B7_TRY(b7_cohort_covariates(reader, covariates));
  B7_TRY(b7_cohort_parameters(reader, parameters));
  if (correlations) B7_TRY(b7_cohort_correlations(reader, correlations));
  return donors ? b7_cohort_donors(reader, donors) : B7_OK;
}

B7Status b7_cohort_load(const char *path, const B7KernelTables *tables, B7Population *population,
                        const B7Hooks *hooks, B7Cohort **out, B7Error *error) {
  *out = NULL;
  B7Arena arena = b7_arena_make(hooks);
  B7Cohort *cohort = B7_ARENA_ARRAY(&arena, B7Cohort, 1);
  if (!cohort) return b7_fail_memory(error);
  cohort->arena = arena;
  B7Document *document;
  B7Status status = b7_document_load(path, hooks, &document, error);
  if (status == B7_OK) {
    B7CohortReader reader = {.tables = tables, .population = population, .cohort = cohort, .error = error};
    status = read_cohort(&reader, b7_document_root(document));
    b7_document_free(document);
  }
  if (status != B7_OK) {
    b7_cohort_free(cohort);
    return status;
  }
  *out = cohort;
  return B7_OK;
}

void b7_cohort_free(B7Cohort *cohort) {
  if (!cohort) return;
  B7Arena arena = cohort->arena;
  b7_arena_free(&arena);
}
