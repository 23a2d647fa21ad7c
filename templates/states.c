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
  STATUS,
  OFFICIAL,
  OFFICIAL_GENITIVE = 7,
  NAME = 11,
  GENITIVE = 15,
  HEAD = 19,
  LANGUAGE,
  SOURCE
};

static const char *const columns[] = {
    "code",
    "m49",
    "status",
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
    "head",
    "language",
    "source",
    NULL,
};

static const char *const statuses[] = {"member", "observer", "none", "area"};

void states_free(States *states) {
  if (states == NULL)
    return;
  table_free(states->table);
  g_clear_pointer(&states->rows, g_array_unref);
  g_clear_pointer(&states->by_code, g_hash_table_unref);
  g_clear_pointer(&states->by_name, g_hash_table_unref);
  g_free(states);
}

static int read_status(const char *word) {
  for (guint i = 0; i < G_N_ELEMENTS(statuses); i++) {
    if (strcmp(word, statuses[i]) == 0)
      return (int)i;
  }
  return -1;
}

static int check_cells(const Table *table, const TableRow *row, GError **error) {
  for (guint i = 0; i < G_N_ELEMENTS(columns) - 1; i++) {
    if (row->cells[i][0] == '\0' && i != M49 && i != HEAD)
      return table_refuse(table, row, error, "the cell %s is empty; fill it", columns[i]);
  }
  if (row->cells[M49][0] != '\0' &&
      (strlen(row->cells[M49]) != 3 || strspn(row->cells[M49], "0123456789") != 3))
    return table_refuse(table, row, error, "\"%s\" is no M49 code; write three digits", row->cells[M49]);
  return 0;
}

static void note_names(States *states, const State *state, guint index) {
  for (guint i = 0; i < LANGUAGE_COUNT; i++) {
    /* The first State to have a name keeps it: "Congo" must not change hands by a later row. */
    const char *const names[] = {state->official[i], state->name[i]};
    for (guint j = 0; j < G_N_ELEMENTS(names); j++) {
      g_autofree char *folded = text_fold(names[j]);
      if (!g_hash_table_contains(states->by_name, folded))
        g_hash_table_insert(states->by_name, g_steal_pointer(&folded), GUINT_TO_POINTER(index + 1));
    }
  }
}

static int add_state(States *states, const TableRow *row, GError **error) {
  char **cells = row->cells;
  State state = {.code = cells[CODE], .m49 = cells[M49], .head = cells[HEAD], .source = cells[SOURCE]};
  int status = read_status(cells[STATUS]);
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
  for (guint i = 0; i < LANGUAGE_COUNT; i++) {
    state.official[i] = cells[OFFICIAL + i];
    state.official_genitive[i] = cells[OFFICIAL_GENITIVE + i];
    state.name[i] = cells[NAME + i];
    state.genitive[i] = cells[GENITIVE + i];
  }
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
  g_autofree char *folded = text_fold(name);
  return state_numbered(states, g_hash_table_lookup(states->by_name, folded));
}

guint states_count(const States *states) {
  return states->rows->len;
}

const State *states_at(const States *states, guint index) {
  return &g_array_index(states->rows, State, index);
}

const Digest *states_digest(const States *states) {
  return &states->table->digest;
}
