/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts_fixture.h"

#include "contacts/channel.h"
#include "contacts/duplicate.h"
#include "contacts/merge.h"
#include "contacts/tenure.h"

#define HEAD                                                                                                 \
  "Type;Identifiant;Prénom;Nom;Fonction;Type de "                                                           \
  "fonction;Organisation;Pays;Courriel;Téléphone;Listes;Motif;Preuve du "                                  \
  "motif\n"

static const char two[] =
    HEAD "personne;A;Ada;Norvane;;;;;ada@lac.example;;amis;;\n"
         "personne;B;Ada;Norvané;;;Coop;XA;ada@lac.example, ada@home.example;01 99 00 00 01;amis, "
         "presse;;\n";

static int say_channel(const Channel *c, gpointer data, GError **error) {
  (void)error;
  g_string_append_printf(data, "%s %s %d; ", c->value, channel_standing_name(c->standing), (int)c->position);
  return 0;
}

/* All that is noted of a contact, in one text. */
static char *told(Fixture *f, const char *name) {
  g_autoptr(Link) link = NULL;
  g_autoptr(Contact) c = fixture_contact(f, name);
  GString *out = g_string_new(NULL);
  assert_done(store_read(f->contacts.store, &link, error));
  g_string_append_printf(out, "%s %s %s %s %s: ", c->name, c->external_id, c->organisation, c->country,
                         contact_standing_name(c->standing));
  assert_done(channel_each(link, c->id, 1, say_channel, out, error));
  g_autofree char *lists = NULL;
  assert_done(
      link_text(link, &lists, error,
                "SELECT coalesce(group_concat(name), '') FROM (SELECT l.name FROM members_now m JOIN lists l"
                " ON l.id = m.list WHERE m.contact = ?1 ORDER BY l.id)",
                "i", c->id));
  g_string_append_printf(out, "%s; %" G_GINT64_FORMAT "/%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT "/%d", lists,
                         c->stamps.holder, c->stamps.channel, c->stamps.ground, (int)c->restricted);
  return g_string_free(out, FALSE);
}

static void merge(Fixture *f, const char *kept, const char *gone) {
  g_auto(MergeReport) report = {0};
  assert_done(
      merge_contacts(&f->contacts, &marie, fixture_id(f, kept), fixture_id(f, gone), FALSE, &report, error));
}

static void refused(Fixture *f, const Actor *actor, gint64 kept, gint64 gone, int code, const char *says) {
  g_auto(MergeReport) report = {0};
  g_autoptr(GError) error = NULL;
  assert_int_equal(merge_contacts(&f->contacts, actor, kept, gone, FALSE, &report, &error), code);
  if (strstr(error->message, says) == NULL)
    fail_msg("%s is not said in: %s", says, error->message);
}

static void undo_refused(Fixture *f, gint64 kept, gint64 gone, int code, const char *says) {
  g_autoptr(GError) error = NULL;
  assert_int_equal(merge_undo(&f->contacts, &marie, kept, gone, FALSE, &error), code);
  if (strstr(error->message, says) == NULL)
    fail_msg("%s is not said in: %s", says, error->message);
}

