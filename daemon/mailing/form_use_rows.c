/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/form_use_rows.h"

static void form_use_free(gpointer data) {
  FormUse *use = data;
  g_free(use->form);
  g_free(use);
}

/* Takes over S, whose rows are form and number. */
static int gather(int r, Statement *s, GPtrArray **ret, GError **error) {
  g_autoptr(Statement) statement = s;
  g_autoptr(GPtrArray) uses = g_ptr_array_new_with_free_func(form_use_free);
  while (r == 0 && (r = statement_step(statement, error)) > 0) {
    FormUse *use = g_new0(FormUse, 1);
    use->form = g_strdup(statement_text(statement, 0));
    use->letters = statement_int(statement, 1);
    g_ptr_array_add(uses, use);
    r = 0;
  }
  if (r == 0)
    *ret = g_steal_pointer(&uses);
  return r;
}

static gint most_letters_first(gconstpointer a, gconstpointer b) {
  const FormUse *left = *(const FormUse *const *)a, *right = *(const FormUse *const *)b;
  if (left->letters != right->letters)
    return left->letters > right->letters ? -1 : 1;
  return g_strcmp0(left->form, right->form);
}

/* Counted here: the database would sort the whole roll in memory. */
int form_use_rows_tally(Link *link, gint64 roll, GPtrArray **ret, GError **error) {
  g_autoptr(GPtrArray) uses = g_ptr_array_new_with_free_func(form_use_free);
  g_autoptr(GHashTable) by_form = g_hash_table_new(g_str_hash, g_str_equal);
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error,
                     "SELECT form FROM addressees WHERE roll = ?1 AND state <> 'excluded'"
                     " AND form IS NOT NULL AND form_reviewed = 0",
                     "i", roll);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    FormUse *use = g_hash_table_lookup(by_form, statement_text(s, 0));
    if (use == NULL) {
      use = g_new0(FormUse, 1);
      use->form = g_strdup(statement_text(s, 0));
      g_ptr_array_add(uses, use);
      g_hash_table_insert(by_form, use->form, use);
    }
    use->letters++;
    r = 0;
  }
  if (r < 0)
    return r;
  g_ptr_array_sort(uses, most_letters_first);
  *ret = g_steal_pointer(&uses);
  return 0;
}

int form_use_rows_write(Link *link, gint64 roll, const GPtrArray *uses, GError **error) {
  int r = 0;
  for (guint i = 0; r >= 0 && i < uses->len; i++) {
    const FormUse *use = g_ptr_array_index(uses, i);
    r = link_run(link, error, "INSERT INTO roll_forms (roll, form, n) VALUES (?1, ?2, ?3)", "iti", roll,
                 use->form, use->letters);
  }
  return MIN(r, 0);
}

int form_use_rows_list(Link *link, gint64 roll, GPtrArray **ret, GError **error) {
  Statement *s = NULL;
  int r = link_query(link, &s, error, "SELECT form, n FROM roll_forms WHERE roll = ?1 ORDER BY n DESC, form",
                     "i", roll);
  return gather(r, s, ret, error);
}

int form_use_rows_remove(Link *link, gint64 roll, GError **error) {
  return MIN(link_run(link, error, "DELETE FROM roll_forms WHERE roll = ?1", "i", roll), 0);
}
