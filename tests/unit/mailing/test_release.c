/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From approval to deliveries, once each, whatever dies in between; the gates; sent when nothing moves. */
#include "mailing_fixture.h"

static gint64 count_in(Fixture *f, gint64 mailing, enum delivery_state state) {
  gint64 counts[DELIVERY_STATES] = {0};
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->store, &link, error));
  assert_done(delivery_counts(link, mailing, counts, error));
  return counts[state];
}

static void tick(Fixture *f) {
  gint64 next = 0;
  gboolean more = TRUE;
  assert_done(release_tick(f->desk, &next, error));
  while (more)
    assert_done(outbox_tick(f->outbox, &more, &next, error));
}

static void test_offices(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  gint64 id = fixture_approved(f), planned = 0;
  assert_done(release_start(f->desk, &fixture_olga, id, &planned, error));
  assert_int_equal(planned, 14);
  assert_state(f, id, MAILING_SENDING);
  assert_int_equal(count_in(f, id, DELIVERY_PLANNED), 11);
  assert_int_equal(count_in(f, id, DELIVERY_HELD), 3);
  assert_int_equal(fixture_entries(f, id, "deliveries-planned", NULL), 1);
  assert_int_equal(fixture_entries(f, id, "mailing-released", NULL), 1);
  assert_fault(FAULT_RULE, "sending", release_start(f->desk, &fixture_olga, id, &planned, error));
  fixture_free(f);
}

/* The whole way to the Maildir, then sent; and sending again once a person opens one. */
static void test_to_the_end(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  gint64 id = fixture_released(f);
  assert_state(f, id, MAILING_SENDING);
  gint64 planned = count_in(f, id, DELIVERY_PLANNED);
  assert_true(planned > 30);
  outbox_start(f->outbox);
  for (int i = 0; i < 1000 && count_in(f, id, DELIVERY_RELAYED) < planned; i++) {
    tick(f);
    outbox_wake(f->outbox);
    g_usleep(10000);
  }
  assert_int_equal(count_in(f, id, DELIVERY_RELAYED), planned);
  tick(f);
  assert_state(f, id, MAILING_SENT);
  assert_int_equal(fixture_entries(f, id, "mailing-sent", NULL), 1);
  assert_done(release_close(f->desk, &fixture_olga, id, error));
  assert_state(f, id, MAILING_CLOSED);
  outbox_stop(f->outbox);
  fixture_free(f);
}

static void test_gates(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  gint64 id = fixture_released(f), cancelled = 0;
  gboolean open = FALSE;
  assert_done(release_pause(f->desk, &fixture_olga, id, "wait for the translation", error));
  assert_int_equal(release_pause(f->desk, &fixture_olga, id, NULL, NULL), 1);
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->store, &link, error));
  assert_done(outbox_sending_is_open(link, id, &open, error));
  g_clear_pointer(&link, link_return);
  assert_false(open);
  tick(f);
  assert_state(f, id, MAILING_PAUSED);
  assert_done(release_resume(f->desk, &fixture_olga, id, error));
  assert_int_equal(release_resume(f->desk, &fixture_olga, id, NULL), 1);
  assert_state(f, id, MAILING_SENDING);
  assert_fault(FAULT_FORBIDDEN, "organiser",
               release_cancel(f->desk, &(Actor){11, "audra", ROLE_AUDITOR}, id, NULL, &cancelled, error));
  gint64 planned =
      count_in(f, id, DELIVERY_PLANNED) + count_in(f, id, DELIVERY_READY) + count_in(f, id, DELIVERY_HELD);
  assert_done(release_cancel(f->desk, &fixture_olga, id, "wrong document", &cancelled, error));
  assert_int_equal(cancelled, planned);
  assert_state(f, id, MAILING_CANCELLED);
  assert_int_equal(count_in(f, id, DELIVERY_CANCELLED), planned);
  assert_fault(FAULT_RULE, "cancelled", release_pause(f->desk, &fixture_olga, id, NULL, error));
  fixture_free(f);
}

