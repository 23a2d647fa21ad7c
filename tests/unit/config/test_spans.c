/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config/spans.h"

#include "base/clock.h"
#include "support/case.h"

static const struct {
  const char *text;
  gboolean good;
  ConfigRate rate;
} rates[] = {
    {"30/min", TRUE, {30, MINUTE}},
    {"600 / hour", TRUE, {600, HOUR}},
    {"5/10 min", TRUE, {5, 10 * MINUTE}},
    {"1/s", TRUE, {1, SECOND}},
    {"2/1 h 30 min", TRUE, {2, 90 * MINUTE}},
    {"7/d", TRUE, {7, DAY}},
    {"30", FALSE, {0}},
    {"0/min", FALSE, {0}},
    {"-3/min", FALSE, {0}},
    {"/min", FALSE, {0}},
    {"30/", FALSE, {0}},
    {"30/fortnight", FALSE, {0}},
    {"30/0", FALSE, {0}},
    {"30/2 d", FALSE, {0}},
    {"30/min/min", FALSE, {0}},
    {"", FALSE, {0}},
    {"1e3/min", FALSE, {0}},
    {"30/ms", FALSE, {0}},
    {"9999999/min", FALSE, {0}},
};

static void reads_rates(G_GNUC_UNUSED void **state) {
  for (gsize i = 0; i < G_N_ELEMENTS(rates); i++) {
    ConfigRate rate = {0};
    gboolean good = spans_rate(rates[i].text, &rate);
    if (good != rates[i].good || (good && (rate.n != rates[i].rate.n || rate.per != rates[i].rate.per)))
      fail_msg("\"%s\": %d, %u", rates[i].text, good, rate.n);
  }
}

static const struct {
  const char *text;
  gboolean good;
  guint from, to;
} quiets[] = {
    {"20:00-07:00", TRUE, 1200, 420},
    {"12:00 - 14:30", TRUE, 720, 870},
    {"00:00-07:00", TRUE, 0, 420},
    {"20:00-24:00", TRUE, 1200, 1440},
    {"20:00", FALSE, 0, 0},
    {"20-7", FALSE, 0, 0},
    {"20:00-20:00", FALSE, 0, 0},
    {"00:00-24:00", FALSE, 0, 0},
    {"25:00-07:00", FALSE, 0, 0},
    {"20:60-07:00", FALSE, 0, 0},
    {"24:30-07:00", FALSE, 0, 0},
    {"8:00-07:00", FALSE, 0, 0},
    {"-", FALSE, 0, 0},
    {"", FALSE, 0, 0},
};

static void reads_hours(G_GNUC_UNUSED void **state) {
  for (gsize i = 0; i < G_N_ELEMENTS(quiets); i++) {
    ConfigQuiet quiet = {0};
    gboolean good = spans_quiet(quiets[i].text, &quiet);
    if (good != quiets[i].good || (good && (quiet.from != quiets[i].from || quiet.to != quiets[i].to)))
      fail_msg("\"%s\": %d, %u to %u", quiets[i].text, good, quiet.from, quiet.to);
  }
}

static const struct {
  const char *text;
  gboolean good;
  gint64 first, last;
} closures[] = {
    {"2013-12-23..2014-01-05", TRUE, 16062, 16075},
    {"2013-12-25", TRUE, 16064, 16064},
    {"2012-02-29 .. 2012-02-29", TRUE, 15399, 15399},
    {"2013-02-29", FALSE, 0, 0},
    {"2014-01-05..2013-12-23", FALSE, 0, 0},
    {"23/12/2013", FALSE, 0, 0},
    {"2013-12-23..", FALSE, 0, 0},
    {"..2013-12-23", FALSE, 0, 0},
    {"2013-12-23-2014-01-05", FALSE, 0, 0},
    {"2013-13-01", FALSE, 0, 0},
    {"", FALSE, 0, 0},
};

static void reads_days(G_GNUC_UNUSED void **state) {
  for (gsize i = 0; i < G_N_ELEMENTS(closures); i++) {
    ConfigClosure closure = {0};
    gboolean good = spans_closure(closures[i].text, &closure);
    if (good != closures[i].good ||
        (good && (closure.first != closures[i].first || closure.last != closures[i].last)))
      fail_msg("\"%s\": %d, %d to %d", closures[i].text, good, (int)closure.first, (int)closure.last);
  }
}

static const struct {
  const char *text;
  guint days; /* 0: refused */
} weeks[] = {
    {"mon-fri", 0x1F},
    {"Mon-Sun", 0x7F},
    {"mon, wed, fri", 0x15},
    {"fri-mon", 0x71},
    {"sat", 0x20},
    {"mon-tue,sun", 0x43},
    {"", 0},
    {"mon-", 0},
    {"lundi", 0},
    {"mon-fri-sun", 0},
    {"mon,,tue", 0},
};

static void reads_weekdays(G_GNUC_UNUSED void **state) {
  for (gsize i = 0; i < G_N_ELEMENTS(weeks); i++) {
    guint days = 0;
    gboolean good = spans_weekdays(weeks[i].text, &days);
    if (good != (weeks[i].days != 0) || (good && days != weeks[i].days))
      fail_msg("\"%s\": %d, %x", weeks[i].text, good, days);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(reads_rates), cmocka_unit_test(reads_hours),
                                     cmocka_unit_test(reads_days), cmocka_unit_test(reads_weekdays)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
