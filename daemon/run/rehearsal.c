/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/rehearsal.h"

#include <string.h>

gboolean rehearsal_is_on(const Config *config) {
  return config->valise.mode == CONFIG_REHEARSAL;
}

/* A name may hold what a path would take for something else. */
char *rehearsal_url(const Config *config, const ConfigRelay *relay) {
  if (!rehearsal_is_on(config))
    return g_strdup(relay->url);
  g_autofree char *folder = g_uri_escape_string(relay->name, " ", TRUE);
  if (folder[0] == '.')
    folder[0] = '_';
  return g_strdup_printf("maildir:%s/rehearsal/%s", config->valise.state_dir, folder);
}

/* Those that the rehearsal has for itself may be played with. */
gboolean rehearsal_may_read(const Config *config, const ConfigInbound *inbound) {
  if (!rehearsal_is_on(config))
    return TRUE;
  if (!g_str_has_prefix(inbound->url, "maildir:"))
    return FALSE;
  g_autofree char *path = g_canonicalize_filename(inbound->url + strlen("maildir:"), NULL);
  g_autofree char *state = g_strconcat(config->valise.state_dir, "/", NULL);
  return g_str_has_prefix(path, state);
}

Clock *rehearsal_clock(const Config *config) {
  return rehearsal_is_on(config) ? clock_shifted() : clock_system();
}
