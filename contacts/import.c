/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/import.h"

#include "base/fault.h"
#include "base/text.h"
#include "contacts/charset.h"
#include "contacts/csv_read.h"
#include "contacts/guard.h"
#include "contacts/import_apply.h"
#include "contacts/row.h"
#include "contacts/vcard.h"

#include <string.h>

#define PIECE    (64 * 1024) /* bytes decoded at once */
#define HEAD     1024        /* bytes that tell vCards from a table */
#define LEFT_MAX 100         /* names of properties that are counted as left out */

static void complaint_free(gpointer data) {
  ImportComplaint *complaint = data;
  g_free(complaint->column);
  g_free(complaint->sentence);
  g_free(complaint);
}

void import_report_clear(ImportReport *report) {
  g_clear_pointer(&report->complaints, g_ptr_array_unref);
}

/* ---- reading ---- */

/* A row that waits to be staged. */
typedef struct {
  gint64 line;
  char *identity, *cells;
} Waiting;

typedef struct {
  Import import;
  const ImportOptions *options;
  ImportReport *report;
  Columns columns;
  gboolean headed;  /* the row of headers has been seen */
  gsize width;      /* cells of that row */
  GArray *waiting;  /* Waiting */
  GHashTable *left; /* of vCards: what is left out, by name */
  gint64 last_bad;  /* line: a row with several bad cells is set aside once */
} Reading;

static void waiting_clear(gpointer waiting) {
  g_free(((Waiting *)waiting)->identity);
  g_free(((Waiting *)waiting)->cells);
}

static void complain(gint64 line, int column, const char *sentence, gboolean note, gpointer data) {
  Reading *reading = data;
  ImportReport *report = reading->report;
  if (note)
    report->notes++;
  else
    report->bad++;
  if (!note && line != reading->last_bad) {
    report->set_aside++;
    reading->last_bad = line;
  }
  if (report->complaints->len >= IMPORT_COMPLAINTS_MAX)
    return;
  ImportComplaint *complaint = g_new0(ImportComplaint, 1);
  complaint->line = line;
  complaint->column =
      column >= 0 ? g_strdup(reading->columns.header[column] != NULL ? reading->columns.header[column]
                                                                     : column_header((enum column)column))
                  : NULL;
  complaint->sentence = g_strdup(sentence);
  complaint->note = note;
  g_ptr_array_add(report->complaints, complaint);
}

static int stage(Link *link, gpointer data, GError **error) {
  Reading *reading = data;
  int r = 0;
  for (guint i = 0; r == 0 && i < reading->waiting->len; i++) {
    const Waiting *one = &g_array_index(reading->waiting, Waiting, i);
    gint64 line = 0;
    r = import_rows_stage(link, reading->import.record.id, one->line, one->identity, one->cells, &line,
                          error);
    if (r == 1) {
      g_autofree char *sentence = g_strdup_printf("it is the same contact as on line %" G_GINT64_FORMAT
                                                  "; keep one of the rows, or give each an id",
                                                  line);
      complain(one->line, -1, sentence, FALSE, reading);
      r = 0;
    }
  }
  return r;
}

static int flush(Reading *reading, GError **error) {
  if (reading->waiting->len == 0)
    return 0;
  int r = store_write_aside(reading->import.contacts->store, stage, reading, error);
  g_array_set_size(reading->waiting, 0);
  return r;
}

static Row *row_of_cells(const Reading *reading, const char *const *cells, gsize count) {
  Row *row = row_new();
  for (int i = 0; i < COLUMNS; i++) {
    int at = reading->columns.of[i];
    if (at >= 0 && (gsize)at < count && !text_blank(cells[at]))
      row->cell[i] = g_strdup(guard_off(cells[at]));
  }
  return row;
}

typedef struct {
  Reading *reading;
  gint64 line;
} RowPlace;

static void cell_complaint(enum column column, const char *sentence, gboolean note, gpointer data) {
  const RowPlace *place = data;
  complain(place->line, (int)column, sentence, note, place->reading);
}

/* Cells beyond the headers mean that a delimiter stands unquoted in the row, and all cells after it are
 * wrong. */
