/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts_fixture.h"

static gint64 add(Fixture *f, const char *const *pairs) {
  gint64 id = 0;
  assert_done(contact_add(&f->contacts, &marie, pairs, &id, error));
  return id;
}

#define ADD(f, ...) add(f, (const char *const[]){__VA_ARGS__, NULL})

static void set(Fixture *f, const char *name, const char *pair) {
  const char *const pairs[] = {pair, NULL};
  assert_done(contact_set(&f->contacts, &marie, fixture_id(f, name), pairs, error));
}

/* An attendee A1, an office XA-PR with its holder, and a person B1 without an office. */
static void people(Fixture *f) {
  ADD(f, "kind=person", "id=A1", "prenom=Éloïse", "nom=Vallès", "email=eloise@coop.example", "pays=XA",
      "lists=participants");
  ADD(f, "kind=office", "id=XA-PR", "office=Présidence d'Arvanie", "office_kind=president", "country=XA",
      "language=fr", "given_name=Talen", "family_name=Vascourt", "gender=m",
      "email=presidence@arvanie.example", "telephone=01 99 00 00 01", "lists=heads", "tenure_from=2012-05-14",
      "verified_at=2013-11-20");
  ADD(f, "kind=person", "id=B1", "nom=Orlence", "prenom=Maude");
}

static void added_by_hand(void **state) {
  Fixture *f = *state;
  people(f);
  g_autoptr(Contact) contact = fixture_contact(f, "A1");
  g_autoptr(Contact) same = fixture_contact(f, "c-1");
  assert_int_equal(contact->id, same->id);
  assert_string_equal(contact->name, "Éloïse Vallès");
  assert_int_equal(fixture_entries(f), 3);
  set(f, "A1", "nom=");
  g_autoptr(Contact) cleared = fixture_contact(f, "A1");
  assert_null(cleared->family_name);
  assert_string_equal(cleared->name, "Éloïse");
}

static const struct {
  const char *name, *pairs[4];
  int result;
  const char *says;
} refused[] = {
    {"unknown field", {"nom=Roux", "shoes=43"}, FAULT_INPUT, "there is no field \"shoes\""},
    {"no pair", {"nom"}, FAULT_INPUT, "is no pair"},
    {"twice", {"nom=Roux", "family_name=Roux"}, FAULT_INPUT, "family_name is given twice"},
    {"bad address", {"nom=Roux", "email=maria@"}, FAULT_INPUT, "email: \"maria@\" is no mail address"},
    {"line break", {"nom=Ro\rux\x01"}, FAULT_INPUT, "control character"},
    {"header injection", {"nom=Roux", "email=a@b.example\r\nBcc: x@b.example"}, FAULT_INPUT, "email"},
    {"same address",
     {"nom=Vallès", "prenom=Éloïse", "email=eloise@coop.example"},
     FAULT_RULE,
     "is here already: C-1"},
    {"same id", {"id=A1", "kind=person", "nom=Roux"}, FAULT_RULE, "is here already: C-1"},
    {"same office",
     {"kind=office", "office_kind=president", "country=Arvanie"},
     FAULT_RULE,
     "is here already: C-2"},
    {"our own number", {"id=C-77", "nom=Roux"}, FAULT_INPUT, "is given by this house"},
    {"nothing to call it by", {"kind=office", "country=XA"}, FAULT_INPUT, "an office needs its kind"},
    {"a ground for a person",
     {"nom=Roux", "ground=promotion", "ground_evidence=x"},
     FAULT_INPUT,
     "only offices"},
};

static void refusals(void **state) {
  Fixture *f = *state;
  people(f);
  gint64 before = fixture_entries(f);
  for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
    g_autoptr(GError) error = NULL;
    gint64 id;
    int r = contact_add(&f->contacts, &marie, refused[i].pairs, &id, &error);
    if (r != refused[i].result || strstr(error->message, refused[i].says) == NULL)
      fail_msg("%s: %d %s", refused[i].name, r, error != NULL ? error->message : "");
  }
  g_autoptr(GError) kind = NULL;
  static const char *const pairs[] = {"kind=organisation", NULL};
  assert_int_equal(contact_set(&f->contacts, &marie, 1, pairs, &kind), FAULT_RULE);
  assert_int_equal(fixture_entries(f), before);
  assert_int_equal(fixture_count(f, 1), 4);
}

/* ---- stamps ---- */

static void by_pair(Fixture *f, const char *what) {
  set(f, "XA-PR", what);
}

static gint64 holder_of_named(Fixture *f, const char *office) {
  g_autoptr(CandidatePage) page = fixture_candidate(f, office);
  return page->items[0].holders[0].person;
}

