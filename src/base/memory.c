#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/mman.h>
#endif

#include "base/status.h"

/* Large pieces are touched once and for all by results: on huge pages, where the system has them, the first touch
   costs a hundredth and addresses stay within the reach of the translation cache. */
#define HUGE_PAGE ((size_t)2 << 20)
#define HUGE_LEAST ((size_t)4 << 20)

static void *take_large(size_t bytes) {
  void *piece = aligned_alloc(HUGE_PAGE, (bytes + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1));
#ifdef MADV_HUGEPAGE
  if (piece) madvise(piece, bytes, MADV_HUGEPAGE);
#endif
  return piece;
}

void *b7_memory_resize(const B7Hooks *hooks, void *old, size_t old_bytes, size_t new_bytes) {
  if (hooks && hooks->resize) return hooks->resize(hooks->user, old, old_bytes, new_bytes);
  if (new_bytes == 0) {
    free(old);
    return NULL;
  }
  if (!old && new_bytes >= HUGE_LEAST) return take_large(new_bytes);
  return realloc(old, new_bytes);
}

#define CHUNK_BYTES ((size_t)64 * 1024)
#define ALIGNMENT ((size_t)64)

struct B7ArenaChunk {
  B7ArenaChunk *next;
  size_t total_bytes; /* of the whole allocation */
  size_t used, room;  /* of the aligned part */
  unsigned char *start;
};

B7Arena b7_arena_make(const B7Hooks *hooks) {
  B7Arena arena = {.chunks = NULL};
  if (hooks) arena.hooks = *hooks;
  return arena;
}

void b7_arena_free(B7Arena *arena) {
  if (!arena) return;
  // the arena itself may live in one of its chunks
  B7Hooks hooks = arena->hooks;
  B7ArenaChunk *chunk = arena->chunks;
  arena->chunks = NULL;
  while (chunk) {
    B7ArenaChunk *next = chunk->next;
    b7_memory_resize(&hooks, chunk, chunk->total_bytes, 0);
    chunk = next;
  }
}

B7Status b7_arena_check(const B7Arena *arena, B7Error *error) {
  return arena->failed ? b7_fail_memory(error) : B7_OK;
}

size_t b7_arena_bytes(const B7Arena *arena) {
  size_t bytes = 0;
  for (const B7ArenaChunk *chunk = arena->chunks; chunk; chunk = chunk->next) bytes += chunk->used;
  return bytes;
}

static B7ArenaChunk *add_chunk(B7Arena *arena, size_t bytes) {
  size_t room = bytes > CHUNK_BYTES ? bytes : CHUNK_BYTES;
  if (room > SIZE_MAX - sizeof(B7ArenaChunk) - ALIGNMENT) return NULL;
  size_t total = sizeof(B7ArenaChunk) + ALIGNMENT + room;
  B7ArenaChunk *chunk = b7_memory_resize(&arena->hooks, NULL, 0, total);
  if (!chunk) return NULL;
  uintptr_t first = (uintptr_t)(chunk + 1);
  uintptr_t aligned = (first + ALIGNMENT - 1) & ~(uintptr_t)(ALIGNMENT - 1);
  *chunk = (B7ArenaChunk){.next = arena->chunks,
                          .total_bytes = total,
                          .room = room,
                          .start = (unsigned char *)chunk + (aligned - (uintptr_t)chunk)};
  arena->chunks = chunk;
  return chunk;
}

void *b7_arena_take_raw(B7Arena *arena, size_t count, size_t size) {
  if (size != 0 && count > (SIZE_MAX - ALIGNMENT) / size) {
    arena->failed = true;
    return NULL;
  }
  size_t bytes = (count * size + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
  if (bytes == 0) bytes = ALIGNMENT;
  B7ArenaChunk *chunk = arena->chunks;
  if (!chunk || chunk->room - chunk->used < bytes) chunk = add_chunk(arena, bytes);
  if (!chunk) {
    arena->failed = true;
    return NULL;
  }
  void *piece = chunk->start + chunk->used;
  chunk->used += bytes;
  return piece;
}

void *b7_arena_take(B7Arena *arena, size_t count, size_t size) {
  void *piece = b7_arena_take_raw(arena, count, size);
  if (piece && count * size > 0) memset(piece, 0, count * size);
  return piece;
}

char *b7_arena_text(B7Arena *arena, const char *text, size_t length) {
  char *copy = b7_arena_take(arena, length + 1, 1);
  if (copy && length) memcpy(copy, text, length);
  return copy;
}

char *b7_arena_format(B7Arena *arena, const char *format, ...) {
  va_list arguments, again;
  va_start(arguments, format);
  va_copy(again, arguments);
  int length = vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  char *text = length < 0 ? NULL : b7_arena_take(arena, (size_t)length + 1, 1);
  if (text) vsnprintf(text, (size_t)length + 1, format, again);
  va_end(again);
  return text;
}

void *b7_arena_grow(B7Arena *arena, void *items, size_t count, size_t *capacity, size_t size) {
  if (count < *capacity) return items;
  size_t wanted = *capacity ? *capacity * 2 : 16;
  void *larger = b7_arena_take(arena, wanted, size);
  if (!larger) return NULL;
  if (count) memcpy(larger, items, count * size);
  *capacity = wanted;
  return larger;
}

B7Text b7_text_make(const B7Hooks *hooks) {
  return (B7Text){.hooks = hooks};
}

static bool text_reserve(B7Text *text, size_t extra) {
  if (text->capacity - text->length > extra) return true;
  size_t wanted = text->capacity ? text->capacity * 2 : 1024;
  while (wanted - text->length <= extra) wanted *= 2;
  char *bytes = b7_memory_resize(text->hooks, text->bytes, text->capacity, wanted);
  if (!bytes) {
    text->failed = true;
    return false;
  }
  text->bytes = bytes;
  text->capacity = wanted;
  return true;
}

void b7_text_append(B7Text *text, const char *format, ...) {
  if (text->failed) return;
  va_list arguments, again;
  va_start(arguments, format);
  va_copy(again, arguments);
  int length = vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  if (length < 0) text->failed = true;
  if (length >= 0 && text_reserve(text, (size_t)length + 1)) {
    vsnprintf(text->bytes + text->length, (size_t)length + 1, format, again);
    text->length += (size_t)length;
  }
  va_end(again);
}

void b7_text_release(B7Text *text) {
  if (text->bytes) b7_memory_resize(text->hooks, text->bytes, text->capacity, 0);
  *text = (B7Text){.hooks = text->hooks};
}

void b7_text_free(const B7Hooks *hooks, char *text) {
  if (text) b7_memory_resize(hooks, text, strlen(text) + 1, 0);
}
