/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * committer.c - one transaction for the units of work of many threads
 *
 * A caller queues its unit. When nobody leads it leads one group: its own unit and all others that wait, run
 * in order and committed together. So with one courier no thread ever waits for another. Where units came too
 * late for the group it hands the lead to the committer's own thread, which leads group after group until
 * nobody waits: it is awake when a group ends, while a lead that went from caller to caller would wait each
 * time until the next of them gets a processor. A group grows by itself while the one before it is on its way
 * to the disk.
 *
 *   the lead                                           a unit
 *
 *               a caller queues a unit                        of a caller that finds nobody leading
 *      NOBODY ──────────────────────────► THE CALLER          (new) ────────────────────┐
 *       ▲  ▲                                │     │             │ somebody leads        ▼
 *       │  └───────── nobody waits ─────────┘     │             └────► QUEUED ─────► SETTLED
 *       │                           others wait   ▼                       its group ended
 *       └──────────── nobody waits ───────── THE THREAD ◄─┐
 *                                                └────────┘ others wait
 *
 * A unit lives on its caller's stack: from the moment it is SETTLED nobody else may look at it.
 */
#include "store/committer.h"

#include <limits.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/crash.h"
#include "base/fault.h"
#include "store/driver.h"

/* A group that has run so long takes no further unit. */
#define GROUP_MICROSECONDS 40000
/* For each moment that a group with a unit of a long job took, so many are left to others while they write.
 */
#define REST_FACTOR 29
/* Others write while the last of them did so not longer ago. */
#define OTHERS_MICROSECONDS 20000
/* A long job that gives way looks again after so long. */
#define LOOK_MICROSECONDS 1000

enum unit_state { UNIT_QUEUED, UNIT_SETTLED };

/* What the thread is called for. */
enum call { CALL_NONE, CALL_LEAD, CALL_END };

typedef struct Unit Unit;
struct Unit {
  StoreWork work;
  gpointer data;
  int result;
  GError *error;
  gboolean aside; /* of a long job */
  Unit *next;     /* in the queue, then in the group */
  atomic_int state;
};

/* Units in the order in which they came. */
typedef struct {
  Unit *first, *last;
} Units;

struct Committer {
  const char *path;
  Link *writer; /* the leader's */
  GArray *witnesses;
  GThread *thread;
  atomic_int call;

  GMutex lock; /* all below */
  Units queue;
  gboolean led, broken;
  char *why_broken;
  gint64 commits, units, longest;
  gint64 others_at;   /* when a unit of no long job was settled last */
  gint64 aside_until; /* units of long jobs give way until then */
};

/* One transaction on its way; on the leader's stack. */
typedef struct {
  Committer *committer;
  Units units;
  gint64 count, asides;
  gint64 began, longest;
  gboolean lost; /* no transaction is open any more */
  int result;    /* < 0: of every unit of the group */
  GError *error;
} Group;

/* ---- waiting -------------------------------------------------------------------------------------- */

/* A futex a unit: each waiter is woken once, by name, and no lock is taken on the way out. */
static void wait_while_queued(Unit *unit) {
  while (atomic_load_explicit(&unit->state, memory_order_acquire) == UNIT_QUEUED)
    syscall(SYS_futex, &unit->state, FUTEX_WAIT_PRIVATE, UNIT_QUEUED, NULL, NULL, 0);
}

/* The wake-up may come after the waiter has seen the state and gone on: then it wakes nobody, which is
 * harmless. */
