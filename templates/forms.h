/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * forms.h - forms of address: who is written to how, in four languages
 *
 * Read from forms.tsv and closes.tsv, which people review row by row; README.md tells how. The row is found
 * by kind of office, language and form (the holder's gender, or unknown, plural for a collegial post,
 * vacant), a row for the State and day before the general one. A form that the table lacks, or says does not
 * exist, is no fault but an outcome, so that the caller can hold the letter and say why: nothing is ever made
 * up.
 */
#pragma once

#include "base/digest.h"
#include "templates/language.h"
#include "templates/states.h"

#include <glib.h>

#define FORMS_FILE_MAX (1024 * 1024) /* bytes of either table */
#define FORMS_ROWS_MAX 10000

enum form_gender {
  FORM_M,
  FORM_F,
  FORM_UNKNOWN,
  FORM_PLURAL, /* several holders at once: co-princes, captains regent, a federal council */
  FORM_VACANT, /* no holder: the office itself is addressed */
};

typedef struct {
  const char *kind; /* "president", "monarch", ..., "attendee": see forms_kinds */
  enum form_gender gender;
  enum language language;
  const char *name; /* {N} whole name of the holder; several holders: as one would write them in one line */
  const char *surname;      /* {S} */
  const char *state;        /* code in the table of States, gives {G} and {g} and chooses overrides */
  const char *organisation; /* its name; */
  const char
      *organisation_genitive; /* {O} "de l'Organisation d'exemple"; NULL: the name stands on its own line */
  const char *portfolio;      /* {P} with its preposition: "de l'Économie" */
  const char *city;           /* {C} its bare name; "of" is put before it */
  const char
      *title; /* {TITLE} of a head of State whose title no other kind has; the State table's comes first */
  const char *honorific; /* {H} of a governor-general, may be NULL: "the Honourable" */
  const char
      *salutation_wish; /* the holder's own stated wish, whole, instead of the table's; NULL for none */
  const char *day;      /* "2013-12-02": which overrides are valid; NULL: only those without dates */
} FormsQuery;

typedef struct {
  char *salutation;     /* one or more lines, with their punctuation: "Monsieur le Président," */
  char *inside_address; /* one or more lines, parted by LF */
  char *close;          /* one line: the closing sentence */
  char *style;          /* "Votre Majesté"; "" where the kind has none */
  gboolean reviewed;    /* a protocol reader has signed for the row and for its close */
  char *row;            /* which rows: "president/fr/m" or "president/fr/m/FR", then "+C2/fr" */
  Digest digest;        /* SHA-256 over the rows as they stand in the tables */
} FormsAddress;

enum forms_outcome {
  FORMS_NO_ROW = 1, /* no form for this kind, language and gender: *ret_missing says which */
  FORMS_NO_PIECE =
      2, /* a piece that the row needs was not given: *ret_missing names it ("name", "state", ...) */
  FORMS_NO_FORM =
      3, /* the table says that there is none, as for a woman who is emir: *ret_missing says which */
};

typedef struct Forms Forms;

/* Reads FOLDER/forms.tsv and FOLDER/closes.tsv. STATES must outlive the result. 0 and *ret, or FAULT_ABSENT,
 * FAULT_INPUT with file and line, FAULT_SYSTEM. */
int forms_load(const char *folder, const States *states, Forms **ret, GError **error);
void forms_free(Forms *forms);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Forms, forms_free)

/* How to address the holder. 0 and *ret; enum forms_outcome and *ret_missing (the caller frees it), *ret
 * empty; FAULT_INPUT when a value of the query has a control character or is too long. Thread-safe. */
int forms_address(const Forms *forms, const FormsQuery *query, FormsAddress *ret, char **ret_missing,
                  GError **error);
void forms_address_clear(FormsAddress *address);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(FormsAddress, forms_address_clear)

/* What the To: header calls the office, never the person: "Présidence de la République d'Arvanie". For an
 * attendee the name. *ret is the caller's. Outcomes as above; gender and day count for nothing. */
int forms_office_name(const Forms *forms, const FormsQuery *query, char **ret, char **ret_missing,
                      GError **error);

/* What OUTCOME of the two above means for QUERY, in a sentence with its remedy. The caller frees it. */
char *forms_why(const FormsQuery *query, int outcome, const char *missing);

/* A row of either table, for whoever reads them through. Strings are the table's own. */
typedef struct {
  const char *file; /* "forms.tsv" or "closes.tsv" */
  guint line;
  const char *kind;     /* of an office; of a close its class: "C2" */
  const char *language; /* "fr" */
  const char *form;     /* "m", ..., "office"; of a close "one" or "several" */
  const char *state, *valid_from, *valid_to;
  const char *salutation;
  const char *text; /* inside address, or the close's sentence */
  const char *close, *style, *source;
  const char *reviewed_by; /* "": nobody yet */
} FormsRow;
/* Rows of both tables, forms first. */
guint forms_row_count(const Forms *forms);
void forms_row_at(const Forms *forms, guint index, FormsRow *ret);

/* All kinds of the table in its order, which is that of precedence; ended by NULL; owned by FORMS. */
const char *const *forms_kinds(const Forms *forms);
gboolean forms_kind_known(const Forms *forms, const char *kind);
/* TRUE when the kind is a person's ("attendee", "press"), whom To: calls by name. */
gboolean forms_kind_personal(const Forms *forms, const char *kind);
/* TRUE and *ret for "m", "f", "unknown" (also ""), "plural", "vacant". */
gboolean forms_gender_parse(const char *text, enum form_gender *ret);
/* SHA-256 over both files as read. */
const Digest *forms_digest(const Forms *forms);
