/* SPDX-License-Identifier: GPL-3.0-or-later */
/* forms_inner.h - the tables of forms as they lie in memory; only forms.c and forms_read.c include it */
#pragma once

#include "templates/forms.h"
#include "templates/table.h"

enum form_column {
  KIND,
  LANGUAGE,
  FORM,
  STATE,
  VALID_FROM,
  VALID_TO,
  SALUTATION,
  ADDRESS,
  CLOSE,
  STYLE,
  SOURCE,
  REVIEWED
};
enum close_column {
  CLOSE_CLASS,
  CLOSE_LANGUAGE,
  CLOSE_FORM,
  CLOSE_STATE,
  CLOSE_TEXT,
  CLOSE_SOURCE,
  CLOSE_REVIEWED
};

#define FORM_OFFICE "office"
#define FORM_NONE   "-" /* the language has no such form */

struct Forms {
  const States *states;
  Table *forms, *closes;
  GHashTable *by_key;   /* "president/fr/m": GPtrArray of TableRow */
  GHashTable *by_close; /* "C2/fr/one": the same */
  GPtrArray *kinds;     /* of const char *, ended by NULL */
  Digest digest;
};

/* The pieces of a query, by the name that stands in braces. */
enum piece {
  PIECE_N,
  PIECE_S,
  PIECE_G,
  PIECE_g,
  PIECE_O,
  PIECE_P,
  PIECE_C,
  PIECE_H,
  PIECE_TITLE,
  PIECE_A,
  PIECE_T,
  PIECES
};

typedef struct {
  const char *brace, *missing;
} PieceName;
extern const PieceName forms_piece_names[PIECES];
/* "m", "f", ...: by enum form_gender. */
extern const char *const forms_gender_names[FORM_VACANT + 1];

/* The rows of TABLE filed under A/B/C, or NULL. */
GPtrArray *forms_rows_of(GHashTable *table, const char *a, const char *b, const char *c);
/* The close that ROW names, one for STATE before the general one; NULL when there is none. */
const TableRow *forms_close_for(const Forms *forms, const TableRow *row, const char *state);
