/* SPDX-License-Identifier: GPL-3.0-or-later */
/* channel_value.h - what may stand in a channel of each kind, and its one spelling. Pure */
#pragma once

#include "contacts/channel.h"

#define CHANNEL_POST_LINES_MAX 12 /* of a postal address */

typedef struct {
  char *show;   /* as people read it */
  char *send;   /* equal for two spellings of one address, number or link */
  char *folded; /* send, case-folded */
} ChannelValue;

void channel_value_clear(ChannelValue *value);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ChannelValue, channel_value_clear)

/*
 * Reads TEXT as a channel of KIND: 0 and *ret, or FAULT_INPUT with a sentence.
 *   email      a mail address (mail/address.h)
 *   web-form   an absolute https link, without user and password
 *   post       up to CHANNEL_POST_LINES_MAX lines
 *   telephone  digits with what people put between them, after a "+" when the country's code is there; at
 * most the 15 digits of ITU-T E.164. `send` is what one dials hand       one line: to whom, where
 */
int channel_value_read(enum channel_kind kind, const char *text, ChannelValue *ret, GError **error);
