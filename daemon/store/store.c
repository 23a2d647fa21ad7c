/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * store.c - what every driver shares: lent links, and the committer
 *
 * The committer has no thread. A caller of store_write queues its unit; when nobody leads it leads: it runs
 * its own unit and all others that wait, commits them as one group, and passes the lead to the first unit
 * that came too late for the group. So with one courier no thread ever waits for another, and with many a
 * group grows by itself while the group before it is on its way to the disk.
 *
 *             nobody leads            its group is settled
 *   (new) ───────────────► LEADS ───────────────────────────► SETTLED
 *     │                      ▲                                   ▲
 *     │ somebody leads       │ first in the queue as a lead ends │ the group it was run in is settled
 *     └──────────────► QUEUED ───────────────────────────────────┘
 *
 * A unit lives on its caller's stack: from the moment it is SETTLED nobody else may look at it.
 */
#include "store/store.h"

#include <limits.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/crash.h"
#include "base/fault.h"
#include "store/driver.h"

/* Idle reading links that are kept open. */
#define IDLE_READERS 8
/* A group that has run so long takes no further unit. */
#define GROUP_MICROSECONDS 40000

enum unit_state { UNIT_QUEUED, UNIT_LEADS, UNIT_SETTLED };

typedef struct Unit Unit;
struct Unit {
  StoreWork work;
  gpointer data;
  int result;
  GError *error;
  Unit *next; /* in the queue, then in the group */
  atomic_int state;
};

/* Units in the order in which they came. */
typedef struct {
  Unit *first, *last;
} Units;

struct Store {
  char *path;
  Claim *claim;
  Link *writer; /* the leader's */
  GArray *witnesses;

  GMutex lock; /* all below */
  Units queue;
  gboolean led, broken;
  char *why_broken;
  gint64 commits, units;
  GPtrArray *idle;
};

/* One transaction on its way; on the leader's stack. */
typedef struct {
  Store *store;
  Units units;
  gint64 count;
  gint64 began;
  gboolean lost; /* no transaction is open any more */
  int result;    /* < 0: of every unit of the group */
  GError *error;
} Group;

/* ---- open and close ------------------------------------------------------------------------------- */

static int path_of_url(const char *url, const char *folder, char **ret, GError **error) {
  if (!g_str_has_prefix(url, "sqlite:") || url[strlen("sqlite:")] == '\0')
    return fault(error, FAULT_INPUT,
                 "[store] url: \"%s\" names no store that is known here; write sqlite:PATH, such as "
                 "sqlite:valise.db",
                 url);
  *ret = g_canonicalize_filename(url + strlen("sqlite:"), folder);
  return 0;
}

int store_open(const char *url, const char *folder, Store **ret_store, GError **error) {
  g_autofree char *path = NULL;
  int r = path_of_url(url, folder, &path, error);
  if (r < 0)
    return r;
  Store *store = g_new0(Store, 1);
  store->path = g_steal_pointer(&path);
  store->witnesses = g_array_new(FALSE, FALSE, sizeof(StoreWitness));
  store->idle = g_ptr_array_new_with_free_func((GDestroyNotify)driver_close);
  g_mutex_init(&store->lock);
  r = driver_claim(store->path, &store->claim, error);
  if (r == 0)
    r = driver_open(store->path, TRUE, store, &store->writer, error);
  if (r < 0) {
    store_close(store);
    return r;
  }
  *ret_store = store;
  return 0;
}

/* The writing link goes last: whoever closes the database last tidies up its log. */
void store_close(Store *store) {
  if (store == NULL)
    return;
  g_ptr_array_unref(store->idle);
  driver_close(store->writer);
  driver_give_up(store->claim);
  g_array_unref(store->witnesses);
  g_mutex_clear(&store->lock);
  g_free(store->why_broken);
  g_free(store->path);
  g_free(store);
}

const char *store_path(const Store *store) {
  return store->path;
}

void store_counts(Store *store, gint64 *ret_commits, gint64 *ret_units) {
  g_mutex_lock(&store->lock);
  *ret_commits = store->commits;
  *ret_units = store->units;
  g_mutex_unlock(&store->lock);
}

gboolean store_is_broken(Store *store) {
  g_mutex_lock(&store->lock);
  gboolean broken = store->broken;
  g_mutex_unlock(&store->lock);
  return broken;
}

void store_add_witness(Store *store, const StoreWitness *witness) {
  g_array_append_val(store->witnesses, *witness);
}

/* ---- reading -------------------------------------------------------------------------------------- */

