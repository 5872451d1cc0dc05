/* estimand_list.c - the rows of the list of estimands. */
#include "trial/design/trial.h"

static const char *const words_of[] = {
#define B7_ESTIMAND_WORDS(id, key, words) words,
    B7_ESTIMAND_LIST(B7_ESTIMAND_WORDS)
#undef B7_ESTIMAND_WORDS
};

static const char *const keys[] = {
#define B7_ESTIMAND_KEY(id, key, words) key,
    B7_ESTIMAND_LIST(B7_ESTIMAND_KEY)
#undef B7_ESTIMAND_KEY
};

const char *b7_estimand_words(B7EstimandKind kind) {
  return words_of[kind];
}

const char *b7_estimand_key(B7EstimandKind kind) {
  return keys[kind];
}

bool b7_estimand_is_ratio(B7EstimandKind kind) {
  return kind != B7_ESTIMAND_DIFFERENCE && kind != B7_ESTIMAND_RESTRICTED_MEAN;
}
