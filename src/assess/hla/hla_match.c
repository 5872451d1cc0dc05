/* hla_match.c - matched pairs and mismatch vectors of two typings, over everything that the typings leave
 * possible. */
#include <stdio.h>
#include <string.h>

#include "assess/hla/hla.h"
#include "base/status.h"

// one possibility of one copy: four of them face each other (recipient 1, 2, donor 1, 2)
typedef struct Item {
  B7HlaForm form;
  B7HlaName name; /* allele, group or first field */
  B7HlaName key;  /* what is compared; 0: not known (P group of a rare allele) */
  bool null;
  uint8_t lists; /* bit c: it also stands among the choices of copy c */
} Item;

typedef enum Same { NO, YES, MAYBE } Same;

static bool fields_may_meet(B7HlaName a, B7HlaName b) {
  // DPB1 proteins of one P group have different first fields; elsewhere groups stay within a first field
  return a >> 56 == B7_HLA_LOCUS_DPB1 || b7_hla_first(a) == b7_hla_first(b);
}

static Item make_item(const B7Hla *hla, B7HlaForm form, B7HlaName name, B7HlaKey key) {
  Item item = {.form = form, .name = name};
  B7HlaName two_field = name & ~(uint64_t)0xffff00;
  if (form == B7_HLA_FORM_ALLELES) {
    item.null = b7_hla_is_null(name);
    item.key = key == B7_HLA_KEY_TWO_FIELD ? name : b7_hla_p_group(hla, name);
  } else if (form == B7_HLA_FORM_P_GROUP) {
    item.key = name;
  } else if (form == B7_HLA_FORM_G_GROUP) {
    const B7HlaFact *fact = b7_hla_find(hla, B7_HLA_TABLE_G, name);
    // without the table of G groups: the first two fields are those of a member
    item.key = fact ? fact->group : b7_hla_p_group(hla, two_field);
    item.name = two_field;
  }
  if (key == B7_HLA_KEY_ARD && (form == B7_HLA_FORM_P_GROUP || form == B7_HLA_FORM_G_GROUP))
    item.form = B7_HLA_FORM_ALLELES;
  return item;
}

static Same same(const B7Hla *hla, const Item *a, const Item *b) {
  if (a->form == B7_HLA_FORM_ANYTHING || b->form == B7_HLA_FORM_ANYTHING) return MAYBE;
  if (a->form == B7_HLA_FORM_FIRST || b->form == B7_HLA_FORM_FIRST)
    return b7_hla_first(a->name) == b7_hla_first(b->name) ? MAYBE : NO;
  if (a->form == B7_HLA_FORM_ALLELES && b->form == B7_HLA_FORM_ALLELES) {
    if (a->name == b->name) return YES;
    if (a->key && b->key) return a->key == b->key ? YES : NO;
    if (a->null || b->null) return NO;
    return fields_may_meet(a->name, b->name) ? MAYBE : NO;
  }
  // a group under the two-field key is one of its members, which one is open
  B7HlaName left = a->form == B7_HLA_FORM_ALLELES ? b7_hla_p_group(hla, a->name) : a->key;
  B7HlaName right = b->form == B7_HLA_FORM_ALLELES ? b7_hla_p_group(hla, b->name) : b->key;
  if (a->null || b->null)
    return a->form == B7_HLA_FORM_P_GROUP || b->form == B7_HLA_FORM_P_GROUP ? NO : MAYBE;
  if (left && right) return left == right ? MAYBE : NO;
  return fields_may_meet(a->name, b->name) ? MAYBE : NO;
}

typedef struct Tally {
  bool any;
  int32_t matched_min, matched_max, gvh_min, gvh_max, hvg_min, hvg_max, shared_min, shared_max;
  int64_t outcomes;
} Tally;

static void widen(int32_t value, bool any, int32_t *least, int32_t *most) {
  if (!any || value < *least) *least = value;
  if (!any || value > *most) *most = value;
}

