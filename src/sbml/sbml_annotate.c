/* sbml_annotate.c - what SBML core lacks, as annotations of our own namespace. */
#include "sbml/sbml_writer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static void append_escaped(B7Text *text, const char *value) {
  for (; *value; value++) {
    switch (*value) {
    case '&':
      b7_text_append(text, "&amp;");
      break;
    case '<':
      b7_text_append(text, "&lt;");
      break;
    case '>':
      b7_text_append(text, "&gt;");
      break;
    case '"':
      b7_text_append(text, "&quot;");
      break;
    case '\n':
      b7_text_append(text, " ");
      break;
    default:
      b7_text_append(text, "%c", *value);
    }
  }
}

/* key="value", left out when empty */
static void attribute(B7Text *text, const char *key, const char *value) {
  if (!*value) return;
  b7_text_append(text, " %s=\"", key);
  append_escaped(text, value);
  b7_text_append(text, "\"");
}

/* left out when NaN */
static void number(B7Text *text, const char *key, double value) {
  char digits[32];
  if (isnan(value)) return;
  b7_number_print(value, digits);
  attribute(text, key, digits);
}

/* core holds 15 digits; a value that needs more stands here too */
static void long_number(B7Text *text, const char *key, double value) {
  char digits[40];
  snprintf(digits, sizeof digits, "%.15g", value);
  if (strtod(digits, NULL) != value) number(text, key, value);
}

static void formula(const B7SbmlWriter *writer, const B7ModelEvent *event, B7Text *text, const char *key,
                    B7ExpressionId id) {
  B7Text infix = b7_text_make(&writer->arena.hooks);
  b7_model_print_formula(writer->model, event, id, &infix);
  if (infix.failed)
    text->failed = true;
  else
    attribute(text, key, infix.bytes);
  b7_text_release(&infix);
}

static B7Text open_element(B7SbmlWriter *writer, const char *element, const char *unit, int32_t module) {
  B7Text text = b7_text_make(&writer->arena.hooks);
  b7_text_append(&text, "<annotation><b7:%s xmlns:b7=\"" B7_SBML_NAMESPACE "\"", element);
  attribute(&text, "unit", unit);
  attribute(&text, "module", writer->model->modules[module].name);
  return text;
}

static void set(B7SbmlWriter *writer, SBase_t *to, B7Text *text) {
  if (text->failed)
    b7_sbml_failed(writer, B7_ERROR_MEMORY, "");
  else if (SBase_setAnnotationString(to, text->bytes) != LIBSBML_OPERATION_SUCCESS)
    b7_sbml_failed(writer, B7_ERROR_INPUT, "an annotation: a text is not valid XML");
  b7_text_release(text);
}

static void close_element(B7SbmlWriter *writer, SBase_t *to, B7Text *text) {
  b7_text_append(text, "/></annotation>");
  set(writer, to, text);
}

void b7_sbml_annotate_parameter(B7SbmlWriter *writer, Parameter_t *to, const B7ModelParameter *p) {
  static const char *const spreads[] = {[B7_SPREAD_NONE] = "",
                                        [B7_SPREAD_LOGNORMAL] = "lognormal",
                                        [B7_SPREAD_NORMAL] = "normal",
                                        [B7_SPREAD_LOGIT] = "logit"};
  static const char *const bases[] = {[B7_BASIS_NONE] = "",
                                      [B7_BASIS_SOURCE] = "source",
                                      [B7_BASIS_ASSUMED] = "assumed",
                                      [B7_BASIS_TUNED] = "tuned"};
  B7Text text = open_element(writer, "parameter", p->unit, p->module);
  long_number(&text, "value", p->value);
  number(&text, "low", p->low);
  number(&text, "high", p->high);
  attribute(&text, "spread", spreads[p->spread]);
  if (p->spread != B7_SPREAD_NONE) number(&text, "sd", p->spread_sd);
  attribute(&text, "patient", p->patient ? "true" : "");
  attribute(&text, "basis", bases[p->basis.kind]);
  attribute(&text, "why", p->basis.text);
  attribute(&text, "tuned_to", p->basis.tuned_to);
  attribute(&text, "note", p->note);
  close_element(writer, (SBase_t *)to, &text);
}

