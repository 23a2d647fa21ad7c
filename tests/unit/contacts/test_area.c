/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts_fixture.h"

#include "contacts/area.h"

static void codes(void **state) {
  Fixture *f = *state;
  static const struct {
    const char *area, *code; /* NULL: unknown */
  } cases[] = {
      {"002", "002"},
      {"Afrique", "002"},
      {"  africa ", "002"},
      {"Afrique de l'Ouest", "011"},
      {"Afrique de l\xE2\x80\x99Ouest", "011"},
      {"WESTERN AFRICA", "011"},
      {"Amérique latine", "419"},
      {"World", "001"},
      {"SN", "SN"},
      {"sn", "SN"},
      {"Sénégal", "SN"},
      {"senegal", "SN"},
      {"686", "SN"}, /* the State's own number */
      {"CA-QC", "CA-QC"},
      {"ca-qc", "CA-QC"},
      {"Québec", "CA-QC"},
      {"Quebec", "CA-QC"},
      {"BR-SP", "BR-SP"}, /* not in the table: a part of a State that is */
      {"ZZ-SP", NULL},
      {"BR-SPXY", NULL},
      {"BR-", NULL},
      {"ZZ", NULL},
      {"003", NULL},
      {"le Sahel", NULL},
      {"", NULL},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *code = area_code(f->states, cases[i].area);
    if (g_strcmp0(code, cases[i].code) != 0)
      fail_msg("\"%s\": %s", cases[i].area, code != NULL ? code : "none");
  }
  assert_string_equal(area_region_name("002", LANGUAGE_ES), "África");
  assert_null(area_region_name("250", LANGUAGE_FR));
}

/* Whoever adds a region to the table of States adds its name here, and the other way round. */
static void every_region_has_a_name(void **state) {
  Fixture *f = *state;
  for (guint i = 0; i < states_count(f->states); i++) {
    g_auto(GStrv) regions = g_strsplit(states_at(f->states, i)->region, " ", 0);
    for (char **region = regions; *region != NULL; region++)
      if (**region != '\0' && area_region_name(*region, LANGUAGE_FR) == NULL)
        fail_msg("%s lies in %s, which has no name", states_at(f->states, i)->code, *region);
  }
}

static void within(void **state) {
  Fixture *f = *state;
  static const struct {
    const char *area, *place;
    gboolean has;
  } cases[] = {
      {"002", "SN", TRUE},       {"011", "SN", TRUE},    {"202", "SN", TRUE},    {"014", "SN", FALSE},
      {"150", "SN", FALSE},      {"001", "SN", TRUE},    {"SN", "SN", TRUE},     {"sn", "SN", TRUE},
      {"SN", "011", FALSE},      {"002", "011", TRUE},   {"011", "002", FALSE},  {"002", "002", TRUE},
      {"CA", "CA-QC", TRUE},     {"CA-QC", "CA", FALSE}, {"019", "CA-QC", TRUE}, {"021", "CA-QC", TRUE},
      {"419", "CA-QC", FALSE},   {"005", "BR-SP", TRUE}, {"BR", "BR-SP", TRUE},  {"BR-SP", "BR-SP", TRUE},
      {"BR-RJ", "BR-SP", FALSE}, {"686", "SN", TRUE},    {"001", "002", TRUE},   {"XA", "XA", TRUE},
      {"002", "XA", FALSE},
  };
  assert_done(area_prepare(&f->contacts, error));
  assert_done(area_prepare(&f->contacts, error)); /* nothing to do, and nothing twice */
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->contacts.store, &link, error));
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    gboolean has;
    assert_done(area_has(link, cases[i].area, cases[i].place, &has, error));
    if (has != cases[i].has)
      fail_msg("%s in %s: %d", cases[i].place, cases[i].area, has);
  }
  /* What stands in the database is what the table of States says. */
  for (guint i = 0; i < states_count(f->states); i++) {
    const State *one = states_at(f->states, i);
    static const char *const areas[] = {"002", "011", "019", "142", "150", "009", "155", "FR", "CA"};
    for (gsize k = 0; k < G_N_ELEMENTS(areas); k++) {
      gboolean has;
      assert_done(area_has(link, areas[k], one->code, &has, error));
      if (has != states_within(one, areas[k]))
        fail_msg("%s in %s: %d", one->code, areas[k], has);
    }
  }
}

static gint64 count_in(Fixture *f, const char *area, gint64 clearance) {
  g_autoptr(Link) link = NULL;
  gint64 count;
  ContactFilter filter = CONTACT_FILTER_ANY;
  filter.area = area;
  assert_done(store_read(f->contacts.store, &link, error));
  assert_done(contact_count(link, &filter, clearance, &count, error));
  return count;
}

static void contacts_in_an_area(void **state) {
  Fixture *f = *state;
  gint64 list;
  assert_done(area_prepare(&f->contacts, error));
  fixture_take(f, "id;type;nom;organisation;pays;motif;zone du motif;preuve du motif\n"
                  "P1;personne;Un;;SN;;;\nP2;personne;Deux;;CA-QC;;;\nP3;personne;Trois;;;;;\n"
                  "O1;organisation;;Union;FR;promotion;Afrique australe;x\n"
                  "O2;organisation;;Ligue;FR;promotion;le Sahel;x\n"
                  "O3;organisation;;Chantier;FR;promotion;BR-SP;x\nO4;organisation;;Entraide;Afrique;;;\n");
  static const struct {
    const char *area;
    gint64 all, open; /* whom everybody sees */
  } cases[] = {{"002", 3, 1}, {"018", 1, 0}, {"SN", 1, 1},       {"019", 2, 1}, {"BR", 1, 0},
               {"155", 3, 0}, {"001", 6, 2}, {"le sahel", 1, 0}, {"xx", 0, 0}};
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
    if (count_in(f, cases[i].area, 1) != cases[i].all || count_in(f, cases[i].area, 0) != cases[i].open)
      fail_msg("%s: %d, %d", cases[i].area, (int)count_in(f, cases[i].area, 1),
               (int)count_in(f, cases[i].area, 0));
  assert_done(
      list_create(&f->contacts, &marie, "both", "area=\"Southern Africa\",CA", FALSE, 0, &list, error));
  g_autoptr(Link) link = NULL;
  gint64 count;
  ContactFilter filter = CONTACT_FILTER_ANY;
  filter.list = list;
  assert_done(store_read(f->contacts.store, &link, error));
  assert_done(contact_count(link, &filter, 1, &count, error));
  assert_int_equal(count, 2);
  assert_int_equal(list_create(&f->contacts, &marie, "x", "area=Sénégal", FALSE, 0, &list, NULL),
                   FAULT_INPUT);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {WITH(codes), WITH(every_region_has_a_name), WITH(within),
                                     WITH(contacts_in_an_area)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
