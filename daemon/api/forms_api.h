/* SPDX-License-Identifier: GPL-3.0-or-later */
/* forms_api.h - the rows of the forms table as JSON, and how many letters of a roll use which. Only this room
 * includes it. */
#pragma once

#include "mailing/mailing.h"

#include <jansson.h>

/* Adds to ROLL, the JSON of a mailing's roll, "unreviewed_forms", how many of its letters use rows that
 * nobody has reviewed, and "unreviewed_rows", which rows those are. */
int forms_api_add_use(Link *link, const Mailing *mailing, json_t *roll, GError **error);
