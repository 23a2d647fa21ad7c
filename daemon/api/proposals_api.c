/* SPDX-License-Identifier: GPL-3.0-or-later */
/* proposals_api.c - what was put forward, and the draft of a synthesis */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "api/contact_json.h"
#include "api/handlers.h"
#include "api/proposals_json.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/text.h"
#include "contacts/list.h"
#include "proposals/draft.h"
#include "proposals/sheet.h"
#include "proposals/split.h"
#include "proposals/synthesis.h"
#include "proposals/taking.h"

/* ---- questions in paths, queries and bodies ---- */

/* "none" is 0. */
static int parse_question(const char *text, gint64 *ret, GError **error) {
  if (g_str_equal(text, "none")) {
    *ret = 0;
    return 0;
  }
  if (!g_ascii_string_to_signed(text, 10, 1, QUESTION_MAX, ret, NULL))
    return fault(error, FAULT_INPUT, "question: \"%s\" is no number from 1 to %d, and not \"none\"", text,
                 QUESTION_MAX);
  return 0;
}

static int query_question(const Ask *ask, gint64 *ret, GError **error) {
  const char *text = NULL;
  int r = ask_query_text(ask, "question", &text, error);
  *ret = PROPOSAL_ANY;
  return r == 0 && text != NULL ? parse_question(text, ret, error) : r;
}

static int query_edition(const Ask *ask, gint64 *ret, GError **error) {
  const char *text = NULL;
  int r = ask_query_text(ask, "edition", &text, error);
  if (r == 0 && text != NULL && !g_ascii_string_to_signed(text, 10, 1, 999, ret, NULL))
    r = fault(error, FAULT_INPUT, "edition: \"%s\" is no number of an edition", text);
  return r;
}

/* ---- reading ---- */

static int read_workshop(const Ask *ask, Link *link, ProposalFilter *f, GError **error) {
  const char *name = NULL;
  int r = ask_query_text(ask, "workshop", &name, error);
  return r == 0 && name != NULL ? list_find_seen(link, name, ask_clearance(ask), &f->workshop, error) : r;
}

static int read_state(const Ask *ask, ProposalFilter *f, GError **error) {
  const char *name = NULL;
  int r = ask_query_text(ask, "state", &name, error);
  if (r < 0 || name == NULL)
    return r;
  f->state = proposal_state_of(name);
  if (f->state == PROPOSAL_STATES)
    return fault(error, FAULT_INPUT,
                 "state: \"%s\" is none of submitted, moderated, merged, set-aside and in-synthesis", name);
  return 0;
}

static int read_filter(const Ask *ask, Link *link, ProposalFilter *f, GError **error) {
  static const char *const known[] = {"edition", "question", "workshop", "state", "language",
                                      "author",  "inbound",  "after",    "limit", NULL};
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = query_edition(ask, &f->edition, error);
  if (r == 0)
    r = query_question(ask, &f->question, error);
  if (r == 0)
    r = read_workshop(ask, link, f, error);
  if (r == 0)
    r = read_state(ask, f, error);
  if (r == 0)
    r = ask_query_text(ask, "language", &f->language, error);
  if (r == 0)
    r = contact_json_queried(ask, "author", &f->author, error);
  if (r == 0)
    r = ask_query_id(ask, "inbound", IDENT_INBOUND, &f->inbound, error);
  return r == 0 ? ask_page(ask, IDENT_PROPOSAL, &f->after, &f->limit, error) : r;
}

int proposals_api_list(Ask *ask, GError **error) {
  g_autoptr(Link) link = NULL;
  g_autoptr(GPtrArray) rows = NULL;
  ProposalFilter filter = PROPOSAL_FILTER_ANY;
  gint64 last = 0;
  int r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = read_filter(ask, link, &filter, error);
  if (r == 0)
    r = proposal_list(link, ask_clearance(ask), &filter, &rows, error);
  if (r < 0)
    return r;
  json_t *items = json_array();
  for (guint i = 0; i < rows->len; i++) {
    const Proposal *p = rows->pdata[i];
    last = p->id;
    json_array_append_new(items, proposals_json_one(p));
  }
  return ask_respond(ask, 200, ask_page_of(items, filter.limit, ask_ident(IDENT_PROPOSAL, last)));
}

