/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/api_client.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

#define PREFIX          "/api/v1/"
#define TOKEN_MAX       4096
#define ANSWER_MAX      (256 * 1024 * 1024) /* of one JSON document */
#define LINE_MAX_BYTES  (4 * 1024 * 1024)
#define CONNECT_SECONDS 10L
#define STALL_SECONDS   600L /* without a byte: far above what any one step of the daemon takes */

struct ApiClient {
  CURL *curl;
  char *socket; /* NULL with a url */
  char *base;   /* "http://valise" or the url, without a final slash */
  char *token;
};

/* What is done with the bytes of an answer. */
typedef struct Exchange Exchange;
struct Exchange {
  ApiClient *client;
  GString *text; /* the answer, or the refusal; of a stream the line begun */
  int fd;        /* download: where the bytes go, else -1 */
  ApiLine line;  /* stream: who gets each line, else NULL */
  gpointer data;
  gboolean stopped; /* LINE wants no more */
  GError *error;    /* of LINE or of writing to fd */
  json_t *refused;  /* the whole answer of a refusal */
};

/* ---- making -------------------------------------------------------------------------------------- */

static int read_token(const char *path, char **ret, GError **error) {
  struct stat st;
  g_autoptr(GBytes) bytes = NULL;
  if (stat(path, &st) != 0)
    return fault(error, FAULT_INPUT, "the token file %s cannot be read: %s", path, g_strerror(errno));
  if ((st.st_mode & S_IROTH) != 0)
    return fault(error, FAULT_INPUT, "the token file %s can be read by everybody; run chmod go= %s", path,
                 path);
  if (file_read(path, TOKEN_MAX, &bytes, error) < 0)
    return fault_prefix(error, "the token file");
  const gsize size = g_bytes_get_size(bytes);
  g_autofree char *token = size > 0 ? g_strndup(g_bytes_get_data(bytes, NULL), size) : g_strdup("");
  g_strstrip(token);
  for (const char *p = token; *p != '\0'; p++)
    if (*p <= ' ' || *p >= 0x7f)
      return fault(error, FAULT_INPUT,
                   "the token file %s holds more than a token; keep the token alone in it", path);
  if (*token == '\0')
    return fault(error, FAULT_INPUT, "the token file %s is empty; valise users token NAME makes a token",
                 path);
  *ret = g_steal_pointer(&token);
  return 0;
}

static gboolean is_loopback(const char *host) {
  static const char *const ends[] = {"127.0.0.1", "localhost", "[::1]", NULL};
  for (const char *const *end = ends; *end != NULL; end++)
    if (g_str_has_prefix(host, *end) &&
        (host[strlen(*end)] == ':' || host[strlen(*end)] == '\0' || host[strlen(*end)] == '/'))
      return TRUE;
  return FALSE;
}

static int set_url(ApiClient *client, const char *url, GError **error) {
  if (g_str_has_prefix(url, "http://") && !is_loopback(url + 7))
    return fault(error, FAULT_INPUT, "%s would carry the token in clear text; use https://", url);
  if (!g_str_has_prefix(url, "http://") && !g_str_has_prefix(url, "https://"))
    return fault(error, FAULT_INPUT, "\"%s\" is no address of a daemon; write https://host", url);
  client->base = g_strdup(url);
  while (g_str_has_suffix(client->base, "/"))
    client->base[strlen(client->base) - 1] = '\0';
  return 0;
}

static void set_socket(ApiClient *client, const char *socket) {
  if (socket == NULL)
    socket = g_getenv("VALISE_SOCKET");
  client->socket = g_strdup(socket != NULL && *socket != '\0' ? socket : API_DEFAULT_SOCKET);
  client->base = g_strdup("http://valise");
}

