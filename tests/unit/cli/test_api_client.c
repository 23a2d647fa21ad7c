/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The client against a server of the http room: what arrives there, and what is made of its answers. */
#include "support/case.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "cli/api_client.h"
#include "cli/command.h"
#include "http/http_server.h"
#include "http/json.h"

static char *folder, *socket_path, *spool;
static HttpServer *server;

/* ---- the daemon's side ----------------------------------------------------------------------------- */

static void echo(const Request *request, Response *response) {
  g_autofree char *upload = NULL;
  const char *path = request_upload(request);
  GBytes *body = request_body(request);
  g_autofree char *text = g_strndup(g_bytes_get_data(body, NULL), g_bytes_get_size(body));
  if (path != NULL)
    assert_true(g_file_get_contents(path, &upload, NULL, NULL));
  json_t *lists = json_array();
  for (const char *const *list = request_query_all(request, "list"); *list != NULL; list++)
    json_array_append_new(lists, json_string(*list));
  json_respond(response, 200,
               json_pack("{s:s, s:s, s:o, s:s, s:s, s:s?, s:s?}", "method", request_method(request), "path",
                         request_path(request), "lists", lists, "type", request_content_type(request), "body",
                         text != NULL ? text : "", "upload", upload, "bearer", request_bearer(request)));
}

static int lines(GString *chunk, gpointer data) {
  guint *n = data;
  if (*n >= 3)
    return 0;
  /* A heartbeat, then half a line that ends in the next chunk. */
  g_string_append_printf(chunk, "%s\n{\"n\":%u", *n > 0 ? "}" : "", *n);
  return ++*n == 3 ? (g_string_append(chunk, "}\n"), 0) : 1;
}

static int half_a_line(GString *chunk, gpointer data) {
  (void)data;
  g_string_append(chunk, "{\"n\":1}\n{\"n\":");
  return 0;
}

static int a_late_fault(GString *chunk, gpointer data) {
  (void)data;
  g_string_append(chunk, "{\"n\":1}\n{\"error\":{\"code\":\"busy\",\"message\":\"the store is closed\"}}\n");
  return 0;
}

static void page(const Request *request, Response *response) {
  const char *after = request_query(request, "after");
  const int from = after != NULL ? (int)g_ascii_strtoll(after, NULL, 10) : 0;
  json_t *value = json_pack("{s:[{s:i},{s:i}], s:o}", "items", "n", from, "n", from + 1, "next",
                            from + 2 < 6 ? json_integer(from + 2) : json_null());
  json_respond(response, 200, value);
}

static void respond_fault(const Request *request, Response *response) {
  g_autoptr(GError) error = NULL;
  (void)fault(&error, (enum fault)g_ascii_strtoll(request_query(request, "code"), NULL, 10), "because");
  json_respond_fault(response, error);
}

static void handler(const Request *request, Response *response, gpointer data) {
  const char *path = request_path(request);
  (void)data;
  if (g_str_has_prefix(path, "/api/v1/stream")) {
    ResponseStream next = strstr(path, "half") != NULL   ? half_a_line
                          : strstr(path, "late") != NULL ? a_late_fault
                                                         : lines;
    response_stream(response, 200, "application/x-ndjson", next, g_new0(guint, 1), g_free, "\n");
  } else if (strcmp(path, "/api/v1/pages") == 0)
    page(request, response);
  else if (strcmp(path, "/api/v1/fault") == 0)
    respond_fault(request, response);
  else if (strcmp(path, "/api/v1/status") == 0)
    json_respond(response, 200, json_pack("{s:s}", "time_zone", "Africa/Dakar"));
  else if (strcmp(path, "/api/v1/empty") == 0)
    response_set_status(response, 204);
  else if (strcmp(path, "/api/v1/html") == 0)
    response_text(response, 502, "text/html", "<p>proxy");
  else if (strcmp(path, "/api/v1/broken") == 0)
    response_text(response, 200, "application/json", "{");
  else
    echo(request, response);
}

static int enter(void **state) {
  (void)state;
  folder = case_folder_make();
  socket_path = g_build_filename(folder, "socket", NULL);
  spool = g_build_filename(folder, "spool", NULL);
  g_autofree char *address = g_strconcat("unix:", socket_path, NULL);
  g_autoptr(GError) error = NULL;
  const HttpOptions options = {.address = address, .handler = handler, .spool = spool};
  if (g_mkdir(spool, 0700) != 0)
    return -1;
  return http_server_start(&options, &server, &error);
}

