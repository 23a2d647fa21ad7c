/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Round trips over real sockets: libcurl as the well-behaved client, bare sockets as the others. */
#include "support/case.h"

#include <curl/curl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/fault.h"
#include "http/http_server.h"
#include "http/json.h"

static char *folder, *spool, *address;
static HttpServer *server;
static gint stream_freed;

/* ---- the server's side ----------------------------------------------------------------------------- */

static void echo(const Request *request, Response *response) {
  Peer peer = {0};
  const gboolean has_peer = request_peer(request, &peer);
  g_autofree char *upload = NULL;
  gsize length = 0;
  if (request_upload(request) != NULL)
    assert_true(g_file_get_contents(request_upload(request), &upload, &length, NULL));
  json_t *value = json_pack(
      "{s:s, s:s, s:s?, s:I, s:s?, s:I, s:b, s:I, s:I, s:s?, s:s, s:s?}", "method", request_method(request),
      "path", request_path(request), "q", request_query(request, "q"), "body",
      (json_int_t)g_bytes_get_size(request_body(request)), "upload", length < 100 ? upload : "long",
      "upload_size", (json_int_t)request_upload_size(request), "peer", has_peer, "uid", (json_int_t)peer.uid,
      "pid", (json_int_t)peer.pid, "bearer", request_bearer(request), "remote", request_remote(request),
      "gate", (const char *)request_data(request));
  json_respond(response, 200, value);
}

static int count_lines(GString *chunk, gpointer data) {
  guint *n = data;
  g_string_append_printf(chunk, "line %u\n", ++*n);
  return *n < 3 ? 1 : 0;
}

static int never_ending(GString *chunk, gpointer data) {
  (void)data;
  g_string_set_size(chunk, 64 * 1024);
  memset(chunk->str, 'x', chunk->len);
  return 1;
}

static int silent(GString *chunk, gpointer data) {
  (void)chunk;
  (void)data;
  g_usleep(20000);
  return 1;
}

static int breaking(GString *chunk, gpointer data) {
  guint *n = data;
  g_string_append(chunk, "begun\n");
  return (*n)++ == 0 ? 1 : -1;
}

static void note_freed(gpointer data) {
  g_free(data);
  g_atomic_int_inc(&stream_freed);
}

static void handler(const Request *request, Response *response, gpointer data) {
  const char *path = request_path(request);
  assert_ptr_equal(data, &folder);
  if (strcmp(path, "/lines") == 0)
    response_stream(response, 200, "text/plain", count_lines, g_new0(guint, 1), note_freed, NULL);
  else if (strcmp(path, "/endless") == 0)
    response_stream(response, 200, "text/plain", never_ending, NULL, note_freed, NULL);
  else if (strcmp(path, "/silent") == 0)
    response_stream(response, 200, "text/plain", silent, NULL, note_freed, "\n");
  else if (strcmp(path, "/breaking") == 0)
    response_stream(response, 200, "text/plain", breaking, g_new0(guint, 1), note_freed, NULL);
  else if (strcmp(path, "/file") == 0) {
    g_autofree char *file = g_build_filename(folder, "file.txt", NULL);
    assert_int_equal(response_file(response, 200, "text/plain", file, NULL), 0);
  } else if (strcmp(path, "/nothing") != 0)
    echo(request, response);
}

static int gate(Request *request, Response *response, gpointer data) {
  (void)data;
  if (g_str_has_prefix(request_path(request), "/closed")) {
    json_respond_error(response, 401, "who", "say who you are");
    return 1;
  }
  request_set_data(request, g_strdup("seen"), g_free);
  return 0;
}

static HttpOptions options_of(const char *where) {
  return (HttpOptions){.address = where, .gate = gate, .handler = handler, .data = &folder, .spool = spool};
}

static int start(void **state) {
  (void)state;
  curl_global_init(CURL_GLOBAL_DEFAULT);
  folder = case_folder_make();
  spool = g_build_filename(folder, "spool", NULL);
  address = g_strdup_printf("unix:%s/socket", folder);
  g_autofree char *file = g_build_filename(folder, "file.txt", NULL);
  g_autofree char *leftover = g_build_filename(spool, "upload-abcdef", NULL);
  g_autoptr(GError) error = NULL;
  if (g_mkdir(spool, 0700) != 0 || !g_file_set_contents(file, "from a file", -1, NULL) ||
      !g_file_set_contents(leftover, "x", -1, NULL))
    return -1;
  HttpOptions options = options_of(address);
  return http_server_start(&options, &server, &error);
}

