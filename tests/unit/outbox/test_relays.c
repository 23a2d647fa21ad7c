/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/relays.h"

#include <string.h>

#include "base/moment.h"
#include "support/case.h"

typedef struct {
  const Relay *all[3];
  Relays *relays;
} Case;

static void begin(Case *c, guint couriers) {
  static const char *const names[] = {"first", "second"};
  for (int i = 0; i < 2; i++) {
    RelayOptions options = {.name = names[i], .url = "null:", .tls = RELAY_TLS_NONE, .couriers = couriers};
    Relay *relay = NULL;
    assert_done(relay_new(&options, &relay, error));
    c->all[i] = relay;
  }
  c->all[2] = NULL;
  c->relays = relays_new(c->all);
}

static void end(Case *c) {
  relays_free(c->relays);
  for (int i = 0; i < 2; i++)
    relay_free((Relay *)c->all[i]);
}

static const Outcome accepted = {.kind = OUTCOME_ACCEPTED, .code = 250};
static const Outcome unreachable = {
    .kind = OUTCOME_DEFERRED, .trouble = (char *)"cannot be reached", .relay_down = TRUE, .closed = TRUE};
static const Outcome not_now = {
    .kind = OUTCOME_DEFERRED, .code = 451, .reply = (char *)"451 4.3.0 Not now", .relay_down = TRUE};
static const Outcome too_many = {.kind = OUTCOME_DEFERRED,
                                 .code = 421,
                                 .reply = (char *)"421 4.7.0 Too many connections",
                                 .relay_down = TRUE,
                                 .closed = TRUE};
static const Outcome refused_one = {.kind = OUTCOME_REFUSED, .step = STEP_RCPT, .code = 550};
static const Outcome mute = {.kind = OUTCOME_DEFERRED, .closed = TRUE};

static const char *seat_of(Case *c, Seat *seat, gint64 now) {
  gint64 until = 0;
  if (!relays_take_seat(c->relays, seat, now, &until)) {
    assert_null(seat->relay);
    assert_true(until > now);
    return "none";
  }
  return relay_name(seat->relay);
}

static void check_seat(Case *c, Seat *seat, gint64 now, const char *wanted, int line) {
  const char *found = seat_of(c, seat, now);
  if (strcmp(found, wanted) != 0)
    fail_msg("line %d: a seat at %s, wanted %s", line, found, wanted);
}
#define SEATED(seat, now, wanted) check_seat(&c, &(seat), (now), (wanted), __LINE__)

static void the_first_that_is_up_is_used(G_GNUC_UNUSED void **state) {
  Case c;
  Seat a = {0}, b = {0};
  begin(&c, 8);
  SEATED(a, 1, "first");
  SEATED(b, 1, "first");
  relays_note(c.relays, &a, 2, &unreachable);
  relays_note(c.relays, &b, 3, &unreachable); /* at the same moment: one failure */
  SEATED(a, 4, "second");
  SEATED(b, 4, "second");
  g_autoptr(GArray) health = relays_health(c.relays, 5);
  const RelayHealth *first = &g_array_index(health, RelayHealth, 0);
  assert_false(first->up);
  assert_int_equal(first->until, 2 + SECOND);
  assert_string_equal(first->words, "cannot be reached");
  assert_int_equal(first->used, 0);
  assert_int_equal(g_array_index(health, RelayHealth, 1).used, 2);
  end(&c);
}

static void it_comes_back_by_one_message(G_GNUC_UNUSED void **state) {
  Case c;
  Seat a = {0}, b = {0};
  begin(&c, 8);
  SEATED(a, 0, "first");
  relays_note(c.relays, &a, 0, &not_now);
  SEATED(a, SECOND - 1, "second");
  SEATED(b, SECOND, "first"); /* tries it */
  SEATED(a, SECOND, "second");
  SEATED(b, SECOND, "first"); /* still its own trial */
  relays_note(c.relays, &b, 2 * SECOND, &unreachable);
  SEATED(b, 3 * SECOND, "second"); /* two seconds now */
  SEATED(a, 4 * SECOND, "first");
  SEATED(b, 4 * SECOND, "second");
  assert_true(relays_note(c.relays, &a, 5 * SECOND, &refused_one)); /* it has answered, that is enough */
  SEATED(b, 5 * SECOND, "first");
  g_autoptr(GArray) health = relays_health(c.relays, 5 * SECOND);
  assert_true(g_array_index(health, RelayHealth, 0).up);
  assert_null(g_array_index(health, RelayHealth, 0).words);
  /* Its next rest is short again. */
  relays_note(c.relays, &a, 6 * SECOND, &not_now);
  SEATED(a, 7 * SECOND, "first");
  end(&c);
}

