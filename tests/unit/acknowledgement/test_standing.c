/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every row: the events of one addressee in the order of their noting, and what they come to. */
#include "acknowledgement/standing.h"

#include "support/case.h"

/* "letter/support@5!2": kind, meaning, moment, the event that it corrects. */
typedef struct {
  const char *name, *events, *from;
  gboolean waived;
  const char *state;
  int shown, beside; /* numbers from 1; 0: none */
  gint64 since;
  gboolean support;
} Row;

static const Row rows[] = {
    {"nothing", "", "link", FALSE, "silent", 0, 0, 0, FALSE},
    {"nothing, waived", "", "link", TRUE, "waived", 0, 0, 0, FALSE},
    {"one press", "link/receipt@5", "link", FALSE, "answered", 1, 0, 5, FALSE},
    {"displayed never counts", "displayed/receipt@5", "link", FALSE, "silent", 1, 0, 5, FALSE},
    {"displayed counts not even from displayed", "displayed/receipt@5", "displayed", FALSE, "silent", 1, 0, 5,
     FALSE},
    {"displayed is not declining", "displayed/declined@5", "displayed", FALSE, "silent", 1, 0, 5, FALSE},
    {"a press where replies are wanted", "link/receipt@5", "reply", FALSE, "silent", 1, 0, 5, FALSE},
    {"a press with a code where replies are wanted", "link-with-code/receipt@5", "reply", FALSE, "silent", 1,
     0, 5, FALSE},
    {"exactly what is wanted", "reply/receipt@5", "reply", FALSE, "answered", 1, 0, 5, FALSE},
    {"more than what is wanted", "portal/receipt@5", "reply", FALSE, "answered", 1, 0, 5, FALSE},
    {"it says nothing", "letter/none@5", "link", FALSE, "silent", 0, 0, 0, FALSE},
    {"every meaning that acknowledges: forwarded", "reply/forwarded@5", "link", FALSE, "answered", 1, 0, 5,
     FALSE},
    {"holding", "reply/holding@5", "link", FALSE, "answered", 1, 0, 5, FALSE},
    {"substantive", "reply/substantive@5", "link", FALSE, "answered", 1, 0, 5, FALSE},
    {"support", "reply/support@5", "link", FALSE, "answered", 1, 0, 5, TRUE},
    {"declined", "reply/declined@5", "link", FALSE, "declined", 1, 0, 5, FALSE},
    {"objection", "link/objection@5", "reply", FALSE, "objected", 1, 0, 5, FALSE},
    {"wrong addressee", "link/wrong-addressee@5", "reply", FALSE, "wrong-addressee", 1, 0, 5, FALSE},
    {"a lesser answer later", "letter/substantive@5 link/receipt@9", "link", FALSE, "answered", 1, 0, 5,
     FALSE},
    {"a greater answer later", "link/receipt@5 letter/substantive@9", "link", FALSE, "answered", 2, 0, 5,
     FALSE},
    {"displayed after a letter", "letter/receipt@5 displayed/receipt@9", "link", FALSE, "answered", 1, 0, 5,
     FALSE},
    {"the same meaning by a stronger kind", "link/receipt@5 letter/receipt@9", "link", FALSE, "answered", 2,
     0, 5, FALSE},
    {"the same twice: the earlier", "link/receipt@9 link/receipt@5", "link", FALSE, "answered", 2, 0, 5,
     FALSE},
    {"an objection beside an answer", "letter/substantive@5 link/objection@9", "link", FALSE, "answered", 1,
     2, 5, FALSE},
    {"a press beside declining", "letter/declined@5 link/receipt@9", "link", FALSE, "answered", 2, 1, 9,
     FALSE},
    {"declining beside a press that does not count", "letter/declined@5 link/receipt@9", "letter", FALSE,
     "declined", 1, 0, 5, FALSE},
    {"the latest objection beside", "link/wrong-addressee@1 letter/receipt@5 link/objection@9", "link", FALSE,
     "answered", 2, 3, 5, FALSE},
    {"waived after an objection", "link/objection@5", "link", TRUE, "waived", 0, 1, 0, FALSE},
    {"answered although waived", "letter/receipt@5", "link", TRUE, "answered", 1, 0, 5, FALSE},
    {"corrected upwards", "letter/receipt@5 letter/support@6!1", "link", FALSE, "answered", 2, 0, 6, TRUE},
    {"corrected downwards", "letter/support@5 letter/receipt@6!1", "link", FALSE, "answered", 2, 0, 6, FALSE},
    {"corrected away", "letter/support@5 letter/none@6!1", "link", FALSE, "silent", 0, 0, 0, FALSE},
    {"a correction corrected", "letter/support@5 letter/none@6!1 letter/holding@7!2", "link", FALSE,
     "answered", 3, 0, 7, FALSE},
    {"an objection corrected away", "link/objection@5 telephone/none@6!1", "link", FALSE, "silent", 0, 0, 0,
     FALSE},
};

static GPtrArray *read_events(const char *text) {
  GPtrArray *events = g_ptr_array_new_with_free_func((GDestroyNotify)acknowledgement_free);
  g_auto(GStrv) words = g_strsplit(text, " ", -1);
  for (int i = 0; words[i] != NULL && *words[i] != '\0'; i++) {
    g_auto(GStrv) parts = g_strsplit_set(words[i], "/@!", -1);
    Acknowledgement *e = g_new0(Acknowledgement, 1);
    e->id = i + 1;
    e->kind = acknowledgement_kind_of(parts[0]);
    e->meaning = acknowledgement_meaning_of(parts[1]);
    assert_true(e->kind < ACKNOWLEDGEMENT_KINDS && e->meaning < MEANINGS);
    e->received_at = g_ascii_strtoll(parts[2], NULL, 10);
    e->corrects = parts[3] != NULL ? g_ascii_strtoll(parts[3], NULL, 10) : 0;
    g_ptr_array_add(events, e);
  }
  return events;
}

static int number_of(const Acknowledgement *event) {
  return event != NULL ? (int)event->id : 0;
}

static void every_row(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    const Row *row = &rows[i];
    g_autoptr(GPtrArray) events = read_events(row->events);
    Standing s = standing_of(events, acknowledgement_kind_of(row->from), row->waived);
    if (strcmp(standing_state_name(s.state), row->state) != 0 || number_of(s.shown) != row->shown ||
        number_of(s.beside) != row->beside || s.since != row->since || s.support != row->support)
      fail_msg("%s: %s, shown %d, beside %d, since %d, support %d", row->name, standing_state_name(s.state),
               number_of(s.shown), number_of(s.beside), (int)s.since, s.support);
  }
}

static void kinds_stand_in_the_order_of_mailings(void **state) {
  (void)state;
  for (int i = 0; mailing_kinds[i] != NULL; i++)
    assert_int_equal(acknowledgement_kind_of(mailing_kinds[i]), ACKNOWLEDGEMENT_LINK + i);
  assert_int_equal(acknowledgement_kind_of("portal") + 1, ACKNOWLEDGEMENT_KINDS);
  for (int i = 0; i < STANDING_STATES; i++)
    assert_int_equal(standing_state_of(standing_state_name((enum standing_state)i)), i);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_row),
                                     cmocka_unit_test(kinds_stand_in_the_order_of_mailings)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