static int stop(void **state) {
  (void)state;
  http_server_stop(server, 2);
  const gboolean gone = !g_file_test(address + 5, G_FILE_TEST_EXISTS);
  case_folder_remove(folder);
  g_free(spool);
  g_free(address);
  curl_global_cleanup();
  return gone ? 0 : -1;
}

/* ---- the client's side ----------------------------------------------------------------------------- */

typedef struct {
  long status;
  GString *body, *headers;
} Answer;

static size_t collect(char *bytes, size_t size, size_t count, void *text) {
  g_string_append_len(text, bytes, (gssize)(size * count));
  return size * count;
}

static void answer_clear(Answer *answer) {
  g_string_free(answer->body, TRUE);
  g_string_free(answer->headers, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Answer, answer_clear)

static CURLcode perform(CURL *curl, const char *path, Answer *ret) {
  g_autofree char *url = g_strconcat("http://localhost", path, NULL);
  *ret = (Answer){0, g_string_new(NULL), g_string_new(NULL)};
  curl_easy_setopt(curl, CURLOPT_URL, url);
  curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, address + 5);
  curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, 20L);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, collect);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, ret->body);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, collect);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, ret->headers);
  const CURLcode r = curl_easy_perform(curl);
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &ret->status);
  return r;
}

static Answer ask(const char *method, const char *path, const char *type, const char *body, gsize length) {
  Answer answer;
  CURL *curl = curl_easy_init();
  g_autofree char *header = type != NULL ? g_strconcat("Content-Type: ", type, NULL) : NULL;
  struct curl_slist *headers = curl_slist_append(NULL, "Authorization: Bearer swordfish");
  if (header != NULL)
    headers = curl_slist_append(headers, header);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  if (body != NULL) {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)length);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
  }
  if (strcmp(method, "HEAD") == 0)
    curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
  else
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
  const CURLcode r = perform(curl, path, &answer);
  if (r != CURLE_OK)
    fail_msg("%s %s: %s", method, path, curl_easy_strerror(r));
  curl_slist_free_all(headers);
  curl_easy_cleanup(curl);
  return answer;
}

static json_t *json_of(const Answer *answer) {
  json_t *value = json_loadb(answer->body->str, answer->body->len, 0, NULL);
  if (value == NULL)
    fail_msg("no JSON: %s", answer->body->str);
  return value;
}

static const char *text_at(const json_t *value, const char *name) {
  return json_string_value(json_object_get(value, name));
}

static gint64 int_at(const json_t *value, const char *name) {
  return json_integer_value(json_object_get(value, name));
}

/* A connection of bare bytes. */
static int connect_bare(void) {
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  g_strlcpy(name.sun_path, address + 5, sizeof name.sun_path);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_int_equal(connect(fd, (struct sockaddr *)&name, sizeof name), 0);
  const struct timeval patience = {.tv_sec = 20};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  return fd;
}

static char *talk(const char *bytes, gsize length) {
  int fd = connect_bare();
  assert_int_equal(send(fd, bytes, length, MSG_NOSIGNAL), length);
  GString *all = g_string_new(NULL);
  char buffer[4096];
  for (ssize_t n; (n = recv(fd, buffer, sizeof buffer, 0)) > 0;)
    g_string_append_len(all, buffer, n);
  close(fd);
  return g_string_free(all, FALSE);
}

/* ---- what must hold -------------------------------------------------------------------------------- */

static void tells_who_asks_and_what(void **state) {
  (void)state;
  g_auto(Answer) answer = ask("GET", "/a/b%20c?q=1&q=2", NULL, NULL, 0);
  json_t *value = json_of(&answer);
  assert_int_equal(answer.status, 200);
  assert_string_equal(text_at(value, "method"), "GET");
  assert_string_equal(text_at(value, "path"), "/a/b c");
  assert_string_equal(text_at(value, "q"), "2");
  assert_true(json_is_true(json_object_get(value, "peer")));
  assert_int_equal(int_at(value, "uid"), getuid());
  assert_int_equal(int_at(value, "pid"), getpid());
  assert_string_equal(text_at(value, "bearer"), "swordfish");
  assert_string_equal(text_at(value, "remote"), "unix");
  assert_string_equal(text_at(value, "gate"), "seen");
  json_decref(value);
}

