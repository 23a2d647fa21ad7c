/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * splice.h - what rebuilds a message exactly: its own bytes, and the names of the files it shares with others
 *
 * Kept by the outbox with the intent of a message that is signed or goes to an office or organisation, so
 * that a later try never depends on a wording, a setting or this program being what they were. A text of
 * lines, then raw octets:
 *
 *     valise-splice 1
 *     signed 0123…                  the fingerprint of the key or certificate, where one signed
 *     id <d7.k3…@forum.example>     from …     to …     envid …     orcpt …     success 1     utf8 0
 *     bytes 2314                    then so many octets and a line feed
 *     file 9f86d0….b64 2874123 4e0740…      name in the documents folder, size, SHA-256
 *     end
 */
#pragma once

#include "mail/message.h"

#include <glib.h>

#define SPLICE_MAX (8 * 1024 * 1024) /* bytes; the literal pieces of a message are some KiB */

/* One shared file of a message whose piece may be held in memory. */
typedef struct {
  guint piece;      /* its index among the message's pieces */
  const char *name; /* within the documents folder */
  guint64 size;
  Digest digest;
} SpliceFile;

/* The splice of MESSAGE, whose pieces named in FILES (in their order) are shared files, all others its own.
 */
GBytes *splice_make(const Message *message, const SpliceFile *files, gsize count);
/* The message again, not sealed; its files lie in FOLDER. FAULT_RULE when it is no splice, or cut. */
int splice_read(GBytes *splice, const char *folder, Message **ret, GError **error);
/* Who signed it, by the first SPLICE_HEAD bytes of a splice; NULL: nobody. The caller frees it. */
#define SPLICE_HEAD 256
char *splice_signed_by(GBytes *head);
