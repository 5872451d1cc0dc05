/* parameter_sets.c - a trial under values drawn from a calibration's result: the covariance of what was fitted, about the
 * fitted values where the files hold them, and about those that the fit began from where it was not written back. */
#include <lapacke.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "base/status.h"
#include "fit/calibration.h"
#include "read/catalogue/products.h"
#include "trial/run/uncertainty.h"

/* a fitted value as the result file holds it */
typedef struct Fitted {
  const char *name, *target;
  const B7Node *node, *holders; /* holders NULL: the model */
  B7FitOwner owner;
  B7SubstituteWhat what;
  B7FitScale scale;
  double from, to, low, high; /* in its own unit */
} Fitted;

typedef struct SetDrawing {
  B7Arena arena;
  B7TrialRun *run;
  B7Products products;
  int32_t n;
  Fitted *fitted;
  double *factor;            /* lower triangle, [n][n]: its square is the covariance on the scales */
  bool holds_to, holds_from; /* so far the files hold the fitted values; those that the fit began from */
  B7Error *error;
} SetDrawing;

/* ---- the result file ---- */

static B7Status place_of(const SetDrawing *reader, const B7Node *node, const char *const *words, int *out) {
  for (*out = 0; words[*out]; ++*out) {
    if (node->text && strcmp(words[*out], node->text) == 0) return B7_OK;
  }
  return b7_node_unknown(node, "word", node->text ? node->text : "", words, NULL, reader->error);
}

static B7Status read_fitted(const SetDrawing *reader, const B7Node *key, const B7Node *node, Fitted *out) {
  static const char *const whats[] = {"value", "spread", "share", NULL};
  static const char *const scales[] = {"linear", "log", "logit", NULL};
  B7Error *error = reader->error;
  const B7Node *what, *scale, *from, *to, *limits, *target;
  int place;
  *out = (Fitted){.name = key->text, .node = node};
  const B7Node *population = b7_node_get(node, "population"), *product = b7_node_get(node, "product");
  out->owner = population ? B7_OWNER_POPULATION : product ? B7_OWNER_PRODUCT : B7_OWNER_MODEL;
  out->holders = population ? population : product;
  B7_TRY(b7_node_need(node, population ? "parameter" : product ? "attribute" : "model", &target, error));
  B7_TRY(b7_node_need(node, "what", &what, error));
  B7_TRY(b7_node_need(node, "scale", &scale, error));
  B7_TRY(b7_node_need(node, "from", &from, error));
  B7_TRY(b7_node_need(node, "to", &to, error));
  B7_TRY(b7_node_need(node, "limits", &limits, error));
  B7_TRY(b7_node_text(target, &out->target, error));
  B7_TRY(place_of(reader, what, whats, &place));
  out->what = (B7SubstituteWhat)place;
  B7_TRY(place_of(reader, scale, scales, &place));
  out->scale = (B7FitScale)place;
  B7_TRY(b7_node_number(from, &out->from, error));
  B7_TRY(b7_node_number(to, &out->to, error));
  if (limits->kind != B7_NODE_SEQUENCE || limits->count != 2)
    return b7_node_fail(limits, error, "'limits' are two numbers");
  B7_TRY(b7_node_number(limits->items[0], &out->low, error));
  return b7_node_number(limits->items[1], &out->high, error);
}

static B7Status read_covariance(SetDrawing *reader, const B7Node *node) {
  size_t n = (size_t)reader->n;
  reader->factor = B7_ARENA_ARRAY(&reader->arena, double, n *n);
  if (!reader->factor) return b7_fail_memory(reader->error);
  if (node->kind != B7_NODE_SEQUENCE || node->count != reader->n)
    return b7_node_fail(node, reader->error, "the covariance has one row for each of the %d values",
                        (int)reader->n);
  for (size_t i = 0; i < n; i++) {
    const B7Node *row = node->items[i];
    if (row->kind != B7_NODE_SEQUENCE || row->count != reader->n)
      return b7_node_fail(row, reader->error, "a row of the covariance has %d numbers", (int)reader->n);
    for (size_t j = 0; j < n; j++)
      B7_TRY(b7_node_number(row->items[j], &reader->factor[i * n + j], reader->error));
  }
  if (LAPACKE_dpotrf(LAPACK_ROW_MAJOR, 'L', reader->n, reader->factor, reader->n) != 0)
    return b7_node_fail(node, reader->error, "this is no covariance: it is not positive definite");
  return B7_OK;
}

