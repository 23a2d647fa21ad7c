/* SPDX-License-Identifier: GPL-3.0-or-later */
/* statistics_api.c - the answers to a mailing in figures, as JSON and as CSV: the same ones */
#include <string.h>

#include "acknowledgement/statistics.h"
#include "api/csv_row.h"
#include "api/handlers.h"
#include "base/fault.h"
#include "contacts/area.h"

static int read_by(const Ask *ask, enum statistics_by *ret, GError **error) {
  const char *text = NULL;
  int by = STATISTICS_BY_NONE, r = ask_query_text(ask, "by", &text, error);
  while (r == 0 && text != NULL && by < STATISTICS_BYS && strcmp(statistics_by_names[by], text) != 0)
    by++;
  *ret = (enum statistics_by)by;
  return r < 0 || by < STATISTICS_BYS
             ? r
             : fault(error, FAULT_INPUT, "by: \"%s\" is none of country, area, language, week, channel, none",
                     text);
}

static int make(Ask *ask, Statistics **ret, GError **error) {
  static const char *const known[] = {"mailing", "by", "at", "supplements", NULL};
  StatisticsQuery query = {0};
  g_autoptr(Link) link = NULL;
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = ask_query_id(ask, "mailing", IDENT_MAILING, &query.mailing, error);
  if (r == 0 && query.mailing == 0)
    r = fault(error, FAULT_INPUT, "mailing: is missing; say whose answers, as in M-7");
  if (r == 0)
    r = read_by(ask, &query.by, error);
  if (r == 0)
    r = ask_query_moment(ask, "at", &query.at, error);
  if (r == 0)
    r = ask_query_flag(ask, "supplements", &query.supplements, error);
  if (r == 0)
    r = store_read(ask->house->store, &link, error);
  return r < 0 ? r : statistics_make(ask->house->desk, link, ask_clearance(ask), &query, ret, error);
}

/* What people call the row, in the house's own language. The caller frees it. */
static char *name_of(const MailingSettings *settings, enum statistics_by by, const char *key) {
  enum language own = LANGUAGE_FR, language = LANGUAGE_FR;
  if (settings->languages->len > 0)
    language_parse(g_ptr_array_index(settings->languages, 0), &own);
  const State *state = by == STATISTICS_BY_COUNTRY ? states_find(settings->states, key) : NULL;
  if (*key == '\0')
    return NULL;
  if (by == STATISTICS_BY_AREA)
    return g_strdup(area_region_name(key, own));
  if (by == STATISTICS_BY_LANGUAGE && language_parse(key, &language))
    return g_strdup(language_own_name(language));
  return state != NULL ? g_strdup(state->name[own]) : NULL;
}

/* A figure that has no moment says nothing of a week. */
static gboolean is_told(enum statistics_by by, gboolean total, enum figure figure) {
  return total || by != STATISTICS_BY_WEEK || statistics_figure_is_timed(figure);
}

