/* SPDX-License-Identifier: GPL-3.0-or-later */
/* contact_key_rows.h - the SQL of contacts' keys. Only this room includes it. */
#pragma once

#include "contacts/contact_key.h"

int contact_key_rows_insert(Link *link, const KeyMaterial *material, const ContactKeyOrigin *origin,
                            const char *user, gint64 now, gint64 restricted, gint64 *ret_id, GError **error);
/* The latest with these bytes for this contact (0: for none): 0 with its id and state, or 1. */
int contact_key_rows_same(Link *link, const KeyMaterial *material, gint64 contact, gint64 *ret_id,
                          gint64 *ret_state, GError **error);
/* Open proposals of a contact that came by signed replies. */
int contact_key_rows_open(Link *link, gint64 contact, gint64 *ret, GError **error);
/* 0 and *ret_contact (0: of nobody) when another contact than CONTACT has FINGERPRINT confirmed; else 1. */
int contact_key_rows_other(Link *link, const char *fingerprint, gint64 contact, gint64 *ret_contact,
                           GError **error);
/* Retires what CONTACT has confirmed of FINGERPRINT; the number of rows. */
int contact_key_rows_replace(Link *link, const char *fingerprint, gint64 contact, const char *user,
                             gint64 now, const char *reason, GError **error);
int contact_key_rows_confirm(Link *link, gint64 id, gint64 contact, const char *user, gint64 now,
                             GError **error);
int contact_key_rows_retire(Link *link, gint64 id, const char *user, gint64 since, const char *reason,
                            GError **error);

/* A key that counts or counted, for whoever judges signatures. */
typedef struct {
  gint64 id, contact;
  enum signed_protocol protocol;
  gint64 expires_at, retired_at; /* 0: never */
  char *fingerprint;
  Digest digest;
  GBytes *bytes;
} BoundKey;
void bound_key_free(BoundKey *key);
/* Keys (BoundKey) that were confirmed for contacts that have the e-mail address FOLDED, the latest first. */
int contact_key_rows_bound(Link *link, const char *folded, enum signed_protocol protocol, GPtrArray **ret,
                           GError **error);
/* Contacts (gint64) with that address, erased ones left out. */
int contact_key_rows_addressed(Link *link, const char *folded, GArray **ret, GError **error);
