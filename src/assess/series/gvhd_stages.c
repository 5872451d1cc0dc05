#include "assess/series/gvhd_stages.h"

#include "assess/rules/daily_values.h"

#define MG_PER_DL_PER_MG_PER_L 0.1

// signs of each organ, in the order of B7_QUANTITY_AGVHD_SKIN to _LOWER; volumes and episodes are means of some days
static const struct {
  B7Quantity organ, sign;
  bool mean;
} signs_of[] = {
    {B7_QUANTITY_AGVHD_SKIN, B7_QUANTITY_RASH, false},
    {B7_QUANTITY_AGVHD_SKIN, B7_QUANTITY_ERYTHRODERMA, false},
    {B7_QUANTITY_AGVHD_SKIN, B7_QUANTITY_BULLAE, false},
    {B7_QUANTITY_AGVHD_SKIN, B7_QUANTITY_DESQUAMATION, false},
    {B7_QUANTITY_AGVHD_LIVER, B7_QUANTITY_BILIRUBIN, false},
    {B7_QUANTITY_AGVHD_LIVER, B7_QUANTITY_OTHER_LIVER_CAUSE, false},
    {B7_QUANTITY_AGVHD_UPPER, B7_QUANTITY_PERSISTENT_NAUSEA, false},
    {B7_QUANTITY_AGVHD_UPPER, B7_QUANTITY_UPPER_BIOPSY, false},
    {B7_QUANTITY_AGVHD_LOWER, B7_QUANTITY_STOOL_VOLUME, true},
    {B7_QUANTITY_AGVHD_LOWER, B7_QUANTITY_STOOL_PER_KG, true},
    {B7_QUANTITY_AGVHD_LOWER, B7_QUANTITY_STOOL_URINE, true},
    {B7_QUANTITY_AGVHD_LOWER, B7_QUANTITY_STOOL_EPISODES, true},
    {B7_QUANTITY_AGVHD_LOWER, B7_QUANTITY_ABDOMINAL_PAIN, false},
    {B7_QUANTITY_AGVHD_LOWER, B7_QUANTITY_BLOODY_STOOL, false},
    {B7_QUANTITY_AGVHD_LOWER, B7_QUANTITY_ILEUS, false},
};
#define SIGNS ((int32_t)(sizeof signs_of / sizeof signs_of[0]))

// the latest value of some days, or the mean of the days before it; *row_day: of the latest one, NaN: none
static double read_sign(const B7Criteria *c, const B7Series *series, B7Quantity sign, bool mean, double t_day,
                        double *row_day) {
  const B7Column *column = &series->column[sign];
  double sum = 0;
  int32_t n = 0;
  *row_day = NAN;
  for (int32_t row = column->n ? b7_column_last_row(column, t_day) : -1; row >= 0; row--) {
    if (isnan(column->value[row])) continue;
    if (n == 0 && !(t_day - column->t_day[row] < c->magic_organ_within_d)) break;
    if (n > 0 && !(mean && *row_day - column->t_day[row] < c->magic_stool_mean_days)) break;
    if (n == 0) *row_day = column->t_day[row];
    sum += column->value[row];
    n++;
  }
  return n ? sum / n : NAN;
}

static double sign_at(const B7Criteria *c, const B7Series *series, B7Quantity sign, double t_day) {
  double row_day;
  for (int32_t i = 0; i < SIGNS; i++)
    if (signs_of[i].sign == sign) return read_sign(c, series, sign, signs_of[i].mean, t_day, &row_day);
  return NAN;
}

// the recorded stage of an organ, unless a sign of it is newer
static double stage_at(const B7Criteria *c, const B7Series *series, B7Quantity organ, double t_day) {
  const B7Column *column = &series->column[organ];
  if (column->n == 0) return NAN;
  int32_t row = b7_column_last_row(column, t_day);
  while (row >= 0 && isnan(column->value[row])) row--;
  if (row < 0 || !(t_day - column->t_day[row] < c->magic_organ_within_d)) return NAN;
  for (int32_t i = 0; i < SIGNS; i++) {
    double row_day;
    // bilirubin is measured for many reasons: it does not outweigh a stage
    if (signs_of[i].organ != organ || organ == B7_QUANTITY_AGVHD_LIVER) continue;
    read_sign(c, series, signs_of[i].sign, signs_of[i].mean, t_day, &row_day);
    if (row_day > column->t_day[row]) return NAN;
  }
  return column->value[row];
}

static bool anything_but_liver(const B7Criteria *c, const B7Series *series, double t_day) {
  for (int32_t q = B7_QUANTITY_AGVHD_SKIN; q <= B7_QUANTITY_AGVHD_LOWER; q++)
    if (!isnan(stage_at(c, series, (B7Quantity)q, t_day))) return true;
  for (int32_t i = 0; i < SIGNS; i++)
    if (signs_of[i].organ != B7_QUANTITY_AGVHD_LIVER && !isnan(sign_at(c, series, signs_of[i].sign, t_day)))
      return true;
  return false;
}

