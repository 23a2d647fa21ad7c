/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The messages themselves: read by another program, made again byte for byte, held when the addressee
 * changed. */
#include "mailing_fixture.h"

#include "contacts/channel.h"
#include "contacts/ground.h"
#include "contacts/tenure.h"

#define DATED (FIXTURE_NOW + 5 * SECOND)

/* ---- one claim, as a courier would have it ---- */

static Claim *claim_of(const Addressee *a, gint64 delivery) {
  Claim *claim = g_new0(Claim, 1);
  *claim = (Claim){.delivery = delivery,
                   .mailing = a->mailing,
                   .addressee = a->id,
                   .contact = a->contact,
                   .channel = a->channel,
                   .epoch = 1,
                   .dated = DATED,
                   .restricted = a->restricted,
                   .variant = g_strdup("full"),
                   .address = g_strdup(a->address),
                   .language = g_strdup(a->language)};
  return claim;
}

static void claim_free(Claim *claim) {
  g_free(claim->variant);
  g_free(claim->address);
  g_free(claim->language);
  g_free(claim);
}

/* Loads, composes, unloads. */
static int compose(Fixture *f, Claim *claim, GBytes *splice, Composed *ret) {
  Composer composer = compose_composer(f->desk);
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->store, &link, error));
  assert_done(composer.load(composer.data, link, &claim, 1, error));
  g_clear_pointer(&link, link_return);
  g_autoptr(GError) error = NULL;
  int r = composer.compose(composer.data, claim, splice, ret, &error);
  if (r < 0)
    fail_msg("compose: %s", error->message);
  composer.unload(composer.data, claim);
  return r;
}

static GBytes *bytes_of(const Message *message) {
  GByteArray *all = g_byte_array_new();
  g_autoptr(MessageReader) reader = message_reader_new(message);
  const guint8 *bytes = NULL;
  g_autoptr(GError) error = NULL;
  gssize n = 0;
  while ((n = message_reader_next(reader, &bytes, &error)) > 0)
    g_byte_array_append(all, bytes, (guint)n);
  assert_int_equal(n, 0);
  return g_byte_array_free_to_bytes(all);
}

static GPtrArray *lines_of(Fixture *f, gint64 mailing) {
  AddresseeFilter filter = {.mailing = mailing, .state = ADDRESSEE_INCLUDED, .limit = 1000};
  GPtrArray *lines = NULL;
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->store, &link, error));
  assert_done(roll_list(link, 1, &filter, &lines, error));
  return lines;
}

/* ---- read by another program ---- */

static void write_letter(Fixture *f, const char *folder, const Addressee *a, gint64 delivery,
                         const Message *message, const char *more) {
  g_autoptr(Document) document = NULL;
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->store, &link, error));
  assert_done(document_find(link, 1, &document, error));
  g_clear_pointer(&link, link_return);
  const DocumentVersion *v = document_version(document, a->language);
  char hex[DIGEST_HEX_SIZE];
  digest_hex(&v->digest, hex);
  g_autoptr(GString) expect = g_string_new(more);
  g_string_append_printf(
      expect, "to %s\nname %s\nlanguage %s\nid %s\nnotification %s\ndate %" G_GINT64_FORMAT "\n", a->address,
      a->to_name, a->language, message->message_id, message->envelope.from, DATED / SECOND);
  g_string_append_printf(expect, "file %s\nsha256 %s\ntext %s\n", v->name, hex, hex);
  g_autoptr(GBytes) bytes = bytes_of(message);
  g_autofree char *eml = g_strdup_printf("%s/%s-%" G_GINT64_FORMAT ".eml", folder, a->language, delivery);
  g_autofree char *txt = g_strdup_printf("%s/%s-%" G_GINT64_FORMAT ".expect", folder, a->language, delivery);
  gsize size = 0;
  const char *data = g_bytes_get_data(bytes, &size);
  assert_true(g_file_set_contents(eml, data, (gssize)size, NULL));
  assert_true(g_file_set_contents(txt, expect->str, (gssize)expect->len, NULL));
}

