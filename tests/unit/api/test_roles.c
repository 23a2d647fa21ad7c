/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may use which route, written a second time by hand; and who is who, over a real socket too. */
#include "unit/api/api_door.h"

#include <pwd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

/* O organiser, P approver, V volunteer, A auditor, D admin */
#define ALL "OPVAD"

static const struct {
  const char *method, *path, *who;
} expected[] = {
    {"GET", "/status", ALL},
    {"GET", "/doctor", "OAD"},
    {"POST", "/hold", "OPD"},
    {"POST", "/unhold", "OPD"},
    {"POST", "/clock", "D"},
    {"POST", "/clock/accept", "D"},
    {"GET", "/contacts", ALL},
    {"POST", "/contacts", "OVD"},
    {"GET", "/contacts.csv", "OAD"},
    {"GET", "/contacts.vcf", "OAD"},
    {"GET", "/contacts/{id}/dossier", "OAD"},
    {"POST", "/contacts/{id}/review", "OVD"},
    {"POST", "/contacts/{id}/merge", "OD"},
    {"POST", "/contacts/{id}/unmerge", "OD"},
    {"POST", "/contacts/{id}/erase", "OD"},
    {"GET", "/duplicates", ALL},
    {"POST", "/duplicates", "OVD"},
    {"GET", "/contacts/{id}", ALL},
    {"PUT", "/contacts/{id}", "OVD"},
    {"POST", "/contacts/{id}/grounds", "OD"},
    {"GET", "/contacts/{id}/grounds/{ground}/file", ALL},
    {"POST", "/evidence", "OVD"},
    {"POST", "/contacts/{id}/memberships", "OD"},
    {"POST", "/contacts/{id}/overrides", "P"},
    {"POST", "/contacts/{id}/overrides/statement", "P"},
    {"POST", "/contacts/{id}/tenures", "OD"},
    {"POST", "/contacts/{id}/channels", "OVD"},
    {"POST", "/contacts/{id}/objection", "OVD"},
    {"POST", "/contacts/{id}/unsubscriptions", "OVD"},
    {"PUT", "/contacts/{id}/channels/{channel}", "OVD"},
    {"POST", "/imports", "OVD"},
    {"GET", "/lists", ALL},
    {"POST", "/lists", "OVD"},
    {"GET", "/lists/{name}", ALL},
    {"PUT", "/lists/{name}", "OVD"},
    {"POST", "/lists/{name}/members", "OVD"},
    {"DELETE", "/lists/{name}/members", "OVD"},
    {"GET", "/documents", ALL},
    {"POST", "/documents", "OD"},
    {"POST", "/documents/verify", ALL},
    {"GET", "/documents/{id}", ALL},
    {"POST", "/documents/{id}/versions", "OD"},
    {"POST", "/documents/{id}/freeze", "OPD"},
    {"GET", "/documents/{id}/versions/{language}/signature", ALL},
    {"POST", "/documents/{id}/publish", "OD"},
    {"GET", "/keys", ALL},
    {"POST", "/keys", "OVD"},
    {"POST", "/keys/{id}/confirm", "OD"},
    {"POST", "/keys/{id}/retire", "OD"},
    {"GET", "/keys/export", ALL},
    {"GET", "/forms", ALL},
    {"GET", "/templates", ALL},
    {"GET", "/templates/check", ALL},
    {"GET", "/templates/{name}", ALL},
    {"GET", "/mailings", ALL},
    {"POST", "/mailings", "OVD"},
    {"GET", "/mailings/{id}", ALL},
    {"PUT", "/mailings/{id}", "OVD"},
    {"POST", "/mailings/{id}/roll", "OVD"},
    {"GET", "/mailings/{id}/roll", ALL},
    {"GET", "/mailings/{id}/mailboxes", ALL},
    {"PUT", "/mailings/{id}/mailboxes", "OVD"},
    {"GET", "/mailings/{id}/manifest", ALL},
    {"GET", "/mailings/{id}/preview", ALL},
    {"POST", "/mailings/{id}/submit", "OVD"},
    {"POST", "/mailings/{id}/approve", "P"},
    {"POST", "/mailings/{id}/reject", "P"},
    {"POST", "/mailings/{id}/release", "OPVD"},
    {"POST", "/mailings/{id}/test", ALL},
    {"POST", "/mailings/{id}/supplement", "OVD"},
    {"POST", "/mailings/{id}/pause", "OPVD"},
    {"POST", "/mailings/{id}/resume", "OPVD"},
    {"POST", "/mailings/{id}/cancel", "OPVD"},
    {"POST", "/mailings/{id}/close", "OPVD"},
    {"GET", "/deliveries", ALL},
    {"GET", "/deliveries/{id}", ALL},
    {"POST", "/deliveries/{id}/settle", "OPD"},
    {"GET", "/deliveries/{id}/text", ALL},
    {"GET", "/deliveries/{id}/documents/{sha256}", ALL},
    {"GET", "/deliveries/{id}/letter", ALL},
    {"POST", "/deliveries/{id}/done", "OVD"},
    {"GET", "/deliveries/{id}/proof", ALL},
    {"POST", "/deliveries/{id}/evidence", "OAD"},
    {"GET", "/deliveries/{id}/evidence", "OAD"},
    {"GET", "/labels.csv", ALL},
    {"GET", "/acknowledgements", ALL},
    {"GET", "/acknowledgements/statistics", ALL},
    {"GET", "/acknowledgements/statistics.csv", ALL},
    {"GET", "/addressees/{id}/acknowledgements", ALL},
    {"POST", "/addressees/{id}/acknowledgements", "OVD"},
    {"GET", "/addressees/{id}/acknowledgements/{event}/file", ALL},
    {"POST", "/addressees/{id}/waiver", "OD"},
    {"GET", "/inbound", ALL},
    {"POST", "/inbound", "OD"},
    {"GET", "/inbound/{id}", ALL},
    {"POST", "/inbound/{id}/assign", "OD"},
    {"POST", "/inbound/{id}/meaning", "OD"},
    {"POST", "/inbound/{id}/dismiss", "OD"},
    {"GET", "/inbound/{id}/raw", "OD"},
    {"POST", "/mailings/{id}/reminder", "OVD"},
    {"GET", "/proposals", ALL},
    {"POST", "/proposals", "OVD"},
    {"GET", "/proposals/questions", ALL},
    {"PUT", "/proposals/questions/{question}", "OD"},
    {"PUT", "/proposals/edition", "OD"},
    {"GET", "/proposals/export", ALL},
    {"POST", "/proposals/moderate", "OVD"},
    {"POST", "/proposals/assign", "OVD"},
    {"POST", "/proposals/order", "OVD"},
    {"GET", "/proposals/{id}", ALL},
    {"POST", "/proposals/{id}/merge", "OVD"},
    {"POST", "/proposals/{id}/set-aside", "OVD"},
    {"POST", "/proposals/{id}/take-back", "OVD"},
    {"PUT", "/proposals/{id}/wording", "OVD"},
    {"POST", "/proposals/{id}/split", "OVD"},
    {"GET", "/log", ALL},
    {"GET", "/log/follow", ALL},
    {"GET", "/log/kinds", ALL},
    {"GET", "/log/heads", ALL},
    {"POST", "/log/heads", "OAD"},
    {"GET", "/log/verify", ALL},
    {"GET", "/log/export", ALL},
    {"GET", "/users", "D"},
    {"POST", "/users", "D"},
    {"POST", "/users/{name}/token", ALL}, /* one's own; see below */
    {"POST", "/users/{name}/key", ALL},
    {"POST", "/users/{name}/disable", "D"},
};

