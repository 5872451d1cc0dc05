#include "assess/series/assessment_parts.h"

#include <string.h>

#include "assess/series/course_series.h"
#include "assess/series/result_series.h"
#include "assess/series/series.h"
#include "base/status.h"

#define VERDICTS_PER_VISIT 6

static bool add(B7Assessment *assessment, B7Endpoint endpoint, const B7Finding *finding, bool per_sample) {
  return b7_verdict_words(assessment, endpoint, finding, per_sample,
                          &assessment->verdicts[assessment->n_verdict++]);
}

static int32_t count_visits(const B7Assessment *assessment) {
  const B7Series *series = &assessment->series;
  int32_t count = 0;
  for (double t = b7_visits_next(assessment->criteria, series, series->start_day - 1); t <= series->end_day;
       t = b7_visits_next(assessment->criteria, series, t))
    count++;
  return count;
}

static bool add_visit(B7Assessment *assessment, const B7Visit *visit) {
  bool good = true;
  if (visit->marrow) {
    good = good && add(assessment, B7_ENDPOINT_MARROW, &visit->remission, true);
    good = good && add(assessment, B7_ENDPOINT_RESPONSE, &visit->response, true);
    good = good && add(assessment, B7_ENDPOINT_MRD, &visit->mrd, true);
  }
  if (visit->imaging) good = good && add(assessment, B7_ENDPOINT_LUGANO, &visit->lugano, true);
  good = good && add(assessment, B7_ENDPOINT_OVERALL, &visit->overall, true);
  if (visit->relapse.evaluable == B7_EVALUABLE && visit->relapse.code != B7_RELAPSE_NO)
    good = good && add(assessment, B7_ENDPOINT_RELAPSE, &visit->relapse, true);
  return good;
}

// every visit from the start; what came before the infusion does not count as response to it
static bool add_visits(B7Assessment *assessment) {
  const B7Series *series = &assessment->series;
  const double infusion = b7_series_first_infusion(series);
  B7VisitMemory memory = b7_visits_begin(assessment->criteria, series, series->start_day);
  bool after = series->start_day >= infusion;
  for (double t = b7_visits_next(assessment->criteria, series, series->start_day - 1); t <= series->end_day;
       t = b7_visits_next(assessment->criteria, series, t)) {
    if (!after && t > infusion) {
      memory = b7_visits_begin(assessment->criteria, series, infusion);
      after = true;
    }
    B7Visit visit;
    b7_visits_assess(assessment->criteria, series, t, &memory, &visit);
    if ((visit.marrow || visit.imaging || visit.elsewhere) && !add_visit(assessment, &visit)) return false;
  }
  return true;
}

static bool fill(B7Assessment *assessment) {
  const int32_t room = count_visits(assessment) * VERDICTS_PER_VISIT + B7_ENDPOINT_COUNT;
  assessment->verdicts = B7_ARENA_ARRAY(&assessment->arena, B7Verdict, room);
  if (!assessment->verdicts || !add_visits(assessment)) return false;
  B7Finding findings[B7_ENDPOINT_COUNT];
  b7_assess_series(assessment->criteria, &assessment->series, findings);
  for (int32_t e = 0; e < B7_ENDPOINT_COUNT; e++)
    if (!add(assessment, (B7Endpoint)e, &findings[e], false)) return false;
  if (!b7_assessment_spans(assessment)) return false;
  for (int32_t e = 0; e < B7_ENDPOINT_COUNT; e++) {
    assessment->reasons[e] = b7_verdict_reasons(assessment, (B7Endpoint)e);
    if (!assessment->reasons[e]) return false;
  }
  assessment->json = b7_assessment_write_json(assessment);
  return assessment->json != NULL;
}

static B7Assessment *make(const B7Criteria *criteria, const B7Hooks *hooks, const char *name) {
  B7Arena arena = b7_arena_make(hooks);
  B7Assessment *assessment = B7_ARENA_ARRAY(&arena, B7Assessment, 1);
  const char *copy = assessment ? b7_arena_text(&arena, name, strlen(name)) : NULL;
  if (!copy) {
    b7_arena_free(&arena);
    return NULL;
  }
  assessment->arena = arena;
  assessment->criteria = criteria;
  assessment->name = copy;
  return assessment;
}

static B7Status finish(B7Assessment *assessment, B7Status status, B7Assessment **out, B7Error *error) {
  if (status == B7_OK && !fill(assessment)) status = b7_fail_memory(error);
  if (status != B7_OK) {
    b7_assessment_free(assessment);
    return status;
  }
  *out = assessment;
  return B7_OK;
}

B7Status b7_assess_course(const B7Course *course, const B7Criteria *criteria, const B7Hooks *hooks,
                          B7Assessment **out, B7Error *error) {
  *out = NULL;
  B7Assessment *assessment = make(criteria, hooks, b7_course_name(course));
  if (!assessment) return b7_fail_memory(error);
  const char *day0 = b7_course_day0(course);
  assessment->day0 = b7_arena_text(&assessment->arena, day0, strlen(day0));
  B7Status status = assessment->day0 ? B7_OK : b7_fail_memory(error);
  if (status == B7_OK) status = b7_series_of_course(course, &assessment->arena, &assessment->series, error);
  return finish(assessment, status, out, error);
}

B7Status b7_assess_patient(const B7Result *result, const B7Kernel *kernel, int64_t patient,
                           const B7Criteria *criteria, const B7Hooks *hooks, B7Assessment **out,
                           B7Error *error) {
  *out = NULL;
  if (patient < 0 || patient >= b7_result_patients(result))
    return b7_fail(error, B7_ERROR_USAGE, "there is no patient %lld among %lld", (long long)patient,
                   (long long)b7_result_patients(result));
  B7Assessment *assessment = make(criteria, hooks, "simulated");
  B7SeriesScratch *scratch = assessment ? B7_ARENA_ARRAY(&assessment->arena, B7SeriesScratch, 1) : NULL;
  if (!scratch) {
    b7_assessment_free(assessment);
    return b7_fail_memory(error);
  }
  const B7SeriesMap map = b7_series_map(kernel);
  // after a numerical fault nothing is known; without one the first missing value is death
  const bool whole = b7_result_faults(result, NULL)[patient] == B7_FAULT_NONE;
  b7_series_of_patient(&map, result, patient, NAN, whole, scratch, &assessment->series);
  return finish(assessment, b7_series_check(&assessment->series, error), out, error);
}

void b7_assessment_free(B7Assessment *assessment) {
  if (!assessment) return;
  B7Arena arena = assessment->arena;
  b7_arena_free(&arena);
}

int32_t b7_assessment_verdicts(const B7Assessment *assessment, const B7Verdict **rows) {
  if (rows) *rows = assessment->verdicts;
  return assessment->n_verdict;
}

int32_t b7_assessment_timeline(const B7Assessment *assessment, const B7Span **rows) {
  if (rows) *rows = assessment->spans;
  return assessment->n_span;
}

const char *b7_assessment_explain(const B7Assessment *assessment, const char *endpoint) {
  const B7Endpoint found = b7_endpoint_find(endpoint);
  return found == B7_ENDPOINT_COUNT ? NULL : assessment->reasons[found];
}

const char *b7_assessment_json(const B7Assessment *assessment) {
  return assessment->json;
}
