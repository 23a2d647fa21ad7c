/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What becomes of a reply: the rows that filing leaves are written here, and the taker is told as filing
 * tells it. */
#include "proposals/taking.h"

#include "acknowledgement/acknowledgement.h"
#include "proposals/edition.h"
#include "proposals/synthesis.h"
#include "reply/intake.h"

#define FIXTURE_SCHEMA &acknowledgement_schema, &reply_schema, &proposals_schema,
#include "unit/mailing/mailing_fixture.h"

typedef struct {
  const char *text; /* NULL: none */
  gint64 id, delivery, mailing, contact, restricted;
} Came;

static int write_message(Link *link, gpointer data, GError **error) {
  const Came *c = data;
  int r =
      link_run(link, error,
               "INSERT INTO inbound (id, size, account, folder, uid_validity, uid, name, placed, received_at,"
               " taken_at, state, restricted, verdict, delivery, mailing, contact)"
               " VALUES (?1, 1, 'ingest', '', 0, 0, '', 0, 0, 0, 'filed', ?2, 'reply', ?3, ?4, ?5)",
               "iiiii", c->id, c->restricted, c->delivery, c->mailing, c->contact);
  if (r >= 0 && c->text != NULL)
    r = link_run(link, error, "INSERT INTO inbound_texts (inbound, text) VALUES (?1, ?2)", "it", c->id,
                 c->text);
  return MIN(r, 0);
}

typedef struct {
  ReplyTaker taker;
  gint64 inbound;
} Told;

static int tell(Link *link, gpointer data, GError **error) {
  const Told *t = data;
  return t->taker.filed(t->taker.self, link, t->inbound, error);
}

/* The first delivery of MAILING, which the message then answers. */
static DeliveryRow *first_delivery(Fixture *f, gint64 mailing) {
  g_autoptr(Link) link = NULL;
  g_autoptr(GPtrArray) rows = NULL;
  DeliveryRow *row = NULL;
  const DeliveryFilter filter = {.mailing = mailing, .limit = 1};
  assert_done(store_read(f->store, &link, error));
  assert_done(outbox_list(link, 1, &filter, &rows, error));
  assert_int_equal(rows->len, 1);
  assert_done(outbox_find(link, 1, ((const DeliveryRow *)rows->pdata[0])->id, &row, error));
  return row;
}

static void file(Fixture *f, gint64 inbound) {
  Told told = {taking_taker(&f->contacts), inbound};
  assert_done(store_write(f->store, tell, &told, error));
}

static Came came(Fixture *f, gint64 mailing, gint64 id, const char *text) {
  g_autoptr(DeliveryRow) row = first_delivery(f, mailing);
  Came c = {text, id, row->id, mailing, row->contact, 0};
  assert_done(store_write(f->store, write_message, &c, error));
  file(f, id);
  return c;
}

/* "1:words B-7 author|…" of all that there are. */
static char *taken(Fixture *f) {
  g_autoptr(Link) link = NULL;
  g_autoptr(GPtrArray) rows = NULL;
  GString *text = g_string_new(NULL);
  assert_done(store_read(f->store, &link, error));
  assert_done(proposal_list(link, 1, &PROPOSAL_FILTER_ANY, &rows, error));
  for (guint i = 0; i < rows->len; i++) {
    const Proposal *p = rows->pdata[i];
    g_string_append_printf(text, "%s%d:%s", i > 0 ? "|" : "", (int)p->question, p->text);
  }
  return g_string_free(text, FALSE);
}

static void assert_taken(Fixture *f, const char *wanted) {
  g_autofree char *found = taken(f);
  if (strcmp(found, wanted) != 0)
    fail_msg("taken: \"%s\", wanted \"%s\"", found, wanted);
}

#define LONG                                                                                                  \
  "Nous proposons un fonds solidaire entre mutuelles, ouvert à toutes les coopératives du pays, dès l'an " \
  "prochain."

static const struct {
  const char *name, *text, *taken;
} cases[] = {
    {"by numbers", "Bonjour,\n1) un fonds\n2) des écoles", "1:un fonds|2:des écoles"},
    {"by numbers, however short", "Question 3 : oui", "3:oui"},
    {"in plain words", LONG, "0:" LONG},
    {"received, thanks", "Bien reçu, merci.\nCordialement", ""},
    {"nothing", NULL, ""},
    {"blank", " \n", ""},
};

static void replies(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    Fixture *f = fixture_new();
    gint64 mailing = fixture_released(f);
    came(f, mailing, 7, cases[i].text);
    g_autofree char *found = taken(f);
    if (strcmp(found, cases[i].taken) != 0)
      fail_msg("%s: \"%s\"", cases[i].name, found);
    file(f, 7); /* the same message never twice */
    assert_taken(f, cases[i].taken);
    fixture_free(f);
  }
}

static Proposal *first(Fixture *f) {
  g_autoptr(Link) link = NULL;
  Proposal *p = NULL;
  assert_done(store_read(f->store, &link, error));
  assert_done(proposal_find(link, 1, 1, &p, error));
  return p;
}

