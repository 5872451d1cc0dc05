/* A model as tables a person reads: modules, and in each its states, parameters, reactions and the rest. */
#include "model/model.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define NAME_WIDTH 24

static void heading(B7Text *text, const char *title, bool *said) {
  if (!*said) b7_text_append(text, "\n  %s\n", title);
  *said = true;
}

/* what stands behind a name begins at one column: on the next line after a long name */
static void name_alone(B7Text *text, const char *name) {
  if (strlen(name) > NAME_WIDTH)
    b7_text_append(text, "    %s\n    %*s ", name, NAME_WIDTH, "");
  else
    b7_text_append(text, "    %-*s ", NAME_WIDTH, name);
}

static void name_and_label(B7Text *text, const char *name, const char *label) {
  if (*label) {
    name_alone(text, name);
    b7_text_append(text, "%s", label);
  } else {
    b7_text_append(text, "    %s", name);
  }
}

/* pure numbers have the unit 1 in files, which reads badly after a number */
static const char *unit_words(const char *unit) {
  return !*unit || strcmp(unit, "1") == 0 ? "dimensionless" : unit;
}

/* "0.06 1/d  [0.03, 0.1]  lognormal 0.28  (ALLgrowth1997)" */
static void print_parameter(const B7ModelParameter *p, B7Text *text) {
  static const char *const spreads[] = {[B7_SPREAD_NONE] = "",
                                        [B7_SPREAD_LOGNORMAL] = "lognormal",
                                        [B7_SPREAD_NORMAL] = "normal",
                                        [B7_SPREAD_LOGIT] = "logit"};
  name_and_label(text, p->name, p->label);
  char number[32];
  b7_number_print(p->value, number);
  b7_text_append(text, "\n    %*s %s", NAME_WIDTH, "", number);
  if (strcmp(p->unit, "1") != 0) b7_text_append(text, " %s", p->unit);
  if (!isnan(p->low)) b7_text_append(text, "  [%g, %g]", p->low, p->high);
  if (p->spread != B7_SPREAD_NONE) b7_text_append(text, "  %s %g", spreads[p->spread], p->spread_sd);
  if (p->patient) b7_text_append(text, "  set by the patient");
  switch (p->basis.kind) {
  case B7_BASIS_SOURCE:
    b7_text_append(text, "  source: %s", p->basis.text);
    break;
  case B7_BASIS_ASSUMED:
    b7_text_append(text, "  assumed: %s", p->basis.text);
    break;
  case B7_BASIS_TUNED:
    b7_text_append(text, "  tuned to %s: %s", p->basis.tuned_to, p->basis.text);
    break;
  case B7_BASIS_NONE:
    break;
  }
  if (*p->note) b7_text_append(text, "\n    %*s %s", NAME_WIDTH, "", p->note);
  b7_text_append(text, "\n");
}

static void print_state(const B7Model *model, const B7ModelState *s, B7Text *text) {
  name_and_label(text, s->name, s->label);
  b7_text_append(text, "\n    %*s %s, starts at ", NAME_WIDTH, "", unit_words(s->unit));
  b7_model_print_formula(model, NULL, s->initial, text);
  b7_text_append(text, ", negligible %g", s->negligible);
  if (s->count_below_cells > 0) b7_text_append(text, ", counted below %g cells", s->count_below_cells);
  if (s->clear_group_index) b7_text_append(text, ", dies out with %s", s->clear_group);
  if (s->exact) {
    b7_text_append(text, ", exact, lost at ");
    b7_model_print_formula(model, NULL, s->exact_rate, text);
  }
  b7_text_append(text, "\n");
}

static void print_side(const B7Model *model, int32_t n, const B7ModelTerm *terms, B7Text *text) {
  if (n == 0) b7_text_append(text, "()");
  for (int32_t i = 0; i < n; i++) {
    if (i) b7_text_append(text, " + ");
    if (!b7_expression_is_number(&model->pool, terms[i].weight, 1)) {
      b7_text_append(text, "[");
      b7_model_print_formula(model, NULL, terms[i].weight, text);
      b7_text_append(text, "] ");
    }
    b7_text_append(text, "%s", model->states[terms[i].state].name);
  }
}

static void print_reaction(const B7Model *model, const B7ModelReaction *r, B7Text *text) {
  if (*r->label) {
    name_and_label(text, r->name, r->label);
    b7_text_append(text, "\n    %*s ", NAME_WIDTH, "");
  } else {
    name_alone(text, r->name);
  }
  print_side(model, r->n_from, r->from, text);
  b7_text_append(text, " -> ");
  print_side(model, r->n_to, r->to, text);
  b7_text_append(text, "  at ");
  b7_model_print_formula(model, NULL, r->rate, text);
  b7_text_append(text, "\n");
}

