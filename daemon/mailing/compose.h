/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * compose.h - one delivery's message, made on the courier's thread when it is needed
 *
 * What is the same for all addressees of one mailing and language (the compiled letter, constant header
 * fields, the attachments) is made once and shared (mould.h). Then a message is: load (the addressee's line
 * of the roll and the present stamps of its contact, a batch in one snapshot), render, encode, join, hash.
 *
 * An addressee whose stamps are not those of the roll is held: holder-changed, channel-changed,
 * ground-changed. Bytes that an earlier intent fixed are made again exactly: for offices and organisations
 * from their splice, for attendees by the same recipe; if they come out differently the delivery is parked:
 * bytes-changed.
 */
#pragma once

#include "mailing/desk.h"
#include "outbox/outbox.h"

/* Grows whenever the same inputs would give other bytes; it stands in the manifest. */
#define COMPOSE_VERSION 6

/* The answers of this room to the outbox; valid as long as DESK. */
Composer compose_composer(Desk *desk);
/* The Message-ID of a delivery, "<d1042.INSTANCE@DOMAIN>", as the present settings give it; the caller frees
 * it. */
char *compose_message_id(Desk *desk, gint64 delivery);
