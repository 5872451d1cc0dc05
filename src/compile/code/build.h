/* build.h - kernels of user models through the system compiler. */
#ifndef B7_COMPILE_CODE_BUILD_H
#define B7_COMPILE_CODE_BUILD_H

#include "compile/code/kernel_parts.h"

/* Emit, compile with the system compiler (or find in the cache) and load; fills tables, codes and
   library. Errors: COMPILER (no compiler, or it failed), FILE, MEMORY. */
B7Status b7_kernel_build(const B7Model *model, const char *cache_folder, B7Kernel *kernel, B7Error *error);
void b7_kernel_unload(B7Kernel *kernel);

#endif