static void a_trial_is_given_up_or_fails_mutely(G_GNUC_UNUSED void **state) {
  Case c;
  Seat a = {0}, b = {0};
  begin(&c, 8);
  SEATED(a, 0, "first");
  relays_note(c.relays, &a, 0, &not_now);
  SEATED(a, SECOND, "first");
  SEATED(b, SECOND, "second");
  relays_leave_seat(c.relays, &a);
  SEATED(b, SECOND, "first");
  relays_note(c.relays, &b, 2 * SECOND, &mute);
  SEATED(b, 3 * SECOND, "second");
  /* Of a relay that worked, a line that goes dead says nothing. */
  SEATED(a, 4 * SECOND, "first");
  relays_note(c.relays, &a, 5 * SECOND, &accepted);
  relays_note(c.relays, &a, 6 * SECOND, &mute);
  SEATED(a, 6 * SECOND, "first");
  end(&c);
}

static void rests_grow_to_a_minute(G_GNUC_UNUSED void **state) {
  Case c;
  Seat a = {0};
  gint64 now = 0, until = 0;
  begin(&c, 8);
  for (int i = 0; i < 12; i++) {
    SEATED(a, now, "first");
    relays_note(c.relays, &a, now, &unreachable);
    g_autoptr(GArray) health = relays_health(c.relays, now);
    until = g_array_index(health, RelayHealth, 0).until;
    assert_int_equal(until - now, MIN(SECOND << i, MINUTE));
    now = until;
  }
  end(&c);
}

static void all_down(G_GNUC_UNUSED void **state) {
  Case c;
  Seat a = {0}, b = {0};
  gint64 until = 0;
  begin(&c, 8);
  SEATED(a, 0, "first");
  relays_note(c.relays, &a, 0, &unreachable);
  SEATED(a, SECOND / 2, "second");
  relays_note(c.relays, &a, SECOND / 2, &unreachable);
  assert_false(relays_take_seat(c.relays, &a, SECOND / 2, &until));
  assert_int_equal(until, SECOND);
  SEATED(b, 2 * SECOND, "first");
  SEATED(a, 2 * SECOND, "second"); /* both are tried, each by one */
  end(&c);
}

static void no_more_connections_than_seats(G_GNUC_UNUSED void **state) {
  Case c;
  Seat seats[4] = {{0}};
  begin(&c, 3);
  for (int i = 0; i < 3; i++)
    SEATED(seats[i], 1, "first");
  SEATED(seats[3], 1, "none"); /* and the second is not for those who find no place at the first */
  relays_leave_seat(c.relays, &seats[0]);
  SEATED(seats[3], 2, "first");
  end(&c);
}

static guint seats_of(Case *c) {
  g_autoptr(GArray) health = relays_health(c->relays, 0);
  return g_array_index(health, RelayHealth, 0).seats;
}

static void too_many_connections_close_one_seat(G_GNUC_UNUSED void **state) {
  Case c;
  Seat seats[4] = {{0}};
  begin(&c, 16);
  for (int i = 0; i < 4; i++)
    SEATED(seats[i], 1, "first");
  relays_note(c.relays, &seats[3], 2, &too_many);
  assert_int_equal(seats_of(&c), 3);
  SEATED(seats[3], 3, "none");
  SEATED(seats[0], 3, "first"); /* the others go on */
  /* Alone and still too many: then it is the relay. */
  for (int i = 1; i < 3; i++)
    relays_leave_seat(c.relays, &seats[i]);
  relays_note(c.relays, &seats[0], 4, &too_many);
  SEATED(seats[0], 5, "second");
  assert_int_equal(seats_of(&c), 1);
  end(&c);
}

