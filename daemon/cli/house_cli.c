/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/groups.h"
#include "cli/show.h"
#include "cli/table.h"

static int change_hold(Call *call, const char *path, const char *sentence, GError **error) {
  json_t *answer = NULL, *body = json_pack("{s:s}", "reason", call_value(call, "reason"));
  int r = api_send(call_api(call), "POST", path, NULL, body, &answer, error);
  json_decref(body);
  return r < 0 ? r : show_changed(call, answer, sentence);
}

static int hold(Call *call, GError **error) {
  return change_hold(call, "hold", "sending is on hold; messages under way end by themselves", error);
}

static int unhold(Call *call, GError **error) {
  return change_hold(call, "unhold", "sending goes on", error);
}

static char *hold_text(Call *call, const json_t *status) {
  const json_t *hold_value = json_object_get(status, "hold");
  if (!json_is_object(hold_value))
    return g_strdup("no");
  g_autofree char *at = show_time(call, hold_value, "at");
  return g_strdup_printf("since %s by %s: %s", at, show_text(hold_value, "by"),
                         show_text(hold_value, "reason"));
}

static char *couriers_text(const json_t *status) {
  return g_strdup_printf("%" G_GINT64_FORMAT ", %" G_GINT64_FORMAT " at work", show_int(status, "couriers"),
                         show_int(status, "busy"));
}

static char *journal_text(const json_t *status) {
  const json_t *journal = json_object_get(status, "journal");
  return g_strdup_printf("%" G_GINT64_FORMAT ":%s", show_int(journal, "index"), show_text(journal, "digest"));
}

static char *letters_text(Call *call, const json_t *status) {
  const json_t *letters = json_object_get(status, "head_letters");
  g_autofree char *at = show_time(call, letters, "last_at");
  if (show_int(letters, "head") == 0)
    return g_strdup("none yet");
  return g_strdup_printf("number %" G_GINT64_FORMAT ", %s%s", show_int(letters, "head"), at,
                         show_int(letters, "doubtful") > 0 ? "; some are in doubt" : "");
}

static char *store_text(const json_t *status) {
  const json_t *store = json_object_get(status, "store");
  return g_strdup_printf("%s, synchronous %" G_GINT64_FORMAT ", %" G_GINT64_FORMAT " KiB",
                         show_text(store, "journal_mode"), show_int(store, "synchronous"),
                         show_int(store, "bytes") / 1024);
}

static void print_relays(Call *call, const json_t *relays) {
  for (size_t i = 0; i < json_array_size(relays); i++) {
    const json_t *relay = json_array_get(relays, i);
    g_autofree char *until = show_time(call, relay, "resting_until");
    gboolean up = json_is_true(json_object_get(relay, "up"));
    fprintf(call_out(call),
            "  relay %s (%s): %s%s%s%s, %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " connections\n",
            show_text(relay, "name"), show_text(relay, "url"),
            up               ? "up"
            : *until != '\0' ? "rests until "
                             : "on trial",
            up ? "" : until, *show_text(relay, "words") != '\0' ? ": " : "", show_text(relay, "words"),
            show_int(relay, "connections"), show_int(relay, "connections_max"));
  }
}

static void print_mailboxes(Call *call, const json_t *mailboxes) {
  for (size_t i = 0; i < json_array_size(mailboxes); i++) {
    const json_t *mailbox = json_array_get(mailboxes, i);
    g_autofree char *passed = show_time(call, mailbox, "passed_at");
    g_autofree char *since = show_time(call, mailbox, "trouble_since");
    fprintf(call_out(call), "  mailbox %s (%s): ", show_text(mailbox, "name"), show_text(mailbox, "url"));
    if (!json_is_true(json_object_get(mailbox, "read")))
      fputs("not touched, because this is a rehearsal\n", call_out(call));
    else if (*since != '\0')
      fprintf(call_out(call), "in trouble since %s: %s%s%s\n", since, show_text(mailbox, "trouble"),
              *passed != '\0' ? "; all of it was kept last at " : "", passed);
    else if (*passed != '\0')
      fprintf(call_out(call), "all of it is kept, looked at %s\n", passed);
    else
      fputs("not looked at yet\n", call_out(call));
  }
}

/* Who waits by the clock and the calendar, and until when. */
static void print_waits(Call *call, const json_t *waits) {
  static const char *const whose[] = {"offices", "attendees"};
  for (gsize i = 0; i < G_N_ELEMENTS(whose); i++) {
    const json_t *wait = json_object_get(waits, whose[i]);
    g_autofree char *until = show_time(call, wait, "until");
    if (json_is_object(wait))
      fprintf(call_out(call), "  mail to %s waits until %s: %s\n", whose[i], until, show_text(wait, "why"));
  }
}

