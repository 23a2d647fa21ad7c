/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * log.h - the system log, for the edges of the house (run/, api/) and long-lived threads only
 *
 * Lines go to standard error as "<level> message key=value ..."; under systemd (JOURNAL_STREAM names
 * standard error) with the "<N>" priority prefix. No address, token or secret is ever a value here: things
 * are named by their ids. Control characters in values are escaped. Thread-safe.
 */
#pragma once

#include <glib.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_NOTICE, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/* Lines above LEVEL are dropped; the default is LOG_LEVEL_INFO. */
void log_set_level(enum log_level level);
/* MESSAGE, then pairs of key and value (const char *), ended by NULL. */
void log_line(enum log_level level, const char *message, ...) G_GNUC_NULL_TERMINATED;
/* Tells a fault: WHAT failed, its sentence, and its trail at debug level. */
void log_fault(const char *what, const GError *error);
