/* course_reader.h - what the parts of the course loader share: one reader, one way to read a fact, its status and its
 * alternatives. Authoring leg. */
#ifndef B7_READ_COURSE_COURSE_READER_H
#define B7_READ_COURSE_COURSE_READER_H

#include "course/course.h"
#include "document/document.h"
#include "document/unit_converter.h"
#include "read/catalogue/catalogue.h"
#include "read/catalogue/dose_read.h"

typedef struct B7CourseReader {
  struct B7Course *course;
  const B7Catalogue *catalogue;
  B7Converter *converter;
  B7Error *error;
  /* HLA and donor, for mismatch scores */
  int32_t gvh_alleles, hvg_alleles;
  bool donor_given, donor_related, donor_identical, hla_given;
} B7CourseReader;

/* A row of the course: its mapping, and the mapping of the alternative taken, which wins key by key. */
typedef struct B7Row {
  const B7Node *node;
  const B7Node *override; /* NULL: the row as it stands */
} B7Row;

/* Open a row: only the given keys, `or:` handled. where names the row in lists of alternatives. */
B7Status b7_row_open(B7CourseReader *reader, const B7Node *node, const char *const *keys, const char *where,
                     B7Row *out);
/* Value of a key, or NULL. */
const B7Node *b7_row_get(const B7Row *row, const char *key);
/* status, flag and why of a row; inherit (Nullable) supplies what the row does not say. */
B7Status b7_row_basis(B7CourseReader *reader, const B7Row *row, const B7Basis *inherit, B7Basis *out);

/* A value that may be plain or {value|date: ..., status, flag, why, or, arm}. *value is the scalar that
   counts (the alternative when taken); basis keeps what stands in it before the call when the value is plain.
 */
B7Status b7_fact_open(B7CourseReader *reader, const B7Node *node, const char *where, const B7Node **value,
                      B7Basis *basis);
/* The same for a number with a range and a list entry among the facts of a section. */
B7Status b7_fact_number(B7CourseReader *reader, const B7Node *mapping, const char *section, const char *key,
                        double low, double high, double *out, B7Basis *basis);
/* A word or sentence, listed among the facts of a section; *out is "" when absent. */
B7Status b7_fact_words(B7CourseReader *reader, const B7Node *mapping, const char *section, const char *key,
                       const char **out);

/* List it among the assumptions unless it is stated. */
B7Status b7_assume(B7CourseReader *reader, const char *where, const B7Basis *basis, const char *what);
/* A copy of text in the course's arena, or NULL with the error filled. */
const char *b7_keep(B7CourseReader *reader, const char *text);
/* A time: ISO date, "anchor+N", "anchor-N", or {date: ...} with alternatives. Days from day 0. */
B7Status b7_time_read(B7CourseReader *reader, const B7Node *node, const char *where, double *day,
                      B7Basis *basis);

/* A course from its text; name stands for the file in messages; arm is the alternative taken, -1 for none. */
B7Status b7_course_parse(const char *text, size_t length, const char *name, const char *data_folder,
                         int32_t arm, const B7Hooks *hooks, B7Course **out, B7Error *error);

/* The sections of a course, in the order in which they are read. */
B7Status b7_anchors_read(B7CourseReader *reader, const B7Node *root);
B7Status b7_patient_read(B7CourseReader *reader, const B7Node *root);
B7Status b7_donor_read(B7CourseReader *reader, const B7Node *root);
B7Status b7_treatments_read(B7CourseReader *reader, const B7Node *root);
B7Status b7_observations_read(B7CourseReader *reader, const B7Node *root);
B7Status b7_records_read(B7CourseReader *reader, const B7Node *root);

#endif
