/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is malformed, too much or out of turn is refused, with the place named; and two mailings from end to
 * end. */
#include "unit/api/api_door.h"

static const char attendees[] = "kind,id,given_name,family_name,country,language,email\n"
                                "person,A-1,Ute,Vastrelle,FR,fr,ute@attend.example\n"
                                "person,A-2,Theo,Ambrune,FR,fr,theo@attend.example\n"
                                "person,A-3,Awa,Diarrassane,SN,fr,awa@attend.example\n"
                                "person,A-4,Joan,Keats,GB,en,joan@attend.example\n";

static const char offices[] =
    "kind,id,given_name,family_name,gender,office,office_kind,country,language,email,ground,ground_evidence,"
    "tenure_from,verified_at\n"
    "office,S-1,Talen,Vascourt,M,Palais,president,XA,fr,palais@office.example,approval-expressed,Lettre,"
    "2012-05-14,2013-11-18\n";

/* One thing of each kind, numbered 1: C, H, F, M, A, D, the list "everybody". */
static TestHouse *furnished(void) {
  TestHouse *home = api_home_new();
  api_users(home);
  api_import(home, "olga", "list=everybody&name=attendees.csv", attendees);
  api_document(home, 1, "pre-report");
  g_autofree char *mailing =
      api_make(home, "olga", "/mailings",
               "{\"documents\":[\"F-1\"],\"lists\":[\"everybody\"],\"wording\":\"pre-report\"}");
  assert_string_equal(mailing, "M-1");
  api_steps(home, "olga", mailing, "roll submit release");
  api_run(home);
  api_import(home, "olga", "list=heads&name=offices.csv", offices);
  return home;
}

/* ---- every text of every body -------------------------------------------------------------------------- */

