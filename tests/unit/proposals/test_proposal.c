/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proposals_fixture.h"

#include "contacts/merge.h"
#include "contacts/tenure.h"

/* ---- the door: every change that there is, and is not, in the drawing ---- */

#define STATES "submitted moderated merged set-aside in-synthesis"

/* From the state of each row to the state of each column: 1 where the drawing has it. */
static const char *const drawn[PROPOSAL_STATES] = {
    [PROPOSAL_SUBMITTED] = "01111", [PROPOSAL_MODERATED] = "00111",    [PROPOSAL_MERGED] = "01000",
    [PROPOSAL_SET_ASIDE] = "01000", [PROPOSAL_IN_SYNTHESIS] = "01111",
};

typedef struct {
  Proposal *p;
  enum proposal_state to;
  gint64 other;
} Try;

static int attempt(const ProposalUnit *unit, gpointer data, GError **error) {
  const Try *t = data;
  return proposal_change(unit, t->p, DEED_MODERATED, t->to,
                         &(ProposalTurn){.other = t->other, .place = 1, .note = "why"}, error);
}

/* Brings a new proposal to STATE. */
static Proposal *in_state(Fixture *f, enum proposal_state state, gint64 other, int number) {
  g_autofree char *text = g_strdup_printf("words %d", number);
  Proposal *p = find(f, enter(f, 1, text));
  Try try = {p, state, other};
  if (state != PROPOSAL_SUBMITTED)
    assert_done(proposal_write(&f->contacts, &marie, attempt, &try, error));
  return p;
}

static void door(void **state) {
  Fixture *f = *state;
  gint64 other = enter(f, 1, "other");
  for (int from = 0; from < PROPOSAL_STATES; from++)
    for (int to = 0; to < PROPOSAL_STATES; to++) {
      g_autoptr(Proposal) p = in_state(f, (enum proposal_state)from, other, from * PROPOSAL_STATES + to);
      Try try = {p, (enum proposal_state)to, other};
      int r = proposal_write(&f->contacts, &marie, attempt, &try, NULL);
      int wanted = drawn[from][to] == '1' ? 0 : FAULT_RULE;
      if (r != wanted)
        fail_msg("%s to %s: %d, wanted %d", proposal_state_name((enum proposal_state)from),
                 proposal_state_name((enum proposal_state)to), r, wanted);
    }
}

/* Who read it before somebody else changed it is told so. */
static void fenced(void **state) {
  Fixture *f = *state;
  gint64 id = enter(f, 1, "words");
  g_autoptr(Proposal) old = find(f, id);
  assert_done(proposal_moderate(&f->contacts, &paul, &id, 1, error));
  Try try = {old, PROPOSAL_SET_ASIDE, 0};
  assert_fault(FAULT_BUSY, "P-1", proposal_write(&f->contacts, &marie, attempt, &try, error));
}

static void names(void **state) {
  (void)state;
  g_auto(GStrv) all = g_strsplit(STATES, " ", 0);
  for (int i = 0; i < PROPOSAL_STATES; i++) {
    assert_string_equal(proposal_state_name((enum proposal_state)i), all[i]);
    assert_int_equal(proposal_state_of(all[i]), i);
  }
  assert_int_equal(proposal_state_of("nonsense"), PROPOSAL_STATES);
}

/* ---- entering ---- */

static void facts(void **state) {
  Fixture *f = *state;
  g_autoptr(GArray) entered = NULL;
  g_autoptr(GPtrArray) warnings = NULL;
  const ProposalDraft draft = {
      .text = "  un fonds\r\n\r\npour tous \n", .workshop = "atelier", .author = fixture_id(f, "A3")};
  assert_done(proposal_enter(&f->contacts, &paul, &draft, 1, &entered, &warnings, error));
  g_autoptr(Proposal) p = find(f, g_array_index(entered, ProposalEntered, 0).id);
  assert_string_equal(p->text, "un fonds\n\npour tous");
  assert_string_equal(p->language, "es"); /* the author's first: the workshop says none */
  assert_string_equal(p->workshop_name, "atelier");
  assert_string_equal(p->author_name, "Norvane3");
  assert_string_equal(p->entered_by, "paul");
  assert_int_equal(p->question, 2);
  assert_int_equal(p->edition, 1);
  assert_int_equal(p->entered_at, clock_wall(f->contacts.clock));
  assert_false(p->restricted);
  assert_int_equal(warnings->len, 0);
  g_autofree char *history = history_of(f, p->id);
  assert_string_equal(history, "submitted>submitted");
}

