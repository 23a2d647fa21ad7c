/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pen.h - a secret key of ours at hand, and what it signs through gpg or gpgsm. Only this room includes it.
 *
 * The first member of a signer, who fills in MANNER, HOME and PASSPHRASE.
 */
#pragma once

#include "sign/operation.h"
#include "sign/signer.h"

typedef struct Pen Pen;

/* What OpenPGP and S/MIME do each in its own way. */
typedef struct {
  gpgme_protocol_t protocol;
  const char *unusable;                   /* failed when gpg cannot look the key up */
  int (*begin)(Pen *pen, GError **error); /* before each signature; NULL: nothing */
  void (*end)(Pen *pen);                  /* after each that BEGIN let pass */
  void (*prepare)(Pen *pen, gpgme_ctx_t context);
  char *(*micalg)(const char *hash); /* of "sha256" */
  GBytes *(*encode)(gconstpointer bytes, gsize size);
} PenManner;

struct Pen {
  const PenManner *manner;
  Home *home;
  char *passphrase;   /* may be NULL */
  gpgme_key_t handle; /* looked up once: each look costs as much as a signature */
  const char *fingerprint;
};

/* FINGERPRINT outlives the pen. */
int pen_take_up(Pen *pen, const char *fingerprint, GError **error);
void pen_lay_down(Pen *pen);

/* Detached. The first takes DATA over; the others try once more, from the beginning, when the agent that
 * BEGIN prepared has ended before the signature. */
int pen_sign_data(Pen *pen, gpgme_data_t data, Signature *ret, GError **error);
int pen_sign(Pen *pen, gconstpointer bytes, gsize size, Signature *ret, GError **error);
int pen_sign_pieces(Pen *pen, const Message *text, guint64 octets, Signature *ret, GError **error);
