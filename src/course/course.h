/* course.h - a loaded course: every fact resolved to days and amounts, free of the text it came from. Running
 * leg. */
#ifndef B7_COURSE_COURSE_H
#define B7_COURSE_COURSE_H

#include "base/memory.h"
#include "treat/given.h"

typedef struct B7CourseAnchor {
  const char *name;
  double day;
  B7Basis basis;
} B7CourseAnchor;

/* One sensitivity arm: all places that change together. */
typedef struct B7Arm {
  const char *key; /* what joins the places */
  const char *label;
  int32_t places;
} B7Arm;

/* A growing array in the course's arena. */
#define B7_COURSE_LIST(type, name)                                                                           \
  type *name;                                                                                                \
  int32_t n_##name;                                                                                          \
  size_t room_##name

struct B7Course {
  B7Arena arena;
  const char *path, *data_folder;
  const char *text; /* of the file, for alternatives */
  size_t text_length;
  const char *name, *title, *citation, *consent, *hash;
  char day0_text[11];
  int32_t day0;                        /* civil day number */
  double bsa_m2, weight_kg;            /* nominal body for dose checks; of the patient when given */
  int32_t arm_taken;                   /* -1: none */
  struct B7CourseData *own_data;       /* NULL: the caller's */
  const struct B7Formulary *formulary; /* doses of a policy are read with it */
  B7_COURSE_LIST(B7CourseAnchor, anchors);
  B7_COURSE_LIST(B7Given, given);
  B7_COURSE_LIST(B7Observation, observations);
  B7_COURSE_LIST(B7TreatmentBar, bars);
  B7_COURSE_LIST(B7Assumption, assumptions);
  B7_COURSE_LIST(B7CourseRecord, records);
  B7_COURSE_LIST(B7CourseFact, facts);
  B7_COURSE_LIST(B7HlaRow, hla);
  B7_COURSE_LIST(B7CourseFlag, flags);
  B7_COURSE_LIST(B7ParameterSetting, settings);
  B7_COURSE_LIST(B7Arm, arms);
};

/* Append one zeroed element to a list; NULL when out of memory. */
#define B7_COURSE_ADD(course, type, name)                                                                    \
  ((type *)b7_course_add(&(course)->arena, (void **)&(course)->name, &(course)->n_##name,                    \
                         &(course)->room_##name, sizeof(type)))
void *b7_course_add(B7Arena *arena, void **items, int32_t *count, size_t *room, size_t size);

#endif
