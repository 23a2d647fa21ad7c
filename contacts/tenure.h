/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tenure.h - a person holds an office from..to. An office is not its holder: letters go to the office and are
 * worded for whoever holds it on the day; several holders at once are a collegial office */
#pragma once

#include "contacts/contact.h"

typedef struct {
  gint64 id, office, person;
  Day from, to;    /* both days included; 0: not known, and for `to`: still in office */
  Day verified_at; /* 0: never */
  gboolean present;
  const char *person_name, *office_name;
} Tenure;

typedef int (*TenureSeen)(const Tenure *tenure, gpointer data, GError **error);
/* Of an office or of a person, present ones first, then the latest. */
int tenure_each(Link *link, gint64 contact, Day today, gint64 clearance, TenureSeen seen, gpointer data,
                GError **error);

/* How PERSON's tenure of an office is noted. */
typedef struct {
  Day from, to, verified_at;
  gboolean beside; /* TRUE: holds it beside those who do (collegial); FALSE: their tenures end the day before
                      FROM (or today's, when FROM is not known) */
} TenureChange;

/* Notes that PERSON holds OFFICE; a tenure of that person which overlaps is changed instead. */
int tenure_set(const Contacts *contacts, const Actor *actor, gint64 office, gint64 person,
               const TenureChange *change, gint64 *ret_id, GError **error);
/* A person saw that the tenure is as noted, on DAY (0: today). */
int tenure_verify(const Contacts *contacts, const Actor *actor, gint64 office, gint64 tenure, Day day,
                  GError **error);
