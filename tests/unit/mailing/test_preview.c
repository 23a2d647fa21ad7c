/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What would leave can be looked at before, and opens nothing. */
#include "mailing_fixture.h"

static void check(const Preview *p, const char *language, const char *to) {
  assert_string_equal(p->language, language);
  assert_string_equal(p->to, to);
  assert_int_equal(p->attachments->len, 1);
  const PreviewAttachment *a = g_ptr_array_index(p->attachments, 0);
  assert_string_equal(a->media_type, "application/pdf");
  assert_string_equal(a->language, language);
  assert_non_null(strstr(p->headers, "\r\nSubject: "));
  assert_true(g_str_has_suffix(p->headers, "\r\n"));
  assert_non_null(strstr(p->text, "reponses+preview@"));
  assert_non_null(strstr(p->text, "https://documents.rencontres.example/r/preview\n"));
  assert_non_null(strstr(p->html, "<html"));
  assert_true(strlen(p->subject) > 5);
  gsize size = 0;
  const char *bytes = g_bytes_get_data(p->bytes, &size);
  assert_true(size > strlen(p->headers));
  assert_memory_equal(bytes, p->headers, strlen(p->headers));
  assert_non_null(strstr(p->headers, "reponses+preview@"));
}

static void test_draft(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  fixture_import(f, "offices.csv", "offices");
  gint64 document = fixture_document(f, "synthesis", TRUE);
  gint64 id = fixture_mailing(f, &fixture_olga, "synthesis", document, fixture_list(f, "offices"));
  const char *const languages[] = {"fr", "en", "es", "pt"};
  for (gsize i = 0; i < G_N_ELEMENTS(languages); i++) {
    g_autoptr(Preview) sample = NULL;
    assert_done(preview_make(f->desk, &fixture_olga, id, 0, languages[i], &sample, error));
    check(sample, languages[i], "sample@example.org");
    assert_int_equal(sample->contact, 0);
  }
  gint64 contact = fixture_contact(f, "S-XA");
  g_autoptr(Preview) before = NULL;
  assert_done(preview_make(f->desk, &fixture_olga, id, contact, NULL, &before, error));
  assert_string_equal(before->state, "included");
  assert_non_null(strstr(before->text, "Monsieur le Président,"));
  fixture_roll(f, id);
  g_autoptr(Preview) after = NULL;
  assert_done(preview_make(f->desk, &fixture_olga, id, contact, NULL, &after, error));
  assert_string_equal(before->text, after->text);
  assert_true(after->addressee != 0);
  g_autoptr(Preview) held = NULL;
  assert_done(preview_make(f->desk, &fixture_olga, id, fixture_contact(f, "S-XA-PM"), NULL, &held, error));
  assert_string_equal(held->reason, "holder-stale");
  fixture_free(f);
}

static void test_refused(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  fixture_import(f, "offices.csv", "offices");
  gint64 document = fixture_document(f, "synthesis", TRUE);
  gint64 id = fixture_mailing(f, &fixture_olga, "synthesis", document, fixture_list(f, "offices"));
  fixture_import(f, "attendees.csv", "all");
  gint64 own = fixture_mailing(f, &fixture_vera, "synthesis", document, fixture_list(f, "all"));
  gint64 contact = fixture_contact(f, "S-XA");
  g_autoptr(Preview) p = NULL;
  assert_fault(FAULT_ABSENT, "no such mailing", preview_make(f->desk, &fixture_vera, id, 0, NULL, &p, error));
  g_autoptr(GError) trouble = NULL;
  assert_int_equal(preview_make(f->desk, &fixture_vera, own, contact, NULL, &p, &trouble), FAULT_ABSENT);
  assert_fault(FAULT_INPUT, "leave the language out",
               preview_make(f->desk, &fixture_olga, id, contact, "en", &p, error));
  assert_fault(FAULT_INPUT, "klingon", preview_make(f->desk, &fixture_olga, id, 0, "klingon", &p, error));
  fixture_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_draft), cmocka_unit_test(test_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
