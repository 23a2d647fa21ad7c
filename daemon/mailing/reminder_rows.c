/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/reminder_rows.h"

int reminder_rows_insert(Link *link, gint64 mailing, const MailingFields *f, GError **error) {
  int n = link_run(link, error,
                   "INSERT INTO mailing_reminders (mailing, reminds, number, by_itself, unfinished)"
                   " VALUES (?1, ?2, ?3, ?4, ?4)",
                   "iiii", mailing, f->reminds, f->reminder, (gint64)f->by_itself);
  return MIN(n, 0);
}

int reminder_rows_base(Link *link, gint64 mailing, gint64 *ret_base, gint64 *ret_number, GError **error) {
  g_autoptr(Statement) s = NULL;
  *ret_base = *ret_number = 0;
  int r = link_query(link, &s, error, "SELECT reminds, number FROM mailing_reminders WHERE mailing = ?1", "i",
                     mailing);
  if (r == 0 && (r = statement_step(s, error)) > 0) {
    *ret_base = statement_int(s, 0);
    *ret_number = statement_int(s, 1);
    r = 0;
  }
  return r;
}

int reminder_rows_days(Link *link, gint64 base, char **ret, GError **error) {
  *ret = NULL;
  int r =
      link_text(link, ret, error,
                "SELECT remind_after FROM mailings WHERE id = ?1 AND remind_after IS NOT NULL", "i", base);
  return MIN(r, 0);
}

/* ---- how far the reminders of a mailing are ---- */

int reminder_rows_open(Link *link, gint64 base, gint64 *ret, gboolean *ret_unfinished, GError **error) {
  g_autoptr(Statement) s = NULL;
  *ret = 0;
  *ret_unfinished = FALSE;
  int r = link_query(link, &s, error,
                     "SELECT m.id, s.unfinished FROM mailing_reminders s JOIN mailings m ON m.id = s.mailing"
                     " WHERE s.reminds = ?1 AND m.state IN ('draft', 'submitted', 'approved', 'rejected')"
                     " ORDER BY m.id DESC LIMIT 1",
                     "i", base);
  if (r == 0 && (r = statement_step(s, error)) > 0) {
    *ret = statement_int(s, 0);
    *ret_unfinished = statement_int(s, 1) != 0;
    r = 0;
  }
  return r;
}

#define RELEASED                                                                                             \
  " FROM mailing_reminders s JOIN mailings m ON m.id = s.mailing WHERE s.reminds = ?1 AND m.state IN "

int reminder_rows_past(Link *link, gint64 base, ReminderPast *ret, GError **error) {
  *ret = (ReminderPast){0};
  int r =
      link_int(link, &ret->released, error,
               "SELECT count(*)" RELEASED "('scheduled', 'sending', 'paused', 'sent', 'closed')", "i", base);
  if (r == 0)
    r = link_int(link, &ret->under_way, error,
                 "SELECT m.id" RELEASED "('scheduled', 'sending', 'paused') ORDER BY m.id DESC LIMIT 1", "i",
                 base);
  if (r >= 0)
    r = link_int(link, &ret->sent_at, error,
                 "SELECT m.sent_at" RELEASED "('sent', 'closed') ORDER BY m.id DESC LIMIT 1", "i", base);
  return MIN(r, 0);
}

int reminder_rows_was_made(Link *link, gint64 base, gint64 number, gboolean *ret, GError **error) {
  gint64 one = 0;
  int r = link_int(
      link, &one, error,
      "SELECT 1 FROM mailing_reminders WHERE reminds = ?1 AND number = ?2 AND by_itself <> 0 LIMIT 1", "ii",
      base, number);
  *ret = r == 0;
  return MIN(r, 0);
}

int reminder_rows_finish(Link *link, gint64 mailing, const char *trouble, GError **error) {
  int n =
      link_run(link, error, "UPDATE mailing_reminders SET unfinished = 0, trouble = ?2 WHERE mailing = ?1",
               "it", mailing, trouble);
  return MIN(n, 0);
}

int reminder_rows_watched(Link *link, GArray *to, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r =
      link_query(link, &s, error,
                 "SELECT id FROM mailings WHERE state = 'sent' AND remind_after IS NOT NULL ORDER BY id", "");
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    gint64 id = statement_int(s, 0);
    g_array_append_val(to, id);
    r = 0;
  }
  return r;
}

int reminder_rows_trouble(Link *link, gint64 mailing, char **ret, GError **error) {
  *ret = NULL;
  int r = link_text(link, ret, error,
                    "SELECT trouble FROM mailing_reminders WHERE mailing = ?1 AND trouble IS NOT NULL", "i",
                    mailing);
  return MIN(r, 0);
}

/* ---- what a contact had ---- */

/* Deliveries of BASE (1) and its reminders to CONTACT (2). */
#define LETTERS                                                                                              \
  " FROM (SELECT ?1 AS mailing UNION SELECT mailing FROM mailing_reminders WHERE reminds = ?1) f"            \
  " JOIN mailings m ON m.id = f.mailing JOIN addressees a ON a.roll = m.roll AND a.contact = ?2"             \
  " JOIN deliveries d ON d.addressee = a.id"

int reminder_rows_reached(Link *link, gint64 base, gint64 contact, gint64 *ret_at, GError **error) {
  *ret_at = 0;
  int r = link_int(link, ret_at, error,
                   "SELECT coalesce(max(coalesce((SELECT p.done_at FROM delivery_proofs p"
                   " WHERE p.delivery = d.id), d.dated)), 0)" LETTERS
                   " WHERE d.state IN ('relayed', 'presumed', 'done') AND d.bounced = 0",
                   "ii", base, contact);
  return MIN(r, 0);
}

int reminder_rows_channels(Link *link, gint64 base, gint64 contact, GArray *to, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error, "SELECT DISTINCT d.channel" LETTERS " WHERE d.state <> 'cancelled'",
                     "ii", base, contact);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    gint64 channel = statement_int(s, 0);
    g_array_append_val(to, channel);
    r = 0;
  }
  return r;
}

int reminder_rows_holder(Link *link, gint64 base, gint64 contact, char **ret, GError **error) {
  g_autoptr(Statement) s = NULL;
  *ret = NULL;
  int r = link_query(link, &s, error,
                     "SELECT a.holder FROM mailings m JOIN addressees a ON a.roll = m.roll AND a.contact = ?2"
                     " WHERE m.id = ?1",
                     "ii", base, contact);
  if (r == 0)
    r = statement_step(s, error);
  if (r <= 0)
    return r < 0 ? r : 1;
  *ret = g_strdup(statement_text(s, 0));
  return 0;
}

int reminder_rows_has_spare(Link *link, gint64 base, gboolean *ret, GError **error) {
  gint64 one = 0;
  int r = link_int(link, &one, error,
                   "SELECT 1 FROM mailings b JOIN addressees l ON l.roll = b.roll AND l.routes > 1"
                   " JOIN addressee_routes t ON t.addressee = l.id WHERE b.id = ?1 AND NOT EXISTS"
                   " (SELECT 1 FROM (SELECT ?1 AS mailing UNION SELECT mailing FROM mailing_reminders"
                   "   WHERE reminds = ?1) f JOIN mailings m ON m.id = f.mailing"
                   "  JOIN addressees a ON a.roll = m.roll AND a.contact = l.contact"
                   "  JOIN deliveries d ON d.addressee = a.id AND d.channel = t.channel"
                   "  WHERE d.state <> 'cancelled') LIMIT 1",
                   "i", base);
  *ret = r == 0;
  return MIN(r, 0);
}
