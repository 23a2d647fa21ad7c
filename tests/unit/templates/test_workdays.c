/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which days are working days where, by the table as it is shipped; and what is no table. */
#include "support/case.h"

#include "base/fault.h"
#include "base/file.h"
#include "templates/workdays.h"

#include <stdlib.h>

static gint32 julian(const char *text) {
  GDate date;
  g_date_clear(&date, 1);
  g_date_set_dmy(&date, (GDateDay)atoi(text + 8), (GDateMonth)atoi(text + 5), (GDateYear)atoi(text));
  return (gint32)g_date_get_julian(&date);
}

static void days(void **state) {
  static const struct {
    const char *name, *country, *day;
    gboolean working;
  } rows[] = {
      {"a Monday", "XB", "2014-01-13", TRUE},
      {"a Saturday", "XB", "2014-01-11", FALSE},
      {"a Sunday", "XB", "2014-01-12", FALSE},
      {"a Friday where the weekend begins on it", "XH", "2014-01-10", FALSE},
      {"a Sunday there", "XH", "2014-01-12", TRUE},
      {"a Friday in a real place of that kind", "EG", "2014-01-10", FALSE},
      {"nobody knows where: a Friday", NULL, "2014-01-10", TRUE},
      {"nobody knows where: a Sunday", NULL, "2014-01-12", FALSE},
      {"nobody knows where: the first of January", NULL, "2014-01-01", FALSE},
      {"a place that the table does not know", "XC", "2014-01-13", TRUE},
      {"a national day", "XA", "2013-06-14", FALSE},
      {"the day after it, a Saturday elsewhere", "XA", "2013-06-17", TRUE},
      {"a closure over the end of the year: before", "XA", "2013-12-23", TRUE},
      {"its first day", "XA", "2013-12-24", FALSE},
      {"within", "XA", "2013-12-31", FALSE},
      {"its last", "XA", "2014-01-02", FALSE},
      {"after", "XA", "2014-01-03", TRUE},
      {"Easter Monday 2013", "FR", "2013-04-01", FALSE},
      {"Easter Monday 2014", "FR", "2014-04-21", FALSE},
      {"Easter Monday 2038, the latest of all", "FR", "2038-04-26", FALSE},
      {"Easter Monday 2285, the earliest of all", "FR", "2285-03-23", FALSE},
      {"Ascension 2013", "FR", "2013-05-09", FALSE},
      {"Good Friday 2014", "ES", "2014-04-18", FALSE},
      {"which France works on", "FR", "2014-04-18", TRUE},
      {"a part has its own day", "CA-QC", "2014-06-24", FALSE},
      {"which its State has not", "CA", "2014-06-24", TRUE},
      {"and its State's", "CA-QC", "2014-07-01", FALSE},
      {"14 July", "FR", "2014-07-14", FALSE},
      {"several days on end", "PE", "2014-07-29", FALSE},
  };
  (void)state;
  g_autoptr(Workdays) workdays = NULL;
  assert_done(workdays_load(SOURCE_DIR "/templates", &workdays, error));
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    if (workdays_is_working(workdays, rows[i].country, julian(rows[i].day)) != rows[i].working)
      fail_msg("%s", rows[i].name);
  assert_false(workdays_is_working(workdays, "FR", 0));
}

static void without_a_table(void **state) {
  (void)state;
  assert_true(workdays_is_working(NULL, "XH", julian("2014-01-10")));
  assert_false(workdays_is_working(NULL, "XH", julian("2014-01-12")));
}

static void no_tables(void **state) {
  static const struct {
    const char *row, *says;
  } rows[] = {
      {"XA\tweekend\tfreitag\t\tx", "no day of the week"},
      {"XA\tweekend\tmon tue wed thu fri sat sun\t\tx", "cannot be meant"},
      {"XA\tholiday\t01-01\t\tx", "neither weekend nor closed"},
      {"XA\tclosed\t13-01\t\tx", "is no day"},
      {"XA\tclosed\t02-30\t\tx", "is no day"},
      {"XA\tclosed\t2013-02-29\t\tx", "is no day"},
      {"XA\tclosed\teaster+1000\t\tx", "is no day"},
      {"XA\tclosed\t01-01\teaster+1\tx", "same way"},
      {"XA\tclosed\t2014-02-02\t2014-02-01\tx", "before the first"},
      {"XA\tclosed\t01-01\t\t", "source"},
      {"\tclosed\t01-01\t\tx", "place"},
  };
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    char *folder = case_folder_make();
    g_autofree char *path = g_build_filename(folder, "workdays.tsv", NULL);
    g_autofree char *text = g_strconcat("place\twhat\tfrom\tto\tsource\n", rows[i].row, "\n", NULL);
    g_autoptr(Workdays) workdays = NULL;
    assert_true(g_file_set_contents(path, text, -1, NULL));
    assert_fault(FAULT_INPUT, rows[i].says, workdays_load(folder, &workdays, error));
    case_folder_remove(folder);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(days), cmocka_unit_test(without_a_table),
                                     cmocka_unit_test(no_tables)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
