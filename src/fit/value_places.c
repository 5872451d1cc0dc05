#include "fit/value_places.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/files.h"
#include "read/catalogue/products.h"

typedef struct Finder {
  B7Calibration *calibration;
  B7FitParameter *parameter;
  double *range;
  bool *sourced;
  B7Error *error;
} Finder;

static B7Status append_text(B7Arena *arena, const B7Node *node, B7Text *text, const char **out,
                            B7Error *error) {
  if (node->kind == B7_NODE_SCALAR) {
    b7_text_append(text, "%s", node->text);
  } else {
    for (int32_t i = 0; i < node->count; i++)
      b7_text_append(text, "%s%s", i ? ", " : "", node->items[i]->text);
  }
  *out = text->failed ? NULL : b7_arena_text(arena, text->bytes, text->length);
  b7_text_release(text);
  return *out ? B7_OK : b7_fail_memory(error);
}

/* "sourced (Stein2019, Porter2011)", "tuned: ...", "assumed: ..." */
static B7Status read_basis(const Finder *finder, const B7Node *mapping) {
  const B7Node *source = b7_node_get(mapping, "source"), *assumed = b7_node_get(mapping, "assumed"),
               *tuned = b7_node_get(mapping, "tuned");
  const B7Node *why = tuned ? b7_node_get(tuned, "why") : source ? source : assumed;
  finder->parameter->basis = "";
  if (!why) return B7_OK;
  B7Text text = b7_text_make(&finder->calibration->arena.hooks);
  b7_text_append(&text, "%s: ", tuned ? "tuned" : source ? "sourced" : "assumed");
  *finder->sourced = *finder->sourced || source;
  return append_text(&finder->calibration->arena, why, &text, &finder->parameter->basis, finder->error);
}

static B7Status read_range(const Finder *finder, const B7Node *mapping) {
  const B7Node *range = b7_node_get(mapping, "range");
  if (!range || range->kind != B7_NODE_SEQUENCE || range->count != 2) return B7_OK;
  B7_TRY(b7_node_number(range->items[0], &finder->range[0], finder->error));
  return b7_node_number(range->items[1], &finder->range[1], finder->error);
}

/* the file's own name, for messages */
static const char *file_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

/* a number in a file: the same at every place */
static B7Status add_place(const Finder *finder, const B7Node *node) {
  B7FitParameter *parameter = finder->parameter;
  double value;
  B7_TRY(b7_node_number(node, &value, finder->error));
  if (parameter->n_place > 0 && value != parameter->start)
    return b7_node_fail(
        parameter->node, finder->error,
        "'%s' is one value at several places, and they differ: %g in %s and %g in %s; make them "
        "equal, or fit them apart",
        parameter->name, parameter->start, file_name(parameter->places[0]->file), value,
        file_name(node->file));
  parameter->start = value;
  parameter->places[parameter->n_place++] = node;
  return B7_OK;
}

/* ---- model ---- */

/* what follows the kind and the drug in the name of a parameter; NULL: it is not of that kind and drug */
static const char *after(const char *name, const char *kind, const char *drug) {
  size_t kind_length = strlen(kind), drug_length = strlen(drug);
  if (strncmp(name, kind, kind_length) != 0 || strncmp(name + kind_length, drug, drug_length) != 0)
    return NULL;
  return name + kind_length + drug_length;
}

/* the entry of one drug that a parameter's name stands for (docs/model_format.md, drugs) */
static const B7Node *entry_of_drug(const B7Node *drug, const char *drug_name, const char *name) {
  const B7Node *slow = b7_node_get(drug, "slow");
  const char *target = after(name, "effect_", drug_name);
  if (target && *target == '_') return b7_node_get(b7_node_get(drug, "effects"), target + 1);
  const struct {
    const char *kind;
    const B7Node *entry;
  } entries[] = {{"loss_", b7_node_get(drug, "loss_rate")},
                 {"loss_slow_", b7_node_get(slow, "loss_rate")},
                 {"share_slow_", b7_node_get(slow, "share")}};
  for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
    const char *rest = after(name, entries[i].kind, drug_name);
    if (rest && !*rest) return entries[i].entry;
  }
  return NULL;
}