int api_client_new(const ApiOptions *options, ApiClient **ret, GError **error) {
  static gsize begun;
  if (g_once_init_enter(&begun)) {
    curl_global_init(CURL_GLOBAL_DEFAULT);
    g_once_init_leave(&begun, 1);
  }
  g_autoptr(ApiClient) client = g_new0(ApiClient, 1);
  int r = 0;
  if (options->url != NULL)
    r = set_url(client, options->url, error);
  else
    set_socket(client, options->socket);
  if (r == 0 && options->token_file != NULL)
    r = read_token(options->token_file, &client->token, error);
  if (r < 0)
    return r;
  client->curl = curl_easy_init();
  *ret = g_steal_pointer(&client);
  return 0;
}

void api_client_free(ApiClient *client) {
  if (client == NULL)
    return;
  if (client->curl != NULL)
    curl_easy_cleanup(client->curl);
  if (client->token != NULL)
    explicit_bzero(client->token, strlen(client->token));
  g_free(client->token);
  g_free(client->socket);
  g_free(client->base);
  g_free(client);
}

/* ---- faults -------------------------------------------------------------------------------------- */

enum api_exit api_exit(const GError *error) {
  switch (fault_code(error)) {
  case FAULT_INPUT:
    return EXIT_USAGE;
  case FAULT_FORBIDDEN:
    return EXIT_FORBIDDEN;
  case API_UNREACHABLE:
    return EXIT_UNREACHABLE;
  default:
    return EXIT_RULE;
  }
}

static int code_of(const char *name, long status) {
  static const struct {
    const char *name;
    int code;
  } codes[] = {
      {"input", FAULT_INPUT},         {"rule", FAULT_RULE}, {"forbidden", FAULT_FORBIDDEN},
      {"absent", FAULT_ABSENT},       {"busy", FAULT_BUSY}, {"system", FAULT_SYSTEM},
      {"uncertain", FAULT_UNCERTAIN},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(codes); i++)
    if (g_strcmp0(codes[i].name, name) == 0)
      return codes[i].code;
  if (status == 401 || status == 403)
    return FAULT_FORBIDDEN;
  if (status == 404)
    return FAULT_ABSENT;
  return status >= 400 && status < 500 ? FAULT_INPUT : FAULT_SYSTEM;
}

/* The fault that VALUE tells ({"error":{"code":…,"message":…}}), or 0 when it tells none. */
static int fault_in(const json_t *value, long status, GError **error) {
  const json_t *told = json_object_get(value, "error");
  const char *message = json_string_value(json_object_get(told, "message"));
  if (message == NULL)
    return 0;
  return fault(error, code_of(json_string_value(json_object_get(told, "code")), status), "%s", message);
}

static int refusal(Exchange *exchange, long status, GError **error) {
  exchange->refused = json_loadb(exchange->text->str, exchange->text->len, 0, NULL);
  int r = exchange->refused != NULL ? fault_in(exchange->refused, status, error) : 0;
  if (r < 0)
    return r;
  return fault(error, code_of(NULL, status),
               "the daemon answered with HTTP status %ld and no reason; look at its log", status);
}

static const char *where(const ApiClient *client) {
  return client->socket != NULL ? client->socket : client->base;
}

static int unreachable(const ApiClient *client, CURLcode why, const char *words, GError **error) {
  if (client->socket != NULL && access(client->socket, F_OK) == 0 && access(client->socket, W_OK) != 0 &&
      errno == EACCES)
    return fault(error, FAULT_FORBIDDEN,
                 "%s: you may not use this socket; ask for membership in the group that owns it",
                 client->socket);
  if (why == CURLE_COULDNT_CONNECT || why == CURLE_COULDNT_RESOLVE_HOST)
    return fault(error, API_UNREACHABLE,
                 "%s: no daemon answers there; start it (systemctl start valised) or name another with %s",
                 where(client), client->socket != NULL ? "--socket" : "--url");
  return fault(error, API_UNREACHABLE,
               "%s: the daemon did not finish its answer (%s); look whether it runs, then ask what was done",
               where(client), words);
}

