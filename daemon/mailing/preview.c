/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/preview.h"

#include <string.h>

#include "base/fault.h"
#include "base/ident.h"
#include "contacts/eligibility.h"
#include "mailing/mailbox.h"
#include "mailing/mailing_rows.h"
#include "mailing/mould.h"
#include "mailing/roll_rows.h"
#include "mailing/route.h"

#define SAMPLE_ADDRESS "sample@example.org" /* RFC 2606 §3: nobody's */

static void attachment_free(gpointer data) {
  PreviewAttachment *a = data;
  g_free(a->name);
  g_free(a->media_type);
  g_free(a->language);
  g_free(a);
}

void preview_free(Preview *p) {
  if (p == NULL)
    return;
  g_clear_pointer(&p->bytes, g_bytes_unref);
  g_free(p->language);
  g_free(p->to);
  g_free(p->subject);
  g_free(p->text);
  g_free(p->html);
  g_free(p->headers);
  g_clear_pointer(&p->attachments, g_ptr_array_unref);
  g_clear_pointer(&p->with, g_ptr_array_unref);
  g_free(p->state);
  g_free(p->reason);
  g_free(p);
}

/* ---- whose letter? ---- */

/* A line that is nobody's: for a mailing without a roll. */
static int make_sample(Desk *desk, const char *language, Addressee **ret, GError **error) {
  static const char *const names[LANGUAGE_COUNT] = {"Camille Exemple", "Alex Sample", "Alex Ejemplo",
                                                    "Alex Exemplo"};
  static const char *const surnames[LANGUAGE_COUNT] = {"Exemple", "Sample", "Ejemplo", "Exemplo"};
  g_autoptr(MailingSettings) settings = desk_settings(desk);
  enum language known = LANGUAGE_FR;
  const char *own = settings->languages->len > 0 ? g_ptr_array_index(settings->languages, 0) : "fr";
  language_parse(language != NULL ? language : own, &known);
  FormsQuery query = {.kind = "attendee",
                      .gender = FORM_UNKNOWN,
                      .language = known,
                      .name = names[known],
                      .surname = surnames[known]};
  g_auto(FormsAddress) address = {0};
  g_autofree char *missing = NULL;
  int r = forms_address(settings->forms, &query, &address, &missing, error);
  if (r > 0)
    return fault(error, FAULT_RULE, "the table of forms has no form for an attendee in %s: %s",
                 language_code(known), missing);
  if (r < 0)
    return r;
  Addressee *line = g_new0(Addressee, 1);
  line->language = g_strdup(language_code(known));
  line->name = g_strdup(names[known]);
  line->to_name = g_strdup(names[known]);
  line->address = g_strdup(SAMPLE_ADDRESS);
  line->salutation = g_strdup(address.salutation);
  line->inside = g_strdup(address.inside_address);
  line->close = g_strdup(address.close);
  line->form_reviewed = address.reviewed;
  *ret = line;
  return 0;
}

static int choose_contact(Desk *desk, Link *link, const Mailing *m, gint64 contact, gint64 clearance,
                          Addressee **ret, GError **error) {
  int r = roll_rows_find_contact(link, clearance, m->generation, contact, ret, error);
  return r > 0 ? roll_line(desk, m, contact, clearance, ret, error) : r;
}

static int choose(Desk *desk, Link *link, const Mailing *m, gint64 contact, gint64 clearance,
                  const char *language, Addressee **ret, GError **error) {
  if (contact != 0)
    return choose_contact(desk, link, m, contact, clearance, ret, error);
  int r = roll_rows_first(link, clearance, m->generation, language, ret, error);
  return r > 0 ? make_sample(desk, language, ret, error) : r;
}

static const char *sentence_of(const Addressee *line) {
  enum reason reason = line->reason != NULL ? reason_of(line->reason) : REASONS;
  return reason < REASONS ? reason_sentence(reason) : "something of its letter is missing";
}

/* A line without language, route or form has no letter that could be shown. */
static int check_line(const Addressee *line, const char *language, GError **error) {
  char id[IDENT_SIZE];
  ident_into(IDENT_CONTACT, MAX(line->contact, 1), id);
  gboolean reached = line->address != NULL || line->routes > 0 || line->planned_routes != NULL;
  if (*line->language == '\0' || !reached || line->salutation == NULL)
    return fault(error, FAULT_RULE, "%s has no letter to show: %s", id, sentence_of(line));
  if (language != NULL && strcmp(language, line->language) != 0)
    return fault(error, FAULT_INPUT, "%s is written to in %s; leave the language out", id, line->language);
  return 0;
}

/* ---- the words ---- */

static int find_terms(Desk *desk, Link *link, const Mailing *m, enum language language, gboolean note,
                      Terms **ret, GError **error) {
  int r = terms_read(link, m, note, ret, error);
  if (r <= 0 && (r < 0 || terms_wording(*ret, language) != NULL))
    return r;
  g_clear_pointer(ret, terms_free);
  r = note ? terms_gather_note(desk, link, m, LANGUAGE_BIT(language), ret, error)
           : terms_gather(desk, link, m, LANGUAGE_BIT(language), ret, error);
  if (r < 0)
    return r;
  terms_put_head(*ret, NULL);
  return 0;
}

static int read_all(const Message *message, GBytes **ret, GError **error) {
  g_autoptr(MessageReader) reader = message_reader_new(message);
  g_autoptr(GByteArray) all = g_byte_array_sized_new((guint)MIN(message->size, G_MAXINT));
  const guint8 *bytes = NULL;
  gssize n = 0;
  while ((n = message_reader_next(reader, &bytes, error)) > 0)
    g_byte_array_append(all, bytes, (guint)n);
  if (n < 0)
    return (int)n;
  *ret = g_byte_array_free_to_bytes(g_steal_pointer(&all));
  return 0;
}

