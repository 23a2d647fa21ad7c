/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/membership.h"

int membership_rows_find(Link *link, const Membership *wanted, Membership *ret, char **ret_role,
                         GError **error) {
  g_autoptr(Statement) s = NULL;
  *ret = (Membership){0};
  int r =
      link_query(link, &s, error,
                 "SELECT id, member, organisation, from_day, to_day, role FROM memberships WHERE member = ?1"
                 " AND coalesce(organisation, 0) = ?2 AND (to_day = 0 OR to_day >= ?3)"
                 " AND (?4 = 0 OR from_day <= ?4) ORDER BY from_day DESC, id DESC LIMIT 1",
                 "iiii", wanted->member, wanted->organisation, (gint64)wanted->from, (gint64)wanted->to);
  if (r < 0 || (r = statement_step(s, error)) < 0)
    return r;
  if (r == 0)
    return 1;
  *ret = (Membership){.id = statement_int(s, 0),
                      .member = statement_int(s, 1),
                      .organisation = statement_int(s, 2),
                      .from = (Day)statement_int(s, 3),
                      .to = (Day)statement_int(s, 4)};
  *ret_role = g_strdup(statement_text(s, 5));
  return 0;
}

int membership_rows_save(Link *link, const Membership *m, const char *user, gint64 now, gint64 *ret_id,
                         GError **error) {
  *ret_id = m->id;
  if (m->id == 0)
    return link_insert(
        link, ret_id, error,
        "INSERT INTO memberships (member, organisation, role, from_day, to_day, noted_by, noted_at)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        "iktiiti", m->member, m->organisation, m->role, (gint64)m->from, (gint64)m->to, user, now);
  int r =
      link_run(link, error,
               "UPDATE memberships SET role = ?2, from_day = ?3, to_day = ?4, noted_by = ?5, noted_at = ?6"
               " WHERE id = ?1",
               "itiiti", m->id, m->role, (gint64)m->from, (gint64)m->to, user, now);
  return MIN(r, 0);
}

static Membership read_one(Statement *s, Day today) {
  Membership m = {.id = statement_int(s, 0),
                  .member = statement_int(s, 1),
                  .organisation = statement_int(s, 2),
                  .member_name = statement_text(s, 3),
                  .organisation_name = statement_text(s, 4),
                  .role = statement_text(s, 5),
                  .from = (Day)statement_int(s, 6),
                  .to = (Day)statement_int(s, 7),
                  .noted_by = statement_text(s, 8)};
  m.present = m.from <= today && (m.to == 0 || m.to >= today);
  return m;
}

int membership_each(Link *link, gint64 contact, Day today, gint64 clearance, MembershipSeen seen,
                    gpointer data, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = contact_check(link, contact, clearance, error);
  if (r == 0)
    r = link_query(
        link, &s, error,
        "SELECT b.id, b.member, b.organisation, p.name, o.name, b.role, b.from_day, b.to_day, b.noted_by"
        " FROM memberships b JOIN contacts_now p ON p.id = b.member"
        " LEFT JOIN contacts_now o ON o.id = b.organisation WHERE (b.member = ?1 OR b.organisation = ?1)"
        " AND p.restricted <= ?3 AND (b.organisation IS NULL OR o.restricted <= ?3)"
        " ORDER BY CASE WHEN b.from_day <= ?2 AND (b.to_day = 0 OR b.to_day >= ?2) THEN 0 ELSE 1 END,"
        " b.from_day DESC, b.id",
        "iii", contact, (gint64)today, clearance);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    Membership m = read_one(s, today);
    r = seen(&m, data, error);
    r = MIN(r, 0);
  }
  return r;
}
