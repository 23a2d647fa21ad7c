/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "templates/forms.h"

#include "base/fault.h"
#include "base/text.h"
#include "templates/table.h"

#include <string.h>

enum form_column {
  KIND,
  LANGUAGE,
  FORM,
  STATE,
  VALID_FROM,
  VALID_TO,
  SALUTATION,
  ADDRESS,
  CLOSE,
  STYLE,
  SOURCE,
  REVIEWED
};
enum close_column {
  CLOSE_CLASS,
  CLOSE_LANGUAGE,
  CLOSE_FORM,
  CLOSE_STATE,
  CLOSE_TEXT,
  CLOSE_SOURCE,
  CLOSE_REVIEWED
};

static const char *const form_columns[] = {
    "kind",    "language", "form",  "state",  "valid_from",  "valid_to", "salutation",
    "address", "close",    "style", "source", "reviewed_by", NULL,
};
static const char *const close_columns[] = {
    "class", "language", "form", "state", "text", "source", "reviewed_by", NULL,
};

#define FORM_OFFICE "office"
static const char *const form_names[] = {
    [FORM_M] = "m",           [FORM_F] = "f",           [FORM_UNKNOWN] = "unknown",
    [FORM_PLURAL] = "plural", [FORM_VACANT] = "vacant",
};

struct Forms {
  const States *states;
  Table *forms, *closes;
  GHashTable *by_key;   /* "president/fr/m": GPtrArray of TableRow */
  GHashTable *by_close; /* "C2/fr/one": the same */
  GPtrArray *kinds;     /* of const char *, ended by NULL */
  Digest digest;
};

/* The pieces of a query, by the name that stands in braces. */
enum piece {
  PIECE_N,
  PIECE_S,
  PIECE_G,
  PIECE_g,
  PIECE_O,
  PIECE_P,
  PIECE_C,
  PIECE_H,
  PIECE_TITLE,
  PIECE_A,
  PIECE_T,
  PIECES
};

static const struct {
  const char *brace, *missing;
} piece_names[PIECES] = {
    [PIECE_N] = {"{N}", "name"},          [PIECE_S] = {"{S}", "surname"},
    [PIECE_G] = {"{G}", "state"},         [PIECE_g] = {"{g}", "state"},
    [PIECE_O] = {"{O}", "organisation"},  [PIECE_P] = {"{P}", "portfolio"},
    [PIECE_C] = {"{C}", "city"},          [PIECE_H] = {"{H}", "honorific"},
    [PIECE_TITLE] = {"{TITLE}", "title"}, [PIECE_A] = {"{A}", "salutation"},
    [PIECE_T] = {"{T}", "style"},
};

typedef const char *Pieces[PIECES];

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

