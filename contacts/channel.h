/* SPDX-License-Identifier: GPL-3.0-or-later */
/* channel.h - a route to a contact */
#pragma once

#include "contacts/contact.h"

enum channel_kind {
  CHANNEL_EMAIL,
  CHANNEL_WEB_FORM,
  CHANNEL_POST,
  CHANNEL_TELEPHONE,
  CHANNEL_HAND,
  CHANNEL_KINDS
};
const char *channel_kind_name(enum channel_kind kind); /* "email", "web-form", "post", "telephone", "hand" */
gboolean channel_kind_parse(const char *name, enum channel_kind *ret);

enum channel_role { CHANNEL_PRIMARY, CHANNEL_COPY, CHANNEL_INTERMEDIARY };
const char *channel_role_name(enum channel_role role);
gboolean channel_role_parse(const char *name, enum channel_role *ret);

enum channel_via { VIA_NONE, VIA_PRIVATE_OFFICE, VIA_MISSION, VIA_EMBASSY, VIA_MINISTRY, VIA_HOUSEHOLD };
const char *channel_via_name(enum channel_via via); /* "", "private-office", "mission", … */
gboolean channel_via_parse(const char *name, enum channel_via *ret);

enum channel_standing {
  CHANNEL_UNVERIFIED,
  CHANNEL_VERIFIED,
  CHANNEL_SUSPECT,
  CHANNEL_DEAD,
  CHANNEL_REFUSED
};
const char *channel_standing_name(enum channel_standing standing);
gboolean channel_standing_parse(const char *name, enum channel_standing *ret);

/* What a route can take. A mailing that knows it sends another variant, instead of being refused or unread.
 */
typedef struct {
  gint64 max_message_bytes;   /* of a whole message as it is transmitted; 0: no limit is known */
  gboolean no_signature_part; /* a signature beside the text is stripped or quarantined there */
  gboolean plain_only;        /* only plain text is read there */
} ChannelLimits;
#define CHANNEL_BYTES_LEAST ((gint64)10 * 1024) /* a smaller limit would let no letter through */
#define CHANNEL_BYTES_MOST  ((gint64)1024 * 1024 * 1024)

typedef struct {
  gint64 id, contact;
  enum channel_kind kind;
  enum channel_role role;
  enum channel_via via;
  enum channel_standing standing;
  gint64 position;    /* routes are tried in this order, from 1 */
  gint64 verified_at; /* moment; 0: never */
  ChannelLimits limits;
  const char *value;  /* as it is shown: U-labels; an address of several lines for post */
  const char *send;   /* e-mail: what goes to the relay, A-labels; the key of one mailbox (mail/address.h).
                         Else the value in one spelling (channel_value.h) */
  const char *folded; /* send, case-folded */
} Channel;

typedef int (*ChannelSeen)(const Channel *channel, gpointer data, GError **error);
/* In their order. */
int channel_each(Link *link, gint64 contact, gint64 clearance, ChannelSeen seen, gpointer data,
                 GError **error);

/* Whose CHANNEL is now, and how it stands: it may have gone into another contact. 1 when it is no more. */
int channel_whose(Link *link, gint64 channel, gint64 *ret_contact, enum channel_standing *ret_standing,
                  GError **error);

/* A mailbox as somebody writes it ("Ada@A.example"): the channel of whoever has it, in whose via it stands.
 * Of several, the one with the smallest number. */
typedef struct {
  gint64 channel, contact;
  enum channel_via via;
} ChannelOwner;
/* 0; 1 when nobody that CLEARANCE may see has it. CONTACT 0: anybody. */
int channel_of_mailbox(Link *link, gint64 clearance, const char *mailbox, gint64 contact, ChannelOwner *ret,
                       GError **error);

/* Whether a signature beside the text is stripped or quarantined behind CHANNEL; FALSE when it is no more. */
int channel_refuses_signatures(Link *link, gint64 channel, gboolean *ret, GError **error);

/* What is given to channel_add and channel_set; -1, 0 and NULL leave as it is (or the default). */
typedef struct {
  int kind, role, via; /* channel_add needs a kind; it cannot be changed */
  const char *value;
  gint64 position;                   /* 0: last */
  gint64 max_message_bytes;          /* -1: as it is; 0: no limit */
  int no_signature_part, plain_only; /* -1: as it is */
} ChannelChange;
#define CHANNEL_CHANGE_NONE                                                                                  \
  ((ChannelChange){.kind = -1,                                                                               \
                   .role = -1,                                                                               \
                   .via = -1,                                                                                \
                   .max_message_bytes = -1,                                                                  \
                   .no_signature_part = -1,                                                                  \
                   .plain_only = -1})

/* One that must not be written to (suppression.h) is added as refused. */
int channel_add(const Contacts *contacts, const Actor *actor, gint64 contact, const ChannelChange *change,
                gint64 *ret_id, GError **error);
/* Another value makes the channel unverified. */
int channel_set(const Contacts *contacts, const Actor *actor, gint64 contact, gint64 channel,
                const ChannelChange *change, GError **error);
/* Notes that a person saw that it is right, now: standing verified. REASON may be NULL, unless it was
 * refused: then it says why it may be used again (FAULT_INPUT). */
int channel_verify(const Contacts *contacts, const Actor *actor, gint64 contact, gint64 channel,
                   const char *reason, GError **error);
/* Not to be used until verified again: standing suspect. */
int channel_suspend(const Contacts *contacts, const Actor *actor, gint64 contact, gint64 channel,
                    const char *reason, GError **error);
/* Any standing, with the reason: dead after a hard refusal; refused when somebody said "do not write here",
 * which is an objection to this route alone, and stays so wherever the address turns up (suppression.h). */
int channel_mark(const Contacts *contacts, const Actor *actor, gint64 contact, gint64 channel,
                 enum channel_standing standing, const char *reason, GError **error);
/* The same within a unit. A channel that is refused stays so: FAULT_RULE for a weaker standing. */
int channel_mark_within(const Contacts *contacts, Link *link, const Actor *actor, gint64 contact,
                        gint64 channel, enum channel_standing standing, const char *reason, GError **error);
