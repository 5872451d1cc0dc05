/* how the course loader reads one fact: its value, its status, its alternatives */
#include <math.h>
#include <string.h>

#include "read/course/course_reader.h"

const char *b7_keep(B7CourseReader *reader, const char *text) {
  if (!*text) return "";
  const char *copy = b7_arena_text(&reader->course->arena, text, strlen(text));
  if (!copy) b7_fail_memory(reader->error);
  return copy;
}

static B7Status read_status(B7CourseReader *reader, const B7Node *node, B7FactStatus *out) {
  static const char *const NAMES[] = {"stated", "derived", "ambiguous", "assumed", NULL};
  const char *text;
  B7_TRY(b7_node_text(node, &text, reader->error));
  for (int32_t i = 0; NAMES[i]; i++) {
    if (strcmp(NAMES[i], text) != 0) continue;
    *out = (B7FactStatus)i;
    return B7_OK;
  }
  return b7_node_unknown(node, "status", text, NAMES, NULL, reader->error);
}

static B7Status read_flag(B7CourseReader *reader, const B7Node *node, const char **out) {
  const char *text;
  B7_TRY(b7_node_text(node, &text, reader->error));
  for (int32_t i = 0; i < reader->course->n_flags; i++) {
    if (strcmp(reader->course->flags[i].name, text) != 0) continue;
    *out = reader->course->flags[i].name;
    return B7_OK;
  }
  return b7_node_fail(node, reader->error,
                      "flag '%s' is not explained; add '%s: what is ambiguous' under 'flags:'", text, text);
}

static B7Status read_basis(B7CourseReader *reader, const B7Node *status, const B7Node *flag,
                           const B7Node *why, B7Basis *out) {
  if (status) {
    B7_TRY(read_status(reader, status, &out->status));
    // a new status does not carry over the reasons of the one that it replaces
    out->flag = out->why = "";
  }
  if (flag) B7_TRY(read_flag(reader, flag, &out->flag));
  if (why) {
    const char *text;
    B7_TRY(b7_node_text(why, &text, reader->error));
    out->why = b7_keep(reader, text);
    if (!out->why) return B7_ERROR_MEMORY;
  }
  if (status && out->status != B7_FACT_STATED && !*out->flag && !*out->why) {
    return b7_node_fail(status, reader->error, "a fact that is %s needs 'why:' or 'flag:'", status->text);
  }
  return B7_OK;
}

/* the arm of one alternative: a new one, or one more place of an arm that stands */
static B7Status register_arm(B7CourseReader *reader, const B7Node *arm, const char *flag, const char *where,
                             int32_t nth, const char *instead, bool *taken) {
  struct B7Course *course = reader->course;
  const char *arm_text = "";
  // several alternatives of one fact may each have their arm
  bool listed = arm && arm->kind == B7_NODE_SEQUENCE;
  if (listed && nth >= arm->count) {
    return b7_node_fail(arm, reader->error, "'arm' has %d names, fewer than the alternatives in 'or'",
                        (int)arm->count);
  }
  if (listed) arm = arm->items[nth];
  if (arm) B7_TRY(b7_node_text(arm, &arm_text, reader->error));
  const char *stem = *arm_text ? arm_text : *flag ? flag : where;
  const char *key =
      nth && !listed ? b7_arena_format(&course->arena, "%s (%d)", stem, (int)nth + 1) : b7_keep(reader, stem);
  if (!key) return b7_fail_memory(reader->error);
  int32_t index = 0;
  while (index < course->n_arms && strcmp(course->arms[index].key, key) != 0) index++;
  if (index == course->n_arms) {
    B7Arm *fresh = B7_COURSE_ADD(course, B7Arm, arms);
    if (!fresh) return b7_fail_memory(reader->error);
    fresh->key = key;
    fresh->label =
        *arm_text ? key
                  : b7_arena_format(&course->arena, "%s%s%s: %s", flag, *flag ? ", " : "", where, instead);
    if (!fresh->label) return b7_fail_memory(reader->error);
  }
  course->arms[index].places++;
  *taken = course->arm_taken == index;
  return B7_OK;
}

/* every item of `or:`, which is one alternative or a list of them */
static const B7Node *alternative(const B7Node *or_node, int32_t k) {
  if (or_node->kind != B7_NODE_SEQUENCE) return k == 0 ? or_node : NULL;
  return k < or_node->count ? or_node->items[k] : NULL;
}

