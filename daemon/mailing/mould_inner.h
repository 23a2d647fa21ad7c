/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mould_inner.h - what a mould holds, for the files that make it and that cast from it */
#pragma once

#include "mail/token.h"
#include "mailing/mould.h"
#include "sign/seal.h"
#include "templates/letter.h"

/* A part that is the same in each message: its fields, and where its base64 form lies. */
typedef struct {
  DocumentVersion version;
  GString *fields;
  GBytes *held;       /* NULL: read from the file */
  GString *signature; /* the whole part beside it; NULL: it was frozen unsigned */
  char *signed_by;    /* the fingerprint of who made that signature, or NULL */
  char *name, *path;
} Attachment;

struct Mould {
  gint references;
  guint form; /* enum mould_form */
  gint64 mailing;
  enum language language;
  Letter *letter;
  GString *from;  /* the field From */
  GString *fixed; /* MIME-Version, Content-Language */
  Address *sender, *reply, *bounce;
  gboolean reply_token, envelope_token, acknowledged, forum;
  Seal seal; /* of the keeper's; all zero: letters are not signed */
  char *category, *separator, *base_url, *instance, *folder;
  TokenKey key;
  GPtrArray *attachments; /* of Attachment */
};
