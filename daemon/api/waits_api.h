/* SPDX-License-Identifier: GPL-3.0-or-later */
/* waits_api.h - what holds mail back that nobody holds: hours, days, pace, relays; for the status and for a
 * mailing */
#pragma once

#include "api/ask.h"
#include "mailing/mailing.h"

/* "relays": [{name, url, up, resting_until, words, relayed, connections, connections_max}]; the words and the
 * number are not for those who see attendees only. "waits": {offices, attendees}, each null or {until, why}.
 */
void waits_api_add_status(const Ask *ask, json_t *to);
/* "waits": null or {until, why}, for a mailing under way. */
int waits_api_add(const Ask *ask, Link *link, const Mailing *m, json_t *to, GError **error);