static void count(const int block[4], Tally *tally) {
  bool e00 = block[0] == block[2], e01 = block[0] == block[3], e10 = block[1] == block[2],
       e11 = block[1] == block[3];
  int straight = e00 + e11, crossed = e01 + e10;
  int32_t matched = straight > crossed ? straight : crossed;
  int32_t gvh = !(e00 || e01) + (block[0] != block[1] && !(e10 || e11));
  int32_t hvg = !(e00 || e10) + (block[2] != block[3] && !(e01 || e11));
  widen(matched, tally->any, &tally->matched_min, &tally->matched_max);
  widen(gvh, tally->any, &tally->gvh_min, &tally->gvh_max);
  widen(hvg, tally->any, &tally->hvg_min, &tally->hvg_max);
  widen(e00 || e01 || e10 || e11, tally->any, &tally->shared_min, &tally->shared_max);
  tally->any = true;
  tally->outcomes++;
}

// every way in which the four could be equal or not that agrees with what is certain: one partition each
static void try_partitions(Same relation[4][4], int block[4], int place, int blocks, Tally *tally) {
  if (place == 4) {
    count(block, tally);
    return;
  }
  for (int own = 0; own <= blocks; own++) {
    bool agrees = true;
    for (int before = 0; before < place && agrees; before++) {
      Same is = relation[before][place];
      agrees = block[before] == own ? is != NO : is != YES;
    }
    if (!agrees) continue;
    block[place] = own;
    try_partitions(relation, block, place + 1, own == blocks ? blocks + 1 : blocks, tally);
  }
}

static void tally_four(const B7Hla *hla, const Item *four[4], bool expressed_only, Tally *tally) {
  const Item *used[4] = {four[0], four[1], four[2], four[3]};
  // what is not expressed leaves the locus to the other allele
  if (expressed_only)
    for (int person = 0; person < 4; person += 2) {
      if (four[person]->null) used[person] = four[person + 1];
      if (four[person + 1]->null) used[person + 1] = four[person];
      if (four[person]->null && four[person + 1]->null) used[person] = used[person + 1] = four[person];
    }
  Same relation[4][4];
  for (int i = 0; i < 4; i++)
    for (int j = i + 1; j < 4; j++) relation[i][j] = used[i] == used[j] ? YES : same(hla, used[i], used[j]);
  int block[4];
  try_partitions(relation, block, 0, 0, tally);
}

#define KEPT_PER_CLASS 4

typedef struct Choices {
  Item *items;
  int32_t n;
} Choices;

static void fill_choices(const B7Hla *hla, const B7HlaCopy *copy, B7HlaKey key, Choices *choices) {
  choices->n = 0;
  // a name that may be a slip could be any allele
  if (copy->unknown) {
    choices->items[choices->n++] = make_item(hla, B7_HLA_FORM_ANYTHING, 0, key);
    return;
  }
  if (copy->form != B7_HLA_FORM_ALLELES) {
    choices->items[choices->n++] = make_item(hla, copy->form, copy->n ? copy->names[0] : 0, key);
    return;
  }
  for (int32_t i = 0; i < copy->n; i++) {
    Item item = make_item(hla, B7_HLA_FORM_ALLELES, copy->names[i], key);
    bool known = false;
    for (int32_t k = 0; k < choices->n && !known; k++)
      known = item.key && choices->items[k].key == item.key && choices->items[k].null == item.null;
    if (!known) choices->items[choices->n++] = item;
  }
}

static bool holds(const Choices *choices, const Item *item) {
  for (int32_t i = 0; i < choices->n; i++) {
    const Item *own = &choices->items[i];
    if (own->form == B7_HLA_FORM_ALLELES && (own->name == item->name || (own->key && own->key == item->key)))
      return true;
  }
  return false;
}

