/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/onward.h"

#include <string.h>

#include "base/crash.h"
#include "base/fault.h"
#include "base/ident.h"
#include "journal/entry.h"
#include "mailing/onward_rows.h"
#include "mailing/reminder.h"
#include "mailing/roll_rows.h"
#include "mailing/route.h"

#define PAGE 100 /* lines looked at in one go; each is decided in a unit of its own */

gboolean onward_is_closed_by_answers(const char *next_channel) {
  return g_strcmp0(next_channel, "all") == 0 || g_strcmp0(next_channel, "until-acknowledged") == 0;
}

int onward_stands_by(Link *link, gint64 mailing, gint64 *ret, GError **error) {
  g_autofree char *policy = NULL;
  int r = reminder_of(link, mailing, ret, error);
  if (r < 0 || *ret != 0)
    return r;
  r = onward_rows_policy(link, mailing, &policy, error);
  *ret = onward_is_closed_by_answers(policy) ? mailing : 0;
  return r;
}

/* ---- the next one ---- */

typedef struct {
  Desk *desk;
  const Mailing *mailing;
  gint64 addressee, delivery, now;
  gint64 planned; /* the new delivery; 0: none */
} Going;

/* Of those that no letter was tried by, the first after that of the newest letter; then the first by hand. */
static const Route *choose(const GPtrArray *routes, const GPtrArray *chain) {
  const DeliveryRow *newest = g_ptr_array_index(chain, chain->len - 1);
  const Route *route = route_after(routes, newest->channel);
  for (guint i = 0; route != NULL && i < chain->len; i++)
    if (((const DeliveryRow *)g_ptr_array_index(chain, i))->channel == route->channel)
      route = NULL;
  return route;
}

static int note(const Going *g, Link *link, const DeliveryPlan *plan, GError **error) {
  char before[IDENT_SIZE], channel[IDENT_SIZE];
  ident_into(IDENT_DELIVERY, plan->supersedes, before);
  g_autoptr(GString) facts = g_string_new(NULL);
  entry_fact(facts, "supersedes", before);
  entry_fact(facts, "cause", "silence");
  entry_fact(facts, "channel", ident_into(IDENT_CHANNEL, plan->channel, channel));
  entry_fact(facts, "by-hand", plan->by_hand);
  g_autofree char *text =
      g_strdup_printf("%s was not answered within %" G_GINT64_FORMAT " days; the next channel is taken",
                      before, g->mailing->next_after);
  Entry entry = {.kind = ENTRY_DELIVERY_SUPERSEDED,
                 .user = actor_daemon.name,
                 .mailing = plan->mailing,
                 .addressee = plan->addressee,
                 .delivery = g->planned,
                 .contact = plan->contact,
                 .text = text,
                 .facts = facts->str,
                 .restricted = plan->restricted};
  return journal_add(desk_journal(g->desk), link, &entry, error);
}

static int plan_next(Going *g, Link *link, const DeliveryRow *row, const Route *route, GError **error) {
  DeliveryPlan plan = {.mailing = row->mailing,
                       .addressee = row->addressee,
                       .contact = row->contact,
                       .channel = route->channel,
                       .restricted = row->restricted,
                       .variant = variant_name(route->variant),
                       .address = route->address,
                       .language = row->language,
                       .country = row->country,
                       .due = g->now,
                       .supersedes = row->id,
                       .after_silence = TRUE,
                       .by_hand = route_by_hand(route)};
  int r = delivery_plan(outbox_door(desk_outbox(g->desk)), link, &plan, &g->planned, error);
  return r < 0 ? r : note(g, link, &plan, error);
}

/* What comes next for the line of G: *ret_route within *ret_routes, NULL for nothing. Both arrays are the
 * caller's. */
static int find_next(const Going *g, Link *link, GPtrArray **ret_chain, GPtrArray **ret_routes,
                     const Route **ret_route, GError **error) {
  g_autoptr(Addressee) line = NULL;
  enum reason against = REASON_NONE;
  *ret_route = NULL;
  int r = roll_rows_find(link, 1, g->addressee, &line, error);
  if (r == 0)
    r = reminder_stands_against(g->desk, link, g->mailing->id, line->contact, &against, error);
  if (r != 0 || against != REASON_NONE)
    return MIN(r, 0);
  r = route_list(link, line, ret_routes, error);
  if (r == 0)
    r = outbox_chain(link, 1, g->addressee, ret_chain, error);
  if (r < 0 || (*ret_chain)->len == 0)
    return r;
  const DeliveryRow *newest = g_ptr_array_index(*ret_chain, (*ret_chain)->len - 1);
  *ret_route = newest->id == g->delivery ? choose(*ret_routes, *ret_chain) : NULL;
  return 0;
}

