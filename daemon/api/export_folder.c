/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/export_folder.h"

#include <glib/gstdio.h>
#include <string.h>

#include "api/export_tar.h"
#include "base/fault.h"

static int by_name(gconstpointer a, gconstpointer b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names in FOLDER, in order, ended by NULL. */
static GPtrArray *names_in(const char *folder) {
  GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;)
    g_ptr_array_add(names, g_strdup(name));
  g_ptr_array_sort(names, by_name);
  g_ptr_array_add(names, NULL);
  return names;
}

static void remove_folder(const char *folder, const GPtrArray *names) {
  for (guint i = 0; i + 1 < names->len; i++) {
    g_autofree char *path = g_build_filename(folder, g_ptr_array_index(names, i), NULL);
    g_unlink(path);
  }
  g_rmdir(folder);
}

int export_folder_make(const Ask *ask, char **ret, GError **error) {
  g_autofree char *folder =
      g_build_filename(ask->house->config->valise.state_dir, "incoming", "export-XXXXXX", NULL);
  if (g_mkdtemp_full(folder, 0700) == NULL)
    return fault(error, FAULT_SYSTEM, "%s: cannot be made; is there room in the state directory?", folder);
  *ret = g_steal_pointer(&folder);
  return 0;
}

int export_folder_send(Ask *ask, const char *folder, int r, GError **error) {
  g_autofree char *archive = g_strconcat(folder, ".tar", NULL);
  g_autoptr(GPtrArray) names = names_in(folder);
  if (r == 0)
    r = export_tar_write(archive, folder, (const char *const *)(gconstpointer)names->pdata,
                         clock_wall(ask->house->clock), error);
  if (r == 0)
    r = response_file(ask->response, 200, "application/x-tar", archive, error);
  g_unlink(archive);
  remove_folder(folder, names);
  return r;
}
