#include "kernel_choice.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* the folder for compiled models, made when it is not there; NULL: none can be had */
static const char *cache_folder(char *path, size_t size) {
  const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
  if (cache && *cache) {
    snprintf(path, size, "%s", cache);
  } else if (home && *home) {
    snprintf(path, size, "%s/.cache", home);
  } else {
    return NULL;
  }
  if (mkdir(path, 0777) != 0 && errno != EEXIST) return NULL;
  size_t length = strlen(path);
  snprintf(path + length, size - length, "/bridge7");
  return mkdir(path, 0777) == 0 || errno == EEXIST ? path : NULL;
}

static B7Status make_other(const B7Model *model, const char *path, const B7Hooks *hooks, B7CliKernel *out,
                           B7Error *error) {
  char folder[4096];
  const char *cache = cache_folder(folder, sizeof folder);
  fprintf(stderr,
          "%s: is used, which is not the model in the program (hash %s there, %s here); compiled code: %s\n",
          path, b7_model_hash(model), b7_kernel_tables(b7_kernel_shipped())->model_hash,
          cache ? cache : "for this run");
  B7Status status = b7_kernel_make(model, B7_KERNEL_COMPILED, cache, hooks, &out->own, error);
  if (status != B7_ERROR_COMPILER) return status;
  fprintf(stderr, "%s: interpreted, which is slower: %s\n", path, error->message);
  return b7_kernel_make(model, B7_KERNEL_INTERPRETED, NULL, hooks, &out->own, error);
}

B7Status b7_cli_kernel(const char *path, const B7Hooks *hooks, B7CliKernel *out, B7Error *error) {
  char folder[4096];
  *out = (B7CliKernel){.kernel = b7_kernel_shipped()};
  if (!path && !b7_cli_folder("model", folder, sizeof folder)) return B7_OK;
  if (!path) path = folder;
  const B7Hooks quiet = {.resize = hooks->resize, .user = hooks->user};
  B7Model *model;
  B7Status status = b7_model_load(path, &quiet, &model, error);
  if (status != B7_OK) return status;
  if (strcmp(b7_model_hash(model), b7_kernel_tables(out->kernel)->model_hash) != 0) {
    status = make_other(model, path, &quiet, out, error);
    if (status == B7_OK) out->kernel = out->own;
  }
  b7_model_free(model);
  return status;
}

void b7_cli_kernel_free(B7CliKernel *kernel) {
  b7_kernel_free(kernel->own);
  *kernel = (B7CliKernel){0};
}
