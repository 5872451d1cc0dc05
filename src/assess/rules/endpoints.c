#include "assess/rules/endpoints.h"

#include "base/status.h"

B7EventDays b7_event_days_make(void) {
  return (B7EventDays){.death = NAN,
                       .last_alive = NAN,
                       .relapse = NAN,
                       .agvhd_ii_iv = NAN,
                       .agvhd_iii_iv = NAN,
                       .cgvhd_systemic = NAN,
                       .last_assessment = NAN,
                       .response = NAN,
                       .refractory = NAN,
                       .engraftment = NAN,
                       .second_graft = NAN,
                       .hsct = NAN};
}

B7Status b7_event_days_check(const B7EventDays *days, B7Error *error) {
  const struct {
    const char *name;
    double day;
    bool before_death;
  } fields[] = {
      {"death_day", days->death, false},
      {"last_alive_day", days->last_alive, true},
      {"relapse_day", days->relapse, true},
      {"agvhd24_day", days->agvhd_ii_iv, true},
      {"agvhd34_day", days->agvhd_iii_iv, true},
      {"cgvhd_systemic_day", days->cgvhd_systemic, true},
      {"last_disease_assessment", days->last_assessment, true},
      {"response_day", days->response, true},
      {"engraftment_day", days->engraftment, true},
  };
  const double last = isnan(days->death) ? days->last_alive : days->death;
  for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
    if (fields[i].day < 0)
      return b7_fail(error, B7_ERROR_INPUT, "%s %g lies before the origin", fields[i].name, fields[i].day);
    if (!fields[i].before_death || !(fields[i].day > last)) continue;
    return b7_fail(error, B7_ERROR_INPUT, "%s %g lies after %s %g", fields[i].name, fields[i].day,
                   isnan(days->death) ? "the last contact on day" : "death on day", last);
  }
  return B7_OK;
}

// candidate events in order of precedence on one day
typedef struct EventCandidate {
  double day;
  B7EventCause cause;
  int32_t code;
} EventCandidate;

static B7Finding earliest(const EventCandidate *candidates, int32_t count, double censor_day,
                          B7EventCause *cause) {
  int32_t best = -1;
  for (int32_t i = 0; i < count; i++)
    if (!isnan(candidates[i].day) && (best < 0 || candidates[i].day < candidates[best].day)) best = i;
  if (best >= 0) {
    *cause = candidates[best].cause;
    B7Finding finding = b7_finding(B7_RULE_endpoints, candidates[best].code);
    finding.value = candidates[best].day;
    return finding;
  }
  *cause = B7_CAUSE_NONE;
  if (isnan(censor_day)) return b7_finding_none(B7_RULE_endpoints, B7_NOT_EVALUABLE, B7_BIT(ALIVE));
  B7Finding finding = b7_finding(B7_RULE_endpoints, B7_OUTCOME_CENSORED);
  finding.value = censor_day;
  return finding;
}

static double first_known(double preferred, double otherwise) {
  return isnan(preferred) ? otherwise : preferred;
}

static B7Finding event_free_2022(const B7EventDays *d, B7EventCause *cause) {
  const bool responder = !isnan(d->response);
  // failure, and death before any response, count from the start; so does a patient who was never assessed
  if (d->no_response_by_landmark || (!responder && !isnan(d->death))) {
    *cause = isnan(d->death) || d->no_response_by_landmark ? B7_CAUSE_TREATMENT_FAILURE : B7_CAUSE_DEATH;
    B7Finding finding = b7_finding(B7_RULE_endpoints, B7_OUTCOME_EVENT);
    finding.value = 0;
    return finding;
  }
  if (d->not_evaluable || (!responder && isnan(d->relapse) && isnan(d->last_assessment))) {
    *cause = B7_CAUSE_NONE;
    B7Finding finding = b7_finding(B7_RULE_endpoints, B7_OUTCOME_CENSORED);
    finding.value = 0;
    return finding;
  }
  const EventCandidate candidates[] = {{d->relapse, B7_CAUSE_RELAPSE, B7_OUTCOME_EVENT},
                                       {d->death, B7_CAUSE_DEATH, B7_OUTCOME_EVENT}};
  return earliest(candidates, 2, first_known(d->last_assessment, d->last_alive), cause);
}

static B7Finding event_free_2017(const B7EventDays *d, B7EventCause *cause) {
  const EventCandidate candidates[] = {{d->refractory, B7_CAUSE_TREATMENT_FAILURE, B7_OUTCOME_EVENT},
                                       {d->relapse, B7_CAUSE_RELAPSE, B7_OUTCOME_EVENT},
                                       {d->death, B7_CAUSE_DEATH, B7_OUTCOME_EVENT}};
  return earliest(candidates, 3, first_known(d->last_assessment, d->last_alive), cause);
}

