/* hla.h - names of alleles as numbers, tables of facts about them, typings as possibilities. Running leg. */
#ifndef B7_ASSESS_HLA_HLA_H
#define B7_ASSESS_HLA_HLA_H

#include "base/memory.h"
#include "bridge7_hla.h"

/* locus in bits 56-63, first field 40-55, second 24-39, third 8-23 (G groups only), expression letter 0-7. */
typedef uint64_t B7HlaName;

static inline B7HlaName b7_hla_name(int32_t locus, uint32_t first, uint32_t second, char letter) {
  return (uint64_t)locus << 56 | (uint64_t)first << 40 | (uint64_t)second << 24 | (unsigned char)letter;
}
static inline uint32_t b7_hla_first(B7HlaName name) {
  return name >> 40 & 0xffff;
}
static inline char b7_hla_letter(B7HlaName name) {
  return (char)(name & 0xff);
}
static inline bool b7_hla_is_null(B7HlaName name) {
  return b7_hla_letter(name) == 'N';
}

/* What one allele is known for; which members count depends on the table. */
typedef struct B7HlaFact {
  B7HlaName name;
  B7HlaName group;  /* P group */
  char text[8];     /* antigen, or broad antigen */
  int32_t value[2]; /* T-cell-epitope groups 1 and 2; ligand and protection */
} B7HlaFact;

typedef enum B7HlaTableKind {
  B7_HLA_TABLE_P,        /* allele -> P group (itself when alone) */
  B7_HLA_TABLE_G,        /* G group -> P group */
  B7_HLA_TABLE_SEROLOGY, /* allele -> antigen, "?" none defined */
  B7_HLA_TABLE_BROAD,    /* antigen (as first field) -> broad antigen */
  B7_HLA_TABLE_TCE,      /* DPB1 allele -> groups, -1 not assigned */
  B7_HLA_TABLE_KIR,      /* allele -> ligand bits, protection */
  B7_HLA_TABLE_NAMES,    /* every two-field name that stands in one of the tables above */
  B7_HLA_TABLES
} B7HlaTableKind;

typedef struct B7HlaTable {
  B7HlaFact *facts; /* sorted by name once closed */
  size_t count, capacity;
  bool complete; /* from a whole release: what is absent does not exist */
} B7HlaTable;

enum {
  B7_KIR_PROTECTION_UNKNOWN,
  B7_KIR_PROTECTION_FUNCTIONAL,
  B7_KIR_PROTECTION_WEAK,
  B7_KIR_PROTECTION_ABSENT
};

typedef struct B7HlaCode {
  char code[8];
  const char *alleles;
} B7HlaCode;

struct B7Hla {
  B7Arena arena;
  B7HlaTable table[B7_HLA_TABLES];
  B7HlaCode *codes;
  size_t n_codes, codes_capacity;
  bool names_as_written;                  /* alleles outside the tables are taken at their name */
  int32_t loci_8, loci_10, loci_12;       /* loci counted */
  int32_t haplo_min, haplo_max, haplo_of; /* matched alleles of a haploidentical donor by count */
  int32_t tce_groups;
};

B7Status b7_hla_table_add(B7Hla *hla, B7HlaTableKind kind, const B7HlaFact *fact, B7Error *error);
/* Note that an allele exists (two fields, expression letter). */
B7Status b7_hla_know(B7Hla *hla, B7HlaName name, B7Error *error);
/* Do the tables know the allele, P group or G group? Names as written are not looked up. */
bool b7_hla_known_allele(const B7Hla *hla, B7HlaName name);
bool b7_hla_known_group(const B7Hla *hla, B7HlaName name, char form);
/* Sort for look-up; of equal names the one with the lowest text stays. */
void b7_hla_table_close(B7HlaTable *table);
const B7HlaFact *b7_hla_find(const B7Hla *hla, B7HlaTableKind kind, B7HlaName name);
/* Read the files of data/hla. */
B7Status b7_hla_read_tables(B7Hla *hla, const char *folder, B7Error *error);

/* "DRB1" of length n -> locus, -1 when it is no locus that is compared. */
int32_t b7_hla_find_locus(const char *text, size_t n);
/* "15:01", "15:01:01:02N", "15:01:01G", "15:01P" (n bytes) -> two-field name with expression letter; form is
   0, 'P' or 'G', and a G group's third field stands in the name. NULL when read, else what is wrong, to
   follow the text in a message. */
const char *b7_hla_read_fields(int32_t locus, const char *text, size_t n, B7HlaName *name, char *form);
/* "B*15:01" into text[24]. */
void b7_hla_format(B7HlaName name, char text[24]);

/* P group of a two-field allele, 0 when unknown. */
B7HlaName b7_hla_p_group(const B7Hla *hla, B7HlaName name);

/* What is known of one copy of a locus. */
typedef enum B7HlaForm {
  B7_HLA_FORM_ALLELES, /* one of the names */
  B7_HLA_FORM_P_GROUP, /* a member of the P group names[0] */
  B7_HLA_FORM_G_GROUP, /* a member of the G group names[0] */
  B7_HLA_FORM_FIRST,   /* any allele with the first field of names[0] */
  B7_HLA_FORM_ANYTHING
} B7HlaForm;

typedef struct B7HlaCopy {
  B7HlaForm form;
  int32_t n;
  B7HlaName *names;
  const char *why;     /* not evaluable because; NULL when it is */
  const char *unknown; /* an allele that no table knows, and what to do; NULL when there is none */
} B7HlaCopy;

typedef struct B7HlaLocusTyping {
  const char *text;  /* "" missing */
  int32_t genotypes; /* possible pairs of copies; 0 missing */
  B7HlaCopy (*copies)[2];
  bool second_missing;
} B7HlaLocusTyping;

struct B7HlaTyping {
  B7Arena arena;
  B7HlaLocusTyping locus[B7_HLA_LOCI];
  const char *others; /* what was typed at loci that are not compared, "" nothing */
};

#endif
