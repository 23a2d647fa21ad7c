/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a volunteer may not see does not exist for him.
 *
 * The table of routes itself says what is asked, so that a new route is covered at once. Each route is asked
 * before there is any office and again when there are offices, holders, organisations, lists and mailings of
 * them: every answer must be the same to the byte, ids that came meanwhile included. So no name, address,
 * count, number or refusal can tell of them. All of them bear canary words besides, which no answer may hold.
 */
#include "unit/api/api_fixture.h"

#define CANARY "canar" /* in every name, address and note of what is hidden, whatever the case */

typedef struct {
  const char *method, *path;
} RouteRow;

static const RouteRow routes[] = {
#define ROUTE(method, path, roles, handler, sentence) {#method, path},
#include "api/routes.def"
#undef ROUTE
};

/* ---- the world ----------------------------------------------------------------------------------------- */

static const char attendees[] = "kind,id,given_name,family_name,country,language,email,organisation\n"
                                "person,A-1,Ute,Vastrelle,FR,fr,ute@attend.example,Coop Un\n"
                                "person,A-2,Theo,Ambrune,FR,fr,theo@attend.example,Coop Deux\n"
                                "person,A-3,Awa,Diarrassane,SN,fr,awa@attend.example,Coop Trois\n"
                                "person,A-4,Joan,Keats,GB,en,joan@attend.example,Coop Quatre\n";

static const char offices[] =
    "kind,id,given_name,family_name,gender,office,office_kind,organisation,country,language,email,"
    "email_private_office,ground,ground_area,ground_evidence,ground_date,tenure_from,verified_at\n"
    "office,CANARY-1,Talen,Canaria-Un,M,Canary-Palace,president,,XA,fr,canary-one@office.example,"
    "canary-cabinet@office.example,approval-expressed,Canary-Area,Canary-Letter,2013-06-12,2012-05-14,2013-"
    "11-18\n"
    "office,CANARY-2,Maude,Canaria-Deux,F,Canary-House,prime_minister,,XA,fr,canary-two@office.example,"
    ",sse-promotion,Canary-Area,Canary-Law,2013-06-12,2012-05-14,2013-11-18\n"
    "organisation,CANARY-3,Mira,Canaria-Trois,F,,secretary_general,Canary-Organisation,XB,en,"
    "canary-org@office.example,,sse-promotion,Canary-Area,Canary-Law,2013-06-12,2012-05-14,2013-11-18\n";

/* One goes into another, two are not the same. */
static const char more_offices[] =
    "kind,id,organisation,country,email\n"
    "organisation,CANARY-4,Canary-Organisation,XB,canary-org@office.example\n"
    "organisation,CANARY-5,Canary-Organisations,XB,canary-org@office.example\n";

static const char pre_report[] =
    "{\"documents\":[\"F-1\"],\"lists\":[\"everybody\"],\"wording\":\"pre-report\"}";

/* What the first addressee of MAILING answered, in words of its own. */
static void build_answer(TestHouse *home, const char *user, const char *mailing, const char *words) {
  g_autofree char *list = g_strconcat("/acknowledgements?mailing=", mailing, NULL);
  json_t *answer = api_done(home, user, "GET", list, NULL);
  const json_t *line = json_array_get(json_object_get(answer, "items"), 0);
  const char *id = json_string_value(json_object_get(line, "addressee"));
  g_autofree char *path = g_strdup_printf("/addressees/%s/acknowledgements", id);
  g_autofree char *body = g_strdup_printf("{\"kind\":\"letter\",\"meaning\":\"support\",\"by\":\"%s\","
                                          "\"note\":\"%s\"}",
                                          words, words);
  api_do(home, user, "POST", path, body);
  json_decref(answer);
}

/* Attendees, documents, and a mailing that a volunteer took from beginning to end. */
static void build_open_part(TestHouse *home) {
  api_users(home);
  api_import(home, "vera", "list=everybody&name=attendees.csv", attendees);
  api_do(home, "vera", "POST", "/lists", "{\"name\":\"francophones\",\"rule\":\"language=fr\"}");
  api_document(home, 1, "pre-report");
  api_document(home, 2, "synthesis");
  g_autofree char *mailing = api_make(home, "vera", "/mailings", pre_report);
  api_steps(home, "vera", mailing, "roll submit release");
  api_run(home);
  build_answer(home, "vera", mailing, "somebody");
  api_do(home, "vera", "POST", "/proposals",
         "{\"question\":1,\"language\":\"fr\",\"text\":\"un fonds\",\"author\":\"A-1\"}");
  api_do(home, "vera", "POST", "/proposals", "{\"question\":2,\"language\":\"fr\",\"text\":\"une loi\"}");
  api_do(home, "vera", "POST", "/proposals/order", "{\"question\":2,\"proposals\":[\"P-2\"]}");
}

