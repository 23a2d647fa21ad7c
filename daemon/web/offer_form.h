/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * offer_form.h - the part of a letter's page in which its recipient puts something forward. Only this room
 * includes it.
 *
 * A field for each question that is worded, or a single one where none is; there on letters that brought a
 * pre-report. It is a form of its own, so that nobody has to fill it to confirm receipt.
 */
#pragma once

#include "outbox/outbox.h"
#include "web/visit.h"

#define OFFER_ACTION   "propose"
#define OFFER_TEXT_MAX 3000 /* characters of a field */
#define OFFER_FORM_MAX                                                                                       \
  (24 * 1024)          /* bytes of the form, as it is sent: what was written fits on the page again */
#define OFFER_FIELDS 9 /* questions that have one */

/* FIELDS (may be NULL): what stood in it. */
int offer_form_add(Page *page, const Visit *visit, const char *path, GHashTable *fields, GError **error);

/* What became of it: 0 and *ret_ids (the caller frees it), "P-12, P-13"; or what is to be said instead. */
enum offer_outcome { OFFER_TAKEN, OFFER_NOTHING, OFFER_UNREADABLE, OFFER_TOO_MANY };
int offer_form_take(const Visit *visit, const DeliveryRow *delivery, gboolean restricted, GHashTable *fields,
                    enum offer_outcome *ret, char **ret_ids, GError **error);
