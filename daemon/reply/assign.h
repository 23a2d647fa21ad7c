/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * assign.h - what a person says of a message that came in: where it belongs, what it means, that nothing
 * follows
 *
 * Each act is one unit with its entry, and may be followed by another: to assign anew takes back what was
 * noted for the delivery before (placing.h), and does what follows for the new one. Organisers and admins.
 */
#pragma once

#include "contacts/contacts.h"
#include "mailing/desk.h"
#include "reply/inbound_message.h"
#include "reply/taker.h"

typedef struct {
  Desk *desk;
  const Contacts *contacts;
  const ReplyTaker *taker; /* NULL: nobody */
} AssignHouse;

/* Words of the tables; NULL: a reply is a receipt, by whoever its sender is. */
typedef struct {
  const char *meaning;
  const char *by; /* as `acknowledgements record` takes it: "private-office: Protocol" */
  const char *note;
  const char
      *ground; /* of assign_meaning: the area ("": none in particular) in which it is a ground; NULL: none */
} AssignWords;

/* MESSAGE belongs to DELIVERY. What it is (inbound/verdict.h) decides what follows, as if its token had said
 * so. FAULT_ABSENT for either; FAULT_RULE while it waits to be read; FAULT_INPUT for unknown words. */
int assign_to(const AssignHouse *house, const Actor *actor, gint64 message, gint64 delivery,
              const AssignWords *words, GError **error);
/* What a reply that is filed says: an event that takes the place of the one before. With a ground, a person
 * confirms that the reply expresses support, and its office may be written to for that. FAULT_RULE for what
 * acknowledges nothing, and for a ground that is noted already; FAULT_INPUT for a ground with another
 * meaning.
 */
int assign_meaning(const AssignHouse *house, const Actor *actor, gint64 message, const AssignWords *words,
                   GError **error);
/* Nothing follows from it: it leaves the holding pen, and what was noted by it is taken back. */
int assign_dismiss(const AssignHouse *house, const Actor *actor, gint64 message, const char *reason,
                   GError **error);
