/* bridge7_hla.h - HLA typings compared: matches and their direction, serology, DPB1 permissiveness, KIR ligands, class of the donor.
 * Conventions as in bridge7.h. */
#ifndef BRIDGE7_HLA_H
#define BRIDGE7_HLA_H

#include "bridge7.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---------------------------------------------------------------------------------------------------------- HLA ---- */

/* Tables (data/hla) and rules (criteria/hla.yaml) of HLA comparison. Alleles that the tables do not hold are unknown, never guessed. */
typedef struct B7Hla B7Hla;

/* Nullable: hooks, error. The caller frees *out with b7_hla_free. Errors: INPUT, FILE (name file and line), MEMORY. */
B7_API B7Status b7_hla_load(const char *data_folder, const char *criteria_folder, const B7Hooks *hooks,
                            B7Hla **out, B7Error *error);
B7_API void b7_hla_free(B7Hla *hla);
/* Replace tables by those of an IPD-IMGT/HLA release that the caller holds: any of hla_nom_p.txt, hla_nom_g.txt, rel_dna_ser.txt,
   rel_ser_ser.txt, dpb_tce.csv in folder, folder/wmda or folder/tce. Not to be called while others use hla. */
B7_API B7Status b7_hla_read_release(B7Hla *hla, const char *folder, B7Error *error);
/* From here on take alleles, groups and members of codes that no table holds at their name, as if they were known to exist. */
B7_API void b7_hla_take_names_as_written(B7Hla *hla);
/* Make an NMDP code known: ("AB", "01/02") lists second fields, ("ABC", "01:01/02:01") whole alleles. */
B7_API B7Status b7_hla_add_code(B7Hla *hla, const char *code, const char *alleles, B7Error *error);

typedef enum B7HlaLocus {
  B7_HLA_LOCUS_A,
  B7_HLA_LOCUS_B,
  B7_HLA_LOCUS_C,
  B7_HLA_LOCUS_DRB1,
  B7_HLA_LOCUS_DQB1,
  B7_HLA_LOCUS_DPB1,
  B7_HLA_LOCI
} B7HlaLocus;
B7_API const char *b7_hla_locus_name(B7HlaLocus locus);

typedef struct B7HlaTyping B7HlaTyping;
/* One person's typing. Loci are separated by blanks, ';' or '^', the two copies by ',' or '+', possible alleles of a copy by '/',
   possible genotypes by '|': "A*02:01,A*24:02 B*15:01/15:18,B*40:01". An allele is two to four fields with an optional
   expression letter (truncated to two fields, letter kept), a P or G group, an NMDP code (needs b7_hla_add_code). A*02:XX,
   serological (B62) and version-2 names (A*0201) are read and make their locus not evaluable. A single allele leaves the other copy
   unknown unless homozygous. An allele that no table holds (B*15:999) leaves its copy open; a P or G group or a member of a code that
   none holds is an error. who ("recipient") stands in messages. The caller frees *out. Errors: INPUT (names the allele and what is
   wrong with it), MEMORY. */
B7_API B7Status b7_hla_typing_make(const B7Hla *hla, const char *text, const char *who, bool homozygous,
                                   B7HlaTyping **out, B7Error *error);
B7_API void b7_hla_typing_free(B7HlaTyping *typing);
/* The text of a locus as given, "" when it is missing. */
B7_API const char *b7_hla_typing_locus(const B7HlaTyping *typing, B7HlaLocus locus);

/* What was typed at loci that are not compared (DRB3, DRB4, DRB5, DQA1, DPA1, ...), by blanks; "" nothing. */
B7_API const char *b7_hla_typing_others(const B7HlaTyping *typing);

typedef enum B7HlaKey {
  B7_HLA_KEY_TWO_FIELD, /* the protein: first two fields */
  B7_HLA_KEY_ARD        /* the protein of the antigen-binding domains: P group */
} B7HlaKey;

typedef enum B7HlaCertainty {
  B7_HLA_CERTAINTY_DEFINITE,     /* every possible combination gives the same */
  B7_HLA_CERTAINTY_POTENTIAL,    /* a range */
  B7_HLA_CERTAINTY_NOT_EVALUABLE /* a locus is missing or typed in a form that says too little; the range still holds */
} B7HlaCertainty;

