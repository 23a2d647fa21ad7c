/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/waits_api.h"

#include "outbox/relays.h"

/* UNTIL -1: nobody can tell. */
static json_t *wait_json(gint64 until, const char *why) {
  return until != 0 ? json_pack("{s:o, s:s}", "until", ask_time(MAX(until, 0)), "why", why) : json_null();
}

static json_t *hours_json(const Ask *ask, gboolean restricted) {
  const char *why = NULL;
  gint64 until = outbox_opens(ask->house->outbox, restricted, clock_wall(ask->house->clock), &why);
  return wait_json(until, why);
}

static json_t *relay_json(const Ask *ask, const RelayHealth *health) {
  gint64 rest = health->until - g_get_monotonic_time();
  gint64 until = health->until != 0 ? clock_wall(ask->house->clock) + MAX(rest, 0) : 0;
  json_t *json = json_pack("{s:s, s:s, s:b, s:o, s:i, s:i}", "name", relay_name(health->relay), "url",
                           relay_url(health->relay), "up", health->up, "resting_until", ask_time(until),
                           "connections", (int)health->used, "connections_max", (int)health->seats);
  if (ask_clearance(ask) > 0) {
    json_object_set_new(json, "words", health->words != NULL ? json_string(health->words) : json_null());
    json_object_set_new(json, "relayed", json_integer(health->relayed));
  }
  return json;
}

void waits_api_add_status(const Ask *ask, json_t *to) {
  g_autoptr(GArray) relays = outbox_relays(ask->house->outbox);
  json_t *list = json_array();
  for (guint i = 0; i < relays->len; i++)
    json_array_append_new(list, relay_json(ask, &g_array_index(relays, RelayHealth, i)));
  json_object_set_new(to, "relays", list);
  json_object_set_new(
      to, "waits",
      json_pack("{s:o, s:o}", "offices", hours_json(ask, TRUE), "attendees", hours_json(ask, FALSE)));
}

int waits_api_add(const Ask *ask, Link *link, const Mailing *m, json_t *to, GError **error) {
  const char *why = NULL;
  gint64 until = 0;
  int r = 0;
  if (m->state == MAILING_SCHEDULED || m->state == MAILING_SENDING)
    r = outbox_waits(ask->house->outbox, link, m->id, m->restricted, m->at, &until, &why, error);
  json_object_set_new(to, "waits", wait_json(until, why));
  return r;
}
