/* SPDX-License-Identifier: GPL-3.0-or-later */
/* config_check.h - the rules that concern more than one key */
#pragma once

#include "config/complaints.h"
#include "config/config.h"
#include "config/origins.h"

/* Adds a complaint for each broken rule, at the line that set the key, else at the file as a whole. */
void config_check(const Config *config, const Origins *origins, Complaints *complaints);

/* Does the relay stay on this machine: maildir:, null:, or a host that is loopback? */
gboolean config_relay_is_local(const ConfigRelay *relay);
