/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/address.h"

#include "support/case.h"

#include "base/fault.h"

#include <stdio.h>
#include <string.h>

#define L63 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk"
#define L64 L63 "l"

static const struct {
  const char *name;
  const char *given;
  guint flags;
  const char *send;
  const char *show;
  gboolean needs_utf8;
} good[] = {
    {"plain", "awa@forum.example", 0, "awa@forum.example", "awa@forum.example", FALSE},
    {"case of the local-part stays, the domain's goes", "Awa.N@Forum.EXAMPLE", 0, "Awa.N@forum.example",
     "Awa.N@forum.example", FALSE},
    {"all of atext", "!#$%&'*+-/=?^_`{|}~@x.example", 0, "!#$%&'*+-/=?^_`{|}~@x.example",
     "!#$%&'*+-/=?^_`{|}~@x.example", FALSE},
    {"needless quotes go", "\"awa.n\"@x.example", 0, "awa.n@x.example", "awa.n@x.example", FALSE},
    {"needless backslashes go", "\"\\a\\w a\"@x.example", 0, "\"aw a\"@x.example", "\"aw a\"@x.example",
     FALSE},
    {"needful quotes stay", "\"a@b\"@x.example", 0, "\"a@b\"@x.example", "\"a@b\"@x.example", FALSE},
    {"needful backslashes stay", "\"a\\\"b\\\\\"@x.example", 0, "\"a\\\"b\\\\\"@x.example",
     "\"a\\\"b\\\\\"@x.example", FALSE},
    {"dots that need quotes", "\"a..b.\"@x.example", 0, "\"a..b.\"@x.example", "\"a..b.\"@x.example", FALSE},
    {"empty quoted-string", "\"\"@x.example", 0, "\"\"@x.example", "\"\"@x.example", FALSE},
    {"U-labels become A-labels", "awa@exämple.test", 0, "awa@xn--exmple-cua.test", "awa@exämple.test", FALSE},
    {"A-labels are shown as U-labels", "awa@XN--exmple-cua.test", 0, "awa@xn--exmple-cua.test",
     "awa@exämple.test", FALSE},
    {"domain in NFD", "awa@exa\xcc\x88mple.test", 0, "awa@xn--exmple-cua.test", "awa@exämple.test", FALSE},
    {"sharp s stays itself", "awa@straße.test", 0, "awa@xn--strae-oqa.test", "awa@straße.test", FALSE},
    {"local-part in NFD", "rene\xcc\x81@x.example", 0, "ren\xc3\xa9@x.example", "ren\xc3\xa9@x.example",
     TRUE},
    {"another script", "पता@उदाहरण.test", 0, "पता@xn--p1b6ci4b4b3a.test", "पता@उदाहरण.test", TRUE},
    {"ideographic full stop in the domain", "awa@例え。test", 0, "awa@xn--r8jz45g.test", "awa@例え.test",
     FALSE},
    {"64 octets before the @", L64 "@x.example", 0, L64 "@x.example", L64 "@x.example", FALSE},
    {"63 octets in a label", "a@" L63 ".example", 0, "a@" L63 ".example", "a@" L63 ".example", FALSE},
    {"two hyphens inside", "a@ab--cd.example", 0, "a@ab--cd.example", "a@ab--cd.example", FALSE},
    {"single label by flag", "root@localhost", ADDRESS_SINGLE_LABEL, "root@localhost", "root@localhost",
     FALSE},
    {"IPv4 by flag", "a@[192.0.2.1]", ADDRESS_LITERAL, "a@[192.0.2.1]", "a@[192.0.2.1]", FALSE},
    {"IPv6 by flag", "a@[ipv6:2001:DB8:0::1]", ADDRESS_LITERAL, "a@[IPv6:2001:db8::1]",
     "a@[IPv6:2001:db8::1]", FALSE},
};

static void accepts(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(good); i++) {
    g_autoptr(Address) address = NULL;
    g_autoptr(GError) why = NULL;
    if (address_parse(good[i].given, good[i].flags, &address, &why) != 0)
      fail_msg("%s: %s", good[i].name, why->message);
    if (strcmp(address->send, good[i].send) != 0 || strcmp(address->show, good[i].show) != 0)
      fail_msg("%s: send %s, show %s", good[i].name, address->send, address->show);
    if (address->needs_utf8 != good[i].needs_utf8)
      fail_msg("%s: needs_utf8 %d", good[i].name, address->needs_utf8);
    if (!address_is_canonical(address->send))
      fail_msg("%s: %s is not taken by a writer", good[i].name, address->send);
    g_autofree char *joined = g_strconcat(address->local, "@", address->domain, NULL);
    assert_string_equal(joined, address->send);

    g_autoptr(Address) again = NULL;
    assert_done(address_parse(address->send, good[i].flags, &again, error));
    assert_string_equal(again->send, address->send);
  }
}