static void in_and_out(void **state) {
  Fixture *f = *state;
  fixture_take(f, two);
  gint64 a = fixture_id(f, "A"), b = fixture_id(f, "B"), entries = fixture_entries(f);
  g_autofree char *a_before = told(f, "A"), *b_before = told(f, "B");
  g_auto(MergeReport) dry = {0};
  g_auto(MergeReport) report = {0};
  assert_done(merge_contacts(&f->contacts, &marie, a, b, TRUE, &dry, error));
  g_autofree char *a_dry = told(f, "A"), *b_dry = told(f, "B");
  assert_string_equal(a_dry, a_before);
  assert_string_equal(b_dry, b_before);
  assert_int_equal(fixture_entries(f), entries);
  assert_done(merge_contacts(&f->contacts, &marie, a, b, FALSE, &report, error));
  assert_string_equal(dry.fields, report.fields);
  assert_string_equal(report.fields, "organisation, country");
  assert_int_equal(report.channels, 2);
  assert_int_equal(report.lists, 1);
  assert_int_equal(report.shelved, 2);
  g_autofree char *merged = told(f, "A");
  assert_non_null(strstr(merged,
                         "Ada Norvane A Coop XA active: ada@lac.example unverified 1; ada@home.example "
                         "unverified 2; 01 99 00 00 01 unverified 3; amis,presse;"));
  assert_int_equal(fixture_count(f, 1), 1);
  assert_int_equal(fixture_entries(f), entries + 1);
  assert_done(merge_undo(&f->contacts, &marie, a, b, TRUE, error));
  assert_int_equal(fixture_count(f, 1), 1);
  assert_done(merge_undo(&f->contacts, &marie, a, b, FALSE, error));
  g_autofree char *a_after = told(f, "A"), *b_after = told(f, "B");
  assert_string_equal(a_after, a_before);
  assert_string_equal(b_after, b_before);
  assert_int_equal(fixture_entries(f), entries + 2);
  undo_refused(f, a, b, FAULT_ABSENT, "did not go into");
}

static void leads_on(void **state) {
  Fixture *f = *state;
  g_autoptr(Link) link = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(Contact) none = NULL;
  fixture_take(f, two);
  gint64 a = fixture_id(f, "A"), b = fixture_id(f, "B");
  merge(f, "A", "B");
  assert_int_equal(fixture_id(f, "B"), a);
  assert_int_equal(store_read(f->contacts.store, &link, &error), 0);
  assert_int_equal(contact_find(link, b, 1, &none, &error), FAULT_ABSENT);
  assert_non_null(strstr(error->message, "went into C-"));
  assert_non_null(strstr(error->message, "2013-12-02"));
  gint64 last = 0;
  assert_int_equal(merge_final(link, b, &last, &error), 0);
  assert_int_equal(last, a);
}

/* Its file comes again: it means the one that stayed, and nothing is added. */
static void imports_again(void **state) {
  Fixture *f = *state;
  g_auto(ImportReport) report = {0};
  g_auto(ImportReport) alone = {0};
  fixture_take(f, two);
  gint64 b = fixture_id(f, "B");
  merge(f, "A", "B");
  fixture_import(f, two, &report);
  assert_int_equal(report.added, 0);
  assert_int_equal(report.notes, 1);
  assert_non_null(strstr(((ImportComplaint *)report.complaints->pdata[0])->sentence, "B went into C-"));
  fixture_import(f, HEAD "personne;B;Ada;Norvane;Trésorière;;;;;;;;\n", &alone);
  assert_int_equal(alone.changed, 1);
  g_autoptr(Contact) c = fixture_contact(f, "A");
  assert_string_equal(c->office, "Trésorière");
  assert_string_equal(c->external_id, "A");
  g_autofree char *number = g_strdup_printf(HEAD "personne;C-%d;Ada;Norvane;Cheffe;;;;;;;;\n", (int)b);
  g_auto(ImportReport) numbered = {0};
  fixture_import(f, number, &numbered);
  assert_int_equal(numbered.changed, 1);
  assert_int_equal(fixture_count(f, 1), 1);
}

static void stricter_wins(void **state) {
  Fixture *f = *state;
  fixture_take(f, two);
  gint64 a = fixture_id(f, "A"), b = fixture_id(f, "B"), channel = 0;
  g_autofree char *a_before = told(f, "A");
  {
    g_autoptr(Link) link = NULL;
    assert_done(store_read(f->contacts.store, &link, error));
    assert_done(link_int(link, &channel, error,
                         "SELECT id FROM channels_now WHERE contact = ?1 AND send = 'ada@lac.example'", "i",
                         b));
  }
  assert_done(channel_mark(&f->contacts, &marie, b, channel, CHANNEL_DEAD, "550", error));
  assert_done(contact_object(&f->contacts, &marie, b, "asked by letter", error));
  merge(f, "A", "B");
  g_autofree char *merged = told(f, "A");
  assert_non_null(strstr(merged, "objected: ada@lac.example dead 1;"));
  assert_done(merge_undo(&f->contacts, &marie, a, b, FALSE, error));
  g_autofree char *a_after = told(f, "A");
  assert_string_equal(a_after, a_before);
  g_autoptr(Contact) back = fixture_contact(f, "B");
  assert_int_equal(back->standing, CONTACT_OBJECTED);
}

