/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * states.h - the table of States and areas: their names and genitives in four languages
 *
 * Read from states.tsv, which is data for people to correct; a correction is a line there, never a branch in
 * code.
 */
#pragma once

#include "base/digest.h"
#include "templates/language.h"

#include <glib.h>

#define STATES_FILE_MAX (1024 * 1024) /* bytes */
#define STATES_MAX      1000          /* rows */

enum state_status { STATE_MEMBER, STATE_OBSERVER, STATE_NONE, STATE_AREA /* part of a State, as CA-QC */ };

typedef struct {
  const char *code;   /* ISO 3166-1 alpha-2, or ISO 3166-2 for an area */
  const char *m49;    /* three digits; "" for none */
  const char *region; /* M49 numbers of the regions that it lies in, the largest first: "002 202 011" */
  enum state_status status;
  const char *group;                    /* regional group in the General Assembly: "african"; "" for none */
  const char *official[LANGUAGE_COUNT]; /* "République d'Arvanie" */
  const char *official_genitive[LANGUAGE_COUNT]; /* "de la République d'Arvanie" */
  const char *name[LANGUAGE_COUNT];              /* "Arvanie" */
  const char *genitive[LANGUAGE_COUNT];          /* "d'Arvanie" */
  const char
      *also; /* other names that it goes by or went by, parted by "; "; for reading, never for a letter */
  const char *head; /* the kind (forms.h) of its head of State; "" for an area without one of its own */
  const char
      *title[LANGUAGE_COUNT]; /* of a head of the kind hos_other, what stands before official_genitive */
  const char *title_f[LANGUAGE_COUNT]; /* the same of a woman; both "" for every other kind */
  const char
      *government; /* kind of its head of government; "" where the head of State is it, or none is one */
  enum language language; /* in which its offices are addressed by default */
  const char *source;
} State;

typedef struct States States;

/* Reads FOLDER/states.tsv. 0 and *ret, or FAULT_ABSENT, FAULT_INPUT with file and line, FAULT_SYSTEM. */
int states_load(const char *folder, States **ret, GError **error);
void states_free(States *states);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(States, states_free)

/* By code, in either case; NULL when the table has none. Owned by STATES. */
const State *states_find(const States *states, const char *code);
/* By official or short name in any of the four languages, or by another that it goes by, spelt in any way
 * (case, accents, hyphens, kinds of apostrophe); NULL when none matches. */
const State *states_find_name(const States *states, const char *name);
guint states_count(const States *states);
const State *states_at(const States *states, guint index);
/* TRUE when STATE is AREA or lies in it. AREA: a code of the table (a State has its areas: CA-QC lies in CA),
 * the M49 number of a State or of a region ("011"), or the name of a regional group. */
gboolean states_within(const State *state, const char *area);
/* SHA-256 of the file as read. */
const Digest *states_digest(const States *states);
