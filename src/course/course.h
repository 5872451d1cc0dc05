/* course.h - a loaded course: every fact resolved to days and amounts, free of the text it came from. Running
 * leg. */
#ifndef B7_COURSE_COURSE_H
#define B7_COURSE_COURSE_H

#include "base/memory.h"
#include "treat/dose.h"

/* How a fact is known. */
typedef struct B7Basis {
  B7FactStatus status;
  const char *flag, *why; /* "" when none */
} B7Basis;

typedef enum B7GivenKind {
  B7_GIVEN_DRUG,
  B7_GIVEN_PRODUCT,
  B7_GIVEN_GRAFT,
  B7_GIVEN_TRANSFUSION
} B7GivenKind;
typedef enum B7Lane {
  B7_LANE_CHEMOTHERAPY,
  B7_LANE_LYMPHODEPLETION,
  B7_LANE_CART,
  B7_LANE_CONDITIONING,
  B7_LANE_TRANSPLANT,
  B7_LANE_PROPHYLAXIS,
  B7_LANE_SUPPORTIVE,
  B7_LANE_COUNT
} B7Lane;
/* The lane's name in courses and in bars. */
const char *b7_lane_name(B7Lane lane);

/* A named number for an argument of a kernel event. */
typedef struct B7Attribute {
  const char *name;
  double value;
  const char *unit; /* as UDUNITS and the model write it: "1", "cell/kg" */
  B7Basis basis;
} B7Attribute;

/* One drug, product, graft or transfusion with all its times. */
typedef struct B7Given {
  B7GivenKind kind;
  B7Lane lane;
  const char *name;  /* drug, product, graft kind or transfusion kind */
  const char *label; /* of the regimen, or of the row */
  int32_t course;    /* number of the chemotherapy course; -1: none */
  B7Dose dose;       /* amount per administration */
  const char *dose_text;
  B7Dose reference; /* drugs: one reference dose */
  bool by_policy;   /* recorded without a dose: the policy decides; no event of its own */
  int32_t n_day, n_attribute;
  double *day;             /* ascending, days from day 0 */
  B7Attribute *attributes; /* arguments beyond the amount */
  B7Basis basis;
  const char *note;
} B7Given;

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