static const struct {
  const char *given;
  guint flags;
  const char *says; /* what the sentence must hold */
} bad[] = {
    {"", 0, "it is empty"},
    {"awa", 0, "there is no @"},
    {"awa@", 0, "the part after the @ is missing"},
    {"@forum.example", 0, "the part before the @ is missing"},
    {"awa n@forum.example", 0, "a space before the @"},
    {" awa@forum.example", 0, "a space before the @"},
    {"awa@forum.example ", 0, "a space after the @"},
    {"awa@forum .example", 0, "a space after the @"},
    {"awa@forum.example\n", 0, "a line break"},
    {"awa\r\nRCPT TO:<x@y.example>@forum.example", 0, "a line break"},
    {"\"awa\r\n\"@forum.example", 0, "a line break"},
    {"awa\t@forum.example", 0, "a tab"},
    {"awa\x7f@forum.example", 0, "a control character"},
    {"\"awa\\\x7f\"@forum.example", 0, "a control character"},
    {"awa\xc2\xa0@forum.example", 0, "a no-break space"},
    {"\xe2\x80\x8b"
     "awa@forum.example",
     0, "an invisible character"},
    {"awa\xe2\x80\xae@forum.example", 0, "turns the direction"},
    {"awa\xe2\x80\xa8@forum.example", 0, "a line break"},
    {"awa\xff@forum.example", 0, "not valid UTF-8"},
    {"Awa N <awa@forum.example>", 0, "a space before the @"},
    {"<awa@forum.example>", 0, "without the name"},
    {"awa@forum.example;ben@forum.example", 0, "more than one @"},
    {"awa@forum.example,", 0, "one address alone"},
    {"awa(office)@forum.example", 0, "a remark in brackets"},
    {"mailto:awa@forum.example", 0, "\":\" cannot stand before the @"},
    {".awa@forum.example", 0, "begins with a dot"},
    {"awa.@forum.example", 0, "a dot just before the @"},
    {"awa..n@forum.example", 0, "two dots in a row before"},
    {"awa@.forum.example", 0, "a dot stands at an end"},
    {"awa@forum.example.", 0, "a dot stands at an end"},
    {"awa@forum..example", 0, "a dot stands at an end"},
    {"awa@-forum.example", 0, "hyphen"},
    {"awa@forum-.example", 0, "hyphen"},
    {"awa@for_um.example", 0, "\"_\" cannot stand after the @"},
    {"awa@forum/x.example", 0, "\"/\" cannot stand after the @"},
    {"awa@exäm_ple.example", 0, "\"_\" cannot stand after the @"},
    {"awa@ex\xe2\x84\x80mple.example", 0, "\"/\" cannot stand after the @"}, /* U+2100 maps to a/c */
    {"awa@xn--\xc3\xa9.example", 0, "no name that the Internet knows"},
    {"awa@xn--zzzzzzzzzzzzzz.example", 0, "no name that the Internet knows"},
    {"\"awa@forum.example", 0, "not closed"},
    {"\"awa\\\"@forum.example", 0, "not closed"},
    {"\"awa\"n@forum.example", 0, "after the closing quotation mark"},
    {"\"awa\".n@forum.example", 0, "after the closing quotation mark"},
    {"a\"w\"a@forum.example", 0, "in the middle"},
    {"\"\\\xc3\xa9\"@forum.example", 0, "after a backslash"},
    {L64 "m@forum.example", 0, "has 65 characters"},
    {"\"\\a" L63 "\"@forum.example", 0, "has 67 characters"},
    {"a@" L64 ".example", 0, "has 64 characters"},
    {"a@" L63 "." L63 "." L63 "." L63 ".example", 0, "at most 255"},
    {L64 "@" L63 "." L63 "." L63 ".example", 0, "at most 254"},
    {"root@localhost", 0, "no ending such as .org"},
    {"root@localhost", ADDRESS_LITERAL, "no ending such as .org"},
    {"a@forum.123", 0, "ends with a number"},
    {"a@192.0.2.1", 0, "ends with a number"},
    {"a@[192.0.2.1]", 0, "names a machine by its number"},
    {"a@[192.0.2.1]", ADDRESS_SINGLE_LABEL, "names a machine by its number"},
    {"a@[192.0.2.256]", ADDRESS_ANY, "no number of a machine"},
    {"a@[192.0.2.1", ADDRESS_ANY, "closing square bracket"},
    {"a@[", ADDRESS_ANY, "closing square bracket"},
    {"a@[192.0.2.1]x", ADDRESS_ANY, "closing square bracket"},
    {"a@[x-tag:thing]", ADDRESS_ANY, "no number of a machine"},
    {"a@[IPv6:1:2:3:4:5:6::8]", ADDRESS_ANY, "no number of a machine"},
    {"a@[2001:db8::1]", ADDRESS_ANY, "no number of a machine"},
};

