/* cohort_read.c - shares, bases and names, as every section of a population file has them. */
#include "read/cohort/cohort_read.h"

#include <string.h>

#include "base/status.h"
#include "kernel/tables.h"

B7Status b7_cohort_share(const B7Node *node, double *out, B7Error *error) {
  B7_TRY(b7_node_number(node, out, error));
  if (!(*out >= 0 && *out <= 1)) return b7_node_fail(node, error, "a share lies between 0 and 1");
  return B7_OK;
}

B7Status b7_cohort_basis(const B7Node *node, const char *name, B7Error *error) {
  bool source = b7_node_get(node, "source") != NULL, assumed = b7_node_get(node, "assumed") != NULL;
  if (source != assumed) return B7_OK;
  return b7_node_fail(node, error,
                      "'%s' needs either 'source:' (key of the bibliography) or 'assumed:' (why)", name);
}

/* names of what can be drawn, NULL-terminated: covariates, then parameters of patients */
static const char **known_names(const B7CohortReader *reader) {
  const B7KernelTables *tables = reader->tables;
  const B7Population *population = reader->population;
  const char **names =
      B7_ARENA_ARRAY(&reader->cohort->arena, const char *, tables->n_parameter + population->n_covariate + 1);
  int32_t n = 0;
  for (int32_t i = 0; names && i < population->n_covariate; i++) names[n++] = population->covariates[i].name;
  for (int32_t p = 0; names && p < tables->n_parameter; p++) {
    if (tables->parameters[p].own_index >= 0) names[n++] = tables->parameters[p].name;
  }
  return names;
}

B7Status b7_cohort_place(const B7CohortReader *reader, const B7Node *name, int32_t *out) {
  const B7KernelTables *tables = reader->tables;
  B7_TRY(b7_node_expect(name, B7_NODE_SCALAR, "a name", reader->error));
  *out = b7_population_covariate(reader->population, name->text);
  if (*out >= 0) return B7_OK;
  int32_t p = b7_tables_parameter(tables, name->text);
  if (p >= 0 && tables->parameters[p].own_index >= 0) {
    *out = tables->parameters[p].own_index;
    return B7_OK;
  }
  if (p >= 0)
    return b7_node_fail(
        name, reader->error,
        "'%s' has one value for all patients in this model; give it a spread or 'patient: true' there",
        name->text);
  const char **names = known_names(reader);
  if (!names) return b7_fail_memory(reader->error);
  return b7_node_unknown(name, "parameter", name->text, names, "`bridge7 model describe` lists the names",
                         reader->error);
}

const char *b7_cohort_keep(const B7CohortReader *reader, const char *text) {
  return b7_arena_text(&reader->cohort->arena, text, strlen(text));
}
