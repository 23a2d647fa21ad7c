/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mailing_rows.h - the SQL of mailings. Only this room includes it. */
#pragma once

#include "mailing/mailing.h"

/* The random name of this database; 1 when it has none yet. */
int mailing_rows_instance(Link *link, char **ret, GError **error);
int mailing_rows_name_instance(Link *link, const char *name, GError **error);

int mailing_rows_insert(Link *link, const Mailing *mailing, gint64 *ret_id, GError **error);
/* The fields of a draft, its lists and documents. */
int mailing_rows_write_fields(Link *link, const Mailing *mailing, GError **error);
/* "" takes a value away. */
int mailing_rows_write_value(Link *link, gint64 mailing, const char *name, const char *value, GError **error);
int mailing_rows_values(Link *link, gint64 mailing, GHashTable *to, GError **error);
/* 1 when there is none. */
int mailing_rows_find(Link *link, gint64 clearance, gint64 mailing, Mailing **ret, GError **error);
int mailing_rows_list(Link *link, gint64 clearance, gint64 after, gint64 limit, GPtrArray **ret,
                      GError **error);

/* The row's new state under its fence; 1 when it is no longer as CHANGE saw it. */
int mailing_rows_change(Link *link, const MailingChange *change, gint64 now, GError **error);
/* Another fence for what changes without the state. 1 when the row is no longer as MAILING. */
int mailing_rows_touch(Link *link, const Mailing *mailing, GError **error);
/* What belongs to a promise that ended: manifest, frozen words, times and names. */
int mailing_rows_forget_promise(Link *link, gint64 mailing, GError **error);
int mailing_rows_forget_roll(Link *link, gint64 mailing, GError **error);

int mailing_rows_write_manifest(Link *link, gint64 mailing, const char *text, const Digest *digest,
                                GError **error);
int mailing_rows_manifest(Link *link, gint64 mailing, char **ret, GError **error);

/* Words frozen for a mailing. */
int mailing_rows_write_word(Link *link, gint64 mailing, const char *key, const char *value, GError **error);
int mailing_rows_words(Link *link, gint64 mailing, GTree *to, GError **error);
/* NOTE: of its covering notes. */
int mailing_rows_write_wording(Link *link, gint64 mailing, gboolean note, const char *language,
                               GBytes *fields, GBytes *source, const Digest *digest, GError **error);
typedef int (*WordingSeen)(const char *language, GBytes *fields, GBytes *source, const Digest *digest,
                           gpointer data);
int mailing_rows_wordings(Link *link, gint64 mailing, gboolean note, WordingSeen seen, gpointer data,
                          GError **error);

/* Planning: begun, how far it is, ended. */
int mailing_rows_begin_release(Link *link, gint64 mailing, const char *by, GError **error);
/* Planning went from AFTER to UPTO. 1 when it is elsewhere, or called off: nothing was written. */
int mailing_rows_note_planned(Link *link, gint64 mailing, gint64 after, gint64 upto, GError **error);
int mailing_rows_end_release(Link *link, gint64 mailing, GError **error);
/* How far planning is: the last addressee planned, and who released. */
int mailing_rows_release(Link *link, gint64 mailing, gint64 *ret_after, char **ret_by, GError **error);
/* Mailings that time may change: releasing, scheduled, sending, sent (only those with something that moves
 * are of interest, which the outbox knows). Ids in TO (gint64). */
int mailing_rows_of_state(Link *link, const char *state, GArray *to, GError **error);
int mailing_rows_releasing(Link *link, GArray *to, GError **error);
/* Those whose deliveries are still to be called back. */
int mailing_rows_set_cancelling(Link *link, gint64 mailing, gboolean cancelling, GError **error);
int mailing_rows_is_cancelling(Link *link, gint64 mailing, gboolean *ret, GError **error);
int mailing_rows_cancelling(Link *link, GArray *to, GError **error);
