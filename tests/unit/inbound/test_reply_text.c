/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/reply_text.h"

#include "inbound/read.h"
#include "support/case.h"

#define HEAD  "From: a@xa.example\nIn-Reply-To: <d.1@forum.example>\nMIME-Version: 1.0\n"
#define PLAIN "--b\nContent-Type: text/plain; charset=utf-8\n\n"
#define HTML  "--b\nContent-Type: text/html; charset=utf-8\n\n"
#define QUOTE "\n\nOn 24/11/2026 10:00, Forum wrote:\n> one\n> two\n"

static Verdict *read_text(const char *message) {
  g_autoptr(GBytes) bytes = g_bytes_new_static(message, strlen(message));
  return read_message(bytes, NULL);
}

static void where_the_words_stand(void **state) {
  (void)state;
  static const struct {
    const char *name, *message, *text;
  } rows[] = {
      {"plain", HEAD "\nReceived." QUOTE, "Received."},
      {"flowed",
       HEAD
       "Content-Type: text/plain; charset=utf-8; format=flowed\n\nWe have \nreceived it.\n\nOn 24/11/2026 "
       "10:00, Forum <envoi@forum.example> \nwrote:\n> one \n> two\n",
       "We have received it."},
      {"flowed, delsp",
       HEAD "Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\n\n收到 \n了。\n", "收到了。"},
      {"Latin-1",
       HEAD
       "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nBien "
       "re=E7u.\n",
       "Bien reçu."},
      {"Windows-1252 that calls itself UTF-8",
       HEAD "Content-Type: text/plain; charset=utf-8\n\nL\x92"
            "accus\xE9.\n",
       "L’accusé."},
      {"an unknown charset", HEAD "Content-Type: text/plain; charset=x-none\n\nRe\xE7u.\n", "Reçu."},
      {"HTML alone",
       HEAD "Content-Type: text/html; charset=utf-8\n\n<p>Received.</p><p>Thanks.</p><div class=gmail_quote>"
            "<div>On 24/11/2026 10:00, Forum &lt;envoi@forum.example&gt; wrote:<br></div><blockquote "
            "class=gmail_quote>one</blockquote></div>\n",
       "Received.\n\nThanks."},
      {"HTML of an office program",
       HEAD "Content-Type: text/html; charset=utf-8\n\n<div>Bien re&ccedil;u.</div><hr><div "
            "id=divRplyFwdMsg><b>De :</b> "
            "Forum<br><b>Envoy&eacute; :</b> mardi<br><b>&Agrave; :</b> Cabinet<br><b>Objet :</b> "
            "x</div><div>Voici."
            "</div>\n",
       "Bien reçu."},
      {"alternatives",
       HEAD "Content-Type: multipart/alternative; boundary=b\n\n" PLAIN "Plain.\n" HTML
            "<p>HTML.</p>\n--b--\n",
       "Plain."},
      {"alternatives, the plain one blank",
       HEAD "Content-Type: multipart/alternative; boundary=b\n\n" PLAIN " \n\n" HTML "<p>HTML.</p>\n--b--\n",
       "HTML."},
      {"HTML, and a notice that a server adds",
       HEAD "Content-Type: multipart/mixed; boundary=b\n\n" HTML "<p>HTML.</p>\n" PLAIN
            "Confidential.\n--b--\n",
       "HTML.\n\nConfidential."},
      {"text before and after a picture",
       HEAD "Content-Type: multipart/mixed; boundary=b\n\n" PLAIN
            "Before.\n--b\nContent-Type: image/png\n\nx\n" PLAIN "After.\n--b--\n",
       "Before.\nAfter."},
      {"an attached text is none",
       HEAD "Content-Type: multipart/mixed; boundary=b\n\n" PLAIN "Mine.\n--b\nContent-Type: text/plain\n"
            "Content-Disposition: attachment; filename=a.txt\n\nNot mine.\n--b--\n",
       "Mine."},
      {"an attached message is none",
       HEAD "Content-Type: multipart/mixed; boundary=b\n\n" PLAIN
            "Mine.\n--b\nContent-Type: message/rfc822\n\nFrom: b@xb.example\n\nNot mine.\n"
            "--b--\n",
       "Mine."},
      {"right to left", HEAD "Content-Type: text/plain; charset=utf-8\n\nوصلنا التقرير، شكرا لكم.\n",
       "وصلنا التقرير، شكرا لكم."},
      {"quotation alone", HEAD QUOTE, NULL},
      {"control characters", HEAD "Content-Type: text/plain; charset=utf-8\n\na\x01\tb\nc\n", "a \tb\nc"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(Verdict) verdict = read_text(rows[i].message);
    if (verdict->kind != VERDICT_REPLY || g_strcmp0(verdict->text, rows[i].text) != 0)
      fail_msg("%s: \"%s\"", rows[i].name, verdict->text);
  }
}

static void long_ones_are_cut_at_a_character(void **state) {
  (void)state;
  g_autoptr(GString) message = g_string_new(HEAD "Content-Type: text/plain; charset=utf-8\n\nx");
  for (guint i = 0; i < 70000; i++)
    g_string_append(message, "é");
  g_autoptr(GBytes) bytes = g_bytes_new(message->str, message->len);
  g_autoptr(Verdict) verdict = read_message(bytes, NULL);
  assert_true(strlen(verdict->text) <= VERDICT_OWN_TEXT_MAX);
  assert_true(strlen(verdict->text) > VERDICT_OWN_TEXT_MAX - 10);
  assert_true(g_utf8_validate(verdict->text, -1, NULL));
  assert_true(g_str_has_suffix(verdict->text, "é"));
}

static void reports_have_none(void **state) {
  (void)state;
  g_autoptr(Verdict) verdict =
      read_text("From: mailer-daemon@xa.example\nContent-Type: multipart/report; "
                "report-type=delivery-status; boundary=b\n\n"
                "--b\nContent-Type: text/plain\n\nSorry.\n--b\nContent-Type: "
                "message/delivery-status\n\nReporting-MTA: dns;x\n"
                "\nFinal-Recipient: rfc822;a@xa.example\nAction: failed\nStatus: 5.1.1\n--b--\n");
  assert_int_equal(verdict->kind, VERDICT_DELIVERY_REPORT);
  assert_null(verdict->text);
  assert_int_equal(verdict->attachments->len, 0);
}

/* ---- files --------------------------------------------------------------------------------------- */

static void files_are_named(void **state) {
  (void)state;
  g_autoptr(Verdict) verdict = read_text(
      HEAD "Content-Type: multipart/mixed; boundary=b\n\n" PLAIN
           "Text.\n--b\nContent-Type: application/pdf; name=\"=?utf-8?q?Lettre_sign=C3=A9e.pdf?=\"\n"
           "Content-Transfer-Encoding: base64\nContent-Disposition: attachment; "
           "filename*=utf-8''Lettre%20sign%C3%A9e.pdf\n\n"
           "SGVsbG8=\n--b\nContent-Type: image/jpeg\nContent-Disposition: inline\n\nabc\n"
           "--b\nContent-Type: text/plain; name=note.txt\nContent-Disposition: attachment\n\nn\n"
           "--b\nContent-Type: message/rfc822\n\nFrom: b@xb.example\nSubject: s\n\nx\n"
           "--b\nContent-Type: application/octet-stream; name=\"../../etc/a\tb\"\n\n\n--b--\n");
  static const struct {
    const char *name, *type;
    gint64 size;
  } rows[] = {{"Lettre signée.pdf", "application/pdf", 5},
              {NULL, "image/jpeg", 3},
              {"note.txt", "text/plain", 1},
              {NULL, "message/rfc822", 0},
              {"../../etc/a b", "application/octet-stream", 0}};
  assert_int_equal(verdict->attachments->len, G_N_ELEMENTS(rows));
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    const VerdictAttachment *one = verdict->attachments->pdata[i];
    if (g_strcmp0(one->name, rows[i].name) != 0 || !g_str_equal(one->type, rows[i].type) ||
        (one->size != rows[i].size && !g_str_equal(one->type, "message/rfc822")))
      fail_msg("%zu: %s %s %ld", i, one->name, one->type, (long)one->size);
  }
}

static void what_claims_a_signature(void **state) {
  (void)state;
  static const struct {
    const char *type;
    gboolean is;
    guint files;
  } rows[] = {{"multipart/signed; protocol=\"application/pgp-signature\"; boundary=b", TRUE, 0},
              {"multipart/mixed; boundary=b", FALSE, 0},
              {"application/pkcs7-mime; smime-type=signed-data; name=smime.p7m", TRUE, 1},
              {"application/x-pkcs7-mime", TRUE, 1},
              {"text/plain", FALSE, 0}};
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *message = g_strdup_printf(
        HEAD "Content-Type: %s\n\n" PLAIN "Text.\n--b\nContent-Type: application/pgp-signature\n\nx\n--b--\n",
        rows[i].type);
    g_autoptr(Verdict) verdict = read_text(message);
    if (verdict->is_signed != rows[i].is || verdict->attachments->len != rows[i].files)
      fail_msg("%s: %d, %u", rows[i].type, verdict->is_signed, verdict->attachments->len);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(where_the_words_stand),   cmocka_unit_test(long_ones_are_cut_at_a_character),
      cmocka_unit_test(reports_have_none),       cmocka_unit_test(files_are_named),
      cmocka_unit_test(what_claims_a_signature),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
