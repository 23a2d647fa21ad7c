/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is not public yet does not exist; what was public once stays so. */
#include "mailing_fixture.h"

#include "mailing/publication.h"

typedef struct {
  Fixture *f;
  gint64 id;
  Digest digest;
} Case;

static Case begin(gboolean frozen) {
  Case c = {.f = fixture_new()};
  g_autofree char *path = g_build_filename(c.f->folder, "new.pdf", NULL);
  assert_done(file_write_whole(path, "%PDF-1.7 first\n", 15, 0600, error));
  DocumentFile file = {"fr", path, NULL};
  assert_done(document_add(c.f->desk, &fixture_olga, &(DocumentDraft){"synthesis", "Synthèse", 6, 0}, &file,
                           1, &c.id, error));
  c.digest = digest_of("%PDF-1.7 first\n", 15);
  if (frozen)
    assert_done(document_freeze(c.f->desk, &fixture_olga, c.id, NULL, error));
  return c;
}

static guint listed_at(const Case *c, gint64 moment) {
  g_autoptr(Link) link = NULL;
  g_autoptr(GPtrArray) documents = NULL;
  g_autoptr(Document) found = NULL;
  assert_done(store_read(c->f->store, &link, error));
  assert_done(publication_list(link, moment, 10, &documents, error));
  const DocumentCode code = document_code_whole(&c->digest);
  int r = publication_find(link, &code, moment, &found, NULL);
  assert_int_equal(r, documents->len > 0 ? 0 : 1);
  if (documents->len > 0)
    assert_int_equal(found->versions->len, 1);
  return documents->len;
}

static void under_embargo(void **state) {
  (void)state;
  Case c = begin(TRUE);
  gint64 now = clock_wall(desk_clock(c.f->desk));
  assert_int_equal(listed_at(&c, now + DAY), 0);
  assert_done(publication_set(c.f->desk, &fixture_olga, c.id, now + HOUR, error));
  assert_int_equal(publication_set(c.f->desk, &fixture_olga, c.id, now + HOUR, NULL), 1);
  assert_int_equal(listed_at(&c, now + HOUR - 1), 0);
  assert_int_equal(listed_at(&c, now + HOUR), 1);
  assert_done(publication_set(c.f->desk, &fixture_olga, c.id, now + 2 * HOUR, error));
  assert_int_equal(listed_at(&c, now + HOUR), 0);
  assert_done(publication_set(c.f->desk, &fixture_olga, c.id, 0, error));
  assert_int_equal(listed_at(&c, clock_wall(desk_clock(c.f->desk))), 1);
  assert_int_equal(publication_set(c.f->desk, &fixture_olga, c.id, now + 9 * HOUR, NULL), 1);
  assert_int_equal(listed_at(&c, clock_wall(desk_clock(c.f->desk))), 1);
  fixture_free(c.f);
}

static void refused(void **state) {
  (void)state;
  Case c = begin(FALSE);
  assert_fault(FAULT_RULE, "frozen", publication_set(c.f->desk, &fixture_olga, c.id, 0, error));
  assert_fault(FAULT_FORBIDDEN, "organiser", publication_set(c.f->desk, &fixture_vera, c.id, 0, error));
  assert_int_equal(publication_set(c.f->desk, &fixture_olga, 99, 0, NULL), FAULT_ABSENT);
  assert_int_equal(listed_at(&c, G_MAXINT64), 0);
  fixture_free(c.f);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(under_embargo), cmocka_unit_test(refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