/* A scheduled mailing that is paused and resumed waits for its time again. */
static void test_scheduled(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  fixture_import(f, "attendees.csv", "all");
  gint64 document = fixture_document(f, "pre-report", TRUE), planned = 0;
  gint64 id = fixture_mailing(f, &fixture_olga, "pre-report", document, fixture_list(f, "all"));
  MailingFields fields = MAILING_FIELDS_NONE;
  fields.at = FIXTURE_NOW + HOUR;
  assert_done(mailing_set(f->desk, &fixture_olga, id, &fields, error));
  fixture_roll(f, id);
  Digest digest;
  assert_done(approval_submit(f->desk, &fixture_olga, id, &digest, error));
  assert_done(release_start(f->desk, &fixture_olga, id, &planned, error));
  assert_state(f, id, MAILING_SCHEDULED);
  assert_done(release_pause(f->desk, &fixture_olga, id, NULL, error));
  clock_advance(f->clock, 2 * HOUR);
  tick(f);
  assert_state(f, id, MAILING_PAUSED);
  gint64 waiting = count_in(f, id, DELIVERY_PLANNED);
  assert_int_equal(waiting + count_in(f, id, DELIVERY_HELD), planned);
  assert_done(release_resume(f->desk, &fixture_olga, id, error));
  assert_state(f, id, MAILING_SCHEDULED);
  tick(f);
  assert_state(f, id, MAILING_SENDING);
  assert_int_equal(count_in(f, id, DELIVERY_READY), waiting);
  fixture_free(f);
}

/* ---- crashes ---- */

static void release(Fixture *f, gint64 mailing) {
  gint64 planned = 0;
  g_autoptr(GError) error = NULL;
  if (release_start(f->desk, &fixture_olga, mailing, &planned, &error) != 0)
    _exit(3);
}

static gint64 submitted_many(Fixture *f, int n) {
  g_autoptr(GString) csv = g_string_new("Type;Identifiant;Prénom;Nom;Genre;Langue;Courriel\n");
  for (int i = 0; i < n; i++)
    g_string_append_printf(csv, "personne;M%d;Alma;Ervel%d;F;fr;a%d@attendee.example\n", i, i, i);
  fixture_import_text(f, csv->str, csv->len, "many");
  gint64 document = fixture_document(f, "pre-report", TRUE);
  gint64 id = fixture_mailing(f, &fixture_olga, "pre-report", document, fixture_list(f, "many"));
  fixture_roll(f, id);
  Digest digest;
  assert_done(approval_submit(f->desk, &fixture_olga, id, &digest, error));
  return id;
}

/* At every step: after the crash one tick finishes, and each addressee has exactly one delivery. */
static void test_crash(void **state) {
  (void)state;
  gboolean crashed = TRUE;
  int cut_off = 0;
  for (int at = 1; crashed; at++) {
    Fixture *f = fixture_new();
    gint64 id = submitted_many(f, 900);
    crashed = fixture_crash(f, at, release, id);
    g_autoptr(Mailing) m = fixture_find(f, id);
    cut_off += m->releasing;
    MailingFields fields = MAILING_FIELDS_NONE;
    fields.category = "correction";
    if (m->releasing)
      assert_fault(FAULT_RULE, "cannot be changed", mailing_set(f->desk, &fixture_olga, id, &fields, error));
    if (m->state == MAILING_SUBMITTED && !m->releasing) /* nothing of it was begun: it is asked for again */
      release(f, id);
    tick(f);
    assert_state(f, id, MAILING_SENDING);
    assert_int_equal(count_in(f, id, DELIVERY_PLANNED) + count_in(f, id, DELIVERY_READY), 900);
    gint64 distinct = 0;
    g_autoptr(Link) link = NULL;
    assert_done(store_read(f->store, &link, error));
    assert_done(link_int(link, &distinct, error, "SELECT count(DISTINCT addressee) FROM deliveries", ""));
    g_clear_pointer(&link, link_return);
    assert_int_equal(distinct, 900);
    assert_int_equal(fixture_entries(f, id, "mailing-released", NULL), 1);
    assert_true(!crashed || at < 200);
    fixture_free(f);
  }
  assert_true(cut_off >= 3);
}

static void cancel(Fixture *f, gint64 mailing) {
  gint64 n = 0;
  g_autoptr(GError) error = NULL;
  if (release_cancel(f->desk, &fixture_olga, mailing, NULL, &n, &error) != 0)
    _exit(3);
}

static void test_crash_of_cancel(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  gint64 id = fixture_released(f);
  int cut_off = 0;
  for (int at = 1; fixture_crash(f, at, cancel, id); at++) {
    if (fixture_state(f, id) == MAILING_SENDING)
      continue;
    assert_state(f, id, MAILING_CANCELLED);
    cut_off += count_in(f, id, DELIVERY_PLANNED) > 0;
    tick(f);
    assert_int_equal(count_in(f, id, DELIVERY_PLANNED), 0);
    assert_int_equal(count_in(f, id, DELIVERY_READY), 0);
    break;
  }
  assert_int_equal(cut_off, 1);
  fixture_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_offices), cmocka_unit_test(test_to_the_end),
      cmocka_unit_test(test_gates),   cmocka_unit_test(test_scheduled),
      cmocka_unit_test(test_crash),   cmocka_unit_test(test_crash_of_cancel),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