static const char synthesis[] = "{\"documents\":[\"F-2\"],\"lists\":[\"Canary-Heads\",\"everybody\"],"
                                "\"wording\":\"synthesis\",\"acknowledgement\":\"requested\"}";

/* Attendees among offices: their copies belong to what is hidden as well. */
static const char to_both[] = "{\"documents\":[\"F-1\"],\"lists\":[\"Canary-Heads\",\"everybody\"],"
                              "\"wording\":\"pre-report\"}";

static void build_sent(TestHouse *home, const char *fields, gint64 copies) {
  g_autofree char *mailing = api_make(home, "olga", "/mailings", fields);
  api_approve(home, mailing);
  api_steps(home, "olga", mailing, "release");
  api_run(home);
  g_autofree char *path = g_strconcat("/mailings/", mailing, NULL);
  json_t *sent = api_done(home, "olga", "GET", path, NULL);
  assert_int_equal(json_integer_value(json_object_get(json_object_get(sent, "counts"), "relayed")), copies);
  json_decref(sent);
}

static void build_hidden_answers(TestHouse *home) {
  build_answer(home, "olga", "M-2", "Canary-Answer");
  json_t *answer = api_done(home, "olga", "GET", "/acknowledgements?mailing=M-2&missing=1", NULL);
  const json_t *line = json_array_get(json_object_get(answer, "items"), 0);
  g_autofree char *path =
      g_strdup_printf("/addressees/%s/waiver", json_string_value(json_object_get(line, "addressee")));
  api_do(home, "olga", "POST", path, "{\"reason\":\"Canary-Reason\"}");
  api_do(home, "olga", "POST", "/mailings/M-2/reminder", "{}");
  json_decref(answer);
}

static void build_hidden_mailings(TestHouse *home) {
  build_sent(home, synthesis, 3);
  build_hidden_answers(home);
  build_sent(home, to_both, 7);
  g_autofree char *draft = api_make(home, "olga", "/mailings", synthesis);
  api_steps(home, "olga", draft, "roll submit");
  json_decref(api_step(home, "boris", draft, "reject", "{\"reason\":\"Canary-Reason\"}"));
  g_autofree char *cancelled = api_make(home, "olga", "/mailings", synthesis);
  api_approve(home, cancelled);
  api_steps(home, "olga", cancelled, "release pause");
  json_decref(api_step(home, "olga", cancelled, "cancel", "{\"reason\":\"Canary-Reason\"}"));
  api_run(home);
  g_autofree char *override = g_strdup_printf("{\"mailing\":\"%s\",\"reason\":\"Canary-Reason\"}", draft);
  api_do(home, "boris", "POST", "/contacts/CANARY-2/overrides", override);
}

