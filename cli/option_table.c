/* option_table.c - one table of options a command; parsing and --help come from the same table. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

/* lines of the example, each at least two blanks in */
static void print_example(const char *text) {
  while (*text) {
    size_t length = strcspn(text, "\n");
    printf("%s%.*s\n", text[0] == ' ' ? "" : "  ", (int)length, text);
    text += length + (text[length] == '\n');
  }
}

static void print_help(const B7CliCommand *command) {
  printf("usage: bridge7 %s %s%s[options]\n\n", command->name, command->arguments,
         command->arguments[0] ? " " : "");
  b7_cli_print_wrapped("", 0, command->about);
  putchar('\n');
  for (const B7CliOption *option = command->options; option->name; option++) {
    char left[64];
    snprintf(left, sizeof left, "%s %s", option->name, option->value_name ? option->value_name : "");
    printf("  %-24s %s\n", left, option->help);
  }
  printf("  %-24s %s\n", "--help", "this text");
  printf("\nexample\n");
  print_example(command->example);
  printf("\n%s\n", B7_CLI_NOTICE);
}

static int fail_usage(const B7CliCommand *command, const char *what, const char *word) {
  fprintf(stderr, "bridge7 %s: %s '%s'; `bridge7 %s --help` shows the options\n", command->name, what, word,
          command->name);
  return b7_status_exit_code(B7_ERROR_USAGE);
}

static bool store(const B7CliOption *option, const char *value) {
  char *end = NULL;
  errno = 0;
  if (option->text) {
    *option->text = value;
    return true;
  }
  if (option->integer) {
    *option->integer = strtoll(value, &end, 10);
  } else if (option->number) {
    *option->number = strtod(value, &end);
    if (!isfinite(*option->number)) return false;
  }
  return end && end != value && !*end && !errno;
}

static const B7CliOption *find(const B7CliCommand *command, const char *word, size_t length) {
  for (const B7CliOption *option = command->options; option->name; option++) {
    if (strlen(option->name) == length && strncmp(option->name, word, length) == 0) return option;
  }
  return NULL;
}

int b7_cli_parse(const B7CliCommand *command, int argc, char **argv, B7CliWords *words) {
  words->count = 0;
  for (int i = 1; i < argc; i++) {
    const char *word = argv[i];
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
      print_help(command);
      return 0;
    }
    if (word[0] != '-' || word[1] == '\0') {
      if (words->count >= command->positional_max) return fail_usage(command, "one argument too many:", word);
      words->words[words->count++] = word;
      continue;
    }
    // --name value and --name=value
    const char *equals = strchr(word, '=');
    const B7CliOption *option = find(command, word, equals ? (size_t)(equals - word) : strlen(word));
    if (!option) return fail_usage(command, "unknown option", word);
    if (option->flag) {
      if (equals) return fail_usage(command, "this option takes no value:", word);
      *option->flag = true;
      continue;
    }
    const char *value = equals ? equals + 1 : i + 1 < argc ? argv[++i] : NULL;
    if (!value) return fail_usage(command, "a value is missing after", word);
    if (!store(option, value)) return fail_usage(command, "not a number:", value);
  }
  if (words->count < command->positional_min) {
    fprintf(stderr, "usage: bridge7 %s %s [options]; `bridge7 %s --help` shows more\n", command->name,
            command->arguments, command->name);
    return b7_status_exit_code(B7_ERROR_USAGE);
  }
  return -1;
}
