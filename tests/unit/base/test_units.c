/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/case.h"

#include "base/clock.h"
#include "base/units.h"

#define REFUSED G_MININT64

static const struct {
  const char *text;
  gint64 expected;
} durations[] = {
    {"30 s", 30 * SECOND},
    {"30", 30 * SECOND},
    {"10min", 10 * MINUTE},
    {"1 h 30 min", 90 * MINUTE},
    {"1h30min", 90 * MINUTE},
    {"1.5 h", 90 * MINUTE},
    {"500 ms", SECOND / 2},
    {"2 weeks", 14 * DAY},
    {"0", 0},
    {"", REFUSED},
    {"-5 s", REFUSED},
    {"5 fortnights", REFUSED},
    {"1 h 30", REFUSED},
    {"s", REFUSED},
    {"1e3 s", REFUSED},
    {"0x10 s", REFUSED},
    {"99999999999 w", REFUSED},
    {"10 min # a comment", REFUSED},
};

static const struct {
  const char *text;
  gint64 expected;
} sizes[] = {
    {"20 MiB", 20 << 20}, {"20M", 20 << 20}, {"1.5 KiB", 1536},   {"10 MB", 10000000}, {"512", 512},
    {"7 bytes", 7},       {"", REFUSED},     {"10 min", REFUSED}, {"MiB", REFUSED},    {"1 MiB 1", REFUSED},
    {"1,5 MiB", REFUSED}, {"nan", REFUSED},  {"inf", REFUSED},
};

static void check(const char *text, gboolean read, gint64 got, gint64 expected) {
  if (read != (expected != REFUSED) || (read && got != expected))
    fail_msg("\"%s\" gave %s%" G_GINT64_FORMAT, text, read ? "" : "a refusal, not ", read ? got : expected);
}

static void reads_durations(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(durations); i++) {
    gint64 got = 0;
    const gboolean read = units_duration(durations[i].text, &got);
    check(durations[i].text, read, got, durations[i].expected);
  }
}

static void reads_sizes(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
    gint64 got = 0;
    const gboolean read = units_size(sizes[i].text, &got);
    check(sizes[i].text, read, got, sizes[i].expected);
  }
}

static void writes_what_it_reads(void **state) {
  (void)state;
  static const struct {
    gint64 microseconds;
    const char *text;
  } rows[] = {
      {0, "0 s"}, {90 * MINUTE, "1 h 30 min"}, {DAY, "1 d"}, {SECOND / 2, "500 ms"}, {8 * DAY, "8 d"}};
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *text = units_duration_text(rows[i].microseconds);
    gint64 back = -1;
    assert_string_equal(text, rows[i].text);
    assert_true(units_duration(text, &back));
    assert_int_equal(back, rows[i].microseconds);
  }
  g_autofree char *size = units_size_text(10 << 20);
  g_autofree char *odd = units_size_text(1500);
  assert_string_equal(size, "10 MiB");
  assert_string_equal(odd, "1500 bytes");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_durations),
      cmocka_unit_test(reads_sizes),
      cmocka_unit_test(writes_what_it_reads),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
