/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/relays.h"

#include <string.h>

#include "base/clock.h"

#define REST_FIRST   SECOND
#define REST_MAX     MINUTE
#define SEATS_FIRST  4            /* a near relay is seldom faster with more */
#define SEAT_WAIT    (SECOND / 5) /* until a courier without a seat asks again */
#define WINDOW       (SECOND / 2) /* speed is measured over so long */
#define WINDOW_LEAST 20           /* and so many messages; */
#define WINDOW_SHORT (SECOND / 8) /* or over so long, */
#define WINDOW_MANY  500          /* if there are so many */
#define GROWTH_WAIT                                                                                          \
  (10 * SECOND)             /* after more seats brought nothing, or the relay said that there are too many */
#define LULL   (5 * SECOND) /* without a message: a time in which nothing was wanted tells nothing of speed */
#define FASTER 1.05

enum standing { UP, RESTING, ON_TRIAL };

typedef struct {
  const Relay *relay;
  enum standing standing;
  gint64 until, rest;
  char *words;
  gint64 relayed;
  guint ceiling, seats, used;
  /* growing */
  gint64 window, last, held_until;
  guint counted;
  guint before; /* seats before they were made more, while that is judged; else 0 */
  double rate;  /* messages a microsecond, with those seats */
  gboolean wanted, settling;
} Health;

struct Relays {
  GMutex lock;
  GArray *all; /* of Health */
};

Relays *relays_new(const Relay *const *relays) {
  Relays *r = g_new0(Relays, 1);
  g_mutex_init(&r->lock);
  r->all = g_array_new(FALSE, TRUE, sizeof(Health));
  for (; *relays != NULL; relays++) {
    guint ceiling = relay_couriers(*relays);
    Health health = {.relay = *relays, .ceiling = ceiling, .seats = MIN(ceiling, SEATS_FIRST)};
    g_array_append_val(r->all, health);
  }
  return r;
}

void relays_free(Relays *relays) {
  if (relays == NULL)
    return;
  for (guint i = 0; i < relays->all->len; i++)
    g_free(g_array_index(relays->all, Health, i).words);
  g_array_free(relays->all, TRUE);
  g_mutex_clear(&relays->lock);
  g_free(relays);
}

static Health *health_at(const Relays *relays, guint i) {
  return &g_array_index(relays->all, Health, i);
}

static Health *health_of(const Relays *relays, const Relay *relay) {
  for (guint i = 0; relay != NULL && i < relays->all->len; i++)
    if (health_at(relays, i)->relay == relay)
      return health_at(relays, i);
  return NULL;
}

/* ---- seats ---- */

static void leave(const Relays *relays, Seat *seat) {
  Health *health = health_of(relays, seat->relay);
  if (health != NULL)
    health->used--;
  /* A trial without a message says nothing: somebody else may try. */
  if (health != NULL && seat->trial && health->standing == ON_TRIAL)
    health->standing = RESTING;
  *seat = (Seat){.relay = NULL};
}

static void move_to(const Relays *relays, Seat *seat, Health *health, gboolean trial) {
  if (seat->relay != health->relay) {
    leave(relays, seat);
    seat->relay = health->relay;
    health->used++;
  }
  seat->trial = trial;
  if (trial)
    health->standing = ON_TRIAL;
}

enum answer { SEATED, ELSEWHERE, FULL };

static enum answer ask_for_seat(const Relays *relays, Seat *seat, Health *health, gint64 now,
                                gint64 *ret_until) {
  gboolean mine = seat->relay == health->relay;
  switch (health->standing) {
  case UP:
    if (health->used - mine < health->seats)
      return move_to(relays, seat, health, FALSE), SEATED;
    health->wanted = TRUE;
    return *ret_until = now + SEAT_WAIT, FULL;
  case RESTING:
    if (health->until <= now)
      return move_to(relays, seat, health, TRUE), SEATED;
    return *ret_until = health->until, ELSEWHERE;
  case ON_TRIAL:
    if (mine && seat->trial)
      return SEATED;
    return *ret_until = now + SEAT_WAIT, ELSEWHERE;
  }
  return ELSEWHERE;
}

gboolean relays_take_seat(Relays *relays, Seat *seat, gint64 now, gint64 *ret_until) {
  enum answer answer = ELSEWHERE;
  *ret_until = 0;
  g_mutex_lock(&relays->lock);
  for (guint i = 0; i < relays->all->len && answer == ELSEWHERE; i++) {
    gint64 until = 0;
    answer = ask_for_seat(relays, seat, health_at(relays, i), now, &until);
    if (until != 0 && (*ret_until == 0 || until < *ret_until))
      *ret_until = until;
  }
  if (answer != SEATED)
    leave(relays, seat);
  g_mutex_unlock(&relays->lock);
  return answer == SEATED;
}

void relays_leave_seat(Relays *relays, Seat *seat) {
  g_mutex_lock(&relays->lock);
  leave(relays, seat);
  g_mutex_unlock(&relays->lock);
}

gboolean relays_are_idle(Relays *relays) {
  guint used = 0;
  g_mutex_lock(&relays->lock);
  for (guint i = 0; i < relays->all->len; i++)
    used += health_at(relays, i)->used;
  g_mutex_unlock(&relays->lock);
  return used == 0;
}

