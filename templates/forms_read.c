/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "templates/forms_inner.h"

#include "base/fault.h"
#include "base/text.h"

#include <string.h>

static const char *const form_columns[] = {
    "kind",    "language", "form",  "state",  "valid_from",  "valid_to", "salutation",
    "address", "close",    "style", "source", "reviewed_by", NULL,
};
static const char *const close_columns[] = {
    "class", "language", "form", "state", "text", "source", "reviewed_by", NULL,
};

const char *const forms_gender_names[FORM_VACANT + 1] = {
    [FORM_M] = "m",           [FORM_F] = "f",           [FORM_UNKNOWN] = "unknown",
    [FORM_PLURAL] = "plural", [FORM_VACANT] = "vacant",
};

const PieceName forms_piece_names[PIECES] = {
    [PIECE_N] = {"{N}", "name"},          [PIECE_S] = {"{S}", "surname"},
    [PIECE_G] = {"{G}", "state"},         [PIECE_g] = {"{g}", "state"},
    [PIECE_O] = {"{O}", "organisation"},  [PIECE_P] = {"{P}", "portfolio"},
    [PIECE_C] = {"{C}", "city"},          [PIECE_H] = {"{H}", "honorific"},
    [PIECE_TITLE] = {"{TITLE}", "title"}, [PIECE_A] = {"{A}", "salutation"},
    [PIECE_T] = {"{T}", "style"},
};

void forms_free(Forms *forms) {
  if (forms == NULL)
    return;
  table_free(forms->forms);
  table_free(forms->closes);
  g_clear_pointer(&forms->by_key, g_hash_table_unref);
  g_clear_pointer(&forms->by_close, g_hash_table_unref);
  g_clear_pointer(&forms->kinds, g_ptr_array_unref);
  g_free(forms);
}

static void file_row(GHashTable *table, const TableRow *row, const char *a, const char *b, const char *c) {
  char *key = g_strdup_printf("%s/%s/%s", a, b, c);
  GPtrArray *rows = g_hash_table_lookup(table, key);
  if (rows == NULL) {
    rows = g_ptr_array_new();
    g_hash_table_insert(table, key, rows);
  } else {
    g_free(key);
  }
  g_ptr_array_add(rows, (gpointer)row);
}

GPtrArray *forms_rows_of(GHashTable *table, const char *a, const char *b, const char *c) {
  char key[100];
  g_snprintf(key, sizeof key, "%s/%s/%s", a, b, c);
  return g_hash_table_lookup(table, key);
}

static gboolean good_day(const char *day) {
  GDate date;
  if (day[0] == '\0')
    return TRUE;
  if (strlen(day) != 10 || day[4] != '-' || day[7] != '-')
    return FALSE;
  g_date_clear(&date, 1);
  g_date_set_parse(&date, day);
  return g_date_valid(&date);
}

/* Every brace begins one of our pieces; a class that speaks of the style has one. */
static gboolean good_braces(const char *pattern) {
  for (const char *brace = strpbrk(pattern, "{}"); brace != NULL; brace = strpbrk(brace, "{}")) {
    gsize length = 0;
    for (guint i = 0; i < PIECES && length == 0; i++)
      length = g_str_has_prefix(brace, forms_piece_names[i].brace) ? strlen(forms_piece_names[i].brace) : 0;
    if (length == 0)
      return FALSE;
    brace += length;
  }
  return TRUE;
}

static int check_language(const Table *table, const TableRow *row, const char *code, GError **error) {
  enum language language;
  if (strlen(code) == 2 && language_parse(code, &language))
    return 0;
  return table_refuse(table, row, error, "the language \"%s\" is none of fr, en, es and pt; correct it",
                      code);
}

static int check_close_row(const Table *table, const TableRow *row, GError **error) {
  char **cells = row->cells;
  if (strcmp(cells[CLOSE_FORM], "one") != 0 && strcmp(cells[CLOSE_FORM], "several") != 0)
    return table_refuse(table, row, error, "the form \"%s\" is neither one nor several; correct it",
                        cells[CLOSE_FORM]);
  if (text_blank(cells[CLOSE_TEXT]) || !good_braces(cells[CLOSE_TEXT]))
    return table_refuse(table, row, error,
                        "the text is empty or has a brace that begins no piece; correct it");
  return check_language(table, row, cells[CLOSE_LANGUAGE], error);
}

