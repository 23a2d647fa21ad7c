/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"

#include <string.h>

#include "base/fault.h"

static int check(const char *what, const char *value, gssize length, gsize max, gboolean lines,
                 GError **error) {
  gsize size = length < 0 ? strlen(value) : (gsize)length;
  if (size > max)
    return fault(error, FAULT_INPUT, "%s: %zu bytes are too long, at most %zu are taken; shorten it", what,
                 size, max);
  if (memchr(value, '\0', size) != NULL)
    return fault(error, FAULT_INPUT, "%s: holds a NUL byte; remove it", what);
  if (!g_utf8_validate(value, (gssize)size, NULL))
    return fault(error, FAULT_INPUT, "%s: is not valid UTF-8; save the text as UTF-8", what);
  for (gsize i = 0; i < size; i++) {
    unsigned char c = (unsigned char)value[i];
    if ((c == '\r' || c == '\n') && !lines)
      return fault(error, FAULT_INPUT, "%s: holds a line break where one line is wanted; remove it", what);
    if ((c < 0x20 && c != '\t' && c != '\r' && c != '\n') || c == 0x7f)
      return fault(error, FAULT_INPUT, "%s: holds the control character 0x%02x; remove it", what, c);
  }
  return 0;
}

int text_check_line(const char *what, const char *value, gssize length, gsize max, GError **error) {
  return check(what, value, length, max, FALSE, error);
}

int text_check_lines(const char *what, const char *value, gssize length, gsize max, GError **error) {
  return check(what, value, length, max, TRUE, error);
}

/* Writes over what it reads, so the next character is found before this one is moved. */
static char *collapse(char *text) {
  char *to = text;
  gboolean gap = FALSE;
  for (const char *from = text, *next; *from != '\0'; from = next) {
    next = g_utf8_next_char(from);
    if (g_unichar_isspace(g_utf8_get_char(from))) {
      gap = to > text;
      continue;
    }
    if (gap)
      *to++ = ' ';
    gap = FALSE;
    gsize n = (gsize)(next - from);
    memmove(to, from, n);
    to += n;
  }
  *to = '\0';
  return text;
}

char *text_fold(const char *text) {
  g_autofree char *loose = g_utf8_normalize(text, -1, G_NORMALIZE_ALL);
  GString *bare = g_string_sized_new(strlen(loose));
  for (const char *p = loose; *p != '\0'; p = g_utf8_next_char(p))
    if (!g_unichar_ismark(g_utf8_get_char(p)))
      g_string_append_unichar(bare, g_utf8_get_char(p));
  g_autofree char *folded = g_utf8_casefold(bare->str, -1);
  g_string_free(bare, TRUE);
  return collapse(g_steal_pointer(&folded));
}

char *text_tidy(const char *text) {
  return collapse(g_utf8_normalize(text, -1, G_NORMALIZE_DEFAULT_COMPOSE));
}

gboolean text_blank(const char *text) {
  if (text == NULL)
    return TRUE;
  for (; *text != '\0'; text = g_utf8_next_char(text))
    if (!g_unichar_isspace(g_utf8_get_char(text)))
      return FALSE;
  return TRUE;
}

gboolean text_holds_any(const char *text, const char *const *words) {
  if (text == NULL)
    return FALSE;
  g_autofree char *folded = g_utf8_casefold(text, -1);
  for (; *words != NULL; words++) {
    g_autofree char *word = g_utf8_casefold(*words, -1);
    if (*word != '\0' && strstr(folded, word) != NULL)
      return TRUE;
  }
  return FALSE;
}
