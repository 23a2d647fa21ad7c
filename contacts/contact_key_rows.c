/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/contact_key_rows.h"

#include <string.h>

#include "base/fault.h"
#include "base/ident.h"
#include "contacts/channel.h"

/* ---- reading ---- */

/* Whom a key is bound to decides who may see it; a key of nobody is as restricted as who brought it. */
#define SELECT_KEYS                                                                                          \
  "SELECT k.id, k.contact, k.state, k.source, k.protocol, k.fingerprint, k.user_id, k.algorithm, k.made_at," \
  " k.expires_at, k.revoked, k.source_name, (SELECT MIN(f.proposed_at) FROM contact_keys f"                  \
  " WHERE f.fingerprint = k.fingerprint), k.proposed_at, k.confirmed_at, k.retired_at, k.proposed_by,"       \
  " k.confirmed_by, k.retired_by, k.reason, k.can_sign FROM contact_keys k"                                  \
  " LEFT JOIN contacts_now c ON c.id = k.contact"                                                            \
  " WHERE coalesce(c.restricted, k.restricted) <= ?1"

static void borrow(Statement *s, ContactKey *to) {
  *to = (ContactKey){.id = statement_int(s, 0),
                     .contact = statement_int(s, 1),
                     .state = (enum contact_key_state)statement_int(s, 2),
                     .source = (enum contact_key_source)statement_int(s, 3),
                     .protocol = (enum signed_protocol)statement_int(s, 4),
                     .fingerprint = statement_text(s, 5),
                     .user_id = statement_text(s, 6),
                     .algorithm = statement_text(s, 7),
                     .made_at = statement_int(s, 8),
                     .expires_at = statement_int(s, 9),
                     .revoked = statement_int(s, 10) != 0,
                     .source_name = statement_text(s, 11),
                     .first_seen = statement_int(s, 12),
                     .proposed_at = statement_int(s, 13),
                     .confirmed_at = statement_int(s, 14),
                     .retired_at = statement_int(s, 15),
                     .proposed_by = statement_text(s, 16),
                     .confirmed_by = statement_text(s, 17),
                     .retired_by = statement_text(s, 18),
                     .reason = statement_text(s, 19),
                     .can_sign = statement_int(s, 20) != 0};
}

int contact_key_each(Link *link, gint64 contact, gint64 clearance, gint64 after, gint64 limit,
                     ContactKeySeen seen, gpointer data, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = contact != 0 ? contact_check(link, contact, clearance, error) : 0;
  if (r == 0)
    r = link_query(link, &s, error,
                   SELECT_KEYS " AND (?2 = 0 OR k.contact = ?2) AND k.id > ?3 ORDER BY k.id LIMIT ?4", "iiii",
                   clearance, contact, after, limit);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    ContactKey key;
    borrow(s, &key);
    r = seen(&key, data, error);
  }
  return r;
}

int contact_key_find(Link *link, gint64 id, gint64 clearance, ContactKeySeen seen, gpointer data,
                     GError **error) {
  g_autoptr(Statement) s = NULL;
  char name[IDENT_SIZE];
  int r = link_query(link, &s, error, SELECT_KEYS " AND k.id = ?2", "ii", clearance, id);
  if (r == 0)
    r = statement_step(s, error);
  if (r < 0)
    return r;
  if (r == 0)
    return fault(error, FAULT_ABSENT, "there is no key %s", ident_into(IDENT_KEY, id, name));
  ContactKey key;
  borrow(s, &key);
  return seen(&key, data, error);
}

/* ---- writing ---- */

int contact_key_rows_insert(Link *link, const KeyMaterial *m, const ContactKeyOrigin *origin,
                            const char *user, gint64 now, gint64 restricted, gint64 *ret_id, GError **error) {
  return link_insert(
      link, ret_id, error,
      "INSERT INTO contact_keys (contact, state, source, source_name, protocol, fingerprint, user_id,"
      " algorithm, made_at, expires_at, revoked, can_sign, material, digest, restricted, proposed_at,"
      " proposed_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
      "kiititttiiiibdiit", origin->contact, (gint64)CONTACT_KEY_PROPOSED, (gint64)origin->source,
      origin->source_name, (gint64)m->protocol, m->fingerprint, m->user_id, m->algorithm, m->created,
      m->expires, (gint64)m->revoked, (gint64)m->can_sign, m->bytes, &m->digest, restricted, now, user);
}

int contact_key_rows_same(Link *link, const KeyMaterial *m, gint64 contact, gint64 *ret_id, gint64 *ret_state,
                          GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error,
                     "SELECT id, state FROM contact_keys WHERE fingerprint = ?1 AND digest = ?2"
                     " AND coalesce(contact, 0) = ?3 ORDER BY id DESC LIMIT 1",
                     "tdi", m->fingerprint, &m->digest, contact);
  if (r < 0 || (r = statement_step(s, error)) <= 0)
    return r < 0 ? r : 1;
  *ret_id = statement_int(s, 0);
  *ret_state = statement_int(s, 1);
  return 0;
}

