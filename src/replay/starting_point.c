/* starting_point.c - the patient and those around: what the course records of day 0 in the place of what is drawn. */
#define _GNU_SOURCE // strcasestr
#include "replay/starting_point.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "course/course.h"
#include "kernel/tables.h"

/* A record is one of the start when it lies so near to day 0, and no dose lies between (assumed: growth alone changes a
   burden by half of the error of flow in a week). */
#define BEFORE_DAYS 28.0
#define AFTER_DAYS 14.0
/* where data/quantities.yaml gives no error of measurement */
#define USUAL_ASSAY_SD 0.3
/* a marrow full of blasts still holds a few other cells */
#define FULL_MARROW_PCT 99.5
/* `cd7: partial` in words (assumed): a tenth to nine tenths of the blasts lack it */
#define PARTIAL_CD7_MEDIAN 0.3
#define PARTIAL_CD7_LOW 0.1
#define PARTIAL_CD7_HIGH 0.9

/* ---- what became of a place ---- */

static void note(B7StartingPoint *start, int32_t place, B7StartOrigin origin, const char *basis) {
  start->origin[place] = origin;
  start->basis[place] = basis ? basis : "";
  start->failed |= !basis;
}

static void know(B7StartingPoint *start, int32_t place, double value, B7SpreadKind spread, double sd,
                 const char *basis) {
  b7_population_know(start->population, place, value, spread, sd);
  note(start, place, B7_START_RECORDED, basis);
}

static int32_t place_of_need(const B7StartingPoint *start, B7Need need) {
  int32_t p = b7_tables_need(start->tables, need);
  return p < 0 ? -1 : start->tables->parameters[p].own_index;
}

static const char *text_of_date(const B7StartingPoint *start, double t_day) {
  char date[11];
  b7_replay_date(start->replay, t_day, date);
  return b7_arena_format(&start->replay->arena, "%s", date);
}

/* ---- body and facts ---- */

static void know_fact(B7StartingPoint *start, const char *covariate, double value, const char *basis) {
  int32_t place = b7_population_covariate(start->population, covariate);
  if (place < 0 || isnan(value)) return;
  know(start, place, value, B7_SPREAD_NONE, 0, basis);
}

static double fact_value(const B7StartingPoint *start, const char *section, const char *name) {
  const B7CourseFact *fact = b7_course_fact(start->replay->course, section, name);
  return fact ? fact->value : NAN;
}

static const char *fact_text(const B7StartingPoint *start, const char *section, const char *name) {
  const B7CourseFact *fact = b7_course_fact(start->replay->course, section, name);
  return fact ? fact->text : "";
}

/* records of one kind before day 0: how many; 0 when one says that there was none; NaN: nothing is recorded */
static double history_count(const B7StartingPoint *start, const char *what) {
  const B7CourseRecord *rows;
  const int32_t count = b7_course_records(start->replay->course, &rows);
  double found = NAN;
  for (int32_t i = 0; i < count; i++) {
    if (strcmp(rows[i].section, "history") != 0 || strcmp(rows[i].what, what) != 0) continue;
    found = rows[i].absent ? 0 : 1 + (isnan(found) ? 0 : found);
  }
  return found;
}

static const char *number_text(const B7StartingPoint *start, const char *unit, double value) {
  return b7_arena_format(&start->replay->arena, "%g%s", value, unit);
}

/* what was before day 0 is written down in two ways, which must not contradict each other */
static B7Status check_history(const B7StartingPoint *start, B7Error *error) {
  const char *path = start->replay->course->path, *had = fact_text(start, "disease", "prior_transplant");
  double lines = fact_value(start, "disease", "prior_lines"), counted = history_count(start, "line");
  double transplants = history_count(start, "transplant");
  if (counted > lines)
    return b7_fail_at(error, B7_ERROR_INPUT, path, 0, 0,
                      "'disease' has %g lines before day 0, 'history' lists %g; make the two agree", lines,
                      counted);
  if (*had && !isnan(transplants) && (strcmp(had, "yes") == 0) != (transplants > 0))
    return b7_fail_at(error, B7_ERROR_INPUT, path, 0, 0,
                      "'disease' says prior_transplant: %s, 'history' says otherwise; make the two agree",
                      had);
  return B7_OK;
}

