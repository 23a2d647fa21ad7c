/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * own_words.h - what somebody wrote himself, in a text that also quotes what it answers
 *
 * Taken away are: what is quoted (">" at the beginning of a line); the sentence above it ("Le … a écrit :");
 * the copy that office programs put below an answer without marking it ("De : … Envoyé : … Objet : …");
 * the signature below "-- "; the line in which a telephone names itself.
 *
 * Where it is not sure, it keeps: a proposal that is shown with too many words is read by a person, one that
 * is cut is lost. So an unmarked copy stays when nothing was written above it, or when what was written says
 * that the answers stand within it; what somebody forwards to us stays whole; two quoted lines that nothing
 * announces may be his own.
 */
#pragma once

#include <glib.h>

#define OWN_WORDS_LINES_MAX 20000

/* TEXT is valid UTF-8; lines end in LF or CRLF. "" when all of it is quoted. The caller frees it. */
char *own_words(const char *text);

/* Does LINE, or the last lines of which it is made, announce a quotation? For texts that mark quotations in
 * another way than by ">". */
gboolean own_words_announce(const char *line);
