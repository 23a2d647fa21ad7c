/* SPDX-License-Identifier: GPL-3.0-or-later */
/* permit.h - may this actor do that? Asked once more here, whoever asked before. Only this room includes it.
 */
#pragma once

#include "journal/actor.h"

#include <glib.h>

#define PERMIT_PREPARE  (ROLE_ORGANISER | ROLE_VOLUNTEER | ROLE_ADMIN)
#define PERMIT_ORGANISE (ROLE_ORGANISER | ROLE_ADMIN)
#define PERMIT_STEER    (ROLE_ORGANISER | ROLE_APPROVER | ROLE_ADMIN)

/* FAULT_FORBIDDEN with a sentence ("WHAT needs the role organiser or admin; ...") unless ACTOR has one of
 * ROLES. */
int permit_check(const Actor *actor, guint roles, const char *what, GError **error);
