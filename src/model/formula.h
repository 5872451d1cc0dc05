/* formula.h - formulas between text or MathML (libSBML) and expression trees. */
#ifndef B7_MODEL_FORMULA_H
#define B7_MODEL_FORMULA_H

#include "model/model.h"
#include "model/names.h"

struct ASTNode;

/* What the names in a formula mean. */
typedef struct B7Scope {
  const B7Names *names;
  const B7ModelEvent *event; /* Nullable: its arguments hide nothing, they are names of their own */
  B7ModelPlace place;        /* of the formula, for errors */
  const char *what;          /* "rate of 'birth_Ap'" */
} B7Scope;

/* SBML Level 3 infix text (libSBML's grammar) -> tree. Errors: syntax (with libSBML's words), unknown names
   with a suggestion, functions and constants that the compiler does not know. */
B7Status b7_formula_parse(const char *text, const B7Scope *scope, B7ExpressionPool *pool, B7ExpressionId *out,
                          B7Error *error);
B7Status b7_formula_from_ast(const struct ASTNode *ast, const B7Scope *scope, B7ExpressionPool *pool,
                             B7ExpressionId *out, B7Error *error);
/* A number as MathML holds it, to the 15 digits that SBML files carry; infinite and undefined ones too. */
double b7_formula_number(const struct ASTNode *ast);
/* Infix text -> libSBML's tree, for writing; the caller frees it with ASTNode_free. NULL when it cannot be
 * read. */
struct ASTNode *b7_formula_ast(const char *text);

#endif
