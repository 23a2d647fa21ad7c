/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tree_rows.h"

#include <string.h>

#include "base/fault.h"

/* Bytes of another size stay zero, and match nothing. */
static void take_digest(Statement *row, int column, Digest *to) {
  gsize size = 0;
  gconstpointer bytes = statement_blob(row, column, &size);
  memset(to, 0, sizeof *to);
  if (size == DIGEST_SIZE)
    memcpy(to->bytes, bytes, DIGEST_SIZE);
}

int tree_rows_blocks(Link *link, gint64 *ret, GError **error) {
  return MIN(link_int(link, ret, error, "SELECT COALESCE(MAX(number), 0) FROM chain_blocks", ""), 0);
}

int tree_rows_put(Link *link, gint64 block, const Digest *root, GError **error) {
  int r = link_run(link, error,
                   "INSERT INTO chain_blocks (number, root) VALUES (?1, ?2) ON CONFLICT (number) DO NOTHING",
                   "id", block, root);
  return MIN(r, 0);
}

int tree_rows_find(Link *link, gint64 block, Digest *ret, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error, "SELECT root FROM chain_blocks WHERE number = ?1", "i", block);
  if (r == 0)
    r = statement_step(s, error);
  if (r <= 0)
    return r < 0 ? r : 1;
  take_digest(s, 0, ret);
  return 0;
}

int tree_rows_lines(Link *link, gint64 after, gint64 last, TreeLineSeen seen, gpointer data, GError **error) {
  g_autoptr(Statement) s = NULL;
  gint64 next = after + 1;
  int r = link_query(link, &s, error,
                     "SELECT id, previous, commitment FROM entries WHERE id > ?1 AND id <= ?2 ORDER BY id",
                     "ii", after, last);
  for (; r == 0 && (r = statement_step(s, error)) > 0; next++) {
    Head before = {.index = statement_int(s, 0) - 1};
    Digest commitment;
    char line[CHAIN_LINE_SIZE];
    take_digest(s, 1, &before.line);
    take_digest(s, 2, &commitment);
    if (before.index + 1 != next)
      break;
    r = seen(line, chain_line(&before, &commitment, line), data, error);
  }
  if (r < 0 || next > last)
    return MIN(r, 0);
  return fault(error, FAULT_RULE,
               "the journal has no line %" G_GINT64_FORMAT "; see what `valise log verify` says of it", next);
}
