/* graft_function.h - low counts after the graft: how long, with whose cells, explained by what. Running leg. */
#ifndef B7_ASSESS_SERIES_GRAFT_FUNCTION_H
#define B7_ASSESS_SERIES_GRAFT_FUNCTION_H

#include "assess/series/series_parts.h"

/* The longest stretch of low counts from the day of the rule on. */
typedef struct B7LowCounts {
  double start_day; /* on the series' axis; NaN: none */
  double days;
  double hb_g_per_l, anc_10e9_per_l, platelets_10e9_per_l; /* at its last day */
  uint64_t unknown;                                        /* lineages without a value, counted as low */
} B7LowCounts;

/* Poor graft function by the rule of three lineages, else by the wider one of two; *low: the stretch that was judged. */
void b7_series_graft_function(const B7Criteria *criteria, const B7Series *series,
                              const B7SeriesCourse *course, double last_day, const B7Finding *agvhd,
                              B7LowCounts *low, B7Finding *out);
/* 1 when relapse, infection or a myelosuppressive drug that is recorded explains low counts from one day to another; 0: not. */
double b7_low_counts_explained(const B7Criteria *criteria, const B7Series *series,
                               const B7SeriesCourse *course, double from_day, double to_day);

#endif
