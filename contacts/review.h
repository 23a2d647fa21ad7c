/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * review.h - when a person last saw that what is noted of a contact is right
 *
 * Once a year each contact is to be looked at. Looked at counts: a review noted here, a channel verified, a
 * tenure verified (of an office, or of who holds one), and the day on which it was first noted. ContactFilter
 * has `not_reviewed_since`.
 */
#pragma once

#include "contacts/contact.h"

/* Notes that a person looked at it now. */
int review_note(const Contacts *contacts, const Actor *actor, gint64 contact, GError **error);
/* The moment of the last review by a person, and who did it; 0 and NULL when there was none. The caller frees
 * *ret_by. */
int review_last(Link *link, gint64 contact, gint64 *ret_at, char **ret_by, GError **error);
