/* SPDX-License-Identifier: GPL-3.0-or-later */
/* contact_json.h - a contact with all that is noted of it, as JSON. Only this room includes it. */
#pragma once

#include "api/ask.h"
#include "contacts/contact.h"

/* Reads channels, tenures, grounds and lists of CONTACT as far as the asker may see them. */
int contact_json(const Ask *ask, Link *link, const Contact *contact, json_t **ret, GError **error);
/* The contact that the path's {id} names: "C-31" or its own external id. */
int contact_json_named(const Ask *ask, Link *link, Contact **ret, GError **error);
/* Reads CONTACT again and answers with it. */
int contact_json_respond(Ask *ask, guint status, gint64 contact, GError **error);
