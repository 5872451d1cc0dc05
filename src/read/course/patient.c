/* patient and disease: facts, and the numbers that the model takes as parameters of this patient */
#include <math.h>
#include <string.h>

#include "read/course/course_reader.h"

/* a word out of a short list */
static B7Status one_of(B7CourseReader *reader, const B7Node *mapping, const char *section, const char *key,
                       const char *kind, const char *const *words) {
  const char *text;
  B7_TRY(b7_fact_words(reader, mapping, section, key, &text));
  for (int i = 0; words[i]; i++) {
    if (!*text || strcmp(text, words[i]) == 0) return B7_OK;
  }
  const B7Node *node = b7_node_get(mapping, key);
  return b7_node_unknown(node, kind, text, words, NULL, reader->error);
}

static B7Status read_sex(B7CourseReader *reader, const B7Node *patient) {
  static const char *const SEXES[] = {"male", "female", NULL};
  return one_of(reader, patient, "patient", "sex", "sex", SEXES);
}

/* a size of the patient sets the model's parameter; only a stated or derived one is taken as exactly known */
static B7Status set_parameter(B7CourseReader *reader, const char *parameter, double value,
                              const B7Basis *basis) {
  if (isnan(value)) return B7_OK;
  B7ParameterSetting *row = B7_COURSE_ADD(reader->course, B7ParameterSetting, settings);
  if (!row) return b7_fail_memory(reader->error);
  bool known = basis->status == B7_FACT_STATED || basis->status == B7_FACT_DERIVED;
  *row = (B7ParameterSetting){.name = parameter, .value = value, .spread_sd = known ? 0.0 : NAN};
  return B7_OK;
}

static B7Status read_patient(B7CourseReader *reader, const B7Node *patient) {
  static const char *const KEYS[] = {"sex", "age_years", "weight_kg", "height_cm", "bsa_m2", NULL};
  struct B7Course *course = reader->course;
  B7Basis bsa_basis, weight_basis;
  double age, height, bsa, weight;
  B7_TRY(b7_node_only_keys(patient, KEYS, reader->error));
  B7_TRY(read_sex(reader, patient));
  B7_TRY(b7_fact_number(reader, patient, "patient", "age_years", 0, 120, &age, NULL));
  B7_TRY(b7_fact_number(reader, patient, "patient", "height_cm", 30, 250, &height, NULL));
  B7_TRY(b7_fact_number(reader, patient, "patient", "bsa_m2", 0.15, 3.5, &bsa, &bsa_basis));
  B7_TRY(b7_fact_number(reader, patient, "patient", "weight_kg", 1.5, 350, &weight, &weight_basis));
  if (!isnan(bsa) && !isnan(weight)) {
    // surface per weight of people lies between a thin child and a very heavy adult
    double ratio = bsa / pow(weight, 2.0 / 3.0);
    if (ratio < 0.07 || ratio > 0.15) {
      return b7_node_fail(b7_node_get(patient, "bsa_m2"), reader->error,
                          "%g m2 and %g kg do not belong to one body", bsa, weight);
    }
  }
  if (!isnan(bsa)) course->bsa_m2 = bsa;
  if (!isnan(weight)) course->weight_kg = weight;
  B7_TRY(set_parameter(reader, "body_surface_area", bsa, &bsa_basis));
  return set_parameter(reader, "body_weight", weight, &weight_basis);
}

static B7Status read_disease(B7CourseReader *reader, const B7Node *disease) {
  // those from prior_lines on are no words
  static const char *const KEYS[] = {"diagnosis",        "status",    "subtype",     "cd7",
                                     "extramedullary",   "cns",       "mediastinum", "karyotype",
                                     "fusion_genes",     "mutations", "refractory",  "prior_lines",
                                     "prior_transplant", NULL};
  static const char *const ANSWERS[] = {"yes", "no", NULL};
  static const char *const CD7[] = {"positive", "negative", "partial", NULL};
  B7_TRY(b7_node_only_keys(disease, KEYS, reader->error));
  double lines;
  B7_TRY(b7_fact_number(reader, disease, "disease", "prior_lines", 0, 20, &lines, NULL));
  if (lines != floor(lines) && !isnan(lines))
    return b7_node_fail(b7_node_get(disease, "prior_lines"), reader->error,
                        "lines of treatment are whole numbers");
  B7_TRY(one_of(reader, disease, "disease", "prior_transplant", "answer", ANSWERS));
  for (int i = 0; strcmp(KEYS[i], "prior_lines") != 0; i++) {
    const char *text;
    bool is_cd7 = strcmp(KEYS[i], "cd7") == 0;
    B7_TRY(is_cd7 ? one_of(reader, disease, "disease", KEYS[i], "CD7 status", CD7)
                  : b7_fact_words(reader, disease, "disease", KEYS[i], &text));
  }
  return B7_OK;
}

B7Status b7_patient_read(B7CourseReader *reader, const B7Node *root) {
  const B7Node *patient = b7_node_get(root, "patient"), *disease = b7_node_get(root, "disease");
  reader->course->bsa_m2 = B7_NOMINAL_BSA_M2;
  reader->course->weight_kg = B7_NOMINAL_WEIGHT_KG;
  if (patient) B7_TRY(read_patient(reader, patient));
  return disease ? read_disease(reader, disease) : B7_OK;
}
