/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/document_signature.h"

#include <string.h>

#include "base/fault.h"
#include "base/ident.h"
#include "sign/keeper.h"
#include "sign/signature_check.h"

#define CODE_LENGTH 12 /* hexadecimal digits: read once, typed once */

void signing_preview_clear(SigningPreview *preview) {
  g_free(preview->fingerprint);
  g_free(preview->user_id);
  g_free(preview->code);
}

/* ---- what a person must have seen ---- */

static char *code_of(const Document *document, const char *fingerprint) {
  g_autoptr(GString) text = g_string_new(NULL);
  char hex[DIGEST_HEX_SIZE];
  g_string_append_printf(text, "key %s\n", fingerprint);
  for (guint i = 0; i < document->versions->len; i++) {
    const DocumentVersion *v = g_ptr_array_index(document->versions, i);
    digest_hex(&v->digest, hex);
    if (v->frozen_at == 0)
      g_string_append_printf(text, "%s %s %s\n", v->language, hex, v->name);
  }
  Digest digest = digest_of(text->str, text->len);
  digest_hex(&digest, hex);
  return g_strndup(hex, CODE_LENGTH);
}

static gboolean has_open_version(const Document *document) {
  for (guint i = 0; i < document->versions->len; i++)
    if (((const DocumentVersion *)g_ptr_array_index(document->versions, i))->frozen_at == 0)
      return TRUE;
  return FALSE;
}

int document_signature_preview(Desk *desk, const Document *document, SigningPreview *ret, GError **error) {
  Signer *signer = NULL;
  if (!keeper_has_key(desk_keeper(desk)) || !has_open_version(document))
    return 1;
  int r = keeper_signer(desk_keeper(desk), &signer, error);
  if (r < 0)
    return r;
  const Key *key = signer_key(signer);
  ret->fingerprint = g_strdup(key->fingerprint);
  ret->user_id = g_strdup(key->user_id);
  ret->code = code_of(document, key->fingerprint);
  return 0;
}

/* ---- may he? ---- */

static int check_eyes(const Actor *actor, const Document *document, GError **error) {
  char id[IDENT_SIZE];
  if (strcmp(document->kind, "synthesis") != 0 && strcmp(document->kind, "conclusion") != 0)
    return 0;
  for (guint i = 0; i < document->versions->len; i++) {
    const DocumentVersion *v = g_ptr_array_index(document->versions, i);
    if (v->frozen_at == 0 && g_strcmp0(v->added_by, actor->name) == 0)
      return fault(error, FAULT_RULE,
                   "%s is a %s, and %s added %s: a second person must look at it and sign it",
                   ident_into(IDENT_DOCUMENT, document->id, id), document->kind, actor->name, v->name);
  }
  return 0;
}

static int refuse(const Document *document, const SigningPreview *preview, const char *code, GError **error) {
  g_autoptr(GString) files = g_string_new(NULL);
  char id[IDENT_SIZE], hex[DIGEST_HEX_SIZE];
  ident_into(IDENT_DOCUMENT, document->id, id);
  for (guint i = 0; i < document->versions->len; i++) {
    const DocumentVersion *v = g_ptr_array_index(document->versions, i);
    digest_hex(&v->digest, hex);
    if (v->frozen_at == 0)
      g_string_append_printf(files, "%s%s %s (%s)", files->len > 0 ? ", " : "", v->language, v->name, hex);
  }
  return fault(error, FAULT_RULE,
               "%s: %s; freezing signs %s with the key %s of %s; look at them, then: valise documents freeze "
               "%s --confirm %s",
               id,
               code == NULL ? "nobody has confirmed yet what is to be signed"
                            : "what was confirmed is not what is there now",
               files->str, preview->fingerprint, preview->user_id, id, preview->code);
}

int document_signature_permit(Desk *desk, const Actor *actor, const Document *document, const char *code,
                              GError **error) {
  g_auto(SigningPreview) preview = {0};
  Signer *signer = NULL;
  int r = document_signature_preview(desk, document, &preview, error);
  if (r == 0)
    r = check_eyes(actor, document, error);
  if (r == 0 && g_strcmp0(code, preview.code) != 0)
    r = refuse(document, &preview, code, error);
  if (r == 0)
    r = keeper_signer(desk_keeper(desk), &signer, error);
  gint64 now = clock_wall(clock_system());
  return r == 0 ? signer_check(signer, now, now, error) : r;
}

/* ---- signing ---- */

/* One mapping is hashed, signed and checked: it is the same bytes that three times. */
static int sign_version(Desk *desk, const Actor *actor, Signer *signer, DocumentVersion *v, GError **error) {
  g_autoptr(MailingSettings) settings = desk_settings(desk);
  g_autofree char *path = document_path(settings, &v->digest, FALSE);
  g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, NULL);
  g_auto(Signature) made = {0};
  SignatureCheck check = {0};
  Home *home = NULL;
  if (file == NULL)
    return fault(error, FAULT_RULE, "%s is missing; put back the file from a backup", path);
  const char *bytes = g_mapped_file_get_contents(file);
  gsize size = g_mapped_file_get_length(file);
  Digest digest = digest_of(bytes, size);
  if (!digest_equal(&digest, &v->digest))
    return fault(error, FAULT_RULE, "%s has another SHA-256: it was changed; put back the file from a backup",
                 path);
  int r = signer_sign(signer, bytes, size, &made, error);
  if (r == 0)
    r = keeper_home(desk_keeper(desk), &home, error);
  if (r == 0)
    r = signature_check(home, made.armour, bytes, size, clock_wall(clock_system()), &check, error);
  if (r == 0 && (check.state != SIGNATURE_GOOD || strcmp(check.fingerprint, made.fingerprint) != 0))
    r = fault(error, FAULT_RULE, "the signature over %s does not hold (%s); nothing was frozen", v->name,
              signature_state_name(check.state));
  if (r == 0)
    v->signature = document_signature_new(made.armour, made.fingerprint, signer_key(signer)->user_id,
                                          clock_wall(desk_clock(desk)), actor->name);
  return r;
}

int document_signature_make(Desk *desk, const Actor *actor, Document *document, GError **error) {
  Signer *signer = NULL;
  int r = keeper_signer(desk_keeper(desk), &signer, error);
  for (guint i = 0; r == 0 && i < document->versions->len; i++) {
    DocumentVersion *v = g_ptr_array_index(document->versions, i);
    if (v->frozen_at == 0)
      r = sign_version(desk, actor, signer, v, error);
  }
  return r;
}
