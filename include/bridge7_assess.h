/* bridge7_assess.h - published criteria applied to a recorded course or to simulated patients: quantities, endpoints, findings, verdicts.
 * Conventions as in bridge7.h. */
#ifndef BRIDGE7_ASSESS_H
#define BRIDGE7_ASSESS_H

#include "bridge7_endpoints.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------------------------------------- assess ---- */

/* Published criteria as data (the files of criteria/), the rules that apply them to a recorded course or to simulated patients,
   and verdicts with the rule, the day and the deciding values. The same code grades both. */
typedef struct B7Criteria B7Criteria;

typedef struct B7Rule {
  const char *id;               /* "crs.astct2019" */
  const char *version;          /* of the published rule, "2019" */
  const char *title, *citation; /* citation: bibliography keys, separated by blanks */
} B7Rule;

/* Read the rules from a folder of criteria files. Every threshold must be there, with its unit; the first mistake is the
   error. The caller frees *out with b7_criteria_free. Nullable: hooks, error. Errors: INPUT, FILE, MEMORY. */
B7_API B7Status b7_criteria_load(const char *folder, const B7Hooks *hooks, B7Criteria **out, B7Error *error);
B7_API void b7_criteria_free(B7Criteria *criteria);
B7_API int32_t b7_criteria_rules(const B7Criteria *criteria, const B7Rule **rows);

/* What the rules read: identifier, name of the observation or model observable, UCUM unit, label.
   Marks (therapies, transfusions, engraftment, relapse, death) are columns whose rows say that something happened; their value is 1, or 0 for
   "did not". Scores with a code of their own: deauville 6 is X; pet_change -1 reduced, 0 unchanged, 1 increased; cgvhd_severity 0 none to 3
   severe. Simulated grades stand in the same columns as recorded ones.
   From CNS_DISEASE on stand sites of disease and raw signs of GVHD: what is made of them decides (extramedullary disease, a stage), so they have
   no bit in a finding; its words name them. */
