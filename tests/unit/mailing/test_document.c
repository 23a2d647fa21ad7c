/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files are taken in by digest, frozen once, and never silently others. */
#include "mailing_fixture.h"

static void write_file(const char *path, const char *text) {
  assert_done(file_write_whole(path, text, strlen(text), 0600, error));
}

static Document *find(Fixture *f, gint64 id) {
  Document *document = NULL;
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->store, &link, error));
  assert_done(document_find(link, id, &document, error));
  return document;
}

typedef struct {
  Fixture *f;
  char *path;
  gint64 id;
} Case;

/* A document with one open French version. */
static Case begin(void) {
  Case c = {.f = fixture_new()};
  c.path = g_build_filename(c.f->folder, "new.pdf", NULL);
  write_file(c.path, "%PDF-1.7 first\n");
  DocumentFile file = {"fr", c.path, NULL};
  assert_done(document_add(c.f->desk, &fixture_olga,
                           &(DocumentDraft){"pre-report", "  Rapport   préliminaire ", 6, 0}, &file, 1, &c.id,
                           error));
  return c;
}

static void end(Case *c) {
  fixture_free(c->f);
  g_free(c->path);
}

static char *stored_path(Case *c, gboolean encoded) {
  g_autoptr(Document) document = find(c->f, c->id);
  return document_path(c->f->settings, &document_version(document, "fr")->digest, encoded);
}

static void test_versions(void **state) {
  (void)state;
  Case c = begin();
  DocumentFile file = {"fr-FR", c.path, "new.pdf"};
  assert_int_equal(document_put(c.f->desk, &fixture_olga, c.id, &file, NULL), 1);
  write_file(c.path, "%PDF-1.7 second\n");
  assert_done(document_put(c.f->desk, &fixture_olga, c.id, &file, error));
  assert_done(document_freeze(c.f->desk, &fixture_olga, c.id, NULL, error));
  assert_int_equal(document_freeze(c.f->desk, &fixture_olga, c.id, NULL, NULL), 1);
  write_file(c.path, "%PDF-1.7 third\n");
  assert_fault(FAULT_RULE, "frozen", document_put(c.f->desk, &fixture_olga, c.id, &file, error));
  g_autoptr(Document) document = find(c.f, c.id);
  assert_string_equal(document->title, "Rapport préliminaire");
  assert_int_equal(document->versions->len, 1);
  assert_true(document->frozen_at != 0);
  const DocumentVersion *v = document_version(document, "fr");
  assert_string_equal(v->media_type, "application/pdf");
  g_autofree char *encoded = document_path(c.f->settings, &v->digest, TRUE);
  g_autofree char *text = NULL;
  assert_true(g_file_get_contents(encoded, &text, NULL, NULL));
  gsize length = 0;
  g_autofree guchar *plain = g_base64_decode(text, &length);
  assert_int_equal(length, strlen("%PDF-1.7 second\n"));
  assert_memory_equal(plain, "%PDF-1.7 second\n", length);
  file.language = "pt"; /* a late translation: the frozen one stays what it is */
  assert_done(document_put(c.f->desk, &fixture_olga, c.id, &file, error));
  assert_done(document_freeze(c.f->desk, &fixture_olga, c.id, NULL, error));
  g_autoptr(Document) later = find(c.f, c.id);
  assert_true(digest_equal(&document_version(later, "fr")->digest, &v->digest));
  assert_int_equal(later->versions->len, 2);
  assert_done(document_verify(c.f->desk, c.id, error));
  end(&c);
}

static void change(const char *path) {
  write_file(path, "%PDF-1.7 FIRST\n");
}
static void cut(const char *path) {
  assert_int_equal(truncate(path, 5), 0);
}
static void take_away(const char *path) {
  assert_int_equal(unlink(path), 0);
}

static void test_damage(void **state) {
  (void)state;
  static void (*const damages[])(const char *) = {change, cut, take_away};
  for (gsize i = 0; i < G_N_ELEMENTS(damages); i++) {
    Case c = begin();
    g_autofree char *path = stored_path(&c, FALSE);
    damages[i](path);
    g_autoptr(GError) trouble = NULL;
    int r = document_freeze(c.f->desk, &fixture_olga, c.id, NULL, &trouble);
    assert_true(r == FAULT_RULE || r == FAULT_ABSENT);
    assert_non_null(strstr(trouble->message, "new.pdf"));
    g_autoptr(Document) document = find(c.f, c.id);
    assert_int_equal(document->frozen_at, 0);
    assert_fault(FAULT_RULE, "new.pdf", document_verify(c.f->desk, c.id, error));
    end(&c);
  }
}