/* BASE is what must be there besides, each ended by a comma. A field in brackets is a list. */
static const struct {
  const char *user, *method, *path, *base, *fields;
} texts[] = {
    {"olga", "POST", "/hold", "", "reason"},
    {"olga", "POST", "/unhold", "", "reason"},
    {"adam", "POST", "/clock", "", "to by"},
    {"adam", "POST", "/clock/accept", "", "reason"},
    {"olga", "POST", "/contacts", "",
     "kind id given_name family_name gender honorific salutation office office_kind organisation portfolio "
     "city "
     "country language email email_private_office email_mission lists ground ground_area ground_evidence "
     "ground_date tenure_from tenure_to verified_at openpgp telephone [lists] [email]"},
    {"olga", "PUT", "/contacts/C-1", "", "given_name family_name email lists [lists] telephone organisation"},
    {"olga", "POST", "/contacts/S-1/grounds", "\"kind\":\"sse-promotion\",", "area evidence"},
    {"olga", "POST", "/contacts/S-1/grounds", "", "kind"},
    {"olga", "POST", "/contacts/S-1/grounds", "\"kind\":\"sse-promotion\",\"evidence\":\"law\",",
     "date file file_name"},
    {"olga", "POST", "/contacts/A-1/memberships", "", "organisation role from to"},
    {"boris", "POST", "/contacts/S-1/overrides", "\"mailing\":\"M-1\",", "reason"},
    {"boris", "POST", "/contacts/S-1/overrides", "\"reason\":\"because\",", "mailing"},
    {"boris", "POST", "/contacts/S-1/overrides/statement", "\"mailing\":\"M-1\",", "reason"},
    {"boris", "POST", "/contacts/S-1/overrides/statement", "\"reason\":\"because\",", "mailing"},
    {"olga", "POST", "/contacts/S-1/tenures", "", "person"},
    {"olga", "POST", "/contacts/S-1/tenures", "\"person\":\"A-1\",", "from to verified_at manner"},
    {"olga", "POST", "/contacts/C-1/channels", "", "kind role via"},
    {"olga", "POST", "/contacts/C-1/channels", "\"kind\":\"email\",", "address"},
    {"olga", "PUT", "/contacts/C-1/channels/H-1", "", "address role via standing"},
    {"olga", "PUT", "/contacts/C-1/channels/H-1", "\"standing\":\"suspect\",", "reason"},
    {"olga", "PUT", "/contacts/C-1/channels/H-1", "\"standing\":\"verified\",", "reason"},
    {"olga", "POST", "/contacts/C-1/objection", "\"objects\":true,", "reason channel"},
    {"olga", "POST", "/contacts/C-1/unsubscriptions", "", "category"},
    {"olga", "POST", "/documents/F-1/freeze", "", "confirm"},
    {"olga", "POST", "/documents/F-1/publish", "", "at"},
    {"olga", "POST", "/contacts/C-1/merge", "", "contact"},
    {"olga", "POST", "/contacts/C-1/unmerge", "", "contact"},
    {"olga", "POST", "/duplicates", "", "a"},
    {"olga", "POST", "/duplicates", "\"a\":\"C-1\",", "b"},
    {"olga", "POST", "/lists", "", "name"},
    {"olga", "POST", "/lists", "\"name\":\"new\",", "rule"},
    {"olga", "POST", "/lists", "\"name\":\"new\",\"workshop\":true,", "room language facilitator rapporteur"},
    {"olga", "PUT", "/lists/everybody", "", "room language facilitator rapporteur"},
    {"olga", "POST", "/lists/everybody/members", "", "contacts [contacts]"},
    {"olga", "POST", "/lists/everybody/members", "\"contacts\":\"A-1\",", "role"},
    {"olga", "DELETE", "/lists/everybody/members", "", "contacts [contacts]"},
    {"olga", "POST", "/mailings", "",
     "documents [documents] lists [lists] wording acknowledgement counts_from sign category delivery_policy "
     "next_channel remind_after message_limit at not_after"},
    {"olga", "PUT", "/mailings/M-1", "",
     "documents [documents] lists [lists] wording acknowledgement counts_from sign category delivery_policy "
     "next_channel remind_after message_limit at not_after"},
    {"olga", "POST", "/mailings/M-1/supplement", "", "wording"},
    {"olga", "POST", "/addressees/A-1/acknowledgements", "",
     "kind meaning date by note file_name received file"},
    {"olga", "POST", "/addressees/A-1/waiver", "", "reason"},
    {"olga", "POST", "/mailings/M-1/test", "", "contact language"},
    {"olga", "PUT", "/mailings/M-1/mailboxes", "\"choose\":\"each\",", "address"},
    {"olga", "PUT", "/mailings/M-1/mailboxes", "\"address\":\"ute@attend.example\",", "choose"},
    {"olga", "PUT", "/mailings/M-1/mailboxes", "\"address\":\"ute@attend.example\",\"choose\":\"one\",",
     "contact"},
    {"boris", "POST", "/mailings/M-1/approve", "", "digest"},
    {"boris", "POST", "/mailings/M-1/reject", "", "reason"},
    {"olga", "POST", "/mailings/M-1/pause", "", "reason"},
    {"olga", "POST", "/mailings/M-1/cancel", "", "reason"},
    {"olga", "POST", "/deliveries/D-1/settle", "", "as"},
    {"olga", "POST", "/deliveries/D-1/settle", "\"as\":\"resend\",", "reason"},
    {"olga", "POST", "/inbound/B-1/assign", "", "delivery"},
    {"olga", "POST", "/inbound/B-1/assign", "\"delivery\":\"D-1\",", "meaning by note"},
    {"olga", "POST", "/inbound/B-1/meaning", "", "meaning"},
    {"olga", "POST", "/inbound/B-1/meaning", "\"meaning\":\"support\",", "by note ground"},
    {"olga", "POST", "/inbound/B-1/dismiss", "", "reason"},
    {"olga", "POST", "/keys/K-1/confirm", "", "contact"},
    {"olga", "POST", "/keys/K-1/retire", "", "reason"},
    {"olga", "POST", "/proposals", "\"text\":\"x\",", "language workshop author inbound"},
    {"olga", "PUT", "/proposals/questions/1", "", "fr en es pt"},
    {"olga", "PUT", "/proposals/edition", "", "fr en es pt"},
    {"olga", "POST", "/proposals/moderate", "", "proposals [proposals]"},
    {"olga", "POST", "/proposals/assign", "\"question\":1,", "proposals [proposals]"},
    {"olga", "POST", "/proposals/order", "\"question\":1,", "proposals [proposals]"},
    {"olga", "POST", "/proposals/P-1/merge", "", "proposal"},
    {"olga", "POST", "/proposals/P-1/set-aside", "", "reason"},
    {"olga", "PUT", "/proposals/P-1/wording", "\"text\":\"x\",", "language"},
    {"adam", "POST", "/users", "", "name"},
    {"adam", "POST", "/users", "\"name\":\"new\",", "unix_user email"},
    {"adam", "POST", "/users", "\"name\":\"new\",\"unix_user\":\"new\",", "roles [roles]"},
};

/* Those that take a file, and those that take nothing. */
static const struct {
  const char *user, *path;
} uploads[] = {{"olga", "/imports"},
               {"olga", "/documents"},
               {"olga", "/documents/verify"},
               {"olga", "/evidence"},
               {"olga", "/inbound"},
               {"olga", "/keys"},
               {"olga", "/documents/F-1/versions"},
               {"adam", "/users/vera/key"},
               {"olga", "/deliveries/D-1/done"}},
  bare[] = {{"olga", "/contacts/C-1/review"},
            {"olga", "/contacts/C-1/erase"},
            {"olga", "/log/heads"},
            {"olga", "/deliveries/D-1/evidence"},
            {"olga", "/mailings/M-1/roll"},
            {"olga", "/mailings/M-1/submit"},
            {"olga", "/mailings/M-1/reminder"},
            {"olga", "/mailings/M-1/release"},
            {"olga", "/mailings/M-1/resume"},
            {"olga", "/mailings/M-1/close"},
            {"olga", "/proposals/P-1/take-back"},
            {"olga", "/proposals/P-1/split"},
            {"adam", "/users/vera/token"},
            {"adam", "/users/vera/disable"}};

static const struct {
  const char *method, *path;
} routes[] = {
#define ROUTE(method, path, roles, handler, sentence) {#method, path},
#include "api/routes.def"
#undef ROUTE
};

/* Is PATH one of PATTERN? */
static gboolean fits(const char *pattern, const char *path) {
  g_auto(GStrv) a = g_strsplit(pattern, "/", -1), b = g_strsplit(path, "/", -1);
  if (g_strv_length(a) != g_strv_length(b))
    return FALSE;
  for (guint i = 0; a[i] != NULL; i++)
    if (a[i][0] != '{' && strcmp(a[i], b[i]) != 0)
      return FALSE;
  return TRUE;
}

