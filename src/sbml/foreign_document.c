/* foreign_document.c - somebody else's document brought to one form: Level 3 core, one flat model. */
#include "sbml/foreign.h"

#include <sbml/conversion/ConversionProperties.h>
#include <stdlib.h>
#include <string.h>

static B7Status fail_convert(const B7SbmlReader *reader, const char *what) {
  // libSBML notes what stood in its way behind the errors of reading
  unsigned n = SBMLDocument_getNumErrors(reader->document);
  for (unsigned i = n; i-- > 0;) {
    const XMLError_t *said = (const XMLError_t *)SBMLDocument_getError(reader->document, i);
    if (!XMLError_isError(said) && !XMLError_isFatal(said)) continue;
    int length;
    const char *sentence = b7_sbml_sentence(XMLError_getMessage(said), &length);
    return b7_fail_at(reader->error, B7_ERROR_INPUT, reader->path, (int32_t)XMLError_getLine(said),
                      (int32_t)XMLError_getColumn(said), "libSBML cannot %s: %.*s", what, length, sentence);
  }
  return b7_fail_at(reader->error, B7_ERROR_INPUT, reader->path, 1, 1, "libSBML cannot %s", what);
}

/* ---- packages ---- */

static B7Status flatten(const B7SbmlReader *reader) {
  ConversionProperties_t *properties = ConversionProperties_create();
  if (!properties) return b7_fail_memory(reader->error);
  ConversionProperties_addOptionWithKey(properties, "flatten comp");
  ConversionProperties_addOptionWithKey(properties, "performValidation");
  ConversionProperties_setBoolValue(properties, "performValidation", 0);
  // models in other files are looked for beside this one
  SBMLDocument_setLocationURI(reader->document, reader->path);
  int done = SBMLDocument_convert(reader->document, properties);
  ConversionProperties_free(properties);
  return done == LIBSBML_OPERATION_SUCCESS
             ? B7_OK
             : fail_convert(reader, "put the submodels of package 'comp' into one model");
}

/* A package that changes what the model means must be understood, or its model is another one. */
static B7Status settle_packages(const B7SbmlReader *reader) {
  static const char level3[] = "http://www.sbml.org/sbml/level3/";
  const XMLNamespaces_t *all = SBMLDocument_getNamespaces(reader->document);
  bool composed = false;
  for (int i = 0; all && i < XMLNamespaces_getLength(all); i++) {
    char *uri = XMLNamespaces_getURI(all, i), *prefix = XMLNamespaces_getPrefix(all, i);
    bool package = uri && prefix && strncmp(uri, level3, sizeof level3 - 1) == 0 && !strstr(uri, "/core");
    bool comp = package && strstr(uri, "/comp/");
    bool required = package && (SBMLDocument_getPackageRequired(reader->document, prefix) ||
                                SBMLDocument_getPackageRequired(reader->document, uri));
    B7Status status = B7_OK;
    if (required && !comp)
      status = b7_fail_at(
          reader->error, B7_ERROR_INPUT, reader->path, 1, 1,
          "the package '%s' is required and not supported: without it the model means something else",
          prefix);
    composed |= comp;
    free(uri);
    free(prefix);
    B7_TRY(status);
  }
  return composed ? flatten(reader) : B7_OK;
}

/* ---- what cannot be run ---- */

static B7Status refuse_unsupported(const B7SbmlReader *reader) {
  Model_t *m = reader->sbml;
  for (unsigned i = 0; i < Model_getNumReactions(m); i++) {
    Reaction_t *reaction = Model_getReaction(m, i);
    if (Reaction_getFast(reaction))
      return b7_sbml_fail(reader, (SBase_t *)reaction, "the fast reaction '%s' is not supported",
                          b7_sbml_id(Reaction_getId(reaction)));
  }
  if (Model_getNumConstraints(m) > 0 && reader->hooks && reader->hooks->warning)
    reader->hooks->warning(reader->hooks->user,
                           "the SBML file has constraints: whether they hold is not checked");
  return B7_OK;
}

B7Status b7_foreign_normalise(B7SbmlReader *reader) {
  if (SBMLDocument_getLevel(reader->document) < 3 &&
      !SBMLDocument_setLevelAndVersionNonStrict(reader->document, 3, 1))
    return fail_convert(reader, "convert the model to Level 3");
  B7_TRY(settle_packages(reader));
  reader->sbml = SBMLDocument_getModel(reader->document);
  if (!reader->sbml)
    return b7_fail_at(reader->error, B7_ERROR_INPUT, reader->path, 1, 1, "the SBML file has no model");
  return refuse_unsupported(reader);
}