static void know_facts(B7StartingPoint *start) {
  const char *sex = fact_text(start, "patient", "sex"),
             *had = fact_text(start, "disease", "prior_transplant");
  double lines = fact_value(start, "disease", "prior_lines"),
         transplants = history_count(start, "transplant");
  double age = fact_value(start, "patient", "age_years"), height = fact_value(start, "patient", "height_cm");
  if (isnan(lines)) lines = history_count(start, "line");
  if (*had) transplants = strcmp(had, "yes") == 0;
  know_fact(start, "age", age, number_text(start, " years", age));
  know_fact(start, "height", height, number_text(start, " cm", height));
  know_fact(start, "male", *sex ? strcmp(sex, "male") == 0 : NAN, sex);
  know_fact(start, "prior_lines", lines, number_text(start, "", lines));
  know_fact(start, "prior_transplant", isnan(transplants) ? NAN : transplants > 0,
            transplants > 0 ? "yes" : "no");
}

/* without a formula in the population: Mosteller 1987 when the height is known, else by the 2/3 power of the weight */
static void know_surface(B7StartingPoint *start, int32_t place, double weight_kg) {
  const B7Draw *draw = &start->population->draws[place];
  double height = fact_value(start, "patient", "height_cm");
  if (draw->formula != B7_BODY_NONE || draw->follows >= 0 || isnan(weight_kg)) return;
  double surface = isnan(height) ? draw->value * pow(weight_kg / start->replay->course->weight_kg, 2.0 / 3.0)
                                 : sqrt(height * weight_kg / 3600);
  if (!isnan(height))
    know(start, place, surface, B7_SPREAD_NONE, 0, "worked out from height and weight (Mosteller 1987)");
}

static void know_body(B7StartingPoint *start) {
  const B7ParameterSetting *rows;
  const int32_t count = b7_course_settings(start->replay->course, &rows);
  for (int32_t i = 0; i < count; i++) {
    int32_t p = b7_tables_parameter(start->tables, rows[i].name);
    int32_t place = p < 0 ? -1 : start->tables->parameters[p].own_index;
    if (place < 0) continue;
    // an assumed size keeps the spread of sizes
    const B7Draw *draw = &start->population->draws[place];
    bool exact = !isnan(rows[i].spread_sd);
    const char *size = number_text(start, "", rows[i].value), *unit = start->tables->parameters[p].unit;
    know(start, place, rows[i].value, draw->spread, exact ? rows[i].spread_sd : draw->spread_sd,
         size ? b7_arena_format(&start->replay->arena, "%s %s%s", size, unit,
                                exact ? "" : ", assumed in the course: keeps its spread")
              : NULL);
  }
  int32_t surface = place_of_need(start, B7_NEED_BODY_SURFACE);
  if (surface >= 0 && start->origin[surface] != B7_START_RECORDED)
    know_surface(start, surface, fact_value(start, "patient", "weight_kg"));
}

/* ---- disease ---- */

/* day of the first dose; INFINITY: nothing was given */
static double first_dose_day(const B7Course *course) {
  double first = INFINITY;
  for (int32_t i = 0; i < course->n_given; i++) {
    if (course->given[i].n_day > 0) first = fmin(first, course->given[i].day[0]);
  }
  return first;
}

/* the record nearest to day 0 among names in order of preference; NULL: none of the start */
static const B7Observation *start_record(const B7StartingPoint *start, const char *const *names) {
  const B7Observation *rows, *best = NULL;
  const int32_t count = b7_course_observations(start->replay->course, &rows);
  const double last = fmin(first_dose_day(start->replay->course), AFTER_DAYS);
  double least = INFINITY;
  for (int32_t i = 0; i < count; i++) {
    if (rows[i].t_day < -BEFORE_DAYS || rows[i].t_day > last) continue;
    for (int32_t k = 0; names[k]; k++) {
      double distance = fabs(rows[i].t_day) + 0.01 * k;
      if (strcmp(rows[i].what, names[k]) != 0 || !(distance < least)) continue;
      least = distance;
      best = &rows[i];
    }
  }
  return best;
}

