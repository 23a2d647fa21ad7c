/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/ground_rows.h"

#include "base/text.h"
#include "contacts/contacts_rows.h"

#include <string.h>

#define COLUMNS_OF "g.id, g.contact, g.kind, g.area, g.evidence, g.day, g.noted_by"

static int hand_over(Statement *s, GroundSeen seen, gpointer data, GError **error) {
  int r;
  while ((r = statement_step(s, error)) > 0) {
    Ground ground = {.id = statement_int(s, 0),
                     .contact = statement_int(s, 1),
                     .kind = (enum ground_kind)statement_int(s, 2),
                     .area = statement_text(s, 3),
                     .evidence = statement_text(s, 4),
                     .date = (Day)statement_int(s, 5),
                     .noted_by = statement_text(s, 6)};
    if ((r = seen(&ground, data, error)) < 0)
      return r;
  }
  return r;
}

int ground_rows_each(Link *link, gint64 generation, gint64 contact, GroundSeen seen, gpointer data,
                     GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error,
                     "SELECT " COLUMNS_OF
                     " FROM ground_versions g WHERE g.contact = ?1 AND g.born <= ?2 AND g.died > ?2"
                     " ORDER BY g.id",
                     "ii", contact, generation);
  return r < 0 ? r : hand_over(s, seen, data, error);
}

int ground_each(Link *link, gint64 contact, gint64 clearance, GroundSeen seen, gpointer data,
                GError **error) {
  g_autoptr(Contact) card = NULL;
  g_autoptr(Statement) s = NULL;
  int r = contact_find(link, contact, clearance, &card, error);
  if (r == 0)
    r = link_query(link, &s, error,
                   "SELECT " COLUMNS_OF " FROM grounds_now g WHERE g.contact = ?1 ORDER BY g.id", "i",
                   contact);
  return r < 0 ? r : hand_over(s, seen, data, error);
}

/* A ground of the same kind and area, as it stands. */
typedef struct {
  gint64 version, born, id;
  char *evidence;
  Day date;
} Known;

static int find_known(Revision *revision, const Ground *ground, const char *area_folded, Known *ret,
                      GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(
      revision->link, &s, error,
      "SELECT version, born, id, evidence, day FROM ground_versions WHERE contact = ?1 AND kind = ?2"
      " AND area_folded = ?3 AND born <= ?4 AND died > ?4",
      "iiti", ground->contact, (gint64)ground->kind, area_folded, revision->generation);
  if (r == 0 && (r = statement_step(s, error)) > 0) {
    *ret = (Known){statement_int(s, 0), statement_int(s, 1), statement_int(s, 2),
                   g_strdup(statement_text(s, 3)), (Day)statement_int(s, 4)};
    return 0;
  }
  return r;
}

static int insert(Revision *revision, const Ground *ground, const char *area_folded, gint64 id,
                  GError **error) {
  int r = link_run(
      revision->link, error,
      "INSERT INTO ground_versions (born, id, contact, kind, area, area_folded, evidence, day, noted_by, "
      "noted_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
      "iiiitttiti", revision->generation, id, ground->contact, (gint64)ground->kind, ground->area,
      area_folded, ground->evidence, (gint64)ground->date, revision->user, revision->now);
  return r < 0 ? r : 0;
}

static int replace(Revision *revision, const Known *known, GError **error) {
  int r = revision_owns(revision, known->born)
              ? link_run(revision->link, error, "DELETE FROM ground_versions WHERE version = ?1", "i",
                         known->version)
              : link_run(revision->link, error, "UPDATE ground_versions SET died = ?2 WHERE version = ?1",
                         "ii", known->version, revision->generation);
  return r < 0 ? r : 0;
}

int ground_rows_add(Revision *revision, const Ground *ground, gboolean change, gint64 *ret_id,
                    GError **error) {
  g_autofree char *area_folded = text_fold(ground->area != NULL ? ground->area : "");
  Known known = {0};
  Ground wanted = *ground;
  int r = find_known(revision, ground, area_folded, &known, error);
  g_autofree char *known_evidence = known.evidence;
  if (wanted.evidence == NULL)
    wanted.evidence = known_evidence;
  if (wanted.date == 0)
    wanted.date = known.date;
  *ret_id = known.id;
  if (r == 0 && known.id != 0 &&
      (!change || (g_strcmp0(wanted.evidence, known_evidence) == 0 && wanted.date == known.date)))
    return GROUND_THERE;
  if (r == 0)
    r = known.id != 0 ? replace(revision, &known, error)
                      : contacts_rows_new_part(revision->link, ground->contact, ret_id, error);
  if (r == 0)
    r = insert(revision, &wanted, area_folded, *ret_id, error);
  if (r == 0)
    revision_touch(revision, ground->contact);
  return r;
}

int ground_rows_override(Revision *revision, gint64 contact, gint64 mailing, const char *reason,
                         GError **error) {
  int r = link_run(
      revision->link, error,
      "INSERT INTO overrides (contact, mailing, reason, noted_by, noted_at) VALUES (?1, ?2, ?3, ?4, ?5)"
      " ON CONFLICT (contact, mailing) DO UPDATE SET reason = excluded.reason, noted_by = excluded.noted_by,"
      " noted_at = excluded.noted_at",
      "iitti", contact, mailing, reason, revision->user, revision->now);
  return r < 0 ? r : 0;
}

int ground_overridden(Link *link, gint64 contact, gint64 mailing, char **ret_reason, GError **error) {
  g_autofree char *reason = NULL;
  int r = link_text(link, &reason, error, "SELECT reason FROM overrides WHERE contact = ?1 AND mailing = ?2",
                    "ii", contact, mailing);
  if (r == 0 && ret_reason != NULL)
    *ret_reason = g_steal_pointer(&reason);
  return r;
}
