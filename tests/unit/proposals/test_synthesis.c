/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proposals_fixture.h"

static void assert_merged(Fixture *f, gint64 kept, gint64 gone) {
  assert_done(synthesis_merge(&f->contacts, &paul, kept, gone, error));
}

/* C goes into B, B into A; B comes out with C. */
static void transitive(void **state) {
  Fixture *f = *state;
  gint64 a = enter(f, 1, "a"), b = enter(f, 1, "b"), c = enter(f, 2, "c"), d = enter(f, 1, "d");
  assert_merged(f, b, c);
  assert_merged(f, a, b);
  assert_merged(f, c, d); /* into one that is merged: with it into A */
  assert_stands(f, b, "merged 0 1 1");
  assert_stands(f, c, "merged 0 2 1");
  assert_stands(f, d, "merged 0 3 1");
  assert_done(synthesis_take_back(&f->contacts, &paul, b, error));
  assert_stands(f, a, "submitted 0 0 1");
  assert_stands(f, b, "moderated 0 0 2");
  assert_stands(f, c, "merged 0 2 2");
  assert_stands(f, d, "merged 0 3 2");
  assert_done(synthesis_take_back(&f->contacts, &paul, c, error));
  assert_stands(f, b, "moderated 0 0 2");
  assert_stands(f, c, "moderated 0 0 3");
  assert_stands(f, d, "merged 0 3 3");
  g_autofree char *history = history_of(f, b);
  assert_string_equal(history, "submitted>submitted merged>merged taken-back>moderated");
}

static void no_circle(void **state) {
  Fixture *f = *state;
  gint64 a = enter(f, 1, "a"), b = enter(f, 1, "b"), c = enter(f, 1, "c");
  assert_merged(f, a, b);
  assert_merged(f, b, c);
  assert_fault(FAULT_RULE, "P-3 went into P-1", synthesis_merge(&f->contacts, &paul, c, a, error));
  assert_fault(FAULT_RULE, "P-2 is merged already", synthesis_merge(&f->contacts, &paul, c, b, error));
  assert_fault(FAULT_INPUT, "itself", synthesis_merge(&f->contacts, &paul, a, a, error));
  assert_fault(FAULT_ABSENT, "P-99", synthesis_merge(&f->contacts, &paul, a, 99, error));
}

static void not_into(void **state) {
  Fixture *f = *state;
  gint64 a = enter(f, 1, "a"), b = enter(f, 1, "b"), c = enter(f, 1, "c");
  assert_merged(f, a, b);
  assert_done(synthesis_set_aside(&f->contacts, &paul, a, "why", FALSE, error));
  assert_fault(FAULT_RULE, "P-1 is set aside", synthesis_merge(&f->contacts, &paul, a, c, error));
  assert_fault(FAULT_RULE, "P-1 is set aside", synthesis_merge(&f->contacts, &paul, b, c, error));
  assert_fault(FAULT_RULE, "set-aside and cannot become merged",
               synthesis_merge(&f->contacts, &paul, c, a, error));
  assert_done(edition_begin(&f->contacts, &marie, 6, error));
  assert_done(edition_begin(&f->contacts, &marie, 7, error));
  gint64 later = enter(f, 1, "of another edition");
  assert_fault(FAULT_RULE, "two editions", synthesis_merge(&f->contacts, &paul, later, c, error));
}

/* Nobody who sees attendees alone loses one of theirs in an office's. */
static void offices(void **state) {
  Fixture *f = *state;
  gint64 open = enter(f, 1, "a");
  const ProposalDraft draft = {.text = "of an office", .question = 1, .author = fixture_id(f, "O1")};
  gint64 office = enter_as(f, &marie, &draft);
  assert_fault(FAULT_RULE, "merge P-2 into P-1", synthesis_merge(&f->contacts, &marie, office, open, error));
  assert_fault(FAULT_ABSENT, "P-2", synthesis_merge(&f->contacts, &paul, open, office, error));
  assert_done(synthesis_merge(&f->contacts, &marie, open, office, error));
  assert_fault(FAULT_ABSENT, "P-2", synthesis_take_back(&f->contacts, &paul, office, error));
}

/* Numbers that many of a question have: "3 1 2". */
static void assert_order(Fixture *f, gint64 question, const char *wanted) {
  g_autoptr(Link) link = NULL;
  g_autoptr(GPtrArray) rows = NULL;
  g_autoptr(GString) found = g_string_new(NULL);
  ProposalFilter filter = PROPOSAL_FILTER_ANY;
  filter.question = question;
  filter.state = PROPOSAL_IN_SYNTHESIS;
  assert_done(store_read(f->contacts.store, &link, error));
  assert_done(proposal_list(link, 1, &filter, &rows, error));
  for (gint64 place = 1; place <= rows->len; place++)
    for (guint i = 0; i < rows->len; i++)
      if (((const Proposal *)rows->pdata[i])->place == place)
        g_string_append_printf(found, "%s%d", place > 1 ? " " : "",
                               (int)((const Proposal *)rows->pdata[i])->id);
  if (strcmp(found->str, wanted) != 0)
    fail_msg("question %d: \"%s\", wanted \"%s\"", (int)question, found->str, wanted);
}

