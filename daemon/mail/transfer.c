/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/transfer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/file.h"

#define LINE_COLUMNS 76
#define LINE_OCTETS  57                   /* octets that make one line of base64 */
#define PIECE        (LINE_OCTETS * 4096) /* octets of a file read at a time: whole lines */
#define LINE_ROOM    (LINE_COLUMNS + 8)

/* Where quoted-printable is being written: behind LEN in TO, in the present line at COLUMN. The length of the
 * GString itself is set at the end only, so that the inner loops store bytes and do nothing else. */
typedef struct {
  GString *to;
  gsize len;
  gsize column;
} Output;

static void make_room(Output *out, gsize n) {
  if (out->to->allocated_len - out->len <= n) {
    out->to->len = out->len;
    g_string_set_size(out->to, out->len + n);
  }
}

static void put_break(Output *out, const char *text, gsize n) {
  memcpy(out->to->str + out->len, text, n);
  out->len += n;
  out->column = 0;
  make_room(out, LINE_ROOM);
}

static void put_encoded(Output *out, guchar c) {
  static const char digits[] = "0123456789ABCDEF";
  char *at = out->to->str + out->len;
  at[0] = '=';
  at[1] = digits[c >> 4];
  at[2] = digits[c & 15];
  out->len += 3;
  out->column += 3;
}

static gboolean is_plain(guchar c) {
  return c >= ' ' && c <= '~' && c != '=';
}

#define EACH(octet) (G_GUINT64_CONSTANT(0x0101010101010101) * (octet))

/* Are eight octets all plain? Each test sets the high bit of an octet that fails it, or of one above a
 * failing one. */
static gboolean eight_plain(const char *at) {
  guint64 x;
  memcpy(&x, at, 8);
  guint64 equals = x ^ EACH('='), rubout = x ^ EACH(0x7f);
  guint64 low = (x - EACH(' ')) | x, zero = ((equals - EACH(1)) & ~equals) | ((rubout - EACH(1)) & ~rubout);
  return ((low | zero) & EACH(0x80)) == 0;
}

/* How many octets of the MAX at AT are plain, from the first on. */
static gsize plain_run(const char *at, gsize max) {
  gsize n = 0;
  while (n + 8 <= max && eight_plain(at + n))
    n += 8;
  while (n < max && is_plain((guchar)at[n]))
    n++;
  return n;
}

/* At the beginning of a line: "From " would become ">From " in an mbox (RFC 4155), a lone "." ends the data
 * of SMTP for those who forget RFC 5321 §4.5.2. */
static gboolean is_dangerous(const char *at, const char *end) {
  if (*at == '.')
    return at + 1 == end;
  return *at == 'F' && end - at >= 5 && memcmp(at, "From ", 5) == 0;
}

/* One line of the text, without its end. A soft break comes where the next octet has no room; the last octet
 * of a line may use the column that the "=" of a soft break needs (RFC 2045 §6.7 (5)). */
static void put_line(Output *out, const char *at, const char *end) {
  gboolean blank_end = end > at && (end[-1] == ' ' || end[-1] == '\t');
  const char *text_end = blank_end ? end - 1 : end;
  while (at < end) {
    if (out->column == 0 && is_dangerous(at, end))
      put_encoded(out, (guchar)*at++);
    gsize room = LINE_COLUMNS - 1 - out->column, rest = (gsize)(text_end - at);
    gsize n = plain_run(at, MIN(rest, room + 1));
    if (n > room && (n < rest || blank_end))
      n = room;
    memcpy(out->to->str + out->len, at, n);
    out->len += n;
    out->column += n;
    at += n;
    if (at == end)
      return;
    gboolean last = at + 1 == end;
    if (out->column + 3 > (gsize)LINE_COLUMNS - (last ? 0 : 1) || (at < text_end && is_plain((guchar)*at)))
      put_break(out, "=\r\n", 3);
    else
      put_encoded(out, (guchar)*at++);
  }
}

/* The end of the line that begins at AT: its LF or CR, or END. *ret_next is behind the line break. */
static const char *line_end(const char *at, const char *end, const char **ret_next) {
  const char *lf = memchr(at, '\n', (gsize)(end - at));
  const char *stop = lf != NULL ? lf : end;
  const char *cr = memchr(at, '\r', (gsize)(stop - at));
  if (cr == NULL) {
    *ret_next = lf != NULL ? lf + 1 : end;
    return stop;
  }
  *ret_next = cr + 1 == lf ? lf + 1 : cr + 1;
  return cr;
}

void transfer_quoted_printable(GString *to, const char *text, gsize length) {
  Output out = {.to = to, .len = to->len};
  const char *at = text, *end = text + length;
  make_room(&out, length + length / 16 + LINE_ROOM);
  while (at < end) {
    const char *next;
    const char *stop = line_end(at, end, &next);
    put_line(&out, at, stop);
    if (next != stop)
      put_break(&out, "\r\n", 2);
    at = next;
  }
  to->len = out.len;
  to->str[to->len] = '\0';
}

guint64 transfer_base64_size(guint64 length) {
  guint64 lines = (length + LINE_OCTETS - 1) / LINE_OCTETS;
  return (length + 2) / 3 * 4 + 2 * lines;
}

