#include "ranks.h"

#include <stdlib.h>

static bool number_of(const char *name, int64_t *value) {
  const char *text = getenv(name);
  char *end;
  if (!text || !*text) return false;
  *value = strtoll(text, &end, 10);
  return *end == '\0' && *value >= 0;
}

void b7_cli_ranks(int64_t *rank, int64_t *ranks) {
  // the tasks of a step and not of the job: a batch script itself runs once, however many tasks its job has
  static const char *const names[][2] = {{"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"},
                                         {"PMI_RANK", "PMI_SIZE"},
                                         {"SLURM_PROCID", "SLURM_STEP_NUM_TASKS"}};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (number_of(names[i][0], rank) && number_of(names[i][1], ranks)) return;
  }
  *rank = 0;
  *ranks = 1;
}