static void sends_the_headers_that_protect(void **state) {
  (void)state;
  static const char *const expected[] = {"X-Content-Type-Options: nosniff\r\n", "Cache-Control: no-store\r\n",
                                         "Content-Security-Policy: default-src 'none'",
                                         "Referrer-Policy: no-referrer"};
  static const char *const paths[] = {"/x", "/closed", "/a/../b", "/lines"};
  for (gsize i = 0; i < G_N_ELEMENTS(paths); i++) {
    g_auto(Answer) answer = ask("GET", paths[i], NULL, NULL, 0);
    for (gsize j = 0; j < G_N_ELEMENTS(expected); j++)
      if (strstr(answer.headers->str, expected[j]) == NULL)
        fail_msg("%s lacks %s:\n%s", paths[i], expected[j], answer.headers->str);
  }
}

static const struct {
  const char *name, *method, *path;
  long status;
  const char *code;
} refusals[] = {
    {"a climb", "GET", "/a/../etc/passwd", 400, "input"},
    {"an encoded climb", "GET", "/a/%2e%2e/b", 400, "input"},
    {"an encoded slash", "GET", "/a%2fb", 400, "input"},
    {"NUL in the path", "GET", "/a%00b", 400, "input"},
    {"half an escape in the query", "GET", "/a?q=%4", 400, "input"},
    {"an unknown method", "BREW", "/a", 501, "method"},
    {"TRACE", "TRACE", "/a", 501, "method"},
    {"the gate", "GET", "/closed/x", 401, "who"},
};

static void refuses_before_the_handler(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++) {
    g_auto(Answer) answer = ask(refusals[i].method, refusals[i].path, NULL, NULL, 0);
    json_t *value = json_of(&answer);
    const char *code = text_at(json_object_get(value, "error"), "code");
    if (answer.status != refusals[i].status || g_strcmp0(code, refusals[i].code) != 0)
      fail_msg("%s: %ld %s", refusals[i].name, answer.status, code);
    json_decref(value);
  }
}

static void answers_500_when_the_handler_says_nothing(void **state) {
  (void)state;
  g_auto(Answer) answer = ask("GET", "/nothing", NULL, NULL, 0);
  assert_int_equal(answer.status, 500);
  assert_int_equal(answer.body->len, 0);
}

static void head_has_no_body(void **state) {
  (void)state;
  g_auto(Answer) answer = ask("HEAD", "/file", NULL, NULL, 0);
  assert_int_equal(answer.status, 200);
  assert_int_equal(answer.body->len, 0);
  assert_non_null(strstr(answer.headers->str, "Content-Length: 11\r\n"));
}

/* A stream is freed a moment after the client has read its end. */
static int freed_settles_at(int expected) {
  for (int i = 0; i < 500 && g_atomic_int_get(&stream_freed) != expected; i++)
    g_usleep(10000);
  return g_atomic_int_get(&stream_freed);
}

static void sends_files_and_streams(void **state) {
  (void)state;
  g_atomic_int_set(&stream_freed, 0);
  g_auto(Answer) file = ask("GET", "/file", NULL, NULL, 0);
  g_auto(Answer) lines = ask("GET", "/lines", NULL, NULL, 0);
  assert_string_equal(file.body->str, "from a file");
  assert_string_equal(lines.body->str, "line 1\nline 2\nline 3\n");
  assert_non_null(strstr(lines.headers->str, "Transfer-Encoding: chunked\r\n"));
  assert_int_equal(freed_settles_at(1), 1);
}

static void a_broken_stream_is_seen_as_broken(void **state) {
  (void)state;
  CURL *curl = curl_easy_init();
  g_auto(Answer) answer = {0};
  const CURLcode r = perform(curl, "/breaking", &answer);
  curl_easy_cleanup(curl);
  assert_true(r != CURLE_OK);
  assert_true(g_str_has_prefix(answer.body->str, "begun\n"));
}