static Link *take_idle(Store *store) {
  g_mutex_lock(&store->lock);
  Link *link = store->idle->len > 0 ? g_ptr_array_steal_index(store->idle, store->idle->len - 1) : NULL;
  g_mutex_unlock(&store->lock);
  return link;
}

int store_read(Store *store, Link **ret_link, GError **error) {
  Link *link = take_idle(store);
  int r = link != NULL ? 0 : driver_open(store->path, FALSE, store, &link, error);
  if (r == 0)
    r = driver_do(link, VERB_READ, error);
  if (r < 0) {
    driver_close(link);
    return r;
  }
  *ret_link = link;
  return 0;
}

void link_return(Link *link) {
  if (link == NULL)
    return;
  Store *store = driver_owner(link);
  gboolean sound = driver_do(link, VERB_ROLLBACK, NULL) == 0;
  g_mutex_lock(&store->lock);
  gboolean kept = sound && store->idle->len < IDLE_READERS;
  if (kept)
    g_ptr_array_add(store->idle, link);
  g_mutex_unlock(&store->lock);
  if (!kept)
    driver_close(link);
}

/* ---- waiting -------------------------------------------------------------------------------------- */

/* A futex a unit: each waiter is woken once, by name, and no lock is taken on the way out. */
static void wait_while_queued(Unit *unit) {
  while (atomic_load_explicit(&unit->state, memory_order_acquire) == UNIT_QUEUED)
    syscall(SYS_futex, &unit->state, FUTEX_WAIT_PRIVATE, UNIT_QUEUED, NULL, NULL, 0);
}

/* The wake-up may come after the waiter has seen the state and gone on: then it wakes nobody, which is
 * harmless. */