static void build_hidden_contacts(TestHouse *home) {
  api_import(home, "olga", "list=Canary-Heads&name=Canary-offices.csv", offices);
  api_do(home, "olga", "POST", "/lists/everybody/members", "{\"contacts\":[\"CANARY-1\"]}");
  api_do(home, "olga", "POST", "/lists", "{\"name\":\"Canary-Rule\",\"rule\":\"kind=office,organisation\"}");
  api_do(home, "olga", "POST", "/lists", "{\"name\":\"Canary-Ruled\",\"rule\":\"list=Canary-Heads\"}");
  api_do(home, "olga", "POST", "/contacts/CANARY-1/grounds",
         "{\"kind\":\"sse-promotion\",\"area\":\"Canary-Area\",\"evidence\":\"Canary-Law\"}");
  api_do(home, "olga", "POST", "/contacts",
         "{\"kind\":\"organisation\",\"organisation\":\"Canary-Board\",\"country\":\"XB\","
         "\"email\":\"canary-board@office.example\"}");
  api_do(home, "olga", "POST", "/contacts/CANARY-2/objection",
         "{\"objects\":true,\"reason\":\"Canary-Reason\"}");
  api_do(home, "olga", "POST", "/contacts/CANARY-2/objection",
         "{\"objects\":false,\"reason\":\"Canary-Reason\"}");
  api_do(home, "olga", "POST", "/contacts/CANARY-1/channels",
         "{\"kind\":\"hand\",\"address\":\"Canary-Line 1\",\"role\":\"copy\"}");
  api_do(home, "olga", "PUT", "/contacts/CANARY-3", "{\"honorific\":\"Canary-Title\"}");
  api_import(home, "olga", "name=Canary-more.csv", more_offices);
  api_do(home, "olga", "POST", "/contacts/CANARY-3/merge", "{\"contact\":\"CANARY-4\"}");
  api_do(home, "olga", "POST", "/duplicates", "{\"a\":\"CANARY-3\",\"b\":\"CANARY-5\"}");
  api_do(home, "olga", "POST", "/contacts/CANARY-5/review", "{}");
  api_do(home, "olga", "POST", "/contacts/A-1/memberships",
         "{\"organisation\":\"CANARY-3\",\"role\":\"Canary-Role\"}");
  api_do(home, "olga", "POST", "/contacts/CANARY-3/memberships", "{\"role\":\"Canary-Role\"}");
  api_do(home, "olga", "POST", "/lists/everybody/members",
         "{\"contacts\":[\"CANARY-2\"],\"role\":\"Canary-Role\"}");
}

/* What an office put forward, merged into an attendee's, placed and set aside. */
static void build_hidden_proposals(TestHouse *home) {
  for (guint n = 3; n <= 5; n++) {
    g_autofree char *body =
        g_strdup_printf("{\"question\":%u,\"language\":\"fr\",\"text\":\"Canary-Words %u\","
                        "\"author\":\"CANARY-1\"}",
                        n == 5 ? 3 : 1, n);
    api_do(home, "olga", "POST", "/proposals", body);
  }
  api_do(home, "olga", "POST", "/proposals/P-1/merge", "{\"proposal\":\"P-3\"}");
  api_do(home, "olga", "POST", "/proposals/P-4/set-aside", "{\"reason\":\"Canary-Reason\"}");
  api_do(home, "olga", "POST", "/proposals/order", "{\"question\":3,\"proposals\":[\"P-5\"]}");
  api_do(home, "olga", "PUT", "/proposals/P-5/wording", "{\"text\":\"Canary-Wording\"}");
}

static void build_hidden_part(TestHouse *home) {
  build_hidden_contacts(home);
  build_hidden_proposals(home);
  build_hidden_mailings(home);
  api_do(home, "adam", "POST", "/users", "{\"name\":\"canaria\",\"roles\":[\"organiser\"]}");
  api_do(home, "adam", "POST", "/users/canaria/token", "{}");
}

/* ---- every way to ask ---------------------------------------------------------------------------------- */

static const char *const letters[] = {"C", "M", "D", "A", "H", "F", "P"};
static const char *const other_ids[] = {"CANARY-1", "CANARY-2", "CANARY-3", "CANARY-4",
                                        "A-1",      "nobody",   "C-999999", "X-1"};
static const char *const names[] = {"everybody",  "francophones", "Canary-Heads", "Canary-Rule", "nothing",
                                    "pre-report", "synthesis",    "canaria",      "olga"};
#define IDS_OF_A_KIND 14

static GPtrArray *values_of(const char *argument) {
  GPtrArray *values = g_ptr_array_new_with_free_func(g_free);
  if (strcmp(argument, "name") == 0) {
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
      g_ptr_array_add(values, g_strdup(names[i]));
    return values;
  }
  for (gsize i = 0; i < G_N_ELEMENTS(letters); i++)
    for (guint n = 1; n <= IDS_OF_A_KIND; n++)
      g_ptr_array_add(values, g_strdup_printf("%s-%u", letters[i], n));
  for (gsize i = 0; i < G_N_ELEMENTS(other_ids); i++)
    g_ptr_array_add(values, g_strdup(other_ids[i]));
  return values;
}

/* PATH with VALUE in place of its first argument. */
static char *put_argument(const char *path, const char *value) {
  const char *open = strchr(path, '{'), *close = strchr(path, '}');
  g_autofree char *head = g_strndup(path, (gsize)(open - path));
  return g_strconcat(head, value, close + 1, NULL);
}