/* Asked again within the unit: an answer may have come, or another delivery was planned. */
static int go_unit(Link *link, gpointer data, GError **error) {
  Going *g = data;
  g_autoptr(GPtrArray) routes = NULL, chain = NULL;
  const Route *route = NULL;
  int r = find_next(g, link, &chain, &routes, &route, error);
  if (r < 0 || route == NULL)
    return r;
  return plan_next(g, link, g_ptr_array_index(chain, chain->len - 1), route, error);
}

/* Who answered, or has no other channel, costs no unit of work however often he is looked at. */
static int look_whether(const Going *g, Link *link, gboolean *ret, GError **error) {
  g_autoptr(GPtrArray) routes = NULL, chain = NULL;
  const Route *route = NULL;
  int r = find_next(g, link, &chain, &routes, &route, error);
  *ret = r == 0 && route != NULL;
  return r;
}

/* When the line is due, by the days of its mailing and the working days of its place. */
static int due_at(Desk *desk, Link *link, const Mailing *m, const OnwardLine *of, gint64 *ret,
                  GError **error) {
  g_autoptr(MailingSettings) settings = desk_settings(desk);
  g_autoptr(Addressee) line = NULL;
  ReminderCalendar calendar = reminder_calendar(settings);
  int r = roll_rows_find(link, 1, of->addressee, &line, error);
  *ret = r == 0 ? reminder_due_moment(&calendar, line->country, of->reached_at, m->next_after) : 0;
  return MIN(r, 0);
}

static int look_at(Desk *desk, const Mailing *m, const OnwardLine *line, gint64 *ret_next, GError **error) {
  g_autoptr(Link) link = NULL;
  gint64 due = 0, now = clock_wall(desk_clock(desk));
  gboolean goes = FALSE;
  Going going = {desk, m, line->addressee, line->delivery, now, 0};
  int r = store_read(desk_store(desk), &link, error);
  if (r == 0)
    r = due_at(desk, link, m, line, &due, error);
  if (r == 0 && due != 0 && due <= now)
    r = look_whether(&going, link, &goes, error);
  g_clear_pointer(&link, link_return);
  if (due > now)
    *ret_next = *ret_next == 0 ? due : MIN(*ret_next, due);
  if (r < 0 || !goes)
    return r;
  r = store_write(desk_store(desk), go_unit, &going, error);
  crash_point("onward-planned");
  if (going.planned != 0)
    outbox_wake(desk_outbox(desk));
  return r;
}

int onward_tick(Desk *desk, gint64 mailing, gint64 *ret_next, GError **error) {
  g_autoptr(GArray) lines = g_array_new(FALSE, FALSE, sizeof(OnwardLine));
  gint64 after = 0;
  int r = 0;
  do {
    g_autoptr(Mailing) m = NULL;
    g_autoptr(Link) link = NULL;
    g_array_set_size(lines, 0);
    r = store_read(desk_store(desk), &link, error);
    if (r == 0)
      r = mailing_find(link, 1, mailing, &m, error);
    if (r == 0 && (m->not_after == 0 || m->not_after >= clock_latest(desk_clock(desk))))
      r = onward_rows_reached(link, m->generation, after, PAGE, lines, error);
    g_clear_pointer(&link, link_return);
    for (guint i = 0; r == 0 && i < lines->len; i++) {
      const OnwardLine *line = &g_array_index(lines, OnwardLine, i);
      after = line->addressee;
      r = look_at(desk, m, line, ret_next, error);
    }
  } while (r == 0 && lines->len == PAGE);
  return r;
}

/* ---- closing ---- */

static gboolean is_open(enum delivery_state state) {
  return state == DELIVERY_PLANNED || state == DELIVERY_HELD || state == DELIVERY_READY ||
         state == DELIVERY_TO_DO;
}

static int call_off(Desk *desk, Link *link, const char *user, const DeliveryRow *row, GError **error) {
  return outbox_call_off(desk_outbox(desk), link, row, user, reason_name(REASON_ANSWERED),
                         "an answer came by another channel, or none is expected any more", error);
}

int onward_close(Desk *desk, Link *link, const char *user, gint64 addressee, GError **error) {
  g_autoptr(GPtrArray) chain = NULL;
  g_autofree char *policy = NULL;
  int r = outbox_chain(link, 1, addressee, &chain, error);
  if (r < 0 || chain->len == 0)
    return r;
  r = onward_rows_policy(link, ((const DeliveryRow *)g_ptr_array_index(chain, 0))->mailing, &policy, error);
  for (guint i = 0; r == 0 && onward_is_closed_by_answers(policy) && i < chain->len; i++) {
    const DeliveryRow *row = g_ptr_array_index(chain, i);
    r = is_open(row->state) ? call_off(desk, link, user, row, error) : 0;
  }
  return r;
}
