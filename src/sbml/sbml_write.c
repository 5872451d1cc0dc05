/* sbml_write.c - a model as SBML Level 3 Version 2 core. */
#include "sbml/sbml_writer.h"

#include "base/files.h"
#include "model/formula.h"

#include <stdlib.h>
#include <string.h>

static bool is_zero(const ASTNode_t *ast) {
  if (!ASTNode_isNumber(ast)) return false;
  return ASTNode_getType(ast) == AST_INTEGER ? ASTNode_getInteger(ast) == 0 : ASTNode_getReal(ast) == 0;
}

/* A sum, choice or number that holds a number other than 0, and so has no dimension. */
static bool is_plain(const ASTNode_t *ast) {
  if (ASTNode_isNumber(ast)) return !is_zero(ast);
  switch (ASTNode_getType(ast)) {
  case AST_PLUS:
  case AST_MINUS:
  case AST_FUNCTION_MIN:
  case AST_FUNCTION_MAX:
  case AST_FUNCTION_PIECEWISE:
    break;
  default:
    return false;
  }
  bool plain = false;
  for (unsigned i = 0; i < ASTNode_getNumChildren(ast); i++) plain |= is_plain(ASTNode_getChild(ast, i));
  return plain;
}

/* Numbers are dimensionless in a model, and SBML wants to be told; a 0 has the unit of what stands beside it,
   so it is marked only where that is a number too. */
static void mark_numbers(ASTNode_t *ast) {
  bool plain = is_plain(ast);
  for (unsigned i = 0; i < ASTNode_getNumChildren(ast); i++) {
    ASTNode_t *child = ASTNode_getChild(ast, i);
    if (plain && is_zero(child)) ASTNode_setUnits(child, "dimensionless");
    mark_numbers(child);
  }
  if (ASTNode_isNumber(ast) && !is_zero(ast)) ASTNode_setUnits(ast, "dimensionless");
}

/* A formula of the model as libSBML's tree, divided by `one` (Nullable). The caller frees it. */
static ASTNode_t *math_of(B7SbmlWriter *writer, B7ExpressionId id, const char *one) {
  B7Text text = b7_text_make(&writer->arena.hooks);
  if (one) b7_text_append(&text, "(");
  b7_model_print_formula(writer->model, NULL, id, &text);
  if (one) b7_text_append(&text, ") / %s", one);
  ASTNode_t *ast = text.failed ? NULL : b7_formula_ast(text.bytes);
  if (!ast) b7_sbml_failed(writer, text.failed ? B7_ERROR_MEMORY : B7_ERROR_INPUT, "a formula");
  if (ast) mark_numbers(ast);
  b7_text_release(&text);
  return ast;
}

static void add_rule(B7SbmlWriter *writer, const char *variable, B7ExpressionId id, const char *one) {
  ASTNode_t *ast = math_of(writer, id, one);
  Rule_t *rule = (Rule_t *)Model_createAssignmentRule(writer->sbml);
  Rule_setVariable(rule, variable);
  Rule_setMath(rule, ast);
  ASTNode_free(ast);
}

static Parameter_t *add_parameter(B7SbmlWriter *writer, const char *name, const char *label, const char *unit,
                                  bool constant) {
  Parameter_t *parameter = Model_createParameter(writer->sbml);
  const B7SbmlUnit *row = *unit ? b7_sbml_unit(writer, unit) : NULL;
  Parameter_setId(parameter, name);
  if (*label) Parameter_setName(parameter, label);
  if (row) Parameter_setUnits(parameter, row->id);
  Parameter_setConstant(parameter, constant);
  return parameter;
}

static void add_state(B7SbmlWriter *writer, const B7ModelState *state) {
  const B7SbmlUnit *unit = b7_sbml_state_unit(writer, state->unit);
  if (!unit) return;
  Species_t *species = Model_createSpecies(writer->sbml);
  Species_setId(species, state->name);
  if (*state->label) Species_setName(species, state->label);
  Species_setCompartment(species, unit->compartment);
  Species_setSubstanceUnits(species, unit->substance);
  Species_setConversionFactor(species, unit->one_substance);
  Species_setHasOnlySubstanceUnits(species, !unit->concentration);
  Species_setBoundaryCondition(species, 0);
  Species_setConstant(species, 0);
  b7_sbml_annotate_state(writer, species, state);
  const B7Expression *initial = b7_expression_at(&writer->model->pool, state->initial);
  if (initial->kind == B7_EXPRESSION_NUMBER) {
    if (unit->concentration)
      Species_setInitialConcentration(species, initial->number);
    else
      Species_setInitialAmount(species, initial->number);
    return;
  }
  ASTNode_t *ast = math_of(writer, state->initial, NULL);
  InitialAssignment_t *assignment = Model_createInitialAssignment(writer->sbml);
  InitialAssignment_setSymbol(assignment, state->name);
  InitialAssignment_setMath(assignment, ast);
  ASTNode_free(ast);
}