static gint64 holder_of(Fixture *f) {
  return holder_of_named(f, "XA-PR");
}

static void by_person(Fixture *f, const char *what) {
  const char *const pairs[] = {what, NULL};
  assert_done(contact_set(&f->contacts, &marie, holder_of(f), pairs, error));
}

static void by_verifying(Fixture *f, const char *what) {
  (void)what;
  g_autoptr(CandidatePage) page = fixture_candidate(f, "XA-PR");
  assert_done(channel_verify(&f->contacts, &marie, page->items[0].id, page->items[0].email.id, NULL, error));
}

static void by_channel(Fixture *f, const char *what) {
  ChannelChange change = CHANNEL_CHANGE_NONE;
  gint64 id;
  change.kind = CHANNEL_EMAIL;
  change.value = what;
  assert_done(channel_add(&f->contacts, &marie, fixture_id(f, "XA-PR"), &change, &id, error));
}

static void by_ground(Fixture *f, const char *what) {
  gint64 id;
  assert_done(ground_add(&f->contacts, &marie, fixture_id(f, "XA-PR"), GROUND_PROMOTION, what, "Loi 7", 0,
                         &id, error));
}

static void by_tenure(Fixture *f, const char *what) {
  TenureChange change = {.joint = g_str_equal(what, "beside")};
  gint64 id;
  assert_done(day_parse("2013-12-01", &change.from, error));
  assert_done(
      tenure_set(&f->contacts, &marie, fixture_id(f, "XA-PR"), fixture_id(f, "B1"), &change, &id, error));
}

static void by_tenure_verified(Fixture *f, const char *what) {
  (void)what;
  g_autoptr(CandidatePage) page = fixture_candidate(f, "XA-PR");
  assert_done(
      tenure_verify(&f->contacts, &marie, page->items[0].id, page->items[0].holders[0].tenure, 0, error));
}

static void by_objection(Fixture *f, const char *what) {
  assert_done(contact_object(&f->contacts, &marie, fixture_id(f, "XA-PR"), what, error));
}

static void by_list(Fixture *f, const char *what) {
  gint64 id = fixture_id(f, "XA-PR"), changed;
  gint64 list;
  assert_done(list_create(&f->contacts, &marie, what, NULL, FALSE, 0, &list, error));
  assert_done(list_add(&f->contacts, &marie, what, &id, 1, &changed, error));
  assert_int_equal(changed, 1);
}

static void by_another(Fixture *f, const char *what) {
  set(f, "A1", what);
}

static const struct {
  const char *name;
  void (*change)(Fixture *, const char *);
  const char *what;
  gboolean holder, channel, ground;
} changes[] = {
    {"telephone", by_pair, "telephone=01 99 00 00 02", FALSE, FALSE, FALSE},
    {"postal address", by_pair, "postal_address=1 rue de l'Exemple", FALSE, FALSE, FALSE},
    {"OpenPGP key", by_pair, "openpgp=ABCD", FALSE, FALSE, FALSE},
    {"list", by_list, "autre", FALSE, FALSE, FALSE},
    {"another contact", by_another, "nom=Autre", FALSE, FALSE, FALSE},
    {"tenure verified", by_tenure_verified, "", FALSE, FALSE, FALSE},
    {"the same once more", by_pair, "gender=m", FALSE, FALSE, FALSE},
    {"office", by_pair, "office=Présidence de la République d'Arvanie", TRUE, FALSE, FALSE},
    {"office kind", by_pair, "office_kind=prime_minister", TRUE, FALSE, FALSE},
    {"country", by_pair, "country=XB", TRUE, FALSE, FALSE},
    {"language", by_pair, "language=en", TRUE, FALSE, FALSE},
    {"organisation", by_pair, "organisation=Union", TRUE, FALSE, FALSE},
    {"gender of the holder", by_pair, "gender=f", TRUE, FALSE, FALSE},
    {"the holder's name on his own card", by_person, "family_name=Vascourt-Lien", TRUE, FALSE, FALSE},
    {"the holder's gender on his own card", by_person, "gender=f", TRUE, FALSE, FALSE},
    {"the holder's telephone", by_person, "telephone=01 99 00 00 09", FALSE, FALSE, FALSE},
    {"another holder", by_tenure, "", TRUE, FALSE, FALSE},
    {"a second holder", by_tenure, "beside", TRUE, FALSE, FALSE},
    {"address", by_pair, "email=cabinet@arvanie.example", FALSE, TRUE, FALSE},
    {"another address beside", by_channel, "second@arvanie.example", FALSE, TRUE, FALSE},
    {"address verified", by_verifying, "", FALSE, TRUE, FALSE},
    {"ground", by_ground, "Arvanie", FALSE, FALSE, TRUE},
    {"objection", by_objection, "by letter", TRUE, FALSE, FALSE},
};

