/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/log.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"

static const struct {
  const char *name;
  int priority; /* of syslog(3) */
} levels[] = {
    [LOG_LEVEL_ERROR] = {"error", 3},   [LOG_LEVEL_WARNING] = {"warning", 4},
    [LOG_LEVEL_NOTICE] = {"notice", 5}, [LOG_LEVEL_INFO] = {"info", 6},
    [LOG_LEVEL_DEBUG] = {"debug", 7},
};

static gint threshold = LOG_LEVEL_INFO;

void log_set_level(enum log_level level) {
  g_atomic_int_set(&threshold, level);
}

static gboolean journald_listens(void) {
  const char *stream = g_getenv("JOURNAL_STREAM");
  struct stat st;
  unsigned long long device, inode;
  return stream != NULL && sscanf(stream, "%llu:%llu", &device, &inode) == 2 &&
         fstat(STDERR_FILENO, &st) == 0 && st.st_dev == device && st.st_ino == inode;
}

static gboolean to_journald(void) {
  static gsize asked;
  static gboolean answer;
  if (g_once_init_enter(&asked)) {
    answer = journald_listens();
    g_once_init_leave(&asked, 1);
  }
  return answer;
}

/* One line stays one line whatever a peer put into it. */
static void append_value(GString *line, const char *value) {
  gboolean quote = *value == '\0';
  for (const char *p = value; *p != '\0' && !quote; p++)
    quote = *p == ' ' || *p == '"' || *p == '=' || (guchar)*p < 0x20;
  if (!quote) {
    g_string_append(line, value);
    return;
  }
  g_string_append_c(line, '"');
  for (const char *p = value; *p != '\0'; p++) {
    if ((guchar)*p < 0x20 || *p == 0x7f)
      g_string_append_printf(line, "\\x%02x", (guchar)*p);
    else {
      if (*p == '"' || *p == '\\')
        g_string_append_c(line, '\\');
      g_string_append_c(line, *p);
    }
  }
  g_string_append_c(line, '"');
}

void log_line(enum log_level level, const char *message, ...) {
  if ((int)level > g_atomic_int_get(&threshold))
    return;
  g_autoptr(GString) line = g_string_sized_new(160);
  if (to_journald())
    g_string_append_printf(line, "<%d>", levels[level].priority);
  else
    g_string_append_printf(line, "%s: ", levels[level].name);
  g_string_append(line, message);
  va_list args;
  va_start(args, message);
  for (const char *key; (key = va_arg(args, const char *)) != NULL;) {
    const char *value = va_arg(args, const char *);
    g_string_append_printf(line, " %s=", key);
    append_value(line, value != NULL ? value : "-");
  }
  va_end(args);
  g_string_append_c(line, '\n');
  ssize_t n = write(STDERR_FILENO, line->str, line->len);
  (void)n; /* nobody is left to tell */
}

void log_fault(const char *what, const GError *error) {
  log_line(LOG_LEVEL_ERROR, what, "because", error != NULL ? error->message : "unknown", NULL);
  log_line(LOG_LEVEL_DEBUG, what, "trail", fault_trail(error), NULL);
}