static int leave(void **state) {
  (void)state;
  http_server_stop(server, 2);
  case_folder_remove(folder);
  g_free(socket_path);
  g_free(spool);
  return 0;
}

static ApiClient *client_of(const char *token_file) {
  ApiClient *client = NULL;
  const ApiOptions options = {.socket = socket_path, .token_file = token_file};
  assert_done(api_client_new(&options, &client, error));
  return client;
}

static const char *text_at(const json_t *value, const char *name) {
  return json_string_value(json_object_get(value, name));
}

static char *put(const char *name, const char *text, int mode) {
  char *path = g_build_filename(folder, name, NULL);
  assert_true(g_file_set_contents(path, text, -1, NULL));
  assert_int_equal(g_chmod(path, mode), 0);
  return path;
}

/* ---- what arrives ---------------------------------------------------------------------------------- */

static void encodes_paths_and_queries(void **state) {
  (void)state;
  g_autoptr(ApiClient) client = client_of(NULL);
  g_autofree char *path = api_path("contacts", "Éric D. + 50%", NULL);
  static const char *const both[] = {"B", "C", NULL};
  g_autoptr(ApiQuery) query =
      api_query_add_all(api_query_add(api_query_new(), "list", "A & ü"), "list", both);
  json_t *body = json_pack("{s:s}", "title", "Synthèse"), *got = NULL;
  api_query_add(query, "list", NULL);
  assert_done(api_send(client, "PATCH", path, query, body, &got, error));
  assert_string_equal(text_at(got, "method"), "PATCH");
  assert_string_equal(text_at(got, "path"), "/api/v1/contacts/Éric D. + 50%");
  assert_string_equal(text_at(got, "body"), "{\"title\":\"Synthèse\"}");
  assert_string_equal(text_at(got, "type"), "application/json");
  const json_t *lists = json_object_get(got, "lists");
  assert_int_equal(json_array_size(lists), 3);
  assert_string_equal(json_string_value(json_array_get(lists, 0)), "A & ü");
  assert_null(text_at(got, "bearer"));
  json_decref(body);
  json_decref(got);
}

static void sends_posts_without_a_body(void **state) {
  (void)state;
  g_autoptr(ApiClient) client = client_of(NULL);
  json_t *got = NULL;
  assert_done(api_send(client, "POST", "mailings/M-7/pause", NULL, NULL, &got, error));
  assert_string_equal(text_at(got, "method"), "POST");
  assert_string_equal(text_at(got, "body"), "");
  json_decref(got);
  assert_done(api_send(client, "POST", "empty", NULL, NULL, &got, error));
  assert_true(json_is_null(got));
  json_decref(got);
}

static void uploads_files(void **state) {
  (void)state;
  g_autoptr(ApiClient) client = client_of(NULL);
  g_autofree char *file = put("contacts.csv", "Nom;Prénom\r\n", 0644);
  g_autofree char *none = g_build_filename(folder, "none", NULL);
  g_autofree char *expected = g_strdup_printf("%s cannot be read: No such file or directory", none);
  g_autoptr(GError) why = NULL;
  json_t *got = NULL;
  assert_done(api_upload(client, "documents", NULL, file, "text/csv", &got, error));
  assert_string_equal(text_at(got, "upload"), "Nom;Prénom\r\n");
  assert_string_equal(text_at(got, "type"), "text/csv");
  json_decref(got);
  assert_int_equal(api_upload(client, "x", NULL, none, "text/csv", NULL, &why), FAULT_INPUT);
  assert_string_equal(why->message, expected);
  g_clear_error(&why);
  assert_int_equal(api_upload(client, "x", NULL, folder, "text/csv", NULL, &why), FAULT_INPUT);
}

static void hands_on_what_a_refusal_says_besides(void **state) {
  (void)state;
  g_autoptr(ApiClient) client = client_of(NULL);
  g_autofree char *file = put("refused.csv", "Nom\r\n", 0644);
  g_autoptr(ApiQuery) query = api_query_add(api_query_new(), "code", "-2");
  json_t *got = NULL;
  assert_int_equal(api_upload(client, "fault", query, file, "text/csv", &got, NULL), FAULT_RULE);
  assert_string_equal(text_at(json_object_get(got, "error"), "code"), "rule");
  json_decref(got);
}

