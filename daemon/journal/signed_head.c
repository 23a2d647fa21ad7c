/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/signed_head.h"

#include <string.h>

#include "base/fault.h"

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

char *signed_head_file(const Head *head) {
  char hex[DIGEST_HEX_SIZE];
  digest_hex(&head->line, hex);
  return g_strdup_printf("%" G_GINT64_FORMAT " %s\n", head->index, hex);
}

/* As sha256sum writes it: digest, two spaces, name. */
static void add_sum(GString *manifest, const char *content, const char *name) {
  char hex[DIGEST_HEX_SIZE];
  Digest digest = digest_of(content, strlen(content));
  digest_hex(&digest, hex);
  g_string_append_printf(manifest, "%s  %s\n", hex, name);
}

static char *manifest_of(const SignedHead *head, const SignedHead *before) {
  GString *manifest = g_string_new(NULL);
  g_autofree char *file = signed_head_file(&head->head), *name = signed_head_file_name(head->number);
  add_sum(manifest, file, name);
  if (before != NULL) {
    g_autofree char *earlier = g_strdup_printf("MANIFEST-%" G_GINT64_FORMAT, before->number);
    add_sum(manifest, before->manifest, earlier);
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

static int make_next(Journal *journal, Store *store, Signer *signer, GBytes *public, gint64 now,
                     SignedHead *head, GError **error) {
  g_autoptr(SignedHead) before = NULL;
  g_autoptr(Link) link = NULL;
  journal_head(journal, &head->head);
  int r = store_read(store, &link, error);
  if (r == 0)
    r = signed_head_last(link, &before, error);
  g_clear_pointer(&link, link_return);
  if (r < 0)
    return r;
  if (head->head.index == 0 || (before != NULL && before->head.index >= head->head.index))
    return NOTHING_NEW;
  head->number = before != NULL ? before->number + 1 : 1;
  head->at = now;
  head->manifest = manifest_of(head, before);
  return sign(store, signer, public, head, error);
}

int signed_head_make(Journal *journal, Store *store, Keeper *keeper, gint64 now, SignedHead **ret,
                     GError **error) {
  Signer *signer = NULL;
  GBytes *public = NULL;
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
