/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/key_use.h"

#include <string.h>

#include "base/fault.h"

static const struct {
  const char *name;
  enum signed_protocol protocol;
} kinds[KEY_USES] = {[KEY_USE_DOCUMENTS] = {"documents", SIGNED_OPENPGP},
                     [KEY_USE_SMIME] = {"smime", SIGNED_SMIME},
                     [KEY_USE_JOURNAL] = {"journal", SIGNED_OPENPGP}};

const char *key_use_name(enum key_use_kind kind) {
  return kinds[kind].name;
}

/* What is in use now. */
typedef struct {
  Desk *desk;
  enum key_use_kind kind;
  char *fingerprint, *user_id; /* NULL: none is configured */
  GBytes *material;
} Present;

static void present_clear(Present *present) {
  g_free(present->fingerprint);
  g_free(present->user_id);
  g_clear_pointer(&present->material, g_bytes_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Present, present_clear)

static int read_present(Keeper *keeper, Present *ret, GError **error) {
  enum signed_protocol protocol = kinds[ret->kind].protocol;
  Seal seal = {0};
  if (!keeper_has_seal(keeper, protocol))
    return 0;
  int r = keeper_seal(keeper, protocol, &seal, error);
  if (r == 0)
    r = keeper_material(keeper, protocol, &ret->material, error);
  if (r == 0) {
    ret->fingerprint = g_strdup(seal_fingerprint(&seal));
    ret->user_id = g_strdup(seal_name(&seal));
  }
  return r;
}

static int note(const Present *present, Link *link, const char *before, GError **error) {
  g_autofree char *text =
      g_strdup_printf("%s: %s signs%s%s", key_use_name(present->kind),
                      present->fingerprint != NULL ? present->fingerprint : "no key of ours",
                      before != NULL ? ", before it " : "", before != NULL ? before : "");
  Entry entry = {.kind = ENTRY_SIGNING_KEY_CHANGED, .user = actor_daemon.name, .text = text};
  return journal_add(desk_journal(present->desk), link, &entry, error);
}

static int work_note(Link *link, gpointer data, GError **error) {
  const Present *present = data;
  g_autofree char *before = NULL;
  gint64 id = 0, now = clock_wall(desk_clock(present->desk));
  int r = key_use_rows_open(link, present->kind, &id, &before, error);
  if (r < 0)
    return r;
  if (g_strcmp0(before, present->fingerprint) == 0)
    return id != 0 ? key_use_rows_renew(link, id, present->material, error) : 0;
  KeyUse use = {
      .kind = present->kind, .fingerprint = present->fingerprint, .user_id = present->user_id, .since = now};
  r = id != 0 ? key_use_rows_end(link, id, now, error) : 0;
  if (r == 0 && present->fingerprint != NULL)
    r = key_use_rows_begin(link, &use, present->material, error);
  return r == 0 ? note(present, link, before, error) : r;
}

int key_use_note(Desk *desk, Keeper *log_keeper, GError **error) {
  int r = 0;
  gboolean again = FALSE;
  for (int kind = 0; r >= 0 && kind < KEY_USES; kind++) {
    g_auto(Present) present = {.desk = desk, .kind = (enum key_use_kind)kind};
    /* Whoever needs the key is told why it cannot be opened; here it only waits. */
    if (read_present(kind == KEY_USE_JOURNAL ? log_keeper : desk_keeper(desk), &present, NULL) < 0)
      again = TRUE;
    else
      r = store_write(desk_store(desk), work_note, &present, error);
  }
  return r < 0 ? r : again;
}
