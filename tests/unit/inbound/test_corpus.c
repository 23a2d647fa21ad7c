/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The public collection of real reports, where it is present: how many get the class that is expected of
 * them, also with the rows of each mail system left out that wrote them. */
#include "inbound/read.h"

#include "support/case.h"

#include <stdio.h>
#include <stdlib.h>

#define BOUNCES     CORPORA_DIR "/bounces"
#define AT_LEAST    0.95
#define WITHOUT_MIN 0.90

typedef struct {
  char *name;
  char *class;
  char *reason; /* of the first recipient */
  GBytes *bytes;
} Expected;

static void expected_clear(gpointer data) {
  Expected *row = data;
  g_free(row->name);
  g_free(row->class);
  g_free(row->reason);
  g_bytes_unref(row->bytes);
}

static GArray *load(void) {
  g_autofree char *table = NULL;
  if (!g_file_get_contents(BOUNCES "/expected.tsv", &table, NULL, NULL))
    return NULL;
  GArray *rows = g_array_new(FALSE, FALSE, sizeof(Expected));
  g_array_set_clear_func(rows, expected_clear);
  g_auto(GStrv) lines = g_strsplit(table, "\n", -1);
  for (guint i = 1; lines[i] != NULL; i++) {
    g_auto(GStrv) cells = g_strsplit(lines[i], "\t", -1);
    if (g_strv_length(cells) < 4)
      continue;
    g_autofree char *path = g_build_filename(BOUNCES, cells[0], NULL);
    char *data;
    gsize size;
    assert_true(g_file_get_contents(path, &data, &size, NULL));
    Expected row = {g_strdup(cells[0]), g_strdup(cells[1]), g_strndup(cells[3], strcspn(cells[3], ",\r")),
                    g_bytes_new_take(data, size)};
    g_array_append_val(rows, row);
  }
  return rows;
}

/* The collection knows no class of its own for what only waits: it counts as soft there. */
static gboolean is_right(const Verdict *verdict, const Expected *row) {
  if (g_str_equal(row->class, "vacation"))
    return verdict->kind == VERDICT_AUTOMATIC;
  const char *wanted = row->class;
  if (g_str_equal(wanted, "mixed"))
    wanted = g_str_equal(row->reason, "userunknown") ? "hard" : "soft";
  const char *found = verdict->class == CLASS_DELAYED ? "soft" : verdict_class_name(verdict->class);
  return verdict->kind == VERDICT_DELIVERY_REPORT && g_str_equal(found, wanted);
}

static void tell_miss(const Verdict *verdict, const Expected *row) {
  printf("  %s: %s expected (%s), found %s %s %s\n", row->name, row->class, row->reason,
         verdict_kind_name(verdict->kind), verdict_class_name(verdict->class), verdict->status);
}

static gboolean judge(const Expected *row, const char *left_out, gboolean tell) {
  g_autoptr(Verdict) verdict = read_message(row->bytes, left_out);
  gboolean right = is_right(verdict, row);
  if (!right && tell)
    tell_miss(verdict, row);
  return right;
}

static void whole_collection(void **state) {
  (void)state;
  g_autoptr(GArray) rows = load();
  if (rows == NULL) {
    printf("absent: %s\n", BOUNCES);
    skip();
  }
  guint right = 0;
  for (guint i = 0; i < rows->len; i++)
    right += judge(&g_array_index(rows, Expected, i), NULL, TRUE) ? 1 : 0;
  printf("class right: %u of %u (%.1f %%)\n", right, rows->len, 100.0 * right / rows->len);
  assert_true(right >= AT_LEAST * rows->len);
}

/* The file names begin with the system: "lhost-exim-04.eml". */
static char *family_of(const char *name) {
  const char *begin = strchr(name, '-');
  g_autofree char *family = g_strdup(g_str_has_prefix(name, "rfc") ? name : begin + 1);
  *strchr(family, '-') = '\0';
  static const struct {
    const char *file;
    const char *row;
  } same[] = {{"exchange2003", "exchange"}, {"exchange2007", "exchange"}, {"office365", "exchange"},
              {"outlook", "exchange"},      {"microsoft", "exchange"},    {"v5sendmail", "sendmail"},
              {"nttdocomo", "docomo"},      {"receivingses", "amazonses"}};
  for (gsize i = 0; i < G_N_ELEMENTS(same); i++)
    if (g_str_equal(family, same[i].file))
      return g_strdup(same[i].row);
  return g_steal_pointer(&family);
}

typedef struct {
  guint count, right, right_without;
} Tally;

static void families_left_out(void **state) {
  (void)state;
  g_autoptr(GArray) rows = load();
  if (rows == NULL)
    skip();
  g_autoptr(GHashTable) tallies = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  guint right = 0;
  for (guint i = 0; i < rows->len; i++) {
    const Expected *row = &g_array_index(rows, Expected, i);
    g_autofree char *family = family_of(row->name);
    Tally *tally = g_hash_table_lookup(tallies, family);
    if (tally == NULL) {
      tally = g_new0(Tally, 1);
      g_hash_table_insert(tallies, g_strdup(family), tally);
    }
    gboolean without = judge(row, family, FALSE);
    tally->count++;
    tally->right += judge(row, NULL, FALSE) ? 1 : 0;
    tally->right_without += without ? 1 : 0;
    right += without ? 1 : 0;
  }
  g_autoptr(GList) names = g_list_sort(g_hash_table_get_keys(tallies), (GCompareFunc)strcmp);
  for (GList *at = names; at != NULL; at = at->next) {
    const Tally *tally = g_hash_table_lookup(tallies, at->data);
    printf("  %-16s %3u of %3u, without its rows %3u\n", (const char *)at->data, tally->right, tally->count,
           tally->right_without);
  }
  printf("class right without the system's own rows: %u of %u (%.1f %%)\n", right, rows->len,
         100.0 * right / rows->len);
  assert_true(right >= WITHOUT_MIN * rows->len);
}

static void others_are_no_reports(void **state) {
  (void)state;
  static const char *const names[] = {BOUNCES "/is-not-bounce-01.eml", BOUNCES "/is-not-bounce-02.eml"};
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    char *data;
    gsize size;
    if (!g_file_get_contents(names[i], &data, &size, NULL))
      skip();
    g_autoptr(GBytes) bytes = g_bytes_new_take(data, size);
    g_autoptr(Verdict) verdict = read_message(bytes, NULL);
    assert_int_not_equal(verdict->kind, VERDICT_DELIVERY_REPORT);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(whole_collection),
      cmocka_unit_test(families_left_out),
      cmocka_unit_test(others_are_no_reports),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
