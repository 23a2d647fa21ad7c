/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sign/smime_signer.h"

#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "mail/transfer.h"
#include "sign/agent.h"
#include "sign/pen.h"

#define INCLUDE_CHAIN (-2) /* all certificates but the root */

struct SmimeSigner {
  Pen pen;
  Certificate *certificate;
  GMutex lock;
  guint under_way; /* signatures being made, under LOCK */
};

/* ---- the passphrase ---- */

static int give_passphrase(SmimeSigner *signer, GError **error) {
  g_autofree char *hex = hex_of(signer->pen.passphrase, strlen(signer->pen.passphrase));
  g_autofree char *command = g_strdup_printf("PRESET_PASSPHRASE %s -1 %s", signer->certificate->keygrip, hex);
  int r = agent_tell(signer->pen.home, command, error);
  explicit_bzero(hex, strlen(hex));
  explicit_bzero(command, strlen(command));
  return r;
}

/* The agent may have ended: any look at secret keys starts another. */
static int begin_use(Pen *pen, GError **error) {
  SmimeSigner *signer = (SmimeSigner *)pen;
  g_autoptr(Certificate) found = NULL;
  if (signer->pen.passphrase == NULL)
    return 0;
  g_mutex_lock(&signer->lock);
  int r = give_passphrase(signer, NULL);
  if (r < 0) {
    r = certificate_find(signer->pen.home, signer->certificate->fingerprint, TRUE, &found, error);
    if (r == 0)
      r = give_passphrase(signer, error);
  }
  signer->under_way += r == 0;
  g_mutex_unlock(&signer->lock);
  return r;
}

/* An agent that is gone has nothing to forget. */
static void end_use(Pen *pen) {
  SmimeSigner *signer = (SmimeSigner *)pen;
  if (signer->pen.passphrase == NULL)
    return;
  g_mutex_lock(&signer->lock);
  if (--signer->under_way == 0) {
    g_autofree char *command = g_strconcat("CLEAR_PASSPHRASE ", signer->certificate->keygrip, NULL);
    agent_tell(signer->pen.home, command, NULL);
  }
  g_mutex_unlock(&signer->lock);
}

/* ---- how gpgsm signs ---- */

static void prepare(G_GNUC_UNUSED Pen *pen, gpgme_ctx_t context) {
  gpgme_set_include_certs(context, INCLUDE_CHAIN);
}

/* "SHA256" as RFC 8551 §3.5.3.2 spells it. */
static char *micalg(const char *hash) {
  return g_str_has_prefix(hash, "sha") ? g_strconcat("sha-", hash + 3, NULL) : g_strdup(hash);
}

static GBytes *base64_of(gconstpointer der, gsize size) {
  GString *text = g_string_sized_new((gsize)transfer_base64_size(size));
  transfer_base64(text, der, size);
  return g_string_free_to_bytes(text);
}

static const PenManner gpgsm = {.protocol = GPGME_PROTOCOL_CMS,
                                .unusable = "the certificate cannot be used",
                                .begin = begin_use,
                                .end = end_use,
                                .prepare = prepare,
                                .micalg = micalg,
                                .encode = base64_of};

int smime_signer_sign(SmimeSigner *signer, gconstpointer bytes, gsize size, Signature *ret, GError **error) {
  return pen_sign(&signer->pen, bytes, size, ret, error);
}

int smime_signer_sign_pieces(SmimeSigner *signer, const Message *text, guint64 octets, Signature *ret,
                             GError **error) {
  return pen_sign_pieces(&signer->pen, text, octets, ret, error);
}

/* ---- the certificate ---- */

static int check_certificate(const Certificate *c, gint64 now, gint64 until, GError **error) {
  gboolean ends = c->expires != 0;
  const char *trouble = c->revoked                   ? "was revoked"
                        : c->expired                 ? "has expired"
                        : ends && c->expires <= now  ? "has expired"
                        : c->begins > now            ? "is not valid yet"
                        : !c->can_sign               ? "is not made for signing"
                        : *c->keygrip == '\0'        ? "has no key that the agent knows"
                        : ends && c->expires < until ? "ends too early"
                                                     : NULL;
  if (trouble == NULL)
    return 0;
  g_autofree char *end = ends ? moment_rfc3339(c->expires) : g_strdup("never");
  return fault(
      error, FAULT_RULE,
      "the certificate %s %s (it ends, with its chain: %s); ask its authority for another and name that "
      "in the configuration",
      c->fingerprint, trouble, end);
}

static int look(SmimeSigner *signer, gint64 now, gint64 until, gint64 *ret_expires, GError **error) {
  g_autoptr(Certificate) found = NULL;
  int r = certificate_find(signer->pen.home, signer->certificate->fingerprint, TRUE, &found, error);
  if (r == 0)
    *ret_expires = found->expires;
  return r < 0 ? r : check_certificate(found, now, until, error);
}

int smime_signer_look(SmimeSigner *signer, gint64 now, gint64 *ret_expires, GError **error) {
  return look(signer, now, 0, ret_expires, error);
}

int smime_signer_check(SmimeSigner *signer, gint64 now, gint64 until, GError **error) {
  gint64 expires;
  return look(signer, now, until, &expires, error);
}

int smime_signer_open(Home *home, const char *name, const char *passphrase, SmimeSigner **ret,
                      GError **error) {
  static const char proof[] = "a proof that this certificate can be used\r\n";
  g_auto(Signature) signature = {0};
  if (passphrase != NULL && strlen(passphrase) > SMIME_PASSPHRASE_MAX)
    return fault(error, FAULT_INPUT, "the passphrase is longer than %d octets; choose a shorter one",
                 SMIME_PASSPHRASE_MAX);
  g_autoptr(SmimeSigner) signer = g_new0(SmimeSigner, 1);
  g_mutex_init(&signer->lock);
  signer->pen = (Pen){.manner = &gpgsm,
                      .home = home,
                      .passphrase = passphrase != NULL && *passphrase != '\0' ? g_strdup(passphrase) : NULL};
  int r = certificate_find(home, name, TRUE, &signer->certificate, error);
  if (r == 0)
    r = check_certificate(signer->certificate, clock_wall(clock_system()), 0, error);
  if (r == 0)
    r = pen_take_up(&signer->pen, signer->certificate->fingerprint, error);
  if (r == 0)
    r = smime_signer_sign(signer, proof, strlen(proof), &signature, error);
  if (r < 0)
    return r;
  *ret = g_steal_pointer(&signer);
  return 0;
}

void smime_signer_close(SmimeSigner *signer) {
  if (signer == NULL)
    return;
  pen_lay_down(&signer->pen);
  certificate_free(signer->certificate);
  g_mutex_clear(&signer->lock);
  g_free(signer);
}

const Certificate *smime_signer_certificate(const SmimeSigner *signer) {
  return signer->certificate;
}
