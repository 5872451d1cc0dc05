#include "model_text.h"

#include <sbml/SBMLTypes.h>

#include "sbml/sbml.h"

static SBMLDocument_t *document_of(const char *name) {
  B7Model *model = model_from_file(name);
  SBMLDocument_t *document;
  assert_int_equal(b7_sbml_document(model, &document, NULL), B7_OK);
  b7_model_free(model);
  return document;
}

static void core_holds_what_core_can(void **unused) {
  (void)unused;
  SBMLDocument_t *document = document_of("clones");
  Model_t *m = SBMLDocument_getModel(document);
  assert_int_equal(SBMLDocument_getLevel(document), 3);
  assert_int_equal(SBMLDocument_getVersion(document), 2);
  assert_int_equal(Model_getNumSpecies(m), 9);
  assert_int_equal(Model_getNumReactions(m), 10);
  assert_non_null(Model_getRuleByVar(m, "room"));
  assert_non_null(Model_getRuleByVar(m, "share_B"));
  assert_non_null(Model_getInitialAssignmentBySym(m, "A"));
  assert_true(Parameter_getValue(Model_getParameterById(m, "g")) == 0.1);
  assert_true(Parameter_getConstant(Model_getParameterById(m, "g")));
  assert_false(Parameter_getConstant(Model_getParameterById(m, "product_share")));
  assert_string_equal(Parameter_getName(Model_getParameterById(m, "g")), "growth rate");
  SBMLDocument_free(document);
}

static void amounts_and_concentrations_are_species(void **unused) {
  (void)unused;
  SBMLDocument_t *document = document_of("clones");
  Model_t *m = SBMLDocument_getModel(document);
  const Species_t *cells = Model_getSpeciesById(m, "A"), *cytokine = Model_getSpeciesById(m, "IL");
  assert_true(Species_getHasOnlySubstanceUnits(cells));
  assert_false(Species_getHasOnlySubstanceUnits(cytokine));
  assert_string_equal(Species_getCompartment(cytokine), "b7_litre");
  assert_true(Species_getInitialConcentration(cytokine) == 4);
  const UnitDefinition_t *gcell = Model_getUnitDefinitionById(m, Species_getSubstanceUnits(cells));
  Unit_t *unit = UnitDefinition_getUnit((UnitDefinition_t *)gcell, 0);
  assert_int_equal(UnitDefinition_getNumUnits(gcell), 1);
  assert_int_equal(Unit_getKind(unit), UNIT_KIND_ITEM);
  assert_int_equal(Unit_getScale(unit), 9);
  SBMLDocument_free(document);
}

static void weights_are_stoichiometry(void **unused) {
  (void)unused;
  SBMLDocument_t *document = document_of("clones");
  Model_t *m = SBMLDocument_getModel(document);
  Reaction_t *settle = Model_getReactionById(m, "settle"), *mutate = Model_getReactionById(m, "mutate");
  assert_int_equal(Reaction_getNumProducts(settle), 2);
  const SpeciesReference_t *effector = Reaction_getProduct(settle, 0);
  assert_false(SpeciesReference_getConstant(effector));
  assert_non_null(Model_getRuleByVar(m, SpeciesReference_getId(effector)));
  assert_true(SpeciesReference_getStoichiometry(Reaction_getProduct(mutate, 0)) == 1);
  // E acts on the rate of death_A and is no part of it
  Reaction_t *death = Model_getReactionById(m, "death_A");
  assert_int_equal(Reaction_getNumModifiers(death), 1);
  SBMLDocument_free(document);
}

static void a_file_is_written_whole_or_not_at_all(void **unused) {
  (void)unused;
  B7Model *model = model_from_file("decay.yaml");
  B7Error error;
  assert_int_equal(b7_model_write_sbml(model, "/nowhere/at/all/x.xml", &error), B7_ERROR_FILE);
  b7_model_free(model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(core_holds_what_core_can), cmocka_unit_test(amounts_and_concentrations_are_species),
      cmocka_unit_test(weights_are_stoichiometry), cmocka_unit_test(a_file_is_written_whole_or_not_at_all)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
