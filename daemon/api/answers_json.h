/* SPDX-License-Identifier: GPL-3.0-or-later */
/* answers_json.h - what addressees answered, in other answers: of a delivery, of a mailing. Only this room
 * includes it. */
#pragma once

#include "acknowledgement/survey.h"
#include "api/ask.h"

json_t *answers_json_event(const Acknowledgement *event);
/* "acknowledgement" of an addressee: {kind meaning time by ...}, or null. */
int answers_json_of(const Ask *ask, Link *link, gint64 addressee, json_t **ret, GError **error);
/* Adds "acknowledgements" to MAILING's object: how many answered, are missing, and so on. */
int answers_json_add_counts(Link *link, const Mailing *mailing, json_t *to, GError **error);
