/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Our own collections: disposition notifications and automatic replies as many programs write them, some of
 * them forged or broken, each with what must be made of it. */
#include "inbound/read.h"

#include "support/case.h"

#define SETS TESTS_DIR "/corpora/"

enum { TABLE_LEAST = 30 };

static char **read_table(const char *set) {
  g_autofree char *path = g_strdup_printf(SETS "%s/expected.tsv", set);
  g_autofree char *text = NULL;
  if (!g_file_get_contents(path, &text, NULL, NULL))
    fail_msg("%s is missing", path);
  return g_strsplit(g_strchomp(text), "\n", -1);
}

static Verdict *read_file(const char *set, const char *file) {
  g_autofree char *path = g_strdup_printf(SETS "%s/%s", set, file);
  g_autofree char *data = NULL;
  gsize size = 0;
  if (!g_file_get_contents(path, &data, &size, NULL))
    fail_msg("%s is missing", path);
  g_autoptr(GBytes) bytes = g_bytes_new(data, size);
  return read_message(bytes, NULL);
}

/* Every file of the folder stands in the table. */
static void is_complete(const char *set, guint rows) {
  g_autofree char *folder = g_strdup_printf(SETS "%s", set);
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  guint files = 0;
  for (const char *name; (name = g_dir_read_name(dir)) != NULL;)
    files += g_str_has_suffix(name, ".eml");
  assert_int_equal(files, rows);
  assert_true(rows >= TABLE_LEAST);
}

/* A message that was sent with a token comes back to the address that has it. */
static gboolean has_token(const Verdict *verdict) {
  for (guint i = 0; i < verdict->addressed->len; i++)
    if (strchr(verdict->addressed->pdata[i], '+') != NULL)
      return TRUE;
  return FALSE;
}

static const char *or_dash(const char *text) {
  return text != NULL && text[0] != '\0' ? text : "-";
}

static void dispositions(void **state) {
  (void)state;
  g_auto(GStrv) rows = read_table("dispositions");
  guint wrong = 0;
  for (guint i = 1; rows[i] != NULL; i++) {
    g_auto(GStrv) row = g_strsplit(rows[i], "\t", -1);
    assert_int_equal(g_strv_length(row), 7);
    g_autoptr(Verdict) v = read_file("dispositions", row[0]);
    gboolean is = v->kind == VERDICT_DISPOSITION;
    const char *found[] = {row[0],
                           verdict_kind_name(v->kind),
                           or_dash(verdict_disposition_name(v->disposition)),
                           !is            ? "-"
                           : v->is_manual ? "person"
                                          : "program",
                           or_dash(v->recipient),
                           or_dash(v->returned_message_id),
                           has_token(v) ? "yes" : "no"};
    for (guint k = 1; k < G_N_ELEMENTS(found); k++)
      if (!g_str_equal(found[k], row[k])) {
        print_message("%s, column %u: \"%s\" instead of \"%s\"\n", row[0], k + 1, found[k], row[k]);
        wrong++;
      }
    if (is && (v->text != NULL || verdict_is_guess(v)))
      fail_msg("%s: a report has no text and is no guess", row[0]);
  }
  assert_int_equal(wrong, 0);
  is_complete("dispositions", g_strv_length(rows) - 1);
}

/* "held" is what reply/ makes of it: what may be a person's word waits for one. */
static gboolean wants_person(const Verdict *verdict) {
  return verdict_has_reason(verdict, REASON_TICKET_SYSTEM) || verdict_has_reason(verdict, REASON_AWAY_TEXT);
}

static void automatic(void **state) {
  (void)state;
  g_auto(GStrv) rows = read_table("automatic");
  guint wrong = 0;
  for (guint i = 1; rows[i] != NULL; i++) {
    g_auto(GStrv) row = g_strsplit(rows[i], "\t", -1);
    assert_int_equal(g_strv_length(row), 4);
    g_autoptr(Verdict) v = read_file("automatic", row[0]);
    const char *reason =
        v->reasons->len > 0 ? verdict_reason_name(g_array_index(v->reasons, enum verdict_reason, 0)) : "-";
    const char *found[] = {row[0], verdict_kind_name(v->kind), reason, wants_person(v) ? "yes" : "no"};
    for (guint k = 1; k < G_N_ELEMENTS(found); k++)
      if (!g_str_equal(found[k], row[k])) {
        print_message("%s, column %u: \"%s\" instead of \"%s\"\n", row[0], k + 1, found[k], row[k]);
        wrong++;
      }
    if (v->text == NULL)
      fail_msg("%s: its words are lost", row[0]);
  }
  assert_int_equal(wrong, 0);
  is_complete("automatic", g_strv_length(rows) - 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(dispositions), cmocka_unit_test(automatic)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
