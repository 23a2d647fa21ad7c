/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/groups.h"
#include "cli/show.h"
#include "cli/table.h"

static void delivery_row(G_GNUC_UNUSED Call *call, const json_t *item, char **cells) {
  const json_t *attempts = json_object_get(item, "attempts");
  const json_t *last = json_array_get(attempts, json_array_size(attempts) - 1);
  static const char *const keys[] = {"id", "mailing", "contact", "address", "language", "state", "reason"};
  for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
    cells[i] = g_strdup(show_text(item, keys[i]));
  cells[7] = g_strdup(show_text(last, "reply"));
}

static int list(Call *call, GError **error) {
  static const char *const headings[] = {"ID",    "MAILING", "CONTACT",    "ADDRESS", "LANGUAGE",
                                         "STATE", "REASON",  "LAST WORDS", NULL};
  g_autoptr(ApiQuery) query = api_query_new();
  api_query_add(query, "mailing", call_value(call, "mailing"));
  for (const char *const *state = call_values(call, "state"); *state != NULL; state++)
    api_query_add(query, "state", *state);
  api_query_add(query, "country", call_value(call, "country"));
  api_query_add(query, "contact", call_value(call, "contact"));
  return show_list(call, "deliveries", query, headings, delivery_row, "no deliveries", error);
}

static void print_attempts(Call *call, const json_t *attempts) {
  for (size_t i = 0; i < json_array_size(attempts); i++) {
    const json_t *a = json_array_get(attempts, i);
    g_autofree char *at = show_time(call, a, "time");
    fprintf(call_out(call), "  %s  %s by %s at %s: %s%s%s\n", at, show_text(a, "outcome"),
            show_text(a, "relay"), show_text(a, "step"), show_text(a, "reply"),
            *show_text(a, "tls") != '\0' ? "  " : "", show_text(a, "tls"));
  }
}

static void print_timeline(Call *call, const json_t *timeline) {
  for (size_t i = 0; i < json_array_size(timeline); i++) {
    const json_t *e = json_array_get(timeline, i);
    g_autofree char *at = show_time(call, e, "time");
    fprintf(call_out(call), "  %s  %-20s %s%s%s\n", at, show_text(e, "kind"), show_text(e, "user"),
            *show_text(e, "text") != '\0' ? ": " : "", show_text(e, "text"));
  }
}

static void print_delivery(Call *call, const json_t *d) {
  g_autofree char *due = show_time(call, d, "due"), *from = show_time(call, d, "resend_from");
  table_block(call_out(call), call_plain(call), "delivery", show_text(d, "id"), "mailing",
              show_text(d, "mailing"), "addressee", show_text(d, "addressee"), "contact",
              show_text(d, "contact"), "address", show_text(d, "address"), "language",
              show_text(d, "language"), "variant", show_text(d, "variant"), "state", show_text(d, "state"),
              "reason", show_text(d, "reason"), "not before", due, "resend from", from, "message-id",
              show_text(d, "message_id"), "sha256", show_text(d, "sha256"), NULL);
  fputs("attempts\n", call_out(call));
  print_attempts(call, json_object_get(d, "attempts"));
  fputs("timeline\n", call_out(call));
  print_timeline(call, json_object_get(d, "timeline"));
}

static int show(Call *call, GError **error) {
  g_autofree char *path = api_path("deliveries", call_argument(call, 0), NULL);
  return show_one(call, path, NULL, print_delivery, error);
}

static int settle(Call *call, GError **error) {
  g_autofree char *path = api_path("deliveries", call_argument(call, 0), "settle", NULL);
  json_t *answer = NULL;
  json_t *body =
      json_pack("{s:s, s:s, s:b}", "as", call_value(call, "as"), "reason", call_value(call, "reason"),
                "accept_duplicate", call_flag(call, "i-accept-a-duplicate"));
  int r = api_send(call_api(call), "POST", path, NULL, body, &answer, error);
  json_decref(body);
  if (r < 0)
    return r;
  g_autofree char *sentence =
      g_strdup_printf("%s is %s", show_text(answer, "id"), show_text(answer, "state"));
  return show_changed(call, answer, sentence);
}

static const Option list_options[] = {
    {"mailing", OPTION_VALUE, "ID", "of this mailing", FALSE},
    {"state", OPTION_LIST, "STATE", "in this state; may be repeated", FALSE},
    {"country", OPTION_VALUE, "CODE", "to this country", FALSE},
    {"contact", OPTION_VALUE, "ID", "to this contact", FALSE},
    {0}};
static const Option settle_options[] = {
    {"as", OPTION_VALUE, "presumed|resend", "treat it as sent, or send it (again)", TRUE},
    {"reason", OPTION_VALUE, "TEXT", "on what evidence; it stands in the journal", TRUE},
    {"i-accept-a-duplicate", OPTION_FLAG, NULL, "send again although a copy may have arrived", FALSE},
    {0}};

const Command deliveries_commands[] = {
    {"deliveries", "list", NULL, "Deliveries, by mailing, state, country or contact", list_options,
     COMMAND_LIST, list},
    {"deliveries", "show", "ID", "The whole story of one delivery, with the far side's words", NULL, 0, show},
    {"deliveries", "settle", "ID", "Decide about a delivery that only a person can decide", settle_options, 0,
     settle},
    {0}};