static B7Status read_result(SetDrawing *reader, const B7Node *root) {
  const B7Node *finished, *parameters, *covariance;
  bool whole;
  B7_TRY(b7_node_expect(root, B7_NODE_MAPPING, "the result of a calibration", reader->error));
  B7_TRY(b7_node_need(root, "finished", &finished, reader->error));
  B7_TRY(b7_node_bool(finished, &whole, reader->error));
  // a search cut short by --max-evaluations has looked at its best point all the same
  if (!whole && !b7_node_get(root, "covariance"))
    return b7_node_fail(finished, reader->error,
                        "this calibration is not finished; `bridge7 calibrate` goes on with --resume");
  B7_TRY(b7_node_need(root, "parameters", &parameters, reader->error));
  B7_TRY(b7_node_need(root, "covariance", &covariance, reader->error));
  B7_TRY(b7_node_expect(parameters, B7_NODE_MAPPING, "'parameters'", reader->error));
  reader->n = parameters->count;
  reader->fitted = B7_ARENA_ARRAY(&reader->arena, Fitted, reader->n + 1);
  if (!reader->fitted) return b7_fail_memory(reader->error);
  if (reader->n > B7_FIT_PARAMETERS_MAX)
    return b7_node_fail(parameters, reader->error, "at most %d values", B7_FIT_PARAMETERS_MAX);
  for (int32_t p = 0; p < reader->n; p++)
    B7_TRY(read_fitted(reader, parameters->keys[p], parameters->items[p], &reader->fitted[p]));
  return read_covariance(reader, covariance);
}

/* ---- what of it concerns the trial ---- */

static bool held_by(const Fitted *fitted, const char *name) {
  for (int32_t i = 0; i < fitted->holders->count; i++) {
    const char *holder = fitted->holders->items[i]->text;
    if (holder && strcmp(holder, name) == 0) return true;
  }
  return false;
}

static const char *arm_product(const SetDrawing *reader, int32_t arm) {
  const B7Product *product = reader->run->trial->arms[arm].product;
  return product ? product->name : "";
}

/* what the files say now; NaN when that cannot be told */
static double standing(const SetDrawing *reader, const Fitted *fitted, const B7KernelParameter *parameter) {
  if (fitted->owner == B7_OWNER_MODEL)
    return fitted->what == B7_SUBSTITUTE_SPREAD ? parameter->spread_sd : parameter->value;
  const B7Draw *draw = &reader->run->population->draws[parameter->own_index];
  return fitted->what == B7_SUBSTITUTE_SPREAD  ? draw->spread_sd
         : fitted->what == B7_SUBSTITUTE_SHARE ? draw->share
                                               : draw->value;
}

static bool same(double a, double b) {
  return fabs(a - b) <= 1e-4 * fabs(b);
}

/* the run must have had all the fitted values or all that the fit began from, or its sets would lie around another
   point */
static B7Status check_standing(SetDrawing *reader, const Fitted *fitted, double value) {
  if (isnan(value)) return B7_OK;
  reader->holds_to &= same(value, fitted->to);
  reader->holds_from &= same(value, fitted->from);
  if (reader->holds_to || reader->holds_from) return B7_OK;
  return b7_node_fail(
      fitted->node, reader->error,
      "'%s' was fitted from %g to %g and is %g in the files that this trial reads, which must hold all values that "
      "the fit began from or all that it found; write the fit into them (bridge7 calibrate --write) and build again",
      fitted->name, fitted->from, fitted->to, value);
}

static bool set_by_trial(const SetDrawing *reader, const char *name) {
  const B7Trial *trial = reader->run->trial;
  for (int32_t i = 0; i < trial->settings.count; i++) {
    if (strcmp(trial->settings.rows[i].name, name) == 0) return true;
  }
  return false;
}

static double product_value(const SetDrawing *reader, const char *product, const char *attribute) {
  const B7Product *found = b7_products_find(&reader->products, product);
  for (int32_t i = 0; found && i < found->n_number; i++) {
    if (strcmp(found->numbers[i].name, attribute) == 0) return found->numbers[i].value;
  }
  return NAN;
}

static B7Status check_fitted(SetDrawing *reader) {
  reader->holds_to = reader->holds_from = true;
  const B7KernelTables *tables = b7_kernel_tables(reader->run->kernel);
  for (int32_t p = 0; p < reader->n; p++) {
    const Fitted *fitted = &reader->fitted[p];
    if (fitted->holders) B7_TRY(b7_node_expect(fitted->holders, B7_NODE_SEQUENCE, "a list", reader->error));
    if (fitted->owner == B7_OWNER_PRODUCT) {
      for (int32_t a = 0; a < reader->run->n_arm; a++) {
        if (held_by(fitted, arm_product(reader, a)))
          B7_TRY(
              check_standing(reader, fitted, product_value(reader, arm_product(reader, a), fitted->target)));
      }
      continue;
    }
    int32_t index = b7_kernel_parameter(reader->run->kernel, fitted->target);
    bool own = index >= 0 && tables->parameters[index].own_index >= 0;
    if (index < 0 || (fitted->owner == B7_OWNER_POPULATION && !own))
      return b7_node_fail(fitted->node, reader->error,
                          "the model has no parameter '%s' that a fit like this could move", fitted->target);
    bool concerns = fitted->owner == B7_OWNER_MODEL || held_by(fitted, reader->run->trial->population);
    if (concerns && !set_by_trial(reader, fitted->target))
      B7_TRY(check_standing(reader, fitted, standing(reader, fitted, &tables->parameters[index])));
  }
  return B7_OK;
}

