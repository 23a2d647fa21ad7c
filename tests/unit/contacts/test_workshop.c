/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts_fixture.h"

#include "contacts/workshop.h"

static gint64 fill(Fixture *f, const char *countries, const char *languages) {
  g_autoptr(GString) text = g_string_new("id;nom;pays;langue;listes\n");
  g_auto(GStrv) country = g_strsplit(countries, " ", 0);
  g_auto(GStrv) language = g_strsplit(languages, " ", 0);
  gint64 list;
  for (guint i = 0; country[i] != NULL && *country[i] != '\0'; i++)
    g_string_append_printf(text, "P%u;Nom%u;%s;%s;shop\n", i, i, *country[i] != '-' ? country[i] : "",
                           *language[i] != '-' ? language[i] : "");
  assert_done(list_create(&f->contacts, &marie, "shop", NULL, TRUE, 2, &list, error));
  if (strchr(text->str, 'P') != NULL)
    fixture_take(f, text->str);
  return list;
}

static void balance(void **state) {
  (void)state;
  static const struct {
    const char *countries, *languages;
    const char *warnings; /* a word of each, in order */
  } cases[] = {
      {"FR FR FR FR FR BR SN ML EC GB", "fr fr fr fr fr pt es es en en", ""},
      {"FR FR FR FR FR FR SN ML EC GB", "fr fr fr fr fr pt es es en en", "country"},
      {"FR FR FR FR FR BR SN ML EC GB", "fr-FR fr-CA fr fr fr fr es es en en", "language"},
      {"FR BR SN", "fr pt es", "taken"},
      {"FR FR", "fr fr", "taken country language"},
      {"FR", "fr", "taken"},
      {"FR FR FR FR BR BR BR BR SN SN SN SN EC EC EC EC", "fr pt es en fr pt es en fr pt es en fr pt es en",
       "taken"},
      {"FR FR FR FR FR BR BR BR SN -", "fr fr fr fr fr pt pt pt es -", "country language"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    Fixture *f = fixture_new(TRUE);
    g_auto(Workshop) workshop = {0};
    g_autoptr(Link) link = NULL;
    gint64 list = fill(f, cases[i].countries, cases[i].languages);
    assert_done(store_read(f->contacts.store, &link, error));
    assert_done(workshop_look(link, list, 1, &workshop, error));
    g_auto(GStrv) words = g_strsplit(cases[i].warnings, " ", 0);
    guint wanted = *cases[i].warnings != '\0' ? g_strv_length(words) : 0;
    if (workshop.warnings->len != wanted)
      fail_msg("%s: %u warnings, the first: %s", cases[i].countries, workshop.warnings->len,
               workshop.warnings->len > 0 ? (char *)workshop.warnings->pdata[0] : "");
    for (guint k = 0; k < wanted; k++)
      if (strstr(workshop.warnings->pdata[k], words[k]) == NULL)
        fail_msg("%s: \"%s\" does not say %s", cases[i].countries, (char *)workshop.warnings->pdata[k],
                 words[k]);
    g_clear_pointer(&link, link_return);
    fixture_free(f);
  }
}

static int take_facts(const WorkshopFacts *facts, gpointer data, GError **error) {
  (void)error;
  g_string_printf(data, "%s|%s|%s|%s", facts->room != NULL ? facts->room : "",
                  facts->language != NULL ? facts->language : "",
                  facts->facilitator_name != NULL ? facts->facilitator_name : "",
                  facts->rapporteur_name != NULL ? facts->rapporteur_name : "");
  return 0;
}

static void expect_facts(Fixture *f, gint64 list, gint64 clearance, const char *wanted) {
  g_autoptr(Link) link = NULL;
  g_autoptr(GString) found = g_string_new(NULL);
  assert_done(store_read(f->contacts.store, &link, error));
  assert_done(workshop_facts(link, list, clearance, take_facts, found, error));
  assert_string_equal(found->str, wanted);
}

static void facts(void **state) {
  Fixture *f = *state;
  gint64 plain, list = fill(f, "FR SN", "fr fr");
  fixture_take(f, "id;type;type de fonction;pays;prénom;nom\nO1;fonction;president;XA;Talen;Vascourt\n");
  gint64 one = fixture_id(f, "P0"), two = fixture_id(f, "P1");
  expect_facts(f, list, 1, "|||");
  assert_done(workshop_set(&f->contacts, &marie, "shop",
                           &(WorkshopChange){.room = " Salle  1 ", .language = "fr", .facilitator = one},
                           error));
  expect_facts(f, list, 1, "Salle 1|fr|Nom0|");
  assert_done(workshop_set(&f->contacts, &marie, "SHOP", &(WorkshopChange){.rapporteur = two, .language = ""},
                           error));
  expect_facts(f, list, 1, "Salle 1||Nom0|Nom1");
  assert_done(workshop_set(&f->contacts, &marie, "shop", &(WorkshopChange){.facilitator = -1}, error));
  expect_facts(f, list, 1, "Salle 1|||Nom1");
  assert_int_equal(
      workshop_set(&f->contacts, &marie, "shop", &(WorkshopChange){.facilitator = fixture_id(f, "O1")}, NULL),
      FAULT_RULE);
  assert_int_equal(workshop_set(&f->contacts, &marie, "shop", &(WorkshopChange){.language = "xx"}, NULL),
                   FAULT_INPUT);
  assert_done(list_create(&f->contacts, &marie, "plain", NULL, FALSE, 0, &plain, error));
  assert_int_equal(workshop_set(&f->contacts, &marie, "plain", &(WorkshopChange){.room = "x"}, NULL),
                   FAULT_RULE);
  /* Somebody who came to hold an office is not shown to a volunteer any more. */
  TenureChange change = {.from = 735000};
  gint64 tenure;
  assert_done(tenure_set(&f->contacts, &marie, fixture_id(f, "O1"), two, &change, &tenure, error));
  expect_facts(f, list, 0, "Salle 1|||");
  expect_facts(f, list, 1, "Salle 1|||Nom1");
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(balance), WITH(facts)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
