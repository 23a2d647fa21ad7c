/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_text.h - the words of an HTML text, for judging it; nothing is loaded, run or shown */
#pragma once

#include <glib.h>

#define HTML_TEXT_DEPTH_MAX 200

/* HTML is valid UTF-8. Elements of style, script and head are left out; blocks and line breaks end lines. At
 * most MAX bytes. The caller frees it. */
char *html_text(const char *html, gsize length, gsize max);
