/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * guess.h - where a message may belong, for a person to choose: each with why
 *
 * For what lies in the holding pen: letters, the likeliest first. For a reply that was filed: that its sender
 * may be a channel of that contact. Nothing follows from a guess by itself.
 */
#pragma once

#include "reply/inbound_message.h"

enum guess_way {
#define GUESS(symbol, name, sentence) symbol,
#include "reply/guess_ways.def"
#undef GUESS
};
const char *guess_way_name(enum guess_way way);
const char *guess_way_sentence(enum guess_way way);

typedef struct {
  enum guess_way way;
  gint64 delivery, contact;
  gint64 message; /* SAME_THREAD: which; else 0 */
} Guess;

#define GUESSES_MAX 5

/* Guess, as far as CLEARANCE may see what they name. The caller frees the array. */
int guess_list(Link *link, gint64 clearance, const InboundMessage *message, GArray **ret, GError **error);
