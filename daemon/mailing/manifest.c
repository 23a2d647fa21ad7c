/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/manifest.h"

#include <string.h>

#include "base/fault.h"
#include "base/ident.h"
#include "journal/entry.h"
#include "mailing/compose.h"
#include "mailing/document.h"
#include "mailing/mailbox.h"
#include "mailing/mailing_rows.h"
#include "mailing/reminder.h"
#include "mailing/roll_rows.h"
#include "mailing/route.h"
#include "mailing/supplement.h"
#include "mailing/terms.h"
#include "mailing/wave.h"

#define KEY_MARGIN (30 * DAY) /* beyond the time of a mailing: retries, a pause, doubtful ones */

static void add_int(GString *to, const char *word, gint64 value) {
  g_string_append_printf(to, "%s %" G_GINT64_FORMAT "\n", word, value);
}

/* ---- leaves ---- */

static void add_routes(GString *to, const GPtrArray *routes) {
  for (guint i = 0; routes != NULL && i < routes->len; i++) {
    const Route *route = g_ptr_array_index(routes, i);
    char id[IDENT_SIZE];
    g_autofree char *word = g_strdup_printf(
        "route %u %s %s %s%s", i + 1, ident_into(IDENT_CHANNEL, route->channel, id),
        channel_kind_name(route->kind), variant_name(route->variant), route->plain_only ? " plain" : "");
    entry_line(to, word, route->address);
  }
}

void manifest_leaf(const Addressee *a, const GPtrArray *routes, GString *to) {
  g_string_truncate(to, 0);
  g_autofree char *salt = hex_of(a->salt, sizeof a->salt);
  char id[IDENT_SIZE];
  entry_line(to, "salt", salt);
  entry_line(to, "addressee", ident_into(IDENT_ADDRESSEE, a->id, id));
  entry_line(to, "contact", ident_into(IDENT_CONTACT, a->contact, id));
  entry_line(to, "state", addressee_state_name(a->state));
  entry_line(to, "reason", a->reason);
  add_int(to, "restricted", a->restricted);
  if (a->wave != 0)
    add_int(to, "wave", a->wave);
  entry_line(to, "language", a->language);
  entry_line(to, "country", a->country);
  entry_line(to, "name", a->name);
  entry_line(to, "holder", a->holder);
  entry_line(to, "salutation", a->salutation);
  entry_line(to, "inside", a->inside);
  entry_line(to, "close", a->close);
  entry_line(to, "form", a->form);
  add_int(to, "form-reviewed", a->form_reviewed);
  if (a->channel != 0)
    entry_line(to, "channel", ident_into(IDENT_CHANNEL, a->channel, id));
  entry_line(to, "address", a->address);
  if (a->variant != VARIANT_FULL)
    entry_line(to, "variant", variant_name(a->variant));
  entry_line(to, "to", a->to_name);
  entry_line(to, "offices", a->offices);
  add_routes(to, routes);
  g_string_append_printf(to, "grounds approval=%d promotion=%d\n", a->ground_approval, a->ground_promotion);
  g_string_append_printf(
      to, "stamps %016" G_GINT64_MODIFIER "x %016" G_GINT64_MODIFIER "x %016" G_GINT64_MODIFIER "x\n",
      (guint64)a->stamp_holder, (guint64)a->stamp_channel, (guint64)a->stamp_ground);
}

typedef struct {
  Link *link;
  Merkle tree;
  GString *leaf;
  gint64 wanted; /* the addressee whose leaf is kept */
  char *kept;
  Digest hash;
} Leaves;

int manifest_leaf_hash(Link *link, const Addressee *addressee, GString *leaf, Digest *ret, GError **error) {
  g_autoptr(GPtrArray) routes = NULL;
  if (addressee->erased) {
    g_string_truncate(leaf, 0);
    *ret = addressee->leaf;
    return 0;
  }
  int r = addressee->routes > 0 ? route_list(link, addressee, &routes, error) : 0;
  if (r < 0)
    return r;
  manifest_leaf(addressee, routes, leaf);
  *ret = merkle_leaf(leaf->str, leaf->len);
  return 0;
}