/* ---- one exchange -------------------------------------------------------------------------------- */

static long status_of(ApiClient *client) {
  long status = 0;
  curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

static int give_line(Exchange *exchange, const char *text, gsize length) {
  json_error_t why;
  if (length == 0)
    return 0;
  json_t *value = json_loadb(text, length, JSON_REJECT_DUPLICATES, &why);
  if (value == NULL)
    return fault(&exchange->error, FAULT_SYSTEM, "the daemon sent a line that is no JSON (%s)", why.text);
  int r = fault_in(value, 500, &exchange->error);
  if (r == 0)
    r = exchange->line(value, exchange->data, &exchange->error);
  json_decref(value);
  exchange->stopped = r > 0;
  return r;
}

static int give_lines(Exchange *exchange) {
  GString *text = exchange->text;
  gsize begun = 0;
  int r = 0;
  for (char *end; r == 0 && (end = memchr(text->str + begun, '\n', text->len - begun)) != NULL;) {
    const gsize length = (gsize)(end - text->str) - begun;
    r = give_line(exchange, text->str + begun, length);
    begun += length + 1;
  }
  g_string_erase(text, 0, (gssize)begun);
  if (r == 0 && text->len > LINE_MAX_BYTES)
    r = fault(&exchange->error, FAULT_SYSTEM, "the daemon sent a line of more than %d bytes", LINE_MAX_BYTES);
  return r;
}

/* libcurl's receiver: anything but the full size ends the transfer. */
static size_t receive(char *bytes, size_t size, size_t count, void *data) {
  Exchange *exchange = data;
  const gsize length = size * count;
  const gboolean refused = status_of(exchange->client) >= 400;
  if (exchange->fd >= 0 && !refused)
    return file_write_all(exchange->fd, bytes, length, "the output", &exchange->error) == 0 ? length : 0;
  if (exchange->text->len + length > ANSWER_MAX)
    return 0;
  g_string_append_len(exchange->text, bytes, (gssize)length);
  if (exchange->line != NULL && !refused && give_lines(exchange) != 0)
    return 0;
  return length;
}

static size_t send_piece(char *buffer, size_t size, size_t count, void *data) {
  const size_t n = fread(buffer, size, count, data);
  return n == 0 && ferror((FILE *)data) ? CURL_READFUNC_ABORT : n;
}

static void set_target(ApiClient *client, const char *path, const ApiQuery *query) {
  g_autofree char *url = g_strconcat(client->base, *path == '/' ? "" : PREFIX, path,
                                     query != NULL ? api_query_text(query) : "", NULL);
  curl_easy_reset(client->curl);
  curl_easy_setopt(client->curl, CURLOPT_URL, url);
  curl_easy_setopt(client->curl, CURLOPT_PATH_AS_IS, 1L);
  if (client->socket != NULL)
    curl_easy_setopt(client->curl, CURLOPT_UNIX_SOCKET_PATH, client->socket);
  /* No proxy may see a token, and no answer may lead elsewhere. */
  curl_easy_setopt(client->curl, CURLOPT_PROXY, "");
  curl_easy_setopt(client->curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(client->curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(client->curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(client->curl, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
  curl_easy_setopt(client->curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(client->curl, CURLOPT_LOW_SPEED_TIME, STALL_SECONDS);
  curl_easy_setopt(client->curl, CURLOPT_USERAGENT, "valise/" VALISE_VERSION);
}

static struct curl_slist *headers_of(const ApiClient *client, const char *content_type, gboolean chunked) {
  struct curl_slist *headers = curl_slist_append(NULL, "Accept: application/json");
  if (client->token != NULL) {
    g_autofree char *header = g_strconcat("Authorization: Bearer ", client->token, NULL);
    headers = curl_slist_append(headers, header);
    explicit_bzero(header, strlen(header));
  }
  if (content_type != NULL) {
    g_autofree char *header = g_strconcat("Content-Type: ", content_type, NULL);
    headers = curl_slist_append(headers, header);
  }
  return chunked ? curl_slist_append(headers, "Transfer-Encoding: chunked") : headers;
}

static int judge(Exchange *exchange, CURLcode r, const char *words, GError **error) {
  const long status = status_of(exchange->client);
  if (exchange->error != NULL) {
    const int code = fault_code(exchange->error);
    g_propagate_error(error, g_steal_pointer(&exchange->error));
    return code;
  }
  if (exchange->stopped)
    return 0;
  /* A refusal may come while we still send: the daemon's word counts more than the broken pipe. */
  if (status >= 400)
    return refusal(exchange, status, error);
  if (r == CURLE_ABORTED_BY_CALLBACK)
    return fault(error, FAULT_SYSTEM, "the file could not be read to its end; try again");
  if (r != CURLE_OK)
    return unreachable(exchange->client, r, words, error);
  return 0;
}

static int perform(Exchange *exchange, const char *content_type, gboolean chunked, GError **error) {
  CURL *curl = exchange->client->curl;
  char words[CURL_ERROR_SIZE] = "";
  struct curl_slist *headers = headers_of(exchange->client, content_type, chunked);
  exchange->text = g_string_new(NULL);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, words);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, exchange);
  const CURLcode r = curl_easy_perform(curl);
  curl_slist_free_all(headers);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, NULL);
  return judge(exchange, r, *words != '\0' ? words : curl_easy_strerror(r), error);
}

static int parse_answer(const Exchange *exchange, json_t **ret, GError **error) {
  json_error_t why;
  if (ret == NULL)
    return 0;
  if (exchange->text->len == 0) {
    *ret = json_null();
    return 0;
  }
  *ret = json_loadb(exchange->text->str, exchange->text->len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
  if (*ret == NULL)
    return fault(error, FAULT_SYSTEM, "the daemon's answer is no JSON (%s); do both have the same version?",
                 why.text);
  return 0;
}

static void exchange_clear(Exchange *exchange) {
  if (exchange->text != NULL)
    g_string_free(exchange->text, TRUE);
  g_clear_error(&exchange->error);
  json_decref(exchange->refused);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Exchange, exchange_clear)

/* ---- what commands call -------------------------------------------------------------------------- */

int api_get(ApiClient *client, const char *path, const ApiQuery *query, json_t **ret, GError **error) {
  g_auto(Exchange) exchange = {.client = client, .fd = -1};
  set_target(client, path, query);
  int r = perform(&exchange, NULL, FALSE, error);
  return r == 0 ? parse_answer(&exchange, ret, error) : r;
}

int api_send(ApiClient *client, const char *method, const char *path, const ApiQuery *query, json_t *body,
             json_t **ret, GError **error) {
  g_auto(Exchange) exchange = {.client = client, .fd = -1};
  char *text = body != NULL ? json_dumps(body, JSON_COMPACT) : NULL;
  set_target(client, path, query);
  curl_easy_setopt(client->curl, CURLOPT_CUSTOMREQUEST, method);
  if (text != NULL || strcmp(method, "POST") == 0) {
    curl_easy_setopt(client->curl, CURLOPT_POSTFIELDSIZE_LARGE,
                     (curl_off_t)(text != NULL ? strlen(text) : 0));
    curl_easy_setopt(client->curl, CURLOPT_POSTFIELDS, text != NULL ? text : "");
  }
  int r = perform(&exchange, "application/json", FALSE, error);
  free(text);
  return r == 0 ? parse_answer(&exchange, ret, error) : r;
}

/* Its size, or -1 when only its end will tell. */
static curl_off_t size_of(FILE *file) {
  struct stat st;
  return fstat(fileno(file), &st) == 0 && S_ISREG(st.st_mode) && lseek(fileno(file), 0, SEEK_CUR) == 0
             ? (curl_off_t)st.st_size
             : -1;
}

static int open_upload(const char *path, FILE **ret, GError **error) {
  struct stat st;
  *ret = strcmp(path, "-") == 0 ? stdin : fopen(path, "rbe");
  if (*ret == NULL)
    return fault(error, FAULT_INPUT, "%s cannot be read: %s", path, g_strerror(errno));
  if (*ret != stdin && fstat(fileno(*ret), &st) == 0 && S_ISDIR(st.st_mode)) {
    fclose(*ret);
    return fault(error, FAULT_INPUT, "%s is a folder; name a file", path);
  }
  return 0;
}

int api_upload(ApiClient *client, const char *path, const ApiQuery *query, const char *file,
               const char *content_type, json_t **ret, GError **error) {
  g_auto(Exchange) exchange = {.client = client, .fd = -1};
  FILE *from;
  int r = open_upload(file, &from, error);
  if (r < 0)
    return r;
  const curl_off_t size = size_of(from);
  set_target(client, path, query);
  curl_easy_setopt(client->curl, CURLOPT_POST, 1L);
  curl_easy_setopt(client->curl, CURLOPT_POSTFIELDSIZE_LARGE, size);
  curl_easy_setopt(client->curl, CURLOPT_READFUNCTION, send_piece);
  curl_easy_setopt(client->curl, CURLOPT_READDATA, from);
  r = perform(&exchange, content_type, size < 0, error);
  if (from != stdin)
    fclose(from);
  if (r < 0 && ret != NULL)
    *ret = g_steal_pointer(&exchange.refused);
  return r == 0 ? parse_answer(&exchange, ret, error) : r;
}

int api_download(ApiClient *client, const char *path, const ApiQuery *query, int fd, char **ret_type,
                 GError **error) {
  g_auto(Exchange) exchange = {.client = client, .fd = fd};
  const char *type = NULL;
  set_target(client, path, query);
  int r = perform(&exchange, NULL, FALSE, error);
  if (r == 0 && ret_type != NULL) {
    curl_easy_getinfo(client->curl, CURLINFO_CONTENT_TYPE, &type);
    *ret_type = g_strdup(type != NULL ? type : "application/octet-stream");
  }
  return r;
}

int api_follow(ApiClient *client, const char *path, const ApiQuery *query, ApiLine line, gpointer data,
               GError **error) {
  g_auto(Exchange) exchange = {.client = client, .fd = -1, .line = line, .data = data};
  set_target(client, path, query);
  int r = perform(&exchange, NULL, FALSE, error);
  if (r == 0 && !exchange.stopped && exchange.text->len > 0)
    return fault(error, API_UNREACHABLE, "%s: the daemon broke off within a line; ask again", where(client));
  return r;
}

/* Gives the items of one page to LINE. 1: enough. */
static int give_items(const json_t *page, guint *left, ApiLine line, gpointer data, GError **error) {
  size_t i;
  json_t *item;
  json_array_foreach(json_object_get(page, "items"), i, item) {
    if (*left == 0)
      return 1;
    (*left)--;
    int r = line(item, data, error);
    if (r != 0)
      return r;
  }
  return *left == 0 ? 1 : 0;
}

int api_list(ApiClient *client, const char *path, const ApiQuery *query, guint limit, ApiLine line,
             gpointer data, GError **error) {
  guint left = limit > 0 ? limit : G_MAXUINT;
  g_autofree char *after = NULL;
  do {
    json_t *page = NULL;
    g_autoptr(ApiQuery) whole = api_query_add(api_query_copy(query), "after", after);
    int r = api_get(client, path, whole, &page, error);
    if (r == 0)
      r = give_items(page, &left, line, data, error);
    const json_t *next = json_object_get(page, "next");
    g_free(after);
    after = json_is_integer(next) ? g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(next))
                                  : g_strdup(json_string_value(next));
    json_decref(page);
    if (r != 0)
      return r < 0 ? r : 0;
  } while (after != NULL);
  return 0;
}
