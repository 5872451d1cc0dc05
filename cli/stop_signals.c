#define _POSIX_C_SOURCE 200809L
#include "stop_signals.h"

#include <signal.h>
#include <string.h>

static volatile sig_atomic_t came;
static const int watched[] = {SIGINT, SIGTERM};
enum { WATCHED = sizeof watched / sizeof watched[0] };
static struct sigaction usual[WATCHED];
static B7Hooks under;

static void note(int signal) {
  came = signal;
}

static bool go_on(void *user, int64_t done, int64_t total) {
  (void)user;
  if (came) return false;
  return !under.progress || under.progress(under.user, done, total);
}

static void *resize(void *user, void *old, size_t old_bytes, size_t new_bytes) {
  (void)user;
  return under.resize(under.user, old, old_bytes, new_bytes);
}

void b7_cli_watch_signals(B7Hooks *hooks) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = note;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (int i = 0; i < WATCHED; i++) {
    sigaction(watched[i], NULL, &usual[i]);
    // what the caller ignores (nohup, a background job) stays ignored
    if (usual[i].sa_handler != SIG_IGN) sigaction(watched[i], &action, NULL);
  }
  under = *hooks;
  *hooks = (B7Hooks){.resize = under.resize ? resize : NULL, .progress = go_on};
}

void b7_cli_end_watch(void) {
  for (int i = 0; i < WATCHED; i++) sigaction(watched[i], &usual[i], NULL);
  if (came) raise(came);
}
