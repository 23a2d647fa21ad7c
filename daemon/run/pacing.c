/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/pacing.h"

#include <string.h>

static void fill_calendar(const ConfigPace *from, Pacing *pacing, CalendarRules *to) {
  pacing->quiet = g_array_new(FALSE, FALSE, sizeof(CalendarQuiet));
  pacing->closed = g_array_new(FALSE, FALSE, sizeof(CalendarClosure));
  for (guint i = 0; i < from->quiet->len; i++) {
    const ConfigQuiet *quiet = g_ptr_array_index(from->quiet, i);
    CalendarQuiet rule = {quiet->from, quiet->to};
    g_array_append_val(pacing->quiet, rule);
  }
  for (guint i = 0; i < from->closed->len; i++) {
    const ConfigClosure *closed = g_ptr_array_index(from->closed, i);
    CalendarClosure rule = {closed->first, closed->last};
    g_array_append_val(pacing->closed, rule);
  }
  *to = (CalendarRules){.quiet = (const CalendarQuiet *)pacing->quiet->data,
                        .n_quiet = pacing->quiet->len,
                        .closed = (const CalendarClosure *)pacing->closed->data,
                        .n_closed = pacing->closed->len,
                        .weekdays = from->weekdays == CALENDAR_WEEK ? 0 : from->weekdays};
}

void pacing_fill(const Config *config, Pacing *pacing, OutboxOptions *options) {
  const ConfigPace *from = &config->pace;
  pacing->together = g_ptr_array_new();
  for (guint i = 0; i < from->together->len; i++)
    g_ptr_array_add(pacing->together, g_ptr_array_index(from->together, i));
  g_ptr_array_add(pacing->together, NULL);
  options->pace = (PaceRules){.total = {from->total.n, from->total.per},
                              .per_domain = {from->per_domain.n, from->per_domain.per},
                              .domain_interval = from->domain_interval,
                              .together = (const char *const *)pacing->together->pdata};
  fill_calendar(from, pacing, &options->calendar);
  options->calendar_offices_only = from->quiet_for == CONFIG_QUIET_FOR_OFFICES;
}

static gboolean same_items(const GPtrArray *a, const GPtrArray *b, gsize size) {
  gboolean same = a->len == b->len;
  for (guint i = 0; i < a->len && same; i++) {
    gconstpointer one = g_ptr_array_index(a, i), other = g_ptr_array_index(b, i);
    same = size != 0 ? memcmp(one, other, size) == 0 : g_str_equal(one, other);
  }
  return same;
}

gboolean pacing_equal(const ConfigPace *a, const ConfigPace *b) {
  return a->couriers == b->couriers && a->messages_per_connection == b->messages_per_connection &&
         a->total.n == b->total.n && a->total.per == b->total.per && a->per_domain.n == b->per_domain.n &&
         a->per_domain.per == b->per_domain.per && a->domain_interval == b->domain_interval &&
         a->weekdays == b->weekdays && a->quiet_for == b->quiet_for &&
         same_items(a->together, b->together, 0) && same_items(a->quiet, b->quiet, sizeof(ConfigQuiet)) &&
         same_items(a->closed, b->closed, sizeof(ConfigClosure));
}

void pacing_clear(Pacing *pacing) {
  g_clear_pointer(&pacing->together, g_ptr_array_unref);
  if (pacing->quiet != NULL)
    g_array_free(g_steal_pointer(&pacing->quiet), TRUE);
  if (pacing->closed != NULL)
    g_array_free(g_steal_pointer(&pacing->closed), TRUE);
}
