/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "templates/escape.h"

#include <string.h>

/* What a byte of the input asks for in a place. Everything else is copied in runs. */
enum care {
  CARE_COPY = 0,
  CARE_DROP,      /* a control character */
  CARE_BREAK,     /* CR or LF */
  CARE_BACKSLASH, /* a Markdown punctuation mark */
  CARE_REFERENCE, /* one of the five HTML characters */
  CARE_PERCENT,   /* outside RFC 3986 §2.3 */
  CARE_LOOK,      /* begins a sequence that may be a break, a control or a change of direction */
};

#define CONTROLS                                                                                             \
  [0x00 ... 0x08] = CARE_DROP, [0x0A] = CARE_BREAK, [0x0B ... 0x0C] = CARE_DROP, [0x0D] = CARE_BREAK,        \
            [0x0E ... 0x1F] = CARE_DROP, [0x7F] = CARE_DROP, [0xC2] = CARE_LOOK, [0xE2] = CARE_LOOK

static const guint8 care_text[256] = {CONTROLS};
static const guint8 care_markdown[256] = {
    CONTROLS,
    [0x21 ... 0x2F] = CARE_BACKSLASH,
    [0x3A ... 0x40] = CARE_BACKSLASH,
    [0x5B ... 0x60] = CARE_BACKSLASH,
    [0x7B ... 0x7E] = CARE_BACKSLASH,
};
static const guint8 care_prose[256] = {
    CONTROLS,
    ['#'] = CARE_BACKSLASH,
    ['&'] = CARE_BACKSLASH,
    ['*'] = CARE_BACKSLASH,
    ['<'] = CARE_BACKSLASH,
    ['>'] = CARE_BACKSLASH,
    [0x5B ... 0x5D] = CARE_BACKSLASH,
    [0x5F ... 0x60] = CARE_BACKSLASH,
    ['|'] = CARE_BACKSLASH,
    ['~'] = CARE_BACKSLASH,
};
static const guint8 care_html[256] = {
    CONTROLS,
    ['&'] = CARE_REFERENCE,
    ['<'] = CARE_REFERENCE,
    ['>'] = CARE_REFERENCE,
    ['"'] = CARE_REFERENCE,
    ['\''] = CARE_REFERENCE,
};
static const guint8 care_url[256] = {
    [0x00 ... 0x2C] = CARE_PERCENT, [0x2F] = CARE_PERCENT, [0x3A ... 0x40] = CARE_PERCENT,
    [0x5B ... 0x5E] = CARE_PERCENT, [0x60] = CARE_PERCENT, [0x7B ... 0x7D] = CARE_PERCENT,
    [0x7F ... 0xFF] = CARE_PERCENT,
};
static const guint8 care_mailbox[256] = {
    [0x00 ... 0x2C] = CARE_PERCENT, [0x2F] = CARE_PERCENT, [0x3A ... 0x3F] = CARE_PERCENT,
    [0x5B ... 0x5E] = CARE_PERCENT, [0x60] = CARE_PERCENT, [0x7B ... 0x7D] = CARE_PERCENT,
    [0x7F ... 0xFF] = CARE_PERCENT,
};
/* The marks that RFC 3986 lets stand in a URL stay; anything else in it is percent-encoded or, being of
 * meaning in HTML, a reference. */
static const guint8 care_link[256] = {
    ['&'] = CARE_REFERENCE, ['"'] = CARE_PERCENT,  ['\''] = CARE_PERCENT, ['<'] = CARE_PERCENT,
    ['>'] = CARE_PERCENT,   ['\\'] = CARE_PERCENT, ['^'] = CARE_PERCENT,  [0x60] = CARE_PERCENT,
    ['{'] = CARE_PERCENT,   ['|'] = CARE_PERCENT,  ['}'] = CARE_PERCENT,  [0x80 ... 0xFF] = CARE_PERCENT,
};

static const guint8 *const cares[] = {
    [PLACE_TEXT] = care_text,   [PLACE_TEXT_LINES] = care_text, [PLACE_MARKDOWN] = care_markdown,
    [PLACE_PROSE] = care_prose, [PLACE_HTML] = care_html,       [PLACE_HTML_LINES] = care_html,
    [PLACE_HEADER] = care_text, [PLACE_URL] = care_url,         [PLACE_MAILBOX] = care_mailbox,
    [PLACE_LINK] = care_link,
};

static const char *const break_as[] = {
    [PLACE_TEXT] = " ",   [PLACE_TEXT_LINES] = "\n", [PLACE_MARKDOWN] = " ",
    [PLACE_PROSE] = " ",  [PLACE_HTML] = "\n",       [PLACE_HTML_LINES] = "<br>\n",
    [PLACE_HEADER] = " ", [PLACE_URL] = NULL,        [PLACE_LINK] = NULL,
};