/* ---- drawing ---- */

static void draw_values(const SetDrawing *reader, int32_t set, double *values) {
  double z[B7_FIT_PARAMETERS_MAX];
  size_t n = (size_t)reader->n;
  for (size_t p = 0; p < n; p++) {
    B7Random random = b7_random_at(reader->run->seed, (uint64_t)p, B7_STREAM_FIT, (uint64_t)(set + 1) << 8);
    z[p] = b7_random_normal(&random);
  }
  for (size_t p = 0; p < n; p++) {
    const Fitted *fitted = &reader->fitted[p];
    double on_scale = b7_scale_to(fitted->scale, reader->holds_to ? fitted->to : fitted->from);
    for (size_t k = 0; k <= p; k++) on_scale += reader->factor[p * n + k] * z[k];
    values[p] = fmin(fitted->high, fmax(fitted->low, b7_scale_from(fitted->scale, on_scale)));
  }
}

static B7Status make_set(SetDrawing *reader, int32_t set, B7Substitutes *out) {
  const B7TrialRun *run = reader->run;
  const B7KernelTables *tables = b7_kernel_tables(run->kernel);
  double values[B7_FIT_PARAMETERS_MAX];
  B7ParameterSetting *settings = B7_ARENA_ARRAY(&reader->arena, B7ParameterSetting, reader->n);
  B7SubstituteDraw *draws = B7_ARENA_ARRAY(&reader->arena, B7SubstituteDraw, reader->n);
  B7SubstituteArgument *arguments =
      B7_ARENA_ARRAY(&reader->arena, B7SubstituteArgument, reader->n * run->n_arm);
  if (!settings || !draws || !arguments) return b7_fail_memory(reader->error);
  *out = (B7Substitutes){.settings = settings, .draws = draws, .arguments = arguments};
  draw_values(reader, set, values);
  for (int32_t p = 0; p < reader->n; p++) {
    const Fitted *fitted = &reader->fitted[p];
    bool spread = fitted->what == B7_SUBSTITUTE_SPREAD;
    if (fitted->owner == B7_OWNER_MODEL) {
      settings[out->n_setting++] = (B7ParameterSetting){
          .name = fitted->target, .value = spread ? NAN : values[p], .spread_sd = spread ? values[p] : NAN};
    } else if (fitted->owner == B7_OWNER_POPULATION && held_by(fitted, run->trial->population)) {
      int32_t index = b7_kernel_parameter(run->kernel, fitted->target);
      draws[out->n_draw++] = (B7SubstituteDraw){
          .own = tables->parameters[index].own_index, .what = fitted->what, .value = values[p]};
    }
    for (int32_t a = 0; fitted->owner == B7_OWNER_PRODUCT && a < run->n_arm; a++) {
      if (held_by(fitted, arm_product(reader, a)))
        arguments[out->n_argument++] =
            (B7SubstituteArgument){.arm = a, .name = fitted->target, .value = values[p]};
    }
  }
  return B7_OK;
}

static B7Status widen(SetDrawing *reader, const char *path, const B7TrialOptions *options, int32_t sets,
                      const B7Hooks *hooks) {
  char products[4096];
  B7Document *document;
  snprintf(products, sizeof products, "%s/products.yaml", reader->run->trial->data_folder);
  B7_TRY(b7_products_load(products, &reader->arena, &reader->products, reader->error));
  B7Substitutes *list = B7_ARENA_ARRAY(&reader->arena, B7Substitutes, sets < 1 ? 1 : sets);
  if (!list) return b7_fail_memory(reader->error);
  B7_TRY(b7_document_load(path, hooks, &document, reader->error));
  B7Status status = read_result(reader, b7_document_root(document));
  if (status == B7_OK) status = check_fitted(reader);
  for (int32_t set = 0; status == B7_OK && set < sets; set++) status = make_set(reader, set, &list[set]);
  if (status == B7_OK)
    status = b7_uncertain_estimands(reader->run, options, list, sets, hooks, reader->error);
  b7_document_free(document);
  return status;
}

B7Status b7_parameter_sets_widen(B7TrialRun *run, const char *result_path, const B7TrialOptions *options,
                                 int32_t sets, const B7Hooks *hooks, B7Error *error) {
  B7Error own;
  if (!error) error = &own;
  b7_error_clear(error);
  SetDrawing reader = {.arena = b7_arena_make(hooks), .run = run, .error = error};
  B7Status status = widen(&reader, result_path, options, sets, hooks);
  b7_arena_free(&reader.arena);
  return status;
}
