#include "assess/rules/agvhd.h"

#include <stddef.h>
#include <string.h>

static double by_steps(double value, double zero_below, double first_max, double second_max, double third_max,
                       bool first_exclusive) {
  if (isnan(value)) return NAN;
  if (value < zero_below) return 0;
  if (first_exclusive ? value < first_max : value <= first_max) return 1;
  if (value <= second_max) return 2;
  return value <= third_max ? 3 : 4;
}

static double rash_stage(const B7Criteria *c, const B7AgvhdSigns *s) {
  if (s->erythroderma > 0) return 3;
  if (isnan(s->rash_pct)) return NAN;
  if (!(s->rash_pct > 0)) return 0;
  if (s->rash_pct < c->magic_skin_stage2_pct) return 1;
  return s->rash_pct <= c->magic_skin_stage3_above_pct ? 2 : 3;
}

static double stool_stage_magic(const B7Criteria *c, const B7AgvhdSigns *s) {
  if (s->bloody_stool > 0 || s->severe_pain > 0) return 4;
  // mixed stool and urine counts half
  const double ml = isnan(s->stool_ml_per_d) ? c->magic_urine_mixed_share * s->mixed_stool_urine_ml_per_d
                                             : s->stool_ml_per_d;
  const bool child = s->child && !(s->weight_kg > c->magic_child_max_kg);
  // children are staged by weight; what was given by weight needs none for them, and the weight of an adult
  const bool by_weight = isnan(ml) && !isnan(s->stool_ml_per_kg_d);
  const double amount = child       ? (by_weight ? s->stool_ml_per_kg_d : ml / s->weight_kg)
                        : by_weight ? s->stool_ml_per_kg_d * s->weight_kg
                                    : ml;
  const double volume =
      child ? by_steps(amount, c->magic_child_stage1_ml_per_kg, c->magic_child_stage2_ml_per_kg,
                       c->magic_child_stage2_max_ml_per_kg, INFINITY, true)
            : by_steps(amount, c->magic_gut_stage1_ml, c->magic_gut_stage2_ml, c->magic_gut_stage2_max_ml,
                       INFINITY, true);
  const double episodes =
      child ? by_steps(s->stool_episodes_per_d, c->magic_child_stage1_episodes,
                       c->magic_child_stage2_episodes, c->magic_child_stage2_max_episodes, INFINITY, true)
            : by_steps(s->stool_episodes_per_d, c->magic_gut_stage1_episodes, c->magic_gut_stage2_episodes,
                       c->magic_gut_stage2_max_episodes, INFINITY, true);
  return fmax(volume, episodes); // the higher one; fmax passes over NaN
}

B7AgvhdStages b7_agvhd_magic_stages(const B7Criteria *criteria, const B7AgvhdSigns *signs) {
  const B7Criteria *c = criteria;
  B7AgvhdStages stages = {.ecog = NAN, .karnofsky_pct = NAN};
  stages.skin = rash_stage(c, signs);
  const bool peeling = signs->desquamation_pct > c->magic_desquamation_above_pct;
  stages.skin_high = stages.skin;
  if (stages.skin == 3) {
    if (signs->bullae > 0 && peeling) stages.skin = 4;
    const bool excluded = signs->bullae == 0 || signs->desquamation_pct <= c->magic_desquamation_above_pct;
    stages.skin_high = stages.skin == 4 || !excluded ? 4 : 3;
  }
  stages.liver =
      by_steps(signs->bilirubin_mg_per_dl, c->magic_liver_stage1_mg_per_dl, c->magic_liver_stage1_max,
               c->magic_liver_stage2_max, c->magic_liver_stage3_max, false);
  stages.upper_gi = signs->persistent_nausea;
  stages.lower_gi = stool_stage_magic(c, signs);
  return stages;
}

B7AgvhdStages b7_agvhd_glucksberg_stages(const B7Criteria *criteria, const B7AgvhdSigns *signs) {
  const B7Criteria *c = criteria;
  B7AgvhdStages stages = {.upper_gi = 0, .ecog = NAN, .karnofsky_pct = NAN};
  stages.skin = rash_stage(c, signs);
  if (stages.skin == 3 && (signs->bullae > 0 || signs->desquamation_pct > 0)) stages.skin = 4;
  stages.liver =
      by_steps(signs->bilirubin_mg_per_dl, c->magic_liver_stage1_mg_per_dl, c->magic_liver_stage1_max,
               c->magic_liver_stage2_max, c->magic_liver_stage3_max, false);
  if (signs->other_liver_cause > 0 && stages.liver > 0) stages.liver -= 1;
  const double ml = signs->stool_ml_per_d;
  double gut = isnan(ml)
                   ? NAN
                   : (ml > c->glucksberg_gut_stage1_above_ml) + (ml > c->glucksberg_gut_stage2_above_ml) +
                         (ml > c->glucksberg_gut_stage3_above_ml) + (ml > c->glucksberg_gut_stage4_above_ml);
  if (signs->severe_pain > 0 || signs->ileus > 0) gut = 4;
  if (signs->persistent_nausea > 0 && signs->upper_biopsy_positive > 0) gut = fmax(gut, 1);
  stages.lower_gi = gut;
  return stages;
}

