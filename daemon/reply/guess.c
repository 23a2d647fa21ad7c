/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reply/guess.h"

#include <string.h>

#include "base/moment.h"
#include "contacts/channel.h"
#include "reply/guess_rows.h"

#define SHORTLY                                                                                              \
  (60 * DAY) /* how long before a message came a letter may have gone to its sender's domain                 \
              */

static const struct {
  const char *name, *sentence;
} ways[] = {
#define GUESS(symbol, name, sentence) [symbol] = {name, sentence},
#include "reply/guess_ways.def"
#undef GUESS
};

const char *guess_way_name(enum guess_way way) {
  return ways[way].name;
}

const char *guess_way_sentence(enum guess_way way) {
  return ways[way].sentence;
}

static gboolean is_there(const GArray *list, gint64 delivery) {
  for (guint i = 0; i < list->len; i++)
    if (g_array_index(list, Guess, i).delivery == delivery)
      return TRUE;
  return FALSE;
}

static void add(GArray *list, enum guess_way way, const GuessRow *row) {
  Guess guess = {way, row->delivery, row->contact, row->message};
  if (list->len < GUESSES_MAX && row->delivery != 0 && !is_there(list, row->delivery))
    g_array_append_val(list, guess);
}

/* The letter that went last to the contact with the mailbox ADDRESS. */
static int guess_latest(Link *link, gint64 clearance, enum guess_way way, const char *address, GArray *to,
                        GError **error) {
  ChannelOwner owner;
  GuessRow row = {0};
  int r = address != NULL ? channel_of_mailbox(link, clearance, address, 0, &owner, error) : 1;
  if (r == 0)
    r = guess_rows_latest(link, clearance, owner.contact, &row, error);
  if (r == 0)
    add(to, way, &row);
  return MIN(r, 0);
}

static int guess_thread(Link *link, gint64 clearance, const InboundMessage *m, GArray *to, GError **error) {
  GuessRow row = {0};
  int r = m->answers != NULL || m->message_id != NULL
              ? guess_rows_thread(link, clearance, m->id, m->message_id, m->answers, &row, error)
              : 1;
  if (r == 0)
    add(to, GUESS_SAME_THREAD, &row);
  return MIN(r, 0);
}

static int guess_domain(Link *link, gint64 clearance, const InboundMessage *m, GArray *to, GError **error) {
  const char *domain = m->from != NULL ? strrchr(m->from, '@') : NULL;
  g_autoptr(GArray) rows = g_array_new(FALSE, TRUE, sizeof(GuessRow));
  gint64 moment = inbound_message_moment(m);
  int r = domain != NULL
              ? guess_rows_domain(link, clearance, domain + 1, moment - SHORTLY, moment, rows, error)
              : 0;
  for (guint i = 0; r == 0 && i < rows->len; i++)
    add(to, GUESS_SAME_DOMAIN, &g_array_index(rows, GuessRow, i));
  return r;
}

static int guess_channel(Link *link, const InboundMessage *m, GArray *to, GError **error) {
  ChannelOwner owner;
  GuessRow row = {.delivery = m->delivery, .contact = m->contact};
  if (m->from == NULL || m->event == 0 || g_strcmp0(m->sender, "unknown") == 0)
    return 0;
  int r = channel_of_mailbox(link, 1, m->from, m->contact, &owner, error);
  if (r == 1)
    add(to, GUESS_NEW_CHANNEL, &row);
  return MIN(r, 0);
}

int guess_list(Link *link, gint64 clearance, const InboundMessage *m, GArray **ret, GError **error) {
  g_autoptr(GArray) list = g_array_new(FALSE, TRUE, sizeof(Guess));
  int r = 0;
  if (m->state == INBOUND_HELD && !m->erased) {
    r = guess_latest(link, clearance, GUESS_RECIPIENT, m->recipient, list, error);
    if (r == 0)
      r = guess_latest(link, clearance, GUESS_SAME_SENDER, m->from, list, error);
    if (r == 0)
      r = guess_thread(link, clearance, m, list, error);
    if (r == 0)
      r = guess_domain(link, clearance, m, list, error);
  } else if (m->state == INBOUND_FILED && inbound_message_kind(m) == VERDICT_REPLY)
    r = guess_channel(link, m, list, error);
  if (r == 0)
    *ret = g_steal_pointer(&list);
  return r;
}