static void read_letters(const char *folder) {
  const char *const arguments[] = {"python3", SOURCE_DIR "/tests/unit/mailing/read_letters.py", folder, NULL};
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;
  int status = 0;
  assert_true(g_spawn_sync(NULL, (char **)arguments, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, &err,
                           &status, NULL));
  if (status != 0)
    fail_msg("%s%s", out, err);
  print_message("%s", out);
}

static void check_envelope(const Message *m, const Addressee *a) {
  assert_string_equal(m->envelope.to, a->address);
  assert_string_equal(m->envelope.orcpt, a->address);
  assert_true(g_str_has_prefix(m->envelope.from, "retours+"));
  assert_true(strstr(m->envelope.from, m->envelope.envid) != NULL);
  assert_int_equal(m->envelope.notify_success, a->restricted);
  assert_int_equal(m->envelope.utf8, a->utf8);
  assert_done(message_check(m, error));
}

static guint write_all(Fixture *f, gint64 mailing, const char *folder) {
  g_autoptr(GPtrArray) lines = lines_of(f, mailing);
  guint languages = 0;
  for (guint i = 0; i < lines->len; i++) {
    const Addressee *a = g_ptr_array_index(lines, i);
    Claim *claim = claim_of(a, 1000 + i);
    g_auto(Composed) composed = {0};
    assert_int_equal(compose(f, claim, NULL, &composed), COMPOSE_DONE);
    check_envelope(composed.message, a);
    assert_int_equal(composed.splice != NULL, a->restricted);
    write_letter(f, folder, a, claim->delivery, composed.message, "");
    enum language language = LANGUAGE_FR;
    assert_true(language_parse(a->language, &language));
    languages |= LANGUAGE_BIT(language);
    claim_free(claim);
  }
  return languages;
}

static void test_attendees(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  gint64 id = fixture_released(f);
  char *folder = case_folder_make();
  assert_int_equal(write_all(f, id, folder), (1U << LANGUAGE_COUNT) - 1);
  read_letters(folder);
  case_folder_remove(folder);
  fixture_free(f);
}

static void test_offices(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  gint64 id = fixture_approved(f);
  char *folder = case_folder_make();
  write_all(f, id, folder);
  read_letters(folder);
  case_folder_remove(folder);
  fixture_free(f);
}

/* ---- made again ---- */

static void append_to_wording(Fixture *f, const char *wording) {
  const char *const languages[] = {"fr", "en", "es", "pt"};
  for (gsize i = 0; i < G_N_ELEMENTS(languages); i++) {
    g_autofree char *path = g_strdup_printf("%s/wording/%s/%s.md", f->templates, wording, languages[i]);
    g_autofree char *was = NULL;
    assert_true(g_file_get_contents(path, &was, NULL, NULL));
    g_autofree char *now = g_strconcat(was, "\nMore words.\n", NULL);
    assert_true(g_file_set_contents(path, now, -1, NULL));
  }
}

/* The claim after an earlier intent. */
static void note_intent(Claim *claim, const Composed *composed) {
  claim->composed = TRUE;
  claim->sha256 = composed->message->digest;
  claim->epoch++;
}

static void test_recipe(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  gint64 id = fixture_released(f);
  g_autoptr(GPtrArray) lines = lines_of(f, id);
  Claim *claim = claim_of(g_ptr_array_index(lines, 0), 77);
  g_auto(Composed) first = {0};
  assert_int_equal(compose(f, claim, NULL, &first), COMPOSE_DONE);
  assert_null(first.splice);
  append_to_wording(f, "pre-report"); /* what was frozen counts, not the files */
  fixture_close(f);
  fixture_open(f);
  note_intent(claim, &first);
  g_auto(Composed) again = {0};
  assert_int_equal(compose(f, claim, NULL, &again), COMPOSE_DONE);
  g_autoptr(GBytes) a = bytes_of(first.message);
  g_autoptr(GBytes) b = bytes_of(again.message);
  assert_true(g_bytes_equal(a, b));
  claim->dated += SECOND;
  g_auto(Composed) other = {0};
  assert_int_equal(compose(f, claim, NULL, &other), COMPOSE_PARK);
  assert_string_equal(other.reason, "bytes-changed");
  claim_free(claim);
  fixture_free(f);
}