static double assay_sd(const B7Observation *seen) {
  return isnan(seen->assay_sd) ? USUAL_ASSAY_SD : seen->assay_sd;
}

/* "marrow MRD 18 % on 2025-01-01" */
static const char *record_text(const B7StartingPoint *start, const B7Observation *seen) {
  B7Arena *arena = &start->replay->arena;
  const char *unit = strcmp(seen->unit, "percent") == 0 ? "%"
                     : strcmp(seen->unit, "1") == 0     ? ""
                                                        : seen->unit;
  const char *date = text_of_date(start, seen->t_day);
  if (!date) return NULL;
  if (!isnan(seen->value))
    return b7_arena_format(arena, "%s %g %s on %s", seen->label, seen->value, unit, date);
  bool below = !isnan(seen->below);
  return b7_arena_format(arena, "%s %s %g %s on %s", seen->label, below ? "<" : ">",
                         below ? seen->below : seen->above, unit, date);
}

static const char *with_error(const B7StartingPoint *start, const char *record, double sd,
                              const char *scale) {
  return record ? b7_arena_format(&start->replay->arena, "%s; error of measurement: SD %.2g of the %s",
                                  record, sd, scale)
                : NULL;
}

/* blasts per normal cell from a share of blasts */
static double odds(double percent) {
  double share = fmin(fmax(percent, 0), FULL_MARROW_PCT) / 100;
  return share / (1 - share);
}

/* what is drawn lies between bounds; a place without a law of its own gets a wide one */
static void bound(B7StartingPoint *start, int32_t place, double low, double high, const char *record) {
  const B7Draw *draw = &start->population->draws[place];
  if (!(draw->spread_sd > 0))
    b7_population_know(start->population, place, low > 0 ? 2 * low : high / 2, B7_SPREAD_LOGNORMAL, 1);
  b7_population_bound(start->population, place, low, high);
  note(start, place, B7_START_RECORDED,
       record ? b7_arena_format(&start->replay->arena, "%s; drawn within the bound", record) : NULL);
}

static const char *no_marrow(const B7StartingPoint *start) {
  const B7Observation *rows;
  const int32_t count = b7_course_observations(start->replay->course, &rows);
  for (int32_t i = 0; i < count; i++) {
    if (strncmp(rows[i].what, "marrow_", 7) != 0 || rows[i].t_day < 0) continue;
    return b7_arena_format(
        &start->replay->arena,
        "no marrow is recorded before the first dose; the first one, on day %g, came after it",
        rows[i].t_day);
  }
  return "no marrow is recorded before the first dose";
}

static void know_marrow(B7StartingPoint *start) {
  static const char *const names[] = {"marrow_mrd", "marrow_blasts", "marrow_morphology", NULL};
  const int32_t place = place_of_need(start, B7_NEED_START_MARROW);
  if (place < 0) return;
  const B7Observation *seen = start_record(start, names);
  if (!seen) {
    start->basis[place] = no_marrow(start);
    return;
  }
  const char *record = record_text(start, seen);
  const int32_t mrd = b7_tables_need(start->tables, B7_NEED_MARROW_MRD);
  double limit = mrd < 0 ? NAN : start->tables->observables[mrd].detection_low;
  if (seen->value > 0) {
    know(start, place, odds(seen->value), B7_SPREAD_LOGNORMAL, assay_sd(seen),
         with_error(start, record, assay_sd(seen), "logit"));
  } else if (!isnan(seen->above)) {
    bound(start, place, odds(seen->above), INFINITY, record);
  } else {
    // none seen: below what the assay finds
    bound(start, place, 0, odds(!isnan(seen->below) ? seen->below : limit), record);
  }
}

static bool says(const char *text, const char *word) {
  return strcasestr(text, word) != NULL;
}

