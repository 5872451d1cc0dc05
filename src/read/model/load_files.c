/* Opens the files of a model: a folder or its model.yaml, one YAML file, an SBML file, or a text in memory.
 */
#include "read/model/model_reader.h"

#include "base/files.h"
#include "read/model/bibliography.h"
#include "sbml/sbml.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define PATH_ROOM 1024

/* One module and what it was read from. */
typedef struct ModuleFile {
  B7Document *document, *table; /* table: the drugs of a module that names one */
  const B7Node *root;
} ModuleFile;

typedef struct Loader {
  const B7Hooks *hooks;
  char folder[PATH_ROOM]; /* paths in the files start here, with a slash at the end or empty */
  bool from_memory;       /* no other file may be read */
  B7Arena scratch;        /* lives while loading */
  B7Document *index;      /* model.yaml, or the one file */
  const B7Node *root;
  bool one_file;
  ModuleFile *files;
  int32_t count;
} Loader;

static B7Status path_in_folder(const Loader *loader, const B7Node *node, const char *suffix,
                               char path[PATH_ROOM], B7Error *error) {
  const char *name;
  B7_TRY(b7_node_text(node, &name, error));
  if (loader->from_memory) return b7_node_fail(node, error, "a model in memory cannot name other files");
  int length = snprintf(path, PATH_ROOM, "%s%s%s", name[0] == '/' ? "" : loader->folder, name, suffix);
  if (length < 0 || length >= PATH_ROOM) return b7_node_fail(node, error, "the path is too long");
  return B7_OK;
}

static B7Status load_at(const Loader *loader, const B7Node *node, const char *suffix, B7Document **out,
                        B7Error *error) {
  char path[PATH_ROOM];
  B7_TRY(path_in_folder(loader, node, suffix, path, error));
  if (!b7_file_exists(path)) return b7_node_fail(node, error, "there is no file '%s'", path);
  return b7_document_load(path, loader->hooks, out, error);
}

static B7Status open_modules(Loader *loader, const B7Node *modules, B7Error *error) {
  B7_TRY(b7_node_expect(modules, B7_NODE_SEQUENCE, "modules", error));
  if (modules->count == 0) return b7_node_fail(modules, error, "the model has no modules");
  loader->files = B7_ARENA_ARRAY(&loader->scratch, ModuleFile, modules->count);
  if (!loader->files) return b7_fail_memory(error);
  loader->count = modules->count;
  for (int32_t i = 0; i < loader->count; i++) {
    ModuleFile *file = &loader->files[i];
    B7_TRY(load_at(loader, modules->items[i], ".yaml", &file->document, error));
    file->root = b7_document_root(file->document);
    B7_TRY(b7_node_expect(file->root, B7_NODE_MAPPING, "a module", error));
    const B7Node *name;
    B7_TRY(b7_node_need(file->root, "module", &name, error));
    if (name->kind != B7_NODE_SCALAR || strcmp(name->text, modules->items[i]->text) != 0)
      return b7_node_fail(name, error, "the module must be named as its file is: '%s'",
                          modules->items[i]->text);
  }
  return B7_OK;
}

static B7Status open_one_file(Loader *loader, B7Error *error) {
  loader->one_file = true;
  loader->files = B7_ARENA_ARRAY(&loader->scratch, ModuleFile, 1);
  if (!loader->files) return b7_fail_memory(error);
  loader->count = 1;
  loader->files[0].root = loader->root;
  return B7_OK;
}

static B7Status check_keys(const Loader *loader, B7Error *error) {
  static const char *const index_keys[] = {"model", "title", "version", "modules", "bibliography", NULL};
  // the first four belong to the one-file form alone
  static const char *const module_keys[] = {
      "model",  "title",       "version",   "bibliography", "module",      "about", "parameters", "latches",
      "states", "definitions", "reactions", "events",       "observables", "table", "targets",    NULL};
  if (!loader->one_file) B7_TRY(b7_node_only_keys(loader->root, index_keys, error));
  for (int32_t i = 0; i < loader->count; i++)
    B7_TRY(b7_node_only_keys(loader->files[i].root, module_keys + (loader->one_file ? 0 : 4), error));
  return B7_OK;
}

static B7Status open_tables(Loader *loader, B7Error *error) {
  for (int32_t i = 0; i < loader->count; i++) {
    const B7Node *table = b7_node_get(loader->files[i].root, "table"),
                 *targets = b7_node_get(loader->files[i].root, "targets");
    if (!table && targets) return b7_node_fail(targets, error, "targets: needs the drug table: beside it");
    if (table) B7_TRY(load_at(loader, table, "", &loader->files[i].table, error));
  }
  return B7_OK;
}

static B7Status read_head(const Loader *loader, const char *default_name, B7Draft *draft, B7Error *error) {
  B7Model *model = draft->model;
  B7_TRY(b7_load_text(draft, loader->root, "model", !loader->one_file, &model->name, error));
  B7_TRY(b7_load_text(draft, loader->root, "title", false, &model->title, error));
  B7_TRY(b7_load_text(draft, loader->root, "version", false, &model->version, error));
  if (model->name[0]) {
    const B7Node *name = b7_node_get(loader->root, "model");
    B7_TRY(b7_name_check(model->name, (B7ModelPlace){name->file, name->line, name->column}, error));
  } else {
    model->name = b7_draft_text(draft, default_name);
    if (!model->name) return b7_fail_memory(error);
  }
  draft->bibliography_unread = loader->from_memory;
  const B7Node *bibliography = b7_node_get(loader->root, "bibliography");
  if (!bibliography) return B7_OK;
  char path[PATH_ROOM];
  B7_TRY(path_in_folder(loader, bibliography, "", path, error));
  if (!b7_file_exists(path)) return b7_node_fail(bibliography, error, "there is no file '%s'", path);
  return b7_bibliography_keys(path, &model->arena, &draft->bibliography, error);
}

