/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/publication.h"

#include "base/fault.h"
#include "base/ident.h"
#include "mailing/document_rows.h"
#include "mailing/permit.h"

gboolean publication_is_out(const DocumentVersion *version, gint64 now) {
  return version->public_at != 0 && version->public_at <= now;
}

/* ---- setting ---- */

typedef struct {
  Desk *desk;
  const Actor *actor;
  gint64 document, at, now;
} Publishing;

static int note(const Publishing *p, Link *link, const Document *document, const char *languages,
                GError **error) {
  char id[IDENT_SIZE];
  g_autofree char *when = moment_rfc3339(p->at);
  g_autofree char *text =
      g_strdup_printf("%s %s: %s, from %s on", ident_into(IDENT_DOCUMENT, document->id, id), document->title,
                      languages, when);
  g_autofree char *facts = g_strdup_printf("document=%s\nlanguages=%s\npublic-at=%s\n", id, languages, when);
  Entry entry = {.kind = ENTRY_DOCUMENT_PUBLISHED, .user = p->actor->name, .text = text, .facts = facts};
  return journal_add(desk_journal(p->desk), link, &entry, error);
}

static int publish_unit(Link *link, gpointer data, GError **error) {
  const Publishing *p = data;
  g_autoptr(Document) document = NULL;
  g_autoptr(GString) languages = g_string_new(NULL);
  gboolean frozen = FALSE;
  int r = document_find(link, p->document, &document, error);
  for (guint i = 0; r == 0 && i < document->versions->len; i++) {
    const DocumentVersion *v = g_ptr_array_index(document->versions, i);
    frozen = frozen || v->frozen_at != 0;
    if (v->frozen_at == 0 || v->public_at == p->at || publication_is_out(v, p->now))
      continue;
    r = document_rows_publish(link, p->document, v->language, p->at, error);
    g_string_append_printf(languages, "%s%s", languages->len > 0 ? ", " : "", v->language);
  }
  if (r < 0)
    return r;
  char id[IDENT_SIZE];
  if (!frozen)
    return fault(
        error, FAULT_RULE,
        "%s has no frozen version, and only what no longer changes can be made public; freeze it first",
        ident_into(IDENT_DOCUMENT, p->document, id));
  return languages->len == 0 ? 1 : note(p, link, document, languages->str, error);
}

int publication_set(Desk *desk, const Actor *actor, gint64 document, gint64 at, GError **error) {
  int r = permit_check(actor, PERMIT_ORGANISE, "publishing a document", error);
  if (r < 0)
    return r;
  gint64 now = clock_wall(desk_clock(desk));
  Publishing publishing = {desk, actor, document, MAX(at, now), now};
  return store_write(desk_store(desk), publish_unit, &publishing, error);
}

/* ---- asking ---- */

static void keep_what_is_out(Document *document, gint64 now) {
  for (guint i = document->versions->len; i > 0; i--)
    if (!publication_is_out(g_ptr_array_index(document->versions, i - 1), now))
      g_ptr_array_remove_index(document->versions, i - 1);
}

int publication_list(Link *link, gint64 now, gint64 limit, GPtrArray **ret, GError **error) {
  int r = document_rows_list_public(link, now, limit, ret, error);
  for (guint i = 0; r == 0 && i < (*ret)->len; i++)
    keep_what_is_out(g_ptr_array_index(*ret, i), now);
  return r;
}

int publication_find(Link *link, const DocumentCode *code, gint64 now, Document **ret, GError **error) {
  g_autoptr(GPtrArray) documents = NULL;
  int r = document_rows_of_code(link, code, &documents, error);
  for (guint i = 0; r == 0 && i < documents->len; i++) {
    Document *document = g_ptr_array_index(documents, i);
    keep_what_is_out(document, now);
    if (document->versions->len > 0) {
      *ret = g_ptr_array_steal_index(documents, i);
      return 0;
    }
  }
  return r < 0 ? r : 1;
}
