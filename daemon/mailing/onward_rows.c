/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/onward_rows.h"

int onward_rows_watched(Link *link, GArray *to, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error,
                     "SELECT id FROM mailings WHERE state IN ('sending', 'sent')"
                     " AND next_channel = 'until-acknowledged' ORDER BY id",
                     "");
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    gint64 id = statement_int(s, 0);
    g_array_append_val(to, id);
    r = 0;
  }
  return r;
}

int onward_rows_policy(Link *link, gint64 mailing, char **ret, GError **error) {
  *ret = NULL;
  return MIN(link_text(link, ret, error, "SELECT next_channel FROM mailings WHERE id = ?1", "i", mailing), 0);
}

int onward_rows_reached(Link *link, gint64 roll, gint64 after, gint64 limit, GArray *to, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(
      link, &s, error,
      "SELECT a.id, d.id, coalesce((SELECT p.done_at FROM delivery_proofs p WHERE p.delivery = d.id), "
      "d.dated)"
      " FROM addressees a JOIN deliveries d"
      "  ON d.id = (SELECT max(n.id) FROM deliveries n WHERE n.addressee = a.id)"
      " WHERE a.roll = ?1 AND a.routes > 1 AND a.id > ?2 AND d.state IN ('relayed', 'presumed', 'done')"
      " AND d.bounced = 0 ORDER BY a.id LIMIT ?3",
      "iii", roll, after, limit);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    OnwardLine line = {statement_int(s, 0), statement_int(s, 1), statement_int(s, 2)};
    g_array_append_val(to, line);
    r = 0;
  }
  return r;
}
