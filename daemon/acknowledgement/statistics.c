/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acknowledgement/statistics.h"

#include <string.h>

#include "acknowledgement/statistics_rows.h"
#include "base/fault.h"
#include "base/ident.h"

static const struct {
  const char *name, *sentence;
  gboolean timed;
} figures[FIGURES] = {
#define FIGURE(symbol, name, timed, sentence) {name, sentence, timed},
#include "acknowledgement/statistics_figures.def"
#undef FIGURE
};

const char *const statistics_by_names[] = {"none", "country", "area", "language", "week", "channel", NULL};

const char *statistics_figure_name(enum figure figure) {
  return figures[figure].name;
}

const char *statistics_figure_sentence(enum figure figure) {
  return figures[figure].sentence;
}

gboolean statistics_figure_is_timed(enum figure figure) {
  return figures[figure].timed;
}

static void row_free(gpointer data) {
  StatisticsRow *row = data;
  g_free(row->key);
  g_free(row);
}

Statistics *statistics_new(enum statistics_by by) {
  Statistics *statistics = g_new0(Statistics, 1);
  statistics->by = by;
  statistics->rows = g_ptr_array_new_with_free_func(row_free);
  return statistics;
}

void statistics_free(Statistics *statistics) {
  if (statistics == NULL)
    return;
  g_ptr_array_unref(statistics->rows);
  g_free(statistics);
}

gint64 statistics_rate(const gint64 of[FIGURES]) {
  gint64 reached = of[FIGURE_REACHED];
  return reached == 0 ? -1 : (of[FIGURE_REACHED_ACKNOWLEDGED] * 2000 + reached) / (2 * reached);
}

/* ---- which row ---- */

static const char *area_of(const StatisticsPlaces *places, const char *country, char to[4]) {
  const State *state =
      country != NULL && places->states != NULL ? states_find(places->states, country) : NULL;
  if (state == NULL || strlen(state->region) < 3)
    return "";
  g_strlcpy(to, state->region, 4);
  return to;
}

static char *week_of(const StatisticsPlaces *places, gint64 moment) {
  if (moment == 0)
    return g_strdup("");
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(moment / SECOND);
  g_autoptr(GDateTime) there = g_date_time_to_timezone(utc, places->zone);
  return g_strdup_printf("%04d-W%02d", g_date_time_get_week_numbering_year(there),
                         g_date_time_get_week_of_year(there));
}

/* There are some hundred rows at most. */
static StatisticsRow *row_of(Statistics *statistics, const char *key) {
  for (guint i = 0; i < statistics->rows->len; i++) {
    StatisticsRow *row = g_ptr_array_index(statistics->rows, i);
    if (strcmp(row->key, key) == 0)
      return row;
  }
  StatisticsRow *row = g_new0(StatisticsRow, 1);
  row->key = g_strdup(key);
  g_ptr_array_add(statistics->rows, row);
  return row;
}

static const char *key_of(const Statistics *statistics, const StatisticsPlaces *places,
                          const StatisticsLine *line, char area[4]) {
  const char *key = NULL;
  switch (statistics->by) {
  case STATISTICS_BY_COUNTRY:
    key = line->country;
    break;
  case STATISTICS_BY_AREA:
    return area_of(places, line->country, area);
  case STATISTICS_BY_LANGUAGE:
    key = line->language;
    break;
  case STATISTICS_BY_CHANNEL:
    key = line->channel;
    break;
  default:
    break;
  }
  return key != NULL ? key : "";
}

/* ---- counting ---- */

typedef struct {
  Statistics *statistics;
  const StatisticsPlaces *places;
  StatisticsRow *row; /* NULL: none, or by week */
} Counting;

static void count(const Counting *c, enum figure figure, gint64 moment) {
  c->statistics->total[figure]++;
  if (c->row != NULL)
    c->row->figures[figure]++;
  if (c->statistics->by != STATISTICS_BY_WEEK || !figures[figure].timed)
    return;
  g_autofree char *week = week_of(c->places, moment);
  row_of(c->statistics, week)->figures[figure]++;
}

static void count_answer(const Counting *c, const StatisticsLine *line) {
  const Acknowledgement *shown = line->standing.shown;
  gint64 since = line->standing.since;
  count(c, FIGURE_ACKNOWLEDGED, since);
  if (line->reached_at != 0)
    count(c, FIGURE_REACHED_ACKNOWLEDGED, since);
  count(c, FIGURE_RECEIPT + (shown->meaning - MEANING_RECEIPT), since);
  count(c, FIGURE_LINK + (shown->kind - ACKNOWLEDGEMENT_LINK), since);
}

