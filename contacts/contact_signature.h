/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * contact_signature.h - a raw message: is it signed by one of our contacts, and by which?
 *
 * The one question of whoever reads answers, with one good answer. Good says all of this at once:
 *   - one signature over the whole message (sign/signed_mail.h: multipart/signed is the root, nothing beside
 *     it);
 *
 *   - by a key that a person has confirmed for a contact (contact_key.h), with exactly the bytes confirmed;
 *
 *   - that contact has the author's address (From) among its e-mail channels, whatever their standing;
 *     Sender, Reply-To and display names count for nothing;
 *
 *   - the key was valid, and not yet retired, at the moment AT.
 *
 * AT is the moment at which the message came here, by our own clock or that of our mailbox, never what the
 * message says of itself. So a key that has ended since spoils no answer that came while it lasted, and the
 * same message judged again a year later is judged the same, with two exceptions on purpose: a key that was
 * confirmed later counts for earlier messages too, and one that its owner has revoked counts for none any
 * more, because a revocation does not say since when others have had it. Keep what was judged when it came.
 *
 * Good does not say that the message is new: who signed once may have been overheard. MADE_AT tells when the
 * signature claims to be made, HEADERS which fields of the header it covers (RFC 9788).
 *
 *     g_auto(ContactSignature) signature = {0};
 *     r = contact_signature_judge(ring, raw, received_at, &signature, error);
 *     if (r == 0 && signature.good) … signature.contact has answered, by a signed reply
 *     else if (r == 0)              … signature.name says why not: a reply, but not a signed one
 *     if (r == 0 && signature.whole)
 *       r = contact_signature_propose(ring, actor, raw, "B-12", &proposed, error);
 *
 * May be called by any number of threads, but not within a unit of the store. It asks gpg: some milliseconds,
 * never more than half a minute.
 */
#pragma once

#include "contacts/contact_ring.h"
#include "journal/actor.h"
#include "sign/signed_mail.h"

enum contact_signature_state {
#define STATE(symbol, name, sentence) symbol,
#include "contacts/contact_signature_states.def"
#undef STATE
  CONTACT_SIGNATURE_STATES
};

typedef struct {
  gboolean good;
  const char *name;              /* "good", or what keeps it from being good; static, part of the interface */
  const char *sentence;          /* the same for people; static */
  gboolean whole;                /* signed over the whole message, whatever the signature is worth */
  enum signed_protocol protocol; /* when whole */
  char *address;  /* the author's, as it is sent to; NULL when unclear. Of what is not good it is a claim */
  gint64 contact; /* whom the key is bound to; 0 when not good */
  gint64 key;     /* its number ("K-7"); 0 when not good */
  char fingerprint[KEY_FINGERPRINT_SIZE]; /* of who signed, as far as that is known; may be empty */
  gint64 made_at;                         /* when the signature says that it was made; 0: unknown */
  guint headers;                          /* an or of enum signed_header; 0 when not whole */
} ContactSignature;
void contact_signature_clear(ContactSignature *signature);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ContactSignature, contact_signature_clear)

/* A fault only when the store or gpg could not be asked: then nothing is known, nothing counts as good, and
 * the same message may be judged again later. */
int contact_signature_judge(ContactRing *ring, GBytes *raw, gint64 at, ContactSignature *ret, GError **error);

/* The keys that a wholly signed message brings along become proposals for the contacts that have its author's
 * address; nothing is believed of them, and nothing that is confirmed changes. SOURCE names the message.
 * ACTOR: who noted it (actor_daemon). *ret counts the new ones: none when nobody has that address, nothing is
 * carried, or what is carried cannot be read. */
int contact_signature_propose(ContactRing *ring, const Actor *actor, GBytes *raw, const char *source,
                              guint *ret, GError **error);
