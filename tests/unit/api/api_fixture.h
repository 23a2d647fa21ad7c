/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * api_fixture.h - the whole house behind the API in a folder of its own: store, journal, contacts, desk,
 * outbox with a null: relay, and the Api itself
 *
 * Requests are made as the server makes them (http/request_make.h) and answers are read as it reads them; who
 * asks is said by a bearer token. What time does happens in api_run.
 */
#pragma once

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "acknowledgement/acknowledgement.h"
#include "api/api.h"
#include "api/user.h"
#include "base/fault.h"
#include "base/file.h"
#include "evidence/head_letter.h"
#include "http/request_make.h"
#include "http/response_send.h"
#include "inbound/read.h"
#include "mailing/compose.h"
#include "mailing/release.h"
#include "proposals/proposal.h"
#include "support/case.h"

#include <jansson.h>

/* Monday 25 November 2013, 10:00 in Paris: the examples' tenures were verified a week before. */
#define API_NOW (G_GINT64_CONSTANT(1385370000) * SECOND)

typedef struct {
  char *folder;
  Clock *clock;
  Config *config;
  Store *store;
  Journal *journal;
  MailingSettings *settings;
  Desk *desk;
  Relay *relay;
  const Relay *relays[2];
  Outbox *outbox;
  Intake *intake;
  Filing *filing;
  ContactRing *ring;
  Contacts contacts;
  Api *api;
  GHashTable *tokens; /* name of a user -> his token */
  gint woken;
} TestHouse;

static inline char *api_path(const TestHouse *home, const char *name) {
  return g_build_filename(home->folder, name, NULL);
}

/* ---- the house is built -------------------------------------------------------------------------------- */

static inline void api_write_config(TestHouse *home) {
  g_autofree char *path = api_path(home, "valise.conf");
  g_autofree char *text = g_strdup_printf("[valise]\n"
                                          "state_dir = %s\n"
                                          "socket = %s/valise.sock\n"
                                          "templates = " SOURCE_DIR "/templates\n"
                                          "[organisation]\n"
                                          "name = Rencontres d'exemple\n"
                                          "address = 1, rue de l'Exemple\n"
                                          "address = 74400 Anvaux\n"
                                          "from = presidence@rencontres.example\n"
                                          "sender_name = Aline Vercors\n"
                                          "time_zone = Europe/Paris\n"
                                          "languages = fr, en, es, pt\n"
                                          "[relay \"drill\"]\n"
                                          "url = null:\n",
                                          home->folder, home->folder);
  assert_true(g_file_set_contents(path, text, -1, NULL));
  assert_int_equal(chmod(path, 0600), 0);
  assert_done(config_load(path, &home->config, error));
}

static inline MailingSettings *api_settings(const TestHouse *home) {
  static const char *const languages[] = {"fr", "en", "es", "pt"};
  MailingSettings *s = mailing_settings_new();
  g_hash_table_insert(s->organisation, g_strdup(""), g_strdup("Rencontres d'exemple"));
  g_hash_table_insert(s->sender_title, g_strdup(""), g_strdup("Présidente"));
  s->organisation_address = g_strdup("1, rue de l'Exemple\n74400 Anvaux");
  s->sender_name = g_strdup("Aline Vercors");
  s->from = g_strdup("presidence@rencontres.example");
  for (gsize i = 0; i < G_N_ELEMENTS(languages); i++)
    g_ptr_array_add(s->languages, g_strdup(languages[i]));
  s->envelope_token = TRUE;
  s->separator = g_strdup("+");
  memset(s->token_key.bytes, 7, sizeof s->token_key.bytes);
  s->attachment_limit = 10 * 1024 * 1024;
  s->message_limit = 10 * 1024 * 1024;
  s->documents = api_path(home, "documents");
  mailing_settings_add_relay(s, "drill", "null:");
  s->zone = g_time_zone_new_identifier("Europe/Paris");
  s->stale_days = 30;
  assert_done(states_load(SOURCE_DIR "/templates", &s->states, error));
  assert_done(forms_load(SOURCE_DIR "/templates", s->states, &s->forms, error));
  assert_done(catalogue_open(SOURCE_DIR "/templates", &s->catalogue, error));
  return s;
}