/* PATH with every value in place of each argument. */
static void fill_in(const char *path, GPtrArray *to) {
  const char *open = strchr(path, '{');
  if (open == NULL) {
    g_ptr_array_add(to, g_strdup(path));
    return;
  }
  g_autofree char *argument = g_strndup(open + 1, (gsize)(strchr(open, '}') - open - 1));
  g_autoptr(GPtrArray) values = values_of(argument);
  for (guint i = 0; i < values->len; i++) {
    g_autofree char *filled = put_argument(path, g_ptr_array_index(values, i));
    fill_in(filled, to);
  }
}

/* Those that a route does not know are refused, which must look the same too. */
static const char *const queries[] = {"",
                                      "?limit=1",
                                      "?limit=1000",
                                      "?after=2&limit=1",
                                      "?after=C-1",
                                      "?after=M-1",
                                      "?after=D-1",
                                      "?after=A-1",
                                      "?after=F-1",
                                      "?newest=1",
                                      "?newest=1&limit=3",
                                      "?kind=office",
                                      "?kind=organisation",
                                      "?kind=person",
                                      "?list=Canary-Heads",
                                      "?list=Canary-Rule",
                                      "?list=everybody",
                                      "?list=nothing",
                                      "?country=XA",
                                      "?country=FR",
                                      "?search=canaria",
                                      "?search=office.example",
                                      "?search=palace",
                                      "?standing=active",
                                      "?standing=objected",
                                      "?state=relayed",
                                      "?state=held",
                                      "?state=cancelled",
                                      "?state=included",
                                      "?state=excluded",
                                      "?min-score=1",
                                      "?not-reviewed-since=2999-01-01",
                                      "?version=3.0",
                                      "?mailing=M-1",
                                      "?mailing=M-2",
                                      "?mailing=M-3",
                                      "?mailing=M-1&missing=1",
                                      "?mailing=M-2&missing=1",
                                      "?mailing=M-1&kind=letter",
                                      "?contact=C-1",
                                      "?contact=C-5",
                                      "?contact=C-7",
                                      "?contact=CANARY-1",
                                      "?contact=nobody",
                                      "?delivery=D-1",
                                      "?delivery=D-6",
                                      "?addressee=A-1",
                                      "?addressee=A-6",
                                      "?user=olga",
                                      "?user=boris",
                                      "?user=canaria",
                                      "?kind=list-changed",
                                      "?kind=contacts-imported",
                                      "?kind=contact-changed",
                                      "?kind=deliveries-claimed",
                                      "?kind=mailing-approved",
                                      "?kind=user-added",
                                      "?kind=token-issued",
                                      "?kind=delivery-relayed",
                                      "?kind=nonsense",
                                      "?language=en",
                                      "?language=fr",
                                      "?as=eml",
                                      "?reason=no-ground",
                                      "?since=2013-01-01T00:00:00Z",
                                      "?until=2013-01-01T00:00:00Z",
                                      "?head=1:0",
                                      "?nonsense=1",
                                      "?limit=0",
                                      "?question=1",
                                      "?question=3",
                                      "?state=merged",
                                      "?state=set-aside",
                                      "?author=CANARY-1",
                                      "?format=csv",
                                      "?name=synthesis"};
/* Of the same, for the many paths with an id in them. */
static const char *const few_queries[] = {"",
                                          "?limit=1",
                                          "?after=A-1",
                                          "?contact=C-5",
                                          "?as=eml",
                                          "?state=included",
                                          "?contact=CANARY-1",
                                          "?language=fr",
                                          "?contact=C-1"};

typedef void (*AskedFor)(const char *path, gpointer data);

/* A stream begins with what there is, so that it need not be waited for. */
static char *with_query(const char *path, const char *query) {
  if (!g_str_has_suffix(path, "/follow"))
    return g_strconcat(path, query, NULL);
  return g_strconcat(path, *query != '\0' ? query : "?", "&after=0", NULL);
}

