#define _GNU_SOURCE // sched_getaffinity
#include "base/threads.h"

#include <pthread.h>
#ifdef __linux__
#include <sched.h>
#endif
#include <stdatomic.h>
#include <stdbool.h>
#include <unistd.h>

#define THREADS_MAX 256

int32_t b7_threads_available(void) {
  long count = sysconf(_SC_NPROCESSORS_ONLN);
#ifdef __linux__
  // launchers bind each of their processes to some of the cores
  cpu_set_t bound;
  if (sched_getaffinity(0, sizeof bound, &bound) == 0) count = CPU_COUNT(&bound);
#endif
  return count < 1 ? 1 : count > THREADS_MAX ? THREADS_MAX : (int32_t)count;
}

typedef struct Loop {
  atomic_llong next;
  int64_t items;
  void (*work)(void *, int64_t, int32_t);
  void *context;
} Loop;

typedef struct Worker {
  Loop *loop;
  int32_t number;
} Worker;

static void *run_worker(void *argument) {
  Worker *worker = argument;
  Loop *loop = worker->loop;
  for (;;) {
    int64_t item = atomic_fetch_add(&loop->next, 1);
    if (item >= loop->items) return NULL;
    loop->work(loop->context, item, worker->number);
  }
}

void b7_threads_for(int32_t threads, int64_t items, void (*work)(void *context, int64_t item, int32_t worker),
                    void *context) {
  if (threads > THREADS_MAX) threads = THREADS_MAX;
  if ((int64_t)threads > items) threads = (int32_t)items;
  Loop loop = {.items = items, .work = work, .context = context};
  atomic_init(&loop.next, 0);

  // the caller is worker 0
  Worker workers[THREADS_MAX];
  pthread_t handles[THREADS_MAX];
  int32_t started = 1;
  for (; started < threads; started++) {
    workers[started] = (Worker){.loop = &loop, .number = started};
    if (pthread_create(&handles[started], NULL, run_worker, &workers[started]) != 0) break;
  }
  workers[0] = (Worker){.loop = &loop, .number = 0};
  run_worker(&workers[0]);
  for (int32_t i = 1; i < started; i++) pthread_join(handles[i], NULL);
}

void b7_lock_make(B7Lock *lock) {
  pthread_mutex_init(&lock->mutex, NULL);
}

void b7_lock_free(B7Lock *lock) {
  pthread_mutex_destroy(&lock->mutex);
}

void b7_lock_enter(B7Lock *lock) {
  pthread_mutex_lock(&lock->mutex);
}

void b7_lock_leave(B7Lock *lock) {
  pthread_mutex_unlock(&lock->mutex);
}
