/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bundle.h - the folder that an evidence bundle is written into: plain names, their digests, a seal over
 * those. Only this room includes it. */
#pragma once

#include "mail/message.h"
#include "sign/keeper.h"

#include <glib.h>

typedef struct Bundle Bundle;

/* FOLDER is there and empty; it is copied. */
Bundle *bundle_new(const char *folder);
void bundle_free(Bundle *bundle);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Bundle, bundle_free)

int bundle_add(Bundle *bundle, const char *name, gconstpointer bytes, gsize size, GError **error);
int bundle_add_text(Bundle *bundle, const char *name, const char *text, GError **error);
int bundle_add_bytes(Bundle *bundle, const char *name, GBytes *bytes, GError **error);
int bundle_add_file(Bundle *bundle, const char *name, const char *path, GError **error);
/* The bytes of a message, as they are transmitted but for dot-stuffing. */
int bundle_add_message(Bundle *bundle, const char *name, const Message *message, GError **error);
/* "PREFIX-NAME", of a name that people gave: what is no letter, digit, dot, hyphen becomes "_". The caller
 * frees it. */
char *bundle_name(const char *prefix, const char *name);

/* Writes SHA256SUMS over all that was added, and signs it with KEEPER's key; without a key it stays unsigned.
 * The last call. */
int bundle_seal(Bundle *bundle, Keeper *keeper, GError **error);