/* "23.5" per cent; NULL when nobody was reached, or of a week. The caller frees it. */
static char *rate_text(const Statistics *s, gboolean total, const gint64 figures[FIGURES]) {
  gint64 rate = statistics_rate(figures);
  if (rate < 0 || !is_told(s->by, total, FIGURE_REACHED_ACKNOWLEDGED))
    return NULL;
  return g_strdup_printf("%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT, rate / 10, rate % 10);
}

static json_t *row_json(const Statistics *s, gboolean total, const char *key, const char *name,
                        const gint64 figures[FIGURES]) {
  g_autofree char *rate = rate_text(s, total, figures);
  json_t *row = json_pack("{s:s?, s:s?, s:s?}", "key", key, "name", name, "rate", rate);
  for (int figure = 0; figure < FIGURES; figure++)
    json_object_set_new(row, statistics_figure_name((enum figure)figure),
                        is_told(s->by, total, (enum figure)figure) ? json_integer(figures[figure])
                                                                   : json_null());
  return row;
}

int statistics_api_show(Ask *ask, GError **error) {
  g_autoptr(Statistics) s = NULL;
  g_autoptr(MailingSettings) settings = desk_settings(ask->house->desk);
  int r = make(ask, &s, error);
  if (r < 0)
    return r;
  json_t *rows = json_array(), *definitions = json_object();
  for (guint i = 0; i < s->rows->len; i++) {
    const StatisticsRow *row = g_ptr_array_index(s->rows, i);
    g_autofree char *name = name_of(settings, s->by, row->key);
    json_array_append_new(rows, row_json(s, FALSE, row->key, name, row->figures));
  }
  for (int figure = 0; figure < FIGURES; figure++)
    json_object_set_new(definitions, statistics_figure_name((enum figure)figure),
                        json_string(statistics_figure_sentence((enum figure)figure)));
  return ask_respond(ask, 200,
                     json_pack("{s:o, s:o, s:s, s:o, s:o, s:o}", "mailing",
                               ask_ident(IDENT_MAILING, s->mailing), "at", ask_time(s->at), "by",
                               statistics_by_names[s->by], "total", row_json(s, TRUE, NULL, NULL, s->total),
                               "rows", rows, "definitions", definitions));
}

/* ---- CSV ---- */

#define CELLS (FIGURES + 3) /* key, name, the figures, the rate */

static void put_row(const Statistics *s, gboolean total, const char *key, const char *name,
                    const gint64 figures[FIGURES], GString *to) {
  const char *cells[CELLS] = {key, name};
  g_autofree char *rate = rate_text(s, total, figures);
  char texts[FIGURES][24];
  for (int figure = 0; figure < FIGURES; figure++) {
    g_snprintf(texts[figure], sizeof texts[figure], "%" G_GINT64_FORMAT, figures[figure]);
    cells[2 + figure] = is_told(s->by, total, (enum figure)figure) ? texts[figure] : NULL;
  }
  cells[CELLS - 1] = rate;
  csv_row_put(to, cells, CELLS);
}

static void put_head(const Statistics *s, GString *to) {
  const char *cells[CELLS] = {statistics_by_names[s->by], "name"};
  for (int figure = 0; figure < FIGURES; figure++)
    cells[2 + figure] = statistics_figure_name((enum figure)figure);
  cells[CELLS - 1] = "rate_percent";
  csv_row_put(to, cells, CELLS);
}

/* Beneath the figures, so that whoever gets the file alone knows what they are. */
static void put_definitions(const Statistics *s, GString *to) {
  char id[IDENT_SIZE];
  g_autofree char *at = moment_rfc3339(s->at);
  const char *const origin[][2] = {{"mailing", ident_into(IDENT_MAILING, s->mailing, id)}, {"at", at}};
  g_string_append(to, "\r\n");
  for (gsize i = 0; i < G_N_ELEMENTS(origin); i++)
    csv_row_put(to, origin[i], 2);
  for (int figure = 0; figure < FIGURES; figure++) {
    const char *const cells[] = {statistics_figure_name((enum figure)figure),
                                 statistics_figure_sentence((enum figure)figure)};
    csv_row_put(to, cells, G_N_ELEMENTS(cells));
  }
}

int statistics_api_export(Ask *ask, GError **error) {
  g_autoptr(Statistics) s = NULL;
  g_autoptr(MailingSettings) settings = desk_settings(ask->house->desk);
  g_autoptr(GString) csv = g_string_new(CSV_ROW_MARK);
  int r = make(ask, &s, error);
  if (r < 0)
    return r;
  put_head(s, csv);
  for (guint i = 0; i < s->rows->len; i++) {
    const StatisticsRow *row = g_ptr_array_index(s->rows, i);
    g_autofree char *name = name_of(settings, s->by, row->key);
    put_row(s, FALSE, row->key, name, row->figures, csv);
  }
  put_row(s, TRUE, "total", NULL, s->total, csv);
  put_definitions(s, csv);
  response_text(ask->response, 200, "text/csv; charset=utf-8", csv->str);
  return 0;
}
