/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/entry_rows.h"

#include <string.h>

#include "base/fault.h"
#include "journal/chain.h"
#include "journal/journal_rows.h"

/*
 * Rows are for ever: what may be erased is text, facts and salt. The chain's own columns are what an export
 * writes, so that whoever edits a row must rewrite all rows after it, and then fails at any head kept
 * elsewhere.
 *
 * Each index costs a microsecond a delivery, so there are few: none for kinds and users that any delivery has
 * (their rows are everywhere), none for addressees (ask with their contact), and for times one row in 128
 * (journal_rows.c).
 */
static const char *const steps[] = {
    "CREATE TABLE entries ("
    " id INTEGER PRIMARY KEY,"
    " at BIGINT NOT NULL,"
    " kind TEXT NOT NULL,"
    " by_user TEXT,"
    " mailing BIGINT, addressee BIGINT, delivery BIGINT, delivery_last BIGINT, contact BIGINT,"
    " restricted BIGINT NOT NULL,"
    " text TEXT, facts TEXT, salt BLOB,"
    " previous BLOB NOT NULL, commitment BLOB NOT NULL);"
    "CREATE INDEX entries_by_mailing ON entries (mailing) WHERE mailing IS NOT NULL;"
    "CREATE INDEX entries_by_delivery ON entries (delivery) WHERE delivery IS NOT NULL;"
    "CREATE INDEX entries_by_batch ON entries (delivery, delivery_last) WHERE delivery_last IS NOT NULL;"
    "CREATE INDEX entries_by_contact ON entries (contact) WHERE contact IS NOT NULL;"
    "CREATE INDEX entries_by_kind ON entries (kind)"
    " WHERE kind NOT IN ('delivery-committing', 'delivery-relayed');"
    "CREATE INDEX entries_by_user ON entries (by_user) WHERE by_user <> 'valised';"
    "CREATE TABLE entry_blocks (id INTEGER PRIMARY KEY, earliest BIGINT NOT NULL, latest BIGINT NOT NULL);",

    "CREATE TABLE signed_heads (number INTEGER PRIMARY KEY, at BIGINT NOT NULL, head_index BIGINT NOT NULL,"
    " head_line BLOB NOT NULL, manifest TEXT NOT NULL, armour BLOB NOT NULL, fingerprint TEXT NOT NULL);"
    "CREATE TABLE signed_head_keys (fingerprint TEXT PRIMARY KEY, public BLOB NOT NULL, since BIGINT NOT "
    "NULL);",

    "ALTER TABLE signed_heads ADD COLUMN root BLOB;" /* NULL: signed before there was a tree */
    "CREATE TABLE chain_blocks (number INTEGER PRIMARY KEY, root BLOB NOT NULL);",

    "CREATE TABLE signed_head_stamps (number INTEGER PRIMARY KEY, at BIGINT NOT NULL, url TEXT NOT NULL,"
    " reply BLOB NOT NULL);",
    NULL};

const Schema journal_schema = {"journal", steps};

int entry_rows_insert(Link *link, const EntryContent *content, gboolean restricted, const Head *before,
                      const Digest *commitment, GError **error) {
  return link_run(link, error,
                  "INSERT INTO entries (id, at, kind, by_user, mailing, addressee, delivery, delivery_last,"
                  " contact, restricted, text, facts, salt, previous, commitment)"
                  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
                  "iittkkkkkittrdd", content->index, content->time, content->kind, content->user,
                  content->mailing, content->addressee, content->delivery, content->delivery_last,
                  content->contact, (gint64)restricted, content->text, content->facts,
                  (gconstpointer)content->salt, (gsize)ENTRY_SALT_SIZE, &before->line, commitment);
}

/* The clock may be set back: nobody can tell from two entries when those between them were noted. */
int entry_rows_sum_up(Link *link, gint64 last, GError **error) {
  return link_run(
      link, error,
      "INSERT INTO entry_blocks (id, earliest, latest)"
      " SELECT ?1, MIN(at), MAX(at) FROM entries WHERE id > ?1 - " G_STRINGIFY(ENTRY_BLOCK) " AND id <= ?1",
      "i", last);
}

/* The head of an existing chain is the digest of its last line, which the last row spells. */
int entry_rows_head(Link *link, Head *ret_head, GError **error) {
  g_autoptr(Statement) last = NULL;
  int r = link_query(link, &last, error,
                     "SELECT id, previous, commitment FROM entries ORDER BY id DESC LIMIT 1", NULL);
  if (r == 0)
    r = statement_step(last, error);
  chain_start(ret_head);
  if (r <= 0)
    return r;
  gsize previous_size, commitment_size;
  gconstpointer previous = statement_blob(last, 1, &previous_size);
  gconstpointer commitment = statement_blob(last, 2, &commitment_size);
  if (previous_size != DIGEST_SIZE || commitment_size != DIGEST_SIZE)
    return fault(error, FAULT_SYSTEM,
                 "journal: the last entry is damaged; restore the database from a backup");
  ret_head->index = statement_int(last, 0) - 1;
  memcpy(ret_head->line.bytes, previous, DIGEST_SIZE);
  Digest digest;
  memcpy(digest.bytes, commitment, DIGEST_SIZE);
  chain_advance(ret_head, &digest);
  return 0;
}