static inline void api_open_outbox(TestHouse *home) {
  RelayOptions relay = {.name = "drill", .url = "null:", .tls = RELAY_TLS_NONE, .ehlo = "valise.test"};
  assert_done(transport_init(error));
  assert_done(relay_new(&relay, &home->relay, error));
  home->relays[0] = home->relay;
  OutboxOptions options = {.store = home->store,
                           .journal = home->journal,
                           .clock = home->clock,
                           .composer = compose_composer(home->desk),
                           .relays = home->relays,
                           .retry = {MINUTE, 2.0, HOUR, 0.0, 3},
                           .couriers = 2,
                           .log_lag = 10 * MINUTE};
  assert_done(outbox_open(&options, &home->outbox, error));
  desk_set_outbox(home->desk, home->outbox);
  outbox_start(home->outbox);
}

static void api_woken(gpointer data) {
  g_atomic_int_inc(&((TestHouse *)data)->woken);
}

static inline void api_reader_state(G_GNUC_UNUSED gpointer self, ReaderState *ret) {
  *ret = (ReaderState){
      .running = TRUE, .pid = 4711, .guarded = TRUE, .read = 3, .restarts = 1, .ended = "signal 9"};
}

static inline int api_read(G_GNUC_UNUSED gpointer self, GBytes *bytes, Verdict **ret,
                           G_GNUC_UNUSED GError **error) {
  *ret = read_message(bytes, NULL);
  return 0;
}

static inline void api_open_filing(TestHouse *home) {
  g_autofree char *inbound = api_path(home, "inbound");
  assert_done(file_make_folder(inbound, 0700, error));
  home->intake = intake_new(home->store, home->clock, home->folder);
  FilingOptions options = {
      .desk = home->desk, .contacts = &home->contacts, .intake = home->intake, .reader = {.read = api_read}};
  home->filing = filing_start(&options);
}

static inline TestHouse *api_home_new(void) {
  static const Schema *const schemas[] = {
      &journal_schema, &contacts_schema,  &outbox_schema, &mailing_schema,  &acknowledgement_schema,
      &reply_schema,   &proposals_schema, &api_schema,    &evidence_schema, NULL};
  TestHouse *home = g_new0(TestHouse, 1);
  home->folder = case_folder_make();
  g_autofree char *spool = api_path(home, "incoming");
  home->tokens = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  home->clock = clock_stepped(API_NOW);
  api_write_config(home);
  assert_done(file_make_folder(spool, 0700, error));
  assert_done(store_open("sqlite:valise.db", home->folder, &home->store, error));
  assert_done(store_migrate(home->store, schemas, error));
  assert_done(journal_open(home->store, home->clock, &home->journal, error));
  home->settings = api_settings(home);
  home->contacts =
      (Contacts){home->store, home->journal, home->clock, home->settings->zone, home->settings->states};
  assert_done(desk_new(home->store, home->journal, home->clock, home->settings, &home->desk, error));
  desk_set_follow_up(home->desk, &acknowledgement_follow_up);
  api_open_outbox(home);
  api_open_filing(home);
  home->ring = contact_ring_new(&home->contacts, home->folder, NULL);
  ApiHouse house = {.store = home->store,
                    .journal = home->journal,
                    .clock = home->clock,
                    .contacts = &home->contacts,
                    .desk = home->desk,
                    .outbox = home->outbox,
                    .intake = home->intake,
                    .filing = home->filing,
                    .ring = home->ring,
                    .relays = home->relays,
                    .config = home->config,
                    .reader = {.state = api_reader_state},
                    .wake = api_woken,
                    .wake_data = home};
  home->api = api_new(&house);
  return home;
}