/* One second in which EACH couriers relay at the speed of PER_SECOND together. */
static gint64 work(Case *c, Seat *seats, guint n, gint64 now, guint per_second) {
  gint64 until;
  for (guint i = 0; i < per_second; i++) {
    now += SECOND / per_second;
    for (guint j = 0; j < n; j++)
      relays_take_seat(c->relays, &seats[j], now, &until);
    for (guint j = 0, k = i; j < n; j++, k++)
      if (seats[k % n].relay != NULL) {
        relays_note(c->relays, &seats[k % n], now, &accepted);
        break;
      }
  }
  return now;
}

static void seats_grow_while_that_is_faster(G_GNUC_UNUSED void **state) {
  Case c;
  Seat seats[32] = {{0}};
  gint64 now = 1;
  begin(&c, 20);
  assert_int_equal(seats_of(&c), 4);
  for (int i = 0; i < 12; i++)
    now = work(&c, seats, 32, now, 40 * seats_of(&c));
  assert_int_equal(seats_of(&c), 20);
  end(&c);
}

static void seats_do_not_grow_for_nothing(G_GNUC_UNUSED void **state) {
  Case c;
  Seat seats[32] = {{0}};
  gint64 now = 1;
  guint most = 0;
  begin(&c, 20);
  for (int i = 0; i < 8; i++) {
    now = work(&c, seats, 32, now, 400);
    most = MAX(most, seats_of(&c));
  }
  assert_int_equal(most, 8); /* it was tried once */
  assert_int_equal(seats_of(&c), 4);
  end(&c);
}

/* At a fast relay nobody has to wait half a second to know. */
static void many_messages_tell_sooner(G_GNUC_UNUSED void **state) {
  Case c;
  Seat seats[32] = {{0}};
  gint64 now = HOUR;
  begin(&c, 20);
  SEATED(seats[0], now, "first");
  relays_note(c.relays, &seats[0], now, &accepted);
  for (int i = 0; i < 32; i++)
    relays_take_seat(c.relays, &seats[i], now, &(gint64){0});
  for (int i = 0; i < 400; i++)
    relays_note(c.relays, &seats[0], now += SECOND / 4000, &accepted);
  assert_int_equal(seats_of(&c), 4); /* a tenth of a second is too short */
  for (int i = 0; i < 200; i++)
    relays_note(c.relays, &seats[0], now += SECOND / 4000, &accepted);
  assert_int_equal(seats_of(&c), 8);
  end(&c);
}

static void a_lull_tells_nothing(G_GNUC_UNUSED void **state) {
  Case c;
  Seat seats[32] = {{0}};
  begin(&c, 20);
  /* Slow only because there was nothing to do: eight seats are then no faster than four. */
  gint64 now = work(&c, seats, 32, HOUR, 400);
  now = work(&c, seats, 32, now + HOUR, 400);
  now = work(&c, seats, 32, now, 400);
  now = work(&c, seats, 32, now + HOUR, 400);
  for (int i = 0; i < 3; i++)
    now = work(&c, seats, 32, now, 400);
  assert_int_equal(seats_of(&c), 4);
  end(&c);
}

static void seats_do_not_grow_when_nobody_wants_one(G_GNUC_UNUSED void **state) {
  Case c;
  Seat seats[3] = {{0}};
  gint64 now = 1;
  begin(&c, 20);
  for (int i = 0; i < 5; i++)
    now = work(&c, seats, 3, now, 400);
  assert_int_equal(seats_of(&c), 4);
  end(&c);
}

static int set_up(G_GNUC_UNUSED void **state) {
  return transport_init(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_first_that_is_up_is_used),
      cmocka_unit_test(it_comes_back_by_one_message),
      cmocka_unit_test(a_trial_is_given_up_or_fails_mutely),
      cmocka_unit_test(rests_grow_to_a_minute),
      cmocka_unit_test(all_down),
      cmocka_unit_test(no_more_connections_than_seats),
      cmocka_unit_test(too_many_connections_close_one_seat),
      cmocka_unit_test(seats_grow_while_that_is_faster),
      cmocka_unit_test(seats_do_not_grow_for_nothing),
      cmocka_unit_test(many_messages_tell_sooner),
      cmocka_unit_test(a_lull_tells_nothing),
      cmocka_unit_test(seats_do_not_grow_when_nobody_wants_one),
  };
  return cmocka_run_group_tests(tests, set_up, NULL);
}
