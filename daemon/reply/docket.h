/* SPDX-License-Identifier: GPL-3.0-or-later */
/* docket.h - one message on its way through the filing: what was read of it, and what is made of it. Only
 * this room includes it. */
#pragma once

#include "contacts/contacts.h"
#include "mailing/desk.h"
#include "reply/inbound_message.h"
#include "reply/taker.h"

#include <glib.h>

enum handling {
#define HANDLING(symbol, name, sentence) symbol,
#include "reply/handlings.def"
#undef HANDLING
  HANDLINGS
};
const char *handling_name(enum handling handling);

#define DOCKET_READ HANDLINGS /* nothing kept it from being read */

typedef struct {
  Desk *desk;
  const Contacts *contacts;
  const ReplyTaker *taker;
  InboundMessage *message;
  Verdict *verdict;     /* NULL: it could not be read */
  enum handling unread; /* why, else DOCKET_READ */
  gboolean fallen;      /* a first try to file it met with a rule of the house */
  gboolean woke;        /* couriers have something to look at */
} Docket;
void docket_clear(Docket *docket);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Docket, docket_clear)

/* A StoreWork: all that follows from the message, and the entry, or nothing. */
int docket_unit(Link *link, gpointer docket, GError **error);
