/* SPDX-License-Identifier: GPL-3.0-or-later */
/* groups.h - the commands of each noun, each array ended by {0} in the file of its noun */
#pragma once

#include "cli/command.h"

extern const Command contacts_commands[];
extern const Command cards_commands[]; /* contacts duplicates, merge, erase ... */
extern const Command lists_commands[];
extern const Command documents_commands[];
extern const Command templates_commands[];
extern const Command mailings_commands[];
extern const Command deliveries_commands[];
extern const Command acknowledgements_commands[];
extern const Command statistics_commands[]; /* acknowledgements statistics */
extern const Command inbound_commands[];
extern const Command proposals_commands[];
extern const Command log_commands[];
extern const Command keys_commands[];
extern const Command users_commands[];
extern const Command clock_commands[];
extern const Command house_commands[]; /* hold, unhold, status, doctor */

extern const CommandTable groups_all;
