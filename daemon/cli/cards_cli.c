/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cards_cli.c - two contacts that are one, and one who wishes to be forgotten */
#include "base/fault.h"
#include "cli/groups.h"
#include "cli/show.h"
#include "cli/table.h"

/* ---- duplicates ---- */

static void pair_row(G_GNUC_UNUSED Call *call, const json_t *item, char **cells) {
  cells[0] = show_count(show_int(item, "score"));
  cells[1] = g_strdup(show_text(item, "a"));
  cells[2] = g_strdup(show_text(item, "a_name"));
  cells[3] = g_strdup(show_text(item, "b"));
  cells[4] = g_strdup(show_text(item, "b_name"));
  cells[5] = show_joined(json_object_get(item, "reasons"));
}

static int list_pairs(Call *call, GError **error) {
  static const char *const headings[] = {">SCORE", "A", "NAME", "B", "NAME", "REASONS", NULL};
  g_autoptr(ApiQuery) query = api_query_new();
  api_query_add(query, "kind", call_value(call, "kind"));
  api_query_add(query, "min-score", call_value(call, "min-score"));
  /* Each page is looked for anew. */
  api_query_add(query, "limit", "1000");
  return show_list(call, "duplicates", query, headings, pair_row, "no contacts that look alike", error);
}

static int mark_pair(Call *call, gboolean distinct, GError **error) {
  json_t *answer = NULL, *body = json_pack("{s:s, s:s, s:b}", "a", call_argument(call, 0), "b",
                                           call_argument(call, 1), "distinct", distinct);
  int r = api_send(call_api(call), "POST", "duplicates", NULL, body, &answer, error);
  json_decref(body);
  return r < 0 ? r
               : show_changed(call, answer,
                              distinct ? "noted: they are not the same" : "noted: they may be the same");
}

static int duplicates(Call *call, GError **error) {
  gboolean distinct = call_flag(call, "distinct"), same = call_flag(call, "same");
  if (distinct && same)
    return fault(error, FAULT_INPUT, "duplicates takes --distinct or --same, not both");
  if ((distinct || same) != (call_count(call) == 2) || (!distinct && !same && call_count(call) > 0))
    return fault(error, FAULT_INPUT,
                 "duplicates --distinct A B (or --same A B) names two contacts; without it none");
  return distinct || same ? mark_pair(call, distinct, error) : list_pairs(call, error);
}

/* ---- merging ---- */

static void add_count(GString *to, const json_t *report, const char *key, const char *word) {
  gint64 count = show_int(report, key);
  if (count > 0)
    g_string_append_printf(to, "%s%" G_GINT64_FORMAT " %s%s", to->len > 0 ? ", " : "", count, word,
                           count > 1 ? "s" : "");
}

static void print_merged(Call *call, const json_t *r) {
  static const char *const counts[][2] = {{"channels", "channel"},       {"tenures", "tenure"},
                                          {"grounds", "ground"},         {"lists", "list"},
                                          {"memberships", "membership"}, {"objections", "wish"}};
  g_autoptr(GString) taken = g_string_new(NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(counts); i++)
    add_count(taken, r, counts[i][0], counts[i][1]);
  if (*show_text(r, "fields") != '\0')
    g_string_append_printf(taken, "%s%s", taken->len > 0 ? ", " : "", show_text(r, "fields"));
  fprintf(call_out(call), "%s %s into %s: %s\n", show_text(r, "gone"),
          json_is_true(json_object_get(r, "dry_run")) ? "would go" : "went", show_text(r, "kept"),
          taken->len > 0 ? taken->str : "nothing that it had not already");
  if (json_is_true(json_object_get(r, "objects")))
    fprintf(call_out(call), "%s wishes not to be written to by it\n", show_text(r, "kept"));
}

/* One of the two verbs, on the contacts of the call. */
static int send_pair(Call *call, const char *verb, json_t **ret, GError **error) {
  g_autofree char *path = api_path("contacts", call_argument(call, 0), verb, NULL);
  json_t *body = json_pack("{s:s, s:b}", "contact", call_argument(call, 1), "dry_run", call_dry_run(call));
  int r = api_send(call_api(call), "POST", path, NULL, body, ret, error);
  json_decref(body);
  return r;
}

static void print_parted(Call *call, const json_t *r) {
  fprintf(call_out(call), "%s %s of %s again\n", show_text(r, "gone"),
          json_is_true(json_object_get(r, "dry_run")) ? "would come out" : "came out", show_text(r, "kept"));
}

