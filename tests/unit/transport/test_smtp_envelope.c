/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/smtp_envelope.h"

#include "support/case.h"

#include "base/fault.h"

#include <string.h>

#define ALL                                                                                                  \
  { .pipelining = 1, .dsn = 1, .eightbit = 1, .smtputf8 = 1, .size = 1, .size_max = 0 }

/* An envelope of constants. */
typedef struct {
  const char *from, *to, *envid, *orcpt;
  gboolean notify_success, utf8;
} Given;

static Envelope envelope_of(const Given *given) {
  return (Envelope){.from = (char *)given->from,
                    .to = (char *)given->to,
                    .envid = (char *)given->envid,
                    .orcpt = (char *)given->orcpt,
                    .notify_success = given->notify_success,
                    .utf8 = given->utf8};
}

static const struct {
  const char *name;
  Given given;
  SmtpCapabilities capabilities;
  const char *mail, *rcpt;
} written[] = {
    {"everything announced",
     {.from = "b+1@forum.example", .to = "awa@x.example", .envid = "D-1.abc", .orcpt = "Awa+x@x.example"},
     ALL,
     "MAIL FROM:<b+1@forum.example> SIZE=4096 RET=HDRS ENVID=D-1.abc\r\n",
     "RCPT TO:<awa@x.example> NOTIFY=FAILURE,DELAY ORCPT=rfc822;Awa+2Bx@x.example\r\n"},
    {"success wanted",
     {.from = "b@f.example", .to = "a@x.example", .notify_success = TRUE},
     ALL,
     "MAIL FROM:<b@f.example> SIZE=4096 RET=HDRS\r\n",
     "RCPT TO:<a@x.example> NOTIFY=SUCCESS,FAILURE,DELAY\r\n"},
    {"nothing announced",
     {.from = "b@f.example",
      .to = "a@x.example",
      .envid = "e",
      .orcpt = "a@x.example",
      .notify_success = TRUE},
     {0},
     "MAIL FROM:<b@f.example>\r\n",
     "RCPT TO:<a@x.example>\r\n"},
    {"null reverse-path asks no report",
     {.from = "", .to = "a@x.example", .envid = "e", .orcpt = "a@x.example"},
     ALL,
     "MAIL FROM:<> SIZE=4096\r\n",
     "RCPT TO:<a@x.example>\r\n"},
    {"envid in xtext",
     {.from = "b@f.example", .to = "a@x.example", .envid = "a+b=c d"},
     ALL,
     "MAIL FROM:<b@f.example> SIZE=4096 RET=HDRS ENVID=a+2Bb+3Dc+20d\r\n",
     "RCPT TO:<a@x.example> NOTIFY=FAILURE,DELAY\r\n"},
    {"outside ASCII",
     {.from = "b@f.example",
      .to = "ren\xc3\xa9@x.example",
      .orcpt = "ren\xc3\xa9+\xf0\x9f\x98\x80@x.example",
      .utf8 = TRUE},
     ALL,
     "MAIL FROM:<b@f.example> SIZE=4096 BODY=8BITMIME SMTPUTF8 RET=HDRS\r\n",
     "RCPT TO:<ren\xc3\xa9@x.example> NOTIFY=FAILURE,DELAY "
     "ORCPT=utf-8;ren\\x{E9}\\x{2B}\\x{1F600}@x.example\r\n"},
    {"quoted local-part",
     {.from = "b@f.example", .to = "\"a b\\\"c\"@x.example"},
     {0},
     "MAIL FROM:<b@f.example>\r\n",
     "RCPT TO:<\"a b\\\"c\"@x.example>\r\n"},
    {"original recipient with a line break is written as xtext",
     {.from = "b@f.example", .to = "a@x.example", .orcpt = "a\r\nDATA"},
     ALL,
     "MAIL FROM:<b@f.example> SIZE=4096 RET=HDRS\r\n",
     "RCPT TO:<a@x.example> NOTIFY=FAILURE,DELAY ORCPT=rfc822;a+0D+0ADATA\r\n"},
    {"original recipient in broken UTF-8 is left out",
     {.from = "b@f.example", .to = "a@x.example", .orcpt = "a\xff@x.example"},
     ALL,
     "MAIL FROM:<b@f.example> SIZE=4096 RET=HDRS\r\n",
     "RCPT TO:<a@x.example> NOTIFY=FAILURE,DELAY\r\n"},
};

static void writes(void **unused) {
  (void)unused;
  for (gsize i = 0; i < G_N_ELEMENTS(written); i++) {
    g_autoptr(GString) mail = g_string_new(NULL);
    g_autoptr(GString) rcpt = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    Envelope envelope = envelope_of(&written[i].given);
    if (smtp_envelope_check(&envelope, &error) != 0)
      fail_msg("%s: %s", written[i].name, error->message);
    smtp_envelope_mail(&envelope, &written[i].capabilities, 4096, mail);
    smtp_envelope_rcpt(&envelope, &written[i].capabilities, rcpt);
    if (strcmp(mail->str, written[i].mail) != 0 || strcmp(rcpt->str, written[i].rcpt) != 0)
      fail_msg("%s: %s%s", written[i].name, mail->str, rcpt->str);
  }
}

