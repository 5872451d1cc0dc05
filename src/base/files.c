#define _POSIX_C_SOURCE 200809L
#include "base/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MEBIBYTE ((size_t)1024 * 1024)
#define LARGE_BYTES_MAX (512 * MEBIBYTE)

bool b7_file_exists(const char *path) {
  struct stat facts;
  return stat(path, &facts) == 0;
}

static B7Status fail_system(B7Error *error, const char *path, const char *what, int code) {
  return b7_fail_at(error, B7_ERROR_FILE, path, 0, 0, "cannot %s: %s", what, strerror(code));
}

static B7Status read_up_to(const char *path, size_t most, const B7Hooks *hooks, char **bytes, size_t *length,
                           B7Error *error) {
  *bytes = NULL;
  *length = 0;
  struct stat facts;
  if (stat(path, &facts) != 0) {
    if (errno == ENOENT) return b7_fail_at(error, B7_ERROR_INPUT, path, 0, 0, "no such file");
    return fail_system(error, path, "read", errno);
  }
  if (S_ISDIR(facts.st_mode)) {
    return b7_fail_at(error, B7_ERROR_INPUT, path, 0, 0, "is a folder; a file is expected here");
  }
  if (!S_ISREG(facts.st_mode)) return b7_fail_at(error, B7_ERROR_INPUT, path, 0, 0, "is not a regular file");
  if ((uint64_t)facts.st_size > most) {
    return b7_fail_at(
        error, B7_ERROR_INPUT, path, 0, 0,
        "holds %.0f MiB, and at most %zu are read here; split it, or leave out what is no input",
        ceil((double)facts.st_size / (double)MEBIBYTE), most / MEBIBYTE);
  }
  FILE *file = fopen(path, "rb");
  if (!file) return fail_system(error, path, "read", errno);
  size_t size = (size_t)facts.st_size;
  char *text = b7_memory_resize(hooks, NULL, 0, size + 1);
  if (!text) {
    fclose(file);
    return b7_fail_memory(error);
  }
  size_t got = fread(text, 1, size, file);
  bool broken = got != size || ferror(file);
  fclose(file);
  if (broken) {
    b7_memory_resize(hooks, text, size + 1, 0);
    return b7_fail_at(error, B7_ERROR_FILE, path, 0, 0, "changed or broke while it was read; try again");
  }
  text[size] = '\0';
  *bytes = text;
  *length = size;
  return B7_OK;
}

B7Status b7_file_read(const char *path, const B7Hooks *hooks, char **bytes, size_t *length, B7Error *error) {
  return read_up_to(path, B7_TEXT_BYTES_MAX, hooks, bytes, length, error);
}

B7Status b7_file_read_large(const char *path, const B7Hooks *hooks, char **bytes, size_t *length,
                            B7Error *error) {
  return read_up_to(path, LARGE_BYTES_MAX, hooks, bytes, length, error);
}

B7Status b7_file_temporary(const char *path, char *temporary, size_t size, B7Error *error) {
  int written = snprintf(temporary, size, "%s.%ld.part", path, (long)getpid());
  if (written < 0 || (size_t)written >= size) {
    return b7_fail_at(error, B7_ERROR_USAGE, path, 0, 0, "the path is too long");
  }
  return B7_OK;
}

B7Status b7_file_keep(const char *temporary, const char *path, B7Error *error) {
  if (rename(temporary, path) == 0) return B7_OK;
  int code = errno;
  unlink(temporary);
  return fail_system(error, path, "write", code);
}

void b7_file_drop(const char *temporary) {
  unlink(temporary);
}

void b7_file_sweep(const char *path) {
  B7Arena arena = b7_arena_make(NULL);
  const char *slash = strrchr(path, '/');
  char *folder = slash ? b7_arena_text(&arena, path, (size_t)(slash - path) + (slash == path)) : NULL;
  size_t skip = slash ? 0 : 2, length = strlen(path); // "./"
  char **names;
  int32_t count = 0;
  if (!slash || folder) (void)b7_file_list(folder ? folder : ".", ".part", &arena, &names, &count, NULL);
  for (int32_t i = 0; i < count; i++) {
    const char *name = names[i] + skip;
    // <path>.<digits>.part
    if (strncmp(name, path, length) != 0 || name[length] != '.') continue;
    size_t digits = strspn(name + length + 1, "0123456789");
    if (digits > 0 && strcmp(name + length + 1 + digits, ".part") == 0) unlink(names[i]);
  }
  b7_arena_free(&arena);
}

B7Status b7_file_write(const char *path, const void *bytes, size_t length, B7Error *error) {
  char temporary[4096];
  B7_TRY(b7_file_temporary(path, temporary, sizeof temporary, error));
  FILE *file = fopen(temporary, "wb");
  if (!file) return fail_system(error, path, "write", errno);
  bool whole = fwrite(bytes, 1, length, file) == length;
  int code = errno;
  // a full disk may show only when the buffer is flushed
  if (fclose(file) != 0 && whole) {
    whole = false;
    code = errno;
  }
  if (!whole) {
    unlink(temporary);
    return fail_system(error, path, "write", code);
  }
  return b7_file_keep(temporary, path, error);
}

static int compare_names(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

B7Status b7_file_list(const char *folder, const char *suffix, B7Arena *arena, char ***names, int32_t *count,
                      B7Error *error) {
  *names = NULL;
  *count = 0;
  DIR *directory = opendir(folder);
  if (!directory) {
    if (errno == ENOENT) return b7_fail_at(error, B7_ERROR_INPUT, folder, 0, 0, "no such folder");
    return fail_system(error, folder, "read the folder", errno);
  }
  size_t capacity = 0, found = 0, suffix_length = strlen(suffix);
  char **list = NULL;
  bool short_of_memory = false;
  for (struct dirent *entry; !short_of_memory && (entry = readdir(directory));) {
    size_t length = strlen(entry->d_name);
    if (entry->d_name[0] == '.' || length < suffix_length) continue;
    if (strcmp(entry->d_name + length - suffix_length, suffix) != 0) continue;
    char **larger = b7_arena_grow(arena, list, found, &capacity, sizeof *list);
    char *name = b7_arena_format(arena, "%s/%s", folder, entry->d_name);
    short_of_memory = !larger || !name;
    if (short_of_memory) break;
    list = larger;
    list[found++] = name;
  }
  closedir(directory);
  if (short_of_memory) return b7_fail_memory(error);
  if (found > 1) qsort(list, found, sizeof *list, compare_names);
  *names = list;
  *count = (int32_t)found;
  return B7_OK;
}
