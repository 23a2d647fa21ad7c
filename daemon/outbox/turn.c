/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/turn.h"

#include "outbox/turn_rows.h"

#define SCAN      256 /* due deliveries that one look goes through */
#define SCANS_MAX 8   /* looks of one unit of work */

struct Turn {
  const Clock *clock;
  Pace *pace;
  Calendar *calendar; /* NULL when nothing stands against any hour */
  gboolean offices_only;
};

static int remember(Turn *turn, const OutboxOptions *options, GError **error) {
  g_autoptr(Link) link = NULL;
  gint64 since = clock_wall(options->clock) - options->pace.domain_interval;
  if (!pace_limits_domains(turn->pace, TRUE))
    return 0;
  int r = store_read(options->store, &link, error);
  return r < 0 ? r : turn_rows_remember(link, since, turn->pace, error);
}

typedef struct {
  gint64 now, n;
} CallUp;

static int work_call_up(Link *link, gpointer data, GError **error) {
  CallUp *work = data;
  return turn_rows_call_up(link, work->now, STORE_CHUNK, &work->n, error);
}

/* What was booked under the rules of before is booked anew under those of now. */
static int call_up(const OutboxOptions *options, GError **error) {
  CallUp work = {.now = clock_wall(options->clock), .n = STORE_CHUNK};
  int r = 0;
  while (r == 0 && work.n == STORE_CHUNK)
    r = store_write(options->store, work_call_up, &work, error);
  return r;
}

int turn_new(const OutboxOptions *options, Turn **ret, GError **error) {
  Turn *turn = g_new0(Turn, 1);
  const CalendarRules *rules = &options->calendar;
  turn->clock = options->clock;
  turn->offices_only = options->calendar_offices_only;
  turn->pace = pace_new(&options->pace);
  if (rules->n_quiet > 0 || rules->n_closed > 0 || rules->weekdays != 0)
    turn->calendar = calendar_new(rules, options->zone);
  int r = remember(turn, options, error);
  if (r == 0)
    r = call_up(options, error);
  if (r < 0) {
    turn_free(turn);
    return r;
  }
  *ret = turn;
  return 0;
}

void turn_free(Turn *turn) {
  if (turn == NULL)
    return;
  pace_free(turn->pace);
  calendar_free(turn->calendar);
  g_free(turn);
}

gint64 turn_opens(const Turn *turn, gboolean restricted, gint64 now, enum calendar_why *ret_why) {
  if (ret_why != NULL)
    *ret_why = CALENDAR_OPEN;
  if (turn->calendar == NULL || (turn->offices_only && !restricted))
    return now;
  return calendar_opens(turn->calendar, now, ret_why);
}

/* No domain hears of what stays on this machine. */
static gboolean limits_domains(const Turn *turn, gboolean restricted, const Relay *relay) {
  return !relay_is_local(relay) && pace_limits_domains(turn->pace, restricted);
}

/* One look: *ret_n grows by those that may go now. 1 when there may be more to look at. */
static int scan(Turn *turn, Link *link, const DeliveryBatch *batch, gint64 now, gint64 wanted, gint64 *ret_n,
                GError **error) {
  g_autoptr(GPtrArray) due = NULL;
  int r = turn_rows_due(link, batch->mailing, now, *ret_n, SCAN, &due, error);
  for (guint i = 0; r == 0 && i < due->len && *ret_n < wanted; i++) {
    const TurnRow *row = g_ptr_array_index(due, i);
    gint64 moment = pace_book(turn->pace, row->address, batch->restricted, row->held, now);
    if (moment > now)
      r = turn_rows_put_off(link, row->id, moment, error);
    else
      ++*ret_n;
  }
  return r < 0 ? r : due->len == SCAN && *ret_n < wanted;
}

int turn_claim(Turn *turn, Link *link, const DeliveryBatch *batch, const Relay *relay, gint64 *ret_n,
               gint64 *ret_until, GError **error) {
  gint64 now = batch->due_until, next = 0;
  *ret_n = *ret_until = 0;
  guint granted = pace_take(turn->pace, (guint)batch->limit, now, &next);
  if (granted == 0) {
    *ret_until = next;
    return 0;
  }
  if (!limits_domains(turn, batch->restricted, relay)) {
    *ret_n = granted;
    return 0;
  }
  int r = 1;
  for (int i = 0; i < SCANS_MAX && r > 0; i++)
    r = scan(turn, link, batch, now, granted, ret_n, error);
  pace_return(turn->pace, granted - (guint)*ret_n);
  if (r > 0 && *ret_n == 0)
    *ret_until = now;
  return MIN(r, 0);
}

gint64 turn_pass(Turn *turn, const Claim *claim, const Relay *relay, gint64 now) {
  if (!limits_domains(turn, claim->restricted, relay))
    return now;
  return pace_pass(turn->pace, claim->address, claim->restricted, now);
}
