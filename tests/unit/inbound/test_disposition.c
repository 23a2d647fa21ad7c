/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/disposition.h"
#include "inbound/read.h"

#include "support/case.h"

static void fields(void **state) {
  (void)state;
  static const struct {
    const char *value;
    enum verdict_disposition is;
  } rows[] = {
      {"manual-action/MDN-sent-manually; displayed", DISPOSITION_DISPLAYED},
      {"automatic-action/MDN-sent-automatically; displayed", DISPOSITION_DISPLAYED},
      {"manual-action/MDN-sent-automatically;displayed", DISPOSITION_DISPLAYED},
      {"manual-action/MDN-sent-manually; DISPLAYED/warning", DISPOSITION_DISPLAYED},
      {"manual-action/MDN-sent-manually; displayed (by a person)", DISPOSITION_DISPLAYED},
      {"automatic-action/MDN-sent-automatically; deleted", DISPOSITION_DELETED},
      {"manual-action/MDN-sent-automatically; deleted/expired", DISPOSITION_DELETED},
      {"automatic-action/MDN-sent-automatically; processed", DISPOSITION_PROCESSED},
      {"automatic-action/MDN-sent-automatically; processed/error", DISPOSITION_PROCESSED},
      {"automatic-action/MDN-sent-automatically; dispatched", DISPOSITION_DISPATCHED},
      {"automatic-action/MDN-sent-automatically; failed/unknown", DISPOSITION_FAILED},
      {"manual-action/MDN-sent-manually; denied", DISPOSITION_DENIED},
      {"displayed", DISPOSITION_DISPLAYED},
      {"manual-action/MDN-sent-manually; displayedx", DISPOSITION_OTHER},
      {"manual-action/MDN-sent-manually;", DISPOSITION_OTHER},
      {"", DISPOSITION_OTHER},
      {NULL, DISPOSITION_OTHER},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    if (disposition_of_field(rows[i].value) != rows[i].is)
      fail_msg("%s", rows[i].value);
}

static Verdict *read_notice(const char *subject, const char *disposition) {
  g_autofree char *text = g_strdup_printf(
      "Return-Path: <cabinet@xa.example>\nFrom: cabinet@xa.example\nTo: envoi+tok@forum.example\nSubject: "
      "%s\n"
      "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=disposition-notification; "
      "boundary=b\n\n"
      "--b\nContent-Type: text/plain\n\nYour message was not delivered, or was it.\n"
      "--b\nContent-Type: message/disposition-notification\n\nReporting-UA: mail.xa.example; Reader 1\n"
      "Original-Recipient: rfc822;president@xa.example\nFinal-Recipient: rfc822;cabinet@xa.example\n"
      "Original-Message-ID: <d.12@forum.example>\nDisposition: %s\n--b--\n",
      subject, disposition);
  g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));
  return read_message(bytes, NULL);
}

static void the_part_decides(void **state) {
  (void)state;
  static const char *const subjects[] = {"Gelesen: Bericht",
                                         "Lu : le rapport",
                                         "Le=?utf-8?q?=C3=ADdo=3A?= informe",
                                         "Lida: carta",
                                         "Read: report",
                                         "Automatic reply: report",
                                         "Undeliverable: report",
                                         "=?utf-8?b?2KrZhdiqINin2YTZgtix2KfYodip?=",
                                         "=?utf-8?b?16DXp9eo15A=?=",
                                         "Not read: report"};
  for (gsize i = 0; i < G_N_ELEMENTS(subjects); i++) {
    g_autoptr(Verdict) displayed = read_notice(subjects[i], "manual-action/MDN-sent-manually; displayed");
    g_autoptr(Verdict) deleted = read_notice(subjects[i], "automatic-action/MDN-sent-automatically; deleted");
    assert_int_equal(displayed->kind, VERDICT_DISPOSITION);
    assert_int_equal(displayed->disposition, DISPOSITION_DISPLAYED);
    assert_int_equal(deleted->disposition, DISPOSITION_DELETED);
    assert_false(verdict_is_guess(displayed));
    assert_string_equal(displayed->recipient, "president@xa.example");
    assert_string_equal(displayed->final_recipient, "cabinet@xa.example");
    assert_string_equal(displayed->returned_message_id, "<d.12@forum.example>");
    assert_string_equal(displayed->addressed->pdata[0], "envoi+tok@forum.example");
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(fields),
      cmocka_unit_test(the_part_decides),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
