/* SPDX-License-Identifier: GPL-3.0-or-later */
/* form_use_rows.h - how many letters of a roll use which rows of the forms table that nobody has reviewed:
 * counted once, when the roll is shown, because an approver sees it at each look */
#pragma once

#include "store/store.h"

#include <glib.h>

typedef struct {
  char *form; /* as Addressee.form: "president/fr/m+C2/fr" */
  gint64 letters;
} FormUse;

/* Counts the lines of ROLL, but for excluded ones. *ret: of FormUse, the most used first. */
int form_use_rows_tally(Link *link, gint64 roll, GPtrArray **ret, GError **error);
/* Keeps what was counted. */
int form_use_rows_write(Link *link, gint64 roll, const GPtrArray *uses, GError **error);
/* What is kept; empty for a roll that has none. */
int form_use_rows_list(Link *link, gint64 roll, GPtrArray **ret, GError **error);
int form_use_rows_remove(Link *link, gint64 roll, GError **error);