#define B7_QUANTITY_LIST(X)                                                                                  \
  X(TEMPERATURE, "temperature", "Cel", "temperature")                                                        \
  X(FEVER_OTHER_CAUSE, "fever_other_cause", "1", "fever has another cause")                                  \
  X(ANTICYTOKINE, "anticytokine_therapy", "1", "antipyretic or anticytokine therapy")                        \
  X(HYPOTENSION, "hypotension", "1", "low blood pressure (1 without, 2 one, 3 several vasopressors)")        \
  X(VASOPRESSORS, "vasopressors", "1", "vasopressors other than vasopressin")                                \
  X(VASOPRESSIN, "vasopressin", "1", "vasopressin")                                                          \
  X(OXYGEN_DEVICE, "oxygen_device", "1", "oxygen device (place in B7OxygenDevice)")                          \
  X(OXYGEN_FLOW, "oxygen_flow", "L/min", "oxygen flow")                                                      \
  X(OXYGEN, "oxygen", "1", "oxygen need (1 low flow, 2 high flow or mask, 3 positive pressure)")             \
  X(CRS_RECORDED, "crs_grade", "1", "CRS grade")                                                             \
  X(ICE, "ice_score", "1", "ICE score")                                                                      \
  X(CAPD, "capd", "1", "CAPD score")                                                                         \
  X(CONSCIOUSNESS, "consciousness", "1", "consciousness (1 depressed, 2 voice, 3 touch, 4 unarousable)")     \
  X(SEIZURE, "seizure", "1", "seizure (1 of a kind not told, 3 resolving, 4 prolonged)")                     \
  X(MOTOR, "motor_weakness", "1", "deep focal weakness")                                                     \
  X(OEDEMA, "cerebral_oedema", "1", "cerebral oedema (1 how far not told, 3 focal, 4 diffuse)")              \
  X(ICANS_RECORDED, "icans_grade", "1", "ICANS grade")                                                       \
  X(ANC, "anc", "10*9/L", "neutrophils")                                                                     \
  X(PLATELETS, "platelets", "10*9/L", "platelets")                                                           \
  X(HAEMOGLOBIN, "hb", "g/L", "haemoglobin")                                                                 \
  X(LEUKOCYTES, "wbc", "10*9/L", "leukocytes")                                                               \
  X(LYMPHOCYTES, "lymphocytes", "/uL", "lymphocytes")                                                        \
  X(CD4, "cd4_t_cells", "/uL", "CD4 T cells")                                                                \
  X(PLATELET_TRANSFUSION, "platelet_transfusion", "1", "platelet transfusion")                               \
  X(RED_CELL_TRANSFUSION, "red_cell_transfusion", "1", "red-cell transfusion")                               \
  X(GROWTH_FACTOR, "growth_factor", "1", "growth factor for graft function")                                 \
  X(CRP, "crp", "mg/L", "C-reactive protein")                                                                \
  X(FERRITIN, "ferritin", "ug/L", "ferritin")                                                                \
  X(MARROW_BLASTS, "marrow_blasts", "%", "marrow blasts by morphology")                                      \
  X(MARROW_MRD, "marrow_mrd", "%", "marrow MRD")                                                             \
  X(MRD_LIMIT, "mrd_detection_limit", "%", "detection limit of the MRD assay")                               \
  X(BLOOD_BLASTS, "blood_blasts", "%", "blasts in blood")                                                    \
  X(MARROW_CELLS, "marrow_cells_counted", "1", "marrow cells counted")                                       \
  X(MARROW_CELLULARITY, "marrow_cellularity", "%", "marrow cellularity")                                     \
  X(EXTRAMEDULLARY, "extramedullary_disease", "1", "extramedullary disease")                                 \
  X(DEAUVILLE, "deauville", "1", "Deauville score")                                                          \
  X(PET_CHANGE, "pet_change", "1", "uptake against baseline")                                                \
  X(NEW_LESION, "new_lesion", "1", "new lesion")                                                             \
  X(NODAL_ACTIVITY, "nodal_blasts", "Gcell", "viable nodal blasts")                                          \
  X(NEUTROPHILS_RECORDED, "neutrophil_engraftment", "1", "neutrophil engraftment")                           \
  X(PLATELETS_RECORDED, "platelet_engraftment", "1", "platelet engraftment")                                 \
  X(CHIMERISM, "chimerism_marrow", "%", "donor chimerism of marrow or blood")                                \
  X(CHIMERISM_CD3, "chimerism_t", "%", "donor chimerism of T cells")                                         \
  X(CHIMERISM_CD33, "chimerism_myeloid", "%", "donor chimerism of CD33 or CD15 cells")                       \
  X(AGVHD_SKIN, "gvhd_skin", "1", "acute GVHD skin stage")                                                   \
  X(AGVHD_LIVER, "gvhd_liver", "1", "acute GVHD liver stage")                                                \
  X(AGVHD_UPPER, "gvhd_upper_gi", "1", "acute GVHD upper GI stage")                                          \
  X(AGVHD_LOWER, "gvhd_gut", "1", "acute GVHD lower GI stage")                                               \
  X(AGVHD_RECORDED, "gvhd_grade", "1", "acute GVHD grade")                                                   \
  X(CGVHD_SKIN, "cgvhd_skin", "1", "chronic GVHD skin score")                                                \
  X(CGVHD_MOUTH, "cgvhd_mouth", "1", "chronic GVHD mouth score")                                             \
  X(CGVHD_EYES, "cgvhd_eyes", "1", "chronic GVHD eye score")                                                 \
  X(CGVHD_GI, "cgvhd_gi", "1", "chronic GVHD GI score")                                                      \
  X(CGVHD_LIVER, "cgvhd_liver", "1", "chronic GVHD liver score")                                             \
  X(CGVHD_LUNG, "cgvhd_lung", "1", "chronic GVHD lung score")                                                \
  X(CGVHD_JOINTS, "cgvhd_joints", "1", "chronic GVHD joint and fascia score")                                \
  X(CGVHD_GENITAL, "cgvhd_genital", "1", "chronic GVHD genital score")                                       \
  X(CGVHD_RECORDED, "cgvhd_severity", "1", "chronic GVHD severity")                                          \
  X(CGVHD_SYSTEMIC, "cgvhd_systemic_therapy", "1", "systemic therapy for chronic GVHD")                      \
  X(RELAPSE, "relapse", "1", "relapse or progression")                                                       \
  X(DEATH, "death", "1", "death")                                                                            \
  X(ALIVE, "alive", "1", "known to be alive")                                                                \
  X(INFECTION, "infection", "1", "infection")                                                                \
  X(MYELOTOXIC_DRUG, "myelosuppressive_drug", "1", "drug that lowers blood counts")                          \
  X(CNS_DISEASE, "cns_disease", "1", "disease in the CNS")                                                   \
  X(NODAL_DISEASE, "nodal_disease", "1", "disease in lymph nodes")                                           \
  X(MEDIASTINAL_DISEASE, "mediastinal_disease", "1", "mediastinal mass")                                     \
  X(TESTICULAR_DISEASE, "testicular_disease", "1", "disease in the testis")                                  \
  X(SKIN_DISEASE, "skin_disease", "1", "disease in the skin")                                                \
  X(OTHER_SITE_DISEASE, "other_site_disease", "1", "disease at another site")                                \
  X(RASH, "gvhd_rash", "%", "erythema, share of body surface")                                               \
  X(ERYTHRODERMA, "gvhd_erythroderma", "1", "generalised erythroderma")                                      \
  X(BULLAE, "gvhd_bullae", "1", "bullae")                                                                    \
  X(DESQUAMATION, "gvhd_desquamation", "%", "desquamation, share of body surface")                           \
  X(BILIRUBIN, "bilirubin", "mg/L", "bilirubin")                                                             \
  X(OTHER_LIVER_CAUSE, "liver_other_cause", "1", "another cause of raised bilirubin")                        \
  X(PERSISTENT_NAUSEA, "gvhd_nausea", "1", "persistent nausea, vomiting or anorexia")                        \
  X(UPPER_BIOPSY, "gvhd_upper_biopsy", "1", "positive biopsy of the upper gut")                              \
  X(STOOL_VOLUME, "stool_volume", "mL/d", "stool volume")                                                    \
  X(STOOL_PER_KG, "stool_volume_per_kg", "mL/kg/d", "stool volume by weight")                                \
  X(STOOL_URINE, "stool_urine_volume", "mL/d", "volume of stool mixed with urine")                           \
  X(STOOL_EPISODES, "stool_episodes", "1/d", "episodes of diarrhoea")                                        \
  X(ABDOMINAL_PAIN, "severe_abdominal_pain", "1", "severe abdominal pain")                                   \
  X(ILEUS, "ileus", "1", "ileus")                                                                            \
  X(BLOODY_STOOL, "bloody_stool", "1", "grossly bloody stool")