/* What the one that went had objected to is taken back with the wish of the one that stayed. */
static void takes_back(void **state) {
  Fixture *f = *state;
  fixture_take(f, two);
  gint64 a = fixture_id(f, "A");
  assert_done(contact_object(&f->contacts, &marie, fixture_id(f, "B"), "asked by letter", error));
  merge(f, "A", "B");
  assert_done(contact_unobject(&f->contacts, &marie, a, "asked by letter", error));
  static const char *const none[] = {"email=", NULL}, *const again[] = {"email=ada@home.example", NULL};
  assert_done(contact_set(&f->contacts, &marie, a, none, error));
  assert_done(contact_set(&f->contacts, &marie, a, again, error));
  g_autofree char *now = told(f, "A");
  assert_non_null(strstr(now, "ada@home.example unverified"));
}

static void changed_since(void **state) {
  Fixture *f = *state;
  fixture_take(f, two);
  gint64 a = fixture_id(f, "A"), b = fixture_id(f, "B");
  merge(f, "A", "B");
  static const char *const pairs[] = {"city=Anvaux", NULL};
  assert_done(contact_set(&f->contacts, &marie, a, pairs, error));
  undo_refused(f, a, b, FAULT_RULE, "changed since: its card");
  static const char *const back[] = {"city=", NULL};
  assert_done(contact_set(&f->contacts, &marie, a, back, error));
  assert_done(merge_undo(&f->contacts, &marie, a, b, TRUE, error));
  fixture_take(f, HEAD "personne;A;;;;;;;neuf@lac.example;;neuve;;\n");
  undo_refused(f, a, b, FAULT_RULE, "its channels, its lists");
}

static void chains(void **state) {
  Fixture *f = *state;
  fixture_take(f, HEAD
               "personne;A;Ada;Norvane;;;;;a@lac.example;;;;\npersonne;B;Ada;Norvane;;;;;b@lac.example;;;;\n"
               "personne;C;Ada;Norvane;;;;;c@lac.example;;;;\n");
  gint64 a = fixture_id(f, "A"), b = fixture_id(f, "B"), c = fixture_id(f, "C");
  g_autofree char *a_before = told(f, "A"), *b_before = told(f, "B"), *c_before = told(f, "C");
  merge(f, "B", "C");
  merge(f, "A", "B");
  assert_int_equal(fixture_id(f, "C"), a);
  undo_refused(f, b, c, FAULT_ABSENT, "went into");
  assert_done(merge_undo(&f->contacts, &marie, a, b, FALSE, error));
  assert_done(merge_undo(&f->contacts, &marie, b, c, FALSE, error));
  g_autofree char *a_after = told(f, "A"), *b_after = told(f, "B"), *c_after = told(f, "C");
  assert_string_equal(a_after, a_before);
  assert_string_equal(b_after, b_before);
  assert_string_equal(c_after, c_before);
}

static const char offices[] =
    HEAD "fonction;P1;Talen;Vascourt;Présidence;president;;XA;p@xa.example;;chefs;approbation;lettre\n"
         "fonction;P2;Talen;Vascourt;;president;;XA;q@xa.example;;chefs;promotion;loi\n"
         "fonction;P3;Maude;Orlence;;prime_minister;;XA;r@xa.example;;;;\n"
         "personne;V;Talen;Vascourt;;;;;t@home.example;;;;\n";

