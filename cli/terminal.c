/* terminal.c - messages, progress, folders. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"

int b7_cli_fail(const B7Error *error) {
  char text[1200];
  b7_error_format(error, text, sizeof text);
  fprintf(stderr, "%s\n", text);
  return b7_status_exit_code(error->status);
}

int b7_cli_finish(int exit_code) {
  bool broken = ferror(stdout) != 0;
  errno = 0;
  // what is still in the buffer, then what the file system finds out at the end
  if (fflush(stdout) != 0 || fclose(stdout) != 0) broken = true;
  if (!broken) return exit_code;
  fprintf(stderr, "stdout: cannot be written%s%s; what was printed is not whole\n", errno ? ": " : "",
          errno ? strerror(errno) : "");
  return b7_status_exit_code(B7_ERROR_FILE);
}

static bool is_folder(const char *path) {
  struct stat facts;
  return stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
}

bool b7_cli_folder(const char *name, char *path, size_t size) {
  const char *home = getenv("B7_HOME");
  if (home && *home) {
    snprintf(path, size, "%s/%s", home, name);
    if (is_folder(path)) return true;
  }
  char program[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
  if (length > 0) {
    program[length] = '\0';
    char *slash = strrchr(program, '/');
    if (slash) {
      *slash = '\0';
      snprintf(path, size, "%s/../share/bridge7/%s", program, name);
      if (is_folder(path)) return true;
    }
  }
  snprintf(path, size, "%s/%s", B7_SOURCE_FOLDER, name);
  return is_folder(path);
}

int b7_cli_columns(void) {
  struct winsize window;
  const char *text = getenv("COLUMNS");
  int columns = 80;
  if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0) {
    columns = window.ws_col;
  } else if (text && *text) {
    columns = atoi(text);
  }
  return columns < 80 ? 80 : columns > B7_CLI_COLUMNS_MAX ? B7_CLI_COLUMNS_MAX : columns;
}

bool b7_cli_unicode(void) {
  static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    const char *locale = getenv(names[i]);
    if (!locale || !*locale) continue;
    return strstr(locale, "UTF-8") || strstr(locale, "utf8") || strstr(locale, "UTF8") ||
           strstr(locale, "utf-8");
  }
  return false;
}

/* characters of UTF-8 text: bytes that do not continue one */
static int characters(const char *text, size_t length) {
  int count = 0;
  for (size_t i = 0; i < length; i++) count += ((unsigned char)text[i] & 0xC0) != 0x80;
  return count;
}

void b7_cli_print_wrapped(const char *first, int indent, const char *text) {
  int columns = b7_cli_columns(), column = characters(first, strlen(first));
  fputs(first, stdout);
  bool line_start = true;
  for (const char *word = text + strspn(text, " \n"); *word; word += strspn(word, " \n")) {
    size_t length = strcspn(word, " \n");
    int width = characters(word, length);
    if (!line_start && column + 1 + width > columns) {
      printf("\n%*s", indent, "");
      column = indent;
      line_start = true;
    }
    if (!line_start) putchar(' ');
    for (size_t i = 0; i < length; i++) putchar(word[i] == '\t' ? ' ' : word[i]);
    column += width + !line_start;
    line_start = false;
    word += length;
  }
  putchar('\n');
}

bool b7_cli_colour(void) {
  const char *no_colour = getenv("NO_COLOR");
  return isatty(STDOUT_FILENO) && !(no_colour && *no_colour);
}

#define BAR_CELLS 30

/* start and label travel in static storage of the program (never of the library): one bar at a time */
static const char *bar_label;
static double bar_start_s;
static double bar_drawn_s;

static double now_s(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static bool draw_bar(void *user, int64_t done, int64_t total) {
  (void)user;
  double now = now_s();
  if (done == 0) bar_start_s = now;
  if (done < total && now - bar_drawn_s < 0.1) return true;
  bar_drawn_s = now;
  double elapsed = now - bar_start_s, share = total > 0 ? (double)done / (double)total : 1;
  int filled = (int)(share * BAR_CELLS);
  char cells[BAR_CELLS + 1];
  for (int i = 0; i < BAR_CELLS; i++) cells[i] = i < filled ? '#' : '.';
  cells[BAR_CELLS] = '\0';
  double rate = elapsed > 0 ? (double)done / elapsed : 0;
  double left = rate > 0 ? (double)(total - done) / rate : 0;
  fprintf(stderr, "\r%s [%s] %lld/%lld  %.0f patients/s  %.0f s left ", bar_label, cells, (long long)done,
          (long long)total, rate, left);
  if (done >= total) fprintf(stderr, "\r%*s\r", 100, "");
  fflush(stderr);
  return true;
}

static void print_warning(void *user, const char *text) {
  (void)user;
  fprintf(stderr, "warning: %s\n", text);
}

B7Hooks b7_cli_hooks(bool quiet, const char *label) {
  bar_label = label;
  bar_start_s = now_s();
  B7Hooks hooks = {.warning = print_warning};
  if (!quiet && isatty(STDERR_FILENO)) hooks.progress = draw_bar;
  return hooks;
}

void b7_cli_json_text(const char *text) {
  putchar('"');
  for (const unsigned char *c = (const unsigned char *)(text ? text : ""); *c; c++) {
    if (*c == '"' || *c == '\\') {
      printf("\\%c", *c);
    } else if (*c == '\n') {
      printf("\\n");
    } else if (*c < 0x20) {
      printf("\\u%04x", *c);
    } else {
      putchar(*c);
    }
  }
  putchar('"');
}

void b7_cli_json_number(double value) {
  if (isfinite(value)) {
    printf("%.10g", value);
  } else {
    printf("null");
  }
}
