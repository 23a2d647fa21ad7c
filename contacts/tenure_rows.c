/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/tenure_rows.h"

#include "contacts/contacts_rows.h"

gboolean tenure_is_present(Day from, Day to, Day today) {
  return from <= today && (to == 0 || to >= today);
}

int tenure_rows_load(Link *link, gint64 generation, gint64 contact, enum tenure_side side, GArray **ret,
                     GError **error) {
  static const char *const queries[] = {
      [TENURE_OF_OFFICE] = "SELECT version, born, id, office, person, from_day, to_day, verified_day, manner "
                           "FROM tenure_versions"
                           " WHERE office = ?1 AND born <= ?2 AND died > ?2 ORDER BY from_day, id",
      [TENURE_OF_PERSON] = "SELECT version, born, id, office, person, from_day, to_day, verified_day, manner "
                           "FROM tenure_versions"
                           " WHERE person = ?1 AND born <= ?2 AND died > ?2 ORDER BY from_day, id"};
  g_autoptr(Statement) s = NULL;
  *ret = g_array_new(FALSE, FALSE, sizeof(TenureVersion));
  int r = link_query(link, &s, error, queries[side], "ii", contact, generation);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    TenureVersion v = {.version = statement_int(s, 0),
                       .born = statement_int(s, 1),
                       .id = statement_int(s, 2),
                       .office = statement_int(s, 3),
                       .person = statement_int(s, 4),
                       .from = (Day)statement_int(s, 5),
                       .to = (Day)statement_int(s, 6),
                       .verified = (Day)statement_int(s, 7),
                       .manner = (enum tenure_manner)statement_int(s, 8)};
    g_array_append_val(*ret, v);
    r = 0;
  }
  return r;
}

static int insert(Revision *revision, TenureVersion *v, GError **error) {
  v->born = revision->generation;
  int r =
      link_insert(revision->link, &v->version, error,
                  "INSERT INTO tenure_versions (born, id, office, person, from_day, to_day, verified_day, "
                  "manner) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                  "iiiiiiii", revision->generation, v->id, v->office, v->person, (gint64)v->from,
                  (gint64)v->to, (gint64)v->verified, (gint64)v->manner);
  return r < 0 ? r : 0;
}

int tenure_rows_save(Revision *revision, TenureVersion *v, GError **error) {
  int r = 0;
  revision_touch(revision, v->office);
  revision_touch(revision, v->person);
  if (v->version != 0 && revision_owns(revision, v->born)) {
    r = link_run(revision->link, error,
                 "UPDATE tenure_versions SET from_day = ?2, to_day = ?3, verified_day = ?4, manner = ?5 "
                 "WHERE version = ?1",
                 "iiiii", v->version, (gint64)v->from, (gint64)v->to, (gint64)v->verified, (gint64)v->manner);
    return r < 0 ? r : 0;
  }
  if (v->version != 0)
    r = link_run(revision->link, error, "UPDATE tenure_versions SET died = ?2 WHERE version = ?1", "ii",
                 v->version, revision->generation);
  else
    r = contacts_rows_new_part(revision->link, v->office, &v->id, error);
  return r < 0 ? r : insert(revision, v, error);
}

int tenure_rows_end(Revision *revision, const TenureVersion *v, GError **error) {
  revision_touch(revision, v->office);
  revision_touch(revision, v->person);
  int r =
      revision_owns(revision, v->born)
          ? link_run(revision->link, error, "DELETE FROM tenure_versions WHERE version = ?1", "i", v->version)
          : link_run(revision->link, error, "UPDATE tenure_versions SET died = ?2 WHERE version = ?1", "ii",
                     v->version, revision->generation);
  return r < 0 ? r : 0;
}

int tenure_each(Link *link, gint64 contact, Day today, gint64 clearance, TenureSeen seen, gpointer data,
                GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = contact_check(link, contact, clearance, error);
  if (r == 0)
    r = link_query(
        link, &s, error,
        "SELECT t.id, t.office, t.person, t.from_day, t.to_day, t.verified_day, p.name, o.name, t.manner "
        "FROM "
        "tenures_now t"
        " JOIN contacts_now p ON p.id = t.person JOIN contacts_now o ON o.id = t.office"
        " WHERE (t.office = ?1 OR t.person = ?1) AND p.restricted <= ?3 AND o.restricted <= ?3"
        " ORDER BY CASE WHEN t.from_day <= ?2 AND (t.to_day = 0 OR t.to_day >= ?2) THEN 0 ELSE 1 END,"
        " t.from_day DESC, t.id",
        "iii", contact, (gint64)today, clearance);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    Tenure tenure = {.id = statement_int(s, 0),
                     .office = statement_int(s, 1),
                     .person = statement_int(s, 2),
                     .from = (Day)statement_int(s, 3),
                     .to = (Day)statement_int(s, 4),
                     .verified_at = (Day)statement_int(s, 5),
                     .person_name = statement_text(s, 6),
                     .office_name = statement_text(s, 7),
                     .manner = (enum tenure_manner)statement_int(s, 8)};
    tenure.present = tenure_is_present(tenure.from, tenure.to, today);
    r = seen(&tenure, data, error);
    r = MIN(r, 0);
  }
  return r;
}
