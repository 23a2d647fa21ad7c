/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trial_rows.h - the SQL of tests. Only trial.c includes it. */
#pragma once

#include "store/store.h"

/* How many letters USER had since then. */
int trial_rows_since(Link *link, gint64 user, gint64 since, gint64 *ret_n, GError **error);
int trial_rows_insert(Link *link, gint64 user, gint64 mailing, gint64 at, GError **error);
