/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/terms.h"

#include <string.h>

#include "base/fault.h"
#include "base/file.h"
#include "base/ident.h"
#include "mailing/document.h"
#include "mailing/document_code.h"
#include "mailing/mailbox.h"
#include "mailing/mailing_rows.h"
#include "mailing/prior.h"

const char *const terms_recipient_fields[] = {
    "name",     "salutation", "inside_address",  "close",           "reply_address",
    "page_url", "offices",    "unsubscribe_url", "ground_approval", "ground_promotion",
    NULL};

static void wording_bytes_free(gpointer data) {
  TermsWording *w = data;
  g_bytes_unref(w->fields);
  g_bytes_unref(w->source);
  g_free(w);
}

static int by_name(gconstpointer a, gconstpointer b, G_GNUC_UNUSED gpointer data) {
  return strcmp(a, b);
}

static Terms *terms_blank(const char *wording) {
  Terms *terms = g_new0(Terms, 1);
  terms->wording = g_strdup(wording);
  terms->wordings = g_ptr_array_new_with_free_func(wording_bytes_free);
  terms->words = g_tree_new_full(by_name, NULL, g_free, g_free);
  return terms;
}

void terms_free(Terms *terms) {
  if (terms == NULL)
    return;
  g_free(terms->wording);
  g_ptr_array_unref(terms->wordings);
  g_tree_unref(terms->words);
  g_free(terms);
}

/* ---- gathering ---- */

typedef struct {
  Terms *terms;
  const MailingSettings *settings;
  Link *link;
  const Mailing *mailing;
  Document *document; /* the first, which the letter speaks of; NULL: none */
  Prior *prior;       /* NULL: none */
} Gathering;

static void gathering_clear(Gathering *g) {
  document_free(g->document);
  prior_free(g->prior);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Gathering, gathering_clear)

static void put(Terms *terms, const char *language, const char *name, const char *value) {
  if (value != NULL && *value != '\0')
    g_tree_insert(terms->words, g_strconcat(language, "/", name, NULL), g_strdup(value));
}

static void put_sender(Terms *terms, const MailingSettings *s) {
  put(terms, "", "from", s->from);
  put(terms, "", "reply", s->reply_mailbox);
  const char *bounce = s->bounce_mailbox != NULL ? s->bounce_mailbox : s->reply_mailbox;
  put(terms, "", "bounce", bounce != NULL ? bounce : s->from);
  put(terms, "", "envelope", s->envelope_token ? "token" : "account");
  put(terms, "", "separator", s->separator);
  put(terms, "", "base_url", s->base_url);
}

static void put_document_date(Terms *terms, enum language language, Day day) {
  g_autofree char *words = day_words(day, language);
  if (words != NULL)
    put(terms, language_code(language), "document_date", words);
}

/* The languages that there are, in the order of the house; a single one is not worth telling. */
static void put_languages(Terms *terms, const Document *document, enum language language) {
  const char *names[LANGUAGE_COUNT + 1] = {NULL};
  guint count = 0;
  for (int each = 0; each < LANGUAGE_COUNT; each++) {
    const DocumentVersion *v = document_version(document, language_code((enum language)each));
    if (v != NULL && v->frozen_at != 0)
      names[count++] = language_name_in((enum language)each, language);
  }
  g_autofree char *text = count > 1 ? language_join(language, LANGUAGE_AND, names) : NULL;
  put(terms, language_code(language), "document_languages", text);
}

/* "document" or "prior" and what of its file. */
static void put_version(Terms *terms, const char *family, const char *title, const DocumentVersion *v) {
  char hex[DIGEST_HEX_SIZE];
  digest_hex(&v->digest, hex);
  g_autofree char *name_of_title = g_strconcat(family, "_title", NULL),
                  *name_of_file = g_strconcat(family, "_file", NULL),
                  *name_of_digest = g_strconcat(family, "_sha256", NULL),
                  *name_of_code = g_strconcat(family, "_code", NULL), *code = document_code_of(&v->digest);
  put(terms, v->language, name_of_title, title);
  put(terms, v->language, name_of_file, v->name);
  put(terms, v->language, name_of_digest, hex);
  put(terms, v->language, name_of_code, code);
}