static void keeps_json_in_memory_and_files_in_files(void **state) {
  (void)state;
  static const struct {
    const char *type;
    gint64 body, upload;
  } rows[] = {{"application/json; charset=utf-8", 5, 0},
              {"application/x-www-form-urlencoded", 5, 0},
              {"text/csv", 0, 5},
              {"application/pdf", 0, 5}};
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_auto(Answer) answer = ask("POST", "/x", rows[i].type, "a;b\r\n", 5);
    json_t *value = json_of(&answer);
    assert_int_equal(int_at(value, "body"), rows[i].body);
    assert_int_equal(int_at(value, "upload_size"), rows[i].upload);
    assert_int_equal(g_strcmp0(text_at(value, "upload"), rows[i].upload > 0 ? "a;b\r\n" : NULL), 0);
    json_decref(value);
  }
}

static guint files_in_spool(void) {
  guint n = 0;
  g_autoptr(GDir) dir = g_dir_open(spool, 0, NULL);
  while (g_dir_read_name(dir) != NULL)
    n++;
  return n;
}

static gboolean spool_empties(void) {
  for (int i = 0; i < 200 && files_in_spool() > 0; i++)
    g_usleep(10000);
  return files_in_spool() == 0;
}

static void takes_large_files_up_to_the_ceiling(void **state) {
  (void)state;
  const gsize most = 64 << 20;
  g_autofree char *bytes = g_malloc0(most + 1);
  g_auto(Answer) taken = ask("POST", "/x", "application/pdf", bytes, most);
  json_t *value = json_of(&taken);
  assert_int_equal(int_at(value, "upload_size"), most);
  json_decref(value);
  g_auto(Answer) refused = ask("POST", "/x", "application/pdf", bytes, most + 1);
  assert_int_equal(refused.status, 413);
  g_auto(Answer) json = ask("POST", "/x", "application/json", bytes, (4 << 20) + 1);
  assert_int_equal(json.status, 413);
  g_auto(Answer) other = ask("GET", "/x", NULL, NULL, 0);
  assert_int_equal(other.status, 200);
  assert_true(spool_empties());
}

static size_t give_zeros(char *to, size_t size, size_t count, void *left) {
  const gsize n = MIN(size * count, *(gsize *)left);
  memset(to, 0, n);
  *(gsize *)left -= n;
  return n;
}

static long post_chunked(gsize total) {
  CURL *curl = curl_easy_init();
  g_auto(Answer) answer = {0};
  struct curl_slist *headers = curl_slist_append(NULL, "Transfer-Encoding: chunked");
  headers = curl_slist_append(headers, "Content-Type: application/json");
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl, CURLOPT_POST, 1L);
  curl_easy_setopt(curl, CURLOPT_READFUNCTION, give_zeros);
  curl_easy_setopt(curl, CURLOPT_READDATA, &total);
  perform(curl, "/x", &answer);
  curl_slist_free_all(headers);
  curl_easy_cleanup(curl);
  return answer.status;
}

static void counts_bodies_of_unknown_length(void **state) {
  (void)state;
  assert_int_equal(post_chunked(100), 200);
  assert_int_equal(post_chunked(5 << 20), 413);
  /* A flood is cut off: no answer but what libcurl makes of the closed connection. */
  assert_int_not_equal(post_chunked(40 << 20), 200);
}

/* A request is counted until libmicrohttpd has told its end, a moment after the client has its answer. */
static guint active_settles_at(guint expected) {
  for (int i = 0; i < 500 && http_server_active(server) != expected; i++)
    g_usleep(10000);
  return http_server_active(server);
}

static void a_slow_reader_holds_up_nobody(void **state) {
  (void)state;
  int slow[8];
  static const char request[] = "GET /endless HTTP/1.1\r\nHost: x\r\n\r\n";
  g_atomic_int_set(&stream_freed, 0);
  for (gsize i = 0; i < G_N_ELEMENTS(slow); i++) {
    slow[i] = connect_bare();
    assert_int_equal(send(slow[i], request, strlen(request), MSG_NOSIGNAL), strlen(request));
  }
  g_usleep(100000); /* their sockets are full now */
  for (int i = 0; i < 20; i++) {
    g_auto(Answer) answer = ask("GET", "/x", NULL, NULL, 0);
    assert_int_equal(answer.status, 200);
  }
  assert_int_equal(active_settles_at(G_N_ELEMENTS(slow)), G_N_ELEMENTS(slow));
  for (gsize i = 0; i < G_N_ELEMENTS(slow); i++)
    close(slow[i]);
  assert_int_equal(active_settles_at(0), 0);
  assert_int_equal(freed_settles_at(G_N_ELEMENTS(slow)), G_N_ELEMENTS(slow));
}

