/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * erase.h - what came in from a person who is forgotten goes: bytes, words, names
 *
 * In two steps, because a file cannot be removed in a unit of work: the unit clears the rows and marks them;
 * the files of marked rows are removed after it, by whoever comes first, also after a crash. The digest of a
 * message's lines stays, so that a mailbox that still has it does not bring it back (intake.h).
 */
#pragma once

#include "reply/intake.h"

/* Within a unit: of messages that belong to CONTACT, and of those that belong to nobody but came from one of
 * WORDS (its addresses among others, ended by NULL). */
int erase_messages(Link *link, gint64 contact, const char *const *words, GError **error);
/* Removes the files of what was erased. Not within a unit. */
int erase_files(Intake *intake, Store *store, GError **error);
