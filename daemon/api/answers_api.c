/* SPDX-License-Identifier: GPL-3.0-or-later */
/* answers_api.c - what addressees answered, who is missing, and reminders */
#include <string.h>

#include "api/answers_json.h"
#include "api/handlers.h"
#include "api/mailings_api.h"
#include "base/fault.h"
#include "base/text.h"
#include "contacts/ground.h"
#include "mailing/reminder.h"

#define DAYS_MAX 3660

/* ---- lines ---- */

static int look_for_approval(const Ground *ground, gpointer data, G_GNUC_UNUSED GError **error) {
  gboolean *found = data;
  *found = *found || ground->kind == GROUND_APPROVAL;
  return 0;
}

/* Support is a ground only once a person confirms it (`contacts ground`). */
static int add_ground_to_do(const Ask *ask, Link *link, const SurveyLine *line, json_t *to, GError **error) {
  gboolean found = FALSE;
  if (!line->support || !line->restricted)
    return 0;
  Day today = day_of_moment(clock_wall(ask->house->clock), NULL);
  int r = ground_each(link, line->contact, today, ask_clearance(ask), look_for_approval, &found, error);
  if (r == 0 && !found)
    json_array_append_new(to, json_string("confirm-ground"));
  return r;
}

static const Acknowledgement *negative_of(const SurveyLine *line) {
  if (line->beside != NULL)
    return line->beside;
  return line->shown != NULL && line->shown->meaning >= MEANING_OBJECTION ? line->shown : NULL;
}

/* What only a person can do about it. */
static int to_do_json(const Ask *ask, Link *link, const SurveyLine *line, json_t **ret, GError **error) {
  const Acknowledgement *negative = negative_of(line);
  *ret = json_array();
  if (negative != NULL && negative->meaning == MEANING_OBJECTION)
    json_array_append_new(*ret, json_string("settle-objection"));
  if (negative != NULL && negative->meaning == MEANING_WRONG_ADDRESSEE)
    json_array_append_new(*ret, json_string("correct-contact"));
  int r = add_ground_to_do(ask, link, line, *ret, error);
  if (r < 0)
    g_clear_pointer(ret, json_decref);
  return r;
}

static json_t *waiver_json(const SurveyLine *l) {
  if (l->waived_reason == NULL)
    return json_null();
  return json_pack("{s:s, s:o, s:s?}", "reason", l->waived_reason, "at", ask_time(l->waived_at), "by",
                   l->waived_by);
}

static int line_json(const Ask *ask, Link *link, const SurveyLine *l, json_t **ret, GError **error) {
  json_t *to_do = NULL;
  int r = to_do_json(ask, link, l, &to_do, error);
  if (r < 0)
    return r;
  *ret = json_pack("{s:o, s:o, s:o, s:s?, s:s?, s:s?, s:s, s:o, s:o, s:s?, s:o, s:o, s:o, s:o, s:o}",
                   "addressee", ask_ident(IDENT_ADDRESSEE, l->addressee), "mailing",
                   ask_ident(IDENT_MAILING, l->mailing), "contact", ask_ident(IDENT_CONTACT, l->contact),
                   "name", l->name, "country", l->country, "language", l->language, "state",
                   standing_state_name(l->state), "since", ask_time(l->since), "delivery",
                   ask_ident(IDENT_DELIVERY, l->delivery), "delivery_state", l->delivery_state, "reached_at",
                   ask_time(l->reached_at), "acknowledgement", answers_json_event(l->shown), "beside",
                   answers_json_event(l->beside), "waiver", waiver_json(l), "to_do", to_do);
  return 0;
}

/* "3": whom the letter reached three days ago or earlier. */
static int read_days(const Ask *ask, gint64 *ret, GError **error) {
  const char *text = NULL;
  gint64 days = 0;
  int r = ask_query_text(ask, "days", &text, error);
  if (r < 0 || text == NULL)
    return r;
  if (!g_ascii_string_to_signed(text, 10, 0, DAYS_MAX, &days, NULL))
    return fault(error, FAULT_INPUT, "days: \"%s\" is no number of days from 0 to %d", text, DAYS_MAX);
  *ret = clock_wall(ask->house->clock) - days * DAY;
  return 0;
}

