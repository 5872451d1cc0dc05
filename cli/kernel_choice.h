/* kernel_choice.h - which kernel a command runs: of the model on disk, compiled when it is not the one in the program. */
#ifndef B7_CLI_KERNEL_CHOICE_H
#define B7_CLI_KERNEL_CHOICE_H

#include "cli.h"

typedef struct B7CliKernel {
  const B7Kernel *kernel;
  B7Kernel *own; /* NULL: the one in the program */
} B7CliKernel;

#define B7_CLI_MODEL_OPTION(target)                                                                          \
  {                                                                                                          \
    .name = "--model", .value_name = "MODEL", .help = "another model: a folder, a YAML or an SBML file",     \
    .text = target                                                                                           \
  }

/* The kernel of the model at path; NULL: of the folder `model`, where there is one. The code in the program serves when the hashes agree;
   another model is compiled and kept in a cache ($XDG_CACHE_HOME/bridge7 or ~/.cache/bridge7), or interpreted where no compiler can be
   started, and stderr says so. Give it back with b7_cli_kernel_free. Errors: those of b7_model_load and b7_kernel_make. */
B7Status b7_cli_kernel(const char *path, const B7Hooks *hooks, B7CliKernel *out, B7Error *error);
void b7_cli_kernel_free(B7CliKernel *kernel);

#endif
