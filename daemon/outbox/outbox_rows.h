/* SPDX-License-Identifier: GPL-3.0-or-later */
/* outbox_rows.h - the SQL of this room. Only this room includes it. */
#pragma once

#include "outbox/outbox.h"

/* 1 when the row was in the state and epoch that CHANGE expects and was changed, 0 when not. */
int outbox_rows_change(Link *link, const DeliveryChange *change, GError **error);
int outbox_rows_change_batch(Link *link, const DeliveryBatch *batch, GArray *ids, GError **error);
int outbox_rows_insert(Link *link, const DeliveryPlan *plan, const char *state, gint64 *ret_id,
                       GError **error);
/* TRUE when PLAN may take the place of the one that it supersedes: that is refused or bounced, and so is
 * every other one of its addressee. */
int outbox_rows_may_supersede(Link *link, const DeliveryPlan *plan, gboolean *ret, GError **error);
/* The same where those before may have arrived and met silence: none of its addressee's may still arrive. */
int outbox_rows_may_follow(Link *link, const DeliveryPlan *plan, gboolean *ret, GError **error);
/* Refusals that wait for a decision (refusal.h). */
int outbox_rows_refusal_put(Link *link, gint64 delivery, gint64 mailing, GError **error);
int outbox_rows_refusals(Link *link, gint64 limit, GArray *to, GError **error);
int outbox_rows_refusal_count(Link *link, gint64 mailing, gint64 *ret_n, GError **error);
int outbox_rows_refusal_strike(Link *link, gint64 delivery, GError **error);
/* Adds CHANGE to a mailing's count of deliveries in STATE. */
int outbox_rows_count(Link *link, gint64 mailing, const char *state, gint64 change, GError **error);
int outbox_rows_counts(Link *link, gint64 mailing, gint64 counts[DELIVERY_STATES], GError **error);

/* One try, written when its outcome is known (or at recovery, when it will never be). */
typedef struct {
  gint64 delivery, epoch, at, dot_at, ended_at;
  const char *relay, *outcome, *step, *status, *reply, *tls;
  int code;
} Attempt;
int outbox_rows_attempt(Link *link, const Attempt *attempt, GError **error);

int outbox_rows_splice_put(Link *link, gint64 delivery, GBytes *splice, GError **error);

/* How many rows changed: 0 when it is so already. */
int outbox_rows_hold(Link *link, gint64 at, const char *by, const char *reason, GError **error);
int outbox_rows_unhold(Link *link, GError **error);

/* An open sending and what it has to do. */
typedef struct {
  gint64 mailing, not_before, not_after;
  gboolean open, cancelled, at_least_once, restricted;
} SendingRow;
int outbox_rows_sending_cancel(Link *link, gint64 mailing, GError **error);
/* All sendings whose mailing still moves or may move (SendingRow, by mailing). */
int outbox_rows_sendings(Link *link, GArray **ret, GError **error);

/* Deliveries (ids) that an abrupt stop left in STATE; at most LIMIT. */
int outbox_rows_left_in(Link *link, enum delivery_state state, gint64 limit, GPtrArray **ret, GError **error);
/* Is anything of MAILING ready and due by NOW? *ret_next: the earliest due moment of what is not (0 for
 * none). */
int outbox_rows_ready(Link *link, gint64 mailing, gint64 now, gboolean *ret_due, gint64 *ret_next,
                      GError **error);
/* What a courier needs of a claimed row; 1 when it is no longer claimed under that number. */
int outbox_rows_claim(Link *link, gint64 delivery, Claim *claim, GError **error);
/* In-doubt deliveries of MAILING (DeliveryRow), oldest first, ids above AFTER. */
int outbox_rows_in_doubt(Link *link, gint64 mailing, gint64 after, gint64 limit, GPtrArray **ret,
                         GError **error);
