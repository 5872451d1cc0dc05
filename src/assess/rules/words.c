// names and words: quantities, endpoints, codes
#include <stdio.h>
#include <string.h>

#include "assess/rules/finding.h"

static const struct {
  const char *name, *unit, *label;
} quantities[] = {
#define B7_QUANTITY_ROW(id, name, unit, label) {name, unit, label},
    B7_QUANTITY_LIST(B7_QUANTITY_ROW)
#undef B7_QUANTITY_ROW
};

static const struct {
  const char *name, *label;
} endpoints[] = {
#define B7_ENDPOINT_ROW(id, name, label) {name, label},
    B7_ENDPOINT_LIST(B7_ENDPOINT_ROW)
#undef B7_ENDPOINT_ROW
};

const char *b7_quantity_name(B7Quantity quantity) {
  return (uint32_t)quantity < B7_QUANTITY_COUNT ? quantities[quantity].name : "?";
}

const char *b7_quantity_unit(B7Quantity quantity) {
  return (uint32_t)quantity < B7_QUANTITY_COUNT ? quantities[quantity].unit : "?";
}

const char *b7_quantity_label(B7Quantity quantity) {
  return (uint32_t)quantity < B7_QUANTITY_COUNT ? quantities[quantity].label : "?";
}

B7Quantity b7_quantity_find(const char *name) {
  for (int32_t q = 0; q < B7_QUANTITY_COUNT; q++)
    if (strcmp(quantities[q].name, name) == 0) return (B7Quantity)q;
  return B7_QUANTITY_COUNT;
}

const char *b7_endpoint_name(B7Endpoint endpoint) {
  return (uint32_t)endpoint < B7_ENDPOINT_COUNT ? endpoints[endpoint].name : "?";
}

const char *b7_endpoint_label(B7Endpoint endpoint) {
  return (uint32_t)endpoint < B7_ENDPOINT_COUNT ? endpoints[endpoint].label : "?";
}

B7Endpoint b7_endpoint_find(const char *name) {
  for (int32_t e = 0; e < B7_ENDPOINT_COUNT; e++)
    if (strcmp(endpoints[e].name, name) == 0) return (B7Endpoint)e;
  return B7_ENDPOINT_COUNT;
}

typedef struct WordList {
  const char *const *words;
  int32_t count;
} WordList;

#define WORDS(...)                                                                                           \
  ((WordList){(const char *const[]){__VA_ARGS__},                                                            \
              (int32_t)(sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))})

static const char *word(WordList list, int32_t code) {
  return code >= 0 && code < list.count ? list.words[code] : "?";
}

const char *b7_endpoint_words(B7Endpoint endpoint, int32_t code) {
  switch (endpoint) {
  case B7_ENDPOINT_CRS:
  case B7_ENDPOINT_ICANS:
  case B7_ENDPOINT_ICAHT_EARLY:
  case B7_ENDPOINT_ICAHT_LATE:
  case B7_ENDPOINT_TICAHT_EARLY:
  case B7_ENDPOINT_TICAHT_LATE:
  case B7_ENDPOINT_HEMATOTOX:
  case B7_ENDPOINT_CTCAE_NEUTROPHILS:
  case B7_ENDPOINT_CTCAE_PLATELETS:
  case B7_ENDPOINT_CTCAE_HAEMOGLOBIN:
  case B7_ENDPOINT_CTCAE_LEUKOCYTES:
  case B7_ENDPOINT_CTCAE_LYMPHOCYTES:
  case B7_ENDPOINT_CTCAE_CD4:
    return word(WORDS("0", "1", "2", "3", "4", "5", "6", "7"), code);
  case B7_ENDPOINT_MARROW:
    return word(WORDS("not evaluable", "no remission", "marrow CR"), code);
  case B7_ENDPOINT_RESPONSE:
    return word(WORDS("NE", "NR", "PR", "MLFS", "CRi", "CRh", "CR"), code);
  case B7_ENDPOINT_MRD:
  case B7_ENDPOINT_MRD_DAY28:
    return word(WORDS("positive", "positive below 1e-4", "negative, limit unknown",
                      "negative, limit above 1e-4", "negative (< 1e-4)"),
                code);
  case B7_ENDPOINT_LUGANO:
    return word(WORDS("PMD", "NMR", "PMR or NMR", "PMR", "CMR"), code);
  case B7_ENDPOINT_OVERALL:
  case B7_ENDPOINT_OVERALL_DAY28:
    return word(WORDS("NE", "relapse or progression", "NR",
                      "marrow CR, nodes not in complete metabolic response", "marrow CR, nodes not assessed",
                      "PR", "MLFS", "CRi", "CRh", "CR"),
                code);
  case B7_ENDPOINT_NEUTROPHILS:
  case B7_ENDPOINT_PLATELETS_20:
  case B7_ENDPOINT_PLATELETS_50:
    return word(WORDS("not reached", "never below", "reached"), code);
  case B7_ENDPOINT_GRAFT_FAILURE:
    return word(WORDS("none", "primary", "primary, own cells back", "secondary"), code);
  case B7_ENDPOINT_GRAFT_FUNCTION:
    return word(WORDS("not poor", "poor"), code);
  case B7_ENDPOINT_CHIMERISM:
    return word(WORDS("loss", "mixed", "full donor"), code);
  case B7_ENDPOINT_AGVHD_MAGIC:
  case B7_ENDPOINT_AGVHD_GLUCKSBERG:
    return word(WORDS("0", "I", "II", "III", "IV"), code);
  case B7_ENDPOINT_AGVHD_II_IV:
  case B7_ENDPOINT_AGVHD_III_IV:
    return word(WORDS("none", "yes"), code);
  case B7_ENDPOINT_CGVHD:
    return word(WORDS("none", "mild", "moderate", "severe"), code);
  case B7_ENDPOINT_RELAPSE:
    return word(WORDS("no", "unconfirmed", "relapse", "progression without remission"), code);
  case B7_ENDPOINT_OS:
  case B7_ENDPOINT_EFS_2017:
  case B7_ENDPOINT_EFS_2022:
  case B7_ENDPOINT_PFS:
  case B7_ENDPOINT_RFS:
  case B7_ENDPOINT_DOR:
  case B7_ENDPOINT_CIR:
  case B7_ENDPOINT_NRM:
  case B7_ENDPOINT_GRFS:
  case B7_ENDPOINT_GRFS_365:
    return word(WORDS("censored", "event", "competing event"), code);
  case B7_ENDPOINT_COUNT:
    break;
  }
  return "?";
}
