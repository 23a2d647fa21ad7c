/* SPDX-License-Identifier: GPL-3.0-or-later */
/* entry_part.c - the entries with their salts, their lines of the chain, and the way from each line to the
 * root that stands in the signed head */
#include "evidence/evidence_private.h"

#include <stdio.h>

#include "base/fault.h"
#include "journal/tree.h"
#include "mailing/manifest.h"

typedef struct {
  Evidence *evidence;
  GString *lines, *proofs;
} Lines;

static void add_digest(GString *to, const Digest *digest) {
  char hex[DIGEST_HEX_SIZE];
  digest_hex(digest, hex);
  g_string_append_printf(to, " %s", hex);
}

static int add_line(Lines *lines, gint64 index, const char *line, GError **error) {
  const Head *head = &lines->evidence->head->head;
  TreeProof proof;
  g_string_append(lines->lines, line);
  if (index > head->index) /* noted after it was signed */
    return 0;
  int r = tree_prove(lines->evidence->link, index, head->index, &proof, error);
  if (r < 0)
    return r;
  g_string_append_printf(lines->proofs, "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT, proof.index, proof.size);
  add_digest(lines->proofs, &proof.line);
  for (guint i = 0; i < proof.length; i++)
    add_digest(lines->proofs, &proof.path[i]);
  g_string_append_c(lines->proofs, '\n');
  return 0;
}

/* The head that stands in the manifest and at the foot of each letter, when no entry of these has its line.
 */
static int add_promised_line(Lines *lines, GError **error) {
  Evidence *e = lines->evidence;
  g_autofree char *text = NULL, *line = NULL;
  Head head = {0};
  int r = manifest_text(e->link, e->clearance, e->delivery->mailing, &text, error);
  if (r < 0 || !manifest_head(text, &head) || head.index == 0)
    return r;
  for (guint i = 0; i < e->entries->len; i++)
    if (((const Shown *)g_ptr_array_index(e->entries, i))->index == head.index)
      return 0;
  r = disclosure_line(e->link, head.index, &line, error);
  return r < 0 ? r : add_line(lines, head.index, line, error);
}

static int add_entries(Lines *lines, GError **error) {
  Evidence *e = lines->evidence;
  int r = 0;
  for (guint i = 0; r == 0 && i < e->entries->len; i++) {
    const Shown *shown = g_ptr_array_index(e->entries, i);
    g_autofree char *name = g_strdup_printf("entry-%" G_GINT64_FORMAT ".txt", shown->index);
    if (shown->canonical != NULL)
      r = bundle_add(e->bundle, name, shown->canonical, shown->length, error);
    if (r == 0)
      r = add_line(lines, shown->index, shown->line, error);
  }
  return r < 0 ? r : add_promised_line(lines, error);
}

/* ---- heads ---- */

typedef struct {
  gint64 from;   /* the first line of interest */
  GString *rows; /* heads.txt */
  Digest before; /* of the manifest before */
  char *earlier; /* the text of the manifest before the last one */
  char *last;
} Heads;

static int take_head(const SignedHead *head, gpointer data, G_GNUC_UNUSED GError **error) {
  Heads *heads = data;
  if (head->head.index >= heads->from) {
    if (heads->rows->len == 0) {
      g_string_append(heads->rows, "before");
      if (head->number > 1)
        add_digest(heads->rows, &heads->before);
      g_string_append_c(heads->rows, '\n');
    }
    g_string_append_printf(heads->rows, "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT, head->number,
                           head->head.index);
    add_digest(heads->rows, &head->head.line);
    if (head->has_root)
      add_digest(heads->rows, &head->root);
    g_string_append_c(heads->rows, '\n');
  }
  heads->before = digest_of(head->manifest, strlen(head->manifest));
  g_free(heads->earlier);
  heads->earlier = g_steal_pointer(&heads->last);
  heads->last = g_strdup(head->manifest);
  return 0;
}

static int add_named(Evidence *e, const char *format, gint64 number, const char *text, GError **error) {
  g_autofree char *digits = g_strdup_printf("%" G_GINT64_FORMAT, number);
  g_autofree char *name = g_strconcat(format, digits, NULL);
  return bundle_add_text(e->bundle, name, text, error);
}

static int add_stamp(Evidence *e, GError **error) {
  g_autoptr(GBytes) stamp = NULL;
  g_autofree char *name = g_strdup_printf("MANIFEST-%" G_GINT64_FORMAT ".tsr", e->head->number);
  int r = signed_head_stamp(e->link, e->head->number, &stamp, error);
  return r < 0 || stamp == NULL ? r : bundle_add_bytes(e->bundle, name, stamp, error);
}

static int add_signature(Evidence *e, GError **error) {
  g_autoptr(GBytes) ring = NULL;
  g_autofree char *name = g_strdup_printf("MANIFEST-%" G_GINT64_FORMAT ".asc", e->head->number);
  int r = bundle_add_bytes(e->bundle, name, e->head->armour, error);
  if (r == 0)
    r = add_stamp(e, error);
  if (r == 0)
    r = signed_head_ring(e->link, &ring, error);
  return r < 0 ? r : bundle_add_bytes(e->bundle, "log-key.gpg", ring, error);
}

static int add_heads(Evidence *e, GError **error) {
  g_autoptr(GString) rows = g_string_new(NULL);
  const Shown *first = e->entries->len > 0 ? g_ptr_array_index(e->entries, 0) : NULL;
  Heads heads = {.from = first != NULL ? first->index : 0, .rows = rows};
  int r = signed_head_each(e->link, 0, e->head->head.index, G_MAXINT64, take_head, &heads, error);
  if (r == 0)
    r = bundle_add_text(e->bundle, "heads.txt", rows->str, error);
  if (r == 0)
    r = add_named(e, "MANIFEST-", e->head->number, e->head->manifest, error);
  if (r == 0 && heads.earlier != NULL)
    r = add_named(e, "MANIFEST-", e->head->number - 1, heads.earlier, error);
  g_free(heads.earlier);
  g_free(heads.last);
  return r < 0 ? r : add_signature(e, error);
}

int entry_part(Evidence *e, GError **error) {
  g_autoptr(GString) texts = g_string_new(NULL), proofs = g_string_new(NULL);
  Lines lines = {e, texts, proofs};
  int r = add_entries(&lines, error);
  if (r == 0)
    r = bundle_add_text(e->bundle, "lines.txt", texts->str, error);
  if (r == 0)
    r = bundle_add_text(e->bundle, "proofs.txt", proofs->str, error);
  g_autofree char *name = signed_head_file_name(e->head->number), *head = signed_head_file(e->head);
  if (r == 0)
    r = bundle_add_text(e->bundle, name, head, error);
  if (e->head->number != 0)
    return r < 0 ? r : add_heads(e, error);
  evidence_lacks(e, "a signed head", "no head of the journal was signed; see [openpgp] log_key");
  return r;
}
