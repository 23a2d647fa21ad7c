/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/header.h"

#include "support/case.h"

#include "base/clock.h"
#include "base/fault.h"

#include <string.h>

#define X70 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static void texts(void **state) {
  (void)state;
  static const struct {
    const char *name;
    const char *text;
    const char *field;
  } rows[] = {
      {"ASCII", "Pre-report, sixth edition", "Subject: Pre-report, sixth edition\r\n"},
      {"empty", "", "Subject:\r\n"},
      {"another script", "R\xc3\xa9union", "Subject: =?utf-8?Q?R=C3=A9union?=\r\n"},
      {"folded before a space",
       "one two three four five six seven eight nine ten eleven twelve thirteen fourteen",
       "Subject: one two three four five six seven eight nine ten eleven twelve\r\n thirteen fourteen\r\n"},
      {"both spaces of two stay", "a  b", "Subject: a  b\r\n"},
      {"a space at the end is kept by encoding", "a ", "Subject: =?utf-8?Q?a_?=\r\n"},
      {"a space at the beginning too", " a", "Subject: =?utf-8?Q?_a?=\r\n"},
      {"looks like an encoded word", "=?utf-8?Q?x?=", "Subject: =?utf-8?B?PT91dGYtOD9RP3g/PQ==?=\r\n"},
      {"a word too long to fold", X70 "xx",
       "Subject: =?utf-8?Q?xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx?=\r\n "
       "=?utf-8?Q?xxxxxxxxxxxxxxxxx?=\r\n"},
      {"a long word after a short one", "a " X70 "xxxxxxx", "Subject: a\r\n " X70 "xxxxxxx\r\n"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GString) to = g_string_new(NULL);
    assert_done(header_text(to, "Subject", rows[i].text, error));
    if (strcmp(to->str, rows[i].field) != 0)
      fail_msg("%s: %s", rows[i].name, to->str);
  }
}

static void mailboxes(void **state) {
  (void)state;
  static const struct {
    const char *name;
    const char *address;
    const char *field;
  } rows[] = {
      {NULL, "awa@forum.example", "To: awa@forum.example\r\n"},
      {"", "awa@forum.example", "To: awa@forum.example\r\n"},
      {"  ", "awa@forum.example", "To: awa@forum.example\r\n"},
      {"Awa N", "awa@forum.example", "To: Awa N <awa@forum.example>\r\n"},
      {"M. Awa N", "awa@forum.example", "To: \"M. Awa N\" <awa@forum.example>\r\n"},
      {"N, Awa", "awa@forum.example", "To: \"N, Awa\" <awa@forum.example>\r\n"},
      {"Awa \"Wa\" \\ N", "awa@forum.example", "To: \"Awa \\\"Wa\\\" \\\\ N\" <awa@forum.example>\r\n"},
      {"Awa  N", "awa@forum.example", "To: \"Awa  N\" <awa@forum.example>\r\n"},
      {"Awa (office)", "awa@forum.example", "To: \"Awa (office)\" <awa@forum.example>\r\n"},
      {"<x@y.example>", "awa@forum.example", "To: \"<x@y.example>\" <awa@forum.example>\r\n"},
      {"Ana\xc3\xafs, N", "awa@forum.example", "To: =?utf-8?B?QW5hw69zLCBO?= <awa@forum.example>\r\n"},
      {"Jo\xc3\xa3o Quintanheira", "joao.quintanheira.forum@mutua.test",
       "To: =?utf-8?Q?Jo=C3=A3o_Quintanheira?= <joao.quintanheira.forum@mutua.test>\r\n"},
      {"Jo\xc3\xa3o Quintanheira", "joao.quintanheira.forum2@mutuas.test",
       "To: =?utf-8?Q?Jo=C3=A3o_Quintanheira?=\r\n <joao.quintanheira.forum2@mutuas.test>\r\n"},
      {"=?utf-8?Q?x?=", "awa@forum.example", "To: =?utf-8?B?PT91dGYtOD9RP3g/PQ==?= <awa@forum.example>\r\n"},
      {"Awa\xe2\x80\xae N\xe2\x81\xa9", "awa@forum.example", "To: Awa N <awa@forum.example>\r\n"},
      {"\xe2\x80\xae", "awa@forum.example", "To: awa@forum.example\r\n"},
      {"Secretariat of the Permanent Mission to the Forum", "awa.of.the.secretariat@forum.example",
       "To: Secretariat of the Permanent Mission to the Forum\r\n "
       "<awa.of.the.secretariat@forum.example>\r\n"},
      {"Awa", "awa@exämple.test", "To: Awa <awa@xn--exmple-cua.test>\r\n"},
      {"Awa", "\"a w\"@forum.example", "To: Awa <\"a w\"@forum.example>\r\n"},
      {"Awa", "ren\xc3\xa9@forum.example", "To: Awa <ren\xc3\xa9@forum.example>\r\n"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GString) to = g_string_new(NULL);
    g_autoptr(Address) address = NULL;
    assert_done(address_parse(rows[i].address, 0, &address, error));
    assert_done(header_mailbox(to, "To", rows[i].name, address, error));
    assert_string_equal(to->str, rows[i].field);
  }
}

