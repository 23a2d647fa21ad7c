/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sys/stat.h>

#include "api/handlers.h"
#include "api/inbound_api.h"
#include "api/mailboxes_json.h"
#include "api/reader_json.h"
#include "api/user.h"
#include "api/waits_api.h"
#include "base/fault.h"
#include "base/text.h"
#include "base/units.h"
#include "evidence/head_letter.h"
#include "mailing/reminding.h"
#include "outbox/timepiece.h"
#include "sign/key_end.h"

static json_t *hold_json(const Hold *hold) {
  return hold->held
             ? json_pack("{s:s, s:s, s:o}", "reason", hold->reason, "by", hold->by, "at", ask_time(hold->at))
             : json_null();
}

static json_t *journal_json(Journal *journal) {
  Head head;
  journal_head(journal, &head);
  return json_pack("{s:I, s:o}", "index", (json_int_t)head.index, "digest", ask_digest(&head.line));
}

/* When the last signed head was mailed, so that it lives elsewhere. */
static int head_letters_json(Link *link, json_t **ret, GError **error) {
  HeadLetterStatus letters;
  int r = head_letter_status(link, &letters, error);
  if (r == 0)
    *ret = json_pack("{s:o, s:I, s:I, s:I, s:I}", "last_at", ask_time(letters.relayed_at), "head",
                     (json_int_t)letters.head, "waiting", (json_int_t)letters.waiting, "doubtful",
                     (json_int_t)letters.doubtful, "refused", (json_int_t)letters.refused);
  return r;
}

static int store_json(Store *store, Link *link, json_t **ret, GError **error) {
  LinkPragmas pragmas;
  struct stat st = {0};
  gint64 commits, units;
  int r = link_pragmas(link, &pragmas, error);
  if (r < 0)
    return r;
  store_counts(store, &commits, &units);
  if (stat(store_path(store), &st) != 0)
    st.st_size = 0;
  *ret = json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:b}", "journal_mode", pragmas.journal_mode, "synchronous",
                   (json_int_t)pragmas.synchronous, "commits", (json_int_t)commits, "units",
                   (json_int_t)units, "longest_unit", (json_int_t)store_longest_unit(store), "bytes",
                   (json_int_t)st.st_size, "broken", store_is_broken(store));
  return 0;
}

static void add_relay(const Ask *ask, json_t *to) {
  OutboxStatus status;
  outbox_status(ask->house->outbox, &status);
  json_object_set_new(to, "couriers", json_integer(status.couriers));
  json_object_set_new(to, "busy", json_integer(status.busy));
  json_object_set_new(to, "stuck", json_boolean(status.stuck));
  json_object_set_new(to, "relay", status.relay != NULL ? json_string(status.relay) : json_null());
  json_object_set_new(to, "relay_words",
                      status.relay_words != NULL ? json_string(status.relay_words) : json_null());
  /* A running total of all mailings: those to offices are in it. */
  if (ask_clearance(ask) > 0)
    json_object_set_new(to, "relayed_since_start", json_integer(status.relayed));
  g_free(status.relay_words);
}

static void warn_of_time(const Ask *ask, json_t *to) {
  gint64 behind = timepiece_behind(ask->house->clock);
  g_autofree char *by = units_duration_text(behind / SECOND * SECOND);
  if (ask->house->config->valise.mode == CONFIG_REHEARSAL)
    json_array_append_new(to,
                          json_string("this is a rehearsal: nothing leaves, and the time is that of `valise "
                                      "clock`"));
  if (behind > 0)
    json_array_append_new(to,
                          json_sprintf("the clock was put back by %s: what had expired stays expired; if it "
                                       "is right now: `valise clock accept --reason ...`",
                                       by));
}

static void add_warning(G_GNUC_UNUSED const char *what, G_GNUC_UNUSED enum key_end end, const char *sentence,
                        gpointer data) {
  json_array_append_new(data, json_string(sentence));
}

static void warn_of_reader(const Ask *ask, json_t *list) {
  const char *remedy;
  g_autofree char *complaint = reader_json_complaint(ask, &remedy);
  if (complaint != NULL)
    json_array_append_new(list, json_sprintf("%s; %s", complaint, remedy));
}

static json_t *warnings_json(const Ask *ask, const Hold *hold, const gint64 counts[DELIVERY_STATES]) {
  json_t *list = json_array();
  OutboxStatus status;
  outbox_status(ask->house->outbox, &status);
  warn_of_time(ask, list);
  key_end_each(desk_keeper(ask->house->desk), ask->house->log_keeper, clock_wall(clock_system()), add_warning,
               list);
  if (store_is_broken(ask->house->store))
    json_array_append_new(
        list, json_string("the store is broken: nothing can be recorded and nothing is sent; look at "
                          "the disk, then restart"));
  if (status.stuck)
    json_array_append_new(list,
                          json_string("an outcome cannot be recorded; nothing new is sent until it is"));
  if (status.relay == NULL)
    json_array_append_new(list, json_sprintf("the relay is down: %s",
                                             status.relay_words != NULL ? status.relay_words : "no answer"));
  warn_of_reader(ask, list);
  if (hold->held)
    json_array_append_new(list, json_string("sending is on hold"));
  if (counts[DELIVERY_IN_DOUBT] > 0)
    json_array_append_new(list, json_sprintf("%lld in doubt: `valise deliveries list --state in-doubt`",
                                             (long long)counts[DELIVERY_IN_DOUBT]));
  mailboxes_json_warn(ask, list);
#ifdef VALISE_TEST_HOOKS
  json_array_append_new(list, json_string("this is a test build: it may wait less than RFC 5321 demands"));
#endif
  g_free(status.relay_words);
  return list;
}