static const B7Node *drug_entry(const B7Node *drugs, const char *name) {
  const B7Node *entry = NULL;
  for (int32_t d = 0; drugs && drugs->kind == B7_NODE_MAPPING && d < drugs->count && !entry; d++)
    entry = entry_of_drug(drugs->items[d], drugs->keys[d]->text, name);
  return entry;
}

/* the mapping that describes a parameter of the model: in a module, or in the table of drugs */
static B7Status find_entry(const Finder *finder, const B7Node **out) {
  B7Calibration *calibration = finder->calibration;
  const char *name = finder->parameter->target;
  char **paths, *drugs_path;
  int32_t count;
  const B7Node *root;
  *out = NULL;
  B7_TRY(b7_file_list(calibration->files.model_folder, ".yaml", &calibration->arena, &paths, &count,
                      finder->error));
  for (int32_t i = 0; i < count && !*out; i++) {
    B7_TRY(b7_calibration_document(calibration, paths[i], &root, finder->error));
    *out = b7_node_get(b7_node_get(root, "parameters"), name);
  }
  if (*out) return B7_OK;
  drugs_path = b7_arena_format(&calibration->arena, "%s/drugs.yaml", calibration->files.data_folder);
  if (!drugs_path) return b7_fail_memory(finder->error);
  B7_TRY(b7_calibration_document(calibration, drugs_path, &root, finder->error));
  *out = drug_entry(b7_node_get(root, "drugs"), name);
  return B7_OK;
}

/* the file must say what the kernel was compiled from */
static B7Status check_kernel(const Finder *finder, const B7Node *node, double compiled) {
  double value = finder->parameter->start;
  if (fabs(value - compiled) <= 1e-12 * fabs(value)) return B7_OK;
  return b7_node_fail(node, finder->error,
                      "'%s' is %g here and %g in the compiled model; build the program again",
                      finder->parameter->target, value, compiled);
}

static B7Status find_model(const Finder *finder) {
  B7FitParameter *parameter = finder->parameter;
  const B7KernelParameter *compiled =
      &b7_kernel_tables(finder->calibration->kernel)->parameters[parameter->parameter];
  const B7Node *entry, *value, *spread;
  B7_TRY(find_entry(finder, &entry));
  if (!entry)
    return b7_node_fail(parameter->node, finder->error, "the files of the model in %s do not hold '%s'",
                        finder->calibration->files.model_folder, parameter->target);
  B7_TRY(read_basis(finder, entry));
  if (parameter->what == B7_SUBSTITUTE_SPREAD) {
    spread = b7_node_get(entry, "spread");
    if (!spread || spread->kind != B7_NODE_MAPPING || spread->count != 1)
      return b7_node_fail(
          parameter->node, finder->error,
          "'%s' has no spread between patients in the model; give it one there, or fit its value",
          parameter->target);
    B7_TRY(add_place(finder, spread->items[0]));
    return check_kernel(finder, spread->items[0], compiled->spread_sd);
  }
  B7_TRY(b7_node_need(entry, "value", &value, finder->error));
  B7_TRY(read_range(finder, entry));
  B7_TRY(add_place(finder, value));
  return check_kernel(finder, value, compiled->value);
}

/* ---- populations ---- */

static B7Status unknown_population(const Finder *finder, const char *population) {
  B7Arena *arena = &finder->calibration->arena;
  const char *folder = b7_arena_format(arena, "%s/populations", finder->calibration->files.data_folder);
  char **paths;
  int32_t count;
  if (!folder) return b7_fail_memory(finder->error);
  B7_TRY(b7_file_list(folder, ".yaml", arena, &paths, &count, finder->error));
  const char **names = B7_ARENA_ARRAY(arena, const char *, count + 1);
  if (!names) return b7_fail_memory(finder->error);
  for (int32_t i = 0; i < count; i++) {
    const char *name = file_name(paths[i]);
    names[i] = b7_arena_text(arena, name, strlen(name) - strlen(".yaml"));
    if (!names[i]) return b7_fail_memory(finder->error);
  }
  return b7_node_unknown(finder->parameter->node, "population", population, names, NULL, finder->error);
}

