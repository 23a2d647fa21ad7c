/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sign/keeper.h"

#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "sign/authorities.h"

#define LOOK_AGAIN (10 * MINUTE)

struct Keeper {
  char *folder, *key, *passphrase;
  char *certificate, *certificate_passphrase, *authorities;
  GMutex lock; /* over all below */
  Home *home;
  Signer *signer;
  SmimeSigner *smime;
  struct {
    gint64 at; /* monotonic; 0: never */
    gint64 expires;
  } looked[2];       /* of each protocol */
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

void keeper_set_certificate(Keeper *keeper, const char *name, const char *passphrase,
                            const char *authorities) {
  keeper->certificate = g_strdup(name);
  keeper->certificate_passphrase = g_strdup(passphrase);
  keeper->authorities = g_strdup(authorities);
}

static void wipe(char *passphrase) {
  if (passphrase != NULL)
    explicit_bzero(passphrase, strlen(passphrase));
  g_free(passphrase);
}

/* Under LOCK: who lengthened the key wants others to see it. */
static void forget_public(Keeper *keeper) {
  for (gsize i = 0; i < G_N_ELEMENTS(keeper->public); i++)
    g_clear_pointer(&keeper->public[i], g_bytes_unref);
}

void keeper_free(Keeper *keeper) {
  if (keeper == NULL)
    return;
  forget_public(keeper);
  signer_close(keeper->signer);
  smime_signer_close(keeper->smime);
  home_close(keeper->home);
  wipe(keeper->passphrase);
  wipe(keeper->certificate_passphrase);
  g_free(keeper->authorities);
  g_free(keeper->certificate);
  g_free(keeper->key);
  g_free(keeper->folder);
  g_mutex_clear(&keeper->lock);
  g_free(keeper);
}

gboolean keeper_has_key(const Keeper *keeper) {
  return keeper != NULL && keeper->key != NULL;
}

gboolean keeper_has_certificate(const Keeper *keeper) {
  return keeper != NULL && keeper->certificate != NULL;
}

gboolean keeper_has_seal(const Keeper *keeper, enum signed_protocol protocol) {
  return protocol == SIGNED_SMIME ? keeper_has_certificate(keeper) : keeper_has_key(keeper);
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

/* Under LOCK. */
static int open_certificate(Keeper *keeper, GError **error) {
  if (keeper->smime != NULL)
    return 0;
  int r = open_home(keeper, error);
  if (r == 0 && keeper->authorities != NULL)
    r = authorities_install(keeper->home, keeper->authorities, error);
  return r < 0 ? r
               : smime_signer_open(keeper->home, keeper->certificate, keeper->certificate_passphrase,
                                   &keeper->smime, error);
}

int keeper_certificate(Keeper *keeper, SmimeSigner **ret, GError **error) {
  if (!keeper_has_certificate(keeper))
    return fault(error, FAULT_RULE,
                 "no certificate is configured to sign with; name one in [smime] certificate of valise.conf");
  g_mutex_lock(&keeper->lock);
  int r = open_certificate(keeper, error);
  *ret = keeper->smime;
  g_mutex_unlock(&keeper->lock);
  return r < 0 ? fault_prefix(error, "[smime] certificate %s", keeper->certificate) : 0;
}

int keeper_seal(Keeper *keeper, enum signed_protocol protocol, Seal *ret, GError **error) {
  *ret = (Seal){.protocol = protocol};
  return protocol == SIGNED_SMIME ? keeper_certificate(keeper, &ret->certificate, error)
                                  : keeper_signer(keeper, &ret->key, error);
}

int keeper_expires(Keeper *keeper, enum signed_protocol protocol, gint64 *ret, GError **error) {
  Seal seal;
  gint64 now = g_get_monotonic_time();
  int r = keeper_seal(keeper, protocol, &seal, error);
  if (r < 0)
    return r;
  g_mutex_lock(&keeper->lock);
  gboolean fresh = keeper->looked[protocol].at != 0 && now - keeper->looked[protocol].at < LOOK_AGAIN;
  *ret = keeper->looked[protocol].expires;
  g_mutex_unlock(&keeper->lock);
  if (fresh)
    return 0;
  r = seal_look(&seal, clock_wall(clock_system()), ret, error);
  g_mutex_lock(&keeper->lock);
  if (r == 0 && protocol == SIGNED_OPENPGP && *ret != keeper->looked[protocol].expires)
    forget_public(keeper);
  keeper->looked[protocol].at = r == 0 ? now : 0;
  keeper->looked[protocol].expires = *ret;
  g_mutex_unlock(&keeper->lock);
  return r;
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
  if (r == 0)
    *ret = g_bytes_ref(*kept);
  g_mutex_unlock(&keeper->lock);
  return r;
}

int keeper_material(Keeper *keeper, enum signed_protocol protocol, GBytes **ret, GError **error) {
  Seal seal;
  int r = keeper_seal(keeper, protocol, &seal, error);
  if (r < 0)
    return r;
  return protocol == SIGNED_SMIME ? certificate_export(keeper->home, seal_fingerprint(&seal), ret, error)
                                  : key_export(keeper->home, seal_fingerprint(&seal), FALSE, ret, error);
}
