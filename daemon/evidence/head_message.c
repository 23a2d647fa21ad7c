/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "evidence/head_message.h"

#include <string.h>

#include "base/fault.h"
#include "mail/header.h"
#include "mail/mime.h"

/* In our own language, as far as there are words in it. */
static const struct {
  const char *language, *subject, *keep, *compare, *check, *key;
} words[] = {
    {"fr", "Journal : tête signée",
     "Ceci est la tête du journal de Valise, signée par sa clé. Gardez ce message :\n"
     "avec lui se prouve que rien n'a été récrit ni coupé jusqu'à cette ligne.",
     "Pour comparer :", "Pour vérifier la signature des fichiers joints :", "Clé :"},
    {"en", "Journal: signed head",
     "This is the head of Valise's journal, signed by its key. Keep this message:\n"
     "it proves that nothing up to that line was written anew or cut off.",
     "To compare:", "To check the signature of the files that hang on it:", "Key:"},
};

typedef struct {
  const HeadLetter *letter;
  const SignedHead *head;
  const MailingSettings *settings;
  const char *instance;
  gsize words;
  Address *from, *to;
  char *id;
  GString *bytes;
} Making;

static void making_clear(Making *m) {
  g_clear_pointer(&m->from, address_free);
  g_clear_pointer(&m->to, address_free);
  g_free(m->id);
  if (m->bytes != NULL)
    g_string_free(m->bytes, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Making, making_clear)

static gsize words_of(const MailingSettings *settings) {
  const char *own = settings->languages->len > 0 ? g_ptr_array_index(settings->languages, 0) : "";
  gsize i = 0;
  while (i + 1 < G_N_ELEMENTS(words) && strcmp(words[i].language, own) != 0)
    i++;
  return i;
}

/* RFC 3834 §5: nobody's machine answers it. */
static int write_header(Making *m, GError **error) {
  const char *name = mailing_settings_in(m->settings, m->settings->organisation, words[m->words].language);
  g_autofree char *subject =
      g_strdup_printf("%s %" G_GINT64_FORMAT, words[m->words].subject, m->head->number);
  int r = header_mailbox(m->bytes, "From", name, m->from, error);
  if (r == 0)
    r = header_mailbox(m->bytes, "To", NULL, m->to, error);
  if (r == 0)
    r = header_text(m->bytes, "Subject", subject, error);
  if (r == 0)
    r = header_date(m->bytes, "Date", m->letter->dated, error);
  if (r == 0)
    r = header_message_id(m->bytes, "Message-ID", m->id, error);
  if (r == 0)
    r = header_verbatim(m->bytes, "Auto-Submitted", "auto-generated", error);
  return r < 0 ? r : header_verbatim(m->bytes, "MIME-Version", "1.0", error);
}

static int attach(Making *m, const char *boundary, const char *name, const char *type, gconstpointer bytes,
                  gsize size, GError **error) {
  mime_delimiter(m->bytes, boundary);
  return mime_attachment_bytes(m->bytes, type, name, bytes, size, error);
}

/* The head alone on a line, where whoever reads the message finds it. */
static char *text_of(const Making *m, const char *head, const char *manifest) {
  return g_strdup_printf("%s\n\n%s\n\n%s valise log verify --head FILE.eml\n"
                         "%s\ngpgv --keyring log-key.gpg %s.asc %s\n%s %s\n",
                         words[m->words].keep, head, words[m->words].compare, words[m->words].check, manifest,
                         manifest, words[m->words].key, m->head->fingerprint);
}

static int write_body(Making *m, GError **error) {
  const SignedHead *h = m->head;
  char boundary[MIME_BOUNDARY_SIZE];
  g_autofree char *seed = g_strdup_printf("head%" G_GINT64_FORMAT "x%s", m->letter->id, m->instance);
  mime_boundary("mixed", seed, boundary);
  g_autofree char *known = head_text(&h->head), *file = signed_head_file(h);
  g_autofree char *name = signed_head_file_name(h->number);
  g_autofree char *manifest = g_strdup_printf("MANIFEST-%" G_GINT64_FORMAT, h->number);
  g_autofree char *signature = g_strconcat(manifest, ".asc", NULL);
  g_autofree char *text = text_of(m, known, manifest);
  int r = mime_multipart(m->bytes, "mixed", boundary, error);
  if (r < 0)
    return r;
  mime_delimiter(m->bytes, boundary);
  r = mime_text(m->bytes, "plain", text, -1, error);
  if (r == 0)
    r = attach(m, boundary, name, "text/plain", file, strlen(file), error);
  if (r == 0)
    r = attach(m, boundary, manifest, "text/plain", h->manifest, strlen(h->manifest), error);
  if (r == 0)
    r = attach(m, boundary, signature, "application/pgp-signature", g_bytes_get_data(h->armour, NULL),
               g_bytes_get_size(h->armour), error);
  mime_close(m->bytes, boundary);
  return r;
}

static int open_making(Desk *desk, Making *m, GError **error) {
  int r = address_parse(m->settings->from, ADDRESS_SINGLE_LABEL, &m->from, error);
  if (r == 0)
    r = address_parse(m->letter->address, ADDRESS_SINGLE_LABEL, &m->to, error);
  if (r < 0)
    return r;
  m->id = g_strdup_printf("<head%" G_GINT64_FORMAT ".%s@%s>", m->letter->id, desk_instance(desk),
                          m->from->domain);
  m->bytes = g_string_new(NULL);
  return 0;
}

int head_message_make(Desk *desk, const HeadLetter *letter, const SignedHead *head, Message **ret,
                      GError **error) {
  g_autoptr(MailingSettings) settings = desk_settings(desk);
  g_autoptr(Message) message = message_new();
  g_auto(Making) m = {.letter = letter,
                      .head = head,
                      .settings = settings,
                      .instance = desk_instance(desk),
                      .words = words_of(settings)};
  int r = open_making(desk, &m, error);
  if (r == 0)
    r = write_header(&m, error);
  if (r == 0)
    r = write_body(&m, error);
  if (r < 0)
    return r;
  const char *bounce = settings->bounce_mailbox != NULL ? settings->bounce_mailbox : m.from->send;
  message->message_id = g_strdup(m.id);
  message->envelope = (Envelope){
      .from = g_strdup(bounce), .to = g_strdup(m.to->send), .no_reports = TRUE, .utf8 = m.to->needs_utf8};
  message_add_string(message, g_steal_pointer(&m.bytes));
  r = message_seal(message, error);
  if (r == 0)
    r = message_check(message, error);
  if (r == 0)
    *ret = g_steal_pointer(&message);
  return r;
}
