/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mailings_api.h - a mailing as an answer. Only this room includes it. */
#pragma once

#include "api/ask.h"

/* The mailing ID as GET /mailings/{id} tells it, with NUMBER under the name EXTRA (NULL: nothing more). */
int mailings_api_respond(Ask *ask, guint status, gint64 id, const char *extra, gint64 number, GError **error);
