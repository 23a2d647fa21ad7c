/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts_fixture.h"

#include "contacts/guard.h"

static void guards(void **state) {
  (void)state;
  static const char *const cells[][2] = {{"=1+1", "'=1+1"}, {"+33", "'+33"}, {"-x", "'-x"}, {"@a", "'@a"},
                                         {"\tx", "'\tx"},   {"\rx", "'\rx"}, {"'t", "''t"}, {"x", "x"},
                                         {"", ""},          {"d'A", "d'A"}};
  for (gsize i = 0; i < G_N_ELEMENTS(cells); i++) {
    g_autofree char *safe = guard_put(cells[i][0]);
    assert_string_equal(safe, cells[i][1]);
    assert_string_equal(guard_off(safe), cells[i][0]);
  }
  assert_string_equal(guard_off("'t Hooft"), "'t Hooft");
}

static void formulas(void **state) {
  Fixture *f = *state;
  g_auto(ImportReport) report = {0};
  static const char *const pairs[] = {"id==A1",       "given_name==cmd|' /C calc'!A0", "family_name=@SUM(1)",
                                      "city='t Dorp", "telephone=+33 1 99 00 00 01",   NULL};
  gint64 id;
  assert_done(contact_add(&f->contacts, &marie, pairs, &id, error));
  g_autofree char *csv = fixture_export(f, 1);
  assert_non_null(strstr(csv, ";'=A1;'=cmd|' /C calc'!A0;'@SUM(1);"));
  assert_non_null(strstr(csv, ";''t Dorp;"));
  assert_non_null(strstr(csv, ";'+33 1 99 00 00 01;;;;;;\r\n"));
  fixture_import(f, csv, &report);
  assert_int_equal(report.unchanged, 1);
  assert_int_equal(report.rows, 1);
}

/* ---- whatever is there: the file that goes out comes in without a change ---- */

static guint32 dice(guint32 *seed, guint32 sides) {
  *seed = *seed * 1664525U + 1013904223U;
  return (*seed >> 8) % sides;
}

static const char *pick(guint32 *seed, const char *const *from) {
  gsize count = 0;
  while (from[count] != NULL)
    count++;
  return from[dice(seed, (guint32)count)];
}

static void add_pair(GPtrArray *pairs, const char *field, char *value) {
  if (*value != '\0')
    g_ptr_array_add(pairs, g_strdup_printf("%s=%s", field, value));
  g_free(value);
}

static const char *const texts[] = {
    "",    "Éloïse", "d'Arvane", "=1+2",       "+x",    "-y",        "@z",   "'t Dorp", "a;b",
    "a,b", "\"q\"",  "[x](y)",   "**b**",      "名前",  "O'Neil; x", "a\tb", "x = y;z", "C-3PO",
    "'",   "''",     "' =",      "e\xCC\x81t", "{{x}}", "İstanbul",  "ß",    "ﬁn",      NULL};
static const char *const kinds[] = {"person", "person", "office", "organisation", NULL};
static const char *const office_kinds[] = {"president", "minister", "mayor", "", NULL};
static const char *const countries[] = {"XA", "XB", "CA-QC", "", NULL};
static const char *const languages[] = {"fr", "fr en", "pt-BR,es", "", NULL};
static const char *const genders[] = {"m", "f", "unknown", "", NULL};