static void settle(Unit *unit) {
  atomic_store_explicit(&unit->state, UNIT_SETTLED, memory_order_release);
  syscall(SYS_futex, &unit->state, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

static void units_append(Units *units, Unit *unit) {
  unit->next = NULL;
  if (units->first == NULL)
    units->first = unit;
  else
    units->last->next = unit;
  units->last = unit;
}

static Unit *units_take(Units *units) {
  Unit *unit = units->first;
  if (unit != NULL)
    units->first = unit->next;
  return unit;
}

/* ---- witnesses ------------------------------------------------------------------------------------ */

static void witnesses_mark(Committer *committer) {
  for (guint i = 0; i < committer->witnesses->len; i++) {
    StoreWitness *witness = &g_array_index(committer->witnesses, StoreWitness, i);
    if (witness->mark != NULL)
      witness->mark(witness->data);
  }
}

static void witnesses_undo(Committer *committer) {
  for (guint i = 0; i < committer->witnesses->len; i++) {
    StoreWitness *witness = &g_array_index(committer->witnesses, StoreWitness, i);
    if (witness->undo != NULL)
      witness->undo(witness->data);
  }
}

static int witnesses_flush(Committer *committer, GError **error) {
  int r = 0;
  for (guint i = 0; r >= 0 && i < committer->witnesses->len; i++) {
    StoreWitness *witness = &g_array_index(committer->witnesses, StoreWitness, i);
    if (witness->flush != NULL)
      r = witness->flush(committer->writer, witness->data, error);
  }
  return MIN(r, 0);
}

static void witnesses_settled(Committer *committer, gboolean committed) {
  for (guint i = 0; i < committer->witnesses->len; i++) {
    StoreWitness *witness = &g_array_index(committer->witnesses, StoreWitness, i);
    if (witness->settled != NULL)
      witness->settled(witness->data, committed);
  }
}

/* ---- a group -------------------------------------------------------------------------------------- */

static void break_off(Committer *committer, const GError *why) {
  g_mutex_lock(&committer->lock);
  committer->broken = TRUE;
  if (committer->why_broken == NULL)
    committer->why_broken = g_strdup(why != NULL ? why->message : "the database does not take it back");
  g_mutex_unlock(&committer->lock);
}

static int fault_broken(Committer *committer, GError **error) {
  return fault(error, FAULT_SYSTEM,
               "%s: takes no more writes since one could not be made durable; mend the cause, then restart "
               "valised (the cause: %s)",
               committer->path, committer->why_broken);
}

/* The next unit of GROUP, or NULL when it is to be committed. Units that came while others ran still join. */
static Unit *next_unit(Group *group) {
  if (group->lost || (group->count > 0 && g_get_monotonic_time() - group->began > GROUP_MICROSECONDS))
    return NULL;
  g_mutex_lock(&group->committer->lock);
  Unit *unit = units_take(&group->committer->queue);
  g_mutex_unlock(&group->committer->lock);
  if (unit != NULL) {
    units_append(&group->units, unit);
    group->count++;
    group->asides += unit->aside;
  }
  return unit;
}

/* The database has undone the transaction, or cannot be brought to: every unit is told ERROR (which is
 * taken). */
static void lose_group(Group *group, GError *error) {
  group->lost = TRUE;
  group->result = FAULT_SYSTEM;
  group->error = error;
  if (!driver_in_transaction(group->committer->writer))
    return;
  g_autoptr(GError) stuck = NULL;
  if (driver_do(group->committer->writer, VERB_ROLLBACK, &stuck) < 0)
    break_off(group->committer, stuck);
}

/* After a fault of UNIT: takes back what it alone did. Without a mark it is the only unit so far, so that the
 * transaction begins anew. */
static void undo_unit(Group *group, gboolean marked) {
  Link *writer = group->committer->writer;
  g_autoptr(GError) stuck = NULL;
  int r = marked ? driver_do(writer, VERB_UNDO, &stuck) : driver_do(writer, VERB_ROLLBACK, &stuck);
  if (r == 0 && !marked)
    r = driver_do(writer, VERB_BEGIN, &stuck);
  if (r < 0)
    lose_group(group, g_steal_pointer(&stuck));
  else
    witnesses_undo(group->committer);
}

static GError *error_of_lost(const Unit *unit, const Committer *committer) {
  if (unit->error != NULL)
    return g_error_copy(unit->error);
  GError *error = NULL;
  fault(&error, FAULT_SYSTEM, "%s: the database undid a whole group of changes; see its disk",
        committer->path);
  return error;
}

/* The first unit of a group needs no savepoint: to undo it is to begin anew. */
static void run_unit(Group *group, Unit *unit) {
  Committer *committer = group->committer;
  gboolean marked = group->count > 1;
  int r = marked ? driver_do(committer->writer, VERB_MARK, &unit->error) : 0;
  if (r == 0) {
    gint64 began = g_get_monotonic_time();
    witnesses_mark(committer);
    r = unit->work(committer->writer, unit->data, &unit->error);
    group->longest = MAX(group->longest, g_get_monotonic_time() - began);
  }
  unit->result = r;
  if (!driver_in_transaction(committer->writer)) {
    lose_group(group, error_of_lost(unit, committer));
    return;
  }
  if (r < 0)
    undo_unit(group, marked);
  else if (marked && driver_do(committer->writer, VERB_KEEP, &unit->error) < 0)
    lose_group(group, g_error_copy(unit->error));
}

static void commit_group(Group *group) {
  Committer *committer = group->committer;
  crash_point("store-before-commit");
  GError *error = NULL;
  enum commit end = driver_commit(committer->writer, &error);
  if (end == COMMIT_DONE) {
    crash_point("store-after-commit");
    return;
  }
  group->lost = TRUE;
  group->result = end == COMMIT_UNCERTAIN ? FAULT_UNCERTAIN : FAULT_SYSTEM;
  group->error = error;
  if (end != COMMIT_REFUSED)
    break_off(committer, error);
}

static void run_group(Group *group) {
  Committer *committer = group->committer;
  group->began = g_get_monotonic_time();
  GError *error = NULL;
  if (committer_is_broken(committer))
    fault_broken(committer, &error);
  else
    driver_do(committer->writer, VERB_BEGIN, &error);
  Unit *unit = next_unit(group);
  if (error != NULL) {
    lose_group(group, error);
    return;
  }
  for (; unit != NULL; unit = next_unit(group))
    run_unit(group, unit);
  if (!group->lost && witnesses_flush(committer, &error) < 0)
    lose_group(group, error);
  if (!group->lost)
    commit_group(group);
  witnesses_settled(committer, !group->lost);
}

/* ---- leading -------------------------------------------------------------------------------------- */

/* TRUE when units wait for a further group, which its leader leads or hands to the thread. */
static gboolean end_group(Group *group) {
  Committer *committer = group->committer;
  gint64 now = g_get_monotonic_time();
  g_mutex_lock(&committer->lock);
  if (group->asides < group->count)
    committer->others_at = now;
  if (group->asides > 0)
    committer->aside_until = now + REST_FACTOR * (now - group->began);
  if (!group->lost) {
    committer->commits++;
    committer->units += group->count;
  }
  committer->longest = MAX(committer->longest, group->longest);
  committer->led = committer->queue.first != NULL;
  gboolean more = committer->led;
  g_mutex_unlock(&committer->lock);
  return more;
}

/* A unit that had its own fault keeps it: it was undone before the group was lost, or lost it. */
static void tell(const Group *group, Unit *unit) {
  if (!group->lost || unit->result < 0)
    return;
  g_clear_error(&unit->error);
  unit->result = group->result;
  unit->error = g_error_copy(group->error);
  unit->error->code = group->result;
}

static void call_thread(Committer *committer, enum call call) {
  atomic_store_explicit(&committer->call, (int)call, memory_order_release);
  syscall(SYS_futex, &committer->call, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

/* One group. OWN is the caller's own unit, NULL on the thread. TRUE when the lead is to be gone on with: by
 * the thread, which a caller has called before it wakes others, so that the disk does not idle. */
static gboolean lead(Committer *committer, const Unit *own) {
  Group group = {.committer = committer};
  run_group(&group);
  gboolean more = end_group(&group);
  if (more && own != NULL)
    call_thread(committer, CALL_LEAD);
  for (Unit *unit; (unit = units_take(&group.units)) != NULL;) {
    tell(&group, unit);
    if (unit != own)
      settle(unit);
  }
  g_clear_error(&group.error);
  return more;
}

static gpointer thread_main(gpointer data) {
  Committer *committer = data;
  for (;;) {
    int call = atomic_load_explicit(&committer->call, memory_order_acquire);
    if (call == CALL_END)
      return NULL;
    if (call == CALL_NONE) {
      syscall(SYS_futex, &committer->call, FUTEX_WAIT_PRIVATE, CALL_NONE, NULL, NULL, 0);
      continue;
    }
    atomic_store_explicit(&committer->call, CALL_NONE, memory_order_relaxed);
    while (lead(committer, NULL))
      continue;
  }
}

static int run(Committer *committer, StoreWork work, gpointer data, gboolean aside, GError **error) {
  Unit unit = {.work = work, .data = data, .aside = aside, .state = UNIT_QUEUED};
  g_mutex_lock(&committer->lock);
  units_append(&committer->queue, &unit);
  gboolean leads = !committer->led;
  committer->led = TRUE;
  g_mutex_unlock(&committer->lock);
  if (leads)
    lead(committer, &unit);
  else
    wait_while_queued(&unit);
  if (unit.error != NULL)
    g_propagate_error(error, unit.error);
  return unit.result;
}

int committer_run(Committer *committer, StoreWork work, gpointer data, GError **error) {
  return run(committer, work, data, FALSE, error);
}

static gboolean must_give_way(Committer *committer) {
  gint64 now = g_get_monotonic_time();
  g_mutex_lock(&committer->lock);
  gboolean must = now < committer->aside_until && now - committer->others_at < OTHERS_MICROSECONDS;
  g_mutex_unlock(&committer->lock);
  return must;
}

int committer_run_aside(Committer *committer, StoreWork work, gpointer data, GError **error) {
  while (must_give_way(committer))
    g_usleep(LOOK_MICROSECONDS);
  return run(committer, work, data, TRUE, error);
}

/* ---- life ------------------------------------------------------------------------------------------ */

Committer *committer_new(const char *path, Link *writer) {
  Committer *committer = g_new0(Committer, 1);
  committer->path = path;
  committer->writer = writer;
  committer->witnesses = g_array_new(FALSE, FALSE, sizeof(StoreWitness));
  g_mutex_init(&committer->lock);
  committer->thread = g_thread_new("committer", thread_main, committer);
  return committer;
}

void committer_free(Committer *committer) {
  if (committer == NULL)
    return;
  call_thread(committer, CALL_END);
  g_thread_join(committer->thread);
  g_array_unref(committer->witnesses);
  g_mutex_clear(&committer->lock);
  g_free(committer->why_broken);
  g_free(committer);
}

void committer_add_witness(Committer *committer, const StoreWitness *witness) {
  g_array_append_val(committer->witnesses, *witness);
}

void committer_counts(Committer *committer, gint64 *ret_commits, gint64 *ret_units) {
  g_mutex_lock(&committer->lock);
  *ret_commits = committer->commits;
  *ret_units = committer->units;
  g_mutex_unlock(&committer->lock);
}

gint64 committer_longest_unit(Committer *committer) {
  g_mutex_lock(&committer->lock);
  gint64 longest = committer->longest;
  g_mutex_unlock(&committer->lock);
  return longest;
}

gboolean committer_is_broken(Committer *committer) {
  g_mutex_lock(&committer->lock);
  gboolean broken = committer->broken;
  g_mutex_unlock(&committer->lock);
  return broken;
}
