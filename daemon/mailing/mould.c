/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/mould.h"

#include <string.h>

#include "base/fault.h"
#include "base/file.h"
#include "mail/header.h"
#include "mail/mime.h"
#include "mail/token.h"
#include "mailing/route.h"
#include "mailing/splice.h"
#include "mailing/trial.h"
#include "sign/signed_entity.h"
#include "templates/letter.h"

#define HELD_IN_MEMORY                                                                                       \
  (64 * 1024)            /* an attachment's base64 form up to here is kept once, larger ones are read */
#define SHARED_MAX    64 /* moulds on the rack: mailings under way times languages */
#define PREVIEW_TOKEN "preview" /* too short for a token and with letters that none has */

/* A part that is the same in each message: its fields, and where its base64 form lies. */
typedef struct {
  DocumentVersion version;
  GString *fields;
  GBytes *held;       /* NULL: read from the file */
  GString *signature; /* the whole part beside it; NULL: it was frozen unsigned */
  char *name, *path;
} Attachment;

struct Mould {
  gint references;
  guint form; /* enum mould_form */
  gint64 mailing;
  enum language language;
  Letter *letter;
  GString *from;  /* the field From */
  GString *fixed; /* MIME-Version, Content-Language */
  Address *sender, *reply, *bounce;
  gboolean reply_token, envelope_token, acknowledged, forum;
  Signer *signer; /* of the keeper's; NULL: letters are not signed */
  char *category, *separator, *base_url, *instance, *folder;
  TokenKey key;
  GPtrArray *attachments; /* of Attachment */
};

