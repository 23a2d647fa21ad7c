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
  const char *code; /* ISO 3166-1 alpha-2, or ISO 3166-2 for an area */
  const char *m49;  /* three digits; "" for none */
  enum state_status status;
  const char *official[LANGUAGE_COUNT];          /* "République d'Arvanie" */
  const char *official_genitive[LANGUAGE_COUNT]; /* "de la République d'Arvanie" */
  const char *name[LANGUAGE_COUNT];              /* "Arvanie" */
  const char *genitive[LANGUAGE_COUNT];          /* "d'Arvanie" */
  const char *head;       /* the kind (forms.h) of its head of State; "" for an area without one of its own */
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
/* By official or short name in any of the four languages, spelt in any way (text_fold); NULL when none
 * matches. */
const State *states_find_name(const States *states, const char *name);
guint states_count(const States *states);
const State *states_at(const States *states, guint index);
/* SHA-256 of the file as read. */
const Digest *states_digest(const States *states);