static void add_anybody(Fixture *f, guint32 *seed, int number) {
  g_autoptr(GPtrArray) pairs = g_ptr_array_new_with_free_func(g_free);
  const char *kind = pick(seed, kinds);
  add_pair(pairs, "kind", g_strdup(kind));
  if (dice(seed, 2) == 0)
    add_pair(pairs, "id", g_strdup_printf("%sX%d", pick(seed, texts), number));
  add_pair(pairs, "given_name", g_strdup(pick(seed, texts)));
  add_pair(pairs, "family_name", g_strdup_printf("%s%d", pick(seed, texts), number));
  add_pair(pairs, "gender", g_strdup(pick(seed, genders)));
  add_pair(pairs, "honorific", g_strdup(pick(seed, texts)));
  add_pair(pairs, "office", g_strdup(pick(seed, texts)));
  add_pair(pairs, "organisation", g_strdup_printf("%s%d", pick(seed, texts), number));
  if (g_str_equal(kind, "office"))
    add_pair(pairs, "office_kind", g_strdup_printf("%s", office_kinds[dice(seed, 3)]));
  add_pair(pairs, "country", g_strdup(pick(seed, countries)));
  add_pair(pairs, "language", g_strdup(pick(seed, languages)));
  if (dice(seed, 3) > 0)
    add_pair(
        pairs, "email",
        g_strdup_printf("p%d@forum.example%s", number, dice(seed, 2) ? ", \"a b;c\"@forum.example" : ""));
  if (dice(seed, 3) == 0)
    add_pair(pairs, "email_mission", g_strdup_printf("é%d@exämple.example", number));
  if (dice(seed, 2) == 0)
    add_pair(pairs, "lists", g_strdup("Un, d'Arvane & co., +trois"));
  if (dice(seed, 2) == 0)
    add_pair(pairs, "postal_address", g_strdup("1 rue de l'Exemple\n\n 74000 Arvane; \"x\""));
  add_pair(pairs, "telephone", g_strdup("+33 1 99 00 00 01"));
  if (!g_str_equal(kind, "person") && dice(seed, 2) == 0) {
    add_pair(pairs, "ground", g_strdup("promotion"));
    add_pair(pairs, "ground_evidence", g_strdup("=loi"));
    add_pair(pairs, "ground_area", g_strdup(pick(seed, texts)));
    add_pair(pairs, "ground_date", g_strdup(dice(seed, 2) ? "2013-05-03" : ""));
  }
  if (g_str_equal(kind, "office"))
    add_pair(pairs, "tenure_from", g_strdup(dice(seed, 2) ? "2012-05-14" : ""));
  g_ptr_array_add(pairs, NULL);
  gint64 id;
  assert_done(contact_add(&f->contacts, &marie, (const char *const *)pairs->pdata, &id, error));
}

static void round_trip(void **state) {
  (void)state;
  for (guint32 round = 1; round <= 6; round++) {
    Fixture *f = fixture_new(TRUE);
    Fixture *other = fixture_new(TRUE);
    guint32 seed = round * 7919;
    for (int i = 0; i < 60; i++)
      add_anybody(f, &seed, i);
    gint64 entries = fixture_entries(f);
    g_autofree char *csv = fixture_export(f, 1);
    g_auto(ImportReport) report = {0};
    fixture_import(f, csv, &report);
    if (report.added + report.changed + report.holders != 0 || report.unchanged != report.rows)
      fail_msg("round %u: %d added, %d changed, %d holders of %d rows", round, (int)report.added,
               (int)report.changed, (int)report.holders, (int)report.rows);
    assert_int_equal(fixture_entries(f), entries);
    g_autofree char *again = fixture_export(f, 1);
    assert_string_equal(again, csv);
    g_auto(ImportReport) moved = {0};
    fixture_import(other, csv, &moved);
    assert_int_equal(moved.added, moved.rows);
    assert_int_equal(fixture_count(other, 1), fixture_count(f, 1));
    fixture_free(f);
    fixture_free(other);
  }
}

static void tells_what_stands_there(void **state) {
  Fixture *f = *state;
  fixture_take(f, "Type;Identifiant;Prénom;Nom;Type de fonction;Pays;Début du mandat;Listes\n"
                  "Fonction;XA-PR;Talen;Vascourt;president;XA;2012-05-14;heads\n");
  g_autofree char *csv = fixture_export(f, 1);
  static const char head[] = "\xEF\xBB\xBFType;Identifiant;Prénom;Nom;Genre;Titre;";
  assert_true(g_str_has_prefix(csv, head));
  assert_non_null(strstr(csv, "\r\noffice;XA-PR;Talen;Vascourt;"));
  g_auto(GStrv) lines = g_strsplit(csv, "\r\n", 0);
  assert_int_equal(g_strv_length(lines), 3);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(guards), WITH(formulas), cmocka_unit_test(round_trip),
                                     WITH(tells_what_stands_there)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
