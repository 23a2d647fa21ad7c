/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reminders by themselves: one whatever was missed, one whatever crashed, none against a person. */
#include "acknowledgement/acknowledgement.h"

#define FIXTURE_SCHEMA &acknowledgement_schema,
#include "mailing/reminder.h"
#include "mailing/reminding.h"
#include "unit/mailing/mailing_fixture.h"

#define PEOPLE                                                                                               \
  "Type;Identifiant;Prénom;Nom;Genre;Pays;Langue;Courriel\n"                                                \
  "personne;R-1;Ada;Norvane;F;FR;fr;ada@silent.example\n"                                                    \
  "personne;R-2;Bea;Norvane;F;FR;fr;bea@silent.example\n"

static void tick(Fixture *f) {
  gint64 next = 0, to = clock_wall(f->clock) + MINUTE;
  gboolean more = TRUE;
  desk_set_follow_up(f->desk, &acknowledgement_follow_up);
  assert_done(release_tick(f->desk, &next, error));
  while (more && clock_wall(f->clock) < to)
    assert_done(outbox_tick(f->outbox, &more, &next, error));
}

static void send_all(Fixture *f, gint64 mailing) {
  outbox_start(f->outbox);
  for (int i = 0; i < 1000 && fixture_state(f, mailing) != MAILING_SENT; i++) {
    tick(f);
    outbox_wake(f->outbox);
    g_usleep(5000);
  }
  outbox_stop(f->outbox);
  assert_state(f, mailing, MAILING_SENT);
}

/* Sent, to be reminded of after AFTER days. */
static gint64 sent(Fixture *f, const char *after) {
  fixture_import_text(f, PEOPLE, strlen(PEOPLE), "all");
  gint64 document = fixture_document(f, "pre-report", TRUE), planned = 0;
  gint64 mailing = fixture_mailing(f, &fixture_olga, "pre-report", document, fixture_list(f, "all"));
  MailingFields fields = MAILING_FIELDS_NONE;
  fields.remind_after = after;
  Digest digest;
  assert_done(mailing_set(f->desk, &fixture_olga, mailing, &fields, error));
  fixture_roll(f, mailing);
  assert_done(approval_submit(f->desk, &fixture_olga, mailing, &digest, error));
  assert_done(release_start(f->desk, &fixture_olga, mailing, &planned, error));
  send_all(f, mailing);
  return mailing;
}

static GArray *reminders_of(Fixture *f, gint64 mailing) {
  g_autoptr(GPtrArray) all = NULL;
  g_autoptr(Link) link = NULL;
  GArray *found = g_array_new(FALSE, FALSE, sizeof(gint64));
  assert_done(store_read(f->store, &link, error));
  assert_done(mailing_list(link, 1, 0, 1000, &all, error));
  for (guint i = 0; i < all->len; i++) {
    const Mailing *m = g_ptr_array_index(all, i);
    gint64 base = 0;
    assert_done(reminder_of(link, m->id, &base, error));
    if (base == mailing)
      g_array_append_val(found, m->id);
  }
  return found;
}

static gint64 only_reminder(Fixture *f, gint64 mailing, enum mailing_state state) {
  g_autoptr(GArray) found = reminders_of(f, mailing);
  assert_int_equal(found->len, 1);
  gint64 reminder = g_array_index(found, gint64, 0);
  assert_state(f, reminder, state);
  return reminder;
}

static void when_it_is_due(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  gint64 mailing = sent(f, "20");
  clock_advance(f->clock, 20 * DAY - 2 * HOUR); /* eight o'clock of the day, a Sunday */
  tick(f);
  g_autoptr(GArray) before = reminders_of(f, mailing);
  assert_int_equal(before->len, 0);
  clock_advance(f->clock, DAY + 2 * HOUR);
  for (int i = 0; i < 3; i++)
    tick(f);
  gint64 reminder = only_reminder(f, mailing, MAILING_SUBMITTED);
  g_autofree char *told = NULL;
  assert_int_equal(fixture_entries(f, mailing, "reminder-submitted", &told), 1);
  assert_non_null(strstr(told, "waits for approval"));
  g_autoptr(Mailing) m = fixture_find(f, reminder);
  assert_int_equal(m->included, 2);
  assert_string_equal(m->author, "olga");
  assert_string_equal(m->submitter, "valised");
  clock_advance(f->clock, 200 * DAY);
  tick(f);
  only_reminder(f, mailing, MAILING_SUBMITTED);
  fixture_free(f);
}

static void work(Fixture *f, G_GNUC_UNUSED gint64 mailing) {
  gint64 next = 0;
  g_autoptr(GError) error = NULL;
  desk_set_follow_up(f->desk, &acknowledgement_follow_up);
  if (release_tick(f->desk, &next, &error) != 0)
    _exit(3);
}

/* At every step: after the crash the next tick leaves exactly one, submitted, and told once. */
static void after_each_crash(void **state) {
  (void)state;
  gboolean crashed = TRUE;
  int cut_off = 0;
  for (int at = 1; crashed; at++) {
    Fixture *f = fixture_new();
    gint64 mailing = sent(f, "20,20");
    clock_advance(f->clock, 90 * DAY);
    crashed = fixture_crash(f, at, work, mailing);
    g_autoptr(GArray) found = reminders_of(f, mailing);
    cut_off += crashed && found->len == 1;
    for (int i = 0; i < 2; i++)
      tick(f);
    only_reminder(f, mailing, MAILING_SUBMITTED);
    assert_int_equal(fixture_entries(f, mailing, "reminder-submitted", NULL), 1);
    assert_true(!crashed || at < 100);
    fixture_free(f);
  }
  assert_true(cut_off >= 3);
}

static void nobody_left(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  gint64 mailing = sent(f, "20");
  fixture_import_text(f, PEOPLE, strlen(PEOPLE), "others");
  gint64 members[] = {fixture_contact(f, "R-1"), fixture_contact(f, "R-2")}, n = 0;
  assert_done(list_remove(&f->contacts, &fixture_olga, "all", members, 2, &n, error));
  clock_advance(f->clock, 30 * DAY);
  for (int i = 0; i < 3; i++)
    tick(f);
  only_reminder(f, mailing, MAILING_CANCELLED);
  assert_int_equal(fixture_entries(f, mailing, "reminder-submitted", NULL), 0);
  fixture_free(f);
}

static void what_a_rule_refuses(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  gint64 mailing = sent(f, "20");
  clock_advance(f->clock, 30 * DAY);
  g_autofree char *wording = g_build_filename(f->templates, "wording", "reminder-first", "fr.md", NULL);
  assert_true(g_file_set_contents(wording, "Subject: {{unheard_of}}\n\n{{unheard_of}}\n", -1, NULL));
  fixture_close(f);
  fixture_open(f);
  for (int i = 0; i < 3; i++)
    tick(f);
  only_reminder(f, mailing, MAILING_DRAFT);
  assert_int_equal(fixture_entries(f, mailing, "reminder-stuck", NULL), 1);
  g_autoptr(Link) link = NULL;
  g_autoptr(GPtrArray) list = NULL;
  assert_done(store_read(f->store, &link, error));
  assert_done(reminding_list(f->desk, link, 1, &list, error));
  assert_int_equal(list->len, 1);
  assert_non_null(((const Reminding *)g_ptr_array_index(list, 0))->trouble);
  g_clear_pointer(&link, link_return);
  fixture_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(when_it_is_due), cmocka_unit_test(after_each_crash),
                                     cmocka_unit_test(nobody_left), cmocka_unit_test(what_a_rule_refuses)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
