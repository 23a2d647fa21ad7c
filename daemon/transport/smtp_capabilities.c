/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/smtp_capabilities.h"

#include <stddef.h>
#include <string.h>

#define LINE_MAX_OCTETS 512 /* RFC 5321 §4.5.3.1.5; an announcement above it is none */

static const struct {
  const char *keyword;
  gsize offset;
} KEYWORDS[] = {
    {"PIPELINING", offsetof(SmtpCapabilities, pipelining)},
    {"DSN", offsetof(SmtpCapabilities, dsn)},
    {"8BITMIME", offsetof(SmtpCapabilities, eightbit)},
    {"SMTPUTF8", offsetof(SmtpCapabilities, smtputf8)},
    {"STARTTLS", offsetof(SmtpCapabilities, starttls)},
    {"AUTH", offsetof(SmtpCapabilities, auth)},
    {"SIZE", offsetof(SmtpCapabilities, size)},
};

static gboolean *field(SmtpCapabilities *capabilities, gsize offset) {
  return (gboolean *)((char *)capabilities + offset);
}

void smtp_capabilities_line(SmtpCapabilities *capabilities, const char *line, gsize length) {
  if (length <= 4 || length > LINE_MAX_OCTETS)
    return;
  g_autofree char *text = g_strndup(line + 4, length - 4);
  g_auto(GStrv) words = g_strsplit_set(g_strstrip(text), " \t", 3);
  if (words[0] == NULL)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS(KEYWORDS); i++)
    if (g_ascii_strcasecmp(words[0], KEYWORDS[i].keyword) == 0)
      *field(capabilities, KEYWORDS[i].offset) = TRUE;
  guint64 limit;
  if (g_ascii_strcasecmp(words[0], "SIZE") == 0 && words[1] != NULL &&
      g_ascii_string_to_unsigned(words[1], 10, 0, G_MAXUINT64, &limit, NULL))
    capabilities->size_max = limit;
}

char *smtp_capabilities_words(const SmtpCapabilities *capabilities) {
  GString *words = g_string_new(NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(KEYWORDS); i++)
    if (*(const gboolean *)((const char *)capabilities + KEYWORDS[i].offset))
      g_string_append_printf(words, "%s%s", words->len > 0 ? " " : "", KEYWORDS[i].keyword);
  if (capabilities->size_max > 0)
    g_string_append_printf(words, " %" G_GUINT64_FORMAT, capabilities->size_max);
  return g_string_free(words, FALSE);
}
