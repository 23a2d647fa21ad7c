/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/case.h"

#include <signal.h>
#include <unistd.h>

#include "run/signals.h"

static const struct {
  const char *name;
  int number;
  enum signal_event expected;
} rows[] = {
    {"SIGTERM", SIGTERM, SIGNAL_STOP},
    {"SIGINT", SIGINT, SIGNAL_STOP},
    {"SIGHUP", SIGHUP, SIGNAL_RELOAD},
};

static void hears_signals(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    kill(getpid(), rows[i].number);
    const enum signal_event got = signals_wait(5 * G_USEC_PER_SEC);
    if (got != rows[i].expected)
      fail_msg("%s: %d", rows[i].name, (int)got);
  }
}

static void ends_a_wait_without_a_signal(void **state) {
  (void)state;
  const gint64 begun = g_get_monotonic_time();
  assert_int_equal(signals_wait(50000), SIGNAL_NONE);
  assert_true(g_get_monotonic_time() - begun >= 49000);
}

static gpointer wake_soon(gpointer data) {
  g_usleep(50000);
  signals_wake();
  return data;
}

static void is_woken_by_another_thread(void **state) {
  (void)state;
  const gint64 begun = g_get_monotonic_time();
  GThread *thread = g_thread_new("waker", wake_soon, NULL);
  assert_int_equal(signals_wait(-1), SIGNAL_NONE);
  g_thread_join(thread);
  assert_true(g_get_monotonic_time() - begun >= 49000);
  signals_wake(); /* a wake before the wait is not lost */
  assert_int_equal(signals_wait(-1), SIGNAL_NONE);
}

static gpointer mask_of_thread(gpointer data) {
  sigset_t set;
  (void)data;
  pthread_sigmask(SIG_BLOCK, NULL, &set);
  return GINT_TO_POINTER(sigismember(&set, SIGTERM) && sigismember(&set, SIGHUP));
}

static void threads_do_not_hear_them(void **state) {
  (void)state;
  assert_int_equal(GPOINTER_TO_INT(g_thread_join(g_thread_new("other", mask_of_thread, NULL))), 1);
}

static void a_closed_pipe_is_an_error_not_a_death(void **state) {
  (void)state;
  int ends[2];
  assert_int_equal(pipe(ends), 0);
  close(ends[0]);
  assert_int_equal(write(ends[1], "x", 1), -1);
  close(ends[1]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(hears_signals),
      cmocka_unit_test(ends_a_wait_without_a_signal),
      cmocka_unit_test(is_woken_by_another_thread),
      cmocka_unit_test(threads_do_not_hear_them),
      cmocka_unit_test(a_closed_pipe_is_an_error_not_a_death),
  };
  signals_block();
  return cmocka_run_group_tests(tests, NULL, NULL);
}
