/* shipped.c - the kernel of the model that came with the library: one generated text, compiled for several
 * widths and instruction sets (cmake/kernel.cmake). */
#include "compile/code/kernel_parts.h"

extern const B7KernelTables b7_shipped_tables;
extern const B7KernelCode b7_shipped_plain_1, b7_shipped_plain_2;
#ifdef B7_X86_KERNELS
extern const B7KernelCode b7_shipped_v3_1, b7_shipped_v3_2, b7_shipped_v3_4, b7_shipped_v4_8;
#endif

static const B7Kernel shipped = {
    .tables = &b7_shipped_tables,
    .codes =
        {
#ifdef B7_X86_KERNELS
            &b7_shipped_v4_8,
            &b7_shipped_v3_4,
            &b7_shipped_v3_2,
            &b7_shipped_plain_2,
            &b7_shipped_v3_1,
            &b7_shipped_plain_1,
#else
            &b7_shipped_plain_2,
            &b7_shipped_plain_1,
#endif
        },
};

const B7Kernel *b7_kernel_shipped(void) {
  return &shipped;
}
