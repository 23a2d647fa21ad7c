/* SPDX-License-Identifier: GPL-3.0-or-later */
/* approvals_api.c - a second person stands for one digest, by a signature of his own perhaps */
#include "api/handlers.h"
#include "api/mailings_api.h"
#include "api/user_key.h"
#include "base/fault.h"
#include "mailing/approval.h"
#include "mailing/manifest.h"

/* The manifest's own text is what is signed, and the digest is that of the text that was signed. */
static int approve_signed(const Ask *ask, gint64 mailing, const Digest *digest, const char *armour,
                          GError **error) {
  g_autoptr(Link) link = NULL;
  g_autoptr(ActSignature) signature = NULL;
  g_autofree char *manifest = NULL;
  int r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = manifest_text(link, ask_clearance(ask), mailing, &manifest, error);
  g_clear_pointer(&link, link_return);
  if (r < 0)
    return r;
  Digest found = manifest_digest(manifest);
  if (!digest_equal(&found, digest))
    return fault(error, FAULT_RULE,
                 "digest: it is not that of the manifest; look at the mailing as it is now");
  r = user_key_act(ask->house, ask->actor, armour, manifest, &signature, error);
  return r < 0 ? r : approval_approve_signed(ask->house->desk, ask->actor, mailing, digest, signature, error);
}

int approvals_api_approve(Ask *ask, GError **error) {
  static const char *const known[] = {"digest", "signature", NULL};
  const char *text, *armour = NULL;
  Digest digest;
  gint64 id;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = ask_id(ask, IDENT_MAILING, &id, error);
  if (r == 0)
    r = ask_needed(ask, "digest", 100, &text, error);
  if (r == 0 && !digest_parse(text, &digest))
    r = fault(error, FAULT_INPUT,
              "digest: 64 hexadecimal digits are wanted, as `valise mailings show` prints them");
  if (r == 0)
    r = ask_lines(ask, "signature", ACT_SIGNATURE_MAX, &armour, error);
  if (r == 0)
    r = armour != NULL ? approve_signed(ask, id, &digest, armour, error)
                       : approval_approve(ask->house->desk, ask->actor, id, &digest, error);
  return r < 0 ? r : mailings_api_respond(ask, 200, id, NULL, 0, error);
}