static B7Status find_population(const Finder *finder, const char *population) {
  B7Calibration *calibration = finder->calibration;
  B7FitParameter *parameter = finder->parameter;
  static const char *const kinds[] = {"lognormal", "normal", "logit", NULL};
  const char *path = b7_arena_format(&calibration->arena, "%s/populations/%s.yaml",
                                     calibration->files.data_folder, population);
  const B7Node *root, *pair = NULL, *found = NULL;
  if (!path) return b7_fail_memory(finder->error);
  if (!b7_file_exists(path)) return unknown_population(finder, population);
  B7_TRY(b7_calibration_document(calibration, path, &root, finder->error));
  const B7Node *entry = b7_node_get(b7_node_get(root, "parameters"), parameter->target);
  if (!entry)
    return b7_node_fail(parameter->node, finder->error,
                        "population '%s' says nothing of '%s', so the model's value holds there; fit that "
                        "({model: %s}), or write the parameter into the population's file",
                        population, parameter->target, parameter->target);
  for (int k = 0; kinds[k] && !pair; k++) pair = b7_node_get(entry, kinds[k]);
  if (pair && (pair->kind != B7_NODE_SEQUENCE || pair->count != 2)) pair = NULL;
  switch (parameter->what) {
  case B7_SUBSTITUTE_VALUE:
    found = pair ? pair->items[0] : b7_node_get(entry, "value");
    break;
  case B7_SUBSTITUTE_SPREAD:
    found = pair ? pair->items[1] : NULL;
    break;
  case B7_SUBSTITUTE_SHARE:
    found = b7_node_get(entry, "share");
    break;
  }
  if (!found)
    return b7_node_fail(parameter->node, finder->error,
                        "'%s' of population '%s' has no %s that could be fitted", parameter->target,
                        population,
                        parameter->what == B7_SUBSTITUTE_SPREAD  ? "spread"
                        : parameter->what == B7_SUBSTITUTE_SHARE ? "share"
                                                                 : "value");
  B7_TRY(read_basis(finder, entry));
  return add_place(finder, found);
}

/* ---- products ---- */

static B7Status find_product(const Finder *finder, const char *product) {
  B7Calibration *calibration = finder->calibration;
  B7FitParameter *parameter = finder->parameter;
  const char *path = b7_arena_format(&calibration->arena, "%s/products.yaml", calibration->files.data_folder);
  const B7Node *root, *value;
  if (!path) return b7_fail_memory(finder->error);
  B7_TRY(b7_calibration_document(calibration, path, &root, finder->error));
  const B7Node *products = b7_node_get(root, "products"), *entry = b7_node_get(products, product);
  if (!entry) {
    const char **names = B7_ARENA_ARRAY(&calibration->arena, const char *, products->count + 1);
    if (!names) return b7_fail_memory(finder->error);
    for (int32_t i = 0; i < products->count; i++) names[i] = products->keys[i]->text;
    return b7_node_unknown(parameter->node, "product", product, names, "`bridge7 product list` shows them",
                           finder->error);
  }
  const B7Node *attribute = b7_node_get(b7_node_get(entry, "attributes"), parameter->target);
  if (!attribute)
    return b7_node_fail(parameter->node, finder->error,
                        "product '%s' has no attribute '%s'; write it into products.yaml, or fit another",
                        product, parameter->target);
  B7_TRY(b7_node_need(attribute, "value", &value, finder->error));
  B7_TRY(read_basis(finder, attribute));
  B7_TRY(read_range(finder, attribute));
  return add_place(finder, value);
}

B7Status b7_value_places_find(B7Calibration *calibration, B7FitParameter *parameter, double range[2],
                              bool *sourced, B7Error *error) {
  const Finder finder = {
      .calibration = calibration, .parameter = parameter, .range = range, .sourced = sourced, .error = error};
  range[0] = range[1] = NAN;
  *sourced = false;
  if (parameter->owner == B7_OWNER_MODEL) return find_model(&finder);
  for (int32_t i = 0; i < B7_FIT_PLACES_MAX && parameter->holders[i]; i++) {
    B7_TRY(parameter->owner == B7_OWNER_POPULATION ? find_population(&finder, parameter->holders[i])
                                                   : find_product(&finder, parameter->holders[i]));
  }
  return B7_OK;
}