static B7AgvhdSigns signs_at(const B7Criteria *c, const B7Series *series, double t_day) {
  const bool looked_for = anything_but_liver(c, series, t_day);
  return (B7AgvhdSigns){
      .rash_pct = sign_at(c, series, B7_QUANTITY_RASH, t_day),
      .erythroderma = sign_at(c, series, B7_QUANTITY_ERYTHRODERMA, t_day),
      .bullae = sign_at(c, series, B7_QUANTITY_BULLAE, t_day),
      .desquamation_pct = sign_at(c, series, B7_QUANTITY_DESQUAMATION, t_day),
      .bilirubin_mg_per_dl =
          looked_for ? MG_PER_DL_PER_MG_PER_L * sign_at(c, series, B7_QUANTITY_BILIRUBIN, t_day) : NAN,
      .other_liver_cause = sign_at(c, series, B7_QUANTITY_OTHER_LIVER_CAUSE, t_day),
      .persistent_nausea = sign_at(c, series, B7_QUANTITY_PERSISTENT_NAUSEA, t_day),
      .upper_biopsy_positive = sign_at(c, series, B7_QUANTITY_UPPER_BIOPSY, t_day),
      .stool_ml_per_d = sign_at(c, series, B7_QUANTITY_STOOL_VOLUME, t_day),
      .stool_ml_per_kg_d = sign_at(c, series, B7_QUANTITY_STOOL_PER_KG, t_day),
      .mixed_stool_urine_ml_per_d = sign_at(c, series, B7_QUANTITY_STOOL_URINE, t_day),
      .stool_episodes_per_d = sign_at(c, series, B7_QUANTITY_STOOL_EPISODES, t_day),
      .severe_pain = sign_at(c, series, B7_QUANTITY_ABDOMINAL_PAIN, t_day),
      .ileus = sign_at(c, series, B7_QUANTITY_ILEUS, t_day),
      .bloody_stool = sign_at(c, series, B7_QUANTITY_BLOODY_STOOL, t_day),
      .child = series->age_years < c->magic_adult_first_year,
      .weight_kg = series->weight_kg};
}

static bool upper_ever(const B7Series *series) {
  return series->column[B7_QUANTITY_AGVHD_UPPER].n > 0 || series->column[B7_QUANTITY_PERSISTENT_NAUSEA].n > 0;
}

static void prefer_recorded(double recorded, double *derived) {
  if (!isnan(recorded)) *derived = recorded;
}

void b7_gvhd_stages_at(const B7Criteria *criteria, const B7Series *series, double t_day, B7AgvhdStages *magic,
                       B7AgvhdStages *older) {
  const B7AgvhdSigns signs = signs_at(criteria, series, t_day);
  *magic = b7_agvhd_magic_stages(criteria, &signs);
  *older = b7_agvhd_glucksberg_stages(criteria, &signs);
  B7AgvhdStages *both[] = {magic, older};
  for (int i = 0; i < 2; i++) {
    const double skin = stage_at(criteria, series, B7_QUANTITY_AGVHD_SKIN, t_day);
    if (!isnan(skin)) both[i]->skin_high = skin;
    prefer_recorded(skin, &both[i]->skin);
    prefer_recorded(stage_at(criteria, series, B7_QUANTITY_AGVHD_LIVER, t_day), &both[i]->liver);
    prefer_recorded(stage_at(criteria, series, B7_QUANTITY_AGVHD_UPPER, t_day), &both[i]->upper_gi);
    prefer_recorded(stage_at(criteria, series, B7_QUANTITY_AGVHD_LOWER, t_day), &both[i]->lower_gi);
    // the upper gut is often not staged apart: it then adds nothing to the lower one
    if (!upper_ever(series)) both[i]->upper_gi = 0;
  }
}

double b7_gvhd_next(const B7Series *series, double after_day) {
  double next = INFINITY;
  for (int32_t i = 0; i < SIGNS + 4; i++) {
    const B7Quantity quantity =
        i < SIGNS ? signs_of[i].sign : (B7Quantity)(B7_QUANTITY_AGVHD_SKIN + i - SIGNS);
    if (i < SIGNS && signs_of[i].organ == B7_QUANTITY_AGVHD_LIVER) continue;
    const B7Column *column = &series->column[quantity];
    int32_t row = b7_column_from(column, after_day);
    while (row < column->n && (column->t_day[row] <= after_day || isnan(column->value[row]))) row++;
    if (row < column->n) next = fmin(next, column->t_day[row]);
  }
  return next;
}

int32_t b7_gvhd_signs_of(const B7Criteria *criteria, const B7Series *series, B7Quantity organ, double t_day,
                         B7SignRead signs[B7_SIGNS_OF_ORGAN]) {
  int32_t n = 0;
  if (!isnan(stage_at(criteria, series, organ, t_day))) return 0;
  for (int32_t i = 0; i < SIGNS && n < B7_SIGNS_OF_ORGAN; i++) {
    if (signs_of[i].organ != organ) continue;
    double row_day = NAN;
    const double value = read_sign(criteria, series, signs_of[i].sign, signs_of[i].mean, t_day, &row_day);
    if (!isnan(value)) signs[n++] = (B7SignRead){signs_of[i].sign, value, row_day};
  }
  return n;
}