static void each_get(AskedFor asked, gpointer data) {
  for (gsize i = 0; i < G_N_ELEMENTS(routes); i++) {
    if (strcmp(routes[i].method, "GET") != 0)
      continue;
    g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
    fill_in(routes[i].path, paths);
    const char *const *with = paths->len > 1 ? few_queries : queries;
    gsize count = paths->len > 1 ? G_N_ELEMENTS(few_queries) : G_N_ELEMENTS(queries);
    for (guint p = 0; p < paths->len; p++)
      for (gsize q = 0; q < count; q++) {
        g_autofree char *path = with_query(g_ptr_array_index(paths, p), with[q]);
        asked(path, data);
      }
  }
}

/* ---- what is looked for -------------------------------------------------------------------------------- */

/* What was asked for may be said back: its canary words count for nothing in ANSWER. */
static void forget_said(const char *said, char *answer) {
  for (const char *at = said; (at = strstr(at, CANARY)) != NULL;) {
    gsize length = strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789-@.");
    g_autofree char *word = g_strndup(at, length);
    for (char *found; (found = strstr(answer, word)) != NULL;)
      memset(found, '_', length);
    at += length;
  }
}

static char *searchable(const GString *text) {
  char *all = g_ascii_strdown(text->str, (gssize)text->len);
  for (gsize i = 0; i < text->len; i++)
    if (all[i] == '\0') /* archives */
      all[i] = ' ';
  return all;
}

static void search(const char *what, const char *asked, const char *body, const Reply *reply) {
  g_autofree char *all = g_strconcat(asked, " ", body != NULL ? body : "", NULL);
  g_autofree char *said = g_ascii_strdown(all, -1);
  const GString *const parts[] = {reply->headers, reply->body};
  for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
    g_autofree char *text = searchable(parts[i]);
    forget_said(said, text);
    const char *found = strstr(text, CANARY);
    if (found != NULL)
      fail_msg("%s %s %s: a volunteer saw ...%.160s", what, asked, body != NULL ? body : "",
               MAX((const char *)text, found - 60));
  }
  if (reply->status >= 500 && reply->status != 503)
    fail_msg("%s %s: %u %s", what, asked, reply->status, reply->body->str);
}

/* The file NAME of a ustar archive (POSIX.1-1988): its header's size in octal, its bytes behind it. */
static char *file_of_archive(const GString *tar, const char *name) {
  for (gsize at = 0; at + 512 <= tar->len && tar->str[at] != '\0';) {
    gsize size = (gsize)g_ascii_strtoull(tar->str + at + 124, NULL, 8);
    if (strcmp(tar->str + at, name) == 0)
      return g_strndup(tar->str + at + 512, size);
    at += 512 + (size + 511) / 512 * 512;
  }
  fail_msg("%s is not in the archive", name);
  return NULL;
}

/* All that an answer tells, but for what grows with any change whatever: the chain of the journal
 * (commitments without their text) and the size of the database. */
static char *told(const char *path, const Reply *reply) {
  static const char *const grows[] = {"journal", "store", "busy", "entries", "head"};
  if (g_str_has_prefix(path, "/log/export") && reply->status == 200) {
    g_autofree char *entries = file_of_archive(reply->body, "entries.txt");
    return g_strdup_printf("%u\n%s", reply->status, entries);
  }
  gboolean about = g_str_has_prefix(path, "/status") || g_str_has_prefix(path, "/log/verify");
  g_autofree char *headers = g_strdup_printf("%u\n%s", reply->status, reply->headers->str);
  if (!about || reply->json == NULL)
    return g_strconcat(headers, reply->body->str, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(grows); i++)
    json_object_del(reply->json, grows[i]);
  char *text = json_dumps(reply->json, JSON_SORT_KEYS);
  char *all = g_strconcat(headers, text, NULL);
  free(text);
  return all;
}

/* ---- nothing changes for him --------------------------------------------------------------------------- */

typedef struct {
  TestHouse *home;
  GHashTable *before; /* path -> what was told */
  guint asked;
} Looking;

static void remember(const char *path, gpointer data) {
  Looking *looking = data;
  g_auto(Reply) reply = api_call(looking->home, "vera", "GET", path, NULL);
  g_hash_table_insert(looking->before, g_strdup(path), told(path, &reply));
}

static void compare(const char *path, gpointer data) {
  Looking *looking = data;
  g_auto(Reply) reply = api_call(looking->home, "vera", "GET", path, NULL);
  search("GET", path, NULL, &reply);
  g_autofree char *now = told(path, &reply);
  const char *before = g_hash_table_lookup(looking->before, path);
  looking->asked++;
  if (strcmp(before, now) != 0)
    fail_msg("GET %s tells of what is hidden; before:\n%s\nnow:\n%s", path, before, now);
}

