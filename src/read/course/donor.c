/* donor and HLA of a course */
#include <stdio.h>
#include <string.h>

#include "course/typing.h"
#include "read/course/course_reader.h"

typedef struct Typing {
  char allele[2][16];
  int32_t count;
} Typing;

/* what is known of a donor by the kind of relation alone */
static const struct {
  const char *name;
  bool related;
  int32_t alleles; /* mismatched alleles of ten when no typing is given; -1: cannot be guessed */
} RELATIONS[] = {
    {"identical_twin", true, 0},
    {"identical_sibling", true, 0},
    {"sibling", true, -1},
    {"son", true, 5},
    {"daughter", true, 5},
    {"father", true, 5},
    {"mother", true, 5},
    {"parent", true, 5},
    {"child", true, 5},
    {"haploidentical", true, 5},
    {"matched_unrelated", false, 0},
    {"mismatched_unrelated", false, 1},
    {"cord_blood", false, -1},
    {NULL, false, 0},
};

static B7Status read_allele(B7CourseReader *reader, const char *locus, const B7Node *node, Typing *typing) {
  const char *text;
  B7_TRY(b7_node_text(node, &text, reader->error));
  const char *wrong = b7_typing_allele(locus, text, typing->allele[typing->count]);
  if (wrong) return b7_node_fail(node, reader->error, "HLA typing '%s' %s", text, wrong);
  typing->count++;
  return B7_OK;
}

static B7Status read_typing(B7CourseReader *reader, const char *locus, const B7Node *row, const char *who,
                            Typing *typing) {
  const B7Node *node;
  *typing = (Typing){0};
  B7_TRY(b7_node_need(row, who, &node, reader->error));
  if (node->kind == B7_NODE_SCALAR) return read_allele(reader, locus, node, typing);
  B7_TRY(b7_node_expect(node, B7_NODE_SEQUENCE, who, reader->error));
  if (node->count < 1 || node->count > 2) {
    return b7_node_fail(node, reader->error,
                        "%d alleles at HLA-%s; a person has one (homozygous or one reported) or two",
                        (int)node->count, locus);
  }
  for (int32_t i = 0; i < node->count; i++) B7_TRY(read_allele(reader, locus, node->items[i], typing));
  return B7_OK;
}

static const char *typing_text(B7CourseReader *reader, const Typing *typing) {
  return typing->count == 2
             ? b7_arena_format(&reader->course->arena, "%s/%s", typing->allele[0], typing->allele[1])
             : b7_keep(reader, typing->allele[0]);
}

static B7Status add_row(B7CourseReader *reader, const B7Node *at, const B7HlaRow *row) {
  for (int32_t i = 0; i < reader->course->n_hla; i++) {
    if (strcmp(reader->course->hla[i].locus, row->locus) == 0) {
      return b7_node_fail(at, reader->error, "HLA-%s is both typed and listed as matched; keep one",
                          row->locus);
    }
  }
  B7HlaRow *kept = B7_COURSE_ADD(reader->course, B7HlaRow, hla);
  if (!kept) return b7_fail_memory(reader->error);
  *kept = *row;
  return B7_OK;
}

static const char *known_locus(const char *name) {
  for (int i = 0; b7_typing_loci[i]; i++) {
    if (strcmp(b7_typing_loci[i], name) == 0) return b7_typing_loci[i];
  }
  return NULL;
}

static B7Status read_locus(B7CourseReader *reader, const char *locus, const B7Node *key, const B7Node *node,
                           const B7Basis *basis) {
  static const char *const KEYS[] = {"patient", "donor", "status", "flag", "why", NULL};
  Typing patient, donor;
  B7Basis own;
  B7_TRY(b7_node_only_keys(node, KEYS, reader->error));
  B7Row row = {.node = node};
  B7_TRY(b7_row_basis(reader, &row, basis, &own));
  B7_TRY(read_typing(reader, locus, node, "patient", &patient));
  B7_TRY(read_typing(reader, locus, node, "donor", &donor));
  B7HlaRow kept = {.locus = locus, .status = own.status, .flag = own.flag};
  kept.patient = typing_text(reader, &patient);
  kept.donor = typing_text(reader, &donor);
  if (!kept.patient || !kept.donor) return b7_fail_memory(reader->error);
  kept.gvh = b7_typing_absent((const char(*)[16])patient.allele, patient.count,
                              (const char(*)[16])donor.allele, donor.count);
  kept.hvg = b7_typing_absent((const char(*)[16])donor.allele, donor.count, (const char(*)[16])patient.allele,
                              patient.count);
  return add_row(reader, key, &kept);
}

static B7Status read_matched(B7CourseReader *reader, const B7Node *matched, const B7Basis *basis) {
  B7_TRY(b7_node_expect(matched, B7_NODE_SEQUENCE, "'matched'", reader->error));
  for (int32_t i = 0; i < matched->count; i++) {
    const char *text;
    B7_TRY(b7_node_text(matched->items[i], &text, reader->error));
    const char *locus = known_locus(text);
    if (!locus)
      return b7_node_unknown(matched->items[i], "HLA locus", text, b7_typing_loci, NULL, reader->error);
    B7HlaRow row = {.locus = locus, .patient = "", .donor = "", .status = basis->status, .flag = basis->flag};
    B7_TRY(add_row(reader, matched->items[i], &row));
  }
  return B7_OK;
}

