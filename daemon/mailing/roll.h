/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * roll.h - the addressees of a mailing: the lists' contacts frozen, each with all that its letter needs
 *
 * A roll is staged in chunks under a new generation and becomes visible by one flip; a crash before it leaves
 * the old roll, and the half-made one is cleared away at the next start. Memory is flat.
 */
#pragma once

#include "mailing/mailing.h"
#include "mailing/variant.h"

#include <glib.h>

enum addressee_state {
  ADDRESSEE_INCLUDED,
  ADDRESSEE_HELD,     /* a person can mend it: the reason says what */
  ADDRESSEE_EXCLUDED, /* nothing goes there: the reason says why */
};
const char *addressee_state_name(enum addressee_state state); /* included, held, excluded */
gboolean addressee_state_parse(const char *name, enum addressee_state *ret);

/* One line of the roll. */
typedef struct {
  gint64 id, mailing, generation, contact;
  enum addressee_state state;
  char *
      reason; /* NULL when included: language-missing, form-missing, same-mailbox, and those of eligibility */
  char *detail; /* a sentence to it, or NULL */
  gboolean restricted;
  char *language;                    /* "fr"; "" when there is none that would do */
  char *country;                     /* "XA", or NULL */
  char *name;                        /* of the contact, as lists show it */
  char *holder;                      /* who holds the office now, or NULL */
  char *salutation, *inside, *close; /* of the letter; inside address in lines parted by LF */
  char *form;                        /* the rows of the forms table, "president/fr/m+C2/fr"; NULL: none */
  gboolean form_reviewed;
  gint64 channel; /* the first to try; 0: none */
  char *address;  /* to send to; NULL: none, or the first channel is one by hand (route.h) */
  gboolean utf8;  /* only a relay with SMTPUTF8 takes it */
  char *to_name;  /* what To: calls it: the office's name, or the person's */
  gboolean ground_approval, ground_promotion;
  gint64 stamp_holder, stamp_channel, stamp_ground; /* as they were when the roll was made */
  guint8 salt[16];
  gint64 wave;               /* wave.h; 0: none */
  enum variant variant;      /* of the first channel */
  gint64 routes;             /* how many rows route_list has; 0: ADDRESS is the only one, without limits */
  GPtrArray *planned_routes; /* of a new line alone: what is stored with it; NULL: nothing */
  gboolean erased;           /* what it said is gone; LEAF is left of it */
  Digest leaf;               /* hash of what it said, as the manifest's tree has it */
  char *offices; /* it is a covering note: the names of those whom it goes to, one a line; NULL: it is none */
} Addressee;
void addressee_free(Addressee *addressee);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Addressee, addressee_free)

/* What a roll came to. */
typedef struct {
  gint64 included, held, excluded;
  gint64 bytes;          /* of all messages together, roughly */
  GHashTable *languages; /* char * -> gint64 *: included ones by language */
  GHashTable *reasons;   /* char * "held same-mailbox" -> gint64 *: held and excluded ones by reason */
  gboolean restricted;
  gint64 longest; /* microseconds that the longest unit of work took */
} RollCount;
void roll_count_clear(RollCount *count);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RollCount, roll_count_clear)

/* Makes (again) the roll of a draft. FAULT_RULE in another state, or without lists or frozen documents. A
 * volunteer's roll walks what he may see: attendees; one whose address is an office's too is excluded from it
 * (volunteer). A roll with an office, an organisation, a holder or such an address makes the mailing
 * restricted, any other unrestricted. */
int roll_make(Desk *desk, const Actor *actor, gint64 mailing, RollCount *ret, GError **error);
/* Counts of the visible roll. */
int roll_counts(Link *link, gint64 clearance, gint64 mailing, RollCount *ret, GError **error);
/* Clears away rolls that were never shown or are not any more, in chunks; by desk_new, when no roll is under
 * way. */
int roll_clean(Desk *desk, GError **error);
/* One line as it would be made now, stored nowhere: for previews of a contact that is not on the roll. */
int roll_line(Desk *desk, const Mailing *mailing, gint64 contact, gint64 clearance, Addressee **ret,
              GError **error);

typedef struct {
  gint64 mailing;
  int state;            /* enum addressee_state, or -1 for any */
  const char *reason;   /* NULL: any */
  const char *language; /* NULL: any */
  gint64 after;         /* only ids above */
  gint64 limit;
} AddresseeFilter;
/* Lines (Addressee *) of the visible roll that CLEARANCE may see, by id. */
int roll_list(Link *link, gint64 clearance, const AddresseeFilter *filter, GPtrArray **ret, GError **error);
/* By its own number, whatever its generation. FAULT_ABSENT when there is none that CLEARANCE may see. */
int roll_find(Link *link, gint64 clearance, gint64 addressee, Addressee **ret, GError **error);
/* By contact in the visible roll; the same. */
int roll_find_contact(Link *link, gint64 clearance, gint64 mailing, gint64 contact, Addressee **ret,
                      GError **error);
