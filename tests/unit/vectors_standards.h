/* vectors_standards.h - rows of data_standards_vectors.tsv against the library. */
#ifndef B7_TESTS_VECTORS_STANDARDS_H
#define B7_TESTS_VECTORS_STANDARDS_H

#include <ctype.h>

#include "base/dates.h"
#include "base/unit_text.h"
#include "document/unit_converter.h"
#include "standards/data_standards.h"
#include "standards/dose_bases.h"
#include "standards/event_rows.h"
#include "standards/terminology.h"
#include "vectors_row.h"

// a phrase such as "30 mg/m2 once daily days -4..-2, BSA 1.75 m2, 0.5 h infusion, origin day -9, time unit h"
typedef struct VectorsOrder {
  B7DoseSchedule schedule;
  B7DayBlock blocks[16];
  double bsa_m2, weight_kg;
} VectorsOrder;

static double vectors_after(const char *text, const char *word) {
  const char *at = strcasestr(text, word);
  return at ? vectors_number(at + strlen(word)) : NAN;
}

// number that stands before a word: "0.5 h infusion"
static double vectors_before(const char *text, const char *word) {
  const char *at = strcasestr(text, word);
  if (!at) return NAN;
  while (at > text && at[-1] == ' ') at--;
  while (at > text && (isdigit((unsigned char)at[-1]) || at[-1] == '.')) at--;
  return vectors_number(at);
}

static bool vectors_days(const char *text, VectorsOrder *order) {
  // "days 1..4 and 11..14", "days 1, 8 and 15", "day 1"
  const char *at = strstr(text, "days ");
  at = at ? at + 5 : strstr(text, "day ") ? strstr(text, "day ") + 4 : NULL;
  while (at) {
    char *end;
    const long first = strtol(at, &end, 10);
    if (end == at) break;
    long last = first;
    if (strncmp(end, "..", 2) == 0) last = strtol(end + 2, &end, 10);
    if (order->schedule.n_block == 16) return false;
    order->blocks[order->schedule.n_block++] = (B7DayBlock){(int32_t)first, (int32_t)last};
    const char *next = end;
    if (strncmp(next, " and ", 5) == 0)
      next += 5;
    else if (strncmp(next, ", ", 2) == 0 &&
             (isdigit((unsigned char)next[2]) ||
              ((next[2] == '-' || next[2] == '+') && isdigit((unsigned char)next[3]))))
      next += 2;
    else if (*next == ',' && isdigit((unsigned char)next[1]))
      next += 1;
    else
      break;
    // a number that begins the next clause ("0.5 h infusion", "65 kg") is no day
    char *after;
    strtol(next, &after, 10);
    static const char *const units[] = {" kg", " h ", " m2", " mg", " g", " min"};
    bool measured = *after == '.' && after[1] != '.';
    for (size_t u = 0; u < sizeof units / sizeof units[0]; u++)
      measured |= strncmp(after, units[u], strlen(units[u])) == 0;
    if (measured) break;
    at = next;
  }
  return order->schedule.n_block > 0;
}

