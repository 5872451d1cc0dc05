/* kernel_parts.h - what a kernel is inside: tables, and code for several widths. */
#ifndef B7_COMPILE_CODE_KERNEL_PARTS_H
#define B7_COMPILE_CODE_KERNEL_PARTS_H

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

#endif