static void sees_no_change_by_what_is_hidden(void **state) {
  (void)state;
  TestHouse *home = api_home_new();
  Looking looking = {home, g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free), 0};
  build_open_part(home);
  each_get(remember, &looking);
  build_hidden_part(home);
  each_get(compare, &looking);
  assert_true(looking.asked > 3000);
  g_hash_table_unref(looking.before);
  api_home_free(home);
}

/* ---- writing ------------------------------------------------------------------------------------------- */

/* What is hidden, and what of the same kind does not exist. */
static const struct {
  const char *hidden, *absent;
} twins[] = {{"C-5", "C-999999"}, {"C-7", "C-999999"},           {"CANARY-1", "NOBODY-1"},
             {"M-2", "M-999999"}, {"M-3", "M-999999"},           {"D-5", "D-999999"},
             {"H-5", "H-999999"}, {"Canary-Heads", "Not-There"}, {"Canary-Ruled", "Not-There"},
             {"A-5", "A-999999"}, {"canaria", "nobody"}};

/* %s is one of a pair of twins. */
static const char *const bodies[] = {
    "{}",
    "{\"reason\":\"because\"}",
    "{\"objects\":true,\"reason\":\"because\"}",
    "{\"contacts\":[\"%s\"]}",
    "{\"name\":\"ruled\",\"rule\":\"list=%s\"}",
    "{\"documents\":[\"F-1\"],\"lists\":[\"%s\"],\"wording\":\"pre-report\"}",
    "{\"kind\":\"email\",\"address\":\"canary-one@office.example\"}",
    "{\"kind\":\"office\",\"office_kind\":\"president\",\"country\":\"XA\"}",
    "{\"standing\":\"verified\"}",
    "{\"as\":\"presumed\",\"reason\":\"because\"}",
    "{\"person\":\"%s\",\"from\":\"2013-01-01\"}",
    "{\"family_name\":\"Other\"}",
    "{\"digest\":\"0000000000000000000000000000000000000000000000000000000000000000\"}",
    "{\"contact\":\"%s\"}",
    "{\"a\":\"A-1\",\"b\":\"%s\"}",
    "{\"nonsense\":\"%s\"}",
};

/* TEXT in lower case, with TWIN as if it were another name for the same. */
static char *without(const char *text, const char *twin) {
  g_autofree char *small = g_ascii_strdown(text, -1), *name = g_ascii_strdown(twin, -1);
  g_auto(GStrv) parts = g_strsplit(small, name, -1);
  return g_strjoinv("#", parts);
}

static char *put_in(const char *template, const char *value) {
  g_auto(GStrv) parts = g_strsplit(template, "%s", -1);
  return g_strjoinv(value, parts);
}

typedef struct {
  const RouteRow *route;
  const char *path; /* with %s, or without */
  const char *body;
} Template;

static char *write_as(TestHouse *home, const Template *template, const char *twin) {
  g_autofree char *path = put_in(template->path, twin), *body = put_in(template->body, twin);
  g_auto(Reply) reply = api_call(home, "vera", template->route->method, path, body);
  search(template->route->method, path, body, &reply);
  g_autofree char *all = g_strdup_printf("%u\n%s%s", reply.status, reply.headers->str, reply.body->str);
  return without(all, twin);
}

static void compare_twins(TestHouse *home, const Template *template) {
  for (gsize i = 0; i < G_N_ELEMENTS(twins); i++) {
    g_autofree char *absent = write_as(home, template, twins[i].absent);
    g_autofree char *hidden = write_as(home, template, twins[i].hidden);
    if (strcmp(absent, hidden) != 0)
      fail_msg("%s %s %s: %s is told from what does not exist:\n%s\nand\n%s", template->route->method,
               template->path, template->body, twins[i].hidden, hidden, absent);
  }
}