static bool vectors_order(const char *text, VectorsOrder *order) {
  *order = (VectorsOrder){.schedule = {.interval_h = 24}, .bsa_m2 = NAN, .weight_kg = NAN};
  B7DoseSchedule *s = &order->schedule;
  s->blocks = order->blocks;
  char *unit;
  s->amount = strtod(text, &unit);
  if (unit == text || !vectors_days(text, order)) return false;
  unit += strspn(unit, " ");
  order->bsa_m2 = vectors_after(text, "BSA ");
  const char *weight = strstr(unit + strcspn(unit, " "), " kg");
  order->weight_kg = vectors_after(text, "weight ");
  if (isnan(order->weight_kg) && weight) order->weight_kg = vectors_before(unit + strcspn(unit, " "), " kg");
  const size_t length = strcspn(unit, " ");
  if (length >= 3 && strstr(unit, "/m2") && strstr(unit, "/m2") < unit + length) s->amount *= order->bsa_m2;
  if (length >= 3 && strstr(unit, "/kg") && strstr(unit, "/kg") < unit + length)
    s->amount *= order->weight_kg;
  const double every = vectors_after(text, "every ");
  if (!isnan(every))
    s->interval_h =
        strstr(text, "every") && strstr(strstr(text, "every"), " d") ==
                                     strstr(text, "every") + 6 + strcspn(strstr(text, "every") + 6, " ")
            ? every * 24
            : every;
  const char *q = strstr(text, " q");
  if (q && isdigit((unsigned char)q[2])) s->interval_h = vectors_number(q + 2);
  if (strstr(text, "twice daily")) s->interval_h = 12;
  if (strstr(text, "three times daily")) s->interval_h = 8;
  if (strstr(text, "every other day")) s->interval_h = 48;
  if (strstr(text, "weekly")) s->interval_h = 168;
  const double infusion = vectors_before(text, " h infusion"),
               minutes = vectors_before(text, " min infusion");
  // "over 2 h", "infusion 2 h"
  const char *phrase = strstr(text, " over ");
  if (!phrase) phrase = strstr(text, " infusion ");
  const double over = phrase ? vectors_number(phrase + 1 + strcspn(phrase + 1, " ")) : NAN;
  s->infusion_h = !isnan(infusion)         ? infusion
                  : !isnan(minutes)        ? minutes / 60
                  : isnan(over)            ? 0
                  : strstr(phrase, " min") ? over / 60
                                           : over;
  if (strstr(text, "continuous") || strstr(text, "24 h infusion")) s->infusion_h = 24;
  const double origin = vectors_after(text, "origin day ");
  s->origin_day = isnan(origin) ? 0 : (int32_t)origin;
  s->unit = strstr(text, "unit d") ? B7_TIME_DAYS : B7_TIME_HOURS;
  return true;
}

static double vectors_event_cell(const B7EventRow *event, const char *name) {
  if (strncmp(name, "TIME", 4) == 0) return event->time;
  if (strncmp(name, "EVID", 4) == 0) return event->evid;
  if (strncmp(name, "AMT", 3) == 0) return event->amt;
  if (strncmp(name, "RATE", 4) == 0) return event->rate;
  if (strncmp(name, "II", 2) == 0) return event->ii;
  if (strncmp(name, "ADDL", 4) == 0) return event->addl;
  return NAN;
}

// where the next dose of a line begins: "26 mg day +1, 17 mg days +3, +6"; NULL: none
static const char *vectors_next_dose(const char *text) {
  for (const char *at = text; (at = strpbrk(at, ",;")) != NULL; at++) {
    const char *number = at + 1 + strspn(at + 1, " ");
    char *end;
    strtod(number, &end);
    const char *unit = end + strspn(end, " "), *word = unit + strcspn(unit, " ");
    if (end != number && isalpha((unsigned char)*unit) && strncmp(word, " day", 4) == 0) return number;
  }
  return NULL;
}

// all doses of a line; what is said once at its end (origin, body, unit of time) holds for each of them
static int32_t vectors_expand_line(const char *line, B7EventRow events[16], B7Error *error) {
  static const char *const said_once[] = {"origin",        "BSA",       "bolus", " h infusion",
                                          " min infusion", "time unit", "unit "};
  const char *tail = line + strlen(line), *last = line;
  for (const char *next; (next = vectors_next_dose(last)) != NULL;) last = next;
  for (size_t i = 0; i < sizeof said_once / sizeof said_once[0]; i++) {
    const char *at = strcasestr(last, said_once[i]);
    while (at && at > last && *at != ',') at--;
    if (at && at < tail) tail = at;
  }
  int32_t n = 0;
  for (const char *dose = line; dose;) {
    const char *next = vectors_next_dose(dose);
    char text[512];
    snprintf(text, sizeof text, "%.*s%s", (int)((next ? next : tail) - dose), dose, tail);
    VectorsOrder order;
    if (!vectors_order(next ? text : dose, &order) || n + order.schedule.n_block > 16) return -1;
    if (b7_event_rows(&order.schedule, events + n, error) != B7_OK) return -2;
    n += order.schedule.n_block;
    dose = next;
  }
  return n;
}