typedef enum B7Quantity {
#define B7_QUANTITY_ENUM(id, name, unit, label) B7_QUANTITY_##id,
  B7_QUANTITY_LIST(B7_QUANTITY_ENUM)
#undef B7_QUANTITY_ENUM
      B7_QUANTITY_COUNT
} B7Quantity;
/* Quantities that can decide a finding or be missing from it: those below this place. */
#define B7_QUANTITY_BITS 64

B7_API const char *b7_quantity_name(B7Quantity quantity);
B7_API const char *b7_quantity_unit(B7Quantity quantity);
B7_API const char *b7_quantity_label(B7Quantity quantity);
/* B7_QUANTITY_COUNT when there is none of that name. */
B7_API B7Quantity b7_quantity_find(const char *name);

typedef enum B7OxygenDevice {
  B7_OXYGEN_NONE,
  B7_OXYGEN_NASAL_CANNULA,
  B7_OXYGEN_BLOW_BY,
  B7_OXYGEN_HIGH_FLOW,
  B7_OXYGEN_FACEMASK,
  B7_OXYGEN_NONREBREATHER,
  B7_OXYGEN_VENTURI,
  B7_OXYGEN_CPAP,
  B7_OXYGEN_BIPAP,
  B7_OXYGEN_VENTILATOR
} B7OxygenDevice;

