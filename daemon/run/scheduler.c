/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/scheduler.h"

#include "base/log.h"
#include "base/units.h"
#include "journal/signed_head.h"
#include "mailing/key_use.h"
#include "mailing/release.h"
#include "outbox/timepiece.h"
#include "sign/key_end.h"

#define REST SECOND /* the longest sleep: a wall clock may be set meanwhile */
#define KEEP MINUTE /* how often it is made durable how late it is */
#define SIGN                                                                                                 \
  MINUTE /* how often it is asked whether a head is to be signed; and how soon after a failure again */

struct Scheduler {
  Desk *desk;
  Outbox *outbox;
  Clock *clock;
  Keeper *log_keeper;
  gint64 log_every;
  gint64 kept;      /* monotonic: when it was made durable how late it is */
  gint64 asked;     /* monotonic: when it was asked whether a head is to be signed */
  gint64 noted;     /* monotonic: when it was noted which keys are in use */
  gboolean unnoted; /* not of all */
  gint64 warned;    /* monotonic: when the system log was told which keys end soon */
  gboolean behind;  /* the clock was put back, and the log knows */
  GThread *thread;
  GMutex lock;
  GCond wake;
  gboolean woken, stop; /* under LOCK */
  gint64 round;         /* under LOCK */
};

/* A fault of one round is told and the next round tries again: what is due stays due. */
static gint64 round_of(Scheduler *scheduler, gboolean *ret_more) {
  g_autoptr(GError) release = NULL, outbox = NULL;
  gint64 next_release = 0, next_outbox = 0;
  *ret_more = FALSE;
  if (release_tick(scheduler->desk, &next_release, &release) < 0)
    log_fault("mailings cannot be moved on", release);
  if (outbox_tick(scheduler->outbox, ret_more, &next_outbox, &outbox) < 0)
    log_fault("deliveries cannot be moved on", outbox);
  if (next_release == 0 || (next_outbox != 0 && next_outbox < next_release))
    return next_outbox;
  return next_release;
}

/* Said once for each time that it was put back. */
static void watch_clock(Scheduler *scheduler) {
  g_autoptr(GError) error = NULL;
  gint64 behind = timepiece_behind(scheduler->clock), now = g_get_monotonic_time();
  if (behind > 0 && !scheduler->behind) {
    g_autofree char *by = units_duration_text(behind / SECOND * SECOND);
    log_line(LOG_LEVEL_WARNING,
             "the clock was put back: what had expired stays expired; if it is right now, say: valise clock "
             "accept --reason ...",
             "by", by, NULL);
  }
  scheduler->behind = behind > 0;
  if (scheduler->kept != 0 && now - scheduler->kept < KEEP)
    return;
  scheduler->kept = now;
  if (timepiece_keep(desk_store(scheduler->desk), scheduler->clock, &error) < 0)
    log_fault("how late it is cannot be noted", error);
}

static int sign_head(Scheduler *scheduler, gint64 now, GError **error) {
  g_autoptr(Link) link = NULL;
  Store *store = desk_store(scheduler->desk);
  gboolean due = FALSE;
  int r = store_read(store, &link, error);
  if (r == 0)
    r = signed_head_is_due(link, now, scheduler->log_every, &due, error);
  g_clear_pointer(&link, link_return);
  if (r < 0 || !due)
    return r;
  return signed_head_make(desk_journal(scheduler->desk), store, scheduler->log_keeper, now, NULL, error);
}

/* What cannot be signed now is signed later: the chain itself goes on. */
static void sign_now_and_then(Scheduler *scheduler) {
  g_autoptr(GError) error = NULL;
  gint64 now = g_get_monotonic_time();
  if (!keeper_has_key(scheduler->log_keeper) || (scheduler->asked != 0 && now - scheduler->asked < SIGN))
    return;
  scheduler->asked = now;
  if (sign_head(scheduler, clock_wall(scheduler->clock), &error) < 0)
    log_fault("the journal's head cannot be signed", error);
}

