/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/prior.h"

#include "base/fault.h"
#include "base/ident.h"
#include "mailing/supplement.h"

void prior_free(Prior *prior) {
  if (prior == NULL)
    return;
  document_free(prior->document);
  g_free(prior);
}

static int take_document(Link *link, const Mailing *m, Prior *prior, GError **error) {
  if (m->documents->len == 0)
    return 0;
  return document_find(link, g_array_index(m->documents, gint64, 0), &prior->document, error);
}

/* FAULT_RULE in the place of what finding says. */
static int find_mailing(Link *link, const char *id, gint64 clearance, Mailing **ret, GError **error) {
  gint64 number = 0;
  g_autoptr(GError) own = NULL;
  int r = ident_parse(IDENT_MAILING, id, &number, &own);
  if (r == 0)
    r = mailing_find(link, clearance, number, ret, &own);
  if (r == FAULT_ABSENT || r == FAULT_INPUT)
    return fault(error, FAULT_RULE, "the value prior: %s", own->message);
  if (r < 0)
    g_propagate_error(error, g_steal_pointer(&own));
  return r;
}

int prior_check(Link *link, const char *id, gint64 clearance, GError **error) {
  g_autoptr(Mailing) m = NULL;
  return find_mailing(link, id, clearance, &m, error);
}

/* Who named it was allowed to: prior_check. */
static int find(Link *link, const Mailing *mailing, const char *id, Prior *prior, GError **error) {
  g_autoptr(Mailing) m = NULL;
  int r = find_mailing(link, id, 1, &m, error);
  if (r < 0)
    return r;
  if (m->id == mailing->id)
    return fault(error, FAULT_RULE, "the value prior: %s: a letter cannot follow itself; name an earlier one",
                 id);
  prior->mailing = m->id;
  prior->began = m->started_at != 0 ? m->started_at : m->at;
  return take_document(link, m, prior, error);
}

/* What the value names, else the mailing that this one supplements; *ret is NULL for neither. */
static int name_prior(Link *link, const Mailing *mailing, char **ret, GError **error) {
  g_autoptr(GHashTable) values = NULL;
  gint64 base = 0;
  int r = mailing_values(link, mailing->id, &values, error);
  if (r < 0)
    return r;
  *ret = g_strdup(g_hash_table_lookup(values, "prior"));
  if (*ret != NULL)
    return 0;
  r = supplement_of(link, mailing->id, &base, error);
  if (r == 0)
    *ret = ident_text(IDENT_MAILING, base); /* NULL for none */
  return r;
}

int prior_find(Link *link, const Mailing *mailing, Prior **ret, GError **error) {
  g_autofree char *id = NULL;
  int r = name_prior(link, mailing, &id, error);
  if (r < 0 || id == NULL)
    return r < 0 ? r : 1;
  g_autoptr(Prior) prior = g_new0(Prior, 1);
  r = find(link, mailing, id, prior, error);
  if (r == 0)
    *ret = g_steal_pointer(&prior);
  return r;
}

gboolean prior_differs(const Prior *prior, const Document *document, const char *language) {
  if (prior->document == NULL || document == NULL)
    return prior->document != document;
  const DocumentVersion *was = document_version(prior->document, language),
                        *is = document_version(document, language);
  if (was == NULL || is == NULL)
    return prior->document->id != document->id;
  return !digest_equal(&was->digest, &is->digest);
}