static void count_standing(const Counting *c, const StatisticsLine *line) {
  gint64 since = line->standing.since;
  switch (line->standing.state) {
  case STANDING_ANSWERED:
    count_answer(c, line);
    break;
  case STANDING_DECLINED:
    count(c, FIGURE_DECLINED, since);
    break;
  case STANDING_OBJECTED:
    count(c, FIGURE_OBJECTED, since);
    break;
  case STANDING_WRONG_ADDRESSEE:
    count(c, FIGURE_WRONG_ADDRESSEE, since);
    break;
  case STANDING_WAIVED:
    count(c, FIGURE_WAIVED, 0);
    break;
  default:
    count(c, line->reached_at != 0 ? FIGURE_SILENT : FIGURE_NEVER_REACHED, 0);
    break;
  }
}

void statistics_add(Statistics *statistics, const StatisticsPlaces *places, const StatisticsLine *line) {
  char area[4];
  gboolean grouped = statistics->by != STATISTICS_BY_NONE && statistics->by != STATISTICS_BY_WEEK;
  Counting c = {statistics, places,
                grouped ? row_of(statistics, key_of(statistics, places, line, area)) : NULL};
  count(&c, FIGURE_ADDRESSEES, 0);
  if (line->reached_at != 0)
    count(&c, FIGURE_REACHED, line->reached_at);
  count_standing(&c, line);
}

static gint by_key(gconstpointer a, gconstpointer b) {
  const char *left = (*(const StatisticsRow *const *)a)->key,
             *right = (*(const StatisticsRow *const *)b)->key;
  if (*left == '\0' || *right == '\0')
    return (*left == '\0') - (*right == '\0');
  return strcmp(left, right);
}

void statistics_finish(Statistics *statistics) {
  g_ptr_array_sort(statistics->rows, by_key);
}

/* ---- a mailing ---- */

static int check_moment(Desk *desk, const MailingSettings *settings, const Mailing *m, gint64 *at,
                        GError **error) {
  gint64 now = clock_wall(desk_clock(desk));
  char id[IDENT_SIZE];
  *at = *at != 0 ? *at : now;
  if (*at > now)
    return fault(error, FAULT_INPUT, "at: lies ahead; what will be known then nobody knows");
  if (m->released_at == 0)
    return fault(error, FAULT_RULE, "%s was not released, so there is nothing to count",
                 ident_into(IDENT_MAILING, m->id, id));
  g_autofree char *released = moment_local(m->released_at, settings->zone);
  if (*at < m->released_at)
    return fault(error, FAULT_RULE, "%s was released at %s, so before there was nothing to count",
                 ident_into(IDENT_MAILING, m->id, id), released);
  return 0;
}

typedef struct {
  Statistics *statistics;
  StatisticsPlaces places;
} Making;

static int line_seen(const StatisticsLine *line, gpointer data, G_GNUC_UNUSED GError **error) {
  Making *making = data;
  statistics_add(making->statistics, &making->places, line);
  return 0;
}

int statistics_make(Desk *desk, Link *link, gint64 clearance, const StatisticsQuery *query, Statistics **ret,
                    GError **error) {
  g_autoptr(MailingSettings) settings = desk_settings(desk);
  g_autoptr(Mailing) m = NULL;
  g_autoptr(GArray) rolls = g_array_new(FALSE, FALSE, sizeof(gint64));
  StatisticsCut cut = {.clearance = clearance, .at = query->at, .supplements = query->supplements};
  int r = mailing_find(link, clearance, query->mailing, &m, error);
  if (r == 0)
    r = check_moment(desk, settings, m, &cut.at, error);
  if (r == 0)
    r = statistics_rows_rolls(link, m, &cut, rolls, error);
  if (r < 0)
    return r;
  g_autoptr(Statistics) statistics = statistics_new(query->by);
  Making making = {statistics, {settings->states, settings->zone}};
  cut.counts_from = acknowledgement_kind_of(m->counts_from);
  for (guint i = 0; r == 0 && i < rolls->len; i++)
    r = statistics_rows_each(link, g_array_index(rolls, gint64, i), &cut, line_seen, &making, error);
  statistics_finish(statistics);
  statistics->mailing = m->id;
  statistics->at = cut.at;
  if (r == 0)
    *ret = g_steal_pointer(&statistics);
  return r;
}