// alleles that stand in the same of the four lists and behave alike are interchangeable; four of a kind are
// enough for four places
static void reduce(Choices four[4]) {
  for (int c = 0; c < 4; c++)
    for (int32_t i = 0; i < four[c].n; i++) {
      Item *item = &four[c].items[i];
      item->lists = 0;
      for (int d = 0; d < 4; d++) item->lists |= (uint8_t)(holds(&four[d], item) << d);
    }
  for (int c = 0; c < 4; c++) {
    int32_t kept = 0;
    for (int32_t i = 0; i < four[c].n; i++) {
      Item item = four[c].items[i];
      int seen = 0;
      for (int32_t k = 0; k < kept && seen < KEPT_PER_CLASS; k++) {
        const Item *other = &four[c].items[k];
        seen += other->lists == item.lists && other->null == item.null && !other->key == !item.key &&
                other->form == item.form && b7_hla_first(other->name) == b7_hla_first(item.name);
      }
      if (seen < KEPT_PER_CLASS) four[c].items[kept++] = item;
    }
    four[c].n = kept;
  }
}

#define COMBINATIONS_MAX 2000000.0

static double combinations(const Choices four[4]) {
  double product = 1;
  for (int c = 0; c < 4; c++) product *= four[c].n;
  return product;
}

// false when there are too many combinations to try
static bool tally_genotypes(const B7Hla *hla, const B7HlaCopy recipient[2], const B7HlaCopy donor[2],
                            B7HlaKey key, bool expressed_only, Choices four[4], Tally *tally) {
  fill_choices(hla, &recipient[0], key, &four[0]);
  fill_choices(hla, &recipient[1], key, &four[1]);
  fill_choices(hla, &donor[0], key, &four[2]);
  fill_choices(hla, &donor[1], key, &four[3]);
  if (combinations(four) > 1000) reduce(four);
  if (combinations(four) > COMBINATIONS_MAX) return false;
  for (int32_t a = 0; a < four[0].n; a++)
    for (int32_t b = 0; b < four[1].n; b++)
      for (int32_t c = 0; c < four[2].n; c++)
        for (int32_t d = 0; d < four[3].n; d++) {
          const Item *items[4] = {&four[0].items[a], &four[1].items[b], &four[2].items[c], &four[3].items[d]};
          tally_four(hla, items, expressed_only, tally);
        }
  return true;
}

/* --------------------------------------------------------------------------------------------------
 * mismatches ---- */

static const B7HlaCopy *definite_copies(const B7HlaLocusTyping *typing) {
  if (typing->genotypes != 1) return NULL;
  for (int i = 0; i < 2; i++)
    if (typing->copies[0][i].n != 1 || typing->copies[0][i].form > B7_HLA_FORM_G_GROUP) return NULL;
  return typing->copies[0];
}

static void describe_pair(const B7Hla *hla, B7HlaName recipient, B7HlaName donor, B7HlaMismatch *mismatch) {
  b7_hla_format(recipient & ~(uint64_t)0xffff00, mismatch->recipient);
  b7_hla_format(donor & ~(uint64_t)0xffff00, mismatch->donor);
  mismatch->level =
      b7_hla_first(recipient) == b7_hla_first(donor) ? B7_HLA_LEVEL_ALLELE : B7_HLA_LEVEL_ANTIGEN;
  b7_hla_serology(hla, mismatch->recipient, mismatch->donor, mismatch->recipient_antigen,
                  mismatch->donor_antigen, &mismatch->serology, NULL);
}

