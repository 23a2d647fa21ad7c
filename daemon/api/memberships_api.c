/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/contact_json.h"
#include "api/handlers.h"
#include "base/text.h"
#include "contacts/membership.h"

int memberships_api_note(Ask *ask, GError **error) {
  static const char *const known[] = {"organisation", "role", "from", "to", NULL};
  Membership membership = {0};
  gint64 id;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = contact_json_target(ask, &membership.member, error);
  if (r == 0)
    r = contact_json_field(ask, "organisation", FALSE, &membership.organisation, error);
  if (r == 0)
    r = ask_text(ask, "role", TEXT_NAME_MAX, &membership.role, error);
  if (r == 0)
    r = contact_json_day(ask, "from", &membership.from, error);
  if (r == 0)
    r = contact_json_day(ask, "to", &membership.to, error);
  if (r == 0)
    r = membership_note(ask->house->contacts, ask->actor, &membership, &id, error);
  return r < 0 ? r : contact_json_respond(ask, 201, membership.member, error);
}
