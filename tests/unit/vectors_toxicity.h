/* vectors_toxicity.h - rows of crs_icans_vectors.tsv and haematotoxicity_vectors.tsv against the library. */
#ifndef B7_TESTS_VECTORS_TOXICITY_H
#define B7_TESTS_VECTORS_TOXICITY_H

#include "assess/rules/crs.h"
#include "assess/rules/ctcae.h"
#include "assess/rules/hematotox.h"
#include "assess/rules/icaht.h"
#include "assess/rules/icans.h"
#include "vectors_row.h"

// words of the cells and the grade that their row of the table gives
typedef struct VectorsWord {
  const char *part;
  double value;
} VectorsWord;

static bool vectors_word(const VectorsRow *row, const char *column, const VectorsWord *words, double *value) {
  const char *text = vectors_cell(row, column);
  for (; words->part; words++)
    if (*words->part ? strstr(text, words->part) != NULL : !*text) {
      *value = words->value;
      return true;
    }
  return vectors_unknown(row, column, text);
}

static double vectors_normal_when_empty(const VectorsRow *row, const char *column, double normal) {
  const char *text = vectors_cell(row, column);
  if (strcmp(text, "?") == 0 || strcmp(text, "NA") == 0) return NAN;
  // an empty cell is the normal state unless the note says that it is missing
  if (!*text)
    return strstr(vectors_cell(row, "note"), "missing") || strstr(vectors_cell(row, "note"), "unknown")
               ? NAN
               : normal;
  return vectors_number(text);
}

static bool vectors_grade(const VectorsRow *row, const B7Finding *finding) {
  const char *expected = vectors_cell(row, "expected_grade");
  char got[64];
  if (finding->evaluable == B7_NOT_EVALUABLE) {
    if (strncasecmp(expected, "not_evaluable", 13) == 0 || strcasecmp(expected, "NE") == 0 ||
        strcasecmp(expected, "NA") == 0)
      return true;
    return vectors_fail(row, "not_evaluable");
  }
  const bool range = finding->low != finding->high;
  snprintf(got, sizeof got, range ? "%d (%d-%d partial)" : "%d", finding->code, finding->low, finding->high);
  const char *dash = strchr(expected, '-');
  if (dash)
    return (atoi(expected) == finding->low && atoi(dash + 1) == finding->high) || vectors_fail(row, got);
  char *end;
  return (strtol(expected, &end, 10) == finding->code && end != expected) || vectors_fail(row, got);
}

static bool vectors_crs(const B7Criteria *criteria, const VectorsRow *row) {
  static const VectorsWord devices[] = {{"nasal", B7_OXYGEN_NASAL_CANNULA},
                                        {"blow", B7_OXYGEN_BLOW_BY},
                                        {"hfnc", B7_OXYGEN_HIGH_FLOW},
                                        {"high_flow", B7_OXYGEN_HIGH_FLOW},
                                        {"rebreather", B7_OXYGEN_NONREBREATHER},
                                        {"mask", B7_OXYGEN_FACEMASK},
                                        {"venturi", B7_OXYGEN_VENTURI},
                                        {"bipap", B7_OXYGEN_BIPAP},
                                        {"cpap", B7_OXYGEN_CPAP},
                                        {"vent", B7_OXYGEN_VENTILATOR},
                                        {"intubat", B7_OXYGEN_VENTILATOR},
                                        {"none", B7_OXYGEN_NONE},
                                        {"?", NAN},
                                        {"unknown", NAN},
                                        {"", B7_OXYGEN_NONE},
                                        {NULL, 0}};
  double device;
  if (!vectors_word(row, "o2_device", devices, &device)) return false;
  if (!*vectors_cell(row, "o2_device")) device = vectors_normal_when_empty(row, "o2_device", B7_OXYGEN_NONE);
  const B7CrsDay day = {
      .temperature_c = vectors_cell_number(row, "temp_c"),
      .fever_other_cause = vectors_cell_number(row, "fever_other_cause"),
      .prior_therapy = vectors_cell_number(row, "prior_therapy"),
      .crs_active = vectors_cell_number(row, "crs_active"),
      .hypotension = vectors_normal_when_empty(row, "hypotension", 0),
      .vasopressors = vectors_normal_when_empty(row, "n_pressor", 0),
      .vasopressin = vectors_normal_when_empty(row, "vasopressin", 0),
      .oxygen_device = device,
      .oxygen_flow_l_per_min = vectors_cell_number(row, "o2_flow"),
      .death_by_crs = vectors_cell_number(row, "death") > 0,
  };
  const B7Finding finding = b7_crs_grade(criteria, &day);
  return vectors_grade(row, &finding);
}

