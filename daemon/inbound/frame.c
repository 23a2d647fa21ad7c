/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/frame.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "base/fault.h"

#define LENGTH_SIZE 4
#define HEAD_SIZE   (LENGTH_SIZE + 1)
#define NUMBER_SIZE 8
#define ABSENT      0xFFFFFFFFU

void frame_clear(Frame *frame) {
  g_clear_pointer(&frame->body, g_bytes_unref);
}

/* ---- numbers ------------------------------------------------------------------------------------- */

static void put(guint8 *to, guint64 number, gsize size) {
  for (gsize i = 0; i < size; i++)
    to[i] = (guint8)(number >> (8 * (size - 1 - i)));
}

static guint64 get(const guint8 *from, gsize size) {
  guint64 number = 0;
  for (gsize i = 0; i < size; i++)
    number = number << 8 | from[i];
  return number;
}

static void add(GByteArray *fields, guint64 number, gsize size) {
  guint8 bytes[NUMBER_SIZE];
  put(bytes, number, size);
  g_byte_array_append(fields, bytes, (guint)size);
}

/* ---- the socket ---------------------------------------------------------------------------------- */

/* How long poll may wait, in milliseconds: rounded up, so that it does not wake a moment too early. */
static int patience(gint64 until) {
  if (until == 0)
    return -1;
  gint64 left = until - g_get_monotonic_time();
  return left <= 0 ? 0 : (int)MIN(left / 1000 + 1, G_MAXINT);
}

static int wait_for(int fd, short event, gint64 until, GError **error) {
  struct pollfd one = {.fd = fd, .events = event};
  int n;
  do
    n = poll(&one, 1, patience(until));
  while (n < 0 && errno == EINTR);
  if (n < 0)
    return fault_errno(error, errno, "another process of the daemon cannot be heard");
  return n == 0 ? FRAME_LATE : 0;
}

/* What recv and send say when nothing came of it: 0 to try again, else as the callers return it. */
static int after(ssize_t n, int fd, short event, gint64 until, GError **error) {
  if (n == 0 || errno == ECONNRESET || errno == EPIPE)
    return FRAME_ENDED;
  if (errno == EINTR)
    return 0;
  if (errno == EAGAIN || errno == EWOULDBLOCK)
    return wait_for(fd, event, until, error);
  return fault_errno(error, errno, "another process of the daemon cannot be reached");
}

static int send_all(int fd, const guint8 *at, gsize left, gint64 until, GError **error) {
  while (left > 0) {
    ssize_t n = send(fd, at, left, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n > 0) {
      at += n;
      left -= (gsize)n;
      continue;
    }
    int r = after(n, fd, POLLOUT, until, error);
    if (r != 0)
      return r;
  }
  return 0;
}

static int receive_all(int fd, guint8 *at, gsize left, gint64 until, GError **error) {
  while (left > 0) {
    ssize_t n = recv(fd, at, left, MSG_DONTWAIT);
    if (n > 0) {
      at += n;
      left -= (gsize)n;
      continue;
    }
    int r = after(n, fd, POLLIN, until, error);
    if (r != 0)
      return r;
  }
  return 0;
}

int frame_send(int fd, guint8 kind, const GByteArray *fields, GBytes *tail, gint64 until, GError **error) {
  g_autoptr(GByteArray) head = g_byte_array_new();
  gsize tail_size = tail != NULL ? g_bytes_get_size(tail) : 0;
  gsize fields_size = fields != NULL ? fields->len : 0;
  gsize length = 1 + fields_size + (tail != NULL ? LENGTH_SIZE + tail_size : 0);
  if (tail_size > FRAME_MAX || length > FRAME_MAX)
    return fault(error, FAULT_INPUT, "%zu bytes are too many for another process of the daemon (at most %d)",
                 length, FRAME_MAX);
  add(head, length, LENGTH_SIZE);
  g_byte_array_append(head, &kind, 1);
  if (fields_size > 0)
    g_byte_array_append(head, fields->data, fields->len);
  if (tail != NULL)
    add(head, tail_size, LENGTH_SIZE);
  int r = send_all(fd, head->data, head->len, until, error);
  if (r == 0 && tail_size > 0)
    r = send_all(fd, g_bytes_get_data(tail, NULL), tail_size, until, error);
  return r;
}

