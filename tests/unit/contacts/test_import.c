/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts_fixture.h"

#include <sys/wait.h>
#include <unistd.h>

/* What a French Excel writes: ";", Windows-1252, CR LF, a cell with a line break. */
static const char french[] =
    "Type;Identifiant;Pr\xE9nom;Nom;Genre;Fonction;Type de "
    "fonction;Organisation;Pays;Langue;Courriel;Courriel du "
    "cabinet;Listes;Motif;Zone du motif;Preuve du motif;Date du motif;D\xE9"
    "but du mandat;V\xE9rifi\xE9 le;Adresse postale\r\n"
    "Personne;A-1;\xC9lo\xEFse;Vall\xE8s;F;;;Coop\xE9rative du Lac;Arvanie;fran\xE7"
    "ais, anglais;Eloise@Coop.example;;participants;;;;;;;\"1 rue de l'Exemple\n74000 Arvane\"\r\n"
    "Fonction;XA-PR;Talen;Vascourt;M;Pr\xE9sidence de la R\xE9publique "
    "d'Arvanie;Pr\xE9sident;;XA;fr;presidence@arvanie.example;"
    "cabinet@arvanie.example;chefs d'\xC9tat;Approbation exprim\xE9"
    "e;Arvanie;Lettre du 3 mai 2013;03/05/2013;14/05/2012;20/11/2013;\r\n"
    "Organisation;ORG-1;;;;;;Union des Mutuelles;XB;en;contact@mutuelles.example;;organisations;Promotion de "
    "l'ESS;Beldorie;Charte;;;;\r\n";

static void import_french(Fixture *f, gboolean dry, int expected, ImportReport *report) {
  ImportOptions options = {.name = "contacts.csv", .dry_run = dry};
  fixture_import_as(f, &marie, french, sizeof french - 1, &options, expected, report);
}

static void french_excel(void **state) {
  Fixture *f = *state;
  g_auto(ImportReport) report = {0};
  import_french(f, FALSE, 0, &report);
  assert_string_equal(report.encoding, "Windows-1252");
  assert_int_equal(report.delimiter, ';');
  assert_int_equal(report.rows, 3);
  assert_int_equal(report.added, 3);
  assert_int_equal(report.bad, 0);
  g_autoptr(Contact) person = fixture_contact(f, "A-1");
  assert_string_equal(person->name, "Éloïse Vallès");
  assert_string_equal(person->languages, "fr en");
  assert_string_equal(person->country, "XA");
  assert_int_equal(person->gender, GENDER_F);
  assert_int_equal(person->restricted, 0);
  g_autoptr(CandidatePage) office = fixture_candidate(f, "XA-PR");
  const Candidate *c = &office->items[0];
  assert_string_equal(c->office_kind, "president");
  assert_int_equal(c->restricted, 1);
  assert_int_equal(c->holder_count, 1);
  assert_string_equal(c->holders[0].family_name, "Vascourt");
  assert_int_equal(c->ground_count, 1);
  assert_string_equal(c->grounds[0].evidence, "Lettre du 3 mai 2013");
  assert_string_equal(c->email.send, "presidence@arvanie.example");
  char day[DAY_TEXT_SIZE];
  assert_string_equal(day_text(c->holders[0].from, day), "2012-05-14");
  assert_string_equal(day_text(c->holders[0].verified_at, day), "2013-11-20");
  assert_int_equal(fixture_count(f, 1), 4);
  assert_int_equal(fixture_entries(f), 1);
}

static void twice_changes_nothing(void **state) {
  Fixture *f = *state;
  g_auto(ImportReport) first = {0};
  g_auto(ImportReport) again = {0};
  import_french(f, FALSE, 0, &first);
  Stamps before = fixture_stamps(f, "XA-PR");
  import_french(f, FALSE, 0, &again);
  assert_int_equal(again.added + again.changed + again.holders, 0);
  assert_int_equal(again.unchanged, 3);
  assert_int_equal(fixture_count(f, 1), 4);
  Stamps after = fixture_stamps(f, "XA-PR");
  assert_memory_equal(&before, &after, sizeof before);
  assert_int_equal(fixture_entries(f), 1);
}

