/* SPDX-License-Identifier: GPL-3.0-or-later */
/* contact_json.h - a contact with all that is noted of it, as JSON. Only this room includes it. */
#pragma once

#include "api/ask.h"
#include "contacts/contact.h"

/* Reads channels, tenures, grounds, lists, memberships and objections of CONTACT as far as the asker may see
 * them. */
int contact_json(const Ask *ask, Link *link, const Contact *contact, json_t **ret, GError **error);
/* The contact that the path's {id} names: "C-31" or its own external id. */
int contact_json_named(const Ask *ask, Link *link, Contact **ret, GError **error);
/* Its number alone. */
int contact_json_target(const Ask *ask, gint64 *ret, GError **error);
/* The number of the contact that NAME means in the same way; 0 when it is NULL. */
int contact_json_number(const Ask *ask, Link *link, const char *name, gint64 *ret, GError **error);
/* The same, for who reads nothing else. */
int contact_json_find(const Ask *ask, const char *name, gint64 *ret, GError **error);
/* The contact that a field of the body names in the same way; 0 when it is absent and not NEEDED. */
int contact_json_field(const Ask *ask, const char *name, gboolean needed, gint64 *ret, GError **error);
/* The contact that an argument of the query names; 0 when it is absent. A "C-31" need not be there. */
int contact_json_queried(const Ask *ask, const char *name, gint64 *ret, GError **error);
/* A day in the body; 0 when absent. */
int contact_json_day(const Ask *ask, const char *name, Day *ret, GError **error);
/* Reads CONTACT again and answers with it. */
int contact_json_respond(Ask *ask, guint status, gint64 contact, GError **error);
