/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "evidence/reckoning.h"

#include <string.h>

#include "base/ident.h"
#include "journal/facts.h"
#include "journal/journal_rows.h"
#include "outbox/outbox.h"

/* What the journal tells of one delivery. */
typedef struct {
  gint64 entry;   /* the last one about its state; 0: none */
  guint64 digest; /* the first eight bytes of its message's, as the last intent noted it */
  enum delivery_state state;
} Told;

typedef struct {
  GArray *told; /* of Told, by number */
  gint64 after; /* the last entry that was read */
  gint64 seen;
} Reckoning;

static const struct {
  enum entry_kind kind;
  enum delivery_state state;
} afters[] = {
    {ENTRY_DELIVERIES_PLANNED, DELIVERY_PLANNED}, {ENTRY_DELIVERIES_READY, DELIVERY_READY},
    {ENTRY_DELIVERIES_CLAIMED, DELIVERY_CLAIMED}, {ENTRY_DELIVERY_HELD, DELIVERY_HELD},
    {ENTRY_DELIVERY_READY, DELIVERY_READY},       {ENTRY_DELIVERY_COMMITTING, DELIVERY_COMMITTING},
    {ENTRY_DELIVERY_RELAYED, DELIVERY_RELAYED},   {ENTRY_DELIVERY_DEFERRED, DELIVERY_READY},
    {ENTRY_DELIVERY_REFUSED, DELIVERY_REFUSED},   {ENTRY_DELIVERY_IN_DOUBT, DELIVERY_IN_DOUBT},
    {ENTRY_DELIVERY_PRESUMED, DELIVERY_PRESUMED}, {ENTRY_DELIVERY_RESENT, DELIVERY_READY},
    {ENTRY_DELIVERY_EXPIRED, DELIVERY_EXPIRED},   {ENTRY_DELIVERY_CANCELLED, DELIVERY_CANCELLED},
    {ENTRY_DELIVERY_PARKED, DELIVERY_PARKED},     {ENTRY_DELIVERY_SUPERSEDED, DELIVERY_PLANNED},
    {ENTRY_DELIVERY_TO_DO, DELIVERY_TO_DO},       {ENTRY_DELIVERY_DONE, DELIVERY_DONE},
};

static gboolean state_after(const char *kind, enum delivery_state *ret) {
  for (gsize i = 0; g_str_has_prefix(kind, "deliver") && i < G_N_ELEMENTS(afters); i++)
    if (strcmp(entry_kind_name(afters[i].kind), kind) == 0) {
      *ret = afters[i].state;
      return TRUE;
    }
  return FALSE;
}

/* ---- what the journal tells ---- */

static Told *told_of(Reckoning *r, gint64 delivery) {
  if (delivery >= (gint64)r->told->len)
    g_array_set_size(r->told, (guint)delivery + 1);
  return &g_array_index(r->told, Told, delivery);
}

static void tell(Reckoning *r, gint64 first, gint64 last, enum delivery_state state, gint64 entry) {
  for (gint64 delivery = first; delivery > 0 && delivery <= last && delivery < G_MAXINT32; delivery++) {
    Told *told = told_of(r, delivery);
    told->state = state;
    told->entry = entry;
  }
}

/* Ranges of the fact KEY; FALSE when there is none. */
static gboolean tell_ranges(Reckoning *r, const JournalRow *row, const char *key, enum delivery_state state) {
  g_autofree char *value = facts_value(row->facts, key);
  const char *at = value;
  gint64 first, last;
  while (at != NULL && facts_range(&at, &first, &last))
    tell(r, first, last, state, row->index);
  return value != NULL;
}

static guint64 digest_in(const char *facts) {
  g_autofree char *hex = facts_value(facts, "sha256");
  Digest digest;
  guint64 first = 0;
  if (hex != NULL && digest_parse(hex, &digest))
    memcpy(&first, digest.bytes, sizeof first);
  return first;
}

