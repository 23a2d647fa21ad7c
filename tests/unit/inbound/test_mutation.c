/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages broken at random: under the sanitizers nothing may be read or written that is not ours, and every
 * text of a verdict stays what verdict.h promises. A seed makes each round repeatable; the time is bounded,
 * not the count. */
#include "inbound/read.h"

#include "support/case.h"

#include <stdio.h>

#define SEED         20131202
#define SECONDS_MAX  8.0
#define CHANGES_MAX  12
#define INSERTED_MAX 64

static const char *const own[] = {
    "From: a@x.example\nSubject: =?utf-8?b?w6k=?=\nIn-Reply-To: <d.1@forum.example>\n\nhello\n",
    "Return-Path: <>\nFrom: MAILER-DAEMON@x.example\nContent-Type: multipart/report; "
    "boundary=b\n\n--b\n\ntext\n--b\n"
    "Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822; "
    "a+2Bb@x.example\n"
    "Action: failed\nStatus: 5.1.1 (x)\nDiagnostic-Code: smtp; 550 5.1.1 no\n--b--\n",
    "From: a@x.example\nContent-Type: multipart/alternative; boundary=\"q\"\n\n--q\nContent-Type: text/html; "
    "charset=windows-1252\nContent-Transfer-Encoding: "
    "quoted-printable\n\n<p>=E9<br><script>x</script></p>\n--q--\n",
    "From: a@x.example\nContent-Type: multipart/report; report-type=disposition-notification; "
    "boundary=b\n\n--b\n"
    "Content-Type: message/disposition-notification\n\nFinal-Recipient: rfc822;a@x.example\n"
    "Disposition: manual-action/MDN-sent-manually; displayed\n--b--\n",
};

static const char *const dictionary[] = {
    "\n\n",
    "--b\n",
    "--b--\n",
    "Content-Type: message/rfc822\n\n",
    "boundary=",
    "\"",
    "<",
    ">",
    "@",
    ";",
    "=?utf-8?q?",
    "?=",
    "5.1.1",
    "550 ",
    "Action: ",
    "Status: ",
    "\xff",
    "%00",
    "multipart/mixed",
    "charset=utf-7",
    "+2B",
    "\r\n ",
};

static GPtrArray *seeds(void) {
  GPtrArray *all = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  for (gsize i = 0; i < G_N_ELEMENTS(own); i++)
    g_ptr_array_add(all, g_bytes_new_static(own[i], strlen(own[i])));
  g_autoptr(GDir) folder = g_dir_open(CORPORA_DIR "/bounces", 0, NULL);
  if (folder == NULL)
    printf("absent: %s\n", CORPORA_DIR "/bounces");
  for (const char *name = folder != NULL ? g_dir_read_name(folder) : NULL; name != NULL;
       name = g_dir_read_name(folder)) {
    g_autofree char *path = g_build_filename(CORPORA_DIR "/bounces", name, NULL);
    char *data;
    gsize size;
    if (g_str_has_suffix(name, ".eml") && g_file_get_contents(path, &data, &size, NULL))
      g_ptr_array_add(all, g_bytes_new_take(data, size));
  }
  return all;
}

static void change(GRand *random, GString *text) {
  gssize at = text->len > 0 ? g_rand_int_range(random, 0, (gint32)text->len) : 0;
  gsize length = (gsize)g_rand_int_range(random, 1, INSERTED_MAX);
  switch (g_rand_int_range(random, 0, 5)) {
  case 0:
    if (text->len > 0)
      text->str[at] = (char)g_rand_int_range(random, 0, 256);
    break;
  case 1:
    g_string_erase(text, at, (gssize)MIN(length, text->len - (gsize)at));
    break;
  case 2:
    g_string_insert(text, at, dictionary[g_rand_int_range(random, 0, G_N_ELEMENTS(dictionary))]);
    break;
  case 3: {
    g_autofree char *piece = g_strndup(text->str + at, MIN(length * 8, text->len - (gsize)at));
    g_string_insert(text, g_rand_int_range(random, 0, (gint32)text->len + 1), piece);
    break;
  }
  default:
    g_string_truncate(text, (gsize)at);
  }
}

static void check_text(const char *text) {
  if (text == NULL)
    return;
  assert_true(strlen(text) <= VERDICT_TEXT_MAX);
  assert_true(g_utf8_validate(text, -1, NULL));
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at))
    assert_false(g_unichar_iscntrl(g_utf8_get_char(at)));
}

static void check_verdict(const Verdict *verdict) {
  const char *texts[] = {verdict->recipient,
                         verdict->final_recipient,
                         verdict->envelope_id,
                         verdict->words,
                         verdict->returned_message_id,
                         verdict->message_id,
                         verdict->from,
                         verdict->from_name,
                         verdict->reply_to,
                         verdict->subject,
                         verdict->status};
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    check_text(texts[i]);
  for (guint i = 0; i < verdict->references->len; i++)
    check_text(verdict->references->pdata[i]);
  for (guint i = 0; i < verdict->addressed->len; i++)
    check_text(verdict->addressed->pdata[i]);
  assert_true(verdict->reasons->len > 0);
  assert_true(verdict->kind == VERDICT_DELIVERY_REPORT || verdict->class == CLASS_NONE);
  assert_true(verdict->kind != VERDICT_DELIVERY_REPORT || verdict->class != CLASS_NONE);
}

static void broken_messages(void **state) {
  (void)state;
  g_autoptr(GPtrArray) all = seeds();
  g_autoptr(GRand) random = g_rand_new_with_seed(SEED);
  g_autoptr(GTimer) timer = g_timer_new();
  guint count = 0;
  while (g_timer_elapsed(timer, NULL) < SECONDS_MAX || count < all->len) {
    gsize size;
    const char *data = g_bytes_get_data(all->pdata[count % all->len], &size);
    GString *text = g_string_new_len(data, (gssize)size);
    for (int i = g_rand_int_range(random, 1, CHANGES_MAX); i > 0; i--)
      change(random, text);
    g_autoptr(GBytes) bytes = g_string_free_to_bytes(text);
    g_autoptr(Verdict) verdict = read_message(bytes, NULL);
    check_verdict(verdict);
    count++;
  }
  printf("%u broken messages read\n", count);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(broken_messages)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