static void refuses(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_autoptr(Address) address = NULL;
    g_autoptr(GError) why = NULL;
    int r = address_parse(bad[i].given, bad[i].flags, &address, &why);
    if (r != FAULT_INPUT)
      fail_msg("%s: %d, sent as %s", bad[i].given, r, address != NULL ? address->send : "nothing");
    if (strstr(why->message, bad[i].says) == NULL)
      fail_msg("%s: \"%s\" does not say \"%s\"", bad[i].given, why->message, bad[i].says);
    assert_null(strpbrk(why->message, "\r\n\t"));
    assert_true(g_utf8_validate(why->message, -1, NULL));
    assert_null(address);
  }
}

static void refuses_what_is_far_too_long(void **state) {
  (void)state;
  g_autofree char *text = g_strnfill(1000 * 1000, '@');
  g_autoptr(Address) address = NULL;
  g_autoptr(GError) why = NULL;
  assert_int_equal(address_parse(text, ADDRESS_ANY, &address, &why), FAULT_INPUT);
  assert_true(strlen(why->message) < 300);
}

static void two_spellings_of_one_mailbox(void **state) {
  (void)state;
  static const struct {
    const char *a, *b;
    gboolean same, same_folded;
  } rows[] = {
      {"awa@FORUM.example", "awa@forum.example", TRUE, TRUE},
      {"\"awa\"@forum.example", "awa@forum.example", TRUE, TRUE},
      {"awa@exämple.test", "awa@xn--EXMPLE-cua.test", TRUE, TRUE},
      {"ren\xc3\xa9@x.example", "rene\xcc\x81@x.example", TRUE, TRUE},
      {"Awa@forum.example", "awa@forum.example", FALSE, TRUE},
      {"REN\xc3\x89@x.example", "ren\xc3\xa9@x.example", FALSE, TRUE},
      {"awa@forum.example", "ava@forum.example", FALSE, FALSE},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(Address) a = NULL;
    g_autoptr(Address) b = NULL;
    assert_done(address_parse(rows[i].a, 0, &a, error));
    assert_done(address_parse(rows[i].b, 0, &b, error));
    if (g_str_equal(a->send, b->send) != rows[i].same ||
        g_str_equal(a->folded, b->folded) != rows[i].same_folded)
      fail_msg("%s and %s", rows[i].a, rows[i].b);
  }
}