static int forget_words(Link *link, G_GNUC_UNUSED gpointer data, GError **error) {
  int n =
      link_run(link, error, "UPDATE mailing_words SET value = 'Others' WHERE name LIKE '%organisation'", "");
  return MIN(n, 0);
}

static void test_splice(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  gint64 id = fixture_approved(f);
  g_autoptr(GPtrArray) lines = lines_of(f, id);
  Claim *claim = claim_of(g_ptr_array_index(lines, 0), 78);
  g_auto(Composed) first = {0};
  assert_int_equal(compose(f, claim, NULL, &first), COMPOSE_DONE);
  assert_non_null(first.splice);
  assert_true(g_bytes_get_size(first.splice) < 64 * 1024);
  note_intent(claim, &first);
  assert_done(store_write(f->store, forget_words, NULL, error)); /* even the frozen words are others now */
  fixture_close(f);
  fixture_open(f);
  g_auto(Composed) without = {0};
  assert_int_equal(compose(f, claim, NULL, &without), COMPOSE_PARK);
  assert_string_equal(without.reason, "bytes-changed");
  g_auto(Composed) again = {0};
  assert_int_equal(compose(f, claim, first.splice, &again), COMPOSE_DONE);
  g_autoptr(GBytes) a = bytes_of(first.message);
  g_autoptr(GBytes) b = bytes_of(again.message);
  assert_true(g_bytes_equal(a, b));
  assert_string_equal(first.message->envelope.from, again.message->envelope.from);
  assert_string_equal(first.message->message_id, again.message->message_id);
  claim_free(claim);
  fixture_free(f);
}

/* ---- held ---- */

static void change_name(Fixture *f, gint64 contact) {
  const char *const pairs[] = {"city=Arvane", "organisation=Conseil d'exemple", NULL};
  assert_done(contact_set(&f->contacts, &fixture_olga, contact, pairs, error));
}

static void object(Fixture *f, gint64 contact) {
  assert_done(contact_object(&f->contacts, &fixture_olga, contact, "by letter", error));
}

static int first_channel(const Channel *channel, gpointer data, G_GNUC_UNUSED GError **error) {
  gint64 *id = data;
  *id = *id == 0 && channel->kind == CHANNEL_EMAIL ? channel->id : *id;
  return 0;
}

static void suspend_channel(Fixture *f, gint64 contact) {
  gint64 channel = 0;
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->store, &link, error));
  assert_done(channel_each(link, contact, 1, first_channel, &channel, error));
  g_clear_pointer(&link, link_return);
  assert_done(channel_suspend(&f->contacts, &fixture_olga, contact, channel, "soft bounces", error));
}

static void add_ground(Fixture *f, gint64 contact) {
  gint64 id = 0;
  assert_done(
      ground_add(&f->contacts, &fixture_olga, contact, GROUND_PROMOTION, "XA", "a new law", 0, &id, error));
}

static void change_holder(Fixture *f, gint64 contact) {
  const char *const pairs[] = {"kind=person", "given_name=Nadia", "family_name=Norvel", "gender=f", NULL};
  gint64 person = 0, tenure = 0;
  assert_done(contact_add(&f->contacts, &fixture_olga, pairs, &person, error));
  TenureChange change = {.from = day_of_moment(FIXTURE_NOW, NULL) - 1};
  assert_done(tenure_set(&f->contacts, &fixture_olga, contact, person, &change, &tenure, error));
}

