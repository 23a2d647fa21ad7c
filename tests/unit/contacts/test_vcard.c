/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cards as address books write them, their way in and out */
#include "contacts_fixture.h"

#include "contacts/vcard.h"
#include "contacts/vcard_write.h"

#define CARD(lines) "BEGIN:VCARD\r\n" lines "END:VCARD\r\n"

typedef struct {
  const States *states;
  Row *row;
  GString *left;
} Taken;

static void note_left(const char *name, gpointer data) {
  g_string_append_printf(data, "%s ", name);
}

static int take(const Vcard *card, gpointer data, GError **error) {
  (void)error;
  Taken *taken = data;
  taken->row = vcard_row(card, taken->states, note_left, taken->left);
  return 0;
}

static void never(gint64 line, const char *sentence, gpointer data) {
  (void)data;
  fail_msg("line %d: %s", (int)line, sentence);
}

static Row *row_of(const States *states, const char *text, GString *left) {
  Taken taken = {states, NULL, left};
  g_autoptr(VcardReader) reader = vcard_reader_new(take, never, &taken);
  assert_done(vcard_reader_feed(reader, text, strlen(text), error));
  assert_done(vcard_reader_finish(reader, error));
  return taken.row;
}

/* The cells that are said, as "field=value|field=value". */
static char *cells_of(const Row *row) {
  GString *out = g_string_new(NULL);
  for (int i = 0; i < COLUMNS; i++)
    if (row->cell[i] != NULL)
      g_string_append_printf(out, "%s%s=%s", out->len > 0 ? "|" : "", column_name((enum column)i),
                             row->cell[i]);
  return g_string_free(out, FALSE);
}

