/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/route_rows.h"

int route_rows_insert(Link *link, gint64 addressee, const GPtrArray *routes, GError **error) {
  int r = 0;
  for (guint i = 0; r >= 0 && i < routes->len; i++) {
    const Route *route = g_ptr_array_index(routes, i);
    r = link_run(link, error,
                 "INSERT INTO addressee_routes (addressee, position, channel, kind, address, utf8, plain,"
                 " variant) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                 "iiittiit", addressee, (gint64)i + 1, route->channel, channel_kind_name(route->kind),
                 route->address, (gint64)route->utf8, (gint64)route->plain_only,
                 variant_name(route->variant));
  }
  return MIN(r, 0);
}

int route_rows_list(Link *link, gint64 addressee, GPtrArray *to, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error,
                     "SELECT channel, kind, address, utf8, plain, variant FROM addressee_routes"
                     " WHERE addressee = ?1 ORDER BY position",
                     "i", addressee);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    Route *route = g_new0(Route, 1);
    route->channel = statement_int(s, 0);
    channel_kind_parse(statement_text(s, 1), &route->kind);
    route->address = g_strdup(statement_text(s, 2));
    route->utf8 = statement_int(s, 3) != 0;
    route->plain_only = statement_int(s, 4) != 0;
    variant_parse(statement_text(s, 5), &route->variant);
    g_ptr_array_add(to, route);
    r = 0;
  }
  return r;
}

int route_rows_linked(Link *link, gint64 roll, const char *language, gboolean *ret, GError **error) {
  gint64 one = 0;
  int r =
      link_int(link, &one, error,
               "SELECT 1 FROM addressees a WHERE a.roll = ?1 AND a.language = ?2 AND a.state <> 'excluded'"
               " AND (a.variant = 'link' OR (a.routes > 0 AND EXISTS (SELECT 1 FROM addressee_routes t"
               " WHERE t.addressee = a.id AND t.variant = 'link'))) LIMIT 1",
               "it", roll, language);
  *ret = r == 0;
  return MIN(r, 0);
}

int route_rows_attached(Link *link, gint64 roll, const char *language, gboolean *ret, GError **error) {
  gint64 one = 0;
  int r =
      link_int(link, &one, error,
               "SELECT 1 FROM addressees a WHERE a.roll = ?1 AND a.language = ?2 AND a.state <> 'excluded'"
               " AND (a.variant IS NULL OR a.variant <> 'link' OR (a.routes > 0 AND EXISTS"
               " (SELECT 1 FROM addressee_routes t WHERE t.addressee = a.id AND t.kind = 'email'"
               " AND t.variant <> 'link'))) LIMIT 1",
               "it", roll, language);
  *ret = r == 0;
  return MIN(r, 0);
}

int route_rows_remove(Link *link, gint64 roll, gint64 limit, GError **error) {
  int n = link_run(link, error,
                   "DELETE FROM addressee_routes WHERE addressee IN"
                   " (SELECT id FROM addressees WHERE roll = ?1 ORDER BY id LIMIT ?2)",
                   "ii", roll, limit);
  return MIN(n, 0);
}
