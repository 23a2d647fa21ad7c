/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/case.h"

#include <glib/gstdio.h>

char *case_folder_make(void) {
  g_autoptr(GError) error = NULL;
  char *path = g_dir_make_tmp("valise-test-XXXXXX", &error);
  assert_non_null(path);
  return path;
}

void case_folder_remove(char *path) {
  GDir *dir = g_dir_open(path, 0, NULL);
  for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
    g_autofree char *child = g_build_filename(path, name, NULL);
    if (g_file_test(child, G_FILE_TEST_IS_DIR) && !g_file_test(child, G_FILE_TEST_IS_SYMLINK))
      case_folder_remove(g_steal_pointer(&child));
    else
      g_unlink(child);
  }
  if (dir != NULL)
    g_dir_close(dir);
  g_rmdir(path);
  g_free(path);
}
