/* SPDX-License-Identifier: GPL-3.0-or-later */
/* head_message.h - the message that carries a signed head: the same bytes whenever it is made. Only this room
 * includes it. */
#pragma once

#include "evidence/head_letter_rows.h"
#include "journal/signed_head.h"
#include "mail/message.h"

/* LETTER with HEAD, whose files hang on it, sealed. FAULT_INPUT, FAULT_RULE when an address cannot be written
 * to. */
int head_message_make(Desk *desk, const HeadLetter *letter, const SignedHead *head, Message **ret,
                      GError **error);