static void structured(void **state) {
  (void)state;
  g_autoptr(GString) to = g_string_new(NULL);
  assert_done(header_verbatim(to, "MIME-Version", "1.0", error));
  assert_done(header_verbatim(to, "References", "<" X70 "@x.example> <b@x.example>", error));
  assert_done(header_date(to, "Date", 1385974800 * SECOND, error));
  assert_done(header_message_id(to, "Message-ID", "<d-1042.abc@forum.example>", error));
  assert_string_equal(to->str, "MIME-Version: 1.0\r\n"
                               "References: <" X70 "@x.example>\r\n <b@x.example>\r\n"
                               "Date: Mon, 02 Dec 2013 09:00:00 +0000\r\n"
                               "Message-ID: <d-1042.abc@forum.example>\r\n");
}

static void parameters(void **state) {
  (void)state;
  static const HeaderParameter three[] = {{"charset", "utf-8"}, {"left", NULL}, {"name", "a\xe2\x80\xae b"}};
  g_autoptr(GString) to = g_string_new(NULL);
  assert_done(header_parameters(to, "Content-Type", "text/plain", three, 3, error));
  assert_done(header_parameters(to, "Content-Disposition", "attachment", NULL, 0, error));
  assert_string_equal(to->str, "Content-Type: text/plain; charset=utf-8; name=\"a b\"\r\n"
                               "Content-Disposition: attachment\r\n");
}

/* Every writer, called with VALUE wherever a value from outside can come. */
static int write_field(int which, GString *to, const char *value, GError **error) {
  g_autoptr(Address) address = NULL;
  const HeaderParameter parameter = {"name", value}, named = {value, "x"};
  if (address_parse("awa@forum.example", 0, &address, error) != 0)
    return FAULT_SYSTEM;
  switch (which) {
  case 0:
    return header_text(to, "Subject", value, error);
  case 1:
    return header_mailbox(to, "To", value, address, error);
  case 2:
    return header_verbatim(to, "References", value, error);
  case 3:
    return header_message_id(to, "Message-ID", value, error);
  case 4:
    return header_parameters(to, "Content-Type", value, NULL, 0, error);
  case 5:
    return header_parameters(to, "Content-Type", "text/plain", &parameter, 1, error);
  case 6:
    return header_parameters(to, "Content-Type", "text/plain", &named, 1, error);
  case 7:
    return header_text(to, value, "x", error);
  case 8:
    return header_mailbox(to, value, "x", address, error);
  case 9:
    return header_verbatim(to, value, "x", error);
  case 10:
    return header_message_id(to, value, "<a@b>", error);
  case 11:
    return header_date(to, value, SECOND, error);
  default:
    return header_parameters(to, value, "x", NULL, 0, error);
  }
}

static void injections_are_refused(void **state) {
  (void)state;
  static const char *const values[] = {"x\r\nBcc: y@z.example", "x\ny",   "x\ry",  "x\n",  "\r\n x",
                                       "\r\n\r\nbody",          "x\x01y", "x\x7f", "\xff", "x\xc3",
                                       "\xed\xa0\x80"};
  for (gsize i = 0; i < G_N_ELEMENTS(values); i++)
    for (int which = 0; which <= 12; which++) {
      g_autoptr(GString) to = g_string_new("before");
      g_autoptr(GError) why = NULL;
      int r = write_field(which, to, values[i], &why);
      if (r != FAULT_INPUT || strcmp(to->str, "before") != 0)
        fail_msg("writer %d, value %zu: %d %s", which, i, r, to->str);
      assert_null(strpbrk(why->message, "\r\n"));
    }
}

