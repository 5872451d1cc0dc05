/* build.c - kernels of user models through the system compiler, kept in a cache folder by model hash.
 *
 * The command is `cc` (or the environment's CC, when that is one word) on texts that this library wrote; file
 * names are its own, so nothing a user wrote reaches a shell: the compiler is started without one.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/files.h"
#include "base/hash.h"
#include "compile/code/build.h"
#include "compile/code/emit_c.h"
#include "compile/code/machine.h"

/* the headers that emitted code includes (embedded by cmake/kernel.cmake) */
extern const unsigned char b7_text_kernel_h[], b7_text_lanes_h[], b7_text_lane_math_h[];
extern const size_t b7_text_kernel_h_length, b7_text_lanes_h_length, b7_text_lane_math_h_length;

#define PATH_SIZE 1024
#define WIDTHS_MAX 4

typedef struct Build {
  char folder[PATH_SIZE]; /* private to this build; removed at the end */
  const char *compiler;
  int32_t widths[WIDTHS_MAX];
  int n_width;
  B7Error *error;
} Build;

static B7Status join(char path[PATH_SIZE], const char *folder, const char *name, B7Error *error) {
  int length = snprintf(path, PATH_SIZE, "%s/%s", folder, name);
  if (length < 0 || length >= PATH_SIZE)
    return b7_fail(error, B7_ERROR_FILE, "%s/%s: the path is too long", folder, name);
  return B7_OK;
}

static B7Status write_text(const Build *b, const char *name, const void *bytes, size_t length) {
  char path[PATH_SIZE];
  B7_TRY(join(path, b->folder, name, b->error));
  return b7_file_write(path, bytes, length, b->error);
}

static B7Status make_folder(const char *path, B7Error *error) {
  if (mkdir(path, 0777) == 0 || errno == EEXIST) return B7_OK;
  return b7_fail(error, B7_ERROR_FILE, "%s: the folder cannot be made: %s", path, strerror(errno));
}

