/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reply/cursor.h"

#include "reply/cursor_rows.h"

static int load(Link *link, const CursorOf *of, MailCursor *ret, GArray *left, GError **error) {
  g_autofree char *place = NULL;
  int r = cursor_rows_find(link, of, ret, &place, error);
  if (r != 0)
    return MIN(r, 0);
  if (g_strcmp0(place, of->place) != 0) {
    *ret = (MailCursor){.numbering = ret->numbering + 1};
    return 0;
  }
  return cursor_rows_left(link, of, ret->numbering, left, error);
}

int cursor_load(Store *store, const CursorOf *of, MailCursor *ret, GArray *left, GError **error) {
  g_autoptr(Link) link = NULL;
  *ret = (MailCursor){0};
  int r = store_read(store, &link, error);
  return r < 0 ? r : load(link, of, ret, left, error);
}

typedef struct {
  const CursorOf *of;
  const MailCursor *cursor;
  gint64 numbering, uid;
} Change;

static int save_unit(Link *link, gpointer data, GError **error) {
  const Change *change = data;
  return cursor_rows_write(link, change->of, change->cursor, error);
}

int cursor_save(Store *store, const CursorOf *of, const MailCursor *cursor, GError **error) {
  Change change = {.of = of, .cursor = cursor};
  return store_write(store, save_unit, &change, error);
}

static int leave_unit(Link *link, gpointer data, GError **error) {
  const Change *change = data;
  return cursor_rows_leave(link, change->of, change->numbering, change->uid, error);
}

int cursor_leave(Store *store, const CursorOf *of, gint64 numbering, gint64 uid, GError **error) {
  Change change = {.of = of, .numbering = numbering, .uid = uid};
  return store_write(store, leave_unit, &change, error);
}

int cursor_known(Store *store, const char *account, const GPtrArray *names, enum mail_kept *ret,
                 GError **error) {
  g_autoptr(Link) link = NULL;
  int r = store_read(store, &link, error);
  for (guint i = 0; r == 0 && i < names->len; i++)
    r = cursor_rows_known(link, account, names->pdata[i], &ret[i], error);
  return r;
}