typedef enum B7HlaLevel { B7_HLA_LEVEL_ALLELE, B7_HLA_LEVEL_ANTIGEN } B7HlaLevel;
typedef enum B7HlaSerology {
  B7_HLA_SEROLOGY_UNKNOWN,
  B7_HLA_SEROLOGY_SAME,
  B7_HLA_SEROLOGY_DIFFERENT
} B7HlaSerology;

/* Two alleles that face each other unmatched. level: allele when the first fields agree, else antigen; serology beside it, since WHO
   antigens may differ within one first field (B*15:01 is B62, B*15:18 is B71). */
typedef struct B7HlaMismatch {
  char recipient[24], donor[24];               /* "B*15:01" */
  char recipient_antigen[8], donor_antigen[8]; /* "62", "" unknown */
  B7HlaLevel level;
  B7HlaSerology serology;
} B7HlaMismatch;

typedef struct B7HlaLocusMatch {
  B7HlaLocus locus;
  B7HlaCertainty certainty;
  int32_t matched_min, matched_max; /* of 2, by the pairing with most matches */
  int32_t gvh_min, gvh_max;         /* distinct recipient alleles absent from the donor */
  int32_t hvg_min, hvg_max;         /* distinct donor alleles absent from the recipient */
  int32_t shares_allele;            /* 1 yes, 0 no, -1 unknown */
  int32_t n_mismatches;             /* only when definite */
  B7HlaMismatch mismatch[2];
  char why[240]; /* why not definite, "" */
} B7HlaLocusMatch;

typedef struct B7HlaMatch {
  B7HlaCertainty certainty;
  int32_t loci, alleles; /* 5, 10 for 10/10 */
  int32_t matched_min, matched_max, gvh_min, gvh_max, hvg_min, hvg_max;
  B7HlaLocusMatch locus[B7_HLA_LOCI]; /* loci of them, in the order A, B, C, DRB1, DQB1, DPB1 */
} B7HlaMatch;

/* Match over alleles = 8 (A, B, C, DRB1), 10 (and DQB1) or 12 (and DPB1). expressed_only: a null allele counts as a second copy of the
   other allele. Errors: USAGE. */
B7_API B7Status b7_hla_match(const B7Hla *hla, const B7HlaTyping *recipient, const B7HlaTyping *donor,
                             int32_t alleles, B7HlaKey key, bool expressed_only, B7HlaMatch *match,
                             B7Error *error);

/* WHO serological antigens of two alleles ("B*15:01"), NULL allele allowed for one look-up: antigen texts "62" or "" into [8]. */
B7_API B7Status b7_hla_serology(const B7Hla *hla, const char *allele_1, const char *allele_2,
                                char antigen_1[8], char antigen_2[8], B7HlaSerology *comparison,
                                B7Error *error);

/* DPB1 permissiveness by T-cell-epitope groups: identifier, word. */
#define B7_HLA_TCE_LIST(X)                                                                                   \
  X(MATCH, "MATCH")                                                                                          \
  X(PERMISSIVE, "PERMISSIVE")                                                                                \
  X(GVH_NONPERMISSIVE, "GVH_NONPERMISSIVE")                                                                  \
  X(HVG_NONPERMISSIVE, "HVG_NONPERMISSIVE")                                                                  \
  X(UNKNOWN, "UNKNOWN")                                                                                      \
  X(POTENTIAL, "POTENTIAL")                                                                                  \
  X(NONPERMISSIVE_UNDEFINED, "NONPERMISSIVE_UNDEFINED")                                                      \
  X(NOT_EVALUABLE, "NOT_EVALUABLE")
typedef enum B7HlaTce {
#define B7_HLA_TCE_ENUM(id, word) B7_HLA_TCE_##id,
  B7_HLA_TCE_LIST(B7_HLA_TCE_ENUM)
#undef B7_HLA_TCE_ENUM
      B7_HLA_TCE_COUNT
} B7HlaTce;
B7_API const char *b7_hla_tce_word(B7HlaTce tce);
/* version 1 or 2 of the groups. MATCH: the proteins of the binding domains (P groups) are the same, whatever the two fields say. Groups of the lowest allele (0 null, -1 unknown or ambiguous) into recipient_group, donor_group (Nullable).
   null_allele (Nullable) tells that a null allele took part, for which sources are not of one mind. */
B7_API B7HlaTce b7_hla_dpb1_tce(const B7Hla *hla, const B7HlaTyping *recipient, const B7HlaTyping *donor,
                                int32_t version, int32_t *recipient_group, int32_t *donor_group,
                                bool *null_allele);