static const struct {
  const char *name;
  ProposalDraft draft;
  enum fault code;
  const char *part;
} refusals[] = {
    {"no words", {.text = " \n ", .language = "fr"}, FAULT_INPUT, "no words"},
    {"no text", {.language = "fr"}, FAULT_INPUT, "no words"},
    {"control characters", {.text = "a\001b", .language = "fr"}, FAULT_INPUT, "text"},
    {"no language", {.text = "x"}, FAULT_INPUT, "language: is missing"},
    {"another language", {.text = "x", .language = "de"}, FAULT_INPUT, "\"de\" is none"},
    {"no workshop", {.text = "x", .language = "fr", .workshop = "plain"}, FAULT_RULE, "is no workshop"},
    {"no list", {.text = "x", .language = "fr", .workshop = "nothing"}, FAULT_ABSENT, "nothing"},
    {"no author", {.text = "x", .language = "fr", .author = 999}, FAULT_ABSENT, "C-999"},
    {"no question", {.text = "x", .language = "fr", .question = 100}, FAULT_INPUT, "from 1 to 99"},
    {"with its place", {.text = "", .place = "line 14"}, FAULT_INPUT, "line 14: text"},
};

static void refused(void **state) {
  Fixture *f = *state;
  for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++) {
    g_autoptr(GArray) entered = NULL;
    assert_fault(refusals[i].code, refusals[i].part,
                 proposal_enter(&f->contacts, &paul, &refusals[i].draft, 1, &entered, NULL, error));
  }
  assert_listed(f, &PROPOSAL_FILTER_ANY, 1, "");
}

static void ceilings(void **state) {
  Fixture *f = *state;
  g_autoptr(GArray) entered = NULL;
  g_autofree char *full = g_strnfill(PROPOSAL_TEXT_MAX, 'x'), *more = g_strnfill(PROPOSAL_TEXT_MAX + 1, 'x');
  enter(f, 1, full);
  const ProposalDraft draft = {.text = more, .language = "fr"};
  assert_fault(FAULT_INPUT, "text", proposal_enter(&f->contacts, &paul, &draft, 1, &entered, NULL, error));
  assert_fault(FAULT_INPUT, "from 1 to",
               proposal_enter(&f->contacts, &paul, &draft, PROPOSALS_AT_ONCE_MAX + 1, &entered, NULL, error));
  assert_fault(FAULT_INPUT, "from 1 to", proposal_enter(&f->contacts, &paul, NULL, 0, &entered, NULL, error));
  g_autoptr(Link) link = NULL;
  g_autoptr(GPtrArray) rows = NULL;
  const ProposalFilter filter = {.limit = PROPOSAL_PAGE_MAX + 1};
  assert_done(store_read(f->contacts.store, &link, error));
  assert_fault(FAULT_INPUT, "a page", proposal_list(link, 1, &filter, &rows, error));
}

/* The same from the same is entered once; from others, or on another question, it is another. */
static void once(void **state) {
  Fixture *f = *state;
  const ProposalDraft draft = {.text = "Un fonds.", .workshop = "atelier", .language = "fr"};
  ProposalDraft other = draft, author = draft, spelt = draft;
  other.question = 3;
  author.author = fixture_id(f, "A1");
  spelt.text = "  UN FONDS. ";
  gint64 id = enter_as(f, &paul, &draft);
  assert_int_equal(enter_as(f, &marie, &draft), id);
  assert_int_equal(enter_as(f, &paul, &spelt), id);
  assert_int_not_equal(enter_as(f, &paul, &other), id);
  assert_int_not_equal(enter_as(f, &paul, &author), id);
  g_autofree char *history = history_of(f, id);
  assert_string_equal(history, "submitted>submitted");
}

/* A sheet is taken whole or not at all, and its warnings are said once. */
static void several(void **state) {
  Fixture *f = *state;
  g_autoptr(GArray) entered = NULL, none = NULL;
  g_autoptr(GPtrArray) warnings = NULL;
  ProposalDraft drafts[] = {{.text = "a", .language = "fr", .workshop = "petit"},
                            {.text = "b", .language = "fr", .workshop = "petit"},
                            {.text = "c", .language = "fr", .workshop = "atelier", .question = 1},
                            {.text = "d", .language = "fr", .workshop = "atelier", .question = 1}};
  assert_done(proposal_enter(&f->contacts, &paul, drafts, 4, &entered, &warnings, error));
  assert_int_equal(entered->len, 4);
  assert_int_equal(warnings->len, 2);
  assert_non_null(strstr(warnings->pdata[0], "\"petit\" has 0 seats taken, and should have 10 to 15"));
  assert_non_null(strstr(warnings->pdata[1], "works on question 2"));
  drafts[0].text = "e";
  drafts[3].text = "";
  assert_fault(FAULT_INPUT, "no words", proposal_enter(&f->contacts, &paul, drafts, 4, &none, NULL, error));
  assert_listed(f, &PROPOSAL_FILTER_ANY, 1, "1 2 3 4");
}

