/* emit_c.h - a program as readable C over lanes (kernel/lanes.h), to be compiled once for each width.
 *
 * The text defines one `const B7KernelCode` named by the macro B7_KERNEL_CODE, for B7_LANES lanes, and, when
 * the macro B7_KERNEL_TABLES is defined, a `const B7KernelTables` of that name. B7_KERNEL_ISA is the text of
 * its isa member. It includes bridge7_kernel.h and kernel/lane_math.h. Equal models give equal texts.
 */
#ifndef B7_COMPILE_CODE_EMIT_C_H
#define B7_COMPILE_CODE_EMIT_C_H

#include "compile/code/program.h"

/* Append the text. Errors: MEMORY. */
B7Status b7_emit_c(const B7Program *program, B7Text *text, B7Error *error);

#endif