/* A document that becomes public after the letter is dated is under embargo until then. */
static void put_embargo(const Gathering *g, enum language language, const DocumentVersion *v) {
  gint64 dated = g->mailing->at != 0 ? g->mailing->at : g->mailing->submitted_at;
  if (v->public_at == 0 || v->public_at <= dated)
    return;
  g_autofree char *words = language_moment(language, v->public_at, g->settings->zone);
  put(g->terms, language_code(language), "embargo", words);
}

static int put_document(const Gathering *g, enum language language, GError **error) {
  const Document *document = g->document;
  const char *code = language_code(language);
  if (document == NULL)
    return 0;
  const DocumentVersion *v = document_version(document, code);
  if (v == NULL) {
    char id[IDENT_SIZE];
    return fault(error, FAULT_RULE, "%s \"%s\" has no version in %s; add one and freeze it",
                 ident_into(IDENT_DOCUMENT, document->id, id), document->title, code);
  }
  put_version(g->terms, "document", document->title, v);
  put_document_date(g->terms, language, document->dated);
  put_languages(g->terms, document, language);
  put_embargo(g, language, v);
  g_autofree char *edition =
      document->edition > 0 ? language_edition(language, (guint)document->edition) : NULL;
  put(g->terms, code, "document_edition", edition);
  return 0;
}

static void put_prior(const Gathering *g, enum language language) {
  const Prior *prior = g->prior;
  const char *code = language_code(language);
  if (prior == NULL)
    return;
  char id[IDENT_SIZE];
  put(g->terms, code, "prior_reference", ident_into(IDENT_MAILING, prior->mailing, id));
  g_autofree char *date =
      prior->began != 0 ? language_date_of(language, prior->began, g->settings->zone) : NULL;
  put(g->terms, code, "prior_date", date);
  const DocumentVersion *v = prior->document != NULL ? document_version(prior->document, code) : NULL;
  if (v != NULL)
    put_version(g->terms, "prior", prior->document->title, v);
  put(g->terms, code, "newer", prior_differs(prior, g->document, code) ? "yes" : "no");
}

/* The town of a postal address: what follows the postal code ("F-74400 Chamonix Cedex"). NULL when no line
 * has one. */
static char *town_of(const char *address) {
  g_autoptr(GRegex) code = g_regex_new("^(?:[A-Z]{1,2}-)?[0-9]{4,6}\\s+(\\S[^,\n]*?)(?:,.*|\\s+cedex\\b.*)?$",
                                       G_REGEX_MULTILINE | G_REGEX_CASELESS, G_REGEX_MATCH_DEFAULT, NULL);
  g_autoptr(GMatchInfo) match = NULL;
  if (address == NULL || !g_regex_match(code, address, G_REGEX_MATCH_DEFAULT, &match))
    return NULL;
  return g_match_info_fetch(match, 1);
}

static void put_organisation(Terms *terms, const MailingSettings *s, const Mailing *m,
                             enum language language) {
  const char *code = language_code(language);
  const char *name = mailing_settings_in(s, s->organisation, code);
  put(terms, code, "organisation", name);
  put(terms, code, "organisation_address", s->organisation_address);
  put(terms, code, "sender_name", s->sender_name != NULL ? s->sender_name : name);
  put(terms, code, "sender_title", mailing_settings_in(s, s->sender_title, code));
  put(terms, code, "objection", s->reply_mailbox != NULL ? s->reply_mailbox : s->from);
  g_autofree char *place = town_of(s->organisation_address);
  put(terms, code, "place", place);
  g_autofree char *date = language_date_of(language, m->at != 0 ? m->at : m->submitted_at, s->zone);
  put(terms, code, "date", date);
  char id[IDENT_SIZE];
  put(terms, code, "reference", ident_into(IDENT_MAILING, m->id, id));
  g_autofree char *verify = s->base_url != NULL ? g_strconcat(s->base_url, "/verify", NULL) : NULL;
  put(terms, code, "verify_url", verify);
}

