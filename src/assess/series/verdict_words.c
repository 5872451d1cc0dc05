/* verdict_words.c - what a verdict says to people: grade, deciding values, what is missing, reasons. */
#include <stdio.h>
#include <string.h>

#include "assess/rules/hematotox.h"
#include "assess/series/assessment_parts.h"
#include "base/dates.h"

static const char *const flag_texts[] = {
#define B7_FLAG_TEXT(id, text) text,
    B7_FLAG_LIST(B7_FLAG_TEXT)
#undef B7_FLAG_TEXT
};

// "a, b" of the quantities in a mask
static const char *quantities_text(B7Assessment *assessment, uint64_t mask) {
  const char *text = "";
  for (int32_t q = 0; q < B7_QUANTITY_BITS && text; q++)
    if (mask >> q & 1)
      text = b7_arena_format(&assessment->arena, "%s%s%s", text, *text ? ", " : "",
                             b7_quantity_label((B7Quantity)q));
  return text;
}

static const char *flags_text(B7Assessment *assessment, uint32_t flags) {
  const char *text = "";
  for (int32_t f = 0; f < B7_FLAG_COUNT && text; f++)
    if (flags >> f & 1)
      text = b7_arena_format(&assessment->arena, "%s%s%s", text, *text ? "; " : "", flag_texts[f]);
  return text;
}

static const char *grade_text(B7Assessment *assessment, B7Endpoint endpoint, const B7Finding *f,
                              const char *missing) {
  B7Arena *arena = &assessment->arena;
  if (f->evaluable == B7_NOT_APPLICABLE) return "not applicable";
  if (f->evaluable == B7_NOT_EVALUABLE) {
    if (f->flags & B7_FLAG_EARLY_DEATH) return "not evaluable: died or left before the limit";
    return *missing ? b7_arena_format(arena, "not evaluable: needs %s", missing) : "not evaluable";
  }
  if (b7_endpoint_timed(endpoint) && f->low != f->high)
    return b7_arena_format(arena, "%s or %s until %g d", b7_endpoint_words(endpoint, f->low),
                           b7_endpoint_words(endpoint, f->high), f->value);
  if (b7_endpoint_timed(endpoint))
    return b7_arena_format(arena, "%s at %g d", b7_endpoint_words(endpoint, f->code), f->value);
  if (b7_endpoint_row(endpoint)->kind == B7_KIND_DAY && f->code == B7_RECOVERY_YES)
    return b7_arena_format(arena, "+%g", f->value);
  if (endpoint == B7_ENDPOINT_HEMATOTOX) {
    static const char *const risks[] = {"low", "high", "risk not evaluable"};
    const char *risk = risks[b7_hematotox_risk(assessment->criteria, f)];
    return f->low == f->high ? b7_arena_format(arena, "%d (%s)", f->code, risk)
                             : b7_arena_format(arena, "%d to %d (%s)", f->low, f->high, risk);
  }
  // a code of its own between low and high says it already ("PMR or NMR", "not CR")
  if (f->low == f->high || (f->code != f->low && f->code != f->high))
    return b7_endpoint_words(endpoint, f->code);
  return b7_arena_format(arena, "%s to %s", b7_endpoint_words(endpoint, f->low),
                         b7_endpoint_words(endpoint, f->high));
}

// what the survival endpoints rest on
static const char *event_text(B7Assessment *assessment, B7Endpoint endpoint, const B7Finding *f) {
  if (f->evaluable != B7_EVALUABLE) return "";
  if (f->deciding & B7_BIT(DEATH)) return "death";
  if (f->deciding & B7_BIT(RELAPSE)) return "relapse or progression";
  if (f->code == B7_OUTCOME_CENSORED)
    return b7_arena_format(&assessment->arena, "no event until %s", b7_assessment_when(assessment, f->t_day));
  if (endpoint == B7_ENDPOINT_AGVHD_II_IV_INCIDENCE || endpoint == B7_ENDPOINT_AGVHD_III_IV_INCIDENCE)
    return f->code == B7_OUTCOME_COMPETING ? "second transplant" : b7_endpoint_row(endpoint)->event;
  return "treatment failure or GVHD";
}

bool b7_verdict_words(B7Assessment *assessment, B7Endpoint endpoint, const B7Finding *finding,
                      bool per_sample, B7Verdict *verdict) {
  const B7Rule *rule = &assessment->criteria->rules[finding->rule];
  const char *missing = quantities_text(assessment, finding->missing);
  if (!missing) return false;
  *verdict = (B7Verdict){
      .endpoint = b7_endpoint_name(endpoint),
      .label = b7_endpoint_label(endpoint),
      .grade = grade_text(assessment, endpoint, finding, missing),
      .t_day = finding->t_day,
      .when = b7_assessment_when(assessment, finding->t_day),
      .rule = rule->id,
      .version = rule->version,
      .citation = rule->citation,
      .deciding = b7_endpoint_timed(endpoint) ? event_text(assessment, endpoint, finding)
                                              : b7_verdict_deciding(assessment, endpoint, finding),
      .missing = missing,
      .remarks = flags_text(assessment, finding->flags),
      .evaluable = finding->evaluable,
      .per_sample = per_sample,
      .finding = *finding,
  };
  // a sample is not "the best of"
  if (per_sample) {
    const char *comma = strchr(verdict->label, ',');
    if (comma)
      verdict->label = b7_arena_text(&assessment->arena, verdict->label, (size_t)(comma - verdict->label));
  }
  return verdict->grade && verdict->when && verdict->deciding && verdict->remarks && verdict->label;
}

const char *b7_verdict_reasons(B7Assessment *assessment, B7Endpoint endpoint) {
  B7Arena *arena = &assessment->arena;
  const char *text = b7_arena_format(arena, "%s\n", b7_endpoint_label(endpoint));
  const B7Rule *rule = NULL;
  int32_t index = -1;
  for (int32_t i = 0; i < assessment->n_verdict && text; i++) {
    const B7Verdict *v = &assessment->verdicts[i];
    if (strcmp(v->endpoint, b7_endpoint_name(endpoint)) != 0) continue;
    if (!rule) {
      index = v->finding.rule;
      rule = &assessment->criteria->rules[index];
      text = b7_arena_format(arena, "%srule      %s (version %s): %s\nsources   %s\n", text, rule->id,
                             rule->version, rule->title, rule->citation);
    }
    if (!text) return NULL;
    text = b7_arena_format(arena, "%s%-9s %-10s %s\n", text, v->per_sample ? "sample" : "verdict", v->when,
                           v->grade);
    if (text && *v->deciding) text = b7_arena_format(arena, "%s          because of %s\n", text, v->deciding);
    if (text && *v->missing) text = b7_arena_format(arena, "%s          missing: %s\n", text, v->missing);
    if (text && *v->remarks) text = b7_arena_format(arena, "%s          remark: %s\n", text, v->remarks);
  }
  if (!rule || !text) return text;
  text = b7_arena_format(arena, "%sthresholds of the rule\n", text);
  for (int32_t i = 0; i < b7_threshold_count && text; i++) {
    if (strcmp(b7_thresholds[i].group, b7_rule_group((B7RuleIndex)index)) != 0) continue;
    double value;
    memcpy(&value, (const char *)assessment->criteria + b7_thresholds[i].offset, sizeof value);
    text = b7_arena_format(arena, "%s          %-28s %g %s\n", text, b7_thresholds[i].key, value,
                           strcmp(b7_thresholds[i].unit, "1") == 0 ? "" : b7_thresholds[i].unit);
  }
  return text;
}
