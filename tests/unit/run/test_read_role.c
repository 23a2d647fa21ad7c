/* SPDX-License-Identifier: GPL-3.0-or-later */
/* This program starts itself, as the daemon does: with --role it is the very process that reads. What it says
 * from behind its guard must be what the same function says without one. */
#include "run/read_role.h"

#include "base/log.h"
#include "inbound/read.h"
#include "inbound/verdict_frame.h"
#include "run/reader.h"
#include "run/role.h"
#include "support/case.h"

#define HEAD "From: =?iso-8859-1?q?B=E9atrice?= <a@xa.example>\nSubject: s\nMIME-Version: 1.0\n"

static void same(const char *name, const ReaderPort *port, GBytes *bytes) {
  g_autoptr(Verdict) here = read_message(bytes, NULL), there = NULL;
  g_autoptr(GByteArray) expected = g_byte_array_new(), got = g_byte_array_new();
  g_autoptr(GError) error = NULL;
  int r = port->read(port->self, bytes, &there, &error);
  if (r != 0)
    fail_msg("%s: %d %s", name, r, error != NULL ? error->message : "quarantine");
  verdict_frame_add(expected, here);
  verdict_frame_add(got, there);
  if (expected->len != got->len || memcmp(expected->data, got->data, got->len) != 0)
    fail_msg("%s: kind %d, \"%s\" instead of kind %d, \"%s\"", name, (int)there->kind, there->text,
             (int)here->kind, here->text);
}

/* Behind the guard no module can be loaded: they must have been before. */
static void charsets(void **state) {
  (void)state;
  static const char *const names[] = {
      "us-ascii",       "utf-8",        "iso-8859-1",   "iso-8859-2",   "iso-8859-5",   "iso-8859-6",
      "iso-8859-7",     "iso-8859-8",   "iso-8859-8-i", "iso-8859-9",   "iso-8859-15",  "windows-1250",
      "windows-1251",   "windows-1252", "windows-1253", "windows-1254", "windows-1255", "windows-1256",
      "windows-1257",   "windows-1258", "koi8-r",       "koi8-u",       "gb2312",       "gbk",
      "gb18030",        "big5",         "euc-jp",       "shift_jis",    "iso-2022-jp",  "euc-kr",
      "ks_c_5601-1987", "tis-620",      "macintosh",    "utf-7",        "utf-16",       "utf-16le",
      "cp850",          "x-none"};
  g_autoptr(Reader) reader = reader_new(READER_PATIENCE);
  ReaderPort port = reader_port(reader);
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *message =
        g_strdup_printf(HEAD "Content-Type: text/plain; charset=%s\n\nA \xE9\xE8\xB4\xC4 B "
                             "\xD0\xB1 \x1b$B$\" \x1b(B +AOk-.\n",
                        names[i]);
    g_autoptr(GBytes) bytes = g_bytes_new(message, strlen(message));
    same(names[i], &port, bytes);
  }
}

/* ---- what is meant to harm ----------------------------------------------------------------------- */

static void repeat(GString *to, const char *piece, gsize times) {
  for (gsize i = 0; i < times; i++)
    g_string_append(to, piece);
}

static void nest(GString *to) {
  for (int i = 0; i < 10000; i++)
    g_string_append_printf(to, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i);
}

static void nest_messages(GString *to) {
  repeat(to, "Content-Type: message/rfc822\n\n", 10000);
}

static void endless_header(GString *to) {
  g_string_append(to, "X-Long: ");
  repeat(to, "0123456789abcdef", 2 * 1024 * 1024 / 16);
}

static void endless_fields(GString *to) {
  repeat(to, "X-More: a\n", 200000);
}

static void many_parts(GString *to) {
  g_string_append(to, "Content-Type: multipart/mixed; boundary=b\n\n");
  repeat(to, "--b\n\n\n", 100000);
}

static void many_addresses(GString *to) {
  g_string_append(to, "To: ");
  repeat(to, "a@xa.example, ", 15000);
  g_string_append(to, "b@xb.example\n\nx\n");
}

static void comments(GString *to) {
  g_string_append(to, "To: ");
  repeat(to, "(", 100000);
  g_string_append(to, "\n\nx\n");
}

/* A letter as a scanner makes it: 12 MB, and to be read. */
static void large_scan(GString *to) {
  g_string_append(
      to, "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nHere it is.\n--b\n"
          "Content-Type: application/pdf; name=scan.pdf\nContent-Transfer-Encoding: base64\n\n");
  repeat(to, "JVBERi0xLjQKJcOkw7zDtsOfCjIgMCBvYmoKPDwvTGVuZ3RoIDMgMCBSL0ZpbHRlci9GbGF0ZURlY29k\n",
         12 * 1024 * 1024 / 60);
  g_string_append(to, "--b--\n");
}

static void broken_text(GString *to) {
  g_string_append(to, "Content-Type: text/plain; charset=utf-16\n\n");
  repeat(to, "\xD8\x00\xFF", 100000);
}

static void wide_html(GString *to) {
  g_string_append(to, "Content-Type: text/html\n\n");
  repeat(to, "<b><blockquote type=cite><p>", 100000);
}

static void quoted_lines(GString *to) {
  g_string_append(to, "\nOn 1/1/26 1:00, A wrote:\n");
  repeat(to, ">\nx\n", 100000);
}

static void hostile(void **state) {
  (void)state;
  static const struct {
    const char *name;
    void (*make)(GString *to);
  } rows[] = {
      {"10,000 multiparts in one another", nest},
      {"10,000 messages in one another", nest_messages},
      {"a field of 2 MiB", endless_header},
      {"200,000 fields", endless_fields},
      {"100,000 parts", many_parts},
      {"15,000 addresses", many_addresses},
      {"100,000 comments in one another", comments},
      {"a scan of 12 MB", large_scan},
      {"text that breaks its charset", broken_text},
      {"HTML that never closes", wide_html},
      {"100,000 quoted lines", quoted_lines},
  };
  g_autoptr(Reader) reader = reader_new(READER_PATIENCE);
  ReaderPort port = reader_port(reader);
  ReaderState now;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GString) message = g_string_new(HEAD);
    rows[i].make(message);
    g_autoptr(GBytes) bytes = g_bytes_new(message->str, message->len);
    same(rows[i].name, &port, bytes);
  }
  port.state(port.self, &now);
  assert_int_equal(now.restarts, 0);
  assert_int_equal(now.read, G_N_ELEMENTS(rows));
}

static void a_scan_is_listed(void **state) {
  (void)state;
  g_autoptr(Reader) reader = reader_new(READER_PATIENCE);
  ReaderPort port = reader_port(reader);
  g_autoptr(GString) message = g_string_new(HEAD);
  large_scan(message);
  g_autoptr(GBytes) bytes = g_bytes_new(message->str, message->len);
  g_autoptr(Verdict) verdict = NULL;
  assert_done(port.read(port.self, bytes, &verdict, error));
  assert_string_equal(verdict->text, "Here it is.");
  assert_int_equal(verdict->attachments->len, 1);
  const VerdictAttachment *scan = verdict->attachments->pdata[0];
  assert_string_equal(scan->name, "scan.pdf");
  assert_true(scan->size > 12 * 1000 * 1000);
}

int main(int argc, char **argv) {
  if (argc == 3 && strcmp(argv[1], "--role") == 0)
    return role_main(argv[2]);
  log_set_level(LOG_LEVEL_ERROR);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(charsets),
      cmocka_unit_test(hostile),
      cmocka_unit_test(a_scan_is_listed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
