/* program.h - a model compiled: ordered instructions for every function of the kernel, and the tables that go
 * with them.
 *
 * The interpreter runs these instructions, the emitter prints them; both compute the same operations in the
 * same order.
 */
#ifndef B7_COMPILE_CODE_PROGRAM_H
#define B7_COMPILE_CODE_PROGRAM_H

#include "compile/algebra/sparsity.h"
#include "compile/code/lower.h"
#include "model/model.h"

typedef enum B7Part {
  B7_PART_PREPARE,
  B7_PART_DERIVE,
  B7_PART_INITIAL,
  B7_PART_DECAY,
  B7_PART_DRIVE,       /* drive alone */
  B7_PART_DRIVE_RATES, /* drive and drive_per_day */
  B7_PART_SLOPE,
  B7_PART_SLOPE_JACOBIAN,
  B7_PART_OBSERVE,
  B7_PART_PROPENSITY,
  B7_PARTS
} B7Part;

typedef struct B7Program {
  B7Arena arena;
  B7Graph graph;
  B7KernelTables tables;
  B7Sparsity sparsity;
  B7Code parts[B7_PARTS];
  B7Code *events;            /* n_event */
  int32_t *derived_node;     /* n_derived: nodes, for names */
  int32_t *drive_node;       /* n_drive: nodes of the values */
  int32_t *prepared_node;    /* n_shared - n_shared_parameter */
  const char **module_names; /* n_module */
  int32_t n_module;
} B7Program;

/* Compile. The program keeps no pointer to the model. Errors: MEMORY. The caller frees with b7_program_free.
 */
B7Status b7_program_make(const B7Model *model, const B7Hooks *hooks, B7Program **out, B7Error *error);
void b7_program_free(B7Program *program);
/* cost.c: rows for all parts, factor and solve; returns how many rows were written (at most n_row). */
int32_t b7_program_cost(const B7Program *program, B7KernelCost *rows, int32_t n_row);

#endif
