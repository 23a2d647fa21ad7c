/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/timepiece.h"

#include "base/fault.h"
#include "outbox/timepiece_rows.h"

typedef struct {
  Journal *journal;
  Clock *clock;
  const Actor *actor;
  TimepieceRow row;
  gboolean known, forward_only;
  enum entry_kind kind;
  const char *text;
} TimeWork;

/* ---- from one run to the next ---- */

static int check_kind(const Store *store, const TimepieceRow *row, gboolean rehearsal, GError **error) {
  if (row->rehearsal == rehearsal)
    return 0;
  if (rehearsal)
    return fault(error, FAULT_RULE,
                 "%s: this is not a rehearsal's: what it holds would be marked as sent without having left; "
                 "give the rehearsal a state_dir of its own (contacts come over by export and import)",
                 store_path(store));
  return fault(error, FAULT_RULE,
               "%s: this belongs to a rehearsal: nothing in it was really sent, and its times are invented; "
               "choose another state_dir, or say mode = rehearsal",
               store_path(store));
}

static int read_row(Store *store, TimeWork *work, gboolean *ret_released, GError **error) {
  g_autoptr(Link) link = NULL;
  int r = store_read(store, &link, error);
  if (r == 0)
    r = timepiece_rows_read(link, &work->row, error);
  work->known = r == 0;
  return r < 0 ? r : timepiece_rows_released(link, ret_released, error);
}

static int work_write(Link *link, gpointer data, GError **error) {
  const TimeWork *work = data;
  return timepiece_rows_write(link, &work->row, error);
}

int timepiece_open(Store *store, Clock *clock, gboolean rehearsal, GError **error) {
  TimeWork work = {0};
  gboolean released = FALSE;
  int r = read_row(store, &work, &released, error);
  if (r < 0)
    return r;
  if (!work.known) /* what was released before this was noted, was released to real relays */
    work.row.rehearsal = rehearsal && !released;
  r = check_kind(store, &work.row, rehearsal, error);
  if (r < 0)
    return r;
  if (rehearsal)
    clock_shift(clock, work.row.ahead);
  clock_remember(clock, work.row.latest);
  return work.known ? 0 : store_write(store, work_write, &work, error);
}

static int work_keep(Link *link, gpointer data, GError **error) {
  return timepiece_rows_latest(link, clock_latest(data), error);
}

int timepiece_keep(Store *store, Clock *clock, GError **error) {
  return store_write(store, work_keep, clock, error);
}

gint64 timepiece_behind(const Clock *clock) {
  gint64 behind = clock_latest(clock) - clock_wall(clock);
  return behind > TIMEPIECE_TOLERANCE ? behind : 0;
}

/* ---- a person sets it ---- */

static int note(Link *link, const TimeWork *work, GError **error) {
  Entry entry = {.kind = work->kind, .user = work->actor->name, .text = work->text, .restricted = TRUE};
  return journal_add(work->journal, link, &entry, error);
}

static int work_set(Link *link, gpointer data, GError **error) {
  TimeWork *work = data;
  gboolean released = FALSE;
  int r = timepiece_rows_released(link, &released, error);
  if (r == 0 && work->forward_only && released)
    return fault(error, FAULT_RULE,
                 "a mailing has been released: from then on a rehearsal's clock only goes forward; begin "
                 "another rehearsal in an empty state_dir");
  if (r == 0)
    r = timepiece_rows_write(link, &work->row, error);
  return r < 0 ? r : note(link, work, error);
}

int timepiece_set(Store *store, Journal *journal, Clock *clock, const Actor *actor, gint64 wall,
                  GError **error) {
  if (!actor_has(actor, ROLE_ADMIN))
    return fault(error, FAULT_FORBIDDEN, "only an admin sets the clock; ask one");
  g_autofree char *text = moment_rfc3339(wall);
  TimeWork work = {.journal = journal, .actor = actor, .kind = ENTRY_CLOCK_SET, .text = text};
  work.row = (TimepieceRow){TRUE, wall, wall - g_get_real_time()};
  work.forward_only = wall < clock_latest(clock);
  int r = store_write(store, work_set, &work, error);
  if (r < 0)
    return r;
  clock_shift(clock, work.row.ahead);
  clock_forget(clock);
  return 0;
}

static int work_accept(Link *link, gpointer data, GError **error) {
  TimeWork *work = data;
  int r = timepiece_rows_read(link, &work->row, error);
  work->row.latest = clock_wall(work->clock);
  if (r >= 0)
    r = timepiece_rows_write(link, &work->row, error);
  return r < 0 ? r : note(link, work, error);
}

int timepiece_accept(Store *store, Journal *journal, Clock *clock, const Actor *actor, const char *reason,
                     GError **error) {
  if (!actor_has(actor, ROLE_ADMIN))
    return fault(error, FAULT_FORBIDDEN, "only an admin says that the clock is right; ask one");
  if (timepiece_behind(clock) == 0)
    return fault(error, FAULT_RULE, "the clock was not put back, so there is nothing to accept");
  TimeWork work = {
      .journal = journal, .clock = clock, .actor = actor, .kind = ENTRY_CLOCK_ACCEPTED, .text = reason};
  int r = store_write(store, work_accept, &work, error);
  if (r == 0)
    clock_forget(clock);
  return r;
}
