/* SPDX-License-Identifier: GPL-3.0-or-later */
/* markdown_inner.h - Markdown as a tree, for letter.c, which looks into it before it is written out */
#pragma once

#include <cmark.h>
#include <glib.h>

/* The tree; the caller frees it with cmark_node_free. */
cmark_node *markdown_tree(const char *markdown, gsize length);
/* Appends the text of a tree with its paragraphs marked for wrapping (wrap.h), each block followed by an
 * empty line. */
void markdown_tree_text(cmark_node *tree, GString *out);
/* Appends the HTML of a tree, raw HTML left out. */
void markdown_tree_html(cmark_node *tree, GString *out);
