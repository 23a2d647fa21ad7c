/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/transport.h"

#include "support/case.h"

#include "base/fault.h"
#include "base/file.h"
#include "support/smtp_message.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utime.h>

typedef struct {
  char *folder, *path;
  Relay *relay;
  Session *session;
} Case;

static void case_begin(Case *c) {
  c->folder = case_folder_make();
  c->path = g_build_filename(c->folder, "out", NULL);
  g_autofree char *url = g_strconcat("maildir:", c->path, NULL);
  assert_done(relay_new(&(RelayOptions){.name = "files", .url = url}, &c->relay, error));
  c->session = session_new(c->relay, NULL);
}

static void case_end(Case *c) {
  session_free(c->session);
  relay_free(c->relay);
  case_folder_remove(c->folder);
  g_free(c->path);
}

static int compare_names(gconstpointer a, gconstpointer b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in one of its folders, sorted. */
static GPtrArray *names(const Case *c, const char *folder) {
  g_autofree char *path = g_build_filename(c->path, folder, NULL);
  GPtrArray *found = g_ptr_array_new_with_free_func(g_free);
  GDir *dir = g_dir_open(path, 0, NULL);
  for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;)
    g_ptr_array_add(found, g_strdup(name));
  if (dir != NULL)
    g_dir_close(dir);
  g_ptr_array_sort(found, compare_names);
  return found;
}

static guint count(const Case *c, const char *folder) {
  g_autoptr(GPtrArray) found = names(c, folder);
  return found->len;
}

static void deliver(Case *c, int number) {
  g_autoptr(Message) message = smtp_message_new(number, NULL);
  g_auto(Outcome) outcome = {0};
  assert_int_equal(session_offer(c->session, message, &outcome, NULL), 0);
  session_finish(c->session, &outcome);
  assert_int_equal(outcome.kind, OUTCOME_ACCEPTED);
  assert_int_equal(outcome.step, STEP_DOT);
}

static void keeps_a_message_byte_for_byte(void **unused) {
  (void)unused;
  Case c;
  case_begin(&c);
  g_autoptr(Message) message = smtp_message_new(1, ".dot\r\nlast line without its end");
  g_auto(Outcome) outcome = {0};
  assert_int_equal(session_offer(c.session, message, &outcome, NULL), 0);
  assert_int_equal(count(&c, "new"), 0);
  assert_int_equal(count(&c, "tmp"), 1);
  session_finish(c.session, &outcome);
  assert_int_equal(outcome.kind, OUTCOME_ACCEPTED);
  assert_int_equal(count(&c, "tmp"), 0);
  assert_int_equal(count(&c, "cur"), 0);
  g_autoptr(GPtrArray) found = names(&c, "new");
  assert_int_equal(found->len, 1);
  g_autofree char *path = g_build_filename(c.path, "new", g_ptr_array_index(found, 0), NULL);
  Digest digest;
  assert_done(file_digest(path, &digest, &(goffset){0}, error));
  assert_true(digest_equal(&digest, &message->digest));
  assert_non_null(strstr(outcome.reply, g_ptr_array_index(found, 0)));
  assert_null(strchr(g_ptr_array_index(found, 0), ':'));
  case_end(&c);
}

static void repeat_stands_beside_the_first(void **unused) {
  (void)unused;
  Case c;
  case_begin(&c);
  deliver(&c, 1);
  deliver(&c, 2);
  deliver(&c, 1);
  g_autoptr(GPtrArray) found = names(&c, "new");
  assert_int_equal(found->len, 3);
  guint repeats = 0;
  for (guint i = 0; i < found->len; i++)
    repeats += g_str_has_suffix(g_ptr_array_index(found, i), ".valise.2");
  assert_int_equal(repeats, 1);
  case_end(&c);
}

static void abandoned_message_leaves_nothing(void **unused) {
  (void)unused;
  Case c;
  case_begin(&c);
  g_autoptr(Message) message = smtp_message_new(1, NULL);
  Outcome outcome;
  session_abandon(c.session);
  for (int i = 0; i < 2; i++) {
    assert_int_equal(session_offer(c.session, message, &outcome, NULL), 0);
    if (i == 0)
      session_abandon(c.session);
  }
  session_free(c.session);
  c.session = session_new(c.relay, NULL);
  assert_int_equal(count(&c, "tmp") + count(&c, "new"), 0);
  case_end(&c);
}

