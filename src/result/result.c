/* result.c - the columns of a result: values, faults, events, quantiles, hash. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/status.h"
#include "result/result.h"

/* Doubles from one observable to the next: an odd number of cache lines, so that the values of one moment, which are
   written together, fall into different sets of the cache. */
static bool row_length(int64_t patients, int32_t n_times, size_t *row) {
  if (__builtin_mul_overflow((size_t)patients, (size_t)n_times, row)) return false;
  if (*row > SIZE_MAX - 16) return false;
  size_t lines = (*row + 7) / 8;
  *row = 8 * (lines + (lines % 2 == 0));
  return true;
}

B7Status b7_result_make(const B7Hooks *hooks, int64_t patients, int32_t n_times, const double *t_day,
                        int32_t n_observable, int32_t n_arenas, B7Result **out, B7Error *error) {
  *out = NULL;
  B7Arena arena = b7_arena_make(hooks);
  B7Result *result = B7_ARENA_ARRAY(&arena, B7Result, 1);
  size_t count = 0, row = 0, cells = (size_t)n_times * (size_t)n_observable;
  bool overflow =
      !row_length(patients, n_times, &row) || __builtin_mul_overflow(row, (size_t)n_observable, &count);
  if (result && !overflow) {
    result->patients = patients;
    result->n_times = n_times;
    result->n_observable = n_observable;
    result->row = row;
    result->t_day = B7_ARENA_ARRAY(&arena, double, n_times + 1);
    result->values = b7_arena_take_raw(&arena, count + 1, sizeof(double));
    result->faults = B7_ARENA_ARRAY(&arena, B7Fault, patients + 1);
    result->fault_day = B7_ARENA_ARRAY(&arena, double, patients + 1);
    result->events = B7_ARENA_ARRAY(&arena, B7PatientEvents, patients + 1);
    result->patient_hash = B7_ARENA_ARRAY(&arena, uint64_t, patients + 1);
    result->worker_arenas = B7_ARENA_ARRAY(&arena, B7Arena, n_arenas + 1);
  }
  if (!result || overflow || !result->t_day || !result->values || !result->faults || !result->fault_day ||
      !result->events || !result->patient_hash || !result->worker_arenas) {
    b7_arena_free(&arena);
    return b7_fail(error, B7_ERROR_MEMORY,
                   "out of memory: results of %lld patients at %d times of %d observables take "
                   "%.1f GB; simulate fewer patients at once",
                   (long long)patients, n_times, n_observable, (double)cells * (double)patients * 8e-9);
  }
  memcpy(result->t_day, t_day, sizeof(double) * (size_t)n_times);
  for (int64_t i = 0; i < patients; i++) result->fault_day[i] = NAN;
  result->n_arenas = n_arenas;
  for (int32_t i = 0; i < n_arenas; i++) result->worker_arenas[i] = b7_arena_make(hooks);
  result->arena = arena;
  *out = result;
  return B7_OK;
}

void b7_result_free(B7Result *result) {
  if (!result) return;
  for (int32_t i = 0; i < result->n_arenas; i++) b7_arena_free(&result->worker_arenas[i]);
  B7Arena arena = result->arena;
  b7_arena_free(&arena);
}

/* so that fingerprinting costs little beside simulating */
static inline uint64_t mix(uint64_t line, const void *word) {
  uint64_t bits;
  memcpy(&bits, word, sizeof bits);
  line = (line ^ bits) * 0x9E3779B97F4A7C15ull;
  return line ^ line >> 29;
}

B7Fingerprint b7_fingerprint_start(void) {
  return (B7Fingerprint){
      {B7_HASH_START, 0x9E3779B97F4A7C15ull, 0xBF58476D1CE4E5B9ull, 0x94D049BB133111EBull}};
}

void b7_result_record(B7Result *result, int64_t patient, int32_t time, const double *observed, int32_t stride,
                      B7Fingerprint *fingerprint) {
  const size_t row = result->row;
  double *to = result->values + (size_t)patient * (size_t)result->n_times + time;
  uint64_t a = fingerprint->lines[0], b = fingerprint->lines[1], c = fingerprint->lines[2],
           d = fingerprint->lines[3];
  int32_t o = 0;
  for (; o + B7_FINGERPRINT_LINES <= result->n_observable; o += B7_FINGERPRINT_LINES) {
    const double *from = observed + (size_t)o * (size_t)stride;
    a = mix(a, from);
    b = mix(b, from + stride);
    c = mix(c, from + 2 * stride);
    d = mix(d, from + 3 * stride);
    to[0] = from[0];
    to[row] = from[stride];
    to[2 * row] = from[2 * stride];
    to[3 * row] = from[3 * stride];
    to += B7_FINGERPRINT_LINES * row;
  }
  for (; o < result->n_observable; o++, to += row) {
    to[0] = observed[(size_t)o * (size_t)stride];
    a = mix(a, to);
  }
  *fingerprint = (B7Fingerprint){{a, b, c, d}};
}