static gboolean is_covered(const char *method, const char *path) {
  gboolean found = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    found = found || (strcmp(texts[i].method, method) == 0 && fits(path, texts[i].path));
  for (gsize i = 0; i < G_N_ELEMENTS(uploads); i++)
    found = found || fits(path, uploads[i].path);
  for (gsize i = 0; i < G_N_ELEMENTS(bare); i++)
    found = found || fits(path, bare[i].path);
  return found;
}

static void every_route_that_writes_is_tried(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(routes); i++)
    if (strcmp(routes[i].method, "GET") != 0 && !is_covered(routes[i].method, routes[i].path))
      fail_msg("%s %s: add it to the tables above", routes[i].method, routes[i].path);
}

static const struct {
  const char *name, *value; /* as it stands between the quotes; NULL: too long */
  gboolean is_json;         /* else the parser refuses it, and cannot name the field */
} bad_values[] = {
    {"a line feed", "a\\nb", TRUE},
    {"a carriage return", "a\\rb", TRUE},
    {"a header in disguise", "a\\r\\nBcc: eve@evil.example", TRUE},
    {"a bell", "a\\u0007b", TRUE},
    {"DEL", "a\\u007fb", TRUE},
    {"too long", NULL, TRUE},
    {"NUL", "a\\u0000b", FALSE},
    {"a raw NUL", "a#b", FALSE},
    {"no UTF-8", "a\xff\xfe", FALSE},
    {"half a surrogate", "a\\ud800b", FALSE},
    {"a raw line feed", "a\nb", FALSE},
    {"an overlong slash", "a\xc0\xaf", FALSE},
};

/* '#' in VALUE stands for a raw NUL. */
static void try_value(TestHouse *home, gsize row, const char *field, gsize value) {
  static char *too_long;
  if (too_long == NULL)
    too_long = g_strnfill(3000, 'a');
  gboolean is_list = *field == '[';
  g_autofree char *name = is_list ? g_strndup(field + 1, strlen(field) - 2) : g_strdup(field);
  const char *text = bad_values[value].value != NULL ? bad_values[value].value : too_long;
  g_autofree char *body = g_strdup_printf("{%s\"%s\":%s\"%s\"%s}", texts[row].base, name, is_list ? "[" : "",
                                          text, is_list ? "]" : "");
  gsize length = strlen(body);
  if (strcmp(text, "a#b") == 0)
    *strchr(body, '#') = '\0';
  Question q = {.user = texts[row].user,
                .method = texts[row].method,
                .path = texts[row].path,
                .type = "application/json",
                .body = body,
                .length = length};
  g_auto(Reply) reply = api_ask(home, &q);
  const char *part = bad_values[value].is_json ? name : "the body is no JSON";
  if (reply.status != 400 || strstr(reply_message(&reply), part) == NULL)
    fail_msg("%s %s: %s in %s: %u %s", q.method, q.path, bad_values[value].name, field, reply.status,
             reply.body->str);
}

static void bad_text_is_refused_by_name(void **state) {
  (void)state;
  TestHouse *home = furnished();
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
    g_auto(GStrv) fields = g_strsplit(texts[i].fields, " ", -1);
    for (char **field = fields; *field != NULL; field++)
      for (gsize v = 0; v < G_N_ELEMENTS(bad_values); v++)
        try_value(home, i, *field, v);
  }
  api_home_free(home);
}

/* Numbers, truth values, nothing and objects where a text is wanted. */
static void other_kinds_of_value_are_refused(void **state) {
  (void)state;
  static const char *const values[] = {"5", "true", "{}", "[5]", "[[\"a\"]]", "[null]"};
  TestHouse *home = furnished();
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
    g_auto(GStrv) fields = g_strsplit(texts[i].fields, " ", -1);
    for (char **field = fields; *field != NULL; field++)
      for (gsize v = 0; v < G_N_ELEMENTS(values) && **field != '['; v++) {
        g_autofree char *body = g_strdup_printf("{%s\"%s\":%s}", texts[i].base, *field, values[v]);
        g_autofree char *part = g_strconcat(*field, ": a text is wanted here", NULL);
        assert_refused(home, texts[i].user, texts[i].method, texts[i].path, body, 400, part);
      }
  }
  api_home_free(home);
}