static const struct {
  const char *name, *text, *cells, *left;
} rows[] = {
    {"as a telephone of Apple's writes it",
     CARD("VERSION:3.0\r\nPRODID:-//Apple Inc.//iPhone OS 17.1//EN\r\nN:Norvane;Aline;Marie;Mme;\r\n"
          "FN:Mme Aline Marie Norvane\r\nORG:Coopérative du Lac;\r\nTITLE:Trésorière\r\n"
          "EMAIL;type=INTERNET;type=HOME:aline@home.example\r\n"
          "item1.EMAIL;type=INTERNET;type=pref:aline@lac.example\r\nitem1.X-ABLabel:_$!<Other>!$_\r\n"
          "TEL;type=WORK;type=FAX:01 99 00 00 09\r\nTEL;type=CELL;type=VOICE;type=pref:+33 6 39 98 00 01\r\n"
          "item2.ADR;type=WORK;type=pref:;;1 rue de l'Exemple;Anvaux;;74000;France\r\nitem2.X-ABADR:fr\r\n"
          "BDAY;value=date:1970-01-01\r\nUID:5F1A3C2E-0D5B-4C0E-9A0E-0123456789AB:ABPerson\r\n"),
     "kind=person|given_name=Aline "
     "Marie|family_name=Norvane|gender=f|office=Trésorière|organisation=Coopérative du "
     "Lac|city=Anvaux|country=France|email=aline@lac.example, aline@home.example|postal_address=1 rue de "
     "l'Exemple\n74000 Anvaux\nFrance|telephone=+33 6 39 98 00 01",
     "X-ABLABEL X-ABADR BDAY TEL "},
    {"as Google writes it",
     CARD("VERSION:3.0\r\nFN:Ben Farlowe\r\nN:Farlowe;Ben;;;\r\nEMAIL;TYPE=INTERNET:ben@farlowe.example\r\n"
          "TEL;TYPE=CELL:+44 20 7946 0001\r\nCATEGORIES:myContacts,Forum 2013\r\n"),
     "kind=person|given_name=Ben|family_name=Farlowe|email=ben@farlowe.example|lists=Forum "
     "2013|telephone=+44 20 7946 "
     "0001",
     ""},
    {"as Outlook writes it",
     CARD("VERSION:2.1\r\nN;LANGUAGE=fr;CHARSET=Windows-1252;ENCODING=QUOTED-PRINTABLE:Vall=E8s;=C9lo=EFse;;"
          "Dr\r\n"
          "FN;CHARSET=Windows-1252;ENCODING=QUOTED-PRINTABLE:Dr =C9lo=EFse Vall=E8s\r\n"
          "ORG:Mutuelle;Cabinet\r\nTEL;WORK;VOICE:01 99 00 00 02\r\n"
          "ADR;WORK;PREF:;;2 rue de l'Exemple;Paris;;75000;France\r\n"
          "LABEL;WORK;PREF;ENCODING=QUOTED-PRINTABLE:2 rue de l'Exemple=0D=0A=\r\n75000 Paris\r\n"
          "EMAIL;PREF;INTERNET:eloise@mutuelle.example\r\nX-MS-OL-DEFAULT-POSTAL-ADDRESS:2\r\n"
          "PHOTO;TYPE=JPEG;ENCODING=BASE64:\r\n /9j/4AAQSkZJRg==\r\n\r\nREV:20131202T090000Z\r\n"),
     "kind=person|given_name=Éloïse|family_name=Vallès|honorific=Dr|organisation=Mutuelle|city=Paris|country="
     "France|"
     "email=eloise@mutuelle.example|postal_address=2 rue de l'Exemple\r\n75000 Paris|telephone=01 99 00 00 "
     "02",
     "X-MS-OL-DEFAULT-POSTAL-ADDRESS PHOTO ORG (unit) "},
    {"as Thunderbird writes it",
     CARD("VERSION:4.0\r\nEMAIL;PREF=1:david@estevan.example\r\nFN:David Estevan\r\nN:Estevan;David;;;\r\n"
          "UID:7c2ad23f-14a0-4a40-b2e8-3e2fd8ea2b0a\r\nGENDER:M\r\nLANG;PREF=2:fr\r\nLANG;PREF=1:es\r\n"
          "TEL;VALUE=URI:tel:+34-555-0100;ext=3\r\n"),
     "kind=person|given_name=David|family_name=Estevan|gender=m|language=es "
     "fr|email=david@estevan.example|telephone=+"
     "34-555-0100",
     ""},
    {"names in FN alone", CARD("FN:María de la Norva\r\n"),
     "kind=person|given_name=María de la|family_name=Norva", ""},
    {"surname first", CARD("FN:Norvane, Ada\r\nN:;;;;\r\n"),
     "kind=person|given_name= Ada|family_name=Norvane", ""},
    {"an address as its name", CARD("FN:ada@flow.example\r\nEMAIL:ada@flow.example\r\n"),
     "kind=person|email=ada@flow.example", ""},
    {"a company",
     CARD("N:;;;;\r\nFN:Union des Mutuelles\r\nORG:Union des Mutuelles;\r\nX-ABShowAs:COMPANY\r\n"),
     "kind=organisation|organisation=Union des Mutuelles", ""},
    {"a company of 4.0", CARD("KIND:org\r\nFN:Union\r\n"), "kind=organisation|organisation=Union", ""},
    {"an id of one's own, a key, a role",
     CARD("UID:A-12\r\nFN:A "
          "B\r\nROLE:Rapporteur\r\nKEY:OPENPGP4FPR:0123456789ABCDEF0123456789ABCDEF01234567\r\n"
          "KEY;MEDIATYPE=application/pgp-keys:https://keys.example/a\r\n"),
     "kind=person|id=A-12|given_name=A|family_name=B|office=Rapporteur|openpgp="
     "0123456789ABCDEF0123456789ABCDEF01234567",
     "KEY "},
    {"our own fields go before all others",
     CARD("FN:x\r\nX-VALISE-KIND:office\r\nX-VALISE-OFFICE-KIND:president\r\nX-VALISE-FAMILY-NAME:\r\nN:V;T;;"
          ";\r\n"
          "X-VALISE-NOTHING:y\r\n"),
     "kind=office|given_name=T|office_kind=president", "X-VALISE-NOTHING "},
    {"routes of an office",
     CARD("X-VALISE-KIND:office\r\nFN:x\r\nEMAIL:a@b.example\r\nEMAIL;TYPE=x-mission:m@b.example\r\n"
          "EMAIL;TYPE=INTERNET,X-PRIVATE-OFFICE:mailto:p@b.example\r\n"),
     "kind=office|email=a@b.example|email_private_office=p@b.example|email_mission=m@b.example", ""},
};

