/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/mould.h"

#include <string.h>

#include "base/fault.h"
#include "base/file.h"
#include "mail/header.h"
#include "mail/mime.h"
#include "mailing/foot.h"
#include "mailing/mould_inner.h"

#define HELD_IN_MEMORY                                                                                       \
  (64 * 1024) /* an attachment's base64 form up to here is kept once, larger ones are read */

static void attachment_free(gpointer data) {
  Attachment *a = data;
  g_free(a->version.language);
  g_free(a->version.name);
  g_free(a->version.media_type);
  if (a->fields != NULL)
    g_string_free(a->fields, TRUE);
  g_free(a->signed_by);
  if (a->signature != NULL)
    g_string_free(a->signature, TRUE);
  g_clear_pointer(&a->held, g_bytes_unref);
  g_free(a->name);
  g_free(a->path);
  g_free(a);
}

Mould *mould_ref(Mould *mould) {
  g_atomic_int_inc(&mould->references);
  return mould;
}

void mould_unref(Mould *m) {
  if (m == NULL || !g_atomic_int_dec_and_test(&m->references))
    return;
  letter_free(m->letter);
  g_string_free(m->from, TRUE);
  g_string_free(m->fixed, TRUE);
  address_free(m->sender);
  address_free(m->reply);
  address_free(m->bounce);
  g_free(m->category);
  g_free(m->separator);
  g_free(m->base_url);
  g_free(m->instance);
  g_free(m->folder);
  explicit_bzero(&m->key, sizeof m->key);
  g_ptr_array_unref(m->attachments);
  g_free(m);
}

gboolean mould_is_signed(const Mould *mould) {
  return seal_is_there(&mould->seal);
}

gboolean mould_has_signatures(const Mould *mould) {
  gboolean has = mould_is_signed(mould);
  for (guint i = 0; i < mould->attachments->len && !has; i++)
    has = ((const Attachment *)g_ptr_array_index(mould->attachments, i))->signature != NULL;
  return has;
}

const char *mould_category(const Mould *mould) {
  return mould->category;
}

guint mould_attachment_count(const Mould *mould) {
  return mould->attachments->len;
}

const DocumentVersion *mould_attachment(const Mould *mould, guint index) {
  const Attachment *a = g_ptr_array_index(mould->attachments, index);
  return &a->version;
}

const char *mould_folder(const Mould *mould) {
  return mould->folder;
}

guint mould_form_of(const Addressee *line, enum variant variant) {
  return (line->offices != NULL ? MOULD_NOTE : 0U) | (variant == VARIANT_LINK ? MOULD_LINK : 0U);
}

/* ---- making ---- */

char *mould_document_url(const char *base_url, const DocumentVersion *version) {
  char hex[DIGEST_HEX_SIZE];
  digest_hex(&version->digest, hex);
  g_autofree char *name = g_uri_escape_string(version->name, NULL, FALSE);
  return g_strconcat(base_url, "/d/", hex, "/", name, NULL);
}

/* What the link form of a letter says of its documents: of the first in words of its own, of others a line
 * each. */
typedef struct {
  char *url, *size, *others;
} LinkWords;

static void link_words_clear(LinkWords *words) {
  g_free(words->url);
  g_free(words->size);
  g_free(words->others);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LinkWords, link_words_clear)

static int make_link_words(const Mould *m, LinkWords *ret, GError **error) {
  if (m->base_url == NULL)
    return fault(error, FAULT_RULE,
                 "a letter is to link its documents, but [http] base_url says no address for them; set it in "
                 "valise.conf, or let the mailing have a larger message-limit");
  g_autoptr(GString) others = g_string_new(NULL);
  for (guint i = 0; i < m->attachments->len; i++) {
    const DocumentVersion *v = mould_attachment(m, i);
    g_autofree char *url = mould_document_url(m->base_url, v), *size = language_size(m->language, v->size);
    char hex[DIGEST_HEX_SIZE];
    digest_hex(&v->digest, hex);
    if (i > 0) {
      g_string_append_printf(others, "%s%s (%s, SHA-256 %s)", i > 1 ? "\n" : "", url, size, hex);
      continue;
    }
    ret->url = g_steal_pointer(&url);
    ret->size = g_steal_pointer(&size);
  }
  ret->others = g_string_free(g_steal_pointer(&others), FALSE);
  return 0;
}

