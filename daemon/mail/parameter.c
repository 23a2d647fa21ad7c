/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/parameter.h"

#include <string.h>

#include "mail/encoded_word.h"

#define LINE_COLUMNS 78
#define CHARSET      "utf-8''"

gboolean parameter_is_token(const char *text, gsize length) {
  for (gsize i = 0; i < length; i++)
    if (text[i] <= ' ' || text[i] == 0x7f || strchr("()<>@,;:\\\"/[]?=", text[i]) != NULL)
      return FALSE;
  return length > 0;
}

/* RFC 2231 §7, attribute-char: what needs no percent sign. */
static gboolean is_plain(guchar c) {
  return g_ascii_isalnum(c) || (c > ' ' && c < 0x7f && strchr("!#$&+-.^_`{|}~", c) != NULL);
}

/* The separator and N columns to come: on this line if they fit with a semicolon behind them, else on the
 * next. */
static void place(GString *to, gsize *column, gsize n) {
  if (*column + 2 + n + 1 > LINE_COLUMNS) {
    g_string_append(to, ";\r\n ");
    *column = 1;
  } else {
    g_string_append(to, "; ");
    *column += 2;
  }
}

static gboolean is_ascii_line(const char *value) {
  for (const guchar *p = (const guchar *)value; *p != '\0'; p++)
    if (*p < ' ' || *p >= 0x7f)
      return FALSE;
  return TRUE;
}

/* NAME=token or NAME="quoted"; FALSE when that is not possible or not on one line. */
static gboolean append_plain(GString *to, gsize *column, const char *name, const char *value) {
  if (!is_ascii_line(value) || encoded_word_mistakable(value))
    return FALSE;
  /* Some readers take the characters to which RFC 2231 gave a meaning for it wherever they stand unquoted. */
  gboolean token = parameter_is_token(value, strlen(value)) && strpbrk(value, "*'%") == NULL;
  gsize n = strlen(name) + 1 + (token ? 0 : 2);
  for (const char *p = value; *p != '\0'; p++)
    n += *p == '"' || *p == '\\' ? 2 : 1;
  if (1 + n + 1 > LINE_COLUMNS)
    return FALSE;
  place(to, column, n);
  g_string_append_printf(to, token ? "%s=" : "%s=\"", name);
  for (const char *p = value; *p != '\0'; p++) {
    if (*p == '"' || *p == '\\')
      g_string_append_c(to, '\\');
    g_string_append_c(to, *p);
  }
  g_string_append(to, token ? "" : "\"");
  *column += n;
  return TRUE;
}

static void append_percent(GString *to, const char *value) {
  static const char digits[] = "0123456789ABCDEF";
  for (const guchar *p = (const guchar *)value; *p != '\0'; p++) {
    if (is_plain(*p)) {
      g_string_append_c(to, (char)*p);
      continue;
    }
    g_string_append_c(to, '%');
    g_string_append_c(to, digits[*p >> 4]);
    g_string_append_c(to, digits[*p & 15]);
  }
}

/* Columns of one character of VALUE, percent signs and all; *ret_next is behind it. Never torn between two
 * pieces. */
static gsize character_width(const char *value, const char **ret_next) {
  const char *next = g_utf8_next_char(value);
  gsize width = 0;
  for (; value < next; value++)
    width += is_plain((guchar)*value) ? 1 : 3;
  *ret_next = next;
  return width;
}

static gsize percent_width(const char *value) {
  gsize width = 0;
  while (*value != '\0')
    width += character_width(value, &value);
  return width;
}

static void append_extended(GString *to, gsize *column, const char *name, const char *value) {
  gsize n = strlen(name) + 2 + strlen(CHARSET) + percent_width(value);
  gboolean whole = 1 + n + 1 <= LINE_COLUMNS;
  if (whole) {
    place(to, column, n);
    g_string_append_printf(to, "%s*=%s", name, CHARSET);
    append_percent(to, value);
    *column += n;
    return;
  }
  for (guint piece = 0; *value != '\0'; piece++) {
    g_string_append_printf(to, ";\r\n %s*%u*=%s", name, piece, piece == 0 ? CHARSET : "");
    gsize used = 1 + strlen(name) + 3 + (piece < 10 ? 1 : 2) + (piece == 0 ? strlen(CHARSET) : 0);
    const char *end = value, *next = value;
    for (gsize width; *end != '\0'; end = next) {
      width = character_width(end, &next);
      if (used + width + 1 > LINE_COLUMNS)
        break;
      used += width;
    }
    g_autofree char *part = g_strndup(value, (gsize)(end - value));
    append_percent(to, part);
    value = end;
    *column = used;
  }
}

void parameter_append(GString *to, gsize *column, const char *name, const char *value) {
  if (!append_plain(to, column, name, value))
    append_extended(to, column, name, value);
}