static void dry_run(void **state) {
  Fixture *f = *state;
  g_auto(ImportReport) dry = {0};
  g_auto(ImportReport) wet = {0};
  g_auto(ImportReport) dry_again = {0};
  import_french(f, TRUE, 0, &dry);
  assert_int_equal(dry.added, 3);
  assert_int_equal(dry.id, 0);
  assert_int_equal(fixture_count(f, 1), 0);
  assert_int_equal(fixture_entries(f), 0);
  import_french(f, FALSE, 0, &wet);
  assert_int_equal(wet.added, dry.added);
  assert_int_equal(wet.holders, dry.holders);
  import_french(f, TRUE, 0, &dry_again);
  assert_int_equal(dry_again.unchanged, 3);
}

#define OFFICE "Type;Identifiant;Prénom;Nom;Type de fonction;Pays;Courriel;Début du mandat;Vérifié le\n"

static void changed_holder(void **state) {
  Fixture *f = *state;
  g_auto(ImportReport) report = {0};
  fixture_take(f,
               OFFICE "Fonction;XA-PR;Talen;Vascourt;president;XA;p@arvanie.example;2012-05-14;2013-11-01\n");
  fixture_take(f,
               OFFICE "Fonction;XA-PR;TALEN;VASCOURT;president;XA;p@arvanie.example;2012-05-14;2013-11-20\n");
  g_autoptr(CandidatePage) same = fixture_candidate(f, "XA-PR");
  fixture_import(f,
                 OFFICE "Fonction;XA-PR;Maude;Orlence;president;XA;p@arvanie.example;2013-11-25;2013-11-26\n",
                 &report);
  assert_int_equal(report.changed, 1);
  assert_int_equal(report.holders, 3);
  g_autoptr(CandidatePage) other = fixture_candidate(f, "XA-PR");
  assert_int_equal(other->items[0].holder_count, 1);
  assert_string_equal(other->items[0].holders[0].family_name, "Orlence");
  assert_int_not_equal(other->items[0].holders[0].person, same->items[0].holders[0].person);
  g_autoptr(Link) link = NULL;
  gint64 ended = 0;
  assert_done(store_read(f->contacts.store, &link, error));
  assert_done(link_int(link, &ended, error, "SELECT to_day FROM tenures_now WHERE id = ?1", "i",
                       same->items[0].holders[0].tenure));
  char day[DAY_TEXT_SIZE];
  assert_string_equal(day_text((Day)ended, day), "2013-11-24");
  g_auto(ImportReport) again = {0};
  fixture_import(f,
                 OFFICE "Fonction;XA-PR;Maude;Orlence;president;XA;p@arvanie.example;2013-11-25;2013-11-26\n",
                 &again);
  assert_int_equal(again.unchanged, 1);
}

static void a_mistaken_holder_goes(void **state) {
  Fixture *f = *state;
  fixture_take(f, OFFICE "Fonction;XA-PR;Talen;Vascour;president;XA;;2012-05-14;\n");
  fixture_take(f, OFFICE "Fonction;XA-PR;Talen;Vascourt;president;XA;;2012-05-14;\n");
  g_autoptr(Link) link = NULL;
  gint64 tenures = 0;
  assert_done(store_read(f->contacts.store, &link, error));
  assert_done(link_int(link, &tenures, error, "SELECT count(*) FROM tenures_now", ""));
  assert_int_equal(tenures, 1);
}

