/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * contact_key.h - a public key or certificate that is said to be a contact's, and what a person made of it
 *
 *     contact_key_propose ──► PROPOSED ──contact_key_confirm──► CONFIRMED ──contact_key_retire──► RETIRED
 *                                 └────────────────contact_key_retire───────────────────────────────▲
 *
 *   proposed   somebody brought it, or a signed reply carried it. It counts for nothing: no signature is ever
 *              judged by it
 *
 *   confirmed  a person has bound it to one contact: signatures by it count as that contact's. No two
 *              contacts have the same key confirmed at a time
 *
 *   retired    from a moment on it counts no more; what was signed before still does. A proposal that nobody
 *              wanted ends here too, and has never counted
 *
 * What was confirmed are exact bytes. The same key brought again with other bytes (a later end, one more
 * subkey) is one more proposal, and changes nothing until it is confirmed in its turn: then it takes the
 * place of the one before.
 *
 * A key goes with its contact: through a merge, and when a person is erased.
 */
#pragma once

#include "contacts/contact.h"
#include "sign/key_file.h"

enum contact_key_state {
  CONTACT_KEY_PROPOSED,
  CONTACT_KEY_CONFIRMED,
  CONTACT_KEY_RETIRED,
  CONTACT_KEY_STATES
};
const char *contact_key_state_name(enum contact_key_state state); /* "proposed", "confirmed", "retired" */

/* How it came here. */
enum contact_key_source { CONTACT_KEY_FILE, CONTACT_KEY_SIGNED_REPLY, CONTACT_KEY_SOURCES };
const char *contact_key_source_name(enum contact_key_source source); /* "file", "signed-reply" */

/* How many proposals that nobody has looked at a contact may have by signed replies; more are not kept. */
#define CONTACT_KEY_OPEN_MAX 8

typedef struct {
  gint64 id;
  gint64 contact; /* 0: of nobody yet */
  enum contact_key_state state;
  enum contact_key_source source;
  enum signed_protocol protocol;
  const char *fingerprint; /* 40 hexadecimal digits, or more for later kinds; of a certificate its SHA-1 */
  const char *user_id, *algorithm;
  gint64 made_at, expires_at; /* as the key says; 0: never ends */
  gboolean revoked;           /* these bytes say that its owner has revoked it */
  gboolean can_sign;
  const char *source_name;                      /* of the file, or of the message ("B-12") */
  gint64 first_seen;                            /* when a key of this fingerprint came here first */
  gint64 proposed_at, confirmed_at, retired_at; /* retired_at: from when on it counts no more */
  const char *proposed_by, *confirmed_by, *retired_by, *reason;
} ContactKey;

/* ---- reading ---- */

/* CONTACT 0: of all. FAULT_ABSENT for a contact that CLEARANCE may not see. KEY is valid during the call. */
typedef int (*ContactKeySeen)(const ContactKey *key, gpointer data, GError **error);
int contact_key_each(Link *link, gint64 contact, gint64 clearance, gint64 after, gint64 limit,
                     ContactKeySeen seen, gpointer data, GError **error);
/* One of them: SEEN is called once. FAULT_ABSENT. */
int contact_key_find(Link *link, gint64 id, gint64 clearance, ContactKeySeen seen, gpointer data,
                     GError **error);

/* ---- writing: each is one unit with its journal entry ---- */

typedef struct {
  gint64 contact; /* 0: whose it may be is said when it is confirmed */
  enum contact_key_source source;
  const char *source_name;
} ContactKeyOrigin;

/* Notes one proposal; *ret_id. 1 when the same bytes were brought for the same contact before: *ret_id is
 * that one, whatever became of it, but that a file brings back what was retired; or when the contact has
 * CONTACT_KEY_OPEN_MAX open ones by signed replies (*ret_id is then 0). FAULT_ABSENT for a contact that ACTOR
 * may not see, FAULT_RULE for one that was erased. */
int contact_key_propose(const Contacts *contacts, const Actor *actor, const KeyMaterial *material,
                        const ContactKeyOrigin *origin, gint64 *ret_id, GError **error);
/* ACTOR has seen that the key is CONTACT's (0: of whom it was proposed for). FAULT_RULE when it is not
 * proposed, has ended, was revoked or cannot sign, or is confirmed for another contact; FAULT_INPUT when
 * nobody says whose it is. */
int contact_key_confirm(const Contacts *contacts, const Actor *actor, gint64 id, gint64 contact,
                        GError **error);
/* SINCE: from when on it counts no more; 0: now. FAULT_INPUT for a moment to come. 1 when it was retired
 * before. */
int contact_key_retire(const Contacts *contacts, const Actor *actor, gint64 id, gint64 since,
                       const char *reason, GError **error);
