/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mailboxes_api.h - who shares a mailbox, beside the lines of a roll. Only this room includes it. */
#pragma once

#include "api/ask.h"
#include "mailing/roll.h"

/* Adds `with` to TO: the others of its roll with the address of LINE, as far as the asker may see them. */
int mailboxes_api_add_with(const Ask *ask, Link *link, const Addressee *line, json_t *to, GError **error);
/* The same for lines (Addressee) that are known. */
json_t *mailboxes_api_with(const GPtrArray *lines);