static void attachment_free(gpointer data) {
  Attachment *a = data;
  g_free(a->version.language);
  g_free(a->version.name);
  g_free(a->version.media_type);
  if (a->fields != NULL)
    g_string_free(a->fields, TRUE);
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

gboolean mould_has_signatures(const Mould *mould) {
  gboolean has = mould->signer != NULL;
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
  return letter_new(wording, &values, &m->letter, error);
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
  if (r == 0 && v->signature != NULL)
    r = make_signature_part(a, v, error);
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
  int r = strcmp(mailing->sign, "openpgp") == 0 ? keeper_signer(desk_keeper(desk), &m->signer, error) : 0;
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

/* ---- casting ---- */

/* The marks of one copy, each derived from its delivery's number. */
typedef struct {
  char env[TOKEN_SIZE], reply[TOKEN_SIZE], unsub[TOKEN_SIZE], page[TOKEN_SIZE];
  char seed[64];
  char *id;              /* Message-ID */
  char *reply_address;   /* where answers go */
  char *unsubscribe_url; /* NULL: this kind of mail is not left, or not on a page */
  char *page_url;        /* NULL: no answer is wanted, or nobody serves pages */
  char *envelope;        /* reverse-path, RFC 5321 §4.1.1.2 */
} Marks;

static void marks_clear(Marks *marks) {
  g_free(marks->id);
  g_free(marks->reply_address);
  g_free(marks->unsubscribe_url);
  g_free(marks->page_url);
  g_free(marks->envelope);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Marks, marks_clear)

char *mould_message_id(const char *instance, const char *domain, gint64 delivery) {
  return g_strdup_printf("<d%" G_GINT64_FORMAT ".%s@%s>", delivery, instance, domain);
}

static void name_trial(const Mould *m, const MouldTrial *trial, Marks *marks) {
  g_snprintf(marks->seed, sizeof marks->seed, "test%sx%s", trial->word, m->instance);
  g_free(marks->id);
  marks->id = g_strconcat("<test.", trial->word, ".", m->instance, "@", m->sender->domain, ">", NULL);
}

static void make_tokens(const Mould *m, const MouldCopy *copy, Marks *marks) {
  gint64 delivery = copy->delivery;
  if (delivery == 0) {
    g_strlcpy(marks->env, PREVIEW_TOKEN, TOKEN_SIZE);
    g_strlcpy(marks->reply, PREVIEW_TOKEN, TOKEN_SIZE);
    g_strlcpy(marks->unsub, PREVIEW_TOKEN, TOKEN_SIZE);
    g_strlcpy(marks->page, PREVIEW_TOKEN, TOKEN_SIZE);
    g_snprintf(marks->seed, sizeof marks->seed, "preview%s", m->instance);
    marks->id = g_strconcat("<preview.", m->instance, "@", m->sender->domain, ">", NULL);
    if (copy->trial != NULL)
      name_trial(m, copy->trial, marks);
    return;
  }
  char number[32];
  g_snprintf(number, sizeof number, "d%" G_GINT64_FORMAT, delivery);
  token_make(&m->key, TOKEN_ENV, delivery, marks->env);
  if (m->reply_token)
    token_make(&m->key, TOKEN_REPLY, delivery, marks->reply);
  if (m->base_url != NULL) {
    token_make(&m->key, TOKEN_UNSUB, delivery, marks->unsub);
    token_make(&m->key, TOKEN_PAGE, delivery, marks->page);
  }
  g_snprintf(marks->seed, sizeof marks->seed, "%sx%s", number, m->instance);
  marks->id = mould_message_id(m->instance, m->sender->domain, delivery);
}

/* Announcements of the forum to persons can be left; nothing else that is sent, and no office. */
static gboolean may_leave(const Mould *m, const Addressee *a) {
  return m->forum && !a->restricted;
}

static int make_marks(const Mould *m, const Addressee *a, const MouldCopy *copy, Marks *marks,
                      GError **error) {
  make_tokens(m, copy, marks);
  int r = 0;
  if (m->reply_token)
    r = token_address(m->reply, m->separator, marks->reply, &marks->reply_address, error);
  else
    marks->reply_address = g_strdup(m->sender->send);
  if (m->base_url != NULL && may_leave(m, a))
    marks->unsubscribe_url = g_strconcat(m->base_url, "/u/", marks->unsub, NULL);
  if (m->base_url != NULL && m->acknowledged)
    marks->page_url = g_strconcat(m->base_url, "/r/", marks->page, NULL);
  if (r < 0)
    return r;
  if (m->envelope_token)
    return token_address(m->bounce, m->separator, marks->env, &marks->envelope, error);
  marks->envelope = g_strdup(m->bounce->send);
  return 0;
}

/* Those whom a covering note names. */
static Value offices_of(const Addressee *a, ValuePool **pool) {
  if (a->offices == NULL)
    return value_text(NULL);
  *pool = value_pool_new();
  g_auto(GStrv) names = g_strsplit(a->offices, "\n", -1);
  guint count = g_strv_length(names);
  Value *items = value_pool_items(*pool, count);
  for (guint i = 0; i < count; i++)
    items[i] = value_pool_text(*pool, names[i]);
  return value_list(items, count);
}

static int render(const Mould *m, const Addressee *a, const Marks *marks, GString *subject, GString *text,
                  GString *html, GError **error) {
  ValuePool *pool = NULL; /* most letters need none */
  const ValueField fields[] = {{"name", value_text(a->to_name)},
                               {"salutation", value_text(a->salutation)},
                               {"inside_address", value_text(a->inside)},
                               {"close", value_text(a->close)},
                               {"reply_address", value_text(marks->reply_address)},
                               {"page_url", value_text(marks->page_url)},
                               {"unsubscribe_url", value_text(marks->unsubscribe_url)},
                               {"ground_approval", value_flag(a->ground_approval)},
                               {"ground_promotion", value_flag(a->ground_promotion)},
                               {"offices", offices_of(a, &pool)}};
  const Value recipient = value_map(fields, G_N_ELEMENTS(fields));
  int r = letter_render(m->letter, &recipient, subject, text, html, error);
  value_pool_free(pool);
  return r;
}

int mould_words(const Mould *m, const Addressee *a, const MouldCopy *copy, GString *subject, GString *text,
                GString *html, GError **error) {
  g_auto(Marks) marks = {0};
  int r = make_marks(m, a, copy, &marks, error);
  return r < 0 ? r : render(m, a, &marks, subject, text, html, error);
}

/* header_mailbox writes the form that is sent and nothing else of an address. */
static int write_mailbox(GString *to, const char *field, const char *name, const char *mailbox,
                         GError **error) {
  const Address address = {.send = (char *)mailbox, .show = (char *)mailbox};
  return header_mailbox(to, field, name, &address, error);
}

/* RFC 8098 §2.1: a reader asks nobody else than the envelope's sender without a person's consent. */
static int write_request(const Mould *m, const Marks *marks, GString *to, GError **error) {
  if (!m->acknowledged || !m->envelope_token)
    return 0;
  return write_mailbox(to, "Disposition-Notification-To", NULL, marks->envelope, error);
}

/* RFC 2369 §3.2: how a person leaves this kind of mail. With a page that needs one press alone (RFC 8058
 * §3.1), else by a mailbox that people read. */
static int write_unsubscribe(const Mould *m, const Addressee *a, const Marks *marks, GString *to,
                             GError **error) {
  if (!may_leave(m, a))
    return 0;
  g_autoptr(GString) value = g_string_new(NULL);
  if (marks->unsubscribe_url != NULL)
    g_string_append_printf(value, "<%s>", marks->unsubscribe_url);
  if (m->reply_token) {
    g_autofree char *escaped = g_uri_escape_string(marks->reply_address, "@", FALSE);
    g_string_append_printf(value, "%s<mailto:%s?subject=unsubscribe>", value->len > 0 ? ", " : "", escaped);
  }
  int r = value->len > 0 ? header_verbatim(to, "List-Unsubscribe", value->str, error) : 0;
  if (r == 0 && marks->unsubscribe_url != NULL)
    r = header_verbatim(to, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click", error);
  return r;
}

static const char *address_of(const Addressee *a, const MouldCopy *copy) {
  if (copy->trial != NULL)
    return copy->trial->to;
  return copy->route != NULL ? copy->route->address : a->address;
}

static gboolean needs_utf8(const Addressee *a, const MouldCopy *copy) {
  if (copy->trial != NULL)
    return copy->trial->utf8;
  return copy->route != NULL ? copy->route->utf8 : a->utf8;
}

static int write_header(const Mould *m, const Addressee *a, const MouldCopy *copy, const Marks *marks,
                        const char *subject, GString *to, GError **error) {
  g_string_append_len(to, m->from->str, (gssize)m->from->len);
  /* A mailbox that several have belongs to none of them: it is written to without a name. */
  int r = write_mailbox(to, "To", a->offices == NULL ? a->to_name : NULL, address_of(a, copy), error);
  if (r == 0 && m->reply_token)
    r = write_mailbox(to, "Reply-To", NULL, marks->reply_address, error);
  if (r == 0)
    r = header_text(to, "Subject", subject, error);
  if (r == 0)
    r = header_date(to, "Date", copy->dated, error);
  if (r == 0)
    r = header_message_id(to, "Message-ID", marks->id, error);
  if (r == 0 && copy->trial == NULL)
    r = write_request(m, marks, to, error);
  if (r == 0)
    r = write_unsubscribe(m, a, marks, to, error);
  g_string_append_len(to, m->fixed->str, (gssize)m->fixed->len);
  return r;
}

static gboolean has_attachments(const Mould *m) {
  return (m->form & MOULD_LINK) == 0 && m->attachments->len > 0;
}

/* A preview and a test carry no signature: nothing must be taken for a letter of ours that is none. */
static gboolean is_signed(const Mould *m, const MouldCopy *copy) {
  return m->signer != NULL && copy->delivery != 0 && !copy->no_signature_part;
}

/* HTML NULL: plain text alone. */
static int write_text(const char *inner, const GString *text, const GString *html, GString *to,
                      GError **error) {
  if (html == NULL)
    return mime_text(to, "plain", text->str, (gssize)text->len, error);
  int r = mime_multipart(to, "alternative", inner, error);
  if (r < 0)
    return r;
  mime_delimiter(to, inner);
  r = mime_text(to, "plain", text->str, (gssize)text->len, error);
  if (r < 0)
    return r;
  mime_delimiter(to, inner);
  r = mime_text(to, "html", html->str, (gssize)html->len, error);
  mime_close(to, inner);
  return r;
}

/* The words of one letter, and how they are wrapped. HTML NULL: plain text alone. */
typedef struct {
  const GString *text, *html;
  char outer[MIME_BOUNDARY_SIZE], inner[MIME_BOUNDARY_SIZE], seal[MIME_BOUNDARY_SIZE];
  gboolean mixed, is_signed, signatures; /* signatures of documents go beside them */
} Body;

/* Nothing attached, nothing mixed; what is signed has one root that says so (RFC 9788 §2.1.1). */
static int write_body(const Body *body, GString *to, GError **error) {
  if (body->mixed) {
    int r =
        mime_multipart_with(to, "mixed", body->outer, &signed_entity_clear, body->is_signed ? 1 : 0, error);
    if (r < 0)
      return r;
    mime_delimiter(to, body->outer);
  }
  return write_text(body->inner, body->text, body->html, to, error);
}

/* HEAD is taken over. Between two attachments stands a delimiter with the next one's fields. */
static void join_pieces(const Mould *m, const Body *body, GString *head, Message *message) {
  GString *own = head;
  for (guint i = 0; has_attachments(m) && i < m->attachments->len; i++) {
    const Attachment *a = g_ptr_array_index(m->attachments, i);
    mime_delimiter(own, body->outer);
    g_string_append_len(own, a->fields->str, (gssize)a->fields->len);
    message_add_string(message, own);
    if (a->held != NULL)
      message_add_bytes(message, a->held);
    else
      message_add_file(message, a->path, (guint64)a->version.encoded_size, &a->version.encoded_digest);
    own = g_string_sized_new(128);
    if (body->signatures && a->signature != NULL) {
      mime_delimiter(own, body->outer);
      g_string_append_len(own, a->signature->str, (gssize)a->signature->len);
    }
  }
  if (body->mixed)
    mime_close(own, body->outer);
  message_add_string(message, own);
}

static void write_envelope(const Mould *m, const Addressee *a, const MouldCopy *copy, Marks *marks,
                           Message *message) {
  message->message_id = g_steal_pointer(&marks->id);
  message->envelope = (Envelope){.from = g_steal_pointer(&marks->envelope),
                                 .to = g_strdup(address_of(a, copy)),
                                 .envid = g_strdup(marks->env),
                                 .orcpt = g_strdup(address_of(a, copy)),
                                 .notify_success = m->acknowledged && a->restricted,
                                 .utf8 = needs_utf8(a, copy),
                                 .no_reports = copy->trial != NULL};
}

/* Whatever piece is an attachment's own file, wherever it came to stand. */
static const Attachment *attachment_of(const Mould *m, const MessagePiece *piece) {
  for (guint i = 0; i < m->attachments->len; i++) {
    const Attachment *a = g_ptr_array_index(m->attachments, i);
    if (piece->bytes != NULL ? piece->bytes == a->held : strcmp(piece->path, a->path) == 0)
      return a;
  }
  return NULL;
}

static GBytes *make_splice(const Mould *m, const Message *message) {
  g_autofree SpliceFile *files = g_new0(SpliceFile, message->pieces->len + 1);
  guint count = 0;
  for (guint i = 0; i < message->pieces->len; i++) {
    const Attachment *a = attachment_of(m, g_ptr_array_index(message->pieces, i));
    if (a != NULL)
      files[count++] = (SpliceFile){i, a->name, (guint64)a->version.encoded_size, a->version.encoded_digest};
  }
  return splice_make(message, files, count);
}

/* HEAD, the fields of the message, is taken over in any case. */
static int join_plain(const Mould *m, const Body *body, GString *head, Message *message, GError **error) {
  int r = write_body(body, head, error);
  if (r == 0)
    join_pieces(m, body, head, message);
  else
    g_string_free(head, TRUE);
  return r;
}

static int sign_entity(const Mould *m, const Body *body, const Message *entity, GString *head,
                       Message *message, GError **error) {
  g_auto(Signature) signature = {0};
  int r = signed_entity_check(entity, body->seal, error);
  if (r == 0)
    r = signer_sign_pieces(m->signer, entity, signed_entity_octets(entity), &signature, error);
  return r < 0 ? r
               : signed_entity_write(message, head, entity, SIGNED_OPENPGP, &signature, body->seal, error);
}

/* RFC 3156 §5, with the fields that a reader sees inside what is signed. HEAD as above. */
static int join_signed(const Mould *m, const Body *body, GString *head, Message *message, GError **error) {
  g_autoptr(Message) entity = message_new();
  GString *inside = g_string_sized_new(12288);
  int r = signed_entity_protect(inside, head->str, head->len, error);
  r = r < 0 ? r : write_body(body, inside, error);
  if (r == 0) {
    join_pieces(m, body, inside, entity);
    r = sign_entity(m, body, entity, head, message, error);
  } else
    g_string_free(inside, TRUE);
  if (r < 0)
    g_string_free(head, TRUE);
  return r;
}

static void wrap(const Mould *m, const MouldCopy *copy, const Marks *marks, Body *body) {
  mime_boundary("mixed", marks->seed, body->outer);
  mime_boundary("alt", marks->seed, body->inner);
  mime_boundary("signed", marks->seed, body->seal);
  body->is_signed = is_signed(m, copy);
  body->signatures = !copy->no_signature_part;
  body->mixed = body->is_signed || has_attachments(m);
}

int mould_cast(const Mould *m, const Addressee *a, const MouldCopy *copy, Message **ret, GBytes **ret_splice,
               GError **error) {
  g_auto(Marks) marks = {0};
  g_autoptr(GString) subject = g_string_sized_new(128);
  g_autoptr(GString) text = g_string_sized_new(4096);
  g_autoptr(GString) html = g_string_sized_new(6144);
  GString *head = g_string_sized_new(12288);
  int r = make_marks(m, a, copy, &marks, error);
  if (r == 0)
    r = render(m, a, &marks, subject, text, html, error);
  if (r == 0 && copy->trial != NULL)
    trial_mark(language_code(m->language), subject, text, html);
  if (r == 0)
    r = write_header(m, a, copy, &marks, subject->str, head, error);
  if (r < 0) {
    g_string_free(head, TRUE);
    return r;
  }
  gboolean plain = copy->route != NULL && copy->route->plain_only;
  Body body = {.text = text, .html = plain ? NULL : html};
  wrap(m, copy, &marks, &body);
  g_autoptr(Message) message = message_new();
  r = body.is_signed ? join_signed(m, &body, head, message, error)
                     : join_plain(m, &body, head, message, error);
  if (r < 0)
    return r;
  write_envelope(m, a, copy, &marks, message);
  r = message_seal(message, error);
  if (r < 0)
    return r;
  if (ret_splice != NULL)
    *ret_splice = a->restricted || body.is_signed ? make_splice(m, message) : NULL;
  *ret = g_steal_pointer(&message);
  return 0;
}

/* ---- the rack ---- */

struct MouldRack {
  GRWLock lock;
  GHashTable *moulds; /* gint64 * -> Mould * */
};

static gint64 key_of(gint64 mailing, enum language language, guint form) {
  return (mailing * LANGUAGE_COUNT + (gint64)language) * MOULD_FORMS + form;
}

MouldRack *mould_rack_new(void) {
  MouldRack *rack = g_new0(MouldRack, 1);
  g_rw_lock_init(&rack->lock);
  rack->moulds = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)mould_unref);
  return rack;
}

void mould_rack_free(MouldRack *rack) {
  if (rack == NULL)
    return;
  g_hash_table_unref(rack->moulds);
  g_rw_lock_clear(&rack->lock);
  g_free(rack);
}

void mould_rack_forget(MouldRack *rack, gint64 mailing) {
  g_rw_lock_writer_lock(&rack->lock);
  if (mailing == 0)
    g_hash_table_remove_all(rack->moulds);
  gint64 first = key_of(mailing, (enum language)0, 0), end = key_of(mailing + 1, (enum language)0, 0);
  for (gint64 key = first; mailing != 0 && key < end; key++)
    g_hash_table_remove(rack->moulds, &key);
  g_rw_lock_writer_unlock(&rack->lock);
}

static Mould *find(MouldRack *rack, gint64 key) {
  g_rw_lock_reader_lock(&rack->lock);
  Mould *mould = g_hash_table_lookup(rack->moulds, &key);
  if (mould != NULL)
    mould_ref(mould);
  g_rw_lock_reader_unlock(&rack->lock);
  return mould;
}

static void keep(MouldRack *rack, gint64 key, Mould *mould) {
  g_rw_lock_writer_lock(&rack->lock);
  if (g_hash_table_size(rack->moulds) >= SHARED_MAX)
    g_hash_table_remove_all(rack->moulds);
  g_hash_table_insert(rack->moulds, g_memdup2(&key, sizeof key), mould_ref(mould));
  g_rw_lock_writer_unlock(&rack->lock);
}

static int make_frozen(Desk *desk, Link *link, gint64 mailing, enum language language, guint form,
                       Mould **ret, GError **error) {
  g_autoptr(Mailing) m = NULL;
  g_autoptr(Terms) terms = NULL;
  int r = mailing_find(link, 1, mailing, &m, error);
  if (r == 0)
    r = terms_read(link, m, (form & MOULD_NOTE) != 0, &terms, error);
  if (r > 0)
    return fault(error, FAULT_RULE, "the words of this mailing are not frozen; submit it again");
  return r < 0 ? r : mould_new(desk, link, m, terms, language, form, ret, error);
}

int mould_rack_take(Desk *desk, Link *link, gint64 mailing, const char *language, guint form, Mould **ret,
                    GError **error) {
  enum language known = LANGUAGE_FR;
  if (!language_parse(language, &known))
    return fault(error, FAULT_RULE,
                 "there is no language to write in; give the contact one and make the roll again");
  gint64 key = key_of(mailing, known, form);
  *ret = find(desk_rack(desk), key);
  if (*ret != NULL)
    return 0;
  int r = make_frozen(desk, link, mailing, known, form, ret, error);
  if (r == 0)
    keep(desk_rack(desk), key, *ret);
  return r;
}
