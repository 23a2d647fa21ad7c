/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/contact_signature.h"

#include <string.h>

#include "base/fault.h"
#include "contacts/contact_key_rows.h"
#include "sign/carried_keys.h"

static const struct {
  const char *name, *sentence;
} states[] = {
#define STATE(symbol, name, sentence) {name, sentence},
#include "contacts/contact_signature_states.def"
#undef STATE
};

void contact_signature_clear(ContactSignature *signature) {
  g_clear_pointer(&signature->address, g_free);
}

static void call_it(ContactSignature *signature, enum contact_signature_state state) {
  signature->name = states[state].name;
  signature->sentence = states[state].sentence;
}

/* ---- whose address is it? ---- */

static int read_bound(ContactRing *ring, const SignedParts *parts, GPtrArray **ret, GError **error) {
  g_autoptr(Link) link = NULL;
  int r = store_read(contact_ring_contacts(ring)->store, &link, error);
  return r < 0 ? r : contact_key_rows_bound(link, parts->from->folded, parts->protocol, ret, error);
}

/* ---- what is it worth? ---- */

/* It was good at AT: is it by a key that then counted for the author? */
static void find_signer(const GPtrArray *keys, gint64 at, ContactSignature *ret) {
  gboolean known = FALSE;
  for (guint i = 0; i < keys->len && !ret->good; i++) {
    const BoundKey *key = g_ptr_array_index(keys, i);
    if (strcmp(key->fingerprint, ret->fingerprint) != 0)
      continue;
    known = TRUE;
    if (key->retired_at != 0 && at >= key->retired_at)
      continue;
    ret->good = TRUE;
    ret->contact = key->contact;
    ret->key = key->id;
  }
  if (!ret->good)
    call_it(ret, known ? CONTACT_SIGNATURE_KEY_RETIRED : CONTACT_SIGNATURE_OTHER_KEY);
}

/* Nothing but the end of the key speaks against it, and it came before that end. */
static gboolean was_good_then(const GPtrArray *keys, const SignatureCheck *check, gint64 at) {
  for (guint i = 0; check->was_good && i < keys->len; i++) {
    const BoundKey *key = g_ptr_array_index(keys, i);
    if (strcmp(key->fingerprint, check->fingerprint) == 0 && at < key->expires_at)
      return TRUE;
  }
  return FALSE;
}

/* Whether another's key happens to lie in the home must not show: a key of nobody and one of somebody else
 * are the same here. */
static gboolean is_by_another(const GPtrArray *keys, const SignatureCheck *check) {
  static const enum signature_state said_of_keys[] = {SIGNATURE_KEY_UNKNOWN, SIGNATURE_KEY_EXPIRED,
                                                      SIGNATURE_KEY_REVOKED, SIGNATURE_UNTRUSTED};
  for (guint i = 0; i < keys->len; i++)
    if (strcmp(((const BoundKey *)g_ptr_array_index(keys, i))->fingerprint, check->fingerprint) == 0)
      return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS(said_of_keys); i++)
    if (check->state == said_of_keys[i])
      return TRUE;
  return FALSE;
}

static void judge(const SignedMail *mail, const GPtrArray *keys, gint64 at, ContactSignature *ret) {
  g_strlcpy(ret->fingerprint, mail->signature.fingerprint, KEY_FINGERPRINT_SIZE);
  ret->made_at = mail->signature.at;
  gboolean good = signed_mail_is_good(mail) || was_good_then(keys, &mail->signature, at);
  ret->name = good ? signature_state_name(SIGNATURE_GOOD) : signed_mail_name(mail);
  ret->sentence = good ? signature_state_sentence(SIGNATURE_GOOD) : signed_mail_sentence(mail);
  if (good)
    find_signer(keys, at, ret);
  else if (ret->whole && is_by_another(keys, &mail->signature))
    call_it(ret, CONTACT_SIGNATURE_OTHER_KEY);
}

static int check(ContactRing *ring, GBytes *raw, const GPtrArray *keys, gint64 at, ContactSignature *ret,
                 GError **error) {
  g_auto(SignedMail) mail = {0};
  Home *home = NULL;
  int r = contact_ring_take(ring, keys, &home, error);
  if (r < 0)
    return r;
  r = signed_mail_check(home, raw, at, &mail, error);
  contact_ring_give_back(ring);
  if (r == 0)
    judge(&mail, keys, at, ret);
  return r;
}

