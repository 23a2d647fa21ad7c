/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mould_rack.c - the moulds in use, shared by all couriers */
#include "mailing/mould.h"

#include "base/fault.h"
#include "mailing/mailing.h"

#define SHARED_MAX 64 /* moulds on the rack: mailings under way times languages */

struct MouldRack {
  GRWLock lock;
  GHashTable *moulds; /* gint64 * -> Mould * */
};

static gint64 key_of(gint64 mailing, enum language language, guint form) {
  return (mailing * LANGUAGE_COUNT + (gint64)language) * MOULD_FORMS + form;
}

MouldRack *mould_rack_new(void) {
  MouldRack *rack = g_new0(MouldRack, 1);
  g_rw_lock_init(&rack->lock);
  rack->moulds = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)mould_unref);
  return rack;
}

void mould_rack_free(MouldRack *rack) {
  if (rack == NULL)
    return;
  g_hash_table_unref(rack->moulds);
  g_rw_lock_clear(&rack->lock);
  g_free(rack);
}

void mould_rack_forget(MouldRack *rack, gint64 mailing) {
  g_rw_lock_writer_lock(&rack->lock);
  if (mailing == 0)
    g_hash_table_remove_all(rack->moulds);
  gint64 first = key_of(mailing, (enum language)0, 0), end = key_of(mailing + 1, (enum language)0, 0);
  for (gint64 key = first; mailing != 0 && key < end; key++)
    g_hash_table_remove(rack->moulds, &key);
  g_rw_lock_writer_unlock(&rack->lock);
}

static Mould *find(MouldRack *rack, gint64 key) {
  g_rw_lock_reader_lock(&rack->lock);
  Mould *mould = g_hash_table_lookup(rack->moulds, &key);
  if (mould != NULL)
    mould_ref(mould);
  g_rw_lock_reader_unlock(&rack->lock);
  return mould;
}

static void keep(MouldRack *rack, gint64 key, Mould *mould) {
  g_rw_lock_writer_lock(&rack->lock);
  if (g_hash_table_size(rack->moulds) >= SHARED_MAX)
    g_hash_table_remove_all(rack->moulds);
  g_hash_table_insert(rack->moulds, g_memdup2(&key, sizeof key), mould_ref(mould));
  g_rw_lock_writer_unlock(&rack->lock);
}

static int make_frozen(Desk *desk, Link *link, gint64 mailing, enum language language, guint form,
                       Mould **ret, GError **error) {
  g_autoptr(Mailing) m = NULL;
  g_autoptr(Terms) terms = NULL;
  int r = mailing_find(link, 1, mailing, &m, error);
  if (r == 0)
    r = terms_read(link, m, (form & MOULD_NOTE) != 0, &terms, error);
  if (r > 0)
    return fault(error, FAULT_RULE, "the words of this mailing are not frozen; submit it again");
  return r < 0 ? r : mould_new(desk, link, m, terms, language, form, ret, error);
}

int mould_rack_take(Desk *desk, Link *link, gint64 mailing, const char *language, guint form, Mould **ret,
                    GError **error) {
  enum language known = LANGUAGE_FR;
  if (!language_parse(language, &known))
    return fault(error, FAULT_RULE,
                 "there is no language to write in; give the contact one and make the roll again");
  gint64 key = key_of(mailing, known, form);
  *ret = find(desk_rack(desk), key);
  if (*ret != NULL)
    return 0;
  int r = make_frozen(desk, link, mailing, known, form, ret, error);
  if (r == 0)
    keep(desk_rack(desk), key, *ret);
  return r;
}