/* One quantity over time: n rows, t_day ascending, NaN values are skipped. Caller-owned. */
typedef struct B7Column {
  int32_t n;
  const double *t_day;
  const double *value;
} B7Column;

typedef enum B7GraftSource { B7_GRAFT_SOURCE_UNKNOWN, B7_GRAFT_SOURCE_MARROW, B7_GRAFT_SOURCE_BLOOD, B7_GRAFT_SOURCE_CORD } B7GraftSource;

/* Everything that is known of one patient. Begin with b7_series_make: nothing recorded. */
typedef struct B7Series {
  B7Column column[B7_QUANTITY_COUNT];
  double cart_day, hsct_day; /* infusion days; NaN: not given */
  double
      second_graft_day; /* next graft after that of hsct_day, a boost of the same donor included; NaN: none */
  double lymphodepletion_day; /* first day; NaN: not known */
  double start_day;           /* first day of observation */
  double end_day;             /* last contact */
  double
      origin_day; /* day 0 of survival endpoints; NaN: the transplant, else the CAR-T infusion, else start_day */
  double age_years;     /* NaN: unknown */
  double mrd_limit_pct; /* detection limit of the marrow MRD column where no row gives one; NaN: unknown */
  bool myeloid;         /* AML rules instead of ALL rules */
  bool
      scheduled_visits; /* columns are read at every look (simulated): grades of CRS and ICANS are the signals that policies read, marrow and imaging are looked at on the visit days of the criteria;
                                  else every row of the marrow and imaging columns is a visit */
  bool own_cells; /* every infusion is of the patient's own cells and there is no graft: no donor, no GVHD */
  int32_t extramedullary_at_start; /* 1 yes, 0 no, -1 unknown */
  int32_t nodal_at_start;          /* disease that imaging of nodes can follow; as above */
  uint32_t
      sites_at_start; /* bit of each site of extramedullary disease, in the order of the quantities from CNS_DISEASE on;
                                      0: none, or not told which */
  double weight_kg; /* NaN: unknown */
  B7GraftSource graft_source;
  B7Column infusion; /* days of all CAR-T infusions; empty: cart_day alone */
} B7Series;
B7_API void b7_series_make(B7Series *series);

/* How complete the data of a finding were. */
typedef enum B7Evaluable {
  B7_EVALUABLE,     /* all that the rule asks for was there */
  B7_PARTIAL,       /* something missing: low..high is what is possible, code the lowest that is certain */
  B7_NOT_EVALUABLE, /* nothing can be said; see missing */
  B7_NOT_APPLICABLE /* the rule has no subject: no graft, never in remission */
} B7Evaluable;

/* One endpoint of one patient, without any text: 8 words, made by the million. */
typedef struct B7Finding {
  int32_t code;      /* grade, class or outcome: a code of the endpoint (bridge7_endpoints.h) */
  int32_t low, high; /* possible range; both equal code when B7_EVALUABLE */
  B7Evaluable evaluable;
  int32_t rule;      /* index in b7_criteria_rules */
  uint32_t flags;    /* B7_FLAG_... */
  double t_day;      /* day of the finding on the series' own axis; NaN: none */
  double value;      /* deciding number; time to event in days for survival endpoints; NaN: none */
  uint64_t deciding; /* bit q: quantity q < B7_QUANTITY_BITS decided */
  uint64_t missing;  /* bit q: quantity q would be needed */
} B7Finding;