void b7_result_close(B7Result *result, int64_t patient, int32_t n_recorded,
                     const B7Fingerprint *fingerprint) {
  for (int32_t o = 0; o < result->n_observable && n_recorded < result->n_times; o++) {
    double *values = result->values + (size_t)o * result->row + (size_t)patient * (size_t)result->n_times;
    for (int32_t t = n_recorded; t < result->n_times; t++) values[t] = NAN;
  }
  B7Fingerprint f = *fingerprint;
  const B7PatientEvents *events = &result->events[patient];
  for (int32_t i = 0; i < events->count; i++) {
    const B7HappenedEvent *row = &events->rows[i];
    uint64_t what = (uint64_t)(uint32_t)row->event << 32 | (uint32_t)row->rule;
    f.lines[0] = mix(f.lines[0], &row->t_day);
    f.lines[1] = mix(f.lines[1], &row->argument);
    f.lines[2] = mix(f.lines[2], &what);
  }
  uint64_t hash = b7_hash_bytes(B7_HASH_START, f.lines, sizeof f.lines);
  int32_t fault = (int32_t)result->faults[patient];
  hash = b7_hash_bytes(hash, &n_recorded, sizeof n_recorded);
  hash = b7_hash_bytes(hash, &fault, sizeof fault);
  result->patient_hash[patient] = b7_hash_bytes(hash, &result->fault_day[patient], sizeof(double));
}

void b7_result_seal(B7Result *result) {
  uint64_t hash = b7_hash_bytes(B7_HASH_START, result->t_day, sizeof(double) * (size_t)result->n_times);
  hash = b7_hash_bytes(hash, result->patient_hash, sizeof(uint64_t) * (size_t)result->patients);
  b7_hash_format(hash, result->hash);
}

int64_t b7_result_patients(const B7Result *result) {
  return result->patients;
}

int32_t b7_result_times(const B7Result *result, const double **t_day) {
  if (t_day) *t_day = result->t_day;
  return result->n_times;
}

const double *b7_result_values(const B7Result *result, int32_t observable) {
  return result->values + (size_t)observable * result->row;
}

const B7Fault *b7_result_faults(const B7Result *result, const double **fault_day) {
  if (fault_day) *fault_day = result->fault_day;
  return result->faults;
}

int32_t b7_result_events(const B7Result *result, int64_t patient, const B7HappenedEvent **rows) {
  *rows = result->events[patient].rows;
  return result->events[patient].count;
}

const B7SolverStatistics *b7_result_statistics(const B7Result *result) {
  return &result->statistics;
}

const char *b7_result_hash(const B7Result *result) {
  return result->hash;
}

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* linear between order statistics (type 7 of Hyndman and Fan 1996) */
void b7_result_quantile(const B7Result *result, int32_t observable, double q, double *out) {
  const double *values = b7_result_values(result, observable);
  B7Arena arena = b7_arena_make(&result->arena.hooks);
  double *column = B7_ARENA_ARRAY(&arena, double, result->patients + 1);
  for (int32_t t = 0; t < result->n_times; t++) {
    int64_t n = 0;
    for (int64_t i = 0; column && i < result->patients; i++) {
      double value = values[(size_t)i * (size_t)result->n_times + (size_t)t];
      if (result->faults[i] == B7_FAULT_NONE && !isnan(value)) column[n++] = value;
    }
    out[t] = NAN;
    if (n == 0) continue;
    qsort(column, (size_t)n, sizeof *column, by_value);
    double place = q * (double)(n - 1);
    int64_t low = (int64_t)floor(place);
    if (low < 0) low = 0;
    if (low > n - 1) low = n - 1;
    int64_t high = low + 1 < n ? low + 1 : low;
    double part = place - (double)low;
    out[t] = part > 0 ? column[low] + part * (column[high] - column[low]) : column[low];
  }
  b7_arena_free(&arena);
}
