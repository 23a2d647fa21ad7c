/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * foot.h - what stands in small print below every letter: which key signs, and the journal's head as of its
 * submission
 *
 * Each recipient then holds a witness: whoever wrote the journal anew later, or cut off its end, would have
 * to change what lies in all their mailboxes. It is the same in every letter of a mailing, and stands in its
 * manifest.
 */
#pragma once

#include "templates/language.h"

/* HEAD as it is written down, "20412:9f86d0…", alone on the last line. FINGERPRINT of the key or certificate
 * that signs the letter, or else the documents with it, alone on a line; NULL: nothing is signed. The caller
 * frees it. */
char *foot_of(enum language language, const char *head, const char *fingerprint);
