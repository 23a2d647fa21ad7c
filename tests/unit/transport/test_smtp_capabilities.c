/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/smtp_capabilities.h"

#include "support/case.h"

#include <string.h>

static const struct {
  const char *name;
  const char *lines[8];
  SmtpCapabilities expected;
  const char *words;
} rows[] = {
    {"all",
     {"250-PIPELINING", "250-SIZE 10240000", "250-8BITMIME", "250-SMTPUTF8", "250-DSN", "250-STARTTLS",
      "250 AUTH PLAIN"},
     {.pipelining = 1,
      .dsn = 1,
      .eightbit = 1,
      .smtputf8 = 1,
      .starttls = 1,
      .auth = 1,
      .size = 1,
      .size_max = 10240000},
     "PIPELINING DSN 8BITMIME SMTPUTF8 STARTTLS AUTH SIZE 10240000"},
    {"none", {NULL}, {0}, ""},
    {"case does not matter",
     {"250-pipelining\r\n", "250 dsn\r\n"},
     {.pipelining = 1, .dsn = 1},
     "PIPELINING DSN"},
    {"line end or not", {"250 DSN\r\n"}, {.dsn = 1}, "DSN"},
    {"SIZE without a limit", {"250 SIZE"}, {.size = 1}, "SIZE"},
    {"SIZE 0 is no limit", {"250 SIZE 0"}, {.size = 1}, "SIZE"},
    {"SIZE of nonsense is no limit", {"250 SIZE -5"}, {.size = 1}, "SIZE"},
    {"SIZE beyond 64 bits is no limit", {"250 SIZE 99999999999999999999999"}, {.size = 1}, "SIZE"},
    {"unknown words pass", {"250-XFORWARD NAME", "250-CHUNKING", "250 PIPELININGX"}, {0}, ""},
    {"a keyword as a parameter is none", {"250 XPARAM DSN"}, {0}, ""},
    {"too short", {"250", "250 ", "25"}, {0}, ""},
    {"the old AUTH=", {"250 AUTH=LOGIN"}, {0}, ""},
};

static void notes_what_is_announced(void **unused) {
  (void)unused;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    SmtpCapabilities seen = {0};
    for (gsize k = 0; k < 8 && rows[i].lines[k] != NULL; k++)
      smtp_capabilities_line(&seen, rows[i].lines[k], strlen(rows[i].lines[k]));
    g_autofree char *words = smtp_capabilities_words(&seen);
    if (memcmp(&seen, &rows[i].expected, sizeof seen) != 0 || strcmp(words, rows[i].words) != 0)
      fail_msg("%s: got \"%s\"", rows[i].name, words);
  }
}

static void passes_over_a_line_that_is_too_long(void **unused) {
  (void)unused;
  SmtpCapabilities seen = {0};
  g_autofree char *padding = g_strnfill(600, ' ');
  g_autofree char *line = g_strdup_printf("250 DSN%s", padding);
  smtp_capabilities_line(&seen, line, strlen(line));
  assert_false(seen.dsn);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(notes_what_is_announced),
      cmocka_unit_test(passes_over_a_line_that_is_too_long),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