/* Run argv with its messages into log_path; the exit status, or -1 when it could not be started. */
static int run(char *const argv[], const char *log_path) {
  pid_t child = fork();
  if (child < 0) return -1;
  if (child == 0) {
    int log = open(log_path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (log >= 0) {
      dup2(log, STDOUT_FILENO);
      dup2(log, STDERR_FILENO);
    }
    execvp(argv[0], argv);
    _exit(127);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/* The start of what the compiler said, on one line. */
static void read_log(const char *path, char *words, size_t size) {
  words[0] = 0;
  FILE *file = fopen(path, "r");
  if (!file) return;
  size_t length = fread(words, 1, size - 1, file);
  words[length] = 0;
  for (size_t i = 0; i < length; i++)
    if (words[i] == '\n') words[i] = ' ';
  fclose(file);
}

static B7Status run_compiler(const Build *b, char *const argv[]) {
  char log_path[PATH_SIZE], words[400];
  B7_TRY(join(log_path, b->folder, "log", b->error));
  int status = run(argv, log_path);
  if (status == 0) return B7_OK;
  read_log(log_path, words, sizeof words);
  if (status == 127)
    return b7_fail(
        b->error, B7_ERROR_COMPILER,
        "the C compiler \"%s\" cannot be started; install one (package gcc), name one in CC, or use the "
        "interpreter",
        b->compiler);
  return b7_fail(b->error, B7_ERROR_COMPILER, "the C compiler \"%s\" failed (status %d): %s", b->compiler,
                 status, words);
}

/* One width: kernel.c with the macros of that width into an object file. */
static B7Status compile_width(const Build *b, int32_t lanes, bool with_tables) {
  char source[PATH_SIZE], object[PATH_SIZE], include[PATH_SIZE + 8], define_lanes[32], define_code[48],
      define_isa[64], march[32];
  char object_name[32];
  snprintf(object_name, sizeof object_name, "kernel_%d.o", lanes);
  B7_TRY(join(source, b->folder, "kernel.c", b->error));
  B7_TRY(join(object, b->folder, object_name, b->error));
  const char *isa = b7_machine_isa(lanes);
  snprintf(include, sizeof include, "-I%s", b->folder);
  snprintf(define_lanes, sizeof define_lanes, "-DB7_LANES=%d", lanes);
  snprintf(define_code, sizeof define_code, "-DB7_KERNEL_CODE=b7_built_%d", lanes);
  snprintf(define_isa, sizeof define_isa, "-DB7_KERNEL_ISA=\"%s\"", isa ? isa : "plain");
  snprintf(march, sizeof march, "-march=%s", isa ? isa : "");
  char *argv[24];
  int n = 0;
  argv[n++] = (char *)b->compiler;
  const char *fixed[] = {"-std=gnu11", "-O2",   "-fPIC",      "-ffp-contract=off", "-fno-math-errno",
                         "-w",         include, define_lanes, define_code,         define_isa};
  for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) argv[n++] = (char *)fixed[i];
  if (with_tables) argv[n++] = "-DB7_KERNEL_TABLES=b7_built_tables";
  if (isa) argv[n++] = march;
  argv[n++] = "-c";
  argv[n++] = source;
  argv[n++] = "-o";
  argv[n++] = object;
  argv[n] = NULL;
  return run_compiler(b, argv);
}

static B7Status link_library(const Build *b, const char *library) {
  char objects[WIDTHS_MAX][PATH_SIZE];
  char *argv[WIDTHS_MAX + 8];
  int n = 0;
  argv[n++] = (char *)b->compiler;
  argv[n++] = "-shared";
  argv[n++] = "-o";
  argv[n++] = (char *)library;
  for (int i = 0; i < b->n_width; i++) {
    char name[32];
    snprintf(name, sizeof name, "kernel_%d.o", b->widths[i]);
    B7_TRY(join(objects[i], b->folder, name, b->error));
    argv[n++] = objects[i];
  }
  argv[n++] = "-lm";
  argv[n] = NULL;
  return run_compiler(b, argv);
}

static B7Status write_texts(const Build *b, const B7Text *kernel_text) {
  char path[PATH_SIZE];
  B7_TRY(join(path, b->folder, "kernel", b->error));
  B7_TRY(make_folder(path, b->error));
  B7_TRY(write_text(b, "bridge7_kernel.h", b7_text_kernel_h, b7_text_kernel_h_length));
  B7_TRY(write_text(b, "kernel/lanes.h", b7_text_lanes_h, b7_text_lanes_h_length));
  B7_TRY(write_text(b, "kernel/lane_math.h", b7_text_lane_math_h, b7_text_lane_math_h_length));
  return write_text(b, "kernel.c", kernel_text->bytes, kernel_text->length);
}

static void remove_build(const Build *b) {
  static const char *const names[] = {
      "kernel/lanes.h", "kernel/lane_math.h", "bridge7_kernel.h", "kernel.c",   "log",
      "kernel.so",      "kernel_1.o",         "kernel_2.o",       "kernel_4.o", "kernel_8.o"};
  char path[PATH_SIZE];
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (snprintf(path, sizeof path, "%s/%s", b->folder, names[i]) < PATH_SIZE) unlink(path);
  if (snprintf(path, sizeof path, "%s/kernel", b->folder) < PATH_SIZE) rmdir(path);
  rmdir(b->folder);
}

/* ---- loading ---- */

static B7Status load(const char *path, const Build *b, B7Kernel *kernel) {
  kernel->library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!kernel->library)
    return b7_fail(b->error, B7_ERROR_COMPILER, "%s cannot be loaded: %s", path, dlerror());
  kernel->tables = dlsym(kernel->library, "b7_built_tables");
  int n = 0;
  for (int i = 0; i < b->n_width; i++) {
    char name[32];
    snprintf(name, sizeof name, "b7_built_%d", b->widths[i]);
    const B7KernelCode *code = dlsym(kernel->library, name);
    if (code) kernel->codes[n++] = code;
  }
  if (!kernel->tables || n < b->n_width || kernel->tables->abi != B7_KERNEL_ABI)
    return b7_fail(b->error, B7_ERROR_COMPILER, "%s is not a kernel of this version; remove it", path);
  return B7_OK;
}

void b7_kernel_unload(B7Kernel *kernel) {
  if (kernel->library) dlclose(kernel->library);
  kernel->library = NULL;
}

/* In the private folder, then to `library` by an atomic rename: builds of several processes do not meet. */
static B7Status build_library(Build *b, const B7Text *text, const char *library) {
  B7_TRY(write_texts(b, text));
  for (int i = 0; i < b->n_width; i++) B7_TRY(compile_width(b, b->widths[i], i == 0));
  char built[PATH_SIZE];
  B7_TRY(join(built, b->folder, "kernel.so", b->error));
  B7_TRY(link_library(b, built));
  if (!library || rename(built, library) == 0) return B7_OK;
  return b7_fail(b->error, B7_ERROR_FILE, "%s cannot be written: %s", library, strerror(errno));
}

static void choose_widths(Build *b) {
  // the widest of the machine, and narrower ones for few patients
  for (int32_t lanes = b7_machine_lanes(); lanes >= 1; lanes = lanes == 8 ? 4 : lanes > 1 ? 1 : 0)
    b->widths[b->n_width++] = lanes;
}

B7Status b7_kernel_build(const B7Model *model, const char *cache_folder, B7Kernel *kernel, B7Error *error) {
  const char *chosen = getenv("CC");
  bool one_word = chosen && *chosen && !strchr(chosen, ' ');
  Build b = {.compiler = one_word ? chosen : "cc", .error = error};
  choose_widths(&b);

  char *emitted = NULL;
  B7_TRY(b7_kernel_emit_c(model, &kernel->hooks, &emitted, error));
  B7Text text = b7_text_make(&kernel->hooks);
  b7_text_append(&text, "%s", emitted);
  b7_text_free(&kernel->hooks, emitted);
  B7Status status = text.failed ? b7_fail_memory(error) : B7_OK;

  // the name holds all that the code depends on: text, headers, machine
  uint64_t hash = b7_hash_bytes(B7_HASH_START, text.bytes, text.failed ? 0 : text.length);
  hash = b7_hash_bytes(hash, b7_text_kernel_h, b7_text_kernel_h_length);
  hash = b7_hash_bytes(hash, b7_text_lanes_h, b7_text_lanes_h_length);
  hash = b7_hash_bytes(hash, b7_text_lane_math_h, b7_text_lane_math_h_length);
  hash = b7_hash_bytes(hash, &b.widths, sizeof b.widths);
  char digits[17], name[64], cached[PATH_SIZE], built[PATH_SIZE];
  b7_hash_format(hash, digits);
  snprintf(name, sizeof name, "kernel-%s-%s.so", b7_model_hash(model), digits);
  const char *parent = cache_folder;
  if (!parent) {
    parent = getenv("TMPDIR");
    if (!parent || !*parent) parent = "/tmp";
  }
  if (status == B7_OK && cache_folder) status = make_folder(cache_folder, error);
  if (status == B7_OK && cache_folder) status = join(cached, cache_folder, name, error);
  if (status == B7_OK && cache_folder && b7_file_exists(cached)) {
    status = load(cached, &b, kernel);
    b7_text_release(&text);
    return status;
  }
  if (status == B7_OK) status = join(b.folder, parent, "build-XXXXXX", error);
  if (status == B7_OK && !mkdtemp(b.folder))
    status = b7_fail(error, B7_ERROR_FILE, "no folder can be made in %s: %s", parent, strerror(errno));
  if (status == B7_OK) {
    status = build_library(&b, &text, cache_folder ? cached : NULL);
    if (status == B7_OK) status = join(built, b.folder, "kernel.so", error);
    if (status == B7_OK) status = load(cache_folder ? cached : built, &b, kernel);
    // a loaded library stays mapped after its file is gone
    remove_build(&b);
  }
  b7_text_release(&text);
  return status;
}
