/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/signals.h"

#include <signal.h>
#include <unistd.h>

#include "base/clock.h"

/* A wake is a signal like the others, sent to ourselves: so one wait hears both. SIGURG is ignored by
 * default. */
#define WAKE SIGURG

static void fill(sigset_t *set) {
  sigemptyset(set);
  sigaddset(set, SIGTERM);
  sigaddset(set, SIGINT);
  sigaddset(set, SIGHUP);
  sigaddset(set, WAKE);
}

/* A blocked signal that is ignored is thrown away: an empty handler keeps it pending. */
static void never_called(int number) {
  (void)number;
}

void signals_block(void) {
  sigset_t set;
  const struct sigaction ignore = {.sa_handler = SIG_IGN};
  const struct sigaction keep = {.sa_handler = never_called};
  fill(&set);
  pthread_sigmask(SIG_BLOCK, &set, NULL);
  sigaction(SIGPIPE, &ignore, NULL);
  sigaction(WAKE, &keep, NULL);
}

static enum signal_event event_of(int number) {
  switch (number) {
  case SIGTERM:
  case SIGINT:
    return SIGNAL_STOP;
  case SIGHUP:
    return SIGNAL_RELOAD;
  default:
    return SIGNAL_NONE;
  }
}

enum signal_event signals_wait(gint64 microseconds) {
  sigset_t set;
  fill(&set);
  const struct timespec limit = {microseconds / SECOND, microseconds % SECOND * 1000};
  const int number = microseconds < 0 ? sigwaitinfo(&set, NULL) : sigtimedwait(&set, NULL, &limit);
  return event_of(number);
}

void signals_wake(void) {
  kill(getpid(), WAKE);
}
