/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/fault.h"
#include "cli/groups.h"
#include "cli/show.h"
#include "cli/table.h"

/* "workshop 2, 1 warning" */
static char *workshop_of(const json_t *list) {
  gint64 question = show_int(list, "question");
  size_t warnings = json_array_size(json_object_get(list, "warnings"));
  GString *text = g_string_new("workshop");
  if (question != 0)
    g_string_append_printf(text, " %" G_GINT64_FORMAT, question);
  if (warnings > 0)
    g_string_append_printf(text, ", %zu warning%s", warnings, warnings > 1 ? "s" : "");
  return g_string_free(text, FALSE);
}

static void list_row(G_GNUC_UNUSED Call *call, const json_t *item, char **cells) {
  cells[0] = g_strdup(show_text(item, "name"));
  cells[1] = show_count(show_int(item, "size"));
  cells[2] = json_is_true(json_object_get(item, "workshop")) ? workshop_of(item) : g_strdup("");
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
  cells[4] = show_joined(json_object_get(item, "languages"));
  cells[5] = g_strdup(show_text(item, "role"));
}

static void print_workshop(Call *call, const json_t *list) {
  const json_t *seats = json_object_get(list, "seats"), *balance = json_object_get(list, "balance");
  const json_t *warnings = json_object_get(list, "warnings");
  g_autofree char *question = show_count(show_int(list, "question"));
  g_autofree char *taken =
      g_strdup_printf("%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
                      show_int(seats, "taken"), show_int(seats, "least"), show_int(seats, "most"));
  g_autofree char *countries = show_counts(json_object_get(balance, "countries"));
  g_autofree char *languages = show_counts(json_object_get(balance, "languages"));
  table_block(call_out(call), call_plain(call), "workshop", show_text(list, "name"), "question",
              show_int(list, "question") != 0 ? question : NULL, "room", show_text(list, "room"), "language",
              show_text(list, "language"), "facilitator",
              show_text(json_object_get(list, "facilitator"), "name"), "rapporteur",
              show_text(json_object_get(list, "rapporteur"), "name"), "seats", taken, "countries", countries,
              "languages", languages, NULL);
  for (size_t i = 0; i < json_array_size(warnings); i++)
    fprintf(call_out(call), "warning: %s\n", json_string_value(json_array_get(warnings, i)));
}

static int gather(json_t *item, gpointer data, G_GNUC_UNUSED GError **error) {
  return json_array_append(data, item) == 0 ? 0 : FAULT_SYSTEM;
}

/* The list itself, with all its members however many pages they take. */
static int show_whole(Call *call, const char *path, json_t *list, GError **error) {
  json_t *items = json_array();
  int r = api_list(call_api(call), path, NULL, call_limit(call), gather, items, error);
  json_object_set_new(list, "items", items);
  json_object_set_new(list, "next", json_null());
  return r < 0 ? r : show_json(call, list);
}

static int show(Call *call, GError **error) {
  static const char *const headings[] = {"ID", "KIND", "NAME", "COUNTRY", "LANGUAGE", "ROLE", NULL};
  g_autofree char *path = api_path("lists", call_argument(call, 0), NULL);
  g_autoptr(ApiQuery) one = api_query_new();
  json_t *list = NULL;
  api_query_add(one, "limit", "1");
  int r = api_get(call_api(call), path, one, &list, error);
  if (r == 0 && call_json(call))
    r = show_whole(call, path, list, error);
  else if (r == 0) {
    if (json_is_true(json_object_get(list, "workshop")) && !call_plain(call))
      print_workshop(call, list);
    r = show_list(call, path, NULL, headings, member_row, "nobody is on it", error);
  }
  json_decref(list);
  return r;
}

static int put_workshop(Call *call, json_t *body, GError **error) {
  static const char *const words[] = {"room", "language", "facilitator", "rapporteur"};
  const char *question = call_value(call, "question");
  guint64 number;
  for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
    if (call_value(call, words[i]) != NULL)
      json_object_set_new(body, words[i], json_string(call_value(call, words[i])));
  if (question == NULL)
    return 0;
  if (!g_ascii_string_to_unsigned(question, 10, 1, 99, &number, NULL))
    return fault(error, FAULT_INPUT, "--question %s: a number from 1 to 99 is wanted here", question);
  json_object_set_new(body, "question", json_integer((json_int_t)number));
  return 0;
}

