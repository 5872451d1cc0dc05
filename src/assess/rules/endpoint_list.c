/* endpoint_list.c - the rows of the list of endpoints and the words of their codes. */
#include "bridge7_endpoints.h"

#include <stddef.h>
#include <string.h>

#define WORD(id, words) words,
#define WORDS(name, CODES)                                                                                   \
  static const char *const name##_words[] = {CODES(WORD)};                                                   \
  enum { name##_count = sizeof name##_words / sizeof name##_words[0] };
WORDS(GRADE, B7_GRADE_CODES)
WORDS(HEMATOTOX, B7_HEMATOTOX_CODES)
WORDS(MARROW, B7_MARROW_CODES)
WORDS(RESPONSE, B7_RESPONSE_CODES)
WORDS(MRD, B7_MRD_CODES)
WORDS(LUGANO, B7_LUGANO_CODES)
WORDS(OVERALL, B7_OVERALL_CODES)
WORDS(RECOVERY, B7_RECOVERY_CODES)
WORDS(GRAFT_FAILURE, B7_GRAFT_FAILURE_CODES)
WORDS(GRAFT_FUNCTION, B7_GRAFT_FUNCTION_CODES)
WORDS(CHIMERISM, B7_CHIMERISM_CODES)
WORDS(AGVHD, B7_AGVHD_CODES)
WORDS(OCCURRED, B7_OCCURRED_CODES)
WORDS(SEVERITY, B7_SEVERITY_CODES)
WORDS(RELAPSE, B7_RELAPSE_CODES)
WORDS(OUTCOME, B7_OUTCOME_CODES)
#undef WORDS
#undef WORD

static const B7EndpointRow rows[] = {
#define ROW(id, name, label, kind, codes, yes, better, needs, event, competes, unit)                         \
  {name,  label,    B7_KIND_##kind, B7_BETTER_##better, B7_NEEDS_##needs, B7_##yes,                          \
   event, competes, unit,           codes##_count,      codes##_words},
    B7_ENDPOINT_LIST(ROW)
#undef ROW
};

const B7EndpointRow *b7_endpoint_row(B7Endpoint endpoint) {
  return (uint32_t)endpoint < B7_ENDPOINT_COUNT ? &rows[endpoint] : NULL;
}

const char *b7_endpoint_name(B7Endpoint endpoint) {
  return (uint32_t)endpoint < B7_ENDPOINT_COUNT ? rows[endpoint].name : "?";
}

const char *b7_endpoint_label(B7Endpoint endpoint) {
  return (uint32_t)endpoint < B7_ENDPOINT_COUNT ? rows[endpoint].label : "?";
}

B7Endpoint b7_endpoint_find(const char *name) {
  for (int32_t e = 0; e < B7_ENDPOINT_COUNT; e++)
    if (strcmp(rows[e].name, name) == 0) return (B7Endpoint)e;
  return B7_ENDPOINT_COUNT;
}

const char *b7_endpoint_words(B7Endpoint endpoint, int32_t code) {
  const B7EndpointRow *row = b7_endpoint_row(endpoint);
  return row && code >= 0 && code < row->n_code ? row->words[code] : "?";
}

bool b7_endpoint_timed(B7Endpoint endpoint) {
  return (uint32_t)endpoint < B7_ENDPOINT_COUNT && rows[endpoint].kind == B7_KIND_TIME;
}

bool b7_endpoint_competes(B7Endpoint endpoint) {
  return (uint32_t)endpoint < B7_ENDPOINT_COUNT && rows[endpoint].competes[0] != '\0';
}

int32_t b7_endpoint_yes(B7Endpoint endpoint) {
  return (uint32_t)endpoint < B7_ENDPOINT_COUNT ? rows[endpoint].yes : -1;
}