static inline void api_home_free(TestHouse *home) {
  outbox_stop(home->outbox);
  filing_stop(home->filing);
  api_free(home->api);
  filing_free(home->filing);
  intake_free(home->intake);
  store_close(home->store);
  outbox_close(home->outbox);
  contact_ring_free(home->ring);
  desk_free(home->desk);
  mailing_settings_unref(home->settings);
  journal_close(home->journal);
  relay_free(home->relay);
  config_free(home->config);
  clock_free(home->clock);
  g_hash_table_unref(home->tokens);
  case_folder_remove(home->folder);
  g_free(home);
}

/* A user with a token, or one with other roles and his token of before. */
static inline void api_user(TestHouse *home, const char *name, guint roles) {
  const User user = {.name = (char *)name, .roles = roles};
  char *token = NULL;
  assert_done(user_add(home->store, home->journal, &actor_daemon, &user, error));
  if (g_hash_table_contains(home->tokens, name))
    return;
  assert_done(user_issue_token(home->store, home->journal, &actor_daemon, name, clock_wall(home->clock),
                               &token, error));
  g_hash_table_insert(home->tokens, g_strdup(name), token);
}

/* olga organises, boris approves, vera helps, alma reads, adam administers. */
static inline void api_users(TestHouse *home) {
  api_user(home, "olga", ROLE_ORGANISER);
  api_user(home, "boris", ROLE_APPROVER);
  api_user(home, "vera", ROLE_VOLUNTEER);
  api_user(home, "alma", ROLE_AUDITOR);
  api_user(home, "adam", ROLE_ADMIN);
}

/* ---- asking -------------------------------------------------------------------------------------------- */

typedef struct {
  guint status;
  GString *headers; /* "Name: value\n" */
  GString *body;
  json_t *json; /* NULL when it is none */
} Reply;

static inline void reply_clear(Reply *reply) {
  if (reply->headers == NULL)
    return;
  g_string_free(reply->headers, TRUE);
  g_string_free(reply->body, TRUE);
  json_decref(reply->json);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reply, reply_clear)

typedef struct {
  const char *user;          /* his token is sent; NULL: none */
  const char *token;         /* another token, instead of a user's */
  const char *method, *path; /* PATH with its query, below /api/v1 */
  const char *type;          /* of the body; NULL: none. Anything but JSON and forms is an upload */
  const char *body;
  gsize length;
} Question;

typedef struct {
  char *authorization;
  const char *type;
} SentHeaders;

static const char *api_header_of(gpointer connection, const char *name) {
  const SentHeaders *sent = connection;
  if (g_ascii_strcasecmp(name, "Authorization") == 0)
    return sent->authorization;
  return g_ascii_strcasecmp(name, "Content-Type") == 0 ? sent->type : NULL;
}

static inline void api_read_file(int fd, GString *to) {
  char piece[65536];
  for (ssize_t n; (n = read(fd, piece, sizeof piece)) > 0;)
    g_string_append_len(to, piece, n);
  close(fd);
}

static inline Reply api_read_reply(Response *response) {
  Reply reply = {response_status(response), g_string_new(NULL), g_string_new(NULL), NULL};
  const char *name, *value;
  for (guint i = 0; response_header_at(response, i, &name, &value); i++)
    g_string_append_printf(reply.headers, "%s: %s\n", name, value);
  if (response_kind(response) == RESPONSE_BYTES) {
    gsize length;
    const char *bytes = g_bytes_get_data(response_body(response), &length);
    g_string_append_len(reply.body, bytes, (gssize)length);
  } else if (response_kind(response) == RESPONSE_FILE) {
    goffset size;
    api_read_file(response_steal_file(response, &size), reply.body);
  } else if (response_kind(response) == RESPONSE_STREAM) {
    StreamSource source = response_steal_stream(response);
    assert_true(source.next(reply.body, source.data) >= 0);
    source.free(source.data);
  }
  reply.json = json_loadb(reply.body->str, reply.body->len, 0, NULL);
  return reply;
}

