/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/transport.h"

#include "support/case.h"

#include "base/fault.h"

#include <string.h>

#define NONE RELAY_TLS_NONE

static const struct {
  const char *name;
  RelayOptions options;
  const char *says; /* NULL: taken */
} rows[] = {
    {"smtp", {.url = "smtp://relay.example"}, NULL},
    {"smtp with port", {.url = "smtp://relay.example:587"}, NULL},
    {"closing slash", {.url = "smtp://relay.example:587/"}, NULL},
    {"smtps", {.url = "smtps://relay.example"}, NULL},
    {"IPv4", {.url = "smtp://192.0.2.1:25", .tls = NONE}, NULL},
    {"IPv6", {.url = "smtp://[2001:db8::1]:25"}, NULL},
    {"user and password over TLS", {.url = "smtp://relay.example", .user = "u", .password = "p"}, NULL},
    {"password in clear text on loopback",
     {.url = "smtp://127.0.0.1:25", .user = "u", .password = "p", .tls = NONE},
     NULL},
    {"the same by name", {.url = "smtp://localhost", .user = "u", .password = "p", .tls = NONE}, NULL},
    {"the same in IPv6", {.url = "smtp://[::1]", .user = "u", .password = "p", .tls = NONE}, NULL},
    {"ehlo a domain", {.url = "smtp://relay.example", .ehlo = "valise.forum.example"}, NULL},
    {"ehlo a literal", {.url = "smtp://relay.example", .ehlo = "[IPv6:2001:db8::1]"}, NULL},
    {"maildir", {.url = "maildir:/var/lib/valise/out"}, NULL},
    {"null", {.url = "null:"}, NULL},
    {"a longer wait", {.url = "smtp://relay.example", .dot_timeout = 900}, NULL},
    {"no url", {.url = NULL}, "url"},
    {"unknown scheme", {.url = "http://relay.example"}, "no known kind"},
    {"scheme in capitals", {.url = "SMTP://relay.example"}, "no known kind"},
    {"no host", {.url = "smtp://"}, "no host"},
    {"port without host", {.url = "smtp://:25"}, "no host"},
    {"path", {.url = "smtp://relay.example/path"}, "no host"},
    {"query", {.url = "smtp://relay.example?a=b"}, "no host"},
    {"percent", {.url = "smtp://relay%2eexample"}, "no host"},
    {"space", {.url = "smtp://relay example"}, "no host"},
    {"half a bracket", {.url = "smtp://[::1"}, "no"},
    {"name in brackets", {.url = "smtp://[relay.example]"}, "no host"},
    {"port 0", {.url = "smtp://relay.example:0"}, "no port"},
    {"port 65536", {.url = "smtp://relay.example:65536"}, "no port"},
    {"port of letters", {.url = "smtp://relay.example:smtp"}, "no port"},
    {"line break", {.url = "smtp://relay.example\r\nX"}, "url"},
    {"password in the url", {.url = "smtp://u:secret@relay.example"}, "password_file"},
    {"password in clear text",
     {.url = "smtp://relay.example", .user = "u", .password = "p", .tls = NONE},
     "clear text"},
    {"a name that only begins like loopback",
     {.url = "smtp://127.0.0.1.evil.example", .user = "u", .password = "p", .tls = NONE},
     "clear text"},
    {"user alone", {.url = "smtp://relay.example", .user = "u"}, "one of them"},
    {"password alone", {.url = "smtp://relay.example", .password = "p"}, "one of them"},
    {"user and token", {.url = "smtp://relay.example", .user = "u", .token_file = "/t"}, NULL},
    {"token alone", {.url = "smtp://relay.example", .token_file = "/t"}, "one of them"},
    {"password and token",
     {.url = "smtp://relay.example", .user = "u", .password = "p", .token_file = "/t"},
     "only one"},
    {"token in clear text",
     {.url = "smtp://relay.example", .user = "u", .token_file = "/t", .tls = NONE},
     "clear text"},
    {"fingerprint",
     {.url = "smtp://relay.example", .fingerprint = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="},
     NULL},
    {"fingerprint too short",
     {.url = "smtp://relay.example", .fingerprint = "sha256//AAAA="},
     "openssl x509"},
    {"fingerprint as colons", {.url = "smtp://relay.example", .fingerprint = "AB:CD:EF"}, "openssl x509"},
    {"fingerprint without TLS",
     {.url = "smtp://relay.example",
      .fingerprint = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
      .tls = NONE},
     "fingerprint"},
    {"line break in the password",
     {.url = "smtp://relay.example", .user = "u", .password = "p\nq"},
     "password"},
    {"smtps without TLS", {.url = "smtps://relay.example", .tls = NONE}, "contradicts"},
    {"ehlo with a space", {.url = "smtp://relay.example", .ehlo = "a b"}, "ehlo"},
    {"ehlo with a line break", {.url = "smtp://relay.example", .ehlo = "a\r\nMAIL"}, "ehlo"},
    {"ehlo empty", {.url = "smtp://relay.example", .ehlo = ""}, "ehlo"},
    {"maildir not from the root", {.url = "maildir:out"}, "from the root"},
    {"null with more", {.url = "null:x"}, "null:"},
    {"a shorter wait, not on loopback", {.url = "smtp://relay.example", .dot_timeout = 599}, "dot_timeout"},
};

static void checks_options(void **unused) {
  (void)unused;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(Relay) relay = NULL;
    g_autoptr(GError) error = NULL;
    RelayOptions options = rows[i].options;
    options.name = "main";
    int r = relay_new(&options, &relay, &error);
    if (rows[i].says == NULL && r != 0)
      fail_msg("%s: %s", rows[i].name, error->message);
    if (rows[i].says != NULL && (r != FAULT_INPUT || strstr(error->message, rows[i].says) == NULL))
      fail_msg("%s: %d %s", rows[i].name, r, error != NULL ? error->message : "no sentence");
    if (error != NULL && strstr(error->message, "secret") != NULL)
      fail_msg("%s: tells the password: %s", rows[i].name, error->message);
  }
}

static void tells_what_it_is(void **unused) {
  (void)unused;
  g_autoptr(Relay) relay = NULL, local = NULL;
  RelayOptions options = {.name = "main", .url = "smtp://relay.example:587"}, folder = {.url = "null:"};
  assert_done(relay_new(&options, &relay, error));
  assert_done(relay_new(&folder, &local, error));
  assert_string_equal(relay_name(relay), "main");
  assert_string_equal(relay_url(relay), "smtp://relay.example:587");
  assert_false(relay_is_local(relay));
  assert_true(relay_is_local(local));
  assert_int_equal(relay_dot_timeout(relay), DOT_TIMEOUT_MIN);
}

static void shorter_wait_needs_the_hooks(void **unused) {
  (void)unused;
  g_autoptr(Relay) relay = NULL;
  RelayOptions options = {.url = "smtp://127.0.0.1:2525", .tls = NONE, .dot_timeout = 2};
  int r = relay_new(&options, &relay, NULL);
#ifdef VALISE_TEST_HOOKS
  assert_int_equal(r, 0);
  assert_int_equal(relay_dot_timeout(relay), 2);
#else
  assert_int_equal(r, FAULT_INPUT);
#endif
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(checks_options),
      cmocka_unit_test(tells_what_it_is),
      cmocka_unit_test(shorter_wait_needs_the_hooks),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
