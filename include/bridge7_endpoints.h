/* bridge7_endpoints.h - the one list of endpoints: what each is called, of which kind it is, which codes it has and in which words,
 * which code counts as "yes", what competes with it. Included by bridge7_assess.h.
 */
#ifndef BRIDGE7_ENDPOINTS_H
#define BRIDGE7_ENDPOINTS_H

#include "bridge7.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- codes ---- identifier and words, from 0 on; ascending from bad to good where an order exists, so that a range is low..high ---- */

#define B7_GRADE_CODES(X) X(GRADE_0, "0") X(GRADE_1, "1") X(GRADE_2, "2") X(GRADE_3, "3") X(GRADE_4, "4") X(GRADE_5, "5")
#define B7_HEMATOTOX_CODES(X)                                                                                  \
  X(HEMATOTOX_0, "0") X(HEMATOTOX_1, "1") X(HEMATOTOX_2, "2") X(HEMATOTOX_3, "3") X(HEMATOTOX_4, "4")          \
  X(HEMATOTOX_5, "5") X(HEMATOTOX_6, "6") X(HEMATOTOX_7, "7")
#define B7_MARROW_CODES(X) X(MARROW_NE, "not evaluable") X(MARROW_NO_REMISSION, "no remission") X(MARROW_REMISSION, "marrow CR")
/* NE: no adequate marrow. */
#define B7_RESPONSE_CODES(X)                                                                                   \
  X(RESPONSE_NE, "NE") X(RESPONSE_NR, "NR") X(RESPONSE_PR, "PR") X(RESPONSE_MLFS, "MLFS") X(RESPONSE_CRI, "CRi")\
  X(RESPONSE_CRH, "CRh") X(RESPONSE_CR, "CR")
#define B7_MRD_CODES(X)                                                                                        \
  X(MRD_POSITIVE, "positive") X(MRD_INTERMEDIATE, "positive below 1e-4")                                       \
  X(MRD_NEGATIVE_UNKNOWN_LIMIT, "negative, limit unknown")                                                     \
  X(MRD_NEGATIVE_INSUFFICIENT, "negative, limit above 1e-4") X(MRD_COMPLETE, "negative (< 1e-4)")
/* PARTIAL_OR_STABLE: no baseline to compare with. */
#define B7_LUGANO_CODES(X)                                                                                     \
  X(LUGANO_PROGRESSION, "PMD") X(LUGANO_STABLE, "NMR") X(LUGANO_PARTIAL_OR_STABLE, "PMR or NMR")               \
  X(LUGANO_PARTIAL, "PMR") X(LUGANO_COMPLETE, "CMR")
/* NOT_CR: disease elsewhere is still there, its change unknown; MARROW_ONLY: disease elsewhere not looked at again. */
#define B7_OVERALL_CODES(X)                                                                                    \
  X(OVERALL_NE, "NE") X(OVERALL_PROGRESSION, "relapse or progression") X(OVERALL_NR, "NR")                     \
  X(OVERALL_NOT_CR, "marrow CR, disease elsewhere remains")                                                    \
  X(OVERALL_MARROW_ONLY, "marrow CR, nodes not assessed") X(OVERALL_PR, "PR") X(OVERALL_MLFS, "MLFS")          \
  X(OVERALL_CRI, "CRi") X(OVERALL_CRH, "CRh") X(OVERALL_CR, "CR")
#define B7_RECOVERY_CODES(X)                                                                                   \
  X(RECOVERY_NOT_YET, "not reached") X(RECOVERY_NEVER_BELOW, "never below") X(RECOVERY_YES, "reached")
/* PRIMARY_AUTOLOGOUS: the patient's own cells came back. */
#define B7_GRAFT_FAILURE_CODES(X)                                                                              \
  X(GRAFT_FAILURE_NONE, "none") X(GRAFT_FAILURE_PRIMARY, "primary")                                            \
  X(GRAFT_FAILURE_PRIMARY_AUTOLOGOUS, "primary, own cells back") X(GRAFT_FAILURE_SECONDARY, "secondary")
