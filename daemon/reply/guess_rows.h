/* SPDX-License-Identifier: GPL-3.0-or-later */
/* guess_rows.h - what guesses are made of. Only this room includes it. */
#pragma once

#include "store/store.h"

typedef struct {
  gint64 delivery, contact, message;
} GuessRow;

/* The newest delivery to CONTACT that left. 1: none. */
int guess_rows_latest(Link *link, gint64 clearance, gint64 contact, GuessRow *ret, GError **error);
/* A filed message that MESSAGE_ID answers, that answers the same as ANSWERS, or that is what ANSWERS names.
 * 1: none. */
int guess_rows_thread(Link *link, gint64 clearance, gint64 message, const char *message_id,
                      const char *answers, GuessRow *ret, GError **error);
/* The newest deliveries to mailboxes of DOMAIN that left between FROM and TO; a few. */
int guess_rows_domain(Link *link, gint64 clearance, const char *domain, gint64 from, gint64 to, GArray *rows,
                      GError **error);
