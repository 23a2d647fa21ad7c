/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * to_do.h - letters that a person carries: into a web form, to the post, by telephone, by hand
 *
 * At the moment when a courier's delivery becomes ready one by hand becomes a to-do; what changed since the
 * roll holds it, as it holds another before its message is made. Its words are made when they are asked for,
 * from what was frozen, with the tokens of its own delivery.
 */
#pragma once

#include "mailing/document.h"
#include "mailing/mailing.h"

#include <glib.h>

/* Makes to-dos of what waits behind an open gate. Called by the scheduler. */
int to_do_tick(Desk *desk, GError **error);

/* What is to be pasted, printed or said. */
typedef struct {
  gint64 delivery;
  char *by_hand, *address; /* how, and where: a link, an address of several lines, a number */
  char *inside;            /* the inside address of a letter, in lines */
  char *language, *subject, *text, *html, *reference;
  GPtrArray *documents; /* of DocumentVersion: what goes with it */
} ToDoLetter;
void to_do_letter_free(ToDoLetter *letter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ToDoLetter, to_do_letter_free)

/* FAULT_RULE for what is not by hand or not to be carried yet, and when the addressee changed since the roll.
 * What is done already is shown as it was. FAULT_ABSENT for what CLEARANCE may not see. */
int to_do_letter(Desk *desk, gint64 clearance, gint64 delivery, ToDoLetter **ret, GError **error);
/* LETTER as a page to be printed (paper.h). The caller frees it. */
char *to_do_paper(Desk *desk, const ToDoLetter *letter);
