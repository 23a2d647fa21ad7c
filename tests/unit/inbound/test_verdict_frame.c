/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/verdict_frame.h"

#include "support/case.h"

static Verdict *full(void) {
  Verdict *v = verdict_new();
  v->kind = VERDICT_DELIVERY_REPORT;
  v->class = CLASS_SOFT;
  v->cause = CAUSE_QUOTA;
  v->disposition = DISPOSITION_OTHER;
  v->smtp_code = 452;
  v->date = 1767225600000000;
  g_strlcpy(v->status, "4.2.2", sizeof v->status);
  verdict_set(&v->family, "postfix");
  verdict_set(&v->recipient, "président@xa.example");
  verdict_set(&v->returned_reply_to, "answers+token@forum.example");
  verdict_set(&v->words, "mailbox full");
  verdict_set(&v->subject, "Non remis");
  g_ptr_array_add(v->references, g_strdup("<a@forum.example>"));
  g_ptr_array_add(v->references, g_strdup("<b@forum.example>"));
  g_ptr_array_add(v->addressed, g_strdup("envoi@forum.example"));
  verdict_set_lines(&v->text, "Monsieur,\n\n\tnous accusons réception.");
  g_ptr_array_add(v->attachments, verdict_attachment_new("lettre.pdf", "application/pdf", 12345));
  g_ptr_array_add(v->attachments, verdict_attachment_new(NULL, "image/png", 0));
  g_ptr_array_add(v->authentication, verdict_authentication_new("mx.forum.example", "pass", "xa.example"));
  g_ptr_array_add(v->authentication, verdict_authentication_new("mx.xa.example", NULL, NULL));
  v->is_signed = TRUE;
  verdict_add_reason(v, REASON_STATUS_PART);
  verdict_add_reason(v, REASON_WORDS);
  return v;
}

static Verdict *read_back(const GByteArray *fields, gboolean *ret_whole) {
  g_auto(Frame) frame = {.body = g_bytes_new(fields->data, fields->len)};
  FrameReading reading = frame_read(&frame);
  Verdict *verdict = verdict_frame_read(&reading);
  *ret_whole = frame_read_whole(&reading);
  return verdict;
}

/* The same fields again say that nothing was lost, whatever fields a verdict has. */
static void comes_back_as_it_went(void **state) {
  (void)state;
  Verdict *verdicts[] = {full(), verdict_new()};
  for (gsize i = 0; i < G_N_ELEMENTS(verdicts); i++) {
    g_autoptr(GByteArray) there = g_byte_array_new(), again = g_byte_array_new();
    gboolean whole;
    verdict_frame_add(there, verdicts[i]);
    g_autoptr(Verdict) back = read_back(there, &whole);
    assert_true(back != NULL && whole);
    verdict_frame_add(again, back);
    assert_int_equal(there->len, again->len);
    assert_memory_equal(there->data, again->data, there->len);
    verdict_free(verdicts[i]);
  }
}

static void values_are_looked_at_again(void **state) {
  (void)state;
  for (guint row = 0; row < 11; row++) {
    g_autoptr(Verdict) v = full();
    g_autofree char *was = NULL;
    switch (row) {
    case 0:
      v->kind = VERDICT_KIND_COUNT;
      break;
    case 1:
      v->class = VERDICT_CLASS_COUNT;
      break;
    case 2:
      v->smtp_code = 1000;
      break;
    case 3:
      v->date = -1;
      break;
    case 4:
      g_strlcpy(v->status, "4.x.2", sizeof v->status);
      break;
    case 5:
      was = v->subject;
      v->subject = g_strdup("a\nb");
      break;
    case 6:
      was = v->words;
      v->words = g_strnfill(VERDICT_TEXT_MAX + 1, 'a');
      break;
    case 7:
      was = v->text;
      v->text = g_strdup("a\x01z");
      break;
    case 8:
      ((VerdictAttachment *)v->attachments->pdata[0])->size = READ_SIZE_MAX + 1LL;
      break;
    case 9:
      v->is_signed = 2;
      break;
    default:
      for (guint i = 0; i <= VERDICT_REFERENCES_MAX; i++)
        g_ptr_array_add(v->references, g_strdup("<c@forum.example>"));
    }
    g_autoptr(GByteArray) fields = g_byte_array_new();
    gboolean whole;
    verdict_frame_add(fields, v);
    g_autoptr(Verdict) back = read_back(fields, &whole);
    if (back != NULL || whole)
      fail_msg("row %u", row);
  }
}

/* A process that was taken over may say anything: cut anywhere, or with any byte changed, it is a verdict
 * that keeps what verdict.h promises, or none. */
static void anything_may_come(void **state) {
  (void)state;
  g_autoptr(Verdict) v = full();
  g_autoptr(GByteArray) fields = g_byte_array_new();
  verdict_frame_add(fields, v);
  for (guint cut = 0; cut < fields->len; cut++) {
    g_autoptr(GByteArray) piece = g_byte_array_new();
    gboolean whole;
    g_byte_array_append(piece, fields->data, cut);
    g_autoptr(Verdict) back = read_back(piece, &whole);
    if (back != NULL)
      fail_msg("cut at %u", cut);
  }
  for (guint at = 0; at < fields->len; at++)
    for (guint with = 0; with < 256; with += 15) {
      guint8 was = fields->data[at];
      gboolean whole;
      fields->data[at] = (guint8)with;
      g_autoptr(Verdict) back = read_back(fields, &whole);
      fields->data[at] = was;
      if (back != NULL)
        assert_true(back->kind < VERDICT_KIND_COUNT && back->references->len <= VERDICT_REFERENCES_MAX &&
                    back->smtp_code <= 999);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(comes_back_as_it_went),
      cmocka_unit_test(values_are_looked_at_again),
      cmocka_unit_test(anything_may_come),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
