/* SPDX-License-Identifier: GPL-3.0-or-later */
/* outbox_fixture.h - an outbox of its own in a folder of its own, with a composer that makes small messages
 */
#pragma once

#include "base/fault.h"
#include "journal/journal_verify.h"
#include "outbox/outbox.h"
#include "support/case.h"

typedef struct {
  char *folder;
  Clock *clock;
  Store *store;
  Journal *journal;
  Relay *relay;
  Outbox *outbox;
  const Relay *relays[2];
  gint composed;     /* messages made */
  gint hold, change; /* composer: hold every message; make other bytes than before */
  gint apart;        /* composer: say that it may take long */
} Fixture;

static int fixture_load(G_GNUC_UNUSED gpointer data, G_GNUC_UNUSED Link *link,
                        G_GNUC_UNUSED Claim *const *claims, G_GNUC_UNUSED gsize count,
                        G_GNUC_UNUSED GError **error) {
  return 0;
}

static void fixture_unload(G_GNUC_UNUSED gpointer data, G_GNUC_UNUSED Claim *claim) {
}

static int fixture_compose(gpointer data, const Claim *claim, G_GNUC_UNUSED GBytes *splice, Composed *ret,
                           G_GNUC_UNUSED GError **error) {
  Fixture *f = data;
  int number = g_atomic_int_add(&f->composed, 1);
  if (g_atomic_int_get(&f->hold)) {
    ret->reason = "holder-changed";
    ret->words = g_strdup("the office has another holder now");
    return COMPOSE_HOLD;
  }
  Message *m = message_new();
  m->envelope.from = g_strdup("answers@forum.example");
  m->envelope.to = g_strdup(claim->address);
  m->message_id = g_strdup_printf("<d%" G_GINT64_FORMAT ".test@forum.example>", claim->delivery);
  char *text = g_strdup_printf("Message-ID: %s\r\nFrom: <answers@forum.example>\r\nTo: <%s>\r\n"
                               "Subject: %d\r\n\r\nHello.\r\n",
                               m->message_id, claim->address, g_atomic_int_get(&f->change) ? number : 0);
  g_autoptr(GBytes) bytes = g_bytes_new_take(text, strlen(text));
  message_add_bytes(m, bytes);
  m->digest = digest_of(text, strlen(text));
  ret->message = m;
  return COMPOSE_DONE;
}

static gboolean fixture_waits(gpointer data, G_GNUC_UNUSED const Claim *claim) {
  return g_atomic_int_get(&((Fixture *)data)->apart) != 0;
}

static inline void fixture_open(Fixture *f, const char *relay_url, guint couriers) {
  static const Schema *const schemas[] = {&journal_schema, &outbox_schema, NULL};
  assert_done(store_open("sqlite:valise.db", f->folder, &f->store, error));
  assert_done(store_migrate(f->store, schemas, error));
  assert_done(journal_open(f->store, f->clock, &f->journal, error));
  RelayOptions relay = {.name = "main", .url = relay_url, .tls = RELAY_TLS_NONE, .ehlo = "valise.test"};
  assert_done(relay_new(&relay, &f->relay, error));
  f->relays[0] = f->relay;
  OutboxOptions options = {.store = f->store,
                           .journal = f->journal,
                           .clock = f->clock,
                           .composer = {fixture_load, fixture_compose, fixture_unload, fixture_waits, f},
                           .relays = f->relays,
                           .retry = {MINUTE, 2.0, HOUR, 0.0, 3},
                           .couriers = couriers,
                           .log_lag = 10 * MINUTE};
  assert_done(outbox_open(&options, &f->outbox, error));
}

static inline void fixture_close(Fixture *f) {
  g_clear_pointer(&f->outbox, outbox_close);
  g_clear_pointer(&f->store, store_close);
  g_clear_pointer(&f->journal, journal_close);
  g_clear_pointer(&f->relay, relay_free);
}

static inline Fixture *fixture_new(const char *relay_url, guint couriers) {
  Fixture *f = g_new0(Fixture, 1);
  g_autoptr(GError) error = NULL;
  f->folder = case_folder_make();
  f->clock = clock_stepped(G_GINT64_CONSTANT(1385978400) * SECOND);
  assert_true(transport_init(&error) == 0);
  fixture_open(f, relay_url, couriers);
  return f;
}

static inline void fixture_free(Fixture *f) {
  fixture_close(f);
  clock_free(f->clock);
  case_folder_remove(f->folder);
  g_free(f);
}

typedef struct {
  Fixture *f;
  gint64 mailing, from, count, not_after;
  const char *held;
  gboolean closed, at_least_once;
} PlanWork;

static int fixture_work_plan(Link *link, gpointer data, GError **error) {
  PlanWork *w = data;
  Sending sending = {
      .mailing = w->mailing, .not_before = 1, .not_after = w->not_after, .at_least_once = w->at_least_once};
  int r = outbox_sending_put(link, &sending, error);
  for (gint64 i = 0; i < w->count && r == 0; i++) {
    g_autofree char *address = g_strdup_printf("a%" G_GINT64_FORMAT "@attendee.example", w->from + i);
    DeliveryPlan plan = {.mailing = w->mailing,
                         .addressee = w->mailing * 1000000 + w->from + i,
                         .contact = w->from + i,
                         .channel = 1,
                         .variant = "full",
                         .address = address,
                         .language = "fr",
                         .country = "FR",
                         .due = 1,
                         .held = w->held};
    gint64 id = 0;
    r = delivery_plan(outbox_door(w->f->outbox), link, &plan, &id, error);
  }
  return r == 0 ? outbox_sending_gate(link, w->mailing, !w->closed, error) : r;
}

static inline void fixture_plan(Fixture *f, PlanWork work) {
  work.f = f;
  assert_done(store_write(f->store, fixture_work_plan, &work, error));
}

/* Ticks until there is nothing more at once. */
static inline void fixture_tick(Fixture *f) {
  gboolean more = TRUE;
  gint64 next = 0;
  while (more)
    assert_done(outbox_tick(f->outbox, &more, &next, error));
}

static inline gint64 fixture_count(Fixture *f, gint64 mailing, enum delivery_state state) {
  gint64 counts[DELIVERY_STATES];
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->store, &link, error));
  assert_done(delivery_counts(link, mailing, counts, error));
  return counts[state];
}

/* Waits (at most 20 seconds) until MAILING has N deliveries in STATE. */
static inline void fixture_await(Fixture *f, gint64 mailing, enum delivery_state state, gint64 n) {
  for (int i = 0; i < 2000 && fixture_count(f, mailing, state) != n; i++)
    g_usleep(10000);
  assert_int_equal(fixture_count(f, mailing, state), n);
}

static inline DeliveryRow *fixture_find(Fixture *f, gint64 delivery) {
  DeliveryRow *row = NULL;
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->store, &link, error));
  assert_done(outbox_find(link, 1, delivery, &row, error));
  return row;
}

static const Actor fixture_organiser = {7, "olga", ROLE_ORGANISER};
