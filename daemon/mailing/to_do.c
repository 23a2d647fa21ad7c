/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/to_do.h"

#include <string.h>

#include "base/crash.h"
#include "base/fault.h"
#include "base/ident.h"
#include "contacts/eligibility.h"
#include "journal/entry.h"
#include "mailing/mould.h"
#include "mailing/paper.h"
#include "mailing/reminder.h"
#include "mailing/roll_rows.h"
#include "mailing/route.h"

#define OPENED_AT_ONCE 50 /* deliveries that one unit of work looks at */

/* ---- does it still fit its addressee? ---- */

/* The stamp of the channels may not speak of those by hand, so the one that is used is looked at itself. */
static int check_channel(Link *link, const DeliveryRow *row, enum reason *ret, GError **error) {
  gboolean fits = FALSE;
  int r = route_still_fits(link, row->contact, row->channel, row->address, &fits, error);
  if (r == 0 && !fits)
    *ret = REASON_CHANNEL_CHANGED;
  return r;
}

static int check_addressee(Link *link, const DeliveryRow *row, const Addressee *line, Day today,
                           enum reason *ret, GError **error) {
  g_autoptr(GError) own = NULL;
  Stamps now = {0};
  *ret = REASON_NONE;
  int r = contact_stamps(link, row->contact, today, &now, &own);
  if (r < 0 && r != FAULT_ABSENT)
    return g_propagate_error(error, g_steal_pointer(&own)), r;
  if (r == FAULT_ABSENT || now.holder != line->stamp_holder)
    *ret = REASON_HOLDER_CHANGED;
  else if (row->supersedes == 0 && now.channel != line->stamp_channel)
    *ret = REASON_CHANNEL_CHANGED;
  else if (now.ground != line->stamp_ground)
    *ret = REASON_GROUND_CHANGED;
  return *ret == REASON_NONE ? check_channel(link, row, ret, error) : 0;
}

/* ---- from planned to to-do ---- */

typedef struct {
  Desk *desk;
  Day today;
  const GPtrArray *rows; /* of DeliveryRow */
} Opening;

/* 1: it is a reminder of a letter that was answered since, and nobody carries it any more. */
static int call_off(Desk *desk, Link *link, const DeliveryRow *row, GError **error) {
  gint64 base = 0;
  int r = reminder_of(link, row->mailing, &base, error);
  return r < 0 ? r : reminder_call_off(desk, link, base, row->id, error);
}

static int open_row(const Opening *o, Link *link, const DeliveryRow *row, GError **error) {
  g_autoptr(Addressee) line = NULL;
  enum reason reason = REASON_HOLDER_CHANGED; /* of a line that is gone */
  int r = roll_rows_find(link, 1, row->addressee, &line, error);
  if (r == 0)
    r = check_addressee(link, row, line, o->today, &reason, error);
  if (r == 0)
    r = call_off(o->desk, link, row, error);
  if (r != 0)
    return MIN(r, 0);
  gboolean held = reason != REASON_NONE;
  g_autoptr(GString) facts = g_string_new(NULL);
  entry_fact(facts, "by-hand", row->by_hand);
  DeliveryChange change = {.delivery = row->id,
                           .mailing = row->mailing,
                           .addressee = row->addressee,
                           .contact = row->contact,
                           .restricted = row->restricted,
                           .from = DELIVERY_PLANNED,
                           .epoch = row->epoch,
                           .to = held ? DELIVERY_HELD : DELIVERY_TO_DO,
                           .reason = held ? reason_name(reason) : NULL,
                           .kind = held ? ENTRY_DELIVERY_HELD : ENTRY_DELIVERY_TO_DO,
                           .text = held ? reason_sentence(reason) : NULL,
                           .facts = facts->str};
  return delivery_change(outbox_door(desk_outbox(o->desk)), link, &change, error);
}

/* The fence of a row that somebody else changed meanwhile holds: nothing to do. */
static int open_unit(Link *link, gpointer data, GError **error) {
  const Opening *o = data;
  int r = 0;
  for (guint i = 0; i < o->rows->len && r >= 0; i++)
    r = open_row(o, link, g_ptr_array_index(o->rows, i), error);
  return MIN(r, 0);
}

