/* foreign_text.h - SBML models from a few lines of text, for tests. One statement a line:
 *
 *   parameter k 0.3 | parameter k          compartment C 2 [dimensions]     unit second
 *   species S C 2 [amount] [boundary] [constant] [none]
 *   initial x = FORMULA    assign x = FORMULA    rate x = FORMULA    algebraic FORMULA
 *   function f(a, b) = FORMULA
 *   reaction J: S + 2 T -> P ; FORMULA [; local=value]
 *   event E: TRIGGER ; DELAY ; PRIORITY ; FLAGS ; x = FORMULA ; y = FORMULA     FLAGS: false (at start), transient, late
 *   convert x (conversion factor of the model)
 *
 * Formulas are SBML's Level 3 infix. Numbers of species are concentrations unless `amount` stands there. */
#include <sbml/SBMLTypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model_text.h"

static inline ASTNode_t *foreign_formula(const char *text) {
  ASTNode_t *ast = SBML_parseL3Formula(text);
  if (!ast) fail_msg("'%s': %s", text, SBML_getLastParseL3Error());
  return ast;
}

static inline char *foreign_word(char **rest) {
  char *word = strsep(rest, " ");
  while (word && !*word) word = strsep(rest, " ");
  return word;
}

static inline char *foreign_trim(char *text) {
  text += strspn(text, " ");
  for (size_t n = strlen(text); n > 0 && text[n - 1] == ' ';) text[--n] = 0;
  return text;
}

static inline void foreign_side(Reaction_t *reaction, char *text, bool product) {
  for (char *part; (part = strsep(&text, "+"));) {
    part = foreign_trim(part);
    if (!*part) continue;
    char *end;
    double number = strtod(part, &end);
    char *name = foreign_trim(end == part ? part : end), *id = strchr(name, '@');
    SpeciesReference_t *reference =
        product ? Reaction_createProduct(reaction) : Reaction_createReactant(reaction);
    if (id) *id++ = 0, SpeciesReference_setId(reference, id);
    SpeciesReference_setSpecies(reference, name);
    SpeciesReference_setConstant(reference, 0);
    if (!id || end != part) SpeciesReference_setStoichiometry(reference, end == part ? 1 : number);
  }
}

static inline void foreign_reaction(Model_t *m, char *text) {
  Reaction_t *reaction = Model_createReaction(m);
  Reaction_setId(reaction, foreign_trim(strsep(&text, ":")));
  Reaction_setReversible(reaction, 0);
  Reaction_setFast(reaction, 0);
  char *sides = strsep(&text, ";"), *arrow = strstr(sides, "->");
  *arrow = 0;
  foreign_side(reaction, sides, false);
  foreign_side(reaction, arrow + 2, true);
  KineticLaw_t *law = Reaction_createKineticLaw(reaction);
  ASTNode_t *ast = foreign_formula(strsep(&text, ";"));
  KineticLaw_setMath(law, ast);
  ASTNode_free(ast);
  for (char *local; (local = strsep(&text, ";"));) {
    Parameter_t *p = (Parameter_t *)KineticLaw_createLocalParameter(law);
    char *name = foreign_trim(strsep(&local, "="));
    Parameter_setId(p, name);
    Parameter_setValue(p, strtod(local, NULL));
  }
}

static inline void foreign_event(Model_t *m, char *text) {
  Event_t *event = Model_createEvent(m);
  Event_setId(event, foreign_trim(strsep(&text, ":")));
  char *trigger = strsep(&text, ";"), *delay = foreign_trim(strsep(&text, ";")),
       *priority = foreign_trim(strsep(&text, ";")), *flags = strsep(&text, ";");
  Event_setUseValuesFromTriggerTime(event, !strstr(flags, "late"));
  Trigger_t *when = Event_createTrigger(event);
  Trigger_setInitialValue(when, !strstr(flags, "false"));
  Trigger_setPersistent(when, !strstr(flags, "transient"));
  ASTNode_t *ast = foreign_formula(trigger);
  Trigger_setMath(when, ast);
  ASTNode_free(ast);
  if (*delay) Delay_setMath(Event_createDelay(event), ast = foreign_formula(delay)), ASTNode_free(ast);
  if (*priority)
    Priority_setMath(Event_createPriority(event), ast = foreign_formula(priority)), ASTNode_free(ast);
  for (char *set; (set = strsep(&text, ";"));) {
    EventAssignment_t *to = Event_createEventAssignment(event);
    EventAssignment_setVariable(to, foreign_trim(strsep(&set, "=")));
    EventAssignment_setMath(to, ast = foreign_formula(set));
    ASTNode_free(ast);
  }
}