static bool vectors_expand(const VectorsRow *row) {
  B7EventRow events[16];
  B7Error error;
  const char *expected = vectors_cell(row, "expected");
  const int32_t n = vectors_expand_line(vectors_cell(row, "input"), events, &error);
  if (n == -1) return vectors_unknown(row, "schedule", vectors_cell(row, "input"));
  if (n == -2) return strncmp(expected, "ERROR", 5) == 0 || vectors_fail(row, error.message);
  char got[256];
  int used = snprintf(got, sizeof got, "%d rows", n);
  for (int32_t i = 0; i < n && used < 200; i++)
    used += snprintf(got + used, sizeof got - (size_t)used, " TIME=%g AMT=%.10g RATE=%g II=%g ADDL=%d",
                     events[i].time, events[i].amt, events[i].rate, events[i].ii, events[i].addl);
  if (isdigit((unsigned char)*expected) && atoi(expected) != n) return vectors_fail(row, got);
  if (!isdigit((unsigned char)*expected) && n != 1 && !strchr(expected, ',')) return vectors_fail(row, got);
  int32_t compared = 0;
  for (const char *at = strpbrk(expected, "TEARI"); at; at = strpbrk(at, "TEARI")) {
    const char *equals = at + strcspn(at, "= ");
    if (*equals != '=') return vectors_unknown(row, "column", at);
    const char *value = equals + 1;
    for (int32_t i = 0; i < n; i++) {
      char *end;
      const double wanted = strtod(value, &end);
      if (end == value || fabs(vectors_event_cell(&events[i], at) - wanted) > 1e-8 * fabs(wanted))
        return vectors_fail(row, got);
      compared++;
      // one value for several rows: the same in each
      if (*end == ',') value = end + 1;
    }
    at = value + strcspn(value, " ");
  }
  return compared > 0 || vectors_unknown(row, "expectation", expected);
}

static B7EventTool vectors_tool(const char *text) {
  return strcasestr(text, "mrgsolve") ? B7_TOOL_MRGSOLVE
         : strcasestr(text, "rxode")  ? B7_TOOL_RXODE2
                                      : B7_TOOL_NONMEM;
}

static bool vectors_event_id(const VectorsRow *row) {
  const char *input = vectors_cell(row, "input"), *expected = vectors_cell(row, "expected");
  static const struct {
    const char *word;
    B7EventAction action;
  } actions[] = {{"reset and dose", B7_ACTION_RESET_DOSE},
                 {"reset+dose", B7_ACTION_RESET_DOSE},
                 {"reset", B7_ACTION_RESET},
                 {"replace", B7_ACTION_REPLACE},
                 {"multipl", B7_ACTION_MULTIPLY},
                 {"transit", B7_ACTION_TRANSIT},
                 {"phantom", B7_ACTION_TRANSIT},
                 {"observation", B7_ACTION_OBSERVATION},
                 {"other", B7_ACTION_OTHER},
                 {"covariate", B7_ACTION_OTHER},
                 {"dose", B7_ACTION_DOSE},
                 {"infusion", B7_ACTION_DOSE},
                 {"bolus", B7_ACTION_DOSE}};
  for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
    if (!strcasestr(input, actions[i].word)) continue;
    const int32_t id = b7_event_id(vectors_tool(input), actions[i].action);
    if (id < 0) return !isdigit((unsigned char)*expected) || vectors_fail(row, "no such EVID");
    return vectors_same_number(row, id);
  }
  return vectors_unknown(row, "action", input);
}