B7Status b7_fact_open(B7CourseReader *reader, const B7Node *node, const char *where, const B7Node **value,
                      B7Basis *basis) {
  static const char *const KEYS[] = {"value", "date", "status", "flag", "why", "or", "arm", "note", NULL};
  B7Error *error = reader->error;
  *value = node;
  if (node->kind == B7_NODE_SCALAR) return B7_OK;
  if (node->kind == B7_NODE_SEQUENCE)
    return b7_node_fail(node, error, "%s must be a single value, not a list", where);
  B7_TRY(b7_node_only_keys(node, KEYS, error));
  const B7Node *plain = b7_node_get(node, "value"), *date = b7_node_get(node, "date"),
               *or_node = b7_node_get(node, "or");
  if (!plain && !date) return b7_node_fail(node, error, "'value:' is missing here");
  if (plain && date) return b7_node_fail(date, error, "'value' and 'date' both stand here; keep one");
  *value = plain ? plain : date;
  B7_TRY(b7_node_expect(*value, B7_NODE_SCALAR, where, error));
  B7_TRY(read_basis(reader, b7_node_get(node, "status"), b7_node_get(node, "flag"), b7_node_get(node, "why"),
                    basis));
  const B7Node *stated = *value, *choice;
  for (int32_t k = 0; or_node && (choice = alternative(or_node, k)); k++) {
    bool taken;
    B7_TRY(b7_node_expect(choice, B7_NODE_SCALAR, "'or'", error));
    if (strcmp(choice->text, stated->text) == 0)
      return b7_node_fail(choice, error, "the alternative '%s' is the value itself", choice->text);
    const char *instead =
        b7_arena_format(&reader->course->arena, "%s instead of %s", choice->text, stated->text);
    if (!instead) return b7_fail_memory(error);
    B7_TRY(register_arm(reader, b7_node_get(node, "arm"), basis->flag, where, k, instead, &taken));
    if (taken) *value = choice;
  }
  return B7_OK;
}

static bool has_alternative(const B7Node *value) {
  return value && value->kind == B7_NODE_MAPPING && b7_node_get(value, "or");
}

static bool row_value(const char *key) {
  return strcmp(key, "or") != 0 && strcmp(key, "arm") != 0;
}

/* keys that one alternative of a row changes: known, different, and without alternatives of their own */
static B7Status check_override(B7CourseReader *reader, const B7Node *row, const B7Node *choice,
                               const char *const *keys) {
  B7Error *error = reader->error;
  B7_TRY(b7_node_expect(choice, B7_NODE_MAPPING, "the alternative of a row ('or')", error));
  B7_TRY(b7_node_only_keys(choice, keys, error));
  for (int32_t i = 0; i < choice->count; i++) {
    const char *key = choice->keys[i]->text;
    const B7Node *here = b7_node_get(row, key), *there = choice->items[i];
    if (!row_value(key))
      return b7_node_fail(choice->keys[i], error, "an alternative cannot have '%s' of its own", key);
    if (has_alternative(here) || has_alternative(there)) {
      return b7_node_fail(
          choice->keys[i], error,
          "overlapping alternatives: '%s' has an 'or' of its own and one in the row; keep one", key);
    }
    if (here && here->text && there->text && strcmp(here->text, there->text) == 0) {
      return b7_node_fail(there, error, "the alternative '%s' is the value itself", there->text);
    }
  }
  return choice->count ? B7_OK : b7_node_fail(choice, error, "the alternative changes nothing");
}

static const char *override_text(B7CourseReader *reader, const B7Node *choice) {
  B7Text text = b7_text_make(NULL);
  for (int32_t i = 0; i < choice->count; i++) {
    b7_text_append(&text, "%s%s %s", i ? ", " : "", choice->keys[i]->text,
                   choice->items[i]->text ? choice->items[i]->text : "changed");
  }
  const char *kept = text.bytes && !text.failed ? b7_keep(reader, text.bytes) : NULL;
  b7_text_release(&text);
  return kept;
}