static bool vectors_icans(const B7Criteria *criteria, const VectorsRow *row, bool child) {
  static const VectorsWord consciousness[] = {
      {"unarousable", 4}, {"vigorous", 4}, {"repetitive", 4},  {"stupor", 4}, {"coma", 4},
      {"tactile", 3},     {"voice", 2},    {"spontaneous", 0}, {"awake", 0},  {"normal", 0},
      {"missing", NAN},   {"", 0},         {NULL, 0}};
  static const VectorsWord seizures[] = {{"no_return", 4},
                                         {"without_return", 4},
                                         {"repetitive", 4},
                                         {"prolonged", 4},
                                         {"gt5", 4},
                                         {"life", 4},
                                         {"status", 4},
                                         {"resolv", 3},
                                         {"nonconvulsive", 3},
                                         {"non_convulsive", 3},
                                         {"eeg", 3},
                                         {"brief", 3},
                                         {"rapid", 3},
                                         {"focal", 3},
                                         {"clinical", 3},
                                         {"none", 0},
                                         {"", 0},
                                         {NULL, 0}};
  static const VectorsWord motor[] = {{"paresis", 4},   {"plegia", 4}, {"weakness", 4}, {"tremor", 0},
                                      {"myoclonus", 0}, {"none", 0},   {"", 0},         {NULL, 0}};
  static const VectorsWord oedema[] = {{"diffuse", 4}, {"decerebrate", 4}, {"decorticate", 4},
                                       {"postur", 4},  {"palsy", 4},       {"cn_vi", 4},
                                       {"papill", 4},  {"cushing", 4},     {"focal", 3},
                                       {"local", 3},   {"haemorrhage", 0}, {"hemorrhage", 0},
                                       {"bleed", 0},   {"ich", 0},         {"none", 0},
                                       {"", 0},        {NULL, 0}};
  B7IcansDay day = {.child = child, .rass = NAN, .death_by_icans = vectors_cell_number(row, "death") > 0};
  if (!vectors_word(row, "consciousness", consciousness, &day.consciousness) ||
      !vectors_word(row, "seizure", seizures, &day.seizure) ||
      !vectors_word(row, "motor", motor, &day.motor) || !vectors_word(row, "edema", oedema, &day.oedema))
    return false;
  if (!*vectors_cell(row, "consciousness"))
    day.consciousness = vectors_normal_when_empty(row, "consciousness", 0);
  // an ICE that cannot be performed is 0: awake or not is for the consciousness row
  day.ice = strstr(vectors_cell(row, "ice"), "unable")
                ? 0
                : vectors_normal_when_empty(row, "ice", criteria->icans_ice_normal);
  day.capd = strstr(vectors_cell(row, "capd"), "unable") ? B7_CAPD_UNABLE
                                                         : vectors_normal_when_empty(row, "capd", 0);
  const B7Finding finding = b7_icans_grade(criteria, &day);
  return vectors_grade(row, &finding);
}

static bool vectors_crs_icans_row(const B7Criteria *criteria, const VectorsRow *row) {
  const char *scale = vectors_cell(row, "scale");
  if (strcmp(scale, "CRS") == 0) return vectors_crs(criteria, row);
  if (strcmp(scale, "ICANS_ADULT") == 0) return vectors_icans(criteria, row, false);
  if (strcmp(scale, "ICANS_CAPD") == 0) return vectors_icans(criteria, row, true);
  return vectors_unknown(row, "scale", scale);
}

static bool vectors_same_grade(const VectorsRow *row, const B7Finding *finding, int32_t other) {
  const char *expected = vectors_cell(row, "expected"), *alternative = vectors_cell(row, "expected_alt");
  char got[64];
  if (finding->evaluable == B7_NOT_EVALUABLE) {
    const bool same = !*expected || strncasecmp(expected, "not_evaluable", 13) == 0 ||
                      strcasecmp(expected, "NA") == 0 || strcasecmp(expected, "NE") == 0 ||
                      strcasecmp(expected, "missing") == 0;
    return same || vectors_fail(row, "NOT_EVALUABLE");
  }
  if (finding->low != finding->high)
    snprintf(got, sizeof got, "%d-%d", finding->low, finding->high);
  else
    snprintf(got, sizeof got, "%d", finding->code);
  const size_t length = strlen(got);
  // flags may follow the grade
  if (strncmp(expected, got, length) != 0 || (expected[length] && !strchr(" ;", expected[length])))
    return vectors_fail(row, got);
  if (*alternative && atoi(alternative) != other) {
    snprintf(row->why, row->why_size, "the other way of counting gives %d", other);
    return false;
  }
  return true;
}

