/* leave_out_json.c - predictions of studies left out as JSON: skill by family, coverage, spread between studies, rows. */
#include <string.h>

#include "base/files.h"
#include "base/json.h"
#include "fit/leave_out.h"

static const char *const level_keys[B7_LEAVE_OUT_LEVELS] = {"50", "80", "95"};

static void write_coverage(B7Json *json, const double *covered) {
  b7_json_open_object(json, "coverage");
  for (int l = 0; l < B7_LEAVE_OUT_LEVELS; l++) b7_json_number(json, level_keys[l], covered[l]);
  b7_json_close_object(json);
}

static void write_skill(B7Json *json, const B7LeaveOutSkill *skill) {
  b7_json_open_object(json, skill->family);
  b7_json_number(json, "value", skill->skill.value);
  b7_json_number(json, "low", skill->skill.lower);
  b7_json_number(json, "high", skill->skill.upper);
  b7_json_number(json, "rows", skill->rows);
  b7_json_number(json, "studies", skill->studies);
  b7_json_number(json, "crps", skill->crps);
  b7_json_number(json, "crps_pooled", skill->crps_pooled);
  b7_json_number(json, "crps_in_sample", skill->crps_fitted);
  b7_json_number(json, "log_score", skill->log_score);
  b7_json_number(json, "log_score_pooled", skill->log_score_pooled);
  write_coverage(json, skill->covered);
  b7_json_close_object(json);
}

static void write_row(B7Json *json, const B7LeaveOutRow *row) {
  b7_json_open_object(json, NULL);
  b7_json_text(json, "study", row->study);
  b7_json_text(json, "arm", row->arm);
  b7_json_text(json, "endpoint", row->endpoint);
  b7_json_text(json, "family", row->family);
  b7_json_number(json, "time_days", row->at_day);
  b7_json_text(json, "unit", row->unit);
  b7_json_number(json, "weight", row->weight);
  b7_json_number(json, "n", row->n);
  b7_json_number(json, "published", row->published);
  b7_json_number(json, "predicted", row->predicted.value);
  b7_json_number(json, "predicted_low", row->predicted.lower);
  b7_json_number(json, "predicted_high", row->predicted.upper);
  b7_json_number(json, "in_sample", row->fitted);
  b7_json_number(json, "pooled", row->pooled);
  b7_json_number(json, "crps", row->crps);
  b7_json_number(json, "crps_pooled", row->crps_pooled);
  b7_json_number(json, "log_score", row->log_score);
  b7_json_number(json, "log_score_pooled", row->log_score_pooled);
  b7_json_close_object(json);
}

B7Status b7_leave_out_json(const B7LeaveOut *run, char **text, B7Error *error) {
  const B7LeaveOutSkill *skills;
  const B7LeaveOutRow *rows;
  int32_t n_skill = b7_leave_out_skills(run, &skills), n_row = b7_leave_out_rows(run, &rows);
  B7Json json = b7_json_make(&run->arena.hooks);
  b7_json_open_object(&json, NULL);
  b7_json_text(&json, "fit", run->fit);
  b7_json_text(&json, "fingerprint", run->fingerprint);
  b7_json_number(&json, "patients", (double)run->patients);
  b7_json_number(&json, "seed", (double)run->seed);
  b7_json_open_object(&json, "skill");
  for (int32_t s = 0; s < n_skill; s++) write_skill(&json, &skills[s]);
  b7_json_close_object(&json);
  if (n_skill > 0) write_coverage(&json, skills[0].covered);
  b7_json_open_object(&json, "between_studies");
  for (int f = 0; f < B7_STUDY_FAMILIES; f++)
    b7_json_number(&json, b7_study_family_key((B7StudyFamily)f), run->between_sd[f]);
  b7_json_close_object(&json);
  b7_json_open_array(&json, "rows");
  for (int32_t r = 0; r < n_row; r++) write_row(&json, &rows[r]);
  b7_json_close_array(&json);
  b7_json_close_object(&json);
  return b7_json_finish(&json, text, error);
}

B7Status b7_leave_out_write(const B7LeaveOut *run, const char *path, B7Error *error) {
  char *text;
  B7_TRY(b7_leave_out_json(run, &text, error));
  B7Status status = b7_file_write(path, text, strlen(text), error);
  b7_text_free(&run->arena.hooks, text);
  return status;
}
