/* SPDX-License-Identifier: GPL-3.0-or-later */
/* waves_api.h - the waves of a mailing in JSON. Only this room includes it. */
#pragma once

#include "api/ask.h"
#include "mailing/wave.h"

/* The field "waves", texts as wave_parse reads them; *ret stays NULL when it is absent. */
int waves_api_read(const Ask *ask, GPtrArray **ret, GError **error);
/* Adds "waves" and "waiting" to TO, the JSON of MAILING. *ret_waiting: deliveries that wait for a person. */
int waves_api_add(const Ask *ask, Link *link, const Mailing *mailing, json_t *to, gint64 *ret_waiting,
                  GError **error);
