/* memory.h - one way to get memory: hooks for the allocator, arenas for everything that lives together. */
#ifndef B7_BASE_MEMORY_H
#define B7_BASE_MEMORY_H

#include "bridge7.h"

/* malloc, realloc and free through the hooks (Nullable: hooks). new_bytes 0 frees and returns NULL. */
void *b7_memory_resize(const B7Hooks *hooks, void *old, size_t old_bytes, size_t new_bytes);

/* A region whose pieces are freed together. Zero-initialise with b7_arena_make; never fails before the first
 * take. */
typedef struct B7ArenaChunk B7ArenaChunk;
typedef struct B7Arena {
  B7Hooks hooks;
  B7ArenaChunk *chunks;
  bool failed; /* a take was refused */
} B7Arena;

B7Arena b7_arena_make(const B7Hooks *hooks);
void b7_arena_free(B7Arena *arena);
/* MEMORY when any take so far was refused: what was written with the arena's help is then not whole. */
B7Status b7_arena_check(const B7Arena *arena, B7Error *error);
/* Bytes taken so far. */
size_t b7_arena_bytes(const B7Arena *arena);
/* count * size zeroed bytes aligned to 64, or NULL (overflow or out of memory). */
void *b7_arena_take(B7Arena *arena, size_t count, size_t size);
/* The same, not zeroed: for large arrays whose every element is written before it is read. */
void *b7_arena_take_raw(B7Arena *arena, size_t count, size_t size);
/* A copy of text (length bytes, terminated). */
char *b7_arena_text(B7Arena *arena, const char *text, size_t length);
/* printf into the arena; NULL when out of memory. */
char *b7_arena_format(B7Arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Grow an array kept in the arena: returns items with room for at least count + 1 elements, copying when
 * needed. */
void *b7_arena_grow(B7Arena *arena, void *items, size_t count, size_t *capacity, size_t size);
#define B7_ARENA_ARRAY(arena, type, count) ((type *)b7_arena_take((arena), (size_t)(count), sizeof(type)))

/* A growing text, for emitters and describers. After a failed append `failed` stays true. */
typedef struct B7Text {
  const B7Hooks *hooks;
  char *bytes;
  size_t length, capacity;
  bool failed;
} B7Text;
B7Text b7_text_make(const B7Hooks *hooks);
void b7_text_append(B7Text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void b7_text_release(B7Text *text);

#endif
