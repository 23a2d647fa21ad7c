/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When the scan goes on without a message. What is read of one is for the flow tests, against a server that
 * lies. */
#include "inbound/imap_message.h"

#include "base/fault.h"
#include "support/case.h"

typedef struct {
  const char *name;
  int codes[16]; /* how one try after the other ends; 0: no more */
  gboolean exhausted;
} Row;

static const Row rows[] = {
    {"nothing yet", {0}, FALSE},
    {"two answers that are none", {FAULT_INPUT, FAULT_INPUT}, FALSE},
    {"three of them", {FAULT_INPUT, FAULT_INPUT, FAULT_INPUT}, TRUE},
    {"three lost connections", {FAULT_SYSTEM, FAULT_SYSTEM, FAULT_SYSTEM}, FALSE},
    {"twelve of them",
     {FAULT_SYSTEM, FAULT_SYSTEM, FAULT_SYSTEM, FAULT_SYSTEM, FAULT_SYSTEM, FAULT_SYSTEM, FAULT_SYSTEM,
      FAULT_SYSTEM, FAULT_SYSTEM, FAULT_SYSTEM, FAULT_SYSTEM, FAULT_SYSTEM},
     TRUE},
    {"our own stop counts for nothing",
     {FAULT_INPUT, FAULT_INPUT, FAULT_BUSY, FAULT_BUSY, FAULT_BUSY, FAULT_BUSY, FAULT_BUSY},
     FALSE},
};

static void try(ImapTrials *trials, gint64 uid, int code) {
  g_autoptr(GError) error = NULL;
  fault(&error, (enum fault)code, "trouble %d", code);
  imap_trials_add(trials, uid, code, error);
}

static void goes_on_without_it_in_the_end(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_auto(ImapTrials) trials = {0};
    for (gsize n = 0; rows[i].codes[n] != 0; n++)
      try(&trials, 5, rows[i].codes[n]);
    if (imap_trials_exhausted(&trials, 5) != rows[i].exhausted || imap_trials_exhausted(&trials, 6))
      fail_msg("%s: %u strikes", rows[i].name, trials.strikes);
  }
}

static void another_message_begins_at_nothing(void **state) {
  g_auto(ImapTrials) trials = {0};
  (void)state;
  for (int n = 0; n < 3; n++)
    try(&trials, 5, FAULT_INPUT);
  assert_true(imap_trials_exhausted(&trials, 5));
  try(&trials, 6, FAULT_INPUT);
  assert_false(imap_trials_exhausted(&trials, 6));
  assert_string_equal(trials.words, "trouble -1");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(goes_on_without_it_in_the_end),
      cmocka_unit_test(another_message_begins_at_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
