/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * journal.c - gathers the entries of a group of units, and chains them when it is flushed
 *
 * Entries wait in memory because their index and the line before them are known only when all units of the
 * group are in. All but the durable head belongs to whoever leads the store's group.
 */
#include "journal/journal.h"

#include <string.h>

#include "base/fault.h"
#include "base/text.h"
#include "journal/chain.h"
#include "journal/entry.h"
#include "journal/entry_rows.h"

#define SALT_POOL 4096

typedef struct {
  Entry entry; /* its texts stand in the arena, at these places: */
  gsize user, text, facts;
  gint64 time;
} Pending;

struct Journal {
  Store *store;
  const Clock *clock;

  GArray *pending; /* of Pending */
  GString *arena;  /* NUL-terminated texts of the pending entries; its byte 0 is NUL: no text */
  guint mark_pending;
  gsize mark_arena;
  Head next; /* with what was flushed and is not yet settled */
  GString *canonical;
  guint8 salts[SALT_POOL];
  gsize salts_left;

  GMutex lock; /* all below */
  GCond grown;
  guint waiting;
  Head durable;
};

/* ---- kinds ----------------------------------------------------------------------------------------- */

static const struct {
  const char *name, *sentence;
} kinds[ENTRY_KINDS] = {
#define KIND(symbol, name, sentence) [symbol] = {name, sentence},
#include "journal/entry_kinds.def"
#undef KIND
};

const char *entry_kind_name(enum entry_kind kind) {
  return kinds[kind].name;
}

const char *entry_kind_sentence(enum entry_kind kind) {
  return kinds[kind].sentence;
}

enum entry_kind entry_kind_of(const char *name) {
  int kind = 0;
  while (kind < ENTRY_KINDS && strcmp(kinds[kind].name, name) != 0)
    kind++;
  return (enum entry_kind)kind;
}

/* ---- adding ---------------------------------------------------------------------------------------- */

/* Keeps TEXT in the arena as one line; returns its place, 0 for none. */
static gsize keep_line(Journal *journal, const char *text) {
  if (text == NULL || *text == '\0')
    return 0;
  gsize place = journal->arena->len;
  entry_escape(journal->arena, text, strlen(text), TEXT_LINE_MAX);
  g_string_append_c(journal->arena, '\0');
  return place;
}

static gsize keep_facts(Journal *journal, const char *facts) {
  if (facts == NULL || *facts == '\0')
    return 0;
  gsize place = journal->arena->len, length = strlen(facts);
  g_string_append_len(journal->arena, facts, (gssize)length);
  if (facts[length - 1] != '\n')
    g_string_append_c(journal->arena, '\n');
  g_string_append_c(journal->arena, '\0');
  return place;
}

int journal_add(Journal *journal, Link *link, const Entry *entry, GError **error) {
  (void)link; /* it proves that the caller is in a unit */
  int r = entry_check_facts(entry->facts, error);
  if (r < 0)
    return r;
  Pending pending = {.entry = *entry, .time = clock_wall(journal->clock)};
  pending.user = keep_line(journal, entry->user);
  pending.text = keep_line(journal, entry->text);
  pending.facts = keep_facts(journal, entry->facts);
  g_array_append_val(journal->pending, pending);
  return 0;
}

static void mark(gpointer data) {
  Journal *journal = data;
  journal->mark_pending = journal->pending->len;
  journal->mark_arena = journal->arena->len;
}

static void undo(gpointer data) {
  Journal *journal = data;
  g_array_set_size(journal->pending, journal->mark_pending);
  g_string_truncate(journal->arena, journal->mark_arena);
}

/* ---- flushing -------------------------------------------------------------------------------------- */

static void take_salt(Journal *journal, guint8 salt[ENTRY_SALT_SIZE]) {
  if (journal->salts_left < ENTRY_SALT_SIZE) {
    random_bytes(journal->salts, SALT_POOL);
    journal->salts_left = SALT_POOL;
  }
  journal->salts_left -= ENTRY_SALT_SIZE;
  memcpy(salt, journal->salts + journal->salts_left, ENTRY_SALT_SIZE);
}