static int take_row(const JournalRow *row, gpointer data, G_GNUC_UNUSED GError **error) {
  Reckoning *r = data;
  enum delivery_state state = DELIVERY_PLANNED;
  r->after = row->index;
  r->seen++;
  if (!state_after(row->kind, &state))
    return 0;
  if (!tell_ranges(r, row, "deliveries", state))
    tell(r, row->delivery, row->delivery, state, row->index);
  tell_ranges(r, row, "held", DELIVERY_HELD);
  if (state == DELIVERY_COMMITTING && !row->erased && row->delivery > 0)
    told_of(r, row->delivery)->digest = digest_in(row->facts);
  return 0;
}

static int read_journal(Reckoning *r, Link *link, GError **error) {
  int result = 0;
  do {
    const JournalFilter filter = {.after = r->after, .limit = JOURNAL_PAGE_MAX};
    r->seen = 0;
    result = journal_rows_each(link, &filter, 1, take_row, r, error);
  } while (result == 0 && r->seen == JOURNAL_PAGE_MAX);
  return result;
}

/* ---- what the rows say ---- */

static char *compare(const Told *told, const DeliveryRow *row, gint64 *ret_index) {
  guint64 digest = 0;
  char id[IDENT_SIZE];
  ident_into(IDENT_DELIVERY, row->id, id);
  *ret_index = told->entry;
  if (told->entry == 0)
    return g_strdup_printf("%s is in the database, and the journal does not know it", id);
  if (told->state != row->state)
    return g_strdup_printf("%s is %s in the database, and %s by the journal", id,
                           delivery_state_name(row->state), delivery_state_name(told->state));
  if (row->has_sha256)
    memcpy(&digest, row->sha256.bytes, sizeof digest);
  return told->digest == 0 || told->digest == digest
             ? NULL
             : g_strdup_printf("the message of %s has another digest in the database than by the journal",
                               id);
}

static int compare_rows(Reckoning *r, Link *link, gint64 *ret_index, char **ret_why, GError **error) {
  DeliveryFilter filter = {.limit = JOURNAL_PAGE_MAX};
  guint n = 0;
  do {
    g_autoptr(GPtrArray) rows = NULL;
    int result = outbox_list(link, 1, &filter, &rows, error);
    if (result < 0)
      return result;
    n = rows->len;
    for (guint i = 0; i < n && *ret_why == NULL; i++) {
      const DeliveryRow *row = g_ptr_array_index(rows, i);
      Told *told = told_of(r, row->id);
      *ret_why = compare(told, row, ret_index);
      told->entry = 0; /* what is left at the end has no row */
      filter.after = row->id;
    }
  } while (n == JOURNAL_PAGE_MAX && *ret_why == NULL);
  return *ret_why != NULL;
}

static char *find_gone(const Reckoning *r, gint64 *ret_index) {
  char id[IDENT_SIZE];
  for (guint i = 0; i < r->told->len; i++) {
    const Told *told = &g_array_index(r->told, Told, i);
    if (told->entry == 0)
      continue;
    *ret_index = told->entry;
    return g_strdup_printf("%s is %s by the journal, and gone from the database",
                           ident_into(IDENT_DELIVERY, i, id), delivery_state_name(told->state));
  }
  return NULL;
}

int reckoning_of_deliveries(Store *store, gint64 *ret_index, char **ret_why, GError **error) {
  g_autoptr(GArray) told = g_array_new(FALSE, TRUE, sizeof(Told));
  g_autoptr(Link) link = NULL;
  Reckoning reckoning = {.told = told};
  *ret_why = NULL;
  int r = store_read(store, &link, error);
  if (r == 0)
    r = read_journal(&reckoning, link, error);
  if (r == 0)
    r = compare_rows(&reckoning, link, ret_index, ret_why, error);
  if (r == 0)
    *ret_why = find_gone(&reckoning, ret_index);
  return r < 0 ? r : *ret_why != NULL;
}
