/* SPDX-License-Identifier: GPL-3.0-or-later */
/* proposals_json.h - proposals and questions as JSON. Only this room includes it. */
#pragma once

#include "api/ask.h"
#include "proposals/edition.h"

/* Never NULL. */
json_t *proposals_json_one(const Proposal *p);
/* With its sources, when others went into it, and its history; read by LINK for the asker. */
int proposals_json_whole(const Ask *ask, Link *link, gint64 id, json_t **ret, GError **error);
/* All that CONTACT put forward, in whatever edition, put into the array TO. */
int proposals_json_of_contact(const Ask *ask, Link *link, gint64 contact, json_t *to, GError **error);
json_t *proposals_json_edition(const Edition *edition);