static const char *kept(const Journal *journal, gsize place) {
  return place > 0 ? journal->arena->str + place : NULL;
}

static int flush_one(Journal *journal, Link *link, const Pending *pending, GError **error) {
  const Entry *entry = &pending->entry;
  EntryContent content = {
      .index = journal->next.index + 1,
      .time = pending->time,
      .kind = entry_kind_name(entry->kind),
      .user = kept(journal, pending->user),
      .mailing = entry->mailing,
      .addressee = entry->addressee,
      .delivery = entry->delivery,
      .delivery_last = entry->delivery_last,
      .contact = entry->contact,
      .text = kept(journal, pending->text),
      .facts = kept(journal, pending->facts),
  };
  take_salt(journal, content.salt);
  entry_canonical(&content, journal->canonical);
  Digest commitment = digest_of(journal->canonical->str, journal->canonical->len);
  int r = entry_rows_insert(link, &content, entry->restricted != 0, &journal->next, &commitment, error);
  if (r >= 0 && content.index % ENTRY_BLOCK == 0)
    r = entry_rows_sum_up(link, content.index, error);
  if (r >= 0)
    chain_advance(&journal->next, &commitment);
  return r;
}

static int flush(Link *link, gpointer data, GError **error) {
  Journal *journal = data;
  int r = 0;
  for (guint i = 0; r >= 0 && i < journal->pending->len; i++)
    r = flush_one(journal, link, &g_array_index(journal->pending, Pending, i), error);
  return MIN(r, 0);
}

static void settled(gpointer data, gboolean committed) {
  Journal *journal = data;
  gboolean grew = committed && journal->pending->len > 0;
  g_array_set_size(journal->pending, 0);
  g_string_truncate(journal->arena, 1);
  if (!committed)
    journal->next = journal->durable;
  if (!grew)
    return;
  g_mutex_lock(&journal->lock);
  journal->durable = journal->next;
  if (journal->waiting > 0)
    g_cond_broadcast(&journal->grown);
  g_mutex_unlock(&journal->lock);
}

/* ---- open, close, head ----------------------------------------------------------------------------- */

int journal_open(Store *store, const Clock *clock, Journal **ret_journal, GError **error) {
  g_autoptr(Link) link = NULL;
  Head head;
  int r = store_read(store, &link, error);
  if (r == 0)
    r = entry_rows_head(link, &head, error);
  if (r < 0)
    return r;
  Journal *journal = g_new0(Journal, 1);
  journal->store = store;
  journal->clock = clock;
  journal->pending = g_array_new(FALSE, FALSE, sizeof(Pending));
  journal->arena = g_string_new(NULL);
  g_string_append_c(journal->arena, '\0');
  journal->canonical = g_string_new(NULL);
  journal->next = journal->durable = head;
  g_mutex_init(&journal->lock);
  g_cond_init(&journal->grown);
  store_add_witness(store, &(StoreWitness){mark, undo, flush, settled, journal});
  *ret_journal = journal;
  return 0;
}

void journal_close(Journal *journal) {
  if (journal == NULL)
    return;
  g_array_unref(journal->pending);
  g_string_free(journal->arena, TRUE);
  g_string_free(journal->canonical, TRUE);
  g_mutex_clear(&journal->lock);
  g_cond_clear(&journal->grown);
  g_free(journal);
}

void journal_head(Journal *journal, Head *ret_head) {
  g_mutex_lock(&journal->lock);
  *ret_head = journal->durable;
  g_mutex_unlock(&journal->lock);
}

gboolean journal_wait(Journal *journal, gint64 after, gint64 microseconds) {
  gint64 until = g_get_monotonic_time() + microseconds;
  g_mutex_lock(&journal->lock);
  journal->waiting++;
  gboolean waits = TRUE;
  while (waits && journal->durable.index <= after)
    waits = g_cond_wait_until(&journal->grown, &journal->lock, until);
  journal->waiting--;
  gboolean grew = journal->durable.index > after;
  g_mutex_unlock(&journal->lock);
  return grew;
}
