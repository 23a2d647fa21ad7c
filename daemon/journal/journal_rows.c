/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/journal_rows.h"

#include <string.h>

#include "base/fault.h"
#include "journal/entry.h"

#define COLUMNS                                                                                              \
  "SELECT id, at, kind, by_user, mailing, addressee, delivery, delivery_last, contact, text, facts, salt "   \
  "IS NULL"                                                                                                  \
  " FROM entries WHERE restricted <= ?1"

static const char by_delivery[] =
    " AND id IN (SELECT id FROM entries WHERE delivery = ?5 UNION"
    " SELECT id FROM entries WHERE delivery_last IS NOT NULL AND delivery <= ?5 AND delivery_last >= ?5)";

/* The blocks (entry_rows.c) bound where entries of a time can stand, exactly, however the clock was set:
 * before the first block with an entry so late there is none. The block that is not yet full is not summed
 * up. */
#define BLOCK G_STRINGIFY(ENTRY_BLOCK)
static const char from_moment[] =
    " AND at >= ?8 AND id > COALESCE((SELECT MIN(id) - " BLOCK " FROM entry_blocks WHERE latest >= ?8),"
    " (SELECT MAX(id) FROM entry_blocks), 0)";
/* Nor is there one after the last block with an entry so early, unless the block that is not yet full has
 * one. */
static const char to_moment[] =
    " AND at < ?9 AND id <= CASE WHEN EXISTS (SELECT 1 FROM entries WHERE at < ?9"
    " AND id > COALESCE((SELECT MAX(id) FROM entry_blocks), 0)) THEN 9223372036854775807"
    " ELSE COALESCE((SELECT MAX(id) FROM entry_blocks WHERE earliest < ?9), 0) END";

/* In the words of the partial indexes, so that they serve. */
static const char by_rare_kind[] =
    " AND kind = ?6 AND kind NOT IN ('delivery-committing', 'delivery-relayed')";
static const char by_person[] = " AND by_user = ?7 AND by_user <> 'valised'";

static gboolean is_everywhere(const char *kind) {
  return strcmp(kind, entry_kind_name(ENTRY_DELIVERY_COMMITTING)) == 0 ||
         strcmp(kind, entry_kind_name(ENTRY_DELIVERY_RELAYED)) == 0;
}

/* Conditions that few rows fulfil, as far as is known. */
static gboolean is_narrow(const JournalFilter *filter) {
  return filter->delivery != 0 || filter->contact != 0 ||
         (filter->kind != NULL && !is_everywhere(filter->kind)) ||
         (filter->user != NULL && strcmp(filter->user, actor_daemon.name) != 0);
}

/* The numbers of the placeholders are the same in every query, so that all are bound by one call; ?11 is
 * always there. A + before a column keeps the planner, which has no statistics, from its index: a narrower
 * one is there. */
static char *query_of(const JournalFilter *filter) {
  GString *sql = g_string_new(COLUMNS);
  if (filter->mailing != 0)
    g_string_append(sql, is_narrow(filter) ? " AND +mailing = ?2" : " AND mailing = ?2");
  if (filter->contact != 0)
    g_string_append(sql, filter->delivery != 0 ? " AND +contact = ?3" : " AND contact = ?3");
  if (filter->addressee != 0)
    g_string_append(sql, " AND addressee = ?4");
  if (filter->delivery != 0)
    g_string_append(sql, by_delivery);
  if (filter->kind != NULL)
    g_string_append(sql, is_everywhere(filter->kind) ? " AND kind = ?6" : by_rare_kind);
  if (filter->user != NULL)
    g_string_append(sql, strcmp(filter->user, actor_daemon.name) == 0 ? " AND by_user = ?7" : by_person);
  if (filter->since != 0)
    g_string_append(sql, from_moment);
  if (filter->until != 0)
    g_string_append(sql, to_moment);
  if (filter->after != 0)
    g_string_append(sql, filter->newest_first ? " AND id < ?10" : " AND id > ?10");
  g_string_append(sql, filter->newest_first ? " ORDER BY id DESC LIMIT ?11" : " ORDER BY id LIMIT ?11");
  return g_string_free(sql, FALSE);
}

static int check_filter(const JournalFilter *filter, GError **error) {
  if (filter->kind != NULL && entry_kind_of(filter->kind) == ENTRY_KINDS)
    return fault(error, FAULT_INPUT, "\"%s\" is no kind of entry; `valise log kinds` lists them",
                 filter->kind);
  if (filter->limit < 0 || filter->limit > JOURNAL_PAGE_MAX)
    return fault(error, FAULT_INPUT,
                 "a limit of %" G_GINT64_FORMAT " entries: at most %d are listed at a time", filter->limit,
                 JOURNAL_PAGE_MAX);
  return 0;
}

static int hand_over(Statement *row, JournalRowSeen seen, gpointer data, GError **error) {
  JournalRow entry = {
      .index = statement_int(row, 0),
      .time = statement_int(row, 1),
      .kind = statement_text(row, 2),
      .user = statement_text(row, 3),
      .mailing = statement_int(row, 4),
      .addressee = statement_int(row, 5),
      .delivery = statement_int(row, 6),
      .delivery_last = statement_int(row, 7),
      .contact = statement_int(row, 8),
      .text = statement_text(row, 9),
      .facts = statement_text(row, 10),
      .erased = statement_int(row, 11) != 0,
  };
  int r = seen(&entry, data, error);
  return MIN(r, 0);
}

int journal_rows_each(Link *link, const JournalFilter *filter, gint64 clearance, JournalRowSeen seen,
                      gpointer data, GError **error) {
  int r = check_filter(filter, error);
  if (r < 0)
    return r;
  g_autofree char *sql = query_of(filter);
  g_autoptr(Statement) rows = NULL;
  r = link_query(link, &rows, error, sql, "iiiiittiiii", clearance, filter->mailing, filter->contact,
                 filter->addressee, filter->delivery, filter->kind, filter->user, filter->since,
                 filter->until, filter->after, filter->limit > 0 ? filter->limit : (gint64)JOURNAL_PAGE);
  while (r == 0 && (r = statement_step(rows, error)) > 0)
    r = hand_over(rows, seen, data, error);
  return r;
}

int journal_rows_one(Link *link, gint64 index, gint64 clearance, JournalRowSeen seen, gpointer data,
                     GError **error) {
  g_autoptr(Statement) rows = NULL;
  int r = link_query(link, &rows, error, COLUMNS " AND id = ?2", "ii", clearance, index);
  if (r == 0)
    r = statement_step(rows, error);
  if (r == 0)
    return fault(error, FAULT_ABSENT, "the journal has no entry %" G_GINT64_FORMAT, index);
  return r < 0 ? r : hand_over(rows, seen, data, error);
}
