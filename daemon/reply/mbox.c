/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reply/mbox.h"

#include <string.h>

#define FROM      "From "
#define FROM_SIZE 5

/* Behind the line's end, or the file's. */
static gsize line_end(const char *bytes, gsize size, gsize at) {
  const char *end = memchr(bytes + at, '\n', size - at);
  return end != NULL ? (gsize)(end - bytes) + 1 : size;
}

/* Somewhere a time, as each program that writes such lines puts one: so a sentence that begins with "From "
 * is none.
 */
static gboolean has_time(const char *line, gsize length) {
  for (gsize i = 2; i + 2 < length; i++)
    if (line[i] == ':' && g_ascii_isdigit(line[i - 1]) && g_ascii_isdigit(line[i + 1]) &&
        g_ascii_isdigit(line[i + 2]))
      return TRUE;
  return FALSE;
}

static gboolean is_from_line(const char *bytes, gsize size, gsize at) {
  gsize length = line_end(bytes, size, at) - at;
  return length > FROM_SIZE && memcmp(bytes + at, FROM, FROM_SIZE) == 0 &&
         has_time(bytes + at + FROM_SIZE, length - FROM_SIZE);
}

static gboolean is_quoted_from(const char *line, gsize length) {
  gsize quotes = 0;
  while (quotes < length && line[quotes] == '>')
    quotes++;
  return quotes > 0 && length - quotes >= FROM_SIZE && memcmp(line + quotes, FROM, FROM_SIZE) == 0;
}

static gboolean is_empty_line(const char *line, gsize length) {
  return length == 0 || (length == 1 && line[0] == '\n') ||
         (length == 2 && line[0] == '\r' && line[1] == '\n');
}

gboolean mbox_is(GBytes *file) {
  gsize size = 0;
  const char *bytes = g_bytes_get_data(file, &size);
  return size > 0 && is_from_line(bytes, size, 0);
}

/* Where the message that begins at AT ends: before the next "From " line, without the empty line before it;
 * or at the file's end. *ret_next is where the next begins, *ret_quoted whether a line has to lose a ">". */
static gsize message_end(const char *bytes, gsize size, gsize at, gsize *ret_next, gboolean *ret_quoted) {
  gsize before = at; /* where the last empty line began, when it was the last one */
  gboolean empty = FALSE;
  *ret_quoted = FALSE;
  while (at < size) {
    gsize next = line_end(bytes, size, at);
    if (empty && is_from_line(bytes, size, at)) {
      *ret_next = at;
      return before;
    }
    empty = is_empty_line(bytes + at, next - at);
    before = empty ? at : next;
    *ret_quoted = *ret_quoted || is_quoted_from(bytes + at, next - at);
    at = next;
  }
  *ret_next = size;
  return empty && before > 0 ? before : size;
}

static GBytes *unquoted(const char *bytes, gsize from, gsize to) {
  g_autoptr(GByteArray) text = g_byte_array_sized_new((guint)(to - from));
  while (from < to) {
    gsize next = MIN(line_end(bytes, to, from), to);
    gsize skip = is_quoted_from(bytes + from, next - from) ? 1 : 0;
    g_byte_array_append(text, (const guint8 *)bytes + from + skip, (guint)(next - from - skip));
    from = next;
  }
  return g_byte_array_free_to_bytes(g_steal_pointer(&text));
}

GBytes *mbox_next(GBytes *file, MboxWalk *walk) {
  gsize size = 0;
  const char *bytes = g_bytes_get_data(file, &size);
  while (walk->at < size) {
    gsize from = line_end(bytes, size, walk->at), next = size;
    gboolean quoted = FALSE;
    gsize end = message_end(bytes, size, from, &next, &quoted);
    walk->at = next;
    if (end <= from)
      continue;
    walk->count++;
    return quoted ? unquoted(bytes, from, end) : g_bytes_new_from_bytes(file, from, end - from);
  }
  return NULL;
}
