/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/reminder_rows.h"

int reminder_rows_insert(Link *link, gint64 mailing, gint64 base, GError **error) {
  int n = link_run(link, error, "INSERT INTO mailing_reminders (mailing, reminds) VALUES (?1, ?2)", "ii",
                   mailing, base);
  return MIN(n, 0);
}

int reminder_rows_base(Link *link, gint64 mailing, gint64 *ret, GError **error) {
  *ret = 0;
  int r =
      link_int(link, ret, error, "SELECT reminds FROM mailing_reminders WHERE mailing = ?1", "i", mailing);
  return MIN(r, 0);
}

int reminder_rows_open(Link *link, gint64 base, gint64 *ret, GError **error) {
  *ret = 0;
  int r = link_int(link, ret, error,
                   "SELECT m.id FROM mailing_reminders s JOIN mailings m ON m.id = s.mailing"
                   " WHERE s.reminds = ?1 AND m.state IN ('draft', 'submitted', 'approved', 'rejected')"
                   " ORDER BY m.id DESC LIMIT 1",
                   "i", base);
  return MIN(r, 0);
}

#define RELEASED                                                                                             \
  " FROM mailing_reminders s JOIN mailings m ON m.id = s.mailing WHERE s.reminds = ?1 AND m.state IN "

int reminder_rows_released(Link *link, gint64 base, gint64 *ret_n, gint64 *ret_under_way, GError **error) {
  *ret_n = *ret_under_way = 0;
  int r =
      link_int(link, ret_n, error,
               "SELECT count(*)" RELEASED "('scheduled', 'sending', 'paused', 'sent', 'closed')", "i", base);
  if (r == 0)
    r = link_int(link, ret_under_way, error,
                 "SELECT m.id" RELEASED "('scheduled', 'sending', 'paused') ORDER BY m.id DESC LIMIT 1", "i",
                 base);
  return MIN(r, 0);
}
