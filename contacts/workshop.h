/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * workshop.h - a list whose members sit together on one question: 10 to 15 seats, balanced by country and by
 * language, with a room, a working language, a facilitator and a rapporteur
 *
 * A workshop outside of that is allowed, and warned of: seats fill while people register.
 */
#pragma once

#include "contacts/list.h"

#define WORKSHOP_SEATS_LEAST 10
#define WORKSHOP_SEATS_MOST  15

/* NULL and 0 leave as it is; "" and -1 clear. */
typedef struct {
  const char *room, *language;
  gint64 facilitator, rapporteur; /* contacts: persons */
  gint64 question;
} WorkshopChange;

typedef struct {
  const char *room, *language; /* NULL: not said */
  gint64 facilitator, rapporteur;
  const char *facilitator_name, *rapporteur_name; /* NULL: none, or none that the asker may see */
} WorkshopFacts;
typedef int (*WorkshopSeen)(const WorkshopFacts *facts, gpointer data, GError **error);
/* SEEN is called once; for a list that is no workshop or has nothing noted, with empty facts. */
int workshop_facts(Link *link, gint64 list, gint64 clearance, WorkshopSeen seen, gpointer data,
                   GError **error);
/* FAULT_RULE for a list that is no workshop, or somebody who is no person. */
int workshop_set(const Contacts *contacts, const Actor *actor, const char *name, const WorkshopChange *change,
                 GError **error);

/* How many seats are taken by a country or language ("" for those of whom it is not known). */
typedef struct {
  const char *key;
  gint64 seats;
} WorkshopShare;

typedef struct {
  gint64 seats;                  /* taken, of those that the asker sees */
  GArray *countries, *languages; /* WorkshopShare, the largest first */
  GPtrArray *warnings;           /* sentences */
} Workshop;
void workshop_clear(Workshop *workshop);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Workshop, workshop_clear)

/* Who sits there, counted and judged: fewer or more than the seats, one country or language (the first of
 * each person) with more than half of them. */
int workshop_look(Link *link, gint64 list, gint64 clearance, Workshop *ret, GError **error);

/* ---- the rows (workshop_rows.c); for this room ---- */

/* TRUE in *ret when the list is one. */
int workshop_rows_is(Link *link, gint64 list, gboolean *ret, GError **error);
int workshop_rows_save(Link *link, gint64 list, const WorkshopChange *change, GError **error);
