/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/erase_rows.h"

#include "base/text.h"

int erase_rows_family(Link *link, gint64 contact, GArray *to, GError **error) {
  int r = 0;
  g_array_append_val(to, contact);
  /* What is found is looked at in its turn; nobody went into two. */
  for (guint i = to->len - 1; r == 0 && i < to->len; i++) {
    g_autoptr(Statement) s = NULL;
    r = link_query(link, &s, error, "SELECT gone FROM merges WHERE kept = ?1 AND undone_at = 0 ORDER BY id",
                   "i", g_array_index(to, gint64, i));
    while (r == 0 && (r = statement_step(s, error)) > 0) {
      gint64 gone = statement_int(s, 0);
      g_array_append_val(to, gone);
      r = 0;
    }
  }
  return r;
}

static int gather(Link *link, const char *query, gint64 contact, int columns, GPtrArray *to, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error, query, "i", contact);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    for (int i = 0; i < columns; i++)
      if (!text_blank(statement_text(s, i)))
        g_ptr_array_add(to, g_strdup(statement_text(s, i)));
    r = 0;
  }
  return r;
}

int erase_rows_words(Link *link, gint64 contact, GPtrArray *to, GError **error) {
  int r = gather(
      link, "SELECT DISTINCT name, given_name, family_name, external_id FROM contact_versions WHERE id = ?1",
      contact, 4, to, error);
  return r < 0 ? r
               : gather(link, "SELECT DISTINCT value, send, folded FROM channel_versions WHERE contact = ?1",
                        contact, 3, to, error);
}

int erase_rows_ids(Link *link, gint64 contact, GPtrArray *to, GError **error) {
  return gather(link, "SELECT DISTINCT external_id FROM contact_versions WHERE id = ?1", contact, 1, to,
                error);
}

int erase_rows_cards(Link *link, gint64 contact, const char *name, GError **error) {
  int r = link_run(
      link, error,
      "UPDATE contact_versions SET standing = ?2, gender = 0, external_id = NULL, given_name = NULL,"
      " family_name = NULL, honorific = NULL, salutation = NULL, office = NULL, office_kind = NULL,"
      " organisation = NULL, portfolio = NULL, city = NULL, country = NULL, languages = '', openpgp = NULL,"
      " name = ?3, identity = ?4, search = '' WHERE id = ?1",
      "iitt", contact, (gint64)CONTACT_ERASED, name, name);
  return MIN(r, 0);
}

/* What counts is noted in the report, by the place of its counter; the rest is removed in silence. */
static const struct {
  const char *sql;
  gsize counter; /* in EraseReport; G_MAXSIZE: not counted */
} removals[] = {
    {"DELETE FROM channel_versions WHERE contact = ?1", G_STRUCT_OFFSET(EraseReport, channels)},
    {"DELETE FROM member_versions WHERE contact = ?1", G_STRUCT_OFFSET(EraseReport, lists)},
    {"DELETE FROM ground_versions WHERE contact = ?1", G_MAXSIZE},
    {"DELETE FROM memberships WHERE member = ?1", G_MAXSIZE},
    {"UPDATE workshops SET facilitator = NULL WHERE facilitator = ?1", G_MAXSIZE},
    {"UPDATE workshops SET rapporteur = NULL WHERE rapporteur = ?1", G_MAXSIZE},
    {"DELETE FROM objections WHERE contact = ?1", G_STRUCT_OFFSET(EraseReport, objections)},
    {"DELETE FROM unsubscriptions WHERE contact = ?1", G_MAXSIZE},
    {"DELETE FROM overrides WHERE contact = ?1", G_MAXSIZE},
    {"DELETE FROM contact_reviews WHERE contact = ?1", G_MAXSIZE},
    {"DELETE FROM distinct_pairs WHERE a = ?1 OR b = ?1", G_MAXSIZE},
    {"DELETE FROM merge_moves WHERE merge IN (SELECT id FROM merges WHERE kept = ?1)", G_MAXSIZE},
    {"DELETE FROM contact_keys WHERE contact = ?1", G_MAXSIZE},
    {"DELETE FROM import_rows WHERE contact = ?1", G_MAXSIZE},
};

int erase_rows_parts(Link *link, gint64 contact, EraseReport *ret, GError **error) {
  for (gsize i = 0; i < G_N_ELEMENTS(removals); i++) {
    int r = link_run(link, error, removals[i].sql, "i", contact);
    if (r < 0)
      return r;
    if (removals[i].counter != G_MAXSIZE)
      *(gint64 *)(void *)((char *)ret + removals[i].counter) += r;
  }
  return 0;
}
