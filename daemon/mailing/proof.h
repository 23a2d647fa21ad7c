/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * proof.h - that a letter was carried by hand: the file that shows it, kept under its digest
 *
 * A receipt of the post, the confirmation of a web form, a note of the call. It lies beside the documents, in
 * "proofs", where the digest in the journal finds it.
 */
#pragma once

#include "mailing/mailing.h"

#include <glib.h>

#define PROOF_MAX ((goffset)20 * 1024 * 1024) /* bytes of one file */

/* What a person says of a delivery that he carried. */
typedef struct {
  const char *path;      /* where the file lies now */
  const char *name;      /* what he calls it */
  const char *reference; /* a number of the post, of the form; NULL: none */
  const char *day;       /* when it was carried; NULL: today */
} ProofFile;

/* TO_DO becomes DONE. Organisers, admins; volunteers for attendees. FAULT_INPUT for a file that is empty, too
 * large, a program or not what its name says, and for a day that lies ahead; FAULT_RULE in another state. */
int proof_keep(Desk *desk, const Actor *actor, gint64 delivery, const ProofFile *file, GError **error);

typedef struct {
  Digest digest;
  char *name, *media_type, *reference, *day, *by;
  gint64 size, at;
} Proof;
void proof_free(Proof *proof);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Proof, proof_free)

/* 0; 1 when there is none. */
int proof_find(Link *link, gint64 delivery, Proof **ret, GError **error);
/* Where its file lies, read anew and compared: FAULT_RULE when it is not the one that was kept. The caller
 * frees it. */
int proof_path(Desk *desk, const Proof *proof, char **ret, GError **error);
