/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/progress.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"

#define BAR_CELLS  20
#define DRAW_EVERY (SECOND / 10)
#define LINE_EVERY (10 * SECOND)
#define WINDOW     (10 * SECOND) /* the rate is that of the last ten to twenty seconds */

typedef struct {
  gint64 at, done;
} Mark;

struct Progress {
  FILE *out;
  gboolean bar;
  gboolean begun;
  Mark older, newer; /* beginnings of this window of the rate and of the one before */
  gint64 shown_at;
  gint64 shown_tenth;
  gboolean open; /* a bar's line is not ended yet */
};

Progress *progress_new(FILE *out, gboolean plain) {
  Progress *progress = g_new0(Progress, 1);
  progress->out = out;
  progress->bar = !plain && isatty(fileno(out)) == 1;
  progress->shown_tenth = -1;
  return progress;
}

/* 12345 is "12,345". */
static char *grouped(gint64 number) {
  g_autofree char *digits = g_strdup_printf("%" G_GINT64_FORMAT, number);
  GString *text = g_string_new(NULL);
  const gsize length = strlen(digits);
  for (gsize i = 0; i < length; i++) {
    if (i > 0 && (length - i) % 3 == 0 && g_ascii_isdigit(digits[i - 1]))
      g_string_append_c(text, ',');
    g_string_append_c(text, digits[i]);
  }
  return g_string_free(text, FALSE);
}

char *progress_duration(gint64 microseconds) {
  const gint64 seconds = (microseconds + SECOND / 2) / SECOND;
  const gint64 minutes = seconds / 60, hours = minutes / 60, days = hours / 24;
  if (days > 0)
    return g_strdup_printf("%" G_GINT64_FORMAT " d %" G_GINT64_FORMAT " h", days, hours % 24);
  if (hours > 0)
    return g_strdup_printf("%" G_GINT64_FORMAT " h %" G_GINT64_FORMAT " min", hours, minutes % 60);
  if (minutes > 0)
    return g_strdup_printf("%" G_GINT64_FORMAT " min %" G_GINT64_FORMAT " s", minutes, seconds % 60);
  return g_strdup_printf("%" G_GINT64_FORMAT " s", seconds);
}

static void mark(Progress *progress, gint64 done, gint64 now) {
  if (!progress->begun) {
    progress->begun = TRUE;
    progress->older = progress->newer = (Mark){now, done};
  } else if (now - progress->newer.at >= WINDOW) {
    progress->older = progress->newer;
    progress->newer = (Mark){now, done};
  }
}

/* Things a second; 0 while that cannot be said. */
static double rate_of(const Progress *progress, gint64 done, gint64 now) {
  const gint64 span = now - progress->older.at;
  return span >= SECOND ? (double)(done - progress->older.done) * SECOND / (double)span : 0;
}

static void append_bar(GString *line, gint64 done, gint64 total) {
  const gint64 full = total > 0 ? CLAMP(done * BAR_CELLS / total, 0, BAR_CELLS) : BAR_CELLS;
  g_string_append_c(line, '[');
  for (gint64 i = 0; i < BAR_CELLS; i++)
    g_string_append_c(line, i < full ? '#' : '.');
  g_string_append(line, "]  ");
}

static char *line_of(const Progress *progress, gint64 done, gint64 total, const char *note, gint64 now) {
  GString *line = g_string_new(NULL);
  g_autofree char *done_text = grouped(done);
  g_autofree char *total_text = grouped(total);
  const double rate = rate_of(progress, done, now);
  if (progress->bar)
    append_bar(line, done, total);
  g_string_append_printf(line, "%s of %s", done_text, total_text);
  if (rate > 0) {
    g_autofree char *pace = grouped((gint64)(rate + 0.5));
    g_autofree char *left = progress_duration((gint64)((double)(total - done) / rate * SECOND));
    if (rate >= 1)
      g_string_append_printf(line, "   %s a second", pace);
    if (done < total)
      g_string_append_printf(line, "   %s left", left);
  }
  if (note != NULL && *note != '\0')
    g_string_append_printf(line, "   %s", note);
  return g_string_free(line, FALSE);
}

/* A line wider than the terminal would not be overwritten by the next. */
static void cut_to_terminal(const Progress *progress, char *line) {
  struct winsize size;
  if (ioctl(fileno(progress->out), TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
    return;
  int width = 0;
  for (char *p = line; *p != '\0'; p = g_utf8_next_char(p)) {
    width += g_unichar_iswide(g_utf8_get_char(p)) ? 2 : 1;
    if (width >= size.ws_col) {
      *p = '\0';
      return;
    }
  }
}

static gboolean is_due(const Progress *progress, gint64 done, gint64 total, gint64 now) {
  const gint64 tenth = total > 0 ? done * 10 / total : 10;
  if (progress->shown_tenth < 0 || (done >= total && progress->shown_tenth < 10))
    return TRUE;
  if (progress->bar)
    return now - progress->shown_at >= DRAW_EVERY;
  return tenth != progress->shown_tenth || now - progress->shown_at >= LINE_EVERY;
}

void progress_show(Progress *progress, gint64 done, gint64 total, const char *note, gint64 monotonic) {
  mark(progress, done, monotonic);
  if (!is_due(progress, done, total, monotonic))
    return;
  progress->shown_at = monotonic;
  progress->shown_tenth = total > 0 ? done * 10 / total : 10;
  g_autofree char *line = line_of(progress, done, total, note, monotonic);
  if (progress->bar) {
    cut_to_terminal(progress, line);
    fprintf(progress->out, "\r%s\033[K", line);
    progress->open = TRUE;
  } else
    fprintf(progress->out, "%s\n", line);
  fflush(progress->out);
}

void progress_end(Progress *progress) {
  if (progress == NULL)
    return;
  if (progress->open)
    fputc('\n', progress->out);
  g_free(progress);
}
