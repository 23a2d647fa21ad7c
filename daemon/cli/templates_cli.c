/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/groups.h"
#include "cli/show.h"

static void wording_row(G_GNUC_UNUSED Call *call, const json_t *item, char **cells) {
  cells[0] = g_strdup(show_text(item, "name"));
  cells[1] = show_joined(json_object_get(item, "languages"));
  cells[2] = g_strdup(show_text(item, "sha256"));
}

static int list(Call *call, GError **error) {
  static const char *const headings[] = {"NAME", "LANGUAGES", "SHA256", NULL};
  return show_list(call, "templates", NULL, headings, wording_row, "no wordings", error);
}

/* Exit status 1 when there is something to mend. */
static int check(Call *call, GError **error) {
  json_t *answer = NULL;
  int r = api_get(call_api(call), "templates/check", NULL, &answer, error);
  if (r < 0)
    return r;
  const json_t *items = json_object_get(answer, "items");
  gboolean sound = json_is_true(json_object_get(answer, "sound"));
  if (call_json(call))
    show_json(call, answer);
  else if (sound)
    fputs("all wordings are sound\n", call_out(call));
  for (size_t i = 0; !call_json(call) && i < json_array_size(items); i++)
    fprintf(call_out(call), "%s\n", json_string_value(json_array_get(items, i)));
  json_decref(answer);
  return sound ? EXIT_DONE : EXIT_RULE;
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
  else
    fputs(show_text(answer, "text"), call_out(call));
  json_decref(answer);
  return 0;
}

static const Option show_options[] = {
    {"language", OPTION_VALUE, "LANGUAGE", "fr (the default), en, es or pt", FALSE}, {0}};

const Command templates_commands[] = {
    {"templates", "list", NULL, "All wordings", NULL, COMMAND_LIST, list},
    {"templates", "check", NULL, "What is wrong with the wordings", NULL, 0, check},
    {"templates", "show", "NAME", "The text of a wording", show_options, 0, show},
    {0}};