static int respond_one(Ask *ask, guint status, gint64 id, GError **error) {
  g_autoptr(Link) link = NULL;
  json_t *json = NULL;
  int r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = proposals_json_whole(ask, link, id, &json, error);
  return r < 0 ? r : ask_respond(ask, status, json);
}

int proposals_api_show(Ask *ask, GError **error) {
  static const char *const known[] = {NULL};
  gint64 id;
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = ask_id(ask, IDENT_PROPOSAL, &id, error);
  return r < 0 ? r : respond_one(ask, 200, id, error);
}

static int respond_edition(Ask *ask, gint64 number, GError **error) {
  g_autoptr(Link) link = NULL;
  g_auto(Edition) edition = {0};
  int r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = edition_load(link, ask_clearance(ask), number, &edition, error);
  return r < 0 ? r : ask_respond(ask, 200, proposals_json_edition(&edition));
}

int proposals_api_questions(Ask *ask, GError **error) {
  static const char *const known[] = {"edition", NULL};
  gint64 edition = 0;
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = query_edition(ask, &edition, error);
  return r < 0 ? r : respond_edition(ask, edition, error);
}

/* ---- editions and questions ---- */

/* {"fr": "…", "en": "…"}: each may be absent; "" clears. */
static int read_languages(const Ask *ask, const char *words[LANGUAGE_COUNT], GError **error) {
  int r = 0;
  for (int i = 0; r == 0 && i < LANGUAGE_COUNT; i++)
    r = ask_text(ask, language_code((enum language)i), TEXT_LINE_MAX, &words[i], error);
  return r;
}

int proposals_api_word(Ask *ask, GError **error) {
  static const char *const known[] = {"fr", "en", "es", "pt", NULL};
  const char *words[LANGUAGE_COUNT] = {NULL};
  gint64 question = 0;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = parse_question(request_argument(ask->request, "question"), &question, error);
  if (r == 0)
    r = read_languages(ask, words, error);
  if (r == 0 && question == 0)
    r = fault(error, FAULT_INPUT, "question: a number from 1 to %d is wanted", QUESTION_MAX);
  if (r == 0)
    r = edition_word(ask->house->contacts, ask->actor, question, words, error);
  return r < 0 ? r : respond_edition(ask, 0, error);
}

int proposals_api_edition(Ask *ask, GError **error) {
  static const char *const known[] = {"number", "fr", "en", "es", "pt", NULL};
  const char *words[LANGUAGE_COUNT] = {NULL};
  gint64 number = 0;
  gboolean says = FALSE;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = ask_int(ask, "number", 1, 999, 0, &number, error);
  if (r == 0)
    r = read_languages(ask, words, error);
  if (r == 0 && number != 0)
    r = MIN(edition_begin(ask->house->contacts, ask->actor, number, error), 0);
  for (int i = 0; i < LANGUAGE_COUNT; i++)
    says = says || words[i] != NULL;
  if (r == 0 && says)
    r = edition_word(ask->house->contacts, ask->actor, 0, words, error);
  return r < 0 ? r : respond_edition(ask, 0, error);
}

/* ---- entering ---- */

static json_t *entered_json(const GArray *entered, const GPtrArray *warnings) {
  json_t *items = json_array(), *sentences = json_array();
  json_int_t known = 0;
  for (guint i = 0; i < entered->len; i++) {
    const ProposalEntered *one = &g_array_index(entered, ProposalEntered, i);
    known += one->known ? 1 : 0;
    json_array_append_new(
        items, json_pack("{s:o, s:b}", "id", ask_ident(IDENT_PROPOSAL, one->id), "known", one->known));
  }
  for (guint i = 0; warnings != NULL && i < warnings->len; i++)
    json_array_append_new(sentences, json_string(warnings->pdata[i]));
  return json_pack("{s:o, s:I, s:I, s:o}", "items", items, "entered", (json_int_t)entered->len - known,
                   "known", known, "warnings", sentences);
}

static int enter(Ask *ask, const ProposalDraft *drafts, gsize count, GError **error) {
  g_autoptr(GArray) entered = NULL;
  g_autoptr(GPtrArray) warnings = NULL;
  int r = proposal_enter(ask->house->contacts, ask->actor, drafts, count, &entered, &warnings, error);
  return r < 0 ? r : ask_respond(ask, 201, entered_json(entered, warnings));
}