static const struct {
  const char *name, *user, *method, *path, *body, *part;
} odd[] = {
    {"a letter too few", "olga", "POST", "/hold", "{\"reasn\":\"x\"}", "did you mean reason?"},
    {"a contact's field", "olga", "POST", "/contacts", "{\"given_nam\":\"x\"}", "did you mean given_name?"},
    {"a field with a value in it", "olga", "POST", "/contacts", "{\"given_name=x\":\"y\"}", "no such field"},
    {"a mailing's field", "olga", "POST", "/mailings", "{\"documnets\":[]}", "did you mean documents?"},
    {"case counts", "olga", "POST", "/hold", "{\"Reason\":\"x\"}", "did you mean reason?"},
    {"a flag", "olga", "POST", "/lists", "{\"name\":\"x\",\"workshop\":\"yes\"}", "workshop: true or false"},
    {"a number", "olga", "POST", "/lists", "{\"name\":\"x\",\"question\":\"4\"}", "question: a whole number"},
    {"a number too large", "olga", "POST", "/lists", "{\"name\":\"x\",\"question\":100}", "from 1 to 99"},
    {"a number with a point", "olga", "POST", "/lists", "{\"name\":\"x\",\"question\":1.0}", "question"},
    {"objection of what kind", "olga", "POST", "/contacts/C-1/objection", "{\"reason\":\"x\"}", "objects"},
    {"a size", "olga", "POST", "/contacts/C-1/channels",
     "{\"kind\":\"email\",\"address\":\"a@b.example\",\"max_message_bytes\":\"big\"}", "max_message_bytes"},
    {"a size too small", "olga", "POST", "/contacts/C-1/channels",
     "{\"kind\":\"email\",\"address\":\"a@b.example\",\"max_message_bytes\":5}", "10 KiB"},
    {"a size below nothing", "olga", "PUT", "/contacts/C-1/channels/H-1", "{\"max_message_bytes\":-1}",
     "max_message_bytes"},
    {"an answer", "olga", "PUT", "/contacts/C-1/channels/H-1", "{\"plain_only\":\"yes\"}",
     "plain_only: true or false"},
    {"a bell in an address", "olga", "POST", "/contacts/C-1/channels",
     "{\"kind\":\"post\",\"address\":\"a\\nb\\u0007\"}", "address"},
    {"a manner", "olga", "POST", "/contacts/S-1/tenures", "{\"person\":\"A-1\",\"manner\":\"king\"}", "king"},
    {"nobody to add", "olga", "POST", "/lists/everybody/members", "{}", "contacts: is missing"},
    {"values that are none", "olga", "POST", "/mailings", "{\"values\":[]}", "values: an object"},
    {"a value that is none", "olga", "POST", "/mailings", "{\"values\":{\"a\":5}}", "values: a: a text"},
    {"a value's name", "olga", "POST", "/mailings", "{\"wording\":\"pre-report\",\"values\":{\"a b\":\"x\"}}",
     "a b"},
    {"a moment", "olga", "POST", "/mailings", "{\"at\":\"tomorrow\"}", "at"},
    {"a moment without a zone", "olga", "POST", "/mailings", "{\"at\":\"2013-12-01T10:00:00\"}", "at"},
    {"a digest", "boris", "POST", "/mailings/M-1/approve", "{\"digest\":\"abc\"}", "64 hexadecimal digits"},
    {"no role", "adam", "POST", "/users", "{\"name\":\"new\"}", "role"},
    {"an unknown role", "adam", "POST", "/users", "{\"name\":\"new\",\"roles\":[\"king\"]}", "king"},
    {"a user's name", "adam", "POST", "/users", "{\"name\":\"Old Olga\",\"roles\":[\"auditor\"]}", "a-z"},
    {"root", "adam", "POST", "/users", "{\"name\":\"root\",\"roles\":[\"auditor\"]}", "reserved"},
    {"an array", "olga", "POST", "/hold", "[]", "must be a JSON object"},
    {"a text", "olga", "POST", "/hold", "\"reason\"", "no JSON"},
    {"half an object", "olga", "POST", "/hold", "{\"reason\":", "line 1 column"},
    {"two of a name", "olga", "POST", "/hold", "{\"reason\":\"a\",\"reason\":\"b\"}", "duplicate"},
    {"something behind", "olga", "POST", "/hold", "{\"reason\":\"a\"} x", "no JSON"},
    {"nothing", "olga", "POST", "/hold", NULL, "reason: is missing"},
    {"nothing in it", "olga", "POST", "/hold", "{\"reason\":\"  \"}", "reason: is missing"},
    {"null", "olga", "POST", "/hold", "{\"reason\":null}", "reason: is missing"},
    {"settling how", "olga", "POST", "/deliveries/D-1/settle", "{\"as\":\"lost\",\"reason\":\"x\"}",
     "presumed"},
};

static void odd_bodies_are_refused(void **state) {
  (void)state;
  TestHouse *home = furnished();
  for (gsize i = 0; i < G_N_ELEMENTS(odd); i++)
    assert_refused(home, odd[i].user, odd[i].method, odd[i].path, odd[i].body, 400, odd[i].part);
  g_autofree char *deep = g_strnfill(64, '[');
  g_autofree char *body = g_strconcat("{\"reason\":", deep, NULL);
  assert_refused(home, "olga", "POST", "/hold", body, 400, "nested deeper");
  api_home_free(home);
}

/* ---- the form of a body -------------------------------------------------------------------------------- */

static void assert_form_refused(TestHouse *home, const char *user, const char *method, const char *path) {
  static const char *const types[] = {"text/plain", "application/x-www-form-urlencoded",
                                      "multipart/form-data"};
  for (gsize t = 0; t < G_N_ELEMENTS(types); t++) {
    Question q = {user, NULL, method, path, types[t], "reason=x", strlen("reason=x")};
    g_auto(Reply) reply = api_ask(home, &q);
    if (reply.status != 400 || strstr(reply_message(&reply), types[t]) == NULL)
      fail_msg("%s %s as %s: %u %s", method, path, types[t], reply.status, reply.body->str);
  }
}

