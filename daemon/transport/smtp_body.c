/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/smtp_body.h"

#include <string.h>

#include "base/fault.h"

void smtp_body_begin(SmtpBody *body) {
  body->column = 0;
  body->cr = FALSE;
}

static int not_canonical(GError **error, const char *what) {
  return fault(error, FAULT_INPUT,
               "message body: holds %s; it is not sent, because it was not composed as RFC 5321 §2.3.8 asks",
               what);
}

/* Takes one line, or the part of it that is here, from FROM to END. *ret_next is where the next one begins.
 */
static int take_line(SmtpBody *body, const guint8 *from, const guint8 *end, const guint8 **ret_next,
                     GError **error) {
  const guint8 *lf = memchr(from, '\n', (gsize)(end - from));
  const guint8 *stop = lf != NULL ? lf : end;
  if (body->cr && lf != from)
    return not_canonical(error, "a CR without LF");
  const guint8 *cr = memchr(from, '\r', (gsize)(stop - from));
  if (cr != NULL && cr + 1 != stop)
    return not_canonical(error, "a CR without LF");
  if (lf != NULL && cr == NULL && !body->cr)
    return not_canonical(error, "an LF without CR");
  body->column += (gsize)((cr != NULL ? cr : stop) - from);
  if (body->column > SMTP_LINE_MAX)
    return not_canonical(error, "a line of more than 998 octets");
  if (lf != NULL)
    body->column = 0;
  body->cr = lf == NULL && cr != NULL;
  *ret_next = lf != NULL ? lf + 1 : end;
  return 0;
}

int smtp_body_add(SmtpBody *body, const guint8 *bytes, gsize length, guint8 *to, gsize *ret_written,
                  GError **error) {
  *ret_written = 0;
  if (length == 0)
    return 0;
  if (memchr(bytes, '\0', length) != NULL)
    return not_canonical(error, "a NUL");
  const guint8 *end = bytes + length, *run = bytes;
  guint8 *at = to;
  for (const guint8 *line = bytes; line < end;) {
    if (*line == '.' && body->column == 0 && !body->cr) {
      memcpy(at, run, (gsize)(line - run));
      at += line - run;
      *at++ = '.';
      run = line;
    }
    int r = take_line(body, line, end, &line, error);
    if (r < 0)
      return r;
  }
  memcpy(at, run, (gsize)(end - run));
  *ret_written = (gsize)(at + (end - run) - to);
  return 0;
}

int smtp_body_end(const SmtpBody *body, GError **error) {
  return body->cr ? not_canonical(error, "a CR without LF") : 0;
}

const char *smtp_body_terminator(const SmtpBody *body) {
  return body->column == 0 ? ".\r\n" : "\r\n.\r\n";
}
