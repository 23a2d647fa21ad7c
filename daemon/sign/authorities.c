/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sign/authorities.h"

#include <string.h>

#include "base/fault.h"
#include "base/file.h"
#include "sign/agent.h"
#include "sign/certificate.h"

static int add_root(Home *home, const char *fingerprint, GString *list, GError **error) {
  g_autoptr(Certificate) certificate = NULL;
  int r = certificate_find(home, fingerprint, FALSE, &certificate, error);
  if (r == 0 && g_strcmp0(certificate->chain, certificate->fingerprint) == 0)
    g_string_append_printf(list, "%s S\n", fingerprint);
  return r;
}

/* An agent that runs has read the list before; where none runs the next one reads this. */
static int write_list(Home *home, const GString *list, GError **error) {
  g_autofree char *path = g_build_filename(home_folder(home), "trustlist.txt", NULL);
  g_autofree char *before = NULL;
  if (g_file_get_contents(path, &before, NULL, NULL) && strcmp(before, list->str) == 0)
    return 0;
  int r = file_write_whole(path, list->str, list->len, 0600, error);
  if (r == 0)
    agent_tell(home, "RELOADAGENT", NULL);
  return r;
}

int authorities_install(Home *home, const char *path, GError **error) {
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(GPtrArray) fingerprints = NULL;
  g_autoptr(GString) list = g_string_new("# written by valised from the file of authorities\n");
  gsize head = list->len;
  int r = file_read(path, AUTHORITIES_FILE_MAX, &bytes, error);
  if (r == 0)
    r = certificate_import(home, bytes, &fingerprints, error);
  for (guint i = 0; r == 0 && i < fingerprints->len; i++)
    r = add_root(home, g_ptr_array_index(fingerprints, i), list, error);
  if (r == 0 && list->len == head)
    r = fault(error, FAULT_INPUT,
              "no certificate in it issues itself, so none is a root; add the authority's");
  if (r == 0)
    r = write_list(home, list, error);
  return r < 0 ? fault_prefix(error, "authorities %s", path) : 0;
}
