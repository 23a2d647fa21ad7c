/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fact_rows.h - facts as rows. Only this room includes it. */
#pragma once

#include "outbox/fact.h"

/* 1: this source had said so before. A hard bounce marks its delivery as bounced. */
int fact_rows_insert(Link *link, const DeliveryRow *row, Fact *fact, GError **error);
int fact_rows_withdraw(Link *link, gint64 delivery, gint64 source, GError **error);
int fact_rows_of(Link *link, gint64 delivery, GPtrArray *to, GError **error);
int fact_rows_of_source(Link *link, gint64 source, GPtrArray *to, GError **error);
int fact_rows_bounced_before(Link *link, gint64 channel, gint64 mailing, gint64 until, gboolean *ret,
                             GError **error);
int fact_rows_erase(Link *link, gint64 contact, GError **error);
