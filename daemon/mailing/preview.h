/* SPDX-License-Identifier: GPL-3.0-or-later */
/* preview.h - the message of one addressee as it would leave, with tokens that open nothing */
#pragma once

#include "mailing/roll.h"

#include <glib.h>

typedef struct {
  char *name, *media_type, *language;
  gint64 size;
  Digest digest;
} PreviewAttachment;

typedef struct {
  GBytes *bytes; /* the whole message; its tokens are the word "preview" and verify as none. NULL: no message,
                    it is carried by hand */
  char *language, *to, *subject, *text, *html;
  char *headers;             /* as in the message, folded, with CRLF */
  GPtrArray *attachments;    /* PreviewAttachment * */
  gint64 addressee, contact; /* 0: the sample */
  const char *variant;       /* full, link, unsigned */
  const char *by_hand;       /* NULL: a relay gets it; else how it goes: "post" */
  GPtrArray *with;           /* Addressee *: who else has this address, where that matters */
  char *state, *reason;      /* of that line of the roll; "included" and NULL for the sample */
  gboolean form_reviewed;
} Preview;
void preview_free(Preview *preview);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Preview, preview_free)

/* CONTACT 0: the first of the roll in LANGUAGE, or of all with NULL; a sample line when there is no roll. A
 * contact that is not on the roll is shown as a new roll would have it. Frozen wordings where there are, else
 * the files as they are. FAULT_ABSENT for a contact that the actor may not see, FAULT_RULE when the letter
 * cannot be made. */
int preview_make(Desk *desk, const Actor *actor, gint64 mailing, gint64 contact, const char *language,
                 Preview **ret, GError **error);

/* ---- for the other files of this room ---- */

/* All that a letter is made of: whose it is, and its words. */
typedef struct {
  Mailing *mailing;
  Addressee *line;
  struct Mould *mould;
  gint64 now;
} PreviewLetter;
void preview_letter_clear(PreviewLetter *letter);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PreviewLetter, preview_letter_clear)
/* As preview_make chooses it. FICTIONAL: without a contact, who may see attendees alone is shown the sample.
 */
int preview_open(Desk *desk, Link *link, const Actor *actor, gint64 mailing, gint64 contact,
                 const char *language, gboolean fictional, PreviewLetter *ret, GError **error);
