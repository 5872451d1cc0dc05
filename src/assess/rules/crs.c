#include "assess/rules/crs.h"

typedef struct Range {
  int32_t low, high;
} Range;

// the rule rises with each input, so the ends of the range come from the ends of the unknown inputs
static int32_t circulation_grade(double hypotension, double vasopressors, double vasopressin) {
  if (vasopressors >= 2) return 4;
  if (vasopressors >= 1 || vasopressin > 0) return 3;
  return hypotension > 0 ? 2 : 0;
}

static Range circulation(const B7CrsDay *day) {
  // nobody without hypotension is on vasopressors: a recorded "no" settles the unknown rest
  bool none = day->hypotension == 0;
  double most_pressors = isnan(day->vasopressors) ? (none ? 0 : 2) : day->vasopressors;
  double most_vasopressin = isnan(day->vasopressin) ? (none ? 0 : 1) : day->vasopressin;
  double most_hypotension = isnan(day->hypotension) ? 1 : day->hypotension;
  return (Range){circulation_grade(isnan(day->hypotension) ? 0 : day->hypotension,
                                   isnan(day->vasopressors) ? 0 : day->vasopressors,
                                   isnan(day->vasopressin) ? 0 : day->vasopressin),
                 circulation_grade(most_hypotension, most_pressors, most_vasopressin)};
}

static Range oxygen(const B7Criteria *criteria, const B7CrsDay *day) {
  if (isnan(day->oxygen_device)) return (Range){0, 4};
  switch ((B7OxygenDevice)(int)day->oxygen_device) {
  case B7_OXYGEN_NONE:
    return (Range){0, 0};
  case B7_OXYGEN_BLOW_BY:
    return (Range){2, 2};
  case B7_OXYGEN_NASAL_CANNULA:
    if (isnan(day->oxygen_flow_l_per_min)) return (Range){2, 3};
    return day->oxygen_flow_l_per_min > criteria->crs_low_flow_l_per_min ? (Range){3, 3} : (Range){2, 2};
  case B7_OXYGEN_HIGH_FLOW:
  case B7_OXYGEN_FACEMASK:
  case B7_OXYGEN_NONREBREATHER:
  case B7_OXYGEN_VENTURI:
    return (Range){3, 3};
  case B7_OXYGEN_CPAP:
  case B7_OXYGEN_BIPAP:
  case B7_OXYGEN_VENTILATOR:
    return (Range){4, 4};
  }
  return (Range){0, 4};
}

static uint64_t unknown_inputs(const B7CrsDay *day, Range h, Range x) {
  uint64_t missing = 0;
  if (h.low != h.high) {
    if (isnan(day->hypotension)) missing |= B7_BIT(HYPOTENSION);
    if (isnan(day->vasopressors)) missing |= B7_BIT(VASOPRESSORS);
  }
  if (x.low != x.high) missing |= isnan(day->oxygen_device) ? B7_BIT(OXYGEN_DEVICE) : B7_BIT(OXYGEN_FLOW);
  return missing;
}

B7Finding b7_crs_grade(const B7Criteria *criteria, const B7CrsDay *day) {
  if (day->death_by_crs) return b7_finding(B7_RULE_crs, 5);
  const Range h = circulation(day), x = oxygen(criteria, day);
  const int32_t low = b7_max_grade(h.low, x.low), high = b7_max_grade(h.high, x.high);
  const bool treated = day->prior_therapy > 0 && day->crs_active > 0;
  const bool fever_known = !isnan(day->temperature_c) || day->fever_other_cause > 0;
  const bool fever = day->temperature_c >= criteria->crs_fever_c && !(day->fever_other_cause > 0);

  B7Finding finding;
  if (!fever_known && !treated)
    finding = b7_finding_none(B7_RULE_crs, B7_NOT_EVALUABLE, B7_BIT(TEMPERATURE));
  else if (fever)
    finding =
        b7_finding_range(B7_RULE_crs, b7_max_grade(1, low), b7_max_grade(1, high), unknown_inputs(day, h, x));
  else if (treated)
    finding = b7_finding_range(B7_RULE_crs, low, fever_known ? high : b7_max_grade(1, high),
                               unknown_inputs(day, h, x) | (fever_known ? 0 : B7_BIT(TEMPERATURE)));
  else
    finding = b7_finding(B7_RULE_crs, 0);

  finding.value = day->temperature_c;
  if (!isnan(day->temperature_c)) finding.deciding |= B7_BIT(TEMPERATURE);
  if (finding.code >= 2) {
    if (h.low >= x.low)
      finding.deciding |= h.low == 2 ? B7_BIT(HYPOTENSION) : B7_BIT(VASOPRESSORS) | B7_BIT(VASOPRESSIN);
    if (x.low >= h.low) finding.deciding |= B7_BIT(OXYGEN_DEVICE) | B7_BIT(OXYGEN_FLOW);
  }
  if (h.low == 3 && day->vasopressin > 0 && !(day->vasopressors >= 1))
    finding.flags |= B7_FLAG_VASOPRESSIN_ONLY;
  return finding;
}