static void another_form_of_body_is_refused(void **state) {
  (void)state;
  TestHouse *home = furnished();
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    assert_form_refused(home, texts[i].user, texts[i].method, texts[i].path);
  for (gsize i = 0; i < G_N_ELEMENTS(bare); i++) {
    assert_form_refused(home, bare[i].user, "POST", bare[i].path);
    assert_refused(home, bare[i].user, "POST", bare[i].path, "{\"reason\":\"x\"}", 400, "reason");
  }
  for (gsize i = 0; i < G_N_ELEMENTS(uploads); i++) {
    g_autofree char *path = g_strconcat(uploads[i].path, "", NULL);
    assert_refused(home, uploads[i].user, "POST", path, "{}", 400, "a file is wanted");
    assert_refused(home, uploads[i].user, "POST", path, NULL, 400, "a file is wanted");
  }
  api_home_free(home);
}

static void a_body_too_large_is_refused(void **state) {
  (void)state;
  static const char *const types[] = {"application/json", "text/csv"};
  TestHouse *home = furnished();
  Door door = door_open(home, 1000);
  g_autofree char *body = g_strnfill(5000, ' ');
  for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
    g_autoptr(GString) answer = g_string_new(NULL);
    Question q = {.token = g_hash_table_lookup(home->tokens, "olga"),
                  .method = "POST",
                  .path = "/imports",
                  .type = types[i],
                  .body = body,
                  .length = 5000};
    assert_int_equal(door_ask(&door, &q, answer), 413);
    assert_non_null(strstr(answer->str, "1000 bytes"));
  }
  door_close(&door);
  api_home_free(home);
}

/* ---- queries, ids, pages ------------------------------------------------------------------------------- */

static char *existing(const char *pattern) {
  static const struct {
    const char *under, *value;
  } values[] = {{"/contacts/", "C-1"},        {"/lists/", "everybody"}, {"/documents/", "F-1"},
                {"/templates/", "synthesis"}, {"/mailings/", "M-1"},    {"/deliveries/", "D-1"},
                {"/users/", "vera"}};
  g_auto(GStrv) segments = g_strsplit(pattern, "/", -1);
  for (char **segment = segments; *segment != NULL; segment++)
    for (gsize i = 0; **segment == '{' && i < G_N_ELEMENTS(values); i++)
      if (g_str_has_prefix(pattern, values[i].under)) {
        const char *value = strcmp(*segment, "{channel}") == 0 ? "H-1" : values[i].value;
        g_free(*segment);
        *segment = g_strdup(value);
      }
  return g_strjoinv("/", segments);
}

/* On every route, also those whose arguments are in the body. */
static void unknown_arguments_are_refused(void **state) {
  (void)state;
  TestHouse *home = furnished();
  api_user(home, "all", ROLE_ORGANISER | ROLE_APPROVER | ROLE_ADMIN);
  for (gsize i = 0; i < G_N_ELEMENTS(routes); i++) {
    g_autofree char *path = existing(routes[i].path);
    g_autofree char *asked = g_strconcat(path, "?nonsens=1", NULL);
    assert_refused(home, "all", routes[i].method, asked, NULL, 400, "nonsens: there is no such argument");
  }
  assert_refused(home, "olga", "GET", "/contacts?serch=x", NULL, 400, "did you mean search?");
  assert_refused(home, "olga", "POST", "/imports?dryrun=1", NULL, 400, "did you mean dry-run?");
  api_home_free(home);
}

static const struct {
  const char *path;
  guint status;
  const char *part;
} asked[] = {
    {"/mailings/D-1", 404, "D-1"},
    {"/mailings/7", 404, "7"},
    {"/mailings/M-0", 404, "M-0"},
    {"/mailings/M--1", 404, "M--1"},
    {"/mailings/M-99999999999999999999", 404, "M-99999999999999999999"},
    {"/mailings/M-2", 404, "M-2"},
    {"/deliveries/M-1", 404, "M-1"},
    {"/documents/C-1", 404, "C-1"},
    {"/contacts/M-1", 404, "M-1"},
    {"/contacts/H-1", 404, "H-1"},
    {"/lists/nothing", 404, "nothing"},
    {"/templates/nothing", 404, "nothing"},
    {"/deliveries?mailing=D-1", 400, "D-1"},
    {"/deliveries?contact=nobody", 404, "nobody"},
    {"/log?contact=nobody", 404, "nobody"},
    {"/contacts/S-1/grounds/99/file", 404, "no ground of that number"},
    {"/contacts/S-1/grounds/x/file", 404, "no ground of that number"},
    {"/deliveries?state=lost", 400, "lost"},
    {"/log?mailing=7", 400, "7"},
    {"/log?kind=nonsense", 400, "nonsense"},
    {"/log/follow?kind=nonsense&after=0", 400, "nonsense"},
    {"/log?since=yesterday", 400, "since"},
    {"/log?newest=yes", 400, "newest"},
    {"/log/verify?head=x", 400, "head"},
    {"/contacts?kind=thing", 400, "thing"},
    {"/contacts?standing=thing", 400, "thing"},
    {"/contacts?list=nothing", 404, "nothing"},
    {"/mailings/M-1/roll?state=thing", 400, "thing"},
    {"/mailings/M-1/preview?language=klingon", 400, "klingon"},
    {"/mailings/M-1/preview?as=pdf", 400, "pdf"},
    {"/templates/synthesis?language=de", 400, "de"},
    {"/forms?language=de", 400, "de"},
    {"/forms?kind=shah", 400, "shah"},
    {"/forms?state=QQ", 400, "QQ"},
    {"/forms?unreviewed=perhaps", 400, "unreviewed"},
    {"/forms?after=-1", 400, "after"},
    {"/contacts?limit=0", 400, "limit"},
    {"/contacts?limit=1001", 400, "limit"},
    {"/contacts?limit=-1", 400, "limit"},
    {"/contacts?limit=", 400, "limit"},
    {"/contacts?limit=ten", 400, "limit"},
    {"/contacts?after=garbage", 400, "garbage"},
    {"/contacts?after=M-1", 400, "M-1"},
    {"/log?after=garbage", 400, "after"},
    {"/log?after=-1", 400, "after"},
    {"/mailings?after=C-1", 400, "C-1"},
    {"/deliveries?limit=1001", 400, "limit"},
    {"/documents?limit=0", 400, "limit"},
    {"/lists/everybody?limit=0", 400, "limit"},
};

