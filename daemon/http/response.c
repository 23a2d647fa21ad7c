/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/response.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/text.h"
#include "http/response_send.h"

#define HEADER_MAX 4096

typedef struct {
  char *name, *value;
} Header;

struct Response {
  guint status;
  GPtrArray *headers;
  enum response_kind kind;
  GBytes *body;
  int fd;
  goffset size;
  StreamSource stream;
};

static void header_free(gpointer data) {
  Header *header = data;
  g_free(header->name);
  g_free(header->value);
  g_free(header);
}

Response *response_new(void) {
  static const char *const always[][2] = {
      {"X-Content-Type-Options", "nosniff"},
      {"Cache-Control", "no-store"},
      {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
      {"Referrer-Policy", "no-referrer"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
  };
  Response *response = g_new0(Response, 1);
  response->status = 500;
  response->fd = -1;
  response->headers = g_ptr_array_new_with_free_func(header_free);
  for (gsize i = 0; i < G_N_ELEMENTS(always); i++)
    response_set_header(response, always[i][0], always[i][1]);
  return response;
}

/* What was to be sent before is given back. */
static void drop_body(Response *response) {
  g_clear_pointer(&response->body, g_bytes_unref);
  if (response->fd >= 0)
    close(response->fd);
  response->fd = -1;
  if (response->stream.free != NULL)
    response->stream.free(response->stream.data);
  response->stream = (StreamSource){0};
  response->kind = RESPONSE_EMPTY;
}

void response_free(Response *response) {
  if (response == NULL)
    return;
  drop_body(response);
  g_ptr_array_unref(response->headers);
  g_free(response);
}

void response_set_status(Response *response, guint status) {
  response->status = status;
}

guint response_status(const Response *response) {
  return response->status;
}

static Header *find_header(const Response *response, const char *name) {
  for (guint i = 0; i < response->headers->len; i++) {
    Header *header = response->headers->pdata[i];
    if (g_ascii_strcasecmp(header->name, name) == 0)
      return header;
  }
  return NULL;
}

void response_set_header(Response *response, const char *name, const char *value) {
  if (text_check_line(name, value, -1, HEADER_MAX, NULL) < 0) {
    drop_body(response);
    response->status = 500;
    return;
  }
  Header *header = find_header(response, name);
  if (header == NULL) {
    header = g_new0(Header, 1);
    header->name = g_strdup(name);
    g_ptr_array_add(response->headers, header);
  }
  g_free(header->value);
  header->value = g_strdup(value);
}

static void begin_body(Response *response, guint status, const char *content_type, enum response_kind kind) {
  drop_body(response);
  response->status = status;
  response->kind = kind;
  response_set_header(response, "Content-Type", content_type);
}

void response_bytes(Response *response, guint status, const char *content_type, GBytes *body) {
  GBytes *kept = g_bytes_ref(body);
  begin_body(response, status, content_type, RESPONSE_BYTES);
  response->body = kept;
}

void response_text(Response *response, guint status, const char *content_type, const char *text) {
  g_autoptr(GBytes) body = g_bytes_new(text, strlen(text));
  response_bytes(response, status, content_type, body);
}

int response_file(Response *response, guint status, const char *content_type, const char *path,
                  GError **error) {
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  struct stat st;
  if (fd < 0)
    return fault_errno(error, errno, "%s cannot be read", path);
  if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
    close(fd);
    return fault(error, FAULT_SYSTEM, "%s is no file", path);
  }
  begin_body(response, status, content_type, RESPONSE_FILE);
  response->fd = fd;
  response->size = st.st_size;
  return 0;
}

void response_stream(Response *response, guint status, const char *content_type, ResponseStream next,
                     gpointer data, GDestroyNotify free, const char *heartbeat) {
  begin_body(response, status, content_type, RESPONSE_STREAM);
  response->stream = (StreamSource){next, data, free, heartbeat};
}

enum response_kind response_kind(const Response *response) {
  return response->kind;
}

GBytes *response_body(const Response *response) {
  return response->body;
}

int response_steal_file(Response *response, goffset *ret_size) {
  const int fd = response->fd;
  *ret_size = response->size;
  response->fd = -1;
  response->kind = RESPONSE_EMPTY;
  return fd;
}

StreamSource response_steal_stream(Response *response) {
  const StreamSource source = response->stream;
  response->stream = (StreamSource){0};
  response->kind = RESPONSE_EMPTY;
  return source;
}

gboolean response_header_at(const Response *response, guint index, const char **ret_name,
                            const char **ret_value) {
  if (index >= response->headers->len)
    return FALSE;
  const Header *header = response->headers->pdata[index];
  *ret_name = header->name;
  *ret_value = header->value;
  return TRUE;
}

const char *response_header(const Response *response, const char *name) {
  const Header *header = find_header(response, name);
  return header != NULL ? header->value : NULL;
}
