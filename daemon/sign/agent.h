/* SPDX-License-Identifier: GPL-3.0-or-later */
/* agent.h - one command to the agent of a home, over the socket in it. Only this room includes it. gpgme
 * could carry it too, but ends the process when the agent goes away before it has greeted (1.18). */
#pragma once

#include "sign/home.h"

/* COMMAND is one line of the agent's protocol, without its end; it is written and nowhere kept. FAULT_BUSY
 * when no agent runs or it does not answer in time (it is then ended), FAULT_RULE when it refuses. */
int agent_tell(Home *home, const char *command, GError **error);
