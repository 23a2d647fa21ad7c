/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reply/match.h"

#include <string.h>

#include "mail/token_mend.h"

#define SEPARATORS    "+-=_#~."
#define ADDRESSES_MAX 50 /* that are looked at: who writes to more writes to nobody */
#define MENDED_MAX    4  /* of them whose token is mended: each takes some milliseconds */

static const struct {
  const char *name;
  enum match_weight weight;
} ways[] = {
    [MATCH_NONE] = {NULL, WEIGHT_NONE},
#define WAY(symbol, name, weight, sentence) [symbol] = {name, weight},
#include "reply/match_ways.def"
#undef WAY
};

const char *match_way_name(enum match_way way) {
  return ways[way].name;
}

enum match_weight match_way_weight(enum match_way way) {
  return ways[way].weight;
}

/* Two different deliveries by ways that weigh alike name neither. */
static void add(Match *match, enum match_way way, gint64 delivery) {
  if (match->way == MATCH_NONE) {
    match->way = way;
    match->delivery = delivery;
  } else if (match->delivery != delivery && match->rival == 0)
    match->rival = delivery;
}

static enum match_way way_of(enum token_label label) {
  return label == TOKEN_ENV ? MATCH_ENVELOPE_TOKEN : MATCH_REPLY_TOKEN;
}

/* ---- addresses ---- */

/* A token's end of a local-part, whatever stands between it and the mailbox: what is no token proves nothing.
 */
static gboolean read_end(const MatchHouse *house, const char *local, Match *match) {
  enum token_label label = TOKEN_ENV;
  gint64 number = 0;
  gsize length = strlen(local);
  if (length < TOKEN_LENGTH || token_read(house->keys, house->key_count, local + length - TOKEN_LENGTH,
                                          TOKEN_ENV | TOKEN_REPLY, &label, &number) != 0)
    return FALSE;
  add(match, way_of(label), number);
  return TRUE;
}

static char *local_part(const char *address) {
  const char *at = strrchr(address, '@');
  return at != NULL ? g_strndup(address, (gsize)(at - address)) : NULL;
}

static void read_addresses(const MatchHouse *house, const Verdict *v, Match *match) {
  for (guint i = 0; i < MIN(v->addressed->len, ADDRESSES_MAX); i++) {
    g_autofree char *local = local_part(g_ptr_array_index(v->addressed, i));
    if (local != NULL)
      read_end(house, local, match);
  }
}

/* What stands behind one of our mailboxes in ADDRESS, without its separator; NULL when it is not of ours. */
static char *behind_mailbox(const MatchHouse *house, const char *address) {
  const char *at = strrchr(address, '@');
  for (const char *const *mailbox = house->mailboxes; at != NULL && *mailbox != NULL; mailbox++) {
    const char *own = strrchr(*mailbox, '@');
    gsize before = own != NULL ? (gsize)(own - *mailbox) : 0;
    if (before == 0 || g_ascii_strcasecmp(own, at) != 0 || (gsize)(at - address) <= before ||
        g_ascii_strncasecmp(address, *mailbox, before) != 0)
      continue;
    const char *from = address + before;
    from += strspn(from, SEPARATORS);
    return from < at ? g_strndup(from, (gsize)(at - from)) : NULL;
  }
  return NULL;
}

static void mend_addresses(const MatchHouse *house, const Verdict *v, Match *match) {
  guint tried = 0;
  for (guint i = 0; i < MIN(v->addressed->len, ADDRESSES_MAX) && tried < MENDED_MAX; i++) {
    g_autofree char *text = behind_mailbox(house, g_ptr_array_index(v->addressed, i));
    enum token_label label = TOKEN_ENV;
    gint64 number = 0;
    int r = text != NULL
                ? token_mend(house->keys, house->key_count, text, TOKEN_ENV | TOKEN_REPLY, &label, &number)
                : TOKEN_MALFORMED;
    tried += r != TOKEN_MALFORMED ? 1 : 0;
    if (r == 0)
      add(match, MATCH_RETYPED_TOKEN, number);
  }
}

/* ---- ids ---- */

static void read_envelope_id(const MatchHouse *house, const Verdict *v, Match *match) {
  gint64 number = 0;
  if (v->envelope_id != NULL &&
      token_read(house->keys, house->key_count, v->envelope_id, TOKEN_ENV, NULL, &number) == 0)
    add(match, MATCH_ENVELOPE_ID, number);
}

static void read_returned_token(const MatchHouse *house, const Verdict *v, Match *match) {
  g_autofree char *local = v->returned_reply_to != NULL ? local_part(v->returned_reply_to) : NULL;
  gsize length = local != NULL ? strlen(local) : 0;
  gint64 number = 0;
  if (length >= TOKEN_LENGTH && token_read(house->keys, house->key_count, local + length - TOKEN_LENGTH,
                                           TOKEN_REPLY, NULL, &number) == 0)
    add(match, MATCH_RETURNED_TOKEN, number);
}

/* The number in "<WORDnumber.instance@domain>"; 0 when it is none of ours. */
static gint64 numbered_id(const char *instance, const char *message_id, const char *word) {
  if (message_id == NULL || !g_str_has_prefix(message_id, word))
    return 0;
  const char *digits = message_id + strlen(word);
  char *end = NULL;
  gint64 number = g_ascii_isdigit(*digits) ? g_ascii_strtoll(digits, &end, 10) : 0;
  gsize length = strlen(instance);
  if (number <= 0 || number > TOKEN_NUMBER_MAX || *end != '.' || strncmp(end + 1, instance, length) != 0 ||
      end[1 + length] != '@')
    return 0;
  return number;
}

gint64 match_message_id(const char *instance, const char *message_id) {
  return numbered_id(instance, message_id, "<d");
}

gboolean match_is_own_head(const char *instance, const char *message_id) {
  return numbered_id(instance, message_id, "<head") != 0;
}

static void read_ids(const MatchHouse *house, const Verdict *v, Match *match) {
  gint64 returned = match_message_id(house->instance, v->returned_message_id);
  if (returned != 0)
    add(match, MATCH_RETURNED_ID, returned);
  /* RFC 5322 §3.6.4: the first is what it answers; then the whole talk, from its beginning to the letter
   * before it. */
  for (guint i = 0; match->way == MATCH_NONE && i < v->references->len; i++) {
    guint at = i == 0 ? 0 : v->references->len - i;
    gint64 number = match_message_id(house->instance, g_ptr_array_index(v->references, at));
    if (number != 0)
      add(match, MATCH_THREAD, number);
  }
}

Match match_verdict(const MatchHouse *house, const Verdict *v) {
  Match match = {MATCH_NONE, 0, 0};
  read_addresses(house, v, &match);
  read_envelope_id(house, v, &match);
  if (match.way == MATCH_NONE)
    read_returned_token(house, v, &match);
  if (match.way == MATCH_NONE)
    mend_addresses(house, v, &match);
  if (match.way == MATCH_NONE)
    read_ids(house, v, &match);
  if (match.rival != 0)
    return (Match){.way = MATCH_NONE, .rival = match.rival};
  return match;
}