static void order(void **state) {
  Fixture *f = *state;
  for (int i = 1; i <= 6; i++) {
    g_autofree char *text = g_strdup_printf("words %d", i);
    enter(f, 2, text);
  }
  assert_done(synthesis_order(&f->contacts, &paul, 2, (gint64[]){3, 1, 2}, 3, error));
  assert_order(f, 2, "3 1 2");
  assert_done(synthesis_order(&f->contacts, &paul, 2, (gint64[]){2, 4}, 2, error));
  assert_order(f, 2, "2 4 3 1");
  assert_done(synthesis_order(&f->contacts, &paul, 2, (gint64[]){2, 4, 3, 1}, 4, error));
  assert_order(f, 2, "2 4 3 1");
  g_autofree char *history = history_of(f, 2);
  assert_string_equal(history, "submitted>submitted placed>in-synthesis placed>in-synthesis");
  assert_done(synthesis_take_back(&f->contacts, &paul, 4, error));
  assert_order(f, 2, "2 3 1");
  assert_done(synthesis_set_aside(&f->contacts, &paul, 2, "why", FALSE, error));
  assert_order(f, 2, "3 1");
  assert_merged(f, 5, 3);
  assert_order(f, 2, "1");
  assert_stands(f, 1, "in-synthesis 1 0 1");
}

static void order_refused(void **state) {
  Fixture *f = *state;
  gint64 a = enter(f, 2, "a"), b = enter(f, 2, "b"), other = enter(f, 1, "c");
  g_autofree gint64 *many = g_new0(gint64, PROPOSALS_AT_ONCE_MAX + 1);
  assert_merged(f, a, b);
  assert_fault(FAULT_RULE, "merged and cannot",
               synthesis_order(&f->contacts, &paul, 2, (gint64[]){a, b}, 2, error));
  assert_fault(FAULT_RULE, "P-3 is not on question 2",
               synthesis_order(&f->contacts, &paul, 2, (gint64[]){a, other}, 2, error));
  assert_fault(FAULT_INPUT, "twice", synthesis_order(&f->contacts, &paul, 2, (gint64[]){a, a}, 2, error));
  assert_fault(FAULT_INPUT, "from 1 to 99", synthesis_order(&f->contacts, &paul, 0, &a, 1, error));
  assert_fault(FAULT_INPUT, "name from 1",
               synthesis_order(&f->contacts, &paul, 2, many, PROPOSALS_AT_ONCE_MAX + 1, error));
  assert_order(f, 2, "");
  assert_stands(f, a, "submitted 0 0 1");
}

static void aside(void **state) {
  Fixture *f = *state;
  gint64 a = enter(f, 1, "a"), b = enter(f, 1, "b");
  assert_fault(FAULT_INPUT, "reason: is missing",
               synthesis_set_aside(&f->contacts, &paul, a, " ", FALSE, error));
  assert_done(synthesis_set_aside(&f->contacts, &paul, a, "hors du sujet", FALSE, error));
  g_autoptr(Proposal) p = find(f, a);
  assert_string_equal(p->reason, "hors du sujet");
  assert_fault(FAULT_RULE, "take-back P-1", synthesis_set_aside(&f->contacts, &paul, a, "x", FALSE, error));
  assert_done(synthesis_take_back(&f->contacts, &paul, a, error));
  g_autoptr(Proposal) back = find(f, a);
  assert_null(back->reason);
  assert_fault(FAULT_RULE, "nothing to take back", synthesis_take_back(&f->contacts, &paul, a, error));
  assert_fault(FAULT_RULE, "nothing to take back", synthesis_take_back(&f->contacts, &paul, b, error));
}

static void erased(void **state) {
  Fixture *f = *state;
  gint64 a = enter(f, 1, "a"), b = enter(f, 1, "b");
  assert_done(synthesis_set_aside(&f->contacts, &paul, a, "why", TRUE, error));
  assert_done(synthesis_set_aside(&f->contacts, &paul, b, "why", FALSE, error));
  assert_done(synthesis_set_aside(&f->contacts, &paul, b, "his wish", TRUE, error)); /* later */
  for (gint64 id = a; id <= b; id++) {
    g_autoptr(Proposal) p = find(f, id);
    assert_string_equal(p->text, "");
    assert_int_equal(p->state, PROPOSAL_SET_ASIDE);
    assert_fault(FAULT_RULE, "were erased", synthesis_take_back(&f->contacts, &paul, id, error));
  }
  assert_int_not_equal(enter(f, 1, "a"), a); /* nothing of the words is known any more */
}

static void ceiling(void **state) {
  Fixture *f = *state;
  g_autoptr(GArray) drafts = g_array_new(FALSE, FALSE, sizeof(ProposalDraft));
  g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
  for (int i = 0; i < PROPOSALS_AT_ONCE_MAX; i++) {
    g_ptr_array_add(texts, g_strdup_printf("words %d", i));
    const ProposalDraft draft = {.text = texts->pdata[i], .language = "fr", .question = 1};
    g_array_append_val(drafts, draft);
  }
  gint64 started = g_get_monotonic_time();
  for (int half = 0; half < 2; half++) {
    g_autoptr(GArray) entered = NULL;
    for (guint i = 0; i < drafts->len; i++)
      g_array_index(drafts, ProposalDraft, i).question = half + 1;
    assert_done(proposal_enter(&f->contacts, &paul, (ProposalDraft *)(void *)drafts->data, drafts->len,
                               &entered, NULL, error));
  }
  print_message("%d entered in %.3f s\n", 2 * PROPOSALS_AT_ONCE_MAX,
                (double)(g_get_monotonic_time() - started) / 1e6);
  for (gint64 id = 2; id <= SYNTHESIS_SOURCES_MAX; id++)
    assert_merged(f, 1, id);
  gint64 more = enter(f, 3, "more");
  assert_fault(FAULT_RULE, "more than 1000 sources", synthesis_merge(&f->contacts, &paul, 1, more, error));
}

int main(void) {
  const struct CMUnitTest tests[] = {FORUM(transitive), FORUM(no_circle), FORUM(not_into),
                                     FORUM(offices),    FORUM(order),     FORUM(order_refused),
                                     FORUM(aside),      FORUM(erased),    FORUM(ceiling)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