static bool vectors_event_valid(const VectorsRow *row) {
  const char *input = vectors_cell(row, "input");
  const B7EventTool tool = vectors_tool(input);
  B7EventTableFault fault = B7_TABLE_VALID;
  char text[256], *columns[32];
  int32_t n = 0;
  snprintf(text, sizeof text, "%s", input);
  char *list = strncmp(text, "columns ", 8) == 0 ? text + 8 : NULL;
  if (list) {
    char *stop = strpbrk(list, "(");
    char *in = strstr(list, " in ");
    if (stop) *stop = '\0';
    if (in) *in = '\0';
    for (char *word = strtok(list, " ,"); word && n < 32; word = strtok(NULL, " ,")) columns[n++] = word;
    fault = b7_event_columns_check(tool, (const char *const *)columns, n);
  } else if (strcasestr(input, "NA in") || strcasestr(input, "missing")) {
    fault = strcasestr(input, "column") ? B7_TABLE_MISSING_COLUMN
                                        : b7_event_times_check(tool, (const double[]){0, NAN}, 2);
  } else if (strcasestr(input, "text") || strcasestr(input, "character") ||
             strcasestr(input, "non-numeric")) {
    fault = B7_TABLE_NOT_NUMERIC;
  } else if (strcasestr(input, "negative") || strstr(input, "TIME = -") || strstr(input, "TIME=-")) {
    fault = b7_event_times_check(tool, (const double[]){-1, 0}, 2);
  } else if (strcasestr(input, "sort") || strcasestr(input, "descend") || strcasestr(input, "ascend") ||
             strcasestr(input, "order")) {
    fault = b7_event_times_check(tool, (const double[]){1, 0}, 2);
  } else {
    return vectors_unknown(row, "event table", input);
  }
  static const char *const words[] = {"OK",
                                      "ERROR_MIXED_CASE",
                                      "ERROR_MISSING_COLUMN",
                                      "ERROR_NA",
                                      "ERROR_NOT_NUMERIC",
                                      "ERROR_NOT_SORTED",
                                      "ERROR_NEGATIVE_TIME"};
  const char *expected = vectors_cell(row, "expected");
  if (fault == B7_TABLE_VALID && (strcmp(expected, "VALID") == 0 || strcmp(expected, "OK") == 0)) return true;
  if (fault == B7_TABLE_MISSING_VALUE && strncmp(expected, "ERROR_NA", 8) == 0) return true;
  if (fault == B7_TABLE_MISSING_COLUMN && strncmp(expected, "ERROR_MISSING", 13) == 0) return true;
  return vectors_same_text(row, words[fault]);
}

// the same day in every count that the row names: "SDTM_DY=-9;DAY0=-9", "HSCT_DAY=-7", or the number alone
static bool vectors_day_counts(const VectorsRow *row, int32_t since) {
  const char *expected = vectors_cell(row, "expected");
  // SDTM counts days without a day 0: the reference day is 1, the day before it -1
  const int32_t study_day = since >= 0 ? since + 1 : since;
  char got[64];
  snprintf(got, sizeof got, "SDTM_DY=%d;DAY0=%d", study_day, since);
  if (strncmp(expected, "SDTM_DY", 7) == 0 && strchr(expected, ';')) return vectors_same_text(row, got);
  const char *number = strpbrk(expected, "=");
  if (!number) number = strstr(expected, "day ") ? strstr(expected, "day ") + 3 : NULL;
  number = number ? number + 1 : expected;
  const int32_t wanted = strncmp(expected, "SDTM_DY", 7) == 0 ? study_day : since;
  char *end;
  return (strtol(number, &end, 10) == wanted && end != number) || vectors_fail(row, got);
}