static int add_leaf(const Addressee *addressee, gpointer data, GError **error) {
  Leaves *leaves = data;
  Digest hash;
  int r = manifest_leaf_hash(leaves->link, addressee, leaves->leaf, &hash, error);
  if (r < 0)
    return r;
  merkle_add_tree(&leaves->tree, &hash, 0);
  if (addressee->id != leaves->wanted)
    return 0;
  leaves->kept = addressee->erased ? NULL : g_strdup(leaves->leaf->str);
  leaves->hash = hash;
  return 0;
}

/* ---- lines ---- */

static int language_seen(const char *state, G_GNUC_UNUSED const char *reason, const char *tag,
                         G_GNUC_UNUSED gint64 n, gpointer data, G_GNUC_UNUSED GError **error) {
  enum language language = LANGUAGE_FR;
  if (strcmp(state, "excluded") != 0 && language_parse(tag, &language))
    *(guint *)data |= LANGUAGE_BIT(language);
  return 0;
}

int manifest_languages(Link *link, const Mailing *mailing, guint *ret, GError **error) {
  *ret = 0;
  return roll_rows_counts(link, mailing->generation, language_seen, ret, error);
}

static int add_version(const MailingSettings *settings, const Document *document, const char *language,
                       GString *to, GError **error) {
  char id[IDENT_SIZE], hex[DIGEST_HEX_SIZE];
  ident_into(IDENT_DOCUMENT, document->id, id);
  const DocumentVersion *v = document_version(document, language);
  if (v == NULL || v->frozen_at == 0)
    return fault(error, FAULT_RULE, "%s \"%s\" has no frozen version in %s; add one and freeze it", id,
                 document->title, language);
  int r = document_check_version(settings, document, v, error);
  if (r < 0)
    return r;
  digest_hex(&v->digest, hex);
  g_autofree char *word =
      g_strdup_printf("file %s %s %s %" G_GINT64_FORMAT " %s", id, language, hex, v->size, v->media_type);
  entry_line(to, word, v->name);
  return 0;
}

static int add_documents(Desk *desk, Link *link, const Mailing *m, guint languages, GString *to,
                         GError **error) {
  g_autoptr(MailingSettings) settings = desk_settings(desk);
  for (guint i = 0; i < m->documents->len; i++) {
    g_autoptr(Document) document = NULL;
    int r = document_find(link, g_array_index(m->documents, gint64, i), &document, error);
    if (r < 0)
      return r;
    char id[IDENT_SIZE];
    g_autofree char *word =
        g_strdup_printf("document %s %s edition=%" G_GINT64_FORMAT,
                        ident_into(IDENT_DOCUMENT, document->id, id), document->kind, document->edition);
    entry_line(to, word, document->title);
    for (int language = 0; r == 0 && language < LANGUAGE_COUNT; language++)
      if ((languages & LANGUAGE_BIT(language)) != 0)
        r = add_version(settings, document, language_code((enum language)language), to, error);
    if (r < 0)
      return r;
  }
  return 0;
}

static gboolean add_word(gpointer key, gpointer value, gpointer data) {
  g_autofree char *word = g_strconcat("word ", key, NULL);
  entry_line(data, word, value);
  return FALSE;
}

static void add_wordings(const Terms *terms, GString *to) {
  char hex[DIGEST_HEX_SIZE];
  for (int language = 0; language < LANGUAGE_COUNT; language++) {
    const TermsWording *w = terms_wording(terms, (enum language)language);
    if (w == NULL)
      continue;
    digest_hex(&w->digest, hex);
    g_string_append_printf(to, "wording %s %s %s\n", language_code(w->language), terms->wording, hex);
  }
}

/* A covering note has its own wording; its words are those of the letters. */
static void add_words(const Terms *terms, const Terms *note, GString *to) {
  add_wordings(terms, to);
  if (note != NULL)
    add_wordings(note, to);
  g_tree_foreach(terms->words, add_word, to);
}