static B7Finding first_of(B7SurvivalEndpoint endpoint, const B7EventDays *d, B7EventCause *cause) {
  const EventCandidate relapse = {d->relapse, B7_CAUSE_RELAPSE, B7_OUTCOME_EVENT};
  const EventCandidate death = {d->death, B7_CAUSE_DEATH, B7_OUTCOME_EVENT};
  const EventCandidate relapse_competes = {d->relapse, B7_CAUSE_RELAPSE, B7_OUTCOME_COMPETING};
  const EventCandidate death_competes = {d->death, B7_CAUSE_DEATH, B7_OUTCOME_COMPETING};
  const double examined = first_known(d->last_assessment, d->last_alive);
  switch (endpoint) {
  case B7_SURVIVAL_OS:
    return earliest(&death, 1, d->last_alive, cause);
  case B7_SURVIVAL_EFS_2017:
    return event_free_2017(d, cause);
  case B7_SURVIVAL_EFS_2022:
    return event_free_2022(d, cause);
  case B7_SURVIVAL_PFS: {
    const EventCandidate c[] = {relapse, death};
    return earliest(c, 2, d->censor == B7_CENSOR_LAST_EXAMINED ? examined : d->last_alive, cause);
  }
  case B7_SURVIVAL_RFS: {
    const EventCandidate c[] = {relapse, death};
    return earliest(c, 2, d->censor == B7_CENSOR_LAST_EXAMINED ? examined : d->last_alive, cause);
  }
  case B7_SURVIVAL_DOR: {
    // an undeclared death ends the observation
    const EventCandidate c[] = {relapse,
                                {d->death_ends_response ? d->death : NAN, B7_CAUSE_DEATH, B7_OUTCOME_EVENT}};
    return earliest(c, 2, d->censor == B7_CENSOR_LAST_ALIVE ? d->last_alive : first_known(examined, d->death),
                    cause);
  }
  case B7_SURVIVAL_CIR: {
    const EventCandidate c[] = {relapse, death_competes};
    return earliest(c, 2, d->censor == B7_CENSOR_LAST_ALIVE ? d->last_alive : examined, cause);
  }
  case B7_SURVIVAL_NRM: {
    // relapse goes first on the same day, and a death after it does not count
    const EventCandidate c[] = {relapse_competes, d->no_remission ? death_competes : death};
    return earliest(c, 2, d->last_alive, cause);
  }
  case B7_SURVIVAL_GRFS:
  case B7_SURVIVAL_GRFS_FIRST_YEAR: {
    const EventCandidate c[] = {{d->agvhd_iii_iv, B7_CAUSE_AGVHD, B7_OUTCOME_EVENT},
                                {d->cgvhd_systemic, B7_CAUSE_CGVHD, B7_OUTCOME_EVENT},
                                relapse,
                                death};
    return earliest(c, 4, d->last_alive, cause);
  }
  case B7_SURVIVAL_ENGRAFTMENT:
  case B7_SURVIVAL_AGVHD_II_IV:
  case B7_SURVIVAL_AGVHD_III_IV:
  case B7_SURVIVAL_CGVHD_SYSTEMIC: {
    const bool graft = endpoint == B7_SURVIVAL_ENGRAFTMENT;
    const EventCandidate own = graft
                                   ? (EventCandidate){d->engraftment, B7_CAUSE_ENGRAFTMENT, B7_OUTCOME_EVENT}
                               : endpoint == B7_SURVIVAL_AGVHD_II_IV
                                   ? (EventCandidate){d->agvhd_ii_iv, B7_CAUSE_AGVHD, B7_OUTCOME_EVENT}
                               : endpoint == B7_SURVIVAL_AGVHD_III_IV
                                   ? (EventCandidate){d->agvhd_iii_iv, B7_CAUSE_AGVHD, B7_OUTCOME_EVENT}
                                   : (EventCandidate){d->cgvhd_systemic, B7_CAUSE_CGVHD, B7_OUTCOME_EVENT};
    const EventCandidate c[] = {
        own,
        {graft || d->relapse_competes ? d->relapse : NAN, B7_CAUSE_RELAPSE, B7_OUTCOME_COMPETING},
        {d->second_graft, B7_CAUSE_NONE, B7_OUTCOME_COMPETING},
        death_competes};
    return earliest(c, 4, d->last_alive, cause);
  }
  case B7_SURVIVAL_ENDPOINTS:
    break;
  }
  return b7_finding_none(B7_RULE_endpoints, B7_NOT_EVALUABLE, 0);
}

B7Finding b7_survival_endpoint(const B7Criteria *criteria, B7SurvivalEndpoint endpoint,
                               const B7EventDays *days, B7EventCause *cause) {
  B7EventCause own_cause;
  if (!cause) cause = &own_cause;
  B7Finding finding = first_of(endpoint, days, cause);
  if (finding.evaluable == B7_NOT_EVALUABLE) return finding;
  finding.deciding = *cause == B7_CAUSE_NONE ? B7_BIT(ALIVE) : 0;
  if (*cause == B7_CAUSE_DEATH) finding.deciding = B7_BIT(DEATH);
  if (*cause == B7_CAUSE_RELAPSE) finding.deciding = B7_BIT(RELAPSE);

  const bool at_transplant =
      days->censor_at_hsct && (endpoint == B7_SURVIVAL_PFS || endpoint == B7_SURVIVAL_DOR);
  const double cut = endpoint == B7_SURVIVAL_GRFS_FIRST_YEAR ? criteria->endpoints_grfs_first_year_d
                     : at_transplant                         ? days->hsct
                                                             : NAN;
  if (finding.value > cut) {
    finding.code = finding.low = finding.high = B7_OUTCOME_CENSORED;
    finding.value = cut;
    *cause = B7_CAUSE_NONE;
  }
  // failure dated to the start by its own rule stays there; a real event on day 0 gets a time
  if (finding.code != B7_OUTCOME_CENSORED && finding.value == 0 && endpoint != B7_SURVIVAL_EFS_2022) {
    finding.value = criteria->endpoints_day0_shift_d;
    finding.flags |= B7_FLAG_SHIFTED;
  }
  return finding;
}
