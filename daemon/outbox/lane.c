/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/lane.h"

#include <string.h>
#include <sys/eventfd.h>

#include "outbox/making.h"
#include "outbox/outbox_private.h"

void lane_init(Lane *lane, Outbox *outbox, int bell) {
  memset(lane, 0, sizeof *lane);
  lane->outbox = outbox;
  lane->bell = bell;
}

void lane_clear(Lane *lane) {
  relays_leave_seat(lane->outbox->relays, &lane->seat);
  lane_use_relay(lane);
}

void lane_use_relay(Lane *lane) {
  if (lane->relay == lane->seat.relay)
    return;
  g_clear_pointer(&lane->session, session_free);
  lane->relay = lane->seat.relay;
  if (lane->relay != NULL)
    lane->session = session_new(lane->relay, &lane->outbox->stop);
}

/* ---- what may take long ---- */

static gpointer apart_main(gpointer data) {
  Lane *lane = data;
  lane->result = lane->job(lane, &lane->error);
  int bell = lane->bell;
  g_atomic_int_set(&lane->done, 1);
  (void)eventfd_write(bell, 1);
  return NULL;
}

static void go_apart(Lane *lane, const char *name, int (*job)(Lane *, GError **)) {
  lane->stage = LANE_APART;
  lane->job = job;
  g_atomic_int_set(&lane->done, 0);
  lane->thread = g_thread_new(name, apart_main, lane);
}

static int open_connection(Lane *lane, G_GNUC_UNUSED GError **error) {
  return session_open(lane->session, &lane->outcome);
}

/* ---- offering ---- */

static void take_part(Lane *lane, int part, const GError *error) {
  switch (part) {
  case SESSION_OFFERED:
    lane->stage = LANE_OFFERED;
    break;
  case SESSION_WAITS:
    lane->stage = LANE_OFFERING;
    break;
  case SESSION_TO_OPEN:
    go_apart(lane, "opener", open_connection);
    break;
  case SESSION_DECIDED:
    lane->stage = LANE_DECIDED;
    break;
  default:
    lane_fail(lane, error);
  }
}

static void go_on_offering(Lane *lane) {
  g_autoptr(GError) error = NULL;
  take_part(lane, session_go_on(lane->session, &lane->outcome, &error), error);
}

/* ---- composing ---- */

static int compose(Lane *lane, GError **error) {
  return making_compose(&lane->outbox->options, lane->work.claim, &lane->composed, error);
}

static void take_composed(Lane *lane, const GError *error) {
  g_autoptr(GError) own = NULL;
  if (lane->result == COMPOSE_DONE)
    take_part(lane, session_begin(lane->session, lane->composed.message, &lane->outcome, &own), own);
  else if (lane->result < 0)
    lane_fail(lane, error);
  else
    lane->stage = LANE_ASIDE;
}

/* From here on the stock has no part in it any more: if it is put back there, it is as if it had never been
 * made. */
void lane_carry(Lane *lane) {
  enum stocked_stage stage = lane->work.stage;
  g_autoptr(GError) error = g_steal_pointer(&lane->work.fault);
  lane->at = clock_wall(lane->outbox->options.clock);
  lane->composed = lane->work.composed;
  lane->result = lane->work.result;
  lane->work.composed = (Composed){.message = NULL};
  lane->work.stage = STOCKED_RAW;
  if (stage == STOCKED_APART) {
    go_apart(lane, "composer", compose);
    return;
  }
  if (stage == STOCKED_RAW)
    lane->result = compose(lane, &error);
  take_composed(lane, error);
}

/* ---- going on ---- */

gboolean lane_waits(const Lane *lane) {
  return lane->stage == LANE_APART || lane->stage == LANE_OFFERING || lane->stage == LANE_ENDING;
}

static void come_back(Lane *lane) {
  if (!g_atomic_int_get(&lane->done))
    return;
  g_thread_join(g_steal_pointer(&lane->thread));
  g_autoptr(GError) error = g_steal_pointer(&lane->error);
  if (lane->job == compose)
    take_composed(lane, error);
  else if (lane->result == 0)
    go_on_offering(lane);
  else
    lane->stage = LANE_DECIDED;
}

gboolean lane_go_on(Lane *lane) {
  if (lane->stage == LANE_APART)
    come_back(lane);
  else if (lane->stage == LANE_OFFERING)
    go_on_offering(lane);
  else if (lane->stage == LANE_ENDING && session_answer(lane->session, &lane->outcome))
    lane->stage = LANE_DECIDED;
  if (lane_waits(lane))
    return FALSE;
  lane->late = FALSE;
  return TRUE;
}

short lane_awaits(const Lane *lane, int *ret_fd) {
  return lane->stage == LANE_APART ? (short)0 : session_awaits(lane->session, ret_fd);
}

void lane_end_data(Lane *lane) {
  lane->dot_at = clock_wall(lane->outbox->options.clock);
  lane->stage = session_end_data(lane->session, &lane->outcome) ? LANE_DECIDED : LANE_ENDING;
}

/* ---- the end of it ---- */

void lane_fail(Lane *lane, const GError *error) {
  session_abandon(lane->session);
  outcome_clear(&lane->outcome);
  lane->outcome = (Outcome){.kind = OUTCOME_DEFERRED, .step = STEP_BODY, .trouble = g_strdup(error->message)};
  lane->ours = TRUE;
  lane->stage = LANE_DECIDED;
}

Claim *lane_abandon(Lane *lane) {
  Claim *claim = lane->work.claim;
  session_abandon(lane->session);
  lane_free(lane);
  return claim;
}

void lane_free(Lane *lane) {
  composed_clear(&lane->composed);
  memset(&lane->outcome, 0, sizeof lane->outcome);
  lane->work.claim = NULL;
  lane->dot_at = 0;
  lane->late = lane->ours = FALSE;
  lane->stage = LANE_FREE;
}
