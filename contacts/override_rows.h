/* SPDX-License-Identifier: GPL-3.0-or-later */
/* override_rows.h - the SQL of overrides. Only this room includes it. */
#pragma once

#include "contacts/override.h"
#include "contacts/revision.h"

int override_rows_put(Revision *revision, const Override *override, GError **error);
