/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * author.h - the one address of a From or Sender field, or none (RFC 5322 §3.4). Only this room includes it.
 *
 * The address is what a key is bound to, so nothing of it may be read in two ways: no comment, group, route
 * or list, and no display name that shows another address than the one that counts.
 */
#pragma once

#include "mail/address.h"

enum author_outcome { AUTHOR_CLEAR, AUTHOR_SEVERAL, AUTHOR_UNCLEAR };

enum author_outcome author_read(const char *value, Address **ret);