// an organ not examined: at its lowest for the certain grade, at its highest for the possible one
static B7AgvhdStages fill(const B7AgvhdStages *stages, bool highest) {
  B7AgvhdStages s = *stages;
  const double full = highest ? 4 : 0;
  if (isnan(s.skin)) s.skin = full;
  if (highest && s.skin_high > s.skin) s.skin = s.skin_high;
  if (isnan(s.liver)) s.liver = full;
  if (isnan(s.upper_gi)) s.upper_gi = highest ? 1 : 0;
  if (isnan(s.lower_gi)) s.lower_gi = full;
  return s;
}

static uint64_t not_examined(const B7AgvhdStages *s) {
  uint64_t bits = 0;
  if (isnan(s->skin) || s->skin_high > s->skin) bits |= B7_BIT(AGVHD_SKIN);
  if (isnan(s->liver)) bits |= B7_BIT(AGVHD_LIVER);
  if (isnan(s->upper_gi)) bits |= B7_BIT(AGVHD_UPPER);
  if (isnan(s->lower_gi)) bits |= B7_BIT(AGVHD_LOWER);
  return bits;
}

// the stage of each organ from which a grade holds; a grade that an organ never gives stands above its last stage
typedef struct GradeFrom {
  double skin_ii, skin_iv, liver_ii, liver_iii, liver_iv, gut_ii, gut_iii, gut_iv;
} GradeFrom;

static int32_t by_organs(const GradeFrom *from, double skin, double liver, double gut) {
  if (skin >= from->skin_iv || liver >= from->liver_iv || gut >= from->gut_iv) return B7_AGVHD_IV;
  if (liver >= from->liver_iii || gut >= from->gut_iii) return B7_AGVHD_III;
  if (skin >= from->skin_ii || liver >= from->liver_ii || gut >= from->gut_ii) return B7_AGVHD_II;
  return skin >= 1 || liver >= 1 || gut >= 1 ? B7_AGVHD_I : B7_AGVHD_0;
}

static int32_t magic(const B7Criteria *c, const B7AgvhdStages *s) {
  const GradeFrom from = {c->magic_skin_grade2_from,  c->magic_skin_grade4_from,  c->magic_liver_grade2_from,
                          c->magic_liver_grade3_from, c->magic_liver_grade4_from, c->magic_lower_grade2_from,
                          c->magic_lower_grade3_from, c->magic_lower_grade4_from};
  const int32_t upper = s->upper_gi >= 1 ? (int32_t)c->magic_upper_grade : B7_AGVHD_0;
  return b7_max_grade(upper, by_organs(&from, s->skin, s->liver, s->lower_gi));
}

// the older scales have one gut: persistent nausea with a positive biopsy is its stage 1
static double one_gut(const B7AgvhdStages *s) {
  return fmax(s->lower_gi, s->upper_gi >= 1 ? 1 : 0);
}

static int32_t older(const B7Criteria *c, const GradeFrom *from, const B7AgvhdStages *s) {
  const int32_t grade = by_organs(from, s->skin, s->liver, one_gut(s));
  const bool very_ill =
      s->ecog >= c->glucksberg_ecog_grade4 || s->karnofsky_pct < c->glucksberg_karnofsky_grade4_below;
  return grade > B7_AGVHD_0 && very_ill ? B7_AGVHD_IV : grade;
}

static int32_t glucksberg(const B7Criteria *c, const B7AgvhdStages *s) {
  const GradeFrom from = {c->glucksberg_skin_grade2_from,  c->glucksberg_skin_grade4_from,
                          c->glucksberg_liver_grade2_from, c->glucksberg_liver_grade3_from,
                          c->glucksberg_liver_grade4_from, c->glucksberg_gut_grade2_from,
                          c->glucksberg_gut_grade3_from,   c->glucksberg_gut_grade4_from};
  return older(c, &from, s);
}

