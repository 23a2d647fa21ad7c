/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures of lines that are given: each addressee once, each figure in its row, and sums that agree. */
#include "acknowledgement/statistics.h"

#include "support/case.h"

#define WEEK_49 (G_GINT64_CONSTANT(1385978400) * SECOND) /* Monday 2 December 2013, 11:00 in Paris */
#define WEEK_50 (WEEK_49 + 7 * DAY)
#define WEEK_1                                                                                               \
  (G_GINT64_CONSTANT(1388401200) * SECOND) /* Monday 30 December 2013: of the year that follows */

typedef struct {
  const char *country, *language, *channel;
  gint64 reached_at;
  enum standing_state state;
  enum acknowledgement_kind kind;
  enum acknowledgement_meaning meaning;
  gint64 since;
} Row;

static const Row rows[] = {
    {"SN", "fr", "email", WEEK_49, STANDING_ANSWERED, ACKNOWLEDGEMENT_REPLY, MEANING_RECEIPT, WEEK_49},
    {"ML", "fr", "email", WEEK_49, STANDING_ANSWERED, ACKNOWLEDGEMENT_LETTER, MEANING_SUBSTANTIVE, WEEK_1},
    {"BR", "pt", "post", WEEK_50, STANDING_SILENT, 0, 0, 0},
    {"BR", "pt", NULL, 0, STANDING_SILENT, 0, 0, 0},
    {"FR", "fr", NULL, 0, STANDING_ANSWERED, ACKNOWLEDGEMENT_TELEPHONE, MEANING_SUPPORT, WEEK_50},
    {"XA", "fr", "email", WEEK_49, STANDING_DECLINED, ACKNOWLEDGEMENT_REPLY, MEANING_DECLINED, WEEK_50},
    {NULL, "en", "email", WEEK_49, STANDING_OBJECTED, ACKNOWLEDGEMENT_LINK, MEANING_OBJECTION, WEEK_49},
    {NULL, "en", "email", WEEK_49, STANDING_WRONG_ADDRESSEE, ACKNOWLEDGEMENT_LINK, MEANING_WRONG_ADDRESSEE,
     WEEK_50},
    {"SN", "fr", "email", WEEK_49, STANDING_WAIVED, 0, 0, 0},
    {"SN", "fr", "email", WEEK_49, STANDING_ANSWERED, ACKNOWLEDGEMENT_LINK_WITH_CODE, MEANING_HOLDING,
     WEEK_50},
};

static Statistics *statistics_by(enum statistics_by by) {
  g_autoptr(States) states = NULL;
  g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("Europe/Paris");
  assert_done(states_load(SOURCE_DIR "/templates", &states, error));
  StatisticsPlaces places = {states, zone};
  Statistics *s = statistics_new(by);
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    Acknowledgement event = {.kind = rows[i].kind, .meaning = rows[i].meaning};
    StatisticsLine line = {.country = rows[i].country,
                           .language = rows[i].language,
                           .channel = rows[i].channel,
                           .reached_at = rows[i].reached_at,
                           .standing = {.state = rows[i].state, .shown = &event, .since = rows[i].since}};
    statistics_add(s, &places, &line);
  }
  statistics_finish(s);
  return s;
}

/* "addressees=10 reached=8" */
static void check(const gint64 figures[FIGURES], const char *wanted, const char *name) {
  g_auto(GStrv) words = g_strsplit(wanted, " ", -1);
  gint64 left[FIGURES];
  memcpy(left, figures, sizeof left);
  for (char **word = words; *word != NULL; word++) {
    g_auto(GStrv) parts = g_strsplit(*word, "=", 2);
    int figure = 0;
    while (figure < FIGURES && strcmp(statistics_figure_name((enum figure)figure), parts[0]) != 0)
      figure++;
    assert_true(figure < FIGURES);
    if (left[figure] != g_ascii_strtoll(parts[1], NULL, 10))
      fail_msg("%s: %s is %d", name, *word, (int)left[figure]);
    left[figure] = 0;
  }
  for (int figure = 0; figure < FIGURES; figure++)
    if (left[figure] != 0)
      fail_msg("%s: %s is %d, not told", name, statistics_figure_name((enum figure)figure),
               (int)left[figure]);
}