static void an_address_made_elsewhere_is_checked(void **state) {
  (void)state;
  char sent[] = "awa@forum.example\r\nBcc: ben@forum.example", two[] = "awa@forum.example, ben@forum.example";
  const Address broken = {.send = sent}, doubled = {.send = two};
  g_autoptr(GString) to = g_string_new(NULL);
  assert_int_equal(header_mailbox(to, "To", "Awa", &broken, NULL), FAULT_INPUT);
  assert_int_equal(header_mailbox(to, "To", "Awa", &doubled, NULL), FAULT_INPUT);
  assert_int_equal(to->len, 0);
}

static void malformed_values_are_refused(void **state) {
  (void)state;
  static const struct {
    int which;
    const char *value;
  } rows[] = {
      {2, ""},
      {2, " x"},
      {2, "x "},
      {2, "\xc3\xa9"},
      {2, "a\tb"},
      {3, "a@b"},
      {3, "<a>"},
      {3, "<@b>"},
      {3, "<a@>"},
      {3, "<a@b@c>"},
      {3, "<a b@c>"},
      {3, "<a..b@c>"},
      {3, "<a@b> <c@d>"},
      {3, "<a@b>x"},
      {3, "<\xc3\xa9@b>"},
      {4, ""},
      {4, "text/"},
      {4, "/plain"},
      {4, "a/b/c"},
      {4, "text plain"},
      {4, "text/plain; charset=x"},
      {6, ""},
      {6, "a*"},
      {6, "a b"},
      {6, "abcdefghijklmnopqrstu"},
      {7, ""},
      {7, "A:"},
      {7, "A B"},
      {7, "\xc3\xa9"},
      {7, "Abcdefghijklmnopqrstuvwxyzabcdefghijklmno"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GString) to = g_string_new(NULL);
    int r = write_field(rows[i].which, to, rows[i].value, NULL);
    if (r != FAULT_INPUT || to->len != 0)
      fail_msg("writer %d, \"%s\": %d %s", rows[i].which, rows[i].value, r, to->str);
  }
  g_autoptr(GString) to = g_string_new(NULL);
  g_autofree char *endless = g_strnfill(HEADER_VALUE_MAX + 1, 'x'), *word = g_strnfill(960, 'x');
  assert_int_equal(header_text(to, "Subject", endless, NULL), FAULT_INPUT);
  assert_int_equal(header_verbatim(to, "References", word, NULL), FAULT_INPUT);
  assert_int_equal(header_date(to, "Date", 0, NULL), FAULT_INPUT);
  assert_int_equal(header_date(to, "Date", G_MAXINT64, NULL), FAULT_INPUT);
  assert_int_equal(to->len, 0);
}

static void ascii_names(void **state) {
  (void)state;
  static const struct {
    const char *name;
    const char *ascii;
  } rows[] = {
      {"plain.pdf", "plain.pdf"},
      {"Convocation g\xc3\xa9n\xc3\xa9rale.pdf", "Convocation generale.pdf"},
      {"Convocation ge\xcc\x81ne\xcc\x81rale.pdf", "Convocation generale.pdf"},
      {"C\xc5\x93ur \xc3\x9f.pdf", "Coeur ss.pdf"},
      {"\xd0\xbc\xd0\xb8\xd1\x80.pdf", "___.pdf"},
      {"a/b\\c\"d.pdf", "a_b_c_d.pdf"},
      {"fdp\xe2\x80\xae.exe", "fdp.exe"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *ascii = header_ascii_name(rows[i].name);
    assert_string_equal(ascii, rows[i].ascii);
  }
}

static void shown_names(void **state) {
  (void)state;
  g_autofree char *shown = header_shown_name("\xe2\x80\xaa"
                                             "a\xe2\x80\xab\xe2\x80\xac\xe2\x80\xad\xe2\x80\xae"
                                             "b\xe2\x81\xa6\xe2\x81\xa7\xe2\x81\xa8\xe2\x81\xa9"
                                             "c \xe2\x80\x8f\xd8\xa7");
  assert_string_equal(shown, "abc \xe2\x80\x8f\xd8\xa7");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(texts),
      cmocka_unit_test(mailboxes),
      cmocka_unit_test(structured),
      cmocka_unit_test(parameters),
      cmocka_unit_test(injections_are_refused),
      cmocka_unit_test(an_address_made_elsewhere_is_checked),
      cmocka_unit_test(malformed_values_are_refused),
      cmocka_unit_test(ascii_names),
      cmocka_unit_test(shown_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
