/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sender.h - who sent a message: what our own server found of its domain, and whose address it is */
#pragma once

#include "contacts/channel.h"
#include "inbound/verdict.h"
#include "outbox/outbox.h"
#include "reply/handle.h"

/* Which server's word counts for messages of which account. */
typedef struct {
  const char *account;
  const char *authserv_id; /* RFC 8601 §2.5; NULL: nobody's */
} SenderTrust;

/* DMARC as our own server found it (RFC 8601 §5): only the fields at the top that bear its name count, up to
 * the first of another name, because whoever sends a message may have written all below. TRUST ends with an
 * ACCOUNT that is NULL; what was handed in by hand may come from any of them. Pure. */
enum handle_dmarc sender_dmarc(const SenderTrust *trust, const char *account, const Verdict *verdict);

/* Is ADDRESS (NULL: no) one of ROW's contact, and in whose name does it write: one of acknowledgement_bys
 * (static)? */
int sender_of(Link *link, const DeliveryRow *row, const char *address, gboolean *ret_known,
              const char **ret_by, GError **error);
