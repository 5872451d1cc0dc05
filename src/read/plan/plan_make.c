/* plan_make.c - treatments become sorted kernel events. */
#include "read/plan/plan_make.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "document/document.h"
#include "kernel/tables.h"
#include "read/plan/policy_load.h"
#include "treat/plan.h"

#define HORIZON_MAX_DAY 36600.0
#define OUTPUTS_MAX 1000000.0

/* growing arrays of the plan while it is made */
typedef struct PlanDraft {
  B7Arena *arena;
  B7PlanEvent *events;
  double *arguments;
  int32_t n_event, n_argument;
  size_t room_event, room_argument;
} PlanDraft;

static double *add_event(PlanDraft *draft, const B7PlanEvent *event, const B7KernelEvent *kernel_event) {
  B7PlanEvent *events =
      b7_arena_grow(draft->arena, draft->events, (size_t)draft->n_event, &draft->room_event, sizeof *events);
  if (!events) return NULL;
  draft->events = events;
  int32_t start = draft->n_argument;
  for (int32_t i = 0; i < kernel_event->n_argument; i++) {
    double *arguments = b7_arena_grow(draft->arena, draft->arguments, (size_t)draft->n_argument,
                                      &draft->room_argument, sizeof *arguments);
    if (!arguments) return NULL;
    draft->arguments = arguments;
    arguments[draft->n_argument++] = kernel_event->argument_defaults[i];
  }
  events[draft->n_event] = *event;
  events[draft->n_event].argument_start = start;
  events[draft->n_event].n_argument = kernel_event->n_argument;
  draft->n_event++;
  return draft->arguments + start;
}

/* of what is no drug */
static B7Need event_of_role(B7Role role) {
  switch (role) {
  case B7_ROLE_GRAFT:
    return B7_NEED_GIVE_GRAFT;
  case B7_ROLE_PLATELETS:
    return B7_NEED_GIVE_PLATELETS;
  case B7_ROLE_RED_CELLS:
    return B7_NEED_GIVE_RED_CELLS;
  default:
    return B7_NEED_GIVE_CART;
  }
}

static B7Status missing_event(const B7PlanMaker *maker, const B7Given *given, B7Error *error) {
  return b7_fail(
      error, B7_ERROR_INPUT,
      "model '%s' has no event for '%s', which this course gives; 'bridge7 model check' tells what a "
      "model needs",
      maker->tables->model, given->name);
}

static B7Status wrong_unit(const B7PlanMaker *maker, const B7KernelEvent *event, int32_t argument,
                           const char *unit, B7Error *error) {
  return b7_fail(error, B7_ERROR_INPUT,
                 "model '%s' has '%s' of event '%s' in '%s', which '%s' cannot be turned into",
                 maker->tables->model, event->argument_names[argument], event->name,
                 event->argument_units[argument], unit);
}

/* attributes by name into the event's arguments, each in the unit that the model wants */
static B7Status fill_arguments(const B7PlanMaker *maker, const B7Given *given, const B7KernelEvent *event,
                               int32_t first, double *argument, B7Error *error) {
  for (int32_t i = first; i < event->n_argument; i++) {
    for (int32_t k = 0; k < given->n_attribute; k++) {
      const B7Attribute *attribute = &given->attributes[k];
      B7Convertible can;
      if (strcmp(attribute->name, event->argument_names[i]) != 0) continue;
      argument[i] = attribute->value;
      B7_TRY(b7_converter_apply(maker->converter, attribute->unit, event->argument_units[i], &argument[i],
                                &can, error));
      if (can != B7_CONVERTIBLE_YES) return wrong_unit(maker, event, i, attribute->unit, error);
    }
    if (isnan(argument[i])) {
      return b7_fail(error, B7_ERROR_INPUT,
                     "'%s' needs '%s' for the model's event '%s'; give it under 'attributes:'", given->name,
                     event->argument_names[i], event->name);
    }
  }
  return B7_OK;
}

/* cells on the basis of the model's argument: per kg or in the whole body */
static B7Status cells_argument(const B7PlanMaker *maker, const B7Given *given,
                               const B7KernelEvent *kernel_event, B7PlanEvent *event, double *amount,
                               B7Error *error) {
  const char *unit = kernel_event->argument_units[0];
  B7Convertible can;
  *amount = given->dose.amount;
  B7_TRY(b7_converter_apply(maker->converter, "cell/kg", unit, amount, &can, error));
  bool per_kg = can == B7_CONVERTIBLE_YES;
  if (!per_kg) B7_TRY(b7_converter_apply(maker->converter, "cell", unit, amount, &can, error));
  if (can != B7_CONVERTIBLE_YES) return wrong_unit(maker, kernel_event, 0, "cell/kg", error);
  return b7_plan_scale(maker, given->dose.basis, per_kg ? B7_DOSE_BASIS_PER_KG : B7_DOSE_BASIS_FLAT,
                       given->name, event, error);
}

static B7Status prepare(const B7PlanMaker *maker, const B7Given *given, B7PlanEvent *event, double *amount,
                        B7Error *error) {
  *event = (B7PlanEvent){.role = given->role, .scale_parameter = {-1, -1}};
  if (given->kind == B7_GIVEN_DRUG)
    return b7_plan_drug(maker, given->name, &given->dose, &given->reference, event, amount, error);
  event->event = b7_tables_need(maker->tables, event_of_role(given->role));
  if (event->event < 0) return missing_event(maker, given, error);
  const B7KernelEvent *kernel_event = &maker->tables->events[event->event];
  if (given->kind == B7_GIVEN_PRODUCT)
    return cells_argument(maker, given, kernel_event, event, amount, error);
  // a transfusion is units of the model's typical one
  *amount =
      given->kind == B7_GIVEN_TRANSFUSION ? given->dose.amount * kernel_event->argument_defaults[0] : NAN;
  return B7_OK;
}

