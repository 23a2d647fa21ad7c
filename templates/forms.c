/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "templates/forms.h"

#include "base/fault.h"
#include "base/text.h"
#include "templates/forms_inner.h"

#include <string.h>

typedef const char *Pieces[PIECES];

gboolean forms_gender_parse(const char *text, enum form_gender *ret) {
  if (text == NULL || text[0] == '\0') {
    *ret = FORM_UNKNOWN;
    return TRUE;
  }
  for (guint i = 0; i < G_N_ELEMENTS(forms_gender_names); i++) {
    if (strcmp(text, forms_gender_names[i]) == 0) {
      *ret = (enum form_gender)i;
      return TRUE;
    }
  }
  return FALSE;
}

const char *const *forms_kinds(const Forms *forms) {
  return (const char *const *)forms->kinds->pdata;
}

gboolean forms_kind_personal(const Forms *forms, const char *kind) {
  GPtrArray *rows = forms_rows_of(forms->by_key, kind, language_code(LANGUAGE_FR), FORM_OFFICE);
  if (rows == NULL)
    return FALSE;
  const TableRow *row = g_ptr_array_index(rows, 0);
  return strcmp(row->cells[ADDRESS], forms_piece_names[PIECE_N].brace) == 0;
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
  GPtrArray *rows = forms_rows_of(forms->by_key, query->kind, language_code(query->language), form);
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

/* The table's title is in the letter's language and suits the holder; the contact's own is in one language
 * only. */
static const char *title_of(const FormsQuery *query, const State *state) {
  if (state == NULL || strcmp(state->head, query->kind) != 0 || state->title[query->language][0] == '\0')
    return query->title;
  return query->gender == FORM_F ? state->title_f[query->language] : state->title[query->language];
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
  pieces[PIECE_TITLE] = title_of(query, state);
}

static guint piece_at(const char *text) {
  guint piece = 0;
  while (piece < PIECES && !g_str_has_prefix(text, forms_piece_names[piece].brace))
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
        *ret_missing = g_strdup(forms_piece_names[piece].missing);
        return FORMS_NO_PIECE;
      }
      pattern += strlen(forms_piece_names[piece].brace);
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

/* The salutation as the close repeats it: its first line without punctuation, in English without "Dear"; a
 * French "Cher" is written small within a sentence, titles are not. */
static char *bare_salutation(const char *salutation, enum language language) {
  gsize length = strcspn(salutation, "\n");
  while (length > 0 && strchr(",: ", salutation[length - 1]) != NULL)
    length--;
  gsize skip = language == LANGUAGE_EN && g_str_has_prefix(salutation, "Dear ") ? strlen("Dear ") : 0;
  char *bare = g_strndup(salutation + MIN(skip, length), length - MIN(skip, length));
  if (language == LANGUAGE_FR && (g_str_has_prefix(bare, "Cher") || g_str_has_prefix(bare, "Chère")))
    bare[0] = 'c';
  return bare;
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
  const TableRow *close = forms_close_for(forms, row, query->state);
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
  const TableRow *row = find_row(forms, query, forms_gender_names[query->gender]);
  if (row == NULL)
    return refuse_row(query, forms_gender_names[query->gender], ret_missing);
  if (strcmp(row->cells[SALUTATION], FORM_NONE) == 0) {
    refuse_row(query, forms_gender_names[query->gender], ret_missing);
    return FORMS_NO_FORM;
  }
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

/* ---- why not ---- */

static const char *const english_names[LANGUAGE_COUNT] = {"French", "English", "Spanish", "Portuguese"};

char *forms_why(const FormsQuery *query, int outcome, const char *missing) {
  static const char *const holders[] = {
      [FORM_M] = "a man who is",
      [FORM_F] = "a woman who is",
      [FORM_UNKNOWN] = "a holder of unknown gender who is",
      [FORM_PLURAL] = "several holders at once of the office of",
      [FORM_VACANT] = "a vacant office of",
  };
  const char *language = english_names[query->language], *holder = holders[query->gender];
  if (outcome == FORMS_NO_FORM)
    return g_strdup_printf(
        "%s: in %s no form of address exists for %s %s; find out how to write, and put a row for "
        "the State into forms.tsv",
        missing, language, holder, query->kind);
  if (outcome == FORMS_NO_ROW && query->kind[0] == '\0')
    return g_strdup("no kind of office is noted for this contact; set its office_kind");
  if (outcome == FORMS_NO_ROW)
    return g_strdup_printf(
        "%s: forms.tsv has no row in %s for %s %s; correct the kind of office, or add the row", missing,
        language, holder, query->kind);
  if (strcmp(missing, "state") == 0 && query->state != NULL)
    return g_strdup_printf("the form for %s names the State, and states.tsv has no row for %s", query->kind,
                           query->state);
  return g_strdup_printf("the form for %s in %s names the %s, which is not noted; note it with the contact",
                         query->kind, language, missing);
}
