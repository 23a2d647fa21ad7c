/* SPDX-License-Identifier: GPL-3.0-or-later */
/* This program starts itself, as the daemon does: with --role it is a reader that messages can harm at will.
 */
#include "run/reader.h"

#include "base/fault.h"
#include "base/log.h"
#include "inbound/read.h"
#include "inbound/verdict_frame.h"
#include "run/read_role.h"
#include "run/role.h"
#include "support/case.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#define PATIENCE (G_USEC_PER_SEC / 2)

/* ---- the process --------------------------------------------------------------------------------- */

static void answer(int fd, GBytes *bytes) {
  g_autoptr(GByteArray) fields = g_byte_array_new();
  g_autoptr(Verdict) verdict = read_message(bytes, NULL);
  verdict_frame_add(fields, verdict);
  frame_send(fd, READER_VERDICT, fields, NULL, 0, NULL);
}

/* "once PATH": the first process that sees it dies. */
static void die_once(const char *path) {
  if (g_file_test(path, G_FILE_TEST_EXISTS))
    return;
  g_file_set_contents(path, "x", 1, NULL);
  kill(getpid(), SIGKILL);
}

static void obey(int fd, const char *text, GBytes *bytes) {
  if (g_str_has_prefix(text, "die"))
    kill(getpid(), SIGKILL);
  if (g_str_has_prefix(text, "stall"))
    pause();
  if (g_str_has_prefix(text, "once "))
    die_once(text + strlen("once "));
  if (g_str_has_prefix(text, "lie"))
    frame_send(fd, READER_VERDICT, NULL, bytes, 0, NULL);
  else if (g_str_has_prefix(text, "boast"))
    (void)!write(fd, "\377\377\377\377v", 5);
  else
    answer(fd, bytes);
}

static int harmed_reader(int fd) {
  g_autoptr(GByteArray) ready = g_byte_array_new();
  frame_add_number(ready, TRUE);
  frame_add_number(ready, FALSE);
  frame_add_text(ready, "no ceiling here");
  int r = frame_send(fd, READER_READY, ready, NULL, 0, NULL);
  while (r == 0) {
    g_auto(Frame) frame = {0};
    r = frame_receive(fd, FRAME_MAX, 0, &frame, NULL);
    if (r != 0)
      break;
    FrameReading reading = frame_read(&frame);
    g_autoptr(GBytes) bytes = frame_read_bytes(&reading, FRAME_MAX);
    g_autofree char *text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
    obey(fd, text, bytes);
  }
  _exit(0);
}

/* ---- what the daemon makes of it ----------------------------------------------------------------- */

static int ask(const ReaderPort *port, const char *text, Verdict **ret, GError **error) {
  g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));
  return port->read(port->self, bytes, ret, error);
}

static ReaderState state_of(const ReaderPort *port) {
  ReaderState now;
  port->state(port->self, &now);
  return now;
}

static void reads(const ReaderPort *port) {
  g_autoptr(Verdict) verdict = NULL;
  assert_done(ask(port, "From: a@xa.example\nSubject: s\n\nText\n", &verdict, error));
  assert_int_equal(verdict->kind, VERDICT_REPLY);
  assert_string_equal(verdict->text, "Text");
}

static void harm_ends_in_quarantine(void **state) {
  (void)state;
  static const struct {
    const char *message, *ended;
  } rows[] = {{"die", "signal 9"}, {"stall", "signal 9"}, {"lie", "signal 9"}, {"boast", "signal 9"}};
  g_autoptr(Reader) reader = reader_new(PATIENCE);
  ReaderPort port = reader_port(reader);
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    Verdict *verdict = NULL;
    g_autoptr(GError) error = NULL;
    int r = ask(&port, rows[i].message, &verdict, &error);
    if (r != READER_QUARANTINE || verdict != NULL)
      fail_msg("%s: %d", rows[i].message, r);
    reads(&port); /* and the next is read as if nothing had been */
    ReaderState now = state_of(&port);
    assert_int_equal(now.quarantined, i + 1);
    assert_int_equal(now.restarts, 2 * (i + 1));
    assert_string_equal(now.ended, rows[i].ended);
  }
}