static void address_books(void **state) {
  Fixture *f = *state;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GString) left = g_string_new(NULL);
    g_autoptr(Row) row = row_of(f->states, rows[i].text, left);
    g_autofree char *cells = cells_of(row);
    if (strcmp(cells, rows[i].cells) != 0 || strcmp(left->str, rows[i].left) != 0)
      fail_msg("%s:\n%s\n%s\ninstead of\n%s\n%s", rows[i].name, cells, left->str, rows[i].cells,
               rows[i].left);
  }
}

static void groups_are_none(void **state) {
  (void)state;
  g_autoptr(GString) left = g_string_new(NULL);
  assert_null(row_of(NULL, CARD("KIND:group\r\nFN:x\r\nMEMBER:urn:uuid:1\r\n"), left));
  assert_null(row_of(NULL, CARD("X-ADDRESSBOOKSERVER-KIND:group\r\nFN:x\r\n"), left));
}

/* ---- writing ---- */

static void writes(void **state) {
  Fixture *f = *state;
  g_autoptr(Row) row = row_new();
  g_autoptr(GString) card = g_string_new(NULL);
  row->cell[COLUMN_KIND] = g_strdup("person");
  row->cell[COLUMN_GIVEN_NAME] = g_strdup("Zoé, la");
  row->cell[COLUMN_FAMILY_NAME] = g_strdup("d'Exemple; fille");
  row->cell[COLUMN_HONORIFIC] = g_strdup("Mme");
  row->cell[COLUMN_EMAIL] = g_strdup("zoé@exämple.example, z@b.example");
  row->cell[COLUMN_POSTAL_ADDRESS] = g_strdup("1 rue\n\"x\" 74000 A^B");
  row->cell[COLUMN_COUNTRY] = g_strdup("FR");
  row->cell[COLUMN_ID] = g_strdup("A-1");
  vcard_write(row, "Zoé, la d'Exemple; fille", VCARD_4_0, f->states, card);
  assert_string_equal(card->str,
                      "BEGIN:VCARD\r\nVERSION:4.0\r\nPRODID:-//Valise//Contacts//EN\r\nKIND:individual\r\n"
                      "FN:Zoé\\, la d'Exemple\\; fille\r\nN:d'Exemple\\; fille;Zoé\\, la;;Mme;\r\n"
                      "EMAIL;PREF=1:zoé@exämple.example\r\nEMAIL;PREF=2:z@b.example\r\n"
                      "ADR;LABEL=\"1 rue^n^'x^' 74000 A^^B\":;;1 rue\\n\"x\" 74000 A^B;;;;France\r\n"
                      "UID:A-1\r\nX-VALISE-GENDER:\r\nX-VALISE-HONORIFIC:Mme\r\nEND:VCARD\r\n");
}

/* No line is longer than 75 octets, and none ends within a character. */
static void folds(void **state) {
  Fixture *f = *state;
  for (gsize shift = 0; shift < 8; shift++) {
    g_autoptr(Row) row = row_new();
    g_autoptr(GString) card = g_string_new(NULL);
    g_autoptr(GString) name = g_string_new(NULL);
    for (gsize i = 0; i < shift; i++)
      g_string_append_c(name, 'x');
    for (gsize i = 0; i < 90; i++)
      g_string_append(name, (const char *const[]){"é", "名", "𝔘"}[i % 3]);
    row->cell[COLUMN_KIND] = g_strdup("person");
    row->cell[COLUMN_FAMILY_NAME] = g_strdup(name->str);
    vcard_write(row, name->str, VCARD_3_0, f->states, card);
    g_auto(GStrv) lines = g_strsplit(card->str, "\r\n", 0);
    for (char **line = lines; *line != NULL; line++) {
      assert_true(strlen(*line) <= VCARD_FOLD);
      assert_true(g_utf8_validate(*line, -1, NULL));
    }
    g_autoptr(GString) left = g_string_new(NULL);
    g_autoptr(Row) back = row_of(f->states, card->str, left);
    assert_string_equal(back->cell[COLUMN_FAMILY_NAME], name->str);
  }
}

/* ---- whatever comes: a row that may stand is written so that it is read again as it was ---- */

typedef struct {
  const States *states;
  int good;
} Fuzzing;