#define B7_GRAFT_FUNCTION_CODES(X) X(GRAFT_FUNCTION_NOT_POOR, "not poor") X(GRAFT_FUNCTION_POOR, "poor")
#define B7_CHIMERISM_CODES(X) X(CHIMERISM_LOSS, "loss") X(CHIMERISM_MIXED, "mixed") X(CHIMERISM_FULL, "full donor")
#define B7_AGVHD_CODES(X) X(AGVHD_0, "0") X(AGVHD_I, "I") X(AGVHD_II, "II") X(AGVHD_III, "III") X(AGVHD_IV, "IV")
#define B7_OCCURRED_CODES(X) X(OCCURRED_NO, "none") X(OCCURRED_YES, "yes")
#define B7_SEVERITY_CODES(X)                                                                                   \
  X(SEVERITY_NONE, "none") X(SEVERITY_MILD, "mild") X(SEVERITY_MODERATE, "moderate") X(SEVERITY_SEVERE, "severe")
/* PROGRESSION: without remission before. */
#define B7_RELAPSE_CODES(X)                                                                                    \
  X(RELAPSE_NO, "no") X(RELAPSE_UNCONFIRMED, "unconfirmed") X(RELAPSE_YES, "relapse")                          \
  X(RELAPSE_PROGRESSION, "progression without remission")
#define B7_OUTCOME_CODES(X)                                                                                    \
  X(OUTCOME_CENSORED, "censored") X(OUTCOME_EVENT, "event") X(OUTCOME_COMPETING, "competing event")

#define B7_CODE_ENUM(id, words) B7_##id,
typedef enum B7Grade { B7_GRADE_CODES(B7_CODE_ENUM) } B7Grade;
typedef enum B7HematotoxScore { B7_HEMATOTOX_CODES(B7_CODE_ENUM) } B7HematotoxScore;
typedef enum B7MarrowClass { B7_MARROW_CODES(B7_CODE_ENUM) } B7MarrowClass;
typedef enum B7ResponseClass { B7_RESPONSE_CODES(B7_CODE_ENUM) } B7ResponseClass;
typedef enum B7MrdClass { B7_MRD_CODES(B7_CODE_ENUM) } B7MrdClass;
typedef enum B7LuganoClass { B7_LUGANO_CODES(B7_CODE_ENUM) } B7LuganoClass;
typedef enum B7OverallClass { B7_OVERALL_CODES(B7_CODE_ENUM) } B7OverallClass;
typedef enum B7RecoveryClass { B7_RECOVERY_CODES(B7_CODE_ENUM) } B7RecoveryClass;
typedef enum B7GraftFailureClass { B7_GRAFT_FAILURE_CODES(B7_CODE_ENUM) } B7GraftFailureClass;
typedef enum B7GraftFunctionClass { B7_GRAFT_FUNCTION_CODES(B7_CODE_ENUM) } B7GraftFunctionClass;
typedef enum B7ChimerismClass { B7_CHIMERISM_CODES(B7_CODE_ENUM) } B7ChimerismClass;
typedef enum B7AgvhdGrade { B7_AGVHD_CODES(B7_CODE_ENUM) } B7AgvhdGrade;
typedef enum B7Occurred { B7_OCCURRED_CODES(B7_CODE_ENUM) } B7Occurred;
typedef enum B7SeverityClass { B7_SEVERITY_CODES(B7_CODE_ENUM) } B7SeverityClass;
typedef enum B7RelapseClass { B7_RELAPSE_CODES(B7_CODE_ENUM) } B7RelapseClass;
typedef enum B7OutcomeCode { B7_OUTCOME_CODES(B7_CODE_ENUM) } B7OutcomeCode;
#undef B7_CODE_ENUM

/* ---- endpoints ---- */

typedef enum B7EndpointKind {
  B7_KIND_GRADE,  /* the highest grade or severity */
  B7_KIND_SCORE,  /* points */
  B7_KIND_CLASS,  /* a class of response, graft or relapse */
  B7_KIND_YES_NO, /* whether it happened, and the day */
  B7_KIND_DAY,    /* a recovery and its day, counted from the graft */
  B7_KIND_TIME    /* time to an event; value: days from the origin */
} B7EndpointKind;

/* What must have been given for the endpoint to have a subject. */
typedef enum B7EndpointNeeds { B7_NEEDS_NOTHING, B7_NEEDS_CART, B7_NEEDS_GRAFT } B7EndpointNeeds;

