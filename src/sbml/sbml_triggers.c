/* sbml_triggers.c - triggers of a model as events of core SBML, and those events as triggers again.
 *
 * Their formulas are observables, which are parameters with assignment rules: an event names them and no more. */
#include <string.h>

#include "model/formula.h"
#include "sbml/sbml_reader.h"
#include "sbml/sbml_writer.h"

/* ---- out ---- */

static ASTNode_t *math_of(B7SbmlWriter *writer, const char *text) {
  ASTNode_t *ast = text ? b7_formula_ast(text) : NULL;
  if (!ast) b7_sbml_failed(writer, B7_ERROR_MEMORY, "");
  return ast;
}

static const char *observable(const B7SbmlWriter *writer, int32_t index) {
  return writer->model->observables[index].name;
}

static void add_assignment(B7SbmlWriter *writer, Event_t *event, const B7ModelAssignment *set) {
  EventAssignment_t *to = Event_createEventAssignment(event);
  EventAssignment_setVariable(to, writer->model->states[set->state].name);
  const char *value = observable(writer, set->value);
  ASTNode_t *ast = math_of(writer, set->size < 0 ? value
                                                 : b7_arena_format(&writer->arena, "%s * %s", value,
                                                                   observable(writer, set->size)));
  EventAssignment_setMath(to, ast);
  ASTNode_free(ast);
}

static void add_trigger(B7SbmlWriter *writer, const B7ModelTrigger *trigger) {
  Event_t *event = Model_createEvent(writer->sbml);
  Event_setName(event, trigger->name);
  Event_setUseValuesFromTriggerTime(event, trigger->values_at_trigger);
  Trigger_t *when = Event_createTrigger(event);
  Trigger_setInitialValue(when, trigger->true_before);
  Trigger_setPersistent(when, trigger->persistent);
  ASTNode_t *ast =
      math_of(writer, b7_arena_format(&writer->arena, "%s != 0", observable(writer, trigger->condition)));
  Trigger_setMath(when, ast);
  ASTNode_free(ast);
  if (trigger->delay >= 0) {
    // the document counts days
    char days[32];
    b7_number_print(writer->model->days_per_time_unit, days);
    ast =
        math_of(writer, b7_arena_format(&writer->arena, "%s * %s", observable(writer, trigger->delay), days));
    Delay_setMath(Event_createDelay(event), ast);
    ASTNode_free(ast);
  }
  if (trigger->priority >= 0) {
    ast = math_of(writer, observable(writer, trigger->priority));
    Priority_setMath(Event_createPriority(event), ast);
    ASTNode_free(ast);
  }
  for (int32_t i = 0; i < trigger->n_assignment; i++) add_assignment(writer, event, &trigger->assignments[i]);
}

void b7_sbml_write_triggers(B7SbmlWriter *writer) {
  for (int32_t i = 0; i < writer->model->n_trigger; i++) add_trigger(writer, &writer->model->triggers[i]);
}

/* ---- in ---- */

/* The place of the item that a formula names, first or alone. */
static B7Status named(const B7SbmlReader *reader, const SBase_t *element, const ASTNode_t *ast,
                      B7NameKind kind, int32_t *index) {
  while (ast && ASTNode_getNumChildren(ast) > 0) ast = ASTNode_getChild(ast, 0);
  const char *name = ast && ASTNode_getType(ast) == AST_NAME ? ASTNode_getName(ast) : NULL;
  const B7Name *found = name ? b7_names_find(&reader->draft.names, name) : NULL;
  if (!found || found->kind != kind)
    return b7_sbml_fail(reader, element, "the event names no %s", b7_name_kind_word(kind));
  *index = found->index;
  return B7_OK;
}

static B7Status read_assignment(B7SbmlReader *reader, EventAssignment_t *set, B7ModelAssignment *out) {
  const SBase_t *element = (SBase_t *)set;
  const char *variable = b7_sbml_id(EventAssignment_getVariable(set));
  const ASTNode_t *ast = EventAssignment_getMath(set);
  const B7Name *state = b7_names_find(&reader->draft.names, variable);
  if (!state || state->kind != B7_NAME_STATE)
    return b7_sbml_fail(reader, element, "the event sets '%s', which is no state", variable);
  *out = (B7ModelAssignment){.state = state->index, .size = -1};
  B7_TRY(named(reader, element, ast, B7_NAME_OBSERVABLE, &out->value));
  if (ASTNode_getNumChildren(ast) < 2) return B7_OK;
  return named(reader, element, ASTNode_getChild(ast, 1), B7_NAME_OBSERVABLE, &out->size);
}

static B7Status read_trigger(B7SbmlReader *reader, Event_t *event, B7ModelTrigger *out) {
  const SBase_t *element = (SBase_t *)event;
  const Trigger_t *when = Event_getTrigger(event);
  unsigned n = Event_getNumEventAssignments(event);
  B7ModelAssignment *assignments = B7_ARENA_ARRAY(&reader->draft.model->arena, B7ModelAssignment, n + 1);
  const char *name = b7_draft_text(&reader->draft, b7_sbml_id(Event_getName(event)));
  if (!assignments || !name) return b7_fail_memory(reader->error);
  if (!when) return b7_sbml_fail(reader, element, "the event has no trigger");
  *out = (B7ModelTrigger){.name = name,
                          .delay = -1,
                          .priority = -1,
                          .true_before = Trigger_getInitialValue(when),
                          .persistent = Trigger_getPersistent(when),
                          .values_at_trigger = Event_getUseValuesFromTriggerTime(event),
                          .n_assignment = (int32_t)n,
                          .assignments = assignments,
                          .place = b7_sbml_place(reader, element)};
  B7_TRY(named(reader, element, Trigger_getMath(when), B7_NAME_OBSERVABLE, &out->condition));
  const Delay_t *delay = Event_getDelay(event);
  if (delay) B7_TRY(named(reader, element, Delay_getMath(delay), B7_NAME_OBSERVABLE, &out->delay));
  const Priority_t *priority = Event_getPriority(event);
  if (priority)
    B7_TRY(named(reader, element, Priority_getMath(priority), B7_NAME_OBSERVABLE, &out->priority));
  for (unsigned i = 0; i < n; i++)
    B7_TRY(read_assignment(reader, Event_getEventAssignment(event, i), &assignments[i]));
  return B7_OK;
}

B7Status b7_sbml_read_triggers(B7SbmlReader *reader) {
  B7Model *model = reader->draft.model;
  unsigned n = Model_getNumEvents(reader->sbml);
  B7ModelTrigger *triggers = B7_ARENA_ARRAY(&model->arena, B7ModelTrigger, n + 1);
  if (!triggers) return b7_fail_memory(reader->error);
  model->triggers = triggers;
  for (unsigned i = 0; i < n; i++)
    B7_TRY(read_trigger(reader, Model_getEvent(reader->sbml, i), &triggers[model->n_trigger++]));
  return B7_OK;
}