static gboolean is_too_wide(const Reading *reading, const char *const *cells, gsize count) {
  for (gsize i = reading->width; i < count; i++)
    if (!text_blank(cells[i]))
      return TRUE;
  return FALSE;
}

/* A row is checked, and waits to be staged. */
static int take_row(Reading *reading, gint64 line, Row *row, GError **error) {
  RowPlace place = {reading, line};
  int bad =
      row_check(row, reading->import.contacts->states, !row_says(row, COLUMN_ID), cell_complaint, &place);
  if (reading->import.record.clearance == 0 && row_kind(row) > CONTACT_PERSON)
    return fault(error, FAULT_FORBIDDEN,
                 "%s line %" G_GINT64_FORMAT
                 ": offices and organisations are not yours to import; ask an organiser",
                 reading->import.record.name, line);
  if (bad > 0)
    return 0;
  Waiting waiting = {line, row_identity(row), row_pack(row)};
  g_array_append_val(reading->waiting, waiting);
  return reading->waiting->len >= IMPORT_UNIT_ROWS ? flush(reading, error) : 0;
}

static int see_contact(Reading *reading, gint64 line, const char *const *cells, gsize count, GError **error) {
  g_autoptr(Row) row = row_of_cells(reading, cells, count);
  if (row_blank(row))
    return 0;
  reading->report->rows++;
  if (is_too_wide(reading, cells, count)) {
    complain(line, -1,
             "the row has more cells than there are columns; a cell with the delimiter in it needs quotes",
             FALSE, reading);
    return 0;
  }
  return take_row(reading, line, row, error);
}

static int see_row(gint64 line, const char *const *cells, gsize count, gpointer data, GError **error) {
  Reading *reading = data;
  if (reading->headed)
    return see_contact(reading, line, cells, count, error);
  reading->headed = TRUE;
  reading->width = count;
  return columns_map(cells, count, reading->options->maps, &reading->columns, error);
}

/* What a row has no room for, by name, and how often. */
static void count_left(const char *name, gpointer data) {
  GHashTable *left = data;
  guint count = GPOINTER_TO_UINT(g_hash_table_lookup(left, name));
  if (count > 0 || g_hash_table_size(left) < LEFT_MAX)
    g_hash_table_replace(left, g_strdup(name), GUINT_TO_POINTER(count + 1));
}

static gint by_name(gconstpointer a, gconstpointer b) {
  return strcmp(a, b);
}

static void tell_left(Reading *reading) {
  g_autoptr(GString) names = g_string_new(NULL);
  GList *keys = g_list_sort(g_hash_table_get_keys(reading->left), by_name);
  for (const GList *key = keys; key != NULL; key = key->next)
    g_string_append_printf(names, "%s%s (%u)", names->len > 0 ? ", " : "", (const char *)key->data,
                           GPOINTER_TO_UINT(g_hash_table_lookup(reading->left, key->data)));
  g_list_free(keys);
  if (names->len == 0)
    return;
  g_autofree char *sentence =
      g_strdup_printf("a contact has no room for these, so they were left out: %s", names->str);
  complain(1, -1, sentence, TRUE, reading);
}

static int find_charset(const ImportOptions *options, const guint8 *bytes, gsize length, enum charset *ret,
                        gsize *ret_skip, GError **error) {
  enum charset told, found = charset_detect(bytes, length, ret_skip);
  *ret = found;
  if (options->encoding == NULL)
    return 0;
  int r = charset_parse(options->encoding, &told, error);
  if (r == 0 && told != found) {
    /* "UTF-16" leaves the order of bytes to the mark. */
    gboolean wide = told == CHARSET_UTF16LE && found == CHARSET_UTF16BE;
    *ret = wide ? found : told;
    *ret_skip = wide ? *ret_skip : 0;
  }
  return r;
}

typedef int (*Feed)(gpointer reader, const char *text, gsize length, GError **error);

static int feed_csv(gpointer reader, const char *text, gsize length, GError **error) {
  return csv_reader_feed(reader, text, length, error);
}

static int feed_vcard(gpointer reader, const char *text, gsize length, GError **error) {
  return vcard_reader_feed(reader, text, length, error);
}