static void uploads_what_comes_in_on_standard_input(void **state) {
  (void)state;
  int ends[2], kept = dup(STDIN_FILENO);
  assert_int_equal(pipe(ends), 0);
  assert_int_equal(write(ends[1], "from a pipe", 11), 11);
  close(ends[1]);
  dup2(ends[0], STDIN_FILENO);
  close(ends[0]);
  clearerr(stdin);
  g_autoptr(ApiClient) client = client_of(NULL);
  json_t *got = NULL;
  assert_done(api_upload(client, "x", NULL, "-", "text/csv", &got, error));
  assert_string_equal(text_at(got, "upload"), "from a pipe");
  json_decref(got);
  dup2(kept, STDIN_FILENO);
  close(kept);
}

/* ---- what is made of answers ----------------------------------------------------------------------- */

static const struct {
  int code, exit;
} faults[] = {
    {FAULT_INPUT, 2}, {FAULT_RULE, 1},   {FAULT_FORBIDDEN, 4}, {FAULT_ABSENT, 1},
    {FAULT_BUSY, 1},  {FAULT_SYSTEM, 1}, {FAULT_UNCERTAIN, 1},
};

static void gives_back_the_fault_of_the_daemon(void **state) {
  (void)state;
  g_autoptr(ApiClient) client = client_of(NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(faults); i++) {
    g_autofree char *code = g_strdup_printf("%d", faults[i].code);
    g_autoptr(ApiQuery) query = api_query_add(api_query_new(), "code", code);
    g_autoptr(GError) error = NULL;
    json_t *got = NULL;
    assert_int_equal(api_get(client, "fault", query, &got, &error), faults[i].code);
    assert_string_equal(error->message, "because");
    assert_int_equal(fault_code(error), faults[i].code);
    assert_int_equal(api_exit(error), faults[i].exit);
    assert_null(got);
  }
}

static const struct {
  const char *path, *sentence;
  int code;
} odd[] = {
    {"html", "the daemon answered with HTTP status 502 and no reason; look at its log", FAULT_SYSTEM},
    {"broken",
     "the daemon's answer is no JSON (string or '}' expected near end of file); do both have the same "
     "version?",
     FAULT_SYSTEM},
    {"a%2fb", "the path of the request is malformed; write it as the documentation does", FAULT_INPUT},
};

static void bears_odd_answers(void **state) {
  (void)state;
  g_autoptr(ApiClient) client = client_of(NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(odd); i++) {
    g_autoptr(GError) error = NULL;
    json_t *got = NULL;
    assert_int_equal(api_get(client, odd[i].path, NULL, &got, &error), odd[i].code);
    assert_string_equal(error->message, odd[i].sentence);
  }
}

static int collect(json_t *line, gpointer data, GError **error) {
  GString *text = data;
  (void)error;
  g_string_append_printf(text, "%d ", (int)json_integer_value(json_object_get(line, "n")));
  return 0;
}

static int stop_at_one(json_t *line, gpointer data, GError **error) {
  (void)collect(line, data, error);
  return json_integer_value(json_object_get(line, "n")) == 1 ? 1 : 0;
}

static int refuse_at_one(json_t *line, gpointer data, GError **error) {
  (void)collect(line, data, error);
  return json_integer_value(json_object_get(line, "n")) == 1 ? fault(error, FAULT_RULE, "enough") : 0;
}

static const struct {
  const char *path;
  ApiLine line;
  int result;
  const char *lines, *sentence;
} streams[] = {
    {"stream", collect, 0, "0 1 2 ", NULL},
    {"stream", stop_at_one, 0, "0 1 ", NULL},
    {"stream", refuse_at_one, FAULT_RULE, "0 1 ", "enough"},
    {"stream/late", collect, FAULT_BUSY, "1 ", "the store is closed"},
    {"stream/half", collect, API_UNREACHABLE, "1 ", NULL},
    {"html", collect, FAULT_SYSTEM, "",
     "the daemon answered with HTTP status 502 and no reason; look at its log"},
};

static void follows_lines(void **state) {
  (void)state;
  g_autoptr(ApiClient) client = client_of(NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(streams); i++) {
    g_autoptr(GString) got = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    int r = api_follow(client, streams[i].path, NULL, streams[i].line, got, &error);
    if (r != streams[i].result || strcmp(got->str, streams[i].lines) != 0 || (r < 0) != (error != NULL) ||
        (streams[i].sentence != NULL && strcmp(error->message, streams[i].sentence) != 0))
      fail_msg("%s: %d \"%s\" %s", streams[i].path, r, got->str, error != NULL ? error->message : "");
  }
}

