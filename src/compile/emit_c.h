/* emit_c.h - a program as readable C over lanes (kernel/lanes.h), to be compiled once for each width.
 *
 * The text defines one `const B7KernelCode` named by the macro B7_KERNEL_CODE, for B7_LANES lanes, and, when
 * the macro B7_KERNEL_TABLES is defined, a `const B7KernelTables` of that name. B7_KERNEL_ISA is the text of
 * its isa member. It includes bridge7_kernel.h and kernel/lane_math.h. Equal models give equal texts.
 */
#ifndef B7_COMPILE_EMIT_C_H
#define B7_COMPILE_EMIT_C_H

#include "compile/program.h"

/* Append the text. Errors: MEMORY. */
B7Status b7_emit_c(const B7Program *program, B7Text *text, B7Error *error);
/* The tables part (emit_tables.c). */
void b7_emit_tables(const B7Program *program, B7Text *text);
/* "text" with what C needs escaped; the shortest C constant that reads back to the same double. */
void b7_emit_string(B7Text *text, const char *string);
void b7_emit_number(B7Text *text, double number);

#endif