/* Each argument of the path in turn is one of the twins; the others are of what a volunteer sees. */
static void write_to(TestHouse *home, const RouteRow *route) {
  g_auto(GStrv) segments = g_strsplit(route->path, "/", -1);
  for (guint i = 0; segments[i] != NULL; i++) {
    if (segments[i][0] != '{' && segments[i + 1] != NULL)
      continue;
    g_autoptr(GString) path = g_string_new(NULL);
    for (guint k = 1; segments[k] != NULL; k++)
      g_string_append_printf(path, "/%s", segments[k][0] != '{' ? segments[k] : k == i ? "%s" : "C-1");
    for (gsize b = 0; b < G_N_ELEMENTS(bodies); b++) {
      const Template template = {route, path->str, bodies[b]};
      if (strstr(template.path, "%s") != NULL || strstr(template.body, "%s") != NULL)
        compare_twins(home, &template);
    }
  }
}

static void cannot_tell_hidden_from_absent_by_writing(void **state) {
  (void)state;
  TestHouse *home = api_home_new();
  build_open_part(home);
  build_hidden_part(home);
  for (gsize i = 0; i < G_N_ELEMENTS(routes); i++)
    if (strcmp(routes[i].method, "GET") != 0)
      write_to(home, &routes[i]);
  api_home_free(home);
}

/* ---- files --------------------------------------------------------------------------------------------- */

static const struct {
  const char *name, *rows; /* %s: a twin */
} files[] = {
    {"a row by its number or id", "person,%s,Ute,Vastrelle,FR,fr,new@attend.example,\n"},
    {"a row about the same mailbox", "person,,Ute,Neu,FR,fr,canary-one@office.example,\n"},
    {"a row of the holder's name", "person,,Talen,Canaria-Un,FR,fr,,\n"},
    {"an office", "office,%s,Talen,Canaria-Un,XA,fr,canary-one@office.example,\n"},
    {"a bad row", "person,%s,,,FR,fr,no address,\n"},
};

static char *upload_as(TestHouse *home, gsize file, const char *query, const char *twin) {
  g_autofree char *rows = put_in(files[file].rows, twin);
  g_autofree char *csv =
      g_strconcat("kind,id,given_name,family_name,country,language,email,organisation\n", rows, NULL);
  g_autofree char *path = g_strdup_printf("/imports?dry-run=1&name=%s%s", "file.csv", query);
  g_auto(Reply) reply = api_upload(home, "vera", path, "text/csv", csv, strlen(csv));
  search(files[file].name, path, csv, &reply);
  g_autofree char *all = g_strdup_printf("%u %s", reply.status, reply.body->str);
  return without(all, twin);
}

/* An id of its own is unique in the house: that it is taken can be told, whose it is cannot. */
static void imports_find_nothing_hidden(void **state) {
  (void)state;
  TestHouse *home = api_home_new();
  build_open_part(home);
  build_hidden_part(home);
  for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
    g_autofree char *absent = upload_as(home, i, "", "C-999999"), *hidden = upload_as(home, i, "", "C-5");
    g_autofree char *list = upload_as(home, i, "&list=Not-There", "C-999999");
    g_autofree char *hidden_list = upload_as(home, i, "&list=Canary-Heads", "C-999999");
    g_autofree char *external = upload_as(home, i, "", "CANARY-1");
    assert_string_equal(hidden, absent);
    assert_string_equal(hidden_list, list);
  }
  api_home_free(home);
}

/* ---- what changes sides -------------------------------------------------------------------------------- */

/* A list of both: its name and size are of what he sees, and its rule names no list that he does not. */
static void sees_only_his_part_of_a_mixed_list(void **state) {
  (void)state;
  TestHouse *home = api_home_new();
  build_open_part(home);
  build_hidden_part(home);
  api_do(home, "olga", "POST", "/lists", "{\"name\":\"both\",\"rule\":\"list=everybody,Canary-Heads\"}");
  json_t *seen = api_done(home, "vera", "GET", "/lists/both", NULL);
  json_t *all = api_done(home, "olga", "GET", "/lists/both", NULL);
  assert_int_equal(json_integer_value(json_object_get(seen, "size")), 4);
  assert_int_equal(json_array_size(json_object_get(seen, "items")), 4);
  assert_true(json_integer_value(json_object_get(all, "size")) >= 7);
  json_decref(seen);
  json_decref(all);
  g_auto(Reply) list = api_call(home, "vera", "GET", "/lists/both", NULL);
  g_auto(Reply) lists = api_call(home, "vera", "GET", "/lists", NULL);
  g_auto(Reply) log = api_call(home, "vera", "GET", "/log?limit=1000", NULL);
  search("GET", "/lists/both", NULL, &list);
  search("GET", "/lists", NULL, &lists);
  search("GET", "/log", NULL, &log);
  api_home_free(home);
}

