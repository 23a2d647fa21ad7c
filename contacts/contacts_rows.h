/* SPDX-License-Identifier: GPL-3.0-or-later */
/* contacts_rows.h - generations and numbers, for the other files of this room */
#pragma once

#include "contacts/contacts.h"

/* The visible generation, and the import that is being checked or applied (0: none). */
int contacts_rows_generation(Link *link, gint64 *ret_visible, gint64 *ret_import, GError **error);
/* Notes IMPORT as the one that changes contacts now; 0: nobody. */
int contacts_rows_lock(Link *link, gint64 import, GError **error);
/* The next generation becomes the visible one, and nobody imports. */
int contacts_rows_flip(Link *link, GError **error);
/* Removes at most LIMIT dead versions; returns how many it removed. */
int contacts_rows_purge(Link *link, gint64 limit, GError **error);

/* A number for a new contact; for a channel, tenure or ground of one. */
int contacts_rows_new_contact(Link *link, gint64 now, gint64 *ret_id, GError **error);
int contacts_rows_new_part(Link *link, gint64 contact, gint64 *ret_id, GError **error);
