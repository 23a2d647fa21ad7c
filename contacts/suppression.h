/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * suppression.h - what must not be written to again: routes, and ids of who was erased, each as a keyed
 * digest
 *
 * A route is noted when its contact objects, when it is refused ("do not write here"), and when its contact
 * is erased. Whatever brings it back later, a file, another contact or a person, gets it with the standing
 * refused; a person's row that brings back somebody erased is left out. It ends when the objection is taken
 * back, or when a person marks the channel as one that may be used again and says why.
 *
 * Only digests are kept, under a key of this house: no address of somebody erased is left behind. Entries
 * stand beside the generations: who objects, objects at once. They are found for everybody alike, and never
 * say whose they are.
 */
#pragma once

#include "contacts/channel_rows.h"

enum suppression_cause { SUPPRESSED_OBJECTED, SUPPRESSED_REFUSED, SUPPRESSED_ERASED };

/* At the start: what was objected to and refused before there was any of this. */
int suppression_catch_up(const Contacts *contacts, GError **error);

/* Notes every route that the contact has, and when it is erased its id of its own: before they are wiped. */
int suppression_contact(Revision *revision, const Contact *card, enum suppression_cause cause,
                        GError **error);
int suppression_channel(Revision *revision, gint64 contact, const ChannelVersion *channel,
                        enum suppression_cause cause, GError **error);
/* The contact takes back what it noted by CAUSE, or one that went into it (merge.h). */
int suppression_lift(Revision *revision, gint64 contact, enum suppression_cause cause, GError **error);
/* The route may be written to again, whoever noted it and why. */
int suppression_lift_channel(Revision *revision, const ChannelVersion *channel, GError **error);

/* 0 and *ret, or 1 when nothing stands against the route (its `kind` and `folded`). An objection of CONTACT
 * itself counts for nothing: its own standing says it. */
int suppression_of_channel(Link *link, gint64 contact, const ChannelVersion *channel,
                           enum suppression_cause *ret, GError **error);
/* 0, or 1 when nobody of that id of his own was erased. */
int suppression_of_id(Link *link, const char *external_id, GError **error);

/* A channel that begins, or has another value, is refused from the start when it must not be written to: TRUE
 * in *ret_refused. */
int suppression_judge(Revision *revision, gint64 contact, ChannelVersion *channel, gboolean *ret_refused,
                      GError **error);
