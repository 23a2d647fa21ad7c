/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts_fixture.h"

static gint64 list_id(Link *link, const char *name) {
  gint64 id = 0;
  assert_done(list_find(link, name, &id, error));
  return id;
}

/* "A1(a,b) A2(b) " */
static char *walk(Fixture *f, const char *names, gsize limit) {
  g_autoptr(Link) link = NULL;
  g_auto(GStrv) split = g_strsplit(names, ",", 0);
  gint64 lists[10], after = 0;
  gsize count = 0;
  GString *out = g_string_new(NULL);
  assert_done(store_read(f->contacts.store, &link, error));
  for (; split[count] != NULL; count++)
    lists[count] = list_id(link, split[count]);
  for (gsize given = 1; given > 0;) {
    g_autoptr(CandidatePage) page = NULL;
    assert_done(
        candidate_page(link, lists, count, after, limit, 1, contacts_today(&f->contacts), &page, error));
    for (gsize i = 0; i < page->count; i++) {
      g_autofree char *by = g_strjoinv(",", (char **)page->items[i].lists);
      g_string_append_printf(out, "%s(%s) ", page->items[i].external_id, by);
    }
    after = page->after;
    given = page->count;
  }
  return g_string_free(out, FALSE);
}

static void lists(void **state) {
  Fixture *f = *state;
  gint64 id;
  fixture_take(f,
               "id;type;nom;organisation;pays;langue;listes\n"
               "A1;personne;Un;;XA;fr;a\nA2;personne;Deux;;XB;en;b\nA3;personne;Trois;;CA-QC;fr-CA;\"a,b\"\n"
               "O1;organisation;;Union;XA;pt;b\nA4;personne;Quatre;;XB;pt;\n");
  assert_done(list_create(&f->contacts, &marie, "rule", "kind=person country=xb,CA", FALSE, 0, &id, error));
  assert_done(list_create(&f->contacts, &marie, "french", "language=fr", FALSE, 0, &id, error));
  assert_done(list_create(&f->contacts, &marie, "of a", "list=A kind=person", FALSE, 0, &id, error));
  static const struct {
    const char *lists, *walked;
  } cases[] = {
      {"a", "A1(a) A3(a) "},
      {"a,b", "A1(a) A2(b) A3(a,b) O1(b) "},
      {"b,a", "A1(a) A2(b) A3(b,a) O1(b) "},
      {"rule", "A2(rule) A3(rule) A4(rule) "},
      {"a,rule", "A1(a) A2(rule) A3(a,rule) A4(rule) "},
      {"french", "A1(french) A3(french) "},
      {"of a", "A1(of a) A3(of a) "},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    for (gsize limit = 1; limit < 8; limit++) {
      g_autofree char *walked = walk(f, cases[i].lists, limit);
      if (!g_str_equal(walked, cases[i].walked))
        fail_msg("%s by %zu: %s", cases[i].lists, limit, walked);
    }
  }
}

static void an_area_is_a_grounds(void **state) {
  Fixture *f = *state;
  gint64 id;
  fixture_take(f, "id;type;organisation;motif;zone du motif;preuve du "
                  "motif\nO1;organisation;Un;promotion;Afrique de l'Ouest;x\n"
                  "O2;organisation;Deux;promotion;Europe;y\n");
  assert_done(list_create(&f->contacts, &marie, "west", "area=\"afrique de l'ouest\"", FALSE, 0, &id, error));
  g_autofree char *walked = walk(f, "west", 10);
  assert_string_equal(walked, "O1(west) ");
}

static void also_an_office(void **state) {
  Fixture *f = *state;
  fixture_take(f, "id;type;nom;type de fonction;pays;courriel\nA1;personne;Un;;;Contact@Arvanie.example\n"
                  "A2;personne;Deux;;;deux@forum.example\nA3;personne;Trois;;;deux@forum.example\n"
                  "XA;office;;president;XA;contact@arvanie.example\n");
  g_autoptr(CandidatePage) shared = fixture_candidate(f, "A1");
  g_autoptr(CandidatePage) own = fixture_candidate(f, "A2");
  assert_true(shared->items[0].email.also_office);
  assert_false(own->items[0].email.also_office);
  assert_string_equal(shared->items[0].email.send, "Contact@arvanie.example");
}

static void words_in_any_letters(void **state) {
  Fixture *f = *state;
  fixture_take(f, "id;nom;courriel\nA1;Un;élo@exämple.example\n");
  g_autoptr(CandidatePage) page = fixture_candidate(f, "A1");
  assert_true(page->items[0].email.needs_utf8);
  assert_string_equal(page->items[0].email.send, "élo@xn--exmple-cua.example");
  assert_string_equal(page->items[0].email.show, "élo@exämple.example");
}

/* "email post " */
static char *kinds_of(Fixture *f, const char *name) {
  g_autoptr(CandidatePage) page = fixture_candidate(f, name);
  GString *out = g_string_new(NULL);
  for (gsize i = 0; i < page->items[0].channel_count; i++)
    g_string_append_printf(out, "%s ", channel_kind_name(page->items[0].channels[i].kind));
  return g_string_free(out, FALSE);
}