int contact_key_rows_open(Link *link, gint64 contact, gint64 *ret, GError **error) {
  return link_int(link, ret, error,
                  "SELECT count(*) FROM contact_keys WHERE contact = ?1 AND state = ?2 AND source = ?3",
                  "iii", contact, (gint64)CONTACT_KEY_PROPOSED, (gint64)CONTACT_KEY_SIGNED_REPLY);
}

int contact_key_rows_other(Link *link, const char *fingerprint, gint64 contact, gint64 *ret_contact,
                           GError **error) {
  return link_int(link, ret_contact, error,
                  "SELECT contact FROM contact_keys WHERE fingerprint = ?1 AND state = ?2 AND contact <> ?3",
                  "tii", fingerprint, (gint64)CONTACT_KEY_CONFIRMED, contact);
}

int contact_key_rows_replace(Link *link, const char *fingerprint, gint64 contact, const char *user,
                             gint64 now, const char *reason, GError **error) {
  return link_run(link, error,
                  "UPDATE contact_keys SET state = ?1, retired_at = ?2, retired_by = ?3, reason = ?4"
                  " WHERE fingerprint = ?5 AND contact = ?6 AND state = ?7",
                  "iitttii", (gint64)CONTACT_KEY_RETIRED, now, user, reason, fingerprint, contact,
                  (gint64)CONTACT_KEY_CONFIRMED);
}

int contact_key_rows_confirm(Link *link, gint64 id, gint64 contact, const char *user, gint64 now,
                             GError **error) {
  int r =
      link_run(link, error,
               "UPDATE contact_keys SET state = ?2, contact = ?3, confirmed_at = ?4, confirmed_by = ?5"
               " WHERE id = ?1 AND state = ?6",
               "iiiiti", id, (gint64)CONTACT_KEY_CONFIRMED, contact, now, user, (gint64)CONTACT_KEY_PROPOSED);
  return MIN(r, 0);
}

int contact_key_rows_retire(Link *link, gint64 id, const char *user, gint64 since, const char *reason,
                            GError **error) {
  int r = link_run(link, error,
                   "UPDATE contact_keys SET state = ?2, retired_at = ?3, retired_by = ?4, reason = ?5"
                   " WHERE id = ?1",
                   "iiitt", id, (gint64)CONTACT_KEY_RETIRED, since, user, reason);
  return MIN(r, 0);
}

/* ---- judging ---- */

void bound_key_free(BoundKey *key) {
  if (key == NULL)
    return;
  g_free(key->fingerprint);
  g_clear_pointer(&key->bytes, g_bytes_unref);
  g_free(key);
}

#define ADDRESSED                                                                                            \
  "SELECT h.contact FROM channels_now h JOIN contacts_now c ON c.id = h.contact AND c.standing <> ?3"        \
  " WHERE h.folded = ?1 AND h.kind = ?2"

int contact_key_rows_bound(Link *link, const char *folded, enum signed_protocol protocol, GPtrArray **ret,
                           GError **error) {
  g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func((GDestroyNotify)bound_key_free);
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error,
                     "SELECT id, contact, expires_at, retired_at, fingerprint, digest, material"
                     " FROM contact_keys WHERE confirmed_at > 0 AND protocol = ?4 AND contact IN (" ADDRESSED
                     ") ORDER BY confirmed_at DESC, id DESC",
                     "tiii", folded, (gint64)CHANNEL_EMAIL, (gint64)CONTACT_ERASED, (gint64)protocol);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    gsize size = 0;
    BoundKey *key = g_new0(BoundKey, 1);
    gconstpointer digest = statement_blob(s, 5, &size);
    key->id = statement_int(s, 0);
    key->contact = statement_int(s, 1);
    key->protocol = protocol;
    key->expires_at = statement_int(s, 2);
    key->retired_at = statement_int(s, 3);
    key->fingerprint = g_strdup(statement_text(s, 4));
    memcpy(key->digest.bytes, digest, MIN(size, DIGEST_SIZE));
    key->bytes = statement_bytes(s, 6);
    g_ptr_array_add(keys, key);
    r = 0;
  }
  if (r == 0)
    *ret = g_steal_pointer(&keys);
  return r;
}

int contact_key_rows_addressed(Link *link, const char *folded, GArray **ret, GError **error) {
  g_autoptr(GArray) contacts = g_array_new(FALSE, FALSE, sizeof(gint64));
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error, ADDRESSED " ORDER BY h.contact", "tii", folded, (gint64)CHANNEL_EMAIL,
                     (gint64)CONTACT_ERASED);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    gint64 id = statement_int(s, 0);
    if (contacts->len == 0 || g_array_index(contacts, gint64, contacts->len - 1) != id)
      g_array_append_val(contacts, id);
    r = 0;
  }
  if (r == 0)
    *ret = g_steal_pointer(&contacts);
  return r;
}
