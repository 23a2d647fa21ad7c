/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/smtp_peer.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "support/case.h"

#define START_WAIT (30 * G_USEC_PER_SEC)

struct SmtpPeer {
  GPid pid;
  guint port;
  char *folder, *ledger;
};

static void add_option(GPtrArray *arguments, const char *name, const char *value) {
  if (value == NULL)
    return;
  g_ptr_array_add(arguments, g_strdup(name));
  g_ptr_array_add(arguments, g_strdup(value));
}

static guint wait_for_port(const char *path) {
  gint64 end = g_get_monotonic_time() + START_WAIT;
  g_autofree char *text = NULL;
  while (!g_file_get_contents(path, &text, NULL, NULL)) {
    if (g_get_monotonic_time() > end)
      fail_msg("smtp_peer.py does not listen");
    g_usleep(5000);
  }
  return (guint)atoi(text);
}

/* A test that fails does not come to smtp_peer_stop: the peer goes with it. */
static void die_with_parent(gpointer unused) {
  (void)unused;
  (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
}

SmtpPeer *smtp_peer_start(const SmtpPeerOptions *options) {
  SmtpPeer *peer = g_new0(SmtpPeer, 1);
  g_autoptr(GPtrArray) arguments = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GError) error = NULL;
  peer->folder = case_folder_make();
  peer->ledger = g_build_filename(peer->folder, "ledger", NULL);
  g_autofree char *port_file = g_build_filename(peer->folder, "port", NULL);
  g_ptr_array_add(arguments, g_strdup(TESTS_DIR "/support/smtp_peer.py"));
  add_option(arguments, "--ledger", peer->ledger);
  add_option(arguments, "--port-file", port_file);
  add_option(arguments, "--script", options->script);
  add_option(arguments, "--tls", options->tls);
  add_option(arguments, "--tls-folder", options->tls_folder);
  add_option(arguments, "--tls-name", options->tls_name);
  add_option(arguments, "--auth", options->auth);
  add_option(arguments, "--bearer", options->bearer);
  add_option(arguments, "--mechanisms", options->mechanisms);
  add_option(arguments, "--for", "120");
  g_ptr_array_add(arguments, NULL);
  if (!g_spawn_async(NULL, (char **)arguments->pdata, NULL, G_SPAWN_DO_NOT_REAP_CHILD, die_with_parent, NULL,
                     &peer->pid, &error))
    fail_msg("%s", error->message);
  peer->port = wait_for_port(port_file);
  return peer;
}

void smtp_peer_stop(SmtpPeer *peer) {
  if (peer == NULL)
    return;
  (void)kill(peer->pid, SIGTERM);
  while (waitpid(peer->pid, NULL, 0) < 0 && errno == EINTR)
    continue;
  case_folder_remove(peer->folder);
  g_free(peer->ledger);
  g_free(peer);
}

guint smtp_peer_port(const SmtpPeer *peer) {
  return peer->port;
}

char **smtp_peer_ledger(const SmtpPeer *peer) {
  g_autofree char *text = NULL;
  if (!g_file_get_contents(peer->ledger, &text, NULL, NULL))
    return g_new0(char *, 1);
  if (g_str_has_suffix(text, "\n"))
    text[strlen(text) - 1] = '\0';
  return text[0] == '\0' ? g_new0(char *, 1) : g_strsplit(text, "\n", -1);
}

guint smtp_peer_copies(const SmtpPeer *peer) {
  g_auto(GStrv) lines = smtp_peer_ledger(peer);
  return g_strv_length(lines);
}
