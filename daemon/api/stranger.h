/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stranger.h - our own public pages, fetched as a stranger's program would. Only this room includes it. */
#pragma once

#include <glib.h>

#define STRANGER_PATIENCE 10 /* seconds, all in all */

/* GETs URL (http or https, no proxy, no redirection), at most MAX bytes. FAULT_SYSTEM with what a person can
 * do about it: no answer, a certificate that does not hold, another status than 200, more than MAX. */
int stranger_fetch(const char *url, gsize max, GBytes **ret, GError **error);