static void stamps(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(changes); i++) {
    Fixture *f = fixture_new(TRUE);
    people(f);
    Stamps before = fixture_stamps(f, "XA-PR");
    changes[i].change(f, changes[i].what);
    Stamps after = fixture_stamps(f, "XA-PR");
    if ((before.holder != after.holder) != changes[i].holder ||
        (before.channel != after.channel) != changes[i].channel ||
        (before.ground != after.ground) != changes[i].ground)
      fail_msg("%s: holder %d, channel %d, ground %d", changes[i].name, before.holder != after.holder,
               before.channel != after.channel, before.ground != after.ground);
    g_autoptr(CandidatePage) page = fixture_candidate(f, "XA-PR");
    assert_memory_equal(&page->items[0].stamps, &after, sizeof after);
    fixture_free(f);
  }
}

/* A tenure that ends by itself is seen on the day. */
static void stamps_as_days_pass(void **state) {
  Fixture *f = *state;
  people(f);
  set(f, "XA-PR", "tenure_to=2013-12-03");
  Stamps before = fixture_stamps(f, "XA-PR");
  clock_advance(f->clock, DAY);
  Stamps last = fixture_stamps(f, "XA-PR");
  clock_advance(f->clock, DAY);
  Stamps after = fixture_stamps(f, "XA-PR");
  assert_true(before.holder == last.holder);
  assert_true(last.holder != after.holder);
  g_autoptr(CandidatePage) page = fixture_candidate(f, "XA-PR");
  assert_int_equal(page->items[0].holder_count, 0);
}

/* ---- tenures, objections ---- */

static void collegial(void **state) {
  Fixture *f = *state;
  g_auto(ImportReport) report = {0};
  people(f);
  by_tenure(f, "beside");
  g_autoptr(CandidatePage) page = fixture_candidate(f, "XA-PR");
  assert_int_equal(page->items[0].holder_count, 2);
  ImportOptions options = {.name = "x.csv"};
  const char *third = "id;type;prénom;nom\nXA-PR;office;Jean;Tiers\n";
  fixture_import_as(f, &marie, third, strlen(third), &options, IMPORT_REFUSED, &report);
  const ImportComplaint *complaint = report.complaints->pdata[0];
  assert_non_null(strstr(complaint->sentence, "the office has 2 holders"));
  fixture_take(f, "id;type;prénom;nom\nXA-PR;office;Maude;Orlence\n");
}

static void restricted_follows_the_tenure(void **state) {
  Fixture *f = *state;
  people(f);
  g_autoptr(Contact) before = fixture_contact(f, "B1");
  assert_int_equal(before->restricted, 0);
  by_tenure(f, "");
  g_autoptr(Contact) after = fixture_contact(f, "B1");
  assert_int_equal(after->restricted, 1);
  g_autoptr(GError) error = NULL;
  TenureChange change = {0};
  gint64 id;
  assert_int_equal(
      tenure_set(&f->contacts, &marie, fixture_id(f, "A1"), fixture_id(f, "B1"), &change, &id, &error),
      FAULT_RULE);
  assert_non_null(strstr(error->message, "is no office"));
}

static void objections(void **state) {
  Fixture *f = *state;
  people(f);
  gint64 id = fixture_id(f, "A1");
  assert_int_equal(contact_object(&f->contacts, &marie, id, "", NULL), FAULT_INPUT);
  assert_done(contact_object(&f->contacts, &marie, id, "by letter of 1 December", error));
  gint64 entries = fixture_entries(f);
  assert_int_equal(contact_object(&f->contacts, &marie, id, "again", NULL), 1);
  assert_int_equal(fixture_entries(f), entries);
  g_autoptr(Contact) objected = fixture_contact(f, "A1");
  assert_int_equal(objected->standing, CONTACT_OBJECTED);
  assert_done(contact_unobject(&f->contacts, &marie, id, "it was a mistake", error));
  g_autoptr(Contact) active = fixture_contact(f, "A1");
  assert_int_equal(active->standing, CONTACT_ACTIVE);
}