/* A document that the letter does not speak of would neither be attached nor found. */
static int check_linkable(const Mould *m, const Wording *wording, GError **error) {
  static const char *const needed[] = {"document_url", "linked_documents"};
  gsize count = m->attachments->len > 1 ? 2 : 1;
  for (gsize i = 0; i < count; i++) {
    const Field *field = wording_field(wording, needed[i], strlen(needed[i]));
    if (field == NULL || !wording_uses(wording, field))
      return fault(
          error, FAULT_RULE,
          "%s: a letter in this wording is to link what it does not attach, but has no {{%s}}; use another "
          "wording, send fewer documents, or let the mailing have a larger message-limit",
          wording_path(wording), needed[i]);
  }
  return 0;
}

/* Who checks needs it by another way than the key itself: on paper, or read out. */
static const char *fingerprint_of(const Mould *m) {
  if (mould_is_signed(m))
    return seal_fingerprint(&m->seal);
  for (guint i = 0; i < m->attachments->len; i++) {
    const Attachment *a = g_ptr_array_index(m->attachments, i);
    if (a->signed_by != NULL)
      return a->signed_by;
  }
  return NULL;
}

static int make_letter(Mould *m, const Terms *terms, GError **error) {
  g_autoptr(Wording) wording = NULL;
  int r = terms_open_wording(terms, m->folder, m->language, &wording, error);
  if (r == 0)
    r = terms_check_fields(terms, wording, error);
  if (r < 0)
    return r;
  g_auto(LinkWords) words = {0};
  gboolean linked = (m->form & MOULD_LINK) != 0;
  if (linked)
    r = check_linkable(m, wording, error);
  if (linked && r == 0)
    r = make_link_words(m, &words, error);
  if (r < 0)
    return r;
  const TermsWord more[] = {
      {"document_url", words.url}, {"document_size", words.size}, {"linked_documents", words.others}, {0}};
  g_autoptr(ValuePool) pool = value_pool_new();
  Value values = terms_values(terms, wording, linked ? more : NULL, pool);
  const char *head = terms_common(terms, "journal_head"); /* letters frozen before there was one have none */
  g_autofree char *foot = head != NULL ? foot_of(m->language, head, fingerprint_of(m)) : NULL;
  return letter_new_footed(wording, &values, foot, &m->letter, error);
}

static int parse_mailbox(const Terms *terms, const char *name, Address **ret, GError **error) {
  const char *text = terms_common(terms, name);
  if (text == NULL)
    return 0;
  int r = address_parse(text, ADDRESS_SINGLE_LABEL, ret, error);
  return r < 0 ? fault_prefix(error, "valise.conf, the mailbox \"%s\"", name) : 0;
}

static int make_sender(Mould *m, const Terms *terms, GError **error) {
  int r = parse_mailbox(terms, "from", &m->sender, error);
  if (r == 0)
    r = parse_mailbox(terms, "reply", &m->reply, error);
  if (r == 0)
    r = parse_mailbox(terms, "bounce", &m->bounce, error);
  if (r < 0)
    return r;
  if (m->sender == NULL || m->bounce == NULL)
    return fault(error, FAULT_RULE,
                 "[organisation] from: no mail address to send from is set; add it to valise.conf");
  m->reply_token = m->reply != NULL;
  m->envelope_token = g_strcmp0(terms_common(terms, "envelope"), "token") == 0;
  m->separator = g_strdup(terms_common(terms, "separator"));
  m->base_url = g_strdup(terms_common(terms, "base_url"));
  r = header_mailbox(m->from, "From", terms_word(terms, m->language, "organisation"), m->sender, error);
  if (r == 0)
    r = header_verbatim(m->fixed, "MIME-Version", "1.0", error);
  return r < 0 ? r : header_verbatim(m->fixed, "Content-Language", language_code(m->language), error);
}

