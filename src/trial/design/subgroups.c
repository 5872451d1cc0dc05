#include "trial/design/subgroups.h"

#include <math.h>
#include <string.h>

#include "base/status.h"

/* ---- text ---- */

static B7Status read_cuts(const B7Node *node, B7Subgroup *out, B7Error *error) {
  B7_TRY(b7_node_expect(node, B7_NODE_SEQUENCE, "'cuts' [value, ...]", error));
  if (node->count < 1 || node->count >= B7_SUBGROUP_GROUPS_MAX)
    return b7_node_fail(node, error, "1 to %d cuts", B7_SUBGROUP_GROUPS_MAX - 1);
  for (int32_t i = 0; i < node->count; i++) {
    B7_TRY(b7_node_number(node->items[i], &out->cuts[i], error));
    if (i > 0 && !(out->cuts[i] > out->cuts[i - 1]))
      return b7_node_fail(node->items[i], error, "cuts stand in ascending order");
  }
  out->n_cut = node->count;
  return B7_OK;
}

static B7Status read_texts(const B7Node *node, const char *what, int32_t most, const char **out,
                           int32_t *count, B7Error *error) {
  B7_TRY(b7_node_expect(node, B7_NODE_SEQUENCE, what, error));
  if (node->count < 1 || node->count > most) return b7_node_fail(node, error, "1 to %d %s", most, what);
  for (int32_t i = 0; i < node->count; i++) B7_TRY(b7_node_text(node->items[i], &out[i], error));
  *count = node->count;
  return B7_OK;
}

/* {by: age, cuts: [40], names: [younger, older]}, {by: donor, of: [matched_sibling, haploidentical]} */
static B7Status read_subgroup(const B7Node *node, B7Subgroup *out, B7Error *error) {
  static const char *const keys[] = {"by", "label", "cuts", "names", "of", NULL};
  const B7Node *by, *label = b7_node_get(node, "label"), *cuts = b7_node_get(node, "cuts"),
                    *names = b7_node_get(node, "names"), *of = b7_node_get(node, "of");
  B7_TRY(b7_node_expect(node, B7_NODE_MAPPING, "a subgroup", error));
  B7_TRY(b7_node_only_keys(node, keys, error));
  B7_TRY(b7_node_need(node, "by", &by, error));
  B7_TRY(b7_node_text(by, &out->by, error));
  out->node = node;
  if (label) B7_TRY(b7_node_text(label, &out->label, error));
  if (cuts) B7_TRY(read_cuts(cuts, out, error));
  if (names) B7_TRY(read_texts(names, "names", B7_SUBGROUP_GROUPS_MAX, out->names, &out->n_name, error));
  bool donor = strcmp(out->by, "donor") == 0;
  if (of && !donor) return b7_node_fail(of, error, "'of' lists donors, for 'by: donor'");
  if (donor && !of)
    return b7_node_fail(node, error,
                        "'by: donor' needs 'of:' with donors in order of choice, as the population "
                        "file names them");
  if (donor && cuts) return b7_node_fail(cuts, error, "donors have no cuts");
  if (of) B7_TRY(read_texts(of, "donors", B7_SUBGROUP_GROUPS_MAX - 1, out->donors, &out->n_donor, error));
  int32_t groups = donor ? out->n_donor + 1 : cuts ? out->n_cut + 1 : 2;
  if (names && out->n_name != groups)
    return b7_node_fail(names, error, "%d names for %d groups", out->n_name, groups);
  return B7_OK;
}

B7Status b7_subgroups_read(B7Trial *trial, const B7Node *node, B7Error *error) {
  B7_TRY(b7_node_expect(node, B7_NODE_SEQUENCE, "'subgroups'", error));
  if (node->count > B7_TRIAL_SUBGROUPS_MAX)
    return b7_node_fail(node, error, "at most %d subgroups", B7_TRIAL_SUBGROUPS_MAX);
  if (trial->n_estimand == 0 && node->count > 0)
    return b7_node_fail(node, error,
                        "subgroups compare estimands, and this trial has none; add 'estimands:'");
  for (int32_t i = 0; i < node->count; i++) {
    B7Subgroup subgroup = {0};
    B7_TRY(read_subgroup(node->items[i], &subgroup, error));
    for (int32_t k = 0; k < i; k++) {
      if (strcmp(trial->subgroups[k].by, subgroup.by) == 0)
        return b7_node_fail(node->items[i], error, "subgroups by '%s' stand already above", subgroup.by);
    }
    trial->subgroups[trial->n_subgroup++] = subgroup;
  }
  return B7_OK;
}