static void walks_pages(void **state) {
  (void)state;
  static const struct {
    guint limit;
    const char *expected;
  } rows[] = {{0, "0 1 2 3 4 5 "}, {3, "0 1 2 "}, {4, "0 1 2 3 "}, {100, "0 1 2 3 4 5 "}};
  g_autoptr(ApiClient) client = client_of(NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GString) got = g_string_new(NULL);
    assert_done(api_list(client, "pages", NULL, rows[i].limit, collect, got, error));
    assert_string_equal(got->str, rows[i].expected);
  }
}

static void downloads_bytes_but_no_refusal(void **state) {
  (void)state;
  g_autoptr(ApiClient) client = client_of(NULL);
  g_autofree char *path = g_build_filename(folder, "download", NULL);
  g_autofree char *type = NULL, *text = NULL;
  int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  assert_done(api_download(client, "broken", NULL, fd, &type, error));
  assert_string_equal(type, "application/json");
  assert_int_equal(api_download(client, "html", NULL, fd, NULL, NULL), FAULT_SYSTEM);
  close(fd);
  assert_true(g_file_get_contents(path, &text, NULL, NULL));
  assert_string_equal(text, "{");
}

/* ---- whom it asks ---------------------------------------------------------------------------------- */

static void says_that_no_daemon_answers(void **state) {
  (void)state;
  ApiClient *client = NULL;
  g_autofree char *nowhere = g_build_filename(folder, "nowhere", NULL);
  g_autofree char *expected = g_strdup_printf(
      "%s: no daemon answers there; start it (systemctl start valised) or name another with --socket",
      nowhere);
  g_autoptr(GError) why = NULL;
  g_setenv("VALISE_SOCKET", nowhere, TRUE);
  const ApiOptions options = {0};
  assert_done(api_client_new(&options, &client, error));
  g_unsetenv("VALISE_SOCKET");
  assert_int_equal(api_get(client, "status", NULL, NULL, &why), API_UNREACHABLE);
  assert_string_equal(why->message, expected);
  assert_int_equal(api_exit(why), EXIT_UNREACHABLE);
  api_client_free(client);
}

/* A daemon that dies between the question and the answer. */
static gpointer hang_up(gpointer data) {
  int fd = accept(GPOINTER_TO_INT(data), NULL, NULL);
  char byte;
  assert_int_equal(read(fd, &byte, 1), 1);
  close(fd);
  return NULL;
}

static void says_that_the_answer_broke_off(void **state) {
  (void)state;
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  g_autofree char *path = g_build_filename(folder, "dying", NULL);
  g_strlcpy(name.sun_path, path, sizeof name.sun_path);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_int_equal(bind(fd, (struct sockaddr *)&name, sizeof name), 0);
  assert_int_equal(listen(fd, 1), 0);
  GThread *thread = g_thread_new("dying", hang_up, GINT_TO_POINTER(fd));
  g_autoptr(ApiClient) client = NULL;
  g_autoptr(GError) why = NULL;
  const ApiOptions options = {.socket = path};
  assert_done(api_client_new(&options, &client, error));
  assert_int_equal(api_send(client, "POST", "x", NULL, NULL, NULL, &why), API_UNREACHABLE);
  assert_non_null(strstr(why->message, "the daemon did not finish its answer"));
  g_thread_join(thread);
  close(fd);
}

static const struct {
  const char *name, *url, *text, *sentence;
  int mode;
} bad[] = {
    {"clear text to elsewhere", "http://office.example", NULL,
     "http://office.example would carry the token in clear text; use https://", 0},
    {"a host that only begins like loopback", "http://localhost.example", NULL,
     "http://localhost.example would carry the token in clear text; use https://", 0},
    {"another scheme", "ftp://x", NULL, "\"ftp://x\" is no address of a daemon; write https://host", 0},
    {"a token that everybody reads", NULL, "swordfish",
     "the token file FILE can be read by everybody; run chmod go= FILE", 0644},
    {"an empty file", NULL, "", "the token file FILE is empty; valise users token NAME makes a token", 0600},
    {"an empty token", NULL, "\n", "the token file FILE is empty; valise users token NAME makes a token",
     0600},
    {"two tokens", NULL, "sword\nfish\n",
     "the token file FILE holds more than a token; keep the token alone in it", 0600},
};