/* words on disease outside the marrow: -1 nothing said, 0 none, 1 some */
static int nodes_in_words(const B7StartingPoint *start) {
  const char *text = fact_text(start, "disease", "extramedullary");
  if (!*text || says(text, "not reported") || says(text, "unknown")) return -1;
  return strcasecmp(text, "none") != 0 && strcasecmp(text, "no") != 0;
}

static void know_nodes(B7StartingPoint *start) {
  static const char *const sizes[] = {"nodal_blasts", "nodal_volume", NULL};
  static const char *const scores[] = {"deauville", NULL};
  const int32_t place = place_of_need(start, B7_NEED_START_NODES);
  if (place < 0) return;
  const B7Observation *size = start_record(start, sizes), *score = start_record(start, scores);
  const int32_t p = b7_tables_parameter(start->tables, "volume_per_nodal_gcell");
  if (size && !isnan(size->value)) {
    double volume =
        strcmp(size->what, "nodal_volume") == 0 && p >= 0 ? start->tables->parameters[p].value : 1;
    know(start, place, size->value / volume, B7_SPREAD_LOGNORMAL, size->value > 0 ? assay_sd(size) : 0,
         with_error(start, record_text(start, size), assay_sd(size), "logarithm"));
    return;
  }
  int some = score && !isnan(score->value) ? score->value > 3 : nodes_in_words(start);
  if (some < 0) return;
  const char *record = score ? record_text(start, score)
                             : b7_arena_format(&start->replay->arena, "disease, extramedullary: %s",
                                               fact_text(start, "disease", "extramedullary"));
  if (some == 0) {
    know(start, place, 0, B7_SPREAD_NONE, 0, record);
    return;
  }
  start->population->draws[place].share = 1;
  note(start, place, B7_START_RECORDED,
       record ? b7_arena_format(&start->replay->arena, "%s; %s", record,
                                start->population->draws[place].spread_sd > 0
                                    ? "how much is drawn"
                                    : "how much is the model's usual value")
              : NULL);
}

static void know_cd7(B7StartingPoint *start) {
  static const char *const names[] = {"marrow_cd7neg", NULL};
  const int32_t place = place_of_need(start, B7_NEED_START_CD7_NEGATIVE);
  const char *words = fact_text(start, "disease", "cd7");
  const B7Observation *seen = start_record(start, names);
  if (place < 0) return;
  B7Draw *draw = &start->population->draws[place];
  if (seen && seen->value > 0) {
    double share = seen->value / 100, sd = assay_sd(seen) * (1 - share) / log(10);
    know(start, place, log10(share), B7_SPREAD_NORMAL, sd,
         with_error(start, record_text(start, seen), assay_sd(seen), "logit"));
    draw->high = 0;
  } else if (seen && (seen->below > 0 || seen->value == 0)) {
    // flow finds one in ten thousand
    b7_population_bound(start->population, place, -INFINITY, seen->below > 0 ? log10(seen->below / 100) : -4);
    note(start, place, B7_START_RECORDED, record_text(start, seen));
  } else if (strcmp(words, "negative") == 0) {
    know(start, place, 0, B7_SPREAD_NONE, 0, "disease, cd7: negative; all blasts lack it");
  } else if (strcmp(words, "partial") == 0) {
    know(start, place, log10(PARTIAL_CD7_MEDIAN), B7_SPREAD_NORMAL, USUAL_ASSAY_SD,
         "disease, cd7: partial; read as 10 to 90 % of blasts without it (assumed)");
    b7_population_bound(start->population, place, log10(PARTIAL_CD7_LOW), log10(PARTIAL_CD7_HIGH));
  }
}

/* ---- which population ---- */

static const char *keep(B7Replay *replay, const char *text) {
  return b7_arena_text(&replay->arena, text, strlen(text));
}

