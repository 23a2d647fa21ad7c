/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which files are mboxes, where one message ends, and what comes out of each. */
#include "reply/mbox.h"

#include "support/case.h"

#define LINE "From ada@a.example Mon Dec  2 10:00:00 2013\n"

typedef struct {
  const char *name, *file;
  gboolean is_mbox;
  const char *messages[4];
} Row;

static const Row rows[] = {
    {"a message alone", "Subject: a\n\ntext\n", FALSE, {NULL}},
    {"a sentence that begins so", "From now on all is well\n\ntext\n", FALSE, {NULL}},
    {"nothing", "", FALSE, {NULL}},
    {"one, without an empty line at its end", LINE "Subject: a\n\ntext\n", TRUE, {"Subject: a\n\ntext\n"}},
    {"one, as a mail system pipes it", LINE "Subject: a\n\ntext\n\n", TRUE, {"Subject: a\n\ntext\n"}},
    {"two", LINE "A: 1\n\none\n\n" LINE "A: 2\n\ntwo\n\n", TRUE, {"A: 1\n\none\n", "A: 2\n\ntwo\n"}},
    {"a line that looks like one, but behind no empty line",
     LINE "A: 1\n\none\n" LINE "two\n",
     TRUE,
     {"A: 1\n\none\n" LINE "two\n"}},
    {"a sentence behind an empty line",
     LINE "A: 1\n\none\n\nFrom here to there\n",
     TRUE,
     {"A: 1\n\none\n\nFrom here to there\n"}},
    {"quoted lines lose one sign",
     LINE "A: 1\n\n>From one\n>>From two\n> From three\nx >From four\n\n",
     TRUE,
     {"A: 1\n\nFrom one\n>From two\n> From three\nx >From four\n"}},
    {"CR LF",
     "From a@a.example Mon Dec  2 10:00:00 2013\r\nA: 1\r\n\r\none\r\n\r\n" LINE "A: 2\n\ntwo\n",
     TRUE,
     {"A: 1\r\n\r\none\r\n", "A: 2\n\ntwo\n"}},
    {"empty ones are left out", LINE "\n" LINE "A: 2\n\ntwo\n\n" LINE, TRUE, {"A: 2\n\ntwo\n"}},
    {"several empty lines belong to the message but for the last",
     LINE "A: 1\n\none\n\n\n\n" LINE "A: 2\n\ntwo",
     TRUE,
     {"A: 1\n\none\n\n\n", "A: 2\n\ntwo"}},
};

static void each_row(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    const Row *row = &rows[i];
    g_autoptr(GBytes) file = g_bytes_new(row->file, strlen(row->file));
    if (mbox_is(file) != row->is_mbox)
      fail_msg("%s: is%s held to be an mbox", row->name, row->is_mbox ? " not" : "");
    MboxWalk walk = {0};
    for (guint n = 0; row->is_mbox && n < G_N_ELEMENTS(row->messages); n++) {
      g_autoptr(GBytes) message = mbox_next(file, &walk);
      const char *wanted = row->messages[n];
      if ((message == NULL) != (wanted == NULL))
        fail_msg("%s: message %u is%s there", row->name, n + 1, message == NULL ? " not" : "");
      if (message == NULL)
        break;
      gsize size = 0;
      const char *found = g_bytes_get_data(message, &size);
      if (size != strlen(wanted) || memcmp(found, wanted, size) != 0)
        fail_msg("%s: message %u is \"%.*s\"", row->name, n + 1, (int)size, found);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(each_row)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
