/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/override_statement.h"

#include <string.h>

#include "base/ident.h"
#include "base/text.h"
#include "contacts/contact.h"
#include "journal/entry.h"
#include "mailing/document.h"
#include "mailing/mailing.h"

#define VALUE_MAX_BYTES (4 * TEXT_LONG_MAX) /* nothing is cut: escaped at most fourfold */

static void add(GString *to, const char *word, const char *value) {
  g_string_append_printf(to, "%s ", word);
  entry_escape(to, value, strlen(value), VALUE_MAX_BYTES);
  g_string_append_c(to, '\n');
}

static void add_organisation(Desk *desk, GString *to) {
  g_autoptr(MailingSettings) settings = desk_settings(desk);
  const char *own = g_ptr_array_index(settings->languages, 0);
  const char *name = mailing_settings_in(settings, settings->organisation, own);
  add(to, "organisation", name != NULL ? name : settings->from);
}

static int add_documents(Link *link, const Mailing *mailing, GString *to, GError **error) {
  int r = 0;
  for (guint i = 0; r == 0 && i < mailing->documents->len; i++) {
    g_autoptr(Document) document = NULL;
    char id[IDENT_SIZE];
    r = document_find(link, g_array_index(mailing->documents, gint64, i), &document, error);
    if (r < 0)
      return r;
    g_autofree char *word = g_strdup_printf("document %s", ident_into(IDENT_DOCUMENT, document->id, id));
    add(to, word, document->title);
  }
  return r;
}

int override_statement(Desk *desk, Link *link, gint64 clearance, gint64 contact, gint64 mailing,
                       const char *reason, char **ret, GError **error) {
  g_autoptr(Contact) c = NULL;
  g_autoptr(Mailing) m = NULL;
  g_autoptr(GString) to = g_string_new("valise-override 1\n");
  char id[IDENT_SIZE];
  int r = contact_find(link, contact, clearance, &c, error);
  if (r == 0)
    r = mailing_find(link, clearance, mailing, &m, error);
  if (r < 0)
    return r;
  add_organisation(desk, to);
  add(to, "mailing", ident_into(IDENT_MAILING, mailing, id));
  r = add_documents(link, m, to, error);
  if (r < 0)
    return r;
  add(to, "contact", ident_into(IDENT_CONTACT, contact, id));
  add(to, "name", c->name);
  add(to, "reason", reason);
  *ret = g_strdup(to->str);
  return 0;
}
