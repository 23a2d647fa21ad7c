/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * daemon.h - the house put together
 *
 * opened:
 *     store, journal ► contacts ► desk (mailing) ► relays, outbox ► couriers ► scheduler ► intake, reader,
 *     filing, fetcher ► api ► listeners
 *
 * closed:
 *     scheduler ► couriers ► listeners ► fetcher ► reader, filing ► api ► store ► outbox ► desk ► journal ►
 *     relays ► contacts
 *
 * While couriers wait for the answers to their last dots, requests are still answered. The store closes
 * before the rooms that its last group may still speak to.
 */
#pragma once

#include "config/config.h"

#include <glib.h>

typedef struct Daemon Daemon;

/* Takes CONFIG. On return everything is recovered, requests are answered and couriers run. FAULT_RULE when
 * another daemon owns the state directory or the database is newer. */
int daemon_open(Config *config, Daemon **ret, GError **error);
/* Puts NEXT's words, organisation and log level in use (and takes it); what only a start can change stays as
 * it was and is named in the log. */
int daemon_reload(Daemon *daemon, Config *next, GError **error);
/* TRUE while every thread that must move does. */
gboolean daemon_is_well(Daemon *daemon);
/* Claims nothing more, waits for the dots in flight, answers what was asked, closes. */
void daemon_close(Daemon *daemon);
