/* ranks.h - which process of a launcher's this one is. */
#ifndef B7_CLI_RANKS_H
#define B7_CLI_RANKS_H

#include "cli.h"

/* Rank and number of ranks as mpirun, an MPICH-like launcher or srun put them into the environment; 0 of 1
 * when none did. */
void b7_cli_ranks(int64_t *rank, int64_t *ranks);

#endif
