/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/delivery.h"

#include <string.h>

#include "base/fault.h"
#include "base/ident.h"
#include "journal/entry.h"
#include "outbox/outbox_rows.h"

static const struct {
  const char *name, *sentence;
} states[] = {
#define STATE(symbol, name, sentence) [symbol] = {name, sentence},
#include "outbox/delivery_states.def"
#undef STATE
};

const char *delivery_state_name(enum delivery_state state) {
  return states[state].name;
}

const char *delivery_state_sentence(enum delivery_state state) {
  return states[state].sentence;
}

enum delivery_state delivery_state_of(const char *name) {
  int state = 0;
  while (state < DELIVERY_STATES && g_strcmp0(states[state].name, name) != 0)
    state++;
  return state;
}

/* The arrows of the drawing in delivery.h: for each state, where it may go. */
#define TO(state) (1U << (state))
#define SET_ASIDE (TO(DELIVERY_EXPIRED) | TO(DELIVERY_CANCELLED) | TO(DELIVERY_PARKED))
static const guint arrows[DELIVERY_STATES] = {
    [DELIVERY_PLANNED] = TO(DELIVERY_READY) | TO(DELIVERY_HELD) | TO(DELIVERY_TO_DO) | SET_ASIDE,
    [DELIVERY_HELD] = TO(DELIVERY_READY) | SET_ASIDE,
    [DELIVERY_READY] = TO(DELIVERY_CLAIMED) | TO(DELIVERY_HELD) | SET_ASIDE,
    [DELIVERY_CLAIMED] =
        TO(DELIVERY_READY) | TO(DELIVERY_COMMITTING) | TO(DELIVERY_REFUSED) | TO(DELIVERY_HELD) | SET_ASIDE,
    [DELIVERY_COMMITTING] = TO(DELIVERY_RELAYED) | TO(DELIVERY_READY) | TO(DELIVERY_REFUSED) |
                            TO(DELIVERY_IN_DOUBT) | TO(DELIVERY_PARKED),
    [DELIVERY_IN_DOUBT] =
        TO(DELIVERY_RELAYED) | TO(DELIVERY_READY) | TO(DELIVERY_REFUSED) | TO(DELIVERY_PRESUMED),
    [DELIVERY_REFUSED] = TO(DELIVERY_READY),
    [DELIVERY_PARKED] = TO(DELIVERY_READY) | TO(DELIVERY_CANCELLED),
    [DELIVERY_TO_DO] = TO(DELIVERY_DONE) | TO(DELIVERY_EXPIRED) | TO(DELIVERY_CANCELLED),
};

gboolean delivery_may_change(enum delivery_state from, enum delivery_state to) {
  return (arrows[from] & TO(to)) != 0;
}

gboolean delivery_moves(enum delivery_state state) {
  return state == DELIVERY_PLANNED || state == DELIVERY_READY || state == DELIVERY_CLAIMED ||
         state == DELIVERY_COMMITTING;
}

/* ---- counting beside the transactions ---- */

typedef struct {
  gint64 mailing;
  enum delivery_state state;
  gint64 change;
} Tally;

struct DeliveryDoor {
  Journal *journal;
  GArray *tallies; /* of Tally: what the present group of units has changed */
  guint mark;
};

static void door_mark(gpointer data) {
  DeliveryDoor *door = data;
  door->mark = door->tallies->len;
}

static void door_undo(gpointer data) {
  DeliveryDoor *door = data;
  g_array_set_size(door->tallies, door->mark);
}

/* Adds the later tallies of the same count to each first one, so that a group writes each count once. */
static void sum_up(GArray *tallies) {
  for (guint i = 0; i < tallies->len; i++) {
    Tally *first = &g_array_index(tallies, Tally, i);
    for (guint j = i + 1; j < tallies->len && first->change != 0; j++) {
      Tally *later = &g_array_index(tallies, Tally, j);
      if (later->mailing == first->mailing && later->state == first->state) {
        first->change += later->change;
        later->change = 0;
      }
    }
  }
}

static int door_flush(Link *link, gpointer data, GError **error) {
  DeliveryDoor *door = data;
  sum_up(door->tallies);
  for (guint i = 0; i < door->tallies->len; i++) {
    const Tally *t = &g_array_index(door->tallies, Tally, i);
    if (t->change == 0)
      continue;
    int r = outbox_rows_count(link, t->mailing, delivery_state_name(t->state), t->change, error);
    if (r < 0)
      return r;
  }
  return 0;
}

static void door_settled(gpointer data, G_GNUC_UNUSED gboolean committed) {
  DeliveryDoor *door = data;
  g_array_set_size(door->tallies, 0);
  door->mark = 0;
}

/* A later unit of the group never adds to a tally from before its own mark, so that its undo stays a
 * truncation. */
static void tally(DeliveryDoor *door, gint64 mailing, enum delivery_state state, gint64 change) {
  for (guint i = door->mark; i < door->tallies->len; i++) {
    Tally *t = &g_array_index(door->tallies, Tally, i);
    if (t->mailing == mailing && t->state == state) {
      t->change += change;
      return;
    }
  }
  Tally fresh = {mailing, state, change};
  g_array_append_val(door->tallies, fresh);
}

DeliveryDoor *delivery_door_new(Store *store, Journal *journal) {
  DeliveryDoor *door = g_new0(DeliveryDoor, 1);
  door->journal = journal;
  door->tallies = g_array_new(FALSE, FALSE, sizeof(Tally));
  StoreWitness witness = {door_mark, door_undo, door_flush, door_settled, door};
  store_add_witness(store, &witness);
  return door;
}