static void channels(void **state) {
  Fixture *f = *state;
  people(f);
  gint64 contact = fixture_id(f, "XA-PR"), id;
  ChannelChange change = CHANNEL_CHANGE_NONE;
  change.kind = CHANNEL_EMAIL;
  change.value = "Presidence@ARVANIE.example";
  assert_done(channel_add(&f->contacts, &marie, contact, &change, &id, error));
  assert_int_equal(channel_add(&f->contacts, &marie, contact, &change, &id, NULL), FAULT_RULE);
  change.value = "nobody";
  assert_int_equal(channel_add(&f->contacts, &marie, contact, &change, &id, NULL), FAULT_INPUT);
  g_autoptr(CandidatePage) first = fixture_candidate(f, "XA-PR");
  assert_done(
      channel_suspend(&f->contacts, &marie, contact, first->items[0].email.id, "two soft bounces", error));
  g_autoptr(CandidatePage) second = fixture_candidate(f, "XA-PR");
  assert_string_equal(second->items[0].email.send, "Presidence@arvanie.example");
  assert_int_equal(
      channel_verify(&f->contacts, &marie, fixture_id(f, "A1"), first->items[0].email.id, NULL, NULL),
      FAULT_ABSENT);
  change = CHANNEL_CHANGE_NONE;
  change.role = CHANNEL_COPY;
  assert_done(channel_set(&f->contacts, &marie, contact, second->items[0].email.id, &change, error));
  g_autoptr(CandidatePage) third = fixture_candidate(f, "XA-PR");
  assert_int_equal(third->items[0].email.standing, CHANNEL_SUSPECT);
}

/* ---- what volunteers see ---- */

static int gather(const Contact *contact, gpointer data, GError **error) {
  (void)error;
  g_string_append_printf(data, "%s %s\n", contact->name,
                         contact->external_id != NULL ? contact->external_id : "");
  return 0;
}

static int gather_channel(const Channel *channel, gpointer data, GError **error) {
  (void)error;
  g_string_append_printf(data, "%s\n", channel->value);
  return 0;
}

static int gather_tenure(const Tenure *tenure, gpointer data, GError **error) {
  (void)error;
  g_string_append_printf(data, "%s %s\n", tenure->person_name, tenure->office_name);
  return 0;
}

static int gather_ground(const Ground *ground, gpointer data, GError **error) {
  (void)error;
  g_string_append_printf(data, "%s\n", ground->evidence);
  return 0;
}

static int gather_list(const List *list, gpointer data, GError **error) {
  (void)error;
  g_string_append_printf(data, "%s %" G_GINT64_FORMAT "\n", list->name, list->size);
  return 0;
}

/* One who is not there and one who may not be seen get the same words. */
static void same_words(GError *hidden, GError *missing) {
  assert_int_equal(hidden->code, FAULT_ABSENT);
  g_autoptr(GString) a = g_string_new(hidden->message);
  g_autoptr(GString) b = g_string_new(missing->message);
  g_string_replace(a, "C-2", "ID", 0);
  g_string_replace(b, "C-999", "ID", 0);
  g_string_replace(a, "XA-CANARY", "ID", 0);
  g_string_replace(b, "XA-NOBODY", "ID", 0);
  assert_string_equal(a->str, b->str);
}

static void see_all(Fixture *f, Link *link, gint64 clearance, GString *seen) {
  const Day today = contacts_today(&f->contacts);
  ContactFilter filter = CONTACT_FILTER_ANY;
  g_autofree char *csv = fixture_export(f, clearance);
  assert_done(contact_each(link, &filter, clearance, gather, seen, error));
  for (filter.kind = 0; filter.kind < CONTACT_KINDS; filter.kind++)
    assert_done(contact_each(link, &filter, clearance, gather, seen, error));
  filter = CONTACT_FILTER_ANY;
  for (filter.list = 1; filter.list <= 3; filter.list++)
    assert_done(contact_each(link, &filter, clearance, gather, seen, error));
  filter = CONTACT_FILTER_ANY;
  filter.search = "canary";
  assert_done(contact_each(link, &filter, clearance, gather, seen, error));
  filter = CONTACT_FILTER_ANY;
  filter.country = "XA";
  assert_done(contact_each(link, &filter, clearance, gather, seen, error));
  for (gint64 id = 1; id < 6; id++) {
    channel_each(link, id, clearance, gather_channel, seen, NULL);
    tenure_each(link, id, today, clearance, gather_tenure, seen, NULL);
    ground_each(link, id, 735000, clearance, gather_ground, seen, NULL);
  }
  static const gint64 lists[] = {1, 2, 3};
  g_autoptr(CandidatePage) page = NULL;
  assert_done(candidate_page(link, lists, 3, 0, 100, clearance, today, &page, error));
  for (gsize i = 0; i < page->count; i++)
    g_string_append_printf(seen, "%s %s\n", page->items[i].name, page->items[i].email.send);
  g_string_append(seen, csv);
}