static void facts(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  gint64 mailing = fixture_released(f);
  Came c = came(f, mailing, 7, LONG);
  g_autoptr(DeliveryRow) row = first_delivery(f, mailing);
  g_autoptr(Proposal) p = first(f);
  assert_int_equal(p->inbound, 7);
  assert_int_equal(p->delivery, c.delivery);
  assert_int_equal(p->author, c.contact);
  assert_string_equal(p->language, row->language);
  assert_string_equal(p->entered_by, "valised");
  assert_false(p->restricted);
  fixture_free(f);
}

/* A question that the edition has not is none; what is too long is cut between two characters. */
static void odd_ones(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  gint64 mailing = fixture_released(f);
  const char *words[LANGUAGE_COUNT] = {"Une", "One", "Una", "Uma"};
  assert_done(edition_word(&f->contacts, &fixture_olga, 1, words, error));
  assert_done(edition_word(&f->contacts, &fixture_olga, 4, words, error));
  came(f, mailing, 7, "Question 1 : a\nQuestion 3 : c\nQuestion 4 : d");
  assert_taken(f, "1:a|0:c|4:d");
  g_autoptr(GString) long_text = g_string_new("x");
  while (long_text->len < PROPOSAL_TEXT_MAX + 10)
    g_string_append(long_text, "é");
  came(f, mailing, 8, long_text->str);
  g_autoptr(Link) link = NULL;
  g_autoptr(Proposal) p = NULL;
  assert_done(store_read(f->store, &link, error));
  assert_done(proposal_find(link, 1, 4, &p, error));
  assert_true(strlen(p->text) <= PROPOSAL_TEXT_MAX && strlen(p->text) > PROPOSAL_TEXT_MAX - 10);
  assert_true(g_str_has_suffix(p->text, "é\n[…]"));
  g_clear_pointer(&link, link_return);
  fixture_free(f);
}

/* Only a pre-report asks for proposals. */
static void another_document(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  fixture_import(f, "attendees.csv", "all");
  gint64 document = fixture_document(f, "conclusion", TRUE), planned = 0;
  gint64 mailing = fixture_mailing(f, &fixture_olga, "pre-report", document, fixture_list(f, "all"));
  Digest digest;
  fixture_roll(f, mailing);
  assert_done(approval_submit(f->desk, &fixture_olga, mailing, &digest, error));
  assert_done(release_start(f->desk, &fixture_olga, mailing, &planned, error));
  came(f, mailing, 7, LONG);
  assert_taken(f, "");
  /* Unless a person says so. */
  g_autoptr(GArray) entered = NULL, more = NULL;
  assert_done(
      taking_enter(&f->contacts, &fixture_olga, 7, &(ProposalDraft){.question = 2}, &entered, NULL, error));
  assert_taken(f, "2:" LONG);
  g_autoptr(Proposal) p = first(f);
  assert_int_equal(p->inbound, 7);
  assert_string_equal(p->entered_by, "olga");
  came(f, mailing, 8, NULL);
  assert_fault(FAULT_RULE, "B-8 says nothing",
               taking_enter(&f->contacts, &fixture_olga, 8, &(ProposalDraft){0}, &more, NULL, error));
  assert_fault(FAULT_ABSENT, "B-9",
               taking_enter(&f->contacts, &fixture_olga, 9, &(ProposalDraft){0}, &more, NULL, error));
  fixture_free(f);
}

static int move_message(Link *link, gpointer data, GError **error) {
  int r = link_run(link, error,
                   "UPDATE inbound SET contact = ?1, restricted = 1, delivery = delivery + 1 WHERE id = 7",
                   "i", *(gint64 *)data);
  return MIN(r, 0);
}

/* Filed anew to somebody else: what nobody decided about goes with it. */
static void filed_anew(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  gint64 mailing = fixture_released(f), second = 2;
  Came c = came(f, mailing, 7, "1) un fonds\n2) des écoles");
  assert_done(synthesis_set_aside(&f->contacts, &fixture_olga, 2, "why", FALSE, error));
  second = c.contact + 1;
  assert_done(store_write(f->store, move_message, &second, error));
  file(f, 7);
  g_autoptr(Link) link = NULL;
  g_autoptr(Proposal) open = first(f), decided = NULL;
  assert_done(store_read(f->store, &link, error));
  assert_done(proposal_find(link, 1, 2, &decided, error));
  assert_int_equal(open->author, second);
  assert_int_equal(open->delivery, c.delivery + 1);
  assert_true(open->restricted);
  assert_int_equal(decided->author, c.contact);
  assert_false(decided->restricted);
  g_clear_pointer(&link, link_return);
  fixture_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(replies), cmocka_unit_test(facts),
                                     cmocka_unit_test(odd_ones), cmocka_unit_test(another_document),
                                     cmocka_unit_test(filed_anew)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
