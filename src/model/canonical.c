#include "model/canonical.h"

#include "base/hash.h"

#include <math.h>

static void print_number(B7Text *text, const char *key, double number) {
  char digits[32];
  b7_number_print(number, digits);
  b7_text_append(text, " %s=%s", key, digits);
}

/* Texts are quoted by their length, so that no content can imitate another field. */
static void print_text(B7Text *text, const char *key, const char *value) {
  int length = 0;
  while (value[length]) length++;
  b7_text_append(text, " %s=%d:%s", key, length, value);
}

static void print_formula(const B7Model *model, const B7ModelEvent *event, const char *key, B7ExpressionId id,
                          B7Text *text) {
  b7_text_append(text, " %s={", key);
  b7_model_print_formula(model, event, id, text);
  b7_text_append(text, "}");
}

static void print_parameter(const B7ModelParameter *p, B7Text *text) {
  b7_text_append(text, "parameter %s", p->name);
  print_text(text, "label", p->label);
  print_text(text, "unit", p->unit);
  print_number(text, "value", p->value);
  print_number(text, "low", p->low);
  print_number(text, "high", p->high);
  b7_text_append(text, " spread=%d", (int)p->spread);
  print_number(text, "sd", p->spread_sd);
  b7_text_append(text, " patient=%d basis=%d", (int)p->patient, (int)p->basis.kind);
  if (p->basis.kind == B7_BASIS_SOURCE) print_text(text, "source", p->basis.text);
}

static void print_state(const B7Model *model, const B7ModelState *s, B7Text *text) {
  b7_text_append(text, "state %s", s->name);
  print_text(text, "label", s->label);
  print_text(text, "unit", s->unit);
  print_formula(model, NULL, "initial", s->initial, text);
  print_number(text, "negligible", s->negligible);
  print_number(text, "count_below", s->count_below_cells);
  print_text(text, "clear", s->clear_group);
}

static void print_side(const B7Model *model, const char *key, int32_t n, const B7ModelTerm *terms,
                       B7Text *text) {
  for (int32_t i = 0; i < n; i++) {
    b7_text_append(text, " %s %s", key, model->states[terms[i].state].name);
    print_formula(model, NULL, "weight", terms[i].weight, text);
  }
}

static void print_reaction(const B7Model *model, const B7ModelReaction *r, B7Text *text) {
  b7_text_append(text, "reaction %s", r->name);
  print_text(text, "label", r->label);
  print_side(model, "from", r->n_from, r->from, text);
  print_side(model, "to", r->n_to, r->to, text);
  print_formula(model, NULL, "rate", r->rate, text);
}

static void print_event(const B7Model *model, const B7ModelEvent *e, B7Text *text) {
  b7_text_append(text, "event %s", e->name);
  print_text(text, "label", e->label);
  for (int32_t i = 0; i < e->n_argument; i++) {
    b7_text_append(text, " argument %s", e->arguments[i].name);
    print_text(text, "unit", e->arguments[i].unit);
    print_number(text, "default", e->arguments[i].default_value);
  }
  for (int32_t i = 0; i < e->n_add; i++) {
    b7_text_append(text, " add %s", model->states[e->add[i].target].name);
    print_formula(model, e, "is", e->add[i].is, text);
  }
  for (int32_t i = 0; i < e->n_set; i++) {
    b7_text_append(text, " set %s", model->latches[e->set[i].target].name);
    print_formula(model, e, "is", e->set[i].is, text);
  }
}

static void print_trigger(const B7Model *model, const B7ModelTrigger *trigger, B7Text *text) {
  b7_text_append(text, "trigger %s when=%d after=%d priority=%d", trigger->name, trigger->condition,
                 trigger->delay, trigger->priority);
  b7_text_append(text, " before=%d persistent=%d early=%d", trigger->true_before, trigger->persistent,
                 trigger->values_at_trigger);
  for (int32_t i = 0; i < trigger->n_assignment; i++)
    b7_text_append(text, " set %s=%d*%d", model->states[trigger->assignments[i].state].name,
                   trigger->assignments[i].value, trigger->assignments[i].size);
  b7_text_append(text, "\n");
}

static void print_module(const B7Model *model, int32_t module, B7Text *text) {
  b7_text_append(text, " module %s\n", model->modules[module].name);
}

void b7_canonical_print(const B7Model *model, B7Text *text) {
  b7_text_append(text, "model %s foreign=%d\n", model->name, (int)model->foreign);
  for (int32_t i = 0; i < model->n_parameter; i++) {
    print_parameter(&model->parameters[i], text);
    print_module(model, model->parameters[i].module, text);
  }
  for (int32_t i = 0; i < model->n_latch; i++) {
    const B7ModelLatch *l = &model->latches[i];
    b7_text_append(text, "latch %s", l->name);
    print_text(text, "label", l->label);
    print_text(text, "unit", l->unit);
    print_number(text, "initial", l->initial);
    print_module(model, l->module, text);
  }
  for (int32_t i = 0; i < model->n_state; i++) {
    print_state(model, &model->states[i], text);
    print_module(model, model->states[i].module, text);
  }
  for (int32_t i = 0; i < model->n_definition; i++) {
    const B7ModelDefinition *d = &model->definitions[i];
    b7_text_append(text, "definition %s", d->name);
    print_text(text, "label", d->label);
    print_text(text, "unit", d->unit);
    print_formula(model, NULL, "is", d->is, text);
    print_module(model, d->module, text);
  }
  for (int32_t i = 0; i < model->n_reaction; i++) {
    print_reaction(model, &model->reactions[i], text);
    print_module(model, model->reactions[i].module, text);
  }
  for (int32_t i = 0; i < model->n_event; i++) {
    print_event(model, &model->events[i], text);
    print_module(model, model->events[i].module, text);
  }
  for (int32_t i = 0; i < model->n_observable; i++) {
    const B7ModelObservable *o = &model->observables[i];
    b7_text_append(text, "observable %s", o->name);
    print_text(text, "label", o->label);
    print_text(text, "unit", o->unit);
    print_formula(model, NULL, "is", o->is, text);
    print_number(text, "detection", o->detection);
    b7_text_append(text, " log=%d", (int)o->log_axis);
    print_module(model, o->module, text);
  }
  for (int32_t i = 0; i < model->n_trigger; i++) print_trigger(model, &model->triggers[i], text);
}

B7Status b7_canonical_hash(const B7Model *model, char hash[17], B7Error *error) {
  B7Text text = b7_text_make(&model->arena.hooks);
  b7_canonical_print(model, &text);
  bool failed = text.failed;
  if (!failed) b7_hash_format(b7_hash_bytes(B7_HASH_START, text.bytes, text.length), hash);
  b7_text_release(&text);
  return failed ? b7_fail_memory(error) : B7_OK;
}
