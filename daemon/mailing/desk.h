/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * desk.h - what this room works with: the store, the journal, the clock, the settings, the outbox below
 *
 * One desk a daemon. Settings are immutable and counted: whoever works takes a reference, a reload puts new
 * ones on the desk, and what is under way ends with those it began with.
 */
#pragma once

#include "base/clock.h"
#include "contacts/day.h"
#include "journal/journal.h"
#include "mail/token.h"
#include "outbox/outbox.h"
#include "sign/keeper.h"
#include "store/store.h"
#include "templates/catalogue.h"
#include "templates/forms.h"
#include "templates/workdays.h"

#include <glib.h>

extern const Schema mailing_schema;

/* A next hop as the manifest names it. */
typedef struct {
  char *name, *url; /* the url never holds a user or password */
} RelayNote;

/* All is owned. NULL where nothing is set, unless said otherwise. */
typedef struct {
  GHashTable *organisation;   /* language code -> our name; "" for every language not named */
  GHashTable *sender_title;   /* the same for the title of who signs */
  char *organisation_address; /* postal, lines parted by LF */
  char *sender_name;          /* who signs; NULL: the organisation */
  char *from;                 /* the From of every letter (RFC 5322 §3.6.2); must be set */
  GPtrArray *languages;       /* char *, the first is our own; must be set */
  char *reply_mailbox;        /* NULL: from, and no token in Reply-To */
  char *bounce_mailbox;       /* NULL: reply_mailbox, else from */
  gboolean envelope_token;    /* FALSE: the account is the envelope sender */
  char *separator;            /* between mailbox and token; must be set */
  TokenKey token_key;
  char *base_url;          /* of the recipients' pages, without a final slash */
  gint64 attachment_limit; /* bytes of all attachments of one message, before encoding */
  gint64 message_limit;    /* bytes of a whole message, where a mailing says nothing else */
  char *documents;         /* folder of the document files; must be set */
  GPtrArray *relays;       /* RelayNote *, in order of preference */
  GTimeZone *zone;         /* must be set */
  gint64 stale_days;       /* a tenure verified longer ago is held; 0: never */
  States *states;          /* must be set; freed with the settings, after forms */
  Forms *forms;            /* must be set */
  Catalogue *catalogue;    /* must be set */
  Workdays *workdays;      /* NULL: every day but Saturday and Sunday is one */
  GArray *closed;          /* of ReminderClosure: the house sends nothing by itself; never NULL */
} MailingSettings;

/* Empty tables and lists, nothing else set; one reference. */
MailingSettings *mailing_settings_new(void);
MailingSettings *mailing_settings_ref(MailingSettings *settings);
void mailing_settings_unref(MailingSettings *settings); /* wipes the token key at the last one */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailingSettings, mailing_settings_unref)
void mailing_settings_add_relay(MailingSettings *settings, const char *name, const char *url);
/* TEXTS in LANGUAGE, else for every language, else in our own language, else NULL. */
const char *mailing_settings_in(const MailingSettings *settings, GHashTable *texts, const char *language);

typedef struct Desk Desk;

/* After store_migrate with mailing_schema and journal_open. Takes a reference to SETTINGS. The first time it
 * makes the random name of this database that stands in each Message-ID, and always it
 * clears away the rolls that a crash left half made. */
int desk_new(Store *store, Journal *journal, const Clock *clock, MailingSettings *settings, Desk **ret,
             GError **error);
void desk_free(Desk *desk);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Desk, desk_free)
/* The outbox is opened after the desk, because it is handed the desk's composer (compose.h); it outlives the
 * desk's last call to release_*. */
void desk_set_outbox(Desk *desk, Outbox *outbox);
/* Who signs; NULL: nobody. Borrowed, it outlives the desk; set once, before the desk is used. */
void desk_set_keeper(Desk *desk, Keeper *keeper);
Keeper *desk_keeper(const Desk *desk);
/* Who knows of answers (follow_up.h); NULL: nobody. Static; set once, before the desk is used. */
struct FollowUp;
void desk_set_follow_up(Desk *desk, const struct FollowUp *follow_up);
const struct FollowUp *desk_follow_up(const Desk *desk);

Store *desk_store(const Desk *desk);
Journal *desk_journal(const Desk *desk);
const Clock *desk_clock(const Desk *desk);
/* Today in the zone of SETTINGS. */
Day desk_today(const Desk *desk, const MailingSettings *settings);
/* The day of a deed as it is kept ("2013-12-02"), today where TEXT is NULL. *ret is the caller's. FAULT_INPUT
 * for what is no day, and for one that lies ahead: "…; say when it was DEED". */
int desk_day_of_deed(Desk *desk, const char *text, const char *deed, char **ret, GError **error);
Outbox *desk_outbox(const Desk *desk);
const char *desk_instance(const Desk *desk);
/* Long work on one mailing (planning, opening its gate) is done by one thread at a time. FALSE: somebody is
 * at it. */
gboolean desk_take(Desk *desk, gint64 mailing);
/* The same for who asks once and will not come again: waits a few seconds for what time does in the meantime.
 */
gboolean desk_take_patiently(Desk *desk, gint64 mailing);
void desk_give_back(Desk *desk, gint64 mailing);
/* A reference to the present settings. */
MailingSettings *desk_settings(Desk *desk);
void desk_settings_replace(Desk *desk, MailingSettings *settings);
