#define _GNU_SOURCE // strcasestr
#include "assess/series/course_series.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "assess/series/extramedullary.h"
#include "base/status.h"
#include "course/course.h"

// a value just inside a recorded bound: "< 100" counts as 99
#define BELOW_SHARE 0.99
#define ABOVE_SHARE 1.01

typedef struct Row {
  double t_day, value;
} Row;

typedef struct Rows {
  Row *rows;
  size_t count, capacity;
} Rows;

typedef struct Builder {
  B7Arena *arena;
  Rows rows[B7_QUANTITY_COUNT];
  double last_day;
  bool failed;
} Builder;

static void add(Builder *builder, B7Quantity quantity, double t_day, double value) {
  Rows *rows = &builder->rows[quantity];
  Row *grown = b7_arena_grow(builder->arena, rows->rows, rows->count, &rows->capacity, sizeof *grown);
  if (!grown) {
    builder->failed = true;
    return;
  }
  rows->rows = grown;
  rows->rows[rows->count++] = (Row){t_day, value};
}

// recorded names that are another scale of the same thing
static B7Quantity quantity_of(const char *what) {
  if (strcmp(what, "marrow_morphology") == 0) return B7_QUANTITY_MARROW_BLASTS;
  return b7_quantity_find(what);
}

static void read_observations(Builder *builder, const B7Course *course) {
  const B7Observation *rows;
  const int32_t n = b7_course_observations(course, &rows);
  for (int32_t i = 0; i < n; i++) {
    const B7Quantity quantity = quantity_of(rows[i].what);
    builder->last_day = fmax(builder->last_day, rows[i].t_day);
    if (quantity == B7_QUANTITY_COUNT) continue;
    double value = rows[i].value;
    if (isnan(value) && !isnan(rows[i].below)) {
      value = BELOW_SHARE * rows[i].below;
      if (quantity == B7_QUANTITY_MARROW_MRD)
        add(builder, B7_QUANTITY_MRD_LIMIT, rows[i].t_day, rows[i].below);
    }
    if (isnan(value) && !isnan(rows[i].above)) value = ABOVE_SHARE * rows[i].above;
    add(builder, quantity, rows[i].t_day, value);
  }
}

// each day from the graft on; what came before does not bear on its function
static void add_days(Builder *builder, B7Quantity quantity, double start_day, double end_day,
                     double graft_day) {
  for (double day = start_day; day < end_day + 0.5; day += 1)
    if (day >= graft_day) add(builder, quantity, day, 1);
}

static void read_records(Builder *builder, const B7Course *course, double graft_day, double *last_follow_up) {
  static const struct {
    const char *section, *what;
    B7Quantity quantity;
    bool graded;
  } kinds[] = {{"toxicities", "crs", B7_QUANTITY_CRS_RECORDED, true},
               {"toxicities", "icans", B7_QUANTITY_ICANS_RECORDED, true},
               {"toxicities", "agvhd", B7_QUANTITY_AGVHD_RECORDED, true},
               {"toxicities", "gvhd", B7_QUANTITY_AGVHD_RECORDED, true},
               {"toxicities", "cgvhd", B7_QUANTITY_CGVHD_RECORDED, true},
               {"toxicities", "infection", B7_QUANTITY_INFECTION, false},
               {"toxicities", "viral_reactivation", B7_QUANTITY_INFECTION, false},
               {"milestones", "neutrophil_engraftment", B7_QUANTITY_NEUTROPHILS_RECORDED, false},
               {"milestones", "platelet_engraftment", B7_QUANTITY_PLATELETS_RECORDED, false},
               {"milestones", "relapse", B7_QUANTITY_RELAPSE, false},
               {"milestones", "death", B7_QUANTITY_DEATH, false}};
  const B7CourseRecord *rows;
  const int32_t n = b7_course_records(course, &rows);
  for (int32_t i = 0; i < n; i++) {
    if (strcmp(rows[i].section, "milestones") == 0 && strcmp(rows[i].what, "last_follow_up") == 0)
      *last_follow_up = rows[i].t_day;
    builder->last_day = fmax(builder->last_day, rows[i].absent ? rows[i].t_day : rows[i].end_day);
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
      if (strcmp(rows[i].section, kinds[k].section) != 0 || strcmp(rows[i].what, kinds[k].what) != 0)
        continue;
      const double value = rows[i].absent ? 0 : kinds[k].graded ? rows[i].grade : 1;
      if (kinds[k].quantity == B7_QUANTITY_INFECTION) {
        // how long it lasted is part of what it explains
        if (value > 0) add_days(builder, B7_QUANTITY_INFECTION, rows[i].t_day, rows[i].end_day, graft_day);
        continue;
      }
      add(builder, kinds[k].quantity, rows[i].t_day, value);
      // a toxicity that is recorded from one day until another is there on every day between
      const bool lasts = strcmp(kinds[k].section, "toxicities") == 0 && !rows[i].absent;
      for (double day = rows[i].t_day + 1; lasts && day <= rows[i].end_day; day++)
        add(builder, kinds[k].quantity, day, value);
    }
  }
}