static void add_house(Desk *desk, GString *to) {
  g_autoptr(MailingSettings) settings = desk_settings(desk);
  char hex[DIGEST_HEX_SIZE];
  digest_hex(forms_digest(settings->forms), hex);
  entry_line(to, "forms", hex);
  for (guint i = 0; i < settings->relays->len; i++) {
    const RelayNote *note = g_ptr_array_index(settings->relays, i);
    g_autofree char *word = g_strdup_printf("relay %u %s", i + 1, note->name);
    entry_line(to, word, note->url);
  }
}

/* The very key or certificate, which must last as long as letters may still leave. */
static int add_key(Desk *desk, const Mailing *m, GString *to, GError **error) {
  enum signed_protocol protocol;
  Seal seal = {0};
  if (!signed_protocol_parse(m->sign, &protocol)) {
    entry_line(to, "sign", m->sign);
    return 0;
  }
  gint64 now = clock_wall(clock_system());
  gint64 until = m->not_after != 0 ? m->not_after : MAX(m->at, now) + KEY_MARGIN;
  int r = keeper_seal(desk_keeper(desk), protocol, &seal, error);
  if (r == 0)
    r = seal_check(&seal, now, until, error);
  if (r < 0)
    return r;
  g_autofree char *word = g_strconcat(m->sign, " ", seal_fingerprint(&seal), NULL);
  entry_line(to, "sign", word);
  return 0;
}

static void add_act(const Mailing *m, const Head *head, GString *to) {
  g_string_append_printf(to, "acknowledgement %s counts-from=%s\n", m->acknowledgement, m->counts_from);
  entry_line(to, "delivery-policy", m->delivery_policy);
  if (m->next_after != 0)
    g_string_append_printf(to, "next-channel %s after=%" G_GINT64_FORMAT "\n", m->next_channel,
                           m->next_after);
  else
    entry_line(to, "next-channel", m->next_channel);
  if (m->remind_after != NULL)
    entry_line(to, "remind-after", m->remind_after);
  g_string_append_printf(to, "variant link above=%" G_GINT64_FORMAT " after=552,5.2.3,5.3.4\n",
                         m->message_limit);
  g_autofree char *at = m->at != 0 ? moment_rfc3339(m->at) : g_strdup("release");
  g_autofree char *not_after = m->not_after != 0 ? moment_rfc3339(m->not_after) : g_strdup("none");
  entry_line(to, "at", at);
  entry_line(to, "not-after", not_after);
  char hex[DIGEST_HEX_SIZE];
  digest_hex(&head->line, hex);
  g_string_append_printf(to, "journal %" G_GINT64_FORMAT " %s\n", head->index, hex);
}

static int add_mailboxes(Link *link, const Mailing *m, GString *to, GError **error) {
  g_autoptr(GPtrArray) choices = NULL;
  int r = mailbox_choices(link, m->id, &choices, error);
  for (guint i = 0; r == 0 && i < choices->len; i++) {
    const MailboxChoice *choice = g_ptr_array_index(choices, i);
    char id[IDENT_SIZE] = "";
    if (choice->contact != 0)
      ident_into(IDENT_CONTACT, choice->contact, id);
    g_autofree char *value = g_strdup_printf("%s %s%s%s", choice->address,
                                             mailbox_choice_name(choice->choice), *id != '\0' ? " " : "", id);
    entry_line(to, "mailbox", value);
  }
  return r;
}

static int add_roll(Link *link, const Mailing *m, GString *to, GError **error) {
  g_autoptr(GString) leaf = g_string_sized_new(1024);
  Leaves leaves = {.link = link, .leaf = leaf};
  merkle_begin(&leaves.tree);
  int r = roll_rows_each(link, m->generation, add_leaf, &leaves, error);
  if (r < 0)
    return r;
  g_string_append_printf(to,
                         "addressees included=%" G_GINT64_FORMAT " held=%" G_GINT64_FORMAT
                         " excluded=%" G_GINT64_FORMAT "\n",
                         m->included, m->held, m->excluded);
  Digest root = merkle_root(&leaves.tree);
  char hex[DIGEST_HEX_SIZE];
  digest_hex(&root, hex);
  entry_line(to, "root", hex);
  return 0;
}

