/* calibration_parameters.c - what may move, and what is known of it beforehand. */
#include <math.h>
#include <string.h>

#include "fit/calibration_read.h"
#include "fit/value_places.h"

/* 90 % of a normal lies within this many standard deviations */
#define SD_OF_90_PERCENT 1.6448536269514722

static B7Status read_holders(const B7FitReader *reader, const B7Node *node, B7FitParameter *out) {
  if (node->kind == B7_NODE_SCALAR) return b7_node_text(node, &out->holders[0], reader->error);
  B7_TRY(b7_node_expect(node, B7_NODE_SEQUENCE, "one name or a list of names", reader->error));
  if (node->count < 1 || node->count > B7_FIT_PLACES_MAX)
    return b7_node_fail(node, reader->error, "a value stands at 1 to %d places", B7_FIT_PLACES_MAX);
  for (int32_t i = 0; i < node->count; i++)
    B7_TRY(b7_node_text(node->items[i], &out->holders[i], reader->error));
  return B7_OK;
}

static B7Status read_what(const B7FitReader *reader, const B7Node *node, B7FitParameter *out) {
  static const char *const names[] = {"value", "spread", "share", NULL};
  const B7Node *what = b7_node_get(node, "what");
  if (!what) return B7_OK;
  B7_TRY(b7_node_expect(what, B7_NODE_SCALAR, "'what'", reader->error));
  int k = 0;
  while (names[k] && strcmp(names[k], what->text) != 0) k++;
  if (!names[k]) return b7_node_unknown(what, "kind of number", what->text, names, NULL, reader->error);
  out->what = (B7SubstituteWhat)k;
  if (out->owner == B7_OWNER_PRODUCT || (out->owner == B7_OWNER_MODEL && out->what == B7_SUBSTITUTE_SHARE))
    return b7_node_fail(what, reader->error, "'%s' is for a population%s", what->text,
                        out->owner == B7_OWNER_PRODUCT ? "; an attribute of a product is one value" : "");
  return B7_OK;
}

static B7Status find_kernel_parameter(const B7FitReader *reader, const B7Node *node, B7FitParameter *out) {
  const B7KernelTables *tables = b7_kernel_tables(reader->out->kernel);
  out->parameter = b7_kernel_parameter(reader->out->kernel, out->target);
  if (out->parameter < 0) {
    const char **names = B7_ARENA_ARRAY(&reader->out->arena, const char *, tables->n_parameter + 1);
    if (!names) return b7_fail_memory(reader->error);
    for (int32_t p = 0; p < tables->n_parameter; p++) names[p] = tables->parameters[p].name;
    return b7_node_unknown(node, "parameter", out->target, names, "`bridge7 model describe` lists the names",
                           reader->error);
  }
  out->own = tables->parameters[out->parameter].own_index;
  if (out->own < 0 && (out->owner == B7_OWNER_POPULATION || out->what == B7_SUBSTITUTE_SPREAD))
    return b7_node_fail(node, reader->error, "'%s' has one value for all patients in this model",
                        out->target);
  return B7_OK;
}

/* product attributes that reach a simulation are arguments of the infusion */
static B7Status check_attribute(const B7FitReader *reader, const B7Node *node, const char *name) {
  const B7KernelTables *tables = b7_kernel_tables(reader->out->kernel);
  int32_t event = b7_kernel_need(reader->out->kernel, B7_NEED_GIVE_CART);
  const char *names[33] = {NULL};
  for (int32_t k = 0; event >= 0 && k < tables->events[event].n_argument && k < 32; k++) {
    names[k] = tables->events[event].argument_names[k];
    if (strcmp(names[k], name) == 0) return B7_OK;
  }
  return b7_node_unknown(node, "attribute", name, names,
                         "only what an infusion hands to the model can be fitted", reader->error);
}

/* {model: hI} | {population: ..., parameter: xg, what: value|spread|share} | {product: ..., attribute: fitness} */
static B7Status read_target(const B7FitReader *reader, const B7Node *node, B7FitParameter *out) {
  const B7Node *model = b7_node_get(node, "model"), *population = b7_node_get(node, "population"),
               *product = b7_node_get(node, "product"), *name;
  if (!!model + !!population + !!product != 1)
    return b7_node_fail(
        node, reader->error,
        "'%s' needs exactly one of 'model:', 'population:' and 'product:', which say where it lives",
        out->name);
  out->owner = model ? B7_OWNER_MODEL : population ? B7_OWNER_POPULATION : B7_OWNER_PRODUCT;
  out->parameter = out->own = -1;
  B7_TRY(read_what(reader, node, out));
  const char *key = population ? "parameter" : product ? "attribute" : "model";
  B7_TRY(b7_node_need(node, key, &name, reader->error));
  B7_TRY(b7_node_text(name, &out->target, reader->error));
  if (product) B7_TRY(check_attribute(reader, name, out->target));
  if (!product) B7_TRY(find_kernel_parameter(reader, name, out));
  return model ? B7_OK : read_holders(reader, population ? population : product, out);
}

