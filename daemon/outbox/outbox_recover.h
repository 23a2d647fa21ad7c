/* SPDX-License-Identifier: GPL-3.0-or-later */
/* outbox_recover.h - what an abrupt stop left behind. Only this room includes it. */
#pragma once

#include "outbox/outbox.h"

/* CLAIMED goes back to READY (no copy can exist); COMMITTING becomes IN_DOUBT under its epoch (a copy may).
 * Reads the hold as well. Before any courier runs. */
int outbox_recover(Outbox *outbox, GError **error);
