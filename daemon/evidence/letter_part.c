/* SPDX-License-Identifier: GPL-3.0-or-later */
/* letter_part.c - what left: the message, the documents with our signatures */
#include "evidence/evidence_private.h"

#include "base/fault.h"
#include "mailing/document.h"
#include "mailing/rebuild.h"

static int add_message(Evidence *e, GError **error) {
  g_autoptr(Message) message = NULL;
  g_autofree char *why = NULL;
  int r = rebuild_message(e->desk, e->link, e->delivery, &message, &why, error);
  if (r == 0)
    return bundle_add_message(e->bundle, "message.eml", message, error);
  if (r > 0)
    evidence_lacks(e, "message.eml", why);
  return MIN(r, 0);
}

static int add_version(Evidence *e, guint number, const Document *document, const DocumentVersion *v,
                       GError **error) {
  g_autoptr(MailingSettings) settings = desk_settings(e->desk);
  g_autoptr(GError) why = NULL;
  g_autofree char *prefix = g_strdup_printf("document-%u", number), *name = bundle_name(prefix, v->name);
  g_autofree char *signature = g_strconcat(name, ".asc", NULL);
  if (document_check_version(settings, document, v, &why) < 0) {
    evidence_lacks(e, name, why->message);
    return 0;
  }
  g_autofree char *path = document_path(settings, &v->digest, FALSE);
  int r = bundle_add_file(e->bundle, name, path, error);
  if (r < 0 || v->signature == NULL)
    return r;
  evidence_needs_key(e, v->signature->fingerprint);
  return bundle_add_bytes(e->bundle, signature, v->signature->armour, error);
}

static int add_documents(Evidence *e, GError **error) {
  int r = 0;
  for (guint i = 0; r == 0 && i < e->mailing->documents->len; i++) {
    g_autoptr(Document) document = NULL;
    r = document_find(e->link, g_array_index(e->mailing->documents, gint64, i), &document, error);
    const DocumentVersion *v = r == 0 ? document_version(document, e->delivery->language) : NULL;
    if (v != NULL)
      r = add_version(e, i + 1, document, v, error);
  }
  return r;
}

int letter_part(Evidence *e, GError **error) {
  int r = add_message(e, error);
  return r < 0 ? r : add_documents(e, error);
}
