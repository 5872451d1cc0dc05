/* patient_rows.h - one row a patient and arm in a file of fixed places, written block by block while a trial runs,
 * so that memory does not grow with the patients and a run that was stopped goes on.
 *
 * Row (arm, patient) stands at a place of its own, so the file does not depend on the order of blocks; ranks write a
 * file each, with the rows of their own blocks. It is the run's own scratch: read when the output is written,
 * then removed. */
#ifndef B7_TRIAL_RUN_PATIENT_ROWS_H
#define B7_TRIAL_RUN_PATIENT_ROWS_H

#include "trial/design/trial.h"

typedef enum B7RowStatus {
  B7_ROW_LEFT_OUT, /* not simulated: the product could not be made, in an analysis as infused */
  B7_ROW_FOLLOWED,
  B7_ROW_FAILED /* numerically */
} B7RowStatus;

/* Days from enrolment; NaN: did not happen. */
typedef struct B7PatientRow {
  int8_t status; /* B7RowStatus */
  int8_t made, donor, product_level, graft_level;
  int8_t product_step, transplant_step; /* B7FlowProduct, B7FlowTransplant */
  int8_t death_cause;                   /* B7DeathCause + 1; 0: lives */
  float cart_day, hsct_day, remission_day, relapse_day, death_day;
  float cost; /* in the currency of the costs */
} B7PatientRow;

/* Endpoint codes (-1: cannot be said), then times: of survival endpoints to event or censoring, of others the day of
   the finding. */
typedef struct B7PatientRows {
  char path[4096]; /* of this process's own file */
  int file;        /* descriptor; -1: none */
  bool hidden;     /* has no name any more */
  int32_t n_endpoint, n_arm;
  int64_t patients;
  size_t row_bytes;
  uint64_t identity;    /* of the run */
  unsigned char *block; /* rows of a block: row (arm, place) at arm * room + place */
  int64_t room;
} B7PatientRows;

/* Open the file of one process; what is there is taken up when go_on is true, else replaced. A block holds at most
   `room` patients. Everything but the file lives in the arena. Errors: FILE, MEMORY; INPUT: what is there belongs
   to another run. */
B7Status b7_rows_open(const char *path, uint64_t identity, int32_t n_endpoint, int32_t n_arm,
                      int64_t patients, int64_t room, bool go_on, B7Arena *arena, B7PatientRows *out,
                      B7Error *error);
/* Another process's file, to read. */
B7Status b7_rows_open_other(const B7PatientRows *own, const char *path, B7PatientRows *out, B7Error *error);
/* Take the file's name away: its bytes last until it is closed. */
void b7_rows_hide(B7PatientRows *rows);
/* Close; remove the file when drop is true. */
void b7_rows_close(B7PatientRows *rows, bool drop);

/* The block in memory: cleared, filled row by row, an arm at a time written to its place. */
void b7_rows_clear(B7PatientRows *rows);
B7PatientRow *b7_row_at(const B7PatientRows *rows, int64_t place);
int8_t *b7_row_codes(const B7PatientRows *rows, int64_t place);
float *b7_row_times(const B7PatientRows *rows, int64_t place);
B7Status b7_rows_write(const B7PatientRows *rows, int32_t arm, int64_t first, int64_t count, B7Error *error);
/* Read rows first .. first + count - 1 of an arm into the block of `into`, from its first place on. Errors: FILE. */
B7Status b7_rows_read(const B7PatientRows *rows, int32_t arm, int64_t first, int64_t count,
                      const B7PatientRows *into, B7Error *error);

#endif