static inline void api_give_body(const TestHouse *home, Request *request, const Question *q) {
  static guint number;
  const char *type = request_content_type(request);
  if (q->body == NULL)
    return;
  if (strcmp(type, "application/json") == 0 || strcmp(type, "application/x-www-form-urlencoded") == 0) {
    request_take_body(request, g_bytes_new(q->body, q->length));
    return;
  }
  char *path = g_strdup_printf("%s/incoming/upload-%u", home->folder, ++number);
  assert_true(g_file_set_contents(path, q->body, (gssize)q->length, NULL));
  request_take_upload(request, path, (goffset)q->length);
}

static inline Reply api_ask(TestHouse *home, const Question *q) {
  g_autofree char *raw = g_strconcat("/api/v1", q->path, NULL);
  const char *token = q->user != NULL ? g_hash_table_lookup(home->tokens, q->user) : q->token;
  SentHeaders sent = {token != NULL ? g_strconcat("Bearer ", token, NULL) : NULL, q->type};
  Target *target = NULL;
  g_autoptr(Response) response = response_new();
  assert_done(target_parse(raw, &target, error));
  g_autoptr(Request) request = request_new(q->method, target, api_header_of, &sent);
  api_give_body(home, request, q);
  if (api_gate(request, response, home->api) == 0)
    api_handle(request, response, home->api);
  g_free(sent.authorization);
  return api_read_reply(response);
}

/* BODY is JSON text, or NULL for none. */
static inline Reply api_call(TestHouse *home, const char *user, const char *method, const char *path,
                             const char *body) {
  Question q = {.user = user,
                .method = method,
                .path = path,
                .type = body != NULL ? "application/json" : NULL,
                .body = body,
                .length = body != NULL ? strlen(body) : 0};
  return api_ask(home, &q);
}

/* Must be answered with 200 or 201; the caller takes the JSON. */
static inline json_t *api_done(TestHouse *home, const char *user, const char *method, const char *path,
                               const char *body) {
  g_auto(Reply) reply = api_call(home, user, method, path, body);
  if (reply.status != 200 && reply.status != 201)
    fail_msg("%s %s %s: %u %s", user, method, path, reply.status, reply.body->str);
  return json_incref(reply.json);
}

static inline void api_do(TestHouse *home, const char *user, const char *method, const char *path,
                          const char *body) {
  json_decref(api_done(home, user, method, path, body));
}

/* The same, of which only the id is wanted. The caller frees it. */
static inline char *api_make(TestHouse *home, const char *user, const char *path, const char *body) {
  json_t *json = api_done(home, user, "POST", path, body);
  char *id = g_strdup(json_string_value(json_object_get(json, "id")));
  json_decref(json);
  assert_non_null(id);
  return id;
}

static inline const char *json_text(const json_t *json, const char *name) {
  return json_string_value(json_object_get(json, name));
}

static inline const char *reply_message(const Reply *reply) {
  const char *message = json_text(json_object_get(reply->json, "error"), "message");
  return message != NULL ? message : reply->body->str;
}

/* A refusal of this status whose sentence has PART. */
static inline void assert_refused(TestHouse *home, const char *user, const char *method, const char *path,
                                  const char *body, guint status, const char *part) {
  g_auto(Reply) reply = api_call(home, user, method, path, body);
  if (reply.status != status || strstr(reply_message(&reply), part) == NULL)
    fail_msg("%s %s %s %s: %u %s, where %u and \"%s\" were expected", user, method, path,
             body != NULL ? body : "", reply.status, reply.body->str, status, part);
}

/* ---- what tests begin with ----------------------------------------------------------------------------- */

static inline Reply api_upload(TestHouse *home, const char *user, const char *path, const char *type,
                               const char *bytes, gsize length) {
  Question q = {.user = user, .method = "POST", .path = path, .type = type, .body = bytes, .length = length};
  return api_ask(home, &q);
}

