/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/reminder.h"

#include <string.h>

#include "base/fault.h"
#include "base/ident.h"
#include "mailing/addressing.h"
#include "mailing/follow_up.h"
#include "mailing/onward.h"
#include "mailing/permit.h"
#include "mailing/reminder_rows.h"
#include "mailing/route.h"

#define BY_NEXT_CHANNEL (REMINDERS_MAX + 1) /* the number of the one more */

static const char *const wordings[BY_NEXT_CHANNEL] = {"reminder-first", "reminder-last", "reminder-channel"};

int reminder_of(Link *link, gint64 mailing, gint64 *ret_base, GError **error) {
  gint64 number = 0;
  return reminder_rows_base(link, mailing, ret_base, &number, error);
}

int reminder_read(Link *link, gint64 mailing, Reminds *ret, GError **error) {
  g_autofree char *text = NULL;
  ReminderDays days = {0};
  *ret = (Reminds){0};
  int r = reminder_rows_base(link, mailing, &ret->base, &ret->number, error);
  if (r == 0 && ret->base != 0)
    r = reminder_rows_days(link, ret->base, &text, error);
  if (r == 0)
    r = reminder_due_parse(text, &days, error);
  ret->days = reminder_due_after(&days, ret->number);
  return r;
}

ReminderCalendar reminder_calendar(const MailingSettings *settings) {
  return (ReminderCalendar){settings->workdays, settings->closed, settings->zone};
}

/* ---- who is not reminded ---- */

int reminder_stands_against(Desk *desk, Link *link, gint64 base, gint64 contact, enum reason *ret,
                            GError **error) {
  const FollowUp *follow_up = desk_follow_up(desk);
  *ret = REASON_NONE;
  return base == 0 || follow_up == NULL ? 0 : follow_up->stands_against(link, base, contact, ret, error);
}

static void exclude(Addressee *line, enum reason reason) {
  line->state = ADDRESSEE_EXCLUDED;
  g_free(line->reason);
  g_clear_pointer(&line->detail, g_free);
  line->reason = g_strdup(reason_name(reason));
}

/* Who came into the office since had no letter to be reminded of. */
static int check_holder(Link *link, gint64 base, const Addressee *line, enum reason *ret, GError **error) {
  g_autofree char *was = NULL;
  int r = reminder_rows_holder(link, base, line->contact, &was, error);
  if (r == 0 && g_strcmp0(was, line->holder) != 0)
    *ret = REASON_HOLDER_CHANGED;
  return MIN(r, 0);
}

/* The first working day of its place that lies late enough; today at the earliest. 0: none in sight. */
static int due_day(const MailingSettings *settings, Link *link, const Reminds *reminds, const Addressee *line,
                   Day today, Day *ret, GError **error) {
  ReminderCalendar calendar = reminder_calendar(settings);
  gint64 reached = 0;
  int r = reminder_rows_reached(link, reminds->base, line->contact, &reached, error);
  Day from = reached != 0 ? day_of_moment(reached, settings->zone) + (Day)reminds->days : today;
  *ret = reminder_due_day(&calendar, line->country, MAX(from, today));
  return r;
}

static int check_time(Desk *desk, Link *link, const Reminds *reminds, const Addressee *line, enum reason *ret,
                      GError **error) {
  g_autoptr(MailingSettings) settings = desk_settings(desk);
  ReminderCalendar calendar = reminder_calendar(settings);
  Day today = desk_today(desk, settings), due = 0;
  /* A closure of the house, or of the place, is no reason to leave somebody out: all wait together. */
  Day soon = reminder_due_day(&calendar, line->country, today);
  int r = due_day(settings, link, reminds, line, today, &due, error);
  if (r == 0 && due > soon + REMINDER_LATER)
    *ret = REASON_REACHED_LATELY;
  return r;
}

static gboolean holds(const GArray *channels, gint64 channel) {
  for (guint i = 0; i < channels->len; i++)
    if (g_array_index(channels, gint64, i) == channel)
      return TRUE;
  return FALSE;
}

/* Takes the routes that were tried off LINE, so that the next one is its first. */
static void drop_routes(Addressee *line, const GArray *tried) {
  GPtrArray *routes = line->planned_routes;
  for (guint i = routes->len; i > 0; i--)
    if (holds(tried, ((const Route *)g_ptr_array_index(routes, i - 1))->channel))
      g_ptr_array_remove_index(routes, i - 1);
  if (routes->len == 0)
    return;
  addressing_lead(line, g_ptr_array_index(routes, 0));
  if (!route_are_kept(routes))
    g_clear_pointer(&line->planned_routes, g_ptr_array_unref);
}

static int take_next_channel(Link *link, gint64 base, Addressee *line, enum reason *ret, GError **error) {
  g_autoptr(GArray) tried = g_array_new(FALSE, FALSE, sizeof(gint64));
  int r = reminder_rows_channels(link, base, line->contact, tried, error);
  if (r < 0)
    return r;
  if (line->planned_routes != NULL)
    drop_routes(line, tried);
  if (line->channel == 0 || holds(tried, line->channel))
    *ret = REASON_NO_NEXT_CHANNEL;
  return 0;
}

