/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "templates/states.h"

#include "base/fault.h"
#include "base/text.h"
#include "templates/table.h"

#include <string.h>

struct States {
  Table *table;
  GArray *rows;        /* of State, their strings in TABLE */
  GHashTable *by_code; /* upper-case code: index + 1 */
  GHashTable *by_name; /* folded name: index + 1 */
};

enum column {
  CODE,
  M49,
  REGION,
  STATUS,
  GROUP,
  OFFICIAL,
  OFFICIAL_GENITIVE = OFFICIAL + LANGUAGE_COUNT,
  NAME = OFFICIAL_GENITIVE + LANGUAGE_COUNT,
  GENITIVE = NAME + LANGUAGE_COUNT,
  ALSO = GENITIVE + LANGUAGE_COUNT,
  HEAD,
  TITLE,
  GOVERNMENT = TITLE + LANGUAGE_COUNT,
  LANGUAGE,
  SOURCE
};

static const char *const columns[] = {
    "code",
    "m49",
    "region",
    "status",
    "group",
    "official_fr",
    "official_en",
    "official_es",
    "official_pt",
    "of_official_fr",
    "of_official_en",
    "of_official_es",
    "of_official_pt",
    "name_fr",
    "name_en",
    "name_es",
    "name_pt",
    "of_name_fr",
    "of_name_en",
    "of_name_es",
    "of_name_pt",
    "also",
    "head",
    "title_fr",
    "title_en",
    "title_es",
    "title_pt",
    "government",
    "language",
    "source",
    NULL,
};

static const char *const statuses[] = {"member", "observer", "none", "area"};
static const char *const groups[] = {
    "", "african", "asia-pacific", "eastern-european", "latin-american-caribbean", "western-european-others"};
#define HEAD_WITH_TITLE "hos_other"

void states_free(States *states) {
  if (states == NULL)
    return;
  table_free(states->table);
  g_clear_pointer(&states->rows, g_array_unref);
  g_clear_pointer(&states->by_code, g_hash_table_unref);
  g_clear_pointer(&states->by_name, g_hash_table_unref);
  g_free(states);
}

static int find_word(const char *const *words, guint count, const char *word) {
  for (guint i = 0; i < count; i++) {
    if (strcmp(word, words[i]) == 0)
      return (int)i;
  }
  return -1;
}

static gboolean may_be_empty(guint column) {
  return column == M49 || column == REGION || column == GROUP || column == ALSO || column == HEAD ||
         column == GOVERNMENT || (column >= TITLE && column < TITLE + LANGUAGE_COUNT);
}

static gboolean is_number(const char *cell, gsize length) {
  return length == 3 && strspn(cell, "0123456789") >= 3;
}

static gboolean is_region(const char *cell) {
  for (; *cell != '\0'; cell += cell[3] == ' ' ? 4 : 3)
    if (!is_number(cell, strcspn(cell, " ")))
      return FALSE;
  return TRUE;
}

static int check_titles(const Table *table, const TableRow *row, GError **error) {
  gboolean wanted = strcmp(row->cells[HEAD], HEAD_WITH_TITLE) == 0;
  for (guint i = TITLE; i < TITLE + LANGUAGE_COUNT; i++)
    if ((row->cells[i][0] != '\0') != wanted)
      return table_refuse(table, row, error,
                          wanted
                              ? "the cell %s is empty; a head of the kind hos_other has a title, fill it"
                              : "the cell %s is filled; only a head of the kind hos_other has a title there",
                          columns[i]);
  return 0;
}

static int check_cells(const Table *table, const TableRow *row, GError **error) {
  char **cells = row->cells;
  for (guint i = 0; i < G_N_ELEMENTS(columns) - 1; i++) {
    if (cells[i][0] == '\0' && !may_be_empty(i))
      return table_refuse(table, row, error, "the cell %s is empty; fill it", columns[i]);
  }
  if (cells[M49][0] != '\0' && !is_number(cells[M49], strlen(cells[M49])))
    return table_refuse(table, row, error, "\"%s\" is no M49 code; write three digits", cells[M49]);
  if (!is_region(cells[REGION]))
    return table_refuse(table, row, error,
                        "\"%s\" are no M49 regions; write three digits each, parted by blanks",
                        cells[REGION]);
  if (find_word(groups, G_N_ELEMENTS(groups), cells[GROUP]) < 0)
    return table_refuse(table, row, error,
                        "\"%s\" is no regional group; write one of those of the other rows, or none",
                        cells[GROUP]);
  return check_titles(table, row, error);
}

/* Letters and digits of the folded name, words parted by one blank: hyphens and apostrophes of any kind part
 * words. */
static char *fold_name(const char *name) {
  g_autofree char *folded = text_fold(name);
  GString *out = g_string_new(NULL);
  for (const char *c = folded; *c != '\0'; c = g_utf8_next_char(c)) {
    gunichar letter = g_utf8_get_char(c);
    if (g_unichar_isalnum(letter) || letter == '&')
      g_string_append_unichar(out, letter);
    else if (out->len > 0 && out->str[out->len - 1] != ' ')
      g_string_append_c(out, ' ');
  }
  if (out->len > 0 && out->str[out->len - 1] == ' ')
    g_string_truncate(out, out->len - 1);
  return g_string_free(out, FALSE);
}