static B7Status describe_target(const B7FitReader *reader, B7FitParameter *out) {
  static const char *const words[] = {"", ", spread", ", share"};
  static const char *const owners[] = {"model", "population", "product"};
  B7Text text = b7_text_make(NULL);
  b7_text_append(&text, "%s", owners[out->owner]);
  for (int i = 0; i < B7_FIT_PLACES_MAX && out->holders[i]; i++)
    b7_text_append(&text, "%s %s", i ? "," : "", out->holders[i]);
  b7_text_append(&text, ": %s%s", out->target, words[out->what]);
  out->where = text.failed ? NULL : b7_arena_text(&reader->out->arena, text.bytes, text.length);
  b7_text_release(&text);
  return out->where ? B7_OK : b7_fail_memory(reader->error);
}

static B7Status read_scale(const B7FitReader *reader, const B7Node *node, B7FitParameter *out) {
  static const char *const names[] = {"linear", "log", "logit", NULL};
  const B7Node *scale = b7_node_get(node, "scale");
  out->scale = out->what == B7_SUBSTITUTE_SHARE ? B7_SCALE_LOGIT : B7_SCALE_LOG;
  if (!scale) return B7_OK;
  B7_TRY(b7_node_expect(scale, B7_NODE_SCALAR, "'scale'", reader->error));
  for (int k = 0; names[k]; k++) {
    if (strcmp(names[k], scale->text) != 0) continue;
    out->scale = (B7FitScale)k;
    return B7_OK;
  }
  return b7_node_unknown(scale, "scale", scale->text, names, NULL, reader->error);
}

static B7Status check_scale(const B7FitReader *reader, const B7Node *node, const B7FitParameter *parameter,
                            double value, const char *which) {
  if (isfinite(b7_scale_to(parameter->scale, value))) return B7_OK;
  return b7_node_fail(node, reader->error, "'%s': %s %g is not possible on a %s scale, where values lie %s",
                      parameter->name, which, value, b7_scale_name(parameter->scale),
                      parameter->scale == B7_SCALE_LOGIT ? "between 0 and 1" : "above 0");
}

static B7Status read_limits(const B7FitReader *reader, const B7Node *node, const double range[2],
                            B7FitParameter *out) {
  B7Error *error = reader->error;
  const B7Node *low = b7_node_get(node, "low"), *high = b7_node_get(node, "high");
  out->low = range[0];
  out->high = range[1];
  if (low) B7_TRY(b7_node_number(low, &out->low, error));
  if (high) B7_TRY(b7_node_number(high, &out->high, error));
  if (isnan(out->low) || isnan(out->high))
    return b7_node_fail(node, error, "'%s' has no range in its file: give 'low:' and 'high:'", out->name);
  if (!(out->low < out->high))
    return b7_node_fail(low ? low : node, error, "'%s' runs from %g to %g; 'low' is below 'high'", out->name,
                        out->low, out->high);
  B7_TRY(check_scale(reader, low ? low : node, out, out->low, "the lower limit"));
  B7_TRY(check_scale(reader, high ? high : node, out, out->high, "the upper limit"));
  if (out->start < out->low || out->start > out->high)
    return b7_node_fail(node, error, "'%s' is %g in its file, outside its limits %g to %g; widen them",
                        out->name, out->start, out->low, out->high);
  return B7_OK;
}

