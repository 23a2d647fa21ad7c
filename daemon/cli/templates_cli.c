/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/fault.h"
#include "cli/groups.h"
#include "cli/show.h"
#include "cli/table.h"

static void wording_row(G_GNUC_UNUSED Call *call, const json_t *item, char **cells) {
  cells[0] = g_strdup(show_text(item, "name"));
  cells[1] = show_joined(json_object_get(item, "languages"));
  cells[2] = g_strdup(json_is_true(json_object_get(item, "first_contact")) ? "yes" : "no");
  cells[3] = g_strdup(show_text(item, "purpose"));
}

static int list(Call *call, GError **error) {
  static const char *const headings[] = {"NAME", "LANGUAGES", "FIRST CONTACT", "PURPOSE", NULL};
  return show_list(call, "templates", NULL, headings, wording_row, "no wordings", error);
}

/* Exit status 1 when there is something to mend. */
static int check(Call *call, GError **error) {
  const char *name = call_argument(call, 0);
  g_autoptr(ApiQuery) query = api_query_add(api_query_new(), "name", name);
  json_t *answer = NULL;
  int r = api_get(call_api(call), "templates/check", query, &answer, error);
  if (r < 0)
    return r;
  const json_t *items = json_object_get(answer, "items");
  gboolean sound = json_is_true(json_object_get(answer, "sound"));
  if (call_json(call))
    show_json(call, answer);
  else if (sound)
    fprintf(call_out(call), "%s sound\n", name != NULL ? "the wording is" : "all wordings are");
  for (size_t i = 0; !call_json(call) && i < json_array_size(items); i++)
    fprintf(call_out(call), "%s\n", json_string_value(json_array_get(items, i)));
  json_decref(answer);
  return sound ? EXIT_DONE : EXIT_RULE;
}

static void print_fields(Call *call, const json_t *answer) {
  static const char *const headings[] = {"FIELD", "LEVEL", "KIND", "NEEDED", "SAMPLE", NULL};
  g_autoptr(Table) table = table_new(headings, call_plain(call));
  size_t i;
  json_t *field;
  json_array_foreach(json_object_get(answer, "fields"), i, field)
      table_row(table, show_text(field, "name"), show_text(field, "level"), show_text(field, "kind"),
                json_is_true(json_object_get(field, "needed")) ? "yes" : "", show_text(field, "sample"));
  table_print(table, call_out(call), "the wording declares no fields");
}

static int show(Call *call, GError **error) {
  g_autofree char *path = api_path("templates", call_argument(call, 0), NULL);
  g_autoptr(ApiQuery) query = api_query_add(api_query_new(), "language", call_value(call, "language"));
  json_t *answer = NULL;
  int r = api_get(call_api(call), path, query, &answer, error);
  if (r < 0)
    return r;
  if (call_json(call))
    show_json(call, answer);
  else if (call_flag(call, "fields"))
    print_fields(call, answer);
  else
    fputs(show_text(answer, "text"), call_out(call));
  json_decref(answer);
  return 0;
}

/* ---- forms of address ---- */

#define FORM_COLUMNS 12
static const char *const form_keys[FORM_COLUMNS + 1] = {
    "kind", "language", "form",  "state",  "valid_from",  "valid_to", "salutation",
    "text", "close",    "style", "source", "reviewed_by", NULL};

/* A field as RFC 4180 has it, safe against formulas: what a spreadsheet would reckon with begins with an
 * apostrophe. */
static void csv_field(FILE *out, const char *text, gboolean last) {
  fputc('"', out);
  if (text[0] != '\0' && text[1] != '\0' && strchr("=+-@\t", text[0]) != NULL)
    fputc('\'', out);
  for (; *text != '\0'; text++) {
    if (*text == '"')
      fputc('"', out);
    fputc(*text, out);
  }
  fputs(last ? "\"\r\n" : "\",", out);
}

static int csv_line(json_t *item, gpointer data, G_GNUC_UNUSED GError **error) {
  FILE *out = data;
  g_autofree char *line = g_strdup_printf("%" G_GINT64_FORMAT, show_int(item, "line"));
  csv_field(out, show_text(item, "path"), FALSE);
  csv_field(out, line, FALSE);
  for (guint i = 0; i < FORM_COLUMNS; i++)
    csv_field(out, show_text(item, form_keys[i]), i == FORM_COLUMNS - 1);
  return 0;
}

/* A sheet to review by: one row a form, with the file and line where its reader signs. */
static int print_csv(Call *call, const ApiQuery *query, GError **error) {
  FILE *out = call_out(call);
  csv_field(out, "file", FALSE);
  csv_field(out, "line", FALSE);
  for (guint i = 0; i < FORM_COLUMNS; i++)
    csv_field(out, form_keys[i], i == FORM_COLUMNS - 1);
  return api_list(call_api(call), "forms", query, call_limit(call), csv_line, out, error);
}

static void form_row(G_GNUC_UNUSED Call *call, const json_t *item, char **cells) {
  static const char *const keys[] = {"kind",       "language", "form",        "state",
                                     "salutation", "text",     "reviewed_by", "source"};
  for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
    cells[i] = g_strdup(show_text(item, keys[i]));
  cells[G_N_ELEMENTS(keys)] =
      g_strdup_printf("%s:%" G_GINT64_FORMAT, show_text(item, "path"), show_int(item, "line"));
}

static int forms(Call *call, GError **error) {
  static const char *const headings[] = {"KIND", "LANGUAGE",    "FORM",   "STATE",         "SALUTATION",
                                         "TEXT", "REVIEWED BY", "SOURCE", "WHERE TO SIGN", NULL};
  const char *format = call_value(call, "format");
  g_autoptr(ApiQuery) query = api_query_new();
  api_query_add(query, "kind", call_value(call, "kind"));
  api_query_add(query, "language", call_value(call, "language"));
  api_query_add(query, "state", call_value(call, "state"));
  if (call_flag(call, "unreviewed"))
    api_query_add(query, "unreviewed", "1");
  if (format != NULL && strcmp(format, "csv") != 0)
    return fault(error, FAULT_INPUT, "--format %s: only csv is written", format);
  if (format != NULL)
    return print_csv(call, query, error);
  return show_list(call, "forms", query, headings, form_row, "no such rows", error);
}

static const Option forms_options[] = {
    {"unreviewed", OPTION_FLAG, NULL, "only rows that nobody has signed", FALSE},
    {"kind", OPTION_VALUE, "KIND", "of this kind of office, or class of close (C2)", FALSE},
    {"language", OPTION_VALUE, "LANGUAGE", "fr, en, es or pt", FALSE},
    {"state", OPTION_VALUE, "CODE", "only what differs for this State", FALSE},
    {"format", OPTION_VALUE, "csv", "a sheet to review by", FALSE},
    {0}};

static const Option show_options[] = {
    {"language", OPTION_VALUE, "LANGUAGE", "fr (the default), en, es or pt", FALSE},
    {"fields", OPTION_FLAG, NULL, "what the wording can be given instead of its text", FALSE},
    {0}};

const Command templates_commands[] = {
    {"templates", "list", NULL, "All wordings", NULL, COMMAND_LIST, list},
    {"templates", "check", "[NAME]", "What is wrong with the wordings", NULL, 0, check},
    {"templates", "forms", NULL, "The forms of address, who reviewed them, and where to sign", forms_options,
     COMMAND_LIST, forms},
    {"templates", "show", "NAME", "The text of a wording", show_options, 0, show},
    {0}};