/* Remarks: identifier, text. */
#define B7_FLAG_LIST(X)                                                                                      \
  X(RECORDED, "taken as recorded, not graded from measurements")                                             \
  X(VASOPRESSIN_ONLY, "vasopressin without another vasopressor is not in the tables; counted as grade 3")    \
  X(AGE_BOUNDARY, "sources differ at age 12: ICE used")                                                      \
  X(INTERPOLATED, "days without a value interpolated")                                                       \
  X(CENSORED, "observation ended before the window did")                                                     \
  X(SINGLE_MEASUREMENT, "one measurement only")                                                              \
  X(BOUNDARY_VALUE, "a value lies exactly on a cut-off where sources differ")                                \
  X(EXTRAPOLATED, "score validated in another disease")                                                      \
  X(LIVER_4, "modified Glucksberg 1994 grades liver stage 4 as III; Przepiorka 1995 as IV")                  \
  X(GUT_4, "modified Glucksberg 1994 grades gut stage 4 as IV; Przepiorka 1995 as III")                      \
  X(LINEAGE_NOT_SEPARATED, "only whole blood or marrow was measured")                                        \
  X(FULL_BY_95_INCLUSIVE, "95 % exactly: mixed by the ASTCT rule, full by the CIBMTR rule")                  \
  X(VARIANTS_DIFFER, "two published ways of counting give different grades")                                 \
  X(BEFORE_NADIR, "never below the threshold")                                                               \
  X(BLASTS_BY_FLOW, "marrow blasts by flow cytometry: no morphology at this marrow")                         \
  X(BLOOD_NOT_RECORDED, "blasts in blood not recorded; counted as none beside a marrow in remission")        \
  X(COUNTS_MISSING, "blood counts at this marrow not recorded")                                              \
  X(EARLY_DEATH, "death before the class could be decided")                                                  \
  X(SHIFTED, "event on day 0 counted at 0.5 d")                                                              \
  X(DEAUVILLE_X,                                                                                             \
    "Deauville X is uptake unlikely to be lymphoma: the sites of lymphoma need a score of their own")        \
  X(EXPLAINED, "low counts explained by what is recorded: relapse, infection or a myelosuppressive drug")    \
  X(POOR_GRAFT_FUNCTION, "poor graft function: low counts with donor cells are not graft failure")           \
  X(DONOR_NOT_KNOWN,                                                                                         \
    "donor chimerism not recorded: poor graft function and graft failure cannot be told apart")

enum {
#define B7_FLAG_PLACE(id, text) B7_FLAG_PLACE_##id,
  B7_FLAG_LIST(B7_FLAG_PLACE)
#undef B7_FLAG_PLACE
      B7_FLAG_COUNT
};
enum {
#define B7_FLAG_BIT(id, text) B7_FLAG_##id = 1 << B7_FLAG_PLACE_##id,
  B7_FLAG_LIST(B7_FLAG_BIT)
#undef B7_FLAG_BIT
      B7_FLAG_END
};

/* Check one patient's columns: descending times, negative counts, two deaths, anything after death, values out of range.
   The error names the quantity and the day. */
B7_API B7Status b7_series_check(const B7Series *series, B7Error *error);
/* All endpoints of one patient. Allocates nothing, depends on its arguments alone; the series must have passed b7_series_check. */
B7_API void b7_assess_series(const B7Criteria *criteria, const B7Series *series,
                             B7Finding findings[B7_ENDPOINT_COUNT]);

/* A finding in words. Strings belong to the assessment. */
typedef struct B7Verdict {
  const char *endpoint, *label;
  const char *grade; /* "3", "CR", "1 to 3", "not evaluable: needs platelets" */
  double t_day;      /* NaN: none */
  const char *when;  /* "cart+15", "hsct+14", "2025-04-22" or "" */
  const char *rule, *version, *citation;
  const char *deciding; /* "temperature 39.1 Cel, vasopressors 1" */
  const char *missing;  /* "" or what would be needed */
  const char *remarks;  /* "" or the flags in words */
  B7Evaluable evaluable;
  bool per_sample; /* of one sample or visit; false: the summary of the patient */
  B7Finding finding;
} B7Verdict;