static int set(Call *call, GError **error) {
  g_autofree char *path = api_path("lists", call_argument(call, 0), NULL);
  json_t *answer = NULL, *body = json_object();
  int r = put_workshop(call, body, error);
  if (r == 0)
    r = api_send(call_api(call), "PUT", path, NULL, body, &answer, error);
  json_decref(body);
  return r < 0 ? r : show_changed(call, answer, "noted");
}

static int create(Call *call, GError **error) {
  json_t *answer = NULL;
  json_t *body = json_pack("{s:s, s:s?, s:b}", "name", call_argument(call, 0), "rule",
                           call_value(call, "rule"), "workshop", call_flag(call, "workshop"));
  int r = put_workshop(call, body, error);
  if (r == 0)
    r = api_send(call_api(call), "POST", "lists", NULL, body, &answer, error);
  json_decref(body);
  return r < 0 ? r : show_changed(call, answer, call_argument(call, 0));
}

static int change(Call *call, const char *method, const char *role, GError **error) {
  g_autofree char *path = api_path("lists", call_argument(call, 0), "members", NULL);
  json_t *members = json_array(), *answer = NULL;
  for (guint i = 1; i < call_count(call); i++)
    json_array_append_new(members, json_string(call_argument(call, i)));
  json_t *body = json_pack("{s:o}", "contacts", members);
  if (role != NULL)
    json_object_set_new(body, "role", json_string(role));
  int r = api_send(call_api(call), method, path, NULL, body, &answer, error);
  json_decref(body);
  if (r < 0)
    return r;
  g_autofree char *size = show_count(show_int(answer, "size"));
  g_autofree char *sentence = g_strdup_printf("%s has %s members now", call_argument(call, 0), size);
  return show_changed(call, answer, sentence);
}

static int add(Call *call, GError **error) {
  return change(call, "POST", call_value(call, "role"), error);
}

static int take_off(Call *call, GError **error) {
  return change(call, "DELETE", NULL, error);
}

#define WORKSHOP_OPTIONS                                                                                     \
  {"question", OPTION_VALUE, "N", "the question that the workshop works on", FALSE},                         \
      {"room", OPTION_VALUE, "ROOM", "where it sits", FALSE},                                                \
      {"language", OPTION_VALUE, "LANGUAGE", "in which it works: fr, en, es or pt", FALSE},                  \
      {"facilitator", OPTION_VALUE, "ID", "who leads it", FALSE}, {                                          \
    "rapporteur", OPTION_VALUE, "ID", "who notes its proposals", FALSE                                       \
  }

static const Option set_options[] = {WORKSHOP_OPTIONS, {0}};
static const Option add_options[] = {
    {"role", OPTION_VALUE, "TEXT", "as what: president, secretary, member of the committee", FALSE}, {0}};
static const Option create_options[] = {
    {"rule", OPTION_VALUE, "RULE", "\"field=value,value field=value\" instead of members by hand", FALSE},
    {"workshop", OPTION_FLAG, NULL, "a workshop of 10 to 15 persons", FALSE},
    WORKSHOP_OPTIONS,
    {0}};

const Command lists_commands[] = {
    {"lists", "create", "NAME", "Create a list, by hand or by rule", create_options, 0, create},
    {"lists", "list", NULL, "All lists", NULL, COMMAND_LIST, list},
    {"lists", "show", "NAME", "The members of a list; of a workshop its seats and balance too", NULL,
     COMMAND_LIST, show},
    {"lists", "set", "NAME", "Change what is noted of a workshop", set_options, 0, set},
    {"lists", "add", "NAME ID...", "Put contacts on a list, or give them a role there", add_options, 0, add},
    {"lists", "remove", "NAME ID...", "Take contacts off a list", NULL, 0, take_off},
    {0}};
