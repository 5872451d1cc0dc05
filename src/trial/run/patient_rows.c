#define _POSIX_C_SOURCE 200809L
#include "trial/run/patient_rows.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/status.h"

#define FIRST_BYTES "bridge7 rows 2\n"

typedef struct Head {
  char first[16];
  uint64_t identity;
  int64_t patients;
  int32_t n_arm, n_endpoint;
} Head;

static size_t row_bytes(int32_t n_endpoint) {
  size_t codes = ((size_t)n_endpoint + 3) / 4 * 4;
  return sizeof(B7PatientRow) + codes + (size_t)n_endpoint * sizeof(float);
}

static B7Status fail_file(const B7PatientRows *rows, const char *doing, B7Error *error) {
  return b7_fail_at(error, B7_ERROR_FILE, rows->path, 0, 0, "cannot %s: %s", doing, strerror(errno));
}

static bool put(int file, const void *bytes, size_t length, int64_t at) {
  const char *from = bytes;
  while (length > 0) {
    ssize_t done = pwrite(file, from, length, (off_t)at);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    from += done;
    at += done;
    length -= (size_t)done;
  }
  return true;
}

static bool take(int file, void *bytes, size_t length, int64_t at) {
  char *to = bytes;
  errno = 0;
  while (length > 0) {
    ssize_t done = pread(file, to, length, (off_t)at);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    to += done;
    at += done;
    length -= (size_t)done;
  }
  return true;
}

static Head head_of(const B7PatientRows *rows) {
  Head head = {.identity = rows->identity,
               .patients = rows->patients,
               .n_arm = rows->n_arm,
               .n_endpoint = rows->n_endpoint};
  memcpy(head.first, FIRST_BYTES, sizeof FIRST_BYTES);
  return head;
}

static B7Status check_head(const B7PatientRows *rows, B7Error *error) {
  Head head, own = head_of(rows);
  if (take(rows->file, &head, sizeof head, 0) && memcmp(&head, &own, sizeof head) == 0) return B7_OK;
  return b7_fail_at(error, B7_ERROR_INPUT, rows->path, 0, 0,
                    "holds the patients of another run; start without --resume");
}

B7Status b7_rows_open(const char *path, uint64_t identity, int32_t n_endpoint, int32_t n_arm,
                      int64_t patients, int64_t room, bool go_on, B7Arena *arena, B7PatientRows *out,
                      B7Error *error) {
  *out = (B7PatientRows){.n_endpoint = n_endpoint,
                         .n_arm = n_arm,
                         .patients = patients,
                         .row_bytes = row_bytes(n_endpoint),
                         .identity = identity,
                         .room = room,
                         .file = -1};
  if ((size_t)snprintf(out->path, sizeof out->path, "%s", path) >= sizeof out->path)
    return b7_fail(error, B7_ERROR_USAGE, "the path of the patients' rows is too long");
  out->block = B7_ARENA_ARRAY(arena, unsigned char, (size_t)n_arm *(size_t)room * out->row_bytes);
  if (!out->block) return b7_fail_memory(error);
  out->file = open(path, go_on ? O_RDWR : O_RDWR | O_CREAT | O_TRUNC, 0666);
  if (out->file < 0) return fail_file(out, "be written", error);
  if (go_on) return check_head(out, error);
  Head head = head_of(out);
  return put(out->file, &head, sizeof head, 0) ? B7_OK : fail_file(out, "be written", error);
}

B7Status b7_rows_open_other(const B7PatientRows *own, const char *path, B7PatientRows *out, B7Error *error) {
  *out = *own;
  snprintf(out->path, sizeof out->path, "%s", path);
  out->file = open(path, O_RDONLY);
  return out->file < 0 ? fail_file(out, "be read", error) : check_head(out, error);
}

void b7_rows_hide(B7PatientRows *rows) {
  rows->hidden = unlink(rows->path) == 0;
}

void b7_rows_close(B7PatientRows *rows, bool drop) {
  if (rows->file < 0 || !rows->path[0]) return;
  close(rows->file);
  rows->file = -1;
  if (drop && !rows->hidden) unlink(rows->path);
}

B7PatientRow *b7_row_at(const B7PatientRows *rows, int64_t place) {
  return (B7PatientRow *)(void *)(rows->block + (size_t)place * rows->row_bytes);
}

int8_t *b7_row_codes(const B7PatientRows *rows, int64_t place) {
  return (int8_t *)(rows->block + (size_t)place * rows->row_bytes + sizeof(B7PatientRow));
}

float *b7_row_times(const B7PatientRows *rows, int64_t place) {
  size_t codes = ((size_t)rows->n_endpoint + 3) / 4 * 4;
  return (float *)(void *)(rows->block + (size_t)place * rows->row_bytes + sizeof(B7PatientRow) + codes);
}

void b7_rows_clear(B7PatientRows *rows) {
  const int64_t count = rows->n_arm * rows->room;
  memset(rows->block, 0, (size_t)count * rows->row_bytes);
  for (int64_t i = 0; i < count; i++) {
    *b7_row_at(rows, i) = (B7PatientRow){.cart_day = NAN,
                                         .hsct_day = NAN,
                                         .remission_day = NAN,
                                         .relapse_day = NAN,
                                         .death_day = NAN,
                                         .cost = NAN};
    for (int32_t e = 0; e < rows->n_endpoint; e++) {
      b7_row_codes(rows, i)[e] = -1;
      b7_row_times(rows, i)[e] = NAN;
    }
  }
}

static int64_t place_of(const B7PatientRows *rows, int32_t arm, int64_t first) {
  return (int64_t)sizeof(Head) + (arm * rows->patients + first) * (int64_t)rows->row_bytes;
}

B7Status b7_rows_write(const B7PatientRows *rows, int32_t arm, int64_t first, int64_t count, B7Error *error) {
  bool done = put(rows->file, (const unsigned char *)b7_row_at(rows, arm * rows->room),
                  (size_t)count * rows->row_bytes, place_of(rows, arm, first));
  return done ? B7_OK : fail_file(rows, "be written", error);
}

B7Status b7_rows_read(const B7PatientRows *rows, int32_t arm, int64_t first, int64_t count,
                      const B7PatientRows *into, B7Error *error) {
  bool done = take(rows->file, into->block, (size_t)count * rows->row_bytes, place_of(rows, arm, first));
  if (done) return B7_OK;
  return b7_fail_at(error, B7_ERROR_FILE, rows->path, 0, 0, "ends before the rows of its patients");
}
