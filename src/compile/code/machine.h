/* machine.h - which instruction sets this machine runs. */
#ifndef B7_COMPILE_CODE_MACHINE_H
#define B7_COMPILE_CODE_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

/* True when code of this isa ("plain", "interpreter", "x86-64-v3", "x86-64-v4") runs here; false for names
 * not known. */
bool b7_machine_runs(const char *isa);
/* The best isa of this machine for kernels of `lanes` lanes, as a compiler's -march name; NULL: the
   compiler's default. The widest kernel worth having here is 8 lanes with x86-64-v4, 4 with x86-64-v3,
   else 2. */
const char *b7_machine_isa(int32_t lanes);
int32_t b7_machine_lanes(void);

#endif
