/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * filing.h - the thread that takes up what was kept: read, join, draw the consequences
 *
 * One straight line a message: its bytes from the disk, a verdict from the reader, then one unit of work with
 * what it is, where it belongs, what follows from it and the journal's entry. A crash leaves a message that
 * waits, or one that is filed. What cannot be read is marked with the reason and put into the holding pen; a
 * fault of our own side (disk, store, reader) leaves it waiting, and the others go on.
 */
#pragma once

#include "contacts/contact_ring.h"
#include "contacts/contacts.h"
#include "mailing/desk.h"
#include "reply/intake.h"
#include "reply/reader_port.h"
#include "reply/sender.h"
#include "reply/taker.h"

#include <glib.h>

typedef struct Filing Filing;

/* All of it outlives the filing. */
typedef struct {
  Desk *desk;
  const Contacts *contacts;
  Intake *intake;
  ReaderPort reader;
  ReplyTaker taker;  /* FILED NULL: nobody */
  ContactRing *ring; /* of the contacts' keys; NULL: no signature is judged */
  const SenderTrust *trust;
} FilingOptions;

/* Starts the thread, which looks at once: what an earlier run left waiting is taken up first. */
Filing *filing_start(const FilingOptions *options);
/* Look now. Any thread. */
void filing_wake(Filing *filing);
/* Until message ID was taken up and done with, MICROSECONDS at most. TRUE: it was. */
gboolean filing_wait(Filing *filing, gint64 id, gint64 microseconds);
/* When the thread last came round (monotonic). */
gint64 filing_last_round(Filing *filing);
/* Ends the thread after its present message; filing_wake stays harmless. */
void filing_stop(Filing *filing);
void filing_free(Filing *filing); /* after filing_stop, when nobody can wake it any more. NULL is nothing */