/* One stretch of the status timeline. */
typedef struct B7Span {
  const char *track; /* "response", "toxicity", "graft" */
  const char *label;
  double start_day, end_day;
} B7Span;

typedef struct B7Assessment B7Assessment;

/* Grade what a course records. The caller frees *out; criteria must outlive it. Nullable: hooks, error. Errors: INPUT (a value that
   cannot be: the error names it), MEMORY. */
B7_API B7Status b7_assess_course(const B7Course *course, const B7Criteria *criteria, const B7Hooks *hooks,
                                 B7Assessment **out, B7Error *error);
/* Grade one simulated patient with words; after a numerical fault nothing is looked at. Errors as above, and USAGE (no such patient). */
B7_API B7Status b7_assess_patient(const B7Result *result, const B7Kernel *kernel, int64_t patient,
                                  const B7Criteria *criteria, const B7Hooks *hooks, B7Assessment **out,
                                  B7Error *error);
B7_API void b7_assessment_free(B7Assessment *assessment);
B7_API int32_t b7_assessment_verdicts(const B7Assessment *assessment, const B7Verdict **rows);
B7_API int32_t b7_assessment_timeline(const B7Assessment *assessment, const B7Span **rows);
/* The reasons behind one endpoint: every step of its rule, as text; NULL when there is no endpoint of that name. */
B7_API const char *b7_assessment_explain(const B7Assessment *assessment, const char *endpoint);
/* The whole assessment as JSON text; belongs to the assessment. */
B7_API const char *b7_assessment_json(const B7Assessment *assessment);
/* The data of the report page of an assessment (docs/page_format.md): verdicts with reasons, treatments and status over time, what was
   recorded, assumptions; references formatted from bibliography_path. Free *text with b7_text_free. Nullable: bibliography_path (no
   references), hooks, error. Errors: INPUT (no such bibliography), FILE, MEMORY. */
B7_API B7Status b7_assess_page_json(const B7Course *course, const B7Assessment *assessment,
                                    const B7Criteria *criteria, const char *bibliography_path,
                                    const B7Hooks *hooks, char **text, B7Error *error);

/* All endpoints of all simulated patients, as columns. */
typedef struct B7Outcomes B7Outcomes;
/* Infusion days are those of the first events whose names begin with "cart." and "graft."; a patient who did not get one has
   none. death_day[patients] (Nullable): NaN for those who live; NULL: the
   first missing value of a patient without a fault is the day of death. Nothing after death is looked at. origin_day: day 0 of
   survival endpoints for all; NaN: each patient's transplant, else CAR-T infusion. threads 0: all cores. Patients with a fault are
   B7_NOT_EVALUABLE throughout. Nullable: hooks, error. Errors: MEMORY. */
B7_API B7Status b7_assess_result(const B7Result *result, const B7Kernel *kernel, const B7Criteria *criteria,
                                 double origin_day, const double *death_day, int32_t threads,
                                 const B7Hooks *hooks, B7Outcomes **out, B7Error *error);
B7_API void b7_outcomes_free(B7Outcomes *outcomes);
B7_API int64_t b7_outcomes_patients(const B7Outcomes *outcomes);
/* Columns of one endpoint, n patients each: code (-1: not evaluable or not applicable), day (NaN: none) and deciding value
   or time to event. Nullable: code, t_day, value. */
B7_API void b7_outcomes_columns(const B7Outcomes *outcomes, B7Endpoint endpoint, const int32_t **code,
                                const double **t_day, const double **value);
/* Infusion days of patient i; NaN: not given. */
B7_API void b7_outcomes_anchors(const B7Outcomes *outcomes, int64_t patient, double *cart_day,
                                double *hsct_day);

#ifdef __cplusplus
}
#endif
#endif
