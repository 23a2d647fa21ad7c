/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "acknowledgement/press.h"
#include "base/fault.h"
#include "base/ident.h"
#include "base/text.h"
#include "mail/token.h"
#include "mailing/publication.h"
#include "mailing/reminder.h"
#include "web/documents_page.h"
#include "web/offer_form.h"
#include "web/visit.h"

#define FIELD_MAX 300 /* characters of a field */

/* What a token stands for. */
typedef struct {
  DeliveryRow *delivery;
  Mailing *mailing;
  GPtrArray *documents; /* Document *: what the letter, or the one that it reminds of, brought */
  gint64 confirmed_at;  /* 0: not yet */
} Letter;

static void letter_clear(Letter *letter) {
  delivery_row_free(letter->delivery);
  mailing_free(letter->mailing);
  g_clear_pointer(&letter->documents, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Letter, letter_clear)

/* What was written and pressed. */
typedef struct {
  GHashTable *fields;          /* NULL: nothing */
  enum speech problem, answer; /* SPEECHES: none */
  char *offered;               /* numbers of what was put forward; NULL: nothing */
} Form;

static const char *field_of(const Form *form, const char *name) {
  return form->fields != NULL ? g_hash_table_lookup(form->fields, name) : NULL;
}

/* ---- the letter ---- */

static int read_documents(Link *link, Letter *letter, GError **error) {
  gint64 base = 0;
  g_autoptr(Mailing) first = NULL;
  int r = reminder_of(link, letter->mailing->id, &base, error);
  if (r == 0 && base != 0)
    r = mailing_find(link, 1, base, &first, error);
  const GArray *ids = first != NULL ? first->documents : letter->mailing->documents;
  letter->documents = g_ptr_array_new_with_free_func((GDestroyNotify)document_free);
  for (guint i = 0; r == 0 && i < ids->len; i++) {
    Document *document = NULL;
    r = document_find(link, g_array_index(ids, gint64, i), &document, error);
    if (r == 0)
      g_ptr_array_add(letter->documents, document);
  }
  return r;
}

/* 0; 1 when it stands for no letter that asks for an answer. */
static int read_letter(const Visit *visit, Link *link, Letter *ret, GError **error) {
  gint64 number = 0;
  g_autoptr(GError) own = NULL;
  if (token_read(&visit->settings->token_key, 1, request_argument(visit->request, "token"), TOKEN_PAGE, NULL,
                 &number) != 0)
    return 1;
  int r = outbox_find(link, 1, number, &ret->delivery, &own);
  if (r == 0)
    r = mailing_find(link, 1, ret->delivery->mailing, &ret->mailing, &own);
  if (r == 0 && strcmp(ret->mailing->acknowledgement, "none") == 0)
    return 1;
  if (r == 0)
    r = read_documents(link, ret, &own);
  if (r == 0)
    r = press_confirmed(link, ret->delivery->addressee, &ret->confirmed_at, &own);
  if (r == FAULT_ABSENT)
    return 1;
  if (r < 0)
    g_propagate_error(error, g_steal_pointer(&own));
  return r;
}

static int open_letter(Visit *visit, Letter *ret, GError **error) {
  g_autoptr(Link) link = NULL;
  int r = store_read(visit->house->store, &link, error);
  if (r == 0)
    r = read_letter(visit, link, ret, error);
  if (r == 0 && request_query(visit->request, "language") == NULL)
    language_parse(ret->delivery->language, &visit->language); /* that of the letter, not of the machine */
  return r;
}

/* ---- the page ---- */

static void add_about(Page *page, const Visit *visit, const Letter *letter) {
  const Mailing *m = letter->mailing;
  char id[IDENT_SIZE];
  g_autofree char *day = language_date_of(visit->language, m->started_at != 0 ? m->started_at : m->created_at,
                                          visit->settings->zone);
  g_autofree char *about =
      speech_with_both(SPEECH_RECEIPT_ABOUT, visit->language, day, ident_into(IDENT_MAILING, m->id, id));
  page_paragraph(page, about);
}

/* Linked once it is public; before that its title is all there is. */
static int add_document(Page *page, const Visit *visit, Link *link, const Letter *letter, const Document *d,
                        GError **error) {
  const DocumentVersion *v = document_version(d, letter->delivery->language);
  g_autoptr(Document) public = NULL;
  gint64 now = clock_wall(desk_clock(visit->house->desk));
  int r = 1;
  if (v != NULL) {
    const DocumentCode code = document_code_whole(&v->digest);
    r = publication_find(link, &code, now, &public, error);
  }
  if (r < 0)
    return r;
  if (r == 0)
    documents_page_link(page, visit, public);
  else
    page_heading(page, d->title);
  const char *kind = speech_of_kind(d->kind, visit->language);
  if (g_utf8_collate(kind, d->title) != 0)
    page_paragraph(page, kind);
  return 0;
}

static int add_documents(Page *page, const Visit *visit, const Letter *letter, GError **error) {
  g_autoptr(Link) link = NULL;
  int r = store_read(visit->house->store, &link, error);
  for (guint i = 0; r == 0 && i < letter->documents->len; i++)
    r = add_document(page, visit, link, letter, g_ptr_array_index(letter->documents, i), error);
  return r;
}

static void add_confirming(Page *page, const Visit *visit, const Form *form, const char *path) {
  enum language language = visit->language;
  page_form_begin(page, path);
  page_field(page, "office", speech_in(SPEECH_OFFICE, language), field_of(form, "office"), FIELD_MAX);
  page_field(page, "line", speech_in(SPEECH_LINE, language), field_of(form, "line"), FIELD_MAX);
  page_field(page, "code", speech_in(SPEECH_CODE, language), field_of(form, "code"), FIELD_MAX);
  page_submit(page, "action", press_words[PRESS_CONFIRM], speech_in(SPEECH_RECEIPT_BUTTON, language));
  page_form_end(page);
}

static void add_otherwise(Page *page, const Visit *visit, const Form *form, const char *path) {
  static const enum speech labels[PRESSES] = {[PRESS_WRONG_PERSON] = SPEECH_WRONG_PERSON,
                                              [PRESS_ELSEWHERE] = SPEECH_ELSEWHERE,
                                              [PRESS_STOP] = SPEECH_STOP};
  enum language language = visit->language;
  page_heading(page, speech_in(SPEECH_OTHERWISE, language));
  page_paragraph(page, speech_in(SPEECH_OTHERWISE_HELP, language));
  page_form_begin(page, path);
  page_field(page, "where", speech_in(SPEECH_WHERE, language), field_of(form, "where"), FIELD_MAX);
  for (int press = PRESS_WRONG_PERSON; press < PRESSES; press++)
    page_submit(page, "action", press_words[press], speech_in(labels[press], language));
  page_form_end(page);
}

static void add_offered(Page *page, const Visit *visit, const Form *form) {
  g_autofree char *done =
      form->offered != NULL ? speech_with(SPEECH_OFFER_DONE, visit->language, form->offered) : NULL;
  if (done != NULL)
    page_answer(page, done);
}

/* A pre-report asks what its readers think. */
static gboolean asks_for_proposals(const Letter *letter) {
  for (guint i = 0; i < letter->documents->len; i++)
    if (strcmp(((const Document *)letter->documents->pdata[i])->kind, "pre-report") == 0)
      return TRUE;
  return FALSE;
}

static void add_words(Page *page, const Visit *visit, const Letter *letter, const Form *form) {
  add_offered(page, visit, form);
  if (form->problem != SPEECHES)
    page_problem(page, speech_in(form->problem, visit->language));
  if (form->answer != SPEECHES)
    page_answer(page, speech_in(form->answer, visit->language));
  if (letter->confirmed_at != 0) {
    g_autofree char *day = language_date_of(visit->language, letter->confirmed_at, visit->settings->zone);
    g_autofree char *done = speech_with(SPEECH_RECEIPT_DONE, visit->language, day);
    page_answer(page, done);
  }
}

/* The path is made of the token as it was read, in its own alphabet. */
static int respond(Visit *visit, const Letter *letter, const Form *form, GError **error) {
  g_autofree char *path = g_strconcat("/r/", request_argument(visit->request, "token"), NULL);
  g_autoptr(Page) page = visit_page(visit, speech_in(SPEECH_RECEIPT, visit->language));
  page_languages(page, path);
  add_words(page, visit, letter, form);
  add_about(page, visit, letter);
  int r = add_documents(page, visit, letter, error);
  if (r < 0)
    return r;
  if (letter->confirmed_at == 0)
    page_paragraph(page, speech_in(SPEECH_RECEIPT_HELP, visit->language));
  add_confirming(page, visit, form, path);
  if (asks_for_proposals(letter))
    r = offer_form_add(page, visit, path, form->fields, error);
  if (r < 0)
    return r;
  add_otherwise(page, visit, form, path);
  page_respond(g_steal_pointer(&page), form->problem != SPEECHES ? 422 : 200, visit->response);
  return 0;
}

static int respond_withdrawn(Visit *visit) {
  Page *page = visit_page(visit, speech_in(SPEECH_WITHDRAWN, visit->language));
  page_paragraph(page, speech_in(SPEECH_WITHDRAWN_HELP, visit->language));
  page_respond(page, 410, visit->response);
  return 0;
}

int recipient_page_ask(Visit *visit, GError **error) {
  g_auto(Letter) letter = {0};
  const Form form = {NULL, SPEECHES, SPEECHES, NULL};
  int r = open_letter(visit, &letter, error);
  if (r != 0)
    return r < 0 ? r : visit_not_found(visit);
  if (letter.mailing->state == MAILING_CANCELLED)
    return respond_withdrawn(visit);
  return respond(visit, &letter, &form, error);
}

/* ---- pressing ---- */

/* NULL for what is no form of ours. */
static GHashTable *read_fields(const Visit *visit) {
  gsize size = 0;
  GBytes *body = request_body(visit->request);
  const char *text = g_bytes_get_data(body, &size);
  if (size == 0 || size > OFFER_FORM_MAX)
    return NULL;
  return g_uri_parse_params(text, (gssize)size, "&", G_URI_PARAMS_WWW_FORM, NULL);
}

static enum press press_of(const char *word) {
  int press = 0;
  while (press < PRESSES && g_strcmp0(press_words[press], word) != 0)
    press++;
  return (enum press)press;
}

static gboolean check_code(const Letter *letter, const char *typed, gboolean *ret_given) {
  DocumentCode code;
  *ret_given = typed != NULL && !text_blank(typed);
  gboolean fits = FALSE, readable = *ret_given && document_code_read(typed, &code);
  for (guint i = 0; readable && !fits && i < letter->documents->len; i++) {
    const DocumentVersion *v =
        document_version(g_ptr_array_index(letter->documents, i), letter->delivery->language);
    fits = v != NULL && document_code_fits(&code, &v->digest);
  }
  return fits;
}

/* What is wrong with what was written becomes words on the page. */
static int note(const Visit *visit, Letter *letter, Form *form, enum press pressed, GError **error) {
  gboolean given = FALSE, right = FALSE, confirms = pressed == PRESS_CONFIRM;
  g_autoptr(GError) own = NULL;
  if (confirms)
    right = check_code(letter, field_of(form, "code"), &given);
  if (given && !right) {
    form->problem = SPEECH_WRONG_CODE;
    return 0;
  }
  Press press = {.delivery = letter->delivery->id,
                 .press = pressed,
                 .with_code = right,
                 .office = confirms ? field_of(form, "office") : NULL,
                 .line = field_of(form, confirms ? "line" : "where")};
  int r = press_note(visit->house->desk, &press, &own);
  if (r == FAULT_INPUT) {
    form->problem = SPEECH_UNREADABLE;
    return 0;
  }
  if (r < 0) {
    g_propagate_error(error, g_steal_pointer(&own));
    return r;
  }
  g_clear_pointer(&form->fields, g_hash_table_unref);
  if (confirms && letter->confirmed_at == 0)
    letter->confirmed_at = clock_wall(desk_clock(visit->house->desk));
  form->answer = confirms ? SPEECHES : SPEECH_WISH_DONE;
  return 0;
}

/* Whoever puts something forward has the letter: receipt is confirmed by it. */
static int note_offered(const Visit *visit, Letter *letter, GError **error) {
  const Press press = {.delivery = letter->delivery->id, .press = PRESS_CONFIRM};
  int r = letter->confirmed_at == 0 ? press_note(visit->house->desk, &press, error) : 0;
  if (r >= 0 && letter->confirmed_at == 0)
    letter->confirmed_at = clock_wall(desk_clock(visit->house->desk));
  return MIN(r, 0);
}

static int offer(const Visit *visit, Letter *letter, Form *form, GError **error) {
  static const enum speech problems[] = {[OFFER_TAKEN] = SPEECHES,
                                         [OFFER_NOTHING] = SPEECH_OFFER_NOTHING,
                                         [OFFER_UNREADABLE] = SPEECH_UNREADABLE,
                                         [OFFER_TOO_MANY] = SPEECH_OFFER_TOO_MANY};
  enum offer_outcome outcome = OFFER_NOTHING;
  int r =
      offer_form_take(visit, letter->delivery, letter->delivery->restricted || letter->mailing->restricted,
                      form->fields, &outcome, &form->offered, error);
  if (r < 0)
    return r;
  form->problem = problems[outcome];
  if (outcome != OFFER_TAKEN)
    return 0;
  g_clear_pointer(&form->fields, g_hash_table_unref);
  return note_offered(visit, letter, error);
}

/* Something was pressed; what is wrong with it becomes words on the page. */
static int press(const Visit *visit, Letter *letter, Form *form, GError **error) {
  const char *action = field_of(form, "action");
  enum press pressed = press_of(action);
  if (asks_for_proposals(letter) && g_strcmp0(action, OFFER_ACTION) == 0)
    return offer(visit, letter, form, error);
  if (pressed != PRESSES)
    return note(visit, letter, form, pressed, error);
  form->problem = SPEECH_UNREADABLE;
  return 0;
}

int recipient_page_act(Visit *visit, GError **error) {
  g_auto(Letter) letter = {0};
  Form form = {read_fields(visit), SPEECHES, SPEECHES, NULL};
  int r = open_letter(visit, &letter, error);
  if (r > 0)
    r = visit_not_found(visit);
  else if (r == 0 && letter.mailing->state == MAILING_CANCELLED)
    r = respond_withdrawn(visit);
  else if (r == 0) {
    r = press(visit, &letter, &form, error);
    r = r < 0 ? r : respond(visit, &letter, &form, error);
  }
  g_free(form.offered);
  g_clear_pointer(&form.fields, g_hash_table_unref);
  return r;
}
