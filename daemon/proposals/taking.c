/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proposals/taking.h"

#include "base/fault.h"
#include "base/ident.h"
#include "base/text.h"
#include "contacts/contact.h"
#include "contacts/merge.h"
#include "mailing/document.h"
#include "mailing/mailing.h"
#include "mailing/reminder.h"
#include "outbox/outbox.h"
#include "proposals/edition.h"
#include "proposals/numbering.h"
#include "proposals/proposal_rows.h"
#include "proposals/seating.h"
#include "reply/inbound_message.h"

#include <string.h>

#define CUT "\n[…]" /* behind words that were cut: the whole stands in the message */

/* ---- was it the pre-report that was answered? ---- */

static int holds_pre_report(Link *link, const GArray *documents, gboolean *ret, GError **error) {
  int r = 0;
  for (guint i = 0; r == 0 && !*ret && i < documents->len; i++) {
    g_autoptr(Document) document = NULL;
    r = document_find(link, g_array_index(documents, gint64, i), &document, error);
    *ret = r == 0 && strcmp(document->kind, "pre-report") == 0;
  }
  return r;
}

static int is_asked(Link *link, gint64 number, gboolean *ret, GError **error) {
  g_autoptr(Mailing) mailing = NULL, first = NULL;
  gint64 base = 0;
  *ret = FALSE;
  int r = mailing_find(link, 1, number, &mailing, error);
  if (r == 0)
    r = reminder_of(link, number, &base, error);
  if (r == 0 && base != 0)
    r = mailing_find(link, 1, base, &first, error);
  return r < 0 ? r : holds_pre_report(link, (first != NULL ? first : mailing)->documents, ret, error);
}

/* ---- what the message says of whose it is ---- */

typedef struct {
  InboundMessage *message;
  char *text, *language;
  gint64 author;
} Taken;

static void taken_clear(Taken *taken) {
  inbound_message_free(taken->message);
  g_free(taken->text);
  g_free(taken->language);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Taken, taken_clear)

/* Somebody who was forgotten meanwhile is nobody. */
static int find_author(Link *link, gint64 contact, gint64 *ret, GError **error) {
  g_autoptr(Contact) card = NULL;
  g_autoptr(GError) own = NULL;
  gint64 number = 0;
  int r = contact != 0 ? merge_final(link, contact, &number, error) : 0;
  if (r < 0 || number == 0)
    return r;
  r = contact_find(link, number, 1, &card, &own);
  if (r < 0 && r != FAULT_ABSENT)
    g_propagate_error(error, g_steal_pointer(&own));
  if (r == 0 && card->standing != CONTACT_ERASED)
    *ret = number;
  return r == FAULT_ABSENT ? 0 : r;
}

/* Nothing says in which language somebody writes but the one in which he was written to. */
static int find_language(Link *link, gint64 delivery, char **ret, GError **error) {
  g_autoptr(DeliveryRow) row = NULL;
  enum language language = LANGUAGE_FR;
  int r = delivery != 0 ? outbox_find(link, 1, delivery, &row, error) : 0;
  if (row != NULL && row->language != NULL)
    language_parse(row->language, &language);
  *ret = g_strdup(language_code(language));
  return r;
}

static void cut(char **text) {
  if (*text == NULL || strlen(*text) <= PROPOSAL_TEXT_MAX)
    return;
  gsize length = PROPOSAL_TEXT_MAX - strlen(CUT);
  while (length > 0 && ((*text)[length] & 0xC0) == 0x80)
    length--;
  g_autofree char *head = g_strndup(*text, length);
  g_free(*text);
  *text = g_strconcat(head, CUT, NULL);
}

static int read_message(Link *link, gint64 clearance, gint64 inbound, Taken *to, GError **error) {
  g_autofree char *attachments = NULL;
  int r = inbound_message_find(link, clearance, inbound, &to->message, error);
  if (r == 0)
    r = inbound_message_text(link, inbound, &to->text, &attachments, error);
  if (r == 0)
    r = find_author(link, to->message->contact, &to->author, error);
  return r == 0 ? find_language(link, to->message->delivery, &to->language, error) : r;
}

/* ---- by itself ---- */

static ProposalDraft draft_of(const Taken *taken) {
  return (ProposalDraft){.language = taken->language,
                         .author = taken->author,
                         .inbound = taken->message->id,
                         .delivery = taken->message->delivery,
                         .restricted = taken->message->restricted};
}