// a row that prints dates: an index and a date, or "day 39" after one date seen from another
static bool vectors_dates(const VectorsRow *row) {
  const char *input = vectors_cell(row, "input"), *expected = vectors_cell(row, "expected");
  int32_t dates[4], n = 0, index = -1;
  const char *last = input;
  for (const char *at = input; *at && n < 4; at++) {
    char text[11];
    snprintf(text, sizeof text, "%.10s", at);
    if (!isdigit((unsigned char)*at) || (at > input && isdigit((unsigned char)at[-1])) ||
        !b7_date_parse(text, &dates[n]))
      continue;
    // what stands between this date and the one before says which it is
    char before[128];
    snprintf(before, sizeof before, "%.*s", (int)(at - last < 127 ? at - last : 127), last);
    if (index < 0 &&
        (strcasestr(before, "index") || strcasestr(before, "day 0") || strcasestr(before, "day 1 ") ||
         strcasestr(before, "origin") || strcasestr(before, "reference")))
      index = n;
    n++;
    at += 9;
    last = at;
  }
  int32_t shift = 0;
  bool shifted = false;
  for (const char *at = input; !shifted && (at = strcasestr(at, "day ")) != NULL; at += 4) {
    char *end;
    const long day = strtol(at + 4, &end, 10);
    shifted = end != at + 4 && strncmp(end, " =", 2) != 0 && *end != '=' && day != 0;
    shift = shifted ? (int32_t)day : 0;
  }
  if (n == 0) return vectors_unknown(row, "day", input);
  char text[11];
  int32_t date;
  // the answer is a date: the day counted from the first one printed
  const char *day = strstr(expected, "20");
  if (day && strlen(day) == 10 && b7_date_parse(day, &date)) {
    b7_date_format(dates[0] + shift, text);
    return strcmp(day, text) == 0 || vectors_fail(row, text);
  }
  if (n < 2) return vectors_unknown(row, "day", input);
  if (shifted) return vectors_day_counts(row, dates[0] + shift - dates[1]);
  return vectors_day_counts(row, dates[index == 1 ? 0 : 1] - dates[index == 1 ? 1 : 0]);
}

static bool vectors_day(const VectorsRow *row) {
  const char *input = vectors_cell(row, "input"), *at = strstr(input, "date = index date");
  if (!at) {
    const double protocol = vectors_after(input, "protocol day ");
    if (isnan(protocol) || strstr(input, "-0") || strstr(input, "-1")) return vectors_dates(row);
    return vectors_day_counts(row, (int32_t)(protocol > 0 ? protocol - 1 : protocol));
  }
  at += strlen("date = index date");
  at += strspn(at, " ");
  const int32_t sign = *at == '-' ? -1 : 1;
  return vectors_day_counts(row, *at == '-' || *at == '+' ? sign * atoi(at + 1) : 0);
}

static bool vectors_is_ucum(const char *unit) {
  B7UnitText read;
  char ucum[64];
  return b7_unit_text_read(unit, &read, NULL) == B7_OK && b7_unit_text_ucum(&read, ucum, sizeof ucum) &&
         strcmp(ucum, unit) == 0;
}

static bool vectors_unit(const VectorsRow *row) {
  const char *input = vectors_cell(row, "input"), *expected = vectors_cell(row, "expected");
  // "ANC 500 /uL", "100.4 degF", "10^9/L"
  char analyte[32] = "";
  const char *at = input;
  size_t word = strcspn(at, " ");
  if (isalpha((unsigned char)*at) && at[word]) {
    snprintf(analyte, sizeof analyte, "%.*s", (int)word, at);
    at += word + 1;
  }
  char *unit, converted[64];
  double value = strtod(at, &unit);
  if (*unit == '^' || unit == at || (*unit != ' ' && *unit)) {
    unit = (char *)at; // a bare unit
    value = 1;
  }
  unit += strspn(unit, " ");
  if (strcmp(expected, "OK") == 0 || strcmp(expected, "VALID") == 0)
    return vectors_is_ucum(unit) || vectors_fail(row, "not UCUM");
  const char *space = strchr(expected, ' ');
  // read all the same, but it is not how UCUM spells it
  if (strncmp(expected, "ERROR", 5) == 0) return !vectors_is_ucum(unit) || vectors_fail(row, "UCUM");
  snprintf(converted, sizeof converted, "%s", space ? space + 1 : "1");
  B7Converter converter = {.hooks = NULL};
  B7Convertible can;
  B7Error error;
  const double grams_per_mole = strcasecmp(analyte, "bilirubin") == 0 ? 1e4 / 17.1 : NAN;
  const bool worked =
      b7_converter_measured(&converter, unit, converted, grams_per_mole, &value, &can, &error) == B7_OK;
  b7_converter_close(&converter);
  if (!worked) return vectors_fail(row, error.message);
  return can == B7_CONVERTIBLE_YES ? vectors_same_number(row, value) : vectors_fail(row, "no conversion");
}

