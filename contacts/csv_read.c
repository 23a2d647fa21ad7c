/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/csv_read.h"

#include "base/fault.h"

#include <string.h>

enum state { CELL_START, IN_CELL, IN_QUOTES, AFTER_QUOTE };

struct CsvReader {
  CsvRowSeen seen;
  gpointer data;
  char delimiter;
  gboolean begun; /* the delimiter is known and rows are being read */
  GString *head;  /* the text up to there */
  enum state state;
  gboolean after_cr; /* an LF that comes now belongs to the CR before */
  gint64 line, row_line, quote_line, rows;
  GString *row;  /* the cells, each with its NUL */
  GArray *cells; /* gsize: where each begins in row */
  gsize cell_start;
  gboolean any; /* the row has a delimiter, a quote or a character */
};

CsvReader *csv_reader_new(char delimiter, CsvRowSeen seen, gpointer data) {
  CsvReader *reader = g_new0(CsvReader, 1);
  reader->seen = seen;
  reader->data = data;
  reader->delimiter = delimiter;
  reader->head = g_string_new(NULL);
  reader->row = g_string_new(NULL);
  reader->cells = g_array_new(FALSE, FALSE, sizeof(gsize));
  reader->line = reader->row_line = 1;
  return reader;
}

void csv_reader_free(CsvReader *reader) {
  if (reader == NULL)
    return;
  g_string_free(reader->head, TRUE);
  g_string_free(reader->row, TRUE);
  g_array_unref(reader->cells);
  g_free(reader);
}

char csv_reader_delimiter(const CsvReader *reader) {
  return reader->begun ? reader->delimiter : 0;
}

static int end_cell(CsvReader *reader, GError **error) {
  if (reader->cells->len >= CSV_COLUMNS_MAX)
    return fault(error, FAULT_INPUT,
                 "line %" G_GINT64_FORMAT ": the row has more than %d cells; is the delimiter right?",
                 reader->row_line, CSV_COLUMNS_MAX);
  g_string_append_c(reader->row, '\0');
  g_array_append_val(reader->cells, reader->cell_start);
  reader->cell_start = reader->row->len;
  reader->state = CELL_START;
  return 0;
}

static int give_row(CsvReader *reader, GError **error) {
  if (++reader->rows > CSV_ROWS_MAX)
    return fault(error, FAULT_INPUT,
                 "line %" G_GINT64_FORMAT ": the file has more than %d rows; cut it in parts",
                 reader->row_line, CSV_ROWS_MAX);
  g_autofree const char **cells = g_new(const char *, reader->cells->len);
  for (guint i = 0; i < reader->cells->len; i++)
    cells[i] = reader->row->str + g_array_index(reader->cells, gsize, i);
  return reader->seen(reader->row_line, cells, reader->cells->len, reader->data, error);
}

static int end_row(CsvReader *reader, GError **error) {
  int r = 0;
  if (reader->any && (r = end_cell(reader, error)) == 0)
    r = give_row(reader, error);
  g_string_truncate(reader->row, 0);
  g_array_set_size(reader->cells, 0);
  reader->cell_start = 0;
  reader->state = CELL_START;
  reader->any = FALSE;
  return r < 0 ? r : 0;
}

static int put(CsvReader *reader, char c, GError **error) {
  if (reader->row->len - reader->cell_start >= CSV_CELL_MAX || reader->row->len >= CSV_ROW_MAX)
    return fault(error, FAULT_INPUT,
                 "line %" G_GINT64_FORMAT
                 ": a cell of more than %d bytes; is a quote missing near this line?",
                 reader->row_line, CSV_CELL_MAX);
  g_string_append_c(reader->row, c);
  return 0;
}

static int break_line(CsvReader *reader, GError **error) {
  reader->line++;
  if (reader->state == IN_QUOTES)
    return put(reader, '\n', error);
  int r = end_row(reader, error);
  reader->row_line = reader->line;
  return r;
}

static int take_quote(CsvReader *reader, GError **error) {
  reader->any = TRUE;
  switch (reader->state) {
  case CELL_START:
    reader->state = IN_QUOTES;
    reader->quote_line = reader->line;
    return 0;
  case IN_QUOTES:
    reader->state = AFTER_QUOTE;
    return 0;
  case AFTER_QUOTE:
    reader->state = IN_QUOTES;
    return put(reader, '"', error);
  default:
    return put(reader, '"', error);
  }
}

