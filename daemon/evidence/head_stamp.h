/* SPDX-License-Identifier: GPL-3.0-or-later */
/* head_stamp.h - the newest signed head, stamped by an authority of time (RFC 3161) over HTTP: whoever trusts
 * it knows that the journal up to there was no later made up */
#pragma once

#include "mailing/desk.h"

/* Asks the authority at URL to stamp the newest head's manifest, when that has no stamp yet; waits at most
 * half a minute for it. The answer is kept beside the head (signed_head.h) with its entry. 0; 1 when there is
 * nothing to stamp. */
int head_stamp_make(Desk *desk, const char *url, GError **error);