// pairs left unmatched by the best pairing; of equal pairings the one with more equal first fields
static void list_mismatches(const B7Hla *hla, const B7HlaCopy recipient[2], const B7HlaCopy donor[2],
                            B7HlaKey key, bool expressed_only, B7HlaLocusMatch *match) {
  Item items[4];
  for (int i = 0; i < 4; i++) {
    const B7HlaCopy *copy = i < 2 ? &recipient[i] : &donor[i - 2];
    items[i] = make_item(hla, copy->form, copy->names[0], key);
  }
  if (expressed_only)
    for (int person = 0; person < 4; person += 2) {
      Item first = items[person], second = items[person + 1];
      if (first.null) items[person] = second;
      if (second.null) items[person + 1] = first;
    }
  int best = -1, best_score = -1;
  for (int crossed = 0; crossed < 2; crossed++) {
    int score = 0;
    for (int i = 0; i < 2; i++) {
      const Item *facing = &items[2 + (crossed ? 1 - i : i)];
      score +=
          same(hla, &items[i], facing) == YES ? 4 : b7_hla_first(items[i].name) == b7_hla_first(facing->name);
    }
    if (score > best_score) {
      best_score = score;
      best = crossed;
    }
  }
  for (int i = 0; i < 2; i++) {
    const Item *facing = &items[2 + (best ? 1 - i : i)];
    if (same(hla, &items[i], facing) == YES) continue;
    describe_pair(hla, items[i].name, facing->name, &match->mismatch[match->n_mismatches++]);
  }
}

/* --------------------------------------------------------------------------------------------------------
 * locus ---- */

static const char *unknown_allele(const B7HlaLocusTyping *typing) {
  for (int32_t g = 0; g < typing->genotypes; g++)
    for (int i = 0; i < 2; i++)
      if (typing->copies[g][i].unknown) return typing->copies[g][i].unknown;
  return NULL;
}

static void explain(B7HlaLocusMatch *match, const char *who, const B7HlaLocusTyping *typing) {
  if (match->why[0]) return;
  const char *locus = b7_hla_locus_name(match->locus);
  if (typing->genotypes == 0) {
    snprintf(match->why, sizeof match->why, "%s: no typing of %s", who, locus);
    return;
  }
  for (int32_t g = 0; g < typing->genotypes; g++)
    for (int i = 0; i < 2; i++)
      if (typing->copies[g][i].why) {
        snprintf(match->why, sizeof match->why, "%s: %s", who, typing->copies[g][i].why);
        return;
      }
  const char *unknown = unknown_allele(typing);
  if (unknown) {
    snprintf(match->why, sizeof match->why, "%s: %s", who, unknown);
    return;
  }
  if (typing->second_missing)
    snprintf(match->why, sizeof match->why, "%s: one allele of %s; the other is missing", who, locus);
}

static bool says_too_little(const B7HlaLocusTyping *typing) {
  if (typing->genotypes == 0) return true;
  for (int32_t g = 0; g < typing->genotypes; g++)
    if (typing->copies[g][0].why || typing->copies[g][1].why) return true;
  return false;
}