/* The first State to have a name keeps it: "Congo" must not change hands by a later row. */
static void note_name(States *states, const char *name, guint index) {
  g_autofree char *folded = fold_name(name);
  if (!g_hash_table_contains(states->by_name, folded))
    g_hash_table_insert(states->by_name, g_steal_pointer(&folded), GUINT_TO_POINTER(index + 1));
}

static void note_names(States *states, const State *state, guint index) {
  g_auto(GStrv) also = g_strsplit(state->also, "; ", -1);
  for (guint i = 0; i < LANGUAGE_COUNT; i++) {
    note_name(states, state->official[i], index);
    note_name(states, state->name[i], index);
  }
  for (char **name = also; *name != NULL; name++)
    note_name(states, *name, index);
}

/* "Régent / Régente", cut where it stands. */
static void cut_title(char *cell, const char **ret, const char **ret_f) {
  char *slash = strstr(cell, " / ");
  *ret = cell;
  *ret_f = slash != NULL ? slash + 3 : cell;
  if (slash != NULL)
    *slash = '\0';
}

static void take_names(char **cells, State *state) {
  for (guint i = 0; i < LANGUAGE_COUNT; i++) {
    state->official[i] = cells[OFFICIAL + i];
    state->official_genitive[i] = cells[OFFICIAL_GENITIVE + i];
    state->name[i] = cells[NAME + i];
    state->genitive[i] = cells[GENITIVE + i];
    cut_title(cells[TITLE + i], &state->title[i], &state->title_f[i]);
  }
}

static int add_state(States *states, const TableRow *row, GError **error) {
  char **cells = row->cells;
  State state = {.code = cells[CODE],
                 .m49 = cells[M49],
                 .region = cells[REGION],
                 .group = cells[GROUP],
                 .also = cells[ALSO],
                 .head = cells[HEAD],
                 .government = cells[GOVERNMENT],
                 .source = cells[SOURCE]};
  int status = find_word(statuses, G_N_ELEMENTS(statuses), cells[STATUS]);
  int r = check_cells(states->table, row, error);
  if (r < 0)
    return r;
  if (status < 0)
    return table_refuse(states->table, row, error,
                        "the status \"%s\" is none of member, observer, none and area; correct it",
                        cells[STATUS]);
  if (!language_parse(cells[LANGUAGE], &state.language))
    return table_refuse(states->table, row, error,
                        "the language \"%s\" is none of fr, en, es and pt; correct it", cells[LANGUAGE]);
  if (g_hash_table_contains(states->by_code, state.code))
    return table_refuse(states->table, row, error, "the code %s stands in an earlier row too; remove one",
                        state.code);
  state.status = (enum state_status)status;
  take_names(cells, &state);
  note_names(states, &state, states->rows->len);
  g_array_append_val(states->rows, state);
  g_hash_table_insert(states->by_code, cells[CODE], GUINT_TO_POINTER(states->rows->len));
  return 0;
}

int states_load(const char *folder, States **ret, GError **error) {
  g_autofree char *path = g_build_filename(folder, "states.tsv", NULL);
  g_autoptr(States) states = g_new0(States, 1);
  int r = table_read(path, STATES_FILE_MAX, STATES_MAX, columns, &states->table, error);
  if (r < 0)
    return r;
  states->rows = g_array_new(FALSE, FALSE, sizeof(State));
  states->by_code = g_hash_table_new(g_str_hash, g_str_equal);
  states->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; r == 0 && i < states->table->rows->len; i++)
    r = add_state(states, table_row(states->table, i), error);
  if (r < 0)
    return r;
  *ret = g_steal_pointer(&states);
  return 0;
}

static const State *state_numbered(const States *states, gpointer number) {
  return number == NULL ? NULL : states_at(states, GPOINTER_TO_UINT(number) - 1);
}

const State *states_find(const States *states, const char *code) {
  g_autofree char *upper = g_ascii_strup(code, -1);
  return state_numbered(states, g_hash_table_lookup(states->by_code, upper));
}

const State *states_find_name(const States *states, const char *name) {
  g_autofree char *folded = fold_name(name);
  return state_numbered(states, g_hash_table_lookup(states->by_name, folded));
}

guint states_count(const States *states) {
  return states->rows->len;
}

const State *states_at(const States *states, guint index) {
  return &g_array_index(states->rows, State, index);
}

gboolean states_within(const State *state, const char *area) {
  gsize length = strlen(area);
  if (length == 0)
    return FALSE;
  if (g_ascii_strncasecmp(state->code, area, length) == 0 &&
      (state->code[length] == '\0' || state->code[length] == '-'))
    return TRUE;
  if (strcmp(state->m49, area) == 0 || strcmp(state->group, area) == 0)
    return TRUE;
  for (const char *region = state->region; *region != '\0'; region += region[3] == ' ' ? 4 : 3)
    if (is_number(area, length) && strncmp(region, area, length) == 0)
      return TRUE;
  return FALSE;
}

const Digest *states_digest(const States *states) {
  return &states->table->digest;
}
