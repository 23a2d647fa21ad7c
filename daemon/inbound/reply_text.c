/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/reply_text.h"

#include "inbound/flowed.h"
#include "inbound/html_words.h"
#include "inbound/own_words.h"
#include "inbound/read.h"

#include <string.h>

#include "base/text.h"

/* With ">" before what is quoted. The caller frees it. */
static char *lines_of(const Part *part) {
  g_autofree char *source = part_source(part);
  if (g_str_equal(part->type, "text/html"))
    return html_words(source, strlen(source), READ_TEXT_MAX);
  g_autofree char *format = part_parameter(part, "format"), *delete_space = part_parameter(part, "delsp");
  if (g_strcmp0(format, "flowed") == 0)
    return flowed_join(source, g_strcmp0(delete_space, "yes") == 0);
  return g_steal_pointer(&source);
}

static gboolean is_shown(const Part *part, const char *type) {
  return !part->returned && !part_is_apart(part) && g_str_equal(part->type, type);
}

/* Which alternatives have a plain text with something in it: TRUE at their number. */
static gboolean *find_plain(const Parts *parts) {
  gboolean *plain = g_new0(gboolean, parts_count(parts) + 1);
  for (guint i = 0; i < parts_count(parts); i++) {
    const Part *part = parts_at(parts, i);
    if (part->alternative == 0 || plain[part->alternative] || !is_shown(part, "text/plain"))
      continue;
    g_autofree char *source = part_source(part);
    plain[part->alternative] = !text_blank(source);
  }
  return plain;
}

void reply_text_read(const Parts *parts, Verdict *verdict) {
  g_autoptr(GString) all = g_string_new(NULL);
  g_autofree gboolean *plain = find_plain(parts);
  for (guint i = 0; i < parts_count(parts) && all->len < READ_TEXT_MAX; i++) {
    const Part *part = parts_at(parts, i);
    if (!is_shown(part, "text/plain") && (!is_shown(part, "text/html") || plain[part->alternative]))
      continue;
    g_autofree char *lines = lines_of(part);
    g_string_append(all, lines);
    g_string_append_c(all, '\n');
  }
  g_autofree char *words = own_words(all->str);
  verdict_set_lines(&verdict->text, words);
}
