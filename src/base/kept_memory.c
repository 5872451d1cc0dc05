#include "base/kept_memory.h"

static void enter(B7KeptMemory *kept) {
  while (atomic_flag_test_and_set_explicit(&kept->busy, memory_order_acquire)) {
  }
}

static void leave(B7KeptMemory *kept) {
  atomic_flag_clear_explicit(&kept->busy, memory_order_release);
}

static void *under(const B7KeptMemory *kept, void *old, size_t old_bytes, size_t new_bytes) {
  return b7_memory_resize(&kept->under, old, old_bytes, new_bytes);
}

/* NULL: lent to another, or out of memory; `other` then says which */
static void *lend(B7KeptMemory *kept, size_t bytes, bool *other) {
  enter(kept);
  *other = kept->lent;
  if (!kept->lent && kept->bytes < bytes) {
    if (kept->piece) under(kept, kept->piece, kept->bytes, 0);
    kept->piece = under(kept, NULL, 0, bytes);
    kept->bytes = kept->piece ? bytes : 0;
  }
  void *piece = kept->lent ? NULL : kept->piece;
  kept->lent |= piece != NULL;
  leave(kept);
  return piece;
}

static bool take_back(B7KeptMemory *kept, const void *piece) {
  enter(kept);
  bool mine = kept->lent && piece == kept->piece;
  if (mine) kept->lent = false;
  leave(kept);
  return mine;
}

static void *resize(void *user, void *old, size_t old_bytes, size_t new_bytes) {
  B7KeptMemory *kept = user;
  if (!old && new_bytes >= B7_KEPT_LEAST) {
    bool other;
    void *piece = lend(kept, new_bytes, &other);
    if (piece || !other) return piece;
  }
  if (old && new_bytes == 0 && old_bytes >= B7_KEPT_LEAST && take_back(kept, old)) return NULL;
  return under(kept, old, old_bytes, new_bytes);
}

static bool progress(void *user, int64_t done, int64_t total) {
  const B7KeptMemory *kept = user;
  return !kept->under.progress || kept->under.progress(kept->under.user, done, total);
}

static void warning(void *user, const char *text) {
  const B7KeptMemory *kept = user;
  if (kept->under.warning) kept->under.warning(kept->under.user, text);
}

B7Hooks b7_kept_memory_hooks(B7KeptMemory *kept, const B7Hooks *hooks) {
  *kept = (B7KeptMemory){.busy = ATOMIC_FLAG_INIT};
  if (hooks) kept->under = *hooks;
  return (B7Hooks){.resize = resize, .progress = progress, .warning = warning, .user = kept};
}

void b7_kept_memory_free(B7KeptMemory *kept) {
  if (kept->piece) under(kept, kept->piece, kept->bytes, 0);
  kept->piece = NULL;
  kept->bytes = 0;
}