/* The file as it is encoded, and how far it is read. */
typedef struct {
  const guint8 *bytes;
  gsize length, at;
  enum charset charset;
} Encoded;

static int feed_all(Encoded *file, Feed feed, gpointer reader, GError **error) {
  g_autoptr(GString) text = g_string_sized_new(2 * PIECE);
  int r = 0;
  while (r == 0 && file->at < file->length) {
    g_string_truncate(text, 0);
    r = charset_decode(file->charset, file->bytes, file->length, &file->at, PIECE, text, error);
    if (r == 0)
      r = feed(reader, text->str, text->len, error);
  }
  return r;
}

static int read_csv(Reading *reading, Encoded *file, GError **error) {
  g_autoptr(CsvReader) reader = csv_reader_new(reading->options->delimiter, see_row, reading);
  reading->report->format = "csv";
  int r = feed_all(file, feed_csv, reader, error);
  if (r == 0)
    r = csv_reader_finish(reader, error);
  reading->report->delimiter = csv_reader_delimiter(reader);
  if (r == 0 && !reading->headed)
    r = fault(error, FAULT_INPUT, "the file is empty; its first row must name the columns");
  return r;
}

static int see_card(const Vcard *card, gpointer data, GError **error) {
  Reading *reading = data;
  g_autoptr(Row) row = vcard_row(card, reading->import.contacts->states, count_left, reading->left);
  if (row == NULL)
    complain(card->line, -1, "a group of cards is no contact; left out", TRUE, reading);
  if (row == NULL || row_blank(row))
    return 0;
  reading->report->rows++;
  return take_row(reading, card->line, row, error);
}

static void complain_of_card(gint64 line, const char *sentence, gpointer data) {
  Reading *reading = data;
  reading->report->rows++;
  complain(line, -1, sentence, FALSE, reading);
}

static int read_vcards(Reading *reading, Encoded *file, GError **error) {
  g_autoptr(VcardReader) reader = vcard_reader_new(see_card, complain_of_card, reading);
  g_autoptr(GHashTable) left = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  reading->report->format = "vcard";
  reading->left = left;
  if (reading->options->maps != NULL && reading->options->maps[0] != NULL)
    return fault(error, FAULT_INPUT, "vCards have no columns to map; leave --map out");
  for (int i = 0; i < COLUMNS; i++)
    reading->columns.header[i] = g_strdup(vcard_name_of((enum column)i));
  int r = feed_all(file, feed_vcard, reader, error);
  if (r == 0)
    r = vcard_reader_finish(reader, error);
  if (r == 0)
    tell_left(reading);
  return r;
}

static gboolean is_vcard(const Encoded *file) {
  g_autoptr(GString) text = g_string_new(NULL);
  gsize at = file->at;
  return charset_decode(file->charset, file->bytes, file->length, &at, HEAD, text, NULL) == 0 &&
         vcard_begins(text->str, text->len);
}

static int read_bytes(Reading *reading, GBytes *bytes, GError **error) {
  Encoded file;
  file.bytes = g_bytes_get_data(bytes, &file.length);
  int r = find_charset(reading->options, file.bytes, file.length, &file.charset, &file.at, error);
  if (r < 0)
    return r;
  reading->report->encoding = charset_name(file.charset);
  r = is_vcard(&file) ? read_vcards(reading, &file, error) : read_csv(reading, &file, error);
  return r == 0 ? flush(reading, error) : r;
}

/* ---- the session ---- */

static int begin(Link *link, gpointer data, GError **error) {
  Reading *reading = data;
  return import_rows_begin(link, &reading->import.record, clock_wall(reading->import.contacts->clock),
                           &reading->import.record.id, error);
}

static void report_counts(Reading *reading) {
  const ImportRecord *record = &reading->import.record;
  reading->report->id = reading->import.dry_run ? 0 : record->id;
  reading->report->added = record->added;
  reading->report->changed = record->changed;
  reading->report->unchanged = record->unchanged;
  reading->report->holders = record->holders;
  reading->report->longest = MAX(reading->report->longest, reading->import.longest);
}