enum { B7_KIR_LIGAND_C1 = 1, B7_KIR_LIGAND_C2 = 2, B7_KIR_LIGAND_BW4 = 4, B7_KIR_LIGAND_BW4_80I = 8, B7_KIR_LIGAND_BW4_80T = 16 };
typedef enum B7KirABw4 { B7_KIR_A_NONE, B7_KIR_A_STRICT, B7_KIR_A_ALL } B7KirABw4;
typedef struct B7KirOptions {
  B7KirABw4 hla_a_bw4; /* Bw4 carried by HLA-A: not counted, only where found functional, all */
  bool exclude_b13;    /* leave B*13:01 and B*13:02 out, which gave no protection */
} B7KirOptions;
/* Bits that are certain and bits that are possible; both equal when the typing decides. */
typedef struct B7KirLigands {
  uint32_t certain, possible;
  bool evaluable;
  char why[160]; /* what is missing, "" */
} B7KirLigands;
typedef struct B7KirMatch {
  B7KirLigands recipient, donor;
  uint32_t gvh, gvh_possible; /* ligands (C1, C2, Bw4) of the donor that the recipient lacks */
  uint32_t hvg, hvg_possible;
  bool evaluable;
} B7KirMatch;
B7_API void b7_kir_match(const B7Hla *hla, const B7HlaTyping *recipient, const B7HlaTyping *donor,
                         B7KirOptions options, B7KirMatch *match);

typedef enum B7DonorRelation {
  B7_RELATION_UNKNOWN,
  B7_RELATION_UNRELATED,
  B7_RELATION_PARENT,
  B7_RELATION_CHILD,
  B7_RELATION_SIBLING,
  B7_RELATION_RELATIVE,
  B7_RELATION_TWIN,
  B7_RELATION_SELF,
  B7_RELATION_CORD
} B7DonorRelation;
/* "child", "son", "mother", "unrelated", ...; false when not known. */
B7_API bool b7_donor_relation_find(const char *word, B7DonorRelation *relation);

#define B7_DONOR_CLASS_LIST(X)                                                                               \
  X(UNCLASSIFIED, "UNCLASSIFIED")                                                                            \
  X(AUTOLOGOUS, "AUTOLOGOUS")                                                                                \
  X(SYNGENEIC, "SYNGENEIC")                                                                                  \
  X(IDENTICAL_SIBLING, "IDENTICAL_SIBLING")                                                                  \
  X(HAPLO_BY_DESCENT, "HAPLO_BY_DESCENT")                                                                    \
  X(HAPLO_BY_COUNT, "HAPLO_BY_COUNT")                                                                        \
  X(NOT_HAPLO, "NOT_HAPLO")                                                                                  \
  X(MISMATCHED_RELATED, "MISMATCHED_RELATED")                                                                \
  X(MATCHED_UNRELATED, "MATCHED_UNRELATED")                                                                  \
  X(MISMATCHED_UNRELATED, "MISMATCHED_UNRELATED")                                                            \
  X(CORD, "CORD")                                                                                            \
  X(ERROR, "ERROR_RELATION_OR_TYPING")
typedef enum B7DonorClass {
#define B7_DONOR_CLASS_ENUM(id, word) B7_DONOR_##id,
  B7_DONOR_CLASS_LIST(B7_DONOR_CLASS_ENUM)
#undef B7_DONOR_CLASS_ENUM
      B7_DONOR_CLASS_COUNT
} B7DonorClass;
B7_API const char *b7_donor_class_word(B7DonorClass donor_class);

typedef struct B7DonorFacts {
  B7DonorRelation relation;
  int32_t matched, alleles;   /* 9 of 10; matched -1: not known for certain */
  int32_t shares_every_locus; /* at least one allele at every locus: 1 yes, 0 no, -1 unknown */
  int32_t haplotypes_shared;  /* by family typing: 0, 1, 2; -1 unknown */
} B7DonorFacts;
/* The facts that a match tells. */
B7_API B7DonorFacts b7_donor_facts(B7DonorRelation relation, const B7HlaMatch *match);
/* B7_DONOR_ERROR: a parent, child, twin or the patient cannot have this typing. */
B7_API B7DonorClass b7_donor_class(const B7Hla *hla, const B7DonorFacts *facts);

#ifdef __cplusplus
}
#endif
#endif