static const struct {
  const char *name, *first, *second;
  int added, changed, unchanged;
} identities[] = {
    {"by id, though the address changed", "id;nom;courriel\nA1;Roux;a@forum.example\n",
     "id;nom;courriel\nA1;Roux;b@forum.example\n", 0, 1, 0},
    {"by address", "nom;courriel\nRoux;a@forum.example\n", "nom;courriel\nRoux-Blanc;a@forum.example\n", 1, 0,
     0},
    {"by address, a word shared", "prénom;nom;courriel\nAna;Roux;a@forum.example\n",
     "prénom;nom;courriel\nAna;Roux Blanc;a@forum.example\n", 0, 1, 0},
    {"two persons share a mailbox", "prénom;nom;courriel\nAna;Roux;a@forum.example\n",
     "prénom;nom;courriel\nAna;Roux;a@forum.example\nLuc;Blanc;a@forum.example\n", 1, 0, 1},
    {"by name, with no address", "prénom;nom\nAna;Roux\n", "prénom;nom\nÀNA;ROUX\n", 0, 1, 0},
    {"an address comes later", "prénom;nom\nAna;Roux\n", "prénom;nom;courriel\nAna;Roux;a@forum.example\n", 0,
     1, 0},
    {"an id comes later", "nom;courriel\nRoux;a@forum.example\n",
     "id;nom;courriel\nA1;Roux;a@forum.example\n", 0, 1, 0},
    {"another id is another person", "id;nom;courriel\nA1;Roux;a@forum.example\n",
     "id;nom;courriel\nA2;Roux;a@forum.example\n", 1, 0, 0},
    {"an office by kind and country", "type;type de fonction;pays\noffice;president;XA\n",
     "type;type de fonction;pays;langue\noffice;Président;Arvanie;fr\n", 0, 1, 0},
    {"two ministers of one country",
     "type;fonction;type de fonction;pays\noffice;Ministre de l'ESS;ministre;XA\n",
     "type;fonction;type de fonction;pays\noffice;Ministre des Finances;ministre;XA\n", 1, 0, 0},
    {"an organisation by name", "type;organisation;pays\norganisation;Union des Mutuelles;XA\n",
     "type;organisation;pays\norganisation;UNION DES MUTUELLES;XA\n", 0, 1, 0},
    {"an empty cell says nothing", "id;nom;courriel;pays\nA1;Roux;a@forum.example;XA\n",
     "id;nom;courriel;pays\nA1;Roux;;\n", 0, 0, 1},
    {"by our own number", "nom;courriel\nRoux;a@forum.example\n",
     "id;nom;téléphone\nC-1;Roux;01 99 00 12 34\n", 0, 1, 0},
    {"an unknown number", "nom;courriel\nRoux;a@forum.example\n", "id;nom\nC-99;Blanc\n", 1, 0, 0},
    {"rows without kind that have an id", "id;type;fonction\nX1;office;Mairie\n",
     "id;téléphone\nX1;01 99 00 12 34\n", 0, 1, 0},
};

static void who_is_meant(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(identities); i++) {
    Fixture *f = fixture_new(TRUE);
    g_auto(ImportReport) report = {0};
    g_auto(ImportReport) again = {0};
    fixture_take(f, identities[i].first);
    fixture_import(f, identities[i].second, &report);
    if (report.added != identities[i].added || report.changed != identities[i].changed ||
        report.unchanged != identities[i].unchanged)
      fail_msg("%s: %d added, %d changed, %d unchanged", identities[i].name, (int)report.added,
               (int)report.changed, (int)report.unchanged);
    fixture_import(f, identities[i].second, &again);
    if (again.added + again.changed != 0)
      fail_msg("%s: twice changed something", identities[i].name);
    fixture_free(f);
  }
}

static const struct {
  const char *text;
  gint64 line;
  const char *column, *says;
} bad_rows[] = {
    {"nom;courriel\nRoux;maria@\n", 2, "courriel", "is no mail address"},
    {"Nom;Pays\nRoux;Atlantide\n", 2, "Pays", "is no country known here"},
    {"Nom;Langue\nRoux;klingonais!\n", 2, "Langue", "is no language"},
    {"Nom;Genre\nRoux;neutre\n", 2, "Genre", "is no gender; there are m, f, unknown, plural"},
    {"Type;Nom\nAnimal;Roux\n", 2, "Type", "is no kind of contact"},
    {"Type;Organisation;Motif\norganisation;Union;Amitié\n", 2, "Motif", "is no ground"},
    {"Type;Organisation;Motif\norganisation;Union;promotion\n", 2, "ground_evidence",
     "a ground needs its evidence"},
    {"Type;Nom;Motif;Preuve du motif\npersonne;Roux;promotion;x\n", 2, "Motif",
     "only offices and organisations"},
    {"Type;Type de fonction;Début du mandat\noffice;president;31/02/2013\n", 2, "Début du mandat",
     "a day that no calendar has"},
    {"Type;Type de fonction;Début du mandat;Fin du mandat\noffice;president;2013-01-02;2013-01-01\n", 2,
     "Fin du mandat", "ends before it begins"},
    {"Nom;Langue\nRoux;fr\n;en\n", 3, NULL, "nothing tells what it is"},
    {"id;Nom\nA1;Roux\nA1;Blanc\n", 3, NULL, "it is the same contact as on line 2"},
    {"Nom;Pays\nRoux;XA;trop\n", 2, NULL, "more cells than there are columns"},
    {"Nom;Courriel\n\"Roux\n\";a@b.example\nBlanc;x\n", 4, "Courriel", "is no mail address"},
};

