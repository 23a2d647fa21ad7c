/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wording_inner.h - a loaded wording from within this room */
#pragma once

#include "templates/template_inner.h"
#include "templates/wording.h"

/* Why some languages do without a field. */
typedef struct {
  guint field;     /* its index */
  guint languages; /* LANGUAGE_BIT */
} WordingDifference;

struct Wording {
  char *name;
  char *path, *fields_path;
  enum language language;
  gboolean first_contact;
  const char *purpose;
  GArray *fields;       /* of Field */
  const char **samples; /* for each field the one of this language, or NULL */
  GArray *differences;  /* of WordingDifference */
  GStringChunk *chunk;  /* their strings */
  guint *used;          /* for each field the line of its first use, 0 for none */
  gboolean *needed;     /* for each field: the fields file says so */
  Template *subject;    /* parsed only: their nodes are read, they are never rendered */
  Template *body;       /* with as many empty lines before it as the file has, so that lines are the file's */
  Digest digest;
};

/* Reads FOLDER/wording/NAME/fields into WORDING and adds its bytes to STATE. */
int wording_read_fields(Wording *wording, DigestState *state, GError **error);
/* Every tag of SUBJECT and BODY declared and used as its kind may be; notes what is used. */
int wording_check_tags(Wording *wording, GError **error);

/* Adds to COMPLAINTS (char *, one sentence each with file and line) what is wrong in the file, or in a letter
 * with the samples. */
void wording_proof_file(const Wording *wording, GPtrArray *complaints);
void wording_proof_letter(const Wording *wording, GPtrArray *complaints);
void wording_complain(GPtrArray *complaints, const char *format, ...) G_GNUC_PRINTF(2, 3);
