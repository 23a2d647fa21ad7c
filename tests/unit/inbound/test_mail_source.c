/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Options, numbers that begin anew, waits, names of folders. */
#include "inbound/mail_source.h"

#include "base/fault.h"
#include "base/moment.h"
#include "support/case.h"

/* ---- options ------------------------------------------------------------------------------------- */

typedef struct {
  const char *name, *url, *after;
  enum mail_source_kind kind;
  const char *host;
  guint port;
  gboolean tls_first;
  const char *path;
  enum mail_after wanted_after;
  const char *move_to;
} Meant;

static const Meant meant[] = {
    {"over TLS", "imaps://mail.forum.example", "nothing", MAIL_SOURCE_IMAP, "mail.forum.example", 993, TRUE,
     NULL, MAIL_AFTER_NOTHING, NULL},
    {"with STARTTLS and a port", "imap://mail.forum.example:1143/", "keyword", MAIL_SOURCE_IMAP,
     "mail.forum.example", 1143, FALSE, NULL, MAIL_AFTER_KEYWORD, NULL},
    {"by an IPv6 address", "imaps://[::1]:10993", "move:Kept by Valise", MAIL_SOURCE_IMAP, "[::1]", 10993,
     TRUE, NULL, MAIL_AFTER_MOVE, "Kept by Valise"},
    {"by an IPv6 address without a port", "imap://[::1]", NULL, MAIL_SOURCE_IMAP, "[::1]", 143, FALSE, NULL,
     MAIL_AFTER_NOTHING, NULL},
    {"a Maildir", "maildir:/var/mail/answers", "nothing", MAIL_SOURCE_MAILDIR, NULL, 0, FALSE,
     "/var/mail/answers", MAIL_AFTER_NOTHING, NULL},
};

static void takes_what_is_meant(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(meant); i++) {
    const Meant *m = &meant[i];
    g_autoptr(MailSource) source = NULL;
    const MailSourceOptions options = {.name = "answers", .url = m->url, .after = m->after, .poll = MINUTE};
    assert_done(mail_source_new(&options, &source, error));
    if (source->kind != m->kind || g_strcmp0(source->host, m->host) != 0 || source->port != m->port ||
        source->tls_first != m->tls_first || g_strcmp0(source->path, m->path) != 0 ||
        source->after != m->wanted_after || g_strcmp0(source->move_to, m->move_to) != 0)
      fail_msg("%s", m->name);
    assert_string_equal(source->folder, "INBOX");
  }
}

static void refuses_what_cannot_be_meant(void **state) {
  static const char *const urls[] = {"imaps://",
                                     "imaps://u:p@mail.forum.example",
                                     "imap://mail.forum.example:0",
                                     "imap://mail.forum.example:x",
                                     "pop3://mail.forum.example",
                                     "maildir:relative"};
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(urls); i++) {
    MailSource *source = NULL;
    const MailSourceOptions options = {.name = "answers", .url = urls[i]};
    assert_fault(FAULT_INPUT, "mailbox \"answers\"", mail_source_new(&options, &source, error));
    assert_null(source);
  }
}

/* ---- numbers ------------------------------------------------------------------------------------- */

typedef struct {
  const char *name;
  MailCursor cursor;
  gint64 uid_validity, uid_next;
  gboolean anew;
} Opening;

static const Opening openings[] = {
    {"for the first time", {0}, 7, 10, FALSE},
    {"as before", {.uid_validity = 7, .uid = 9}, 7, 10, FALSE},
    {"with new messages", {.uid_validity = 7, .uid = 9}, 7, 40, FALSE},
    {"another, greater", {.uid_validity = 7, .uid = 9}, 8, 10, TRUE},
    {"another, smaller", {.uid_validity = 7, .uid = 9}, 6, 10, TRUE},
    {"the next number went back", {.uid_validity = 7, .uid = 9}, 7, 9, TRUE},
    {"the next number is not told", {.uid_validity = 7, .uid = 9}, 7, 0, FALSE},
};

static void begins_anew_when_numbers_cannot_be_the_same(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(openings); i++) {
    const Opening *o = &openings[i];
    MailCursor cursor = o->cursor;
    gboolean anew = mail_cursor_open(&cursor, o->uid_validity, o->uid_next);
    if (anew != o->anew || cursor.uid_validity != o->uid_validity ||
        cursor.uid != (anew ? 0 : o->cursor.uid) || cursor.numbering != (anew ? 1 : 0))
      fail_msg("%s: anew %d, uid %d, numbering %d", o->name, anew, (int)cursor.uid, (int)cursor.numbering);
  }
}

static void hears_its_witness(void **state) {
  MailCursor cursor = {.uid_validity = 7};
  (void)state;
  assert_false(mail_cursor_testify(&cursor, 100));
  mail_cursor_pass(&cursor, 4, 100);
  mail_cursor_pass(&cursor, 5, 0); /* noted: no witness */
  assert_int_equal(cursor.uid, 5);
  assert_int_equal(cursor.witness, 4);
  assert_false(mail_cursor_testify(&cursor, 100));
  assert_null(mail_cursor_name(&cursor));
  assert_true(mail_cursor_testify(&cursor, 101));
  assert_int_equal(cursor.uid, 0);
  assert_int_equal(cursor.uid_validity, 7);
  assert_int_equal(cursor.witness, 0);
  g_autofree char *name = mail_cursor_name(&cursor);
  assert_string_equal(name, "numbering 2");
}

/* ---- waits, folders ------------------------------------------------------------------------------ */

static void waits_longer_each_time_and_not_in_step(void **state) {
  (void)state;
  assert_int_equal(mail_source_wait(1, 0), 2 * SECOND);
  assert_int_equal(mail_source_wait(1, 1), SECOND);
  assert_int_equal(mail_source_wait(3, 0), 8 * SECOND);
  assert_int_equal(mail_source_wait(8, 0), 256 * SECOND);
  assert_int_equal(mail_source_wait(9, 0), 5 * MINUTE);
  assert_int_equal(mail_source_wait(G_MAXUINT, 0.5), 5 * MINUTE * 3 / 4);
}

/* RFC 3501 §5.1.3 and beyond it. */
static void names_folders_as_the_protocol_does(void **state) {
  static const char *const names[][2] = {
      {"INBOX", "INBOX"},
      {"Kept by Valise", "Kept by Valise"},
      {"a & b", "a &- b"},
      {"Réponses", "R&AOk-ponses"},
      {"~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"},
      {"☺!", "&Jjo-!"},
      {"\xf0\x9f\x98\x80", "&2D3eAA-"},
  };
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *encoded = mail_folder_encode(names[i][0]);
    assert_string_equal(encoded, names[i][1]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(takes_what_is_meant),
      cmocka_unit_test(refuses_what_cannot_be_meant),
      cmocka_unit_test(begins_anew_when_numbers_cannot_be_the_same),
      cmocka_unit_test(hears_its_witness),
      cmocka_unit_test(waits_longer_each_time_and_not_in_step),
      cmocka_unit_test(names_folders_as_the_protocol_does),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
