/* SPDX-License-Identifier: GPL-3.0-or-later */
/* erase_rows.h - the SQL of erasing. Only erase.c includes it */
#pragma once

#include "contacts/erase.h"
#include "contacts/revision.h"

/* Contacts that went into this one, directly or through others; gint64, itself first. */
int erase_rows_family(Link *link, gint64 contact, GArray *to, GError **error);
/* Names, addresses and ids that any version of the contact has; the caller frees them with TO. */
int erase_rows_words(Link *link, gint64 contact, GPtrArray *to, GError **error);
/* Notes the ids that it had as such that must not come back. */
int erase_rows_ids(Link *link, gint64 contact, GPtrArray *to, GError **error);
/* Wipes every version of the card; NAME is what it is called from now on. */
int erase_rows_cards(Link *link, gint64 contact, const char *name, GError **error);
/* Removes channels, memberships and the like, and counts. */
int erase_rows_parts(Link *link, gint64 contact, EraseReport *ret, GError **error);
