/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sign/author.h"

#include <string.h>

#include "mail/encoded_word.h"

typedef struct {
  const char *open, *close; /* of the angle brackets, or NULL */
  enum author_outcome outcome;
} Brackets;

/* Outside of quoted strings each of these octets decides. */
static enum author_outcome see(Brackets *b, const char *at) {
  gboolean inside = b->open != NULL && b->close == NULL;
  switch (*at) {
  case '<':
    if (b->open != NULL)
      return AUTHOR_UNCLEAR;
    b->open = at;
    return AUTHOR_CLEAR;
  case '>':
    if (!inside)
      return AUTHOR_UNCLEAR;
    b->close = at;
    return AUTHOR_CLEAR;
  case ',':
    return AUTHOR_SEVERAL;
  case '(':
  case ')':
  case ';':
  case ':':
    return AUTHOR_UNCLEAR;
  default:
    return b->close != NULL && *at != ' ' && *at != '\t' ? AUTHOR_UNCLEAR : AUTHOR_CLEAR;
  }
}

static Brackets find_brackets(const char *value) {
  Brackets b = {.outcome = AUTHOR_CLEAR};
  gboolean quoted = FALSE;
  for (const char *at = value; *at != '\0' && b.outcome == AUTHOR_CLEAR; at++) {
    if (quoted && *at == '\\' && at[1] != '\0')
      at++;
    else if (*at == '"' && b.close == NULL)
      quoted = !quoted;
    else if (!quoted)
      b.outcome = see(&b, at);
  }
  if (b.outcome == AUTHOR_CLEAR && (quoted || (b.open != NULL) != (b.close != NULL)))
    b.outcome = AUTHOR_UNCLEAR;
  return b;
}

/* "@", and what looks like it: full width and small form. */
static gboolean shows_at_sign(const char *text) {
  return strchr(text, '@') != NULL || strstr(text, "\xef\xbc\xa0") != NULL ||
         strstr(text, "\xef\xb9\xab") != NULL;
}

/* A name may repeat the address, as some programs write it; it may show no other. */
static gboolean misleads(const char *name, gsize length, const Address *address) {
  g_autofree char *raw = g_strndup(name, length), *shown = encoded_word_decode(raw);
  if (shown == NULL)
    return TRUE;
  if (!shows_at_sign(shown))
    return FALSE;
  g_strstrip(shown);
  gsize n = strlen(shown);
  if (n >= 2 && strchr("\"'", shown[0]) != NULL && shown[n - 1] == shown[0]) {
    shown[n - 1] = '\0';
    return g_ascii_strcasecmp(shown + 1, address->send) != 0;
  }
  return g_ascii_strcasecmp(shown, address->send) != 0;
}

enum author_outcome author_read(const char *value, Address **ret) {
  g_autoptr(Address) address = NULL;
  Brackets b = find_brackets(value);
  if (b.outcome != AUTHOR_CLEAR)
    return b.outcome;
  g_autofree char *text =
      b.open != NULL ? g_strndup(b.open + 1, (gsize)(b.close - b.open) - 1) : g_strdup(value);
  if (address_parse(text, ADDRESS_CONTACT, &address, NULL) < 0)
    return AUTHOR_UNCLEAR;
  if (b.open != NULL && misleads(value, (gsize)(b.open - value), address))
    return AUTHOR_UNCLEAR;
  *ret = g_steal_pointer(&address);
  return AUTHOR_CLEAR;
}
