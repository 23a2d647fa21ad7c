/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * supplement.h - a mailing once more, for those who came onto its lists since
 *
 * A supplement is a mailing of its own: draft, roll, approval and release are as for any. Nobody is on its
 * roll who had the mailing, or an earlier supplement to it, under whatever name: a contact and a mailbox get
 * it once. It is as restricted as that mailing. What was held, expired or was called back did not leave; who
 * was held then may be on it now, and the held delivery is cancelled when the supplement's takes its place.
 */
#pragma once

#include "mailing/roll.h"

#include <glib.h>

typedef struct {
  gint64 mailing; /* 0: nobody is new, and nothing was made */
  gboolean made; /* FALSE: one waits already, to be submitted, approved or released; a draft has a new roll */
} Supplement;

/* Makes the supplement of MAILING (or of the one that it supplements) and its roll; with the documents, words
 * and settings of that mailing, but its times and waves. WORDING (may be NULL) instead of its own. FAULT_RULE
 * when it was not released. */
int supplement_make(Desk *desk, const Actor *actor, gint64 mailing, const char *wording, Supplement *ret,
                    GError **error);
/* Which mailing MAILING supplements; 0 for none. */
int supplement_of(Link *link, gint64 mailing, gint64 *ret_base, GError **error);

/* ---- for the other files of this room ---- */

/* Excludes LINE when its contact or its mailbox had BASE (0: a mailing of its own; then nothing is done). */
int supplement_check(Link *link, gint64 base, Addressee *line, GError **error);
/* Just before LINE gets its delivery, in the same unit: 1 when it must get none after all. Cancels what is
 * held for its contact in the mailings before. */
int supplement_claim(Desk *desk, Link *link, gint64 base, const Addressee *line, GError **error);
