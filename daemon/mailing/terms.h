/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * terms.h - the words of a mailing that are the same for all its addressees in one language
 *
 * Gathered from the wordings' files and the settings for a preview and at submission, then frozen in the
 * database, so that sending never depends on files that somebody may edit. Only this room includes it.
 *
 * A word is named "LANGUAGE/name" ("fr/organisation"), or "/name" when it is the same in all languages.
 */
#pragma once

#include "mailing/mailing.h"

typedef struct {
  enum language language;
  Digest digest;
  GBytes *fields, *source; /* as wording_digest hashes them */
} TermsWording;

typedef struct Terms {
  char *wording;       /* its name */
  GPtrArray *wordings; /* TermsWording * */
  GTree *words;        /* char * -> char *, in the order of their bytes */
} Terms;
void terms_free(Terms *terms);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Terms, terms_free)

/* As files and settings are now, for LANGUAGES (LANGUAGE_BIT). FAULT_RULE or FAULT_ABSENT when a language of
 * the wording or of a document is missing. MAILING->submitted_at dates the letter when it has no time of its
 * own. */
int terms_gather(Desk *desk, Link *link, const Mailing *mailing, guint languages, Terms **ret,
                 GError **error);
/* The same for the covering notes of MAILING, whose wording is another (mailbox.h). */
int terms_gather_note(Desk *desk, Link *link, const Mailing *mailing, guint languages, Terms **ret,
                      GError **error);
/* The journal's head as of the submission, which the foot of each letter tells (foot.h); NULL, before
 * there is one: the word "preview". */
void terms_put_head(Terms *terms, const Head *head);
/* In the unit of work of the submission. NOTE may be NULL; all its words but the wording are those of TERMS.
 */
int terms_write(Link *link, gint64 mailing, const Terms *terms, const Terms *note, GError **error);
/* As they were frozen, for letters or (NOTE) covering notes. 1 when nothing is frozen for this mailing. */
int terms_read(Link *link, const Mailing *mailing, gboolean note, Terms **ret, GError **error);

/* The word NAME in LANGUAGE, else that for all languages, else NULL. */
const char *terms_word(const Terms *terms, enum language language, const char *name);
const char *terms_common(const Terms *terms, const char *name);
const TermsWording *terms_wording(const Terms *terms, enum language language);
/* The wording made ready: laid out under FOLDER by its digest, so that the same words are laid out once. */
int terms_open_wording(const Terms *terms, const char *folder, enum language language, Wording **ret,
                       GError **error);
/* A word that one form of the letter has in addition. */
typedef struct {
  const char *name, *value;
} TermsWord;
/* A map of the mailing's level of WORDING in POOL; MORE (ended by a NULL name, may be NULL) wins. */
Value terms_values(const Terms *terms, const Wording *wording, const TermsWord *more, ValuePool *pool);
/* What of WORDING can not be filled: 0, or FAULT_RULE naming field and remedy. */
int terms_check_fields(const Terms *terms, const Wording *wording, GError **error);

/* The fields of a recipient's level that this room fills, ended by NULL. */
extern const char *const terms_recipient_fields[];