// vasopressors that ran on one day, each drug once
static int32_t vasopressors_on(const B7TreatmentBar *bars, int32_t n, double day) {
  int32_t count = 0;
  for (int32_t i = 0; i < n; i++) {
    bool runs = bars[i].role == B7_ROLE_VASOPRESSOR && bars[i].start_day < day + 1 && bars[i].end_day >= day;
    for (int32_t k = 0; runs && k < i; k++)
      runs = strcmp(bars[k].drug, bars[i].drug) != 0 || bars[k].start_day >= day + 1 || bars[k].end_day < day;
    count += runs;
  }
  return count;
}

static void read_bars(Builder *builder, const B7Course *course, B7Series *series) {
  const B7TreatmentBar *bars;
  const int32_t n = b7_course_bars(course, &bars);
  for (int32_t i = 0; i < n; i++) {
    const double start_day = bars[i].start_day;
    builder->last_day = fmax(builder->last_day, start_day);
    switch (bars[i].role) {
    case B7_ROLE_LYMPHODEPLETION:
      if (start_day < series->cart_day && !(start_day >= series->lymphodepletion_day))
        series->lymphodepletion_day = start_day;
      add_days(builder, B7_QUANTITY_MYELOTOXIC_DRUG, start_day, bars[i].end_day, series->hsct_day);
      break;
    case B7_ROLE_CHEMOTHERAPY:
    case B7_ROLE_CONDITIONING:
      add_days(builder, B7_QUANTITY_MYELOTOXIC_DRUG, start_day, bars[i].end_day, series->hsct_day);
      break;
    case B7_ROLE_ANTICYTOKINE:
      if (start_day >= series->cart_day) add(builder, B7_QUANTITY_ANTICYTOKINE, start_day, 1);
      break;
    case B7_ROLE_VASOPRESSOR:
      for (double day = start_day; day < bars[i].end_day + 0.5; day += 1)
        if (day >= series->cart_day)
          add(builder, B7_QUANTITY_VASOPRESSORS, day, vasopressors_on(bars, n, day));
      break;
    case B7_ROLE_PLATELETS:
      add_days(builder, B7_QUANTITY_PLATELET_TRANSFUSION, start_day, bars[i].end_day, series->hsct_day);
      break;
    case B7_ROLE_RED_CELLS:
      add_days(builder, B7_QUANTITY_RED_CELL_TRANSFUSION, start_day, bars[i].end_day, series->hsct_day);
      break;
    case B7_ROLE_GROWTH_FACTOR:
      add_days(builder, B7_QUANTITY_GROWTH_FACTOR, start_day, bars[i].end_day, series->hsct_day);
      break;
    case B7_ROLE_GRAFT:
      if (start_day > series->hsct_day && !(start_day >= series->second_graft_day))
        series->second_graft_day = start_day;
      if (strcmp(bars[i].drug, "cord_blood") == 0) series->graft_source = B7_GRAFT_SOURCE_CORD;
      break;
    default:
      break;
    }
  }
}

// 1 there, 0 not there, -1 not told
static int32_t told(const B7CourseFact *fact) {
  if (!fact || !*fact->text || strcasestr(fact->text, "not reported") || strcasestr(fact->text, "unknown"))
    return -1;
  static const char *const none[] = {"none",  "no",     "negative", "absent", "CNS1",
                                     "CNS 1", "normal", "free",     NULL};
  for (int32_t i = 0; none[i]; i++) {
    const size_t length = strlen(none[i]);
    if (strncasecmp(fact->text, none[i], length) == 0 && !isalnum((unsigned char)fact->text[length]))
      return 0;
  }
  return 1;
}