static void who_may(void **state) {
  Fixture *f = *state;
  const Actor alma = {.id = 4, .name = "alma", .roles = ROLE_AUDITOR};
  const ProposalDraft draft = {.text = "x", .language = "fr"};
  g_autoptr(GArray) entered = NULL;
  assert_fault(FAULT_FORBIDDEN, "alma",
               proposal_enter(&f->contacts, &alma, &draft, 1, &entered, NULL, error));
  assert_fault(FAULT_FORBIDDEN, "nadia",
               proposal_enter(&f->contacts, &nadia, &draft, 1, &entered, NULL, error));
}

/* ---- who sees what ---- */

static void hidden(void **state) {
  Fixture *f = *state;
  gint64 open = enter(f, 1, "of nobody"), office = fixture_id(f, "O1"), id;
  const ProposalDraft draft = {.text = "of an office", .question = 1, .author = office};
  g_autoptr(GArray) entered = NULL;
  assert_fault(FAULT_ABSENT, "C-", proposal_enter(&f->contacts, &paul, &draft, 1, &entered, NULL, error));
  id = enter_as(f, &marie, &draft);
  assert_listed(f, &PROPOSAL_FILTER_ANY, 1, "1 2");
  assert_listed(f, &PROPOSAL_FILTER_ANY, 0, "1");
  assert_fault(FAULT_ABSENT, "P-2", proposal_moderate(&f->contacts, &paul, &id, 1, error));
  assert_done(proposal_moderate(&f->contacts, &paul, &open, 1, error));
}

/* Somebody who came to hold an office is not named to a volunteer any more. */
static void author_hidden_later(void **state) {
  Fixture *f = *state;
  gint64 person = fixture_id(f, "A1"), tenure;
  gint64 id = enter_as(f, &paul, &(ProposalDraft){.text = "x", .question = 1, .author = person});
  TenureChange change = {.from = 735000};
  assert_done(tenure_set(&f->contacts, &marie, fixture_id(f, "O1"), person, &change, &tenure, error));
  g_autoptr(Link) link = NULL;
  g_autoptr(Proposal) seen = NULL, whole = NULL;
  assert_done(store_read(f->contacts.store, &link, error));
  assert_done(proposal_find(link, 0, id, &seen, error));
  assert_done(proposal_find(link, 1, id, &whole, error));
  assert_int_equal(seen->author, 0);
  assert_null(seen->author_name);
  assert_int_equal(whole->author, person);
}

static void author_merged(void **state) {
  Fixture *f = *state;
  gint64 kept = fixture_id(f, "A1"), gone = fixture_id(f, "A2");
  gint64 id = enter_as(f, &paul, &(ProposalDraft){.text = "x", .question = 1, .author = gone});
  g_auto(MergeReport) report = {0};
  assert_done(merge_contacts(&f->contacts, &marie, kept, gone, FALSE, &report, error));
  g_autoptr(Proposal) p = find(f, id);
  assert_int_equal(p->author, kept);
  assert_string_equal(p->author_name, "Norvane1");
  ProposalFilter filter = PROPOSAL_FILTER_ANY;
  filter.author = kept;
  assert_done(edition_begin(&f->contacts, &marie, 6, error));
  assert_done(edition_begin(&f->contacts, &marie, 7, error));
  assert_listed(f, &filter, 1, "");
  filter.edition = PROPOSAL_ANY;
  assert_listed(f, &filter, 1, "1");
}

static void filters(void **state) {
  Fixture *f = *state;
  g_autoptr(Link) link = NULL;
  gint64 a = enter(f, 1, "a"), atelier;
  enter_as(f, &paul, &(ProposalDraft){.text = "b", .workshop = "atelier", .language = "es"});
  enter(f, 0, "c");
  enter_as(f, &paul, &(ProposalDraft){.text = "d", .question = 1, .author = fixture_id(f, "A1")});
  assert_done(proposal_moderate(&f->contacts, &marie, &a, 1, error));
  assert_done(store_read(f->contacts.store, &link, error));
  assert_done(list_find(link, "atelier", &atelier, error));
  ProposalFilter filter = PROPOSAL_FILTER_ANY;
  filter.question = 1;
  assert_listed(f, &filter, 1, "1 4");
  filter.question = 0;
  assert_listed(f, &filter, 1, "3");
  filter = PROPOSAL_FILTER_ANY;
  filter.state = PROPOSAL_MODERATED;
  assert_listed(f, &filter, 1, "1");
  filter = PROPOSAL_FILTER_ANY;
  filter.language = "es";
  assert_listed(f, &filter, 1, "2 4");
  filter.workshop = atelier;
  assert_listed(f, &filter, 1, "2");
  filter = PROPOSAL_FILTER_ANY;
  filter.author = fixture_id(f, "A1");
  assert_listed(f, &filter, 1, "4");
  filter = (ProposalFilter){.question = PROPOSAL_ANY, .state = PROPOSAL_ANY, .after = 1, .limit = 2};
  assert_listed(f, &filter, 1, "2 3");
  filter = (ProposalFilter){.question = PROPOSAL_ANY, .state = PROPOSAL_ANY, .edition = 2};
  assert_listed(f, &filter, 1, "");
}

