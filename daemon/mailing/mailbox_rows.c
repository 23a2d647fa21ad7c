/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/mailbox_rows.h"

int mailbox_rows_put(Link *link, gint64 mailing, const MailboxChoice *c, GError **error) {
  int n = link_run(link, error,
                   "INSERT INTO mailbox_choices (mailing, address, choice, contact) VALUES (?1, ?2, ?3, ?4)"
                   " ON CONFLICT (mailing, address) DO UPDATE SET choice = excluded.choice,"
                   " contact = excluded.contact",
                   "itti", mailing, c->address, mailbox_choice_name(c->choice), c->contact);
  return MIN(n, 0);
}

int mailbox_rows_take_back(Link *link, gint64 mailing, const char *address, GError **error) {
  int n = link_run(link, error, "DELETE FROM mailbox_choices WHERE mailing = ?1 AND address = ?2", "it",
                   mailing, address);
  return MIN(n, 0);
}

static void choice_at(Statement *s, MailboxChoice *ret) {
  *ret = (MailboxChoice){.address = g_strdup(statement_text(s, 0)), .contact = statement_int(s, 2)};
  mailbox_choice_parse(statement_text(s, 1), &ret->choice);
}

int mailbox_rows_choices(Link *link, gint64 mailing, GPtrArray *to, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r =
      link_query(link, &s, error,
                 "SELECT address, choice, contact FROM mailbox_choices WHERE mailing = ?1 ORDER BY address",
                 "i", mailing);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    MailboxChoice *choice = g_new0(MailboxChoice, 1);
    choice_at(s, choice);
    g_ptr_array_add(to, choice);
    r = 0;
  }
  return r;
}

int mailbox_rows_choice(Link *link, gint64 mailing, const char *address, MailboxChoice *ret, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r =
      link_query(link, &s, error,
                 "SELECT address, choice, contact FROM mailbox_choices WHERE mailing = ?1 AND address = ?2",
                 "it", mailing, address);
  if (r == 0)
    r = statement_step(s, error);
  if (r <= 0)
    return r < 0 ? r : 1;
  choice_at(s, ret);
  return 0;
}

int mailbox_rows_addresses(Link *link, gint64 clearance, gint64 mailing, gint64 roll, const char *after,
                           gint64 limit, GPtrArray *to, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error,
                     "SELECT address FROM addressees WHERE roll = ?1 AND state IN ('held', 'excluded')"
                     " AND reason IN ('same-mailbox', 'covered') AND address > ?4 AND restricted <= ?3"
                     " UNION SELECT c.address FROM mailbox_choices c WHERE c.mailing = ?2 AND c.address > ?4"
                     " AND EXISTS (SELECT 1 FROM addressees a WHERE a.roll = ?1 AND a.address = c.address"
                     " AND a.restricted <= ?3) ORDER BY 1 LIMIT ?5",
                     "iiiti", roll, mailing, clearance, after != NULL ? after : "", limit);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    g_ptr_array_add(to, g_strdup(statement_text(s, 0)));
    r = 0;
  }
  return r;
}

int mailbox_rows_set_aside(Link *link, gint64 addressee, enum addressee_state state, const char *reason,
                           const char *detail, GError **error) {
  int n = link_run(link, error, "UPDATE addressees SET state = ?2, reason = ?3, detail = ?4 WHERE id = ?1",
                   "ittt", addressee, addressee_state_name(state), reason, detail);
  return MIN(n, 0);
}

int mailbox_rows_carry(Link *link, gint64 addressee, const char *offices, gboolean restricted,
                       GError **error) {
  int n = link_run(link, error, "UPDATE addressees SET offices = ?2, restricted = ?3 WHERE id = ?1", "iti",
                   addressee, offices, (gint64)restricted);
  return MIN(n, 0);
}
