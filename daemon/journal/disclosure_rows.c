/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/disclosure.h"

#include <string.h>

#include "base/fault.h"
#include "base/ident.h"
#include "journal/chain.h"
#include "journal/facts.h"

#define COLUMNS                                                                                              \
  "SELECT id, at, kind, by_user, mailing, addressee, delivery, delivery_last, contact, text, facts, salt,"   \
  " previous, commitment FROM entries"

/* Each part by an index of its own: of the contact, of rare kinds. Rows about a whole mailing have a kind of
 * their own, and are few. */
static const char concerned[] =
    "SELECT id FROM entries WHERE contact = ?1 AND (mailing = ?2 OR mailing IS NULL)"
    " UNION SELECT id FROM entries WHERE kind IN ('mailing-created', 'mailing-changed', 'mailing-rolled',"
    "  'mailing-submitted', 'mailing-approved', 'mailing-rejected', 'approval-voided', 'mailing-released',"
    "  'mailing-sending', 'mailing-paused', 'mailing-resumed', 'mailing-cancelled', 'mailing-sent',"
    "  'wave-opened') AND kind NOT IN ('delivery-committing', 'delivery-relayed') AND +mailing = ?2"
    " UNION SELECT id FROM entries WHERE kind IN ('document-frozen', 'document-published')"
    "  AND kind NOT IN ('delivery-committing', 'delivery-relayed')";

static const char batches[] =
    "SELECT id FROM entries WHERE delivery_last IS NOT NULL AND delivery <= ?1 AND delivery_last >= ?1";

static void take_bytes(Statement *row, int column, gpointer to, gsize size) {
  gsize found = 0;
  gconstpointer bytes = statement_blob(row, column, &found);
  memset(to, 0, size);
  if (found == size)
    memcpy(to, bytes, size);
}

static void read_line(Statement *row, int index, int previous, int commitment, char line[CHAIN_LINE_SIZE]) {
  Head before = {.index = statement_int(row, index) - 1};
  Digest digest;
  take_bytes(row, previous, before.line.bytes, DIGEST_SIZE);
  take_bytes(row, commitment, digest.bytes, DIGEST_SIZE);
  line[chain_line(&before, &digest, line)] = '\0';
}

/* ---- does it belong? ---- */

static gboolean holds(const GArray *numbers, gint64 first, gint64 last) {
  for (guint i = 0; numbers != NULL && i < numbers->len; i++)
    if (g_array_index(numbers, gint64, i) >= first && g_array_index(numbers, gint64, i) <= last)
      return TRUE;
  return FALSE;
}

/* A batch spans deliveries that it may not hold: its facts name those that it does. */
static gboolean batch_holds(const GArray *deliveries, const char *facts) {
  g_autofree char *ranges = facts_value(facts, "deliveries");
  const char *at = ranges;
  gint64 first, last;
  while (at != NULL && facts_range(&at, &first, &last))
    if (holds(deliveries, first, last))
      return TRUE;
  return FALSE;
}

static gboolean is_of_document(const GArray *documents, const char *facts) {
  g_autofree char *name = facts_value(facts, "document");
  gint64 number = 0;
  return name != NULL && ident_parse(IDENT_DOCUMENT, name, &number, NULL) == 0 &&
         holds(documents, number, number);
}

static gboolean belongs(const Concern *concern, const Disclosed *entry, gboolean batch) {
  if (g_str_has_prefix(entry->kind, "document-"))
    return is_of_document(concern->documents, entry->facts);
  if (batch)
    return batch_holds(concern->deliveries, entry->facts);
  if (entry->mailing == 0)
    return g_strv_contains(concern->personal, entry->kind);
  return TRUE;
}

/* ---- reading ---- */

typedef struct {
  const Concern *concern;
  GString *canonical;
  DisclosedSeen seen;
  gpointer data;
} Reading;

