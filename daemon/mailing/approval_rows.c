/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/approval_rows.h"

int approval_rows_put(Link *link, const Mailing *mailing, const ActSignature *signature, GError **error) {
  int r = link_run(link, error,
                   "INSERT INTO approval_signatures (mailing, digest, approver, armour, fingerprint, key,"
                   " signed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
                   " ON CONFLICT (mailing, digest, approver) DO UPDATE SET armour = excluded.armour,"
                   " fingerprint = excluded.fingerprint, key = excluded.key, signed_at = excluded.signed_at",
                   "idtbtbi", mailing->id, &mailing->digest, signature->signer, signature->armour,
                   signature->fingerprint, signature->key, signature->at);
  return MIN(r, 0);
}

int approval_signature_find(Link *link, gint64 mailing, const Digest *digest, ActSignature **ret,
                            GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error,
                     "SELECT armour, key, fingerprint, approver, signed_at FROM approval_signatures"
                     " WHERE mailing = ?1 AND digest = ?2 ORDER BY signed_at DESC LIMIT 1",
                     "id", mailing, digest);
  if (r == 0)
    r = statement_step(s, error);
  if (r <= 0)
    return r < 0 ? r : 1;
  *ret = g_new0(ActSignature, 1);
  **ret = (ActSignature){.armour = statement_bytes(s, 0),
                         .key = statement_bytes(s, 1),
                         .fingerprint = g_strdup(statement_text(s, 2)),
                         .signer = g_strdup(statement_text(s, 3)),
                         .at = statement_int(s, 4)};
  return 0;
}