static void no_matter(enum column column, const char *sentence, gboolean note, gpointer data) {
  (void)column, (void)sentence, (void)note, (void)data;
}

static void no_matter_of_card(gint64 line, const char *sentence, gpointer data) {
  (void)line, (void)sentence, (void)data;
}

static void assert_comes_back(const States *states, const Row *row, enum vcard_version version) {
  g_autoptr(GString) card = g_string_new(NULL);
  g_autoptr(GString) left = g_string_new(NULL);
  vcard_write(row, "x", version, states, card);
  g_autoptr(Row) back = row_of(states, card->str, left);
  assert_int_equal(row_check(back, states, FALSE, no_matter, NULL), 0);
  g_autofree char *wanted = row_pack(row), *found = row_pack(back);
  if (strcmp(wanted, found) != 0)
    fail_msg("%s\ninstead of\n%s\nfrom\n%s", found, wanted, card->str);
}

static int see_anything(const Vcard *card, gpointer data, GError **error) {
  (void)error;
  Fuzzing *fuzzing = data;
  g_autoptr(Row) row = vcard_row(card, fuzzing->states, NULL, NULL);
  if (row == NULL || row_check(row, fuzzing->states, FALSE, no_matter, NULL) > 0)
    return 0;
  for (int i = 0; i < COLUMNS; i++)
    if (row->cell[i] != NULL && row->cell[i][0] == '\0')
      g_clear_pointer(&row->cell[i], g_free);
  fuzzing->good++;
  assert_comes_back(fuzzing->states, row, VCARD_4_0);
  assert_comes_back(fuzzing->states, row, VCARD_3_0);
  return 0;
}

static guint32 dice(guint32 *seed, guint32 sides) {
  *seed = *seed * 1664525U + 1013904223U;
  return (*seed >> 8) % sides;
}

static void whatever_comes(void **state) {
  Fixture *f = *state;
  static const char bytes[] = "\r\n \t:;=,\"\\^.\x80\xC3\xA9'@-+0";
  Fuzzing fuzzing = {f->states, 0};
  guint32 seed = 20131202;
  for (int round = 0; round < 1500; round++) {
    g_autofree char *text = g_strdup(rows[dice(&seed, G_N_ELEMENTS(rows))].text);
    gsize length = strlen(text);
    for (guint32 changes = dice(&seed, 8); changes > 0; changes--)
      text[dice(&seed, (guint32)length)] =
          dice(&seed, 2) ? bytes[dice(&seed, sizeof bytes - 1)] : (char)(1 + dice(&seed, 255));
    g_autoptr(VcardReader) reader = vcard_reader_new(see_anything, no_matter_of_card, &fuzzing);
    assert_done(vcard_reader_feed(reader, text, length, error));
    assert_done(vcard_reader_finish(reader, error));
  }
  assert_true(fuzzing.good > 300);
}

/* ---- through an import ---- */

static void takes_a_file(void **state) {
  Fixture *f = *state;
  g_auto(ImportReport) report = {0};
  static const char file[] =
      CARD("VERSION:3.0\nN:Norvane;Aline;;;\nEMAIL:aline@lac.example\nCATEGORIES:amis\n")
          CARD("VERSION:4.0\nKIND:group\nFN:tous\n")
              CARD("VERSION:4.0\nFN:Ben Oran\nEMAIL:BEN@Oran.example\nNOTE:x\nBDAY:1970\nNOTE:y\n");
  fixture_import(f, file, &report);
  assert_string_equal(report.format, "vcard");
  assert_int_equal(report.rows, 2);
  assert_int_equal(report.added, 2);
  assert_int_equal(report.notes, 2);
  const ImportComplaint *left = report.complaints->pdata[0];
  assert_string_equal(left->sentence,
                      "a contact has no room for these, so they were left out: BDAY (1), NOTE (2)");
  g_auto(ImportReport) again = {0};
  fixture_import(f, file, &again);
  assert_int_equal(again.unchanged, 2);
  assert_int_equal(fixture_count(f, 1), 2);
}

