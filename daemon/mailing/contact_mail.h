/* SPDX-License-Identifier: GPL-3.0-or-later */
/* contact_mail.h - what mailings and the outbox hold of one contact: for who merges or erases it */
#pragma once

#include "store/store.h"

#define CONTACT_MAIL_NAMED 5 /* mailings that a sentence names */

/* Is mail to the contact on its way: a delivery that still moves or is in doubt, or a place on the roll of a
 * mailing that is submitted, approved or scheduled? ANY_LINE: lines that exclude it count too, and those of
 * mailings that are being sent: what was approved is compared with all lines. 0 and *ret, the mailings ("M-3,
 * M-7"; the caller frees it), or 1. */
int contact_mail_under_way(Link *link, gint64 contact, gboolean any_line, char **ret, GError **error);

/*
 * Within a unit. The contact's name and addresses go from rolls and deliveries; of the relays' words those
 * that hold one of WORDS (ended by NULL) go, and letters can no longer be rebuilt. That a letter was sent,
 * when, by which mailing, its digest and its fate stay, and of its lines of rolls the hash, so that
 * the others' can still be proved (manifest.h). Letters to an office that name who held it are the
 * office's, and stay.
 */
int contact_mail_erase(Link *link, gint64 contact, const char *const *words, GError **error);