/* Given values are put last: they win. "forum" stands for every language, "forum.fr" for its own. */
static int put_given(Terms *terms, Link *link, const Mailing *m, const char *language, GError **error) {
  g_autoptr(GHashTable) values = NULL;
  int r = mailing_values(link, m->id, &values, error);
  if (r < 0)
    return r;
  GHashTableIter iter;
  gpointer key = NULL, value = NULL;
  for (int own = 0; own <= 1; own++) {
    g_hash_table_iter_init(&iter, values);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
      const char *point = strchr(key, '.');
      g_autofree char *name = point != NULL ? g_strndup(key, (gsize)(point - (char *)key)) : g_strdup(key);
      if (own != 0 ? point != NULL && strcmp(point + 1, language) == 0 : point == NULL)
        put(terms, language, name, value);
    }
  }
  return 0;
}

static int read_source(const char *path, GBytes **ret, GError **error) {
  return file_read(path, WORDING_FILE_MAX, ret, error);
}

static Digest digest_of_both(GBytes *fields, GBytes *source) {
  DigestState *state = digest_begin();
  digest_add(state, g_bytes_get_data(fields, NULL), g_bytes_get_size(fields));
  digest_add(state, g_bytes_get_data(source, NULL), g_bytes_get_size(source));
  return digest_finish(state);
}

static int put_wording(Terms *terms, const MailingSettings *s, enum language language, Wording **ret,
                       GError **error) {
  int r = catalogue_load(s->catalogue, terms->wording, language, ret, error);
  if (r < 0)
    return r;
  const Wording *wording = *ret;
  g_autofree char *folder = g_path_get_dirname(wording_path(wording));
  g_autofree char *fields_path = g_build_filename(folder, "fields", NULL);
  g_autoptr(GBytes) fields = NULL;
  g_autoptr(GBytes) source = NULL;
  r = read_source(fields_path, &fields, error);
  if (r == 0)
    r = read_source(wording_path(wording), &source, error);
  if (r < 0)
    return r;
  TermsWording *own = g_new0(TermsWording, 1);
  own->language = language;
  own->digest = digest_of_both(fields, source);
  own->fields = g_steal_pointer(&fields);
  own->source = g_steal_pointer(&source);
  g_ptr_array_add(terms->wordings, own);
  if (!digest_equal(&own->digest, wording_digest(wording)))
    return fault(error, FAULT_BUSY, "%s changed while it was read; try again", wording_path(wording));
  return 0;
}

/* A time may be given as 2013-12-02 for all languages; each has it in words. */
static int put_times(const Gathering *g, const Wording *wording, GError **error) {
  enum language language = wording_language(wording);
  for (guint i = 0; i < wording_field_count(wording); i++) {
    const Field *field = wording_field_at(wording, i);
    const char *given = terms_word(g->terms, language, field->name);
    if (field->kind != FIELD_TIME || given == NULL)
      continue;
    g_autofree char *words = NULL;
    if (language_time_given(language, given, g->settings->zone, &words, error) < 0)
      return fault_prefix(error, "the value %s in %s", field->name, language_code(language));
    put(g->terms, language_code(language), field->name, words);
  }
  return 0;
}

static int gather_language(const Gathering *g, enum language language, GError **error) {
  g_autoptr(Wording) wording = NULL;
  put_organisation(g->terms, g->settings, g->mailing, language);
  int r = put_wording(g->terms, g->settings, language, &wording, error);
  if (r == 0)
    r = put_document(g, language, error);
  if (r < 0)
    return r;
  put_prior(g, language);
  r = put_given(g->terms, g->link, g->mailing, language_code(language), error);
  return r < 0 ? r : put_times(g, wording, error);
}