static void complaints(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(bad_rows); i++) {
    Fixture *f = fixture_new(TRUE);
    g_auto(ImportReport) report = {0};
    ImportOptions options = {.name = "bad.csv"};
    fixture_import_as(f, &marie, bad_rows[i].text, strlen(bad_rows[i].text), &options, IMPORT_REFUSED,
                      &report);
    const ImportComplaint *c = report.complaints->pdata[0];
    gboolean column = bad_rows[i].column == NULL || g_strcmp0(c->column, bad_rows[i].column) == 0 ||
                      g_str_equal(bad_rows[i].column, "ground_evidence");
    if (report.bad != 1 || c->line != bad_rows[i].line || strstr(c->sentence, bad_rows[i].says) == NULL ||
        !column)
      fail_msg("%s: line %d, %s: %s", bad_rows[i].says, (int)c->line, c->column != NULL ? c->column : "-",
               c->sentence);
    assert_int_equal(fixture_count(f, 1), 0);
    assert_int_equal(fixture_entries(f), 0);
    fixture_free(f);
  }
}

static void bad_rows_are_skipped_when_told(void **state) {
  Fixture *f = *state;
  const char *text = "Nom;Courriel\nRoux;a@forum.example\nBlanc;nobody\nVert;c@forum.example\n";
  g_auto(ImportReport) dry = {0};
  g_auto(ImportReport) report = {0};
  ImportOptions options = {.name = "bad.csv", .dry_run = TRUE};
  fixture_import_as(f, &marie, text, strlen(text), &options, IMPORT_REFUSED, &dry);
  assert_int_equal(dry.added, 2);
  assert_int_equal(dry.bad, 1);
  options = (ImportOptions){.name = "bad.csv", .skip_bad = TRUE};
  fixture_import_as(f, &marie, text, strlen(text), &options, 0, &report);
  assert_int_equal(report.added, 2);
  assert_int_equal(report.set_aside, 1);
  assert_int_equal(fixture_count(f, 1), 2);
}

