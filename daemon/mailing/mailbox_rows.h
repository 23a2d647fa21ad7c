/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mailbox_rows.h - the SQL of shared mailboxes. Only this room includes it. */
#pragma once

#include "mailing/mailbox.h"

int mailbox_rows_put(Link *link, gint64 mailing, const MailboxChoice *choice, GError **error);
int mailbox_rows_take_back(Link *link, gint64 mailing, const char *address, GError **error);
int mailbox_rows_choices(Link *link, gint64 mailing, GPtrArray *to, GError **error);
/* 1 when there is none for ADDRESS. */
int mailbox_rows_choice(Link *link, gint64 mailing, const char *address, MailboxChoice *ret, GError **error);
/* Addresses (char *) of ROLL that are shared or chosen about, in order. */
int mailbox_rows_addresses(Link *link, gint64 clearance, gint64 mailing, gint64 roll, const char *after,
                           gint64 limit, GPtrArray *to, GError **error);
int mailbox_rows_set_aside(Link *link, gint64 addressee, enum addressee_state state, const char *reason,
                           const char *detail, GError **error);
int mailbox_rows_carry(Link *link, gint64 addressee, const char *offices, gboolean restricted,
                       GError **error);
