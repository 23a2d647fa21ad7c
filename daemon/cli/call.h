/* SPDX-License-Identifier: GPL-3.0-or-later */
/* call.h - one call of the command line, as the command that runs it sees it. All it returns is owned by the
 * call. */
#pragma once

#include "cli/api_client.h"

#include <glib.h>
#include <stdio.h>

typedef struct Call Call;

guint call_count(const Call *call);                       /* of positional arguments */
const char *call_argument(const Call *call, guint index); /* NULL beyond the last */
gboolean call_flag(const Call *call, const char *option);
const char *call_value(const Call *call, const char *option);         /* NULL when not given */
const char *const *call_values(const Call *call, const char *option); /* ended by NULL; never NULL */
gboolean call_json(const Call *call);
gboolean call_plain(const Call *call);
gboolean call_dry_run(const Call *call);
guint call_limit(const Call *call); /* of --limit; 0 for all */
ApiClient *call_api(const Call *call);
FILE *call_out(const Call *call);
FILE *call_err(const Call *call);
/* The zone for human times: the organisation's, asked of the daemon once (GET status, "time_zone"); UTC when
 * unknown. */
GTimeZone *call_zone(Call *call);
