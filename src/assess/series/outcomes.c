/* outcomes.c - endpoints of simulated patients: as columns, graded by several threads, or patient by patient. */
#include "assess/rules/finding.h"
#include "assess/series/assessor.h"
#include "assess/series/result_series.h"
#include "base/status.h"
#include "base/threads.h"

struct B7Outcomes {
  B7Arena arena;
  int64_t patients;
  int32_t *code;         /* [endpoint][patient] */
  double *t_day, *value; /* [endpoint][patient] */
  double *cart_day, *hsct_day;
};

typedef struct Work {
  const B7Result *result;
  const B7Criteria *criteria;
  const B7Fault *faults;
  const double *death_day;  /* NULL: none known */
  bool until_first_missing; /* the first missing value is the day of death */
  double origin_day;
  B7SeriesMap map;
  B7SeriesScratch *scratch; /* one a thread */
  B7Outcomes *out;
} Work;

#define PATIENTS_PER_ITEM 64

/* the patient at a place of the result, into a row of the outcomes */
static void assess_one(const Work *work, int64_t patient, double death_day, int64_t row,
                       B7SeriesScratch *scratch) {
  B7Outcomes *out = work->out;
  B7Finding findings[B7_ENDPOINT_COUNT];
  B7Series series;
  const bool fault = work->faults && work->faults[patient] != B7_FAULT_NONE;
  if (!fault) {
    b7_series_of_patient(&work->map, work->result, patient, death_day, work->until_first_missing, scratch,
                         &series);
    series.origin_day = work->origin_day;
    b7_assess_series(work->criteria, &series, findings);
  }
  out->cart_day[row] = fault ? NAN : series.cart_day;
  out->hsct_day[row] = fault ? NAN : series.hsct_day;
  for (int32_t e = 0; e < B7_ENDPOINT_COUNT; e++) {
    const size_t at = (size_t)e * (size_t)out->patients + (size_t)row;
    const bool known = !fault && findings[e].evaluable <= B7_PARTIAL;
    out->code[at] = known ? findings[e].code : -1;
    out->t_day[at] = known ? findings[e].t_day : NAN;
    out->value[at] = known ? findings[e].value : NAN;
  }
}

static void assess_item(void *context, int64_t item, int32_t worker) {
  const Work *work = context;
  const int64_t first = item * PATIENTS_PER_ITEM;
  const int64_t end =
      first + PATIENTS_PER_ITEM < work->out->patients ? first + PATIENTS_PER_ITEM : work->out->patients;
  for (int64_t patient = first; patient < end; patient++)
    assess_one(work, patient, work->death_day ? work->death_day[patient] : NAN, patient,
               &work->scratch[worker]);
}

static bool make_columns(B7Arena *arena, int64_t patients, B7Outcomes *out) {
  const size_t cells = (size_t)patients * B7_ENDPOINT_COUNT;
  out->patients = patients;
  out->code = B7_ARENA_ARRAY(arena, int32_t, cells);
  out->t_day = B7_ARENA_ARRAY(arena, double, cells);
  out->value = B7_ARENA_ARRAY(arena, double, cells);
  out->cart_day = B7_ARENA_ARRAY(arena, double, patients);
  out->hsct_day = B7_ARENA_ARRAY(arena, double, patients);
  return out->code && out->t_day && out->value && out->cart_day && out->hsct_day;
}

B7Status b7_assess_result(const B7Result *result, const B7Kernel *kernel, const B7Criteria *criteria,
                          double origin_day, const double *death_day, int32_t threads, const B7Hooks *hooks,
                          B7Outcomes **out, B7Error *error) {
  *out = NULL;
  if (threads <= 0) threads = b7_threads_available();
  B7Arena arena = b7_arena_make(hooks);
  B7Outcomes *outcomes = B7_ARENA_ARRAY(&arena, B7Outcomes, 1);
  B7SeriesScratch *scratch = B7_ARENA_ARRAY(&arena, B7SeriesScratch, threads);
  if (!outcomes || !scratch || !make_columns(&arena, b7_result_patients(result), outcomes)) {
    b7_arena_free(&arena);
    return b7_fail_memory(error);
  }
  outcomes->arena = arena;
  Work work = {.result = result,
               .criteria = criteria,
               .faults = b7_result_faults(result, NULL),
               .death_day = death_day,
               .until_first_missing = !death_day,
               .origin_day = origin_day,
               .map = b7_series_map(kernel),
               .scratch = scratch,
               .out = outcomes};
  b7_threads_for(threads, (outcomes->patients + PATIENTS_PER_ITEM - 1) / PATIENTS_PER_ITEM, assess_item,
                 &work);
  *out = outcomes;
  return B7_OK;
}

struct B7Assessor {
  Work work;
  B7SeriesScratch scratch;
  B7Outcomes outcomes;
};

B7Status b7_assessor_make(B7Arena *arena, const B7Kernel *kernel, const B7Criteria *criteria,
                          B7Assessor **out, B7Error *error) {
  B7Assessor *assessor = B7_ARENA_ARRAY(arena, B7Assessor, 1);
  if (!assessor || !make_columns(arena, 1, &assessor->outcomes)) return b7_fail_memory(error);
  assessor->work = (Work){.criteria = criteria, .map = b7_series_map(kernel), .out = &assessor->outcomes};
  *out = assessor;
  return B7_OK;
}

const B7Outcomes *b7_assessor_look(B7Assessor *assessor, const B7Result *result, int64_t patient,
                                   double origin_day, double death_day) {
  Work *work = &assessor->work;
  work->result = result;
  work->faults = b7_result_faults(result, NULL);
  work->origin_day = origin_day;
  assess_one(work, patient, death_day, 0, &assessor->scratch);
  return &assessor->outcomes;
}

void b7_outcomes_free(B7Outcomes *outcomes) {
  if (!outcomes) return;
  B7Arena arena = outcomes->arena;
  b7_arena_free(&arena);
}

int64_t b7_outcomes_patients(const B7Outcomes *outcomes) {
  return outcomes->patients;
}

void b7_outcomes_columns(const B7Outcomes *outcomes, B7Endpoint endpoint, const int32_t **code,
                         const double **t_day, const double **value) {
  const size_t at = (size_t)endpoint * (size_t)outcomes->patients;
  if (code) *code = outcomes->code + at;
  if (t_day) *t_day = outcomes->t_day + at;
  if (value) *value = outcomes->value + at;
}

void b7_outcomes_anchors(const B7Outcomes *outcomes, int64_t patient, double *cart_day, double *hsct_day) {
  if (cart_day) *cart_day = outcomes->cart_day[patient];
  if (hsct_day) *hsct_day = outcomes->hsct_day[patient];
}