/* Which mailing it follows, and as what. */
static int add_origin(Link *link, const Mailing *m, GString *to, GError **error) {
  gint64 supplemented = 0, reminded = 0;
  char id[IDENT_SIZE];
  int r = supplement_of(link, m->id, &supplemented, error);
  if (r == 0)
    r = reminder_of(link, m->id, &reminded, error);
  if (supplemented != 0)
    entry_line(to, "supplements", ident_into(IDENT_MAILING, supplemented, id));
  if (reminded != 0)
    entry_line(to, "reminds", ident_into(IDENT_MAILING, reminded, id));
  return r;
}

int manifest_build(Desk *desk, Link *link, const Mailing *m, const Terms *terms, const Terms *note,
                   const Head *head, char **ret_text, GError **error) {
  g_autoptr(GString) to = g_string_sized_new(4096);
  char id[IDENT_SIZE];
  g_string_append_printf(to, "valise-manifest 1\ncomposer %d\n", COMPOSE_VERSION);
  entry_line(to, "mailing", ident_into(IDENT_MAILING, m->id, id));
  entry_line(to, "category", m->category);
  guint languages = 0;
  int r = add_origin(link, m, to, error);
  if (r == 0)
    r = manifest_languages(link, m, &languages, error);
  if (r == 0)
    r = add_documents(desk, link, m, languages, to, error);
  if (r < 0)
    return r;
  add_words(terms, note, to);
  add_house(desk, to);
  r = add_key(desk, m, to, error);
  if (r < 0)
    return r;
  add_act(m, head, to);
  g_autoptr(GPtrArray) waves = NULL;
  r = wave_list(link, m->id, &waves, error);
  if (r < 0)
    return r;
  wave_manifest(waves, to);
  r = add_mailboxes(link, m, to, error);
  if (r == 0)
    r = add_roll(link, m, to, error);
  if (r < 0)
    return r;
  if (to->len > MANIFEST_MAX)
    return fault(error, FAULT_RULE, "%s: the manifest would be longer than %d bytes; shorten the values", id,
                 MANIFEST_MAX);
  *ret_text = g_string_free(g_steal_pointer(&to), FALSE);
  return 0;
}

Digest manifest_digest(const char *text) {
  return digest_of(text, strlen(text));
}

/* ---- comparing ---- */

gboolean manifest_head(const char *text, Head *ret) {
  const char *line = strstr(text, "\njournal ");
  if (line == NULL)
    return FALSE;
  g_auto(GStrv) parts = g_strsplit(line + strlen("\njournal "), " ", 2);
  if (g_strv_length(parts) != 2 || strlen(parts[1]) < 64)
    return FALSE;
  parts[1][64] = '\0';
  ret->index = g_ascii_strtoll(parts[0], NULL, 10);
  return digest_parse(parts[1], &ret->line);
}

/* One of the two lines, or both, as a person reads them: a line that is only there once came or went. */
static char *tell_difference(const char *was, const char *is) {
  if (is == NULL)
    return g_strdup_printf("\"%s\" is gone", was);
  if (was == NULL)
    return g_strdup_printf("\"%s\" came in addition", is);
  return g_strdup_printf("was \"%s\", is \"%s\"", was, is);
}

static char *first_difference(const char *was, const char *is) {
  g_auto(GStrv) before = g_strsplit(was, "\n", -1);
  g_auto(GStrv) after = g_strsplit(is, "\n", -1);
  guint i = 0;
  while (before[i] != NULL && after[i] != NULL && strcmp(before[i], after[i]) == 0)
    i++;
  return tell_difference(before[i], after[i]);
}

static gboolean is_the_mailings_own(int r) {
  return r == FAULT_RULE || r == FAULT_ABSENT || r == FAULT_INPUT;
}

