/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/groups.h"
#include "cli/show.h"

static int change(Call *call, const char *path, const char *field, const char *value, GError **error) {
  json_t *answer = NULL, *body = json_pack("{s:s}", field, value);
  int r = api_send(call_api(call), "POST", path, NULL, body, &answer, error);
  json_decref(body);
  if (r < 0)
    return r;
  g_autofree char *now = show_time(call, answer, "now");
  g_autofree char *sentence = g_strdup_printf("it is %s", now);
  return show_changed(call, answer, sentence);
}

static int set(Call *call, GError **error) {
  return change(call, "clock", "to", call_argument(call, 0), error);
}

static int advance(Call *call, GError **error) {
  return change(call, "clock", "by", call_argument(call, 0), error);
}

static int accept_it(Call *call, GError **error) {
  return change(call, "clock/accept", "reason", call_value(call, "reason"), error);
}

static const Option reason_options[] = {
    {"reason", OPTION_VALUE, "TEXT", "why; it stands in the journal", TRUE}, {0}};

const Command clock_commands[] = {
    {"clock", "set", "TIME", "Set the time of a rehearsal", NULL, 0, set},
    {"clock", "advance", "DURATION", "Let time pass in a rehearsal: 90 min, 3 h, 2 d", NULL, 0, advance},
    {"clock", "accept", NULL, "The clock was put back and is right now", reason_options, 0, accept_it},
    {0}};