/* range: 90 % of the prior lies between the limits; value: the same width around what the file says */
static B7Status read_prior(const B7FitReader *reader, const B7Node *node, B7FitParameter *out) {
  static const char *const words[] = {"range", "value", NULL};
  static const char *const keys[] = {"at", "sd", NULL};
  B7Error *error = reader->error;
  const B7Node *prior = b7_node_get(node, "prior"), *at, *sd;
  double low = b7_scale_to(out->scale, out->low), high = b7_scale_to(out->scale, out->high), value;
  if (!prior)
    return b7_node_fail(
        node, error,
        "'%s' has no prior: 'prior: range' (90 %% between the limits), 'prior: value' (the same "
        "width around the value in the file), or {at: value, sd: on the %s scale}",
        out->name, b7_scale_name(out->scale));
  out->prior_at = 0.5 * (low + high);
  out->prior_sd = (high - low) / (2 * SD_OF_90_PERCENT);
  if (prior->kind == B7_NODE_SCALAR) {
    if (strcmp(prior->text, "value") == 0) out->prior_at = b7_scale_to(out->scale, out->start);
    if (strcmp(prior->text, "value") == 0 || strcmp(prior->text, "range") == 0) return B7_OK;
    return b7_node_unknown(prior, "prior", prior->text, words, NULL, error);
  }
  B7_TRY(b7_node_only_keys(prior, keys, error));
  B7_TRY(b7_node_need(prior, "at", &at, error));
  B7_TRY(b7_node_need(prior, "sd", &sd, error));
  B7_TRY(b7_node_number(at, &value, error));
  B7_TRY(check_scale(reader, at, out, value, "the prior's value"));
  if (value < out->low || value > out->high)
    return b7_node_fail(at, error, "'%s': the prior's value %g lies outside its limits %g to %g", out->name,
                        value, out->low, out->high);
  B7_TRY(b7_node_number(sd, &out->prior_sd, error));
  if (!(out->prior_sd > 0))
    return b7_node_fail(sd, error, "'%s': the standard deviation of a prior is above 0", out->name);
  out->prior_at = b7_scale_to(out->scale, value);
  return B7_OK;
}

static B7Status read_parameter(const B7FitReader *reader, const B7Node *key, const B7Node *node,
                               B7FitParameter *out) {
  static const char *const keys[] = {"model", "population", "parameter", "what",  "product", "attribute",
                                     "scale", "low",        "high",      "prior", "why",     NULL};
  double range[2];
  bool sourced;
  const B7Node *why = b7_node_get(node, "why");
  *out = (B7FitParameter){.name = key->text, .node = node, .why = ""};
  B7_TRY(b7_node_only_keys(node, keys, reader->error));
  B7_TRY(read_target(reader, node, out));
  B7_TRY(describe_target(reader, out));
  B7_TRY(read_scale(reader, node, out));
  B7_TRY(b7_value_places_find(reader->out, out, range, &sourced, reader->error));
  B7_TRY(check_scale(reader, node, out, out->start, "the value"));
  if (why) B7_TRY(b7_node_text(why, &out->why, reader->error));
  if (sourced && !*out->why)
    return b7_node_fail(node, reader->error,
                        "'%s' has a published value (%s); say in 'why:' why the rows may move it", out->name,
                        out->basis);
  B7_TRY(read_limits(reader, node, range, out));
  return read_prior(reader, node, out);
}

static B7Status refuse_twice(const B7FitReader *reader, const B7FitParameter *parameters, int32_t last) {
  for (int32_t i = 0; i < last; i++) {
    for (int32_t a = 0; a < parameters[i].n_place; a++) {
      for (int32_t b = 0; b < parameters[last].n_place; b++) {
        if (parameters[i].places[a] != parameters[last].places[b]) continue;
        return b7_node_fail(parameters[last].node, reader->error, "'%s' is the same number as '%s'",
                            parameters[last].name, parameters[i].name);
      }
    }
  }
  return B7_OK;
}

B7Status b7_fit_read_parameters(const B7FitReader *reader, const B7Node *node) {
  B7Calibration *out = reader->out;
  B7_TRY(b7_node_expect(node, B7_NODE_MAPPING, "'parameters' (name: where it lives and what is known of it)",
                        reader->error));
  if (node->count < 1 || node->count > B7_FIT_PARAMETERS_MAX)
    return b7_node_fail(node, reader->error, "1 to %d values can be fitted together, not %d",
                        B7_FIT_PARAMETERS_MAX, (int)node->count);
  out->parameters = B7_ARENA_ARRAY(&out->arena, B7FitParameter, node->count);
  if (!out->parameters) return b7_fail_memory(reader->error);
  for (int32_t i = 0; i < node->count; i++) {
    B7_TRY(read_parameter(reader, node->keys[i], node->items[i], &out->parameters[i]));
    B7_TRY(refuse_twice(reader, out->parameters, i));
  }
  out->n_parameter = node->count;
  return B7_OK;
}