static int read_filter(const Ask *ask, SurveyFilter *f, GError **error) {
  static const char *const known[] = {"mailing", "missing", "kind",  "country", "language",
                                      "days",    "after",   "limit", NULL};
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = ask_query_id(ask, "mailing", IDENT_MAILING, &f->mailing, error);
  if (r == 0 && f->mailing == 0)
    r = fault(error, FAULT_INPUT, "mailing: is missing; say whose addressees, as in M-7");
  if (r == 0)
    r = ask_query_flag(ask, "missing", &f->missing, error);
  if (r == 0)
    r = ask_query_text(ask, "kind", &f->kind, error);
  if (r == 0 && f->kind != NULL && acknowledgement_kind_of(f->kind) == ACKNOWLEDGEMENT_KINDS)
    r = fault(error, FAULT_INPUT, "kind: \"%s\" is no kind of answer; `valise log kinds` shows them",
              f->kind);
  if (r == 0)
    r = ask_query_text(ask, "country", &f->country, error);
  if (r == 0)
    r = ask_query_text(ask, "language", &f->language, error);
  if (r == 0)
    r = read_days(ask, &f->reached_until, error);
  return r == 0 ? ask_page(ask, IDENT_ADDRESSEE, &f->after, &f->limit, error) : r;
}

int answers_api_list(Ask *ask, GError **error) {
  SurveyFilter filter = {0};
  g_autoptr(Link) link = NULL;
  g_autoptr(GPtrArray) lines = NULL;
  int r = read_filter(ask, &filter, error);
  if (r == 0)
    r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = survey_list(link, ask_clearance(ask), &filter, &lines, error);
  if (r < 0)
    return r;
  json_t *items = json_array(), *one = NULL;
  gint64 last = 0;
  for (guint i = 0; i < lines->len && r == 0; i++) {
    const SurveyLine *line = g_ptr_array_index(lines, i);
    last = line->addressee;
    r = line_json(ask, link, line, &one, error);
    if (r == 0)
      json_array_append_new(items, one);
  }
  if (r == 0)
    return ask_respond(ask, 200, ask_page_of(items, filter.limit, ask_ident(IDENT_ADDRESSEE, last)));
  json_decref(items);
  return r;
}

/* ---- one addressee ---- */

/* ADDRESSEE itself, or that of the first letter when it had a reminder. */
static int respond(Ask *ask, guint status, gint64 addressee, GError **error) {
  g_autoptr(Link) link = NULL;
  g_autoptr(Addressee) target = NULL;
  g_autoptr(SurveyLine) line = NULL;
  g_autoptr(GPtrArray) events = NULL;
  json_t *json = NULL;
  int r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = acknowledgement_target(link, ask_clearance(ask), addressee, &target, error);
  if (r == 0)
    r = survey_find(link, ask_clearance(ask), target->id, &line, error);
  if (r == 0)
    r = acknowledgement_events(link, ask_clearance(ask), target->id, &events, error);
  if (r == 0)
    r = line_json(ask, link, line, &json, error);
  if (r < 0)
    return r;
  json_t *list = json_array();
  for (guint i = 0; i < events->len; i++)
    json_array_append_new(list, answers_json_event(g_ptr_array_index(events, i)));
  json_object_set_new(json, "events", list);
  return ask_respond(ask, status, json);
}

int answers_api_show(Ask *ask, GError **error) {
  static const char *const known[] = {NULL};
  gint64 addressee;
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = ask_id(ask, IDENT_ADDRESSEE, &addressee, error);
  return r < 0 ? r : respond(ask, 200, addressee, error);
}

static int read_words(const Ask *ask, AcknowledgementNote *note, GError **error) {
  const struct {
    const char *name;
    gsize max;
    const char **to;
  } words[] = {{"kind", TEXT_NAME_MAX, &note->kind}, {"meaning", TEXT_NAME_MAX, &note->meaning},
               {"date", TEXT_NAME_MAX, &note->day},  {"by", TEXT_NAME_MAX, &note->by},
               {"note", TEXT_LINE_MAX, &note->note}, {"file_name", TEXT_NAME_MAX, &note->file_name}};
  int r = 0;
  for (gsize i = 0; i < G_N_ELEMENTS(words) && r == 0; i++)
    r = ask_text(ask, words[i].name, words[i].max, words[i].to, error);
  return r;
}

