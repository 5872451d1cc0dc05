#include "trial/run/trial_counts.h"

#include <stddef.h>
#include <string.h>

#include "base/status.h"

#define FLOW_COUNTS ((sizeof(B7TrialFlow) - offsetof(B7TrialFlow, enrolled)) / sizeof(int64_t))
_Static_assert(FLOW_COUNTS == 5 + (size_t)B7_FLOW_PRODUCTS * B7_FLOW_TRANSPLANTS + B7_DEATH_CAUSES,
               "the counts of a flow stand side by side");
_Static_assert(sizeof(B7Swimmer) % sizeof(uint64_t) == 0, "a swimmer is whole words");

static size_t size_of(B7CountsKind kind) {
  return kind == B7_COUNTS_UINT32 ? sizeof(uint32_t)
         : kind == B7_COUNTS_WIDE ? 2 * sizeof(uint64_t)
                                  : sizeof(uint64_t);
}

typedef struct List {
  B7Arena *arena;
  B7TrialCounts *counts;
  size_t room;
  bool failed;
} List;

static void put(List *list, B7CountsKind kind, void *numbers, int64_t count) {
  B7TrialCounts *counts = list->counts;
  B7CountsItem *items =
      b7_arena_grow(list->arena, counts->items, (size_t)counts->n_item, &list->room, sizeof *items);
  if (!items) {
    list->failed = true;
    return;
  }
  counts->items = items;
  items[counts->n_item++] = (B7CountsItem){.kind = kind, .numbers = numbers, .count = count};
  counts->bytes += size_of(kind) * (size_t)count;
}

static void put_bins(List *list, B7LogBins *bins, int32_t n) {
  for (int32_t i = 0; i < n; i++) {
    put(list, B7_COUNTS_INT64, &bins[i].count, 1);
    put(list, B7_COUNTS_INT64, &bins[i].lowest, 1);
    put(list, B7_COUNTS_INT64, &bins[i].highest, 1);
    put(list, B7_COUNTS_UINT32, bins[i].bins, B7_BINS_DECADES * B7_BINS_PER_DECADE);
  }
}

static void put_paired(List *list, B7Paired *paired, int32_t n) {
  for (int32_t i = 0; i < n; i++) {
    put(list, B7_COUNTS_INT64, &paired[i].pairs, 1);
    put(list, B7_COUNTS_INT64, &paired[i].sum, 1);
    put(list, B7_COUNTS_WIDE, paired[i].squares, 1);
  }
}

static void put_tally(List *list, B7Tally *tally, int64_t days) {
  put(list, B7_COUNTS_INT64, &tally->evaluable, 1);
  put(list, B7_COUNTS_INT64, &tally->missing, 1);
  put(list, B7_COUNTS_INT64, tally->by_code, B7_TALLY_CODES);
  for (int code = 0; tally->timed && code < 3; code++) put(list, B7_COUNTS_INT64, tally->leaving[code], days);
}

static void put_arm(List *list, const B7TrialRun *run, B7TrialArmState *arm) {
  int64_t days = run->horizon_day + 1;
  put(list, B7_COUNTS_INT64, &arm->flow.enrolled, FLOW_COUNTS);
  for (int k = 0; k < B7_DEATH_CAUSES; k++) put_tally(list, &arm->deaths[k], days);
  for (int32_t e = 0; e < run->n_endpoint; e++) {
    put_tally(list, &arm->tallies[e], days);
    put(list, B7_COUNTS_INT64, arm->by_day[e], days);
  }
  put_bins(list, arm->peaks, run->n_peak);
  put_bins(list, arm->peak_days, run->n_peak);
  put_bins(list, arm->fans, run->n_fan * run->n_fan_time);
  put(list, B7_COUNTS_INT64, arm->facts, 2 * (int64_t)B7_TRIAL_FACTS);
  put_paired(list, arm->costs.item, B7_COST_ITEMS);
  put_paired(list, &arm->costs.total, 1);
  put_paired(list, arm->costs.counted, B7_COST_PERS);
  put(list, B7_COUNTS_INT64, arm->swimmer_seen, B7_TALLY_SWIMMERS);
  put(list, B7_COUNTS_ONCE, arm->swimmers, sizeof arm->swimmers / (sizeof(uint64_t)));
}

B7Status b7_trial_counts_make(B7TrialRun *run, B7Arena *arena, B7TrialCounts *out, B7Error *error) {
  *out = (B7TrialCounts){0};
  List list = {.arena = arena, .counts = out};
#define PUT_COUNTER(field) put(&list, B7_COUNTS_INT64, &run->work.field, 1);
  B7_SOLVER_COUNTERS(PUT_COUNTER)
#undef PUT_COUNTER
  for (int32_t a = 0; a < run->n_arm; a++) put_arm(&list, run, &run->arms[a]);
  put_paired(&list, run->paired, run->trial->n_estimand * run->n_arm);
  put(&list, B7_COUNTS_INT64, run->group_patients, run->n_group);
  for (int32_t i = 0; i < run->trial->n_estimand * run->n_arm * run->n_group; i++) {
    put_paired(&list, &run->cells[i].difference, 1);
    put_paired(&list, &run->cells[i].own, 1);
    put_tally(&list, &run->cells[i].tally, run->horizon_day + 1);
  }
  return list.failed ? b7_fail_memory(error) : B7_OK;
}

void b7_trial_counts_save(const B7TrialCounts *counts, unsigned char *bytes) {
  for (int32_t i = 0; i < counts->n_item; i++) {
    const B7CountsItem *item = &counts->items[i];
    size_t size = size_of(item->kind) * (size_t)item->count;
    memcpy(bytes, item->numbers, size);
    bytes += size;
  }
}

static void add(const B7CountsItem *item, const unsigned char *bytes) {
  size_t size = size_of(item->kind);
  for (int64_t i = 0; i < item->count; i++) {
    unsigned char *number = (unsigned char *)item->numbers + (size_t)i * size;
    if (item->kind == B7_COUNTS_WIDE) {
      uint64_t sum[2], more[2];
      memcpy(sum, number, size);
      memcpy(more, bytes + (size_t)i * size, size);
      b7_wide_add(sum, more);
      memcpy(number, sum, size);
    } else if (item->kind == B7_COUNTS_UINT32) {
      uint32_t sum, more;
      memcpy(&sum, number, size);
      memcpy(&more, bytes + (size_t)i * size, size);
      sum += more;
      memcpy(number, &sum, size);
    } else {
      uint64_t sum, more;
      memcpy(&sum, number, size);
      memcpy(&more, bytes + (size_t)i * size, size);
      sum += more;
      memcpy(number, &sum, size);
    }
  }
}

void b7_trial_counts_add(const B7TrialCounts *counts, const unsigned char *bytes) {
  for (int32_t i = 0; i < counts->n_item; i++) {
    add(&counts->items[i], bytes);
    bytes += size_of(counts->items[i].kind) * (size_t)counts->items[i].count;
  }
}