static void wrong_ids_and_pages_are_refused(void **state) {
  (void)state;
  TestHouse *home = furnished();
  for (gsize i = 0; i < G_N_ELEMENTS(asked); i++)
    assert_refused(home, "olga", "GET", asked[i].path, NULL, asked[i].status, asked[i].part);
  assert_refused(home, "olga", "POST", "/imports?dry-run=yes&name=x", NULL, 400, "dry-run");
  assert_refused(home, "olga", "PUT", "/contacts/C-1/channels/C-1", "{\"role\":\"copy\"}", 404, "C-1");
  assert_refused(home, "boris", "POST", "/contacts/S-1/overrides", "{\"mailing\":\"M-9\",\"reason\":\"x\"}",
                 404, "M-9");
  api_home_free(home);
}

static const char *const paged[] = {"/contacts", "/lists/everybody",   "/deliveries",
                                    "/log",      "/mailings/M-1/roll", "/log?newest=1"};

/* Page by page all is seen, each once, in the order of the whole. */
static void pages_make_the_whole(void **state) {
  (void)state;
  TestHouse *home = furnished();
  for (gsize i = 0; i < G_N_ELEMENTS(paged); i++) {
    const char *sign = strchr(paged[i], '?') != NULL ? "&" : "?";
    g_autofree char *whole = g_strconcat(paged[i], sign, "limit=1000", NULL);
    json_t *all = api_done(home, "olga", "GET", whole, NULL), *together = json_array();
    assert_true(json_is_null(json_object_get(all, "next")));
    g_autofree char *after = g_strdup("");
    while (after != NULL) {
      g_autofree char *path = g_strconcat(paged[i], sign, "limit=3", after, NULL);
      json_t *page = api_done(home, "olga", "GET", path, NULL);
      json_array_extend(together, json_object_get(page, "items"));
      g_free(after);
      const char *next = json_text(page, "next");
      after = next != NULL ? g_strconcat("&after=", next, NULL) : NULL;
      json_decref(page);
    }
    if (!json_equal(together, json_object_get(all, "items")))
      fail_msg("%s: its pages are not the whole", paged[i]);
    assert_true(json_array_size(together) >= 4);
    json_decref(together);
    json_decref(all);
  }
  api_home_free(home);
}

/* The index of each line of a stream, which must follow the one before. */
static gint64 read_lines(const GString *lines, gint64 last) {
  g_auto(GStrv) each = g_strsplit(lines->str, "\n", -1);
  for (char **line = each; *line != NULL && **line != '\0'; line++) {
    json_t *entry = json_loads(*line, 0, NULL);
    gint64 index = json_integer_value(json_object_get(entry, "index"));
    assert_int_equal(index, last + 1);
    last = index;
    json_decref(entry);
  }
  return last;
}

/* What there is comes page by page, what is added meanwhile behind it, each entry once. */
static void a_stream_shows_each_entry_once(void **state) {
  (void)state;
  TestHouse *home = api_home_new();
  api_users(home);
  for (guint i = 0; i < 250; i++)
    api_do(home, "adam", "POST", "/users/vera/token", "{}");
  SentHeaders sent = {g_strconcat("Bearer ", (char *)g_hash_table_lookup(home->tokens, "alma"), NULL), NULL};
  Target *target = NULL;
  assert_done(target_parse("/api/v1/log/follow?after=0", &target, error));
  g_autoptr(Request) request = request_new("GET", target, api_header_of, &sent);
  g_autoptr(Response) response = response_new();
  assert_int_equal(api_gate(request, response, home->api), 0);
  api_handle(request, response, home->api);
  StreamSource source = response_steal_stream(response);
  gint64 last = 0;
  for (guint i = 0; i < 8; i++) {
    g_autoptr(GString) chunk = g_string_new(NULL);
    assert_int_equal(source.next(chunk, source.data), 1);
    last = read_lines(chunk, last);
    if (i % 2 == 1)
      api_do(home, "adam", "POST", "/users/vera/token", "{}");
  }
  Head head;
  journal_head(home->journal, &head);
  assert_in_range(last, 260, head.index);
  source.free(source.data);
  g_free(sent.authorization);
  api_home_free(home);
}

