/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/folded.h"

#include <string.h>

char *folded_text(const char *text) {
  GString *folded = g_string_sized_new(strlen(text));
  for (const char *at = text; *at != '\0'; at++) {
    if (!g_ascii_isspace(*at))
      g_string_append_c(folded, g_ascii_tolower(*at));
    else if (folded->len > 0 && folded->str[folded->len - 1] != ' ')
      g_string_append_c(folded, ' ');
  }
  return g_string_free(folded, FALSE);
}

gboolean folded_contains(const char *text, const char *pattern) {
  g_auto(GStrv) pieces = g_strsplit(pattern, "*", -1);
  for (guint i = 0; pieces[i] != NULL; i++) {
    const char *found = strstr(text, pieces[i]);
    if (found == NULL)
      return FALSE;
    text = found + strlen(pieces[i]);
  }
  return TRUE;
}

/* Lines at which the copy of the returned message begins. */
static gboolean begins_copy(const char *line) {
  static const char *const beginnings[] = {
      "received:", "return-path:", "message-id:", "dkim-signature:", "x-received:"};
  static const char *const words[] = {"copy of the message",  "original message",
                                      "unsent message",       "returned message",
                                      "message text follows", "message headers follow",
                                      "original mail info",   "header of the original message",
                                      "copy of the original"};
  g_autofree char *low = g_ascii_strdown(line, -1);
  for (guint i = 0; i < G_N_ELEMENTS(beginnings); i++)
    if (g_str_has_prefix(low, beginnings[i]))
      return TRUE;
  /* A rule of dashes or a short line tells the title from a sentence that speaks of the message. */
  if (low[0] != '-' && low[0] != '|' && strlen(low) > 60)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS(words); i++)
    if (strstr(low, words[i]) != NULL &&
        (low[0] == '-' || low[0] == '|' || g_str_has_suffix(g_strchomp(low), "follows.") ||
         g_str_has_suffix(low, ":")))
      return TRUE;
  return FALSE;
}

char *folded_own_words(const char *body) {
  GString *own = g_string_new(NULL);
  g_auto(GStrv) lines = g_strsplit(body, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    const char *line = lines[i];
    if (begins_copy(line))
      break;
    /* ">>> RCPT TO" is how sendmail quotes its own talk. */
    if (line[0] == '>' && !g_str_has_prefix(line, ">>> "))
      continue;
    g_string_append(own, line);
    g_string_append_c(own, '\n');
  }
  return g_string_free(own, FALSE);
}