static const struct {
  const char *method, *path;
} routes[] = {
#define ROUTE(method, path, roles, handler, sentence) {#method, path},
#include "api/routes.def"
#undef ROUTE
};

static const struct {
  char letter;
  const char *name;
} askers[] = {{'O', "olga"}, {'P', "boris"}, {'V', "vera"}, {'A', "alma"}, {'D', "adam"}};

static void the_tables_have_the_same_routes(void **state) {
  (void)state;
  assert_int_equal(G_N_ELEMENTS(routes), G_N_ELEMENTS(expected));
  for (gsize i = 0; i < G_N_ELEMENTS(routes); i++) {
    gboolean found = FALSE;
    for (gsize k = 0; k < G_N_ELEMENTS(expected) && !found; k++)
      found =
          strcmp(routes[i].method, expected[k].method) == 0 && strcmp(routes[i].path, expected[k].path) == 0;
    if (!found)
      fail_msg("%s %s: nobody has written down who may use it", routes[i].method, routes[i].path);
  }
}

/* Nothing is there by these names, so that whoever is let in changes nothing. */
static char *harmless(const char *path) {
  g_auto(GStrv) segments = g_strsplit(path, "/", -1);
  for (char **segment = segments; *segment != NULL; segment++)
    if (**segment == '{') {
      g_free(*segment);
      *segment = g_strdup("nobody-there");
    }
  return g_strjoinv("/", segments);
}