static B7Status read_modules(const Loader *loader, B7Draft *draft, B7Error *error) {
  for (int32_t i = 0; i < loader->count; i++) {
    const B7Node *root = loader->files[i].root, *name = b7_node_get(root, "module");
    B7ModelModule *module;
    if (name) B7_TRY(b7_node_expect(name, B7_NODE_SCALAR, "module", error));
    // the place needs a module to keep the file's name with
    B7ModelPlace place = {b7_draft_text(draft, root->file), root->line, root->column};
    if (!place.file) return b7_fail_memory(error);
    if (name) place.line = name->line, place.column = name->column;
    B7_TRY(b7_draft_module(draft, name ? name->text : "main", place, &module, error));
    B7_TRY(b7_load_text(draft, root, "about", false, &module->about, error));
  }
  for (int phase = B7_LOAD_QUANTITIES; phase <= B7_LOAD_CHANGES; phase++)
    for (int32_t i = 0; i < loader->count; i++) {
      const ModuleFile *file = &loader->files[i];
      draft->module = i;
      B7_TRY(b7_load_items(draft, file->root, (B7LoadPhase)phase, error));
      if (file->table)
        B7_TRY(b7_drugs_expand(draft, b7_document_root(file->table), b7_node_get(file->root, "targets"),
                               (B7LoadPhase)phase, error));
    }
  return B7_OK;
}

static B7Status build(Loader *loader, const char *default_name, B7Model **out, B7Error *error) {
  loader->root = b7_document_root(loader->index);
  B7_TRY(b7_node_expect(loader->root, B7_NODE_MAPPING, "a model", error));
  const B7Node *modules = b7_node_get(loader->root, "modules");
  B7_TRY(modules ? open_modules(loader, modules, error) : open_one_file(loader, error));
  B7_TRY(check_keys(loader, error));
  B7_TRY(open_tables(loader, error));
  B7DraftCapacity capacity = {.modules = loader->count};
  for (int32_t i = 0; i < loader->count; i++) {
    b7_load_count_items(loader->files[i].root, &capacity);
    if (loader->files[i].table)
      b7_drugs_count(b7_document_root(loader->files[i].table), b7_node_get(loader->files[i].root, "targets"),
                     &capacity);
  }
  B7Draft draft;
  B7_TRY(b7_draft_make(loader->hooks, &capacity, &draft, error));
  B7Status status = read_head(loader, default_name, &draft, error);
  if (status == B7_OK) status = read_modules(loader, &draft, error);
  if (status == B7_OK) return b7_draft_finish(&draft, out, error);
  b7_draft_drop(&draft);
  return status;
}

static void close_loader(Loader *loader) {
  for (int32_t i = 0; i < loader->count; i++) {
    b7_document_free(loader->files[i].document);
    b7_document_free(loader->files[i].table);
  }
  b7_document_free(loader->index);
  b7_arena_free(&loader->scratch);
}

/* "models/decay.yaml" -> "decay", made a name */
static void name_of_file(const char *path, char name[64]) {
  const char *slash = strrchr(path, '/');
  const char *start = slash ? slash + 1 : path;
  size_t n = strcspn(start, ".");
  if (n > 60) n = 60;
  for (size_t i = 0; i < n; i++) {
    char c = start[i];
    bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9' && i > 0);
    name[i] = fits ? c : '_';
  }
  name[n] = '\0';
  if (n == 0) strcpy(name, "model");
}

static bool ends_with(const char *text, const char *suffix) {
  size_t n = strlen(text), m = strlen(suffix);
  return n >= m && strcmp(text + n - m, suffix) == 0;
}

B7Status b7_model_load(const char *path, const B7Hooks *hooks, B7Model **out, B7Error *error) {
  *out = NULL;
  if (ends_with(path, ".xml") || ends_with(path, ".sbml")) return b7_sbml_read(path, hooks, out, error);
  char file[PATH_ROOM];
  int length = snprintf(file, sizeof file, "%s/model.yaml", path);
  if (length < 0 || length >= PATH_ROOM)
    return b7_fail(error, B7_ERROR_FILE, "the path of the model is too long");
  if (!b7_file_exists(file)) {
    struct stat found;
    if (stat(path, &found) == 0 && S_ISDIR(found.st_mode))
      return b7_fail_at(error, B7_ERROR_INPUT, path, 0, 0,
                        "a folder is a model when it holds a model.yaml; here is none");
    snprintf(file, sizeof file, "%s", path);
  }
  Loader loader = {.hooks = hooks, .scratch = b7_arena_make(hooks)};
  const char *slash = strrchr(file, '/');
  if (slash) snprintf(loader.folder, sizeof loader.folder, "%.*s", (int)(slash + 1 - file), file);
  char name[64];
  name_of_file(file, name);
  B7Status status = b7_document_load(file, hooks, &loader.index, error);
  if (status == B7_OK) status = build(&loader, name, out, error);
  close_loader(&loader);
  return status;
}

B7Status b7_model_parse(const char *text, size_t length, const char *name, const B7Hooks *hooks,
                        B7Model **out, B7Error *error) {
  *out = NULL;
  Loader loader = {.hooks = hooks, .from_memory = true, .scratch = b7_arena_make(hooks)};
  char model_name[64];
  name_of_file(name, model_name);
  B7Status status = b7_document_parse(text, length, name, hooks, &loader.index, error);
  if (status == B7_OK) status = build(&loader, model_name, out, error);
  close_loader(&loader);
  return status;
}
