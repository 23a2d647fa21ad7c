/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/journal_rows.h"

#include "journal_fixture.h"

/* Eight entries, a minute apart, of which these are told by their index:
 * 1 and 2 about contacts, 3 about a batch of deliveries 10 to 19, 4 to 7 about deliveries, 8 by hand. */
static const Entry entries[] = {
    {.kind = ENTRY_CONTACT_ADDED, .user = "marie", .contact = 5, .text = "Ana Belo"},
    {.kind = ENTRY_CONTACT_ADDED, .user = "marie", .contact = 6, .text = "the office", .restricted = TRUE},
    {.kind = ENTRY_DELIVERIES_CLAIMED, .user = "valised", .mailing = 1, .delivery = 10, .delivery_last = 19},
    {.kind = ENTRY_DELIVERY_COMMITTING,
     .user = "valised",
     .mailing = 1,
     .delivery = 10,
     .contact = 5,
     .addressee = 50},
    {.kind = ENTRY_DELIVERY_RELAYED,
     .user = "valised",
     .mailing = 1,
     .delivery = 10,
     .contact = 5,
     .addressee = 50,
     .facts = "relay=main\nreply=250 Ok\n"},
    {.kind = ENTRY_DELIVERY_COMMITTING,
     .user = "valised",
     .mailing = 1,
     .delivery = 12,
     .contact = 6,
     .addressee = 60,
     .restricted = TRUE},
    {.kind = ENTRY_DELIVERY_IN_DOUBT,
     .user = "valised",
     .mailing = 2,
     .delivery = 20,
     .contact = 5,
     .addressee = 51},
    {.kind = ENTRY_HOLD, .user = "root", .text = "the disk is full"},
};

#define AT(minutes) (FIXTURE_TIME + (minutes)*MINUTE)

static const struct {
  const char *name;
  JournalFilter filter;
  const char *all, *attendees; /* indexes as an organiser and a volunteer see them */
} rows[] = {
    {"everything", {0}, "1 2 3 4 5 6 7 8", "1 3 4 5 7 8"},
    {"newest first", {.newest_first = TRUE}, "8 7 6 5 4 3 2 1", "8 7 5 4 3 1"},
    {"a page", {.limit = 3}, "1 2 3", "1 3 4"},
    {"the next page", {.limit = 3, .after = 3}, "4 5 6", "4 5 7"},
    {"the next page back", {.limit = 2, .after = 7, .newest_first = TRUE}, "6 5", "5 4"},
    {"a mailing", {.mailing = 1}, "3 4 5 6", "3 4 5"},
    {"a contact", {.contact = 5}, "1 4 5 7", "1 4 5 7"},
    {"an office", {.contact = 6}, "2 6", ""},
    {"an addressee", {.addressee = 50}, "4 5", "4 5"},
    {"a delivery with its batch", {.delivery = 10}, "3 4 5", "3 4 5"},
    {"a delivery within the batch", {.delivery = 12}, "3 6", "3"},
    {"the last of the batch", {.delivery = 19}, "3", "3"},
    {"beyond the batch", {.delivery = 20}, "7", "7"},
    {"before the batch", {.delivery = 9}, "", ""},
    {"a kind", {.kind = "delivery-committing"}, "4 6", "4"},
    {"a rare kind", {.kind = "delivery-in-doubt"}, "7", "7"},
    {"a person", {.user = "marie"}, "1 2", "1"},
    {"the daemon", {.user = "valised"}, "3 4 5 6 7", "3 4 5 7"},
    {"since", {.since = AT(6)}, "7 8", "7 8"},
    {"until", {.until = AT(2)}, "1 2", "1"},
    {"between", {.since = AT(1), .until = AT(4)}, "2 3 4", "3 4"},
    {"all at once",
     {.mailing = 1,
      .contact = 5,
      .addressee = 50,
      .delivery = 10,
      .kind = "delivery-relayed",
      .user = "valised",
      .since = AT(0),
      .until = AT(10),
      .after = 1,
      .limit = 5},
     "5",
     "5"},
    {"nothing", {.mailing = 99}, "", ""},
};

static int gather(const JournalRow *row, gpointer data, G_GNUC_UNUSED GError **error) {
  GString *indexes = data;
  g_string_append_printf(indexes, "%s%d", indexes->len > 0 ? " " : "", (int)row->index);
  return 0;
}

static void fill(JournalFixture *f) {
  for (gsize i = 0; i < G_N_ELEMENTS(entries); i++) {
    assert_done(note(f, &entries[i], 1, error));
    clock_advance(f->clock, MINUTE);
  }
}