// disease outside the marrow as the course describes it at the start, in words
static void read_elsewhere(const B7Course *course, B7Series *series) {
  const B7CourseFact *all = b7_course_fact(course, "disease", "extramedullary");
  const int32_t any = told(all), cns = told(b7_course_fact(course, "disease", "cns")),
                mediastinum = told(b7_course_fact(course, "disease", "mediastinum"));
  series->sites_at_start = any == 1 ? b7_sites_named(all->text) : 0;
  const bool unnamed = any == 1 && !series->sites_at_start;
  if (cns == 1) series->sites_at_start |= 1U << B7_SITE_CNS;
  if (mediastinum == 1) series->sites_at_start |= 1U << B7_SITE_MEDIASTINAL;
  series->extramedullary_at_start = series->sites_at_start ? 1 : any;
  series->nodal_at_start = series->sites_at_start & B7_SITES_OF_NODES ? 1 : unnamed || any < 0 ? -1 : 0;
}

static void read_facts(const B7Course *course, B7Series *series) {
  const B7CourseFact *age = b7_course_fact(course, "patient", "age_years");
  const B7CourseFact *weight = b7_course_fact(course, "patient", "weight_kg");
  const B7CourseFact *diagnosis = b7_course_fact(course, "disease", "diagnosis");
  if (age) series->age_years = age->value;
  if (weight) series->weight_kg = weight->value;
  if (diagnosis && strcasestr(diagnosis->text, "AML")) series->myeloid = true;
  read_elsewhere(course, series);
}

static int by_day(const void *a, const void *b) {
  const Row *x = a, *y = b;
  if (x->t_day != y->t_day) return x->t_day < y->t_day ? -1 : 1;
  return x->value < y->value ? -1 : x->value > y->value;
}

static bool is_event(B7Quantity quantity) {
  switch (quantity) {
  case B7_QUANTITY_CRS_RECORDED:
  case B7_QUANTITY_ICANS_RECORDED:
  case B7_QUANTITY_AGVHD_RECORDED:
  case B7_QUANTITY_CGVHD_RECORDED:
  case B7_QUANTITY_NEUTROPHILS_RECORDED:
  case B7_QUANTITY_PLATELETS_RECORDED:
  case B7_QUANTITY_RELAPSE:
  case B7_QUANTITY_DEATH:
    return true;
  default:
    return false;
  }
}

static void place_columns(Builder *builder, B7Series *series) {
  for (int32_t q = 0; q < B7_QUANTITY_COUNT && !builder->failed; q++) {
    const Rows *rows = &builder->rows[q];
    if (rows->count == 0) continue;
    // the order in which rows were written down does not matter
    qsort(rows->rows, rows->count, sizeof *rows->rows, by_day);
    double *t_day = B7_ARENA_ARRAY(builder->arena, double, rows->count),
           *value = B7_ARENA_ARRAY(builder->arena, double, rows->count);
    if (!t_day || !value) {
      builder->failed = true;
      return;
    }
    for (size_t i = 0; i < rows->count; i++) {
      t_day[i] = rows->rows[i].t_day;
      value[i] = rows->rows[i].value;
    }
    series->column[q] = (B7Column){(int32_t)rows->count, t_day, value};
    // findings before the first treatment are baselines; nothing happens to a patient before it
    if (!is_event((B7Quantity)q) && t_day[0] < series->start_day) series->start_day = t_day[0];
  }
}

/* cells of another person bring GVHD; products say how foreign the patient is to them */
static bool own_cells_alone(const B7Course *course) {
  int32_t own = 0;
  for (int32_t i = 0; i < course->n_given; i++) {
    const B7Given *given = &course->given[i];
    if (given->kind == B7_GIVEN_GRAFT) return false;
    if (given->kind != B7_GIVEN_PRODUCT) continue;
    if (b7_given_attribute(given, "mismatch_gvh") != 0) return false;
    own++;
  }
  return own > 0;
}

B7Status b7_series_of_course(const B7Course *course, B7Arena *arena, B7Series *series, B7Error *error) {
  Builder builder = {.arena = arena};
  double last_follow_up = NAN;
  b7_series_make(series);
  series->cart_day = b7_course_anchor_day(course, "cart");
  series->hsct_day = b7_course_anchor_day(course, "hsct");
  series->own_cells = isnan(series->hsct_day) && own_cells_alone(course);
  read_observations(&builder, course);
  read_records(&builder, course, series->hsct_day, &last_follow_up);
  read_bars(&builder, course, series);
  read_facts(course, series);
  place_columns(&builder, series);
  if (builder.failed) return b7_fail_memory(error);
  series->end_day = isnan(last_follow_up) ? builder.last_day : last_follow_up;
  const B7Status status = b7_series_check(series, error);
  if (status != B7_OK && error) snprintf(error->file, sizeof error->file, "%s", course->path);
  return status;
}
