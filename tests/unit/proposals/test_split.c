/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proposals_fixture.h"

static gint64 whole(Fixture *f, const char *text) {
  const ProposalDraft draft = {
      .text = text, .language = "pt", .author = fixture_id(f, "A1"), .workshop = "petit"};
  return enter_as(f, &paul, &draft);
}

static void by_hand(void **state) {
  Fixture *f = *state;
  gint64 id = whole(f, "a fund and schools");
  const SplitPart parts[] = {{1, "a fund"}, {0, "schools"}};
  g_autoptr(GArray) made = NULL;
  assert_done(split_proposal(&f->contacts, &paul, id, parts, 2, &made, error));
  g_autoptr(Proposal) first = find(f, 2), second = find(f, 3), old = find(f, id);
  assert_string_equal(first->text, "a fund");
  assert_int_equal(first->question, 1);
  assert_int_equal(second->question, 0);
  assert_int_equal(first->split_from, id);
  assert_int_equal(first->author, fixture_id(f, "A1"));
  assert_string_equal(first->workshop_name, "petit");
  assert_string_equal(first->language, "pt");
  assert_string_equal(old->reason, "split into P-2, P-3");
  g_autofree char *history = history_of(f, id);
  assert_string_equal(history, "submitted>submitted split>set-aside");
}

static void by_numbers(void **state) {
  Fixture *f = *state;
  gint64 id = whole(f, "1) a fund\n2) schools");
  g_autoptr(GArray) made = NULL;
  assert_done(split_proposal(&f->contacts, &paul, id, NULL, 0, &made, error));
  assert_int_equal(made->len, 2);
  g_autoptr(Proposal) second = find(f, 3);
  assert_int_equal(second->question, 2);
  assert_string_equal(second->text, "schools");
}

static void refused(void **state) {
  Fixture *f = *state;
  gint64 id = whole(f, "a fund and schools"), other = enter(f, 1, "other");
  const SplitPart good[] = {{1, "a"}}, empty[] = {{1, "a"}, {2, " "}};
  g_autoptr(GArray) made = NULL;
  assert_fault(FAULT_RULE, "go by the numbers",
               split_proposal(&f->contacts, &paul, id, NULL, 0, &made, error));
  assert_fault(FAULT_INPUT, "no words", split_proposal(&f->contacts, &paul, id, empty, 2, &made, error));
  assert_done(synthesis_merge(&f->contacts, &paul, id, other, error));
  assert_fault(FAULT_RULE, "others went into P-1",
               split_proposal(&f->contacts, &paul, id, good, 1, &made, error));
  assert_fault(FAULT_RULE, "P-2 is merged",
               split_proposal(&f->contacts, &paul, other, good, 1, &made, error));
  assert_listed(f, &PROPOSAL_FILTER_ANY, 1, "1 2");
}

/* An office's stays an office's, whoever wrote it. */
static void restricted(void **state) {
  Fixture *f = *state;
  const ProposalDraft draft = {.text = "1) a\n2) b", .language = "fr", .restricted = TRUE};
  gint64 id = enter_as(f, &marie, &draft);
  g_autoptr(GArray) made = NULL;
  assert_done(split_proposal(&f->contacts, &marie, id, NULL, 0, &made, error));
  assert_listed(f, &PROPOSAL_FILTER_ANY, 0, "");
}

int main(void) {
  const struct CMUnitTest tests[] = {FORUM(by_hand), FORUM(by_numbers), FORUM(refused), FORUM(restricted)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
