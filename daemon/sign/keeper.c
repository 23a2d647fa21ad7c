/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sign/keeper.h"

#include <string.h>

#include "base/fault.h"

struct Keeper {
  char *folder, *key, *passphrase;
  GMutex lock; /* over all below */
  Home *home;
  Signer *signer;
  GBytes *public[2]; /* binary, armoured: strangers ask often, and each answer of gpg's costs a process */
};

Keeper *keeper_new(const char *folder, const char *key, const char *passphrase) {
  Keeper *keeper = g_new0(Keeper, 1);
  keeper->folder = g_strdup(folder);
  keeper->key = g_strdup(key);
  keeper->passphrase = g_strdup(passphrase);
  g_mutex_init(&keeper->lock);
  return keeper;
}

void keeper_free(Keeper *keeper) {
  if (keeper == NULL)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS(keeper->public); i++)
    g_clear_pointer(&keeper->public[i], g_bytes_unref);
  signer_close(keeper->signer);
  home_close(keeper->home);
  if (keeper->passphrase != NULL)
    explicit_bzero(keeper->passphrase, strlen(keeper->passphrase));
  g_free(keeper->passphrase);
  g_free(keeper->key);
  g_free(keeper->folder);
  g_mutex_clear(&keeper->lock);
  g_free(keeper);
}

gboolean keeper_has_key(const Keeper *keeper) {
  return keeper != NULL && keeper->key != NULL;
}

/* Under LOCK. */
static int open_home(Keeper *keeper, GError **error) {
  if (keeper->home != NULL)
    return 0;
  int r = home_init(error);
  return r < 0 ? r : home_open(keeper->folder, HOME_OURS, &keeper->home, error);
}

int keeper_home(Keeper *keeper, Home **ret, GError **error) {
  if (keeper == NULL)
    return fault(error, FAULT_RULE, "there is no folder for keys");
  g_mutex_lock(&keeper->lock);
  int r = open_home(keeper, error);
  *ret = keeper->home;
  g_mutex_unlock(&keeper->lock);
  return r;
}

int keeper_signer(Keeper *keeper, Signer **ret, GError **error) {
  if (!keeper_has_key(keeper))
    return fault(error, FAULT_RULE,
                 "no key is configured to sign with; name one in [openpgp] key of valise.conf");
  g_mutex_lock(&keeper->lock);
  int r = open_home(keeper, error);
  if (r == 0 && keeper->signer == NULL)
    r = signer_open(keeper->home, keeper->key, keeper->passphrase, &keeper->signer, error);
  *ret = keeper->signer;
  g_mutex_unlock(&keeper->lock);
  return r < 0 ? fault_prefix(error, "[openpgp] key %s", keeper->key) : 0;
}

int keeper_public(Keeper *keeper, gboolean armoured, GBytes **ret, GError **error) {
  Signer *signer = NULL;
  int r = keeper_signer(keeper, &signer, error);
  if (r < 0)
    return r;
  g_mutex_lock(&keeper->lock);
  GBytes **kept = &keeper->public[armoured ? 1 : 0];
  if (*kept == NULL)
    r = key_export(keeper->home, signer_key(signer)->fingerprint, armoured, kept, error);
  *ret = *kept;
  g_mutex_unlock(&keeper->lock);
  return r;
}