/* Stoichiometry counts extents, so a weight between two units is divided by one of their ratio. */
static const char *ratio_of(B7SbmlWriter *writer, const char *to, const char *from) {
  const char *text = b7_arena_format(&writer->arena, "(%s)/(%s)", *to ? to : "1", *from ? from : "1");
  if (!text) b7_sbml_failed(writer, B7_ERROR_MEMORY, "");
  B7SbmlUnit *unit = text ? b7_sbml_unit(writer, text) : NULL;
  if (!unit) return NULL;
  if (!unit->one) {
    unit->one = b7_arena_format(&writer->arena, "b7_ratio_%zu", (size_t)(unit - writer->rows) + 1);
    if (!unit->one) b7_sbml_failed(writer, B7_ERROR_MEMORY, "");
    if (unit->one) b7_sbml_one(writer, unit->one, unit->id);
  }
  return unit->one;
}

static void add_term(B7SbmlWriter *writer, const B7ModelReaction *r, int32_t number, const B7ModelTerm *term,
                     const char *rate_unit, SpeciesReference_t *reference) {
  const B7ModelState *state = &writer->model->states[term->state];
  SpeciesReference_setSpecies(reference, state->name);
  const B7Expression *weight = b7_expression_at(&writer->model->pool, term->weight);
  bool is_number = weight->kind == B7_EXPRESSION_NUMBER;
  SpeciesReference_setConstant(reference, is_number);
  if (is_number) {
    SpeciesReference_setStoichiometry(reference, weight->number);
    return;
  }
  const char *id = b7_arena_format(&writer->arena, "b7_weight_%d_%s", (int)number, r->name);
  const char *ratio = ratio_of(writer, state->unit, rate_unit);
  if (!id || !ratio) {
    b7_sbml_failed(writer, B7_ERROR_MEMORY, "");
    return;
  }
  SpeciesReference_setId(reference, id);
  add_rule(writer, id, term->weight, ratio);
}

typedef struct Readers {
  const B7ModelReaction *reaction;
  Reaction_t *to;
  const B7Model *model;
} Readers;

/* SBML wants every species of a kinetic law to be named: reactant, product or modifier. */
static bool add_modifier(void *context, int32_t kind, int32_t index) {
  const Readers *readers = context;
  if (kind != B7_SYMBOL_STATE) return true;
  for (int32_t i = 0; i < readers->reaction->n_from; i++)
    if (readers->reaction->from[i].state == index) return true;
  for (int32_t i = 0; i < readers->reaction->n_to; i++)
    if (readers->reaction->to[i].state == index) return true;
  SpeciesReference_setSpecies(Reaction_createModifier(readers->to), readers->model->states[index].name);
  return true;
}

static void add_reaction(B7SbmlWriter *writer, const B7ModelReaction *r) {
  const B7Model *model = writer->model;
  Reaction_t *reaction = Model_createReaction(writer->sbml);
  Reaction_setId(reaction, r->name);
  if (*r->label) Reaction_setName(reaction, r->label);
  Reaction_setReversible(reaction, 0);
  b7_sbml_annotate_reaction(writer, reaction, r);
  const char *rate_unit = model->states[r->n_from ? r->from[0].state : r->to[0].state].unit;
  for (int32_t i = 0; i < r->n_from; i++)
    add_term(writer, r, i, &r->from[i], rate_unit, Reaction_createReactant(reaction));
  for (int32_t i = 0; i < r->n_to; i++)
    add_term(writer, r, r->n_from + i, &r->to[i], rate_unit, Reaction_createProduct(reaction));
  Readers readers = {r, reaction, model};
  b7_expression_visit_symbols(&model->pool, r->rate, add_modifier, &readers);
  const B7SbmlUnit *unit = b7_sbml_state_unit(writer, rate_unit);
  ASTNode_t *ast = unit ? math_of(writer, r->rate, unit->one) : NULL;
  KineticLaw_setMath(Reaction_createKineticLaw(reaction), ast);
  ASTNode_free(ast);
}

