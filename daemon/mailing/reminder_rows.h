/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reminder_rows.h - the SQL of reminders. Only this room includes it. */
#pragma once

#include "mailing/mailing.h"

int reminder_rows_insert(Link *link, gint64 mailing, const MailingFields *fields, GError **error);
/* Base and number; 0 and 0 when MAILING reminds of nothing. */
int reminder_rows_base(Link *link, gint64 mailing, gint64 *ret_base, gint64 *ret_number, GError **error);
/* The days that BASE gives for its reminders; NULL for none. The caller frees it. */
int reminder_rows_days(Link *link, gint64 base, char **ret, GError **error);
/* The latest one of BASE that was not released yet; 0 for none. *ret_unfinished: the scheduler is still to
 * submit it. */
int reminder_rows_open(Link *link, gint64 base, gint64 *ret, gboolean *ret_unfinished, GError **error);

typedef struct {
  gint64 released;  /* how many were */
  gint64 under_way; /* the latest of them that is not sent yet; 0: none */
  gint64 sent_at;   /* of the latest; 0: none */
} ReminderPast;
int reminder_rows_past(Link *link, gint64 base, ReminderPast *ret, GError **error);
/* Was reminder NUMBER of BASE made by itself before, whatever became of it? */
int reminder_rows_was_made(Link *link, gint64 base, gint64 number, gboolean *ret, GError **error);
/* TROUBLE: why it could not be submitted; NULL: it was. */
int reminder_rows_finish(Link *link, gint64 mailing, const char *trouble, GError **error);
/* Mailings that were sent and are reminded of by themselves; ids in TO (gint64). */
int reminder_rows_watched(Link *link, GArray *to, GError **error);
/* Why the scheduler could not submit MAILING; NULL for no trouble. The caller frees it. */
int reminder_rows_trouble(Link *link, gint64 mailing, char **ret, GError **error);

/* Of BASE and its reminders together: when the latest letter reached CONTACT (0: none did), and by which
 * channels letters were tried (gint64 in TO). */
int reminder_rows_reached(Link *link, gint64 base, gint64 contact, gint64 *ret_at, GError **error);
int reminder_rows_channels(Link *link, gint64 base, gint64 contact, GArray *to, GError **error);
/* Who held the office when BASE was rolled; NULL: nobody, or it is none. 1 when CONTACT is not on it. */
int reminder_rows_holder(Link *link, gint64 base, gint64 contact, char **ret, GError **error);
/* Has anybody on the roll of BASE a channel that no letter was tried by? */
int reminder_rows_has_spare(Link *link, gint64 base, gboolean *ret, GError **error);