static gint by_line(gconstpointer a, gconstpointer b) {
  const ImportComplaint *one = *(ImportComplaint *const *)a, *other = *(ImportComplaint *const *)b;
  return (one->line > other->line) - (one->line < other->line);
}

/* Everything after the reading. */
static int take(Reading *reading, GError **error) {
  Import *import = &reading->import;
  int r = import_lock(import, error);
  if (r == 0)
    r = import_check(import, error);
  gboolean refused = reading->report->bad > 0 && !import->skip_bad;
  if (r < 0 || (refused && !import->dry_run))
    return r < 0 ? r : IMPORT_REFUSED;
  r = import_apply(import, error);
  if (r == 0 && !import->dry_run)
    r = import_flip(import, error);
  return r == 0 && refused ? IMPORT_REFUSED : r;
}

/* Leaves the contacts free, whatever happened; a fault on the way out does not hide the first one. */
static int leave(Reading *reading, int result, GError **error) {
  Import *import = &reading->import;
  gboolean flipped = import->record.state == IMPORT_FLIPPED && result == 0;
  g_autoptr(GError) second = NULL;
  int r = 0;
  if (import->record.state == IMPORT_APPLYING && !flipped)
    r = import_undo(import, &second);
  if (r == 0)
    r = import_finish(import, !flipped, &second);
  if (r < 0 && result >= 0) {
    g_propagate_error(error, g_steal_pointer(&second));
    return r;
  }
  return result;
}

static int run(Reading *reading, GBytes *bytes, GError **error) {
  int r = store_write(reading->import.contacts->store, begin, reading, error);
  if (r < 0)
    return r;
  r = read_bytes(reading, bytes, error);
  if (r < 0)
    fault_prefix(error, "%s", reading->import.record.name);
  else
    r = take(reading, error);
  report_counts(reading);
  r = leave(reading, r, error);
  g_ptr_array_sort(reading->report->complaints, by_line);
  return r;
}

static int check_options(const ImportOptions *options, GBytes *bytes, GError **error) {
  int r = text_check_line("name of the file", options->name, -1, TEXT_NAME_MAX, error);
  if (r == 0 && options->list != NULL)
    r = text_check_line("name of the list", options->list, -1, TEXT_NAME_MAX, error);
  if (r == 0 && options->list != NULL &&
      (text_blank(options->list) || strpbrk(options->list, ",;=|") != NULL))
    r = fault(error, FAULT_INPUT, "\"%s\" cannot name a list: it is empty, or has one of , ; = |",
              options->list);
  if (r == 0 && options->delimiter != 0 && strchr(",;\t|", options->delimiter) == NULL)
    r = fault(error, FAULT_INPUT, "the delimiter must be a comma, a semicolon, a tab or |");
  if (r == 0 && g_bytes_get_size(bytes) > IMPORT_FILE_MAX)
    r = fault(error, FAULT_INPUT, "%s: the file has more than %d bytes; cut it in parts", options->name,
              IMPORT_FILE_MAX);
  return r;
}

int import_csv(const Contacts *contacts, const Actor *actor, GBytes *bytes, const ImportOptions *options,
               ImportReport *ret, GError **error) {
  *ret = (ImportReport){.dry_run = options->dry_run,
                        .complaints = g_ptr_array_new_with_free_func(complaint_free)};
  Reading reading = {.options = options, .report = ret, .last_bad = -1};
  reading.import = (Import){.contacts = contacts,
                            .record = {.name = g_strdup(options->name),
                                       .list = options->list != NULL ? text_tidy(options->list) : NULL,
                                       .user = g_strdup(actor->name),
                                       .clearance = actor_clearance(actor)},
                            .dry_run = options->dry_run,
                            .skip_bad = options->skip_bad,
                            .complaint = complain,
                            .data = &reading};
  columns_clear(&reading.columns);
  reading.waiting = g_array_new(FALSE, FALSE, sizeof(Waiting));
  g_array_set_clear_func(reading.waiting, waiting_clear);
  int r = check_options(options, bytes, error);
  if (r == 0)
    r = run(&reading, bytes, error);
  g_array_unref(reading.waiting);
  columns_clear(&reading.columns);
  import_record_clear(&reading.import.record);
  return r;
}
