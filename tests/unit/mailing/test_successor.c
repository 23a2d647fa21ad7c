/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What follows a refusal: by which channel, in which form, and only where the manifest lets it. */
#include "mailing_fixture.h"

#include "mailing/route.h"
#include "mailing/successor.h"

/* Routes in a word: a digit is the channel, then e for e-mail, l for e-mail with links, p for post, w for a
 * web form. */
static GPtrArray *routes_of(const char *text) {
  GPtrArray *routes = g_ptr_array_new_with_free_func((GDestroyNotify)route_free);
  for (const char *c = text; *c != '\0'; c += 2) {
    Route *route = g_new0(Route, 1);
    route->channel = c[0] - '0';
    route->kind = c[1] == 'p' ? CHANNEL_POST : c[1] == 'w' ? CHANNEL_WEB_FORM : CHANNEL_EMAIL;
    route->variant = c[1] == 'l' ? VARIANT_LINK : VARIANT_FULL;
    route->address = g_strdup("somewhere");
    g_ptr_array_add(routes, route);
  }
  return routes;
}

static const struct {
  const char *what, *routes;
  enum refusal_cause cause;
  enum variant variant;
  gint64 channel;
  gboolean linkable, next_channel;
  gint64 to; /* 0: nothing follows */
  enum variant as;
} cases[] = {
    {"too large", "1e", REFUSAL_SIZE, VARIANT_FULL, 1, TRUE, FALSE, 1, VARIANT_LINK},
    {"too large, signature aside", "1e", REFUSAL_SIZE, VARIANT_UNSIGNED, 1, TRUE, FALSE, 1, VARIANT_LINK},
    {"too large on the second", "1e2e3p", REFUSAL_SIZE, VARIANT_FULL, 2, TRUE, TRUE, 2, VARIANT_LINK},
    {"too large, links already", "1e2e", REFUSAL_SIZE, VARIANT_LINK, 1, TRUE, TRUE, 0, VARIANT_FULL},
    {"too large, no address for links", "1e2e", REFUSAL_SIZE, VARIANT_FULL, 1, FALSE, TRUE, 0, VARIANT_FULL},
    {"no mailbox", "1e2e", REFUSAL_MAILBOX, VARIANT_FULL, 1, TRUE, TRUE, 2, VARIANT_FULL},
    {"no mailbox, the next takes links", "1e2l", REFUSAL_MAILBOX, VARIANT_FULL, 1, TRUE, TRUE, 2,
     VARIANT_LINK},
    {"no mailbox, no policy", "1e2e", REFUSAL_MAILBOX, VARIANT_FULL, 1, TRUE, FALSE, 0, VARIANT_FULL},
    {"policy", "1e2e", REFUSAL_POLICY, VARIANT_FULL, 1, TRUE, TRUE, 2, VARIANT_FULL},
    {"the last e-mail, then by hand", "1e2e3p", REFUSAL_POLICY, VARIANT_FULL, 2, TRUE, TRUE, 3, VARIANT_FULL},
    {"e-mail goes before what is by hand", "1e2p3e", REFUSAL_POLICY, VARIANT_FULL, 1, TRUE, TRUE, 3,
     VARIANT_FULL},
    {"by hand that stands before", "1w2e", REFUSAL_POLICY, VARIANT_FULL, 2, TRUE, TRUE, 1, VARIANT_FULL},
    {"links refused by policy", "1e2p", REFUSAL_POLICY, VARIANT_LINK, 1, TRUE, TRUE, 2, VARIANT_FULL},
    {"nobody is left", "1e", REFUSAL_MAILBOX, VARIANT_FULL, 1, TRUE, TRUE, 0, VARIANT_FULL},
    {"about something else", "1e2e", REFUSAL_OTHER, VARIANT_FULL, 1, TRUE, TRUE, 0, VARIANT_FULL},
};

static void the_next_is_chosen(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GPtrArray) routes = routes_of(cases[i].routes);
    SuccessorTerms terms = {cases[i].cause,    cases[i].variant,      cases[i].channel,
                            cases[i].linkable, cases[i].next_channel, routes};
    enum variant as = VARIANT_FULL;
    const Route *to = successor_choose(&terms, &as);
    if ((to != NULL ? to->channel : 0) != cases[i].to || (to != NULL && as != cases[i].as))
      fail_msg("%s: goes to %d as %s", cases[i].what, to != NULL ? (int)to->channel : 0, variant_name(as));
  }
}

/* ---- with a mailing ---- */

static const char csv[] = "Type;Identifiant;Prénom;Nom;Genre;Langue;Courriel;Courriel du "
                          "cabinet;Fonction;Type de fonction;Pays;Motif;"
                          "Preuve du motif;Zone du motif;Début du mandat;Vérifié le\n"
                          "fonction;O1;Fabien;Forvel;M;fr;premier@arvania.example;second@arvania.example;"
                          "Primature;prime_minister;XA;"
                          "sse-promotion;loi;XA;01/02/2012;20/11/2013\n";

