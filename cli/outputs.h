/* outputs.h - whether what a command writes can be written, asked before it works for it. */
#ifndef B7_CLI_OUTPUTS_H
#define B7_CLI_OUTPUTS_H

#include "cli.h"

/* The folder of a file to write must be there and take files; path NULL: nothing is asked. Errors: FILE. */
B7Status b7_cli_can_write(const char *path, B7Error *error);

#endif
