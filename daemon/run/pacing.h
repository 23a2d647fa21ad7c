/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pacing.h - the outbox's rules of pace and calendar, as the configuration has them. Only this room includes
 * it. */
#pragma once

#include "config/config.h"
#include "outbox/outbox.h"

typedef struct {
  GArray *quiet, *closed; /* what the rules point to */
  GPtrArray *together;
} Pacing;

/* Fills the rules of OPTIONS; PACING outlives their use. */
void pacing_fill(const Config *config, Pacing *pacing, OutboxOptions *options);
/* Do both say the same? */
gboolean pacing_equal(const ConfigPace *a, const ConfigPace *b);
void pacing_clear(Pacing *pacing);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Pacing, pacing_clear)
