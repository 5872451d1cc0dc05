/* b7_course_load: files in, a course out */
#include "read/course/course_reader.h"

#include <stdio.h>
#include <string.h>

#include "base/files.h"
#include "base/hash.h"

static B7Status read_heading(B7CourseReader *reader, const B7Node *root, const char *key, bool needed,
                             const char **out) {
  const B7Node *node = b7_node_get(root, key);
  const char *text;
  *out = "";
  if (!node && needed) return b7_node_need(root, key, &node, reader->error);
  if (!node) return B7_OK;
  B7_TRY(b7_node_text(node, &text, reader->error));
  *out = b7_keep(reader, text);
  return *out ? B7_OK : B7_ERROR_MEMORY;
}

static B7Status read_flags(B7CourseReader *reader, const B7Node *root) {
  const B7Node *flags = b7_node_get(root, "flags");
  if (!flags) return B7_OK;
  B7_TRY(b7_node_expect(flags, B7_NODE_MAPPING, "'flags'", reader->error));
  for (int32_t i = 0; i < flags->count; i++) {
    const char *text;
    B7_TRY(b7_node_text(flags->items[i], &text, reader->error));
    B7CourseFlag *flag = B7_COURSE_ADD(reader->course, B7CourseFlag, flags);
    if (!flag) return b7_fail_memory(reader->error);
    flag->name = b7_keep(reader, flags->keys[i]->text);
    flag->text = b7_keep(reader, text);
    if (!flag->name || !flag->text) return B7_ERROR_MEMORY;
  }
  return B7_OK;
}

static B7Status read_course(B7CourseReader *reader, const B7Node *root) {
  static const char *const KEYS[] = {
      "course",       "title",    "citation",   "consent",    "day0",       "flags",
      "patient",      "disease",  "donor",      "anchors",    "history",    "treatments",
      "observations", "findings", "toxicities", "procedures", "milestones", NULL};
  struct B7Course *course = reader->course;
  B7_TRY(b7_node_only_keys(root, KEYS, reader->error));
  B7_TRY(read_heading(reader, root, "course", true, &course->name));
  B7_TRY(read_heading(reader, root, "title", false, &course->title));
  B7_TRY(read_heading(reader, root, "citation", false, &course->citation));
  B7_TRY(read_heading(reader, root, "consent", false, &course->consent));
  B7_TRY(read_flags(reader, root));
  B7_TRY(b7_anchors_read(reader, root));
  B7_TRY(b7_patient_read(reader, root));
  B7_TRY(b7_donor_read(reader, root));
  B7_TRY(b7_treatments_read(reader, root));
  B7_TRY(b7_observations_read(reader, root));
  return b7_records_read(reader, root);
}

/* one reading of the text into a course, which says by arm_taken which alternative counts */
static B7Status read_with(struct B7Course *course, const B7Node *root, const B7Catalogue *catalogue,
                          B7Converter *converter, B7Error *error) {
  B7CourseReader reader = {.course = course, .catalogue = catalogue, .converter = converter, .error = error};
  return read_course(&reader, root);
}

/* a mistake in an alternative is found when the course is loaded, not when its arm is run */
static B7Status try_alternatives(const struct B7Course *course, const B7Node *root,
                                 const B7Catalogue *catalogue, B7Converter *converter, B7Error *error) {
  B7Hooks hooks = course->arena.hooks;
  hooks.warning = NULL;
  for (int32_t k = 0; k < course->n_arms; k++) {
    struct B7Course trial = {.arena = b7_arena_make(&hooks), .arm_taken = k};
    B7Status status = read_with(&trial, root, catalogue, converter, error);
    b7_arena_free(&trial.arena);
    if (status != B7_OK) return status;
  }
  return B7_OK;
}

static B7Status parse_course(struct B7Course *course, const char *text, size_t length,
                             const B7Catalogue *catalogue, B7Error *error) {
  B7Document *document = NULL;
  B7Converter converter = {.hooks = &course->arena.hooks};
  B7Status status = b7_document_parse(text, length, course->path, &course->arena.hooks, &document, error);
  const B7Node *root = status == B7_OK ? b7_document_root(document) : NULL;
  if (status == B7_OK) status = read_with(course, root, catalogue, &converter, error);
  if (status == B7_OK && course->arm_taken < 0) {
    status = try_alternatives(course, root, catalogue, &converter, error);
  }
  b7_document_free(document);
  b7_converter_close(&converter);
  return status;
}

static B7Status fill_course(struct B7Course *course, const char *text, size_t length,
                            const B7Catalogue *catalogue, B7Error *error) {
  B7Arena *arena = &course->arena;
  char digits[17];
  course->catalogue = catalogue;
  B7_TRY(parse_course(course, text, length, catalogue, error));
  b7_hash_format(b7_hash_bytes(catalogue->hash, text, length), digits);
  course->hash = b7_arena_text(arena, digits, strlen(digits));
  return course->hash ? B7_OK : b7_fail_memory(error);
}

B7Status b7_course_parse(const char *text, size_t length, const char *name, const char *data_folder,
                         int32_t arm, const B7Hooks *hooks, B7Course **out, B7Error *error) {
  *out = NULL;
  b7_error_clear(error);
  B7Arena arena = b7_arena_make(hooks);
  struct B7Course *course = B7_ARENA_ARRAY(&arena, struct B7Course, 1);
  if (!course) return b7_fail_memory(error);
  course->arm_taken = arm;
  // the text stays with the course: an alternative is read from it, whatever became of the file
  course->text = b7_arena_text(&arena, text, length);
  course->text_length = length;
  course->path = b7_arena_text(&arena, name, strlen(name));
  course->data_folder = b7_arena_text(&arena, data_folder, strlen(data_folder));
  course->arena = arena;
  bool kept = course->text && course->path && course->data_folder;
  B7Status status = kept ? B7_OK : b7_fail_memory(error);
  if (status == B7_OK) status = b7_catalogue_load(data_folder, false, hooks, &course->own_catalogue, error);
  if (status == B7_OK) status = fill_course(course, course->text, length, course->own_catalogue, error);
  if (status != B7_OK) {
    b7_course_free(course);
    return status;
  }
  *out = course;
  return B7_OK;
}

B7Status b7_course_load(const char *path, const char *data_folder, const B7Hooks *hooks, B7Course **out,
                        B7Error *error) {
  char *text;
  size_t length;
  *out = NULL;
  b7_error_clear(error);
  if (!path || !data_folder)
    return b7_fail(error, B7_ERROR_USAGE, "a course needs the path of its file and of the data folder");
  B7_TRY(b7_file_read(path, hooks, &text, &length, error));
  B7Status status = b7_course_parse(text, length, path, data_folder, -1, hooks, out, error);
  b7_memory_resize(hooks, text, length + 1, 0);
  return status;
}

B7Status b7_course_take_alternative(const B7Course *course, int32_t k, B7Course **out, B7Error *error) {
  *out = NULL;
  if (k < 0 || k >= course->n_arms) {
    return b7_fail(error, B7_ERROR_USAGE, "course '%s' has %d alternatives; there is no number %d",
                   course->name, (int)course->n_arms, (int)k);
  }
  // what is unusual about an alternative is why it is one
  B7Hooks hooks = course->arena.hooks;
  hooks.warning = NULL;
  return b7_course_parse(course->text, course->text_length, course->path, course->data_folder, k, &hooks, out,
                         error);
}

void b7_course_free(B7Course *course) {
  if (!course) return;
  b7_catalogue_free(course->own_catalogue);
  // the course lives in its own arena
  B7Arena arena = course->arena;
  b7_arena_free(&arena);
}
