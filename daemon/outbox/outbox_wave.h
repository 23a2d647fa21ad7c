/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * outbox_wave.h - deliveries that wait for their wave
 *
 * What waits is planned for a moment that never comes, another one for each wave of its mailing, so that the
 * index by which due deliveries are found serves to find a wave's too. Opening it gives them a moment that
 * has come; gates, holds and last moments are as for any other.
 */
#pragma once

#include "outbox/outbox.h"

#include <glib.h>

#define OUTBOX_WAVES_MAX 1000

/* For DeliveryPlan.due; WAVE is 1 to OUTBOX_WAVES_MAX. */
gint64 outbox_wave_due(gint64 wave);
/* TRUE for such a moment. */
gboolean outbox_wave_waits(gint64 due);
/* Within a unit of work: up to LIMIT deliveries of the wave are due from DUE on; *ret_n how many. Called
 * again until that is 0. */
int outbox_wave_open(Link *link, gint64 mailing, gint64 wave, gint64 due, gint64 limit, gint64 *ret_n,
                     GError **error);

typedef struct {
  gint64 wave;
  gint64 counts[DELIVERY_STATES];
} OutboxWave;
/* Of each wave of MAILING that has deliveries (OutboxWave, by number). Walks over an index of them. */
int outbox_wave_counts(Link *link, gint64 mailing, GArray **ret, GError **error);
