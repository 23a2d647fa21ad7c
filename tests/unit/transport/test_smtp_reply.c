/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/smtp_reply.h"

#include "support/case.h"

#include <string.h>

#define BYTES(text) (text), sizeof(text) - 1

static const struct {
  const char *name;
  const char *bytes;
  gsize length;
  enum smtp_reply_state state;
  int code;
  const char *words; /* when whole */
  enum smtp_reply_fault fault;
  gsize left; /* octets behind the reply */
} rows[] = {
    {"one line", BYTES("250 2.0.0 Ok\r\n"), SMTP_REPLY_WHOLE, 250, "2.0.0 Ok", 0, 0},
    {"the bare code", BYTES("250\r\n"), SMTP_REPLY_WHOLE, 250, "", 0, 0},
    {"no text after the space", BYTES("354 \r\n"), SMTP_REPLY_WHOLE, 354, "", 0, 0},
    {"several lines", BYTES("550-5.1.1 No\r\n550-5.1.1 such\r\n550 5.1.1 user\r\n"), SMTP_REPLY_WHOLE, 550,
     "5.1.1 No / 5.1.1 such / 5.1.1 user", 0, 0},
    {"last line a bare code", BYTES("250-a\r\n250\r\n"), SMTP_REPLY_WHOLE, 250, "a", 0, 0},
    {"empty continuation", BYTES("250-\r\n250 b\r\n"), SMTP_REPLY_WHOLE, 250, " / b", 0, 0},
    {"two replies", BYTES("250 a\r\n250 b\r\n"), SMTP_REPLY_WHOLE, 250, "a", 0, 7},
    {"tab and escape in the text", BYTES("250 a\tb\033[1m\r\n"), SMTP_REPLY_WHOLE, 250, "a b?[1m", 0, 0},
    {"UTF-8 stays", BYTES("250 d\xc3\xa9j\xc3\xa0\r\n"), SMTP_REPLY_WHOLE, 250, "d\xc3\xa9j\xc3\xa0", 0, 0},
    {"Latin-1 is marked", BYTES("250 d\xe9j\r\n"), SMTP_REPLY_WHOLE, 250, "d\xef\xbf\xbdj", 0, 0},
    {"C1 control in UTF-8",
     BYTES("250 a\xc2\x9b"
           "b\r\n"),
     SMTP_REPLY_WHOLE, 250, "a?b", 0, 0},
    {"nothing", BYTES(""), SMTP_REPLY_MORE, 0, NULL, 0, 0},
    {"half a line", BYTES("250 2.0."), SMTP_REPLY_MORE, 250, NULL, 0, 0},
    {"half a code", BYTES("25"), SMTP_REPLY_MORE, 0, NULL, 0, 0},
    {"CR and no more", BYTES("250 a\r"), SMTP_REPLY_MORE, 250, NULL, 0, 0},
    {"continuation without its end", BYTES("250-a\r\n"), SMTP_REPLY_MORE, 250, NULL, 0, 0},
    {"blank line", BYTES("\r\n250 a\r\n"), SMTP_REPLY_FAULTY, 0, NULL, SMTP_FAULT_CODE, 0},
    {"no code", BYTES("Ok\r\n"), SMTP_REPLY_FAULTY, 0, NULL, SMTP_FAULT_CODE, 0},
    {"two digits", BYTES("25 a\r\n"), SMTP_REPLY_FAULTY, 0, NULL, SMTP_FAULT_CODE, 0},
    {"four digits", BYTES("2500 a\r\n"), SMTP_REPLY_FAULTY, 0, NULL, SMTP_FAULT_CODE, 0},
    {"1yz is no reply of SMTP", BYTES("150 a\r\n"), SMTP_REPLY_FAULTY, 0, NULL, SMTP_FAULT_CODE, 0},
    {"6yz", BYTES("650 a\r\n"), SMTP_REPLY_FAULTY, 0, NULL, SMTP_FAULT_CODE, 0},
    {"a plus for the hyphen", BYTES("250+a\r\n"), SMTP_REPLY_FAULTY, 0, NULL, SMTP_FAULT_CODE, 0},
    {"mixed codes", BYTES("250-a\r\n251 b\r\n"), SMTP_REPLY_FAULTY, 0, NULL, SMTP_FAULT_MIXED, 0},
    {"mixed codes, the last bare", BYTES("250-a\r\n550\r\n"), SMTP_REPLY_FAULTY, 0, NULL, SMTP_FAULT_MIXED,
     0},
    {"NUL in the text", BYTES("250 a\0b\r\n"), SMTP_REPLY_FAULTY, 0, NULL, SMTP_FAULT_NUL, 0},
    {"NUL first",
     BYTES("\0"
           "250 a\r\n"),
     SMTP_REPLY_FAULTY, 0, NULL, SMTP_FAULT_NUL, 0},
    {"NUL after the code", BYTES("250\0a\r\n"), SMTP_REPLY_FAULTY, 0, NULL, SMTP_FAULT_NUL, 0},
    {"bare LF", BYTES("250 a\n"), SMTP_REPLY_FAULTY, 0, NULL, SMTP_FAULT_BARE_LF, 0},
    {"bare LF after the code", BYTES("250\n"), SMTP_REPLY_FAULTY, 0, NULL, SMTP_FAULT_BARE_LF, 0},
    {"bare CR", BYTES("250 a\rb\r\n"), SMTP_REPLY_FAULTY, 0, NULL, SMTP_FAULT_BARE_CR, 0},
    {"CR CR LF", BYTES("250 a\r\r\n"), SMTP_REPLY_FAULTY, 0, NULL, SMTP_FAULT_BARE_CR, 0},
};