B7Status b7_row_open(B7CourseReader *reader, const B7Node *node, const char *const *keys, const char *where,
                     B7Row *out) {
  *out = (B7Row){.node = node};
  B7_TRY(b7_node_only_keys(node, keys, reader->error));
  const B7Node *or_node = b7_node_get(node, "or"), *flag_node = b7_node_get(node, "flag"), *choice;
  const char *flag = "";
  if (or_node && flag_node) B7_TRY(read_flag(reader, flag_node, &flag));
  for (int32_t k = 0; or_node && (choice = alternative(or_node, k)); k++) {
    bool taken;
    B7_TRY(check_override(reader, node, choice, keys));
    const char *instead = override_text(reader, choice);
    if (!instead) return b7_fail_memory(reader->error);
    B7_TRY(register_arm(reader, b7_node_get(node, "arm"), flag, where, k, instead, &taken));
    if (taken) out->override = choice;
  }
  return B7_OK;
}

const B7Node *b7_row_get(const B7Row *row, const char *key) {
  const B7Node *node = row->override ? b7_node_get(row->override, key) : NULL;
  return node ? node : b7_node_get(row->node, key);
}

B7Status b7_row_basis(B7CourseReader *reader, const B7Row *row, const B7Basis *inherit, B7Basis *out) {
  *out = inherit ? *inherit : (B7Basis){.status = B7_FACT_STATED, .flag = "", .why = ""};
  return read_basis(reader, b7_row_get(row, "status"), b7_row_get(row, "flag"), b7_row_get(row, "why"), out);
}

B7Status b7_assume(B7CourseReader *reader, const char *where, const B7Basis *basis, const char *what) {
  if (basis->status == B7_FACT_STATED) return B7_OK;
  B7Assumption *row = B7_COURSE_ADD(reader->course, B7Assumption, assumptions);
  if (!row) return b7_fail_memory(reader->error);
  const char *why = basis->why;
  for (int32_t i = 0; !*why && i < reader->course->n_flags; i++) {
    if (strcmp(reader->course->flags[i].name, basis->flag) == 0) why = reader->course->flags[i].text;
  }
  *row = (B7Assumption){.where = b7_keep(reader, where), .status = basis->status, .flag = basis->flag};
  row->text = b7_arena_format(&reader->course->arena, "%s%s%s", what, *what && *why ? ": " : "", why);
  return row->where && row->text ? B7_OK : b7_fail_memory(reader->error);
}

/* a fact of a section: kept as written, and assumed when it is not stated */
static B7Status keep_fact(B7CourseReader *reader, const char *section, const char *key, const char *text,
                          double value, const B7Basis *basis) {
  B7CourseFact *fact = B7_COURSE_ADD(reader->course, B7CourseFact, facts);
  if (!fact) return b7_fail_memory(reader->error);
  *fact = (B7CourseFact){.section = section,
                         .name = key,
                         .value = value,
                         .status = basis->status,
                         .flag = basis->flag,
                         .why = basis->why};
  fact->text = b7_keep(reader, text);
  if (!fact->text) return B7_ERROR_MEMORY;
  const char *where = b7_arena_format(&reader->course->arena, "%s, %s", section, key);
  if (!where) return b7_fail_memory(reader->error);
  return b7_assume(reader, where, basis, text);
}

B7Status b7_fact_number(B7CourseReader *reader, const B7Node *mapping, const char *section, const char *key,
                        double low, double high, double *out, B7Basis *basis) {
  const B7Node *node = b7_node_get(mapping, key), *value;
  B7Basis own = {.status = B7_FACT_STATED, .flag = "", .why = ""};
  *out = NAN;
  if (!node) return B7_OK;
  B7_TRY(b7_fact_open(reader, node, key, &value, &own));
  B7_TRY(b7_node_number(value, out, reader->error));
  if (*out < low || *out > high) {
    return b7_node_fail(value, reader->error, "%s %s is impossible; it lies between %g and %g", key,
                        value->text, low, high);
  }
  if (basis) *basis = own;
  return keep_fact(reader, section, key, value->text, *out, &own);
}

B7Status b7_fact_words(B7CourseReader *reader, const B7Node *mapping, const char *section, const char *key,
                       const char **out) {
  const B7Node *node = b7_node_get(mapping, key), *value;
  B7Basis basis = {.status = B7_FACT_STATED, .flag = "", .why = ""};
  *out = "";
  if (!node) return B7_OK;
  B7_TRY(b7_fact_open(reader, node, key, &value, &basis));
  *out = b7_keep(reader, value->text);
  if (!*out) return B7_ERROR_MEMORY;
  return keep_fact(reader, section, key, value->text, NAN, &basis);
}