const TableRow *forms_close_for(const Forms *forms, const TableRow *row, const char *state) {
  const char *language = row->cells[LANGUAGE], *class = row->cells[CLOSE];
  gboolean several = strcmp(row->cells[FORM], forms_gender_names[FORM_PLURAL]) == 0;
  GPtrArray *rows = several ? forms_rows_of(forms->by_close, class, language, "several") : NULL;
  if (rows == NULL)
    rows = forms_rows_of(forms->by_close, class, language, "one");
  const TableRow *general = NULL;
  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    const TableRow *close = g_ptr_array_index(rows, i);
    const char *have = close->cells[CLOSE_STATE];
    if (state != NULL && have[0] != '\0' && g_ascii_strcasecmp(have, state) == 0)
      return close;
    if (have[0] == '\0')
      general = close;
  }
  return general;
}

static int check_form_close(const Forms *forms, const TableRow *row, GError **error) {
  const TableRow *close = forms_close_for(forms, row, NULL);
  if (close == NULL)
    return table_refuse(forms->forms, row, error,
                        "closes.tsv has no close %s in this language; correct the class", row->cells[CLOSE]);
  if (strstr(close->cells[CLOSE_TEXT], "{T}") != NULL && row->cells[STYLE][0] == '\0')
    return table_refuse(forms->forms, row, error,
                        "the close %s speaks of the style, but the cell style is empty; fill it",
                        row->cells[CLOSE]);
  if (text_blank(row->cells[SALUTATION]))
    return table_refuse(forms->forms, row, error, "the cell salutation is empty; fill it");
  return 0;
}

static gboolean says_none(const TableRow *row) {
  return strcmp(row->cells[SALUTATION], FORM_NONE) == 0;
}

/* A form that does not exist is none in all its cells; the name of an office always exists. */
static int check_none(const Table *table, const TableRow *row, GError **error) {
  gboolean address = strcmp(row->cells[ADDRESS], FORM_NONE) == 0,
           close = strcmp(row->cells[CLOSE], FORM_NONE) == 0;
  if (says_none(row) == address && address == close &&
      !(address && strcmp(row->cells[FORM], FORM_OFFICE) == 0))
    return 0;
  return table_refuse(
      table, row, error,
      "\"-\" says that there is no such form: it stands in salutation, address and close together, "
      "and in no row of the form office");
}

static int check_form_row(const Forms *forms, const TableRow *row, GError **error) {
  const Table *table = forms->forms;
  char **cells = row->cells;
  gboolean office = strcmp(cells[FORM], FORM_OFFICE) == 0;
  enum form_gender gender;
  int r = check_language(table, row, cells[LANGUAGE], error);
  if (r < 0)
    return r;
  if (!office && (cells[FORM][0] == '\0' || !forms_gender_parse(cells[FORM], &gender)))
    return table_refuse(table, row, error,
                        "the form \"%s\" is none of m, f, unknown, plural, vacant and office; correct it",
                        cells[FORM]);
  if (text_blank(cells[KIND]) || strlen(cells[KIND]) > 40 || text_blank(cells[ADDRESS]))
    return table_refuse(table, row, error,
                        "the cells kind and address must be filled, kind with at most 40 letters");
  if (!good_braces(cells[SALUTATION]) || !good_braces(cells[ADDRESS]))
    return table_refuse(table, row, error,
                        "a brace begins none of the pieces named above the table; correct it");
  if (!good_day(cells[VALID_FROM]) || !good_day(cells[VALID_TO]))
    return table_refuse(table, row, error,
                        "valid_from and valid_to are days such as 2013-12-02, or empty; correct them");
  if (cells[STATE][0] != '\0' && states_find(forms->states, cells[STATE]) == NULL)
    return table_refuse(table, row, error, "states.tsv has no State %s; correct the code or add its row",
                        cells[STATE]);
  r = check_none(table, row, error);
  return r < 0 || office || says_none(row) ? r : check_form_close(forms, row, error);
}

static int check_twice(const Forms *forms, const TableRow *row, GError **error) {
  GPtrArray *rows = forms_rows_of(forms->by_key, row->cells[KIND], row->cells[LANGUAGE], row->cells[FORM]);
  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    const TableRow *have = g_ptr_array_index(rows, i);
    if (strcmp(have->cells[STATE], row->cells[STATE]) == 0 &&
        strcmp(have->cells[VALID_FROM], row->cells[VALID_FROM]) == 0)
      return table_refuse(forms->forms, row, error,
                          "line %u is for the same kind, language, form, State and time; remove one",
                          have->line);
  }
  return 0;
}