static void notices_that_the_client_of_a_silent_stream_has_gone(void **state) {
  (void)state;
  static const char request[] = "GET /silent HTTP/1.1\r\nHost: x\r\n\r\n";
  int fd = connect_bare();
  assert_int_equal(send(fd, request, strlen(request), MSG_NOSIGNAL), strlen(request));
  assert_int_equal(active_settles_at(1), 1);
  close(fd);
  assert_int_equal(active_settles_at(0), 0);
}

static const struct {
  const char *name, *bytes, *beginning;
} bare[] = {
    {"no HTTP is closed upon", "hello\r\n\r\n", ""},
    {"a header that never ends", NULL, "HTTP/1.1 431"},
    {"a length that is no number", "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: ten\r\n\r\n",
     "HTTP/1.1 400"},
    {"a refused body is not read as a request",
     "POST /closed HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 34\r\n\r\nGET /x "
     "HTTP/1.1\r\nHost: "
     "evil\r\n\r\n...",
     "HTTP/1.1 401"},
};

static void bears_clients_that_know_no_better(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(bare); i++) {
    g_autofree char *filler = g_strnfill(60000, 'x');
    g_autofree char *long_header =
        g_strconcat("GET /x HTTP/1.1\r\nHost: x\r\nX-Long: ", filler, "\r\n\r\n", NULL);
    const char *bytes = bare[i].bytes != NULL ? bare[i].bytes : long_header;
    g_autofree char *got = talk(bytes, strlen(bytes));
    const gboolean answered = *bare[i].beginning != '\0';
    if (!g_str_has_prefix(got, bare[i].beginning) || answered != (*got != '\0') ||
        strstr(got, "HTTP/1.1 200") != NULL)
      fail_msg("%s: %s", bare[i].name, got);
  }
  g_auto(Answer) answer = ask("GET", "/x", NULL, NULL, 0);
  assert_int_equal(answer.status, 200);
}

static void has_the_mode_it_was_given_and_one_owner(void **state) {
  (void)state;
  struct stat st;
  HttpServer *second = NULL;
  g_autoptr(GError) error = NULL;
  HttpOptions options = options_of(address);
  options.spool = NULL;
  assert_int_equal(stat(address + 5, &st), 0);
  assert_int_equal(st.st_mode & 0777, 0660);
  assert_int_equal(http_server_start(&options, &second, &error), FAULT_BUSY);
  g_autofree char *expected =
      g_strdup_printf("%s: another process answers there; stop it or choose another path", address + 5);
  assert_string_equal(error->message, expected);
  g_auto(Answer) answer = ask("GET", "/x", NULL, NULL, 0);
  assert_int_equal(answer.status, 200);
}

static void replaces_a_socket_that_nobody_answers_on(void **state) {
  (void)state;
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  g_autofree char *where = g_strdup_printf("unix:%s/stale", folder);
  g_strlcpy(name.sun_path, where + 5, sizeof name.sun_path);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_int_equal(bind(fd, (struct sockaddr *)&name, sizeof name), 0);
  close(fd);
  HttpServer *second = NULL;
  HttpOptions options = options_of(where);
  options.spool = NULL;
  assert_done(http_server_start(&options, &second, error));
  http_server_stop(second, 1);
  assert_false(g_file_test(where + 5, G_FILE_TEST_EXISTS));
}

static const struct {
  const char *name, *address, *group;
  int code;
} places[] = {
    {"no port", "127.0.0.1", NULL, FAULT_INPUT},
    {"a name", "relay.example:80", NULL, FAULT_INPUT},
    {"a relative socket", "unix:socket", NULL, FAULT_INPUT},
    {"a folder that is not there", "unix:/nowhere/at/all", NULL, FAULT_SYSTEM},
    {"a file that is no socket", "unix:FOLDER/file.txt", NULL, FAULT_SYSTEM},
    {"an unknown group", "unix:FOLDER/other", "no-such-group", FAULT_INPUT},
};