static bool vectors_code(const VectorsRow *row, const char *terminology_path) {
  const char *input = vectors_cell(row, "input"), *expected = vectors_cell(row, "expected");
  B7Terminology *terminology;
  B7Error error;
  if (b7_terminology_load(terminology_path, NULL, &terminology, &error) != B7_OK)
    return vectors_fail(row, error.message);
  const B7Concept *concept = b7_terminology_find(terminology, input);
  bool same;
  if (!concept) {
    same = vectors_unknown(row, "concept", input);
  } else if (!*concept->codes) {
    same = strcmp(expected, "NONE") == 0 || vectors_fail(row, "NONE");
  } else {
    // every expected code is known for the concept, and its first one is among them
    same = true;
    char list[256], known[512];
    snprintf(list, sizeof list, "%s", expected);
    snprintf(known, sizeof known, "|%s|%s|", concept->codes, concept->other);
    for (char *code = strtok(list, "|"); code; code = strtok(NULL, "|")) {
      char wrapped[96];
      snprintf(wrapped, sizeof wrapped, "|%s|", code);
      same = same && strstr(known, wrapped);
    }
    same = (same && strncmp(expected, concept->codes, strcspn(concept->codes, "|")) == 0) ||
           vectors_fail(row, concept->codes);
  }
  b7_terminology_free(terminology);
  return same;
}

static bool vectors_petab(const VectorsRow *row, int32_t version) {
  const char *input = vectors_cell(row, "input"), *expected = vectors_cell(row, "expected");
  char target[32] = "depot", experiment[32] = "p1", experiment_row[128], condition_row[128], got[300];
  double amount = 0, time = 0;
  sscanf(input, "dose %lf to %31s at %lf for patient %31s", &amount, target, &time, experiment);
  B7Error error;
  if (b7_petab_dose(version, experiment, time, "c1", target, amount, experiment_row, condition_row,
                    sizeof experiment_row, &error) != B7_OK)
    return strncmp(expected, "NOT_EXPRESSIBLE", 15) == 0 || vectors_fail(row, error.message);
  snprintf(got, sizeof got, "experiment %s ; condition %s", experiment_row, condition_row);
  return vectors_same_text(row, got);
}

