/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mould_cast.c - one message out of a mould: its marks, its header, its body, its signature */
#include "mailing/mould_inner.h"

#include <string.h>

#include "base/fault.h"
#include "mail/header.h"
#include "mail/mime.h"
#include "mailing/route.h"
#include "mailing/splice.h"
#include "mailing/trial.h"
#include "sign/signed_entity.h"

#define PREVIEW_TOKEN "preview" /* too short for a token and with letters that none has */

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
  return seal_is_there(&m->seal) && copy->delivery != 0 && !copy->no_signature_part;
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
    r = seal_sign_pieces(&m->seal, entity, signed_entity_octets(entity), &signature, error);
  return r < 0 ? r
               : signed_entity_write(message, head, entity, m->seal.protocol, &signature, body->seal, error);
}

/* RFC 3156 §5 or RFC 8551 §3.5.3, with the fields that a reader sees inside what is signed. HEAD as above. */
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

/* Where the words of a letter stand until they are encoded; one a thread, since as much memory as a letter
 * takes is dear to take and to give back each time. */
typedef struct {
  GString *subject, *text, *html;
} Slate;

static void slate_free(gpointer data) {
  Slate *slate = data;
  g_string_free(slate->subject, TRUE);
  g_string_free(slate->text, TRUE);
  g_string_free(slate->html, TRUE);
  g_free(slate);
}

static const Slate *clean_slate(void) {
  static GPrivate slates = G_PRIVATE_INIT(slate_free);
  Slate *slate = g_private_get(&slates);
  if (slate == NULL) {
    slate = g_new(Slate, 1);
    *slate = (Slate){g_string_sized_new(128), g_string_sized_new(4096), g_string_sized_new(6144)};
    g_private_set(&slates, slate);
  }
  g_string_truncate(slate->subject, 0);
  g_string_truncate(slate->text, 0);
  g_string_truncate(slate->html, 0);
  return slate;
}

int mould_cast(const Mould *m, const Addressee *a, const MouldCopy *copy, Message **ret, GBytes **ret_splice,
               GError **error) {
  g_auto(Marks) marks = {0};
  const Slate *slate = clean_slate();
  GString *subject = slate->subject, *text = slate->text, *html = slate->html;
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
  if (body.is_signed)
    message->signed_by = g_strdup(seal_fingerprint(&m->seal));
  r = message_seal(message, error);
  if (r < 0)
    return r;
  if (ret_splice != NULL)
    *ret_splice = a->restricted || body.is_signed ? make_splice(m, message) : NULL;
  *ret = g_steal_pointer(&message);
  return 0;
}
