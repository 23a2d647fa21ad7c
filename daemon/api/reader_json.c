/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/reader_json.h"

#include "base/units.h"

static ReaderState state_of(const Ask *ask) {
  ReaderState state = {0};
  ask->house->reader.state(ask->house->reader.self, &state);
  return state;
}

json_t *reader_json(const Ask *ask) {
  ReaderState state = state_of(ask);
  return json_pack("{s:b, s:o, s:b, s:s?, s:I, s:I, s:I, s:s?}", "running", state.running, "pid",
                   state.running ? json_integer(state.pid) : json_null(), "guarded", state.guarded, "open",
                   state.open[0] != '\0' ? state.open : NULL, "read", (json_int_t)state.read, "restarts",
                   (json_int_t)state.restarts, "quarantined", (json_int_t)state.quarantined, "ended",
                   state.ended[0] != '\0' ? state.ended : NULL);
}

char *reader_json_complaint(const Ask *ask, const char **ret_remedy) {
  ReaderState state = state_of(ask);
  if (!state.running) {
    g_autofree char *wait = units_duration_text(state.wait / SECOND * SECOND);
    *ret_remedy = "see the system log; what comes in is kept and waits";
    return g_strdup_printf(
        "messages are not read: the process for it ended with %s and is started again in %s",
        state.ended[0] != '\0' ? state.ended : "nothing said", wait);
  }
  if (state.quarantined > 0) {
    *ret_remedy = "look at them by hand: valise inbound list";
    return g_strdup_printf("%" G_GUINT64_FORMAT
                           " messages ended the process that reads, or kept it busy for ever, "
                           "and are not read",
                           state.quarantined);
  }
  if (state.open[0] != '\0') {
    *ret_remedy = "run a release build on a kernel with seccomp";
    return g_strdup_printf("the process that reads messages is not wholly shut in: %s", state.open);
  }
  return NULL;
}
