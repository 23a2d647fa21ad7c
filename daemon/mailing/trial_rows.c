/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/trial_rows.h"

int trial_rows_since(Link *link, gint64 user, gint64 since, gint64 *ret_n, GError **error) {
  int r = link_int(link, ret_n, error, "SELECT count(*) FROM trials WHERE user_id = ?1 AND at > ?2", "ii",
                   user, since);
  return MIN(r, 0);
}

int trial_rows_insert(Link *link, gint64 user, gint64 mailing, gint64 at, GError **error) {
  int n = link_run(link, error, "INSERT INTO trials (user_id, mailing, at) VALUES (?1, ?2, ?3)", "iii", user,
                   mailing, at);
  return MIN(n, 0);
}
