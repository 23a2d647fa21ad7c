/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/case.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/progress.h"

static char *folder;

static int enter(void **state) {
  (void)state;
  folder = case_folder_make();
  return 0;
}

static int leave(void **state) {
  (void)state;
  case_folder_remove(folder);
  return 0;
}

static void writes_plain_lines_now_and_then(void **state) {
  (void)state;
  g_autofree char *path = g_build_filename(folder, "out", NULL);
  g_autofree char *text = NULL;
  FILE *out = fopen(path, "w");
  Progress *progress = progress_new(out, FALSE); /* a file is no terminal */
  progress_show(progress, 0, 10000, NULL, 100 * SECOND);
  progress_show(progress, 500, 10000, NULL, 101 * SECOND); /* no new tenth yet */
  progress_show(progress, 2000, 10000, "held 1", 102 * SECOND);
  progress_show(progress, 2100, 10000, NULL, 113 * SECOND); /* ten quiet seconds */
  progress_show(progress, 10000, 10000, NULL, 120 * SECOND);
  progress_show(progress, 10000, 10000, NULL, 121 * SECOND); /* said already */
  progress_end(progress);
  fclose(out);
  assert_true(g_file_get_contents(path, &text, NULL, NULL));
  assert_string_equal(text, "0 of 10,000\n"
                            "2,000 of 10,000   1,000 a second   8 s left   held 1\n"
                            "2,100 of 10,000   162 a second   49 s left\n"
                            "10,000 of 10,000   500 a second\n");
}

/* A terminal of 60 columns, and what came to its other side. */
static char *on_a_terminal(void (*draw)(FILE *out)) {
  const struct winsize size = {.ws_row = 24, .ws_col = 60};
  char buffer[4096];
  int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  char name[100];
  if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0 ||
      ptsname_r(master, name, sizeof name) != 0)
    return NULL;
  FILE *out = fopen(name, "r+");
  assert_non_null(out);
  ioctl(master, TIOCSWINSZ, &size);
  draw(out);
  fflush(out);
  /* A terminal gives what was written in as many pieces as it likes; its last line has an end. */
  ssize_t n = 1;
  gsize length = 0;
  while (n > 0 && length < sizeof buffer && (length == 0 || buffer[length - 1] != '\n')) {
    n = read(master, buffer + length, sizeof buffer - length);
    length += n > 0 ? (gsize)n : 0;
  }
  fclose(out);
  close(master);
  return length > 0 ? g_strndup(buffer, length) : NULL;
}

static void draw_some(FILE *out) {
  Progress *progress = progress_new(out, FALSE);
  progress_show(progress, 0, 10, NULL, 100 * SECOND);
  progress_show(progress, 1, 10, NULL, 100 * SECOND + 50000); /* too soon */
  progress_show(progress, 5, 10, "a note that is far too long for a line of sixty columns", 105 * SECOND);
  progress_end(progress);
}

static void draws_a_bar_on_a_terminal(void **state) {
  (void)state;
  g_autofree char *text = on_a_terminal(draw_some);
  if (text == NULL)
    skip();
  assert_string_equal(text, "\r[....................]  0 of 10\033[K"
                            "\r[##########..........]  5 of 10   1 a second   5 s left   a\033[K\r\n");
}

static const struct {
  gint64 microseconds;
  const char *text;
} durations[] = {
    {0, "0 s"},
    {6 * SECOND, "6 s"},
    {200 * SECOND, "3 min 20 s"},
    {2 * HOUR + 5 * MINUTE, "2 h 5 min"},
    {3 * DAY + HOUR, "3 d 1 h"},
    {SECOND / 2, "1 s"},
};

static void tells_durations(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(durations); i++) {
    g_autofree char *text = progress_duration(durations[i].microseconds);
    assert_string_equal(text, durations[i].text);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(writes_plain_lines_now_and_then),
      cmocka_unit_test(draws_a_bar_on_a_terminal),
      cmocka_unit_test(tells_durations),
  };
  return cmocka_run_group_tests(tests, enter, leave);
}
