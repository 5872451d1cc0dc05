/* extramedullary.h - disease outside the marrow as it is recorded, by site. Running leg. */
#ifndef B7_ASSESS_SERIES_EXTRAMEDULLARY_H
#define B7_ASSESS_SERIES_EXTRAMEDULLARY_H

#include "assess/rules/finding.h"

/* Sites: identifier (its quantity is ID_DISEASE), word, what names it in the facts of a disease (parts of words, in lower case). */
#define B7_SITE_LIST(X)                                                                                      \
  X(CNS, "CNS", "cns\0cerebrospinal\0mening\0brain\0")                                                       \
  X(NODAL, "nodes", "node\0nodal\0lymph\0")                                                                  \
  X(MEDIASTINAL, "mediastinum", "mediastin\0thym\0")                                                         \
  X(TESTICULAR, "testis", "testi\0")                                                                         \
  X(SKIN, "skin", "skin\0cut\0")                                                                             \
  X(OTHER_SITE, "another site", "\0")

typedef enum B7Site {
#define B7_SITE_ENUM(id, word, names) B7_SITE_##id,
  B7_SITE_LIST(B7_SITE_ENUM)
#undef B7_SITE_ENUM
      B7_SITE_COUNT
} B7Site;

/* What is known at one time. */
typedef struct B7Elsewhere {
  double present;            /* 1 at any site, 0 at none, NaN not known */
  uint32_t there, not_there; /* bit of each site */
  double t_day;              /* of the row that decided; NaN: none */
} B7Elsewhere;

/* The latest state of each site in (t_day - within_days, t_day]. A later "none at all" outweighs a site seen before it. Sites that are
   free make "none" only when they cover the sites of before (0: not known where it was). */
B7Elsewhere b7_elsewhere_at(const B7Series *series, double t_day, double within_days, uint32_t sites_before);
/* Day of the next row of any site after a day; INFINITY: none. */
double b7_elsewhere_next(const B7Series *series, double after_day);
const char *b7_site_word(B7Site site);
/* Bits of the sites that a description names ("mediastinum and CNS"); 0: none of them. */
uint32_t b7_sites_named(const char *text);
/* Sites that imaging of uptake follows. */
#define B7_SITES_OF_NODES (1U << B7_SITE_NODAL | 1U << B7_SITE_MEDIASTINAL)

#endif
