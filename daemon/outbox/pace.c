/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/pace.h"

#include <string.h>

#include "base/clock.h"

#define RECORDS_MAX 20000        /* domains that are remembered before those that are at rest are forgotten */
#define CREDIT      SECOND       /* what the whole may save up */
#define MARGIN_MAX  (2 * SECOND) /* booked beyond the interval, so that passing seldom has to say no */

/* The next moment at which a message may go to this domain. */
typedef struct {
  gint64 booked, booked_restricted; /* as dealt out ahead of time */
  gint64 passed_restricted;         /* by what really went */
} Record;

struct Pace {
  GMutex lock;
  gint64 spacing_total, spacing, interval; /* 0: no limit */
  char **together;
  GHashTable *records; /* char * -> Record * */
  gint64 total;        /* the next moment of the whole */
};

static gint64 spacing_of(PaceRate rate) {
  return rate.n > 0 ? MAX(rate.per / rate.n, 1) : 0;
}

Pace *pace_new(const PaceRules *rules) {
  Pace *pace = g_new0(Pace, 1);
  g_mutex_init(&pace->lock);
  pace->spacing_total = spacing_of(rules->total);
  pace->spacing = spacing_of(rules->per_domain);
  pace->interval = rules->domain_interval;
  pace->together = g_strdupv((char **)rules->together);
  pace->records = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  return pace;
}

void pace_free(Pace *pace) {
  if (pace == NULL)
    return;
  g_mutex_clear(&pace->lock);
  g_strfreev(pace->together);
  g_hash_table_unref(pace->records);
  g_free(pace);
}

gboolean pace_limits_domains(const Pace *pace, gboolean restricted) {
  return pace->spacing > 0 || (restricted && pace->interval > 0);
}

/* ---- domains ---- */

static gboolean is_below(const char *domain, const char *parent) {
  gsize length = strlen(domain), tail = strlen(parent);
  return length > tail && domain[length - tail - 1] == '.' && strcmp(domain + length - tail, parent) == 0;
}

static char *receiver_of(const Pace *pace, const char *address) {
  const char *at = strrchr(address, '@');
  g_autofree char *domain = g_ascii_strdown(at != NULL ? at + 1 : address, -1);
  for (char **parent = pace->together; parent != NULL && *parent != NULL; parent++)
    if (is_below(domain, *parent))
      return g_strdup(*parent);
  return g_steal_pointer(&domain);
}

static gboolean is_at_rest(G_GNUC_UNUSED gpointer domain, gpointer data, gpointer now) {
  const Record *r = data;
  gint64 moment = *(gint64 *)now;
  return r->booked <= moment && r->booked_restricted <= moment && r->passed_restricted <= moment;
}

static Record *record_of(Pace *pace, const char *address, gint64 now) {
  g_autofree char *domain = receiver_of(pace, address);
  Record *record = g_hash_table_lookup(pace->records, domain);
  if (record != NULL)
    return record;
  if (g_hash_table_size(pace->records) >= RECORDS_MAX)
    g_hash_table_foreach_remove(pace->records, is_at_rest, &now);
  record = g_new0(Record, 1);
  g_hash_table_insert(pace->records, g_steal_pointer(&domain), record);
  return record;
}

/* ---- booking and passing ---- */

static gint64 margin_of(const Pace *pace) {
  return MIN(pace->interval / 20, MARGIN_MAX);
}

static gint64 book(const Pace *pace, Record *record, gboolean restricted, gint64 held, gint64 now) {
  gboolean apart = restricted && pace->interval > 0;
  gint64 dealt = apart ? record->booked_restricted : record->booked;
  if (held != 0 && held <= now && held < dealt)
    return now;
  gint64 moment = now;
  if (pace->spacing > 0)
    moment = MAX(moment, record->booked);
  if (apart)
    moment = MAX(moment, MAX(record->booked_restricted, record->passed_restricted));
  if (pace->spacing > 0)
    record->booked = moment + pace->spacing;
  if (apart)
    record->booked_restricted = moment + pace->interval + margin_of(pace);
  return moment;
}

gint64 pace_book(Pace *pace, const char *address, gboolean restricted, gint64 held, gint64 now) {
  if (!pace_limits_domains(pace, restricted))
    return now;
  g_mutex_lock(&pace->lock);
  gint64 moment = book(pace, record_of(pace, address, now), restricted, held, now);
  g_mutex_unlock(&pace->lock);
  return moment;
}

gint64 pace_pass(Pace *pace, const char *address, gboolean restricted, gint64 now) {
  if (!restricted || pace->interval == 0)
    return now;
  g_mutex_lock(&pace->lock);
  Record *record = record_of(pace, address, now);
  gint64 moment = MAX(now, record->passed_restricted);
  if (moment == now)
    record->passed_restricted = now + pace->interval;
  g_mutex_unlock(&pace->lock);
  return moment;
}

void pace_remember(Pace *pace, const char *address, gint64 when) {
  g_mutex_lock(&pace->lock);
  Record *record = record_of(pace, address, when);
  record->passed_restricted = MAX(record->passed_restricted, when + pace->interval);
  g_mutex_unlock(&pace->lock);
}

void pace_return(Pace *pace, guint n) {
  g_mutex_lock(&pace->lock);
  pace->total -= n * pace->spacing_total;
  g_mutex_unlock(&pace->lock);
}

guint pace_take(Pace *pace, guint wanted, gint64 now, gint64 *ret_next) {
  *ret_next = now;
  if (pace->spacing_total == 0)
    return wanted;
  g_mutex_lock(&pace->lock);
  gint64 base = MAX(pace->total, now - CREDIT);
  gint64 there = base <= now ? (now - base) / pace->spacing_total + 1 : 0;
  guint taken = (guint)MIN((gint64)wanted, there);
  pace->total = base + taken * pace->spacing_total;
  *ret_next = MAX(pace->total, now);
  g_mutex_unlock(&pace->lock);
  return taken;
}