static bool vectors_counted_days(const B7Criteria *criteria, const VectorsRow *row, const char *scale) {
  static VectorsSeries series;
  const bool platelets = scale[0] == 'T', late = strstr(scale, "LATE") != NULL;
  const char *inputs = vectors_cell(row, "series_or_inputs");
  // neutrophils come per uL, platelets in 10*9/L
  if (!vectors_series(inputs, platelets ? 1 : 1e-3, &series)) return vectors_unknown(row, "series", inputs);
  const char *options = strchr(inputs, ';');
  const double end =
      options ? vectors_key_number(
                    options + 1,
                    "end|censor|end_day|last_day|progression_day|death_day|relapse_day|next_therapy_day")
              : NAN;
  const char *variant = options ? vectors_key(options + 1, "variant|count") : NULL;
  const B7DayCount count =
      variant && strstr(variant, "episode") ? B7_DAY_COUNT_EPISODE : B7_DAY_COUNT_CUMULATIVE;
  int32_t other = -1;
  const B7Finding finding = platelets
                                ? (late ? b7_ticaht_late(criteria, &series.column, 0, end)
                                        : b7_ticaht_early(criteria, &series.column, 0, end, count, &other))
                                : (late ? b7_icaht_late(criteria, &series.column, 0, end, &other)
                                        : b7_icaht_early(criteria, &series.column, 0, end, count, &other));
  return vectors_same_grade(row, &finding, other);
}

static bool vectors_hematotox(const B7Criteria *criteria, const VectorsRow *row) {
  const char *inputs = vectors_cell(row, "series_or_inputs");
  double hb = vectors_key_number(inputs, "hb|hb_g_dl");
  const double hb_g_per_l = vectors_key_number(inputs, "hb_g_l");
  if (isnan(hb) && !isnan(hb_g_per_l)) hb = hb_g_per_l / 10;
  double crp = vectors_key_number(inputs, "crp_mg_dl|crp");
  const double crp_mg_per_l = vectors_key_number(inputs, "crp_mg_l");
  if (isnan(crp) && !isnan(crp_mg_per_l)) crp = crp_mg_per_l / 10;
  const B7HematotoxMarkers markers = {.platelets_10e9_per_l = vectors_key_number(inputs, "plt"),
                                      .anc_per_ul = vectors_key_number(inputs, "anc"),
                                      .hb_g_per_dl = hb,
                                      .crp_mg_per_dl = crp,
                                      .ferritin_ng_per_ml = vectors_key_number(inputs, "ferritin*")};
  const B7Finding finding = b7_hematotox_score(criteria, &markers);
  static const char *const risks[] = {"LOW", "HIGH", "NOT_EVALUABLE"};
  char got[64];
  if (finding.low == finding.high)
    snprintf(got, sizeof got, "%d %s", finding.low, risks[b7_hematotox_risk(criteria, &finding)]);
  else
    snprintf(got, sizeof got, "%d-%d %s", finding.low, finding.high,
             risks[b7_hematotox_risk(criteria, &finding)]);
  return vectors_same_text(row, got);
}

static bool vectors_ctcae(const B7Criteria *criteria, const VectorsRow *row, const char *scale) {
  static const struct {
    const char *name;
    B7CtcaeTerm term;
  } terms[] = {{"NEUT", B7_CTCAE_NEUTROPHILS}, {"ANC", B7_CTCAE_NEUTROPHILS},   {"PLT", B7_CTCAE_PLATELETS},
               {"HB", B7_CTCAE_ANAEMIA},       {"ANEMIA", B7_CTCAE_ANAEMIA},    {"ANAEMIA", B7_CTCAE_ANAEMIA},
               {"LYM", B7_CTCAE_LYMPHOCYTES},  {"LYMPH", B7_CTCAE_LYMPHOCYTES}, {"WBC", B7_CTCAE_LEUKOCYTES},
               {"CD4", B7_CTCAE_CD4}};
  const int32_t version = scale[5] - '0';
  const char *inputs = vectors_cell(row, "series_or_inputs");
  for (size_t i = 0; i < sizeof terms / sizeof terms[0]; i++) {
    if (strcmp(scale + 7, terms[i].name) != 0) continue;
    B7Finding finding = b7_ctcae_grade(criteria, version, terms[i].term, vectors_key_number(inputs, "value"),
                                       vectors_key_number(inputs, "lln"));
    if (terms[i].term == B7_CTCAE_ANAEMIA)
      finding = b7_ctcae_anaemia(&finding, vectors_key_number(inputs, "transfusion*") > 0,
                                 vectors_key_number(inputs, "life_threatening") > 0);
    return vectors_same_grade(row, &finding, -1);
  }
  return vectors_unknown(row, "CTCAE term", scale);
}

static bool vectors_haematotoxicity_row(const B7Criteria *criteria, const VectorsRow *row) {
  const char *scale = vectors_cell(row, "scale");
  if (strcmp(scale, "ICAHT_EARLY") == 0 || strcmp(scale, "ICAHT_LATE") == 0 ||
      strcmp(scale, "TICAHT_EARLY") == 0 || strcmp(scale, "TICAHT_LATE") == 0)
    return vectors_counted_days(criteria, row, scale);
  if (strcmp(scale, "HEMATOTOX") == 0) return vectors_hematotox(criteria, row);
  if (strncmp(scale, "CTCAE", 5) == 0 && (scale[5] == '5' || scale[5] == '6') && scale[6] == '_')
    return vectors_ctcae(criteria, row, scale);
  return vectors_unknown(row, "scale", scale);
}

#endif
