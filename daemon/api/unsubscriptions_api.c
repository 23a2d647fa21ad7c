/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/contact_json.h"
#include "api/handlers.h"
#include "base/fault.h"
#include "contacts/unsubscription.h"
#include "mailing/mailing.h"

/* A person said so in another way than by the link: noted by whoever heard it. */
int unsubscriptions_api_note(Ask *ask, GError **error) {
  static const char *const known[] = {"category", "withdrawn", NULL};
  Unsubscription what = {0};
  gboolean withdrawn = FALSE;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = contact_json_target(ask, &what.contact, error);
  if (r == 0)
    r = ask_needed(ask, "category", 40, &what.category, error);
  if (r == 0)
    r = ask_flag(ask, "withdrawn", &withdrawn, error);
  if (r == 0 && !g_strv_contains(mailing_categories, what.category)) {
    g_autofree char *names = g_strjoinv(", ", (char **)mailing_categories);
    r = fault(error, FAULT_INPUT, "category: \"%s\" is none; there are %s", what.category, names);
  }
  if (r == 0)
    r = withdrawn ? unsubscription_withdraw(ask->house->contacts, ask->actor, &what, error)
                  : unsubscription_note(ask->house->contacts, ask->actor, &what, error);
  return r < 0 ? r : contact_json_respond(ask, 200, what.contact, error);
}
