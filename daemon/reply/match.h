/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * match.h - to which delivery a message belongs: never by its subject, never by the mere sight of an address.
 * Pure
 *
 * Looked at in this order; the first that names a delivery decides:
 * - a token in an address to which it was sent (To, Cc, Delivered-To, X-Original-To), in either case of
 * letters, behind any separator or none;
 * - the envelope's id that a report gives back, and the token for replies in the letter that it gives back;
 * - such a token with one mistake (mail/token_mend.h), in an address of our own mailboxes;
 * - the Message-ID that a report gives back, then those that the message answers.
 *
 * An address that a report names as the one it was sent to never names a delivery by itself; where a
 * Message-ID alone does, it may contradict it (placing.c).
 *
 * What is looked at first weighs most. Tokens of two deliveries in one message name none of them.
 */
#pragma once

#include "inbound/verdict.h"
#include "mail/token.h"

#include <glib.h>

enum match_weight { WEIGHT_NONE, WEIGHT_CLAIM, WEIGHT_REPLY, WEIGHT_PROOF };

enum match_way {
  MATCH_NONE,
#define WAY(symbol, name, weight, sentence) symbol,
#include "reply/match_ways.def"
#undef WAY
  MATCH_WAYS
};
const char *match_way_name(enum match_way way); /* NULL for MATCH_NONE */
enum match_weight match_way_weight(enum match_way way);

/* What is known of ourselves. */
typedef struct {
  const TokenKey *keys;
  gsize key_count;
  const char *instance;         /* of this database, as it stands in Message-IDs */
  const char *const *mailboxes; /* ours, ended by NULL */
} MatchHouse;

typedef struct {
  enum match_way way;
  gint64 delivery; /* 0: MATCH_NONE */
  gint64 rival;    /* another delivery that weighs as much: then DELIVERY is 0; else 0 */
} Match;

Match match_verdict(const MatchHouse *house, const Verdict *verdict);

/* Of a letter that brings a signed head of the journal (evidence/head_message.h), which comes to our own
 * mailbox, too. */
gboolean match_is_own_head(const char *instance, const char *message_id);
/* The delivery whose letter has this Message-ID ("<d12.instance@domain>"); 0 when it is none of ours. */
gint64 match_message_id(const char *instance, const char *message_id);