/* Which way is better for a patient: more of a grade is worse, more of a response is better. */
typedef enum B7EndpointBetter { B7_BETTER_LOWER, B7_BETTER_HIGHER } B7EndpointBetter;

/* Identifier, name, label, kind, codes, lowest code that counts as "yes", better, needs, event in words, what competes with it
   ("": nothing), unit of the deciding value ("": that of the deciding quantity). */
#define B7_ENDPOINT_LIST(X)                                                                                    \
  X(CRS, "crs", "cytokine release syndrome, highest grade",                                                    \
    GRADE, GRADE, GRADE_3, LOWER, CART, "", "", "")                                                            \
  X(ICANS, "icans", "neurotoxicity (ICANS), highest grade",                                                    \
    GRADE, GRADE, GRADE_1, LOWER, CART, "", "", "")                                                            \
  X(ICAHT_EARLY, "icaht_early", "early neutropenia after CAR-T (ICAHT)",                                       \
    GRADE, GRADE, GRADE_3, LOWER, CART, "", "", "d")                                                           \
  X(ICAHT_LATE, "icaht_late", "late neutropenia after CAR-T (ICAHT)",                                          \
    GRADE, GRADE, GRADE_3, LOWER, CART, "", "", "/uL")                                                         \
  X(TICAHT_EARLY, "ticaht_early", "early thrombocytopenia after CAR-T (T-ICAHT)",                              \
    GRADE, GRADE, GRADE_3, LOWER, CART, "", "", "d")                                                           \
  X(TICAHT_LATE, "ticaht_late", "late thrombocytopenia after CAR-T (T-ICAHT)",                                 \
    GRADE, GRADE, GRADE_3, LOWER, CART, "", "", "10*9/L")                                                      \
  X(HEMATOTOX, "hematotox", "CAR-HEMATOTOX score before lymphodepletion",                                      \
    SCORE, HEMATOTOX, HEMATOTOX_2, LOWER, CART, "", "", "1")                                                   \
  X(CTCAE_NEUTROPHILS, "ctcae_neutrophils", "neutrophil count decreased, highest CTCAE grade",                 \
    GRADE, GRADE, GRADE_3, LOWER, NOTHING, "", "", "10*9/L")                                                   \
  X(CTCAE_PLATELETS, "ctcae_platelets", "platelet count decreased, highest CTCAE grade",                       \
    GRADE, GRADE, GRADE_3, LOWER, NOTHING, "", "", "10*9/L")                                                   \
  X(CTCAE_HAEMOGLOBIN, "ctcae_anaemia", "anaemia, highest CTCAE grade",                                        \
    GRADE, GRADE, GRADE_3, LOWER, NOTHING, "", "", "g/L")                                                      \
  X(CTCAE_LEUKOCYTES, "ctcae_leukocytes", "white blood cells decreased, highest CTCAE grade",                  \
    GRADE, GRADE, GRADE_3, LOWER, NOTHING, "", "", "10*9/L")                                                   \
  X(CTCAE_LYMPHOCYTES, "ctcae_lymphocytes", "lymphocytes decreased, highest CTCAE grade",                      \
    GRADE, GRADE, GRADE_3, LOWER, NOTHING, "", "", "/uL")                                                      \
  X(CTCAE_CD4, "ctcae_cd4", "CD4 lymphocytes decreased, highest CTCAE grade",                                  \
    GRADE, GRADE, GRADE_1, LOWER, NOTHING, "", "", "/uL")                                                      \
  X(MARROW, "marrow", "marrow remission, best after CAR-T",                                                    \
    CLASS, MARROW, MARROW_REMISSION, HIGHER, NOTHING, "", "", "%")                                             \
  X(RESPONSE, "response", "haematological response, best after CAR-T",                                         \
    CLASS, RESPONSE, RESPONSE_CRI, HIGHER, NOTHING, "", "", "%")                                               \
  X(MRD, "mrd", "marrow MRD, best after CAR-T",                                                                \
    CLASS, MRD, MRD_NEGATIVE_UNKNOWN_LIMIT, HIGHER, NOTHING, "", "", "%")                                      \
  X(MRD_DAY28, "mrd_day28", "marrow MRD at day 28 after CAR-T",                                                \
    CLASS, MRD, MRD_NEGATIVE_UNKNOWN_LIMIT, HIGHER, NOTHING, "", "", "%")                                      \
  X(LUGANO, "lugano", "metabolic response of nodes, best after CAR-T",                                         \
    CLASS, LUGANO, LUGANO_COMPLETE, HIGHER, NOTHING, "", "", "1")                                              \
  X(OVERALL, "overall", "overall response of marrow and nodes, best after CAR-T",                              \
    CLASS, OVERALL, OVERALL_CRI, HIGHER, NOTHING, "", "", "")                                                  \
  X(OVERALL_DAY28, "overall_day28", "overall response at day 28 after CAR-T",                                  \
    CLASS, OVERALL, OVERALL_CRI, HIGHER, NOTHING, "", "", "")                                                  \
  X(NEUTROPHILS, "neutrophils", "neutrophil engraftment",                                                      \
    DAY, RECOVERY, RECOVERY_NEVER_BELOW, HIGHER, GRAFT, "", "", "d")                                           \
  X(PLATELETS_20, "platelets_20", "platelet engraftment, 20 x 10*9/L",                                         \
    DAY, RECOVERY, RECOVERY_NEVER_BELOW, HIGHER, GRAFT, "", "", "d")                                           \
  X(PLATELETS_50, "platelets_50", "platelet recovery, 50 x 10*9/L",                                            \
    DAY, RECOVERY, RECOVERY_NEVER_BELOW, HIGHER, GRAFT, "", "", "d")                                           \
  X(GRAFT_FAILURE, "graft_failure", "graft failure",                                                           \
    CLASS, GRAFT_FAILURE, GRAFT_FAILURE_PRIMARY, LOWER, GRAFT, "", "", "")                                     \
  X(GRAFT_FUNCTION, "graft_function", "poor graft function",                                                   \
    CLASS, GRAFT_FUNCTION, GRAFT_FUNCTION_POOR, LOWER, GRAFT, "", "", "d")                                     \
  X(CHIMERISM, "chimerism", "donor chimerism, last value",                                                     \
    CLASS, CHIMERISM, CHIMERISM_FULL, HIGHER, GRAFT, "", "", "%")                                              \
  X(AGVHD_MAGIC, "agvhd_magic", "acute GVHD, highest MAGIC grade",                                             \
    GRADE, AGVHD, AGVHD_II, LOWER, NOTHING, "", "", "")                                                        \
  X(AGVHD_GLUCKSBERG, "agvhd_glucksberg", "acute GVHD, highest modified Glucksberg grade",                     \
    GRADE, AGVHD, AGVHD_II, LOWER, NOTHING, "", "", "")                                                        \
  X(AGVHD_II_IV, "agvhd_ii_iv", "first acute GVHD of grade II-IV",                                             \
    YES_NO, OCCURRED, OCCURRED_YES, LOWER, NOTHING, "", "", "d")                                               \
  X(AGVHD_III_IV, "agvhd_iii_iv", "first acute GVHD of grade III-IV",                                          \
    YES_NO, OCCURRED, OCCURRED_YES, LOWER, NOTHING, "", "", "d")                                               \
  X(CGVHD, "cgvhd", "chronic GVHD, highest NIH severity",                                                      \
    GRADE, SEVERITY, SEVERITY_MILD, LOWER, NOTHING, "", "", "")                                                \
  X(RELAPSE, "relapse", "relapse after remission",                                                             \
    CLASS, RELAPSE, RELAPSE_YES, LOWER, NOTHING, "", "", "%")                                                  \
  X(OS, "os", "overall survival",                                                                              \
    TIME, OUTCOME, OUTCOME_EVENT, LOWER, NOTHING, "death", "", "d")                                            \
  X(EFS_2017, "efs_eln2017", "event-free survival (ELN 2017)",                                                 \
    TIME, OUTCOME, OUTCOME_EVENT, LOWER, NOTHING, "refractory disease, relapse or death", "", "d")             \
  X(EFS_2022, "efs_eln2022", "event-free survival (ELN 2022)",                                                 \
    TIME, OUTCOME, OUTCOME_EVENT, LOWER, NOTHING, "treatment failure, relapse or death", "", "d")              \
  X(PFS, "pfs", "progression-free survival",                                                                   \
    TIME, OUTCOME, OUTCOME_EVENT, LOWER, NOTHING, "progression, relapse or death", "", "d")                    \
  X(RFS, "rfs", "relapse-free survival",                                                                       \
    TIME, OUTCOME, OUTCOME_EVENT, LOWER, NOTHING, "relapse or death", "", "d")                                 \
  X(DOR, "dor", "duration of response",                                                                        \
    TIME, OUTCOME, OUTCOME_EVENT, LOWER, NOTHING, "relapse", "", "d")                                          \
  X(CIR, "cir", "cumulative incidence of relapse",                                                             \
    TIME, OUTCOME, OUTCOME_EVENT, LOWER, NOTHING, "relapse", "death without relapse", "d")                     \
  X(NRM, "nrm", "non-relapse mortality",                                                                       \
    TIME, OUTCOME, OUTCOME_EVENT, LOWER, NOTHING, "death in remission", "relapse, or death without remission", "d") \
  X(AGVHD_II_IV_INCIDENCE, "agvhd_ii_iv_incidence", "cumulative incidence of acute GVHD II-IV",                 \
    TIME, OUTCOME, OUTCOME_EVENT, LOWER, GRAFT, "acute GVHD II-IV", "death or second transplant", "d")          \
  X(AGVHD_III_IV_INCIDENCE, "agvhd_iii_iv_incidence", "cumulative incidence of acute GVHD III-IV",              \
    TIME, OUTCOME, OUTCOME_EVENT, LOWER, GRAFT, "acute GVHD III-IV", "death or second transplant", "d")         \
  X(GRFS, "grfs", "GVHD-free relapse-free survival",                                                           \
    TIME, OUTCOME, OUTCOME_EVENT, LOWER, GRAFT,                                                                \
    "acute GVHD III-IV, chronic GVHD with systemic therapy, relapse or death", "", "d")                        \
  X(GRFS_365, "grfs_365", "GVHD-free relapse-free survival, first year",                                       \
    TIME, OUTCOME, OUTCOME_EVENT, LOWER, GRAFT,                                                                \
    "acute GVHD III-IV, chronic GVHD with systemic therapy, relapse or death", "", "d")

