/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * smtp_opening.h - inside transport/ only: from a relay's options to a connection on which MAIL may be said
 *
 * All that libcurl is for: names and addresses (the next address when one is dead), the greeting, EHLO,
 * STARTTLS with the certificate checked, SASL. It never falls back to clear text. The lines that it hears
 * pass through the strict reader of smtp_reply.h as well, which notes the capabilities and at which step the
 * relay was.
 */
#pragma once

#include <curl/curl.h>

#include "transport/backend.h"
#include "transport/smtp_capabilities.h"

typedef struct {
  CURL *curl; /* the caller frees it */
  curl_socket_t socket;
  SmtpCapabilities capabilities; /* after TLS, when there is any */
  char *tls;                     /* the caller frees it; NULL in clear text */
  char where[300];               /* "mail.example.org:587" */
} SmtpOpened;

/* 0, or 1 and *ret_outcome; *opened is to be freed in either case. STOP may be NULL. */
int smtp_opening_run(const Relay *relay, const gint *stop, SmtpOpened *opened, Outcome *ret_outcome);
