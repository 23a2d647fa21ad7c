/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/mime.h"

#include <string.h>

#include "base/fault.h"
#include "base/text.h"
#include "mail/parameter.h"
#include "mail/transfer.h"

#define SUBTYPE_MAX 32

/* RFC 2046 §5.1.1, bchars; "=_" within keeps every encoded body from holding it. */
static gboolean is_boundary(const char *boundary) {
  gsize length = strlen(boundary);
  if (length == 0 || length > MIME_BOUNDARY_MAX || boundary[length - 1] == ' ' ||
      strstr(boundary, "=_") == NULL)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum(boundary[i]) && strchr("'()+_,-./:=? ", boundary[i]) == NULL)
      return FALSE;
  return TRUE;
}

static gsize append_alphanumeric(char *to, gsize at, const char *text) {
  for (; *text != '\0' && at < MIME_BOUNDARY_MAX; text++)
    if (g_ascii_isalnum(*text))
      to[at++] = *text;
  return at;
}

void mime_boundary(const char *role, const char *seed, char ret[MIME_BOUNDARY_SIZE]) {
  gsize at = append_alphanumeric(ret, g_strlcpy(ret, "=_", MIME_BOUNDARY_SIZE), role);
  if (at < MIME_BOUNDARY_MAX)
    ret[at++] = '_';
  ret[append_alphanumeric(ret, at, seed)] = '\0';
}

int mime_multipart_with(GString *to, const char *subtype, const char *boundary,
                        const HeaderParameter *parameters, gsize count, GError **error) {
  if (!is_boundary(boundary))
    return fault(
        error, FAULT_INPUT,
        "multipart/%s: a boundary must hold \"=_\" and be 1 to 70 of the characters of RFC 2046 §5.1.1",
        subtype);
  g_autofree char *type = g_strdup_printf("multipart/%s", subtype);
  g_autofree HeaderParameter *all = g_new(HeaderParameter, count + 1);
  for (gsize i = 0; i < count; i++)
    all[i] = parameters[i];
  all[count] = (HeaderParameter){"boundary", boundary};
  int r = header_parameters(to, "Content-Type", type, all, count + 1, error);
  if (r == 0)
    g_string_append(to, "\r\n");
  return r;
}

int mime_multipart(GString *to, const char *subtype, const char *boundary, GError **error) {
  return mime_multipart_with(to, subtype, boundary, NULL, 0, error);
}

void mime_delimiter(GString *to, const char *boundary) {
  g_string_append(to, "--");
  g_string_append(to, boundary);
  g_string_append(to, "\r\n");
}

void mime_close(GString *to, const char *boundary) {
  g_string_append(to, "--");
  g_string_append(to, boundary);
  g_string_append(to, "--\r\n");
}

#define EACH(octet) (G_GUINT64_CONSTANT(0x0101010101010101) * (octet))

/* Eight octets from " " to "~", or a 0x7f, which is looked for with memchr. */
static gboolean eight_printable(const char *at) {
  guint64 x;
  memcpy(&x, at, 8);
  return (((x - EACH(' ')) | x) & EACH(0x80)) == 0;
}

/* Says the same as text_check_lines for nearly all texts, several times faster: this is done for each copy
 * that leaves. What it does not accept is judged there, and gets its sentence there. */
static gboolean plainly_good(const char *text, gsize length) {
  const char *at = text, *end = text + length;
  if (memchr(text, 0x7f, length) != NULL)
    return FALSE;
  while (at < end) {
    if (end - at >= 8 && eight_printable(at)) {
      at += 8;
      continue;
    }
    guchar c = (guchar)*at;
    if (c < ' ' && c != '\t' && c != '\r' && c != '\n')
      return FALSE;
    if (c >= 0x80 && g_utf8_get_char_validated(at, end - at) >= (gunichar)-2)
      return FALSE;
    at = g_utf8_next_char(at);
  }
  return TRUE;
}

/* The fields are a line each whatever the subtype, so that nothing has to be folded: each copy of a letter
 * has two such parts. */
int mime_text(GString *to, const char *subtype, const char *text, gssize length, GError **error) {
  gsize size = length < 0 ? strlen(text) : (gsize)length;
  if (strlen(subtype) > SUBTYPE_MAX || !parameter_is_token(subtype, strlen(subtype)))
    return fault(error, FAULT_INPUT, "text part: its subtype must be a token of at most %d characters",
                 SUBTYPE_MAX);
  int r = plainly_good(text, size) ? 0 : text_check_lines(subtype, text, (gssize)size, G_MAXSSIZE, error);
  if (r < 0)
    return r;
  g_string_append(to, "Content-Type: text/");
  g_string_append(to, subtype);
  g_string_append(to, "; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n");
  transfer_quoted_printable(to, text, size);
  g_string_append(to, "\r\n");
  return 0;
}

int mime_attachment(GString *to, const char *media_type, const char *name, GError **error) {
  gsize before = to->len;
  int r = text_check_line("file name", name, -1, TEXT_NAME_MAX, error);
  if (r == 0 && text_blank(name))
    r = fault(error, FAULT_INPUT, "file name: it is empty; give the attachment a name");
  if (r < 0)
    return r;
  g_autofree char *ascii = header_ascii_name(name);
  const HeaderParameter in_type = {"name", ascii}, in_disposition = {"filename", name};
  r = header_parameters(to, "Content-Type", media_type, &in_type, 1, error);
  if (r == 0)
    r = header_parameters(to, "Content-Disposition", "attachment", &in_disposition, 1, error);
  if (r < 0) {
    g_string_truncate(to, before);
    return r;
  }
  g_string_append(to, "Content-Transfer-Encoding: base64\r\n\r\n");
  return 0;
}

int mime_attachment_bytes(GString *to, const char *media_type, const char *name, gconstpointer bytes,
                          gsize length, GError **error) {
  int r = mime_attachment(to, media_type, name, error);
  if (r < 0)
    return r;
  transfer_base64(to, bytes, length);
  if (length == 0)
    g_string_append(to, "\r\n");
  return 0;
}
