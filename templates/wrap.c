/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "templates/wrap.h"

#include <string.h>
#include <unistr.h>
#include <uniwidth.h>

typedef struct {
  const char *prefix; /* before each line but the first */
  gsize prefix_length;
  guint indent;   /* its columns */
  guint column;   /* where the next character goes */
  gboolean empty; /* nothing of the paragraph has been written */
  GString *out;
} Wrap;

guint wrap_columns(const char *text, gsize length) {
  guint count = 0;
  for (gsize i = 0; i < length;) {
    ucs4_t character = (guint8)text[i];
    int bytes = character < 0x80 ? 1 : u8_mbtouc(&character, (const uint8_t *)text + i, length - i);
    int width = character < 0x80 ? character >= ' ' : uc_width(character, "UTF-8");
    count += width > 0 ? (guint)width : 0;
    i += bytes > 0 ? (gsize)bytes : 1;
  }
  return count;
}

static void break_line(Wrap *wrap) {
  g_string_append_c(wrap->out, '\n');
  g_string_append_len(wrap->out, wrap->prefix, (gssize)wrap->prefix_length);
  wrap->column = wrap->indent;
}

static void put_word(Wrap *wrap, const char *word, gsize length) {
  guint width = wrap_columns(word, length);
  gboolean at_start = wrap->column == wrap->indent;
  if (!at_start && wrap->column + 1 + width > WRAP_COLUMNS) {
    break_line(wrap);
    at_start = TRUE;
  }
  if (!at_start) {
    g_string_append_c(wrap->out, ' ');
    wrap->column++;
  }
  g_string_append_len(wrap->out, word, (gssize)length);
  wrap->column += width;
  wrap->empty = FALSE;
}

/* The words of one paragraph; a line break that is followed by another word is kept. */
static void put_paragraph(Wrap *wrap, const char *text, const char *end) {
  gboolean broken = FALSE;
  while (text < end) {
    if (*text == ' ' || *text == '\n') {
      broken = broken || *text == '\n';
      text++;
      continue;
    }
    const char *word = text;
    while (text < end && *text != ' ' && *text != '\n')
      text++;
    if (broken && !wrap->empty)
      break_line(wrap);
    broken = FALSE;
    put_word(wrap, word, (gsize)(text - word));
  }
}

/* TEXT is behind a WRAP_BEGIN; returns where to go on. */
static const char *wrap_one(const char *text, const char *end, GString *out) {
  const char *body = memchr(text, WRAP_BODY, (gsize)(end - text));
  const char *stop = body == NULL ? NULL : memchr(body, WRAP_END, (gsize)(end - body));
  if (stop == NULL)
    return end;
  guint indent = wrap_columns(text, (gsize)(body - text));
  Wrap wrap = {text, (gsize)(body - text), indent, indent, TRUE, out};
  put_paragraph(&wrap, body + 1, stop);
  text = stop + 1;
  while (wrap.empty && text < end && *text == '\n')
    text++;
  return text;
}

void wrap_append(const char *text, gsize length, GString *out) {
  const char *end = text + length;
  while (text < end) {
    const char *begin = memchr(text, WRAP_BEGIN, (gsize)(end - text));
    g_string_append_len(out, text, (begin != NULL ? begin : end) - text);
    text = begin != NULL ? wrap_one(begin + 1, end, out) : end;
  }
}