static void take_headers(Preview *p) {
  gsize size = 0;
  const char *bytes = g_bytes_get_data(p->bytes, &size);
  const char *end = g_strstr_len(bytes, (gssize)size, "\r\n\r\n");
  p->headers = g_strndup(bytes, end != NULL ? (gsize)(end - bytes) + 2 : size);
}

static void take_attachments(Preview *p, const Mould *mould, enum variant variant) {
  p->attachments = g_ptr_array_new_with_free_func(attachment_free);
  for (guint i = 0; variant != VARIANT_LINK && i < mould_attachment_count(mould); i++) {
    const DocumentVersion *v = mould_attachment(mould, i);
    PreviewAttachment *a = g_new0(PreviewAttachment, 1);
    a->name = g_strdup(v->name);
    a->media_type = g_strdup(v->media_type);
    a->language = g_strdup(v->language);
    a->size = v->size;
    a->digest = v->digest;
    g_ptr_array_add(p->attachments, a);
  }
}

static void take_line(Preview *p, const Addressee *line, const Route *route) {
  p->language = g_strdup(line->language);
  p->to = g_strdup(route->address);
  p->by_hand = route_by_hand(route);
  p->addressee = line->id;
  p->contact = line->contact;
  p->state = g_strdup(addressee_state_name(line->state));
  p->reason = g_strdup(line->reason);
  p->form_reviewed = line->form_reviewed;
  p->variant = variant_name(line->variant);
}

static int show_message(const Mould *mould, const Addressee *line, const MouldCopy *copy, Preview *p,
                        GError **error) {
  g_autoptr(Message) message = NULL;
  int r = mould_cast(mould, line, copy, &message, NULL, error);
  if (r == 0)
    r = read_all(message, &p->bytes, error);
  if (r == 0)
    take_headers(p);
  return r;
}

static int show(const Mould *mould, const Addressee *line, const Route *route, gint64 dated, Preview *p,
                GError **error) {
  MouldCopy copy = {.dated = dated, .route = route};
  int r = route->kind == CHANNEL_EMAIL ? show_message(mould, line, &copy, p, error) : 0;
  g_autoptr(GString) subject = g_string_new(NULL);
  g_autoptr(GString) text = g_string_new(NULL);
  g_autoptr(GString) html = g_string_new(NULL);
  if (r == 0)
    r = mould_words(mould, line, &copy, subject, text, html, error);
  if (r < 0)
    return r;
  p->subject = g_string_free(g_steal_pointer(&subject), FALSE);
  p->text = g_string_free(g_steal_pointer(&text), FALSE);
  p->html = g_string_free(g_steal_pointer(&html), FALSE);
  take_attachments(p, mould, line->variant);
  take_line(p, line, route);
  return 0;
}

void preview_letter_clear(PreviewLetter *letter) {
  g_clear_pointer(&letter->mailing, mailing_free);
  g_clear_pointer(&letter->line, addressee_free);
  g_clear_pointer(&letter->mould, mould_unref);
}

static int open_mould(Desk *desk, Link *link, PreviewLetter *letter, GError **error) {
  g_autoptr(Terms) terms = NULL;
  enum language known = LANGUAGE_FR;
  Mailing *m = letter->mailing;
  m->submitted_at = m->submitted_at != 0 ? m->submitted_at : letter->now;
  language_parse(letter->line->language, &known);
  guint form = mould_form_of(letter->line, letter->line->variant);
  int r = find_terms(desk, link, m, known, (form & MOULD_NOTE) != 0, &terms, error);
  return r < 0 ? r : mould_new(desk, link, m, terms, known, form, &letter->mould, error);
}

int preview_open(Desk *desk, Link *link, const Actor *actor, gint64 mailing, gint64 contact,
                 const char *language, gboolean fictional, PreviewLetter *ret, GError **error) {
  enum language known = LANGUAGE_FR;
  if (language != NULL && !language_parse(language, &known))
    return fault(error, FAULT_INPUT, "\"%s\" is no language of letters; there are fr, en, es and pt",
                 language);
  const char *code = language != NULL ? language_code(known) : NULL;
  gint64 clearance = actor_clearance(actor);
  ret->now = clock_wall(desk_clock(desk));
  int r = mailing_find(link, clearance, mailing, &ret->mailing, error);
  if (r < 0)
    return r;
  if (fictional && contact == 0 && clearance == 0)
    r = make_sample(desk, code, &ret->line, error);
  else
    r = choose(desk, link, ret->mailing, contact, clearance, code, &ret->line, error);
  if (r == 0)
    r = check_line(ret->line, code, error);
  return r < 0 ? r : open_mould(desk, link, ret, error);
}

int preview_make(Desk *desk, const Actor *actor, gint64 mailing, gint64 contact, const char *language,
                 Preview **ret, GError **error) {
  g_auto(PreviewLetter) letter = {0};
  g_autoptr(GPtrArray) routes = NULL;
  g_autoptr(Link) link = NULL;
  int r = store_read(desk_store(desk), &link, error);
  if (r == 0)
    r = preview_open(desk, link, actor, mailing, contact, language, FALSE, &letter, error);
  if (r == 0)
    r = route_list(link, letter.line, &routes, error);
  if (r < 0)
    return r;
  gint64 dated = letter.mailing->at != 0 ? letter.mailing->at : letter.now;
  g_autoptr(Preview) preview = g_new0(Preview, 1);
  r = show(letter.mould, letter.line, g_ptr_array_index(routes, 0), dated, preview, error);
  if (r == 0)
    r = mailbox_with(link, actor_clearance(actor), letter.line, &preview->with, error);
  if (r == 0)
    *ret = g_steal_pointer(&preview);
  return r;
}
