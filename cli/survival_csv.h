/* survival_csv.h - the columns that `bridge7 survival` needs out of a comma-separated file. */
#ifndef B7_CLI_SURVIVAL_CSV_H
#define B7_CLI_SURVIVAL_CSV_H

#include "bridge7_survival.h"

#define B7_SURVIVAL_STRATA_MAX 64
#define B7_SURVIVAL_LABELS_MAX 16

/* One value of the column of the status, and where it first stands. */
typedef struct B7SurvivalLabel {
  char text[40];
  int64_t rows;
  int32_t line, column;
} B7SurvivalLabel;

typedef struct B7SurvivalTable {
  int64_t rows, capacity;
  double *time;
  int32_t *status; /* places in label, until b7_survival_code makes them causes */
  int32_t *group, *stratum;
  int32_t groups, strata, labels;
  char group_name[B7_SURVIVAL_GROUPS_MAX][40]; /* in the order of their first row */
  char stratum_name[B7_SURVIVAL_STRATA_MAX][40];
  B7SurvivalLabel label[B7_SURVIVAL_LABELS_MAX];
} B7SurvivalTable;

/* group, stratum Nullable: one of all. Errors name file, line and column. Free with b7_survival_table_free in
 * any case. */
B7Status b7_survival_table_read(const char *path, const char *time, const char *status, const char *group,
                                const char *stratum, B7SurvivalTable *table, B7Error *error);
void b7_survival_table_free(B7SurvivalTable *table);

/* What the values of the status mean, as words: "1", "0", "2, 3"; "" none. */
typedef struct B7SurvivalCoding {
  char event[200], censored[200], competing[200];
  bool competes; /* there is more than the event and censoring */
} B7SurvivalCoding;

/* Turn the values of the status into 0 censored, 1 the event, 2, 3, ... what competes. event, censored: lists by
   commas from the command line, censored also "none"; Nullable. Without them 0 is censored and the event is the only
   other value, or 1. Errors: INPUT, where the values can be read in two ways or what an option names does not occur. */
B7Status b7_survival_code(const char *path, const char *event, const char *censored, B7SurvivalTable *table,
                          B7SurvivalCoding *coding, B7Error *error);

#endif