static void bad_cards(void **state) {
  Fixture *f = *state;
  g_auto(ImportReport) report = {0};
  static const char file[] = CARD("FN:A B\nEMAIL:ben at oran\n") CARD("broken\n")
      CARD("FN:C D\nEMAIL:c@oran.example\n") CARD("FN:C D\nEMAIL:c@oran.example\n") "BEGIN:VCARD\nFN:E";
  ImportOptions options = {.name = "cards.vcf", .skip_bad = TRUE};
  fixture_import_as(f, &marie, file, sizeof file - 1, &options, 0, &report);
  static const gint64 lines[] = {1, 5, 12, 16};
  assert_int_equal(report.bad, G_N_ELEMENTS(lines));
  for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
    assert_int_equal(((ImportComplaint *)report.complaints->pdata[i])->line, lines[i]);
  assert_string_equal(((ImportComplaint *)report.complaints->pdata[0])->column, "EMAIL");
  assert_int_equal(report.added, 1);
  g_auto(ImportReport) refused = {0};
  options.skip_bad = FALSE;
  fixture_import_as(f, &marie, file, sizeof file - 1, &options, IMPORT_REFUSED, &refused);
  static const char *const maps[] = {"X=email", NULL};
  g_auto(ImportReport) mapped = {0};
  options.maps = maps;
  fixture_import_as(f, &marie, file, sizeof file - 1, &options, FAULT_INPUT, &mapped);
}

/* Characters that turn the direction of writing go from names, with a note; an address that has one is
 * refused. Letters come composed, whatever way they were written. */
static void directions(void **state) {
  Fixture *f = *state;
  g_auto(ImportReport) report = {0};
  static const char file[] =
      CARD("N:Nor\xE2\x80\xAEvane;Zoe\xCC\x81\xE2\x80\x8F;;;\nEMAIL:zoe\xCC\x81@exa\xCC\x88mple.example\n");
  fixture_import(f, file, &report);
  assert_int_equal(report.added, 1);
  assert_int_equal(report.notes, 2);
  g_autoptr(Link) link = NULL;
  g_autofree char *name = NULL, *send = NULL;
  assert_done(store_read(f->contacts.store, &link, error));
  assert_done(link_text(link, &name, error, "SELECT name FROM contacts_now", ""));
  assert_done(link_text(link, &send, error, "SELECT send FROM channels_now", ""));
  assert_string_equal(name, "Zo\xC3\xA9 Norvane");
  assert_string_equal(send, "zo\xC3\xA9@xn--exmple-cua.example");
  g_auto(ImportReport) refused = {0};
  ImportOptions options = {.name = "cards.vcf"};
  static const char bad[] = CARD("FN:A B\nEMAIL:a\xE2\x80\x8F@b.example\n");
  fixture_import_as(f, &marie, bad, sizeof bad - 1, &options, IMPORT_REFUSED, &refused);
}

static char *export_as(Fixture *f, enum export_format format) {
  g_autoptr(Link) link = NULL;
  GString *out = g_string_new(NULL);
  ExportTerms terms = {format, contacts_today(&f->contacts), f->states};
  assert_done(store_read(f->contacts.store, &link, error));
  assert_done(export_vcard(link, &CONTACT_FILTER_ANY, 1, &terms, fixture_append, out, error));
  return g_string_free(out, FALSE);
}

static const char everybody[] =
    "Type;Identifiant;Prénom;Nom;Genre;Titre;Appel souhaité;Fonction;Type de "
    "fonction;Organisation;Portefeuille;Ville;"
    "Pays;Langue;Courriel;Courriel du cabinet;Courriel de la mission;Listes;Motif;Zone du motif;Preuve du "
    "motif;Début "
    "du mandat;Vérifié le;Clé OpenPGP;Adresse postale;Téléphone\n"
    "personne;A-1;Zoé;d'Exemple;F;Mme;Chère Zoé;;;Coop \\ ; Lac;;Anvaux;FR;fr "
    "en;zoe@lac.example,zoé@exämple.example;;;"
    "amis,Un &; co;;;;;;clef de Zoé;\"1 rue, x\nAnvaux; y\";+33 1 99 00 00 01\n"
    "personne;0a1b2c3d-0000-4000-8000-000000000001;Talen;;pluriel;;;Maire;mayor;;;;CA-QC;pt-BR;t@lac.example;"
    ";;;;;;;;"
    "0123456789ABCDEF0123456789ABCDEF01234567;;01 99 00 00 02\n"
    "personne;;;seul@lac.example;;;;;;;;;;;seul@lac.example;;;;;;;;;;;\n"
    "fonction;O-XA;Talen;Vascourt;M;;;Présidence;president;;;;XA;fr;p@xa.example;c@xa.example;m@xa.example;"
    "chefs;"
    "approbation;XA;lettre;2012-05-14;2013-11-20;;Palais;\n"
    "fonction;;;;;;;Ministère;minister;Gouvernement;Économie;;XB;;min@xb.example;;;;;;;;;;;\n"
    "organisation;G-1;;;;;;;;Union des Mutuelles;;;XB;en;u@xb.example;;;;promotion;XB;charte;;;;;\n";

