/* SPDX-License-Identifier: GPL-3.0-or-later */
/* proposals_fixture.h - an attendee, an office, a workshop of twelve, and proposals of theirs */
#pragma once

#include "proposals/draft.h"
#include "proposals/split.h"
#include "proposals/synthesis.h"

#define FIXTURE_SCHEMA &proposals_schema,
#include "unit/contacts/contacts_fixture.h"

static inline void forum_people(Fixture *f) {
  g_autoptr(GString) text = g_string_new("id;nom;pays;langue;listes\n");
  gint64 list;
  assert_done(list_create(&f->contacts, &marie, "atelier", NULL, TRUE, 2, &list, error));
  assert_done(list_create(&f->contacts, &marie, "petit", NULL, TRUE, 0, &list, error));
  assert_done(list_create(&f->contacts, &marie, "plain", NULL, FALSE, 0, &list, error));
  for (int i = 0; i < 12; i++)
    g_string_append_printf(text, "A%d;Norvane%d;FR;es fr;atelier\n", i, i);
  fixture_take(f, text->str);
  fixture_take(f, "id;type;type de fonction;pays;langue\nO1;fonction;president;XA;fr\n");
}

static inline int forum_setup(void **state) {
  fixture_setup(state);
  forum_people(*state);
  return 0;
}

/* Enters DRAFT as ACTOR; its number. */
static inline gint64 enter_as(Fixture *f, const Actor *actor, const ProposalDraft *draft) {
  g_autoptr(GArray) entered = NULL;
  assert_done(proposal_enter(&f->contacts, actor, draft, 1, &entered, NULL, error));
  return g_array_index(entered, ProposalEntered, 0).id;
}

static inline gint64 enter(Fixture *f, gint64 question, const char *text) {
  return enter_as(f, &marie, &(ProposalDraft){.question = question, .text = text, .language = "fr"});
}

static inline Proposal *find(Fixture *f, gint64 id) {
  g_autoptr(Link) link = NULL;
  Proposal *p = NULL;
  assert_done(store_read(f->contacts.store, &link, error));
  assert_done(proposal_find(link, 1, id, &p, error));
  return p;
}

/* State, place, what it went into and its item, as in "merged 0 3 5". */
static inline void assert_stands(Fixture *f, gint64 id, const char *wanted) {
  g_autoptr(Proposal) p = find(f, id);
  g_autofree char *found = g_strdup_printf("%s %d %d %d", proposal_state_name(p->state), (int)p->place,
                                           (int)p->merged_into, (int)p->item);
  if (strcmp(found, wanted) != 0)
    fail_msg("P-%d: \"%s\", wanted \"%s\"", (int)id, found, wanted);
}

/* "submitted>submitted moderated>moderated …": the deeds, each with the state after it. */
static inline char *history_of(Fixture *f, gint64 id) {
  g_autoptr(Link) link = NULL;
  g_autoptr(GPtrArray) steps = NULL;
  GString *text = g_string_new(NULL);
  assert_done(store_read(f->contacts.store, &link, error));
  assert_done(proposal_history(link, 1, id, &steps, error));
  for (guint i = 0; i < steps->len; i++) {
    const ProposalStep *step = steps->pdata[i];
    g_string_append_printf(text, "%s%s>%s", i > 0 ? " " : "", proposal_deed_name(step->deed),
                           proposal_state_name(step->to));
  }
  return g_string_free(text, FALSE);
}

/* Ids of what FILTER finds for CLEARANCE: "1 2 5". */
static inline char *listed(Fixture *f, const ProposalFilter *filter, gint64 clearance) {
  g_autoptr(Link) link = NULL;
  g_autoptr(GPtrArray) rows = NULL;
  GString *text = g_string_new(NULL);
  assert_done(store_read(f->contacts.store, &link, error));
  assert_done(proposal_list(link, clearance, filter, &rows, error));
  for (guint i = 0; i < rows->len; i++)
    g_string_append_printf(text, "%s%d", i > 0 ? " " : "", (int)((const Proposal *)rows->pdata[i])->id);
  return g_string_free(text, FALSE);
}

static inline void assert_listed(Fixture *f, const ProposalFilter *filter, gint64 clearance,
                                 const char *wanted) {
  g_autofree char *found = listed(f, filter, clearance);
  assert_string_equal(found, wanted);
}

static inline int append_to(const char *bytes, gsize length, gpointer data, GError **error) {
  (void)error;
  g_string_append_len(data, bytes, (gssize)length);
  return 0;
}

typedef int (*DraftOf)(Link *link, gint64 clearance, const DraftTerms *terms, DraftSink sink, gpointer data,
                       GError **error);
static inline char *draft_text(Fixture *f, DraftOf draft, gint64 clearance, gint64 question) {
  g_autoptr(Link) link = NULL;
  GString *text = g_string_new(NULL);
  g_autoptr(GTimeZone) zone = g_time_zone_new_utc();
  const DraftTerms terms = {
      .question = question, .language = LANGUAGE_EN, .zone = zone, .now = clock_wall(f->contacts.clock)};
  assert_done(store_read(f->contacts.store, &link, error));
  assert_done(draft(link, clearance, &terms, append_to, text, error));
  return g_string_free(text, FALSE);
}

#define FORUM(test) cmocka_unit_test_setup_teardown(test, forum_setup, fixture_teardown)
