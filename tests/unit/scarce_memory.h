/* scarce_memory.h - an allocator that gives out a number of pieces and then nothing, and counts what is still
 * held. */
#ifndef B7_TESTS_SCARCE_MEMORY_H
#define B7_TESTS_SCARCE_MEMORY_H

#include <stdlib.h>

#include "bridge7.h"

typedef struct ScarceMemory {
  int64_t left;  /* pieces still given out */
  int64_t bytes; /* held by the library */
  int64_t refused;
} ScarceMemory;

static inline void *scarce_memory_resize(void *user, void *old, size_t old_bytes, size_t new_bytes) {
  ScarceMemory *memory = user;
  if (new_bytes > 0 && memory->left-- <= 0) {
    memory->refused++;
    return NULL;
  }
  memory->bytes += (int64_t)new_bytes - (int64_t)(old ? old_bytes : 0);
  if (new_bytes == 0) {
    free(old);
    return NULL;
  }
  return realloc(old, new_bytes);
}

static inline B7Hooks scarce_memory_hooks(ScarceMemory *memory) {
  return (B7Hooks){.resize = scarce_memory_resize, .user = memory};
}

/* Something that takes memory, and gives everything back before it returns. */
typedef B7Status (*ScarceTask)(ScarceMemory *memory, B7Error *error);

/* Refuses the task's first piece, then its second, ... until it has all it asks for: an error each time,
   nothing leaked. Returns the number of pieces. */
static inline int64_t scarce_memory_refuse_each(const char *name, ScarceTask task) {
  for (int64_t pieces = 0;; pieces++) {
    ScarceMemory memory = {.left = pieces};
    B7Error error = {.status = B7_OK};
    B7Status status = task(&memory, &error);
    if (memory.bytes != 0)
      fail_msg("%s leaks %lld bytes when piece %lld is refused", name, (long long)memory.bytes,
               (long long)pieces);
    if (memory.refused == 0 && status == B7_OK) return pieces;
    if (status != B7_ERROR_MEMORY)
      fail_msg("%s, piece %lld refused: status %d, %s", name, (long long)pieces, (int)status, error.message);
  }
}

#endif
