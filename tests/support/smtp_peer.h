/* SPDX-License-Identifier: GPL-3.0-or-later */
/* smtp_peer.h - starts smtp_peer.py for a test, reads its ledger, stops it */
#pragma once

#include <glib.h>

typedef struct SmtpPeer SmtpPeer;

typedef struct {
  const char *script;     /* NULL: "fine" */
  const char *tls;        /* "starttls", "implicit", NULL for none */
  const char *tls_folder; /* may be shared by many; its certificates are made once */
  const char *tls_name;   /* NULL: localhost */
  const char *auth;       /* "user:password", NULL for none */
  const char *bearer;     /* "user:token", NULL for none */
  const char *mechanisms; /* how that may be said; NULL: XOAUTH2 OAUTHBEARER */
} SmtpPeerOptions;

/* Returns when it listens; fails the test when it does not. */
SmtpPeer *smtp_peer_start(const SmtpPeerOptions *options);
void smtp_peer_stop(SmtpPeer *peer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SmtpPeer, smtp_peer_stop)

guint smtp_peer_port(const SmtpPeer *peer);
/* The lines of the ledger; the caller frees them with g_strfreev. */
char **smtp_peer_ledger(const SmtpPeer *peer);
guint smtp_peer_copies(const SmtpPeer *peer);