/* Killed between the two steps: what lies in tmp/ is no copy, and the repeat is the only one. */
static void kill_between_offer_and_finish(void **unused) {
  (void)unused;
  Case c;
  case_begin(&c);
  pid_t child = fork();
  if (child == 0) {
    Message *message = smtp_message_new(1, NULL);
    Outcome outcome;
    if (session_offer(c.session, message, &outcome, NULL) == 0)
      (void)raise(SIGKILL);
    _exit(1);
  }
  int status = 0;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  assert_int_equal(count(&c, "tmp"), 1);
  assert_int_equal(count(&c, "new"), 0);
  deliver(&c, 1);
  assert_int_equal(count(&c, "new"), 1);
  case_end(&c);
}

static void old_leftovers_go_others_stay(void **unused) {
  (void)unused;
  static const struct {
    const char *name;
    time_t age;
    gboolean stays;
  } rows[] = {{"abc.valise.1.0", 40 * 3600, FALSE},
              {"abd.valise.1.0", 3600, TRUE},
              {"1700000000.M1.host", 40 * 3600, TRUE}};
  Case c;
  case_begin(&c);
  deliver(&c, 1);
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *path = g_build_filename(c.path, "tmp", rows[i].name, NULL);
    struct utimbuf times = {.actime = time(NULL) - rows[i].age, .modtime = time(NULL) - rows[i].age};
    assert_true(g_file_set_contents(path, "x", 1, NULL));
    assert_int_equal(utime(path, &times), 0);
  }
  Session *another = session_new(c.relay, NULL);
  g_autoptr(Message) message = smtp_message_new(2, NULL);
  Outcome outcome;
  assert_int_equal(session_offer(another, message, &outcome, NULL), 0);
  session_free(another);
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *path = g_build_filename(c.path, "tmp", rows[i].name, NULL);
    if (g_file_test(path, G_FILE_TEST_EXISTS) != rows[i].stays)
      fail_msg("%s", rows[i].name);
  }
  case_end(&c);
}

static void folder_that_takes_nothing_defers(void **unused) {
  (void)unused;
  Case c;
  case_begin(&c);
  assert_true(g_file_set_contents(c.path, "a file in its place", -1, NULL));
  g_autoptr(Message) message = smtp_message_new(1, NULL);
  g_auto(Outcome) outcome = {0};
  assert_int_equal(session_offer(c.session, message, &outcome, NULL), 1);
  assert_int_equal(outcome.kind, OUTCOME_DEFERRED);
  assert_true(outcome.relay_down);
  assert_non_null(strstr(outcome.trouble, c.path));
  g_autofree char *words = NULL;
  assert_true(relay_probe(c.relay, &words, NULL) < 0);
  case_end(&c);
}

static void folder_that_vanishes_before_the_end_defers(void **unused) {
  (void)unused;
  Case c;
  case_begin(&c);
  g_autoptr(Message) message = smtp_message_new(1, NULL);
  g_auto(Outcome) outcome = {0};
  assert_int_equal(session_offer(c.session, message, &outcome, NULL), 0);
  g_autofree char *folder = g_build_filename(c.path, "new", NULL);
  assert_int_equal(g_rmdir(folder), 0);
  session_finish(c.session, &outcome);
  assert_int_equal(outcome.kind, OUTCOME_DEFERRED);
  case_end(&c);
}

static void missing_part_is_our_own_fault(void **unused) {
  (void)unused;
  Case c;
  case_begin(&c);
  g_autoptr(Message) message = smtp_message_new(1, NULL);
  g_autoptr(GError) why = NULL;
  Digest digest = {0};
  Outcome outcome;
  message_add_file(message, "/nonexistent/part", 9, &digest);
  assert_int_equal(session_offer(c.session, message, &outcome, &why), FAULT_ABSENT);
  assert_int_equal(count(&c, "tmp") + count(&c, "new"), 0);
  case_end(&c);
}

static void probe_makes_the_folders(void **unused) {
  (void)unused;
  Case c;
  g_autofree char *words = NULL;
  case_begin(&c);
  assert_done(relay_probe(c.relay, &words, error));
  assert_non_null(strstr(words, c.path));
  g_autofree char *folder = g_build_filename(c.path, "cur", NULL);
  assert_true(g_file_test(folder, G_FILE_TEST_IS_DIR));
  case_end(&c);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(keeps_a_message_byte_for_byte),
      cmocka_unit_test(repeat_stands_beside_the_first),
      cmocka_unit_test(abandoned_message_leaves_nothing),
      cmocka_unit_test(kill_between_offer_and_finish),
      cmocka_unit_test(old_leftovers_go_others_stay),
      cmocka_unit_test(folder_that_takes_nothing_defers),
      cmocka_unit_test(folder_that_vanishes_before_the_end_defers),
      cmocka_unit_test(missing_part_is_our_own_fault),
      cmocka_unit_test(probe_makes_the_folders),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
