/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/encoded_word.h"

#include <string.h>

#define LINE_MAX_COLUMNS 76 /* RFC 2047 §2 */
#define WORD_MAX         75
#define FRAME            12 /* "=?utf-8?Q?" and "?=" */

/* Columns that one octet takes in Q. */
static gsize q_width(guchar c, gboolean phrase) {
  if (g_ascii_isalnum(c) || c == ' ')
    return 1;
  if (c < 0x80 && c > ' ' && strchr("!*+-/", c) != NULL)
    return 1;
  return !phrase && c > ' ' && c < 0x7f && strchr("=?_", c) == NULL ? 1 : 3;
}

static gsize q_width_of(const char *text, gsize length, gboolean phrase) {
  gsize width = 0;
  for (gsize i = 0; i < length; i++)
    width += q_width((guchar)text[i], phrase);
  return width;
}

static gsize b_width_of(gsize length) {
  return (length + 2) / 3 * 4;
}

/* Octets at the beginning of TEXT, in whole characters, whose encoding takes at most ROOM columns. */
static gsize fitting(const char *text, gsize room, gboolean q, gboolean phrase) {
  gsize taken = 0, width = 0;
  while (text[taken] != '\0') {
    gsize n = (gsize)(g_utf8_next_char(text + taken) - (text + taken));
    width += q ? q_width_of(text + taken, n, phrase) : 0;
    if ((q ? width : b_width_of(taken + n)) > room)
      break;
    taken += n;
  }
  return taken;
}

static void append_q(GString *to, const char *text, gsize length, gboolean phrase) {
  static const char digits[] = "0123456789ABCDEF";
  for (gsize i = 0; i < length; i++) {
    guchar c = (guchar)text[i];
    if (q_width(c, phrase) == 1) {
      g_string_append_c(to, c == ' ' ? '_' : (char)c);
      continue;
    }
    g_string_append_c(to, '=');
    g_string_append_c(to, digits[c >> 4]);
    g_string_append_c(to, digits[c & 15]);
  }
}

static void append_b(GString *to, const char *text, gsize length) {
  g_autofree char *base64 = g_base64_encode((const guchar *)text, length);
  g_string_append(to, base64);
}

void encoded_word_append(GString *to, const char *text, gsize column, gboolean phrase) {
  gsize length = strlen(text);
  gboolean q = q_width_of(text, length, phrase) <= b_width_of(length);
  while (*text != '\0') {
    gsize line = column + FRAME < LINE_MAX_COLUMNS ? LINE_MAX_COLUMNS - column : FRAME;
    gsize taken = fitting(text, MIN(line, WORD_MAX) - FRAME, q, phrase);
    if (taken > 0) {
      g_string_append(to, q ? "=?utf-8?Q?" : "=?utf-8?B?");
      if (q)
        append_q(to, text, taken, phrase);
      else
        append_b(to, text, taken);
      g_string_append(to, "?=");
      text += taken;
    }
    if (*text != '\0')
      g_string_append(to, "\r\n ");
    column = 1;
  }
}

gboolean encoded_word_mistakable(const char *text) {
  return strstr(text, "=?") != NULL;
}
