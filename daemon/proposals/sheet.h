/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sheet.h - a rapporteur's sheet: proposals from a CSV file, one row each
 *
 * As CSV of contacts comes: in whatever letters (contacts/charset.h) and with whatever delimiter
 * (contacts/csv_read.h). Headers, in any case, with accents or without:
 *     text      texte, proposition, text, proposal, texto, propuesta, proposta; the one that must be there
 *     question  question, pregunta, pergunta, questão
 *     language  langue, language, idioma, língua
 *     workshop  atelier, workshop, taller, oficina, grupo
 *     author    auteur, author, autor: an id, as contacts have it
 * A ' that export put before a cell goes again. Rows without words are no proposals.
 */
#pragma once

#include "proposals/proposal.h"

#define SHEET_MAX (4 * 1024 * 1024) /* bytes of the file */

/* An author's number of the id in a cell: 0 and *ret, or a fault. */
typedef int (*SheetAuthor)(const char *id, gint64 *ret, gpointer data, GError **error);

/* ProposalDraft, in the order of the rows, with their lines as `place`. What they point to is owned by the
 * sheet. */
typedef struct {
  GArray *drafts;
  GPtrArray *texts;
} Sheet;
void sheet_clear(Sheet *sheet);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Sheet, sheet_clear)

/* STANDARD holds for what a row does not say. FAULT_INPUT with the line: an unknown header, no column of
 * words, a question that is no number, more than PROPOSALS_AT_ONCE_MAX rows. */
int sheet_read(GBytes *bytes, const ProposalDraft *standard, SheetAuthor author, gpointer data, Sheet *ret,
               GError **error);