/* A message that came in is one, says whoever asks. */
static int enter_reply(Ask *ask, const char *name, const ProposalDraft *draft, GError **error) {
  g_autoptr(GArray) entered = NULL;
  g_autoptr(GPtrArray) warnings = NULL;
  gint64 inbound = 0;
  int r = ident_parse(IDENT_INBOUND, name, &inbound, error);
  if (r == 0)
    r = taking_enter(ask->house->contacts, ask->actor, inbound, draft, &entered, &warnings, error);
  return r < 0 ? r : ask_respond(ask, 201, entered_json(entered, warnings));
}

static int find_author(const char *id, gint64 *ret, gpointer data, GError **error) {
  return contact_json_find(data, id, ret, error);
}

/* What holds for the rows that do not say otherwise. */
static int read_standard(const Ask *ask, ProposalDraft *to, GError **error) {
  static const char *const known[] = {"question", "workshop", "language", NULL};
  gint64 question = 0;
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = query_question(ask, &question, error);
  to->question = MAX(question, 0);
  if (r == 0)
    r = ask_query_text(ask, "workshop", &to->workshop, error);
  return r == 0 ? ask_query_text(ask, "language", &to->language, error) : r;
}

static int enter_sheet(Ask *ask, GError **error) {
  ProposalDraft standard = {0};
  g_auto(Sheet) sheet = {0};
  g_autoptr(GBytes) bytes = NULL;
  int r = read_standard(ask, &standard, error);
  if (r == 0)
    r = file_read(request_upload(ask->request), SHEET_MAX, &bytes, error);
  if (r == 0)
    r = sheet_read(bytes, &standard, find_author, ask, &sheet, error);
  return r < 0 ? r : enter(ask, (const ProposalDraft *)(void *)sheet.drafts->data, sheet.drafts->len, error);
}

int proposals_api_enter(Ask *ask, GError **error) {
  static const char *const known[] = {"question", "workshop", "language", "text", "author", "inbound", NULL};
  ProposalDraft draft = {0};
  const char *inbound = NULL;
  if (request_upload(ask->request) != NULL && strcmp(request_content_type(ask->request), "text/csv") == 0)
    return enter_sheet(ask, error);
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = ask_int(ask, "question", 1, QUESTION_MAX, 0, &draft.question, error);
  if (r == 0)
    r = ask_text(ask, "workshop", TEXT_NAME_MAX, &draft.workshop, error);
  if (r == 0)
    r = ask_text(ask, "language", TEXT_NAME_MAX, &draft.language, error);
  if (r == 0)
    r = ask_lines(ask, "text", PROPOSAL_TEXT_MAX, &draft.text, error);
  if (r == 0)
    r = contact_json_field(ask, "author", FALSE, &draft.author, error);
  if (r == 0)
    r = ask_text(ask, "inbound", IDENT_SIZE, &inbound, error);
  if (r < 0)
    return r;
  return inbound != NULL ? enter_reply(ask, inbound, &draft, error) : enter(ask, &draft, 1, error);
}

/* ---- working on several ---- */

static int read_ids(const Ask *ask, GArray *to, GError **error) {
  g_autofree const char **names = NULL;
  int r = ask_texts(ask, "proposals", &names, error);
  for (const char **name = names; r == 0 && *name != NULL; name++) {
    gint64 id;
    r = ident_parse(IDENT_PROPOSAL, *name, &id, error);
    if (r == 0)
      g_array_append_val(to, id);
  }
  if (r == 0 && to->len == 0)
    r = fault(error, FAULT_INPUT, "proposals: is missing; name at least one");
  return r;
}

static int respond_ids(Ask *ask, const GArray *ids) {
  json_t *items = json_array();
  for (guint i = 0; i < ids->len; i++)
    json_array_append_new(items, ask_ident(IDENT_PROPOSAL, g_array_index(ids, gint64, i)));
  return ask_respond(ask, 200, json_pack("{s:o}", "proposals", items));
}

static const gint64 *numbers(const GArray *ids) {
  return (const gint64 *)(void *)ids->data;
}

