/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/making.h"

static int read_splice(const OutboxOptions *options, gint64 delivery, GBytes **ret, GError **error) {
  g_autoptr(Link) link = NULL;
  int r = store_read(options->store, &link, error);
  return r < 0 ? r : outbox_splice(link, delivery, ret, error);
}

int making_compose(const OutboxOptions *options, const Claim *claim, Composed *ret, GError **error) {
  const Composer *composer = &options->composer;
  g_autoptr(GBytes) splice = NULL;
  int r = claim->composed ? read_splice(options, claim->delivery, &splice, error) : 0;
  if (r == 0)
    r = composer->compose(composer->data, claim, splice, ret, error);
  if (r != COMPOSE_DONE || !claim->composed || digest_equal(&claim->sha256, &ret->message->digest))
    return r;
  ret->reason = "bytes-changed";
  ret->words = g_strdup("its bytes would differ from those of an earlier attempt");
  return COMPOSE_PARK;
}

gboolean making_waits(const OutboxOptions *options, const Claim *claim) {
  const Composer *composer = &options->composer;
  return composer->waits != NULL && composer->waits(composer->data, claim);
}
