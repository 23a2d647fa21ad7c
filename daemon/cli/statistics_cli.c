/* SPDX-License-Identifier: GPL-3.0-or-later */
/* statistics_cli.c - the answers to a mailing in figures: a table, bars beside it, and as CSV */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fault.h"
#include "cli/groups.h"
#include "cli/show.h"
#include "cli/table.h"

#define BAR 40 /* characters of the longest bar */

/* What a bar is made of, from its left end: told apart by letters, not by colours. */
static const struct {
  char mark;
  const char *figures[4], *word;
} parts[] = {
    {'#', {"acknowledged"}, "acknowledged"},
    {'x',
     {"declined", "objected", "wrong_addressee", "waived"},
     "declined, objected, wrong addressee or waived"},
    {'.', {"silent"}, "silent"},
    {'?', {"never_reached"}, "never reached"},
};

static gint64 part_of(const json_t *row, gsize part) {
  gint64 n = 0;
  for (gsize i = 0; i < G_N_ELEMENTS(parts[part].figures) && parts[part].figures[i] != NULL; i++)
    n += show_int(row, parts[part].figures[i]);
  return n;
}

static gint64 whole_of(const json_t *row) {
  gint64 n = 0;
  for (gsize part = 0; part < G_N_ELEMENTS(parts); part++)
    n += part_of(row, part);
  return n;
}

/* The ends of the parts are rounded, not their lengths: so the bar is as long as its whole. */
static char *bar_of(const json_t *row, gint64 longest) {
  GString *bar = g_string_new(NULL);
  gint64 so_far = 0;
  for (gsize part = 0; longest > 0 && part < G_N_ELEMENTS(parts); part++) {
    so_far += part_of(row, part);
    while ((gint64)bar->len < (so_far * BAR + longest / 2) / longest)
      g_string_append_c(bar, parts[part].mark);
  }
  return g_string_free(bar, FALSE);
}

static const char *label_of(const json_t *row) {
  if (*show_text(row, "name") != '\0')
    return show_text(row, "name");
  return *show_text(row, "key") != '\0' ? show_text(row, "key") : "(none)";
}

static const char *const columns[] = {
    "addressees", "reached",  "acknowledged", "receipt",         "forwarded", "holding", "substantive",
    "support",    "declined", "objected",     "wrong_addressee", "waived",    "silent",  "never_reached"};
static const char *const headings[] = {"",        "KEY",      ">ADDR.",  ">REACHED", ">ACKN.",    ">RECEIPT",
                                       ">FORWD.", ">HOLDING", ">SUBST.", ">SUPPORT", ">DECLINED", ">OBJECTED",
                                       ">WRONG",  ">WAIVED",  ">SILENT", ">NEVER",   ">RATE %",   NULL};

static void add_row(Table *table, const char *label, const json_t *row) {
  char *cells[G_N_ELEMENTS(headings) - 1] = {g_strdup(label), g_strdup(show_text(row, "key"))};
  for (gsize i = 0; i < G_N_ELEMENTS(columns); i++)
    cells[2 + i] = json_is_integer(json_object_get(row, columns[i])) ? show_count(show_int(row, columns[i]))
                                                                     : g_strdup("");
  cells[G_N_ELEMENTS(cells) - 1] = g_strdup(show_text(row, "rate"));
  table_row_array(table, (const char *const *)cells);
  for (gsize i = 0; i < G_N_ELEMENTS(cells); i++)
    g_free(cells[i]);
}