int proposals_api_moderate(Ask *ask, GError **error) {
  static const char *const known[] = {"proposals", NULL};
  g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = read_ids(ask, ids, error);
  if (r == 0)
    r = proposal_moderate(ask->house->contacts, ask->actor, numbers(ids), ids->len, error);
  return r < 0 ? r : respond_ids(ask, ids);
}

int proposals_api_assign(Ask *ask, GError **error) {
  static const char *const known[] = {"proposals", "question", NULL};
  g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
  gint64 question = 0;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = read_ids(ask, ids, error);
  if (r == 0)
    r = ask_int(ask, "question", 1, QUESTION_MAX, 0, &question, error);
  if (r == 0)
    r = proposal_assign(ask->house->contacts, ask->actor, numbers(ids), ids->len, question, error);
  return r < 0 ? r : respond_ids(ask, ids);
}

int proposals_api_order(Ask *ask, GError **error) {
  static const char *const known[] = {"question", "proposals", NULL};
  g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
  gint64 question = 0;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = ask_int(ask, "question", 1, QUESTION_MAX, 0, &question, error);
  if (r == 0)
    r = read_ids(ask, ids, error);
  if (r == 0)
    r = synthesis_order(ask->house->contacts, ask->actor, question, numbers(ids), ids->len, error);
  return r < 0 ? r : respond_ids(ask, ids);
}

/* ---- working on one ---- */

int proposals_api_merge(Ask *ask, GError **error) {
  static const char *const known[] = {"proposal", NULL};
  const char *name = NULL;
  gint64 kept = 0, gone = 0;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = ask_id(ask, IDENT_PROPOSAL, &kept, error);
  if (r == 0)
    r = ask_needed(ask, "proposal", IDENT_SIZE, &name, error);
  if (r == 0)
    r = ident_parse(IDENT_PROPOSAL, name, &gone, error);
  if (r == 0)
    r = synthesis_merge(ask->house->contacts, ask->actor, kept, gone, error);
  return r < 0 ? r : respond_one(ask, 200, kept, error);
}

int proposals_api_set_aside(Ask *ask, GError **error) {
  static const char *const known[] = {"reason", "erase", NULL};
  const char *reason = NULL;
  gboolean erase = FALSE;
  gint64 id = 0;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = ask_id(ask, IDENT_PROPOSAL, &id, error);
  if (r == 0)
    r = ask_needed(ask, "reason", TEXT_LINE_MAX, &reason, error);
  if (r == 0)
    r = ask_flag(ask, "erase", &erase, error);
  if (r == 0)
    r = synthesis_set_aside(ask->house->contacts, ask->actor, id, reason, erase, error);
  return r < 0 ? r : respond_one(ask, 200, id, error);
}

int proposals_api_take_back(Ask *ask, GError **error) {
  static const char *const known[] = {NULL};
  gint64 id = 0;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = ask_id(ask, IDENT_PROPOSAL, &id, error);
  if (r == 0)
    r = synthesis_take_back(ask->house->contacts, ask->actor, id, error);
  return r < 0 ? r : respond_one(ask, 200, id, error);
}

int proposals_api_reword(Ask *ask, GError **error) {
  static const char *const known[] = {"text", "language", NULL};
  const char *text = NULL, *language = NULL;
  gint64 id = 0;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = ask_id(ask, IDENT_PROPOSAL, &id, error);
  if (r == 0)
    r = ask_lines(ask, "text", PROPOSAL_TEXT_MAX, &text, error);
  if (r == 0)
    r = ask_text(ask, "language", TEXT_NAME_MAX, &language, error);
  if (r == 0)
    r = proposal_reword(ask->house->contacts, ask->actor, id, text, language, error);
  return r < 0 ? r : respond_one(ask, 200, id, error);
}

static int read_part(const Ask *ask, json_t *part, GArray *to, GError **error) {
  static const char *const known[] = {"question", "text", NULL};
  SplitPart one = {0};
  Ask of_part = *ask;
  of_part.body = part;
  if (!json_is_object(part))
    return fault(error, FAULT_INPUT, "parts: each is {\"question\": N, \"text\": \"…\"}");
  int r = ask_fields(&of_part, known, error);
  if (r == 0)
    r = ask_int(&of_part, "question", 1, QUESTION_MAX, 0, &one.question, error);
  if (r == 0)
    r = ask_lines(&of_part, "text", PROPOSAL_TEXT_MAX, &one.text, error);
  if (r == 0)
    g_array_append_val(to, one);
  return r;
}

