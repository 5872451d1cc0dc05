/* interpret.c - choice of the interpreter's width and instruction set. */
#include "compile/code/interpret.h"

#include "compile/code/machine.h"

/* every variant that the build makes of interpret_lanes.c (cmake/kernel.cmake) */
extern const B7KernelCode b7_interpret_plain_1, b7_interpret_plain_2;
#ifdef B7_X86_KERNELS
extern const B7KernelCode b7_interpret_v3_1, b7_interpret_v3_2, b7_interpret_v3_4, b7_interpret_v4_8;
#endif

static const struct {
  const B7KernelCode *code;
  const char *isa;
} variants[] = {
// best first
#ifdef B7_X86_KERNELS
    {&b7_interpret_v4_8, "x86-64-v4"}, {&b7_interpret_v3_4, "x86-64-v3"},
    {&b7_interpret_v3_2, "x86-64-v3"}, {&b7_interpret_v3_1, "x86-64-v3"},
#endif
    {&b7_interpret_plain_2, "plain"},  {&b7_interpret_plain_1, "plain"},
};

void b7_interpret_code(const B7Program *program, int32_t max_lanes, B7KernelCode *out) {
  *out = b7_interpret_plain_1;
  for (size_t i = 0; i < sizeof variants / sizeof *variants; i++) {
    if (variants[i].code->lanes > max_lanes || !b7_machine_runs(variants[i].isa)) continue;
    *out = *variants[i].code;
    break;
  }
  out->program = program;
}