static void filters(void **state) {
  JournalFixture *f = *state;
  fill(f);
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->store, &link, error));
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    for (gint64 clearance = 0; clearance <= 1; clearance++) {
      g_autoptr(GString) found = g_string_new(NULL);
      assert_done(journal_rows_each(link, &rows[i].filter, clearance, gather, found, error));
      if (strcmp(found->str, clearance == 1 ? rows[i].all : rows[i].attendees) != 0)
        fail_msg("%s, clearance %d: %s", rows[i].name, (int)clearance, found->str);
    }
}

static int check_row(const JournalRow *row, gpointer data, G_GNUC_UNUSED GError **error) {
  assert_int_equal(row->index, 5);
  assert_true(row->time == AT(4));
  assert_string_equal(row->kind, "delivery-relayed");
  assert_string_equal(row->user, "valised");
  assert_int_equal(row->mailing, 1);
  assert_int_equal(row->addressee, 50);
  assert_int_equal(row->delivery, 10);
  assert_int_equal(row->delivery_last, 0);
  assert_int_equal(row->contact, 5);
  assert_null(row->text);
  assert_string_equal(row->facts, "relay=main\nreply=250 Ok\n");
  assert_false(row->erased);
  *(gboolean *)data = TRUE;
  return 0;
}

static void one_row(void **state) {
  JournalFixture *f = *state;
  fill(f);
  g_autoptr(Link) link = NULL;
  gboolean seen = FALSE;
  assert_done(store_read(f->store, &link, error));
  assert_done(journal_rows_one(link, 5, 0, check_row, &seen, error));
  assert_true(seen);
  /* What may not be seen is absent in the words that a wrong index gets. */
  g_autoptr(GError) hidden = NULL, absent = NULL;
  GString *none = g_string_new(NULL);
  assert_int_equal(journal_rows_one(link, 6, 0, gather, none, &hidden), FAULT_ABSENT);
  assert_int_equal(journal_rows_one(link, 99, 0, gather, none, &absent), FAULT_ABSENT);
  assert_string_equal(hidden->message, "the journal has no entry 6");
  assert_string_equal(absent->message, "the journal has no entry 99");
  assert_int_equal(none->len, 0);
  g_string_free(none, TRUE);
}

static void wrong_filters(void **state) {
  JournalFixture *f = *state;
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->store, &link, error));
  const JournalFilter wrong[] = {{.kind = "no-such"}, {.limit = JOURNAL_PAGE_MAX + 1}, {.limit = -1}};
  for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
    g_autoptr(GError) sentence = NULL;
    assert_int_equal(journal_rows_each(link, &wrong[i], 1, gather, NULL, &sentence), FAULT_INPUT);
  }
}

static int note_many(Link *link, gpointer data, GError **error) {
  JournalFixture *f = data;
  int r = 0;
  for (int i = 0; r == 0 && i < 1000; i++) {
    const Entry entry = {.kind = ENTRY_HOLD};
    r = journal_add(f->journal, link, &entry, error);
    clock_advance(f->clock, SECOND);
  }
  return r;
}

/* Over more rows than a block has; the clock is set back by a minute in their
 * midst. */
static void times_among_many(void **state) {
  JournalFixture *f = *state;
  assert_done(store_write(f->store, note_many, f, error));
  clock_advance(f->clock, -10 * MINUTE);
  assert_done(store_write(f->store, note_many, f, error));
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->store, &link, error));
  for (gint64 second = -10; second < 2000; second += 37) {
    gint64 moment = FIXTURE_TIME + second * SECOND, expected[2] = {0};
    assert_done(
        link_int(link, &expected[0], error, "SELECT COUNT(*) FROM entries WHERE at >= ?1", "i", moment));
    assert_done(
        link_int(link, &expected[1], error, "SELECT COUNT(*) FROM entries WHERE at < ?1", "i", moment));
    const JournalFilter filter[2] = {{.since = moment, .limit = JOURNAL_PAGE_MAX},
                                     {.until = moment, .limit = JOURNAL_PAGE_MAX, .newest_first = TRUE}};
    for (int i = 0; i < 2; i++) {
      g_autoptr(GString) found = g_string_new(NULL);
      assert_done(journal_rows_each(link, &filter[i], 1, gather, found, error));
      gint64 count = found->len > 0 ? 1 : 0;
      for (const char *p = found->str; *p != '\0'; p++)
        count += *p == ' ';
      assert_int_equal(count, expected[i]);
    }
  }
}

#define WITH_JOURNAL(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {WITH_JOURNAL(filters), WITH_JOURNAL(one_row),
                                     WITH_JOURNAL(wrong_filters), WITH_JOURNAL(times_among_many)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