static char *put_base64_line(char *to, const guint8 *from, gsize n) {
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (; n >= 3; n -= 3, from += 3) {
    *to++ = letters[from[0] >> 2];
    *to++ = letters[(from[0] & 3) << 4 | from[1] >> 4];
    *to++ = letters[(from[1] & 15) << 2 | from[2] >> 6];
    *to++ = letters[from[2] & 63];
  }
  if (n > 0) {
    guint8 second = n == 2 ? from[1] : 0;
    *to++ = letters[from[0] >> 2];
    *to++ = letters[(from[0] & 3) << 4 | second >> 4];
    *to++ = n == 2 ? letters[(second & 15) << 2] : '=';
    *to++ = '=';
  }
  *to++ = '\r';
  *to++ = '\n';
  return to;
}

static gsize put_base64(char *to, const guint8 *from, gsize length) {
  const char *begin = to;
  for (gsize n; length > 0; length -= n, from += n) {
    n = MIN(length, LINE_OCTETS);
    to = put_base64_line(to, from, n);
  }
  return (gsize)(to - begin);
}

void transfer_base64(GString *to, gconstpointer bytes, gsize length) {
  gsize before = to->len;
  g_string_set_size(to, before + (gsize)transfer_base64_size(length));
  gsize written = put_base64(to->str + before, bytes, length);
  g_assert(before + written == to->len);
}

/* Two files and the hashes of both. */
typedef struct {
  int from;
  int to;
  char *temporary; /* name of `to` until it is whole */
  DigestState *from_state;
  DigestState *to_state;
} Conversion;

static void conversion_clear(Conversion *conversion) {
  if (conversion->from >= 0)
    close(conversion->from);
  if (conversion->to >= 0)
    close(conversion->to);
  if (conversion->temporary != NULL)
    unlink(conversion->temporary);
  g_free(conversion->temporary);
  digest_abandon(conversion->from_state);
  digest_abandon(conversion->to_state);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Conversion, conversion_clear)

static int conversion_open(Conversion *conversion, const char *from, const char *to, mode_t mode,
                           GError **error) {
  conversion->from = open(from, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (conversion->from < 0 && errno == ENOENT)
    return fault(error, FAULT_ABSENT, "%s: there is no such file; check the path", from);
  if (conversion->from < 0)
    return fault_errno(error, errno, "%s: cannot be read", from);
  g_autofree char *temporary = g_strdup_printf("%s.XXXXXX", to);
  conversion->to = g_mkstemp_full(temporary, O_WRONLY | O_CLOEXEC, (int)mode);
  if (conversion->to < 0)
    return fault_errno(error, errno, "%s: cannot be created", to);
  conversion->temporary = g_steal_pointer(&temporary);
  conversion->from_state = digest_begin();
  conversion->to_state = digest_begin();
  return 0;
}

/* A whole piece but at the end of the file; a short read would put a line end where none belongs. */
static gssize read_piece(int fd, guint8 *to) {
  gsize have = 0;
  while (have < PIECE) {
    gssize n = read(fd, to + have, PIECE - have);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return -1;
    if (n == 0)
      break;
    have += (gsize)n;
  }
  return (gssize)have;
}

static int conversion_run(Conversion *conversion, const char *from, const char *to, guint64 *ret_size,
                          GError **error) {
  g_autofree guint8 *plain = g_malloc(PIECE);
  g_autofree char *encoded = g_malloc((gsize)transfer_base64_size(PIECE));
  guint64 size = 0;
  gssize n;
  while ((n = read_piece(conversion->from, plain)) > 0) {
    gsize made = put_base64(encoded, plain, (gsize)n);
    digest_add(conversion->from_state, plain, (gsize)n);
    digest_add(conversion->to_state, encoded, made);
    int r = file_write_all(conversion->to, encoded, made, to, error);
    if (r < 0)
      return r;
    size += made;
  }
  if (n < 0)
    return fault_errno(error, errno, "%s: cannot be read", from);
  *ret_size = size;
  return 0;
}

/* On success the temporary file has become TO and survives a power cut. */
static int conversion_keep(Conversion *conversion, const char *to, GError **error) {
  int failed = fsync(conversion->to) != 0 ? errno : 0;
  if (close(g_steal_fd(&conversion->to)) != 0 && failed == 0)
    failed = errno;
  if (failed == 0 && rename(conversion->temporary, to) != 0)
    failed = errno;
  if (failed != 0)
    return fault_errno(error, failed, "%s: cannot be written", to);
  g_clear_pointer(&conversion->temporary, g_free);
  g_autofree char *folder = g_path_get_dirname(to);
  return file_sync_folder(folder, error);
}

int transfer_base64_file(const char *from, const Digest *from_digest, const char *to, mode_t mode,
                         guint64 *ret_size, Digest *ret_digest, GError **error) {
  g_auto(Conversion) conversion = {.from = -1, .to = -1};
  int r = conversion_open(&conversion, from, to, mode, error);
  if (r == 0)
    r = conversion_run(&conversion, from, to, ret_size, error);
  if (r < 0)
    return r;
  Digest read = digest_finish(g_steal_pointer(&conversion.from_state));
  if (from_digest != NULL && !digest_equal(&read, from_digest))
    return fault(error, FAULT_RULE,
                 "%s: this file has changed since it was frozen (its SHA-256 differs); restore it", from);
  r = conversion_keep(&conversion, to, error);
  if (r < 0)
    return r;
  *ret_digest = digest_finish(g_steal_pointer(&conversion.to_state));
  return 0;
}