static void every_usable_channel(void **state) {
  Fixture *f = *state;
  fixture_take(
      f,
      "id;type;type de fonction;pays;courriel;courriel du cabinet;formulaire web;adresse postale;téléphone\n"
      "O1;fonction;president;XA;un@palais.example;deux@palais.example;https://palais.example/f;Palais;+999 "
      "55 01\n"
      "O2;fonction;president;XB;;;https://palais.example/g;;\n");
  g_autofree char *all = kinds_of(f, "O1");
  assert_string_equal(all, "email email post telephone web-form ");
  g_autoptr(CandidatePage) page = fixture_candidate(f, "O1");
  gint64 office = page->items[0].id;
  ChannelChange copy = CHANNEL_CHANGE_NONE;
  copy.role = CHANNEL_COPY;
  assert_done(channel_set(&f->contacts, &marie, office, page->items[0].channels[3].id, &copy, error));
  assert_done(channel_suspend(&f->contacts, &marie, office, page->items[0].email.id, "bounced", error));
  g_autofree char *left = kinds_of(f, "O1");
  assert_string_equal(left, "email post web-form ");
  g_autoptr(CandidatePage) after = fixture_candidate(f, "O1");
  assert_string_equal(after->items[0].email.send, "deux@palais.example");
  g_autofree char *by_form = kinds_of(f, "O2");
  assert_string_equal(by_form, "web-form ");
  g_autoptr(CandidatePage) form = fixture_candidate(f, "O2");
  assert_int_equal(form->items[0].email.id, 0);
}

/* A limit counts for the stamp; a telephone does not, where there is an address to write to. */
static void limits_and_stamps(void **state) {
  Fixture *f = *state;
  fixture_take(f, "id;nom;courriel;taille maximale;texte seul\nA1;Un;un@forum.example;;\nA2;Deux;;;\n");
  Stamps mail = fixture_stamps(f, "A1"), none = fixture_stamps(f, "A2");
  ChannelChange telephone = CHANNEL_CHANGE_NONE;
  gint64 id;
  telephone.kind = CHANNEL_TELEPHONE;
  telephone.value = "+999 55 01";
  assert_done(channel_add(&f->contacts, &marie, fixture_id(f, "A1"), &telephone, &id, error));
  assert_true(fixture_stamps(f, "A1").channel == mail.channel);
  assert_done(channel_add(&f->contacts, &marie, fixture_id(f, "A2"), &telephone, &id, error));
  assert_false(fixture_stamps(f, "A2").channel == none.channel);
  fixture_take(f, "id;taille maximale;texte seul\nA1;5 MiB;oui\n");
  assert_false(fixture_stamps(f, "A1").channel == mail.channel);
  g_autoptr(CandidatePage) page = fixture_candidate(f, "A1");
  assert_int_equal(page->items[0].email.limits.max_message_bytes, 5 * 1024 * 1024);
  assert_true(page->items[0].email.limits.plain_only);
  assert_false(page->items[0].email.limits.no_signature_part);
  fixture_take(f, "id;taille maximale;texte seul\nA1;0;non\n");
  assert_true(fixture_stamps(f, "A1").channel == mail.channel);
}

static void searching(void **state) {
  Fixture *f = *state;
  static const struct {
    const char *search;
    gint64 found;
  } cases[] = {{"valles", 1}, {"ÉLOÏSE val", 1}, {"coop.example", 1}, {"100%", 1}, {"_", 0},
               {"a1", 1},     {"", 2},           {"personne", 0},     {"\\", 0}};
  fixture_take(f,
               "id;prénom;nom;courriel\nA1;Éloïse;Vallès;e@coop.example\nA2;Luc;Cent 100%;l@forum.example\n");
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->contacts.store, &link, error));
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    ContactFilter filter = CONTACT_FILTER_ANY;
    gint64 found;
    filter.search = cases[i].search;
    assert_done(contact_count(link, &filter, 1, &found, error));
    if (found != cases[i].found)
      fail_msg("\"%s\": %d", cases[i].search, (int)found);
  }
}

static void speed(void **state) {
  (void)state;
  Fixture *f = fixture_new(FALSE);
  g_autoptr(GString) text = g_string_new("id;prénom;nom;pays;courriel;listes\n");
  for (int i = 0; i < 5000; i++)
    g_string_append_printf(text, "P%d;Ana;Roux%d;XA;p%d@forum.example;all\n", i, i, i);
  fixture_take(f, text->str);
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->contacts.store, &link, error));
  gint64 list = list_id(link, "all"), after = 0, longest = 0;
  for (gsize given = 1; given > 0;) {
    g_autoptr(CandidatePage) page = NULL;
    gint64 begun = clock_monotonic(clock_system());
    assert_done(candidate_page(link, &list, 1, after, 1000, 1, contacts_today(&f->contacts), &page, error));
    gint64 took = clock_monotonic(clock_system()) - begun;
    longest = MAX(longest, took);
    after = page->after;
    given = page->count;
  }
  gint64 begun = clock_monotonic(clock_system());
  Stamps got;
  for (gint64 id = 1; id <= 5000; id++)
    assert_done(contact_stamps(link, id, 735000, &got, error));
  print_message("a page of 1,000 candidates: %.1f ms at most; stamps: %.1f us each\n", (double)longest / 1e3,
                (double)(clock_monotonic(clock_system()) - begun) / 5000);
  assert_true(longest < SECOND);
  link_return(g_steal_pointer(&link));
  fixture_free(f);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      WITH(lists),     WITH(an_area_is_a_grounds), WITH(also_an_office),    WITH(words_in_any_letters),
      WITH(searching), WITH(every_usable_channel), WITH(limits_and_stamps), cmocka_unit_test(speed)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
