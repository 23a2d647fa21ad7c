/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fetch_cage.h - what the process that talks to mailboxes can still do afterwards: the network, and a few
 * files to read
 *
 * No other program is run, no socket of AF_UNIX made (the daemon's own, gpg-agent's), no other process looked
 * into: seccomp(2) sees to it. No file is opened but those that names and certificates take and the Maildirs
 * themselves: landlock(7), where the kernel has it. What is refused fails with an error; nothing ends the
 * process.
 */
#pragma once

#include "inbound/mail_source.h"

#include <glib.h>

/* SOURCES: MailSource *. Before any thread is made. *ret_files: files are shut as well. FAULT_SYSTEM when the
 * calls cannot be: then nothing may be read. */
int fetch_cage_close(const GPtrArray *sources, gboolean *ret_files, GError **error);