static void test_damage_after_freeze(void **state) {
  (void)state;
  static void (*const damages[])(const char *) = {change, cut, take_away};
  for (gsize i = 0; i < 2 * G_N_ELEMENTS(damages); i++) {
    Case c = begin();
    assert_done(document_freeze(c.f->desk, &fixture_olga, c.id, NULL, error));
    assert_done(document_verify(c.f->desk, c.id, error));
    g_autofree char *path = stored_path(&c, i % 2 != 0);
    damages[i / 2](path);
    assert_fault(FAULT_RULE, path, document_verify(c.f->desk, c.id, error));
    end(&c);
  }
}

static const struct {
  const char *given, *kept; /* NULL: refused */
} names[] = {
    {"rapport n° 1 – été.pdf", "rapport n° 1 – été.pdf"},
    {"../../etc/passwd.pdf", "passwd.pdf"},
    {"C:\\temp\\a.pdf", "C__temp_a.pdf"},
    {"..hidden.pdf", "hidden.pdf"},
    {"a\xE2\x80\xAE"
     "fdp.exe.pdf",
     "afdp.exe.pdf"},
    {"a\r\nBcc: x.pdf", NULL},
    {"a\x01.pdf", NULL},
    {"  two   spaces.pdf ", "two spaces.pdf"},
    {"\xff.pdf", NULL},
};

static void test_names(void **state) {
  (void)state;
  Case c = begin();
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    DocumentFile file = {"en", c.path, names[i].given};
    g_autoptr(GError) error = NULL;
    int r = document_put(c.f->desk, &fixture_olga, c.id, &file, &error);
    if (names[i].kept == NULL) {
      if (r != FAULT_INPUT)
        fail_msg("row %zu was taken", i);
      continue;
    }
    if (r != 0)
      fail_msg("row %zu: %d %s", i, r, error != NULL ? error->message : "");
    g_autoptr(Document) document = find(c.f, c.id);
    assert_string_equal(document_version(document, "en")->name, names[i].kept);
  }
  end(&c);
}

static void test_refused(void **state) {
  (void)state;
  Case c = begin();
  gint64 id = 0;
  DocumentFile twice[] = {{"fr", c.path, NULL}, {"fr", c.path, "other.pdf"}};
  assert_fault(
      FAULT_INPUT, "two files",
      document_add(c.f->desk, &fixture_olga, &(DocumentDraft){"book", "T", 0, 0}, twice, 2, &id, error));
  assert_fault(
      FAULT_INPUT, "leaflet",
      document_add(c.f->desk, &fixture_olga, &(DocumentDraft){"leaflet", "T", 0, 0}, NULL, 0, &id, error));
  assert_fault(
      FAULT_INPUT, "title",
      document_add(c.f->desk, &fixture_olga, &(DocumentDraft){"book", " ", 0, 0}, NULL, 0, &id, error));
  assert_fault(
      FAULT_INPUT, "title",
      document_add(c.f->desk, &fixture_olga, &(DocumentDraft){"book", "a\nb", 0, 0}, NULL, 0, &id, error));
  assert_fault(
      FAULT_FORBIDDEN, "organiser",
      document_add(c.f->desk, &fixture_vera, &(DocumentDraft){"book", "T", 0, 0}, NULL, 0, &id, error));
  twice[0].language = "de";
  assert_fault(
      FAULT_INPUT, "language",
      document_add(c.f->desk, &fixture_olga, &(DocumentDraft){"book", "T", 0, 0}, twice, 1, &id, error));
  assert_done(
      document_add(c.f->desk, &fixture_olga, &(DocumentDraft){"book", "T", 0, 0}, NULL, 0, &id, error));
  assert_fault(FAULT_RULE, "no file", document_freeze(c.f->desk, &fixture_olga, id, NULL, error));
  assert_fault(FAULT_ABSENT, "F-77", document_freeze(c.f->desk, &fixture_olga, 77, NULL, error));
  g_autofree char *big = g_strnfill((gsize)c.f->settings->attachment_limit + 1, 'x');
  memcpy(big, "%PDF-", 5);
  write_file(c.path, big);
  DocumentFile file = {"en", c.path, NULL};
  g_autoptr(GError) error = NULL;
  assert_int_equal(document_put(c.f->desk, &fixture_olga, c.id, &file, &error), FAULT_INPUT);
  end(&c);
}

static void test_of_digest(void **state) {
  (void)state;
  Case c = begin();
  Digest digest = digest_of("%PDF-1.7 first\n", 15);
  g_autoptr(GPtrArray) found = NULL;
  assert_done(document_of_digest(c.f->desk, &digest, &found, error));
  assert_int_equal(found->len, 1);
  const Document *document = g_ptr_array_index(found, 0);
  assert_int_equal(document->id, c.id);
  digest.bytes[0] ^= 1;
  g_autoptr(GPtrArray) none = NULL;
  assert_done(document_of_digest(c.f->desk, &digest, &none, error));
  assert_int_equal(none->len, 0);
  end(&c);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_versions),
      cmocka_unit_test(test_damage),
      cmocka_unit_test(test_damage_after_freeze),
      cmocka_unit_test(test_names),
      cmocka_unit_test(test_refused),
      cmocka_unit_test(test_of_digest),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
