/* emit_tables.c - the constant description of a kernel as C initialisers. */
#include "bridge7_assess.h"
#include <math.h>
#include <string.h>

#include "compile/code/emit_parts.h"

void b7_emit_string(B7Text *text, const char *string) {
  b7_text_append(text, "\"");
  for (const unsigned char *at = (const unsigned char *)(string ? string : ""); *at; at++) {
    if (*at == '"' || *at == '\\') b7_text_append(text, "\\%c", *at);
    // three digits always, so that a digit after it cannot join; trigraphs cannot arise without a question
    // mark
    else if (*at < 0x20 || *at == 0x7f || *at == '?')
      b7_text_append(text, "\\%03o", *at);
    else
      b7_text_append(text, "%c", *at);
  }
  b7_text_append(text, "\"");
}

void b7_emit_number(B7Text *text, double number) {
  if (isnan(number))
    b7_text_append(text, "__builtin_nan(\"\")");
  else if (isinf(number))
    b7_text_append(text, number > 0 ? "__builtin_inf()" : "-__builtin_inf()");
  else {
    char digits[32];
    b7_number_print(number, digits);
    b7_text_append(text, "%s%s", digits, strpbrk(digits, ".eE") ? "" : ".0");
  }
}

static void field(B7Text *text, const char *string) {
  b7_emit_string(text, string);
  b7_text_append(text, ", ");
}

static void number_field(B7Text *text, double number) {
  b7_emit_number(text, number);
  b7_text_append(text, ", ");
}

static void emit_states(B7Text *text, const char *name, const B7KernelState *states, int32_t n) {
  b7_text_append(text, "static const B7KernelState %s[] = {\n", name);
  for (int32_t i = 0; i < n; i++) {
    const B7KernelState *s = &states[i];
    b7_text_append(text, "    {");
    field(text, s->name);
    field(text, s->label);
    field(text, s->unit);
    field(text, s->module);
    number_field(text, s->negligible);
    number_field(text, s->cells_per_unit);
    number_field(text, s->count_below_cells);
    b7_text_append(text, "%d, %d},\n", s->clear_group, s->observed);
  }
  // C has no empty arrays
  b7_text_append(text, "    {0}};\n\n");
}

static void emit_parameters(B7Text *text, const B7KernelTables *t) {
  static const char *const spreads[] = {"B7_SPREAD_NONE", "B7_SPREAD_LOGNORMAL", "B7_SPREAD_NORMAL",
                                        "B7_SPREAD_LOGIT"};
  b7_text_append(text, "static const B7KernelParameter parameters[] = {\n");
  for (int32_t i = 0; i < t->n_parameter; i++) {
    const B7KernelParameter *p = &t->parameters[i];
    b7_text_append(text, "    {");
    field(text, p->name);
    field(text, p->label);
    field(text, p->unit);
    field(text, p->module);
    number_field(text, p->value);
    number_field(text, p->low);
    number_field(text, p->high);
    b7_text_append(text, "%s, ", spreads[p->spread]);
    number_field(text, p->spread_sd);
    b7_text_append(text, "%d, %d, ", p->own_index, p->shared_index);
    b7_emit_string(text, p->source);
    b7_text_append(text, "},\n");
  }
  b7_text_append(text, "    {0}};\n\n");
}

static void emit_observables(B7Text *text, const B7KernelTables *t) {
  b7_text_append(text, "static const B7KernelObservable observables[] = {\n");
  for (int32_t i = 0; i < t->n_observable; i++) {
    const B7KernelObservable *o = &t->observables[i];
    b7_text_append(text, "    {");
    field(text, o->name);
    field(text, o->label);
    field(text, o->unit);
    number_field(text, o->detection_low);
    b7_text_append(text, "%d},\n", o->log_axis);
  }
  b7_text_append(text, "    {0}};\n\n");
}

static void emit_latches(B7Text *text, const B7KernelTables *t) {
  b7_text_append(text, "static const B7KernelLatch latches[] = {\n");
  for (int32_t i = 0; i < t->n_latch; i++) {
    const B7KernelLatch *l = &t->latches[i];
    b7_text_append(text, "    {");
    field(text, l->name);
    field(text, l->label);
    field(text, l->unit);
    b7_emit_number(text, l->initial);
    b7_text_append(text, "},\n");
  }
  b7_text_append(text, "    {0}};\n\n");
}

static void emit_events(B7Text *text, const B7KernelTables *t) {
  for (int32_t i = 0; i < t->n_event; i++) {
    const B7KernelEvent *e = &t->events[i];
    b7_text_append(text, "static const char *const argument_names_%d[] = {", i);
    for (int32_t a = 0; a < e->n_argument; a++) field(text, e->argument_names[a]);
    b7_text_append(text, "0};\nstatic const char *const argument_units_%d[] = {", i);
    for (int32_t a = 0; a < e->n_argument; a++) field(text, e->argument_units[a]);
    b7_text_append(text, "0};\nstatic const double argument_defaults_%d[] = {", i);
    for (int32_t a = 0; a < e->n_argument; a++) number_field(text, e->argument_defaults[a]);
    b7_text_append(text, "0};\n");
  }
  b7_text_append(text, "static const B7KernelEvent events[] = {\n");
  for (int32_t i = 0; i < t->n_event; i++) {
    b7_text_append(text, "    {");
    b7_emit_string(text, t->events[i].name);
    b7_text_append(text, ", %d, argument_names_%d, argument_units_%d, argument_defaults_%d},\n",
                   t->events[i].n_argument, i, i, i);
  }
  b7_text_append(text, "    {0}};\n\n");
}

