/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exports, as `valise log verify` and as verify.sh see them: whole, and tampered with in each way. */
#include "journal/journal_verify.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "journal/actor.h"
#include "journal/export.h"
#include "journal_fixture.h"

#define LINES 9

static char *in(const char *folder, const char *name) {
  return g_build_filename(folder, name, NULL);
}

static char *contents(const char *folder, const char *name) {
  g_autofree char *path = in(folder, name);
  char *text = NULL;
  assert_true(g_file_get_contents(path, &text, NULL, NULL));
  return text;
}

static void put(const char *folder, const char *name, const char *text) {
  g_autofree char *path = in(folder, name);
  assert_true(g_file_set_contents(path, text, -1, NULL));
}

/* verify.sh by the shell: 0 intact, 1 not. */
static int run_script(const char *folder) {
  g_autofree char *script = in(folder, "verify.sh");
  const char *const command[] = {"sh", script, NULL};
  g_autoptr(GError) error = NULL;
  g_autofree char *said = NULL;
  int status = -1;
  if (!g_spawn_sync(NULL, (char **)command, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &said, NULL, &status,
                    &error))
    fail_msg("%s", error->message);
  assert_true(WIFEXITED(status));
  assert_true(g_str_has_prefix(said, WEXITSTATUS(status) == 0 ? "intact: " : "NOT INTACT: "));
  return WEXITSTATUS(status);
}

static char *export_to(JournalFixture *f, const char *name, gint64 clearance, Exported *ret) {
  char *folder = in(f->folder, name);
  assert_done(journal_export(f->journal, f->store, clearance, folder, ret, error));
  return folder;
}

static void whole_exports(void **state) {
  JournalFixture *f = *state;
  note_deliveries(f, 1, LINES);
  assert_done(tamper(f, "UPDATE entries SET text = NULL, facts = NULL, salt = NULL WHERE id = 3", error));
  static const struct {
    const char *name;
    gint64 clearance, entries;
  } rows[] = {{"all", 1, LINES - 1}, {"attendees", 0, 4}};
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    Exported exported;
    g_autofree char *folder = export_to(f, rows[i].name, rows[i].clearance, &exported);
    assert_int_equal(exported.head.index, LINES);
    assert_int_equal(exported.entries, rows[i].entries);
    g_auto(Verified) verified = {0};
    assert_done(journal_verify_folder(folder, &exported.head, &verified, error));
    assert_int_equal(verified.entries, rows[i].entries);
    assert_memory_equal(&verified.head, &exported.head, sizeof verified.head);
    assert_int_equal(run_script(folder), 0);
    g_autofree char *readme = contents(folder, "README.txt"), *script = contents(folder, "verify.sh");
    assert_true(g_str_has_suffix(readme, script));
    g_auto(GStrv) lines = g_strsplit(script, "\n", -1);
    assert_true(g_strv_length(lines) - 1 <= 21);
  }
}

static void empty_export(void **state) {
  JournalFixture *f = *state;
  Exported exported;
  g_autofree char *folder = export_to(f, "empty", 1, &exported);
  g_auto(Verified) verified = {0};
  assert_done(journal_verify_folder(folder, &exported.head, &verified, error));
  assert_int_equal(run_script(folder), 0);
}

/* ---- tampering with a folder ------------------------------------------------------------------------ */

static char *replace(const char *text, const char *from, const char *to) {
  g_auto(GStrv) parts = g_strsplit(text, from, 2);
  assert_int_equal(g_strv_length(parts), 2);
  return g_strjoinv(to, parts);
}

/* Swaps two lines, or leaves the second one out when it is negative. */
static char *move_line(const char *text, int one, int other) {
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  GString *moved = g_string_new(NULL);
  for (int i = 1; lines[i] != NULL; i++) {
    int from = i == one ? other : i == other ? one : i;
    if (from > 0)
      g_string_append_printf(moved, "%s\n", lines[from - 1]);
  }
  return g_string_free(moved, FALSE);
}

static char *edit_entry(const char *text) {
  return replace(text, "delivery D-4\n", "delivery D-6\n");
}

static char *edit_line(const char *text) {
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  lines[4][10] = lines[4][10] == '0' ? '1' : '0';
  return g_strjoinv("\n", lines);
}

static char *edit_commitment(const char *text) {
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  lines[4][100] = lines[4][100] == '0' ? '1' : '0';
  return g_strjoinv("\n", lines);
}

static char *drop_line(const char *text) {
  return move_line(text, 5, -1);
}

static char *swap_lines(const char *text) {
  return move_line(text, 5, 7);
}

static char *repeat_line(const char *text) {
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  g_autofree char *twice = g_strdup_printf("%s\n%s", lines[4], lines[4]);
  g_free(lines[4]);
  lines[4] = g_steal_pointer(&twice);
  return g_strjoinv("\n", lines);
}