static void a_second_process_may_do_better(void **state) {
  (void)state;
  g_autoptr(Reader) reader = reader_new(PATIENCE);
  ReaderPort port = reader_port(reader);
  char *folder = case_folder_make();
  g_autofree char *message = g_strdup_printf("once %s/died", folder);
  g_autoptr(Verdict) verdict = NULL;
  assert_done(ask(&port, message, &verdict, error));
  assert_int_equal(state_of(&port).restarts, 1);
  assert_int_equal(state_of(&port).quarantined, 0);
  case_folder_remove(folder);
}

/* Who ends the process while nobody reads has not harmed a message. */
static void a_death_between_messages_harms_none(void **state) {
  (void)state;
  g_autoptr(Reader) reader = reader_new(PATIENCE);
  ReaderPort port = reader_port(reader);
  for (int i = 0; i < 3; i++) {
    reads(&port);
    ReaderState now = state_of(&port);
    assert_true(now.running && now.pid > 0);
    kill(now.pid, SIGKILL);
  }
  reads(&port);
  assert_int_equal(state_of(&port).quarantined, 0);
}

static void says_what_is_open(void **state) {
  (void)state;
  g_autoptr(Reader) reader = reader_new(PATIENCE);
  ReaderPort port = reader_port(reader);
  reads(&port);
  ReaderState now = state_of(&port);
  assert_false(now.guarded);
  assert_string_equal(now.open, "no ceiling here");
  assert_int_equal(now.read, 1);
}

static void too_large_ones_are_not_given(void **state) {
  (void)state;
  g_autoptr(Reader) reader = reader_new(PATIENCE);
  ReaderPort port = reader_port(reader);
  g_autofree char *much = g_malloc0(READ_SIZE_MAX + 1);
  g_autoptr(GBytes) bytes = g_bytes_new_static(much, READ_SIZE_MAX + 1);
  g_autoptr(Verdict) verdict = NULL;
  assert_done(port.read(port.self, bytes, &verdict, error));
  assert_int_equal(verdict->kind, VERDICT_UNKNOWN);
  assert_true(verdict_has_reason(verdict, REASON_TOO_LARGE));
}

typedef struct {
  const ReaderPort *port;
  const char *message;
  int result;
} Asked;

static gpointer ask_aside(gpointer data) {
  Asked *asked = data;
  g_autoptr(Verdict) verdict = NULL;
  asked->result = ask(asked->port, asked->message, &verdict, NULL);
  return NULL;
}

static void several_ask(void **state) {
  (void)state;
  g_autoptr(Reader) reader = reader_new(10 * G_USEC_PER_SEC);
  ReaderPort port = reader_port(reader);
  Asked asked[8];
  GThread *threads[G_N_ELEMENTS(asked)];
  for (gsize i = 0; i < G_N_ELEMENTS(asked); i++) {
    asked[i] = (Asked){&port, i == 3 ? "die" : "From: a@xa.example\n\nText\n", -99};
    threads[i] = g_thread_new("asks", ask_aside, &asked[i]);
  }
  for (gsize i = 0; i < G_N_ELEMENTS(asked); i++) {
    g_thread_join(threads[i]);
    assert_int_equal(asked[i].result, i == 3 ? READER_QUARANTINE : 0);
  }
}

/* A message that is in hand when the house closes is not to blame: it is read at the next start. */
static void a_stop_quarantines_nothing(void **state) {
  (void)state;
  g_autoptr(Reader) reader = reader_new(60 * G_USEC_PER_SEC);
  ReaderPort port = reader_port(reader);
  reads(&port);
  Asked asked = {&port, "stall", -99};
  GThread *thread = g_thread_new("asks", ask_aside, &asked);
  g_usleep(200000);
  reader_stop(reader);
  g_thread_join(thread);
  assert_int_equal(asked.result, FAULT_BUSY);
  assert_int_equal(state_of(&port).quarantined, 0);
}

int main(int argc, char **argv) {
  if (argc == 3 && strcmp(argv[1], "--role") == 0)
    return role_enter(harmed_reader);
  log_set_level(LOG_LEVEL_ERROR);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(harm_ends_in_quarantine),
      cmocka_unit_test(a_second_process_may_do_better),
      cmocka_unit_test(a_death_between_messages_harms_none),
      cmocka_unit_test(says_what_is_open),
      cmocka_unit_test(too_large_ones_are_not_given),
      cmocka_unit_test(several_ask),
      cmocka_unit_test(a_stop_quarantines_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
