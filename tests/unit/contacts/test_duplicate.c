/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts_fixture.h"

#include "contacts/duplicate.h"
#include "contacts/duplicate_name.h"

static void plain_names(void **state) {
  (void)state;
  static const char *const names[][2] = {{"Éloïse  d'Argen-Vallès", "eloise dargen valles"},
                                         {"Щербак Юрий", "shcherbak yurii"},
                                         {"Γεώργιος Ξένος", "georgios xenos"},
                                         {"Sørensen Łukasz Æbel", "sorensen lukasz aebel"},
                                         {"STRASSE straße", "strasse strasse"},
                                         {"محمد", "محمد"},
                                         {" -,. ", ""}};
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *plain = duplicate_name_plain(names[i][0]);
    assert_string_equal(plain, names[i][1]);
  }
}

static const struct {
  const char *a, *b;
  enum duplicate_likeness likeness;
} names[] = {{"Jean Norvane", "JEAN NORVANÉ", NAMES_SAME},
             {"Jean Norvane", "Norvane Jean", NAMES_SWAPPED},
             {"Jean Norvane", "J. Norvane", NAMES_INITIALS},
             {"Norvane J", "Jean Norvane", NAMES_INITIALS},
             {"Jean Norvane", "Jean Norvan", NAMES_SIMILAR},
             {"Jean Norvane", "Jean Marie Norvane", NAMES_SIMILAR},
             {"Yurii Shcherbak", "Юрий Щербак", NAMES_SAME},
             {"Jean Norvane", "Jean Orlence", NAMES_DIFFER},
             {"Jean Norvane", "Norvane", NAMES_DIFFER},
             {"J. N.", "Jean Norvane", NAMES_DIFFER},
             {"Jean Norvane", "Jaen Norvane", NAMES_SIMILAR},
             {"", "", NAMES_DIFFER},
             {"Ana Vel", "Ana Bel", NAMES_DIFFER}};

static void likeness(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    g_auto(GStrv) a = duplicate_name_words(names[i].a);
    g_auto(GStrv) b = duplicate_name_words(names[i].b);
    if (duplicate_name_compare(a, b) != names[i].likeness ||
        duplicate_name_compare(b, a) != names[i].likeness)
      fail_msg("%s, %s: %d", names[i].a, names[i].b, duplicate_name_compare(a, b));
  }
}

/* ---- pairs of a file ---- */

static int note_pair(const Duplicate *d, gpointer data, GError **error) {
  (void)error;
  GString *said = data;
  g_string_append_printf(said, "%s + %s %d", d->a_name, d->b_name, d->score);
  for (int i = 0; i < DUPLICATE_REASONS; i++)
    if ((d->reasons & (1U << i)) != 0)
      g_string_append_printf(said, " %s", duplicate_reason_name((enum duplicate_reason)i));
  g_string_append_c(said, '\n');
  return 0;
}

static char *pairs_as(Fixture *f, gint64 clearance, const DuplicateFilter *filter) {
  g_autoptr(Link) link = NULL;
  GString *said = g_string_new(NULL);
  DuplicateCount count = {0};
  assert_done(store_read(f->contacts.store, &link, error));
  assert_done(duplicate_each(link, filter, clearance, note_pair, said, &count, error));
  assert_true(count.complete);
  g_string_append_printf(said, "of %d", (int)count.pairs);
  return g_string_free(said, FALSE);
}

static char *pairs(Fixture *f) {
  DuplicateFilter filter = {.kind = -1, .limit = 100};
  return pairs_as(f, 1, &filter);
}

#define HEAD "Type;Identifiant;Prénom;Nom;Fonction;Type de fonction;Organisation;Pays;Courriel;Téléphone\n"

