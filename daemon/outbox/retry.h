/* SPDX-License-Identifier: GPL-3.0-or-later */
/* retry.h - pure: when to try again, or not at all. Sees no clock and no dice: both are handed in. */
#pragma once

#include <glib.h>

typedef struct {
  gint64 first;    /* microseconds after the first deferral */
  double factor;   /* each further interval is so many times longer */
  gint64 ceiling;  /* no interval is longer */
  double jitter;   /* 0..1: the share of an interval that chance may add or take */
  gint64 attempts; /* after so many that counted it is parked */
} RetryPolicy;

/* ATTEMPTS that counted so far, this one included; CHANCE in 0..1. The next moment, or 0: give up. */
gint64 retry_next(const RetryPolicy *policy, gint64 attempts, gint64 now, double chance);