/* How many there were, or < 0. */
static int open_some(Desk *desk, GError **error) {
  g_autoptr(MailingSettings) settings = desk_settings(desk);
  g_autoptr(Link) link = NULL;
  g_autoptr(GPtrArray) rows = NULL;
  g_auto(Hold) hold = {0};
  gint64 now = clock_wall(desk_clock(desk));
  int r = store_read(desk_store(desk), &link, error);
  if (r == 0)
    r = outbox_to_carry(link, now, OPENED_AT_ONCE, &rows, error);
  if (r == 0 && rows->len > 0)
    r = outbox_hold_read(link, &hold, error);
  g_clear_pointer(&link, link_return);
  if (r < 0 || rows->len == 0 || hold.held)
    return r;
  Opening opening = {desk, day_of_moment(now, settings->zone), rows};
  r = store_write(desk_store(desk), open_unit, &opening, error);
  crash_point("to-dos-opened");
  return r < 0 ? r : (int)rows->len;
}

int to_do_tick(Desk *desk, GError **error) {
  int n;
  while ((n = open_some(desk, error)) == OPENED_AT_ONCE)
    ;
  return MIN(n, 0);
}

/* ---- the letter ---- */

static void version_free(gpointer data) {
  DocumentVersion *v = data;
  g_free(v->language);
  g_free(v->name);
  g_free(v->media_type);
  g_free(v);
}

void to_do_letter_free(ToDoLetter *letter) {
  if (letter == NULL)
    return;
  char *texts[] = {letter->by_hand, letter->address, letter->inside, letter->language,
                   letter->subject, letter->text,    letter->html,   letter->reference};
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    g_free(texts[i]);
  g_clear_pointer(&letter->documents, g_ptr_array_unref);
  g_free(letter);
}

static int check_state(const DeliveryRow *row, GError **error) {
  char id[IDENT_SIZE];
  ident_into(IDENT_DELIVERY, row->id, id);
  if (row->by_hand == NULL)
    return fault(error, FAULT_RULE, "%s: goes by e-mail; `valise mailings preview` shows its letter", id);
  if (row->state != DELIVERY_TO_DO && row->state != DELIVERY_DONE)
    return fault(error, FAULT_RULE, "%s: is %s; its letter can be had once it is to-do", id,
                 delivery_state_name(row->state));
  return 0;
}

/* What was carried is shown as it was, whatever changed since. */
static int check_fits(Desk *desk, Link *link, const DeliveryRow *row, const Addressee *line, GError **error) {
  g_autoptr(MailingSettings) settings = desk_settings(desk);
  enum reason reason = REASON_NONE;
  if (row->state == DELIVERY_DONE)
    return 0;
  gint64 base = 0;
  int r = check_addressee(link, row, line, desk_today(desk, settings), &reason, error);
  if (r == 0 && reason == REASON_NONE)
    r = reminder_of(link, row->mailing, &base, error);
  if (r == 0 && reason == REASON_NONE)
    r = reminder_stands_against(desk, link, base, row->contact, &reason, error);
  char id[IDENT_SIZE];
  if (r == 0 && reason != REASON_NONE)
    return fault(error, FAULT_RULE,
                 "%s: is not to be carried as it was approved: %s; put its addressee on a new mailing",
                 ident_into(IDENT_DELIVERY, row->id, id), reason_sentence(reason));
  return r;
}

static void take_documents(ToDoLetter *letter, const Mould *mould) {
  letter->documents = g_ptr_array_new_with_free_func(version_free);
  for (guint i = 0; i < mould_attachment_count(mould); i++) {
    const DocumentVersion *from = mould_attachment(mould, i);
    DocumentVersion *v = g_memdup2(from, sizeof *from);
    v->language = g_strdup(from->language);
    v->name = g_strdup(from->name);
    v->media_type = g_strdup(from->media_type);
    g_ptr_array_add(letter->documents, v);
  }
}