static int hand_over(Statement *row, const Reading *reading, GError **error) {
  char line[CHAIN_LINE_SIZE];
  EntryContent content = {.index = statement_int(row, 0),
                          .time = statement_int(row, 1),
                          .kind = statement_text(row, 2),
                          .user = statement_text(row, 3),
                          .mailing = statement_int(row, 4),
                          .addressee = statement_int(row, 5),
                          .delivery = statement_int(row, 6),
                          .delivery_last = statement_int(row, 7),
                          .contact = statement_int(row, 8),
                          .text = statement_text(row, 9),
                          .facts = statement_text(row, 10)};
  take_bytes(row, 11, content.salt, ENTRY_SALT_SIZE);
  read_line(row, 0, 12, 13, line);
  Disclosed entry = {.index = content.index,
                     .time = content.time,
                     .kind = content.kind,
                     .user = content.user,
                     .mailing = content.mailing,
                     .addressee = content.addressee,
                     .delivery = content.delivery,
                     .contact = content.contact,
                     .text = content.text,
                     .facts = content.facts,
                     .erased = statement_is_null(row, 11),
                     .line = line};
  if (!belongs(reading->concern, &entry, content.delivery_last != 0))
    return 0;
  entry_canonical(&content, reading->canonical);
  entry.canonical = entry.erased ? NULL : reading->canonical->str;
  entry.length = entry.erased ? 0 : reading->canonical->len;
  return reading->seen(&entry, reading->data, error);
}

static int add_ids(int r, Statement *rows, GArray *to, GError **error) {
  while (r == 0 && (r = statement_step(rows, error)) > 0) {
    gint64 id = statement_int(rows, 0);
    g_array_append_val(to, id);
    r = 0;
  }
  return r;
}

static int gather(Link *link, const Concern *concern, GArray *to, GError **error) {
  g_autoptr(Statement) rows = NULL;
  int r = link_query(link, &rows, error, concerned, "ii", concern->contact, concern->mailing);
  r = add_ids(r, rows, to, error);
  for (guint i = 0; r == 0 && i < concern->deliveries->len; i++) {
    g_autoptr(Statement) of_one = NULL;
    r = link_query(link, &of_one, error, batches, "i", g_array_index(concern->deliveries, gint64, i));
    r = add_ids(r, of_one, to, error);
  }
  return r;
}

static int by_number(gconstpointer a, gconstpointer b) {
  gint64 one = *(const gint64 *)a, other = *(const gint64 *)b;
  return (one > other) - (one < other);
}

int disclosure_each(Link *link, gint64 clearance, const Concern *concern, DisclosedSeen seen, gpointer data,
                    GError **error) {
  g_autoptr(GString) canonical = g_string_new(NULL);
  g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
  const Reading reading = {concern, canonical, seen, data};
  int r = gather(link, concern, ids, error);
  g_array_sort(ids, by_number);
  for (guint i = 0; r == 0 && i < ids->len; i++) {
    gint64 id = g_array_index(ids, gint64, i);
    g_autoptr(Statement) row = NULL;
    if (i > 0 && id == g_array_index(ids, gint64, i - 1))
      continue;
    r = link_query(link, &row, error, COLUMNS " WHERE id = ?1 AND restricted <= ?2", "ii", id, clearance);
    if (r == 0 && (r = statement_step(row, error)) > 0)
      r = hand_over(row, &reading, error);
  }
  return MIN(r, 0);
}

int disclosure_line(Link *link, gint64 index, char **ret, GError **error) {
  g_autoptr(Statement) row = NULL;
  char line[CHAIN_LINE_SIZE];
  int r =
      link_query(link, &row, error, "SELECT id, previous, commitment FROM entries WHERE id = ?1", "i", index);
  if (r == 0)
    r = statement_step(row, error);
  if (r == 0)
    return fault(error, FAULT_ABSENT, "the journal has no line %" G_GINT64_FORMAT, index);
  if (r < 0)
    return r;
  read_line(row, 0, 1, 2, line);
  *ret = g_strdup(line);
  return 0;
}