static int show_answer(Call *call, json_t *answer, ShowPrint print) {
  if (call_json(call))
    show_json(call, answer);
  else
    print(call, answer);
  json_decref(answer);
  return 0;
}

static int merge(Call *call, GError **error) {
  json_t *answer = NULL;
  int r = send_pair(call, "merge", &answer, error);
  return r < 0 ? r : show_answer(call, answer, print_merged);
}

static int unmerge(Call *call, GError **error) {
  json_t *answer = NULL;
  int r = send_pair(call, "unmerge", &answer, error);
  return r < 0 ? r : show_answer(call, answer, print_parted);
}

/* ---- erasing, reviewing ---- */

static void print_erased(Call *call, const json_t *r) {
  static const char *const counts[][2] = {
      {"channels", "channel"}, {"lists", "list"}, {"objections", "wish"}, {"entries", "log text"}};
  gboolean dry = json_is_true(json_object_get(r, "dry_run"));
  g_autoptr(GString) gone = g_string_new(NULL), stay = g_string_new(NULL);
  if (json_is_true(json_object_get(r, "erased_before"))) {
    fprintf(call_out(call), "%s was erased before\n", show_text(r, "id"));
    return;
  }
  for (gsize i = 0; i < G_N_ELEMENTS(counts); i++)
    add_count(gone, r, counts[i][0], counts[i][1]);
  add_count(stay, r, "tenures", "tenure");
  fprintf(call_out(call), "%s %s%s%s%s%s%s\n", show_text(r, "id"), dry ? "would be erased" : "is erased",
          gone->len > 0 ? ", with " : "", gone->str, stay->len > 0 ? "; without a name stay " : "", stay->str,
          stay->len > 0 ? " of an office" : "");
  if (json_is_true(json_object_get(r, "log_left")))
    fputs("somebody was reading: traces may stay in the log of the database until the daemon starts again\n",
          call_out(call));
}

static int erase(Call *call, GError **error) {
  g_autofree char *path = api_path("contacts", call_argument(call, 0), "erase", NULL);
  json_t *answer = NULL, *body = json_pack("{s:b}", "dry_run", call_dry_run(call));
  int r = api_send(call_api(call), "POST", path, NULL, body, &answer, error);
  json_decref(body);
  return r < 0 ? r : show_answer(call, answer, print_erased);
}

static int review_one(Call *call, const char *contact, json_t *answers, GError **error) {
  g_autofree char *path = api_path("contacts", contact, "review", NULL);
  json_t *answer = NULL, *body = json_object();
  int r = api_send(call_api(call), "POST", path, NULL, body, &answer, error);
  json_decref(body);
  if (r == 0)
    json_array_append_new(answers, answer);
  return r;
}

static int review(Call *call, GError **error) {
  json_t *answers = json_array();
  int r = 0;
  for (guint i = 0; i < call_count(call) && r == 0; i++)
    r = review_one(call, call_argument(call, i), answers, error);
  if (r < 0) {
    json_decref(answers);
    return r;
  }
  return show_changed(call, answers, "noted");
}

static const Option duplicates_options[] = {
    {"kind", OPTION_VALUE, "KIND", "person, office or organisation", FALSE},
    {"min-score", OPTION_VALUE, "N", "pairs from this score on (1 to 100; 50 unless told)", FALSE},
    {"distinct", OPTION_FLAG, NULL, "A and B are not the same: never show the pair again", FALSE},
    {"same", OPTION_FLAG, NULL, "A and B may be the same after all", FALSE},
    {0}};

const Command cards_commands[] = {
    {"contacts", "duplicates", "[A] [B]", "Contacts that may be one, with score and reasons",
     duplicates_options, COMMAND_LIST, duplicates},
    {"contacts", "merge", "A B", "B goes into A; the stricter of two wishes holds", NULL, COMMAND_DRY_RUN,
     merge},
    {"contacts", "unmerge", "A B", "B comes out of A again, exactly, unless A was changed since", NULL,
     COMMAND_DRY_RUN, unmerge},
    {"contacts", "erase", "ID", "Forget a person for good: only the number and keyed digests stay", NULL,
     COMMAND_DRY_RUN, erase},
    {"contacts", "review", "ID...", "A person saw that what is noted is right", NULL, 0, review},
    {0}};
