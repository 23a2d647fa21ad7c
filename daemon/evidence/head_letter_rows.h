/* SPDX-License-Identifier: GPL-3.0-or-later */
/* head_letter_rows.h - the SQL of head letters. Only this room includes it. */
#pragma once

#include "evidence/head_letter.h"

typedef struct {
  gint64 id, head, attempts, dated;
  char *address;
} HeadLetter;
void head_letter_free(HeadLetter *letter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HeadLetter, head_letter_free)

/* When the newest were planned, and of which head; zeros when none were. */
int head_letter_rows_last(Link *link, gint64 *ret_dated, gint64 *ret_head, GError **error);
/* 1 when this address has this head already. */
int head_letter_rows_insert(Link *link, gint64 head, const char *address, gint64 dated, gint64 *ret_id,
                            GError **error);
/* The next one that is ready and due; 1 when there is none. */
int head_letter_rows_due(Link *link, gint64 now, HeadLetter **ret, GError **error);

/* NULL and 0 leave a column as it is. */
typedef struct {
  gint64 id;
  const char *from, *to;
  gint64 at, due;
  const Digest *sha256;
  const char *relay, *reply;
  gboolean counts;
} HeadLetterChange;
/* 1 when it is no longer in FROM. */
int head_letter_rows_change(Link *link, const HeadLetterChange *change, GError **error);
/* Those that an abrupt stop left COMMITTING (gint64). */
int head_letter_rows_committing(Link *link, GArray *to, GError **error);