int contact_signature_judge(ContactRing *ring, GBytes *raw, gint64 at, ContactSignature *ret,
                            GError **error) {
  g_auto(SignedParts) parts = {0};
  g_autoptr(GPtrArray) keys = NULL;
  signed_parts_read(raw, &parts);
  *ret = (ContactSignature){.name = signed_parts_state_name(parts.state),
                            .sentence = signed_parts_state_sentence(parts.state),
                            .whole = parts.state == SIGNED_PARTS_WHOLE,
                            .protocol = parts.protocol,
                            .address = parts.from != NULL ? g_strdup(parts.from->send) : NULL};
  if (!ret->whole)
    return 0;
  ret->headers = parts.headers;
  int r = read_bound(ring, &parts, &keys, error);
  /* Strangers are not even asked about: gpgsm would keep whatever certificates they send. */
  if (r == 0 && keys->len == 0)
    call_it(ret, CONTACT_SIGNATURE_NOT_BOUND);
  else if (r == 0)
    r = check(ring, raw, keys, at, ret, error);
  if (r < 0)
    contact_signature_clear(ret);
  return r;
}

/* ---- what it carries ---- */

/* Of certificates only the author's own: chains and whatever else comes along are nobody's key. */
static gboolean is_of(const KeyMaterial *material, const SignedParts *parts) {
  g_autofree char *folded = material->address != NULL ? g_utf8_casefold(material->address, -1) : NULL;
  return material->protocol == SIGNED_OPENPGP || g_strcmp0(folded, parts->from->folded) == 0;
}

static int propose_one(ContactRing *ring, const Actor *actor, const KeyMaterial *material,
                       const GArray *contacts, const char *source, guint *count, GError **error) {
  int r = 0;
  for (guint i = 0; r >= 0 && i < contacts->len; i++) {
    gint64 id = 0;
    ContactKeyOrigin origin = {.contact = g_array_index(contacts, gint64, i),
                               .source = CONTACT_KEY_SIGNED_REPLY,
                               .source_name = source};
    r = contact_key_propose(contact_ring_contacts(ring), actor, material, &origin, &id, error);
    *count += r == 0;
  }
  return MIN(r, 0);
}

static int propose_file(ContactRing *ring, const Actor *actor, const SignedParts *parts, GBytes *bytes,
                        const GArray *contacts, const char *source, guint *count, GError **error) {
  g_autoptr(GPtrArray) keys = NULL;
  g_autoptr(GError) unreadable = NULL;
  int r = key_file_read(contact_ring_folder(ring), bytes, &keys, &unreadable);
  if (r == FAULT_INPUT)
    return 0;
  if (r < 0)
    g_propagate_error(error, g_steal_pointer(&unreadable));
  for (guint i = 0; r == 0 && i < keys->len; i++)
    if (is_of(g_ptr_array_index(keys, i), parts))
      r = propose_one(ring, actor, g_ptr_array_index(keys, i), contacts, source, count, error);
  return r;
}

int contact_signature_propose(ContactRing *ring, const Actor *actor, GBytes *raw, const char *source,
                              guint *ret, GError **error) {
  g_auto(SignedParts) parts = {0};
  g_autoptr(GPtrArray) carried = NULL;
  g_autoptr(GArray) contacts = NULL;
  *ret = 0;
  signed_parts_read(raw, &parts);
  if (parts.state != SIGNED_PARTS_WHOLE)
    return 0;
  g_autoptr(Link) link = NULL;
  int r = store_read(contact_ring_contacts(ring)->store, &link, error);
  if (r == 0)
    r = contact_key_rows_addressed(link, parts.from->folded, &contacts, error);
  if (r < 0 || contacts->len == 0)
    return r;
  g_clear_pointer(&link, link_return);
  carried_keys_find(&parts, &carried);
  for (guint i = 0; r == 0 && i < carried->len; i++)
    r = propose_file(ring, actor, &parts, g_ptr_array_index(carried, i), contacts, source, ret, error);
  return r;
}