static int take_other(CsvReader *reader, char c, GError **error) {
  reader->any = TRUE;
  if (reader->state == AFTER_QUOTE) {
    if (c == ' ' || c == '\t')
      return 0;
    return fault(error, FAULT_INPUT,
                 "line %" G_GINT64_FORMAT
                 ": text follows a closing quote; a quote within a quoted cell is written twice",
                 reader->line);
  }
  if (reader->state == CELL_START)
    reader->state = IN_CELL;
  return put(reader, c, error);
}

static int take(CsvReader *reader, char c, GError **error) {
  gboolean after_cr = reader->after_cr;
  reader->after_cr = c == '\r';
  if (c == '\n' && after_cr)
    return 0;
  if (c == '\r' || c == '\n')
    return break_line(reader, error);
  if (((guchar)c < ' ' && c != '\t') || c == 0x7F)
    return fault(error, FAULT_INPUT,
                 "line %" G_GINT64_FORMAT
                 ": a control character (byte 0x%02X): this is no text file; export the table as "
                 "CSV from the spreadsheet and import that",
                 reader->line, (guint)(guchar)c);
  if (c == '"')
    return take_quote(reader, error);
  if (c == reader->delimiter && reader->state != IN_QUOTES) {
    reader->any = TRUE;
    return end_cell(reader, error);
  }
  return take_other(reader, c, error);
}

/* The end of the first row in TEXT, or -1 when it is not there yet; counts what may be its delimiter. */
static gssize first_row(const char *text, gsize length, gsize counts[3]) {
  static const char known[] = {',', ';', '\t'};
  gboolean quoted = FALSE;
  for (gsize i = 0; i < length; i++) {
    const char *which = memchr(known, text[i], sizeof known);
    if (text[i] == '"')
      quoted = !quoted;
    else if (!quoted && (text[i] == '\n' || text[i] == '\r'))
      return (gssize)i;
    else if (!quoted && which != NULL)
      counts[which - known]++;
  }
  return -1;
}

static int take_all(CsvReader *reader, const char *text, gsize length, GError **error) {
  int r = 0;
  for (gsize i = 0; i < length && r == 0; i++)
    r = take(reader, text[i], error);
  return r;
}

/* Excel writes "sep=;" as a line of its own before the table. */
static gboolean names_delimiter(const char *head, gsize length, gsize end) {
  return end == 5 && length > 5 && g_ascii_strncasecmp(head, "sep=", 4) == 0;
}

static int begin(CsvReader *reader, gsize end, const gsize counts[3], GError **error) {
  gsize used = 0;
  reader->begun = TRUE;
  if (names_delimiter(reader->head->str, reader->head->len, end)) {
    reader->delimiter = reader->delimiter != 0 ? reader->delimiter : reader->head->str[4];
    used = end;
  } else if (reader->delimiter == 0) {
    gsize best = counts[1] >= counts[0] ? 1 : 0;
    reader->delimiter = counts[2] > counts[best] ? '\t' : counts[best] > 0 ? ",;"[best] : ';';
  }
  return take_all(reader, reader->head->str + used, reader->head->len - used, error);
}

int csv_reader_feed(CsvReader *reader, const char *text, gsize length, GError **error) {
  if (reader->begun)
    return take_all(reader, text, length, error);
  gsize counts[3] = {0};
  g_string_append_len(reader->head, text, (gssize)length);
  gssize end = first_row(reader->head->str, reader->head->len, counts);
  if (end < 0 && reader->head->len <= CSV_ROW_MAX)
    return 0;
  return begin(reader, end < 0 ? reader->head->len : (gsize)end, counts, error);
}

int csv_reader_finish(CsvReader *reader, GError **error) {
  if (!reader->begun) {
    gsize counts[3] = {0};
    first_row(reader->head->str, reader->head->len, counts);
    int r = begin(reader, reader->head->len, counts, error);
    if (r < 0)
      return r;
  }
  if (reader->state == IN_QUOTES)
    return fault(error, FAULT_INPUT,
                 "line %" G_GINT64_FORMAT
                 ": the quote that opens here is never closed, so the file was cut off or a quote "
                 "is missing; export it again",
                 reader->quote_line);
  return end_row(reader, error);
}