static const struct {
  void (*change)(Fixture *f, gint64 contact);
  const char *reason;
} changes[] = {
    {change_name, "holder-changed"},      {object, "holder-changed"},     {change_holder, "holder-changed"},
    {suspend_channel, "channel-changed"}, {add_ground, "ground-changed"},
};

static void test_held(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(changes); i++) {
    Fixture *f = fixture_new();
    gint64 id = fixture_approved(f);
    gint64 contact = fixture_contact(f, "S-XA");
    g_autoptr(Addressee) a = NULL;
    g_autoptr(Link) link = NULL;
    assert_done(store_read(f->store, &link, error));
    assert_done(roll_find_contact(link, 1, id, contact, &a, error));
    g_clear_pointer(&link, link_return);
    Claim *claim = claim_of(a, 5);
    g_auto(Composed) before = {0};
    assert_int_equal(compose(f, claim, NULL, &before), COMPOSE_DONE);
    changes[i].change(f, contact);
    g_auto(Composed) after = {0};
    assert_int_equal(compose(f, claim, NULL, &after), COMPOSE_HOLD);
    assert_string_equal(after.reason, changes[i].reason);
    assert_non_null(after.words);
    claim_free(claim);
    fixture_free(f);
  }
}

/* ---- hostile names ---- */

static const struct {
  const char *given, *family;
  const char *text, *not_html;
} hostile[] = {
    {"[x](https://evil.example)", "Arvel", "[x](https://evil.example)", "href=\"https://evil.example"},
    {"**b**", "Arvel", "**b**", "<strong>b"},
    {"<script>alert(1)</script>", "Arvel", "<script>alert(1)</script>", "<script>"},
    {"{{page_url}}", "Arvel", "{{page_url}}", "documents.rencontres.example/r/x"},
    {"=?utf-8?q?Bcc=3A_x?=", "Arvel", "=?utf-8?q?Bcc=3A_x?=", "<b>"},
    {"\"a, b\" <x@evil.example>", "Arvel", "\"a, b\" <x@evil.example>", "<x@evil"},
    {"# Titre", "Arvel", "# Titre", "<h1>Titre"},
    {"https://evil.example", "Arvel", "https://evil.example", "href=\"https://evil.example"},
};

/* The reader tells whether the name is what To: shows; the wording of the test puts it into the letter. */
static void use_names(Fixture *f) {
  g_autofree char *fields = g_strdup_printf("%s/wording/pre-report/fields", f->templates);
  g_autofree char *path = g_strdup_printf("%s/wording/pre-report/en.md", f->templates);
  g_autofree char *had = NULL;
  g_autofree char *was = NULL;
  assert_true(g_file_get_contents(fields, &had, NULL, NULL));
  assert_true(g_file_get_contents(path, &was, NULL, NULL));
  g_autofree char *declared = g_strconcat(had, "\nname recipient text Alma Arvel\n", NULL);
  g_autofree char *now = g_strconcat(was, "\nThis letter is for {{name}} alone.\n", NULL);
  assert_true(g_file_set_contents(fields, declared, -1, NULL));
  assert_true(g_file_set_contents(path, now, -1, NULL));
}

static void test_hostile(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  use_names(f);
  g_autoptr(GString) csv = g_string_new("kind;id;given_name;family_name;language;email\n");
  for (gsize i = 0; i < G_N_ELEMENTS(hostile); i++) {
    g_auto(GStrv) parts = g_strsplit(hostile[i].given, "\"", -1);
    g_autofree char *given = g_strjoinv("\"\"", parts);
    g_string_append_printf(csv, "person;H%zu;\"%s\";%s;en;h%zu@attendee.example\n", i, given,
                           hostile[i].family, i);
  }
  fixture_import_text(f, csv->str, csv->len, "all");
  gint64 document = fixture_document(f, "pre-report", TRUE);
  gint64 id = fixture_mailing(f, &fixture_olga, "pre-report", document, fixture_list(f, "all"));
  fixture_roll(f, id);
  Digest digest;
  assert_done(approval_submit(f->desk, &fixture_olga, id, &digest, error));
  char *folder = case_folder_make();
  g_autoptr(GPtrArray) lines = lines_of(f, id);
  assert_int_equal(lines->len, G_N_ELEMENTS(hostile));
  for (guint i = 0; i < lines->len; i++) {
    const Addressee *a = g_ptr_array_index(lines, i);
    Claim *claim = claim_of(a, 2000 + i);
    g_auto(Composed) composed = {0};
    assert_int_equal(compose(f, claim, NULL, &composed), COMPOSE_DONE);
    g_autofree char *more = g_strdup_printf("text This letter is for %s %s alone.\nnot-html %s\n",
                                            hostile[i].text, hostile[i].family, hostile[i].not_html);
    write_letter(f, folder, a, claim->delivery, composed.message, more);
    claim_free(claim);
  }
  read_letters(folder);
  case_folder_remove(folder);
  fixture_free(f);
}

