/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tenure.h - a person holds an office from..to. An office is not its holder: letters go to the office and are
 * worded for whoever holds it on the day; several holders at once are a collegial office */
#pragma once

#include "contacts/contact.h"

/* In what manner somebody holds an office. Who is elected begins on a coming day, and needs no word of his
 * own. */
enum tenure_manner { TENURE_IN_OFFICE, TENURE_ACTING, TENURE_CONTESTED, TENURE_MANNERS };
const char *tenure_manner_name(enum tenure_manner manner); /* "in-office", "acting", "contested" */
gboolean tenure_manner_parse(const char *name, enum tenure_manner *ret);

typedef struct {
  gint64 id, office, person;
  enum tenure_manner manner;
  Day from, to;    /* both days included; 0: not known, and for `to`: still in office */
  Day verified_at; /* 0: never */
  gboolean present;
  const char *person_name, *office_name;
} Tenure;
/* "past", "present" or "coming" on TODAY. */
const char *tenure_state(const Tenure *tenure, Day today);

typedef int (*TenureSeen)(const Tenure *tenure, gpointer data, GError **error);
/* Of an office or of a person, present ones first, then the latest. */
int tenure_each(Link *link, gint64 contact, Day today, gint64 clearance, TenureSeen seen, gpointer data,
                GError **error);

/* How PERSON's tenure of an office is noted. */
typedef struct {
  Day from, to, verified_at;
  gboolean joint; /* TRUE: holds it with those who do (co-heads, a council); FALSE: their tenures end the day
                     before FROM (or today's, when FROM is not known). They stay as history either way */
  const enum tenure_manner *manner; /* NULL: as it is */
} TenureChange;

/* Notes that PERSON holds OFFICE. A tenure of that person which is in force or to come on FROM (or today) is
 * changed instead, and then nobody else's ends unless FROM is given: so one of several holders can be
 * verified, or ended with TO, alone. */
int tenure_set(const Contacts *contacts, const Actor *actor, gint64 office, gint64 person,
               const TenureChange *change, gint64 *ret_id, GError **error);
/* A person saw that the tenure is as noted, on DAY (0: today). */
int tenure_verify(const Contacts *contacts, const Actor *actor, gint64 office, gint64 tenure, Day day,
                  GError **error);