/* The document's own detached signature goes beside it, so that it can be checked without the message. */
static int make_signature_part(Attachment *a, const DocumentVersion *v, GError **error) {
  g_autofree char *name = g_strconcat(v->name, ".asc", NULL);
  gsize size = 0;
  gconstpointer armour = g_bytes_get_data(v->signature->armour, &size);
  a->signature = g_string_new(NULL);
  return mime_attachment_bytes(a->signature, "application/pgp-signature", name, armour, size, error);
}

static int make_attachment(Mould *m, const MailingSettings *settings, const DocumentVersion *v,
                           GError **error) {
  Attachment *a = g_new0(Attachment, 1);
  g_ptr_array_add(m->attachments, a);
  a->version = *v;
  a->version.language = g_strdup(v->language);
  a->version.name = g_strdup(v->name);
  a->version.media_type = g_strdup(v->media_type);
  a->version.added_by = NULL;
  a->version.signature = NULL;
  a->path = document_path(settings, &v->digest, TRUE);
  a->name = g_path_get_basename(a->path);
  a->fields = g_string_new(NULL);
  int r = mime_attachment(a->fields, v->media_type, v->name, error);
  if (r == 0 && v->signature != NULL) {
    a->signed_by = g_strdup(v->signature->fingerprint);
    r = make_signature_part(a, v, error);
  }
  if (r < 0 || v->encoded_size > HELD_IN_MEMORY)
    return r;
  r = file_read(a->path, HELD_IN_MEMORY, &a->held, error);
  if (r < 0)
    return r;
  Digest digest = digest_of(g_bytes_get_data(a->held, NULL), g_bytes_get_size(a->held));
  if (!digest_equal(&digest, &v->encoded_digest))
    return fault(error, FAULT_RULE,
                 "%s has another SHA-256 than when %s was frozen; put back the file from a backup", a->path,
                 v->name);
  return 0;
}

static int make_attachments(Mould *m, const MailingSettings *settings, Link *link, const Mailing *mailing,
                            GError **error) {
  const char *code = language_code(m->language);
  for (guint i = 0; i < mailing->documents->len; i++) {
    g_autoptr(Document) document = NULL;
    int r = document_find(link, g_array_index(mailing->documents, gint64, i), &document, error);
    if (r < 0)
      return r;
    const DocumentVersion *v = document_version(document, code);
    if (v == NULL || v->frozen_at == 0)
      return fault(error, FAULT_RULE,
                   "\"%s\" has no frozen version in %s; add one, freeze it, and make the roll again",
                   document->title, code);
    r = make_attachment(m, settings, v, error);
    if (r < 0)
      return r;
  }
  return 0;
}

int mould_new(Desk *desk, Link *link, const Mailing *mailing, const Terms *terms, enum language language,
              guint form, Mould **ret, GError **error) {
  g_autoptr(MailingSettings) settings = desk_settings(desk);
  g_autoptr(Mould) m = g_new0(Mould, 1);
  m->references = 1;
  m->form = form;
  m->mailing = mailing->id;
  m->language = language;
  m->from = g_string_new(NULL);
  m->fixed = g_string_new(NULL);
  m->attachments = g_ptr_array_new_with_free_func(attachment_free);
  m->instance = g_strdup(desk_instance(desk));
  m->folder = g_strdup(settings->documents);
  m->key = settings->token_key;
  m->acknowledged = strcmp(mailing->acknowledgement, "none") != 0;
  m->category = g_strdup(mailing->category);
  m->forum = strcmp(mailing->category, "forum") == 0;
  enum signed_protocol protocol;
  int r = signed_protocol_parse(mailing->sign, &protocol)
              ? keeper_seal(desk_keeper(desk), protocol, &m->seal, error)
              : 0;
  if (r == 0)
    r = make_sender(m, terms, error);
  if (r == 0)
    r = make_attachments(m, settings, link, mailing, error);
  if (r == 0)
    r = make_letter(m, terms, error);
  if (r == 0)
    *ret = g_steal_pointer(&m);
  return r;
}
