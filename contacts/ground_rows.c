/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/ground_rows.h"

#include "base/fault.h"
#include "base/text.h"
#include "contacts/contacts_rows.h"

#include <string.h>

#define COLUMNS_OF                                                                                           \
  "g.id, g.contact, g.kind, g.area, g.evidence, g.day, g.noted_by, g.noted_at, g.file_digest, "              \
  "g.file_name, g.file_size"

static Ground read_ground(Statement *s) {
  Ground ground = {.id = statement_int(s, 0),
                   .contact = statement_int(s, 1),
                   .kind = (enum ground_kind)statement_int(s, 2),
                   .area = statement_text(s, 3),
                   .evidence = statement_text(s, 4),
                   .date = (Day)statement_int(s, 5),
                   .noted_by = statement_text(s, 6),
                   .noted_at = statement_int(s, 7),
                   .file_name = statement_text(s, 9),
                   .file_size = statement_int(s, 10)};
  gsize size = 0;
  gconstpointer digest = statement_blob(s, 8, &size);
  if (digest != NULL && size == DIGEST_SIZE)
    memcpy(ground.file.bytes, digest, DIGEST_SIZE);
  return ground;
}

/* SINCE: the first day of the present holders, 0: none or not known. */
static int hand_over(Statement *s, Day since, GroundSeen seen, gpointer data, GError **error) {
  int r;
  while ((r = statement_step(s, error)) > 0) {
    Ground ground = read_ground(s);
    Day day = ground.date != 0 ? ground.date : day_of_moment(ground.noted_at, NULL);
    ground.before_holder = since != 0 && day < since;
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
  return r < 0 ? r : hand_over(s, 0, seen, data, error);
}

/* The day since which none but the present holders held the office. */
static int find_since(Link *link, gint64 office, Day today, Day *ret, GError **error) {
  gint64 since = 0;
  int r = link_int(link, &since, error,
                   "SELECT coalesce(min(from_day), 0) FROM tenures_now WHERE office = ?1 AND from_day <= ?2"
                   " AND (to_day = 0 OR to_day >= ?2)",
                   "ii", office, (gint64)today);
  *ret = (Day)since;
  return MIN(r, 0);
}

int ground_each(Link *link, gint64 contact, Day today, gint64 clearance, GroundSeen seen, gpointer data,
                GError **error) {
  g_autoptr(Contact) card = NULL;
  g_autoptr(Statement) s = NULL;
  Day since = 0;
  int r = contact_find(link, contact, clearance, &card, error);
  if (r == 0 && card->kind == CONTACT_PERSON)
    return 0;
  if (r == 0)
    r = find_since(link, contact, today, &since, error);
  if (r == 0)
    r = link_query(link, &s, error,
                   "SELECT " COLUMNS_OF " FROM grounds_now g WHERE g.contact = ?1 ORDER BY g.id", "i",
                   contact);
  return r < 0 ? r : hand_over(s, since, seen, data, error);
}

int ground_file(Link *link, gint64 contact, gint64 ground, gint64 clearance, Digest *ret, char **ret_name,
                GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = contact_check(link, contact, clearance, error);
  if (r == 0)
    r = link_query(link, &s, error,
                   "SELECT " COLUMNS_OF " FROM grounds_now g WHERE g.contact = ?1 AND g.id = ?2"
                   " AND g.file_name IS NOT NULL",
                   "ii", contact, ground);
  if (r < 0 || (r = statement_step(s, error)) < 0)
    return r;
  if (r == 0)
    return fault(
        error, FAULT_ABSENT,
        "the contact has no ground of that number with an evidence file; `valise contacts show` lists "
        "them");
  Ground found = read_ground(s);
  *ret = found.file;
  *ret_name = g_strdup(found.file_name);
  return 0;
}

int ground_each_file(Link *link, GroundFileSeen seen, gpointer data, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error,
                     "SELECT min(contact), file_digest FROM grounds_now WHERE file_name IS NOT NULL"
                     " GROUP BY file_digest ORDER BY 1",
                     "");
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    Digest digest = {{0}};
    gsize size = 0;
    gconstpointer bytes = statement_blob(s, 1, &size);
    if (bytes != NULL && size == DIGEST_SIZE)
      memcpy(digest.bytes, bytes, DIGEST_SIZE);
    r = seen(statement_int(s, 0), &digest, data, error);
    r = MIN(r, 0);
  }
  return r;
}

/* A ground of the same kind and area, as it stands. */
typedef struct {
  gint64 version, born, id;
  char *evidence, *file_name;
  Digest file;
  gint64 file_size;
  Day date;
} Known;

static void known_clear(Known *known) {
  g_free(known->evidence);
  g_free(known->file_name);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Known, known_clear)

static int find_known(Revision *revision, const Ground *ground, const char *area_folded, Known *ret,
                      GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(revision->link, &s, error,
                     "SELECT " COLUMNS_OF
                     ", g.version, g.born FROM ground_versions g WHERE contact = ?1 AND kind = ?2"
                     " AND area_folded = ?3 AND born <= ?4 AND died > ?4",
                     "iiti", ground->contact, (gint64)ground->kind, area_folded, revision->generation);
  if (r == 0 && (r = statement_step(s, error)) > 0) {
    Ground found = read_ground(s);
    *ret = (Known){.version = statement_int(s, 11),
                   .born = statement_int(s, 12),
                   .id = found.id,
                   .evidence = g_strdup(found.evidence),
                   .file_name = g_strdup(found.file_name),
                   .file = found.file,
                   .file_size = found.file_size,
                   .date = found.date};
    return 0;
  }
  return r;
}

static int insert(Revision *revision, const Ground *ground, const char *area_folded, gint64 id,
                  GError **error) {
  int r = link_run(
      revision->link, error,
      "INSERT INTO ground_versions (born, id, contact, kind, area, area_folded, evidence, day, noted_by, "
      "noted_at, file_digest, file_name, file_size) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, "
      "?12, ?13)",
      "iiiitttitidti", revision->generation, id, ground->contact, (gint64)ground->kind, ground->area,
      area_folded, ground->evidence, (gint64)ground->date, revision->user, revision->now,
      ground->file_name != NULL ? &ground->file : NULL, ground->file_name, ground->file_size);
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

/* What GROUND does not say stays as it is known. */
static Ground complete(const Ground *ground, const Known *known) {
  Ground wanted = *ground;
  if (wanted.evidence == NULL)
    wanted.evidence = known->evidence;
  if (wanted.date == 0)
    wanted.date = known->date;
  if (wanted.file_name == NULL) {
    wanted.file_name = known->file_name;
    wanted.file = known->file;
    wanted.file_size = known->file_size;
  }
  return wanted;
}

static gboolean is_same(const Ground *ground, const Known *known) {
  return g_strcmp0(ground->evidence, known->evidence) == 0 && ground->date == known->date &&
         g_strcmp0(ground->file_name, known->file_name) == 0 && digest_equal(&ground->file, &known->file);
}

int ground_rows_add(Revision *revision, const Ground *ground, gboolean change, gint64 *ret_id,
                    GError **error) {
  g_autofree char *area_folded = text_fold(ground->area != NULL ? ground->area : "");
  g_auto(Known) known = {0};
  int r = find_known(revision, ground, area_folded, &known, error);
  Ground wanted = complete(ground, &known);
  *ret_id = known.id;
  if (r == 0 && known.id != 0 && (!change || is_same(&wanted, &known)))
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