static int32_t przepiorka(const B7Criteria *c, const B7AgvhdStages *s) {
  const GradeFrom from = {c->przepiorka_skin_grade2_from,  c->przepiorka_skin_grade4_from,
                          c->przepiorka_liver_grade2_from, c->przepiorka_liver_grade3_from,
                          c->przepiorka_liver_grade4_from, c->przepiorka_gut_grade2_from,
                          c->przepiorka_gut_grade3_from,   c->przepiorka_gut_grade4_from};
  return older(c, &from, s);
}

static int32_t ibmtr(const B7Criteria *c, const B7AgvhdStages *s) {
  (void)c;
  const double gut = one_gut(s), highest = fmax(s->skin, fmax(s->liver, gut));
  if (highest >= 4) return 4;
  if (highest >= 3) return 3;
  if (highest < 1) return 0;
  return s->skin == 1 && s->liver < 1 && gut < 1 ? 1 : 2;
}

typedef int32_t (*Grader)(const B7Criteria *criteria, const B7AgvhdStages *stages);

// the organs whose stage alone makes the grade; where none does, those that are affected; without GVHD, all examined
static uint64_t deciding(const B7Criteria *c, const B7AgvhdStages *known, Grader grader, int32_t grade) {
  const B7AgvhdStages none = {.ecog = known->ecog, .karnofsky_pct = known->karnofsky_pct};
  const struct {
    double stage;
    size_t place;
    uint64_t bit;
  } organs[] = {{known->skin, offsetof(B7AgvhdStages, skin), B7_BIT(AGVHD_SKIN)},
                {known->liver, offsetof(B7AgvhdStages, liver), B7_BIT(AGVHD_LIVER)},
                {known->upper_gi, offsetof(B7AgvhdStages, upper_gi), B7_BIT(AGVHD_UPPER)},
                {known->lower_gi, offsetof(B7AgvhdStages, lower_gi), B7_BIT(AGVHD_LOWER)}};
  uint64_t alone = 0, affected = 0, examined = 0;
  for (int i = 0; i < 4; i++) {
    if (isnan(organs[i].stage)) continue;
    examined |= organs[i].bit;
    if (!(organs[i].stage > 0)) continue;
    affected |= organs[i].bit;
    B7AgvhdStages one = none;
    memcpy((char *)&one + organs[i].place, &organs[i].stage, sizeof(double));
    if (grader(c, &one) >= grade) alone |= organs[i].bit;
  }
  return alone ? alone : affected ? affected : examined;
}

static B7Finding graded(const B7Criteria *c, B7RuleIndex rule, const B7AgvhdStages *stages, Grader grader) {
  const uint64_t missing = not_examined(stages);
  const uint64_t all = B7_BIT(AGVHD_SKIN) | B7_BIT(AGVHD_LIVER) | B7_BIT(AGVHD_UPPER) | B7_BIT(AGVHD_LOWER);
  if (missing == all && isnan(stages->skin)) return b7_finding_none(rule, B7_NOT_EVALUABLE, all);
  const B7AgvhdStages low = fill(stages, false), high = fill(stages, true);
  B7Finding finding = b7_finding_range(rule, grader(c, &low), grader(c, &high), missing);
  finding.deciding = deciding(c, stages, grader, finding.code);
  return finding;
}

B7Finding b7_agvhd_magic(const B7Criteria *criteria, const B7AgvhdStages *stages) {
  return graded(criteria, B7_RULE_magic, stages, magic);
}

B7Finding b7_agvhd_glucksberg(const B7Criteria *criteria, const B7AgvhdStages *stages) {
  const B7AgvhdStages low = fill(stages, false);
  B7Finding finding = graded(criteria, B7_RULE_glucksberg, stages, glucksberg);
  if (finding.evaluable == B7_NOT_EVALUABLE) return finding;
  // the printed versions part on liver 4 and gut 4: what the other one would say goes with the grade
  const int32_t other = przepiorka(criteria, &low);
  if (other > finding.code) finding.flags |= B7_FLAG_LIVER_4;
  if (other < finding.code) finding.flags |= B7_FLAG_GUT_4;
  return finding;
}

B7Finding b7_agvhd_przepiorka(const B7Criteria *criteria, const B7AgvhdStages *stages) {
  return graded(criteria, B7_RULE_przepiorka, stages, przepiorka);
}

B7Finding b7_agvhd_ibmtr(const B7Criteria *criteria, const B7AgvhdStages *stages) {
  return graded(criteria, B7_RULE_glucksberg, stages, ibmtr);
}
