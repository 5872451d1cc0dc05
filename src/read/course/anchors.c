/* calendar and relative times of a course */
#include <math.h>
#include <string.h>

#include "base/dates.h"
#include "read/catalogue/schedule.h"
#include "read/course/course_reader.h"

#define FAR_DAYS 3660.0 /* ten years from day 0: a date further away is a slip of the year */

static bool looks_like_date(const char *text) {
  return text[0] >= '0' && text[0] <= '9' && (strchr(text, '-') || strchr(text, '/') || strchr(text, '.'));
}

/* exactly 0000-00-00: the form is right, so the day must exist */
static bool date_form(const char *text) {
  if (strlen(text) != 10) return false;
  for (int i = 0; i < 10; i++) {
    bool dash = i == 4 || i == 7;
    if (dash ? text[i] != '-' : text[i] < '0' || text[i] > '9') return false;
  }
  return true;
}

static B7Status read_date(B7CourseReader *reader, const B7Node *node, double *day) {
  int32_t civil;
  if (!date_form(node->text)) {
    return b7_node_fail(node, reader->error, "'%s' is not a date; write year-month-day such as 2025-04-07",
                        node->text);
  }
  if (!b7_date_parse(node->text, &civil))
    return b7_node_fail(node, reader->error, "there is no such date as %s", node->text);
  *day = (double)civil - reader->course->day0;
  if (fabs(*day) > FAR_DAYS) {
    return b7_node_fail(node, reader->error, "%s is more than ten years from day 0 (%s); check the year",
                        node->text, reader->course->day0_text);
  }
  return B7_OK;
}

static B7Status unknown_anchor(B7CourseReader *reader, const B7Node *node, const char *name) {
  const char *names[66];
  int32_t n = 0;
  for (; n < reader->course->n_anchors && n < 64; n++) names[n] = reader->course->anchors[n].name;
  names[n++] = "day0";
  names[n] = NULL;
  return b7_node_unknown(node, "anchor", name, names, "add it under 'anchors:' (name: date)", reader->error);
}

static B7Status read_relative(B7CourseReader *reader, const B7Node *node, double *day) {
  char anchor[64];
  B7_TRY(b7_schedule_relative(node, anchor, day, reader->error));
  if (strcmp(anchor, "day0") == 0) return B7_OK;
  *day += b7_course_anchor_day(reader->course, anchor);
  return isnan(*day) ? unknown_anchor(reader, node, anchor) : B7_OK;
}

B7Status b7_time_read(B7CourseReader *reader, const B7Node *node, const char *where, double *day,
                      B7Basis *basis) {
  const B7Node *value;
  B7_TRY(b7_fact_open(reader, node, where, &value, basis));
  return looks_like_date(value->text) ? read_date(reader, value, day) : read_relative(reader, value, day);
}

static bool anchor_name(const char *name) {
  if (!((*name >= 'a' && *name <= 'z') || (*name >= 'A' && *name <= 'Z'))) return false;
  return name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")] == '\0' &&
         strlen(name) < 64;
}

static B7Status read_day0(B7CourseReader *reader, const B7Node *root) {
  const B7Node *node;
  const char *text;
  B7_TRY(b7_node_need(root, "day0", &node, reader->error));
  B7_TRY(b7_node_text(node, &text, reader->error));
  if (!date_form(text))
    return b7_node_fail(node, reader->error, "'%s' is not a date; write year-month-day such as 2025-04-07",
                        text);
  if (!b7_date_parse(text, &reader->course->day0))
    return b7_node_fail(node, reader->error, "there is no such date as %s", text);
  b7_date_format(reader->course->day0, reader->course->day0_text);
  return B7_OK;
}

B7Status b7_anchors_read(B7CourseReader *reader, const B7Node *root) {
  B7_TRY(read_day0(reader, root));
  const B7Node *anchors = b7_node_get(root, "anchors");
  if (!anchors) return B7_OK;
  B7_TRY(b7_node_expect(anchors, B7_NODE_MAPPING, "'anchors'", reader->error));
  for (int32_t i = 0; i < anchors->count; i++) {
    const char *name = anchors->keys[i]->text;
    if (!anchor_name(name) || strcmp(name, "day0") == 0) {
      return b7_node_fail(anchors->keys[i], reader->error,
                          "'%s' cannot name an anchor; use letters, digits and '_', starting with a letter",
                          name);
    }
    B7Anchor anchor = {.basis = {.status = B7_FACT_STATED, .flag = "", .why = ""}};
    B7_TRY(b7_time_read(reader, anchors->items[i], name, &anchor.day, &anchor.basis));
    anchor.name = b7_keep(reader, name);
    if (!anchor.name) return B7_ERROR_MEMORY;
    B7Anchor *row = B7_COURSE_ADD(reader->course, B7Anchor, anchors);
    if (!row) return b7_fail_memory(reader->error);
    *row = anchor;
    char date[11], where[80] = "anchors, ";
    b7_date_format(reader->course->day0 + (int32_t)floor(anchor.day), date);
    strncat(where, name, sizeof where - strlen(where) - 1);
    B7_TRY(b7_assume(reader, where, &anchor.basis, date));
  }
  return B7_OK;
}
