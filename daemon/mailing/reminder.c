/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/reminder.h"

#include <string.h>

#include "base/fault.h"
#include "base/ident.h"
#include "mailing/follow_up.h"
#include "mailing/permit.h"
#include "mailing/reminder_rows.h"

static const char *const wordings[REMINDERS_MAX] = {"reminder-first", "reminder-last"};

int reminder_of(Link *link, gint64 mailing, gint64 *ret_base, GError **error) {
  return reminder_rows_base(link, mailing, ret_base, error);
}

/* ---- who is not reminded ---- */

int reminder_stands_against(Desk *desk, Link *link, gint64 base, gint64 contact, enum reason *ret,
                            GError **error) {
  const FollowUp *follow_up = desk_follow_up(desk);
  *ret = REASON_NONE;
  return base == 0 || follow_up == NULL ? 0 : follow_up->stands_against(link, base, contact, ret, error);
}

int reminder_check(Desk *desk, Link *link, gint64 base, Addressee *line, GError **error) {
  enum reason reason = REASON_NONE;
  int r = reminder_stands_against(desk, link, base, line->contact, &reason, error);
  if (r < 0 || reason == REASON_NONE)
    return r;
  line->state = ADDRESSEE_EXCLUDED;
  g_free(line->reason);
  g_clear_pointer(&line->detail, g_free);
  line->reason = g_strdup(reason_name(reason));
  return 0;
}

/* ---- making ---- */

static int check_base(const Desk *desk, const Mailing *m, GError **error) {
  char id[IDENT_SIZE];
  ident_into(IDENT_MAILING, m->id, id);
  if (strcmp(m->acknowledgement, "none") == 0)
    return fault(error, FAULT_RULE, "%s asks for no answer, so there is nothing to remind of", id);
  if (m->state != MAILING_SENDING && m->state != MAILING_PAUSED && m->state != MAILING_SENT)
    return fault(error, FAULT_RULE, "%s is %s; a reminder follows a mailing that was sent and is not closed",
                 id, mailing_state_name(m->state));
  if (desk_follow_up(desk) == NULL)
    return fault(error, FAULT_RULE, "%s: nobody keeps the answers to it here", id);
  return 0;
}

/* The mailing that all reminders go back to. */
static int find_base(const Desk *desk, const Actor *actor, Link *link, gint64 mailing, Mailing **ret,
                     GError **error) {
  gint64 base = 0, clearance = actor_clearance(actor);
  g_autoptr(Mailing) given = NULL;
  int r = mailing_find(link, clearance, mailing, &given, error);
  if (r == 0)
    r = reminder_rows_base(link, mailing, &base, error);
  if (r == 0)
    r = mailing_find(link, clearance, base != 0 ? base : mailing, ret, error);
  return r < 0 ? r : check_base(desk, *ret, error);
}

/* Which one comes next. */
static int check_number(Link *link, gint64 base, gint64 *ret_number, GError **error) {
  gint64 released = 0, under_way = 0;
  char id[IDENT_SIZE], other[IDENT_SIZE];
  int r = reminder_rows_released(link, base, &released, &under_way, error);
  if (r < 0)
    return r;
  ident_into(IDENT_MAILING, base, id);
  if (under_way != 0)
    return fault(error, FAULT_RULE, "%s reminds of %s and is not sent yet; wait until it is, or cancel it",
                 ident_into(IDENT_MAILING, under_way, other), id);
  if (released >= REMINDERS_MAX)
    return fault(
        error, FAULT_RULE,
        "%s was reminded of %d times, and no more; try another channel, or waive who will not answer", id,
        REMINDERS_MAX);
  *ret_number = released + 1;
  return 0;
}

static int create(Desk *desk, const Actor *actor, Link *link, const Mailing *m, Reminder *reminder,
                  GError **error) {
  char id[IDENT_SIZE];
  g_autoptr(GHashTable) values = NULL;
  int r = mailing_values(link, m->id, &values, error);
  if (r < 0)
    return r;
  g_hash_table_insert(values, g_strdup("prior"), g_strdup(ident_into(IDENT_MAILING, m->id, id)));
  MailingFields fields = mailing_fields_after(m);
  fields.wording = wordings[reminder->number - 1];
  fields.acknowledgement = "requested";
  fields.values = values;
  fields.reminds = m->id;
  return mailing_create(desk, actor, &fields, &reminder->mailing, error);
}

static int make(Desk *desk, const Actor *actor, gint64 mailing, Reminder *ret, GError **error) {
  g_autoptr(Mailing) base = NULL;
  g_autoptr(Link) link = NULL;
  FollowUpCounts counts = {0};
  int r = store_read(desk_store(desk), &link, error);
  if (r == 0)
    r = find_base(desk, actor, link, mailing, &base, error);
  if (r == 0)
    r = check_number(link, base->id, &ret->number, error);
  if (r == 0)
    r = reminder_rows_open(link, base->id, &ret->mailing, error);
  if (r == 0)
    r = desk_follow_up(desk)->count(link, base, &counts, error);
  if (r < 0)
    return r;
  ret->base = base->id;
  ret->made = ret->mailing == 0 && counts.silent > 0;
  return ret->made ? create(desk, actor, link, base, ret, error) : 0;
}

/* A draft takes in who answered since. */
static int freshen(Desk *desk, const Actor *actor, Reminder *reminder, GError **error) {
  g_autoptr(Mailing) m = NULL;
  g_auto(RollCount) count = {0};
  g_autoptr(Link) link = NULL;
  int r = store_read(desk_store(desk), &link, error);
  if (r == 0)
    r = mailing_find(link, actor_clearance(actor), reminder->mailing, &m, error);
  g_clear_pointer(&link, link_return);
  if (r < 0)
    return r;
  reminder->reminded = m->included;
  if (m->state != MAILING_DRAFT)
    return 0;
  r = roll_make(desk, actor, reminder->mailing, &count, error);
  reminder->reminded = count.included;
  return r;
}

int reminder_make(Desk *desk, const Actor *actor, gint64 mailing, Reminder *ret, GError **error) {
  *ret = (Reminder){0};
  int r = permit_check(actor, PERMIT_PREPARE, "preparing a reminder", error);
  if (r == 0 && !desk_take(desk, mailing))
    return fault(error, FAULT_BUSY, "somebody is at this mailing at this moment; try again");
  if (r < 0)
    return r;
  r = make(desk, actor, mailing, ret, error);
  desk_give_back(desk, mailing);
  return r < 0 || ret->mailing == 0 ? r : freshen(desk, actor, ret, error);
}