static bool vectors_cf(const VectorsRow *row) {
  const char *input = vectors_cell(row, "input"), *expected = vectors_cell(row, "expected");
  char values[128], meanings[256], got[512];
  B7Error error;
  int low, high;
  const char *range = strpbrk(input, "0123456789");
  if (strstr(input, "grade") && range && sscanf(range, "%d-%d", &low, &high) == 2) {
    if (b7_cf_flags(low, high, "grade", values, meanings, sizeof values, &error) != B7_OK)
      return vectors_fail(row, error.message);
    int words = 1;
    for (const char *c = meanings; *c; c++) words += *c == ' ';
    snprintf(got, sizeof got, "flag_values=%d..%d; flag_meanings=%d words", low, high, words);
    return vectors_same_text(row, got);
  }
  // a discrete sampling geometry: refused without its coordinates
  if (strcasestr(input, "featureType") && strncasecmp(expected, "ERROR", 5) == 0) {
    const bool lacks =
        strcasestr(input, "without") || strcasestr(input, "no ") || strcasestr(input, "missing");
    return b7_cf_sampling_check("timeSeries", lacks ? 0 : 2, true, &error) != B7_OK ||
           vectors_fail(row, "accepted");
  }
  if (strcasestr(expected, "featureType"))
    return strcasestr(expected, "no featureType") || strncasecmp(expected, "no", 2) == 0 ||
           strcasestr(expected, "without") || strcasestr(expected, "omit") || strcasestr(expected, "none") ||
           vectors_fail(row, "no featureType");
  if (strcasestr(expected, "ucum_code")) {
    const char *code = strchr(expected, '=');
    return (code && vectors_is_ucum(code + 1)) || vectors_fail(row, "ucum_code of a known unit");
  }
  if (strcasestr(input, "convention")) {
    return strstr(expected, B7_CF_CONVENTIONS) != NULL || vectors_fail(row, B7_CF_CONVENTIONS);
  }
  if (strcasestr(input, "time")) {
    if (b7_cf_time_units("2000-01-01", values, sizeof values, &error) != B7_OK)
      return vectors_fail(row, error.message);
    return strstr(expected, "days since") != NULL || vectors_fail(row, values);
  }
  if (strcasestr(input, "missing"))
    return strstr(expected, "_FillValue") != NULL || vectors_fail(row, "_FillValue");
  if (strcasestr(input, "patient axis") || strcasestr(input, "patient identifier"))
    return strstr(expected, "timeseries_id") != NULL || vectors_fail(row, "cf_role=timeseries_id");
  if (strcasestr(input, "featureType") || strcasestr(input, "x, y") || strcasestr(input, "coordinates"))
    return strcasestr(expected, "no") != NULL || strcasestr(expected, "without") != NULL ||
           strcasestr(expected, "omit") != NULL || strcasestr(expected, "absent") != NULL ||
           vectors_fail(row, "no featureType");
  return vectors_unknown(row, "CF rule", input);
}

static bool vectors_care(const VectorsRow *row) {
  const char *input = vectors_cell(row, "input");
  // the number of the item may stand first
  const int32_t item = b7_care_find(input + strspn(input, "0123456789. "));
  if (!item) return vectors_unknown(row, "CARE item", input);
  static const char *const words[] = {"NOT_FILLED", "PARTLY_FILLED", "FILLED"};
  if (strcmp(vectors_cell(row, "expected"), "PARTLY") == 0) return b7_care_item(item) == B7_CARE_PARTLY;
  return vectors_same_text(row, words[b7_care_item(item)]);
}

static bool vectors_data_standards_row(const B7Criteria *criteria, const VectorsRow *row,
                                       const char *terminology_path) {
  (void)criteria;
  const char *rule = vectors_cell(row, "rule"), *input = vectors_cell(row, "input");
  if (strcmp(rule, "EVENT_EXPAND") == 0) return vectors_expand(row);
  if (strcmp(rule, "EVENT_EVID") == 0) return vectors_event_id(row);
  if (strcmp(rule, "EVENT_VALID") == 0) return vectors_event_valid(row);
  if (strcmp(rule, "EVENT_TOTAL") == 0)
    return vectors_same_number(
        row, b7_event_total(vectors_after(input, "AMT="), (int32_t)vectors_after(input, "ADDL=")));
  if (strcmp(rule, "DAY") == 0) return vectors_day(row);
  if (strcmp(rule, "UNIT") == 0) return vectors_unit(row);
  if (strcmp(rule, "CODE") == 0) return vectors_code(row, terminology_path);
  if (strcmp(rule, "PETAB_V1") == 0) return vectors_petab(row, 1);
  if (strcmp(rule, "PETAB_V2") == 0) return vectors_petab(row, 2);
  if (strcmp(rule, "CF") == 0) return vectors_cf(row);
  if (strcmp(rule, "CARE") == 0) return vectors_care(row);
  return vectors_unknown(row, "rule", rule);
}

#endif
