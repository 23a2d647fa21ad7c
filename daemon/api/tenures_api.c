/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/contact_json.h"
#include "api/handlers.h"
#include "base/fault.h"
#include "base/text.h"
#include "contacts/tenure.h"

static int read_manner(const Ask *ask, enum tenure_manner *to, TenureChange *change, GError **error) {
  const char *manner;
  int r = ask_text(ask, "manner", 40, &manner, error);
  if (r < 0 || manner == NULL)
    return r;
  if (!tenure_manner_parse(manner, to))
    return fault(error, FAULT_INPUT, "manner: \"%s\" is none of in-office, acting and contested", manner);
  change->manner = to;
  return 0;
}

int tenures_api_set(Ask *ask, GError **error) {
  static const char *const known[] = {"person", "from", "to", "verified_at", "joint", "manner", NULL};
  TenureChange change = {0};
  enum tenure_manner manner;
  gint64 id, person, tenure;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = contact_json_target(ask, &id, error);
  if (r == 0)
    r = contact_json_field(ask, "person", TRUE, &person, error);
  if (r == 0)
    r = contact_json_day(ask, "from", &change.from, error);
  if (r == 0)
    r = contact_json_day(ask, "to", &change.to, error);
  if (r == 0)
    r = contact_json_day(ask, "verified_at", &change.verified_at, error);
  if (r == 0)
    r = ask_flag(ask, "joint", &change.joint, error);
  if (r == 0)
    r = read_manner(ask, &manner, &change, error);
  if (r == 0)
    r = tenure_set(ask->house->contacts, ask->actor, id, person, &change, &tenure, error);
  return r < 0 ? r : contact_json_respond(ask, 201, id, error);
}