static inline void api_import(TestHouse *home, const char *user, const char *query, const char *csv) {
  g_autofree char *path = g_strconcat("/imports?", query, NULL);
  g_auto(Reply) reply = api_upload(home, user, path, "text/csv", csv, strlen(csv));
  if (reply.status != 201)
    fail_msg("import: %u %s", reply.status, reply.body->str);
}

static inline void api_upload_version(TestHouse *home, const char *path, const char *kind,
                                      const char *language) {
  g_autofree char *name =
      g_strdup_printf("%s/tests/examples/documents/%s.%s.pdf", SOURCE_DIR, kind, language);
  g_autofree char *bytes = NULL;
  gsize length;
  assert_true(g_file_get_contents(name, &bytes, &length, NULL));
  g_auto(Reply) reply = api_upload(home, "olga", path, "application/pdf", bytes, length);
  if (reply.status != 201)
    fail_msg("%s: %u %s", path, reply.status, reply.body->str);
}

/* Document NUMBER (they are counted from 1) of KIND in four languages, frozen. */
static inline void api_document(TestHouse *home, guint number, const char *kind) {
  static const char *const further[] = {"en", "es", "pt"};
  g_autofree char *first = g_strdup_printf(
      "/documents?kind=%s&title=Rapport+d'exemple&edition=6&language=fr&name=rapport.pdf", kind);
  api_upload_version(home, first, kind, "fr");
  for (gsize i = 0; i < G_N_ELEMENTS(further); i++) {
    g_autofree char *path =
        g_strdup_printf("/documents/F-%u/versions?language=%s&name=rapport.pdf", number, further[i]);
    api_upload_version(home, path, kind, further[i]);
  }
  g_autofree char *freeze = g_strdup_printf("/documents/F-%u/freeze", number);
  api_do(home, "olga", "POST", freeze, "{}");
}

/* STEP of MAILING with BODY, by USER. */
static inline json_t *api_step(TestHouse *home, const char *user, const char *mailing, const char *step,
                               const char *body) {
  g_autofree char *path = g_strdup_printf("/mailings/%s/%s", mailing, step);
  return api_done(home, user, "POST", path, body);
}

static inline void api_steps(TestHouse *home, const char *user, const char *mailing, const char *steps) {
  g_auto(GStrv) each = g_strsplit(steps, " ", -1);
  for (char **step = each; *step != NULL; step++)
    json_decref(api_step(home, user, mailing, *step, "{}"));
}

/* Rolls and submits it by olga, approves it by boris. */
static inline void api_approve(TestHouse *home, const char *mailing) {
  api_steps(home, "olga", mailing, "roll");
  json_t *submitted = api_step(home, "olga", mailing, "submit", "{}");
  g_autofree char *body = g_strdup_printf("{\"digest\":\"%s\"}", json_text(submitted, "digest"));
  json_decref(submitted);
  json_decref(api_step(home, "boris", mailing, "approve", body));
}

/* ---- time ---------------------------------------------------------------------------------------------- */

static inline gint64 api_moving(TestHouse *home) {
  json_t *list = api_done(home, "adam", "GET", "/mailings?limit=1000", NULL), *one;
  gint64 n = 0;
  size_t i;
  json_array_foreach(json_object_get(list, "items"), i, one) n +=
      json_integer_value(json_object_get(one, "moving"));
  json_decref(list);
  return n;
}

/* What the scheduler and the couriers do, until nothing moves by itself. */
static inline void api_run(TestHouse *home) {
  for (gint64 until = g_get_monotonic_time() + 30 * SECOND; g_get_monotonic_time() < until;) {
    gint64 next;
    gboolean more = TRUE;
    assert_done(release_tick(home->desk, &next, error));
    while (more)
      assert_done(outbox_tick(home->outbox, &more, &next, error));
    outbox_wake(home->outbox);
    if (api_moving(home) == 0)
      return;
    g_usleep(5000);
  }
  fail_msg("something still moves after 30 seconds");
}
