/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spans.h - hours of the day, days of the year and of the week, and rates, as people write them; pure */
#pragma once

#include "config/config.h"

/* "30/min", "600 / hour", "5 / 10 min". */
gboolean spans_rate(const char *text, ConfigRate *ret);
/* "20:00-07:00": hours and minutes, over midnight when the second is the smaller; they must differ. */
gboolean spans_quiet(const char *text, ConfigQuiet *ret);
/* "2013-12-23..2014-01-05", or one day. */
gboolean spans_closure(const char *text, ConfigClosure *ret);
/* "mon-fri", "mon, wed, fri-sun": bit 0 is Monday. */
gboolean spans_weekdays(const char *text, guint *ret);