void delivery_door_free(DeliveryDoor *door) {
  if (door == NULL)
    return;
  g_array_free(door->tallies, TRUE);
  g_free(door);
}

/* ---- the door ---- */

static int note_change(DeliveryDoor *door, Link *link, const DeliveryChange *change, GError **error) {
  Entry entry = {.kind = change->kind,
                 .user = change->user != NULL ? change->user : actor_daemon.name,
                 .mailing = change->mailing,
                 .addressee = change->addressee,
                 .delivery = change->delivery,
                 .contact = change->contact,
                 .text = change->text,
                 .facts = change->facts,
                 .restricted = change->restricted};
  return journal_add(door->journal, link, &entry, error);
}

int delivery_change(DeliveryDoor *door, Link *link, const DeliveryChange *change, GError **error) {
  g_return_val_if_fail(delivery_may_change(change->from, change->to), FAULT_SYSTEM);
  int n = outbox_rows_change(link, change, error);
  if (n < 0)
    return n;
  if (n == 0)
    return 1;
  tally(door, change->mailing, change->from, -1);
  tally(door, change->mailing, change->to, 1);
  int r = change->to == DELIVERY_REFUSED
              ? outbox_rows_refusal_put(link, change->delivery, change->mailing, error)
              : 0;
  return r < 0 ? r : note_change(door, link, change, error);
}

/* While an earlier one may still arrive, or did, a second would be a second copy. */
static int check_place(Link *link, const DeliveryPlan *plan, GError **error) {
  gboolean may = TRUE;
  int r = plan->supersedes == 0 ? 0
          : plan->after_silence ? outbox_rows_may_follow(link, plan, &may, error)
                                : outbox_rows_may_supersede(link, plan, &may, error);
  if (r < 0 || may)
    return r;
  char id[IDENT_SIZE];
  return fault(error, FAULT_RULE,
               "%s: is neither refused nor bounced, or another took its place already; nothing supersedes it",
               ident_into(IDENT_DELIVERY, plan->supersedes, id));
}

int delivery_plan(DeliveryDoor *door, Link *link, const DeliveryPlan *plan, gint64 *ret_id, GError **error) {
  enum delivery_state state = plan->held != NULL ? DELIVERY_HELD : DELIVERY_PLANNED;
  int r = check_place(link, plan, error);
  if (r < 0)
    return r;
  r = outbox_rows_insert(link, plan, delivery_state_name(state), ret_id, error);
  if (r == 0)
    tally(door, plan->mailing, state, 1);
  return r;
}

static int compare_ids(gconstpointer a, gconstpointer b) {
  gint64 left = *(const gint64 *)a, right = *(const gint64 *)b;
  return left < right ? -1 : left > right;
}

char *delivery_ranges(const GArray *ids) {
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < ids->len;) {
    gint64 first = g_array_index(ids, gint64, i), last = first;
    while (++i < ids->len && g_array_index(ids, gint64, i) == last + 1)
      last++;
    if (text->len > 0)
      g_string_append_c(text, ',');
    g_string_append_printf(text, "%" G_GINT64_FORMAT, first);
    if (last > first)
      g_string_append_printf(text, "-%" G_GINT64_FORMAT, last);
  }
  return g_string_free(text, FALSE);
}

static int note_batch(DeliveryDoor *door, Link *link, const DeliveryBatch *batch, const GArray *ids,
                      GError **error) {
  g_autofree char *ranges = delivery_ranges(ids);
  g_autoptr(GString) facts = g_string_new(NULL);
  entry_fact(facts, "deliveries", ranges);
  entry_fact_int(facts, "count", ids->len);
  entry_fact(facts, "from", delivery_state_name(batch->from));
  entry_fact(facts, "reason", batch->reason);
  Entry entry = {.kind = batch->kind,
                 .user = batch->user != NULL ? batch->user : actor_daemon.name,
                 .mailing = batch->mailing,
                 .delivery = g_array_index(ids, gint64, 0),
                 .delivery_last = g_array_index(ids, gint64, ids->len - 1),
                 .text = batch->text,
                 .facts = facts->str,
                 .restricted = batch->restricted};
  return journal_add(door->journal, link, &entry, error);
}

int delivery_change_batch(DeliveryDoor *door, Link *link, const DeliveryBatch *batch, GArray *ids,
                          gint64 *ret_n, GError **error) {
  g_return_val_if_fail(delivery_may_change(batch->from, batch->to), FAULT_SYSTEM);
  g_autoptr(GArray) own = ids == NULL ? g_array_new(FALSE, FALSE, sizeof(gint64)) : NULL;
  GArray *changed = ids != NULL ? ids : own;
  g_array_set_size(changed, 0);
  *ret_n = 0;
  int r = outbox_rows_change_batch(link, batch, changed, error);
  if (r < 0 || changed->len == 0)
    return r;
  g_array_sort(changed, compare_ids);
  *ret_n = changed->len;
  tally(door, batch->mailing, batch->from, -(gint64)changed->len);
  tally(door, batch->mailing, batch->to, changed->len);
  return note_batch(door, link, batch, changed, error);
}

int delivery_counts(Link *link, gint64 mailing, gint64 ret_counts[DELIVERY_STATES], GError **error) {
  memset(ret_counts, 0, DELIVERY_STATES * sizeof *ret_counts);
  return outbox_rows_counts(link, mailing, ret_counts, error);
}