static int make_letter(Desk *desk, Link *link, const DeliveryRow *row, const Addressee *line,
                       ToDoLetter *letter, GError **error) {
  g_autoptr(Mould) mould = NULL;
  int r = mould_rack_take(desk, link, row->mailing, row->language, mould_form_of(line, VARIANT_FULL), &mould,
                          error);
  if (r < 0)
    return r;
  g_autoptr(GString) subject = g_string_new(NULL);
  g_autoptr(GString) text = g_string_new(NULL);
  g_autoptr(GString) html = g_string_new(NULL);
  MouldCopy copy = {.delivery = row->id, .dated = clock_wall(desk_clock(desk))};
  r = mould_words(mould, line, &copy, subject, text, html, error);
  if (r < 0)
    return r;
  letter->subject = g_string_free(g_steal_pointer(&subject), FALSE);
  letter->text = g_string_free(g_steal_pointer(&text), FALSE);
  letter->html = g_string_free(g_steal_pointer(&html), FALSE);
  take_documents(letter, mould);
  return 0;
}

int to_do_letter(Desk *desk, gint64 clearance, gint64 delivery, ToDoLetter **ret, GError **error) {
  g_autoptr(Link) link = NULL;
  g_autoptr(DeliveryRow) row = NULL;
  g_autoptr(Addressee) line = NULL;
  int r = store_read(desk_store(desk), &link, error);
  if (r == 0)
    r = outbox_find(link, clearance, delivery, &row, error);
  if (r == 0)
    r = check_state(row, error);
  if (r == 0)
    r = roll_find(link, clearance, row->addressee, &line, error);
  if (r == 0)
    r = check_fits(desk, link, row, line, error);
  if (r < 0)
    return r;
  char id[IDENT_SIZE];
  g_autoptr(ToDoLetter) letter = g_new0(ToDoLetter, 1);
  letter->delivery = delivery;
  letter->by_hand = g_strdup(row->by_hand);
  letter->address = g_strdup(row->address);
  letter->inside = g_strdup(line->inside);
  letter->language = g_strdup(row->language);
  letter->reference = g_strdup(ident_into(IDENT_MAILING, row->mailing, id));
  r = make_letter(desk, link, row, line, letter, error);
  if (r == 0)
    *ret = g_steal_pointer(&letter);
  return r;
}

/* ---- on paper ---- */

static PaperFile *files_of(const ToDoLetter *letter) {
  PaperFile *files = g_new0(PaperFile, letter->documents->len);
  for (guint i = 0; i < letter->documents->len; i++) {
    const DocumentVersion *v = g_ptr_array_index(letter->documents, i);
    char *hex = g_malloc(DIGEST_HEX_SIZE);
    digest_hex(&v->digest, hex);
    files[i] = (PaperFile){v->name, hex};
  }
  return files;
}

char *to_do_paper(Desk *desk, const ToDoLetter *letter) {
  g_autoptr(MailingSettings) settings = desk_settings(desk);
  char id[IDENT_SIZE];
  g_autofree char *reference =
      g_strdup_printf("%s / %s", letter->reference, ident_into(IDENT_DELIVERY, letter->delivery, id));
  g_autofree char *title = g_strdup_printf("%s %s", id, letter->subject);
  g_autofree char *verify =
      settings->base_url != NULL ? g_strconcat(settings->base_url, "/verify", NULL) : NULL;
  g_autofree PaperFile *files = files_of(letter);
  const char *organisation = mailing_settings_in(settings, settings->organisation, letter->language);
  PaperLetter paper = {.language = letter->language,
                       .title = title,
                       .organisation = organisation != NULL ? organisation : "",
                       .address = settings->organisation_address,
                       .signer = settings->sender_name,
                       .inside = letter->inside,
                       .postal = g_strcmp0(letter->by_hand, "post") == 0 ? letter->address : NULL,
                       .reference = reference,
                       .verify_url = verify,
                       .html = letter->html,
                       .files = files,
                       .file_count = letter->documents->len};
  char *html = paper_of(&paper);
  for (guint i = 0; i < letter->documents->len; i++)
    g_free((char *)files[i].digest);
  return html;
}
