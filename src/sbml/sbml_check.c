/* A second opinion: libSBML's own consistency checks over the exported document. */
#include "sbml/sbml_reader.h"

static void append_line(B7Text *text, const XMLError_t *said) {
  int length;
  const char *sentence = b7_sbml_sentence(XMLError_getMessage(said), &length);
  b7_text_append(text, "libSBML %s %u: %.*s\n", XMLError_isWarning(said) ? "warning" : "error",
                 XMLError_getErrorId(said), length, sentence);
}

B7Status b7_model_consistency(const B7Model *model, int32_t *n_errors, int32_t *n_warnings, char **report,
                              B7Error *error) {
  *report = NULL;
  *n_errors = *n_warnings = 0;
  SBMLDocument_t *document;
  B7_TRY(b7_sbml_document(model, &document, error));
  // modelling practice is about models that are drawn, not about models that are right
  SBMLDocument_setConsistencyChecks(document, LIBSBML_CAT_MODELING_PRACTICE, 0);
  // units that somebody else left out are not ours to miss
  if (model->foreign) SBMLDocument_setConsistencyChecks(document, LIBSBML_CAT_UNITS_CONSISTENCY, 0);
  SBMLDocument_checkConsistency(document);
  B7Text text = b7_text_make(&model->arena.hooks);
  b7_text_append(&text, "%s", "");
  for (unsigned i = 0; i < SBMLDocument_getNumErrors(document); i++) {
    const XMLError_t *said = (const XMLError_t *)SBMLDocument_getError(document, i);
    if (XMLError_isInfo(said)) continue;
    *(XMLError_isWarning(said) ? n_warnings : n_errors) += 1;
    append_line(&text, said);
  }
  SBMLDocument_free(document);
  return b7_model_take_text(&text, report, error);
}
