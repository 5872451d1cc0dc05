/* survival_csv.h - the columns that `bridge7 survival` needs out of a comma-separated file. */
#ifndef B7_CLI_SURVIVAL_CSV_H
#define B7_CLI_SURVIVAL_CSV_H

#include "bridge7_survival.h"

#define B7_SURVIVAL_STRATA_MAX 64

typedef struct B7SurvivalTable {
  int64_t rows, capacity;
  double *time;
  int32_t *status, *group, *stratum;
  int32_t groups, strata;
  char group_name[B7_SURVIVAL_GROUPS_MAX][40]; /* in the order of their first row */
  char stratum_name[B7_SURVIVAL_STRATA_MAX][40];
} B7SurvivalTable;

/* group, stratum Nullable: one of all. Errors name file, line and column. Free with b7_survival_table_free in
 * any case. */
B7Status b7_survival_table_read(const char *path, const char *time, const char *status, const char *group,
                                const char *stratum, B7SurvivalTable *table, B7Error *error);
void b7_survival_table_free(B7SurvivalTable *table);

#endif
