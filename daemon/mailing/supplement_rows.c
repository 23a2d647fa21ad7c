/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/supplement_rows.h"

#include "contacts/merge_family_rows.h"

int supplement_rows_insert(Link *link, gint64 mailing, gint64 base, GError **error) {
  int n = link_run(link, error, "INSERT INTO mailing_supplements (mailing, supplements) VALUES (?1, ?2)",
                   "ii", mailing, base);
  return MIN(n, 0);
}

int supplement_rows_base(Link *link, gint64 mailing, gint64 *ret, GError **error) {
  *ret = 0;
  int r = link_int(link, ret, error, "SELECT supplements FROM mailing_supplements WHERE mailing = ?1", "i",
                   mailing);
  return MIN(r, 0);
}

int supplement_rows_open(Link *link, gint64 base, gint64 *ret, GError **error) {
  *ret = 0;
  int r = link_int(link, ret, error,
                   "SELECT m.id FROM mailing_supplements s JOIN mailings m ON m.id = s.mailing"
                   " WHERE s.supplements = ?1 AND m.state IN ('draft', 'submitted', 'approved', 'rejected')"
                   " ORDER BY m.id DESC LIMIT 1",
                   "i", base);
  return MIN(r, 0);
}

/* The lines that had deliveries, of BASE and of all that supplements it. ROLL: how they are found. A roll is
 * in the first place a number to look up; as a sum it only confirms, and the lines are found by their
 * address. */
#define LINES_BY(roll)                                                                                       \
  " FROM (SELECT ?1 AS mailing UNION SELECT mailing FROM mailing_supplements WHERE supplements = ?1) f"      \
  " JOIN rolls r ON r.mailing = f.mailing AND r.planned <> 0 JOIN addressees a ON " roll " = r.id"           \
  " JOIN deliveries d ON d.addressee = a.id"
#define LINES LINES_BY("a.roll")
#define HAD   MERGE_FAMILY("?2") "SELECT 1" LINES
#define LEFT  " AND d.state NOT IN ('held', 'expired', 'cancelled') LIMIT 1"

/* That there is an address is said, so that the index over those is known to serve it. */
int supplement_rows_had(Link *link, gint64 base, gint64 own, gint64 contact, const char *address,
                        gboolean *ret, GError **error) {
  gint64 one = 0;
  int r =
      link_int(link, &one, error, HAD " WHERE f.mailing <> ?3 AND a.contact IN (SELECT id FROM family)" LEFT,
               "iii", base, contact, own);
  if (r > 0 && address != NULL)
    r = link_int(link, &one, error,
                 "SELECT 1" LINES_BY("a.roll + 0") " WHERE f.mailing <> ?3 AND a.address IS NOT NULL AND "
                                                   "lower(a.address) = lower(?2)" LEFT,
                 "iti", base, address, own);
  *ret = r == 0;
  return MIN(r, 0);
}

int supplement_rows_held(Link *link, gint64 base, gint64 contact, GArray *to, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error, "SELECT d.id" LINES " WHERE a.contact = ?2 AND d.state = 'held'", "ii",
                     base, contact);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    gint64 id = statement_int(s, 0);
    g_array_append_val(to, id);
    r = 0;
  }
  return r;
}