static int rebuild(Desk *desk, Link *link, const Mailing *m, const Head *head, char **ret, GError **error) {
  g_autoptr(Terms) terms = NULL;
  g_autoptr(Terms) note = NULL;
  guint languages = 0, notes = 0;
  int r = manifest_languages(link, m, &languages, error);
  if (r == 0)
    r = terms_gather(desk, link, m, languages, &terms, error);
  if (r == 0)
    r = mailbox_note_languages(link, m->id, m->generation, &notes, error);
  if (r == 0 && notes != 0)
    r = terms_gather_note(desk, link, m, notes, &note, error);
  if (r < 0)
    return r;
  terms_put_head(terms, head);
  if (note != NULL)
    terms_put_head(note, head);
  return manifest_build(desk, link, m, terms, note, head, ret, error);
}

int manifest_compare(Desk *desk, const Mailing *m, char **ret_difference, GError **error) {
  g_autoptr(Link) link = NULL;
  g_autofree char *stored = NULL;
  g_autofree char *now = NULL;
  int r = store_read(desk_store(desk), &link, error);
  if (r == 0)
    r = manifest_text(link, 1, m->id, &stored, error);
  if (r < 0)
    return r;
  Digest digest = manifest_digest(stored);
  Head head = {0};
  if (!m->has_digest || !digest_equal(&digest, &m->digest) || !manifest_head(stored, &head)) {
    *ret_difference = g_strdup("the stored manifest is not the one of its digest");
    return 1;
  }
  g_autoptr(GError) why = NULL;
  r = rebuild(desk, link, m, &head, &now, &why);
  if (r < 0 && is_the_mailings_own(r)) {
    *ret_difference = g_strdup(why->message);
    return 1;
  }
  if (r < 0) {
    g_propagate_error(error, g_steal_pointer(&why));
    return r;
  }
  if (strcmp(stored, now) == 0)
    return 0;
  *ret_difference = first_difference(stored, now);
  return 1;
}

int manifest_text(Link *link, gint64 clearance, gint64 mailing, char **ret, GError **error) {
  g_autoptr(Mailing) m = NULL;
  int r = mailing_find(link, clearance, mailing, &m, error);
  gboolean hidden = FALSE;
  if (r == 0)
    r = wave_are_hidden(link, mailing, clearance, &hidden, error);
  if (hidden)
    return fault(error, FAULT_FORBIDDEN,
                 "its manifest names what is not for volunteers to see; ask an organiser");
  if (r == 0)
    r = mailing_rows_manifest(link, mailing, ret, error);
  if (r <= 0)
    return r;
  char id[IDENT_SIZE];
  return fault(error, FAULT_ABSENT, "%s has no manifest: it is not submitted",
               ident_into(IDENT_MAILING, mailing, id));
}

/* ---- proving ---- */

void manifest_proof_clear(ManifestProof *proof) {
  g_clear_pointer(&proof->leaf, g_free);
}

static int prove(Link *link, const Addressee *a, ManifestProof *ret, GError **error) {
  gint64 index = 0;
  int r = roll_rows_index(link, a->generation, a->id, &index, error);
  if (r < 0)
    return r;
  g_autoptr(GString) leaf = g_string_sized_new(1024);
  Leaves leaves = {.link = link, .leaf = leaf, .wanted = a->id};
  merkle_begin(&leaves.tree);
  merkle_follow(&leaves.tree, (guint64)index);
  r = roll_rows_each(link, a->generation, add_leaf, &leaves, error);
  *ret = (ManifestProof){
      .leaf = leaves.kept, .digest = leaves.hash, .index = (guint64)index, .count = leaves.tree.count};
  if (r < 0)
    return r;
  ret->root = merkle_root(&leaves.tree);
  ret->length = merkle_proof(&leaves.tree, ret->path);
  return 0;
}

int manifest_prove(Desk *desk, gint64 clearance, gint64 addressee, ManifestProof *ret, GError **error) {
  g_autoptr(Link) link = NULL;
  g_autoptr(Addressee) a = NULL;
  int r = store_read(desk_store(desk), &link, error);
  if (r == 0)
    r = roll_find(link, clearance, addressee, &a, error);
  return r < 0 ? r : prove(link, a, ret, error);
}