static void add_parameters(B7SbmlWriter *writer) {
  const B7Model *model = writer->model;
  for (int32_t i = 0; i < model->n_parameter; i++) {
    const B7ModelParameter *p = &model->parameters[i];
    Parameter_t *parameter = add_parameter(writer, p->name, p->label, p->unit, true);
    Parameter_setValue(parameter, p->value);
    b7_sbml_annotate_parameter(writer, parameter, p);
  }
  for (int32_t i = 0; i < model->n_latch; i++) {
    const B7ModelLatch *latch = &model->latches[i];
    Parameter_t *parameter = add_parameter(writer, latch->name, latch->label, latch->unit, false);
    Parameter_setValue(parameter, latch->initial);
    b7_sbml_annotate_latch(writer, parameter, latch);
  }
}

static void add_formulas(B7SbmlWriter *writer) {
  const B7Model *model = writer->model;
  for (int32_t i = 0; i < model->n_definition; i++) {
    const B7ModelDefinition *d = &model->definitions[i];
    b7_sbml_annotate_definition(writer, add_parameter(writer, d->name, d->label, d->unit, false), d);
    add_rule(writer, d->name, d->is, NULL);
  }
  for (int32_t i = 0; i < model->n_observable; i++) {
    const B7ModelObservable *o = &model->observables[i];
    b7_sbml_annotate_observable(writer, add_parameter(writer, o->name, o->label, o->unit, false), o);
    add_rule(writer, o->name, o->is, NULL);
  }
}

static void add_body(B7SbmlWriter *writer) {
  Compartment_t *body = Model_createCompartment(writer->sbml);
  Compartment_setId(body, "b7_body");
  Compartment_setName(body, "the patient");
  Compartment_setSpatialDimensions(body, 3);
  Compartment_setSize(body, 1);
  Compartment_setUnits(body, "litre");
  Compartment_setConstant(body, 1);
  b7_sbml_one(writer, "b7_one", "dimensionless");
}

static void fill(B7SbmlWriter *writer) {
  const B7Model *model = writer->model;
  Model_setId(writer->sbml, model->name);
  if (*model->title) Model_setName(writer->sbml, model->title);
  const B7SbmlUnit *day = b7_sbml_unit(writer, "d");
  if (day) Model_setTimeUnits(writer->sbml, day->id);
  Model_setSubstanceUnits(writer->sbml, "dimensionless");
  Model_setExtentUnits(writer->sbml, "dimensionless");
  b7_sbml_annotate_model(writer);
  add_body(writer);
  add_parameters(writer);
  for (int32_t i = 0; i < model->n_state; i++) add_state(writer, &model->states[i]);
  add_formulas(writer);
  for (int32_t i = 0; i < model->n_reaction; i++) add_reaction(writer, &model->reactions[i]);
  b7_sbml_write_triggers(writer);
}

B7Status b7_sbml_document(const B7Model *model, SBMLDocument_t **out, B7Error *error) {
  *out = NULL;
  B7SbmlWriter writer = {.model = model, .arena = b7_arena_make(&model->arena.hooks)};
  SBMLDocument_t *document = SBMLDocument_createWithLevelAndVersion(3, 2);
  writer.sbml = document ? SBMLDocument_createModel(document) : NULL;
  writer.status = writer.sbml ? b7_units_make(&model->arena.hooks, &writer.units, &writer.error)
                              : b7_fail_memory(&writer.error);
  if (writer.status == B7_OK) fill(&writer);
  b7_units_free(writer.units);
  b7_arena_free(&writer.arena);
  if (writer.status == B7_OK) {
    *out = document;
    return B7_OK;
  }
  SBMLDocument_free(document);
  if (error) *error = writer.error;
  return writer.status;
}

B7Status b7_model_write_sbml(const B7Model *model, const char *path, B7Error *error) {
  SBMLDocument_t *document;
  B7_TRY(b7_sbml_document(model, &document, error));
  char *text = writeSBMLToString(document);
  SBMLDocument_free(document);
  if (!text) return b7_fail_memory(error);
  B7Status status = b7_file_write(path, text, strlen(text), error);
  free(text);
  return status;
}
