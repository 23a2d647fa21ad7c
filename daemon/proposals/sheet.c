/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proposals/sheet.h"

#include "base/fault.h"
#include "base/text.h"
#include "contacts/charset.h"
#include "contacts/csv_read.h"
#include "contacts/guard.h"

enum sheet_column { SHEET_TEXT, SHEET_QUESTION, SHEET_LANGUAGE, SHEET_WORKSHOP, SHEET_AUTHOR, SHEET_COLUMNS };

/* As text_fold leaves them. */
static const char *const names[SHEET_COLUMNS][10] = {
    [SHEET_TEXT] = {"texte", "proposition", "text", "proposal", "texto", "propuesta", "proposta"},
    [SHEET_QUESTION] = {"question", "pregunta", "pergunta", "questao"},
    [SHEET_LANGUAGE] = {"langue", "language", "idioma", "lingua"},
    [SHEET_WORKSHOP] = {"atelier", "workshop", "taller", "oficina", "grupo"},
    [SHEET_AUTHOR] = {"auteur", "author", "autor"},
};

typedef struct {
  const ProposalDraft *standard;
  SheetAuthor author;
  gpointer data;
  Sheet *sheet;
  int columns[SHEET_COLUMNS]; /* where each stands; -1: nowhere */
  gboolean headed;
} Reading;

void sheet_clear(Sheet *sheet) {
  g_clear_pointer(&sheet->drafts, g_array_unref);
  g_clear_pointer(&sheet->texts, g_ptr_array_unref);
}

/* ---- the first row ---- */

static enum sheet_column column_of(const char *cell) {
  g_autofree char *folded = text_fold(cell);
  g_strstrip(folded);
  for (int column = 0; column < SHEET_COLUMNS; column++)
    for (const char *const *name = names[column]; *name != NULL; name++)
      if (g_str_equal(folded, *name))
        return (enum sheet_column)column;
  return SHEET_COLUMNS;
}

static int read_head(Reading *reading, const char *const *cells, gsize count, GError **error) {
  for (int column = 0; column < SHEET_COLUMNS; column++)
    reading->columns[column] = -1;
  for (gsize i = 0; i < count; i++) {
    enum sheet_column column = column_of(cells[i]);
    if (column == SHEET_COLUMNS)
      return fault(
          error, FAULT_INPUT,
          "column \"%s\": is none of text, question, language, workshop and author, in fr, en, es or pt",
          cells[i]);
    if (reading->columns[column] >= 0)
      return fault(error, FAULT_INPUT, "column \"%s\": says what a column before it says", cells[i]);
    reading->columns[column] = (int)i;
  }
  reading->headed = TRUE;
  return reading->columns[SHEET_TEXT] >= 0
             ? 0
             : fault(error, FAULT_INPUT,
                     "the first row names no column \"text\"; its headers are wanted there");
}

/* ---- a row ---- */

/* A copy that the sheet owns, or NULL for a cell that is blank or not there. */
static const char *cell_of(const Reading *reading, const char *const *cells, gsize count,
                           enum sheet_column column) {
  int at = reading->columns[column];
  if (at < 0 || (gsize)at >= count || text_blank(cells[at]))
    return NULL;
  char *copy = g_strdup(guard_off(cells[at]));
  g_ptr_array_add(reading->sheet->texts, copy);
  return copy;
}

static int read_question(const char *cell, gint64 *ret, GError **error) {
  if (cell == NULL)
    return 0;
  g_autofree char *bare = g_strstrip(g_strdup(cell));
  if (!g_ascii_string_to_signed(bare, 10, 1, QUESTION_MAX, ret, NULL))
    return fault(error, FAULT_INPUT, "question: \"%s\" is no number from 1 to %d", cell, QUESTION_MAX);
  return 0;
}

static int read_draft(const Reading *reading, const char *const *cells, gsize count, ProposalDraft *draft,
                      GError **error) {
  const char *language = cell_of(reading, cells, count, SHEET_LANGUAGE);
  const char *workshop = cell_of(reading, cells, count, SHEET_WORKSHOP);
  const char *author = cell_of(reading, cells, count, SHEET_AUTHOR);
  if (language != NULL)
    draft->language = language;
  if (workshop != NULL)
    draft->workshop = workshop;
  int r = read_question(cell_of(reading, cells, count, SHEET_QUESTION), &draft->question, error);
  return r == 0 && author != NULL ? reading->author(author, &draft->author, reading->data, error) : r;
}

static int take_row(gint64 line, const char *const *cells, gsize count, gpointer data, GError **error) {
  Reading *reading = data;
  ProposalDraft draft = *reading->standard;
  if (!reading->headed)
    return read_head(reading, cells, count, error);
  draft.text = cell_of(reading, cells, count, SHEET_TEXT);
  if (draft.text == NULL)
    return 0;
  char *place = g_strdup_printf("line %" G_GINT64_FORMAT, line);
  g_ptr_array_add(reading->sheet->texts, place);
  draft.place = place;
  if (reading->sheet->drafts->len == PROPOSALS_AT_ONCE_MAX)
    return fault(error, FAULT_INPUT, "%s: a sheet has at most %d proposals; part it", place,
                 PROPOSALS_AT_ONCE_MAX);
  if (read_draft(reading, cells, count, &draft, error) < 0)
    return fault_prefix(error, "%s", place);
  g_array_append_val(reading->sheet->drafts, draft);
  return 0;
}

static int read_cells(Reading *reading, const GString *text, GError **error) {
  g_autoptr(CsvReader) reader = csv_reader_new('\0', take_row, reading);
  int r = csv_reader_feed(reader, text->str, text->len, error);
  return r == 0 ? csv_reader_finish(reader, error) : r;
}

static int decode(GBytes *bytes, GString *to, GError **error) {
  gsize size = 0, at = 0;
  const guint8 *raw = g_bytes_get_data(bytes, &size);
  if (size > SHEET_MAX)
    return fault(error, FAULT_INPUT, "the file has more than %d MiB; part it", SHEET_MAX / 1024 / 1024);
  enum charset charset = charset_detect(raw, size, &at);
  int r = 0;
  while (r == 0 && at < size)
    r = charset_decode(charset, raw, size, &at, size, to, error);
  return r;
}

int sheet_read(GBytes *bytes, const ProposalDraft *standard, SheetAuthor author, gpointer data, Sheet *ret,
               GError **error) {
  g_autoptr(GString) text = g_string_new(NULL);
  Reading reading = {.standard = standard, .author = author, .data = data, .sheet = ret};
  ret->drafts = g_array_new(FALSE, FALSE, sizeof(ProposalDraft));
  ret->texts = g_ptr_array_new_with_free_func(g_free);
  int r = decode(bytes, text, error);
  if (r == 0)
    r = read_cells(&reading, text, error);
  if (r == 0 && ret->drafts->len == 0)
    r = fault(error, FAULT_INPUT, "the file has no proposals: its rows are empty, or there are none");
  return r;
}
