#include "course/course.h"

#include <math.h>
#include <string.h>

#include "base/status.h"

void *b7_course_add(B7Arena *arena, void **items, int32_t *count, size_t *room, size_t size) {
  void *grown = b7_arena_grow(arena, *items, (size_t)*count, room, size);
  if (!grown) return NULL;
  *items = grown;
  unsigned char *fresh = (unsigned char *)grown + (size_t)(*count)++ * size;
  memset(fresh, 0, size);
  return fresh;
}

const char *b7_course_name(const B7Course *course) {
  return course->name;
}

const char *b7_course_title(const B7Course *course) {
  return course->title;
}

const char *b7_course_citation(const B7Course *course) {
  return course->citation;
}

const char *b7_course_consent(const B7Course *course) {
  return course->consent;
}

const char *b7_course_hash(const B7Course *course) {
  return course->hash;
}

const char *b7_course_day0(const B7Course *course) {
  return course->day0_text;
}

double b7_course_anchor_day(const B7Course *course, const char *anchor) {
  for (int32_t i = 0; i < course->n_anchors; i++) {
    if (strcmp(course->anchors[i].name, anchor) == 0) return course->anchors[i].day;
  }
  return NAN;
}

int32_t b7_course_observations(const B7Course *course, const B7Observation **rows) {
  if (rows) *rows = course->observations;
  return course->n_observations;
}

int32_t b7_course_bars(const B7Course *course, const B7TreatmentBar **rows) {
  if (rows) *rows = course->bars;
  return course->n_bars;
}

int32_t b7_course_assumptions(const B7Course *course, const B7Assumption **rows) {
  if (rows) *rows = course->assumptions;
  return course->n_assumptions;
}

int32_t b7_course_records(const B7Course *course, const B7CourseRecord **rows) {
  if (rows) *rows = course->records;
  return course->n_records;
}

int32_t b7_course_facts(const B7Course *course, const B7CourseFact **rows) {
  if (rows) *rows = course->facts;
  return course->n_facts;
}

const B7CourseFact *b7_course_fact(const B7Course *course, const char *section, const char *name) {
  for (int32_t i = 0; i < course->n_facts; i++) {
    const B7CourseFact *fact = &course->facts[i];
    if (strcmp(fact->section, section) == 0 && strcmp(fact->name, name) == 0) return fact;
  }
  return NULL;
}

int32_t b7_course_hla(const B7Course *course, const B7HlaRow **rows) {
  if (rows) *rows = course->hla;
  return course->n_hla;
}

int32_t b7_course_flags(const B7Course *course, const B7CourseFlag **rows) {
  if (rows) *rows = course->flags;
  return course->n_flags;
}

int32_t b7_course_settings(const B7Course *course, const B7ParameterSetting **rows) {
  if (rows) *rows = course->settings;
  return course->n_settings;
}

int32_t b7_course_alternatives(const B7Course *course) {
  return course->n_arms;
}

const char *b7_course_alternative_label(const B7Course *course, int32_t k) {
  return k >= 0 && k < course->n_arms ? course->arms[k].label : "";
}