static int read_parts(const Ask *ask, GArray *to, GError **error) {
  const json_t *parts = json_object_get(ask->body, "parts");
  int r = parts == NULL || json_is_array(parts) ? 0 : fault(error, FAULT_INPUT, "parts: an array is wanted");
  for (size_t i = 0; r == 0 && i < json_array_size(parts); i++)
    r = read_part(ask, json_array_get(parts, i), to, error);
  return r;
}

int proposals_api_split(Ask *ask, GError **error) {
  static const char *const known[] = {"parts", NULL};
  g_autoptr(GArray) parts = g_array_new(FALSE, FALSE, sizeof(SplitPart)), made = NULL;
  gint64 id = 0;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = ask_id(ask, IDENT_PROPOSAL, &id, error);
  if (r == 0)
    r = read_parts(ask, parts, error);
  if (r == 0)
    r = split_proposal(ask->house->contacts, ask->actor, id, (const SplitPart *)(void *)parts->data,
                       parts->len, &made, error);
  return r < 0 ? r : ask_respond(ask, 201, entered_json(made, NULL));
}

/* ---- the draft ---- */

typedef struct {
  int fd;
  const char *path;
} Sink;

static int sink_to_file(const char *bytes, gsize length, gpointer data, GError **error) {
  const Sink *sink = data;
  return file_write_all(sink->fd, bytes, length, sink->path, error);
}

static int write_draft(const Ask *ask, const DraftTerms *terms, gboolean csv, Sink *sink, GError **error) {
  g_autoptr(Link) link = NULL;
  int r = store_read(ask->house->store, &link, error);
  return r < 0
             ? r
             : (csv ? draft_csv : draft_markdown)(link, ask_clearance(ask), terms, sink_to_file, sink, error);
}

/* By way of a file, so that a slow client holds no snapshot of the database open. */
static int respond_draft(Ask *ask, const DraftTerms *terms, gboolean csv, GError **error) {
  g_autofree char *path =
      g_build_filename(ask->house->config->valise.state_dir, "incoming", "draft-XXXXXX", NULL);
  Sink sink = {g_mkstemp_full(path, O_WRONLY | O_CLOEXEC, 0600), path};
  if (sink.fd < 0)
    return fault(error, FAULT_SYSTEM, "%s: cannot be written; is there room in the state directory?", path);
  int r = write_draft(ask, terms, csv, &sink, error);
  close(sink.fd);
  if (r == 0)
    r = response_file(ask->response, 200, csv ? "text/csv; charset=utf-8" : "text/markdown; charset=utf-8",
                      path, error);
  g_unlink(path);
  return r;
}

static int read_terms(const Ask *ask, DraftTerms *terms, gboolean *ret_csv, GError **error) {
  static const char *const known[] = {"edition", "question", "format", "language", NULL};
  const GPtrArray *own = ask->house->config->organisation.languages;
  const char *format = NULL, *language = NULL;
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = query_edition(ask, &terms->edition, error);
  if (r == 0)
    r = query_question(ask, &terms->question, error);
  if (r == 0)
    r = ask_query_text(ask, "format", &format, error);
  if (r == 0)
    r = ask_query_text(ask, "language", &language, error);
  if (r < 0)
    return r;
  *ret_csv = g_strcmp0(format, "csv") == 0;
  if (format != NULL && !*ret_csv && !g_str_equal(format, "md"))
    return fault(error, FAULT_INPUT, "format: \"%s\" is neither md nor csv", format);
  if (language == NULL && own->len > 0)
    language = own->pdata[0];
  if (language != NULL && !language_parse(language, &terms->language))
    return fault(error, FAULT_INPUT, "language: \"%s\" is none of fr, en, es and pt", language);
  return 0;
}

int proposals_api_export(Ask *ask, GError **error) {
  DraftTerms terms = {.zone = ask->house->contacts->zone, .now = clock_wall(ask->house->clock)};
  gboolean csv = FALSE;
  int r = read_terms(ask, &terms, &csv, error);
  return r < 0 ? r : respond_draft(ask, &terms, csv, error);
}
