/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sign_fixture.h - GnuPG homes and keys of one's own, under a short path, made by gpg itself */
#pragma once

#include "base/clock.h"
#include "base/fault.h"
#include "base/file.h"
#include "sign/signature_check.h"
#include "sign/signer.h"
#include "support/case.h"
#include "support/gpg.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#define FORUM "Forum of Examples <forum@forum.example>"

typedef struct {
  char *folder;
  Home *ours, *others;
} Fixture;

/* A key in FOLDER that signs and lasts EXPIRES ("1y", "seconds=30", "20131231T000000" with an earlier WHEN).
 */
static inline void fixture_make_key(const char *folder, const char *name, const char *passphrase,
                                    const char *expires) {
  GPG(folder, "--passphrase", passphrase, "--quick-gen-key", name, "ed25519", "sign", expires);
}

static inline GBytes *fixture_public(Home *home, const char *name) {
  g_autoptr(Key) key = NULL;
  GBytes *bytes = NULL;
  assert_done(key_find(home, name, FALSE, &key, error));
  assert_done(key_export(home, key->fingerprint, TRUE, &bytes, error));
  return bytes;
}

static inline void fixture_give(Home *from, Home *to, const char *name) {
  g_autoptr(GBytes) bytes = fixture_public(from, name);
  g_autoptr(GPtrArray) fingerprints = NULL;
  assert_done(key_import(to, bytes, &fingerprints, error));
  assert_int_equal(fingerprints->len, 1);
}

static inline Fixture *fixture_new(void) {
  Fixture *f = g_new0(Fixture, 1);
  g_autofree char *ours = NULL, *others = NULL;
  f->folder = case_folder_make();
  ours = g_build_filename(f->folder, "k", NULL);
  others = g_build_filename(f->folder, "o", NULL);
  assert_done(home_open(ours, HOME_OURS, &f->ours, error));
  assert_done(home_open(others, HOME_OTHERS, &f->others, error));
  return f;
}

static inline void fixture_free(Fixture *f) {
  home_close(f->ours);
  home_close(f->others);
  case_folder_remove(f->folder);
  g_free(f);
}
