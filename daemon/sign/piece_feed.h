/* SPDX-License-Identifier: GPL-3.0-or-later */
/* piece_feed.h - gives gpg the pieces of a message one after the other. Only this room includes it. */
#pragma once

#include <gpgme.h>

#include "mail/message.h"

typedef struct PieceFeed PieceFeed;

/* The first OCTETS of TEXT, which outlives the feed; FAULT_INPUT when it has fewer. */
int piece_feed_new(const Message *text, guint64 octets, PieceFeed **ret, GError **error);
void piece_feed_free(PieceFeed *feed);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PieceFeed, piece_feed_free)

/* Once; the caller releases it before the feed. */
gpgme_data_t piece_feed_take_data(PieceFeed *feed);
/* After the conversation with gpg, which gave R: the fault of the pieces, if there was one, in place of what
 * gpg made of it. Reads the rest of them, so that each file is known to be unchanged to its end; FAULT_RULE
 * when gpg did not read all that it was to sign. */
int piece_feed_end(PieceFeed *feed, int r, GError **error);