static void print_bars(Call *call, const json_t *rows, const json_t *total) {
  gint64 longest = 0;
  for (size_t i = 0; i < json_array_size(rows); i++)
    longest = MAX(longest, whole_of(json_array_get(rows, i)));
  fputc('\n', call_out(call));
  static const char *const bars[] = {"", "", ">", NULL};
  g_autoptr(Table) table = table_new(bars, FALSE);
  for (size_t i = 0; i < json_array_size(rows); i++) {
    const json_t *row = json_array_get(rows, i);
    g_autofree char *bar = bar_of(row, longest), *whole = show_count(whole_of(row));
    table_row(table, label_of(row), bar, whole);
  }
  if (json_array_size(rows) == 0) {
    g_autofree char *bar = bar_of(total, whole_of(total)), *whole = show_count(whole_of(total));
    table_row(table, "total", bar, whole);
  }
  table_print(table, call_out(call), NULL);
  for (gsize part = 0; part < G_N_ELEMENTS(parts); part++)
    fprintf(call_out(call), "%s%c %s", part == 0 ? "  " : "   ", parts[part].mark, parts[part].word);
  fputc('\n', call_out(call));
}

static void print_definitions(Call *call, const json_t *answer) {
  const char *figure;
  json_t *sentence;
  fputc('\n', call_out(call));
  json_object_foreach(json_object_get(answer, "definitions"), figure, sentence)
      fprintf(call_out(call), "  %-20s %s\n", figure, json_string_value(sentence));
}

static void print_statistics(Call *call, const json_t *answer) {
  const json_t *rows = json_object_get(answer, "rows"), *total = json_object_get(answer, "total");
  g_autofree char *at = show_time(call, answer, "at");
  g_autoptr(Table) table = table_new(headings, call_plain(call));
  if (!call_plain(call))
    fprintf(call_out(call), "%s, as it was known at %s\n\n", show_text(answer, "mailing"), at);
  for (size_t i = 0; i < json_array_size(rows); i++)
    add_row(table, label_of(json_array_get(rows, i)), json_array_get(rows, i));
  add_row(table, "total", total);
  table_print(table, call_out(call), NULL);
  if (call_plain(call))
    return;
  print_bars(call, rows, total);
  print_definitions(call, answer);
}

static int export(Call *call, const ApiQuery *query, GError **error) {
  const char *out = call_value(call, "out");
  fflush(call_out(call));
  if (out == NULL)
    return api_download(call_api(call), "acknowledgements/statistics.csv", query, fileno(call_out(call)),
                        NULL, error);
  int fd = open(out, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0)
    return fault_errno(error, errno, "%s: cannot be written", out);
  int r = api_download(call_api(call), "acknowledgements/statistics.csv", query, fd, NULL, error);
  close(fd);
  if (r == 0 && !call_json(call))
    fprintf(call_out(call), "%s: written\n", out);
  return r;
}

static int statistics(Call *call, GError **error) {
  static const char *const names[] = {"mailing", "by", "at"};
  const char *format = call_value(call, "format");
  g_autoptr(ApiQuery) query = api_query_new();
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
    api_query_add(query, names[i], call_value(call, names[i]));
  if (call_flag(call, "supplements"))
    api_query_add(query, "supplements", "1");
  if (format != NULL && strcmp(format, "csv") != 0 && strcmp(format, "table") != 0)
    return fault(error, FAULT_INPUT, "--format \"%s\": csv or table is wanted; --json gives JSON", format);
  if (g_strcmp0(format, "csv") == 0)
    return export(call, query, error);
  return show_one(call, "acknowledgements/statistics", query, print_statistics, error);
}

static const Option statistics_options[] = {
    {"mailing", OPTION_VALUE, "ID", "the answers to this mailing", TRUE},
    {"by", OPTION_VALUE, "WHAT",
     "rows by country, area, language, week or channel; the total alone if not given", FALSE},
    {"at", OPTION_VALUE, "TIME", "as it was known then; now if not given", FALSE},
    {"supplements", OPTION_FLAG, NULL, "with those who got it by a supplement", FALSE},
    {"format", OPTION_VALUE, "FORMAT", "table (the default) or csv", FALSE},
    {"out", OPTION_VALUE, "FILE", "with csv: where to put it", FALSE},
    {0}};

const Command statistics_commands[] = {{"acknowledgements", "statistics", NULL,
                                        "The answers to a mailing in figures, with what each means",
                                        statistics_options, 0, statistics},
                                       {0}};
