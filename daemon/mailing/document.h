/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * document.h - what is disseminated: a kind, an edition, a title, and one file per language
 *
 * Files lie in the documents folder under the name of their SHA-256; the name that people gave them is kept
 * for the attachment. document_freeze reads each stored file once more, writes its base64 form beside it
 * ("SHA256.b64") and fixes both digests. A frozen version never changes; a language that is missing may still
 * be added and frozen.
 *
 *   open ── document_freeze (every version read, encoded, fixed) ──► frozen ── a language is added ──► open
 */
#pragma once

#include "contacts/day.h"
#include "journal/actor.h"
#include "mailing/desk.h"

#include <glib.h>

#define DOCUMENT_VERSIONS_MAX 20

/* Our detached signature over a version's file. */
typedef struct {
  GBytes *armour;
  char *fingerprint, *user_id; /* of the key, as they were */
  gint64 at;
  char *by; /* who signed */
} DocumentSignature;
/* All is copied. */
DocumentSignature *document_signature_new(GBytes *armour, const char *fingerprint, const char *user_id,
                                          gint64 at, const char *by);
void document_signature_free(DocumentSignature *signature);

/* One language version. */
typedef struct {
  char *language;   /* "fr" */
  char *name;       /* of the file, for people and for the attachment */
  char *media_type; /* "application/pdf" */
  gint64 size;
  Digest digest;         /* of the file */
  gint64 frozen_at;      /* 0: open */
  gint64 encoded_size;   /* of the base64 form; frozen ones only */
  Digest encoded_digest; /* the same */
  char *added_by;
  DocumentSignature *signature; /* NULL: it was frozen without one, or is open */
  gint64 public_at;             /* anybody may have it from then on (publication.h); 0: not said */
} DocumentVersion;

typedef struct {
  gint64 id;
  char *kind, *title;
  gint64 edition; /* 0: none */
  Day dated;      /* the day that it bears; 0: none */
  gint64 created_at;
  char *created_by;
  gint64 frozen_at;    /* when the last of its versions was frozen; 0 while one is open or there is none */
  GPtrArray *versions; /* DocumentVersion *, by language */
} Document;
void document_free(Document *document);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Document, document_free)

/* The kinds of document, ended by NULL. */
extern const char *const document_kinds[];

/* A file to be taken in: where it lies now, and what people call it. */
typedef struct {
  const char *language;
  const char *path;
  const char *name; /* NULL: the last part of PATH */
} DocumentFile;

/* What is said of a document when it is added. */
typedef struct {
  const char *kind, *title;
  gint64 edition; /* 0: none */
  Day dated;      /* 0: none */
} DocumentDraft;

/* Makes a document with its first versions (COUNT may be 0). Organisers and admins. FAULT_INPUT for an
 * unknown kind or language, a title that is no line, a file that is empty, above the limit, an executable, or
 * not what its name says. */
int document_add(Desk *desk, const Actor *actor, const DocumentDraft *draft, const DocumentFile *files,
                 gsize count, gint64 *ret_id, GError **error);
/* Adds or replaces an open version. 0; 1 when it has this very file already. FAULT_RULE for a frozen version.
 */
int document_put(Desk *desk, const Actor *actor, gint64 document, const DocumentFile *file, GError **error);
/* Freezes what is open, and signs it when a key is configured; CONFIRM is then the code that stands for what
 * is to be signed (document_signature.h), else NULL. Organisers, approvers, admins. 0; 1 when all is frozen
 * already. A stored file that is missing, changed or truncated is a FAULT_RULE that names it; so is a key
 * that cannot sign: nothing is frozen then. */
int document_freeze(Desk *desk, const Actor *actor, gint64 document, const char *confirm, GError **error);
/* Reads every stored file, and the base64 form of the frozen ones, and compares. 0, or FAULT_RULE naming the
 * first that differs. */
int document_verify(Desk *desk, gint64 document, GError **error);
/* Which versions, of any document, have this digest (`documents verify FILE`)? Documents (Document *) with
 * only those versions. */
int document_of_digest(Desk *desk, const Digest *digest, GPtrArray **ret, GError **error);

/* FAULT_ABSENT when there is none. */
int document_find(Link *link, gint64 document, Document **ret, GError **error);
/* Documents by id, above AFTER. */
int document_list(Link *link, gint64 after, gint64 limit, GPtrArray **ret, GError **error);
/* Where the file of that digest lies, or its base64 form; the caller frees it. */
char *document_path(const MailingSettings *settings, const Digest *digest, gboolean encoded);
/* Reads the files of one version and compares: 0, or FAULT_RULE naming what differs. */
int document_check_version(const MailingSettings *settings, const Document *document,
                           const DocumentVersion *version, GError **error);
/* The version in LANGUAGE ("fr"), or NULL. */
const DocumentVersion *document_version(const Document *document, const char *language);
