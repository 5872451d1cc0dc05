/* contract.h - what the program needs of a model (data/model_contract.yaml, built into the library), and its names bound
 * to places of a kernel's tables. Authoring leg. */
#ifndef B7_COMPILE_CODE_CONTRACT_H
#define B7_COMPILE_CODE_CONTRACT_H

#include "bridge7_assess.h"
#include "document/document.h"

typedef enum B7NeedKind {
  B7_CONTRACT_OBSERVABLE,
  B7_CONTRACT_PARAMETER,
  B7_CONTRACT_EVENT,
  B7_CONTRACT_ARGUMENT
} B7NeedKind;

typedef struct B7ContractRow {
  B7NeedKind kind;
  const char *name;  /* in the model; NULL: the program does without */
  const char *event; /* of an argument; else NULL */
  const char *unit;  /* of the value; of an event: of its first argument */
  const char *meaning, *feature;
} B7ContractRow;

/* Texts belong to the document. */
typedef struct B7Contract {
  B7Document *document;
  const B7Node *features;
  B7ContractRow needs[B7_NEED_COUNT];
  B7ContractRow quantities[B7_QUANTITY_COUNT];
} B7Contract;

/* Read the contract; each need must be there, of its kind. name is told in errors. The caller ends it with
   b7_contract_close, also after a failure. */
B7Status b7_contract_read(const char *text, size_t length, const char *name, const B7Hooks *hooks,
                          B7Contract *out, B7Error *error);
/* The contract that was built into the library. */
B7Status b7_contract_open(const B7Hooks *hooks, B7Contract *out, B7Error *error);
void b7_contract_close(B7Contract *contract);

/* Places + 1 of the contract's names in the tables; 0 where there is none or its unit is another. Either array may be
   NULL. */
B7Status b7_contract_bind(const B7Contract *contract, const B7KernelTables *tables, const B7Hooks *hooks,
                          int32_t needs[B7_NEED_COUNT], int32_t quantities[B7_QUANTITY_COUNT],
                          B7Error *error);
/* Tables whose needs and quantities are bound to the library's contract, as arrays of the arena. */
B7Status b7_contract_bind_tables(B7Arena *arena, B7KernelTables *tables, B7Error *error);
/* A line for each feature that is lost, with the names that the tables lack or have in another unit. */
B7Status b7_contract_report(const B7KernelTables *tables, const B7Hooks *hooks, int32_t *n_missing,
                            int32_t *n_wrong_unit, B7Text *report, B7Error *error);

#endif