static inline void foreign_function(Model_t *m, char *text) {
  char lambda[500], *name = foreign_trim(strsep(&text, "(")), *arguments = strsep(&text, ")");
  snprintf(lambda, sizeof lambda, "lambda(%s%s %s)", arguments, *arguments ? "," : "", strchr(text, '=') + 1);
  FunctionDefinition_t *function = Model_createFunctionDefinition(m);
  FunctionDefinition_setId(function, name);
  ASTNode_t *ast = foreign_formula(lambda);
  FunctionDefinition_setMath(function, ast);
  ASTNode_free(ast);
}

static inline void foreign_species(Model_t *m, char *text) {
  Species_t *s = Model_createSpecies(m);
  Species_setId(s, foreign_word(&text));
  Species_setCompartment(s, foreign_word(&text));
  double number = strtod(foreign_word(&text), NULL);
  const char *flags = text ? text : "";
  Species_setHasOnlySubstanceUnits(s, strstr(flags, "items") != NULL);
  Species_setBoundaryCondition(s, strstr(flags, "boundary") != NULL);
  Species_setConstant(s, strstr(flags, "constant") != NULL);
  if (strstr(flags, "none")) return;
  if (strstr(flags, "amount") || strstr(flags, "items"))
    Species_setInitialAmount(s, number);
  else
    Species_setInitialConcentration(s, number);
}

static inline void foreign_statement(Model_t *m, char *line) {
  char *rest = line, *word = foreign_word(&rest);
  if (!word) return;
  ASTNode_t *ast = NULL;
  if (strcmp(word, "parameter") == 0) {
    Parameter_t *p = Model_createParameter(m);
    Parameter_setId(p, foreign_word(&rest));
    Parameter_setConstant(p, 0);
    const char *value = foreign_word(&rest);
    if (value) Parameter_setValue(p, strtod(value, NULL));
  } else if (strcmp(word, "compartment") == 0) {
    Compartment_t *c = Model_createCompartment(m);
    Compartment_setId(c, foreign_word(&rest));
    const char *size = foreign_word(&rest), *dimensions = foreign_word(&rest);
    if (size && *size != '-') Compartment_setSize(c, strtod(size, NULL));
    Compartment_setSpatialDimensions(c, dimensions ? (unsigned)strtol(dimensions, NULL, 10) : 3);
    Compartment_setConstant(c, 0);
  } else if (strcmp(word, "unit") == 0) {
    Model_setTimeUnits(m, foreign_word(&rest));
  } else if (strcmp(word, "convert") == 0) {
    Model_setConversionFactor(m, foreign_word(&rest));
  } else if (strcmp(word, "species") == 0) {
    foreign_species(m, rest);
  } else if (strcmp(word, "reaction") == 0) {
    foreign_reaction(m, rest);
  } else if (strcmp(word, "event") == 0) {
    foreign_event(m, rest);
  } else if (strcmp(word, "function") == 0) {
    foreign_function(m, rest);
  } else if (strcmp(word, "algebraic") == 0) {
    Rule_setMath((Rule_t *)Model_createAlgebraicRule(m), ast = foreign_formula(rest));
  } else {
    char *name = foreign_trim(strsep(&rest, "="));
    ast = foreign_formula(rest);
    if (strcmp(word, "initial") == 0) {
      InitialAssignment_t *initial = Model_createInitialAssignment(m);
      InitialAssignment_setSymbol(initial, name);
      InitialAssignment_setMath(initial, ast);
    } else {
      Rule_t *rule = strcmp(word, "rate") == 0 ? (Rule_t *)Model_createRateRule(m)
                                               : (Rule_t *)Model_createAssignmentRule(m);
      Rule_setVariable(rule, name);
      Rule_setMath(rule, ast);
    }
  }
  ASTNode_free(ast);
}

/* The model of some lines, through a file; the status of reading it. */
static inline B7Status foreign_load(const char *lines, B7Model **model, B7Error *error) {
  SBMLDocument_t *document = SBMLDocument_createWithLevelAndVersion(3, 2);
  Model_t *m = SBMLDocument_createModel(document);
  Model_setId(m, "lines");
  char *copy = strdup(lines), *rest = copy;
  for (char *line; (line = strsep(&rest, "\n"));) foreign_statement(m, foreign_trim(line));
  free(copy);
  char path[] = "/tmp/foreign_XXXXXX.xml";
  int handle = mkstemps(path, 4);
  assert_true(handle >= 0);
  close(handle);
  assert_int_equal(writeSBML(document, path), 1);
  SBMLDocument_free(document);
  B7Status status = b7_model_load(path, NULL, model, error);
  remove(path);
  return status;
}