static void note_kind(Forms *forms, const char *kind) {
  for (guint i = 0; i < forms->kinds->len; i++) {
    if (strcmp(g_ptr_array_index(forms->kinds, i), kind) == 0)
      return;
  }
  g_ptr_array_add(forms->kinds, (gpointer)kind);
}

static int index_closes(Forms *forms, GError **error) {
  int r = 0;
  for (guint i = 0; r == 0 && i < forms->closes->rows->len; i++) {
    const TableRow *row = table_row(forms->closes, i);
    r = check_close_row(forms->closes, row, error);
    file_row(forms->by_close, row, row->cells[CLOSE_CLASS], row->cells[CLOSE_LANGUAGE],
             row->cells[CLOSE_FORM]);
  }
  return r;
}

static int index_forms(Forms *forms, GError **error) {
  int r = 0;
  for (guint i = 0; r == 0 && i < forms->forms->rows->len; i++) {
    const TableRow *row = table_row(forms->forms, i);
    r = check_form_row(forms, row, error);
    if (r == 0)
      r = check_twice(forms, row, error);
    file_row(forms->by_key, row, row->cells[KIND], row->cells[LANGUAGE], row->cells[FORM]);
    note_kind(forms, row->cells[KIND]);
  }
  g_ptr_array_add(forms->kinds, NULL);
  return r;
}

static int read_tables(Forms *forms, const char *folder, GError **error) {
  g_autofree char *path = g_build_filename(folder, "forms.tsv", NULL);
  int r = table_read(path, FORMS_FILE_MAX, FORMS_ROWS_MAX, form_columns, &forms->forms, error);
  if (r < 0)
    return r;
  g_autofree char *closes = g_build_filename(folder, "closes.tsv", NULL);
  return table_read(closes, FORMS_FILE_MAX, FORMS_ROWS_MAX, close_columns, &forms->closes, error);
}

int forms_load(const char *folder, const States *states, Forms **ret, GError **error) {
  g_autoptr(Forms) forms = g_new0(Forms, 1);
  forms->states = states;
  forms->by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  forms->by_close = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  forms->kinds = g_ptr_array_new();
  int r = read_tables(forms, folder, error);
  if (r == 0)
    r = index_closes(forms, error);
  if (r == 0)
    r = index_forms(forms, error);
  if (r < 0)
    return r;
  const Digest both[] = {forms->forms->digest, forms->closes->digest};
  forms->digest = digest_of(both, sizeof both);
  *ret = g_steal_pointer(&forms);
  return 0;
}

/* ---- reading them through ---- */

guint forms_row_count(const Forms *forms) {
  return forms->forms->rows->len + forms->closes->rows->len;
}

static void view_form(const TableRow *row, FormsRow *ret) {
  char **cells = row->cells;
  *ret = (FormsRow){.file = "forms.tsv",
                    .line = row->line,
                    .kind = cells[KIND],
                    .language = cells[LANGUAGE],
                    .form = cells[FORM],
                    .state = cells[STATE],
                    .valid_from = cells[VALID_FROM],
                    .valid_to = cells[VALID_TO],
                    .salutation = cells[SALUTATION],
                    .text = cells[ADDRESS],
                    .close = cells[CLOSE],
                    .style = cells[STYLE],
                    .source = cells[SOURCE],
                    .reviewed_by = cells[REVIEWED]};
}

static void view_close(const TableRow *row, FormsRow *ret) {
  char **cells = row->cells;
  *ret = (FormsRow){.file = "closes.tsv",
                    .line = row->line,
                    .kind = cells[CLOSE_CLASS],
                    .language = cells[CLOSE_LANGUAGE],
                    .form = cells[CLOSE_FORM],
                    .state = cells[CLOSE_STATE],
                    .valid_from = "",
                    .valid_to = "",
                    .salutation = "",
                    .text = cells[CLOSE_TEXT],
                    .close = "",
                    .style = "",
                    .source = cells[CLOSE_SOURCE],
                    .reviewed_by = cells[CLOSE_REVIEWED]};
}

void forms_row_at(const Forms *forms, guint index, FormsRow *ret) {
  guint first = forms->forms->rows->len;
  if (index < first)
    view_form(table_row(forms->forms, index), ret);
  else
    view_close(table_row(forms->closes, index - first), ret);
}
