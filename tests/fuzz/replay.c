/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plain main for a target: gives it each file of the folders that are named, whole, halved, and without its
 * last byte. What a fuzzer once found stays found. */
#include "fuzz/fuzz.h"

#include <stdio.h>

static guint replay_file(const char *path) {
  g_autofree char *data = NULL;
  gsize size = 0;
  if (!g_file_get_contents(path, &data, &size, NULL))
    return 0;
  const gsize sizes[] = {size, size / 2, size > 0 ? size - 1 : 0};
  for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
    /* Memory of exactly that size, so that a byte too far is seen. */
    g_autofree uint8_t *copy = g_malloc(MAX(sizes[i], 1));
    memcpy(copy, data, sizes[i]);
    LLVMFuzzerTestOneInput(copy, sizes[i]);
  }
  return 1;
}

static guint replay_folder(const char *folder) {
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  guint files = 0;
  for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
    g_autofree char *path = g_build_filename(folder, name, NULL);
    files += replay_file(path);
  }
  return files;
}

int main(int argc, char **argv) {
  guint files = 0;
  for (int i = 1; i < argc; i++)
    files += replay_folder(argv[i]);
  LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
  printf("%u inputs\n", files);
  return files > 0 ? 0 : 1;
}