static B7Status add_given(PlanDraft *draft, const B7PlanMaker *maker, const B7Given *given,
                          double horizon_day, B7Error *error) {
  B7PlanEvent event;
  double amount;
  B7_TRY(prepare(maker, given, &event, &amount, error));
  const B7KernelEvent *kernel_event = &maker->tables->events[event.event];
  for (int32_t i = 0; i < given->n_day; i++) {
    if (given->day[i] > horizon_day) break;
    event.t_day = given->day[i];
    double *argument = add_event(draft, &event, kernel_event);
    if (!argument) return b7_fail_memory(error);
    bool has_amount = given->kind != B7_GIVEN_GRAFT;
    if (has_amount) argument[0] = amount;
    B7_TRY(fill_arguments(maker, given, kernel_event, has_amount ? 1 : 0, argument, error));
  }
  return B7_OK;
}

static B7Status add_all(PlanDraft *draft, const B7PlanMaker *maker, const B7Given *given, int32_t n_given,
                        double horizon_day, B7Error *error) {
  for (int32_t i = 0; i < n_given; i++) {
    // what was given by policy is the policy's to decide
    if (!given[i].by_policy) B7_TRY(add_given(draft, maker, &given[i], horizon_day, error));
  }
  b7_plan_sort(draft->events, draft->n_event);
  return B7_OK;
}

static B7Status check_source(const B7PlanSource *source, B7Error *error) {
  if (!(source->horizon_day > 0) || source->horizon_day > HORIZON_MAX_DAY) {
    return b7_fail(error, B7_ERROR_USAGE, "the horizon must be between 0 and %g days, not %g",
                   HORIZON_MAX_DAY, source->horizon_day);
  }
  if (!(source->output_every_day > 0) || source->horizon_day / source->output_every_day > OUTPUTS_MAX) {
    return b7_fail(error, B7_ERROR_USAGE,
                   "output every %g days is not possible; choose more than 0 and at most %g output times",
                   source->output_every_day, OUTPUTS_MAX);
  }
  return B7_OK;
}

/* every look of a policy is an output */
static B7Status check_looks(const B7Plan *plan, B7Error *error) {
  if (!plan->policy || plan->horizon_day / plan->policy->check_every_day <= OUTPUTS_MAX) return B7_OK;
  return b7_fail(error, B7_ERROR_INPUT,
                 "policy '%s' looks every %g d, more than %g times until the horizon on day %g; let its "
                 "check_every be longer",
                 plan->policy->name, plan->policy->check_every_day, OUTPUTS_MAX, plan->horizon_day);
}

static B7Status fill_plan(B7Plan *plan, const B7PlanMaker *maker, B7Error *error) {
  const B7PlanSource *source = maker->source;
  PlanDraft draft = {.arena = &plan->arena};
  plan->horizon_day = source->horizon_day;
  B7_TRY(add_all(&draft, maker, source->given, source->n_given, plan->horizon_day, error));
  plan->events = draft.events;
  plan->arguments = draft.arguments;
  plan->n_event = draft.n_event;
  plan->n_argument = draft.n_argument;
  if (source->policy_path)
    B7_TRY(b7_policy_load(source->policy_path, maker, &plan->arena, &plan->policy, error));
  B7_TRY(check_looks(plan, error));
  return b7_plan_grid(plan, source->output_every_day, source->output_day, source->n_output_day, error);
}

static B7PlanMaker maker_for(const B7PlanSource *source, const B7KernelTables *tables,
                             B7Converter *converter) {
  return (B7PlanMaker){.source = source,
                       .converter = converter,
                       .tables = tables,
                       .bsa = b7_tables_need(tables, B7_NEED_BODY_SURFACE),
                       .weight = b7_tables_need(tables, B7_NEED_BODY_WEIGHT)};
}

B7Status b7_plan_make_from(const B7PlanSource *source, const B7KernelTables *tables, const B7Hooks *hooks,
                           B7Plan **out, B7Error *error) {
  *out = NULL;
  b7_error_clear(error);
  B7_TRY(check_source(source, error));
  B7Converter converter = {.hooks = hooks};
  const B7PlanMaker maker = maker_for(source, tables, &converter);
  B7Arena arena = b7_arena_make(hooks);
  B7Plan *plan = B7_ARENA_ARRAY(&arena, B7Plan, 1);
  B7Status status = plan ? B7_OK : b7_fail_memory(error);
  if (plan) {
    plan->arena = arena;
    status = fill_plan(plan, &maker, error);
  }
  b7_converter_close(&converter);
  if (status != B7_OK) {
    b7_plan_free(plan);
    return status;
  }
  *out = plan;
  return B7_OK;
}

B7Status b7_protocol_make(const char *name, const B7Given *given, int32_t n_given, bool whole,
                          const B7KernelTables *tables, B7Arena *arena, B7Protocol *out, B7Error *error) {
  B7Converter converter = {.hooks = &arena->hooks};
  const B7PlanMaker maker = maker_for(NULL, tables, &converter);
  PlanDraft draft = {.arena = arena};
  B7Status status = add_all(&draft, &maker, given, n_given, INFINITY, error);
  b7_converter_close(&converter);
  B7_TRY(status);
  double first = draft.n_event > 0 ? draft.events[0].t_day : 0,
         last = draft.n_event > 0 ? draft.events[draft.n_event - 1].t_day : 0;
  for (int32_t i = 0; i < draft.n_event; i++) draft.events[i].t_day -= first;
  *out = (B7Protocol){.name = name,
                      .lead_day = (whole ? last : 0) - first,
                      .n_event = draft.n_event,
                      .events = draft.events,
                      .arguments = draft.arguments};
  return B7_OK;
}
