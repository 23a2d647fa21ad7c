/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hash tree against the leaves and roots that implementations of RFC 6962 share, and every proof of every
 * size. */
#include "base/merkle.h"

#include <string.h>

#include "support/case.h"

static const struct {
  const char *leaf; /* hexadecimal */
  const char *root; /* of all leaves up to this one */
} vectors[] = {
    {"", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
    {"00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
    {"10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
    {"2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
    {"3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
    {"40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
    {"5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
    {"606162636465666768696a6b6c6d6e6f", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"},
};

static gsize bytes_of(const char *hex, guint8 *to) {
  gsize n = strlen(hex) / 2;
  for (gsize i = 0; i < n; i++)
    to[i] = (guint8)(g_ascii_xdigit_value(hex[2 * i]) * 16 + g_ascii_xdigit_value(hex[2 * i + 1]));
  return n;
}

static void test_roots(void **state) {
  (void)state;
  Merkle tree;
  merkle_begin(&tree);
  char hex[DIGEST_HEX_SIZE];
  Digest root = merkle_root(&tree);
  digest_hex(&root, hex);
  assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  for (gsize i = 0; i < G_N_ELEMENTS(vectors); i++) {
    guint8 bytes[64];
    gsize n = bytes_of(vectors[i].leaf, bytes);
    merkle_add(&tree, bytes, n);
    root = merkle_root(&tree);
    digest_hex(&root, hex);
    assert_string_equal(hex, vectors[i].root);
  }
}

static char *leaf_text(guint64 i) {
  return g_strdup_printf("leaf %" G_GUINT64_FORMAT, i);
}

static void fill(Merkle *tree, guint64 count) {
  for (guint64 i = 0; i < count; i++) {
    g_autofree char *text = leaf_text(i);
    merkle_add(tree, text, strlen(text));
  }
}

static void check_proof(guint64 count, guint64 index) {
  Merkle tree;
  merkle_begin(&tree);
  merkle_follow(&tree, index);
  fill(&tree, count);
  Digest root = merkle_root(&tree), proof[MERKLE_LEVELS];
  guint length = merkle_proof(&tree, proof);
  g_autofree char *text = leaf_text(index);
  Digest leaf = merkle_leaf(text, strlen(text)), other = merkle_leaf("other", 5);
  assert_true(merkle_verify(&leaf, index, count, proof, length, &root));
  assert_false(merkle_verify(&other, index, count, proof, length, &root));
  assert_false(merkle_verify(&leaf, count, count, proof, length, &root));
  if (count > 1) {
    assert_false(merkle_verify(&leaf, (index + 1) % count, count, proof, length, &root));
    assert_false(merkle_verify(&leaf, index, count, proof, length - 1, &root));
    proof[length / 2].bytes[7] ^= 1;
    assert_false(merkle_verify(&leaf, index, count, proof, length, &root));
  }
}

static void test_proofs(void **state) {
  (void)state;
  for (guint64 count = 1; count <= 70; count++)
    for (guint64 index = 0; index < count; index++)
      check_proof(count, index);
}

/* Whole trees by their roots, all but the one with the followed leaf: the same root and the same proof. */
static void test_whole_trees(void **state) {
  (void)state;
  const guint level = 3;
  const guint64 size = 1 << level;
  for (guint64 count = 1; count <= 70; count++)
    for (guint64 index = 0; index < count; index += 5) {
      Merkle plain, joined;
      merkle_begin(&plain);
      merkle_follow(&plain, index);
      fill(&plain, count);
      merkle_begin(&joined);
      merkle_follow(&joined, index);
      for (guint64 from = 0; from < count; from += size) {
        Merkle part;
        merkle_begin(&part);
        for (guint64 i = from; i < MIN(from + size, count); i++) {
          g_autofree char *text = leaf_text(i);
          merkle_add(&part, text, strlen(text));
          if (from + size > count || (index >= from && index < from + size))
            merkle_add(&joined, text, strlen(text));
        }
        if (joined.count != from)
          continue;
        Digest root = merkle_root(&part);
        merkle_add_tree(&joined, &root, level);
      }
      Digest one = merkle_root(&plain), other = merkle_root(&joined);
      assert_true(digest_equal(&one, &other));
      Digest proof[MERKLE_LEVELS], same[MERKLE_LEVELS];
      guint length = merkle_proof(&plain, proof);
      assert_int_equal(merkle_proof(&joined, same), length);
      assert_memory_equal(proof, same, length * sizeof(Digest));
    }
}

/* A node must not pass for a leaf: the two are hashed differently. */
static void test_second_preimage(void **state) {
  (void)state;
  Digest a = merkle_leaf("a", 1), b = merkle_leaf("b", 1);
  guint8 both[2 * DIGEST_SIZE];
  memcpy(both, a.bytes, DIGEST_SIZE);
  memcpy(both + DIGEST_SIZE, b.bytes, DIGEST_SIZE);
  Merkle two, one;
  merkle_begin(&two);
  merkle_add(&two, "a", 1);
  merkle_add(&two, "b", 1);
  merkle_begin(&one);
  merkle_add(&one, both, sizeof both);
  Digest root_of_two = merkle_root(&two), root_of_one = merkle_root(&one);
  assert_false(digest_equal(&root_of_two, &root_of_one));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_roots),
      cmocka_unit_test(test_proofs),
      cmocka_unit_test(test_whole_trees),
      cmocka_unit_test(test_second_preimage),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
