/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * override_statement.h - an override of the Board as a text that an approver can sign by himself
 *
 * Lines of UTF-8, each ended by one LF, values escaped as in the journal (entry.h):
 *
 *     valise-override 1
 *     organisation Rencontres d'exemple
 *     mailing M-7
 *     document F-2 The synthesis            (each of the mailing)
 *     contact C-31
 *     name Union of Examples
 *     reason decision 7 of the Board
 */
#pragma once

#include "mailing/desk.h"

/* FAULT_ABSENT when CLEARANCE may not see the contact or the mailing. The caller frees *ret. */
int override_statement(Desk *desk, Link *link, gint64 clearance, gint64 contact, gint64 mailing,
                       const char *reason, char **ret, GError **error);
