/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * contact_ring.h - the second GnuPG home, `state_dir/gnupg-contacts`: what signatures of contacts are judged
 * by
 *
 * There is no secret key in it, ever. It holds nothing that is not in the database: it is emptied when the
 * daemon opens it, and keys come into it when a signature by them is to be judged. So nobody needs to edit,
 * keep or restore it, and what somebody puts there by hand counts for nothing.
 */
#pragma once

#include "contacts/contacts.h"
#include "sign/home.h"

typedef struct ContactRing ContactRing;

/* CONTACTS outlives it. AUTHORITIES (sign/authorities.h): a file with those that certificates of contacts may
 * lead to; NULL: none counts. Touches nothing. */
ContactRing *contact_ring_new(const Contacts *contacts, const char *state_dir, const char *authorities);
void contact_ring_free(ContactRing *ring);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ContactRing, contact_ring_free)

/* Empties it, at once: after a person was erased. Waits for whoever is judging. NULL is nothing. */
void contact_ring_forget(ContactRing *ring);

/* ---- for this room ---- */

const Contacts *contact_ring_contacts(const ContactRing *ring);
/* Where files of keys may be looked at. */
const char *contact_ring_folder(const ContactRing *ring);
/* Sees that KEYS (BoundKey; of several with one fingerprint the first counts) are in the home, with exactly
 * the bytes that were confirmed, and keeps everybody from changing that until contact_ring_give_back. */
int contact_ring_take(ContactRing *ring, const GPtrArray *keys, Home **ret, GError **error);
void contact_ring_give_back(ContactRing *ring);
