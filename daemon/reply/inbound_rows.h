/* SPDX-License-Identifier: GPL-3.0-or-later */
/* inbound_rows.h - messages that came in, as rows. Only this room includes it. */
#pragma once

#include "reply/inbound_message.h"
#include "reply/intake.h"

typedef struct {
  const InboundOrigin *origin;
  gboolean has_place;
  const Digest *sha256, *lines; /* of the bytes, and of their lines however they end; NULL: no bytes */
  gint64 size, at;
  const char *reason; /* why it is not whole; NULL: it is */
} InboundTaken;
int inbound_rows_insert(Link *link, const InboundTaken *taken, gint64 *ret_id, GError **error);
/* 0 and the message; 1 when there is none. */
int inbound_rows_of_lines(Link *link, const Digest *lines, gint64 *ret_id, GError **error);
int inbound_rows_of_place(Link *link, const InboundOrigin *origin, gint64 *ret_id, GError **error);

/* 0; 1 when there is none that CLEARANCE may see. */
int inbound_rows_find(Link *link, gint64 clearance, gint64 id, InboundMessage **ret, GError **error);
int inbound_rows_list(Link *link, gint64 clearance, const InboundFilter *filter, GPtrArray *to,
                      GError **error);
int inbound_rows_text(Link *link, gint64 id, char **ret_text, char **ret_attachments, GError **error);
int inbound_rows_counts(Link *link, InboundCounts *ret, GError **error);
/* Numbers (gint64) above AFTER of what waits to be read, oldest first. */
int inbound_rows_taken(Link *link, gint64 after, gint64 limit, GArray *to, GError **error);

/* What was read: the columns of the verdict, from MESSAGE. */
int inbound_rows_write_verdict(Link *link, const InboundMessage *message, const char *text,
                               const char *attachments, GError **error);
/* Where it belongs: state, restricted, matched_by, the four numbers, reason, filed_at. */
int inbound_rows_write_place(Link *link, const InboundMessage *message, GError **error);

/* What is told of a person goes from the messages of CONTACT, or (0) from those of nobody's that came from
 * ADDRESS; they are marked, so that their files go too. */
int inbound_rows_erase(Link *link, gint64 contact, const char *address, GError **error);
/* The first message above AFTER whose file is still to be removed: 0, or 1 when there is none. */
int inbound_rows_to_remove(Link *link, gint64 after, gint64 *ret_id, Digest *ret_sha256, GError **error);
/* Its file is gone. */
int inbound_rows_erased(Link *link, gint64 id, GError **error);
int inbound_rows_count_of_contact(Link *link, gint64 clearance, gint64 contact, gint64 *ret, GError **error);
