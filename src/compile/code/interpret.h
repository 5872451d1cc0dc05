/* interpret.h - the program run by a loop over its instructions: no compiler needed, and the reference for
 * emitted code.
 *
 * It computes the same operations in the same order as the emitted code, so that results agree to the bit.
 * Registers lie on the stack of the calling thread: one vector for each value that is alive at a time.
 */
#ifndef B7_COMPILE_CODE_INTERPRET_H
#define B7_COMPILE_CODE_INTERPRET_H

#include "compile/code/program.h"

/* The widest interpreter that this machine runs with at most max_lanes lanes, for a program, which must
 * outlive *out. */
void b7_interpret_code(const B7Program *program, int32_t max_lanes, B7KernelCode *out);

#endif
