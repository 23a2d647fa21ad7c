/* SPDX-License-Identifier: GPL-3.0-or-later */
/* contact_show.h - one contact with all that is noted of it, for people */
#pragma once

#include "cli/call.h"

#include <jansson.h>

void contact_show(Call *call, const json_t *contact);
/* The same with what was sent to it, what it went through, and what the log says of it. */
void contact_show_all(Call *call, const json_t *dossier);
