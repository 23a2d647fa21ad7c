/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proposals/offer.h"

#include "proposals_fixture.h"

static int offer(Fixture *f, const OfferPart *parts, gsize count, GArray **ret, GError **error) {
  const OfferLetter letter = {.delivery = 42, .contact = fixture_id(f, "A1"), .language = "es"};
  return offer_take(&f->contacts, &letter, parts, count, ret, error);
}

static void facts(void **state) {
  Fixture *f = *state;
  const OfferPart parts[] = {{1, "un fondo\r\npara todos"}, {0, "escuelas"}};
  g_autoptr(GArray) entered = NULL, again = NULL;
  assert_done(offer(f, parts, 2, &entered, error));
  assert_done(offer(f, parts, 2, &again, error));
  assert_int_equal(again->len, 2);
  assert_true(g_array_index(again, ProposalEntered, 1).known);
  assert_listed(f, &PROPOSAL_FILTER_ANY, 0, "1 2");
  g_autoptr(Proposal) p = find(f, 1);
  assert_string_equal(p->text, "un fondo\npara todos");
  assert_string_equal(p->language, "es");
  assert_string_equal(p->entered_by, "recipient");
  assert_string_equal(p->author_name, "Norvane1");
  assert_int_equal(p->delivery, 42);
}

/* All of a form is taken, or nothing. */
static void whole(void **state) {
  Fixture *f = *state;
  const OfferPart parts[] = {{1, "good"}, {2, "b\001d"}};
  g_autoptr(GArray) entered = NULL;
  assert_fault(FAULT_INPUT, "text", offer(f, parts, 2, &entered, error));
  assert_listed(f, &PROPOSAL_FILTER_ANY, 1, "");
}

static void ceiling(void **state) {
  Fixture *f = *state;
  for (int i = 0; i < OFFERS_MAX; i++) {
    g_autofree char *text = g_strdup_printf("words %d", i);
    g_autoptr(GArray) entered = NULL;
    assert_done(offer(f, &(OfferPart){1, text}, 1, &entered, error));
  }
  g_autoptr(GArray) more = NULL;
  assert_int_equal(offer(f, &(OfferPart){1, "one too many"}, 1, &more, NULL), OFFER_FULL);
  ProposalFilter filter = PROPOSAL_FILTER_ANY;
  filter.after = OFFERS_MAX;
  assert_listed(f, &filter, 1, "");
}

static void of_an_office(void **state) {
  Fixture *f = *state;
  const OfferLetter letter = {
      .delivery = 43, .contact = fixture_id(f, "A1"), .language = "fr", .restricted = TRUE};
  g_autoptr(GArray) entered = NULL;
  assert_done(offer_take(&f->contacts, &letter, &(OfferPart){1, "secret"}, 1, &entered, error));
  assert_listed(f, &PROPOSAL_FILTER_ANY, 0, "");
}

int main(void) {
  const struct CMUnitTest tests[] = {FORUM(facts), FORUM(whole), FORUM(ceiling), FORUM(of_an_office)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