static void the_total(void **state) {
  (void)state;
  for (int by = 0; by < STATISTICS_BYS; by++) {
    g_autoptr(Statistics) s = statistics_by((enum statistics_by)by);
    check(s->total,
          "addressees=10 reached=8 never_reached=1 silent=1 acknowledged=4 receipt=1 holding=1 substantive=1 "
          "support=1 reply=1 letter=1 telephone=1 link_with_code=1 declined=1 objected=1 wrong_addressee=1 "
          "waived=1 reached_acknowledged=3",
          statistics_by_names[by]);
    assert_int_equal(statistics_rate(s->total), 375);
  }
}

static void the_rows(void **state) {
  static const struct {
    enum statistics_by by;
    const char *keys; /* in their order */
    guint row;
    const char *figures;
  } cases[] = {
      {STATISTICS_BY_COUNTRY, "BR FR ML SN XA ", 0, "addressees=2 reached=1 silent=1 never_reached=1"},
      {STATISTICS_BY_COUNTRY, "BR FR ML SN XA ", 5, "addressees=2 reached=2 objected=1 wrong_addressee=1"},
      {STATISTICS_BY_AREA, "002 019 150 ", 0,
       "addressees=4 reached=4 acknowledged=3 receipt=1 holding=1 substantive=1 reply=1 letter=1 "
       "link_with_code=1 waived=1 reached_acknowledged=3"},
      {STATISTICS_BY_AREA, "002 019 150 ", 3,
       "addressees=3 reached=3 declined=1 objected=1 wrong_addressee=1"},
      {STATISTICS_BY_LANGUAGE, "en fr pt", 2, "addressees=2 reached=1 silent=1 never_reached=1"},
      {STATISTICS_BY_CHANNEL, "email post ", 1, "addressees=1 reached=1 silent=1"},
      {STATISTICS_BY_CHANNEL, "email post ", 2,
       "addressees=2 never_reached=1 acknowledged=1 support=1 telephone=1"},
      {STATISTICS_BY_WEEK, "2013-W49 2013-W50 2014-W01", 0,
       "reached=7 acknowledged=1 receipt=1 reply=1 objected=1"},
      {STATISTICS_BY_WEEK, "2013-W49 2013-W50 2014-W01", 1,
       "reached=1 acknowledged=2 holding=1 support=1 telephone=1 link_with_code=1 declined=1 "
       "wrong_addressee=1"},
      {STATISTICS_BY_WEEK, "2013-W49 2013-W50 2014-W01", 2, "acknowledged=1 substantive=1 letter=1"},
  };
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(Statistics) s = statistics_by(cases[i].by);
    g_autoptr(GString) keys = g_string_new(NULL);
    for (guint k = 0; k < s->rows->len; k++)
      g_string_append_printf(keys, "%s%s", k > 0 ? " " : "",
                             ((StatisticsRow *)g_ptr_array_index(s->rows, k))->key);
    assert_string_equal(keys->str, cases[i].keys);
    check(((StatisticsRow *)g_ptr_array_index(s->rows, cases[i].row))->figures, cases[i].figures,
          cases[i].figures);
  }
}

/* What holds whatever is counted. */
static void the_sums(void **state) {
  (void)state;
  g_autoptr(Statistics) s = statistics_by(STATISTICS_BY_NONE);
  const gint64 *t = s->total;
  gint64 meanings = 0, kinds = 0;
  for (int figure = FIGURE_RECEIPT; figure <= FIGURE_SUPPORT; figure++)
    meanings += t[figure];
  for (int figure = FIGURE_LINK; figure <= FIGURE_PORTAL; figure++)
    kinds += t[figure];
  assert_int_equal(meanings, t[FIGURE_ACKNOWLEDGED]);
  assert_int_equal(kinds, t[FIGURE_ACKNOWLEDGED]);
  assert_int_equal(t[FIGURE_ACKNOWLEDGED] + t[FIGURE_DECLINED] + t[FIGURE_OBJECTED] +
                       t[FIGURE_WRONG_ADDRESSEE] + t[FIGURE_WAIVED] + t[FIGURE_SILENT] +
                       t[FIGURE_NEVER_REACHED],
                   t[FIGURE_ADDRESSEES]);
  assert_int_equal(FIGURE_SUPPORT - FIGURE_RECEIPT, MEANING_SUPPORT - MEANING_RECEIPT);
  assert_int_equal(FIGURE_PORTAL - FIGURE_LINK, ACKNOWLEDGEMENT_PORTAL - ACKNOWLEDGEMENT_LINK);
  gint64 nobody[FIGURES] = {0};
  assert_int_equal(statistics_rate(nobody), -1);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(the_total), cmocka_unit_test(the_rows),
                                     cmocka_unit_test(the_sums)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