int reminder_check(Desk *desk, Link *link, const Reminds *reminds, Addressee *line, GError **error) {
  enum reason reason = REASON_NONE;
  if (reminds->base == 0)
    return 0;
  int r = reminder_stands_against(desk, link, reminds->base, line->contact, &reason, error);
  if (r == 0 && reason == REASON_NONE)
    r = check_holder(link, reminds->base, line, &reason, error);
  if (r == 0 && reason == REASON_NONE)
    r = check_time(desk, link, reminds, line, &reason, error);
  if (r == 0 && reason == REASON_NONE && reminds->number == BY_NEXT_CHANNEL)
    r = take_next_channel(link, reminds->base, line, &reason, error);
  if (r == 0 && reason != REASON_NONE)
    exclude(line, reason);
  return r;
}

int reminder_line_due(Desk *desk, Link *link, const Reminds *reminds, const Addressee *line, gint64 at,
                      gint64 *ret, GError **error) {
  g_autoptr(MailingSettings) settings = desk_settings(desk);
  ReminderCalendar calendar = reminder_calendar(settings);
  Day from = day_of_moment(MAX(at, clock_wall(desk_clock(desk))), settings->zone), due = 0;
  *ret = at;
  if (reminds->base == 0)
    return 0;
  int r = due_day(settings, link, reminds, line, from, &due, error);
  if (r == 0 && due > from)
    *ret = reminder_due_nine(&calendar, due);
  return r;
}

int reminder_call_off(Desk *desk, Link *link, gint64 base, gint64 delivery, GError **error) {
  enum reason reason = REASON_NONE;
  g_autoptr(DeliveryRow) row = NULL;
  if (base == 0)
    return 0;
  int r = outbox_find(link, 1, delivery, &row, error);
  if (r == 0)
    r = reminder_stands_against(desk, link, base, row->contact, &reason, error);
  if (r < 0 || reason == REASON_NONE)
    return r;
  r = outbox_call_off(desk_outbox(desk), link, row, NULL, reason_name(reason), reason_sentence(reason),
                      error);
  return r < 0 ? r : 1;
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
    r = reminder_of(link, mailing, &base, error);
  if (r == 0)
    r = mailing_find(link, clearance, base != 0 ? base : mailing, ret, error);
  return r < 0 ? r : check_base(desk, *ret, error);
}

int reminder_next(Link *link, const Mailing *base, gint64 *ret_number, GError **error) {
  ReminderPast past;
  gboolean spare = FALSE;
  char id[IDENT_SIZE], other[IDENT_SIZE];
  int r = reminder_rows_past(link, base->id, &past, error);
  if (r == 0 && past.released == REMINDERS_MAX)
    r = reminder_rows_has_spare(link, base->id, &spare, error);
  if (r < 0)
    return r;
  ident_into(IDENT_MAILING, base->id, id);
  if (past.under_way != 0)
    return fault(error, FAULT_RULE, "%s reminds of %s and is not sent yet; wait until it is, or cancel it",
                 ident_into(IDENT_MAILING, past.under_way, other), id);
  if (past.released > REMINDERS_MAX)
    return fault(error, FAULT_RULE,
                 "%s was reminded of %d times and once by the next channel, and no more; waive who will not "
                 "answer",
                 id, REMINDERS_MAX);
  if (past.released == REMINDERS_MAX && !spare)
    return fault(error, FAULT_RULE,
                 "%s was reminded of %d times, and nobody on it has another channel; add one, or waive who "
                 "will not answer",
                 id, REMINDERS_MAX);
  *ret_number = past.released + 1;
  return 0;
}

int reminder_draft(Desk *desk, const Actor *actor, Link *link, const Mailing *m, gint64 number,
                   gboolean by_itself, gint64 *ret, GError **error) {
  char id[IDENT_SIZE];
  g_autoptr(GHashTable) values = NULL;
  int r = mailing_values(link, m->id, &values, error);
  if (r < 0)
    return r;
  g_hash_table_insert(values, g_strdup("prior"), g_strdup(ident_into(IDENT_MAILING, m->id, id)));
  MailingFields fields = mailing_fields_after(m);
  fields.wording = wordings[number - 1];
  fields.acknowledgement = "requested";
  fields.remind_after = "none";
  if (onward_is_closed_by_answers(m->next_channel)) { /* it goes by one channel, as any reminder */
    fields.next_channel = "on-refusal";
    fields.next_after = 0;
  }
  fields.values = values;
  fields.reminds = m->id;
  fields.reminder = number;
  fields.by_itself = by_itself;
  fields.charge = by_itself ? m : NULL;
  return mailing_create(desk, actor, &fields, ret, error);
}

static int make(Desk *desk, const Actor *actor, gint64 mailing, Reminder *ret, GError **error) {
  g_autoptr(Mailing) base = NULL;
  g_autoptr(Link) link = NULL;
  FollowUpCounts counts = {0};
  gboolean unfinished = FALSE;
  int r = store_read(desk_store(desk), &link, error);
  if (r == 0)
    r = find_base(desk, actor, link, mailing, &base, error);
  if (r == 0)
    r = reminder_next(link, base, &ret->number, error);
  if (r == 0)
    r = reminder_rows_open(link, base->id, &ret->mailing, &unfinished, error);
  if (r == 0)
    r = desk_follow_up(desk)->count(link, base, &counts, error);
  if (r < 0)
    return r;
  ret->base = base->id;
  ret->made = ret->mailing == 0 && counts.silent > 0;
  return ret->made ? reminder_draft(desk, actor, link, base, ret->number, FALSE, &ret->mailing, error) : 0;
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