/* ---- how fast ---- */

#define ROUNDS 20000

static void test_speed(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  fixture_import(f, "attendees.csv", "all");
  g_autofree char *tiny = g_build_filename(f->folder, "tiny.pdf", NULL);
  assert_true(g_file_set_contents(tiny, "%PDF-1.4 tiny\n", -1, NULL));
  DocumentFile files[] = {{"fr", tiny, NULL}, {"en", tiny, NULL}, {"es", tiny, NULL}, {"pt", tiny, NULL}};
  gint64 document = 0;
  assert_done(document_add(f->desk, &fixture_olga, &(DocumentDraft){"pre-report", "Tiny", 0, 0}, files, 4,
                           &document, error));
  assert_done(document_freeze(f->desk, &fixture_olga, document, NULL, error));
  gint64 id = fixture_mailing(f, &fixture_olga, "pre-report", document, fixture_list(f, "all"));
  fixture_roll(f, id);
  Digest digest;
  assert_done(approval_submit(f->desk, &fixture_olga, id, &digest, error));
  g_autoptr(GPtrArray) lines = lines_of(f, id);
  Composer composer = compose_composer(f->desk);
  Claim *claims[100];
  for (guint i = 0; i < G_N_ELEMENTS(claims); i++)
    claims[i] = claim_of(g_ptr_array_index(lines, i % 20), 1000 + i);
  gint64 loading = 0, composing = 0;
  guint64 bytes = 0;
  guint rounds = g_getenv("VALISE_MEASURE") != NULL ? ROUNDS : 500;
  for (guint done = 0; done < rounds; done += G_N_ELEMENTS(claims)) {
    gint64 t0 = g_get_monotonic_time();
    g_autoptr(Link) link = NULL;
    assert_done(store_read(f->store, &link, error));
    assert_done(composer.load(composer.data, link, claims, G_N_ELEMENTS(claims), error));
    g_clear_pointer(&link, link_return);
    gint64 t1 = g_get_monotonic_time();
    for (guint i = 0; i < G_N_ELEMENTS(claims); i++) {
      g_auto(Composed) composed = {0};
      assert_int_equal(composer.compose(composer.data, claims[i], NULL, &composed, NULL), COMPOSE_DONE);
      bytes += composed.message->size;
    }
    gint64 t2 = g_get_monotonic_time();
    loading += t1 - t0;
    composing += t2 - t1;
    for (guint i = 0; i < G_N_ELEMENTS(claims); i++)
      composer.unload(composer.data, claims[i]);
  }
  print_message("%u messages of %.0f bytes: load %.1f us, compose %.1f us each\n", rounds,
                (double)bytes / rounds, (double)loading / rounds, (double)composing / rounds);
  for (guint i = 0; i < G_N_ELEMENTS(claims); i++)
    claim_free(claims[i]);
  fixture_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_attendees), cmocka_unit_test(test_offices), cmocka_unit_test(test_recipe),
      cmocka_unit_test(test_splice),    cmocka_unit_test(test_held),    cmocka_unit_test(test_hostile),
      cmocka_unit_test(test_speed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
