/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/stock.h"

#include "outbox/outbox_private.h"
#include "unit/outbox/outbox_fixture.h"

typedef struct {
  Fixture *f;
  Stock *stock;
  Hands hands; /* empty */
} Case;

static Case *case_new(gint64 first, gint64 second) {
  Case *c = g_new0(Case, 1);
  c->f = fixture_new("null:", 4); /* its couriers are never started */
  c->stock = c->f->outbox->stock;
  if (first > 0)
    fixture_plan(c->f, (PlanWork){.mailing = 1, .from = 1, .count = first});
  if (second > 0)
    fixture_plan(c->f, (PlanWork){.mailing = 2, .from = 100000, .count = second});
  fixture_tick(c->f);
  return c;
}

static void case_free(Case *c) {
  fixture_free(c->f);
  g_free(c);
}

/* 0 when nothing is due. */
static gint64 take(Case *c, gint64 *ret_delivery) {
  Stocked stocked = {0};
  gint64 until = G_MAXINT64;
  g_autoptr(GError) error = NULL;
  int r = stock_take(c->stock, &c->hands, c->f->relay, &stocked, &until, &error);
  assert_null(error);
  if (r == 0)
    return 0;
  gint64 mailing = stocked.sending.mailing;
  assert_int_equal(stocked.claim->mailing, mailing);
  if (ret_delivery != NULL)
    *ret_delivery = stocked.claim->delivery;
  claim_free(c->f->outbox, stocked.claim);
  composed_clear(&stocked.composed);
  return mailing;
}

static void in_order_and_each_once(G_GNUC_UNUSED void **state) {
  Case *c = case_new(1000, 0);
  gint64 last = 0, delivery = 0, n = 0;
  while (take(c, &delivery) != 0) {
    assert_true(delivery > last);
    last = delivery;
    n++;
  }
  assert_int_equal(n, 1000);
  assert_int_equal(fixture_count(c->f, 1, DELIVERY_CLAIMED), 1000);
  case_free(c);
}

/* More is claimed before the last is taken, but never all at once. */
static void claims_ahead_within_bounds(G_GNUC_UNUSED void **state) {
  Case *c = case_new(1000, 0);
  gint64 ahead_most = 0;
  for (gint64 taken = 1; taken <= 900; taken++) {
    assert_int_equal(take(c, NULL), 1);
    gint64 ahead = fixture_count(c->f, 1, DELIVERY_CLAIMED) - taken;
    assert_true(ahead > 0);
    ahead_most = MAX(ahead_most, ahead);
  }
  assert_true(ahead_most < 400);
  case_free(c);
}

static void mailings_take_turns(G_GNUC_UNUSED void **state) {
  Case *c = case_new(2000, 2000);
  gint64 of_second = 0;
  for (int i = 0; i < 1200; i++)
    of_second += take(c, NULL) == 2;
  assert_true(of_second > 400 && of_second < 800);
  case_free(c);
}

static int work_close(Link *link, gpointer data, GError **error) {
  return outbox_sending_gate(link, *(gint64 *)data, FALSE, error);
}

/* What one mailing gives back, another keeps; and nothing of a closed one is claimed again. */
static void one_mailing_is_given_back(G_GNUC_UNUSED void **state) {
  Case *c = case_new(20, 20);
  Stocked stocked = {0};
  gint64 first = 1, until = G_MAXINT64;
  assert_int_equal(take(c, NULL), 1);
  for (int i = 0; i < 19; i++)
    assert_int_equal(take(c, NULL), 1);
  assert_done(stock_take(c->stock, &c->hands, c->f->relay, &stocked, &until, error) - 1);
  assert_int_equal(stocked.sending.mailing, 2);
  stock_put_back(c->stock, &stocked);
  stock_give_back(c->stock, &c->hands, 1);
  assert_int_equal(fixture_count(c->f, 2, DELIVERY_CLAIMED), 20);
  stock_give_back(c->stock, &c->hands, 2);
  assert_int_equal(fixture_count(c->f, 2, DELIVERY_CLAIMED), 0);
  assert_int_equal(fixture_count(c->f, 2, DELIVERY_READY), 20);
  g_autoptr(DeliveryRow) row = fixture_find(c->f, 21);
  assert_int_equal(row->epoch, 2);
  first = 2;
  assert_done(store_write(c->f->store, work_close, &first, error));
  assert_int_equal(take(c, NULL), 0);
  assert_int_equal(fixture_count(c->f, 2, DELIVERY_READY), 20);
  case_free(c);
}

static void all_is_given_back(G_GNUC_UNUSED void **state) {
  Case *c = case_new(300, 10);
  assert_int_equal(take(c, NULL), 1);
  stock_give_back(c->stock, &c->hands, 0);
  assert_int_equal(fixture_count(c->f, 1, DELIVERY_CLAIMED), 1);
  assert_int_equal(fixture_count(c->f, 1, DELIVERY_READY), 299);
  case_free(c);
}

static void cancelling_takes_what_is_in_stock(G_GNUC_UNUSED void **state) {
  Case *c = case_new(40, 0);
  gint64 n = 0;
  assert_int_equal(take(c, NULL), 1);
  assert_done(outbox_cancel(c->f->outbox, 1, FALSE, "olga", "the forum moved", &n, error));
  assert_int_equal(n, 39);
  assert_int_equal(take(c, NULL), 0);
  case_free(c);
}