/* ---- binding ---- */

typedef struct Binder {
  const B7Kernel *kernel;
  const B7Population *population;
  const B7Cohort *cohort;
  B7Arena *arena;
  B7Error *error;
} Binder;

static B7Status unknown(const Binder *binder, const B7Subgroup *subgroup) {
  const B7KernelTables *tables = b7_kernel_tables(binder->kernel);
  const B7Population *population = binder->population;
  const char **names = B7_ARENA_ARRAY(
      binder->arena, const char *, population->n_covariate + tables->n_parameter + tables->n_observable + 2);
  int32_t n = 0;
  if (!names) return b7_fail_memory(binder->error);
  for (int32_t i = 0; i < population->n_covariate; i++) names[n++] = population->covariates[i].name;
  names[n++] = "donor";
  for (int32_t i = 0; i < tables->n_parameter; i++) {
    if (tables->parameters[i].own_index >= 0) names[n++] = tables->parameters[i].name;
  }
  for (int32_t i = 0; i < tables->n_observable; i++) names[n++] = tables->observables[i].name;
  return b7_node_unknown(b7_node_get(subgroup->node, "by"), "covariate", subgroup->by, names,
                         "covariates stand in the population file", binder->error);
}

static B7Status bind_donors(const Binder *binder, B7SubgroupBinding *out) {
  const B7Subgroup *subgroup = out->subgroup;
  out->source = B7_SUBGROUP_DONOR;
  out->n_group = subgroup->n_donor + 1;
  out->label = "best donor";
  for (int32_t i = 0; i < subgroup->n_donor; i++) {
    out->donors[i] = b7_cohort_donor(binder->cohort, subgroup->donors[i]);
    char *words = b7_arena_text(binder->arena, subgroup->donors[i], strlen(subgroup->donors[i]));
    if (!words) return b7_fail_memory(binder->error);
    for (char *c = words; *c; c++) *c = *c == '_' ? ' ' : *c;
    out->names[i] = words;
    if (out->donors[i]) continue;
    const char *names[32] = {NULL};
    for (int32_t k = 0; k < binder->cohort->n_donor && k < 31; k++) names[k] = binder->cohort->donors[k].name;
    return b7_node_unknown(b7_node_get(subgroup->node, "of"), "donor", subgroup->donors[i], names, NULL,
                           binder->error);
  }
  out->names[subgroup->n_donor] = "none of these";
  return B7_OK;
}

/* "up to 40", "40 to 60", "above 60 years"; no and yes where there is one cut at a yes-no covariate */
static B7Status name_groups(const Binder *binder, const char *unit, bool yes_no, B7SubgroupBinding *out) {
  const B7Subgroup *subgroup = out->subgroup;
  int32_t last = subgroup->n_cut;
  out->n_group = yes_no ? 2 : subgroup->n_cut + 1;
  if (yes_no) {
    out->names[0] = "no";
    out->names[1] = "yes";
    return B7_OK;
  }
  const char *after = strcmp(unit, "1") == 0 ? "" : unit, *gap = after[0] ? " " : "";
  for (int32_t i = 0; i <= last; i++) {
    out->names[i] = i == 0 ? b7_arena_format(binder->arena, "up to %g%s%s", subgroup->cuts[0], gap, after)
                    : i == last
                        ? b7_arena_format(binder->arena, "above %g%s%s", subgroup->cuts[i - 1], gap, after)
                        : b7_arena_format(binder->arena, "%g to %g%s%s", subgroup->cuts[i - 1],
                                          subgroup->cuts[i], gap, after);
    if (!out->names[i]) return b7_fail_memory(binder->error);
  }
  return B7_OK;
}

/* a cut at or beyond the bounds of the population leaves a group without patients */
static B7Status check_cuts(const Binder *binder, const B7Subgroup *subgroup, const B7Draw *draw) {
  for (int32_t i = 0; i < subgroup->n_cut && !draw->yes_no; i++) {
    const bool above = subgroup->cuts[i] >= draw->high,
               below = subgroup->cuts[i] < draw->low && draw->share >= 1;
    if (!above && !below) continue;
    return b7_node_fail(b7_node_get(subgroup->node, "cuts")->items[i], binder->error,
                        "nobody in the population has '%s' %s %g: it lies between %g and %g", subgroup->by,
                        above ? "above" : "up to", subgroup->cuts[i], draw->low, draw->high);
  }
  return B7_OK;
}

