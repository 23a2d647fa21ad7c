/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * release.h - from an approved mailing to deliveries in the outbox, and the gates on the way
 *
 * release_start: a closed gate (outbox_sending_put), deliveries in chunks, one flip to SCHEDULED. A crash in
 * between is finished by the next release_tick: planning goes on after the last addressee that was planned,
 * in the same transaction as its deliveries, so none is planned twice. The gate opens when the time has come
 * and the manifest still holds good.
 */
#pragma once

#include "mailing/mailing.h"

#include <glib.h>

/* Approved mailings by an organiser, approver or admin; submitted ones that concern attendees alone also by a
 * volunteer. FAULT_RULE with what voided the approval when the manifest differs. *ret_planned: deliveries. */
int release_start(Desk *desk, const Actor *actor, gint64 mailing, gint64 *ret_planned, GError **error);
/* REASON may be NULL; a checked line else. 0; 1 when it is so already. */
int release_pause(Desk *desk, const Actor *actor, gint64 mailing, const char *reason, GError **error);
int release_resume(Desk *desk, const Actor *actor, gint64 mailing, GError **error);
/* *ret_cancelled: how many deliveries had not left. */
int release_cancel(Desk *desk, const Actor *actor, gint64 mailing, const char *reason, gint64 *ret_cancelled,
                   GError **error);
/* Sent to closed. FAULT_RULE while it is not sent, while answers are required, or to-dos are open. */
int release_close(Desk *desk, const Actor *actor, gint64 mailing, GError **error);

/* What time does; called by the scheduler each second and when woken. Finishes releases that were cut off,
 * opens the gates of scheduled mailings whose moment has come, plans what follows refusals (successor.h),
 * makes to-dos (to_do.h), tells sent from sending. *ret_next: the next moment at which there will be
 * something to do (0: none known). A mailing that gives a fault does not keep the others waiting; the last
 * fault is returned. */
int release_tick(Desk *desk, gint64 *ret_next, GError **error);
