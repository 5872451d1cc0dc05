/* kernel.h - what a kernel is inside: tables, and code for several widths. */
#ifndef B7_COMPILE_CODE_KERNEL_H
#define B7_COMPILE_CODE_KERNEL_H

#include "base/memory.h"
#include "compile/code/program.h"

#define B7_KERNEL_CODES_MAX 8

struct B7Kernel {
  const B7KernelTables *tables;
  const B7KernelCode *codes[B7_KERNEL_CODES_MAX]; /* widest first; of one width, best first; NULL ends */
  /* below: of kernels that b7_kernel_make made */
  B7Hooks hooks;
  B7Program *program;          /* interpreted */
  B7KernelCode interpreted[4]; /* interpreted: 8, 4, 2, 1 lanes */
  void *library;               /* compiled: of dlopen */
};

/* build.c: emit, compile with the system compiler (or find in the cache) and load; fills tables, codes and
   library. Errors: COMPILER (no compiler, or it failed), FILE, MEMORY. */
B7Status b7_kernel_build(const B7Model *model, const char *cache_folder, B7Kernel *kernel, B7Error *error);
void b7_kernel_unload(B7Kernel *kernel);

#endif