/* ---- nothing half done --------------------------------------------------------------------------------- */

static void a_refused_request_changes_nothing(void **state) {
  (void)state;
  static const struct {
    const char *method, *path, *body;
  } halves[] = {
      {"PUT", "/contacts/C-1/channels/H-1", "{\"address\":\"new@attend.example\",\"standing\":\"suspect\"}"},
      {"PUT", "/contacts/C-1/channels/H-1", "{\"address\":\"new@attend.example\",\"standing\":\"nonsense\"}"},
      {"PUT", "/contacts/C-1", "{\"family_name\":\"New\",\"email\":\"nowhere\"}"},
      {"POST", "/lists/everybody/members", "{\"contacts\":[\"S-1\",\"nobody\"]}"},
      {"DELETE", "/lists/everybody/members", "{\"contacts\":[\"A-1\",\"nobody\"]}"},
      {"PUT", "/mailings/M-1", "{\"category\":\"correction\",\"lists\":[\"nothing\"]}"},
  };
  TestHouse *home = furnished();
  json_t *before = api_done(home, "olga", "GET", "/log?limit=1000", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(halves); i++) {
    g_auto(Reply) reply = api_call(home, "olga", halves[i].method, halves[i].path, halves[i].body);
    json_t *now = api_done(home, "olga", "GET", "/log?limit=1000", NULL);
    assert_true(reply.status >= 400);
    if (!json_equal(before, now))
      fail_msg("%s %s %s was refused, and yet something was done", halves[i].method, halves[i].path,
               halves[i].body);
    json_decref(now);
  }
  json_decref(before);
  api_home_free(home);
}

/* ---- tokens -------------------------------------------------------------------------------------------- */

static gboolean folder_holds(const TestHouse *home, const char *text) {
  g_autoptr(GDir) dir = g_dir_open(home->folder, 0, NULL);
  gboolean found = FALSE;
  for (const char *name; (name = g_dir_read_name(dir)) != NULL;) {
    g_autofree char *path = api_path(home, name);
    g_autofree char *bytes = NULL;
    gsize length = 0;
    if (g_file_get_contents(path, &bytes, &length, NULL))
      found = found || memmem(bytes, length, text, strlen(text)) != NULL;
  }
  return found;
}

static void a_token_is_noted_but_not_kept(void **state) {
  (void)state;
  TestHouse *home = api_home_new();
  api_users(home);
  json_t *issued = api_done(home, "adam", "POST", "/users/vera/token", "{}");
  g_autofree char *token = g_strdup(json_text(issued, "token"));
  json_decref(issued);
  g_auto(Reply) log = api_call(home, "alma", "GET", "/log?kind=token-issued&newest=1&limit=1", NULL);
  json_t *entry = json_array_get(json_object_get(log.json, "items"), 0);
  assert_string_equal(json_text(entry, "user"), "adam");
  assert_non_null(strstr(json_text(entry, "text"), "vera"));
  assert_null(strstr(log.body->str, token));
  assert_true(folder_holds(home, "token-issued"));
  assert_false(folder_holds(home, token));
  g_auto(Reply) users = api_call(home, "adam", "GET", "/users", NULL);
  assert_null(strstr(users.body->str, token));
  api_home_free(home);
}

/* ---- two mailings from end to end ---------------------------------------------------------------------- */

static gint64 count_at(const json_t *json, const char *part, const char *name) {
  return json_integer_value(json_object_get(json_object_get(json, part), name));
}

static void attendees_from_a_file_to_the_relay(void **state) {
  (void)state;
  TestHouse *home = api_home_new();
  api_users(home);
  api_import(home, "vera", "list=everybody&name=attendees.csv", attendees);
  api_document(home, 1, "pre-report");
  g_autofree char *mailing =
      api_make(home, "vera", "/mailings",
               "{\"documents\":[\"F-1\"],\"lists\":[\"everybody\"],\"wording\":\"pre-report\"}");
  json_t *rolled = api_step(home, "vera", mailing, "roll", "{}");
  assert_int_equal(count_at(rolled, "roll", "included"), 4);
  json_t *preview = api_done(home, "vera", "GET", "/mailings/M-1/preview?contact=A-4", NULL);
  assert_string_equal(json_text(preview, "language"), "en");
  assert_int_equal(json_array_size(json_object_get(preview, "attachments")), 1);
  g_auto(Reply) bytes = api_call(home, "vera", "GET", "/mailings/M-1/preview?contact=A-4&as=eml", NULL);
  assert_non_null(strstr(bytes.body->str, "joan@attend.example"));
  api_steps(home, "vera", mailing, "submit release");
  assert_true(g_atomic_int_get(&home->woken) > 0);
  api_run(home);
  json_t *sent = api_done(home, "vera", "GET", "/mailings/M-1", NULL);
  assert_string_equal(json_text(sent, "state"), "sent");
  assert_int_equal(count_at(sent, "counts", "relayed"), 4);
  json_t *delivery = api_done(home, "vera", "GET", "/deliveries/D-1", NULL);
  assert_string_equal(json_text(delivery, "state"), "relayed");
  assert_int_equal(json_array_size(json_object_get(delivery, "attempts")), 1);
  assert_true(json_array_size(json_object_get(delivery, "timeline")) >= 4);
  json_t *verified = api_done(home, "alma", "GET", "/log/verify", NULL);
  assert_true(json_is_true(json_object_get(verified, "verified")));
  api_steps(home, "olga", mailing, "close");
  json_decref(rolled);
  json_decref(preview);
  json_decref(sent);
  json_decref(delivery);
  json_decref(verified);
  api_home_free(home);
}

