/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * token_mend.h - a token that somebody copied by hand, with one mistake in it
 *
 * One character wrong, missing or too many, or two neighbours that changed places. Each token that is one
 * such mistake away is tried against the keys; it is the one that was meant when exactly one of them is ours.
 * Its 80 bits of proof stay what they are: of some 1,600 tries each succeeds by chance once in 2^80.
 */
#pragma once

#include "mail/token.h"

/* 0 with the label and the number. TOKEN_MALFORMED when TEXT is not of 23 to 25 characters; TOKEN_FORGED when
 * no token of ours is one mistake away, or more than one is. A TEXT that is a token as it stands is read as
 * one. */
int token_mend(const TokenKey *keys, gsize key_count, const char *text, guint labels,
               enum token_label *ret_label, gint64 *ret_number);
