/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * public.h - the public listener: what recipients are served, and nobody's permission is asked
 *
 * GET changes nothing: scanners follow every link. Nothing here sets a cookie, runs a script, names an
 * address or tells whether something exists that is not public.
 */
#pragma once

#include "contacts/contacts.h"
#include "http/http_server.h"
#include "mailing/desk.h"

typedef struct {
  Store *store;
  const Contacts *contacts;
  Desk *desk;
  const char *trusted_proxy; /* an IP address: nobody else is answered; NULL: anybody is */
} PublicHouse;

typedef struct Public Public;

/* HOUSE is copied; what it points to outlives the result. */
Public *public_new(const PublicHouse *house);
void public_free(Public *public);

/* For http_server_start; data is the Public. */
int public_gate(Request *request, Response *response, gpointer data);
void public_handle(const Request *request, Response *response, gpointer data);
