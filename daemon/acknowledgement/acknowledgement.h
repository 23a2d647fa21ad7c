/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * acknowledgement.h - what an addressee answered: events with their evidence, only ever added
 *
 * An event says how something came (kind), what it says (meaning), when, from whom, and on what evidence. How
 * an addressee stands follows from its events (standing.h) and is stored nowhere else but as a note of what
 * they gave. Nothing is edited: an event that names an earlier one (`corrects`) takes its place. What relays
 * and reports say of a delivery is no event.
 *
 * Answers to a reminder belong to the letter that it reminds of.
 */
#pragma once

#include "mailing/follow_up.h"
#include "mailing/roll.h"

#include <glib.h>

extern const Schema acknowledgement_schema;
/* For desk_set_follow_up. */
extern const FollowUp acknowledgement_follow_up;

enum acknowledgement_kind {
#define KIND(symbol, name, sentence) symbol,
#include "acknowledgement/acknowledgement_kinds.def"
#undef KIND
  ACKNOWLEDGEMENT_KINDS
};
const char *acknowledgement_kind_name(enum acknowledgement_kind kind);
/* ACKNOWLEDGEMENT_KINDS when there is none of that name. */
enum acknowledgement_kind acknowledgement_kind_of(const char *name);

enum acknowledgement_meaning {
#define MEANING(symbol, name, sentence) symbol,
#include "acknowledgement/acknowledgement_meanings.def"
#undef MEANING
  MEANINGS
};
const char *acknowledgement_meaning_name(enum acknowledgement_meaning meaning);
enum acknowledgement_meaning acknowledgement_meaning_of(const char *name); /* MEANINGS: none */

/* Who answered, ended by NULL: principal, private-office, mission, other, unknown. */
extern const char *const acknowledgement_bys[];
/* "private-office: Mr X", "mission", "the secretary", which is somebody of kind other. The caller frees both;
 * *ret_name may be NULL. */
void acknowledgement_read_by(const char *text, char **ret_by, char **ret_name);

typedef struct {
  gint64 id, addressee, mailing, contact;
  gint64 delivery; /* which letter it answers; 0: nobody knows */
  gint64 corrects; /* the earlier event in whose place it stands; 0: none */
  gboolean restricted;
  enum acknowledgement_kind kind;
  enum acknowledgement_meaning meaning;
  gint64 received_at;
  char *day;                 /* that stands on the letter, "2013-12-09"; NULL: none */
  char *by, *by_name, *note; /* BY is one of acknowledgement_bys; NAME and NOTE may be NULL */
  gboolean has_file;
  Digest file; /* of the evidence, kept under that name */
  char *file_name, *media_type;
  gint64 file_size;
  gint64 noted_at;
  char *noted_by;
} Acknowledgement;
void acknowledgement_free(Acknowledgement *event);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Acknowledgement, acknowledgement_free)

/* ---- noting ---- */

/* What a person says that came. */
typedef struct {
  gint64 addressee;
  const char *kind, *meaning; /* words of the tables */
  const char *day;            /* of the letter or call; NULL: today */
  gint64 received_at;         /* 0: now */
  const char *by;   /* one of acknowledgement_bys, perhaps with ": somebody" behind it; other words are
                       somebody of kind other; NULL: unknown */
  const char *note; /* NULL: none */
  gint64 corrects;
  const Digest *file; /* sent to the evidence before; NULL: none */
  const char *file_name;
} AcknowledgementNote;

/* Organisers, admins; volunteers for attendees. FAULT_INPUT for unknown words, days that lie ahead, a file
 * that is not there or not what its name says; FAULT_RULE for an addressee to whom nothing was released, and
 * an event of somebody else. */
int acknowledgement_record(Desk *desk, const Actor *actor, const AcknowledgementNote *note, gint64 *ret_id,
                           GError **error);
/* A person decides, with a reason, that no answer is expected any more. Organisers and admins. FAULT_RULE
 * when it was decided before. */
int acknowledgement_waive(Desk *desk, const Actor *actor, gint64 addressee, const char *reason,
                          GError **error);
/* A new event that takes the place of BEFORE and says the same, without its day and file; the caller changes
 * what is to be said otherwise, and puts it. */
Acknowledgement *acknowledgement_in_place_of(const Acknowledgement *before);
/* Within a unit: adds EVENT, of which id, mailing, contact, restricted and noted_at are filled in, and notes
 * how its addressee stands now. */
int acknowledgement_put(Desk *desk, Link *link, const char *user, Acknowledgement *event, GError **error);
/* By its number; FAULT_ABSENT when there is none that CLEARANCE may see. `restricted` is that of the whole
 * mailing.
 */
int acknowledgement_addressee(Link *link, gint64 clearance, gint64 addressee, Addressee **ret,
                              GError **error);
/* The addressee that an answer to ADDRESSEE belongs to: of the first letter, when it had a reminder. */
int acknowledgement_target(Link *link, gint64 clearance, gint64 addressee, Addressee **ret, GError **error);

/* ---- reading ---- */

/* All events (Acknowledgement *) of one addressee that CLEARANCE may see, in the order of their noting. */
int acknowledgement_events(Link *link, gint64 clearance, gint64 addressee, GPtrArray **ret, GError **error);
/* The same of one contact, to whatever letters. */
int acknowledgement_events_of_contact(Link *link, gint64 clearance, gint64 contact, GPtrArray **ret,
                                      GError **error);
/* FAULT_ABSENT when there is none that CLEARANCE may see. */
int acknowledgement_find(Link *link, gint64 clearance, gint64 event, Acknowledgement **ret, GError **error);
/* Where the file of EVENT lies, read anew and compared: FAULT_RULE when it is another by now, FAULT_ABSENT
 * when there is none. The caller frees it. */
int acknowledgement_path(Desk *desk, const Acknowledgement *event, char **ret, GError **error);
/* What was noted of a person goes, within a unit: names, words, the file. That something came stays. */
int acknowledgement_erase(Link *link, gint64 contact, GError **error);