static char *cut_line(const char *text) {
  return move_line(text, LINES, -1);
}

static char *cut_short(const char *text) {
  return g_strndup(text, strlen(text) - 20);
}

static char *garble(const char *text) {
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  g_free(lines[4]);
  lines[4] = g_strnfill(100000, 'x');
  return g_strjoinv("\n", lines);
}

static char *exchange_indexes(const char *text) {
  g_autofree char *once = replace(text, "entry 4 ", "entry X "),
                  *twice = replace(once, "entry 6 ", "entry 4 ");
  return replace(twice, "entry X ", "entry 6 ");
}

static char *move_entry(const char *text) {
  const char *fourth = strstr(text, "entry 4 "), *fifth = strstr(text, "entry 5 "),
             *sixth = strstr(text, "entry 6 ");
  return g_strdup_printf("%.*s%.*s%.*s%s", (int)(fourth - text), text, (int)(sixth - fifth), fifth,
                         (int)(fifth - fourth), fourth, sixth);
}

static char *renumber_entry(const char *text) {
  return replace(text, "entry 9 ", "entry 12 ");
}

static char *head_of_nothing(G_GNUC_UNUSED const char *text) {
  return g_strdup("9\n");
}

static char *head_of_another(const char *text) {
  char *other = g_strdup(text);
  other[5] = other[5] == '0' ? '1' : '0';
  return other;
}

static const struct {
  const char *name, *file;
  char *(*change)(const char *text);
  gint64 bad;
  const char *word;
} tampered[] = {
    {"an entry edited", "entries.txt", edit_entry, 4, "edited"},
    {"indexes of entries exchanged", "entries.txt", exchange_indexes, 6, "edited"},
    {"an entry moved", "entries.txt", move_entry, 4, "order"},
    {"an entry renumbered", "entries.txt", renumber_entry, 12, "no line"},
    {"the last entry cut", "entries.txt", cut_short, 9, "cut off"},
    {"a line's first digest edited", "chain.txt", edit_line, 5, "edited"},
    {"a commitment edited", "chain.txt", edit_commitment, 5, "edited"},
    {"a line dropped", "chain.txt", drop_line, 5, "dropped"},
    {"lines exchanged", "chain.txt", swap_lines, 5, "reordered"},
    {"a line repeated", "chain.txt", repeat_line, 5, "twice"},
    {"the last line cut", "chain.txt", cut_line, 9, "cut off"},
    {"half of the last line cut", "chain.txt", cut_short, 9, "no line of a chain"},
    {"a line of rubbish", "chain.txt", garble, 5, "no line of a chain"},
    {"HEAD emptied", "HEAD", head_of_nothing, 9, "HEAD"},
    {"HEAD exchanged", "HEAD", head_of_another, 9, "HEAD"},
};

static void tampered_exports(void **state) {
  JournalFixture *f = *state;
  note_deliveries(f, 1, LINES);
  Exported exported;
  g_autofree char *folder = export_to(f, "export", 1, &exported);
  for (gsize i = 0; i < G_N_ELEMENTS(tampered); i++) {
    g_autofree char *before = contents(folder, tampered[i].file), *after = tampered[i].change(before);
    put(folder, tampered[i].file, after);
    g_auto(Verified) verified = {0};
    int r = journal_verify_folder(folder, NULL, &verified, NULL);
    if (r != JOURNAL_NOT_INTACT || verified.bad != tampered[i].bad ||
        strstr(verified.trouble, tampered[i].word) == NULL)
      fail_msg("%s: %d, bad %d: %s", tampered[i].name, r, (int)verified.bad, verified.trouble);
    if (run_script(folder) != 1)
      fail_msg("%s: verify.sh does not see it", tampered[i].name);
    put(folder, tampered[i].file, before);
  }
  assert_int_equal(run_script(folder), 0);
}

/* Each tail is a whole folder; only a head from elsewhere tells. */
static void cut_tail(void **state) {
  JournalFixture *f = *state;
  note_deliveries(f, 1, 5);
  Exported early, late;
  g_autofree char *before = export_to(f, "early", 1, &early);
  note_deliveries(f, 6, 4);
  g_autofree char *after = export_to(f, "late", 1, &late);
  const struct {
    const char *name, *folder;
    Head known;
    gint64 bad;
  } rows[] = {
      {"of then, then", before, early.head, 0},
      {"of then, later", after, early.head, 0},
      {"of now, in the old folder", before, late.head, 6},
      {"of another journal", after, {.index = 5, .line = late.head.line}, 5},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_auto(Verified) verified = {0};
    int r = journal_verify_folder(rows[i].folder, &rows[i].known, &verified, NULL);
    if (r != (rows[i].bad != 0 ? JOURNAL_NOT_INTACT : 0) || verified.bad != rows[i].bad)
      fail_msg("%s: %d, bad %d: %s", rows[i].name, r, (int)verified.bad, verified.trouble);
  }
}