static void log_end(const char *what, enum key_end end, const char *sentence, gpointer data) {
  (void)data;
  log_line(end >= KEY_END_URGENT ? LOG_LEVEL_ERROR : LOG_LEVEL_WARNING, sentence, "KEY", what, NULL);
}

/* Once a day, and at the start: keys end on a day, not at a tick. */
static void warn_of_keys(Scheduler *scheduler) {
  gint64 now = g_get_monotonic_time();
  if (scheduler->warned != 0 && now - scheduler->warned < DAY)
    return;
  scheduler->warned = now;
  key_end_each(desk_keeper(scheduler->desk), scheduler->log_keeper, clock_wall(clock_system()), log_end,
               NULL);
}

/* At the start, once a day, and until each of them could be opened: the key of a signature is noted before
 * long. */
static void note_keys(Scheduler *scheduler) {
  g_autoptr(GError) error = NULL;
  gint64 now = g_get_monotonic_time();
  if (scheduler->noted != 0 && now - scheduler->noted < (scheduler->unnoted ? MINUTE : DAY))
    return;
  scheduler->noted = now;
  int r = key_use_note(scheduler->desk, scheduler->log_keeper, &error);
  scheduler->unnoted = r != 0;
  if (r < 0)
    log_fault("which keys are in use cannot be noted", error);
}

static void sleep_until(Scheduler *scheduler, gint64 next) {
  gint64 left = next != 0 ? next - clock_wall(scheduler->clock) : REST;
  gint64 rest = CLAMP(left, 0, REST);
  gint64 until = g_get_monotonic_time() + rest;
  g_mutex_lock(&scheduler->lock);
  while (!scheduler->woken && !scheduler->stop &&
         g_cond_wait_until(&scheduler->wake, &scheduler->lock, until))
    ;
  scheduler->woken = FALSE;
  scheduler->round = g_get_monotonic_time();
  g_mutex_unlock(&scheduler->lock);
}

static gboolean ends(Scheduler *scheduler) {
  g_mutex_lock(&scheduler->lock);
  gboolean stop = scheduler->stop;
  scheduler->round = g_get_monotonic_time();
  g_mutex_unlock(&scheduler->lock);
  return stop;
}

static gpointer scheduler_main(gpointer data) {
  Scheduler *scheduler = data;
  while (!ends(scheduler)) {
    gboolean more = FALSE;
    watch_clock(scheduler);
    sign_now_and_then(scheduler);
    warn_of_keys(scheduler);
    note_keys(scheduler);
    gint64 next = round_of(scheduler, &more);
    /* A retry that has become due needs couriers that look again. */
    outbox_wake(scheduler->outbox);
    if (!more)
      sleep_until(scheduler, next);
  }
  return NULL;
}

Scheduler *scheduler_start(const SchedulerOptions *options) {
  Scheduler *scheduler = g_new0(Scheduler, 1);
  scheduler->desk = options->desk;
  scheduler->outbox = options->outbox;
  scheduler->clock = options->clock;
  scheduler->log_keeper = options->log_keeper;
  scheduler->log_every = options->log_every;
  g_mutex_init(&scheduler->lock);
  g_cond_init(&scheduler->wake);
  scheduler->thread = g_thread_new("scheduler", scheduler_main, scheduler);
  return scheduler;
}

static void say(Scheduler *scheduler, gboolean *what) {
  g_mutex_lock(&scheduler->lock);
  *what = TRUE;
  g_cond_signal(&scheduler->wake);
  g_mutex_unlock(&scheduler->lock);
}

void scheduler_wake(Scheduler *scheduler) {
  say(scheduler, &scheduler->woken);
}

gint64 scheduler_last_round(Scheduler *scheduler) {
  g_mutex_lock(&scheduler->lock);
  gint64 round = scheduler->round;
  g_mutex_unlock(&scheduler->lock);
  return round;
}

void scheduler_stop(Scheduler *scheduler) {
  say(scheduler, &scheduler->stop);
  g_thread_join(scheduler->thread);
}

void scheduler_free(Scheduler *scheduler) {
  if (scheduler == NULL)
    return;
  g_cond_clear(&scheduler->wake);
  g_mutex_clear(&scheduler->lock);
  g_free(scheduler);
}
