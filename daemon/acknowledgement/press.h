/* SPDX-License-Identifier: GPL-3.0-or-later */
/* press.h - what a recipient pressed on the page that his letter links to */
#pragma once

#include "acknowledgement/acknowledgement.h"

#define PRESSES_MAX 20 /* of one addressee; more are taken kindly and not noted */

/* What was pressed; WORDS (ended by NULL) are the values of the page's buttons. */
enum press {
  PRESS_CONFIRM,
  PRESS_WRONG_PERSON,
  PRESS_ELSEWHERE,
  PRESS_STOP,
  PRESSES,
};
extern const char *const press_words[];

typedef struct {
  gint64 delivery;
  enum press press;
  gboolean with_code; /* he typed the code that is printed in the letter */
  const char *office; /* what he calls himself, NULL or "": nothing */
  const char *line;   /* a line of his; the same */
} Press;

/* The name of the user as whom recipients act in the journal. */
#define PRESS_USER "recipient"

/* An event, for a person to look at; nothing else changes. 0; 1 when the same was pressed before. FAULT_INPUT
 * for words that are no line, or too long. */
int press_note(Desk *desk, const Press *press, GError **error);
/* When receipt was first confirmed on the page of this addressee; 0: not yet. */
int press_confirmed(Link *link, gint64 addressee, gint64 *ret_at, GError **error);