static void round_trip(void **state) {
  (void)state;
  for (int format = EXPORT_CSV; format <= EXPORT_VCARD3; format++) {
    Fixture *f = fixture_new(TRUE);
    Fixture *other = fixture_new(TRUE);
    g_auto(ImportReport) report = {0};
    fixture_take(f, "Type;Nom;Courriel\npersonne;Avant;avant@lac.example\n");
    g_autoptr(GString) text = g_string_new(everybody);
    g_string_replace(text, "Coop \\ ; Lac", "\"Coop \\ ; Lac\"", 0);
    g_string_replace(text, "amis,Un &; co", "\"amis,Un & co\"", 0);
    fixture_take(f, text->str);
    g_autofree char *out = export_as(f, (enum export_format)format);
    gint64 entries = fixture_entries(f);
    fixture_import(f, out, &report);
    if (report.added + report.changed + report.holders != 0 || report.unchanged != report.rows ||
        report.rows != 7)
      fail_msg("format %d: %d added, %d changed, %d holders of %d rows:\n%s", format, (int)report.added,
               (int)report.changed, (int)report.holders, (int)report.rows, out);
    assert_int_equal(fixture_entries(f), entries);
    g_auto(ImportReport) moved = {0};
    fixture_import(other, out, &moved);
    assert_int_equal(moved.added, moved.rows);
    g_autofree char *one = export_as(f, EXPORT_CSV), *two = export_as(other, EXPORT_CSV);
    g_autofree char *three = export_as(f, EXPORT_VCARD);
    g_auto(ImportReport) third = {0};
    fixture_import(other, three, &third);
    assert_int_equal(third.added + third.changed, 0);
    assert_string_equal(one, two);
    fixture_free(f);
    fixture_free(other);
  }
}

/* An office with two holders has a card for each of them, as it has rows. */
static void co_heads(void **state) {
  Fixture *f = *state;
  gint64 person, tenure;
  fixture_take(f, "Type;Identifiant;Prénom;Nom;Type de fonction;Pays;Courriel;Début du mandat\n"
                  "fonction;XA-CR;Talen;Vascourt;prince;XA;p@xa.example;2012-05-14\n");
  static const char *const pairs[] = {"kind=person", "given_name=Maude", "family_name=Orlence", NULL};
  assert_done(contact_add(&f->contacts, &marie, pairs, &person, error));
  TenureChange change = {.joint = TRUE};
  assert_done(day_parse("2013-01-01", &change.from, error));
  assert_done(tenure_set(&f->contacts, &marie, fixture_id(f, "XA-CR"), person, &change, &tenure, error));
  g_autofree char *csv = export_as(f, EXPORT_CSV);
  for (int format = EXPORT_VCARD; format <= EXPORT_VCARD3; format++) {
    g_auto(ImportReport) again = {0};
    g_auto(ImportReport) moved = {0};
    g_autofree char *cards = export_as(f, (enum export_format)format);
    fixture_import(f, cards, &again);
    assert_int_equal(again.added + again.changed + again.holders, 0);
    Fixture *other = fixture_new(TRUE);
    fixture_import(other, cards, &moved);
    g_autofree char *there = export_as(other, EXPORT_CSV);
    assert_string_equal(there, csv);
    fixture_free(other);
  }
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {WITH(address_books),
                                     cmocka_unit_test(groups_are_none),
                                     WITH(writes),
                                     WITH(folds),
                                     WITH(whatever_comes),
                                     WITH(takes_a_file),
                                     WITH(bad_cards),
                                     WITH(directions),
                                     cmocka_unit_test(round_trip),
                                     WITH(co_heads)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
