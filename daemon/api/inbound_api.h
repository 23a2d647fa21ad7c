/* SPDX-License-Identifier: GPL-3.0-or-later */
/* inbound_api.h - what others tell of what came in: `status`, dossiers. Only this room includes it. */
#pragma once

#include "api/ask.h"

/* Adds "inbound" to STATUS, and to its "warnings" what has lain in the holding pen for too long. Nothing for
 * who may not see all of it. */
int inbound_api_add_status(const Ask *ask, Link *link, json_t *status, GError **error);
/* All that came in from CONTACT, with its words, into the array TO. */
int inbound_api_add_contact(const Ask *ask, Link *link, gint64 contact, json_t *to, GError **error);
