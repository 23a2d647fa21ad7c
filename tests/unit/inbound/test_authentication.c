/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/authentication.h"

#include "inbound/read.h"
#include "support/case.h"

static void fields(void **state) {
  (void)state;
  static const struct {
    const char *value, *server, *dmarc, *domain;
  } rows[] = {
      {"mx.forum.example; dmarc=pass header.from=xa.example", "mx.forum.example", "pass", "xa.example"},
      {"MX.Forum.example 1; spf=pass smtp.mailfrom=a@xa.example; dkim=pass header.d=xa.example; dmarc=PASS "
       "(p=reject dis=none) header.from=XA.example",
       "mx.forum.example", "pass", "xa.example"},
      {"mx.forum.example (we (the MX) say); dmarc (a)=(b) fail (c) header.from (d) = xa.example",
       "mx.forum.example", "fail", "xa.example"},
      {"mx.forum.example; none", "mx.forum.example", NULL, NULL},
      {"mx.forum.example", "mx.forum.example", NULL, NULL},
      {"mx.forum.example; dkim=pass header.d=xa.example", "mx.forum.example", NULL, NULL},
      {"mx.forum.example; dmarc/1=pass header.from=xa.example", "mx.forum.example", "pass", "xa.example"},
      {"\"mx;forum\"; dmarc=pass header.from=\"xa.example\"", "mx;forum", "pass", "xa.example"},
      {"mx.forum.example;\r\n\tdmarc=none\r\n\theader.from=xa.example", "mx.forum.example", "none",
       "xa.example"},
      {"mx.forum.example; dmarc=fail header.from=xa.example; dmarc=pass header.from=xb.example",
       "mx.forum.example", "fail", "xa.example"},
      {"mx.forum.example; dkim=pass header.from=xb.example; dmarc=pass", "mx.forum.example", "pass", NULL},
      {"mx.forum.example; dkim=pass (dmarc=pass); spf=pass reason=\"dmarc=pass; dmarc=pass\"",
       "mx.forum.example", NULL, NULL},
      {"mx.forum.example; dkim=pass (never closed; dmarc=pass", "mx.forum.example", NULL, NULL},
      {"mx.forum.example; dkim=\"never closed; dmarc=pass", "mx.forum.example", NULL, NULL},
      {"mx.forum.example; =; dmarc=pass", "mx.forum.example", NULL, NULL},
      {"mx.forum.example dmarc=pass", NULL, NULL, NULL},
      {"; dmarc=pass", NULL, NULL, NULL},
      {"(only this", NULL, NULL, NULL},
      {"", NULL, NULL, NULL},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    VerdictAuthentication *one = authentication_of_field(rows[i].value);
    gboolean same = one == NULL ? rows[i].server == NULL
                                : g_strcmp0(one->server, rows[i].server) == 0 &&
                                      g_strcmp0(one->dmarc, rows[i].dmarc) == 0 &&
                                      g_strcmp0(one->domain, rows[i].domain) == 0;
    if (!same)
      fail_msg("%s: %s %s %s", rows[i].value, one != NULL ? one->server : "none",
               one != NULL ? one->dmarc : "", one != NULL ? one->domain : "");
    g_clear_pointer(&one, verdict_authentication_free);
  }
}

/* The own server writes its field above those that came with the message. */
static void all_in_their_order(void **state) {
  (void)state;
  static const char message[] =
      "Authentication-Results: mx.forum.example; dmarc=fail header.from=xa.example\n"
      "Received: from x\nAuthentication-Results: mx.forum.example; dmarc=pass\n"
      "authentication-results: mx.xa.example; none\nAuthentication-Results: (\n"
      "From: a@xa.example\n\nText\n";
  g_autoptr(GBytes) bytes = g_bytes_new_static(message, strlen(message));
  g_autoptr(Verdict) verdict = read_message(bytes, NULL);
  assert_int_equal(verdict->authentication->len, 3);
  const VerdictAuthentication *first = verdict->authentication->pdata[0];
  const VerdictAuthentication *last = verdict->authentication->pdata[2];
  assert_string_equal(first->dmarc, "fail");
  assert_string_equal(last->server, "mx.xa.example");
}

static void there_is_a_ceiling(void **state) {
  (void)state;
  g_autoptr(GString) message = g_string_new(NULL);
  for (guint i = 0; i < 500; i++)
    g_string_append(message, "Authentication-Results: mx.forum.example; dmarc=pass\n");
  g_string_append(message, "From: a@xa.example\n\nText\n");
  g_autoptr(GBytes) bytes = g_bytes_new(message->str, message->len);
  g_autoptr(Verdict) verdict = read_message(bytes, NULL);
  assert_int_equal(verdict->authentication->len, VERDICT_SERVERS_MAX);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(fields), cmocka_unit_test(all_in_their_order),
                                     cmocka_unit_test(there_is_a_ceiling)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
