/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * foot.h - what stands in small print below every letter: the journal's head as of its submission
 *
 * Each recipient then holds a witness: whoever wrote the journal anew later, or cut off its end, would have
 * to change what lies in all their mailboxes. It is the same in every letter of a mailing, and stands in its
 * manifest.
 */
#pragma once

#include "templates/language.h"

/* HEAD as it is written down, "20412:9f86d0…", alone on the last line. The caller frees it. */
char *foot_of(enum language language, const char *head);
