/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/act_signature_file.h"

#include <string.h>

#include "base/fault.h"
#include "base/file.h"
#include "journal/act_signature.h"

#define BEGINNING "-----BEGIN PGP SIGNATURE-----"

int act_signature_file(const char *path, const char *over, char **ret, GError **error) {
  g_autoptr(GBytes) bytes = NULL;
  gsize size = 0;
  *ret = NULL;
  int r = path != NULL ? file_read(path, ACT_SIGNATURE_MAX, &bytes, error) : 0;
  if (r < 0 || path == NULL)
    return r;
  const char *text = g_bytes_get_data(bytes, &size);
  if (size < strlen(BEGINNING) || memcmp(text, BEGINNING, strlen(BEGINNING)) != 0)
    return fault(error, FAULT_INPUT,
                 "%s: is no armoured detached signature; make one with `gpg --armor --detach-sign` over what "
                 "`%s` prints",
                 path, over);
  *ret = g_strndup(text, size);
  return 0;
}