static int find_subjects(Gathering *g, GError **error) {
  const GArray *documents = g->mailing->documents;
  int r = documents->len == 0
              ? 0
              : document_find(g->link, g_array_index(documents, gint64, 0), &g->document, error);
  if (r == 0)
    r = prior_find(g->link, g->mailing, &g->prior, error);
  return MIN(r, 0);
}

int terms_gather(Desk *desk, Link *link, const Mailing *mailing, guint languages, Terms **ret,
                 GError **error) {
  g_autoptr(MailingSettings) settings = desk_settings(desk);
  g_autoptr(Terms) terms = terms_blank(mailing->wording);
  g_auto(Gathering) g = {.terms = terms, .settings = settings, .link = link, .mailing = mailing};
  put_sender(terms, settings);
  int r = find_subjects(&g, error);
  for (int language = 0; r == 0 && language < LANGUAGE_COUNT; language++)
    if ((languages & LANGUAGE_BIT(language)) != 0)
      r = gather_language(&g, (enum language)language, error);
  if (r == 0)
    *ret = g_steal_pointer(&terms);
  return r;
}

int terms_gather_note(Desk *desk, Link *link, const Mailing *mailing, guint languages, Terms **ret,
                      GError **error) {
  Mailing note = *mailing;
  note.wording = (char *)MAILBOX_NOTE_WORDING;
  return terms_gather(desk, link, &note, languages, ret, error);
}

void terms_put_head(Terms *terms, const Head *head) {
  g_autofree char *text = head != NULL ? head_text(head) : g_strdup("preview");
  put(terms, "", "journal_head", text);
}

/* ---- freezing ---- */

typedef struct {
  Link *link;
  gint64 mailing;
  int result;
  GError **error;
} Writing;

static gboolean write_word(gpointer key, gpointer value, gpointer data) {
  Writing *w = data;
  w->result = mailing_rows_write_word(w->link, w->mailing, key, value, w->error);
  return w->result < 0;
}

static int write_wordings(Link *link, gint64 mailing, gboolean note, const Terms *terms, GError **error) {
  int r = 0;
  for (guint i = 0; r == 0 && i < terms->wordings->len; i++) {
    const TermsWording *w = g_ptr_array_index(terms->wordings, i);
    r = mailing_rows_write_wording(link, mailing, note, language_code(w->language), w->fields, w->source,
                                   &w->digest, error);
  }
  return r;
}

int terms_write(Link *link, gint64 mailing, const Terms *terms, const Terms *note, GError **error) {
  Writing writing = {link, mailing, 0, error};
  g_tree_foreach(terms->words, write_word, &writing);
  int r = writing.result;
  if (r == 0)
    r = write_wordings(link, mailing, FALSE, terms, error);
  if (r == 0 && note != NULL)
    r = write_wordings(link, mailing, TRUE, note, error);
  return r;
}

static int read_wording(const char *language, GBytes *fields, GBytes *source, const Digest *digest,
                        gpointer data) {
  Terms *terms = data;
  TermsWording *own = g_new0(TermsWording, 1);
  language_parse(language, &own->language);
  own->digest = *digest;
  own->fields = g_bytes_ref(fields);
  own->source = g_bytes_ref(source);
  g_ptr_array_add(terms->wordings, own);
  return 0;
}

int terms_read(Link *link, const Mailing *mailing, gboolean note, Terms **ret, GError **error) {
  g_autoptr(Terms) terms = terms_blank(note ? MAILBOX_NOTE_WORDING : mailing->wording);
  int r = mailing_rows_words(link, mailing->id, terms->words, error);
  if (r == 0)
    r = mailing_rows_wordings(link, mailing->id, note, read_wording, terms, error);
  if (r < 0)
    return r;
  if (terms->wordings->len == 0)
    return 1;
  *ret = g_steal_pointer(&terms);
  return 0;
}

