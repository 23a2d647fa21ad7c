/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reply/erase.h"

#include <errno.h>
#include <unistd.h>

#include "base/crash.h"
#include "base/fault.h"
#include "outbox/fact.h"
#include "reply/inbound_rows.h"

int erase_messages(Link *link, gint64 contact, const char *const *words, GError **error) {
  int r = inbound_rows_erase(link, contact, NULL, error);
  for (; r == 0 && *words != NULL; words++)
    r = inbound_rows_erase(link, 0, *words, error);
  return r == 0 ? fact_erase(link, contact, error) : r;
}

static int gone_unit(Link *link, gpointer data, GError **error) {
  return inbound_rows_erased(link, *(const gint64 *)data, error);
}

static int remove_file(Intake *intake, Store *store, gint64 id, const Digest *sha256, GError **error) {
  g_autofree char *path = intake_path(intake, sha256);
  crash_point("inbound-erased");
  if (unlink(path) != 0 && errno != ENOENT)
    return fault_errno(error, errno, "%s: cannot be removed", path);
  return store_write(store, gone_unit, &id, error);
}

int erase_files(Intake *intake, Store *store, GError **error) {
  gint64 id = 0;
  Digest sha256;
  int r = 0;
  while (r == 0) {
    g_autoptr(Link) link = NULL;
    r = store_read(store, &link, error);
    if (r == 0)
      r = inbound_rows_to_remove(link, id, &id, &sha256, error);
    g_clear_pointer(&link, link_return);
    if (r == 0)
      r = remove_file(intake, store, id, &sha256, error);
  }
  return MIN(r, 0);
}