static void refuses_bad_options(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_autofree char *file =
        put("bad-token", bad[i].text != NULL ? bad[i].text : "x", bad[i].mode != 0 ? bad[i].mode : 0600);
    const ApiOptions options = {.url = bad[i].url, .token_file = bad[i].text != NULL ? file : NULL};
    g_autoptr(GError) error = NULL;
    ApiClient *client = NULL;
    assert_int_equal(api_client_new(&options, &client, &error), FAULT_INPUT);
    g_auto(GStrv) parts = g_strsplit(error->message, file, -1);
    g_autofree char *got = g_strjoinv("FILE", parts);
    if (client != NULL || strcmp(got, bad[i].sentence) != 0)
      fail_msg("%s: %s", bad[i].name, got);
  }
}

static void asks_over_a_url_too(void **state) {
  (void)state;
  HttpServer *tcp = NULL;
  const HttpOptions http = {.address = "127.0.0.1:0", .handler = handler};
  assert_done(http_server_start(&http, &tcp, error));
  g_autofree char *url = g_strdup_printf("http://%s/", http_server_address(tcp));
  g_autofree char *token = put("url-token", "swordfish\n", 0600);
  const ApiOptions options = {.url = url, .token_file = token};
  g_autoptr(ApiClient) client = NULL;
  json_t *got = NULL;
  assert_done(api_client_new(&options, &client, error));
  assert_done(api_get(client, "mailings", NULL, &got, error));
  assert_string_equal(text_at(got, "bearer"), "swordfish");
  assert_string_equal(text_at(got, "path"), "/api/v1/mailings");
  json_decref(got);
  http_server_stop(tcp, 1);
}

/* ---- a whole command ------------------------------------------------------------------------------- */

static int show_zone(Call *call, GError **error) {
  json_t *got = NULL;
  int r = api_get(call_api(call), call_argument(call, 0), NULL, &got, error);
  if (r == 0)
    fprintf(call_out(call), "%s\n", g_time_zone_get_identifier(call_zone(call)));
  json_decref(got);
  return r;
}

static void runs_a_command_against_the_daemon(void **state) {
  (void)state;
  static const Command commands[] = {{"show", NULL, "PATH", "Show", NULL, 0, show_zone}, {0}};
  static const Command *const groups[] = {commands, NULL};
  static const CommandTable table = {"valise", "Valise.", groups};
  g_autofree char *nowhere = g_build_filename(folder, "nowhere", NULL);
  const struct {
    const char *socket, *path, *out;
    int status;
  } rows[] = {{socket_path, "mailings", "Africa/Dakar\n", 0},
              {socket_path, "fault?code=-3", "", 4},
              {socket_path, "fault?code=-2", "", 1},
              {nowhere, "mailings", "", 3}};
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    char *words[] = {(char *)"valise", (char *)"--socket",   (char *)rows[i].socket,
                     (char *)"show",   (char *)rows[i].path, NULL};
    char *out_text = NULL, *err_text = NULL;
    size_t size;
    FILE *out = open_memstream(&out_text, &size), *err = open_memstream(&err_text, &size);
    int status = command_main(&table, 5, words, out, err);
    fclose(out);
    fclose(err);
    if (status != rows[i].status || strcmp(out_text, rows[i].out) != 0 ||
        (status != 0) != (*err_text != '\0'))
      fail_msg("%s: %d %s %s", rows[i].path, status, out_text, err_text);
    free(out_text);
    free(err_text);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(encodes_paths_and_queries),
      cmocka_unit_test(sends_posts_without_a_body),
      cmocka_unit_test(uploads_files),
      cmocka_unit_test(hands_on_what_a_refusal_says_besides),
      cmocka_unit_test(uploads_what_comes_in_on_standard_input),
      cmocka_unit_test(gives_back_the_fault_of_the_daemon),
      cmocka_unit_test(bears_odd_answers),
      cmocka_unit_test(follows_lines),
      cmocka_unit_test(walks_pages),
      cmocka_unit_test(downloads_bytes_but_no_refusal),
      cmocka_unit_test(says_that_no_daemon_answers),
      cmocka_unit_test(says_that_the_answer_broke_off),
      cmocka_unit_test(refuses_bad_options),
      cmocka_unit_test(asks_over_a_url_too),
      cmocka_unit_test(runs_a_command_against_the_daemon),
  };
  return cmocka_run_group_tests(tests, enter, leave);
}