/* ---- using ---- */

const char *terms_common(const Terms *terms, const char *name) {
  g_autofree char *key = g_strconcat("/", name, NULL);
  return g_tree_lookup(terms->words, key);
}

const char *terms_word(const Terms *terms, enum language language, const char *name) {
  g_autofree char *key = g_strconcat(language_code(language), "/", name, NULL);
  const char *word = g_tree_lookup(terms->words, key);
  return word != NULL ? word : terms_common(terms, name);
}

const TermsWording *terms_wording(const Terms *terms, enum language language) {
  for (guint i = 0; i < terms->wordings->len; i++) {
    const TermsWording *w = g_ptr_array_index(terms->wordings, i);
    if (w->language == language)
      return w;
  }
  return NULL;
}

static int lay_out(const char *path, GBytes *bytes, GError **error) {
  g_autoptr(GBytes) there = NULL;
  if (file_read(path, WORDING_FILE_MAX, &there, NULL) == 0 && g_bytes_equal(there, bytes))
    return 0;
  return file_write_whole(path, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), 0640, error);
}

int terms_open_wording(const Terms *terms, const char *folder, enum language language, Wording **ret,
                       GError **error) {
  const TermsWording *w = terms_wording(terms, language);
  if (w == NULL)
    return fault(error, FAULT_RULE, "the wording %s was frozen without %s; submit the mailing again",
                 terms->wording, language_code(language));
  char hex[DIGEST_HEX_SIZE];
  digest_hex(&w->digest, hex);
  g_autofree char *root = g_strconcat(folder, "/wording-", hex, NULL);
  g_autofree char *own = g_build_filename(root, "wording", terms->wording, NULL);
  g_autofree char *fields = g_build_filename(own, "fields", NULL);
  g_autofree char *source = g_strconcat(own, "/", language_code(language), ".md", NULL);
  int r = file_make_folder(own, 0750, error);
  if (r == 0)
    r = lay_out(fields, w->fields, error);
  if (r == 0)
    r = lay_out(source, w->source, error);
  return r < 0 ? r : wording_load(root, terms->wording, language, ret, error);
}

/* A list is kept with an item a line. */
static Value list_of(ValuePool *pool, const char *text) {
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  guint count = 0;
  Value *items = value_pool_items(pool, g_strv_length(lines));
  for (char **line = lines; *line != NULL; line++)
    if (**line != '\0')
      items[count++] = value_pool_text(pool, *line);
  return value_list(items, count);
}

static Value value_of(const Field *field, const char *word, ValuePool *pool) {
  if (word == NULL)
    return value_text(NULL);
  switch (field->kind) {
  case FIELD_FLAG:
    return value_flag(strcmp(word, "no") != 0);
  case FIELD_LIST:
    return list_of(pool, word);
  default:
    return value_pool_text(pool, word);
  }
}

static const char *word_of(const Terms *terms, const Wording *wording, const TermsWord *more,
                           const char *name) {
  for (; more != NULL && more->name != NULL; more++)
    if (strcmp(more->name, name) == 0)
      return more->value;
  return terms_word(terms, wording_language(wording), name);
}

Value terms_values(const Terms *terms, const Wording *wording, const TermsWord *more, ValuePool *pool) {
  guint count = wording_field_count(wording), used = 0;
  ValueField *fields = value_pool_fields(pool, count);
  for (guint i = 0; i < count; i++) {
    const Field *field = wording_field_at(wording, i);
    if (field->level != FIELD_MAILING)
      continue;
    fields[used].key = value_pool_text(pool, field->name).text;
    fields[used++].value = value_of(field, word_of(terms, wording, more, field->name), pool);
  }
  return value_map(fields, used);
}
