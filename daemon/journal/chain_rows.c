/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/chain_rows.h"

#include <string.h>

#include "base/fault.h"

#define CHUNK 5000

/* Bytes of another size than they should have cannot be of the chain: they stay zero, and match nothing. */
static void take_bytes(Statement *row, int column, guint8 *to, gsize size) {
  gsize found;
  gconstpointer bytes = statement_blob(row, column, &found);
  if (found == size)
    memcpy(to, bytes, size);
}

static int hand_over(Statement *row, ChainRowSeen seen, gpointer data, GError **error) {
  ChainRow r = {
      .content.index = statement_int(row, 0),
      .content.time = statement_int(row, 1),
      .content.kind = statement_text(row, 2),
      .content.user = statement_text(row, 3),
      .content.mailing = statement_int(row, 4),
      .content.addressee = statement_int(row, 5),
      .content.delivery = statement_int(row, 6),
      .content.delivery_last = statement_int(row, 7),
      .content.contact = statement_int(row, 8),
      .restricted = statement_int(row, 9),
      .content.text = statement_text(row, 10),
      .content.facts = statement_text(row, 11),
      .erased = statement_is_null(row, 12),
  };
  r.line.index = r.content.index;
  take_bytes(row, 12, r.content.salt, ENTRY_SALT_SIZE);
  take_bytes(row, 13, r.line.previous.bytes, DIGEST_SIZE);
  take_bytes(row, 14, r.line.commitment.bytes, DIGEST_SIZE);
  return seen(&r, data, error);
}

/* One chunk after *AFTER, which is moved on; 1 when the walk is at its end, *ret_result is what SEEN made of
 * it. */
static int walk_chunk(Store *store, gint64 *after, gint64 last, ChainRowSeen seen, gpointer data,
                      int *ret_result, GError **error) {
  g_autoptr(Link) link = NULL;
  g_autoptr(Statement) rows = NULL;
  int r = store_read(store, &link, error);
  if (r == 0)
    r = link_query(
        link, &rows, error,
        "SELECT id, at, kind, by_user, mailing, addressee, delivery, delivery_last, contact, restricted,"
        " text, facts, salt, previous, commitment FROM entries WHERE id > ?1 AND id <= ?2"
        " ORDER BY id LIMIT ?3",
        "iii", *after, last, (gint64)CHUNK);
  int n = 0;
  for (; r == 0 && *ret_result == 0 && (r = statement_step(rows, error)) > 0; n++) {
    *after = statement_int(rows, 0);
    *ret_result = hand_over(rows, seen, data, error);
    r = 0;
  }
  if (r < 0)
    return r;
  return *ret_result != 0 || n < CHUNK ? 1 : 0;
}

int chain_rows_each(Store *store, gint64 last, ChainRowSeen seen, gpointer data, GError **error) {
  gint64 after = G_MININT64; /* a row before the first would be an intruder, and is to be seen */
  int r = 0, result = 0;
  while (r == 0)
    r = walk_chunk(store, &after, last, seen, data, &result, error);
  return r < 0 ? r : result;
}
