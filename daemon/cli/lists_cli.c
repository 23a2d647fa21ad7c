/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "cli/groups.h"
#include "cli/show.h"

static void list_row(G_GNUC_UNUSED Call *call, const json_t *item, char **cells) {
  cells[0] = g_strdup(show_text(item, "name"));
  cells[1] = show_count(show_int(item, "size"));
  cells[2] = g_strdup(json_is_true(json_object_get(item, "workshop")) ? "workshop" : "");
  cells[3] = g_strdup(show_text(item, "rule"));
}

static int list(Call *call, GError **error) {
  static const char *const headings[] = {"NAME", ">SIZE", "", "RULE", NULL};
  return show_list(call, "lists", NULL, headings, list_row, "no lists", error);
}

static void member_row(G_GNUC_UNUSED Call *call, const json_t *item, char **cells) {
  cells[0] = g_strdup(show_text(item, "id"));
  cells[1] = g_strdup(show_text(item, "kind"));
  cells[2] = g_strdup(show_text(item, "name"));
  cells[3] = g_strdup(show_text(item, "country"));
}

static int show(Call *call, GError **error) {
  static const char *const headings[] = {"ID", "KIND", "NAME", "COUNTRY", NULL};
  g_autofree char *path = api_path("lists", call_argument(call, 0), NULL);
  return show_list(call, path, NULL, headings, member_row, "nobody is on it", error);
}

static int create(Call *call, GError **error) {
  const char *question = call_value(call, "question");
  json_t *answer = NULL;
  json_t *body = json_pack("{s:s, s:s?, s:b}", "name", call_argument(call, 0), "rule",
                           call_value(call, "rule"), "workshop", call_flag(call, "workshop"));
  if (question != NULL)
    json_object_set_new(body, "question", json_integer(strtol(question, NULL, 10)));
  int r = api_send(call_api(call), "POST", "lists", NULL, body, &answer, error);
  json_decref(body);
  return r < 0 ? r : show_changed(call, answer, call_argument(call, 0));
}

static int change(Call *call, const char *method, GError **error) {
  g_autofree char *path = api_path("lists", call_argument(call, 0), "members", NULL);
  json_t *members = json_array(), *answer = NULL;
  for (guint i = 1; i < call_count(call); i++)
    json_array_append_new(members, json_string(call_argument(call, i)));
  json_t *body = json_pack("{s:o}", "contacts", members);
  int r = api_send(call_api(call), method, path, NULL, body, &answer, error);
  json_decref(body);
  if (r < 0)
    return r;
  g_autofree char *size = show_count(show_int(answer, "size"));
  g_autofree char *sentence = g_strdup_printf("%s has %s members now", call_argument(call, 0), size);
  return show_changed(call, answer, sentence);
}

static int add(Call *call, GError **error) {
  return change(call, "POST", error);
}

static int take_off(Call *call, GError **error) {
  return change(call, "DELETE", error);
}

static const Option create_options[] = {
    {"rule", OPTION_VALUE, "RULE", "\"field=value,value field=value\" instead of members by hand", FALSE},
    {"workshop", OPTION_FLAG, NULL, "a workshop of 10 to 15 persons", FALSE},
    {"question", OPTION_VALUE, "N", "the question that the workshop works on", FALSE},
    {0}};

const Command lists_commands[] = {
    {"lists", "create", "NAME", "Create a list, by hand or by rule", create_options, 0, create},
    {"lists", "list", NULL, "All lists", NULL, COMMAND_LIST, list},
    {"lists", "show", "NAME", "The members of a list", NULL, COMMAND_LIST, show},
    {"lists", "add", "NAME ID...", "Put contacts on a list", NULL, 0, add},
    {"lists", "remove", "NAME ID...", "Take contacts off a list", NULL, 0, take_off},
    {0}};