int frame_receive(int fd, gsize max, gint64 until, Frame *ret, GError **error) {
  guint8 head[HEAD_SIZE];
  int r = receive_all(fd, head, sizeof head, until, error);
  if (r != 0)
    return r;
  guint64 length = get(head, LENGTH_SIZE);
  if (length == 0 || length > MIN(max, FRAME_MAX))
    return fault(error, FAULT_INPUT,
                 "another process of the daemon announces %" G_GUINT64_FORMAT " bytes where %zu are the most",
                 length, MIN(max, (gsize)FRAME_MAX));
  gsize size = (gsize)length - 1;
  g_autofree guint8 *body = g_malloc(MAX(size, 1));
  r = receive_all(fd, body, size, until, error);
  if (r != 0)
    return r;
  ret->kind = head[LENGTH_SIZE];
  ret->body = g_bytes_new_take(g_steal_pointer(&body), size);
  return 0;
}

/* ---- writing fields ------------------------------------------------------------------------------ */

void frame_add_number(GByteArray *fields, gint64 number) {
  add(fields, (guint64)number, NUMBER_SIZE);
}

void frame_add_text(GByteArray *fields, const char *text) {
  gsize length = text != NULL ? strlen(text) : 0;
  add(fields, text != NULL ? length : ABSENT, LENGTH_SIZE);
  g_byte_array_append(fields, (const guint8 *)text, (guint)length);
}

void frame_add_bytes(GByteArray *fields, GBytes *bytes) {
  gsize size = bytes != NULL ? g_bytes_get_size(bytes) : 0;
  add(fields, bytes != NULL ? size : ABSENT, LENGTH_SIZE);
  g_byte_array_append(fields, bytes != NULL ? g_bytes_get_data(bytes, NULL) : NULL, (guint)size);
}

/* ---- reading fields ------------------------------------------------------------------------------ */

FrameReading frame_read(const Frame *frame) {
  return (FrameReading){.body = frame->body};
}

void frame_read_break(FrameReading *reading) {
  reading->broken = TRUE;
}

/* The next SIZE bytes, or NULL when there are not so many. */
static const guint8 *next(FrameReading *reading, gsize size) {
  gsize all;
  const guint8 *data = g_bytes_get_data(reading->body, &all);
  if (reading->broken || size > all - reading->at) {
    frame_read_break(reading);
    return NULL;
  }
  data += reading->at;
  reading->at += size;
  return data;
}

gint64 frame_read_number(FrameReading *reading, gint64 least, gint64 most) {
  const guint8 *at = next(reading, NUMBER_SIZE);
  gint64 number = at != NULL ? (gint64)get(at, NUMBER_SIZE) : least;
  if (number >= least && number <= most)
    return at != NULL ? number : 0;
  frame_read_break(reading);
  return 0;
}

/* The length of a field of bytes; FALSE when it is absent, or not as it must be. */
static gboolean read_length(FrameReading *reading, gsize max, gsize *ret) {
  const guint8 *at = next(reading, LENGTH_SIZE);
  if (at == NULL)
    return FALSE;
  guint64 length = get(at, LENGTH_SIZE);
  if (length == ABSENT)
    return FALSE;
  if (length > max) {
    frame_read_break(reading);
    return FALSE;
  }
  *ret = (gsize)length;
  return TRUE;
}

char *frame_read_text(FrameReading *reading, gsize max) {
  gsize length;
  if (!read_length(reading, max, &length))
    return NULL;
  const char *at = (const char *)next(reading, length);
  /* g_utf8_validate with a length refuses NUL as well. */
  if (at != NULL && g_utf8_validate(at, (gssize)length, NULL))
    return g_strndup(at, length);
  frame_read_break(reading);
  return NULL;
}

GBytes *frame_read_bytes(FrameReading *reading, gsize max) {
  gsize length;
  if (!read_length(reading, max, &length) || next(reading, length) == NULL)
    return NULL;
  return g_bytes_new_from_bytes(reading->body, reading->at - length, length);
}

gboolean frame_read_whole(const FrameReading *reading) {
  return !reading->broken && reading->at == g_bytes_get_size(reading->body);
}