static void writers_take_one_canonical_address(void **state) {
  (void)state;
  static const char *const rows[] = {
      "",
      "@",
      "a",
      "a@",
      "@b.example",
      "a@b.example\r\nBcc: c@d.example",
      "a@B.example",
      "a@b.example, c@d.example",
      "a@b.example,c@d.example",
      "c@d.example> <a@b.example",
      "Awa <a@b.example>",
      "a b@b.example",
      "\"a\"b@b.example",
      "\"a\\\"@b.example",
      "\"@b.example",
      "a..b@b.example",
      "a@b.example ",
      "a@[",
      "a@[]",
      "a@[]x",
      "a@[192.0.2.1",
      "a@[192.0.2.1]x",
      "a@ex\xc3\xa4mple.test",
      "\xff@b.example",
      "\"a\r\"@b.example",
      "a\xe2\x80\xae@b.example",
      L64 "m@b.example",
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    if (address_is_canonical(rows[i]))
      fail_msg("%s", rows[i]);
}

/* Random addresses of awkward pieces: what is accepted comes back the same from the form that is sent and
 * from the one that is shown. */
static void canonical_forms_are_stable(void **state) {
  (void)state;
  static const char *const pieces[] = {
      "a",    "b.", "@",     ".",     "\"",       "\\",        " ",        "xn--",         "-",
      "[",    "]",  "IPv6:", "1",     "::",       "192.0.2.1", "\xc3\xa9", "\xe4\xbe\x8b", "\xe3\x80\x82",
      "\xff", "\n", "test",  ".test", "\xc3\x9f", "\xcc\x81",  "\xc4\xb0", "\xef\xac\x81", "\xe2\x84\x80",
      "(",    L63};
  g_autoptr(GRand) random = g_rand_new_with_seed(20131209);
  int accepted = 0;
  for (int round = 0; round < 60000; round++) {
    g_autoptr(GString) text = g_string_new(round % 2 != 0 ? "a@" : NULL);
    g_autoptr(Address) address = NULL;
    g_autoptr(Address) sent = NULL;
    g_autoptr(Address) seen = NULL;
    for (int n = g_rand_int_range(random, 0, 9); n > 0; n--)
      g_string_append(text, pieces[g_rand_int_range(random, 0, G_N_ELEMENTS(pieces))]);
    if (round % 3 == 0)
      g_string_append(text, ".example");
    if (address_parse(text->str, ADDRESS_ANY, &address, NULL) != 0)
      continue;
    accepted++;
    assert_true(address_is_canonical(address->send));
    assert_done(address_parse(address->send, ADDRESS_ANY, &sent, error));
    assert_done(address_parse(address->show, ADDRESS_ANY, &seen, error));
    assert_string_equal(sent->send, address->send);
    assert_string_equal(seen->send, address->send);
  }
  assert_true(accepted > 1000);
}

static void domains_alone(void **state) {
  (void)state;
  g_autofree char *domain = NULL, *none = NULL;
  g_autoptr(GError) why = NULL;
  g_autoptr(GError) second = NULL;
  assert_done(address_domain("Exämple.TEST", 0, &domain, error));
  assert_string_equal(domain, "xn--exmple-cua.test");
  assert_int_equal(address_domain("for um.example", 0, &none, &why), FAULT_INPUT);
  assert_non_null(strstr(why->message, "is no domain: there is a space"));
  assert_int_equal(address_domain("", 0, &none, &second), FAULT_INPUT);
  assert_null(none);
}

/* Rows of the public collection whose category says that SMTP can carry them. */
static gboolean carried(const char *category) {
  return g_str_equal(category, "ISEMAIL_VALID_CATEGORY") || g_str_equal(category, "ISEMAIL_DNSWARN") ||
         g_str_equal(category, "ISEMAIL_RFC5321");
}

typedef struct {
  GString *text;
  char *address;
  char *category;
  int rows, differ;
} Collection;

static void element_begin(GMarkupParseContext *context, const char *name, const char **names,
                          const char **values, gpointer data, GError **error) {
  (void)context, (void)name, (void)names, (void)values, (void)error;
  g_string_truncate(((Collection *)data)->text, 0);
}

static void element_text(GMarkupParseContext *context, const char *text, gsize length, gpointer data,
                         GError **error) {
  (void)context, (void)error;
  g_string_append_len(((Collection *)data)->text, text, (gssize)length);
}

/* The collection writes control character n as U+2400 + n. */
static char *unmask(const char *text) {
  GString *to = g_string_new(NULL);
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
    gunichar c = g_utf8_get_char(p);
    g_string_append_unichar(to, c > 0x2400 && c < 0x2420 ? c - 0x2400 : c);
  }
  return g_string_free(to, FALSE);
}

static void judge(Collection *c) {
  g_autoptr(Address) address = NULL;
  g_autofree char *text = unmask(c->address);
  if (strstr(text, "\xe2\x90\x80") != NULL)
    return; /* a NUL, which no string of ours can hold */
  c->rows++;
  gboolean accepted = address_parse(text, ADDRESS_ANY, &address, NULL) == 0;
  if (accepted == carried(c->category))
    return;
  c->differ++;
  print_message("%s (%s): %s\n", c->address, c->category, accepted ? "accepted" : "refused");
}

static void element_end(GMarkupParseContext *context, const char *name, gpointer data, GError **error) {
  (void)context, (void)error;
  Collection *c = data;
  if (g_str_equal(name, "address"))
    c->address = g_strdup(c->text->str);
  else if (g_str_equal(name, "category"))
    c->category = g_strdup(c->text->str);
  else if (g_str_equal(name, "test")) {
    judge(c);
    g_clear_pointer(&c->address, g_free);
    g_clear_pointer(&c->category, g_free);
  }
}

static void public_collection(void **state) {
  (void)state;
  static const GMarkupParser parser = {
      .start_element = element_begin, .end_element = element_end, .text = element_text};
  g_autofree char *xml = NULL;
  gsize length;
  if (!g_file_get_contents(CORPORA_DIR "/addresses/isemail-tests.xml", &xml, &length, NULL)) {
    print_message("the public collection of addresses is absent: only our own rows were tested\n");
    return;
  }
  Collection c = {.text = g_string_new(NULL)};
  g_autoptr(GError) why = NULL;
  GMarkupParseContext *context = g_markup_parse_context_new(&parser, 0, &c, NULL);
  if (!g_markup_parse_context_parse(context, xml, (gssize)length, &why))
    fail_msg("%s", why->message);
  g_markup_parse_context_free(context);
  g_string_free(c.text, TRUE);
  assert_true(c.rows > 150);
  assert_int_equal(c.differ, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(accepts),
      cmocka_unit_test(refuses),
      cmocka_unit_test(refuses_what_is_far_too_long),
      cmocka_unit_test(two_spellings_of_one_mailbox),
      cmocka_unit_test(writers_take_one_canonical_address),
      cmocka_unit_test(canonical_forms_are_stable),
      cmocka_unit_test(domains_alone),
      cmocka_unit_test(public_collection),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
