/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/groups.h"

static const Command *const all[] = {contacts_commands,
                                     cards_commands,
                                     lists_commands,
                                     documents_commands,
                                     templates_commands,
                                     mailings_commands,
                                     deliveries_commands,
                                     acknowledgements_commands,
                                     statistics_commands,
                                     inbound_commands,
                                     proposals_commands,
                                     log_commands,
                                     keys_commands,
                                     users_commands,
                                     clock_commands,
                                     house_commands,
                                     NULL};

const CommandTable groups_all = {.program = "valise",
                                 .sentence = "Carries documents to people who matter, and keeps the proof.",
                                 .groups = all};