/* A stream begins with what there is, so that it need not be waited for. */
static Reply knock(TestHouse *home, const char *user, const char *token, gsize route) {
  g_autofree char *filled = harmless(expected[route].path);
  g_autofree char *path = g_strconcat(filled, g_str_has_suffix(filled, "/follow") ? "?after=0" : "", NULL);
  Question q = {.user = user, .token = token, .method = expected[route].method, .path = path};
  return api_ask(home, &q);
}

static void each_role_has_its_doors(void **state) {
  (void)state;
  TestHouse *home = api_home_new();
  api_users(home);
  for (gsize i = 0; i < G_N_ELEMENTS(expected); i++)
    for (gsize k = 0; k < G_N_ELEMENTS(askers); k++) {
      g_auto(Reply) reply = knock(home, askers[k].name, NULL, i);
      gboolean own = strcmp(expected[i].path, "/users/{name}/token") == 0 ||
                     strcmp(expected[i].path, "/users/{name}/key") == 0;
      gboolean open = strchr(expected[i].who, askers[k].letter) != NULL && (!own || askers[k].letter == 'D');
      if (open == (reply.status == 403) || reply.status == 401 || reply.status == 405 || reply.status >= 500)
        fail_msg("%s %s by %s: %u %s", expected[i].method, expected[i].path, askers[k].name, reply.status,
                 reply.body->str);
    }
  api_home_free(home);
}

/* TOKEN NULL: none at all. */
static void assert_nobody(TestHouse *home, const char *token) {
  for (gsize i = 0; i < G_N_ELEMENTS(expected); i++) {
    g_auto(Reply) reply = knock(home, NULL, token, i);
    if (reply.status != 401 ||
        strcmp(json_text(json_object_get(reply.json, "error"), "code"), "unauthorised") != 0)
      fail_msg("%s %s: %u %s", expected[i].method, expected[i].path, reply.status, reply.body->str);
  }
  g_auto(Reply) nowhere = api_ask(home, &(Question){.token = token, .method = "GET", .path = "/nowhere"});
  assert_int_equal(nowhere.status, 401); /* strangers learn no routes */
}

static void nobody_gets_nowhere(void **state) {
  (void)state;
  TestHouse *home = api_home_new();
  api_users(home);
  const char *vera = g_hash_table_lookup(home->tokens, "vera");
  g_autofree char *longer = g_strconcat(vera, "0", NULL), *shorter = g_strndup(vera, strlen(vera) - 1);
  g_autofree char *former = g_strdup(vera);
  assert_nobody(home, NULL);
  assert_nobody(home, "");
  assert_nobody(home, "0000000000000000000000000000000000000000000000000000000000000000");
  assert_nobody(home, longer);
  assert_nobody(home, shorter);
  json_t *issued = api_done(home, "adam", "POST", "/users/vera/token", "{}");
  assert_nobody(home, former);
  g_autofree char *token = g_strdup(json_text(issued, "token"));
  json_decref(issued);
  g_auto(Reply) reply = api_ask(home, &(Question){.token = token, .method = "GET", .path = "/status"});
  assert_int_equal(reply.status, 200);
  api_do(home, "adam", "POST", "/users/vera/disable", "{}");
  assert_nobody(home, token);
  api_home_free(home);
}

static void one_s_own_token_is_one_s_own_affair(void **state) {
  (void)state;
  TestHouse *home = api_home_new();
  api_users(home);
  for (gsize i = 0; i < G_N_ELEMENTS(askers); i++) {
    if (askers[i].letter == 'D')
      continue;
    assert_refused(home, askers[i].name, "POST", "/users/adam/token", "{}", 403, "only an admin");
    assert_refused(home, askers[i].name, "POST", "/users/nobody/token", "{}", 403, "only an admin");
    g_autofree char *path = g_strdup_printf("/users/%s/token", askers[i].name);
    json_t *issued = api_done(home, askers[i].name, "POST", path, "{}");
    assert_string_equal(json_text(issued, "name"), askers[i].name);
    assert_int_equal(strlen(json_text(issued, "token")), 64);
    json_decref(issued);
  }
  assert_refused(home, "adam", "POST", "/users/nobody/token", "{}", 404, "no such user");
  api_home_free(home);
}

/* ---- over the socket ----------------------------------------------------------------------------------- */

static void assert_status(const Door *door, const char *token, const char *method, const char *path,
                          long status) {
  g_autoptr(GString) body = g_string_new(NULL);
  long got = door_ask(door, &(Question){.token = token, .method = method, .path = path}, body);
  if (got != status)
    fail_msg("%s %s: %ld %s", method, path, got, body->str);
}

