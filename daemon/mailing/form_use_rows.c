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

int form_use_rows_tally(Link *link, gint64 roll, GPtrArray **ret, GError **error) {
  Statement *s = NULL;
  int r = link_query(link, &s, error,
                     "SELECT form, count(*) FROM addressees WHERE roll = ?1 AND state <> 'excluded'"
                     " AND form IS NOT NULL AND form_reviewed = 0 GROUP BY form ORDER BY count(*) DESC, form",
                     "i", roll);
  return gather(r, s, ret, error);
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