/* Which reminder comes by itself and when, or waits for whom. */
static void print_reminders(Call *call, const json_t *reminders) {
  for (size_t i = 0; i < json_array_size(reminders); i++) {
    const json_t *one = json_array_get(reminders, i);
    const char *mailing = show_text(one, "mailing"), *reminder = show_text(one, "reminder");
    g_autofree char *due = show_time(call, one, "due");
    fprintf(call_out(call), "  reminder %" G_GINT64_FORMAT " of %s ", show_int(one, "number"), mailing);
    if (*reminder == '\0')
      fprintf(call_out(call), "is drafted by itself on %s\n", due);
    else if (*show_text(one, "trouble") != '\0')
      fprintf(call_out(call), "is %s, %s, which could not be submitted: %s\n", reminder,
              show_text(one, "state"), show_text(one, "trouble"));
    else
      fprintf(call_out(call), "is %s, %s\n", reminder, show_text(one, "state"));
  }
}

/* The process that reads messages: one word more when all is well would be one too many. */
static char *reader_text(const json_t *status) {
  const json_t *reader = json_object_get(status, "reader");
  gboolean running = json_is_true(json_object_get(reader, "running"));
  gint64 restarts = show_int(reader, "restarts"), quarantined = show_int(reader, "quarantined");
  GString *text = g_string_new(running ? "runs" : "does not run");
  g_string_append_printf(text, ", %" G_GINT64_FORMAT " read", show_int(reader, "read"));
  if (restarts > 0)
    g_string_append_printf(text, ", started anew %" G_GINT64_FORMAT " times (%s)", restarts,
                           show_text(reader, "ended"));
  if (quarantined > 0)
    g_string_append_printf(text, ", %" G_GINT64_FORMAT " in quarantine", quarantined);
  return g_string_free(text, FALSE);
}

static void print_status(Call *call, const json_t *status) {
  g_autofree char *counts = show_counts(json_object_get(status, "counts")), *held = hold_text(call, status);
  g_autofree char *couriers = couriers_text(status), *journal = journal_text(status),
                  *store = store_text(status), *reader = reader_text(status),
                  *letters = letters_text(call, status);
  g_autofree char *now = show_time(call, status, "now");
  const json_t *user = json_object_get(status, "user"), *warnings = json_object_get(status, "warnings");
  g_autofree char *who = g_strdup_printf("%s (%s)", show_text(user, "name"), show_text(user, "roles"));
  table_block(call_out(call), call_plain(call), "version", show_text(status, "version"), "mode",
              show_text(status, "mode"), "state", show_text(status, "state_dir"), "you", who, "now", now,
              "hold", held, "couriers", couriers, "relay", show_text(status, "relay"), "deliveries", counts,
              "reader", reader, "journal", journal, "head mailed", letters, "store", store, NULL);
  print_relays(call, json_object_get(status, "relays"));
  print_mailboxes(call, json_object_get(status, "mailboxes"));
  print_waits(call, json_object_get(status, "waits"));
  print_reminders(call, json_object_get(status, "reminders"));
  for (size_t i = 0; i < json_array_size(warnings); i++)
    fprintf(call_out(call), "warning: %s\n", json_string_value(json_array_get(warnings, i)));
}

static int status(Call *call, GError **error) {
  return show_one(call, "status", NULL, print_status, error);
}

static void print_finding(Call *call, const json_t *item) {
  fprintf(call_out(call), "%-8s %-14s %s\n", show_text(item, "state"), show_text(item, "check"),
          show_text(item, "text"));
  if (*show_text(item, "remedy") != '\0')
    fprintf(call_out(call), "%-8s %-14s do: %s\n", "", "", show_text(item, "remedy"));
}

/* Exit status 1 when anything is an error, so that a script may ask. */
static int doctor(Call *call, GError **error) {
  json_t *answer = NULL;
  int r = api_get(call_api(call), "doctor", NULL, &answer, error);
  if (r < 0)
    return r;
  const json_t *items = json_object_get(answer, "items");
  int exit_status = EXIT_DONE;
  for (size_t i = 0; i < json_array_size(items); i++) {
    const json_t *item = json_array_get(items, i);
    if (g_str_equal(show_text(item, "state"), "error"))
      exit_status = EXIT_RULE;
    if (!call_json(call))
      print_finding(call, item);
  }
  if (call_json(call))
    show_json(call, answer);
  json_decref(answer);
  return exit_status;
}

static const Option reason_options[] = {
    {"reason", OPTION_VALUE, "TEXT", "why; it stands in the journal", TRUE}, {0}};

const Command house_commands[] = {
    {"hold", NULL, NULL, "Hold all sending, at once and until unhold", reason_options, 0, hold},
    {"unhold", NULL, NULL, "Allow sending again", reason_options, 0, unhold},
    {"status", NULL, NULL, "How the house is", NULL, 0, status},
    {"doctor", NULL, NULL,
     "Check configuration, permissions, disk, database, journal, documents, relays and mailboxes", NULL, 0,
     doctor},
    {0}};