static void no_file_at_all(void **state) {
  static const struct {
    const char *text;
    gsize length;
    const char *says;
  } cases[] = {
      {"", 0, "the file is empty"},
      {"PK\003\004\x14\0\x06\0", 8, "x.csv: "},
      {"Nom;Courriel\nRoux;\"a@forum.example\n", 35,
       "x.csv: line 2: the quote that opens here is never closed"},
      {"Nom;Chaussures\nRoux;43\n", 23, "x.csv: line 1: the column \"Chaussures\" is not known"},
      {"Nom\nRo\xFFx\x81\n", 10, "x.csv: what stands at byte 8 is no Windows-1252"},
      {"Nom\nRoux\x07\n", 10, "x.csv: line 2: a control character (byte 0x07)"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    Fixture *f = *state;
    g_auto(ImportReport) report = {0};
    g_autoptr(GBytes) bytes = g_bytes_new(cases[i].text, cases[i].length);
    g_autoptr(GError) error = NULL;
    ImportOptions options = {.name = "x.csv"};
    int r = import_csv(&f->contacts, &marie, bytes, &options, &report, &error);
    if (r != FAULT_INPUT || strstr(error->message, cases[i].says) == NULL)
      fail_msg("%s: %d %s", cases[i].says, r, error != NULL ? error->message : "");
    assert_int_equal(fixture_count(f, 1), 0);
  }
  fixture_take(*state, "Nom;Courriel\nRoux;a@forum.example\n");
}

static void told_what_is_what(void **state) {
  Fixture *f = *state;
  static const char *const maps[] = {"Adr=email", "Note=", NULL};
  ImportOptions options = {
      .name = "x.csv", .encoding = "macroman", .delimiter = '|', .maps = maps, .list = "Amis du forum"};
  g_auto(ImportReport) report = {0};
  const char *text = "Nom|Adr|Note\nN\x8E"
                     "el|a@forum.example|x\n";
  fixture_import_as(f, &marie, text, strlen(text), &options, 0, &report);
  g_autoptr(Contact) contact = fixture_contact(f, "C-1");
  assert_string_equal(contact->name, "Néel");
  g_autoptr(Link) link = NULL;
  gint64 list = 0;
  assert_done(store_read(f->contacts.store, &link, error));
  assert_done(list_find(link, "amis du FORUM", &list, error));
}

static void who_objected_stays_so(void **state) {
  Fixture *f = *state;
  g_auto(ImportReport) report = {0};
  fixture_take(f, "id;Nom;Courriel\nA1;Roux;a@forum.example\n");
  assert_done(contact_object(&f->contacts, &marie, fixture_id(f, "A1"), "by telephone", error));
  fixture_import(f, "id;Nom;Courriel\nA1;Roux;b@forum.example\n", &report);
  assert_int_equal(report.notes, 1);
  g_autoptr(Contact) contact = fixture_contact(f, "A1");
  assert_int_equal(contact->standing, CONTACT_OBJECTED);
}

static void dead_addresses_are_remembered(void **state) {
  Fixture *f = *state;
  fixture_take(f, "id;Nom;Courriel\nA1;Roux;\"a@forum.example, b@forum.example\"\n");
  g_autoptr(CandidatePage) before = fixture_candidate(f, "A1");
  assert_string_equal(before->items[0].email.send, "a@forum.example");
  assert_done(channel_mark(&f->contacts, &marie, before->items[0].id, before->items[0].email.id, CHANNEL_DEAD,
                           "550", error));
  fixture_take(f, "id;Nom;Courriel\nA1;Roux;c@forum.example\n");
  g_autoptr(CandidatePage) after = fixture_candidate(f, "A1");
  assert_string_equal(after->items[0].email.send, "c@forum.example");
  fixture_take(f, "id;Nom;Courriel\nA1;Roux;a@forum.example\n");
  g_autoptr(CandidatePage) back = fixture_candidate(f, "A1");
  assert_int_equal(back->items[0].email.standing, CHANNEL_DEAD);
  assert_int_equal(back->items[0].email.id, before->items[0].email.id);
}

static void volunteers(void **state) {
  Fixture *f = *state;
  g_auto(ImportReport) refused = {0};
  g_auto(ImportReport) taken = {0};
  ImportOptions options = {.name = "x.csv"};
  const char *office = "Type;Type de fonction;Pays\nFonction;president;XA\n";
  const char *person = "Nom;Courriel\nRoux;a@forum.example\n";
  fixture_import_as(f, &paul, office, strlen(office), &options, FAULT_FORBIDDEN, &refused);
  fixture_import_as(f, &paul, person, strlen(person), &options, 0, &taken);
  assert_int_equal(fixture_count(f, 0), 1);
}

/* ---- large files: unseen before the flip, short units, flat memory, the end of the process ---- */

static char *many_of(gsize rows, const char *mark, gboolean ids) {
  GString *out =
      g_string_new("Type;Identifiant;Prénom;Nom;Fonction;Type de fonction;Pays;Langue;Courriel;Listes;Motif;"
                   "Preuve du motif;Début du mandat;Vérifié le\n");
  for (gsize i = 0; i < rows; i++) {
    g_autofree char *id = ids ? g_strdup_printf("N%zu", i) : g_strdup("");
    if (i % 10 == 0)
      g_string_append_printf(
          out,
          "Fonction;%s;Tal%s%zu;Vascourt;Ministre %zu;ministre;XA;fr;o%zu@arvanie.example;Bureaux;"
          "Promotion;Loi %zu;2012-05-14;2013-11-20\n",
          id, mark, i, i, i, i);
    else
      g_string_append_printf(
          out, "Personne;%s;Ana%s;Roux%zu;;;XB;pt fr;p%zu@forum.example;participants,dix%zu;;;;\n", id, mark,
          i, i, i / 1000);
  }
  return g_string_free(out, FALSE);
}

static char *many(gsize rows, const char *mark) {
  return many_of(rows, mark, TRUE);
}

typedef struct {
  Fixture *f;
  gint stop;
  gint64 looks;
  gboolean torn;
} Watcher;

static gpointer watch(gpointer data) {
  Watcher *watcher = data;
  while (!g_atomic_int_get(&watcher->stop)) {
    g_autoptr(Link) link = NULL;
    gint64 contacts = -1, channels = -1, lists = -1;
    if (store_read(watcher->f->contacts.store, &link, NULL) < 0)
      return NULL;
    link_int(link, &contacts, NULL, "SELECT count(*) FROM contacts_now", "");
    link_int(link, &channels, NULL, "SELECT count(*) FROM channels_now", "");
    link_int(link, &lists, NULL, "SELECT count(*) FROM lists_now", "");
    watcher->torn |= (contacts != 0 && contacts != 2200) || (channels != 0 && channels != 2000) ||
                     (contacts == 0 && lists != 0);
    watcher->looks++;
  }
  return NULL;
}

static void unseen_before_the_flip(void **state) {
  (void)state;
  Fixture *f = fixture_new(FALSE);
  g_autofree char *text = many(2000, "");
  Watcher watcher = {.f = f};
  GThread *thread = g_thread_new("watch", watch, &watcher);
  fixture_take(f, text);
  g_atomic_int_set(&watcher.stop, 1);
  g_thread_join(thread);
  assert_false(watcher.torn);
  assert_true(watcher.looks > 3);
  assert_int_equal(fixture_count(f, 1), 2200);
  fixture_free(f);
}

static gint64 resident(void) {
  g_autofree char *status = NULL;
  if (!g_file_get_contents("/proc/self/status", &status, NULL, NULL))
    return 0;
  const char *at = strstr(status, "RssAnon:");
  return at != NULL ? g_ascii_strtoll(at + 8, NULL, 10) : 0;
}

static void time_import(Fixture *f, const char *name, const char *text, gint64 added, gint64 changed) {
  g_auto(ImportReport) report = {0};
  gint64 memory = resident(), begun = clock_monotonic(clock_system());
  fixture_import(f, text, &report);
  print_message("20,000 rows, %s: %.2f s, longest unit %.1f ms, memory %+" G_GINT64_FORMAT " KiB\n", name,
                (double)(clock_monotonic(clock_system()) - begun) / 1e6, (double)report.longest / 1e3,
                resident() - memory);
  /* Several times the bound of 50 ms: sanitizers slow everything, and other tests may run beside. */
  assert_true(report.longest < 250 * 1000);
  assert_int_equal(report.added, added);
  assert_int_equal(report.changed, changed);
}

static void short_units(void **state) {
  (void)state;
  Fixture *f = fixture_new(FALSE);
  g_autofree char *text = many(20000, "");
  g_autofree char *other = many(20000, "x");
  g_autofree char *nameless = many_of(20000, "x", FALSE);
  time_import(f, "new", text, 20000, 0);
  time_import(f, "the same", text, 0, 0);
  time_import(f, "changed", other, 0, 20000);
  time_import(f, "without ids", nameless, 0, 0);
  fixture_free(f);
}

#ifdef VALISE_TEST_HOOKS
/* Runs an import in a child that kills itself at the passage NUMBER; TRUE when it was killed. */
static gboolean import_and_die(Fixture *f, const char *text, int number) {
  fixture_close(f);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    g_autofree char *at = g_strdup_printf("%d", number);
    g_setenv("VALISE_CRASH_AT", at, TRUE);
    fixture_open(f);
    g_autoptr(GBytes) bytes = g_bytes_new_static(text, strlen(text));
    ImportOptions options = {.name = "contacts.csv"};
    ImportReport report = {0};
    _exit(import_csv(&f->contacts, &marie, bytes, &options, &report, NULL) == 0 ? 0 : 9);
  }
  int status = 0;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFSIGNALED(status) || (WIFEXITED(status) && WEXITSTATUS(status) == 0));
  fixture_open(f);
  return WIFSIGNALED(status);
}

