/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/retry.h"

gint64 retry_next(const RetryPolicy *policy, gint64 attempts, gint64 now, double chance) {
  if (attempts >= policy->attempts)
    return 0;
  double interval = (double)policy->first;
  for (gint64 i = 1; i < attempts && interval < (double)policy->ceiling; i++)
    interval *= policy->factor;
  interval = MIN(interval, (double)policy->ceiling);
  interval *= 1.0 + policy->jitter * (2.0 * chance - 1.0);
  return now + MAX((gint64)interval, 1);
}
