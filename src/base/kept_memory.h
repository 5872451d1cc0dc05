/* kept_memory.h - hooks that keep one large piece of memory from one use to the next. Running leg.
 *
 * A trial makes and frees the outcomes of one block after the other. Memory that goes back to the system in between is
 * cleared page by page when it comes again, which took a tenth of a trial's time.
 */
#ifndef B7_BASE_KEPT_MEMORY_H
#define B7_BASE_KEPT_MEMORY_H

#include <stdatomic.h>

#include "base/memory.h"

/* Caller-owned, at one place while its hooks are in use. Zero-initialise; release with b7_kept_memory_free. */
typedef struct B7KeptMemory {
  B7Hooks under; /* where memory comes from */
  void *piece;   /* NULL: none yet */
  size_t bytes;
  atomic_flag busy; /* the piece is looked at by one thread at a time */
  bool lent;
} B7KeptMemory;

/* Hooks over those of the caller (NULL: C allocator); progress and warnings pass through. Of pieces of B7_KEPT_LEAST
   bytes or more one at a time is kept when it is freed; a larger one takes its place. */
B7Hooks b7_kept_memory_hooks(B7KeptMemory *kept, const B7Hooks *under);
#define B7_KEPT_LEAST ((size_t)1 << 20)
/* Give the piece back; nothing may be lent any more. */
void b7_kept_memory_free(B7KeptMemory *kept);

#endif
