/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/import_rows.h"

#include "base/ident.h"

#define NEVER "9223372036854775807"

void import_record_clear(ImportRecord *record) {
  g_clear_pointer(&record->name, g_free);
  g_clear_pointer(&record->list, g_free);
  g_clear_pointer(&record->user, g_free);
}

int import_rows_begin(Link *link, const ImportRecord *record, gint64 now, gint64 *ret_id, GError **error) {
  return link_insert(link, ret_id, error,
                     "INSERT INTO imports (state, name, list, user_name, clearance, started_at)"
                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                     "itttii", (gint64)IMPORT_STAGING, record->name, record->list, record->user,
                     record->clearance, now);
}

int import_rows_load(Link *link, gint64 id, ImportRecord *ret, GError **error) {
  g_autoptr(Statement) s = NULL;
  *ret = (ImportRecord){0};
  int r = link_query(
      link, &s, error,
      "SELECT state, name, list, user_name, clearance, after_line, added, changed, unchanged, holders"
      " FROM imports WHERE id = ?1",
      "i", id);
  if (r < 0 || (r = statement_step(s, error)) < 0)
    return r;
  if (r == 0)
    return 1;
  *ret = (ImportRecord){.id = id,
                        .state = (enum import_state)statement_int(s, 0),
                        .name = g_strdup(statement_text(s, 1)),
                        .list = g_strdup(statement_text(s, 2)),
                        .user = g_strdup(statement_text(s, 3)),
                        .clearance = statement_int(s, 4),
                        .after_line = statement_int(s, 5),
                        .added = statement_int(s, 6),
                        .changed = statement_int(s, 7),
                        .unchanged = statement_int(s, 8),
                        .holders = statement_int(s, 9)};
  return 0;
}

int import_rows_save(Link *link, const ImportRecord *record, GError **error) {
  int r = link_run(
      link, error,
      "UPDATE imports SET state = ?2, after_line = ?3, added = ?4, changed = ?5, unchanged = ?6, holders = ?7"
      " WHERE id = ?1",
      "iiiiiii", record->id, (gint64)record->state, record->after_line, record->added, record->changed,
      record->unchanged, record->holders);
  return MIN(r, 0);
}

int import_rows_in_state(Link *link, enum import_state state, gint64 *ret_id, GError **error) {
  return link_int(link, ret_id, error, "SELECT id FROM imports WHERE state = ?1 ORDER BY id LIMIT 1", "i",
                  (gint64)state);
}

int import_rows_stage(Link *link, gint64 import, gint64 line, const char *identity, const char *cells,
                      gint64 *ret_line, GError **error) {
  int r = link_run(link, error,
                   "INSERT INTO import_rows (import, line, identity, cells) VALUES (?1, ?2, ?3, ?4)"
                   " ON CONFLICT (import, identity) DO NOTHING",
                   "iitt", import, line, identity, cells);
  if (r != 0)
    return MIN(r, 0);
  r = link_int(link, ret_line, error, "SELECT line FROM import_rows WHERE import = ?1 AND identity = ?2",
               "it", import, identity);
  return r < 0 ? r : 1;
}

static void staged_clear(gpointer row) {
  g_free(((StagedRow *)row)->cells);
}

int import_rows_staged(Link *link, gint64 import, gint64 after, gint64 limit, GArray **ret, GError **error) {
  g_autoptr(Statement) s = NULL;
  *ret = g_array_new(FALSE, FALSE, sizeof(StagedRow));
  g_array_set_clear_func(*ret, staged_clear);
  int r = link_query(
      link, &s, error,
      "SELECT line, contact, cells FROM import_rows WHERE import = ?1 AND line > ?2 ORDER BY line LIMIT ?3",
      "iii", import, after, limit);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    StagedRow row = {statement_int(s, 0), statement_int(s, 1), g_strdup(statement_text(s, 2))};
    g_array_append_val(*ret, row);
    r = 0;
  }
  return r;
}

