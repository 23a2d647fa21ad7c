/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/override.h"

#include <string.h>

#include "base/fault.h"
#include "base/text.h"
#include "contacts/contact_rows.h"
#include "contacts/override_rows.h"
#include "journal/entry.h"

static char *facts(const Override *override) {
  if (override->signature == NULL)
    return NULL;
  GString *to = g_string_new(NULL);
  Digest digest = digest_of(override->statement, strlen(override->statement));
  entry_fact_digest(to, "statement", &digest);
  act_signature_facts(override->signature, to);
  return g_string_free(to, FALSE);
}

static int put(Revision *revision, gpointer data, GError **error) {
  const Override *override = data;
  g_autoptr(ContactVersion) version = NULL;
  int r = contact_rows_load_visible(revision, override->contact, &version, error);
  if (r == 0)
    r = override_rows_put(revision, override, error);
  revision_note(revision, ENTRY_OVERRIDE_ADDED, override->contact, g_strdup(override->reason));
  revision->entry_mailing = override->mailing;
  revision->entry_facts = facts(override);
  return r;
}

int override_note(const Contacts *contacts, const Actor *actor, const Override *override, GError **error) {
  if (!actor_has(actor, ROLE_APPROVER))
    return fault(error, FAULT_FORBIDDEN, "only an approver speaks for the Board; ask one to note its reason");
  if (text_blank(override->reason))
    return fault(error, FAULT_INPUT, "the Board's reason is empty; write it down");
  int r = text_check_line("reason", override->reason, -1, TEXT_LINE_MAX, error);
  return r == 0 ? revision_by_hand(contacts, actor, put, (gpointer) override, error) : r;
}
