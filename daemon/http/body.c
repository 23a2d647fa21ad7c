/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/body.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/file.h"
#include "http/request_make.h"

#define FILE_PREFIX "upload-"

struct Body {
  char *spool;
  gsize max, size;
  GByteArray *bytes; /* in memory */
  char *path;        /* in a file, from its first byte on */
  int fd;
  GError *error; /* the first failed write */
};

Body *body_new(const char *spool, gsize max) {
  Body *body = g_new0(Body, 1);
  body->spool = g_strdup(spool);
  body->max = max;
  body->fd = -1;
  if (spool == NULL)
    body->bytes = g_byte_array_new();
  return body;
}

static int open_file(Body *body, GError **error) {
  if (body->fd >= 0)
    return 0;
  g_autofree char *path = g_build_filename(body->spool, FILE_PREFIX "XXXXXX", NULL);
  body->fd = mkostemp(path, O_CLOEXEC);
  if (body->fd < 0)
    return fault_errno(error, errno, "an upload cannot be kept in %s", body->spool);
  body->path = g_steal_pointer(&path);
  return 0;
}

void body_add(Body *body, const char *bytes, gsize length) {
  body->size += length;
  if (body->size > body->max || body->error != NULL)
    return;
  if (body->spool == NULL)
    g_byte_array_append(body->bytes, (const guint8 *)bytes, (guint)length);
  else if (open_file(body, &body->error) == 0)
    (void)file_write_all(body->fd, bytes, length, body->path, &body->error);
}

gboolean body_is_empty(const Body *body) {
  return body->size == 0;
}

gboolean body_is_too_large(const Body *body) {
  return body->size > body->max;
}

gboolean body_is_flood(const Body *body) {
  return body->size / 2 > body->max;
}

int body_give(Body *body, Request *request, GError **error) {
  if (body->error != NULL) {
    g_propagate_error(error, g_steal_pointer(&body->error));
    return FAULT_SYSTEM;
  }
  if (body->spool == NULL)
    request_take_body(request, g_byte_array_free_to_bytes(g_steal_pointer(&body->bytes)));
  else if (body->path != NULL)
    request_take_upload(request, g_steal_pointer(&body->path), (goffset)body->size);
  return 0;
}

void body_free(Body *body) {
  if (body == NULL)
    return;
  if (body->bytes != NULL)
    g_byte_array_unref(body->bytes);
  if (body->fd >= 0)
    close(body->fd);
  if (body->path != NULL)
    unlink(body->path);
  g_clear_error(&body->error);
  g_free(body->path);
  g_free(body->spool);
  g_free(body);
}

void body_clean_spool(const char *spool) {
  g_autoptr(GDir) dir = g_dir_open(spool, 0, NULL);
  for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;)
    if (g_str_has_prefix(name, FILE_PREFIX)) {
      g_autofree char *path = g_build_filename(spool, name, NULL);
      unlink(path);
    }
}
