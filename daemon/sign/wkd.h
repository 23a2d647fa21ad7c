/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wkd.h - the web key directory: under which name a stranger's program looks for the key of an address
 * (draft-koch-openpgp-webkey-service §3.1) */
#pragma once

#include <glib.h>

#define WKD_HASH_SIZE 33 /* 32 characters of z-base-32, and NUL */

/* Of the part of an address before the @, whose capitals count for nothing. Pure. */
void wkd_hash(const char *local_part, char ret_hash[WKD_HASH_SIZE]);
