/* cohort_donors.c - which donors the patients of a population have, and how far they are from them. */
#include <math.h>
#include <string.h>

#include "base/hash.h"
#include "base/random.h"
#include "base/status.h"
#include "read/cohort/cohort_read.h"

static B7Status read_mismatch(const B7CohortReader *reader, const B7Node *row, B7DonorLevel *out) {
  const B7Node *gvh, *hvg;
  B7_TRY(b7_node_need(row, "mismatch_gvh", &gvh, reader->error));
  B7_TRY(b7_node_need(row, "mismatch_hvg", &hvg, reader->error));
  B7_TRY(b7_cohort_share(gvh, &out->mismatch_gvh, reader->error));
  return b7_cohort_share(hvg, &out->mismatch_hvg, reader->error);
}

/* levels: [{share: 0.7, mismatch_gvh: 0.42, mismatch_hvg: 0.42}, ...]; or one mismatch for all */
static B7Status read_levels(const B7CohortReader *reader, const B7Node *row, B7CohortDonor *out) {
  static const char *const keys[] = {"share", "mismatch_gvh", "mismatch_hvg", "note", NULL};
  const B7Node *levels = b7_node_get(row, "levels");
  B7Error *error = reader->error;
  out->n_level = 1;
  out->levels[0].share = 1;
  if (!levels) return read_mismatch(reader, row, &out->levels[0]);
  if (b7_node_get(row, "mismatch_gvh") || b7_node_get(row, "mismatch_hvg"))
    return b7_node_fail(levels, error, "give one mismatch for all or 'levels:', not both");
  B7_TRY(b7_node_expect(levels, B7_NODE_SEQUENCE, "'levels'", error));
  if (levels->count < 1 || levels->count > B7_DONOR_LEVELS_MOST)
    return b7_node_fail(levels, error, "a donor has 1 to %d levels of mismatch", B7_DONOR_LEVELS_MOST);
  out->n_level = levels->count;
  double sum = 0;
  for (int32_t i = 0; i < levels->count; i++) {
    const B7Node *level = levels->items[i], *share;
    B7_TRY(b7_node_expect(level, B7_NODE_MAPPING, "a level of mismatch", error));
    B7_TRY(b7_node_only_keys(level, keys, error));
    B7_TRY(b7_node_need(level, "share", &share, error));
    B7_TRY(b7_cohort_share(share, &out->levels[i].share, error));
    B7_TRY(read_mismatch(reader, level, &out->levels[i]));
    sum += out->levels[i].share;
  }
  if (fabs(sum - 1) > 1e-6)
    return b7_node_fail(levels, error, "the shares of the levels add up to %g, not to 1", sum);
  return B7_OK;
}

B7Status b7_cohort_donors(const B7CohortReader *reader, const B7Node *node) {
  static const char *const keys[] = {"share",  "mismatch_gvh", "mismatch_hvg", "levels",
                                     "source", "assumed",      "note",         NULL};
  B7Error *error = reader->error;
  B7_TRY(b7_node_expect(node, B7_NODE_MAPPING, "'donors'", error));
  B7CohortDonor *donors = B7_ARENA_ARRAY(&reader->cohort->arena, B7CohortDonor, node->count);
  if (!donors) return b7_fail_memory(error);
  for (int32_t i = 0; i < node->count; i++) {
    const B7Node *row = node->items[i], *share;
    B7_TRY(b7_node_only_keys(row, keys, error));
    B7_TRY(b7_cohort_basis(row, node->keys[i]->text, error));
    B7_TRY(b7_node_need(row, "share", &share, error));
    B7_TRY(b7_cohort_share(share, &donors[i].share, error));
    B7_TRY(read_levels(reader, row, &donors[i]));
    donors[i].name = b7_cohort_keep(reader, node->keys[i]->text);
    if (!donors[i].name) return b7_fail_memory(error);
  }
  reader->cohort->donors = donors;
  reader->cohort->n_donor = node->count;
  return B7_OK;
}

const B7CohortDonor *b7_cohort_donor(const B7Cohort *cohort, const char *name) {
  for (int32_t i = 0; i < cohort->n_donor; i++) {
    if (strcmp(cohort->donors[i].name, name) == 0) return &cohort->donors[i];
  }
  return NULL;
}

int32_t b7_cohort_donor_level(const B7CohortDonor *donor, uint64_t seed, uint64_t id) {
  uint64_t address = b7_hash_bytes(B7_HASH_START, donor->name, strlen(donor->name)) << 2;
  B7Random random = b7_random_at(seed, id, B7_STREAM_TRIAL, address);
  double u = b7_random_uniform(&random);
  for (int32_t i = 0; i + 1 < donor->n_level; i++) {
    if (u < donor->levels[i].share) return i;
    u -= donor->levels[i].share;
  }
  return donor->n_level - 1;
}