static const char *reference(char c) {
  switch (c) {
  case '&':
    return "&amp;";
  case '<':
    return "&lt;";
  case '>':
    return "&gt;";
  case '"':
    return "&quot;";
  default:
    return "&#39;";
  }
}

static void percent(guint8 byte, GString *out) {
  static const char digits[] = "0123456789ABCDEF";
  const char three[3] = {'%', digits[byte >> 4], digits[byte & 15]};
  g_string_append_len(out, three, sizeof three);
}

/* Beyond ASCII, too, there are line breaks (U+0085, U+2028, U+2029), control characters (U+0080 to U+009F)
 * and marks that turn the direction of all that follows (U+202A to U+202E, U+2066 to U+2069). */
static enum care look(const guint8 *text, gsize *ret_length) {
  *ret_length = text[0] == 0xC2 ? 2 : 3;
  if (text[0] == 0xC2)
    return text[1] == 0x85 ? CARE_BREAK : text[1] < 0xA0 ? CARE_DROP : CARE_COPY;
  if (text[1] == 0x80 && text[2] >= 0xA8 && text[2] <= 0xAE)
    return text[2] <= 0xA9 ? CARE_BREAK : CARE_DROP;
  return text[1] == 0x81 && text[2] >= 0xA6 && text[2] <= 0xA9 ? CARE_DROP : CARE_COPY;
}

static gsize write_looked(enum place place, const char *text, GString *out) {
  gsize length = 0;
  switch (look((const guint8 *)text, &length)) {
  case CARE_BREAK:
    g_string_append(out, break_as[place]);
    break;
  case CARE_COPY:
    g_string_append_len(out, text, (gssize)length);
    break;
  default:
    break;
  }
  return length;
}

/* Writes the one byte at TEXT and returns how many bytes of the input it stood for: CR LF is one break. */
static gsize write_cared(enum place place, const char *text, const char *end, GString *out) {
  switch ((enum care)cares[place][(guint8)*text]) {
  case CARE_BREAK:
    g_string_append(out, break_as[place]);
    return *text == '\r' && text + 1 < end && text[1] == '\n' ? 2 : 1;
  case CARE_BACKSLASH:
    g_string_append_c(out, '\\');
    g_string_append_c(out, *text);
    return 1;
  case CARE_REFERENCE:
    g_string_append(out, reference(*text));
    return 1;
  case CARE_PERCENT:
    percent((guint8)*text, out);
    return 1;
  case CARE_LOOK:
    return write_looked(place, text, out);
  case CARE_COPY:
  case CARE_DROP:
    break;
  }
  return 1;
}

static void append_valid(enum place place, const char *text, gsize length, GString *out) {
  const guint8 *care = cares[place];
  const char *end = text + length;
  while (text < end) {
    const char *run = text;
    while (text < end && care[(guint8)*text] == CARE_COPY)
      text++;
    if (text > run)
      g_string_append_len(out, run, text - run);
    if (text < end)
      text += write_cared(place, text, end, out);
  }
}

gboolean escape_link_allowed(const char *text, gsize length) {
  static const char *const schemes[] = {"https://", "http://", "mailto:"};
  if (!g_utf8_validate(text, (gssize)length, NULL))
    return FALSE;
  for (gsize i = 0; i < length; i++) {
    if ((guint8)text[i] <= ' ' || text[i] == 0x7F)
      return FALSE;
  }
  for (gsize i = 0; i < G_N_ELEMENTS(schemes); i++) {
    gsize size = strlen(schemes[i]);
    if (length > size && g_ascii_strncasecmp(text, schemes[i], size) == 0)
      return TRUE;
  }
  return FALSE;
}

/* g_utf8_validate_len takes an embedded NUL for an offence; the escapers drop it, so it is replaced too. */
static void append_mended(enum place place, const char *text, gsize length, GString *out) {
  g_autofree char *valid = g_utf8_make_valid(text, (gssize)length);
  append_valid(place, valid, strlen(valid), out);
}

gboolean escape_append(enum place place, const char *text, gsize length, GString *out) {
  if (place == PLACE_RAW) {
    g_string_append_len(out, text, (gssize)length);
    return TRUE;
  }
  if (place == PLACE_LINK && !escape_link_allowed(text, length))
    return FALSE;
  if (place == PLACE_URL || place == PLACE_MAILBOX || g_utf8_validate_len(text, length, NULL))
    append_valid(place, text, length, out);
  else
    append_mended(place, text, length, out);
  return TRUE;
}
