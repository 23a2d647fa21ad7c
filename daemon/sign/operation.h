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

/* PROTOCOL is OpenPGP's. */
int operation_begin(Operation *operation, Home *home, GError **error);
/* Waits for nothing any more. When FAILURE is one, the fault says WHAT could not be done, why, and what
 * helps. */
int operation_end(Operation *operation, gpgme_error_t failure, const char *what, GError **error);
