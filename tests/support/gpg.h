/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gpg.h - gpg itself, run in a home of a test's own, and a message around what it signs */
#pragma once

#include "support/case.h"

#include <string.h>

/* Runs gpg in HOME with further words; its standard output. */
static inline char *fixture_gpg(const char *home, const char *const *words) {
  g_autoptr(GPtrArray) argv = g_ptr_array_new();
  char *out = NULL, *err = NULL;
  int status = 0;
  static const char *const always[] = {"gpg",   "--batch",         "--no-tty", "--quiet",
                                       "--yes", "--pinentry-mode", "loopback", "--homedir"};
  for (gsize i = 0; i < G_N_ELEMENTS(always); i++)
    g_ptr_array_add(argv, (gpointer)always[i]);
  g_ptr_array_add(argv, (gpointer)home);
  for (; *words != NULL; words++)
    g_ptr_array_add(argv, (gpointer)*words);
  g_ptr_array_add(argv, NULL);
  assert_true(g_spawn_sync(NULL, (char **)argv->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, &err,
                           &status, NULL));
  if (status != 0)
    fail_msg("gpg %s: %s", (char *)argv->pdata[9], err);
  g_free(err);
  return out;
}
#define GPG(home, ...) g_free(fixture_gpg(home, (const char *const[]){__VA_ARGS__, NULL}))

/* A letter of FROM whose signed part is TEXT, with ARMOUR beside it (RFC 3156 §5); CRLF throughout. */
static inline char *gpg_message(const char *from, const char *text, const char *armour) {
  g_autofree char *head =
      g_strconcat("From: ", from,
                  "\nSubject: Re: synthesis\nMIME-Version: 1.0\nContent-Type: multipart/signed; "
                  "micalg=pgp-sha512;\n protocol=\"application/pgp-signature\"; boundary=\"=_b\"\n\n--=_b\n",
                  NULL);
  g_autofree char *rest =
      g_strconcat("\r\n--=_b\nContent-Type: application/pgp-signature\n\n", armour, "\n--=_b--\n", NULL);
  g_autoptr(GString) all = g_string_new(head);
  g_string_append(all, text);
  g_string_append(all, rest);
  g_string_replace(all, "\r\n", "\n", 0);
  g_string_replace(all, "\n", "\r\n", 0);
  return g_string_free(g_steal_pointer(&all), FALSE);
}