/* The ids keep the import from taking the second for the first. */
static const struct {
  const char *name, *file, *said;
} files[] = {
    {"one mailbox, spelt in two ways",
     HEAD "personne;1;Ada;Norvane;;;;;zoe@exämple.example;\npersonne;2;Bo;Farlowe;;;;;ZOE@xn--exmple-cua."
          "example;\n",
     "Ada Norvane + Bo Farlowe 60 same-mailbox\nof 1"},
    {"one mailbox, composed and decomposed",
     HEAD
     "personne;1;Ada;Norvane;;;;;zo\xC3\xA9@b.example;\npersonne;2;Bo;Farlowe;;;;;zoe\xCC\x81@b.example;\n",
     "Ada Norvane + Bo Farlowe 60 same-mailbox\nof 1"},
    {"one name and organisation",
     HEAD "personne;1;Ada;Norvane;;;Coop du Lac;;;\npersonne;2;ADA;Norvané;;;COOP DU LAC;;;\n",
     "Ada Norvane + ADA Norvané 67 same-name same-organisation\nof 1"},
    {"one name and country", HEAD "personne;1;Ada;Norvane;;;;XA;;\npersonne;2;Norvane;Ada;;;;XA;;\n",
     "Ada Norvane + Norvane Ada 50 swapped-name same-country\nof 1"},
    {"one name in two countries", HEAD "personne;1;Ada;Norvane;;;;XA;;\npersonne;2;Ada;Norvane;;;;XB;;\n",
     "of 0"},
    {"one telephone, with and without the country's code",
     HEAD "personne;1;Ada;Norvane;;;;;;+33 1 99 00 00 01\npersonne;2;A.;Norvane;;;;;;01.99.00.00.01\n",
     "Ada Norvane + A. Norvane 55 initials same-telephone\nof 1"},
    {"a similar name in one organisation and country",
     HEAD "personne;1;Ada;Norvane;;;Coop;XA;;\npersonne;2;Ada;Norvan;;;Coop;XA;;\n",
     "Ada Norvane + Ada Norvan 62 similar-name same-organisation same-country\nof 1"},
    {"a similar name alone", HEAD "personne;1;Ada;Norvane;;;;;;\npersonne;2;Ada;Norvan;;;;;;\n", "of 0"},
    {"one office of a State, by two ids",
     HEAD "fonction;1;;;Présidence;president;;XA;a@xa.example;\nfonction;2;;;;president;;XA;b@xa.example;\n",
     "Présidence + president, XA 75 same-office\nof 1"},
    {"two offices of one State at one mailbox are two",
     HEAD "fonction;1;;;Présidence;president;;XA;m@xa.example;\nfonction;2;;;Cabinet;prime_minister;;XA;m@xa."
          "example;\n",
     "of 0"},
    {"two ministers of one State are two",
     HEAD "fonction;1;;;Économie;minister;;XA;;\nfonction;2;;;Santé;minister;;XA;;\n", "of 0"},
    {"one organisation",
     HEAD "organisation;1;;;;;Union des Mutuelles;XA;;\norganisation;2;;;;;UNION DES MUTUELLES;XA;;\n",
     "Union des Mutuelles + UNION DES MUTUELLES 70 same-name same-country\nof 1"},
    {"a person and an organisation at one mailbox",
     HEAD "personne;1;Ada;Norvane;;;;;m@xa.example;\norganisation;2;;;;;Union;;m@xa.example;\n", "of 0"},
};

static void finds(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
    Fixture *f = fixture_new(TRUE);
    fixture_take(f, files[i].file);
    g_autofree char *said = pairs(f);
    if (strcmp(said, files[i].said) != 0)
      fail_msg("%s:\n%s\ninstead of\n%s", files[i].name, said, files[i].said);
    fixture_free(f);
  }
}

