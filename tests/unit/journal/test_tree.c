/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tree over the chain: the same root with kept blocks and without, a proof for every line, and what
 * verification says when a root was changed. */
#include "journal/tree.h"

#include "journal/journal_verify.h"
#include "journal_fixture.h"

#define LINES (2 * TREE_BLOCK + 37)

static void fill(JournalFixture *f, gint64 count) {
  g_autofree Entry *entries = g_new0(Entry, (gsize)count);
  for (gint64 i = 0; i < count; i++)
    entries[i] = (Entry){.kind = ENTRY_DELIVERY_RELAYED, .delivery = i + 1};
  assert_done(note(f, entries, (gsize)count, error));
}

static Digest root_at(JournalFixture *f, gint64 size) {
  g_autoptr(Link) link = NULL;
  Digest root;
  assert_done(store_read(f->store, &link, error));
  assert_done(tree_root(link, size, &root, error));
  return root;
}

static void roots(void **state) {
  JournalFixture *f = *state;
  fill(f, LINES);
  static const gint64 sizes[] = {0, 1, 2, TREE_BLOCK - 1, TREE_BLOCK, TREE_BLOCK + 1, 2 * TREE_BLOCK, LINES};
  Digest before[G_N_ELEMENTS(sizes)];
  for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++)
    before[i] = root_at(f, sizes[i]);
  assert_done(tree_grow(f->store, LINES, error));
  assert_done(tree_grow(f->store, LINES, error));
  for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
    Digest after = root_at(f, sizes[i]);
    assert_true(digest_equal(&before[i], &after));
    assert_true(i == 0 || !digest_equal(&before[i], &before[i - 1]));
  }
}

static void proofs(void **state) {
  JournalFixture *f = *state;
  fill(f, LINES);
  assert_done(tree_grow(f->store, LINES, error));
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->store, &link, error));
  for (gint64 index = 1; index <= LINES; index += 101) {
    TreeProof proof;
    assert_done(tree_prove(link, index, LINES, &proof, error));
    guint64 leaf = (guint64)proof.index - 1, size = (guint64)proof.size;
    assert_true(merkle_verify(&proof.line, leaf, size, proof.path, proof.length, &proof.root));
    assert_false(merkle_verify(&proof.line, leaf ^ 1, size, proof.path, proof.length, &proof.root));
  }
  TreeProof none;
  assert_int_equal(tree_prove(link, LINES + 1, LINES, &none, NULL), FAULT_ABSENT);
}

static void tampered(void **state) {
  JournalFixture *f = *state;
  fill(f, LINES);
  assert_done(tree_grow(f->store, LINES, error));
  g_auto(Verified) before = {0};
  assert_done(journal_verify_store(f->journal, f->store, NULL, &before, error));
  assert_done(tamper(f, "UPDATE chain_blocks SET root = zeroblob(32) WHERE number = 2", error));
  g_auto(Verified) verified = {0};
  assert_int_equal(journal_verify_store(f->journal, f->store, NULL, &verified, NULL), JOURNAL_NOT_INTACT);
  assert_int_equal(verified.bad, 2 * TREE_BLOCK);
  assert_non_null(strstr(verified.trouble, "kept root"));
  assert_done(tamper(f, "DELETE FROM entries WHERE id = 5", error));
  g_autoptr(Link) link = NULL;
  Digest root;
  assert_done(store_read(f->store, &link, error));
  assert_done(tree_root(link, TREE_BLOCK, &root, error));
  assert_int_equal(tree_root(link, 7, &root, NULL), FAULT_RULE);
}

#define WITH_JOURNAL(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {WITH_JOURNAL(roots), WITH_JOURNAL(proofs), WITH_JOURNAL(tampered)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
