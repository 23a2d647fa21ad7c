/* SPDX-License-Identifier: GPL-3.0-or-later */
/* operation.h - one conversation with gpg, watched. Only this room includes it. */
#pragma once

#include <gpgme.h>

#include "sign/home.h"

/* On the caller's stack; used by one thread. */
typedef struct {
  Home *home;
  gpgme_ctx_t context;
  gint64 until; /* monotonic */
  gboolean late;
} Operation;

/* PROTOCOL: OpenPGP asks gpg, CMS gpgsm. */
int operation_begin(Operation *operation, Home *home, gpgme_protocol_t protocol, GError **error);
/* Waits for nothing any more. When FAILURE is one, the fault says WHAT could not be done, why, and what
 * helps. */
int operation_end(Operation *operation, gpgme_error_t failure, const char *what, GError **error);

/* Did it fail because the agent had no passphrase and nobody could be asked? */
gboolean operation_wants_passphrase(gpgme_error_t failure);

/* For who talks to the agent without gpgme: how long that may last, and the end of one that does not answer.
 */
gint64 operation_patience(const Home *home);
void operation_end_agent(const Home *home);
