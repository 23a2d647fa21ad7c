/* SPDX-License-Identifier: GPL-3.0-or-later */
/* contact.h - the card of a person, an office or an organisation */
#pragma once

#include "contacts/contacts.h"

#define CONTACT_LANGUAGES_MAX 8
#define CONTACT_PAGE          100
#define CONTACT_PAGE_MAX      10000

enum contact_kind { CONTACT_PERSON, CONTACT_OFFICE, CONTACT_ORGANISATION, CONTACT_KINDS };
const char *contact_kind_name(enum contact_kind kind); /* "person", "office", "organisation" */
gboolean contact_kind_parse(const char *name, enum contact_kind *ret);

enum contact_standing { CONTACT_ACTIVE, CONTACT_OBJECTED, CONTACT_ERASED };
const char *contact_standing_name(enum contact_standing standing);
gboolean contact_standing_parse(const char *name, enum contact_standing *ret);

enum gender { GENDER_UNKNOWN, GENDER_M, GENDER_F, GENDER_PLURAL };
const char *gender_name(enum gender gender); /* "unknown", "m", "f", "plural" */
gboolean gender_parse(const char *name, enum gender *ret);

/*
 * What a letter and the right to send it depend on, each as the first 64 bits of a SHA-256; kept up to date
 * by every write. Another number: something changed.
 *
 *   holder   kind, standing, names, gender, honorific, wish of salutation, office, its kind, organisation,
 *            portfolio, city, country, languages; for an office its tenures with all of this of their persons
 *
 *   channel  the e-mail channels: address, role, via, order, standing, limits; without one, all others
 *
 *   ground   the grounds: kind, area, evidence, date
 */
typedef struct {
  gint64 holder, channel, ground;
} Stamps;

/* Texts are NULL when not known. */
typedef struct {
  gint64 id;
  enum contact_kind kind;
  enum contact_standing standing;
  enum gender gender;
  gint64 restricted;
  char *external_id; /* its second name, from a file */
  char *given_name, *family_name, *honorific;
  char *salutation;   /* the person's own stated wish, whole */
  char *office;       /* what the office, or a person's post, is called */
  char *office_kind;  /* key of the table of forms: "president" */
  char *organisation; /* name of the organisation, or to which the office or person belongs */
  char *portfolio, *city;
  char *country;   /* "FR", or an area "CA-QC" */
  char *languages; /* in order of preference: "fr en"; "" when none is known */
  char *openpgp;   /* fingerprint or name of a key */
  char *name;      /* by which people know it; never NULL */
  Stamps stamps;   /* as stored; see contact_stamps */
} Contact;

void contact_free(Contact *contact);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Contact, contact_free)

/* ---- reading ---- */

/* 0 and *ret, or FAULT_ABSENT (also for what is restricted above CLEARANCE). */
int contact_find(Link *link, gint64 id, gint64 clearance, Contact **ret, GError **error);
/* 0 when it would be found. */
int contact_check(Link *link, gint64 id, gint64 clearance, GError **error);
/* By "C-31", or by the id of its own that a file gave. */
int contact_find_named(Link *link, const char *name, gint64 clearance, Contact **ret, GError **error);

/* What is asked for; all given conditions hold together. */
typedef struct {
  int kind;            /* of enum contact_kind; -1: any */
  int standing;        /* of enum contact_standing; -1: any */
  gint64 list;         /* members of this list, by hand or by rule; 0: any */
  const char *country; /* NULL: any */
  const char
      *area; /* a code or words (area.h): where the contact is, or a ground of its own holds; NULL: any */
  const char *search; /* words or parts of words of its names, organisation, id or addresses; NULL: any */
  gint64 after;       /* id of the last contact of the page before */
  gint64 not_reviewed_since; /* nobody has looked at it since this moment (review.h); 0: any */
  gint64 limit;              /* 0: CONTACT_PAGE */
} ContactFilter;
#define CONTACT_FILTER_ANY ((ContactFilter){.kind = -1, .standing = -1})

/* CONTACT is valid during the call. Negative: a fault that ends the listing. */
typedef int (*ContactSeen)(const Contact *contact, gpointer data, GError **error);
/* In the order of ids. FAULT_INPUT for a limit above CONTACT_PAGE_MAX, FAULT_ABSENT for an unknown list. */
int contact_each(Link *link, const ContactFilter *filter, gint64 clearance, ContactSeen seen, gpointer data,
                 GError **error);
/* How many there are; `after` and `limit` count for nothing. */
int contact_count(Link *link, const ContactFilter *filter, gint64 clearance, gint64 *ret, GError **error);

/* The stamps as of TODAY, in one query: also a tenure that begins or ends by itself today changes `holder`.
 * FAULT_ABSENT when there is no such contact. Sees all contacts: for the house's own comparisons. */
int contact_stamps(Link *link, gint64 id, Day today, Stamps *ret, GError **error);

/* ---- writing: each is one unit with its journal entry ---- */

/*
 * Adds a contact, or changes one, from pairs "field=value" ended by NULL; fields are the columns of a file
 * (columns.h) in any of their names. In contact_set an empty value clears.
 * FAULT_INPUT for an unknown field, one given twice or a bad value; FAULT_RULE when the contact is there
 * already (same id, office, address or name: says which), or is erased; FAULT_FORBIDDEN when the actor may
 * not see what it would become.
 */
int contact_add(const Contacts *contacts, const Actor *actor, const char *const *pairs, gint64 *ret_id,
                GError **error);
int contact_set(const Contacts *contacts, const Actor *actor, gint64 id, const char *const *pairs,
                GError **error);

/* The contact wishes not to be written to: noted with the day, who says so, and why; and taken back. 0, or 1
 * when it is so already. */
int contact_object(const Contacts *contacts, const Actor *actor, gint64 id, const char *reason,
                   GError **error);
int contact_unobject(const Contacts *contacts, const Actor *actor, gint64 id, const char *reason,
                     GError **error);
