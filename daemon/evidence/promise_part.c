/* SPDX-License-Identifier: GPL-3.0-or-later */
/* promise_part.c - what was approved, and that this addressee was part of it */
#include "evidence/evidence_private.h"

#include <string.h>

#include "base/fault.h"
#include "contacts/override.h"
#include "mailing/approval.h"
#include "mailing/manifest.h"

static int add_manifest(Evidence *e, GError **error) {
  g_autofree char *text = NULL;
  int r = manifest_text(e->link, e->clearance, e->delivery->mailing, &text, error);
  return r < 0 ? r : bundle_add_text(e->bundle, "manifest.txt", text, error);
}

static void add_digest(GString *to, const Digest *digest) {
  char hex[DIGEST_HEX_SIZE];
  digest_hex(digest, hex);
  g_string_append_printf(to, " %s", hex);
}

/* "INDEX SIZE LEAF", then the digests on the way, as proofs.txt has them (entry_part.c). */
static int add_leaf(Evidence *e, GError **error) {
  g_auto(ManifestProof) proof = {0};
  g_autoptr(GString) way = g_string_new(NULL);
  int r = manifest_prove(e->desk, e->clearance, e->addressee->id, &proof, error);
  if (r < 0)
    return r;
  g_string_append_printf(way, "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, proof.index + 1, proof.count);
  add_digest(way, &proof.digest);
  for (guint i = 0; i < proof.length; i++)
    add_digest(way, &proof.path[i]);
  g_string_append_c(way, '\n');
  r = bundle_add_text(e->bundle, "leaf-proof.txt", way->str, error);
  if (r == 0 && proof.leaf == NULL)
    evidence_lacks(e, "leaf.txt", "the addressee was erased; the digest of its line is left");
  return r < 0 || proof.leaf == NULL ? r : bundle_add_text(e->bundle, "leaf.txt", proof.leaf, error);
}

/* The approver's own act, which nobody here could have made in his place. */
static int add_approval(Evidence *e, GError **error) {
  g_autoptr(ActSignature) signature = NULL;
  int r = e->mailing->has_digest
              ? approval_signature_find(e->link, e->mailing->id, &e->mailing->digest, &signature, error)
              : 1;
  if (r != 0)
    return MIN(r, 0);
  r = bundle_add_bytes(e->bundle, "approval.asc", signature->armour, error);
  return r < 0 ? r : bundle_add_bytes(e->bundle, "approval-key.gpg", signature->key, error);
}

/* After a merge the journal says it of the contact that went. */
static gboolean has_entry(const Evidence *e, const ActSignature *signature) {
  char hex[DIGEST_HEX_SIZE];
  Digest digest = act_signature_digest(signature);
  digest_hex(&digest, hex);
  g_autofree char *fact = g_strdup_printf("signature=%s", hex);
  for (guint i = 0; i < e->entries->len; i++) {
    const Shown *entry = g_ptr_array_index(e->entries, i);
    if (strcmp(entry->kind, "override-added") == 0 && evidence_has_fact(entry, fact))
      return TRUE;
  }
  return FALSE;
}

static int take_override(const Override *override, gpointer data, GError **error) {
  Evidence *e = data;
  const ActSignature *signature = override->signature;
  if (override->mailing != e->mailing->id || signature == NULL)
    return 0;
  if (!has_entry(e, signature)) {
    evidence_lacks(e, "override.asc", "it was noted of a contact that was merged into this one");
    return 0;
  }
  int r = bundle_add_text(e->bundle, "override.txt", override->statement, error);
  if (r == 0)
    r = bundle_add_bytes(e->bundle, "override.asc", signature->armour, error);
  return r < 0 ? r : bundle_add_bytes(e->bundle, "override-key.gpg", signature->key, error);
}

int promise_part(Evidence *e, GError **error) {
  int r = add_manifest(e, error);
  if (r == 0)
    r = add_approval(e, error);
  if (r == 0)
    r = override_each(e->link, e->delivery->contact, e->clearance, take_override, e, error);
  return r < 0 ? r : add_leaf(e, error);
}