static B7Status bind_value(const Binder *binder, B7SubgroupBinding *out) {
  const B7Subgroup *subgroup = out->subgroup;
  const B7KernelTables *tables = b7_kernel_tables(binder->kernel);
  const B7Population *population = binder->population;
  const char *unit = "1";
  bool yes_no = false;
  int32_t place = b7_population_covariate(population, subgroup->by);
  int32_t parameter = b7_kernel_parameter(binder->kernel, subgroup->by);
  if (place >= 0) {
    const B7Covariate *covariate = &population->covariates[place - population->n_own];
    out->label = covariate->label;
    unit = covariate->unit;
    yes_no = population->draws[place].yes_no;
  } else if (parameter >= 0 && tables->parameters[parameter].own_index >= 0) {
    place = tables->parameters[parameter].own_index;
    out->label = tables->parameters[parameter].label;
    unit = tables->parameters[parameter].unit;
  } else {
    out->source = B7_SUBGROUP_OBSERVABLE;
    place = b7_kernel_observable(binder->kernel, subgroup->by);
    if (place < 0) return unknown(binder, subgroup);
    out->label = b7_arena_format(binder->arena, "%s at enrolment", tables->observables[place].label);
    unit = tables->observables[place].unit;
    if (!out->label) return b7_fail_memory(binder->error);
  }
  out->place = place;
  if (out->source == B7_SUBGROUP_DRAW) B7_TRY(check_cuts(binder, subgroup, &population->draws[place]));
  if (!yes_no && subgroup->n_cut == 0)
    return b7_node_fail(subgroup->node, binder->error, "subgroups by '%s' need 'cuts:', such as 'cuts: [40]'",
                        subgroup->by);
  if (yes_no && subgroup->n_cut > 0)
    return b7_node_fail(b7_node_get(subgroup->node, "cuts"), binder->error,
                        "'%s' is yes or no and has no cuts", subgroup->by);
  return name_groups(binder, unit, yes_no, out);
}

B7Status b7_subgroups_bind(const B7Trial *trial, const B7Kernel *kernel, const B7Population *population,
                           const B7Cohort *cohort, B7Arena *arena, B7SubgroupBinding *out, B7Error *error) {
  Binder binder = {
      .kernel = kernel, .population = population, .cohort = cohort, .arena = arena, .error = error};
  int32_t first = 0;
  for (int32_t i = 0; i < trial->n_subgroup; i++) {
    const B7Subgroup *subgroup = &trial->subgroups[i];
    out[i] = (B7SubgroupBinding){.subgroup = subgroup, .first = first};
    B7_TRY(subgroup->n_donor > 0 ? bind_donors(&binder, &out[i]) : bind_value(&binder, &out[i]));
    if (subgroup->label) out[i].label = subgroup->label;
    for (int32_t k = 0; k < subgroup->n_name; k++) out[i].names[k] = subgroup->names[k];
    first += out[i].n_group;
  }
  return B7_OK;
}

/* ---- patients ---- */

int32_t b7_subgroup_of_value(const B7SubgroupBinding *binding, double value) {
  const B7Subgroup *subgroup = binding->subgroup;
  if (isnan(value)) return -1;
  if (subgroup->n_cut == 0) return value > 0.5;
  int32_t group = 0;
  while (group < subgroup->n_cut && value > subgroup->cuts[group]) group++;
  return group;
}

int32_t b7_subgroup_of_draw(const B7SubgroupBinding *binding, const B7Population *population, uint64_t id,
                            const double *own, const double *covariates) {
  int32_t group = 0;
  switch (binding->source) {
  case B7_SUBGROUP_OBSERVABLE:
    return -1;
  case B7_SUBGROUP_DRAW:
    return b7_subgroup_of_value(binding, binding->place < population->n_own
                                             ? own[binding->place]
                                             : covariates[binding->place - population->n_own]);
  case B7_SUBGROUP_DONOR: {
    // one chance for all donors, as in the arms: who has a rare one has the common ones too
    double chance = b7_population_chance(population, id, B7_CHANCE_DONOR);
    while (group < binding->n_group - 1 && chance >= binding->donors[group]->share) group++;
    return group;
  }
  }
  return -1;
}
