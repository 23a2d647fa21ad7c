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

/* ---- reading ---- */

static int hexadecimal(const char *at) {
  int high = g_ascii_xdigit_value(at[0]), low = high < 0 ? -1 : g_ascii_xdigit_value(at[1]);
  return low < 0 ? -1 : high * 16 + low;
}

static gboolean append_from_q(GString *to, const char *text) {
  for (; *text != '\0'; text++) {
    int octet = *text == '_' ? ' ' : (guchar)*text;
    if (*text == '=') {
      octet = hexadecimal(text + 1);
      text += 2;
    }
    if (octet <= 0)
      return FALSE;
    g_string_append_c(to, (char)octet);
  }
  return TRUE;
}

static gboolean append_from_b(GString *to, const char *text) {
  gsize length = 0;
  g_autofree guchar *octets = g_base64_decode(text, &length);
  if (strlen(text) % 4 != 0 ||
      strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=") != strlen(text) ||
      memchr(octets, '\0', length) != NULL)
    return FALSE;
  g_string_append_len(to, (const char *)octets, (gssize)length);
  return TRUE;
}

/* "=?charset?Q?text?=" at AT, up to END. */
static gboolean append_from_word(GString *to, const char *at, const char *end) {
  g_autofree char *inner = g_strndup(at + 2, (gsize)(end - at) - 4);
  g_auto(GStrv) three = g_strsplit(inner, "?", 3);
  if (g_strv_length(three) != 3)
    return FALSE;
  char *language = strchr(three[0], '*'); /* RFC 2231 §5 */
  if (language != NULL)
    *language = '\0';
  g_autoptr(GString) octets = g_string_new(NULL);
  gboolean good = g_ascii_strcasecmp(three[1], "q") == 0   ? append_from_q(octets, three[2])
                  : g_ascii_strcasecmp(three[1], "b") == 0 ? append_from_b(octets, three[2])
                                                           : FALSE;
  g_autofree char *text =
      good ? g_convert(octets->str, (gssize)octets->len, "UTF-8", three[0], NULL, NULL, NULL) : NULL;
  if (text != NULL)
    g_string_append(to, text);
  return text != NULL;
}

/* One past the end of the encoded word at AT, or NULL. */
static const char *word_end(const char *at) {
  const char *question = at + 2;
  for (int i = 0; i < 2; i++) {
    question = strpbrk(question, "? ");
    if (question == NULL || *question != '?')
      return NULL;
    question++;
  }
  const char *end = strpbrk(question, "? ");
  return end != NULL && end[0] == '?' && end[1] == '=' ? end + 2 : NULL;
}

char *encoded_word_decode(const char *text) {
  g_autoptr(GString) out = g_string_new(NULL);
  gboolean after_word = FALSE;
  while (*text != '\0') {
    gsize blank = strspn(text, " \t");
    const char *word = text + blank;
    const char *end = strncmp(word, "=?", 2) == 0 ? word_end(word) : NULL;
    if (blank > 0 && !(after_word && end != NULL))
      g_string_append_len(out, text, (gssize)blank);
    after_word = end != NULL;
    if (end != NULL && !append_from_word(out, word, end))
      return NULL;
    if (end == NULL) {
      gsize plain = strcspn(word, " \t=");
      plain = MAX(plain, *word == '\0' ? 0 : 1);
      g_string_append_len(out, word, (gssize)plain);
      end = word + plain;
    }
    text = end;
  }
  return g_utf8_validate(out->str, (gssize)out->len, NULL) ? g_string_free(g_steal_pointer(&out), FALSE)
                                                           : NULL;
}