typedef enum B7Endpoint {
#define B7_ENDPOINT_ENUM(id, name, label, kind, codes, yes, better, needs, event, competes, unit) B7_ENDPOINT_##id,
  B7_ENDPOINT_LIST(B7_ENDPOINT_ENUM)
#undef B7_ENDPOINT_ENUM
  B7_ENDPOINT_COUNT
} B7Endpoint;

/* One row of the list. Texts are constant. */
typedef struct B7EndpointRow {
  const char *name, *label;
  B7EndpointKind kind;
  B7EndpointBetter better;
  B7EndpointNeeds needs;
  int32_t yes;                 /* lowest code that counts as "yes" when a share is asked for */
  const char *event;           /* what the event of a time is; "" for the other kinds */
  const char *competes;        /* what competes with it; "": nothing */
  const char *unit;            /* UCUM unit of a finding's value; "": that of the quantity that decided */
  int32_t n_code;
  const char *const *words;    /* of codes 0 .. n_code - 1 */
} B7EndpointRow;

/* NULL when there is no such endpoint. */
B7_API const B7EndpointRow *b7_endpoint_row(B7Endpoint endpoint);
/* "?" when there is no such endpoint. */
B7_API const char *b7_endpoint_name(B7Endpoint endpoint);
B7_API const char *b7_endpoint_label(B7Endpoint endpoint);
/* B7_ENDPOINT_COUNT when there is none of that name. */
B7_API B7Endpoint b7_endpoint_find(const char *name);
/* The words of a code: "3", "CR", "mixed", "event"; "?" for a code that the endpoint does not have. */
B7_API const char *b7_endpoint_words(B7Endpoint endpoint, int32_t code);
/* Whether the endpoint is a time to an event; whether another event competes with it; its lowest code of "yes". */
B7_API bool b7_endpoint_timed(B7Endpoint endpoint);
B7_API bool b7_endpoint_competes(B7Endpoint endpoint);
B7_API int32_t b7_endpoint_yes(B7Endpoint endpoint);

#ifdef __cplusplus
}
#endif
#endif
