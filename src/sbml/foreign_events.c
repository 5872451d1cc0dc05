/* foreign_events.c - events of somebody else's file as triggers of the model; their formulas become observables. */
#include "sbml/foreign.h"

/* One formula of an event as observable event_<event>_<part>. */
static B7Status observe(B7Foreign *f, const SBase_t *element, const char *event, const char *part,
                        const ASTNode_t *ast, int32_t *index) {
  B7Arena *arena = &f->reader->draft.model->arena;
  const B7ForeignScope scope = {.element = element,
                                .what = b7_arena_format(arena, "%s of event '%s'", part, event)};
  B7ExpressionId tree;
  if (!scope.what) return b7_fail_memory(f->reader->error);
  B7_TRY(b7_foreign_math(f, ast, &scope, &tree));
  return b7_foreign_observe(f, element, b7_arena_format(arena, "event_%s_%s", event, part), tree, index);
}

static B7Status read_assignment(B7Foreign *f, const char *event, EventAssignment_t *set,
                                B7ModelAssignment *out, int32_t size_observable[]) {
  const SBase_t *element = (const SBase_t *)set;
  const char *variable = b7_sbml_id(EventAssignment_getVariable(set));
  const B7ForeignSymbol *symbol = b7_foreign_find(f, variable, NULL);
  if (!symbol || symbol->place != B7_FOREIGN_STATE)
    return b7_sbml_fail(f->reader, element, "the event '%s' sets '%s', which %s", event, variable,
                        symbol ? "a rule determines" : "is no quantity");
  *out = (B7ModelAssignment){.state = symbol->index, .size = -1};
  B7_TRY(observe(f, element, event, variable, EventAssignment_getMath(set), &out->value));
  if (!symbol->amount_state) return B7_OK;
  const B7ForeignSymbol *size = b7_foreign_size(f, symbol);
  int32_t *known = &size_observable[symbol->compartment];
  if (*known < 0)
    B7_TRY(b7_foreign_observe(f, element,
                              b7_arena_format(&f->reader->draft.model->arena, "size_%s", size->id),
                              size->value, known));
  out->size = *known;
  return B7_OK;
}

static B7Status read_event(B7Foreign *f, Event_t *event, unsigned number, int32_t size_observable[],
                           B7ModelTrigger *out) {
  B7Draft *draft = &f->reader->draft;
  B7Arena *arena = &draft->model->arena;
  const SBase_t *element = (SBase_t *)event;
  const char *id = b7_sbml_id(Event_getId(event));
  const char *name = *id ? b7_draft_text(draft, id) : b7_arena_format(arena, "%u", number + 1);
  unsigned n = Event_getNumEventAssignments(event);
  B7ModelAssignment *assignments = B7_ARENA_ARRAY(arena, B7ModelAssignment, n + 1);
  if (!name || !assignments) return b7_fail_memory(f->reader->error);
  Trigger_t *trigger = Event_getTrigger(event);
  *out = (B7ModelTrigger){.name = name,
                          .delay = -1,
                          .priority = -1,
                          .true_before = Trigger_getInitialValue(trigger),
                          .persistent = Trigger_getPersistent(trigger),
                          .values_at_trigger = Event_getUseValuesFromTriggerTime(event),
                          .assignments = assignments,
                          .place = b7_sbml_place(f->reader, element)};
  B7_TRY(observe(f, element, name, "trigger", Trigger_getMath(trigger), &out->condition));
  const Delay_t *delay = Event_getDelay(event);
  if (delay && Delay_isSetMath(delay))
    B7_TRY(observe(f, element, name, "delay", Delay_getMath(delay), &out->delay));
  const Priority_t *priority = Event_getPriority(event);
  if (priority && Priority_isSetMath(priority))
    B7_TRY(observe(f, element, name, "priority", Priority_getMath(priority), &out->priority));
  for (unsigned i = 0; i < n; i++) {
    EventAssignment_t *set = Event_getEventAssignment(event, i);
    if (EventAssignment_isSetMath(set))
      B7_TRY(read_assignment(f, name, set, &assignments[out->n_assignment++], size_observable));
  }
  return B7_OK;
}

B7Status b7_foreign_events(B7Foreign *f) {
  B7Model *model = f->reader->draft.model;
  unsigned n = Model_getNumEvents(f->sbml);
  B7ModelTrigger *triggers = B7_ARENA_ARRAY(&model->arena, B7ModelTrigger, n + 1);
  int32_t *size_observable = B7_ARENA_ARRAY(&f->arena, int32_t, f->n_symbol + 1);
  if (!triggers || !size_observable) return b7_fail_memory(f->reader->error);
  for (int32_t i = 0; i < f->n_symbol; i++) size_observable[i] = -1;
  model->triggers = triggers;
  for (unsigned i = 0; i < n; i++) {
    Event_t *event = Model_getEvent(f->sbml, i);
    // without a trigger it never happens
    const Trigger_t *trigger = Event_getTrigger(event);
    if (!trigger || !Trigger_isSetMath(trigger)) continue;
    B7_TRY(read_event(f, event, i, size_observable, &triggers[model->n_trigger++]));
  }
  return B7_OK;
}