static void emit_reactions(B7Text *text, const B7KernelTables *t) {
  b7_text_append(text, "static const B7KernelReaction reactions[] = {\n");
  for (int32_t i = 0; i < t->n_reaction; i++) {
    b7_text_append(text, "    {");
    b7_emit_string(text, t->reactions[i].name);
    b7_text_append(text, ", %d, %d},\n", t->reactions[i].state, t->reactions[i].change);
  }
  b7_text_append(text, "    {0}};\n\n");
}

static void emit_triggers(B7Text *text, const B7KernelTables *t) {
  for (int32_t i = 0; i < t->n_trigger; i++) {
    const B7KernelTrigger *trigger = &t->triggers[i];
    b7_text_append(text, "static const B7KernelAssignment assignments_%d[] = {", i);
    for (int32_t a = 0; a < trigger->n_assignment; a++)
      b7_text_append(text, "{%d, %d, %d}, ", trigger->assignments[a].state, trigger->assignments[a].value,
                     trigger->assignments[a].size);
    b7_text_append(text, "{0}};\n");
  }
  b7_text_append(text, "static const B7KernelTrigger triggers[] = {\n");
  for (int32_t i = 0; i < t->n_trigger; i++) {
    const B7KernelTrigger *trigger = &t->triggers[i];
    b7_text_append(text, "    {");
    field(text, trigger->name);
    b7_text_append(text, "%d, %d, %d, %d, %d, %d, %d, assignments_%d},\n", trigger->condition, trigger->delay,
                   trigger->priority, trigger->true_before, trigger->persistent, trigger->values_at_trigger,
                   trigger->n_assignment, i);
  }
  b7_text_append(text, "    {0}};\n\n");
}

static void emit_integers(B7Text *text, const char *name, const int32_t *values, int32_t n) {
  b7_text_append(text, "static const int32_t %s[] = {", name);
  for (int32_t i = 0; i < n; i++) b7_text_append(text, i % 20 ? "%d, " : "\n    %d, ", values[i]);
  b7_text_append(text, "0};\n");
}

void b7_emit_tables(const B7Program *program, B7Text *text) {
  const B7KernelTables *t = &program->tables;
  b7_text_append(text, "/* ---- tables ---- */\n\n#ifdef B7_KERNEL_TABLES\n");
  emit_states(text, "states", t->states, t->n_state);
  emit_states(text, "exacts", t->exacts, t->n_exact);
  emit_parameters(text, t);
  emit_observables(text, t);
  emit_latches(text, t);
  emit_events(text, t);
  emit_reactions(text, t);
  if (t->n_trigger > 0) emit_triggers(text, t);
  emit_integers(text, "lu_row_start", t->lu_row_start, t->n_state + 1);
  emit_integers(text, "lu_column", t->lu_column, t->n_lu);
  emit_integers(text, "needs", t->needs, B7_NEED_COUNT);
  emit_integers(text, "quantities", t->quantities, B7_QUANTITY_COUNT);
  b7_text_append(
      text, "\nextern const B7KernelTables B7_KERNEL_TABLES;\nconst B7KernelTables B7_KERNEL_TABLES = {\n");
  b7_text_append(text, "    .abi = B7_KERNEL_ABI,\n    .model = ");
  b7_emit_string(text, t->model);
  b7_text_append(text, ",\n    .model_hash = ");
  b7_emit_string(text, t->model_hash);
  b7_text_append(text, ",\n");
#define SIZE_FIELD(name) b7_text_append(text, "    ." #name " = %d,\n", t->name)
  SIZE_FIELD(n_state);
  SIZE_FIELD(n_exact);
  SIZE_FIELD(n_shared);
  SIZE_FIELD(n_own);
  SIZE_FIELD(n_latch);
  SIZE_FIELD(n_derived);
  SIZE_FIELD(n_drive);
  SIZE_FIELD(n_parameter);
  SIZE_FIELD(n_observable);
  SIZE_FIELD(n_event);
  SIZE_FIELD(n_reaction);
  SIZE_FIELD(n_shared_parameter);
  SIZE_FIELD(observes_drive);
  SIZE_FIELD(n_jacobian);
  SIZE_FIELD(n_lu);
#undef SIZE_FIELD
  b7_text_append(text, "    .clock = %d,\n    .days_per_time_unit = ", t->clock);
  b7_emit_number(text, t->days_per_time_unit);
  b7_text_append(text, ",\n");
  if (t->n_trigger > 0)
    b7_text_append(text, "    .n_trigger = %d,\n    .triggers = triggers,\n", t->n_trigger);
  static const char *const pointers[] = {"lu_row_start", "lu_column",   "states",    "exacts",
                                         "parameters",   "observables", "latches",   "events",
                                         "reactions",    "needs",       "quantities"};
  for (size_t i = 0; i < sizeof pointers / sizeof *pointers; i++)
    b7_text_append(text, "    .%s = %s,\n", pointers[i], pointers[i]);
  b7_text_append(text, "};\n#endif\n");
}
