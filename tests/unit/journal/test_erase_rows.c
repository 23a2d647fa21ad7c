/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/erase_rows.h"

#include "journal/journal_rows.h"
#include "journal/journal_verify.h"
#include "journal_fixture.h"

static const char *const words[] = {"Norvane", "ada@lac.example", NULL};

static const Entry entries[] = {
    {.kind = ENTRY_CONTACT_ADDED, .user = "marie", .contact = 7, .text = "person was added by hand"},
    {.kind = ENTRY_OBJECTION, .user = "marie", .contact = 7, .text = "letter of somebody"},
    {.kind = ENTRY_DELIVERY_RELAYED, .contact = 7, .delivery = 1, .text = "250 2.0.0 queued as 4Rk"},
    {.kind = ENTRY_DELIVERY_REFUSED, .contact = 7, .delivery = 2, .text = "550 <ADA@LAC.example> unknown"},
    {.kind = ENTRY_DELIVERY_REFUSED,
     .contact = 7,
     .delivery = 3,
     .text = "550 unknown",
     .facts = "name=NORVANE\n"},
    {.kind = ENTRY_CONTACT_ADDED, .user = "marie", .contact = 8, .text = "Norvane, another"},
};

static int note_kept(const JournalRow *row, gpointer data, GError **error) {
  (void)error;
  g_string_append_printf(data, "%d%s ", (int)row->index, row->erased ? "x" : "");
  return 0;
}

static char *kept(JournalFixture *f) {
  g_autoptr(Link) link = NULL;
  GString *out = g_string_new(NULL);
  JournalFilter filter = {0};
  assert_done(store_read(f->store, &link, error));
  assert_done(journal_rows_each(link, &filter, 1, note_kept, out, error));
  return g_string_free(out, FALSE);
}

static int erase(Link *link, gpointer data, GError **error) {
  return erase_rows_texts(link, 7, words, data, error);
}

/* What is about the person goes; of its deliveries what names it; and the chain is whole. */
static void blanks(void **state) {
  JournalFixture *f = *state;
  gint64 count = 0;
  g_auto(Verified) before = {0};
  g_auto(Verified) after = {0};
  assert_done(note(f, entries, G_N_ELEMENTS(entries), error));
  assert_done(journal_verify_store(f->journal, f->store, NULL, &before, error));
  assert_done(store_write(f->store, erase, &count, error));
  assert_int_equal(count, 4);
  g_autofree char *left = kept(f);
  assert_string_equal(left, "1x 2x 3 4x 5x 6 ");
  assert_done(journal_verify_store(f->journal, f->store, &before.head, &after, error));
  assert_int_equal(after.head.index, before.head.index);
  assert_true(digest_equal(&after.head.line, &before.head.line));
  assert_int_equal(after.entries, before.entries - 4);
  assert_done(store_write(f->store, erase, &count, error));
  assert_int_equal(count, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(blanks, fixture_setup, fixture_teardown)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
