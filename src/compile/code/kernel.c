/* kernel.c - kernels: made three ways, looked into by name. */
#include "compile/code/kernel_parts.h"

#include <string.h>

#include "base/json.h"
#include "compile/code/build.h"
#include "compile/code/contract.h"
#include "compile/code/emit_c.h"
#include "compile/code/interpret.h"
#include "compile/code/machine.h"
#include "kernel/tables.h"

static B7Status make_interpreted(const B7Model *model, B7Kernel *kernel, B7Error *error) {
  B7_TRY(b7_program_make(model, &kernel->hooks, &kernel->program, error));
  kernel->tables = &kernel->program->tables;
  int32_t n = 0;
  for (int32_t lanes = B7_LANES_MAX, k = 0; lanes >= 1; lanes /= 2, k++) {
    b7_interpret_code(kernel->program, lanes, &kernel->interpreted[k]);
    // a machine may lack the widest
    if (n == 0 || kernel->codes[n - 1]->lanes > kernel->interpreted[k].lanes)
      kernel->codes[n++] = &kernel->interpreted[k];
  }
  return B7_OK;
}

static B7Status make_shipped(const B7Model *model, B7Kernel *kernel, B7Error *error) {
  const B7Kernel *shipped = b7_kernel_shipped();
  if (strcmp(shipped->tables->model_hash, b7_model_hash(model)) != 0)
    return b7_fail(
        error, B7_ERROR_INPUT,
        "the model (hash %s) is not the one that was compiled into the library (hash %s); compile it "
        "(B7_KERNEL_COMPILED) or interpret it (B7_KERNEL_INTERPRETED)",
        b7_model_hash(model), shipped->tables->model_hash);
  kernel->tables = shipped->tables;
  memcpy(kernel->codes, shipped->codes, sizeof kernel->codes);
  return B7_OK;
}

B7Status b7_kernel_make(const B7Model *model, B7KernelKind kind, const char *cache_folder,
                        const B7Hooks *hooks, B7Kernel **out, B7Error *error) {
  *out = NULL;
  b7_error_clear(error);
  B7Kernel *kernel = b7_memory_resize(hooks, NULL, 0, sizeof *kernel);
  if (!kernel) return b7_fail_memory(error);
  *kernel = (B7Kernel){0};
  if (hooks) kernel->hooks = *hooks;
  B7Status status;
  switch (kind) {
  case B7_KERNEL_SHIPPED:
    status = make_shipped(model, kernel, error);
    break;
  case B7_KERNEL_COMPILED:
    status = b7_kernel_build(model, cache_folder, kernel, error);
    break;
  case B7_KERNEL_INTERPRETED:
    status = make_interpreted(model, kernel, error);
    break;
  default:
    status = b7_fail(error, B7_ERROR_USAGE, "%d is no kind of kernel", (int)kind);
  }
  if (status == B7_OK)
    *out = kernel;
  else
    b7_kernel_free(kernel);
  return status;
}

void b7_kernel_free(B7Kernel *kernel) {
  if (!kernel) return;
  b7_program_free(kernel->program);
  b7_kernel_unload(kernel);
  B7Hooks hooks = kernel->hooks;
  b7_memory_resize(&hooks, kernel, sizeof *kernel, 0);
}

const B7KernelTables *b7_kernel_tables(const B7Kernel *kernel) {
  return kernel->tables;
}

const B7KernelCode *b7_kernel_code(const B7Kernel *kernel, int32_t max_lanes) {
  const B7KernelCode *narrowest = NULL;
  for (int i = 0; i < B7_KERNEL_CODES_MAX && kernel->codes[i]; i++) {
    if (!b7_machine_runs(kernel->codes[i]->isa)) continue;
    if (kernel->codes[i]->lanes <= max_lanes) return kernel->codes[i];
    narrowest = kernel->codes[i];
  }
  return narrowest;
}

/* ---- look-up ---- */

int32_t b7_kernel_state(const B7Kernel *kernel, const char *name) {
  return b7_tables_state(kernel->tables, name);
}

int32_t b7_kernel_parameter(const B7Kernel *kernel, const char *name) {
  return b7_tables_parameter(kernel->tables, name);
}

int32_t b7_kernel_observable(const B7Kernel *kernel, const char *name) {
  return b7_tables_observable(kernel->tables, name);
}

int32_t b7_kernel_event(const B7Kernel *kernel, const char *name) {
  return b7_tables_event(kernel->tables, name);
}

int32_t b7_kernel_need(const B7Kernel *kernel, B7Need need) {
  return b7_tables_need(kernel->tables, need);
}

B7Status b7_model_contract(const B7Model *model, int32_t *n_missing, int32_t *n_wrong_unit, char **report,
                           B7Error *error) {
  const B7Hooks *hooks = &model->arena.hooks;
  *report = NULL;
  *n_missing = *n_wrong_unit = 0;
  b7_error_clear(error);
  B7Program *program = NULL;
  B7_TRY(b7_program_make(model, hooks, &program, error));
  B7Text lines = b7_text_make(hooks);
  b7_text_append(&lines, "%s", "");
  B7Status status = b7_contract_report(&program->tables, hooks, n_missing, n_wrong_unit, &lines, error);
  b7_program_free(program);
  return b7_text_hand_over(&lines, status, report, error);
}
