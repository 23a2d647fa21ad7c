/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/fault.h"
#include "base/ident.h"
#include "journal/entry.h"
#include "outbox/outbox_private.h"
#include "outbox/outbox_wave.h"

typedef struct {
  Outbox *outbox;
  const Actor *actor;
  gint64 delivery;
  enum settle as;
  const char *reason;
  gboolean accept_duplicate;
} SettleWork;

/* Rule W: what the relay's log does not show may be believed absent only when the connection is known closed
 * and a full wait for the reply to the dot (RFC 5321 §4.5.3.2.6) plus the lag of that log has passed since
 * the dot. */
gint64 outbox_resend_from(Outbox *outbox, const DeliveryRow *row) {
  if (row->closed_at == 0)
    return 0;
  return MAX(row->closed_at, row->dot_at + DOT_TIMEOUT_MIN * SECOND + outbox->options.log_lag);
}

static int check_rule_w(const SettleWork *work, const DeliveryRow *row, GError **error) {
  if (work->accept_duplicate)
    return 0;
  char id[IDENT_SIZE];
  ident_into(IDENT_DELIVERY, row->id, id);
  gint64 from = outbox_resend_from(work->outbox, row);
  if (from == 0)
    return fault(
        error, FAULT_RULE,
        "%s: the connection that may have carried it is not known to be closed; wait until it is, or say "
        "--i-accept-a-duplicate",
        id);
  if (clock_wall(work->outbox->options.clock) >= from)
    return 0;
  g_autofree char *when = moment_rfc3339(from);
  return fault(error, FAULT_RULE,
               "%s: the relay may still be deciding about it; not before %s, then look for it in the relay's "
               "log, or say "
               "--i-accept-a-duplicate",
               id, when);
}

/* What took its place may arrive, or has: a second try of the first would be a second copy. */
static int check_newest(Link *link, const DeliveryRow *row, GError **error) {
  g_autoptr(GPtrArray) chain = NULL;
  int r = outbox_chain(link, 1, row->addressee, &chain, error);
  if (r < 0)
    return r;
  const DeliveryRow *newest = g_ptr_array_index(chain, chain->len - 1);
  char id[IDENT_SIZE], other[IDENT_SIZE];
  return newest->id == row->id
             ? 0
             : fault(error, FAULT_RULE, "%s: %s took its place; decide about that one",
                     ident_into(IDENT_DELIVERY, row->id, id), ident_into(IDENT_DELIVERY, newest->id, other));
}

static int check_resend(const SettleWork *work, const DeliveryRow *row, GError **error) {
  char id[IDENT_SIZE];
  ident_into(IDENT_DELIVERY, row->id, id);
  switch (row->state) {
  case DELIVERY_IN_DOUBT:
    return check_rule_w(work, row, error);
  case DELIVERY_REFUSED:
    return 0;
  case DELIVERY_HELD:
    if (g_strcmp0(row->reason, "smtputf8") == 0 || g_strcmp0(row->reason, "size") == 0 ||
        g_strcmp0(row->reason, "tls") == 0)
      return 0;
    return fault(
        error, FAULT_RULE,
        "%s: is held (%s): what was approved does not fit its addressee any more; put him on a new mailing",
        id, row->reason);
  case DELIVERY_PARKED:
    if (g_strcmp0(row->reason, "attempts") == 0)
      return 0;
    return fault(error, FAULT_RULE,
                 "%s: is parked (%s) and cannot be sent as it was approved; make a new mailing", id,
                 row->reason);
  default:
    return fault(error, FAULT_RULE,
                 "%s: is %s; only what is in-doubt, refused, held or parked can be sent again", id,
                 delivery_state_name(row->state));
  }
}

static int check_presumed(const DeliveryRow *row, GError **error) {
  char id[IDENT_SIZE];
  if (row->state == DELIVERY_IN_DOUBT)
    return 0;
  return fault(error, FAULT_RULE, "%s: is %s; only what is in-doubt can be presumed sent",
               ident_into(IDENT_DELIVERY, row->id, id), delivery_state_name(row->state));
}

static const struct {
  enum delivery_state to;
  enum entry_kind kind;
  const char *reason;
} decisions[] = {[SETTLE_PRESUMED] = {DELIVERY_PRESUMED, ENTRY_DELIVERY_PRESUMED, NULL},
                 [SETTLE_RESEND] = {DELIVERY_READY, ENTRY_DELIVERY_RESENT, NULL},
                 [SETTLE_CANCELLED] = {DELIVERY_CANCELLED, ENTRY_DELIVERY_CANCELLED, "cancelled"}};

static int apply(Link *link, const SettleWork *work, const DeliveryRow *row, GError **error) {
  gboolean resend = work->as == SETTLE_RESEND;
  g_autoptr(GString) facts = g_string_new(NULL);
  entry_fact(facts, "from", delivery_state_name(row->state));
  entry_fact(facts, "duplicate-accepted", resend && work->accept_duplicate ? "yes" : NULL);
  DeliveryChange change = {
      .delivery = row->id,
      .mailing = row->mailing,
      .addressee = row->addressee,
      .contact = row->contact,
      .restricted = row->restricted,
      .from = row->state,
      .epoch = row->epoch,
      .to = decisions[work->as].to,
      .reason = decisions[work->as].reason,
      .next_epoch = resend,
      .forgiven = resend && row->state != DELIVERY_IN_DOUBT,
      .due = resend && !outbox_wave_waits(row->due) ? clock_wall(work->outbox->options.clock) : 0,
      .kind = decisions[work->as].kind,
      .user = work->actor->name,
      .text = work->reason,
      .facts = facts->str};
  int r = delivery_change(work->outbox->door, link, &change, error);
  return r > 0 ? fault(error, FAULT_BUSY, "the delivery changed at this moment; look at it again") : r;
}

static int check_cancelled(const DeliveryRow *row, GError **error) {
  char id[IDENT_SIZE];
  if (row->state == DELIVERY_HELD || row->state == DELIVERY_PARKED || row->state == DELIVERY_TO_DO)
    return 0;
  return fault(
      error, FAULT_RULE,
      "%s: is %s; only what is held, parked or to-do is cancelled alone, other things with their mailing",
      ident_into(IDENT_DELIVERY, row->id, id), delivery_state_name(row->state));
}

static int check(const SettleWork *work, const DeliveryRow *row, GError **error) {
  switch (work->as) {
  case SETTLE_RESEND:
    return check_resend(work, row, error);
  case SETTLE_CANCELLED:
    return check_cancelled(row, error);
  default:
    return check_presumed(row, error);
  }
}

static int work_settle(Link *link, gpointer data, GError **error) {
  const SettleWork *work = data;
  g_autoptr(DeliveryRow) row = NULL;
  int r = outbox_find(link, actor_clearance(work->actor), work->delivery, &row, error);
  if (r == 0)
    r = check(work, row, error);
  if (r == 0)
    r = check_newest(link, row, error);
  return r == 0 ? apply(link, work, row, error) : r;
}

int outbox_settle(Outbox *outbox, const Actor *actor, gint64 delivery, enum settle as, const char *reason,
                  gboolean accept_duplicate, GError **error) {
  SettleWork work = {outbox, actor, delivery, as, reason, accept_duplicate};
  int r = store_write(outbox->options.store, work_settle, &work, error);
  if (r == 0)
    outbox_wake(outbox);
  return r;
}
