/* typing.h - HLA typing strings of a patient and a donor. Running leg. */
#ifndef B7_COURSE_TYPING_H
#define B7_COURSE_TYPING_H

#include "bridge7.h"

/* NULL-terminated: A, C, B, DRB1, DQB1, DPB1 and the others that courses may name. */
extern const char *const b7_typing_loci[];

/* Check one allele of a locus ("15:01", "B*15:01", "B*15:18P", "B*15:01:01:02N") and write its two-field form
   "15:01" (with its expression letter) into two_field[16]. Returns NULL, or what is wrong with it, as the end
   of a sentence. */
const char *b7_typing_allele(const char *locus, const char *text, char two_field[16]);
/* Alleles of one that the other lacks, after two-field comparison: how many of from[n_from] are not in
 * other[n_other]; equal alleles count once. */
int32_t b7_typing_absent(const char (*from)[16], int32_t n_from, const char (*other)[16], int32_t n_other);

#endif