/* The name by which GET /status knows who asks. */
static void assert_known_as(const Door *door, const char *token, const char *name) {
  g_autoptr(GString) body = g_string_new(NULL);
  assert_int_equal(door_ask(door, &(Question){.token = token, .method = "GET", .path = "/status"}, body),
                   200);
  json_t *json = json_loads(body->str, 0, NULL);
  assert_string_equal(json_text(json_object_get(json, "user"), "name"), name);
  json_decref(json);
}

static void the_socket_knows_its_peer(void **state) {
  (void)state;
  TestHouse *home = api_home_new();
  api_users(home);
  Door door = door_open(home, 0);
  if (getuid() == 0) {
    assert_known_as(&door, NULL, "root");
    assert_status(&door, NULL, "GET", "/users", 200);
    assert_status(&door, NULL, "POST", "/mailings/M-1/approve", 403);
    assert_status(&door, NULL, "POST", "/mailings/M-1/reject", 403);
    assert_status(&door, NULL, "POST", "/contacts/C-1/overrides", 403);
    assert_status(&door, NULL, "POST", "/mailings/M-1/release", 404);
  } else
    assert_status(&door, NULL, "GET", "/status", 401);
  door_close(&door);
  api_home_free(home);
}

static void a_token_counts_more_than_the_peer(void **state) {
  (void)state;
  TestHouse *home = api_home_new();
  api_users(home);
  Door door = door_open(home, 0);
  const char *vera = g_hash_table_lookup(home->tokens, "vera");
  assert_known_as(&door, vera, "vera");
  assert_status(&door, vera, "GET", "/users", 403);
  assert_status(&door, vera, "GET", "/contacts.csv", 403);
  assert_status(&door, "nonsense", "GET", "/status", 401);
  door_close(&door);
  api_home_free(home);
}

/* Asks as the system's user UID in a process of its own, in bare bytes: nothing but system calls is safe
 * there. The status, or 0. */
static int status_as(const Door *door, uid_t uid) {
  static const char request[] =
      "GET /api/v1/contacts.csv HTTP/1.1\r\nHost: valise\r\nConnection: close\r\n\r\n";
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  g_strlcpy(name.sun_path, door->socket, sizeof name.sun_path);
  int pipes[2];
  char answer[64] = {0};
  assert_int_equal(pipe(pipes), 0);
  pid_t child = fork();
  if (child == 0) {
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (setresuid(uid, uid, uid) != 0 || connect(fd, (struct sockaddr *)&name, sizeof name) != 0 ||
        write(fd, request, sizeof request - 1) < 0 || read(fd, answer, sizeof answer - 1) <= 0 ||
        write(pipes[1], answer, sizeof answer - 1) < 0)
      _exit(1);
    _exit(0);
  }
  close(pipes[1]);
  ssize_t n = read(pipes[0], answer, sizeof answer - 1);
  close(pipes[0]);
  waitpid(child, NULL, 0);
  return n > 12 ? (int)g_ascii_strtoll(answer + strlen("HTTP/1.1 "), NULL, 10) : 0;
}

static void a_unix_user_is_who_was_noted(void **state) {
  (void)state;
  const struct passwd *nobody = getpwnam("nobody");
  if (getuid() != 0 || nobody == NULL) {
    print_message("only root can ask as another user\n");
    skip();
  }
  uid_t uid = nobody->pw_uid;
  TestHouse *home = api_home_new();
  api_users(home);
  Door door = door_open(home, 0);
  assert_int_equal(status_as(&door, uid), 401);
  api_do(home, "adam", "POST", "/users",
         "{\"name\":\"nina\",\"roles\":[\"volunteer\"],\"unix_user\":\"nobody\"}");
  assert_int_equal(status_as(&door, uid), 403);
  api_do(home, "adam", "POST", "/users", "{\"name\":\"nina\",\"roles\":[\"auditor\"]}");
  assert_int_equal(status_as(&door, uid), 200);
  assert_refused(home, "adam", "POST", "/users",
                 "{\"name\":\"other\",\"roles\":[\"volunteer\"],\"unix_user\":\"nobody\"}", 409, "nina");
  api_do(home, "adam", "POST", "/users/nina/disable", "{}");
  assert_int_equal(status_as(&door, uid), 401);
  door_close(&door);
  api_home_free(home);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_tables_have_the_same_routes),
      cmocka_unit_test(each_role_has_its_doors),
      cmocka_unit_test(nobody_gets_nowhere),
      cmocka_unit_test(one_s_own_token_is_one_s_own_affair),
      cmocka_unit_test(the_socket_knows_its_peer),
      cmocka_unit_test(a_token_counts_more_than_the_peer),
      cmocka_unit_test(a_unix_user_is_who_was_noted),
  };
  curl_global_init(CURL_GLOBAL_DEFAULT);
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  curl_global_cleanup();
  return failed;
}
