/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * document_signature.h - our detached OpenPGP signature over a document's file, made once, when it is frozen
 *
 * Whoever freezes signs, and must have seen what: the files, their digests, and the key. A short code stands
 * for all of that; freezing wants it back, so that nothing else can have come in between. A synthesis and a
 * conclusion take four eyes: who signs is not who added a file. Only this room includes it.
 */
#pragma once

#include "mailing/document.h"

/* What there is to sign now, as `documents show` tells it. */
typedef struct {
  char *fingerprint, *user_id; /* of the key */
  char *code;                  /* over the key, and language, digest and name of each open version */
} SigningPreview;
void signing_preview_clear(SigningPreview *preview);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SigningPreview, signing_preview_clear)

/* 0; 1 when nothing would be signed: no key is configured, or no version is open. */
int document_signature_preview(Desk *desk, const Document *document, SigningPreview *ret, GError **error);

/* May ACTOR sign DOCUMENT, having seen what CODE (NULL: none) stands for? 0; 1 when nothing is to be signed;
 * FAULT_RULE with the files, the key and the code when CODE is not the present one, or when he added a file
 * himself. */
int document_signature_permit(Desk *desk, const Actor *actor, const Document *document, const char *code,
                              GError **error);
/* Fills `signature` of each open version. Each is checked over the bytes that were signed before it counts.
 */
int document_signature_make(Desk *desk, const Actor *actor, Document *document, GError **error);

/* ---- the rows ---- */

int document_signature_rows_put(Link *link, gint64 document, const DocumentVersion *version, GError **error);
