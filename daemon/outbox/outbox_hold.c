/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/fault.h"
#include "outbox/outbox_private.h"
#include "outbox/outbox_rows.h"

typedef struct {
  Outbox *outbox;
  const Actor *actor;
  const char *reason;
  gboolean hold;
} HoldWork;

void hold_clear(Hold *hold) {
  g_clear_pointer(&hold->reason, g_free);
  g_clear_pointer(&hold->by, g_free);
  hold->held = FALSE;
}

static int work_hold(Link *link, gpointer data, GError **error) {
  const HoldWork *work = data;
  const OutboxOptions *options = &work->outbox->options;
  int n = work->hold
              ? outbox_rows_hold(link, clock_wall(options->clock), work->actor->name, work->reason, error)
              : outbox_rows_unhold(link, error);
  if (n < 0)
    return n;
  if (n == 0)
    return fault(error, FAULT_RULE,
                 work->hold ? "sending is on hold already; `valise status` says since when and why"
                            : "sending is not on hold; there is nothing to lift");
  Entry entry = {
      .kind = work->hold ? ENTRY_HOLD : ENTRY_UNHOLD, .user = work->actor->name, .text = work->reason};
  return journal_add(options->journal, link, &entry, error);
}

static int write_hold(Outbox *outbox, const Actor *actor, const char *reason, gboolean hold, GError **error) {
  HoldWork work = {outbox, actor, reason, hold};
  int r = store_write(outbox->options.store, work_hold, &work, error);
  if (r < 0)
    return r;
  g_atomic_int_set(&outbox->held, hold);
  outbox_wake(outbox);
  return 0;
}

int outbox_hold(Outbox *outbox, const Actor *actor, const char *reason, GError **error) {
  return write_hold(outbox, actor, reason, TRUE, error);
}

int outbox_unhold(Outbox *outbox, const Actor *actor, const char *reason, GError **error) {
  return write_hold(outbox, actor, reason, FALSE, error);
}
