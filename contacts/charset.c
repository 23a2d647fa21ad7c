/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/charset.h"

#include "base/fault.h"

#include <string.h>

#define SAMPLE 4096 /* bytes of the beginning that tell UTF-16 from others */

static const struct {
  const char *name;
  const char *others; /* folded, parted by spaces */
} charsets[] = {
    [CHARSET_UTF8] = {"UTF-8", "utf8"},
    [CHARSET_UTF16LE] = {"UTF-16LE", "utf16 utf16le unicode"},
    [CHARSET_UTF16BE] = {"UTF-16BE", "utf16be"},
    [CHARSET_CP1252] = {"Windows-1252", "windows1252 cp1252 ansi latin1 iso88591"},
    [CHARSET_LATIN9] = {"ISO-8859-15", "iso885915 latin9"},
    [CHARSET_MACROMAN] = {"Mac-Roman", "macroman macintosh mac"},
};

/* Windows-1252 from 0x80 to 0x9F; 0 where it has no letter. The rest is as in Latin-1. */
static const guint16 cp1252[32] = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                   0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                   0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                   0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

static const guint16 macroman[128] = {
    0x00C4, 0x00C5, 0x00C7, 0x00C9, 0x00D1, 0x00D6, 0x00DC, 0x00E1, 0x00E0, 0x00E2, 0x00E4, 0x00E3, 0x00E5,
    0x00E7, 0x00E9, 0x00E8, 0x00EA, 0x00EB, 0x00ED, 0x00EC, 0x00EE, 0x00EF, 0x00F1, 0x00F3, 0x00F2, 0x00F4,
    0x00F6, 0x00F5, 0x00FA, 0x00F9, 0x00FB, 0x00FC, 0x2020, 0x00B0, 0x00A2, 0x00A3, 0x00A7, 0x2022, 0x00B6,
    0x00DF, 0x00AE, 0x00A9, 0x2122, 0x00B4, 0x00A8, 0x2260, 0x00C6, 0x00D8, 0x221E, 0x00B1, 0x2264, 0x2265,
    0x00A5, 0x00B5, 0x2202, 0x2211, 0x220F, 0x03C0, 0x222B, 0x00AA, 0x00BA, 0x03A9, 0x00E6, 0x00F8, 0x00BF,
    0x00A1, 0x00AC, 0x221A, 0x0192, 0x2248, 0x2206, 0x00AB, 0x00BB, 0x2026, 0x00A0, 0x00C0, 0x00C3, 0x00D5,
    0x0152, 0x0153, 0x2013, 0x2014, 0x201C, 0x201D, 0x2018, 0x2019, 0x00F7, 0x25CA, 0x00FF, 0x0178, 0x2044,
    0x20AC, 0x2039, 0x203A, 0xFB01, 0xFB02, 0x2021, 0x00B7, 0x201A, 0x201E, 0x2030, 0x00C2, 0x00CA, 0x00C1,
    0x00CB, 0x00C8, 0x00CD, 0x00CE, 0x00CF, 0x00CC, 0x00D3, 0x00D4, 0xF8FF, 0x00D2, 0x00DA, 0x00DB, 0x00D9,
    0x0131, 0x02C6, 0x02DC, 0x00AF, 0x02D8, 0x02D9, 0x02DA, 0x00B8, 0x02DD, 0x02DB, 0x02C7};

const char *charset_name(enum charset charset) {
  return charsets[charset].name;
}

int charset_parse(const char *name, enum charset *ret, GError **error) {
  g_autoptr(GString) plain = g_string_new(NULL);
  for (const char *c = name; *c != '\0'; c++)
    if (g_ascii_isalnum(*c))
      g_string_append_c(plain, g_ascii_tolower(*c));
  for (gsize i = 0; i < G_N_ELEMENTS(charsets); i++) {
    g_auto(GStrv) others = g_strsplit(charsets[i].others, " ", 0);
    if (g_strv_contains((const gchar *const *)others, plain->str)) {
      *ret = (enum charset)i;
      return 0;
    }
  }
  return fault(
      error, FAULT_INPUT,
      "\"%s\" is no encoding known here; there are UTF-8, UTF-16LE, UTF-16BE, Windows-1252, ISO-8859-15 and "
      "Mac-Roman",
      name);
}

/* In UTF-16 the letters of Europe have a NUL as every other byte; no other text has that. */
static gboolean looks_like_utf16(const guint8 *bytes, gsize length, enum charset *ret) {
  gsize pairs = MIN(length, SAMPLE) / 2;
  gsize even = 0, odd = 0;
  for (gsize i = 0; i < pairs; i++) {
    even += bytes[2 * i] == 0;
    odd += bytes[2 * i + 1] == 0;
  }
  if (pairs < 2 || MAX(even, odd) * 10 < pairs * 6 || MIN(even, odd) * 20 > pairs)
    return FALSE;
  *ret = odd > even ? CHARSET_UTF16LE : CHARSET_UTF16BE;
  return TRUE;
}