/* Feeds in pieces of STEP octets. */
static enum smtp_reply_state feed(SmtpReply *reply, const char *bytes, gsize length, gsize step,
                                  gsize *ret_used) {
  enum smtp_reply_state state = SMTP_REPLY_MORE;
  *ret_used = 0;
  smtp_reply_begin(reply);
  while (*ret_used < length && state == SMTP_REPLY_MORE) {
    gsize used;
    state = smtp_reply_feed(reply, (const guint8 *)bytes + *ret_used, MIN(step, length - *ret_used), &used);
    *ret_used += used;
  }
  return state;
}

static void reads_whatever_the_pieces(void **unused) {
  (void)unused;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    for (gsize step = 1; step <= 64; step = step < 8 ? step + 1 : step * 2) {
      SmtpReply reply;
      gsize used;
      enum smtp_reply_state state = feed(&reply, rows[i].bytes, rows[i].length, step, &used);
      g_autofree char *words = state == SMTP_REPLY_WHOLE ? smtp_reply_words(&reply) : NULL;
      if (state != rows[i].state || reply.fault != rows[i].fault || g_strcmp0(words, rows[i].words) != 0 ||
          (state != SMTP_REPLY_FAULTY && reply.code != rows[i].code) ||
          (state == SMTP_REPLY_WHOLE && rows[i].length - used != rows[i].left))
        fail_msg("%s, in pieces of %zu: state %d, code %d, fault %d, words \"%s\", used %zu", rows[i].name,
                 step, (int)state, reply.code, (int)reply.fault, words != NULL ? words : "", used);
    }
  }
}

static enum smtp_reply_state feed_long(SmtpReply *reply, const char *prefix, gsize repeats,
                                       const char *unit) {
  g_autoptr(GString) bytes = g_string_new(prefix);
  for (gsize i = 0; i < repeats; i++)
    g_string_append(bytes, unit);
  g_string_append(bytes, "\r\n");
  gsize used;
  return feed(reply, bytes->str, bytes->len, 1000, &used);
}

static void keeps_bounds(void **unused) {
  (void)unused;
  SmtpReply reply;
  assert_int_equal(feed_long(&reply, "250 ", 60000, "x"), SMTP_REPLY_WHOLE);
  assert_int_equal(reply.length, OUTCOME_REPLY_MAX);
  assert_int_equal(strlen(reply.text), OUTCOME_REPLY_MAX);
  assert_int_equal(feed_long(&reply, "250 ", 1024 * 1024, "x"), SMTP_REPLY_FAULTY);
  assert_int_equal(reply.fault, SMTP_FAULT_LONG);
  assert_int_equal(feed_long(&reply, "", 10000, "250-on and on\r\n"), SMTP_REPLY_FAULTY);
  assert_int_equal(reply.fault, SMTP_FAULT_ENDLESS);
  assert_true(reply.octets <= SMTP_REPLY_OCTETS_MAX);
}

static void cut_within_a_character_stays_valid(void **unused) {
  (void)unused;
  SmtpReply reply;
  assert_int_equal(feed_long(&reply, "250 x", 3000, "\xc3\xa9"), SMTP_REPLY_WHOLE);
  g_autofree char *words = smtp_reply_words(&reply);
  assert_true(g_utf8_validate(words, -1, NULL));
}

static void begins_anew(void **unused) {
  (void)unused;
  SmtpReply reply;
  gsize used;
  assert_int_equal(feed(&reply, BYTES("550-long text\r\n551"), 64, &used), SMTP_REPLY_MORE);
  assert_true(smtp_reply_begun(&reply));
  smtp_reply_begin(&reply);
  assert_false(smtp_reply_begun(&reply));
  assert_int_equal(smtp_reply_feed(&reply, (const guint8 *)"250\r\n", 5, &used), SMTP_REPLY_WHOLE);
  assert_string_equal(reply.text, "");
}

static void every_fault_has_words(void **unused) {
  (void)unused;
  for (int fault = SMTP_FAULT_NONE; fault <= SMTP_FAULT_ENDLESS; fault++)
    assert_non_null(smtp_reply_fault_words((enum smtp_reply_fault)fault));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_whatever_the_pieces),
      cmocka_unit_test(keeps_bounds),
      cmocka_unit_test(cut_within_a_character_stays_valid),
      cmocka_unit_test(begins_anew),
      cmocka_unit_test(every_fault_has_words),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
