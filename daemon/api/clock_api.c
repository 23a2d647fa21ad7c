/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/handlers.h"
#include "base/fault.h"
#include "base/text.h"
#include "base/units.h"
#include "outbox/timepiece.h"

static int respond_clock(Ask *ask) {
  ask->house->wake(ask->house->wake_data);
  return ask_respond(ask, 200,
                     json_pack("{s:o, s:I}", "now", ask_time(clock_wall(ask->house->clock)), "behind",
                               (json_int_t)(timepiece_behind(ask->house->clock) / SECOND)));
}

/* Where the clock is to stand: at the time "to", or further by "by". */
static int read_target(const Ask *ask, gint64 *ret, GError **error) {
  const char *by = NULL;
  gint64 to = 0, step = 0;
  int r = ask_moment(ask, "to", 0, &to, error);
  if (r == 0)
    r = ask_text(ask, "by", 60, &by, error);
  if (r < 0)
    return r;
  if ((to != 0) == (by != NULL))
    return fault(error, FAULT_INPUT, "give either \"to\", a time, or \"by\", a duration such as 3 d");
  if (by != NULL && (!units_duration(by, &step) || step <= 0))
    return fault(error, FAULT_INPUT, "by: \"%s\" is no duration; write 90 min, 3 h or 2 d", by);
  *ret = by == NULL ? to : clock_wall(ask->house->clock) + step;
  if (*ret <= 0 || *ret / (366 * DAY) > 8000)
    return fault(error, FAULT_INPUT, "the clock shows years from 1970 to 9999; choose a time in them");
  return 0;
}

int clock_api_set(Ask *ask, GError **error) {
  static const char *const known[] = {"to", "by", NULL};
  gint64 wall = 0;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = read_target(ask, &wall, error);
  if (r == 0 && ask->house->config->valise.mode != CONFIG_REHEARSAL)
    r = fault(
        error, FAULT_RULE,
        "the clock can be set in a rehearsal only (mode = rehearsal); this house is live and goes by the "
        "machine's clock");
  if (r == 0)
    r = timepiece_set(ask->house->store, ask->house->journal, ask->house->clock, ask->actor, wall, error);
  return r < 0 ? r : respond_clock(ask);
}

int clock_api_accept(Ask *ask, GError **error) {
  static const char *const known[] = {"reason", NULL};
  const char *reason;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = ask_needed(ask, "reason", TEXT_LINE_MAX, &reason, error);
  if (r == 0)
    r = timepiece_accept(ask->house->store, ask->house->journal, ask->house->clock, ask->actor, reason,
                         error);
  return r < 0 ? r : respond_clock(ask);
}
