/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/permit.h"

#include "base/fault.h"

int permit_check(const Actor *actor, guint roles, const char *what, GError **error) {
  if (actor_has(actor, roles))
    return 0;
  g_autofree char *wanted = roles_text(roles);
  return fault(error, FAULT_FORBIDDEN, "%s needs one of the roles %s; %s has none of them", what, wanted,
               actor->name);
}