static void orders_and_limits(void **state) {
  Fixture *f = *state;
  fixture_take(f, HEAD "personne;1;Ada;Norvane;;;Coop;;a@b.example;\npersonne;2;Ada;Norvane;;;Coop;;\n"
                       "personne;3;Cleo;Oran;;;;;a@b.example;\npersonne;4;Ada;Norvan;;;;;;\n");
  g_autofree char *all = pairs(f);
  assert_string_equal(all, "Ada Norvane + Ada Norvane 67 same-name same-organisation\n"
                           "Ada Norvane + Cleo Oran 60 same-mailbox\nof 2");
  DuplicateFilter second = {.kind = CONTACT_PERSON, .after = 1, .limit = 1};
  g_autofree char *page = pairs_as(f, 1, &second);
  assert_string_equal(page, "Ada Norvane + Cleo Oran 60 same-mailbox\nof 2");
  DuplicateFilter low = {.kind = -1, .limit = 100, .min_score = 20};
  g_autofree char *more = pairs_as(f, 1, &low);
  assert_non_null(strstr(more, "of 4"));
  DuplicateFilter offices = {.kind = CONTACT_OFFICE, .limit = 100};
  g_autofree char *none = pairs_as(f, 1, &offices);
  assert_string_equal(none, "of 0");
}

static void distinct(void **state) {
  Fixture *f = *state;
  g_autoptr(GError) said = NULL;
  fixture_take(f, HEAD "personne;1;Ada;Norvane;;;;;a@b.example;\npersonne;2;Bo;Farlowe;;;;;a@b.example;\n");
  gint64 a = fixture_id(f, "1"), b = fixture_id(f, "2"), entries = fixture_entries(f);
  assert_done(duplicate_mark(&f->contacts, &paul, b, a, TRUE, error));
  assert_int_equal(duplicate_mark(&f->contacts, &marie, a, b, TRUE, &said), 1);
  g_autofree char *none = pairs(f);
  assert_string_equal(none, "of 0");
  assert_int_equal(fixture_entries(f), entries + 1);
  fixture_close(f);
  fixture_open(f);
  g_autofree char *still = pairs(f);
  assert_string_equal(still, "of 0");
  assert_done(duplicate_mark(&f->contacts, &marie, a, b, FALSE, error));
  g_autofree char *again = pairs(f);
  assert_string_equal(again, "Ada Norvane + Bo Farlowe 60 same-mailbox\nof 1");
  assert_int_equal(duplicate_mark(&f->contacts, &marie, a, a, TRUE, &said), FAULT_INPUT);
}

/* A volunteer finds neither offices nor who holds one, and cannot mark them. */
static void clearance(void **state) {
  Fixture *f = *state;
  g_autoptr(GError) error = NULL;
  fixture_take(f, HEAD
               "fonction;1;Talen;Vascourt;Présidence;president;;XA;a@b.example;\n"
               "fonction;2;;;;president;;XA;a@b.example;\npersonne;3;Talen;Vascourt;;;;XA;a@b.example;\n");
  DuplicateFilter filter = {.kind = -1, .limit = 100, .min_score = 1};
  g_autofree char *seen = pairs_as(f, 1, &filter), *hidden = pairs_as(f, 0, &filter);
  assert_null(strstr(seen, "of 0"));
  assert_string_equal(hidden, "of 0");
  assert_int_equal(duplicate_mark(&f->contacts, &paul, fixture_id(f, "1"), fixture_id(f, "3"), TRUE, &error),
                   FAULT_ABSENT);
}

/* A name that hundreds have, and a mailbox that hundreds share, cost no square of hundreds. */
static void frequent(void **state) {
  Fixture *f = *state;
  g_autoptr(GString) file = g_string_new(HEAD);
  for (int i = 0; i < 600; i++)
    g_string_append_printf(file, "personne;P%d;Ada;Norvane;;;;;info@b.example;\n", i);
  fixture_take(f, file->str);
  DuplicateFilter filter = {.kind = -1, .limit = 1};
  g_autofree char *said = pairs_as(f, 1, &filter);
  assert_non_null(strstr(said, "same-mailbox same-name"));
  assert_true(g_ascii_strtoll(strstr(said, "of ") + 3, NULL, 10) < 600 * DUPLICATE_BLOCK);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(plain_names),
                                     cmocka_unit_test(likeness),
                                     cmocka_unit_test(finds),
                                     WITH(orders_and_limits),
                                     WITH(distinct),
                                     WITH(clearance),
                                     WITH(frequent)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