static void check_whole(Fixture *f, const char *mark, gint64 contacts) {
  g_autoptr(Link) link = NULL;
  gint64 named = 0, dead = 0, staged = 0, held = 0;
  g_autofree char *pattern = g_strdup_printf("%%%s%%", mark);
  assert_int_equal(fixture_count(f, 1), contacts);
  assert_done(store_read(f->contacts.store, &link, error));
  assert_done(link_int(link, &named, error, "SELECT count(*) FROM contacts_now WHERE given_name LIKE ?1", "t",
                       pattern));
  assert_done(link_int(link, &dead, error,
                       "SELECT count(*) FROM contact_versions WHERE died < 9223372036854775807", ""));
  assert_done(link_int(link, &staged, error, "SELECT count(*) FROM import_rows", ""));
  assert_done(
      link_int(link, &held, error, "SELECT count(*) FROM contact_generation WHERE import IS NOT NULL", ""));
  assert_int_equal(dead + staged + held, 0);
  assert_true(named > 0);
}

/* Is it the new file that stands there? Never a part of it. */
static gboolean is_new(Fixture *f) {
  gint64 count = fixture_count(f, 1);
  check_whole(f, count == 360 ? "new" : "old", count == 360 ? 360 : 330);
  return count == 360;
}

/* Whatever the passage: before its first chunk is durable the old state stands again, from then on the new
 * one. */