static void print_event(const B7Model *model, const B7ModelEvent *e, B7Text *text) {
  name_and_label(text, e->name, e->label);
  b7_text_append(text, "\n");
  for (int32_t i = 0; i < e->n_argument; i++) {
    const B7ModelArgument *a = &e->arguments[i];
    b7_text_append(text, "    %*s given %s, %s", NAME_WIDTH, "", a->name, unit_words(a->unit));
    if (!isnan(a->default_value)) b7_text_append(text, ", else %g", a->default_value);
    b7_text_append(text, "\n");
  }
  for (int32_t i = 0; i < e->n_add; i++) {
    b7_text_append(text, "    %*s %s += ", NAME_WIDTH, "", model->states[e->add[i].target].name);
    b7_model_print_formula(model, e, e->add[i].is, text);
    b7_text_append(text, "\n");
  }
  for (int32_t i = 0; i < e->n_set; i++) {
    b7_text_append(text, "    %*s %s = ", NAME_WIDTH, "", model->latches[e->set[i].target].name);
    b7_model_print_formula(model, e, e->set[i].is, text);
    b7_text_append(text, "\n");
  }
}

static void print_formula(const B7Model *model, const char *name, const char *label, const char *unit,
                          B7ExpressionId is, B7Text *text) {
  name_and_label(text, name, label);
  b7_text_append(text, " (%s)\n    %*s = ", unit_words(unit), NAME_WIDTH, "");
  b7_model_print_formula(model, NULL, is, text);
  b7_text_append(text, "\n");
}

static void print_module(const B7Model *m, int32_t module, B7Text *text) {
  b7_text_append(text, "\n%s\n", m->modules[module].name);
  if (*m->modules[module].about) b7_text_append(text, "  %s\n", m->modules[module].about);
  bool said = false;
  for (int32_t i = 0; i < m->n_state; i++)
    if (m->states[i].module == module) heading(text, "states", &said), print_state(m, &m->states[i], text);
  said = false;
  for (int32_t i = 0; i < m->n_parameter; i++)
    if (m->parameters[i].module == module)
      heading(text, "parameters", &said), print_parameter(&m->parameters[i], text);
  said = false;
  for (int32_t i = 0; i < m->n_latch; i++) {
    const B7ModelLatch *l = &m->latches[i];
    if (l->module != module) continue;
    heading(text, "latches", &said);
    name_and_label(text, l->name, l->label);
    b7_text_append(text, "\n    %*s %s, starts at %g\n", NAME_WIDTH, "", unit_words(l->unit), l->initial);
  }
  said = false;
  for (int32_t i = 0; i < m->n_definition; i++) {
    const B7ModelDefinition *d = &m->definitions[i];
    if (d->module != module) continue;
    heading(text, "definitions", &said);
    print_formula(m, d->name, d->label, d->unit, d->is, text);
  }
  said = false;
  for (int32_t i = 0; i < m->n_reaction; i++)
    if (m->reactions[i].module == module)
      heading(text, "reactions", &said), print_reaction(m, &m->reactions[i], text);
  said = false;
  for (int32_t i = 0; i < m->n_event; i++)
    if (m->events[i].module == module) heading(text, "events", &said), print_event(m, &m->events[i], text);
  said = false;
  for (int32_t i = 0; i < m->n_observable; i++) {
    const B7ModelObservable *o = &m->observables[i];
    if (o->module != module) continue;
    heading(text, "observables", &said);
    print_formula(m, o->name, o->label, o->unit, o->is, text);
  }
}

B7Status b7_model_describe(const B7Model *model, char **out, B7Error *error) {
  B7Text text = b7_text_make(&model->arena.hooks);
  const B7ModelCounts *n = &model->counts;
  b7_text_append(&text, "%s%s%s\n", model->name, *model->title ? ": " : "", model->title);
  b7_text_append(
      &text,
      "modules %d, states %d (%d exact), reactions %d, parameters %d, definitions %d, observables %d, events %d, "
      "latches %d; hash %s\n",
      n->modules, n->states, n->exact_states, n->reactions, n->parameters, n->definitions, n->observables,
      n->events, n->latches, model->hash);
  for (int32_t i = 0; i < model->n_module; i++) print_module(model, i, &text);
  return b7_model_take_text(&text, out, error);
}
