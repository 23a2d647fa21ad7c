/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proposals_fixture.h"

static void load(Fixture *f, gint64 number, Edition *ret) {
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->contacts.store, &link, error));
  assert_done(edition_load(link, 1, number, ret, error));
}

/* "6: 0 theme; 1 Roles; 3 ", in English. */
static void assert_edition(Fixture *f, gint64 number, const char *wanted) {
  g_auto(Edition) edition = {0};
  load(f, number, &edition);
  g_autoptr(GString) found = g_string_new(NULL);
  g_string_append_printf(found, "%d:", (int)edition.number);
  for (guint i = 0; i < edition.questions->len; i++) {
    const Question *q = edition.questions->pdata[i];
    g_string_append_printf(found, "%s %d %s", i > 0 ? ";" : "", (int)q->number,
                           question_words(q, LANGUAGE_EN));
  }
  assert_string_equal(found->str, wanted);
}

static void words(void **state) {
  Fixture *f = *state;
  const char *theme[LANGUAGE_COUNT] = {[LANGUAGE_FR] = "Le cap"};
  const char *roles[LANGUAGE_COUNT] = {[LANGUAGE_FR] = "Rôles", [LANGUAGE_EN] = " Roles  of States "};
  assert_edition(f, 0, "1: 0 ");
  assert_done(edition_word(&f->contacts, &marie, 0, theme, error));
  assert_done(edition_word(&f->contacts, &marie, 1, roles, error));
  enter(f, 1, "x");
  assert_edition(f, 0, "1: 0 Le cap; 1 Roles of States");
  roles[LANGUAGE_EN] = "";
  roles[LANGUAGE_FR] = NULL;
  assert_done(edition_word(&f->contacts, &marie, 1, roles, error));
  assert_edition(f, 0, "1: 0 Le cap; 1 Rôles");
  assert_fault(FAULT_INPUT, "from 1 to 99", edition_word(&f->contacts, &marie, 100, roles, error));
  roles[LANGUAGE_FR] = "two\nlines";
  assert_fault(FAULT_INPUT, "fr", edition_word(&f->contacts, &marie, 1, roles, error));
  assert_fault(FAULT_FORBIDDEN, "paul", edition_word(&f->contacts, &paul, 1, roles, error));
}

/* What came before an edition had its number is of the first that has one. */
static void numbers(void **state) {
  Fixture *f = *state;
  const char *roles[LANGUAGE_COUNT] = {[LANGUAGE_EN] = "Roles"};
  enter(f, 1, "early");
  assert_done(edition_word(&f->contacts, &marie, 1, roles, error));
  assert_done(edition_begin(&f->contacts, &marie, 6, error));
  assert_edition(f, 0, "6: 0 ; 1 Roles");
  assert_int_equal(edition_begin(&f->contacts, &marie, 6, NULL), 1);
  assert_done(edition_begin(&f->contacts, &marie, 7, error));
  assert_edition(f, 0, "7: 0 ");
  assert_edition(f, 6, "6: 0 ; 1 Roles");
  assert_fault(FAULT_RULE, "edition 6 is over", edition_begin(&f->contacts, &marie, 6, error));
  assert_fault(FAULT_INPUT, "from 1 to 999", edition_begin(&f->contacts, &marie, 1000, error));
  assert_fault(FAULT_FORBIDDEN, "paul", edition_begin(&f->contacts, &paul, 8, error));
  g_auto(Edition) edition = {0};
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->contacts.store, &link, error));
  assert_fault(FAULT_ABSENT, "no edition 5", edition_load(link, 1, 5, &edition, error));
}

static void counts(void **state) {
  Fixture *f = *state;
  gint64 a = enter(f, 2, "a"), b = enter(f, 2, "b"), c = enter(f, 2, "c");
  enter(f, 0, "d");
  enter_as(f, &marie, &(ProposalDraft){.text = "e", .question = 2, .author = fixture_id(f, "O1")});
  assert_done(synthesis_merge(&f->contacts, &paul, a, b, error));
  assert_done(synthesis_set_aside(&f->contacts, &paul, c, "why", FALSE, error));
  g_auto(Edition) all = {0}, seen = {0};
  g_autoptr(Link) link = NULL;
  load(f, 0, &all);
  const Question *q = all.questions->pdata[1];
  const gint64 wanted[PROPOSAL_STATES] = {
      [PROPOSAL_SUBMITTED] = 2, [PROPOSAL_MERGED] = 1, [PROPOSAL_SET_ASIDE] = 1};
  assert_memory_equal(q->counts, wanted, sizeof wanted);
  assert_int_equal(((const Question *)all.questions->pdata[0])->counts[PROPOSAL_SUBMITTED], 1);
  assert_done(store_read(f->contacts.store, &link, error));
  assert_done(edition_load(link, 0, 0, &seen, error));
  assert_int_equal(((const Question *)seen.questions->pdata[1])->counts[PROPOSAL_SUBMITTED], 1);
}

static gint64 most(Fixture *f) {
  g_autoptr(Link) link = NULL;
  gint64 n = 0;
  assert_done(store_read(f->contacts.store, &link, error));
  assert_done(edition_most(link, 1, &n, error));
  return n;
}

static void greatest(void **state) {
  Fixture *f = *state;
  const char *words_of[LANGUAGE_COUNT] = {[LANGUAGE_PT] = "Comuns"};
  assert_int_equal(most(f), EDITION_QUESTIONS);
  enter(f, 12, "a");
  assert_int_equal(most(f), 12);
  assert_done(edition_word(&f->contacts, &marie, 4, words_of, error));
  assert_int_equal(most(f), 4);
}

int main(void) {
  const struct CMUnitTest tests[] = {FORUM(words), FORUM(numbers), FORUM(counts), FORUM(greatest)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