static void refuses_places_with_a_sentence(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
    g_auto(GStrv) parts = g_strsplit(places[i].address, "FOLDER", -1);
    g_autofree char *where = g_strjoinv(folder, parts);
    g_autoptr(GError) error = NULL;
    HttpServer *none = NULL;
    HttpOptions options = options_of(where);
    options.socket_group = places[i].group;
    options.spool = NULL;
    int r = http_server_start(&options, &none, &error);
    if (r != places[i].code || none != NULL || error == NULL)
      fail_msg("%s: %d %s", places[i].name, r, error != NULL ? error->message : "");
  }
}

static void serves_tcp_without_peers(void **state) {
  (void)state;
  HttpServer *tcp = NULL;
  HttpOptions options = options_of("127.0.0.1:0");
  options.spool = NULL;
  assert_done(http_server_start(&options, &tcp, error));
  g_autofree char *url = g_strdup_printf("http://%s/x", http_server_address(tcp));
  g_auto(Answer) answer = {0, g_string_new(NULL), g_string_new(NULL)};
  CURL *curl = curl_easy_init();
  curl_easy_setopt(curl, CURLOPT_URL, url);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, collect);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer.body);
  assert_int_equal(curl_easy_perform(curl), CURLE_OK);
  json_t *value = json_of(&answer);
  assert_true(json_is_false(json_object_get(value, "peer")));
  assert_string_equal(text_at(value, "remote"), "127.0.0.1");
  assert_null(text_at(value, "bearer"));
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, "x");
  struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: text/csv");
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  long status = 0;
  assert_int_equal(curl_easy_perform(curl), CURLE_OK);
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  assert_int_equal(status, 415); /* it has no spool */
  curl_slist_free_all(headers);
  curl_easy_cleanup(curl);
  json_decref(value);
  http_server_stop(tcp, 1);
}

static void serves_a_socket_handed_down(void **state) {
  (void)state;
  HttpServer *tcp = NULL;
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_int_equal(listen(fd, 5), 0); /* bound to any free port by the kernel */
  HttpOptions options = options_of(NULL);
  options.fd = fd;
  options.spool = NULL;
  assert_done(http_server_start(&options, &tcp, error));
  assert_true(g_str_has_prefix(http_server_address(tcp), "0.0.0.0:"));
  http_server_stop(tcp, 1);
}

static void ends_streams_when_it_stops(void **state) {
  (void)state;
  HttpServer *second = NULL;
  g_autofree char *where = g_strdup_printf("unix:%s/second", folder);
  HttpOptions options = options_of(where);
  options.spool = NULL;
  assert_done(http_server_start(&options, &second, error));
  g_autofree char *first = g_steal_pointer(&address);
  address = where;
  int fd = connect_bare();
  address = g_steal_pointer(&first);
  static const char request[] = "GET /silent HTTP/1.1\r\nHost: x\r\n\r\n";
  assert_int_equal(send(fd, request, strlen(request), MSG_NOSIGNAL), strlen(request));
  for (int i = 0; i < 100 && http_server_active(second) == 0; i++)
    g_usleep(10000);
  const gint64 begun = g_get_monotonic_time();
  http_server_stop(second, 10);
  assert_true(g_get_monotonic_time() - begun < 3 * G_USEC_PER_SEC);
  close(fd);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(tells_who_asks_and_what),
      cmocka_unit_test(sends_the_headers_that_protect),
      cmocka_unit_test(refuses_before_the_handler),
      cmocka_unit_test(answers_500_when_the_handler_says_nothing),
      cmocka_unit_test(head_has_no_body),
      cmocka_unit_test(sends_files_and_streams),
      cmocka_unit_test(a_broken_stream_is_seen_as_broken),
      cmocka_unit_test(keeps_json_in_memory_and_files_in_files),
      cmocka_unit_test(takes_large_files_up_to_the_ceiling),
      cmocka_unit_test(counts_bodies_of_unknown_length),
      cmocka_unit_test(a_slow_reader_holds_up_nobody),
      cmocka_unit_test(notices_that_the_client_of_a_silent_stream_has_gone),
      cmocka_unit_test(bears_clients_that_know_no_better),
      cmocka_unit_test(has_the_mode_it_was_given_and_one_owner),
      cmocka_unit_test(replaces_a_socket_that_nobody_answers_on),
      cmocka_unit_test(refuses_places_with_a_sentence),
      cmocka_unit_test(serves_tcp_without_peers),
      cmocka_unit_test(serves_a_socket_handed_down),
      cmocka_unit_test(ends_streams_when_it_stops),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
