/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * home.h - a GnuPG home of our own: a folder with a key ring, and the agent that gpg starts for it
 *
 * S/MIME lies in it too: certificates, the keys of ours, and trustlist.txt, which names the authorities (a
 * line for each: the SHA-1 fingerprint of its certificate, a blank, "S"): an admin writes it, or
 * authorities.h.
 *
 * The house has two: one with our secret keys, and one without any, in which whatever comes from outside is
 * verified. Nothing here ever reads the home of a user, asks a key server, or follows a key that a message
 * names.
 *
 * gpgme knows no limit of time, so a watcher of the home's own ends every operation that lasts too long: the
 * operation fails, and the agent is killed, because one that does not answer will not answer the next either.
 * gpg starts another.
 */
#pragma once

#include <glib.h>

/* The longest name of a socket in a home, "/S.gpg-agent.browser", must fit into sockaddr_un. */
#define HOME_PATH_MAX 87

typedef struct Home Home;

/* What gpgme wants before any thread. Once, by main. FAULT_SYSTEM when gpg or gpgme is missing or too old. */
int home_init(GError **error);

enum home_use {
  HOME_OURS,   /* with secret keys; the agent answers loopback pinentry */
  HOME_OTHERS, /* no secret key ever: what others sent is verified here; every key in it counts as known, none
                  as trusted */
};

/* Makes FOLDER (0700) with our options for gpg and its agent when it is new. FAULT_INPUT when its path is
 * longer than HOME_PATH_MAX bytes, or others may enter it. */
int home_open(const char *folder, enum home_use use, Home **ret, GError **error);
/* Ends the agent of this home. No operation may be under way. */
void home_close(Home *home);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Home, home_close)

/* Ends it (NULL: it was not open), and removes FOLDER with all that lies in it. What cannot be removed stays.
 */
void home_discard(Home *home, const char *folder);

const char *home_folder(const Home *home);
/* How long an operation may last; the standard is 30 seconds. For tests. */
void home_set_patience(Home *home, gint64 microseconds);