/* A volunteer's counts are those of attendees; the running totals know no such difference. */
static int visible_counts(const Ask *ask, Link *link, gint64 counts[DELIVERY_STATES], GError **error) {
  return ask_clearance(ask) > 0 ? delivery_counts(link, 0, counts, error)
                                : outbox_counts_visible(link, ask_clearance(ask), counts, error);
}

static void add_about(const Ask *ask, json_t *to) {
  const Config *config = ask->house->config;
  json_object_set_new(to, "version", json_string(VALISE_VERSION));
  json_object_set_new(to, "mode", json_string(config->valise.mode == CONFIG_LIVE ? "live" : "rehearsal"));
#ifdef VALISE_TEST_HOOKS
  json_object_set_new(to, "test_hooks", json_true());
#else
  json_object_set_new(to, "test_hooks", json_false());
#endif
  json_object_set_new(to, "state_dir", json_string(config->valise.state_dir));
  json_object_set_new(to, "time_zone", json_string(config->organisation.time_zone));
  json_object_set_new(to, "now", ask_time(clock_wall(ask->house->clock)));
  g_autofree char *roles = roles_text(ask->actor->roles);
  json_object_set_new(to, "user", json_pack("{s:s, s:s}", "name", ask->actor->name, "roles", roles));
}

/* What is due by itself, and what waits for a person. */
static int reminders_json(const Ask *ask, Link *link, json_t **ret, GError **error) {
  g_autoptr(GPtrArray) list = NULL;
  int r = reminding_list(ask->house->desk, link, ask_clearance(ask), &list, error);
  if (r < 0)
    return r;
  *ret = json_array();
  for (guint i = 0; i < list->len; i++) {
    const Reminding *one = g_ptr_array_index(list, i);
    json_array_append_new(
        *ret, json_pack("{s:o, s:I, s:o, s:o, s:s?, s:s?}", "mailing", ask_ident(IDENT_MAILING, one->mailing),
                        "number", (json_int_t)one->number, "due", ask_time(one->due), "reminder",
                        ask_ident(IDENT_MAILING, one->reminder), "state",
                        one->reminder != 0 ? mailing_state_name(one->state) : NULL, "trouble", one->trouble));
  }
  return 0;
}

int house_api_status(Ask *ask, GError **error) {
  static const char *const known[] = {NULL};
  g_autoptr(Link) link = NULL;
  g_auto(Hold) hold = {0};
  gint64 counts[DELIVERY_STATES];
  json_t *store = NULL, *reminders = NULL;
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = outbox_hold_read(link, &hold, error);
  if (r == 0)
    r = visible_counts(ask, link, counts, error);
  if (r == 0)
    r = reminders_json(ask, link, &reminders, error);
  if (r == 0)
    r = store_json(ask->house->store, link, &store, error);
  if (r < 0)
    json_decref(reminders);
  if (r < 0)
    return r;
  json_t *status = json_object();
  add_about(ask, status);
  json_object_set_new(status, "hold", hold_json(&hold));
  add_relay(ask, status);
  waits_api_add_status(ask, status);
  json_object_set_new(status, "mailboxes", mailboxes_json(ask));
  json_object_set_new(status, "counts", ask_counts(counts));
  json_object_set_new(status, "reminders", reminders);
  json_object_set_new(status, "journal", journal_json(ask->house->journal));
  json_object_set_new(status, "store", store);
  json_object_set_new(status, "reader", reader_json(ask));
  json_object_set_new(status, "warnings", warnings_json(ask, &hold, counts));
  json_t *letters = NULL;
  r = head_letters_json(link, &letters, error);
  if (r == 0)
    json_object_set_new(status, "head_letters", letters);
  if (r == 0)
    r = inbound_api_add_status(ask, link, status, error);
  if (r == 0)
    return ask_respond(ask, 200, status);
  json_decref(status);
  return r;
}

typedef int (*HoldAct)(Outbox *outbox, const Actor *actor, const char *reason, GError **error);

static int act_on_hold(Ask *ask, HoldAct act, GError **error) {
  static const char *const known[] = {"reason", NULL};
  const char *reason;
  g_auto(Hold) hold = {0};
  g_autoptr(Link) link = NULL;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = ask_needed(ask, "reason", TEXT_LINE_MAX, &reason, error);
  if (r == 0)
    r = act(ask->house->outbox, ask->actor, reason, error);
  if (r == 0)
    r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = outbox_hold_read(link, &hold, error);
  if (r < 0)
    return r;
  ask->house->wake(ask->house->wake_data);
  return ask_respond(ask, 200, json_pack("{s:o}", "hold", hold_json(&hold)));
}

int house_api_hold(Ask *ask, GError **error) {
  return act_on_hold(ask, outbox_hold, error);
}

int house_api_unhold(Ask *ask, GError **error) {
  return act_on_hold(ask, outbox_unhold, error);
}