/* ---- growing and shrinking ---- */

static void begin_window(Health *health, gint64 now) {
  health->window = now;
  health->counted = 0;
  health->wanted = FALSE;
}

static void shrink_to(Health *health, guint seats, gint64 now) {
  health->seats = MAX(MIN(seats, health->seats), 1);
  health->before = 0;
  health->held_until = now + GROWTH_WAIT;
  begin_window(health, now);
}

/* TRUE when there are more seats now. */
static gboolean judge_window(Health *health, gint64 now) {
  double rate = (double)health->counted / (double)MAX(now - health->window, 1);
  gboolean wanted = health->wanted;
  begin_window(health, now);
  if (health->settling) /* connections were still being opened */
    return health->settling = FALSE;
  if (health->before != 0 && rate < health->rate * FASTER) {
    shrink_to(health, health->before, now);
    return FALSE;
  }
  health->before = 0;
  if (!wanted || health->seats >= health->ceiling || now < health->held_until)
    return FALSE;
  health->before = health->seats;
  health->rate = rate;
  health->seats = MIN(2 * health->seats, health->ceiling);
  return health->settling = TRUE;
}

static gboolean is_over(const Health *health, gint64 now) {
  gint64 length = now - health->window;
  return (length >= WINDOW && health->counted >= WINDOW_LEAST) ||
         (length >= WINDOW_SHORT && health->counted >= WINDOW_MANY);
}

static gboolean count(Health *health, gint64 now) {
  gboolean idle = now - health->last > LULL;
  health->relayed++;
  health->last = now;
  if (idle)
    begin_window(health, now);
  health->counted++;
  return is_over(health, now) && judge_window(health, now);
}

/* ---- standing ---- */

static const char *words_of(const Outcome *outcome) {
  return outcome->reply != NULL ? outcome->reply : outcome->trouble;
}

/* It turns away one connection too many, while the others are served (RFC 5321 §3.8 and §4.2.1 give no code
 * of its own to that: 421 and 45z with words). */
static gboolean says_too_many(const Health *health, const Outcome *outcome) {
  if (outcome->code / 10 != 42 && outcome->code / 10 != 45)
    return FALSE;
  g_autofree char *words = g_ascii_strdown(outcome->reply != NULL ? outcome->reply : "", -1);
  return health->used > 1 && health->standing == UP &&
         (strstr(words, "too many") != NULL || strstr(words, "concurren") != NULL ||
          strstr(words, "connection limit") != NULL);
}

/* Couriers that fail at the same moment count as one failure. */
static void rest(Health *health, gint64 now, const Outcome *outcome) {
  health->rest = health->rest == 0 ? REST_FIRST : MIN(2 * health->rest, REST_MAX);
  health->until = now + health->rest;
  health->standing = RESTING;
  g_free(health->words);
  health->words = g_strdup(words_of(outcome));
  if (outcome->code / 10 == 42 || outcome->code / 10 == 45)
    shrink_to(health, health->seats / 2, now);
}

static void fail(Health *health, gboolean trial, gint64 now, const Outcome *outcome) {
  if (says_too_many(health, outcome))
    shrink_to(health, MIN(health->seats, health->used) - 1, now);
  else if (health->standing == UP || trial)
    rest(health, now, outcome);
}

static gboolean rise(Health *health) {
  health->standing = UP;
  health->rest = health->until = 0;
  g_clear_pointer(&health->words, g_free);
  return TRUE;
}

gboolean relays_note(Relays *relays, Seat *seat, gint64 now, const Outcome *outcome) {
  /* A line that went dead without a word says nothing of a relay that worked, but ends a trial. */
  gboolean mute = outcome->code == 0 && outcome->closed;
  gboolean look = FALSE;
  g_mutex_lock(&relays->lock);
  Health *health = health_of(relays, seat->relay);
  if (health != NULL && (outcome->relay_down || (mute && seat->trial)))
    fail(health, seat->trial, now, outcome);
  else if (health != NULL && seat->trial)
    look = rise(health);
  if (health != NULL && outcome->kind == OUTCOME_ACCEPTED)
    look |= count(health, now);
  seat->trial = FALSE;
  g_mutex_unlock(&relays->lock);
  return look;
}

static void health_clear(gpointer data) {
  g_free(((RelayHealth *)data)->words);
}

GArray *relays_health(Relays *relays, gint64 now) {
  GArray *list = g_array_new(FALSE, FALSE, sizeof(RelayHealth));
  g_array_set_clear_func(list, health_clear);
  g_mutex_lock(&relays->lock);
  for (guint i = 0; i < relays->all->len; i++) {
    const Health *health = health_at(relays, i);
    RelayHealth row = {.relay = health->relay,
                       .up = health->standing == UP,
                       .until = health->standing == RESTING ? MAX(health->until, now) : 0,
                       .words = g_strdup(health->words),
                       .relayed = health->relayed,
                       .used = health->used,
                       .seats = health->seats};
    g_array_append_val(list, row);
  }
  g_mutex_unlock(&relays->lock);
  return list;
}
