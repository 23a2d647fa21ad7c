/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * letter.h - a wording made ready for one mailing: what is the same for all is done once
 *
 * letter_new puts in the mailing's values and turns the Markdown into HTML and plain text, once; the
 * recipients' tags are left as joints. letter_render then only escapes and joins. No value, of either level,
 * ever meets the Markdown parser or is read as a tag: "[x](https://evil.example)", "**b**", "<script>" and
 * "{{x}}" stay words. In HTML a recipient's words stand in <bdi>, so that a name from right to left turns
 * nothing around it.
 */
#pragma once

#include "templates/wording.h"

#include <glib.h>

typedef struct Letter Letter;

/* WORDING and MAILING are not needed any more afterwards. Every field of the mailing's level that the wording
 * uses must be in MAILING. 0 and *ret; FAULT_INPUT with file, line and tag. */
int letter_new(const Wording *wording, const Value *mailing, Letter **ret, GError **error);
/* The same with FOOT (NULL: none) below the letter in small print: lines parted by LF, the same for all, with
 * no tags in them. */
int letter_new_footed(const Wording *wording, const Value *mailing, const char *foot, Letter **ret,
                      GError **error);
void letter_free(Letter *letter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Letter, letter_free)

/* Appends one recipient's subject (one line, before RFC 2047), plain text (LF, at most 72 columns where words
 * allow) and HTML document (LF). Thread-safe. 0; FAULT_INPUT when RECIPIENT lacks a field or a url is none,
 * and the three are as they were before. */
int letter_render(const Letter *letter, const Value *recipient, GString *subject, GString *text,
                  GString *html, GError **error);