/* An organiser turns a volunteer's draft to offices: from then on it is not the volunteer's. */
static void a_draft_turned_to_offices_is_gone(void **state) {
  (void)state;
  TestHouse *home = api_home_new();
  build_open_part(home);
  build_hidden_part(home);
  g_autofree char *mailing = api_make(home, "vera", "/mailings", pre_report);
  g_autofree char *path = g_strconcat("/mailings/", mailing, NULL);
  api_do(home, "vera", "PUT", path, "{\"category\":\"correction\"}");
  api_do(home, "olga", "PUT", path, "{\"category\":\"forum\"}");
  api_do(home, "vera", "GET", path, NULL);
  api_do(home, "olga", "PUT", path, "{\"lists\":[\"Canary-Heads\"],\"documents\":[\"F-2\"]}");
  assert_refused(home, "vera", "GET", path, NULL, 404, "no such mailing");
  assert_refused(home, "vera", "PUT", path, "{\"category\":\"forum\"}", 404, "no such mailing");
  g_auto(Reply) list = api_call(home, "vera", "GET", "/mailings", NULL);
  search("GET", "/mailings", NULL, &list);
  assert_null(strstr(list.body->str, mailing));
  api_do(home, "olga", "PUT", path, "{\"lists\":[\"francophones\"],\"documents\":[\"F-1\"]}");
  api_steps(home, "olga", mailing, "roll");
  assert_refused(home, "vera", "GET", path, NULL, 404, "no such mailing");
  api_home_free(home);
}

/* Lists of offices that were empty when a mailing was rolled are not named by it afterwards. */
static void a_mailing_names_no_hidden_list(void **state) {
  (void)state;
  TestHouse *home = api_home_new();
  build_open_part(home);
  api_do(home, "olga", "POST", "/lists", "{\"name\":\"Canary-Later\"}");
  g_autofree char *mailing = api_make(
      home, "olga", "/mailings",
      "{\"documents\":[\"F-1\"],\"lists\":[\"everybody\",\"Canary-Later\"],\"wording\":\"pre-report\"}");
  api_steps(home, "olga", mailing, "roll");
  build_hidden_contacts(home);
  api_do(home, "olga", "POST", "/lists/Canary-Later/members", "{\"contacts\":[\"CANARY-1\"]}");
  g_autofree char *path = g_strconcat("/mailings/", mailing, NULL);
  g_auto(Reply) one = api_call(home, "vera", "GET", path, NULL);
  g_auto(Reply) list = api_call(home, "vera", "GET", "/mailings", NULL);
  assert_int_equal(one.status, 200);
  search("GET", path, NULL, &one);
  search("GET", "/mailings", NULL, &list);
  assert_int_equal(json_array_size(json_object_get(one.json, "lists")), 1);
  api_home_free(home);
}

/* Who comes to hold an office is no attendee any more. */
static void a_person_who_takes_office_is_gone(void **state) {
  (void)state;
  TestHouse *home = api_home_new();
  build_open_part(home);
  build_hidden_part(home);
  api_do(home, "olga", "POST", "/contacts/CANARY-1/tenures", "{\"person\":\"A-4\",\"from\":\"2014-06-01\"}");
  assert_refused(home, "vera", "GET", "/contacts/A-4", NULL, 404, "A-4");
  json_t *list = api_done(home, "vera", "GET", "/lists/everybody", NULL);
  json_t *all = api_done(home, "vera", "GET", "/contacts", NULL);
  assert_int_equal(json_integer_value(json_object_get(list, "size")), 3);
  assert_int_equal(json_array_size(json_object_get(all, "items")), 3);
  json_decref(list);
  json_decref(all);
  api_home_free(home);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sees_no_change_by_what_is_hidden),
      cmocka_unit_test(cannot_tell_hidden_from_absent_by_writing),
      cmocka_unit_test(imports_find_nothing_hidden),
      cmocka_unit_test(sees_only_his_part_of_a_mixed_list),
      cmocka_unit_test(a_draft_turned_to_offices_is_gone),
      cmocka_unit_test(a_mailing_names_no_hidden_list),
      cmocka_unit_test(a_person_who_takes_office_is_gone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
