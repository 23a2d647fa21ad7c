/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/evidence.h"

char *evidence_folder(const Config *config) {
  return g_build_filename(config->valise.state_dir, "evidence", NULL);
}

char *evidence_path(const Config *config, const Digest *digest) {
  char hex[DIGEST_HEX_SIZE];
  g_autofree char *folder = evidence_folder(config);
  digest_hex(digest, hex);
  return g_build_filename(folder, hex, NULL);
}