B7Status b7_starting_point_choose(B7Replay *replay, const char **path, B7Error *error) {
  const B7ReplayOptions *options = &replay->options;
  B7StartingPoint facts = {.replay = replay};
  replay->cohort_name = replay->cohort_title = replay->cohort_why = "";
  *path = options->population_path;
  if (options->patient_path) {
    *path = NULL;
    return B7_OK;
  }
  if (*path) {
    replay->cohort_why = "as asked for";
    return B7_OK;
  }
  if (!options->population_folder) return B7_OK;
  const char *diagnosis = fact_text(&facts, "disease", "diagnosis"),
             *status = fact_text(&facts, "disease", "status");
  B7CohortSought sought = {.diagnosis = *diagnosis ? diagnosis : "T-ALL",
                           .age_years = fact_value(&facts, "patient", "age_years"),
                           .remission = says(status, "remission") && !says(status, "no remission") &&
                                        !says(status, "not in remission")};
  bool matched;
  B7_TRY(b7_cohort_choose(options->population_folder, &sought, &replay->arena, path, &matched, error));
  if (!matched) {
    bool nearest;
    sought.diagnosis = "T-ALL";
    B7_TRY(b7_cohort_choose(options->population_folder, &sought, &replay->arena, path, &nearest, error));
  }
  const char *age = isnan(sought.age_years)
                        ? "age not recorded"
                        : b7_arena_format(&replay->arena, "age %g years", sought.age_years);
  if (!age) return b7_fail_memory(error);
  replay->cohort_why =
      !*diagnosis ? b7_arena_format(&replay->arena, "diagnosis not recorded, read as T-ALL; %s", age)
      : matched
          ? b7_arena_format(&replay->arena, "diagnosis %s; %s", diagnosis, age)
          : b7_arena_format(&replay->arena, "no population is for the diagnosis '%s', read as T-ALL; %s",
                            diagnosis, age);
  return replay->cohort_why ? B7_OK : b7_fail_memory(error);
}

static B7Status load_cohort(B7StartingPoint *start, const char *path, B7Error *error) {
  B7Replay *replay = start->replay;
  B7Cohort *cohort;
  B7_TRY(b7_cohort_load(path, start->tables, start->population, &replay->hooks, &cohort, error));
  replay->cohort_name = keep(replay, cohort->name);
  replay->cohort_title = keep(replay, cohort->title);
  b7_cohort_free(cohort);
  return replay->cohort_name && replay->cohort_title ? B7_OK : b7_fail_memory(error);
}

static B7Status calibrate(B7StartingPoint *start, B7Error *error) {
  B7Replay *replay = start->replay;
  B7ParameterSetting *rows;
  int32_t count;
  B7_TRY(b7_patient_settings_load(replay->options.patient_path, start->tables, &replay->arena, &rows, &count,
                                  error));
  for (int32_t i = 0; i < count; i++) {
    int32_t p = b7_tables_parameter(start->tables, rows[i].name);
    int32_t place = p < 0 ? -1 : start->tables->parameters[p].own_index;
    // what is measured of this patient may stand on another scale of spread
    if (place >= 0 && start->tables->parameters[p].spread != B7_SPREAD_NONE)
      start->population->draws[place].spread = start->tables->parameters[p].spread;
    B7_TRY(b7_population_set(start->population, start->tables, &rows[i], error));
    if (place >= 0) note(start, place, B7_START_CALIBRATED, "patient file");
  }
  return B7_OK;
}

B7Status b7_starting_point_make(B7StartingPoint *start, const char *cohort_path, int64_t patients, bool vary,
                                B7Error *error) {
  B7Replay *replay = start->replay;
  B7_TRY(b7_population_make(replay->kernel, patients, replay->options.seed, vary, NULL, 0, &replay->hooks,
                            &start->population, error));
  if (cohort_path) B7_TRY(load_cohort(start, cohort_path, error));
  for (int32_t i = 0; i < start->population->n_own + start->population->n_covariate; i++) {
    bool named = cohort_path && start->population->draws[i].rank != INT32_MAX;
    start->origin[i] = named ? B7_START_POPULATION : B7_START_MODEL;
    start->basis[i] = "";
  }
  B7_TRY(check_history(start, error));
  know_body(start);
  know_facts(start);
  know_marrow(start);
  know_nodes(start);
  know_cd7(start);
  B7_TRY(b7_population_condition(start->population, error));
  if (replay->options.patient_path) B7_TRY(calibrate(start, error));
  return start->failed ? b7_fail_memory(error) : B7_OK;
}