/* ---- where an export may go -------------------------------------------------------------------------- */

static void places(void **state) {
  JournalFixture *f = *state;
  note_deliveries(f, 1, 2);
  Exported exported;
  g_autofree char *empty = in(f->folder, "empty"), *full = in(f->folder, "full"),
                  *file = in(full, "letter.txt"), *nowhere = in(f->folder, "no/such/folder");
  g_mkdir(empty, 0700);
  g_mkdir(full, 0700);
  assert_true(g_file_set_contents(file, "kept", -1, NULL));
  const struct {
    const char *folder;
    int code;
  } rows[] = {
      {empty, 0}, {empty, FAULT_RULE}, {full, FAULT_RULE}, {file, FAULT_RULE}, {nowhere, FAULT_SYSTEM}};
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GError) error = NULL;
    int r = journal_export(f->journal, f->store, 1, rows[i].folder, &exported, &error);
    if (r != rows[i].code || (r < 0 && strstr(error->message, rows[i].folder) == NULL))
      fail_msg("%s: %d: %s", rows[i].folder, r, error != NULL ? error->message : "");
  }
  g_autoptr(GDir) left = g_dir_open(f->folder, 0, NULL);
  for (const char *name; (name = g_dir_read_name(left)) != NULL;)
    assert_null(strstr(name, "partial"));
  g_auto(Verified) verified = {0};
  assert_int_equal(journal_verify_folder(full, NULL, &verified, NULL), FAULT_ABSENT);
}

/* ---- tampering with the database --------------------------------------------------------------------- */

static const struct {
  const char *name, *sql;
  gint64 bad; /* 0: intact */
  const char *word;
} rows_tampered[] = {
    {"nothing", "UPDATE entries SET id = id", 0, NULL},
    {"a text", "UPDATE entries SET text = 'x' WHERE id = 4", 4, "edited"},
    {"a fact", "UPDATE entries SET facts = 'attempt=2' WHERE id = 4", 4, "edited"},
    {"a time", "UPDATE entries SET at = at + 1 WHERE id = 4", 4, "edited"},
    {"a user", "UPDATE entries SET by_user = 'marie' WHERE id = 4", 4, "edited"},
    {"a delivery", "UPDATE entries SET delivery = 99 WHERE id = 4", 4, "edited"},
    {"a salt", "UPDATE entries SET salt = zeroblob(16) WHERE id = 4", 4, "edited"},
    {"a commitment", "UPDATE entries SET commitment = zeroblob(32) WHERE id = 4", 4, "edited"},
    {"a line", "UPDATE entries SET previous = zeroblob(32) WHERE id = 4", 4, "edited"},
    {"bytes of another size", "UPDATE entries SET previous = 'x' WHERE id = 4", 4, "edited"},
    {"an erased one's commitment",
     "UPDATE entries SET commitment = zeroblob(32), text = NULL, facts = NULL, salt = NULL WHERE id = 4", 4,
     "or the one after"},
    {"a row dropped", "DELETE FROM entries WHERE id = 4", 4, "dropped"},
    {"rows dropped", "DELETE FROM entries WHERE id IN (4, 5)", 4, "lines 4 to 5"},
    {"the tail dropped", "DELETE FROM entries WHERE id >= 8", 8, "cut off"},
    {"a row before the first",
     "INSERT INTO entries (id, at, kind, restricted, previous, commitment) VALUES (0, 0, 'x', 0, 'x', 'x')",
     0, "too late"},
};

static void tampered_rows(G_GNUC_UNUSED void **state) {
  for (gsize i = 0; i < G_N_ELEMENTS(rows_tampered); i++) {
    void *fresh = NULL;
    fixture_setup(&fresh);
    JournalFixture *f = fresh;
    note_deliveries(f, 1, LINES);
    assert_done(tamper(f, rows_tampered[i].sql, error));
    g_auto(Verified) verified = {0};
    int r = journal_verify_store(f->journal, f->store, NULL, &verified, NULL);
    if (r != (rows_tampered[i].word != NULL ? JOURNAL_NOT_INTACT : 0) ||
        verified.bad != rows_tampered[i].bad ||
        (r != 0 && strstr(verified.trouble, rows_tampered[i].word) == NULL))
      fail_msg("%s: %d, bad %d: %s", rows_tampered[i].name, r, (int)verified.bad, verified.trouble);
    fixture_teardown(&fresh);
  }
}

#define WITH_JOURNAL(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      WITH_JOURNAL(whole_exports), WITH_JOURNAL(empty_export), WITH_JOURNAL(tampered_exports),
      WITH_JOURNAL(cut_tail),      WITH_JOURNAL(places),       cmocka_unit_test(tampered_rows),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