static gint64 sending(Fixture *f, const char *next_channel) {
  fixture_import_text(f, csv, strlen(csv), "all");
  gint64 document = fixture_document(f, "pre-report", TRUE);
  gint64 id = fixture_mailing(f, &fixture_olga, "pre-report", document, fixture_list(f, "all"));
  MailingFields fields = MAILING_FIELDS_NONE;
  fields.next_channel = next_channel;
  assert_done(mailing_set(f->desk, &fixture_olga, id, &fields, error));
  fixture_roll(f, id);
  Digest digest = {{0}};
  gint64 planned = 0;
  assert_done(approval_submit(f->desk, &fixture_olga, id, &digest, error));
  assert_done(approval_approve(f->desk, &fixture_boris, id, &digest, error));
  assert_done(release_start(f->desk, &fixture_olga, id, &planned, error));
  assert_int_equal(planned, 1);
  return id;
}

typedef struct {
  Fixture *f;
  gint64 mailing, delivery;
} RefuseWork;

static int step(const RefuseWork *w, Link *link, enum delivery_state from, gint64 epoch,
                enum delivery_state to, GError **error) {
  DeliveryChange change = {.delivery = w->delivery,
                           .mailing = w->mailing,
                           .from = from,
                           .epoch = epoch,
                           .to = to,
                           .next_epoch = to == DELIVERY_CLAIMED,
                           .kind = ENTRY_DELIVERY_READY};
  return delivery_change(outbox_door(w->f->outbox), link, &change, error);
}

static int refuse_unit(Link *link, gpointer data, GError **error) {
  const RefuseWork *w = data;
  int r = step(w, link, DELIVERY_PLANNED, 0, DELIVERY_READY, error);
  if (r == 0)
    r = step(w, link, DELIVERY_READY, 0, DELIVERY_CLAIMED, error);
  if (r == 0)
    r = step(w, link, DELIVERY_CLAIMED, 1, DELIVERY_REFUSED, error);
  if (r == 0)
    r = link_run(
        link, error,
        "INSERT INTO attempts (delivery, number, epoch, at, dot_at, ended_at, relay, outcome, step, code,"
        " status) VALUES (?1, 1, 1, 1, 0, 1, 'main', 'refused', 'rcpt', 550, '5.1.1')",
        "i", w->delivery);
  return MIN(r, 0);
}

static void refuse(Fixture *f, gint64 mailing, gint64 delivery) {
  RefuseWork work = {f, mailing, delivery};
  assert_done(store_write(f->store, refuse_unit, &work, error));
}

static GPtrArray *all_of(Fixture *f, gint64 mailing) {
  DeliveryFilter filter = {.mailing = mailing, .limit = 100};
  GPtrArray *rows = NULL;
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->store, &link, error));
  assert_done(outbox_list(link, 1, &filter, &rows, error));
  return rows;
}

static void a_refusal_is_followed_once(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  gint64 id = sending(f, "on-refusal");
  refuse(f, id, 1);
  assert_done(successor_tick(f->desk, error));
  assert_done(successor_tick(f->desk, error));
  g_autoptr(GPtrArray) rows = all_of(f, id);
  assert_int_equal(rows->len, 2);
  const DeliveryRow *next = g_ptr_array_index(rows, 1);
  assert_int_equal(next->supersedes, 1);
  assert_string_equal(next->address, "second@arvania.example");
  assert_int_equal(fixture_entries(f, id, "delivery-superseded", NULL), 1);
  refuse(f, id, next->id); /* nobody is left */
  assert_done(successor_tick(f->desk, error));
  g_autoptr(GPtrArray) again = all_of(f, id);
  assert_int_equal(again->len, 2);
  fixture_free(f);
}

static void nothing_follows_what_was_called_back(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  gint64 id = sending(f, "on-refusal"), n = 0;
  refuse(f, id, 1);
  assert_done(release_cancel(f->desk, &fixture_olga, id, "called back", &n, error));
  assert_done(successor_tick(f->desk, error));
  g_autoptr(GPtrArray) rows = all_of(f, id);
  assert_int_equal(rows->len, 1);
  g_autoptr(Link) link = NULL;
  gint64 waiting = -1;
  assert_done(store_read(f->store, &link, error));
  assert_done(refusal_count(link, id, &waiting, error));
  assert_int_equal(waiting, 0);
  g_clear_pointer(&link, link_return);
  fixture_free(f);
}

static void nothing_follows_without_a_policy(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  gint64 id = sending(f, "none");
  refuse(f, id, 1);
  assert_done(successor_tick(f->desk, error));
  g_autoptr(GPtrArray) rows = all_of(f, id);
  assert_int_equal(rows->len, 1);
  fixture_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_next_is_chosen),
      cmocka_unit_test(a_refusal_is_followed_once),
      cmocka_unit_test(nothing_follows_what_was_called_back),
      cmocka_unit_test(nothing_follows_without_a_policy),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