/* What cannot be a proposal stays among what came in, and stops nothing. */
static int put(const ProposalUnit *unit, const Taken *taken, gint64 question, char **text, GError **error) {
  ProposalDraft draft = draft_of(taken);
  ProposalEntered entered = {0};
  g_autoptr(GError) own = NULL;
  gint64 edition = 0;
  cut(text);
  int r = edition_present(unit->link, &edition, error);
  if (r < 0)
    return r;
  draft.text = *text;
  draft.question = edition_check_question(unit->link, edition, question, NULL) == 0 ? question : 0;
  r = proposal_put(unit, &draft, NULL, &entered, &own);
  if (r < 0 && r != FAULT_INPUT && r != FAULT_RULE)
    g_propagate_error(error, g_steal_pointer(&own));
  else
    r = 0;
  return r;
}

static int put_parts(const ProposalUnit *unit, const Taken *taken, const GPtrArray *parts, GError **error) {
  int r = 0;
  for (guint i = 0; r == 0 && i < parts->len; i++) {
    NumberedPart *part = parts->pdata[i];
    r = put(unit, taken, part->question, &part->text, error);
  }
  return r;
}

static int take(const ProposalUnit *unit, Taken *taken, GError **error) {
  gint64 edition = 0, most = 0;
  if (text_blank(taken->text))
    return 0;
  int r = edition_present(unit->link, &edition, error);
  if (r == 0)
    r = edition_most(unit->link, edition, &most, error);
  if (r < 0)
    return r;
  g_autoptr(GPtrArray) parts = numbering_split(taken->text, most);
  if (parts != NULL)
    return put_parts(unit, taken, parts, error);
  if (g_utf8_strlen(taken->text, -1) < TAKING_LEAST)
    return 0;
  return put(unit, taken, 0, &taken->text, error);
}

static int filed(gpointer self, Link *link, gint64 inbound, GError **error) {
  g_autoptr(GHashTable) seatings = seating_table_new();
  const ProposalUnit unit = {self, &actor_daemon, link, seatings};
  g_auto(Taken) taken = {0};
  gboolean asked = FALSE;
  gint64 before = 0;
  int r = read_message(link, 1, inbound, &taken, error);
  if (r == 0)
    r = proposal_rows_parts(link, inbound, &before, error);
  if (r == 0 && before > 0)
    return proposal_rows_refile(link, inbound, taken.message->delivery, taken.author,
                                taken.message->restricted, error);
  if (r == 0 && taken.message->mailing != 0)
    r = is_asked(link, taken.message->mailing, &asked, error);
  return r == 0 && asked ? take(&unit, &taken, error) : r;
}

ReplyTaker taking_taker(const Contacts *house) {
  return (ReplyTaker){.filed = filed, .self = (gpointer)house};
}

/* ---- a person says so ---- */

static int check_said(const Taken *taken, const ProposalDraft *draft, GError **error) {
  char id[IDENT_SIZE];
  if (!text_blank(draft->text) || !text_blank(taken->text))
    return 0;
  return fault(error, FAULT_RULE, "%s says nothing in words of its own; give the words with it",
               ident_into(IDENT_INBOUND, taken->message->id, id));
}

int taking_enter(const Contacts *house, const Actor *actor, gint64 inbound, const ProposalDraft *draft,
                 GArray **ret, GPtrArray **ret_warnings, GError **error) {
  g_auto(Taken) taken = {0};
  {
    g_autoptr(Link) link = NULL;
    int r = store_read(house->store, &link, error);
    if (r == 0)
      r = read_message(link, actor_clearance(actor), inbound, &taken, error);
    if (r == 0)
      r = check_said(&taken, draft, error);
    if (r < 0)
      return r;
  }
  ProposalDraft whole = draft_of(&taken);
  cut(&taken.text);
  whole.text = text_blank(draft->text) ? taken.text : draft->text;
  whole.language = draft->language != NULL ? draft->language : taken.language;
  whole.author = draft->author != 0 ? draft->author : taken.author;
  whole.question = draft->question;
  whole.workshop = draft->workshop;
  return proposal_enter(house, actor, &whole, 1, ret, ret_warnings, error);
}