static void nothing_is_claimed_on_hold(G_GNUC_UNUSED void **state) {
  Case *c = case_new(10, 0);
  assert_done(outbox_hold(c->f->outbox, &fixture_organiser, "a call from the Board", error));
  assert_int_equal(take(c, NULL), 0);
  assert_int_equal(fixture_count(c->f, 1, DELIVERY_READY), 10);
  case_free(c);
}

/* Messages are made before they are asked for, some and not all, and what was made is not made again. */
static void messages_are_made_ahead(G_GNUC_UNUSED void **state) {
  Case *c = case_new(300, 0);
  assert_int_equal(take(c, NULL), 1); /* the batch is there now; nobody makes its messages yet */
  assert_int_equal(g_atomic_int_get(&c->f->composed), 0);
  stock_start(c->stock);
  for (int i = 0; i < 500 && g_atomic_int_get(&c->f->composed) < 64; i++)
    g_usleep(10000);
  g_usleep(50000);
  assert_int_equal(g_atomic_int_get(&c->f->composed), 64);
  Stocked stocked = {0};
  gint64 until = G_MAXINT64;
  assert_int_equal(stock_take(c->stock, &c->hands, c->f->relay, &stocked, &until, NULL), 1);
  assert_int_equal(stocked.stage, STOCKED_MADE);
  assert_int_equal(stocked.result, COMPOSE_DONE);
  assert_string_equal(stocked.composed.message->envelope.to, stocked.claim->address);
  stock_put_back(c->stock, &stocked);
  stock_give_back(c->stock, &c->hands, 0);
  assert_int_equal(fixture_count(c->f, 1, DELIVERY_READY), 299);
  stock_rest(c->stock);
  assert_int_equal(g_atomic_int_get(&c->f->composed), 64);
  case_free(c);
}

/* With a maker nobody who takes has to claim, but from an empty stock. */
static void the_maker_claims_more(G_GNUC_UNUSED void **state) {
  Case *c = case_new(1000, 0);
  assert_int_equal(take(c, NULL), 1);
  assert_int_equal(fixture_count(c->f, 1, DELIVERY_CLAIMED), 256);
  stock_start(c->stock);
  for (int i = 0; i < 130; i++)
    assert_int_equal(take(c, NULL), 1);
  for (int i = 0; i < 500 && fixture_count(c->f, 1, DELIVERY_CLAIMED) < 512; i++)
    g_usleep(10000);
  assert_int_equal(fixture_count(c->f, 1, DELIVERY_CLAIMED), 512);
  stock_rest(c->stock);
  case_free(c);
}

/* What may take long to make is left to who takes it. */
static void what_takes_long_is_not_made_ahead(G_GNUC_UNUSED void **state) {
  Case *c = case_new(50, 0);
  c->f->apart = 1;
  stock_start(c->stock);
  Stocked stocked = {0};
  gint64 until = G_MAXINT64;
  assert_int_equal(stock_take(c->stock, &c->hands, c->f->relay, &stocked, &until, NULL), 1);
  g_usleep(50000);
  assert_int_equal(stocked.stage, STOCKED_APART);
  assert_int_equal(g_atomic_int_get(&c->f->composed), 0);
  stock_rest(c->stock);
  claim_free(c->f->outbox, stocked.claim);
  case_free(c);
}

typedef struct {
  Case *c;
  gint64 taken, sum;
} Taker;

static gpointer taker(gpointer data) {
  Taker *t = data;
  Hands hands = {NULL, 0};
  Stocked stocked = {0};
  gint64 until = G_MAXINT64;
  while (stock_take(t->c->stock, &hands, t->c->f->relay, &stocked, &until, NULL) == 1) {
    t->taken++;
    t->sum += stocked.claim->delivery;
    claim_free(t->c->f->outbox, stocked.claim);
    composed_clear(&stocked.composed);
  }
  return NULL;
}

static void many_takers_share_without_overlap(G_GNUC_UNUSED void **state) {
  Case *c = case_new(3000, 0);
  Taker takers[8];
  GThread *threads[8];
  gint64 taken = 0, sum = 0;
  stock_start(c->stock);
  for (int i = 0; i < 8; i++) {
    takers[i] = (Taker){.c = c};
    threads[i] = g_thread_new("taker", taker, &takers[i]);
  }
  for (int i = 0; i < 8; i++) {
    g_thread_join(threads[i]);
    taken += takers[i].taken;
    sum += takers[i].sum;
  }
  stock_rest(c->stock);
  assert_int_equal(taken, 3000);
  assert_int_equal(sum, 3000 * 3001 / 2);
  case_free(c);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(in_order_and_each_once),
      cmocka_unit_test(claims_ahead_within_bounds),
      cmocka_unit_test(mailings_take_turns),
      cmocka_unit_test(one_mailing_is_given_back),
      cmocka_unit_test(all_is_given_back),
      cmocka_unit_test(nothing_is_claimed_on_hold),
      cmocka_unit_test(cancelling_takes_what_is_in_stock),
      cmocka_unit_test(messages_are_made_ahead),
      cmocka_unit_test(the_maker_claims_more),
      cmocka_unit_test(what_takes_long_is_not_made_ahead),
      cmocka_unit_test(many_takers_share_without_overlap),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
