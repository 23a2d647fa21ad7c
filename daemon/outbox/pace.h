/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pace.h - pure: how fast, for the whole and for each domain that receives. Handed the time; thread-safe.
 *
 * Booking deals out moments ahead of time, so that what has to wait is put off once and not looked at again
 * before its moment. Passing is the last word for restricted mail, right before the message goes: by what
 * really went, whatever was booked, so that a courier that was held up never comes too close behind another.
 *
 * A domain is what stands behind the @ of the address, in lower case. Domains below one of the rules'
 * "together" count as that one, so that the offices of one ministry are one receiver though their addresses
 * differ. Nothing else is guessed.
 */
#pragma once

#include <glib.h>

typedef struct {
  guint n;    /* messages; 0 for no limit */
  gint64 per; /* in so many microseconds */
} PaceRate;

typedef struct {
  PaceRate total;
  PaceRate per_domain;         /* evenly: one each PER / N */
  gint64 domain_interval;      /* between two restricted messages to one domain; 0 for none */
  const char *const *together; /* domains in lower case, ended by NULL; may be NULL */
} PaceRules;

typedef struct Pace Pace;

Pace *pace_new(const PaceRules *rules);
void pace_free(Pace *pace);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pace, pace_free)

/* Does any limit of a domain touch mail that is RESTRICTED or not? If not, nothing needs to be booked. */
gboolean pace_limits_domains(const Pace *pace, gboolean restricted);

/* The moment for a message to ADDRESS: NOW when it may go at once, else later. A moment is dealt out once.
 * HELD is the moment that was booked for this message before, 0 for none: while it still stands it is not
 * dealt anew. */
gint64 pace_book(Pace *pace, const char *address, gboolean restricted, gint64 held, gint64 now);

/* NOW: it may go, and goes. Later: it must not go before. Of mail that is not RESTRICTED it is always now. */
gint64 pace_pass(Pace *pace, const char *address, gboolean restricted, gint64 now);

/* A restricted message to ADDRESS left at WHEN, as the store remembers it: what passing has to know after a
 * start. */
void pace_remember(Pace *pace, const char *address, gint64 when);

/* N that pace_take granted are not sent after all. */
void pace_return(Pace *pace, guint n);

/* How many messages the limit of the whole lets go at NOW, at most WANTED; they are taken. When none,
 * *ret_next is when there will be one. */
guint pace_take(Pace *pace, guint wanted, gint64 now, gint64 *ret_next);