gboolean forms_gender_parse(const char *text, enum form_gender *ret) {
  if (text == NULL || text[0] == '\0') {
    *ret = FORM_UNKNOWN;
    return TRUE;
  }
  for (guint i = 0; i < G_N_ELEMENTS(form_names); i++) {
    if (strcmp(text, form_names[i]) == 0) {
      *ret = (enum form_gender)i;
      return TRUE;
    }
  }
  return FALSE;
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

static GPtrArray *rows_of(GHashTable *table, const char *a, const char *b, const char *c) {
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
      length = g_str_has_prefix(brace, piece_names[i].brace) ? strlen(piece_names[i].brace) : 0;
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

static const TableRow *close_for(const Forms *forms, const TableRow *row, const char *state) {
  const char *language = row->cells[LANGUAGE], *class = row->cells[CLOSE];
  gboolean several = strcmp(row->cells[FORM], form_names[FORM_PLURAL]) == 0;
  GPtrArray *rows = several ? rows_of(forms->by_close, class, language, "several") : NULL;
  if (rows == NULL)
    rows = rows_of(forms->by_close, class, language, "one");
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
  const TableRow *close = close_for(forms, row, NULL);
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
  return office ? 0 : check_form_close(forms, row, error);
}

static int check_twice(const Forms *forms, const TableRow *row, GError **error) {
  GPtrArray *rows = rows_of(forms->by_key, row->cells[KIND], row->cells[LANGUAGE], row->cells[FORM]);
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

const char *const *forms_kinds(const Forms *forms) {
  return (const char *const *)forms->kinds->pdata;
}

gboolean forms_kind_known(const Forms *forms, const char *kind) {
  return g_strv_contains(forms_kinds(forms), kind);
}

const Digest *forms_digest(const Forms *forms) {
  return &forms->digest;
}

/* Days are spelt so that the order of letters is that of time. */
static gboolean counts_for(const TableRow *row, const char *state, const char *day) {
  char **cells = row->cells;
  gboolean dated = cells[VALID_FROM][0] != '\0' || cells[VALID_TO][0] != '\0';
  if (cells[STATE][0] != '\0' && (state == NULL || g_ascii_strcasecmp(cells[STATE], state) != 0))
    return FALSE;
  if (dated && day == NULL)
    return FALSE;
  if (cells[VALID_FROM][0] != '\0' && strcmp(day, cells[VALID_FROM]) < 0)
    return FALSE;
  return cells[VALID_TO][0] == '\0' || strcmp(day, cells[VALID_TO]) <= 0;
}

/* A row for the State comes before the general one, a later one before an earlier. */
static gboolean comes_before(const TableRow *a, const TableRow *b) {
  gboolean a_state = a->cells[STATE][0] != '\0', b_state = b->cells[STATE][0] != '\0';
  if (a_state != b_state)
    return a_state;
  return strcmp(a->cells[VALID_FROM], b->cells[VALID_FROM]) > 0;
}

static const TableRow *find_row(const Forms *forms, const FormsQuery *query, const char *form) {
  GPtrArray *rows = rows_of(forms->by_key, query->kind, language_code(query->language), form);
  const TableRow *best = NULL;
  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    const TableRow *row = g_ptr_array_index(rows, i);
    if (counts_for(row, query->state, query->day) && (best == NULL || comes_before(row, best)))
      best = row;
  }
  return best;
}

static int check_query(const FormsQuery *query, GError **error) {
  const struct {
    const char *what, *value;
  } values[] = {
      {"kind of office", query->kind},
      {"name", query->name},
      {"surname", query->surname},
      {"State", query->state},
      {"organisation", query->organisation},
      {"organisation's genitive", query->organisation_genitive},
      {"portfolio", query->portfolio},
      {"city", query->city},
      {"title", query->title},
      {"honorific", query->honorific},
      {"salutation wished", query->salutation_wish},
  };
  int r = 0;
  for (guint i = 0; r == 0 && i < G_N_ELEMENTS(values); i++) {
    if (values[i].value != NULL)
      r = text_check_line(values[i].what, values[i].value, -1, TEXT_NAME_MAX, error);
  }
  return r;
}

static void gather_pieces(const Forms *forms, const FormsQuery *query, const char *city, Pieces pieces) {
  const State *state = query->state != NULL ? states_find(forms->states, query->state) : NULL;
  pieces[PIECE_N] = query->name;
  pieces[PIECE_S] = query->surname;
  pieces[PIECE_G] = state != NULL ? state->official_genitive[query->language] : NULL;
  pieces[PIECE_g] = state != NULL ? state->genitive[query->language] : NULL;
  pieces[PIECE_O] = query->organisation_genitive;
  pieces[PIECE_P] = query->portfolio;
  pieces[PIECE_C] = city;
  pieces[PIECE_H] = query->honorific;
  pieces[PIECE_TITLE] = query->title;
}

static guint piece_at(const char *text) {
  guint piece = 0;
  while (piece < PIECES && !g_str_has_prefix(text, piece_names[piece].brace))
    piece++;
  return piece;
}

/* Without a genitive the organisation's name stands on a line of its own, which is right in any language. */
static gboolean append_organisation(const FormsQuery *query, const char *line_break, GString *out) {
  if (text_blank(query->organisation))
    return FALSE;
  if (out->len > 0 && out->str[out->len - 1] == ' ')
    g_string_truncate(out, out->len - 1);
  g_string_append(out, line_break);
  g_string_append(out, query->organisation);
  return TRUE;
}

/* Writes PIECE; FALSE when it was not given. */
static gboolean append_piece(const FormsQuery *query, Pieces pieces, guint piece, const char *line_break,
                             GString *out) {
  if (!text_blank(pieces[piece])) {
    g_string_append(out, pieces[piece]);
    if (piece == PIECE_H)
      g_string_append_c(out, ' ');
    return TRUE;
  }
  if (piece == PIECE_O)
    return append_organisation(query, line_break, out);
  return piece == PIECE_H;
}

/* PATTERN with its pieces, a slash between blanks as LINE_BREAK. FORMS_NO_PIECE and *ret_missing when one
 * lacks. */
static int write_pattern(const FormsQuery *query, Pieces pieces, const char *pattern, const char *line_break,
                         char **ret, char **ret_missing) {
  g_autoptr(GString) out = g_string_new(NULL);
  while (*pattern != '\0') {
    guint piece = *pattern == '{' ? piece_at(pattern) : PIECES;
    if (piece < PIECES) {
      if (!append_piece(query, pieces, piece, line_break, out)) {
        *ret_missing = g_strdup(piece_names[piece].missing);
        return FORMS_NO_PIECE;
      }
      pattern += strlen(piece_names[piece].brace);
    } else if (g_str_has_prefix(pattern, " / ")) {
      g_string_append(out, line_break);
      pattern += 3;
    } else {
      g_string_append_c(out, *pattern++);
    }
  }
  *ret = g_string_free(g_steal_pointer(&out), FALSE);
  return 0;
}

static int refuse_row(const FormsQuery *query, const char *form, char **ret_missing) {
  *ret_missing = g_strdup_printf("%s/%s/%s", query->kind, language_code(query->language), form);
  return FORMS_NO_ROW;
}

/* The salutation as the close repeats it: its first line without punctuation, in English without "Dear". */
static char *bare_salutation(const char *salutation, enum language language) {
  gsize length = strcspn(salutation, "\n");
  while (length > 0 && strchr(",: ", salutation[length - 1]) != NULL)
    length--;
  gsize skip = language == LANGUAGE_EN && g_str_has_prefix(salutation, "Dear ") ? strlen("Dear ") : 0;
  return g_strndup(salutation + MIN(skip, length), length - MIN(skip, length));
}

static int write_close(const FormsQuery *query, Pieces pieces, const TableRow *row, const TableRow *close,
                       FormsAddress *ret, char **ret_missing) {
  g_autofree char *bare = bare_salutation(ret->salutation, query->language);
  pieces[PIECE_A] = bare;
  pieces[PIECE_T] = row->cells[STYLE];
  return write_pattern(query, pieces, close->cells[CLOSE_TEXT], " ", &ret->close, ret_missing);
}

static void note_rows(const TableRow *row, const TableRow *close, FormsAddress *ret) {
  const char *state = row->cells[STATE], *close_state = close->cells[CLOSE_STATE];
  g_autofree char *both = g_strconcat(row->raw, "\n", close->raw, NULL);
  ret->style = g_strdup(row->cells[STYLE]);
  ret->reviewed = !text_blank(row->cells[REVIEWED]) && !text_blank(close->cells[CLOSE_REVIEWED]);
  ret->row = g_strdup_printf("%s/%s/%s%s%s+%s/%s%s%s", row->cells[KIND], row->cells[LANGUAGE],
                             row->cells[FORM], state[0] != '\0' ? "/" : "", state, close->cells[CLOSE_CLASS],
                             close->cells[CLOSE_LANGUAGE], close_state[0] != '\0' ? "/" : "", close_state);
  ret->digest = digest_of(both, strlen(both));
}

static int write_address(const Forms *forms, const FormsQuery *query, const TableRow *row, FormsAddress *ret,
                         char **ret_missing) {
  const TableRow *close = close_for(forms, row, query->state);
  g_autofree char *city = text_blank(query->city) ? NULL : language_of_city(query->language, query->city);
  Pieces pieces = {NULL};
  gather_pieces(forms, query, city, pieces);
  int r = write_pattern(query, pieces, row->cells[ADDRESS], "\n", &ret->inside_address, ret_missing);
  if (r == 0 && !text_blank(query->salutation_wish))
    ret->salutation = g_strdup(query->salutation_wish);
  else if (r == 0)
    r = write_pattern(query, pieces, row->cells[SALUTATION], "\n", &ret->salutation, ret_missing);
  if (r == 0)
    r = write_close(query, pieces, row, close, ret, ret_missing);
  if (r == 0)
    note_rows(row, close, ret);
  return r;
}

int forms_address(const Forms *forms, const FormsQuery *query, FormsAddress *ret, char **ret_missing,
                  GError **error) {
  *ret = (FormsAddress){0};
  *ret_missing = NULL;
  int r = check_query(query, error);
  if (r < 0)
    return r;
  const TableRow *row = find_row(forms, query, form_names[query->gender]);
  if (row == NULL)
    return refuse_row(query, form_names[query->gender], ret_missing);
  r = write_address(forms, query, row, ret, ret_missing);
  if (r != 0)
    forms_address_clear(ret);
  return r;
}

void forms_address_clear(FormsAddress *address) {
  g_free(address->salutation);
  g_free(address->inside_address);
  g_free(address->close);
  g_free(address->style);
  g_free(address->row);
  *address = (FormsAddress){0};
}

int forms_office_name(const Forms *forms, const FormsQuery *query, char **ret, char **ret_missing,
                      GError **error) {
  *ret = NULL;
  *ret_missing = NULL;
  int r = check_query(query, error);
  if (r < 0)
    return r;
  const TableRow *row = find_row(forms, query, FORM_OFFICE);
  if (row == NULL)
    return refuse_row(query, FORM_OFFICE, ret_missing);
  g_autofree char *city = text_blank(query->city) ? NULL : language_of_city(query->language, query->city);
  Pieces pieces = {NULL};
  gather_pieces(forms, query, city, pieces);
  return write_pattern(query, pieces, row->cells[ADDRESS], ", ", ret, ret_missing);
}
