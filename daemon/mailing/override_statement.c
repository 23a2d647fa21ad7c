/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/override_statement.h"

#include "base/ident.h"
#include "contacts/contact.h"
#include "journal/entry.h"
#include "mailing/document.h"
#include "mailing/mailing.h"

static void add_organisation(Desk *desk, GString *to) {
  g_autoptr(MailingSettings) settings = desk_settings(desk);
  const char *own = g_ptr_array_index(settings->languages, 0);
  const char *name = mailing_settings_in(settings, settings->organisation, own);
  entry_line(to, "organisation", name != NULL ? name : settings->from);
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
    entry_line(to, word, document->title);
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
  entry_line(to, "mailing", ident_into(IDENT_MAILING, mailing, id));
  r = add_documents(link, m, to, error);
  if (r < 0)
    return r;
  entry_line(to, "contact", ident_into(IDENT_CONTACT, contact, id));
  entry_line(to, "name", c->name);
  entry_line(to, "reason", reason);
  *ret = g_strdup(to->str);
  return 0;
}