static int read_digest(const Ask *ask, Digest *digest, const Digest **ret, GError **error) {
  const char *text = NULL;
  int r = ask_text(ask, "file", DIGEST_HEX_SIZE, &text, error);
  if (r < 0 || text == NULL)
    return r;
  if (!digest_parse(text, digest))
    return fault(error, FAULT_INPUT,
                 "file: the SHA-256 of a file that was sent to evidence before is wanted");
  *ret = digest;
  return 0;
}

int answers_api_record(Ask *ask, GError **error) {
  static const char *const known[] = {"kind", "meaning", "date",      "received", "by",
                                      "note", "file",    "file_name", "corrects", NULL};
  AcknowledgementNote note = {0};
  Digest digest;
  gint64 event = 0;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = ask_id(ask, IDENT_ADDRESSEE, &note.addressee, error);
  if (r == 0)
    r = read_words(ask, &note, error);
  if (r == 0)
    r = ask_moment(ask, "received", 0, &note.received_at, error);
  if (r == 0)
    r = ask_int(ask, "corrects", 1, G_MAXINT64, 0, &note.corrects, error);
  if (r == 0)
    r = read_digest(ask, &digest, &note.file, error);
  if (r == 0)
    r = acknowledgement_record(ask->house->desk, ask->actor, &note, &event, error);
  return r < 0 ? r : respond(ask, 201, note.addressee, error);
}

int answers_api_waive(Ask *ask, GError **error) {
  static const char *const known[] = {"reason", NULL};
  const char *reason;
  gint64 addressee;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = ask_id(ask, IDENT_ADDRESSEE, &addressee, error);
  if (r == 0)
    r = ask_needed(ask, "reason", TEXT_LINE_MAX, &reason, error);
  if (r == 0)
    r = acknowledgement_waive(ask->house->desk, ask->actor, addressee, reason, error);
  return r < 0 ? r : respond(ask, 200, addressee, error);
}

/* What somebody scanned is handed out to be saved, never to be shown by a browser. */
int answers_api_file(Ask *ask, GError **error) {
  static const char *const known[] = {NULL};
  g_autoptr(Link) link = NULL;
  g_autoptr(Acknowledgement) event = NULL;
  g_autofree char *path = NULL;
  gint64 addressee;
  guint64 number = 0;
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = ask_id(ask, IDENT_ADDRESSEE, &addressee, error);
  if (r == 0 &&
      !g_ascii_string_to_unsigned(request_argument(ask->request, "event"), 10, 1, G_MAXINT64, &number, NULL))
    number = 0;
  if (r == 0)
    r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = acknowledgement_find(link, ask_clearance(ask), (gint64)number, &event, error);
  if (r == 0 && event->addressee != addressee)
    r = fault(error, FAULT_ABSENT, "there is no such answer");
  if (r == 0)
    r = acknowledgement_path(ask->house->desk, event, &path, error);
  if (r == 0)
    r = response_file(ask->response, 200, "application/octet-stream", path, error);
  if (r == 0)
    response_set_header(ask->response, "Content-Disposition", "attachment");
  return r;
}

/* ---- reminders ---- */

/* 201 made, 200 one waits already; "id" is null when nobody is silent. */
int answers_api_remind(Ask *ask, GError **error) {
  static const char *const known[] = {NULL};
  Reminder reminder;
  gint64 mailing;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = ask_id(ask, IDENT_MAILING, &mailing, error);
  if (r == 0)
    r = reminder_make(ask->house->desk, ask->actor, mailing, &reminder, error);
  if (r < 0)
    return r;
  if (reminder.mailing == 0)
    return ask_respond(ask, 200,
                       json_pack("{s:n, s:o, s:i}", "id", "reminds", ask_ident(IDENT_MAILING, reminder.base),
                                 "number", (int)reminder.number));
  return mailings_api_respond(ask, reminder.made ? 201 : 200, reminder.mailing, "number", reminder.number,
                              error);
}
