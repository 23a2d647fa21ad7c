/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * placing.h - a message and the delivery it belongs to: what follows (handle.h), done. Only this room
 * includes it.
 *
 * All of it happens in the unit of the caller. FAULT_BUSY while a file of contacts is imported.
 */
#pragma once

#include "contacts/contacts.h"
#include "mailing/desk.h"
#include "reply/handle.h"
#include "reply/inbound_message.h"
#include "reply/match.h"
#include "reply/taker.h"

#include <glib.h>

typedef struct {
  Desk *desk;
  const Contacts *contacts;
  const ReplyTaker *taker;
  InboundMessage *message; /* as it was read; where it belongs is filled in */
  enum match_way way;
  gint64 delivery; /* 0: none */
  gboolean rivals;
  const char *told_recipient; /* to whom a report says that the letter was sent; NULL: it does not say */
  enum handle_dmarc dmarc;
  const Actor *actor;
  /* What a person says; NULL: the default. */
  enum acknowledgement_meaning meaning; /* MEANINGS: receipt */
  const char *by, *by_name, *note;
  const char *reason; /* why nothing follows; NULL: something may */
} Placing;

/* The row with its new place, the consequences, and the entry. A delivery that is not there counts as none.
 */
int placing_do(Placing *placing, Link *link, GError **error);
/* What was done for the delivery that the message belonged to until now is taken back, as far as it is only
 * noted: its facts go, its acknowledgement is corrected. Channels stay as they were marked. */
int placing_undo(Placing *placing, Link *link, GError **error);
/* Writes where the message belongs and adds the entry of KIND. */
int placing_write(const Placing *placing, Link *link, enum entry_kind kind, GError **error);
