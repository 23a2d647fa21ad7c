/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bearer.h - the access token that a helper outside keeps fresh in a file, for a relay or a mailbox */
#pragma once

#include <glib.h>

#define BEARER_MAX 16384

/* The token alone in its file, a last line break aside. FAULT_INPUT or FAULT_SYSTEM with a sentence that
 * names the file and never the token: when it cannot be read, others can read it, or it holds anything but a
 * token (RFC 6750 §2.1). */
int bearer_read(const char *path, char **ret, GError **error);
/* Wipes and frees. NULL is nothing. */
void bearer_free(char *token);