static void canary_office(Fixture *f) {
  gint64 list, id;
  people(f);
  set(f, "XA-PR", "id=XA-CANARY");
  set(f, "XA-CANARY", "office=Canary");
  set(f, "XA-CANARY", "email=canary@arvanie.example");
  assert_done(contact_set(&f->contacts, &marie, holder_of_named(f, "XA-CANARY"),
                          (const char *const[]){"nom=Canary", NULL}, error));
  assert_done(ground_add(&f->contacts, &marie, fixture_id(f, "XA-CANARY"), GROUND_APPROVAL, NULL,
                         "letter of Canary", 0, &id, error));
  assert_done(list_create(&f->contacts, &marie, "by rule", "country=XA", FALSE, 0, &list, error));
}

static void canaries(void **state) {
  Fixture *f = *state;
  g_autoptr(Link) link = NULL;
  g_autoptr(GString) all = g_string_new(NULL);
  g_autoptr(GString) seen = g_string_new(NULL);
  canary_office(f);
  assert_done(store_read(f->contacts.store, &link, error));
  see_all(f, link, 1, all);
  see_all(f, link, 0, seen);
  g_autofree char *all_folded = g_ascii_strdown(all->str, -1);
  g_autofree char *folded = g_ascii_strdown(seen->str, -1);
  assert_non_null(strstr(all_folded, "canary"));
  assert_null(strstr(folded, "canary"));
  assert_non_null(strstr(folded, "eloise@coop.example"));
  g_autoptr(GString) sizes = g_string_new(NULL);
  assert_done(list_each(link, 0, 0, gather_list, sizes, error));
  assert_string_equal(sizes->str, "by rule 1\nparticipants 1\n");
  assert_int_equal(fixture_count(f, 0), 2);
  assert_int_equal(fixture_count(f, 1), 4);
}

static void absent_in_the_same_words(void **state) {
  Fixture *f = *state;
  g_autoptr(Link) link = NULL;
  Contact *none = NULL;
  canary_office(f);
  assert_done(store_read(f->contacts.store, &link, error));
  static const char *const names[][2] = {{"C-2", "C-999"}, {"XA-CANARY", "XA-NOBODY"}};
  for (gsize i = 0; i < 2; i++) {
    g_autoptr(GError) hidden = NULL;
    g_autoptr(GError) missing = NULL;
    assert_int_equal(contact_find_named(link, names[i][0], 0, &none, &hidden), FAULT_ABSENT);
    assert_int_equal(contact_find_named(link, names[i][1], 0, &none, &missing), FAULT_ABSENT);
    same_words(hidden, missing);
  }
  static const char *const pairs[] = {"nom=x", NULL};
  for (int i = 0; i < 4; i++) {
    g_autoptr(GError) hidden = NULL;
    g_autoptr(GError) missing = NULL;
    CandidatePage *page = NULL;
    gint64 changed, ids[] = {2, 999};
    int r[2];
    for (int k = 0; k < 2; k++) {
      GError **to = k == 0 ? &hidden : &missing;
      r[k] = i == 0   ? contact_set(&f->contacts, &paul, ids[k], pairs, to)
             : i == 1 ? contact_object(&f->contacts, &paul, ids[k], "x", to)
             : i == 2 ? list_add(&f->contacts, &paul, "participants", &ids[k], 1, &changed, to)
                      : candidate_one(link, ids[k], 0, 1, &page, to);
      assert_int_equal(r[k], FAULT_ABSENT);
    }
    same_words(hidden, missing);
  }
}

static void volunteers_add_attendees_only(void **state) {
  Fixture *f = *state;
  gint64 id;
  static const char *const office[] = {"kind=office", "office_kind=president", "country=XB", NULL};
  static const char *const person[] = {"nom=Roux", NULL};
  assert_int_equal(contact_add(&f->contacts, &paul, office, &id, NULL), FAULT_FORBIDDEN);
  assert_int_equal(fixture_count(f, 1), 0);
  assert_done(contact_add(&f->contacts, &paul, person, &id, error));
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {WITH(added_by_hand),
                                     WITH(refusals),
                                     cmocka_unit_test(stamps),
                                     WITH(stamps_as_days_pass),
                                     WITH(collegial),
                                     WITH(restricted_follows_the_tenure),
                                     WITH(objections),
                                     WITH(channels),
                                     WITH(canaries),
                                     WITH(absent_in_the_same_words),
                                     WITH(volunteers_add_attendees_only)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