/* "9/10": alleles matched of alleles compared; must agree with the loci that are given */
static B7Status check_score(B7CourseReader *reader, const B7Node *node) {
  const char *text = node->text ? node->text : "";
  int matched = 0, compared = 0, used = 0;
  if (sscanf(text, "%2d/%2d%n", &matched, &compared, &used) != 2 || text[used] || matched < 0 ||
      matched > compared || (compared != 6 && compared != 8 && compared != 10 && compared != 12)) {
    return b7_node_fail(node, reader->error, "'%s' is no HLA score; write matched/compared, such as 9/10",
                        text);
  }
  int32_t mismatched = 0;
  for (int32_t i = 0; i < reader->course->n_hla; i++) {
    const B7HlaRow *row = &reader->course->hla[i];
    mismatched += row->gvh > row->hvg ? row->gvh : row->hvg;
  }
  if (reader->course->n_hla == 0) {
    reader->gvh_alleles = reader->hvg_alleles = compared - matched;
  } else if (mismatched != compared - matched) {
    return b7_node_fail(node, reader->error,
                        "HLA score %s says %d mismatched, but the loci given here have %d", text,
                        compared - matched, (int)mismatched);
  }
  return B7_OK;
}

static B7Status read_hla(B7CourseReader *reader, const B7Node *hla) {
  static const char *const WORDS[] = {"method", "score", "date", "status", "flag", "why", "matched", NULL};
  B7Basis basis;
  const char *text;
  B7Row row = {.node = hla};
  B7_TRY(b7_node_expect(hla, B7_NODE_MAPPING, "'hla'", reader->error));
  B7_TRY(b7_row_basis(reader, &row, NULL, &basis));
  for (int32_t i = 0; i < hla->count; i++) {
    const char *key = hla->keys[i]->text, *locus = known_locus(key);
    bool word = false;
    for (int k = 0; WORDS[k]; k++) word = word || strcmp(WORDS[k], key) == 0;
    if (locus) B7_TRY(read_locus(reader, locus, hla->keys[i], hla->items[i], &basis));
    if (!locus && !word)
      return b7_node_unknown(hla->keys[i], "HLA locus", key, b7_typing_loci, NULL, reader->error);
  }
  const B7Node *matched = b7_node_get(hla, "matched"), *score = b7_node_get(hla, "score");
  if (matched) B7_TRY(read_matched(reader, matched, &basis));
  for (int32_t i = 0; i < reader->course->n_hla; i++) {
    reader->gvh_alleles += reader->course->hla[i].gvh;
    reader->hvg_alleles += reader->course->hla[i].hvg;
  }
  if (score) B7_TRY(check_score(reader, score));
  reader->hla_given = score || reader->course->n_hla > 0;
  B7_TRY(b7_fact_words(reader, hla, "hla", "method", &text));
  B7_TRY(b7_fact_words(reader, hla, "hla", "score", &text));
  B7_TRY(b7_fact_words(reader, hla, "hla", "date", &text));
  return b7_assume(reader, "donor, hla", &basis, "");
}

static B7Status read_relation(B7CourseReader *reader, const B7Node *donor) {
  const char *relation, *names[sizeof RELATIONS / sizeof RELATIONS[0]];
  const B7Node *node;
  B7_TRY(b7_node_need(donor, "relation", &node, reader->error));
  B7_TRY(b7_fact_words(reader, donor, "donor", "relation", &relation));
  int32_t n = 0, found = -1;
  for (; RELATIONS[n].name; n++) {
    names[n] = RELATIONS[n].name;
    if (strcmp(RELATIONS[n].name, relation) == 0) found = n;
  }
  names[n] = NULL;
  if (found < 0) return b7_node_unknown(node, "relation", relation, names, NULL, reader->error);
  reader->donor_given = true;
  reader->donor_related = RELATIONS[found].related;
  reader->donor_identical = strcmp(relation, "identical_twin") == 0;
  if (reader->hla_given) return B7_OK;
  if (RELATIONS[found].alleles < 0) {
    return b7_node_fail(donor, reader->error, "a donor who is '%s' needs 'hla:' (typing, or score: 9/10)",
                        relation);
  }
  reader->gvh_alleles = reader->hvg_alleles = RELATIONS[found].alleles;
  B7Basis assumed = {
      .status = B7_FACT_ASSUMED, .flag = "", .why = "HLA is not given; taken from the kind of relation"};
  return b7_assume(reader, "donor, hla", &assumed, relation);
}

B7Status b7_donor_read(B7CourseReader *reader, const B7Node *root) {
  static const char *const KEYS[] = {"relation", "age_years", "sex",        "hla", "cmv",
                                     "abo",      "kir",       "antibodies", NULL};
  const B7Node *donor = b7_node_get(root, "donor"), *hla;
  const char *text;
  double age;
  if (!donor) return B7_OK;
  B7_TRY(b7_node_only_keys(donor, KEYS, reader->error));
  hla = b7_node_get(donor, "hla");
  if (hla) B7_TRY(read_hla(reader, hla));
  B7_TRY(read_relation(reader, donor));
  B7_TRY(b7_fact_number(reader, donor, "donor", "age_years", 0, 100, &age, NULL));
  static const char *const WORDS[] = {"sex", "cmv", "abo", "kir", "antibodies"};
  for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++)
    B7_TRY(b7_fact_words(reader, donor, "donor", WORDS[i], &text));
  return B7_OK;
}
