/* sbml_foreign.c - SBML of others: core Level 3 (lower levels are converted), flattened.
 *
 * Species are states; where a species' symbol means a concentration, so does the state, unless its compartment
 * changes: then the state is the amount behind it. Compartments and constant parameters are parameters, what
 * initial assignments alone set definitions, as are assignment rules; rate rules are reactions of their own, events
 * triggers. Rates are scaled from the file's time unit to days. Each symbol is also an observable, obs_<id>.
 */
#include "sbml/foreign.h"

#include <math.h>
#include <string.h>

/* Days in one time unit of the file; a file without one is taken to be in days, with a warning. */
static B7Status days_per_time_unit(const B7SbmlReader *reader, double *days) {
  const char *units = b7_sbml_id(Model_getTimeUnits(reader->sbml));
  *days = 1;
  if (strcmp(units, "second") == 0) {
    *days = 1.0 / 86400;
    return B7_OK;
  }
  UnitDefinition_t *definition = *units ? Model_getUnitDefinitionById(reader->sbml, units) : NULL;
  if (!definition) {
    if (reader->hooks && reader->hooks->warning)
      reader->hooks->warning(reader->hooks->user,
                             "the SBML file names no unit of time: its times are taken as days");
    return B7_OK;
  }
  double seconds = 1;
  for (unsigned i = 0; i < UnitDefinition_getNumUnits(definition); i++) {
    Unit_t *unit = UnitDefinition_getUnit(definition, i);
    bool time = Unit_getKind(unit) == UNIT_KIND_SECOND && Unit_getExponentAsDouble(unit) == 1;
    if (!time && Unit_getKind(unit) != UNIT_KIND_DIMENSIONLESS)
      return b7_sbml_fail(reader, (SBase_t *)definition, "the unit of time '%s' is no multiple of a second",
                          units);
    seconds *= Unit_getMultiplier(unit) * pow(10, Unit_getScale(unit));
  }
  *days = seconds / 86400;
  return B7_OK;
}

/* 86400, not the reciprocal of a rounded 1/86400 */
static double units_per_day(double days) {
  double whole = round(1 / days);
  return fabs(whole * days - 1) < 1e-12 ? whole : 1 / days;
}

static B7DraftCapacity capacity_of(B7Foreign *f) {
  Model_t *m = f->sbml;
  int32_t reactions = (int32_t)Model_getNumReactions(m), events = (int32_t)Model_getNumEvents(m), sets = 0,
          terms = 0;
  for (unsigned i = 0; i < Model_getNumEvents(m); i++)
    sets += (int32_t)Event_getNumEventAssignments(Model_getEvent(m, i));
  for (unsigned i = 0; i < Model_getNumReactions(m); i++)
    terms += (int32_t)(Reaction_getNumReactants(Model_getReaction(m, i)) +
                       Reaction_getNumProducts(Model_getReaction(m, i)));
  // one more state and reaction for the clock
  return (B7DraftCapacity){.modules = 1,
                           .parameters = f->n_symbol,
                           .states = f->n_symbol + 1,
                           .definitions = f->n_symbol,
                           .observables = 2 * f->n_symbol + reactions + 3 * events + 2 * sets,
                           .reactions = f->n_symbol + reactions + terms + 1};
}

static B7Status name_model(B7Foreign *f) {
  B7SbmlReader *reader = f->reader;
  B7Draft *draft = &reader->draft;
  B7Model *model = draft->model;
  model->foreign = true;
  reader->path = b7_draft_text(draft, reader->path);
  model->name = b7_draft_text(draft, *b7_sbml_id(Model_getId(f->sbml)) ? Model_getId(f->sbml) : "model");
  model->title = b7_draft_text(draft, b7_sbml_id(Model_getName(f->sbml)));
  if (!reader->path || !model->name || !model->title) return b7_fail_memory(reader->error);
  B7_TRY(days_per_time_unit(reader, &model->days_per_time_unit));
  f->per_day = units_per_day(model->days_per_time_unit);
  B7ModelModule *module;
  return b7_draft_module(draft, "main", b7_sbml_place(reader, (SBase_t *)f->sbml), &module, reader->error);
}

static B7Status translate(B7Foreign *f) {
  B7_TRY(b7_foreign_collect(f));
  B7_TRY(b7_foreign_match(f));
  const B7DraftCapacity capacity = capacity_of(f);
  f->by_state = B7_ARENA_ARRAY(&f->arena, int32_t, f->n_symbol + 2);
  f->by_definition = B7_ARENA_ARRAY(&f->arena, int32_t, f->n_symbol + 1);
  if (!f->by_state || !f->by_definition) return b7_fail_memory(f->reader->error);
  B7_TRY(b7_draft_make(f->reader->hooks, &capacity, &f->reader->draft, f->reader->error));
  B7_TRY(name_model(f));
  B7_TRY(b7_foreign_place(f));
  B7_TRY(b7_foreign_changes(f));
  B7_TRY(b7_foreign_events(f));
  return b7_foreign_fill(f);
}

B7Status b7_sbml_read_foreign(B7SbmlReader *reader) {
  B7_TRY(b7_foreign_normalise(reader));
  B7Foreign foreign = {.reader = reader,
                       .rates = &b7_foreign_rates,
                       .sbml = reader->sbml,
                       .arena = b7_arena_make(reader->hooks)};
  B7Status status = translate(&foreign);
  b7_arena_free(&foreign.arena);
  return status;
}