static void wake_as(Unit *unit, enum unit_state state) {
  atomic_store_explicit(&unit->state, state, memory_order_release);
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

static void witnesses_mark(Store *store) {
  for (guint i = 0; i < store->witnesses->len; i++) {
    StoreWitness *witness = &g_array_index(store->witnesses, StoreWitness, i);
    if (witness->mark != NULL)
      witness->mark(witness->data);
  }
}

static void witnesses_undo(Store *store) {
  for (guint i = 0; i < store->witnesses->len; i++) {
    StoreWitness *witness = &g_array_index(store->witnesses, StoreWitness, i);
    if (witness->undo != NULL)
      witness->undo(witness->data);
  }
}

static int witnesses_flush(Store *store, GError **error) {
  int r = 0;
  for (guint i = 0; r >= 0 && i < store->witnesses->len; i++) {
    StoreWitness *witness = &g_array_index(store->witnesses, StoreWitness, i);
    if (witness->flush != NULL)
      r = witness->flush(store->writer, witness->data, error);
  }
  return MIN(r, 0);
}

static void witnesses_settled(Store *store, gboolean committed) {
  for (guint i = 0; i < store->witnesses->len; i++) {
    StoreWitness *witness = &g_array_index(store->witnesses, StoreWitness, i);
    if (witness->settled != NULL)
      witness->settled(witness->data, committed);
  }
}

/* ---- a group -------------------------------------------------------------------------------------- */

static void break_store(Store *store, const GError *why) {
  g_mutex_lock(&store->lock);
  store->broken = TRUE;
  if (store->why_broken == NULL)
    store->why_broken = g_strdup(why != NULL ? why->message : "the database does not take it back");
  g_mutex_unlock(&store->lock);
}

static int fault_broken(Store *store, GError **error) {
  return fault(error, FAULT_SYSTEM,
               "%s: takes no more writes since one could not be made durable; mend the cause, then restart "
               "valised (the cause: %s)",
               store->path, store->why_broken);
}

/* The next unit of GROUP, or NULL when it is to be committed. Units that came while others ran still join. */
static Unit *next_unit(Group *group) {
  if (group->lost || (group->count > 0 && g_get_monotonic_time() - group->began > GROUP_MICROSECONDS))
    return NULL;
  g_mutex_lock(&group->store->lock);
  Unit *unit = units_take(&group->store->queue);
  g_mutex_unlock(&group->store->lock);
  if (unit != NULL) {
    units_append(&group->units, unit);
    group->count++;
  }
  return unit;
}

/* The database has undone the transaction, or cannot be brought to: every unit is told ERROR (which is
 * taken). */
static void lose_group(Group *group, GError *error) {
  group->lost = TRUE;
  group->result = FAULT_SYSTEM;
  group->error = error;
  if (!driver_in_transaction(group->store->writer))
    return;
  g_autoptr(GError) stuck = NULL;
  if (driver_do(group->store->writer, VERB_ROLLBACK, &stuck) < 0)
    break_store(group->store, stuck);
}

/* After a fault of UNIT: takes back what it alone did. Without a mark it is the only unit so far, so that the
 * transaction begins anew. */
static void undo_unit(Group *group, gboolean marked) {
  Link *writer = group->store->writer;
  g_autoptr(GError) stuck = NULL;
  int r = marked ? driver_do(writer, VERB_UNDO, &stuck) : driver_do(writer, VERB_ROLLBACK, &stuck);
  if (r == 0 && !marked)
    r = driver_do(writer, VERB_BEGIN, &stuck);
  if (r < 0)
    lose_group(group, g_steal_pointer(&stuck));
  else
    witnesses_undo(group->store);
}

static GError *error_of_lost(const Unit *unit, const Store *store) {
  if (unit->error != NULL)
    return g_error_copy(unit->error);
  GError *error = NULL;
  fault(&error, FAULT_SYSTEM, "%s: the database undid a whole group of changes; see its disk", store->path);
  return error;
}

/* The first unit of a group needs no savepoint: to undo it is to begin anew. */
static void run_unit(Group *group, Unit *unit) {
  Store *store = group->store;
  gboolean marked = group->count > 1;
  int r = marked ? driver_do(store->writer, VERB_MARK, &unit->error) : 0;
  if (r == 0) {
    witnesses_mark(store);
    r = unit->work(store->writer, unit->data, &unit->error);
  }
  unit->result = r;
  if (!driver_in_transaction(store->writer)) {
    lose_group(group, error_of_lost(unit, store));
    return;
  }
  if (r < 0)
    undo_unit(group, marked);
  else if (marked && driver_do(store->writer, VERB_KEEP, &unit->error) < 0)
    lose_group(group, g_error_copy(unit->error));
}

static void commit_group(Group *group) {
  Store *store = group->store;
  crash_point("store-before-commit");
  GError *error = NULL;
  enum commit end = driver_commit(store->writer, &error);
  if (end == COMMIT_DONE) {
    crash_point("store-after-commit");
    return;
  }
  group->lost = TRUE;
  group->result = end == COMMIT_UNCERTAIN ? FAULT_UNCERTAIN : FAULT_SYSTEM;
  group->error = error;
  if (end != COMMIT_REFUSED)
    break_store(store, error);
}

static void run_group(Group *group) {
  Store *store = group->store;
  group->began = g_get_monotonic_time();
  GError *error = NULL;
  if (store_is_broken(store))
    fault_broken(store, &error);
  else
    driver_do(store->writer, VERB_BEGIN, &error);
  Unit *unit = next_unit(group);
  if (error != NULL) {
    lose_group(group, error);
    return;
  }
  for (; unit != NULL; unit = next_unit(group))
    run_unit(group, unit);
  if (!group->lost && witnesses_flush(store, &error) < 0)
    lose_group(group, error);
  if (!group->lost)
    commit_group(group);
  witnesses_settled(store, !group->lost);
}

/* ---- leading -------------------------------------------------------------------------------------- */

/* The next leader begins before this group's callers are woken: the disk should not idle. */
static void pass_the_lead(Group *group) {
  Store *store = group->store;
  g_mutex_lock(&store->lock);
  if (!group->lost) {
    store->commits++;
    store->units += group->count;
  }
  Unit *next = store->queue.first;
  store->led = next != NULL;
  g_mutex_unlock(&store->lock);
  if (next != NULL)
    wake_as(next, UNIT_LEADS);
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

static void lead(Store *store, Unit *own) {
  Group group = {.store = store};
  run_group(&group);
  pass_the_lead(&group);
  for (Unit *unit; (unit = units_take(&group.units)) != NULL;) {
    tell(&group, unit);
    if (unit != own)
      wake_as(unit, UNIT_SETTLED);
  }
  g_clear_error(&group.error);
}

int store_write(Store *store, StoreWork work, gpointer data, GError **error) {
  Unit unit = {.work = work, .data = data, .state = UNIT_QUEUED};
  g_mutex_lock(&store->lock);
  units_append(&store->queue, &unit);
  gboolean leads = !store->led;
  store->led = TRUE;
  g_mutex_unlock(&store->lock);
  if (!leads) {
    wait_while_queued(&unit);
    leads = atomic_load_explicit(&unit.state, memory_order_acquire) == UNIT_LEADS;
  }
  if (leads)
    lead(store, &unit);
  if (unit.error != NULL)
    g_propagate_error(error, unit.error);
  return unit.result;
}
