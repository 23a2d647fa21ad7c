/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * api.h - the JSON API under /api/v1: one table of routes, who may use each, and what answers it
 *
 * Every handler works for an Actor. Over a unix socket the peer's user (SO_PEERCRED) decides who that is:
 * root is an admin, another is the user whose unix_user has that name; a bearer token makes it that token's
 * user, over the socket too. What the actor may not see does not exist for him (journal/actor.h).
 */
#pragma once

#include "config/config.h"
#include "contacts/contact_ring.h"
#include "http/http_server.h"
#include "inbound/mail_watch.h"
#include "mailing/desk.h"
#include "outbox/outbox.h"
#include "reply/filing.h"
#include "sign/keeper.h"

#include <glib.h>

/* Users and their tokens. */
extern const Schema api_schema;

/* What the handlers work with; all of it outlives the Api. */
typedef struct {
  Store *store;
  Journal *journal;
  Clock *clock;
  const Contacts *contacts;
  ContactRing *ring; /* what signatures of contacts are judged by */
  Desk *desk;
  Outbox *outbox;
  Intake *intake;
  Filing *filing;
  ReaderPort reader;
  const ReplyTaker *taker;    /* who is told of replies that a person files; NULL: nobody */
  MailWatch mailboxes;        /* all zero when none is named */
  Keeper *log_keeper;         /* who signs heads of the journal */
  const Relay *const *relays; /* ended by NULL */
  const Config *config;
  void (*wake)(gpointer data); /* the scheduler looks at once: something may have become due */
  gpointer wake_data;
} ApiHouse;

typedef struct Api Api;

Api *api_new(const ApiHouse *house);
/* No request may be under way. */
void api_free(Api *api);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Api, api_free)

/* To be given to http_server_start with DATA = the Api: refuses strangers before their body is read, then
 * answers. */
int api_gate(Request *request, Response *response, gpointer data);
void api_handle(const Request *request, Response *response, gpointer data);
