/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/offer_form.h"

#include "base/fault.h"
#include "base/ident.h"
#include "base/text.h"
#include "proposals/edition.h"
#include "proposals/offer.h"

#define NAME_SIZE 24

/* "question-2"; 0 is the single field. */
static const char *name_of(gint64 question, char name[NAME_SIZE]) {
  g_snprintf(name, NAME_SIZE, "question-%" G_GINT64_FORMAT, question);
  return name;
}

/* Questions with a field, in order; one that is 0 where none is worded. */
static int load(const Visit *visit, Edition *edition, GPtrArray *to, GError **error) {
  g_autoptr(Link) link = NULL;
  int r = store_read(visit->house->store, &link, error);
  if (r == 0)
    r = edition_load(link, 1, 0, edition, error);
  for (guint i = 1; r == 0 && i < edition->questions->len && to->len < OFFER_FIELDS; i++) {
    Question *question = edition->questions->pdata[i];
    if (*question_words(question, visit->language) != '\0')
      g_ptr_array_add(to, question);
  }
  if (r == 0 && to->len == 0)
    g_ptr_array_add(to, edition->questions->pdata[0]);
  return r;
}

static void add_field(Page *page, const Visit *visit, const Question *question, GHashTable *fields) {
  char name[NAME_SIZE];
  g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, question->number);
  g_autofree char *label = question->number != 0
                               ? speech_with_both(SPEECH_OFFER_QUESTION, visit->language, number,
                                                  question_words(question, visit->language))
                               : g_strdup(speech_in(SPEECH_OFFER_FIELD, visit->language));
  name_of(question->number, name);
  page_text(page, name, label, fields != NULL ? g_hash_table_lookup(fields, name) : NULL, OFFER_TEXT_MAX);
}

int offer_form_add(Page *page, const Visit *visit, const char *path, GHashTable *fields, GError **error) {
  g_auto(Edition) edition = {0};
  g_autoptr(GPtrArray) questions = g_ptr_array_new();
  int r = load(visit, &edition, questions, error);
  if (r < 0)
    return r;
  page_heading(page, speech_in(SPEECH_OFFER, visit->language));
  page_paragraph(page, speech_in(SPEECH_OFFER_HELP, visit->language));
  page_form_begin(page, path);
  for (guint i = 0; i < questions->len; i++)
    add_field(page, visit, questions->pdata[i], fields);
  page_submit(page, "action", OFFER_ACTION, speech_in(SPEECH_OFFER_BUTTON, visit->language));
  page_form_end(page);
  return 0;
}

/* ---- what was written ---- */

/* FALSE: something is too long. */
static gboolean read_parts(const GPtrArray *questions, GHashTable *fields, GArray *to) {
  char name[NAME_SIZE];
  for (guint i = 0; i < questions->len; i++) {
    const Question *question = questions->pdata[i];
    OfferPart part = {question->number, g_hash_table_lookup(fields, name_of(question->number, name))};
    if (text_blank(part.text))
      continue;
    /* A browser sends a line end as two signs, and counts it as one. */
    if (g_utf8_strlen(part.text, -1) > 2 * (glong)OFFER_TEXT_MAX)
      return FALSE;
    g_array_append_val(to, part);
  }
  return TRUE;
}

static char *ids_of(const GArray *entered) {
  GString *ids = g_string_new(NULL);
  char id[IDENT_SIZE];
  for (guint i = 0; i < entered->len; i++)
    g_string_append_printf(ids, "%s%s", i > 0 ? ", " : "",
                           ident_into(IDENT_PROPOSAL, g_array_index(entered, ProposalEntered, i).id, id));
  return g_string_free(ids, FALSE);
}

static int take(const Visit *visit, const OfferLetter *letter, const GArray *parts, enum offer_outcome *ret,
                char **ret_ids, GError **error) {
  g_autoptr(GArray) entered = NULL;
  g_autoptr(GError) own = NULL;
  int r = offer_take(visit->house->contacts, letter, (const OfferPart *)(void *)parts->data, parts->len,
                     &entered, &own);
  *ret = r == 0 ? OFFER_TAKEN : r == OFFER_FULL ? OFFER_TOO_MANY : OFFER_UNREADABLE;
  if (r == 0)
    *ret_ids = ids_of(entered);
  if (r >= 0 || r == FAULT_INPUT)
    return 0;
  g_propagate_error(error, g_steal_pointer(&own));
  return r;
}

int offer_form_take(const Visit *visit, const DeliveryRow *delivery, gboolean restricted, GHashTable *fields,
                    enum offer_outcome *ret, char **ret_ids, GError **error) {
  g_auto(Edition) edition = {0};
  g_autoptr(GPtrArray) questions = g_ptr_array_new();
  g_autoptr(GArray) parts = g_array_new(FALSE, FALSE, sizeof(OfferPart));
  const OfferLetter letter = {delivery->id, delivery->contact, restricted, language_code(visit->language)};
  int r = load(visit, &edition, questions, error);
  if (r < 0)
    return r;
  *ret = read_parts(questions, fields, parts) ? OFFER_NOTHING : OFFER_UNREADABLE;
  if (*ret == OFFER_UNREADABLE || parts->len == 0)
    return 0;
  return take(visit, &letter, parts, ret, ret_ids, error);
}
