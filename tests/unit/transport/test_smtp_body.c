/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/smtp_body.h"

#include "support/case.h"

#include "base/fault.h"

#include <string.h>

#define BYTES(text) (text), sizeof(text) - 1

static const struct {
  const char *name;
  const char *bytes;
  gsize length;
  const char *stuffed; /* NULL: refused */
  const char *terminator;
} rows[] = {
    {"empty", BYTES(""), "", ".\r\n"},
    {"plain lines", BYTES("a\r\nb\r\n"), "a\r\nb\r\n", ".\r\n"},
    {"a dot first of all", BYTES(".a\r\n"), "..a\r\n", ".\r\n"},
    {"a dot after a line", BYTES("a\r\n.b\r\n"), "a\r\n..b\r\n", ".\r\n"},
    {"a lone dot", BYTES("a\r\n.\r\nb\r\n"), "a\r\n..\r\nb\r\n", ".\r\n"},
    {"two dots", BYTES("..\r\n"), "...\r\n", ".\r\n"},
    {"nothing but dots", BYTES(".\r\n.\r\n.\r\n.\r\n"), "..\r\n..\r\n..\r\n..\r\n", ".\r\n"},
    {"dots inside lines", BYTES("a.b\r\nc.\r\n"), "a.b\r\nc.\r\n", ".\r\n"},
    {"empty lines before a dot", BYTES("\r\n\r\n.\r\n"), "\r\n\r\n..\r\n", ".\r\n"},
    {"no line end at the end", BYTES("a\r\nb"), "a\r\nb", "\r\n.\r\n"},
    {"a dot without a line end", BYTES("."), "..", "\r\n.\r\n"},
    {"high octets", BYTES("\xff\x80.\r\n"), "\xff\x80.\r\n", ".\r\n"},
    {"bare LF", BYTES("a\nb\r\n"), NULL, NULL},
    {"bare LF first", BYTES("\n"), NULL, NULL},
    {"bare CR", BYTES("a\rb\r\n"), NULL, NULL},
    {"CR CR LF", BYTES("a\r\r\n"), NULL, NULL},
    {"CR at the very end", BYTES("a\r"), NULL, NULL},
    {"smuggled end, LF form", BYTES("a\n.\nMAIL FROM:<e@x.example>\r\n"), NULL, NULL},
    {"smuggled end, LF dot CRLF", BYTES("a\n.\r\nMAIL\r\n"), NULL, NULL},
    {"smuggled end, CR form", BYTES("a\r.\rMAIL\r\n"), NULL, NULL},
    {"smuggled end, CRLF dot CR", BYTES("a\r\n.\rMAIL\r\n"), NULL, NULL},
    {"smuggled end, CR NUL LF", BYTES("a\r\0\n.\r\n"), NULL, NULL},
    {"NUL", BYTES("a\0b\r\n"), NULL, NULL},
};

/* Adds in pieces of STEP octets; the result, or NULL with the fault's sentence checked. */
static char *stuff(SmtpBody *body, const char *bytes, gsize length, gsize step) {
  g_autoptr(GString) all = g_string_new(NULL);
  g_autoptr(GError) error = NULL;
  smtp_body_begin(body);
  int r = 0;
  for (gsize at = 0; at < length && r == 0; at += step) {
    gsize take = MIN(step, length - at), written = 0;
    /* Of its own size each, so that the sanitizer sees one octet too many. */
    g_autofree guint8 *from = g_memdup2(bytes + at, take);
    g_autofree guint8 *to = g_malloc(SMTP_BODY_ROOM(take));
    r = smtp_body_add(body, from, take, to, &written, &error);
    assert_true(written <= SMTP_BODY_ROOM(take));
    if (r == 0)
      g_string_append_len(all, (const char *)to, (gssize)written);
  }
  if (r == 0)
    r = smtp_body_end(body, &error);
  if (r == 0)
    return g_string_free(g_steal_pointer(&all), FALSE);
  assert_int_equal(r, FAULT_INPUT);
  assert_non_null(strstr(error->message, "message body"));
  return NULL;
}

static void stuffs_whatever_the_pieces(void **unused) {
  (void)unused;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    for (gsize step = 1; step < 40; step++) {
      SmtpBody body;
      g_autofree char *stuffed = stuff(&body, rows[i].bytes, rows[i].length, step);
      if (g_strcmp0(stuffed, rows[i].stuffed) != 0)
        fail_msg("%s, in pieces of %zu: \"%s\"", rows[i].name, step, stuffed != NULL ? stuffed : "(refused)");
      if (stuffed != NULL)
        assert_string_equal(smtp_body_terminator(&body), rows[i].terminator);
    }
}

static void bounds_lines(void **unused) {
  (void)unused;
  for (gsize step = 1; step < 1200; step += 97) {
    SmtpBody body;
    g_autofree char *line = g_strnfill(SMTP_LINE_MAX + 1, 'x');
    g_autofree char *long_one = g_strconcat(line, "\r\n", NULL);
    g_autofree char *right = g_strconcat(line + 1, "\r\n", line + 1, "\r\n", NULL);
    assert_null(stuff(&body, long_one, strlen(long_one), step));
    g_autofree char *stuffed = stuff(&body, right, strlen(right), step);
    assert_string_equal(stuffed, right);
  }
}

/* Property: what a server unstuffs is what we were given, and no end of data is inside. */
static void unstuffs_to_the_same(void **unused) {
  (void)unused;
  g_autoptr(GRand) rand = g_rand_new_with_seed(20131202);
  for (int round = 0; round < 3000; round++) {
    g_autoptr(GString) text = g_string_new(NULL);
    int lines = g_rand_int_range(rand, 0, 12);
    for (int i = 0; i < lines; i++) {
      for (int n = g_rand_int_range(rand, 0, 5); n > 0; n--)
        g_string_append_c(text, "..ab "[g_rand_int_range(rand, 0, 5)]);
      g_string_append(text, "\r\n");
    }
    SmtpBody body;
    g_autofree char *stuffed = stuff(&body, text->str, text->len, (gsize)g_rand_int_range(rand, 1, 9));
    g_autoptr(GString) back = g_string_new("\r\n");
    g_string_append(back, stuffed);
    assert_null(strstr(back->str, "\r\n.\r\n"));
    g_string_replace(back, "\r\n.", "\r\n", 0);
    assert_string_equal(back->str + 2, text->str);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(stuffs_whatever_the_pieces),
      cmocka_unit_test(bounds_lines),
      cmocka_unit_test(unstuffs_to_the_same),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