enum charset charset_detect(const guint8 *bytes, gsize length, gsize *ret_skip) {
  *ret_skip = 0;
  if (length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
    *ret_skip = 3;
    return CHARSET_UTF8;
  }
  if (length >= 2 && (memcmp(bytes, "\xFF\xFE", 2) == 0 || memcmp(bytes, "\xFE\xFF", 2) == 0)) {
    *ret_skip = 2;
    return bytes[0] == 0xFF ? CHARSET_UTF16LE : CHARSET_UTF16BE;
  }
  enum charset found;
  if (looks_like_utf16(bytes, length, &found))
    return found;
  return g_utf8_validate_len((const char *)bytes, length, NULL) ? CHARSET_UTF8 : CHARSET_CP1252;
}

static gunichar letter_of(enum charset charset, guint8 byte) {
  if (byte < 0x80)
    return byte;
  if (charset == CHARSET_MACROMAN)
    return macroman[byte - 0x80];
  if (charset == CHARSET_CP1252)
    return byte < 0xA0 ? cp1252[byte - 0x80] : byte;
  switch (byte) { /* where ISO-8859-15 differs from ISO-8859-1 */
  case 0xA4:
    return 0x20AC;
  case 0xA6:
    return 0x0160;
  case 0xA8:
    return 0x0161;
  case 0xB4:
    return 0x017D;
  case 0xB8:
    return 0x017E;
  case 0xBC:
    return 0x0152;
  case 0xBD:
    return 0x0153;
  case 0xBE:
    return 0x0178;
  default:
    return byte;
  }
}

static int unreadable(enum charset charset, gsize offset, GError **error) {
  return fault(error, FAULT_INPUT,
               "what stands at byte %" G_GSIZE_FORMAT
               " is no %s; save the file again as \"CSV UTF-8\", or say in which "
               "encoding it is",
               offset, charset_name(charset));
}

static int decode_bytes(enum charset charset, const guint8 *bytes, gsize *offset, gsize end, GString *out,
                        GError **error) {
  for (; *offset < end; (*offset)++) {
    guint8 byte = bytes[*offset];
    gunichar letter = letter_of(charset, byte);
    if (letter == 0 && byte != 0)
      return unreadable(charset, *offset, error);
    if (letter < 0x80)
      g_string_append_c(out, (char)letter);
    else
      g_string_append_unichar(out, letter);
  }
  return 0;
}

static int decode_utf8(const guint8 *bytes, gsize length, gsize *offset, gsize end, GString *out,
                       GError **error) {
  /* A letter is not cut in two: its last bytes are taken as well. */
  while (end < length && (bytes[end] & 0xC0) == 0x80)
    end++;
  const char *bad = NULL;
  const char *begin = (const char *)bytes + *offset;
  for (const char *at = begin, *stop = (const char *)bytes + end; at < stop; at = bad + 1) {
    /* A NUL is valid UTF-8, though not to GLib; whoever reads the text says what it thinks of it. */
    if (!g_utf8_validate_len(at, (gsize)(stop - at), &bad) && *bad != '\0')
      return unreadable(CHARSET_UTF8, (gsize)(bad - (const char *)bytes), error);
  }
  g_string_append_len(out, begin, (gssize)(end - *offset));
  *offset = end;
  return 0;
}

static guint16 unit_at(enum charset charset, const guint8 *at) {
  return charset == CHARSET_UTF16LE ? (guint16)(at[0] | at[1] << 8) : (guint16)(at[0] << 8 | at[1]);
}

static int decode_utf16(enum charset charset, const guint8 *bytes, gsize length, gsize *offset, gsize end,
                        GString *out, GError **error) {
  while (*offset < end) {
    if (length - *offset < 2)
      return unreadable(charset, *offset, error);
    gunichar letter = unit_at(charset, bytes + *offset);
    gsize size = 2;
    if (letter >= 0xD800 && letter < 0xE000) {
      guint16 low = length - *offset >= 4 ? unit_at(charset, bytes + *offset + 2) : 0;
      if (letter >= 0xDC00 || low < 0xDC00 || low > 0xDFFF)
        return unreadable(charset, *offset, error);
      letter = 0x10000 + ((letter - 0xD800) << 10) + (low - 0xDC00U);
      size = 4;
    }
    if (letter == 0)
      g_string_append_c(out, '\0');
    else
      g_string_append_unichar(out, letter);
    *offset += size;
  }
  return 0;
}

int charset_decode(enum charset charset, const guint8 *bytes, gsize length, gsize *offset, gsize limit,
                   GString *out, GError **error) {
  gsize end = length - *offset > limit ? *offset + limit : length;
  switch (charset) {
  case CHARSET_UTF8:
    return decode_utf8(bytes, length, offset, end, out, error);
  case CHARSET_UTF16LE:
  case CHARSET_UTF16BE:
    return decode_utf16(charset, bytes, length, offset, end, out, error);
  default:
    return decode_bytes(charset, bytes, offset, end, out, error);
  }
}
