/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/act_signature_file.h"

#include "base/fault.h"
#include "base/file.h"
#include "journal/act_signature.h"

int act_signature_file(const char *path, const char *over, char **ret, GError **error) {
  g_autoptr(GBytes) bytes = NULL;
  *ret = NULL;
  int r = path != NULL ? file_read(path, ACT_SIGNATURE_MAX, &bytes, error) : 0;
  if (r < 0 || path == NULL)
    return r;
  g_autofree char *text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
  if (text == NULL || !g_str_has_prefix(text, "-----BEGIN PGP SIGNATURE-----"))
    return fault(error, FAULT_INPUT,
                 "%s: is no armoured detached signature; make one with `gpg --armor --detach-sign` over what "
                 "`%s` prints",
                 path, over);
  *ret = g_steal_pointer(&text);
  return 0;
}