static void leaves_out_an_original_recipient_that_is_too_long(void **unused) {
  (void)unused;
  g_autofree char *long_one = g_strnfill(200, '+'); /* three octets each in xtext */
  Envelope envelope = {.from = (char *)"b@f.example", .to = (char *)"a@x.example", .orcpt = long_one};
  SmtpCapabilities capabilities = ALL;
  g_autoptr(GString) rcpt = g_string_new(NULL);
  smtp_envelope_rcpt(&envelope, &capabilities, rcpt);
  assert_string_equal(rcpt->str, "RCPT TO:<a@x.example> NOTIFY=FAILURE,DELAY\r\n");
}

static const struct {
  const char *name;
  Given given;
  const char *says;
} refused[] = {
    {"CR LF in the recipient", {.from = "b@f.example", .to = "a@x.example>\r\nDATA\r\n"}, "recipient"},
    {"LF in the sender", {.from = "b@f.example\nRSET", .to = "a@x.example"}, "sender"},
    {"angle bracket", {.from = "b@f.example", .to = "a@x.example> NOTIFY=NEVER"}, "\">\""},
    {"opening angle bracket", {.from = "b@f.example", .to = "<a@x.example"}, "\"<\""},
    {"angle bracket behind a backslash", {.from = "b@f.example", .to = "\"a\\>b\"@x.example"}, "\">\""},
    {"CR behind a backslash", {.from = "b@f.example", .to = "\"a\\\rb\"@x.example"}, "control"},
    {"escape", {.from = "b@f.example", .to = "a\033@x.example"}, "control"},
    {"delete", {.from = "b@f.example", .to = "a\177@x.example"}, "control"},
    {"space outside quotes", {.from = "b@f.example", .to = "a b@x.example"}, "space"},
    {"space after the quotes", {.from = "b@f.example", .to = "\"a\" b@x.example"}, "space"},
    {"no recipient", {.from = "b@f.example", .to = ""}, "empty"},
    {"recipient missing", {.from = "b@f.example", .to = NULL}, "missing"},
    {"sender missing", {.from = NULL, .to = "a@x.example"}, "missing"},
    {"outside ASCII without the mark", {.from = "b@f.example", .to = "ren\xc3\xa9@x.example"}, "SMTPUTF8"},
    {"broken UTF-8", {.from = "b@f.example", .to = "ren\xc3@x.example", .utf8 = TRUE}, "SMTPUTF8"},
    {"envelope id with a line break",
     {.from = "b@f.example", .to = "a@x.example", .envid = "a\r\nb"},
     "printable"},
    {"envelope id empty", {.from = "b@f.example", .to = "a@x.example", .envid = ""}, "RFC 3461"},
};

static void refuses(void **unused) {
  (void)unused;
  for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
    g_autoptr(GError) error = NULL;
    Envelope envelope = envelope_of(&refused[i].given);
    int r = smtp_envelope_check(&envelope, &error);
    if (r != FAULT_INPUT || strstr(error->message, refused[i].says) == NULL)
      fail_msg("%s: %d %s", refused[i].name, r, error != NULL ? error->message : "no sentence");
  }
}

static void refuses_what_is_too_long(void **unused) {
  (void)unused;
  g_autofree char *path = g_strnfill(SMTP_PATH_MAX + 1, 'a');
  g_autofree char *id = g_strnfill(SMTP_ENVID_MAX + 1, 'a');
  Envelope envelope = {.from = (char *)"b@f.example", .to = path};
  assert_int_equal(smtp_envelope_check(&envelope, NULL), FAULT_INPUT);
  path[SMTP_PATH_MAX] = '\0';
  assert_int_equal(smtp_envelope_check(&envelope, NULL), 0);
  envelope.envid = id;
  assert_int_equal(smtp_envelope_check(&envelope, NULL), FAULT_INPUT);
  id[SMTP_ENVID_MAX] = '\0';
  assert_int_equal(smtp_envelope_check(&envelope, NULL), 0);
}

static const struct {
  const char *name;
  gboolean utf8;
  SmtpCapabilities capabilities;
  guint64 size;
  const char *lacks;
} needs[] = {
    {"plain on plain", FALSE, {0}, 1000, NULL},
    {"SMTPUTF8 there", TRUE, {.smtputf8 = 1, .eightbit = 1}, 1000, NULL},
    {"SMTPUTF8 missing", TRUE, {.eightbit = 1}, 1000, "smtputf8"},
    {"8BITMIME missing", TRUE, {.smtputf8 = 1}, 1000, "smtputf8"},
    {"size fits exactly", FALSE, {.size = 1, .size_max = 1000}, 1000, NULL},
    {"size does not fit", FALSE, {.size = 1, .size_max = 1000}, 1001, "size"},
    {"no limit stated", FALSE, {.size = 1}, G_MAXUINT64, NULL},
};

static void names_what_is_lacking(void **unused) {
  (void)unused;
  for (gsize i = 0; i < G_N_ELEMENTS(needs); i++) {
    Envelope envelope = {.from = (char *)"b@f.example", .to = (char *)"a@x.example", .utf8 = needs[i].utf8};
    const char *lacks = smtp_envelope_lacks(&envelope, &needs[i].capabilities, needs[i].size);
    if (g_strcmp0(lacks, needs[i].lacks) != 0)
      fail_msg("%s: %s", needs[i].name, lacks != NULL ? lacks : "nothing");
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(writes),
      cmocka_unit_test(leaves_out_an_original_recipient_that_is_too_long),
      cmocka_unit_test(refuses),
      cmocka_unit_test(refuses_what_is_too_long),
      cmocka_unit_test(names_what_is_lacking),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
