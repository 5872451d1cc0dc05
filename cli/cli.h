/* cli.h - what the commands of the program share: options from a table, messages, folders, exit codes.
 * Results go to stdout, messages to stderr. The program knows the library by its public header alone. */
#ifndef B7_CLI_H
#define B7_CLI_H

#include "bridge7.h"

/* ORDER COMMAND: name, line of the overview. One file cli/<name>.c each. */
#define B7_CLI_COMMANDS(X)                                                                                   \
  X(replay, "COURSE", "simulate a course and compare it with what was recorded")                             \
  X(trial, "TRIAL", "virtual trial: the same patients in every arm")                                         \
  X(validate, "", "published studies beside their simulation")                                               \
  X(calibrate, "FIT", "fit values to the published studies")                                                 \
  X(assess, "COURSE", "grade what was recorded by the published criteria")                                   \
  X(survival, "FILE.csv", "survival curves and tests from a table")                                          \
  X(hla, "--recipient TYPING --donor TYPING", "compare two HLA typings")                                     \
  X(product, "list|show|compare [PRODUCT ...]", "cell products and where their numbers come from")           \
  X(model, "check|describe|sbml|c [MODEL]", "look at a model, check it, export it")

#define B7_CLI_DECLARE(name, arguments, line) int b7_cli_##name(int argc, char **argv);
B7_CLI_COMMANDS(B7_CLI_DECLARE)
#undef B7_CLI_DECLARE

/* One option of a command. Exactly one target is set. */
typedef struct B7CliOption {
  const char *name;       /* "--json" */
  const char *value_name; /* "FILE"; NULL for a flag */
  const char *help;
  bool *flag;
  const char **text;
  int64_t *integer;
  double *number;
} B7CliOption;

typedef struct B7CliCommand {
  const char *name;           /* "replay" */
  const char *arguments;      /* "COURSE" */
  const char *about;          /* one or two sentences */
  const char *example;        /* a worked example: command and what it shows */
  const B7CliOption *options; /* ends with name NULL */
  int positional_min, positional_max;
} B7CliCommand;

typedef struct B7CliWords {
  const char *words[16];
  int count;
} B7CliWords;

/* Read argv[1..]; fills the options' targets and the positional words. Returns -1 to go on, or the exit code
   to leave with (0 after --help, 2 after a usage mistake, which is printed to stderr). */
int b7_cli_parse(const B7CliCommand *command, int argc, char **argv, B7CliWords *words);

/* Print "file:line:column: message" to stderr; returns the exit code that goes with the error. */
int b7_cli_fail(const B7Error *error);

/* The last thing that the program does: sees whether all that went to stdout has arrived. Returns the command's exit
   code, or that of a file that cannot be written, with a message, where it has not. */
int b7_cli_finish(int exit_code);

/* Path of a folder of the product ("data", "model", "criteria", "courses") into path: below $B7_HOME, beside
   the installed program (../share/bridge7), or in the source tree it was built from. false when none is
   there. */
bool b7_cli_folder(const char *name, char *path, size_t size);

/* Hooks that draw a progress bar on stderr when it is a terminal and quiet is false; label is shown before
 * the bar. */
B7Hooks b7_cli_hooks(bool quiet, const char *label);

/* Columns of what is printed: those of the terminal, else $COLUMNS, else 80; 80 to 200. */
#define B7_CLI_COLUMNS_MAX 200
int b7_cli_columns(void);

/* true when the locale's characters are UTF-8; where it is false, print ASCII. */
bool b7_cli_unicode(void);

/* Print a text broken at blanks to the columns: `first` before the first line, `indent` blanks before the
   others. Line ends inside the text count as blanks; a tab is a blank at which no line breaks. */
void b7_cli_print_wrapped(const char *first, int indent, const char *text);

/* true when stdout is a terminal (colour may be used). */
bool b7_cli_colour(void);

/* JSON to stdout: a text as a quoted string, a number (null when not finite). */
void b7_cli_json_text(const char *text);
void b7_cli_json_number(double value);

/* Leave with the status of what failed. */
#define B7_CLI_TRY(call)                                                                                     \
  do {                                                                                                       \
    B7Status b7_cli_status = (call);                                                                         \
    if (b7_cli_status != B7_OK) return b7_cli_status;                                                        \
  } while (0)

#define B7_CLI_NOTICE "Research use only; never a treatment recommendation."

#endif