static void offices_and_holders(void **state) {
  Fixture *f = *state;
  fixture_take(f, offices);
  gint64 p1 = fixture_id(f, "P1"), p2 = fixture_id(f, "P2"), p3 = fixture_id(f, "P3"), v = fixture_id(f, "V");
  gint64 holders[2];
  refused(f, &marie, p1, p3, FAULT_RULE, "different holders");
  refused(f, &marie, p1, p2, FAULT_RULE, "different holders");
  refused(f, &marie, p1, v, FAULT_RULE, "one kind");
  for (int i = 0; i < 2; i++) {
    g_autoptr(CandidatePage) office = fixture_candidate(f, i == 0 ? "P1" : "P2");
    holders[i] = office->items[0].holders[0].person;
  }
  g_autofree char *p1_before = told(f, "P1"), *p2_before = told(f, "P2"), *v_before = told(f, "V");
  g_auto(MergeReport) person = {0};
  g_auto(MergeReport) office = {0};
  g_auto(MergeReport) attendee = {0};
  assert_done(merge_contacts(&f->contacts, &marie, holders[0], holders[1], FALSE, &person, error));
  assert_int_equal(person.tenures, 1);
  assert_done(merge_contacts(&f->contacts, &marie, p1, p2, FALSE, &office, error));
  assert_int_equal(office.grounds, 1);
  assert_int_equal(office.tenures, 0);
  g_autoptr(CandidatePage) merged = fixture_candidate(f, "P1");
  assert_int_equal(merged->items[0].holder_count, 1);
  assert_int_equal(merged->items[0].ground_count, 2);
  /* An attendee who turns out to hold an office is seen as its holder from then on. */
  assert_done(merge_contacts(&f->contacts, &marie, v, holders[0], FALSE, &attendee, error));
  g_autoptr(Contact) holder = fixture_contact(f, "V");
  assert_int_equal(holder->restricted, 1);
  assert_done(merge_undo(&f->contacts, &marie, v, holders[0], FALSE, error));
  assert_done(merge_undo(&f->contacts, &marie, p1, p2, FALSE, error));
  assert_done(merge_undo(&f->contacts, &marie, holders[0], holders[1], FALSE, error));
  g_autofree char *p1_after = told(f, "P1"), *p2_after = told(f, "P2"), *v_after = told(f, "V");
  assert_string_equal(p1_after, p1_before);
  assert_string_equal(p2_after, p2_before);
  assert_string_equal(v_after, v_before);
}

static void refuses(void **state) {
  Fixture *f = *state;
  fixture_take(f, two);
  fixture_take(f, offices);
  gint64 a = fixture_id(f, "A"), b = fixture_id(f, "B"), p1 = fixture_id(f, "P1");
  refused(f, &marie, a, a, FAULT_INPUT, "twice");
  refused(f, &marie, a, 9999, FAULT_ABSENT, "C-9999");
  refused(f, &paul, p1, fixture_id(f, "P3"), FAULT_ABSENT, "there is no contact");
  assert_done(duplicate_mark(&f->contacts, &marie, a, b, TRUE, error));
  refused(f, &marie, a, b, FAULT_RULE, "not the same");
}

/* What is hidden went nowhere, in the words of what was never there. */
static void hidden(void **state) {
  Fixture *f = *state;
  g_autoptr(Link) link = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(Contact) none = NULL;
  fixture_take(f, HEAD "organisation;O1;;;;;Union;XA;;;;;\norganisation;O2;;;;;Union des M;XA;;;;;\n");
  gint64 gone = fixture_id(f, "O2");
  merge(f, "O1", "O2");
  assert_int_equal(store_read(f->contacts.store, &link, &error), 0);
  assert_int_equal(contact_find(link, gone, 0, &none, &error), FAULT_ABSENT);
  assert_non_null(strstr(error->message, "there is no contact"));
  g_clear_error(&error);
  assert_int_equal(contact_find_named(link, "O2", 0, &none, &error), FAULT_ABSENT);
  assert_string_equal(error->message, "there is no contact \"O2\"; list them to find its id");
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      WITH(in_and_out),    WITH(leads_on), WITH(imports_again),       WITH(stricter_wins), WITH(takes_back),
      WITH(changed_since), WITH(chains),   WITH(offices_and_holders), WITH(refuses),       WITH(hidden)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
