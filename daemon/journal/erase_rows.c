/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/erase_rows.h"

#include "base/text.h"

static gboolean is_about_delivery(const char *kind) {
  return g_str_has_prefix(kind, "delivery-") || g_str_has_prefix(kind, "deliveries-");
}

static int gather(Link *link, gint64 contact, const char *const *words, GArray *to, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(
      link, &s, error,
      "SELECT id, kind, text, facts FROM entries WHERE contact = ?1 AND salt IS NOT NULL ORDER BY id", "i",
      contact);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    gint64 id = statement_int(s, 0);
    if (!is_about_delivery(statement_text(s, 1)) || text_holds_any(statement_text(s, 2), words) ||
        text_holds_any(statement_text(s, 3), words))
      g_array_append_val(to, id);
    r = 0;
  }
  return r;
}

int erase_rows_texts(Link *link, gint64 contact, const char *const *words, gint64 *ret, GError **error) {
  g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
  int r = gather(link, contact, words, ids, error);
  for (guint i = 0; r >= 0 && i < ids->len; i++)
    r = link_run(link, error, "UPDATE entries SET text = NULL, facts = NULL, salt = NULL WHERE id = ?1", "i",
                 g_array_index(ids, gint64, i));
  *ret = ids->len;
  return MIN(r, 0);
}