int import_rows_mean(Link *link, gint64 import, gint64 line, gint64 contact, const char *cells,
                     GError **error) {
  int r =
      link_run(link, error, "UPDATE import_rows SET contact = ?3, cells = ?4 WHERE import = ?1 AND line = ?2",
               "iikt", import, line, contact, cells);
  return MIN(r, 0);
}

int import_rows_line_of(Link *link, gint64 import, gint64 contact, gint64 *ret_line, GError **error) {
  *ret_line = 0;
  int r = link_int(link, ret_line, error,
                   "SELECT line FROM import_rows WHERE import = ?1 AND contact = ?2 LIMIT 1", "ii", import,
                   contact);
  return MIN(r, 0);
}

int import_rows_line_of_id(Link *link, gint64 import, gint64 contact, gint64 *ret_line, GError **error) {
  char id[IDENT_SIZE];
  g_autofree char *numbered = g_strconcat("id/", ident_into(IDENT_CONTACT, contact, id), NULL);
  *ret_line = 0;
  int r = link_int(link, ret_line, error,
                   "SELECT line FROM import_rows WHERE import = ?1 AND (identity = ?2 OR identity ="
                   " (SELECT 'id/' || external_id FROM contacts_now WHERE id = ?3)) LIMIT 1",
                   "iti", import, numbered, contact);
  return MIN(r, 0);
}

int import_rows_line_named(Link *link, gint64 import, const char *identity, gint64 *ret_line,
                           GError **error) {
  *ret_line = 0;
  int r = link_int(link, ret_line, error, "SELECT line FROM import_rows WHERE import = ?1 AND identity = ?2",
                   "it", import, identity);
  return MIN(r, 0);
}

int import_rows_drop(Link *link, gint64 import, gint64 line, GError **error) {
  int r =
      link_run(link, error, "DELETE FROM import_rows WHERE import = ?1 AND line = ?2", "ii", import, line);
  return MIN(r, 0);
}

int import_rows_clear(Link *link, gint64 import, gint64 limit, gboolean forget, GError **error) {
  int r = link_run(link, error,
                   "DELETE FROM import_rows WHERE import = ?1 AND line IN"
                   " (SELECT line FROM import_rows WHERE import = ?1 ORDER BY line LIMIT ?2)",
                   "ii", import, limit);
  if (r != 0 || !forget)
    return r;
  r = link_run(link, error, "DELETE FROM imports WHERE id = ?1", "i", import);
  return MIN(r, 0);
}

int import_rows_clear_left(Link *link, gint64 limit, GError **error) {
  gint64 import = 0;
  int r = link_int(link, &import, error, "SELECT import FROM import_rows LIMIT 1", "");
  return r != 0 ? MIN(r, 0) : import_rows_clear(link, import, limit, FALSE, error);
}

/* New rows stand at the end, so they are found at once; those that were to end are in the index of the dead.
 */
#define TAKE_BACK(table)                                                                                     \
  {                                                                                                          \
    "DELETE FROM " #table " WHERE version IN (SELECT version FROM " #table                                   \
    " WHERE born = ?1 ORDER BY version DESC LIMIT ?2)",                                                      \
        "UPDATE " #table " SET died = " NEVER " WHERE version IN (SELECT version FROM " #table               \
        " WHERE died < " NEVER " AND died = ?1 LIMIT ?2)"                                                    \
  }

int import_rows_undo(Link *link, gint64 generation, gint64 limit, GError **error) {
  static const char *const statements[][2] = {TAKE_BACK(contact_versions), TAKE_BACK(channel_versions),
                                              TAKE_BACK(tenure_versions), TAKE_BACK(ground_versions),
                                              TAKE_BACK(member_versions)};
  gint64 left = limit;
  for (gsize i = 0; i < G_N_ELEMENTS(statements) && left > 0; i++) {
    for (gsize step = 0; step < 2 && left > 0; step++) {
      int r = link_run(link, error, statements[i][step], "ii", generation, left);
      if (r < 0)
        return r;
      left -= r;
    }
  }
  int r = left > 0 ? link_run(link, error, "DELETE FROM lists WHERE born = ?1", "i", generation) : 0;
  return r < 0 ? r : (int)(limit - left);
}