static char *digest_of_step(TestHouse *home, const char *mailing, const char *step) {
  json_t *json = api_step(home, "olga", mailing, step, "{}");
  char *body = g_strdup_printf("{\"digest\":\"%s\"}", json_text(json, "digest"));
  json_decref(json);
  return body;
}

/* To the one office of the example. */
static char *draft_synthesis(TestHouse *home, const char *author) {
  api_document(home, 2, "synthesis");
  return api_make(home, author, "/mailings",
                  "{\"documents\":[\"F-2\"],\"lists\":[\"heads\"],\"wording\":\"synthesis\"}");
}

static void offices_need_a_second_user(void **state) {
  (void)state;
  static const char wrong[] =
      "{\"digest\":\"0000000000000000000000000000000000000000000000000000000000000000\"}";
  TestHouse *home = furnished();
  g_autofree char *mailing = draft_synthesis(home, "olga");
  api_steps(home, "olga", mailing, "roll");
  g_autofree char *digest = digest_of_step(home, mailing, "submit");
  assert_refused(home, "olga", "POST", "/mailings/M-2/release", "{}", 409, "M-2");
  assert_refused(home, "adam", "POST", "/mailings/M-2/release", "{}", 409, "M-2");
  assert_refused(home, "olga", "POST", "/mailings/M-2/approve", digest, 403, "approver");
  assert_refused(home, "adam", "POST", "/mailings/M-2/approve", digest, 403, "approver");
  api_user(home, "olga", ROLE_ORGANISER | ROLE_APPROVER);
  assert_refused(home, "olga", "POST", "/mailings/M-2/approve", digest, 403, "M-2");
  assert_refused(home, "boris", "POST", "/mailings/M-2/approve", wrong, 409, "M-2");
  assert_refused(home, "olga", "POST", "/mailings/M-2/release", "{}", 409, "M-2");
  api_do(home, "boris", "POST", "/mailings/M-2/approve", digest);
  api_steps(home, "olga", mailing, "release");
  api_run(home);
  json_t *sent = api_done(home, "olga", "GET", "/mailings/M-2", NULL);
  assert_string_equal(json_text(sent, "state"), "sent");
  assert_int_equal(count_at(sent, "counts", "relayed"), 1);
  json_t *approval = json_array_get(json_object_get(sent, "approvals"), 0);
  assert_string_equal(json_text(approval, "by"), "boris");
  assert_string_equal(json_text(approval, "digest"), json_text(sent, "digest"));
  json_decref(sent);
  api_home_free(home);
}

static void a_change_ends_the_approval(void **state) {
  (void)state;
  TestHouse *home = furnished();
  g_autofree char *mailing = draft_synthesis(home, "olga");
  api_approve(home, mailing);
  json_t *before = api_done(home, "olga", "GET", "/mailings/M-2", NULL);
  g_autofree char *old = g_strdup_printf("{\"digest\":\"%s\"}", json_text(before, "digest"));
  json_decref(before);
  json_t *changed = api_done(home, "olga", "PUT", "/mailings/M-2", "{\"acknowledgement\":\"requested\"}");
  assert_string_equal(json_text(changed, "state"), "draft");
  assert_true(json_is_null(json_object_get(changed, "digest")));
  json_decref(changed);
  assert_refused(home, "olga", "POST", "/mailings/M-2/release", "{}", 409, "M-2");
  g_autofree char *digest = digest_of_step(home, mailing, "submit");
  assert_string_not_equal(digest, old);
  assert_refused(home, "boris", "POST", "/mailings/M-2/approve", old, 409, "M-2");
  api_do(home, "boris", "POST", "/mailings/M-2/approve", digest);
  api_home_free(home);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_route_that_writes_is_tried),
      cmocka_unit_test(bad_text_is_refused_by_name),
      cmocka_unit_test(other_kinds_of_value_are_refused),
      cmocka_unit_test(odd_bodies_are_refused),
      cmocka_unit_test(another_form_of_body_is_refused),
      cmocka_unit_test(a_body_too_large_is_refused),
      cmocka_unit_test(unknown_arguments_are_refused),
      cmocka_unit_test(wrong_ids_and_pages_are_refused),
      cmocka_unit_test(pages_make_the_whole),
      cmocka_unit_test(a_stream_shows_each_entry_once),
      cmocka_unit_test(a_refused_request_changes_nothing),
      cmocka_unit_test(a_token_is_noted_but_not_kept),
      cmocka_unit_test(attendees_from_a_file_to_the_relay),
      cmocka_unit_test(offices_need_a_second_user),
      cmocka_unit_test(a_change_ends_the_approval),
  };
  curl_global_init(CURL_GLOBAL_DEFAULT);
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  curl_global_cleanup();
  return failed;
}
