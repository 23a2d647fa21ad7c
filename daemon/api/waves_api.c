/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/waves_api.h"

#include "base/fault.h"
#include "contacts/list.h"
#include "outbox/outbox_wave.h"

int waves_api_read(const Ask *ask, GPtrArray **ret, GError **error) {
  g_autofree const char **texts = NULL;
  if (json_object_get(ask->body, "waves") == NULL)
    return 0;
  int r = ask_texts(ask, "waves", &texts, error);
  g_autoptr(GPtrArray) waves = g_ptr_array_new_with_free_func((GDestroyNotify)wave_free);
  for (const char **text = texts; r == 0 && *text != NULL; text++) {
    Wave *wave = NULL;
    r = wave_parse(*text, ask->house->contacts->zone, &wave, error);
    if (r == 0)
      g_ptr_array_add(waves, wave);
  }
  if (r == 0)
    *ret = g_steal_pointer(&waves);
  return r;
}

/* What stands before its start, or after it. */
static const char *state_of(const Wave *wave, const Wave *next, const OutboxWave *left) {
  if (wave->opened_at == 0)
    return wave == next || wave->at == 0 ? "waiting" : "scheduled";
  gint64 n = wave->under_way;
  for (int state = 0; left != NULL && state < DELIVERY_STATES; state++)
    n += delivery_moves((enum delivery_state)state) ? left->counts[state] : 0;
  return n > 0 ? "sending" : "sent";
}

static const OutboxWave *left_of(const GArray *counts, gint64 number) {
  for (guint i = 0; i < counts->len; i++)
    if (g_array_index(counts, OutboxWave, i).wave == number)
      return &g_array_index(counts, OutboxWave, i);
  return NULL;
}

static gint64 waiting(const GPtrArray *waves, const GArray *counts) {
  gint64 n = 0;
  for (guint i = 0; i < waves->len; i++) {
    const Wave *wave = g_ptr_array_index(waves, i);
    const OutboxWave *left = left_of(counts, wave->number);
    if (wave->opened_at == 0 && left != NULL)
      n += left->counts[DELIVERY_PLANNED] + left->counts[DELIVERY_READY];
  }
  return n;
}

static int wave_json(const Ask *ask, Link *link, const Wave *wave, const Wave *next, const GArray *counts,
                     json_t **ret, GError **error) {
  const OutboxWave *left = left_of(counts, wave->number);
  gboolean hidden = FALSE;
  int r = wave->matcher != NULL ? list_rule_is_hidden(link, wave->matcher, ask_clearance(ask), &hidden, error)
                                : 0;
  if (r < 0)
    return r;
  *ret = json_pack("{s:I, s:s?, s:s, s:o, s:o, s:s?, s:I, s:I, s:o}", "number", (json_int_t)wave->number,
                   "rule", hidden ? NULL : wave->rule, "state", state_of(wave, next, left), "at",
                   ask_time(wave->at), "opened_at", ask_time(wave->opened_at), "opened_by", wave->opened_by,
                   "included", (json_int_t)wave->included, "held", (json_int_t)wave->held, "counts",
                   left != NULL ? ask_counts(left->counts) : json_object());
  return 0;
}

int waves_api_add(const Ask *ask, Link *link, const Mailing *m, json_t *to, gint64 *ret_waiting,
                  GError **error) {
  g_autoptr(GPtrArray) waves = NULL;
  g_autoptr(GArray) counts = NULL;
  json_t *items = json_array();
  int r = wave_list(link, m->id, &waves, error);
  if (r == 0)
    r = outbox_wave_counts(link, m->id, &counts, error);
  const Wave *next = r == 0 && m->state == MAILING_SENDING ? wave_next(waves) : NULL;
  *ret_waiting = next != NULL ? waiting(waves, counts) : 0;
  for (guint i = 0; r == 0 && i < waves->len; i++) {
    const Wave *wave = g_ptr_array_index(waves, i);
    json_t *one = NULL;
    if (wave->rule == NULL && wave->included + wave->held == 0) /* nobody is left for the last one */
      continue;
    r = wave_json(ask, link, wave, next, counts, &one, error);
    if (r == 0)
      json_array_append_new(items, one);
  }
  json_object_set_new(to, "waves", items);
  json_object_set_new(to, "waiting", json_integer(*ret_waiting));
  json_object_set_new(to, "next_wave", next != NULL ? json_integer(next->number) : json_null());
  return r;
}
