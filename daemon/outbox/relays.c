/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/relays.h"

#include "base/clock.h"

#define REST_FIRST SECOND
#define REST_MAX   MINUTE

typedef struct {
  const Relay *relay;
  gint64 until, rest;
  char *words;
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
    Health health = {.relay = *relays};
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

const Relay *relays_choose(Relays *relays, gint64 now, gint64 *ret_until) {
  const Relay *chosen = NULL;
  gint64 until = 0;
  g_mutex_lock(&relays->lock);
  for (guint i = 0; i < relays->all->len && chosen == NULL; i++) {
    const Health *health = &g_array_index(relays->all, Health, i);
    if (health->until <= now)
      chosen = health->relay;
    else if (until == 0 || health->until < until)
      until = health->until;
  }
  g_mutex_unlock(&relays->lock);
  *ret_until = chosen != NULL ? 0 : until;
  return chosen;
}

static Health *health_of(Relays *relays, const Relay *relay) {
  for (guint i = 0; i < relays->all->len; i++)
    if (g_array_index(relays->all, Health, i).relay == relay)
      return &g_array_index(relays->all, Health, i);
  return NULL;
}

/* Couriers that fail at the same moment count as one failure. */
void relays_down(Relays *relays, const Relay *relay, gint64 now, const char *words) {
  g_mutex_lock(&relays->lock);
  Health *health = health_of(relays, relay);
  if (health != NULL && health->until <= now) {
    health->rest = health->rest == 0 ? REST_FIRST : MIN(2 * health->rest, REST_MAX);
    health->until = now + health->rest;
    g_free(health->words);
    health->words = g_strdup(words);
  }
  g_mutex_unlock(&relays->lock);
}

void relays_up(Relays *relays, const Relay *relay) {
  g_mutex_lock(&relays->lock);
  Health *health = health_of(relays, relay);
  if (health != NULL && health->rest != 0) {
    health->rest = health->until = 0;
    g_clear_pointer(&health->words, g_free);
  }
  g_mutex_unlock(&relays->lock);
}

char *relays_words(Relays *relays, gint64 now) {
  g_mutex_lock(&relays->lock);
  const Health *first = relays->all->len > 0 ? &g_array_index(relays->all, Health, 0) : NULL;
  char *words = first != NULL && first->until > now ? g_strdup(first->words) : NULL;
  g_mutex_unlock(&relays->lock);
  return words;
}
