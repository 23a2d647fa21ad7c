/* SPDX-License-Identifier: GPL-3.0-or-later */
/* signer_fixture.h - what a signer of either kind must stand: an agent that does not answer, many at once */
#pragma once

#include "sign_fixture.h"

/* How many agents of our home got SIGNAL. */
static inline int signer_signal_agents(const Fixture *f, int signal) {
  g_autofree char *wanted = g_strconcat("gpg-agent --homedir ", home_folder(f->ours), " ", NULL);
  g_autoptr(GDir) processes = g_dir_open("/proc", 0, NULL);
  int n = 0;
  for (const char *name; (name = g_dir_read_name(processes)) != NULL;) {
    g_autofree char *path = g_build_filename("/proc", name, "cmdline", NULL), *text = NULL;
    gsize length = 0;
    if (!g_ascii_isdigit(*name) || !g_file_get_contents(path, &text, &length, NULL))
      continue;
    for (gsize i = 0; i < length; i++)
      text[i] = text[i] == '\0' ? ' ' : text[i];
    if (g_str_has_prefix(text, wanted) && kill((pid_t)g_ascii_strtoll(name, NULL, 10), signal) == 0)
      n++;
  }
  return n;
}

/* A signer at work, and who says what its signatures are worth. */
typedef struct {
  Fixture *f;
  gpointer signer;
  int (*sign)(gpointer signer, const char *text, Signature *ret, GError **error);
  gboolean (*is_good)(Fixture *f, const Signature *signature, const char *text);
  int failed;
} SignerAtWork;

static inline void signer_expect_good(const SignerAtWork *w, const char *text) {
  g_auto(Signature) signature = {0};
  assert_done(w->sign(w->signer, text, &signature, error));
  assert_true(w->is_good(w->f, &signature, text));
}

/* Signs while the agent is frozen, after that, and when it was killed. How long the first took. */
static inline gint64 signer_survives_its_agent(const SignerAtWork *w, const char *text) {
  g_auto(Signature) frozen = {0};
  home_set_patience(w->f->ours, 2 * SECOND);
  assert_int_equal(signer_signal_agents(w->f, SIGSTOP), 1);
  gint64 begun = g_get_monotonic_time();
  /* gpg may start another agent in place of the killed one and still succeed. */
  int r = w->sign(w->signer, text, &frozen, NULL);
  if (r != FAULT_BUSY && !(r == 0 && w->is_good(w->f, &frozen, text)))
    fail_msg("with a frozen agent: %d", r);
  gint64 lasted = g_get_monotonic_time() - begun;
  home_set_patience(w->f->ours, 30 * SECOND);
  signer_expect_good(w, text);
  assert_int_equal(signer_signal_agents(w->f, SIGKILL), 1);
  signer_expect_good(w, text);
  return lasted;
}

static inline gpointer signer_work(gpointer data) {
  SignerAtWork *w = data;
  for (int i = 0; i < 5; i++) {
    g_auto(Signature) signature = {0};
    g_autofree char *text = g_strdup_printf("%p %d", data, i);
    if (w->sign(w->signer, text, &signature, NULL) < 0)
      w->failed++;
  }
  return NULL;
}

static inline void signer_signs_at_once(const SignerAtWork *w) {
  SignerAtWork workers[4];
  GThread *threads[G_N_ELEMENTS(workers)];
  for (gsize i = 0; i < G_N_ELEMENTS(workers); i++) {
    workers[i] = *w;
    threads[i] = g_thread_new("worker", signer_work, &workers[i]);
  }
  for (gsize i = 0; i < G_N_ELEMENTS(workers); i++) {
    g_thread_join(threads[i]);
    assert_int_equal(workers[i].failed, 0);
  }
}