static void match_locus(const B7Hla *hla, const B7HlaLocusTyping *recipient, const B7HlaLocusTyping *donor,
                        B7HlaKey key, bool expressed_only, Choices four[4], B7HlaLocusMatch *match) {
  static const B7HlaCopy open[1][2] = {{{.form = B7_HLA_FORM_ANYTHING}, {.form = B7_HLA_FORM_ANYTHING}}};
  Tally tally = {.any = false};
  bool tried = true;
  const B7HlaCopy(*left)[2] = recipient->genotypes ? (const B7HlaCopy(*)[2])recipient->copies : open;
  const B7HlaCopy(*right)[2] = donor->genotypes ? (const B7HlaCopy(*)[2])donor->copies : open;
  int32_t n_left = recipient->genotypes ? recipient->genotypes : 1,
          n_right = donor->genotypes ? donor->genotypes : 1;
  for (int32_t r = 0; r < n_left; r++)
    for (int32_t d = 0; d < n_right; d++)
      tried = tally_genotypes(hla, left[r], right[d], key, expressed_only, four, &tally) && tried;
  if (!tried) tally = (Tally){true, 0, 2, 0, 2, 0, 2, 0, 1, 2};
  match->matched_min = tally.matched_min;
  match->matched_max = tally.matched_max;
  match->gvh_min = tally.gvh_min;
  match->gvh_max = tally.gvh_max;
  match->hvg_min = tally.hvg_min;
  match->hvg_max = tally.hvg_max;
  match->shares_allele = tally.shared_min == tally.shared_max ? tally.shared_min : -1;
  bool certain = tally.matched_min == tally.matched_max && tally.gvh_min == tally.gvh_max &&
                 tally.hvg_min == tally.hvg_max;
  explain(match, "recipient", recipient);
  explain(match, "donor", donor);
  if (says_too_little(recipient) || says_too_little(donor))
    match->certainty = B7_HLA_CERTAINTY_NOT_EVALUABLE;
  else
    match->certainty = certain && !unknown_allele(recipient) && !unknown_allele(donor)
                           ? B7_HLA_CERTAINTY_DEFINITE
                           : B7_HLA_CERTAINTY_POTENTIAL;
  if (match->certainty == B7_HLA_CERTAINTY_POTENTIAL && !match->why[0])
    snprintf(match->why, sizeof match->why, "%s",
             tried ? "several alleles are possible, or a P group is not in the tables"
                   : "too many alleles are possible");
  const B7HlaCopy *one = definite_copies(recipient), *two = definite_copies(donor);
  if (match->certainty == B7_HLA_CERTAINTY_DEFINITE && match->matched_min < 2 && one && two)
    list_mismatches(hla, one, two, key, expressed_only, match);
}

static int32_t longest_list(const B7HlaTyping *typing) {
  int32_t most = 1;
  for (int32_t l = 0; l < B7_HLA_LOCI; l++)
    for (int32_t g = 0; g < typing->locus[l].genotypes; g++)
      for (int i = 0; i < 2; i++)
        if (typing->locus[l].copies[g][i].n > most) most = typing->locus[l].copies[g][i].n;
  return most;
}

B7Status b7_hla_match(const B7Hla *hla, const B7HlaTyping *recipient, const B7HlaTyping *donor,
                      int32_t alleles, B7HlaKey key, bool expressed_only, B7HlaMatch *match, B7Error *error) {
  static const B7HlaLocus order[B7_HLA_LOCI] = {B7_HLA_LOCUS_A,    B7_HLA_LOCUS_B,    B7_HLA_LOCUS_C,
                                                B7_HLA_LOCUS_DRB1, B7_HLA_LOCUS_DQB1, B7_HLA_LOCUS_DPB1};
  *match = (B7HlaMatch){.alleles = alleles};
  match->loci = alleles == 8 ? hla->loci_8 : alleles == 10 ? hla->loci_10 : alleles == 12 ? hla->loci_12 : 0;
  if (match->loci == 0)
    return b7_fail(error, B7_ERROR_USAGE, "a match counts 8, 10 or 12 alleles, not %d", (int)alleles);
  B7Arena arena = b7_arena_make(&hla->arena.hooks);
  Choices four[4];
  for (int c = 0; c < 4; c++) {
    four[c].items = B7_ARENA_ARRAY(&arena, Item, longest_list(c < 2 ? recipient : donor));
    if (!four[c].items) {
      b7_arena_free(&arena);
      return b7_fail_memory(error);
    }
  }
  for (int32_t l = 0; l < match->loci; l++) {
    B7HlaLocusMatch *own = &match->locus[l];
    own->locus = order[l];
    match_locus(hla, &recipient->locus[order[l]], &donor->locus[order[l]], key, expressed_only, four, own);
    match->matched_min += own->matched_min;
    match->matched_max += own->matched_max;
    match->gvh_min += own->gvh_min;
    match->gvh_max += own->gvh_max;
    match->hvg_min += own->hvg_min;
    match->hvg_max += own->hvg_max;
    if (own->certainty > match->certainty) match->certainty = own->certainty;
  }
  b7_arena_free(&arena);
  return B7_OK;
}