void b7_sbml_annotate_latch(B7SbmlWriter *writer, Parameter_t *to, const B7ModelLatch *latch) {
  B7Text text = open_element(writer, "latch", latch->unit, latch->module);
  long_number(&text, "value", latch->initial);
  close_element(writer, (SBase_t *)to, &text);
}

void b7_sbml_annotate_state(B7SbmlWriter *writer, Species_t *to, const B7ModelState *state) {
  B7Text text = open_element(writer, "state", state->unit, state->module);
  number(&text, "negligible", state->negligible);
  if (state->count_below_cells > 0) number(&text, "count_below_cells", state->count_below_cells);
  attribute(&text, "clear_group", state->clear_group);
  close_element(writer, (SBase_t *)to, &text);
}

void b7_sbml_annotate_definition(B7SbmlWriter *writer, Parameter_t *to, const B7ModelDefinition *definition) {
  B7Text text = open_element(writer, "definition", definition->unit, definition->module);
  close_element(writer, (SBase_t *)to, &text);
}

void b7_sbml_annotate_reaction(B7SbmlWriter *writer, Reaction_t *to, const B7ModelReaction *reaction) {
  B7Text text = open_element(writer, "reaction", "", reaction->module);
  if (reaction->n_by > 0) {
    b7_text_append(&text, " by=\"");
    for (int32_t i = 0; i < reaction->n_by; i++)
      b7_text_append(&text, "%s%s", i ? " " : "", writer->model->states[reaction->by[i]].name);
    b7_text_append(&text, "\"");
  }
  close_element(writer, (SBase_t *)to, &text);
}

void b7_sbml_annotate_observable(B7SbmlWriter *writer, Parameter_t *to, const B7ModelObservable *observable) {
  B7Text text = open_element(writer, "observable", observable->unit, observable->module);
  number(&text, "detection", observable->detection);
  attribute(&text, "axis", observable->log_axis ? "log" : "");
  close_element(writer, (SBase_t *)to, &text);
}

static void append_event(const B7SbmlWriter *writer, const B7ModelEvent *event, B7Text *text) {
  const B7Model *model = writer->model;
  b7_text_append(text, "<b7:event");
  attribute(text, "name", event->name);
  attribute(text, "label", event->label);
  attribute(text, "module", model->modules[event->module].name);
  b7_text_append(text, ">");
  for (int32_t i = 0; i < event->n_argument; i++) {
    b7_text_append(text, "<b7:argument");
    attribute(text, "name", event->arguments[i].name);
    attribute(text, "label", event->arguments[i].label);
    attribute(text, "unit", event->arguments[i].unit);
    number(text, "default", event->arguments[i].default_value);
    b7_text_append(text, "/>");
  }
  for (int32_t i = 0; i < event->n_add + event->n_set; i++) {
    bool add = i < event->n_add;
    const B7ModelChange *change = add ? &event->add[i] : &event->set[i - event->n_add];
    b7_text_append(text, add ? "<b7:add" : "<b7:set");
    attribute(text, "to", add ? model->states[change->target].name : model->latches[change->target].name);
    formula(writer, event, text, "is", change->is);
    b7_text_append(text, "/>");
  }
  b7_text_append(text, "</b7:event>");
}

void b7_sbml_annotate_model(B7SbmlWriter *writer) {
  const B7Model *model = writer->model;
  B7Text text = b7_text_make(&writer->arena.hooks);
  b7_text_append(&text, "<annotation><b7:model xmlns:b7=\"" B7_SBML_NAMESPACE "\"");
  attribute(&text, "version", model->version);
  attribute(&text, "foreign", model->foreign ? "true" : "");
  if (model->clock >= 0) attribute(&text, "clock", model->states[model->clock].name);
  if (model->days_per_time_unit != 1) number(&text, "days_per_time_unit", model->days_per_time_unit);
  b7_text_append(&text, ">");
  for (int32_t i = 0; i < model->n_module; i++) {
    b7_text_append(&text, "<b7:module");
    attribute(&text, "name", model->modules[i].name);
    attribute(&text, "about", model->modules[i].about);
    b7_text_append(&text, "/>");
  }
  for (int32_t i = 0; i < model->n_event; i++) append_event(writer, &model->events[i], &text);
  b7_text_append(&text, "</b7:model></annotation>");
  set(writer, (SBase_t *)writer->sbml, &text);
}
