/* SPDX-License-Identifier: GPL-3.0-or-later */
/* markdown.h - Markdown (CommonMark) to HTML and to plain text; both complete by themselves. Thread-safe. */
#pragma once

#include <glib.h>

#define MARKDOWN_SOURCE_MAX (1024 * 1024) /* bytes */

/* HTML of safe mode: raw HTML and links of other schemes than http, https and mailto are dropped, images
 * become their words. 0 and *ret (the caller frees it); FAULT_INPUT for a source above the ceiling or not
 * UTF-8. */
int markdown_to_html(const char *markdown, gsize length, char **ret, GError **error);

/* Plain text in lines of at most 72 columns: links as "words <address>", lists, headings underlined, block
 * quotes after "> ", thematic breaks as a row of hyphens. Faults as above. */
int markdown_to_text(const char *markdown, gsize length, char **ret, GError **error);
