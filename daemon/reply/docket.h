/* SPDX-License-Identifier: GPL-3.0-or-later */
/* docket.h - one message on its way through the filing: what was read of it, and where it belongs. Only this
 * room includes it. */
#pragma once

#include "reply/handling.h"
#include "reply/placing.h"

#include <glib.h>

#define DOCKET_READ HANDLINGS /* nothing kept it from being read */

typedef struct {
  Desk *desk;
  const Contacts *contacts;
  const ReplyTaker *taker;
  InboundMessage *message;
  Verdict *verdict; /* NULL: it could not be read */
  Match match;      /* of the verdict */
  enum handle_dmarc dmarc;
  const char *signature; /* a name of contacts/contact_signature.h; NULL: it claims none */
  gint64 signer;         /* the contact whose good signature it has; 0: none */
  enum handling unread;  /* why, else DOCKET_READ */
  gboolean fallen;       /* a first try to file it met with a rule of the house */
} Docket;
void docket_clear(Docket *docket);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Docket, docket_clear)

/* A StoreWork: all that follows from the message, and the entry, or nothing. */
int docket_unit(Link *link, gpointer docket, GError **error);