static void killed_anywhere(void **state) {
  (void)state;
  g_autofree char *old = many(300, "old");
  g_autofree char *text = many(300, "new");
  gboolean died = TRUE, before = FALSE;
  int completions = 0, number = 1;
  for (; died; number++) {
    Fixture *f = fixture_new(TRUE);
    gboolean completed = FALSE;
    fixture_take(f, old);
    died = import_and_die(f, text, number);
    assert_done(contacts_recover(&f->contacts, &completed, error));
    gboolean now = is_new(f);
    assert_true(now || !(before || completed || !died));
    before = now;
    completions += completed;
    fixture_take(f, text);
    assert_true(is_new(f));
    assert_int_equal(fixture_entries(f), 2);
    fixture_free(f);
  }
  print_message("killed at %d places, completed after %d of them\n", number - 2, completions);
  assert_true(completions > 2);
}

static void busy_while_applying(void **state) {
  (void)state;
  static const char *const pairs[] = {"country=XB", NULL};
  g_autofree char *text = many(300, "new");
  gboolean was_busy = FALSE;
  for (int number = 1; !was_busy; number++) {
    Fixture *f = fixture_new(TRUE);
    fixture_take(f, "id;Nom;Courriel\nA1;Roux;a@forum.example\n");
    assert_true(import_and_die(f, text, number));
    gint64 id = fixture_id(f, "A1");
    was_busy = contact_set(&f->contacts, &marie, id, pairs, NULL) == FAULT_BUSY;
    if (was_busy) {
      g_auto(ImportReport) refused = {0};
      ImportOptions options = {.name = "x.csv"};
      fixture_import_as(f, &marie, "Nom\nVert\n", 9, &options, FAULT_BUSY, &refused);
      assert_int_equal(fixture_count(f, 1), 1);
    }
    assert_done(contacts_recover(&f->contacts, NULL, error));
    assert_done(contact_set(&f->contacts, &marie, id, pairs, error));
    fixture_free(f);
  }
}
#else
static void killed_anywhere(void **state) {
  (void)state;
  print_message("this build has no crash points: nobody was killed\n");
}
#define busy_while_applying killed_anywhere
#endif

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(french_excel, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(twice_changes_nothing, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(dry_run, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(changed_holder, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(a_mistaken_holder_goes, fixture_setup, fixture_teardown),
      cmocka_unit_test(who_is_meant),
      cmocka_unit_test(complaints),
      cmocka_unit_test_setup_teardown(bad_rows_are_skipped_when_told, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(no_file_at_all, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(told_what_is_what, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(who_objected_stays_so, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(dead_addresses_are_remembered, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(volunteers, fixture_setup, fixture_teardown),
      cmocka_unit_test(unseen_before_the_flip),
      cmocka_unit_test(short_units),
      cmocka_unit_test(killed_anywhere),
      cmocka_unit_test(busy_while_applying),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
