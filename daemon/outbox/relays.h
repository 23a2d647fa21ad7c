/* SPDX-License-Identifier: GPL-3.0-or-later */
/* relays.h - the relays in order of preference, and which of them is down until when. Thread-safe. */
#pragma once

#include "transport/transport.h"

#include <glib.h>

typedef struct Relays Relays;

Relays *relays_new(const Relay *const *relays); /* ended by NULL; outlive it */
void relays_free(Relays *relays);

/* The first relay that is not down at NOW (monotonic); NULL when all are, then *ret_until says until when. */
const Relay *relays_choose(Relays *relays, gint64 now, gint64 *ret_until);
/* RELAY could not be used at NOW: it rests for 1 second, at the next failure for 2, and so on up to a minute.
 * WORDS (may be NULL) are kept to be shown. */
void relays_down(Relays *relays, const Relay *relay, gint64 now, const char *words);
/* RELAY took part in a whole dialogue. */
void relays_up(Relays *relays, const Relay *relay);
/* The last words of the first relay when it is down at NOW, else NULL. The caller frees them. */
char *relays_words(Relays *relays, gint64 now);
