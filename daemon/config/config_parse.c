/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config/config_parse.h"

#include <string.h>

#include "base/fault.h"
#include "base/text.h"

typedef struct {
  const char *file;
  const char *at, *end; /* what is still to be read */
  guint line;           /* number of the line read last */
  guint begun;          /* number of the line where the present (joined) one begins */
  char *section, *name;
  gboolean lost; /* below a head that could not be read: complained once, its keys are passed over */
  GPtrArray *assignments;
  Complaints *complaints;
} Parser;

static void assignment_free(gpointer data) {
  Assignment *a = data;
  g_free(a->section);
  g_free(a->name);
  g_free(a->key);
  g_free(a->value);
  g_free(a);
}

GPtrArray *config_assignments(void) {
  return g_ptr_array_new_with_free_func(assignment_free);
}

static void add(Parser *p, const char *key, const char *value) {
  Assignment *a = g_new0(Assignment, 1);
  a->file = p->file;
  a->line = p->begun;
  a->section = g_strdup(p->section);
  a->name = g_strdup(p->name);
  a->key = g_strdup(key);
  a->value = g_strdup(value);
  g_ptr_array_add(p->assignments, a);
}

#define complain(parser, ...)                                                                                \
  complaints_add((parser)->complaints, (parser)->file, (parser)->begun, __VA_ARGS__)

/* The next line of the file, trimmed; the caller frees it. NULL at the end. */
static char *next_line(Parser *p) {
  if (p->at >= p->end)
    return NULL;
  const char *stop = memchr(p->at, '\n', (gsize)(p->end - p->at));
  const gsize length = (gsize)((stop != NULL ? stop : p->end) - p->at);
  char *line = g_strndup(p->at, length);
  p->at = stop != NULL ? stop + 1 : p->end;
  p->line++;
  return g_strstrip(line);
}

static gboolean is_comment(const char *line) {
  return *line == '#' || *line == ';';
}

static gboolean ends_in_backslash(const GString *text) {
  return text->len > 0 && text->str[text->len - 1] == '\\';
}

/* The next line with those it continues on. Comments between them are left out, as systemd does. */
static GString *next_joined(Parser *p) {
  char *line = next_line(p);
  if (line == NULL)
    return NULL;
  p->begun = p->line;
  GString *joined = g_string_new(line);
  const gboolean comment = is_comment(line);
  g_free(line);
  while (!comment && ends_in_backslash(joined)) {
    g_string_truncate(joined, joined->len - 1);
    g_autofree char *next = next_line(p);
    if (next == NULL) {
      complain(p, "the last line ends in a backslash, but nothing follows; take the backslash away");
      break;
    }
    while (joined->len > 0 && g_ascii_isspace(joined->str[joined->len - 1]))
      g_string_truncate(joined, joined->len - 1);
    if (is_comment(next))
      g_string_append(joined, " \\");
    else
      g_string_append_printf(joined, "%s%s", joined->len > 0 ? " " : "", next);
  }
  return joined;
}

static gboolean is_word(const char *text, const char *more) {
  const gsize length = strlen(text);
  if (length == 0 || length > CONFIG_NAME_MAX || !g_ascii_isalpha(*text))
    return FALSE;
  for (const char *p = text; *p != '\0'; p++)
    if (!g_ascii_isalnum(*p) && strchr(more, *p) == NULL)
      return FALSE;
  return TRUE;
}

/* [section] or [section "name"]; TEXT is the whole line. */
static gboolean split_head(char *text, char **ret_section, char **ret_name) {
  const gsize length = strlen(text);
  if (length < 3 || text[length - 1] != ']')
    return FALSE;
  text[length - 1] = '\0';
  char *inner = g_strstrip(text + 1);
  char *quote = strchr(inner, '"');
  if (quote != NULL) {
    const gsize left = strlen(quote);
    if (left < 3 || quote[left - 1] != '"')
      return FALSE;
    quote[left - 1] = '\0';
    *quote++ = '\0';
    if (!is_word(quote, "-_."))
      return FALSE;
  }
  *ret_section = g_strstrip(inner);
  *ret_name = quote;
  return is_word(*ret_section, "-_");
}

static void read_head(Parser *p, const char *line) {
  g_autofree char *text = g_strdup(line);
  char *section = NULL, *name = NULL;
  g_clear_pointer(&p->section, g_free);
  g_clear_pointer(&p->name, g_free);
  p->lost = !split_head(text, &section, &name);
  if (p->lost) {
    complain(p, "\"%.80s\" is no head of a section; write [section] or [section \"name\"]", line);
    return;
  }
  p->section = g_strdup(section);
  p->name = g_strdup(name);
  add(p, NULL, NULL);
}

static void read_assignment(Parser *p, const char *line) {
  const char *equals = strchr(line, '=');
  if (equals == NULL) {
    complain(p, "\"%.80s\" is no setting; write key = value", line);
    return;
  }
  g_autofree char *key = g_strstrip(g_strndup(line, (gsize)(equals - line)));
  g_autofree char *value = g_strstrip(g_strdup(equals + 1));
  if (!is_word(key, "-_."))
    complain(p, "\"%.80s\" is no key; keys are letters, digits and underscores", key);
  else if (p->section == NULL && !p->lost)
    complain(p, "%s stands before the first section; write [section] above it", key);
  else if (strlen(value) > CONFIG_VALUE_MAX)
    complain(p, "the value of %s is longer than %d bytes; shorten it", key, CONFIG_VALUE_MAX);
  else if (!p->lost)
    add(p, key, value);
}

static void read_line(Parser *p, const char *line) {
  g_autoptr(GError) error = NULL;
  if (*line == '\0' || is_comment(line))
    return;
  if (text_check_line("the line", line, -1, CONFIG_FILE_MAX, &error) < 0)
    complain(p, "%s", error->message);
  else if (*line == '[')
    read_head(p, line);
  else
    read_assignment(p, line);
}

void config_parse(const char *file, GBytes *text, GPtrArray *assignments, Complaints *complaints) {
  gsize length;
  const char *bytes = g_bytes_get_data(text, &length);
  Parser p = {
      .file = file, .at = bytes, .end = bytes + length, .assignments = assignments, .complaints = complaints};
  if (memchr(bytes != NULL ? bytes : "", '\0', length) != NULL) {
    complaints_add(complaints, file, 0, "it holds a NUL byte, so it is no text; restore the file");
    return;
  }
  if (length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0)
    p.at += 3;
  for (GString *line; (line = next_joined(&p)) != NULL; g_string_free(line, TRUE)) {
    if (p.line > CONFIG_LINES_MAX) {
      complain(&p, "the file has more than %d lines; what follows was not read", CONFIG_LINES_MAX);
      g_string_free(line, TRUE);
      break;
    }
    read_line(&p, line->str);
  }
  g_free(p.section);
  g_free(p.name);
}
