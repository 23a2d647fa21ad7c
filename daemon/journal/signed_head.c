/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/signed_head.h"

#include <string.h>

#include "base/fault.h"
#include "journal/tree.h"
#include "sign/signature_check.h"

/* Somebody else signed a head meanwhile: the next number follows that one. */
enum { NUMBER_TAKEN = 1, NOTHING_NEW };

void signed_head_free(SignedHead *head) {
  if (head == NULL)
    return;
  g_free(head->manifest);
  g_clear_pointer(&head->armour, g_bytes_unref);
  g_free(head->fingerprint);
  g_free(head);
}

char *signed_head_file_name(gint64 number) {
  return g_strdup_printf("head-%" G_GINT64_FORMAT ".txt", number);
}

char *signed_head_file(const SignedHead *head) {
  char line[DIGEST_HEX_SIZE], root[DIGEST_HEX_SIZE];
  digest_hex(&head->head.line, line);
  digest_hex(&head->root, root);
  if (!head->has_root)
    return g_strdup_printf("%" G_GINT64_FORMAT " %s\n", head->head.index, line);
  return g_strdup_printf("%" G_GINT64_FORMAT " %s\ntree %s\n", head->head.index, line, root);
}

/* As sha256sum writes it: digest, two spaces, name. */
static void add_sum(GString *manifest, const Digest *digest, const char *name) {
  char hex[DIGEST_HEX_SIZE];
  digest_hex(digest, hex);
  g_string_append_printf(manifest, "%s  %s\n", hex, name);
}

char *signed_head_manifest(const SignedHead *head, const Digest *before) {
  GString *manifest = g_string_new(NULL);
  g_autofree char *file = signed_head_file(head), *name = signed_head_file_name(head->number);
  Digest digest = digest_of(file, strlen(file));
  add_sum(manifest, &digest, name);
  if (before != NULL) {
    g_autofree char *earlier = g_strdup_printf("MANIFEST-%" G_GINT64_FORMAT, head->number - 1);
    add_sum(manifest, before, earlier);
  }
  return g_string_free(manifest, FALSE);
}

typedef struct {
  SignedHead *head;
  GBytes *public;
} Work;

static int work_insert(Link *link, gpointer data, GError **error) {
  const Work *work = data;
  return signed_head_rows_insert(link, work->head, work->public, error);
}

static int sign(Store *store, Signer *signer, GBytes *public, SignedHead *head, GError **error) {
  g_auto(Signature) signature = {0};
  int r = signer_sign(signer, head->manifest, strlen(head->manifest), &signature, error);
  if (r < 0)
    return fault_prefix(error, "the journal's head");
  head->armour = g_bytes_ref(signature.armour);
  head->fingerprint = g_strdup(signature.fingerprint);
  Work work = {head, public};
  return store_write(store, work_insert, &work, error);
}

/* What the next head after BEFORE (NULL: none) says. */
static int fill_in(Link *link, const SignedHead *before, SignedHead *head, GError **error) {
  Digest earlier = {{0}};
  if (before != NULL)
    earlier = digest_of(before->manifest, strlen(before->manifest));
  int r = tree_root(link, head->head.index, &head->root, error);
  if (r < 0)
    return fault_prefix(error, "the journal's tree");
  head->has_root = TRUE;
  head->number = before != NULL ? before->number + 1 : 1;
  head->manifest = signed_head_manifest(head, before != NULL ? &earlier : NULL);
  return 0;
}

static int make_next(Journal *journal, Store *store, Signer *signer, GBytes *public, gint64 now,
                     SignedHead *head, GError **error) {
  g_autoptr(SignedHead) before = NULL;
  g_autoptr(Link) link = NULL;
  journal_head(journal, &head->head);
  int r = tree_grow(store, head->head.index, error);
  if (r == 0)
    r = store_read(store, &link, error);
  if (r == 0)
    r = MIN(signed_head_last(link, &before, error), 0);
  if (r < 0)
    return r;
  if (head->head.index == 0 || (before != NULL && before->head.index >= head->head.index))
    return NOTHING_NEW;
  head->at = now;
  r = fill_in(link, before, head, error);
  g_clear_pointer(&link, link_return);
  return r < 0 ? r : sign(store, signer, public, head, error);
}

int signed_head_make(Journal *journal, Store *store, Keeper *keeper, gint64 now, SignedHead **ret,
                     GError **error) {
  Signer *signer = NULL;
  g_autoptr(GBytes) public = NULL;
  int r = keeper_signer(keeper, &signer, error);
  if (r == 0)
    r = keeper_public(keeper, FALSE, &public, error);
  if (r < 0)
    return r;
  do {
    g_autoptr(SignedHead) head = g_new0(SignedHead, 1);
    r = make_next(journal, store, signer, public, now, head, error);
    if (r == 0 && ret != NULL)
      *ret = g_steal_pointer(&head);
  } while (r == NUMBER_TAKEN);
  return r == NOTHING_NEW ? 1 : r;
}

/* ---- whose signature is it? ---- */

/* That a key has expired since says nothing against what it signed in its time. */
static gboolean was_signed(enum signature_state state) {
  return state == SIGNATURE_GOOD || state == SIGNATURE_EXPIRED || state == SIGNATURE_KEY_EXPIRED ||
         state == SIGNATURE_KEY_REVOKED;
}

int signed_head_check(Store *store, Keeper *keeper, gint64 now, gint64 *ret_index, char **ret_why,
                      GError **error) {
  g_autoptr(SignedHead) head = NULL;
  g_autoptr(Link) link = NULL;
  Home *home = NULL;
  int r = store_read(store, &link, error);
  if (r == 0)
    r = signed_head_last(link, &head, error);
  g_clear_pointer(&link, link_return);
  if (r != 0 || !keeper_has_key(keeper))
    return MIN(r, 0);
  SignatureCheck check = {.state = SIGNATURE_NONE};
  r = keeper_home(keeper, &home, error);
  if (r == 0)
    r = signature_check(home, head->armour, head->manifest, strlen(head->manifest), now, &check, error);
  if (r < 0 || was_signed(check.state))
    return r;
  *ret_index = head->head.index;
  *ret_why = g_strdup_printf("the signature of head %" G_GINT64_FORMAT " does not hold: %s", head->number,
                             signature_state_sentence(check.state));
  return 1;
}
