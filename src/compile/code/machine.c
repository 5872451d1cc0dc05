/* machine.c - which instruction sets this machine runs. */
#include "compile/code/machine.h"

#include <stddef.h>
#include <string.h>

static bool runs_v3(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
         __builtin_cpu_supports("bmi2");
#else
  return false;
#endif
}

static bool runs_v4(void) {
#if defined(__x86_64__)
  return runs_v3() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl");
#else
  return false;
#endif
}

bool b7_machine_runs(const char *isa) {
  if (strcmp(isa, "x86-64-v4") == 0) return runs_v4();
  if (strcmp(isa, "x86-64-v3") == 0) return runs_v3();
  return strcmp(isa, "plain") == 0 || strcmp(isa, "interpreter") == 0;
}

int32_t b7_machine_lanes(void) {
  return runs_v4() ? 8 : runs_v3() ? 4 : 2;
}

const char *b7_machine_isa(int32_t lanes) {
  if (lanes == 8 && runs_v4()) return "x86-64-v4";
  return runs_v3() ? "x86-64-v3" : NULL;
}
