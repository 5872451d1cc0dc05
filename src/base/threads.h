/* threads.h - one loop over work items, shared by threads; and a lock for what they add to. */
#ifndef B7_BASE_THREADS_H
#define B7_BASE_THREADS_H

#include <pthread.h>
#include <stdint.h>

/* Cores that this process may run on. */
int32_t b7_threads_available(void);
/* Call work(context, item, worker) for item in 0 .. items-1; worker in 0 .. threads-1. Items are taken in
   order. threads <= 1 runs in the caller. Falls back to fewer threads when the system refuses some. */
void b7_threads_for(int32_t threads, int64_t items, void (*work)(void *context, int64_t item, int32_t worker),
                    void *context);

/* One thread at a time between enter and leave. */
typedef struct B7Lock {
  pthread_mutex_t mutex;
} B7Lock;
void b7_lock_make(B7Lock *lock);
void b7_lock_free(B7Lock *lock);
void b7_lock_enter(B7Lock *lock);
void b7_lock_leave(B7Lock *lock);

#endif
