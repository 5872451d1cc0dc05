/* main.c - `bridge7 COMMAND ...`: finds the command and steps aside. */
#define _POSIX_C_SOURCE 200809L
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

typedef struct Command {
  const char *name, *arguments, *line;
  int (*run)(int argc, char **argv);
} Command;

static const Command entries[] = {
#define ENTRY(name, arguments, line) {#name, arguments, line, b7_cli_##name},
    B7_CLI_COMMANDS(ENTRY)
#undef ENTRY
};
#define ENTRY_COUNT (sizeof entries / sizeof entries[0])

static void print_overview(FILE *out) {
  fprintf(out, "bridge7 %s - CD7 CAR-T as a bridge to transplantation: simulate, fit, trial\n\n",
          b7_version());
  for (size_t i = 0; i < ENTRY_COUNT; i++) {
    fprintf(out, "  bridge7 %-11s %-34s %s\n", entries[i].name, entries[i].arguments, entries[i].line);
  }
  fprintf(out, "\n`bridge7 COMMAND --help` shows the options and a worked example.\n%s\n", B7_CLI_NOTICE);
}

/* the command whose name shares the longest beginning with the word, when at least two letters agree */
static const char *nearest(const char *word) {
  const char *best = NULL;
  size_t best_length = 1;
  for (size_t i = 0; i < ENTRY_COUNT; i++) {
    size_t same = 0;
    while (word[same] && word[same] == entries[i].name[same]) same++;
    if (same > best_length) {
      best_length = same;
      best = entries[i].name;
    }
  }
  return best;
}

static int run_command(int argc, char **argv) {
  const char *word = argc > 1 ? argv[1] : "--help";
  if (strcmp(word, "--help") == 0 || strcmp(word, "help") == 0 || strcmp(word, "-h") == 0) {
    print_overview(stdout);
    return 0;
  }
  if (strcmp(word, "--version") == 0) {
    printf("bridge7 %s\n", b7_version());
    return 0;
  }
  for (size_t i = 0; i < ENTRY_COUNT; i++) {
    if (strcmp(word, entries[i].name) == 0) return entries[i].run(argc - 1, argv + 1);
  }
  const char *near = nearest(word);
  if (near) {
    fprintf(stderr, "unknown command '%s'. Did you mean '%s'?\n", word, near);
  } else {
    fprintf(stderr, "unknown command '%s'; `bridge7 --help` lists them\n", word);
  }
  return b7_status_exit_code(B7_ERROR_USAGE);
}

/* a stream that was closed before the start would lend its number to the first file that is opened */
static void hold_streams(void) {
  for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++) {
    if (fcntl(stream, F_GETFD) < 0 && open("/dev/null", O_RDONLY) != stream)
      _exit(b7_status_exit_code(B7_ERROR_FILE));
  }
}

/* words come back in messages and titles; a name with an escape sequence would move the terminal */
static bool words_are_plain(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    if (!b7_text_unprintable(argv[i])) continue;
    fprintf(stderr, "bridge7: word %d of the command line holds a control character; rename or remove it\n",
            i);
    return false;
  }
  return true;
}

int main(int argc, char **argv) {
  hold_streams();
  if (!words_are_plain(argc, argv)) return b7_status_exit_code(B7_ERROR_USAGE);
  return b7_cli_finish(run_command(argc, argv));
}