/* ---- small changes ---- */

static void assigned(void **state) {
  Fixture *f = *state;
  const gint64 ids[] = {enter(f, 0, "a"), enter(f, 1, "b")};
  const char *words[LANGUAGE_COUNT] = {"Quels rôles ?"};
  assert_done(proposal_assign(&f->contacts, &paul, ids, 2, 3, error));
  assert_done(edition_word(&f->contacts, &marie, 3, words, error));
  assert_fault(FAULT_RULE, "no question 4", proposal_assign(&f->contacts, &paul, ids, 2, 4, error));
  assert_done(synthesis_order(&f->contacts, &paul, 3, ids, 1, error));
  assert_fault(FAULT_RULE, "P-1 has its place", proposal_assign(&f->contacts, &paul, ids, 2, 0, error));
  assert_done(proposal_assign(&f->contacts, &paul, ids + 1, 1, 0, error));
  g_autoptr(Proposal) p = find(f, ids[1]);
  assert_int_equal(p->question, 0);
  g_autofree char *history = history_of(f, ids[1]);
  assert_string_equal(history, "submitted>submitted assigned>submitted assigned>submitted");
}

static void worded(void **state) {
  Fixture *f = *state;
  gint64 id = enter(f, 1, "as it came");
  assert_done(proposal_reword(&f->contacts, &paul, id, "mieux dit", "pt-BR", error));
  g_autoptr(Proposal) p = find(f, id);
  assert_string_equal(p->text, "as it came");
  assert_string_equal(p->wording, "mieux dit");
  assert_string_equal(p->wording_language, "pt");
  assert_fault(FAULT_INPUT, "language", proposal_reword(&f->contacts, &paul, id, "x", "xx", error));
  assert_done(proposal_reword(&f->contacts, &paul, id, "", NULL, error));
  g_autoptr(Proposal) again = find(f, id);
  assert_null(again->wording);
}

/* ---- a person is forgotten ---- */

static int erase(Link *link, gpointer data, GError **error) {
  static const char *const words[] = {"Norvane1", NULL};
  return proposal_erase(link, *(gint64 *)data, words, error);
}

static void forgotten(void **state) {
  Fixture *f = *state;
  gint64 person = fixture_id(f, "A1");
  const ProposalDraft draft = {
      .text = "Norvane1 propose un fonds", .question = 1, .author = person, .language = "fr"};
  gint64 id = enter_as(f, &paul, &draft), other = enter(f, 1, "Norvane1 has said so, says another");
  assert_done(proposal_reword(&f->contacts, &paul, id, "Un fonds (Norvane1)", NULL, error));
  assert_done(synthesis_set_aside(&f->contacts, &paul, id, "Norvane1 le retire", FALSE, error));
  assert_done(store_write(f->contacts.store, erase, &person, error));
  g_autoptr(Proposal) p = find(f, id), kept = find(f, other);
  assert_int_equal(p->author, 0);
  assert_string_equal(p->text, "[…] propose un fonds");
  assert_string_equal(p->wording, "Un fonds ([…])");
  assert_string_equal(p->reason, "[…] le retire");
  assert_string_equal(kept->text,
                      "Norvane1 has said so, says another"); /* not his: others find it in there */
  /* The same words are no longer known by their old digest, nor by their new one of nobody's. */
  assert_int_not_equal(enter_as(f, &paul, &draft), id);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(names), FORUM(door),     FORUM(fenced),  FORUM(facts),
      FORUM(refused),          FORUM(ceilings), FORUM(once),    FORUM(several),
      FORUM(who_may),          FORUM(hidden),   FORUM(filters), FORUM(author_hidden_later),
      FORUM(author_merged),    FORUM(assigned), FORUM(worded),  FORUM(forgotten)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
