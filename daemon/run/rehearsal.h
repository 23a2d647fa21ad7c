/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rehearsal.h - what differs when nothing shall really leave: every relay is a Maildir, the clock can be set
 */
#pragma once

#include "base/clock.h"
#include "config/config.h"

#include <glib.h>

gboolean rehearsal_is_on(const Config *config);
/* Where messages for RELAY go: its url, in a rehearsal a Maildir of its name in the state directory. The
 * caller frees it. */
char *rehearsal_url(const Config *config, const ConfigRelay *relay);
/* Is this mailbox read? In a rehearsal only a Maildir under the state directory is. */
gboolean rehearsal_may_read(const Config *config, const ConfigInbound *inbound);
/* The clock of the whole house; given back with clock_free. */
Clock *rehearsal_clock(const Config *config);
